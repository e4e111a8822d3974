/* What a process needs no longer goes back to the system: what was freed, and what of the
 * program's own files is mapped.
 *
 * A round reads with tables that nothing else uses (CLD2's alone have 6 MB); their pages
 * stay in the system's cache of files, from where the next round has them back within a
 * millisecond, and are the server's no longer.  Nothing but memory that is only read is
 * let go of, and on systems that cannot do it nothing is. */
#ifndef KB_WIRE_REST_H
#define KB_WIRE_REST_H

void kb_rest(void);

#endif
