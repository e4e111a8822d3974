/* A file system for SQLite that fails when it is told to: SQLite's own for Unix, with
 * writes, syncs, truncations and deletions counted and, at one of them, refused; or cut
 * off, as by a loss of power. */
#ifndef SHIM_VFS_H
#define SHIM_VFS_H

#include <stdbool.h>

#define SHIM_VFS "shim"

enum shim_way {
    SHIM_COUNT,  /* nothing fails */
    SHIM_FULL,   /* ENOSPC: half of what is written gets there */
    SHIM_BROKEN, /* EIO */
    SHIM_CUT     /* from then on nothing works; see shim_settle */
};

/* Makes ready for a run: the at-th call fails (1 is the first), and where all is set
 * those behind it too.  seed decides what a cut leaves. */
void shim_start(enum shim_way way, long at, bool all, unsigned seed);

/* Calls since then; whether one of them failed. */
long shim_calls(void);
bool shim_failed(void);

/* From now on nothing fails; nothing is synced to the real disk, though. */
void shim_stop(void);

/* After a cut, when all is closed: the files become what a disk may have then.  What was
 * synced is there; of the rest, sector by sector, some is. */
void shim_settle(void);

/* Registers SHIM_VFS; it is not the usual one. */
void shim_register(void);

#endif
