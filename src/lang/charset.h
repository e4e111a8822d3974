/* Inside lang: encodings that the web's list does not have, by the C library. */
#ifndef KB_LANG_CHARSET_H
#define KB_LANG_CHARSET_H

#include "lang/lang.h"

/* A label as the web's list spells it: "koi8_r" → "koi8-r", "macroman" → "macintosh".
 * out has room for KB_CHARSET_LABEL bytes; empty where label is too long. */
enum { KB_CHARSET_LABEL = 40 };
struct kb_str kb_charset_spell(struct kb_str label, char *out);

/* Decodes bytes from the encoding that label names and appends UTF-8 to out; false, and
 * nothing is appended, where it is unknown or the bytes are not in it. */
bool kb_charset_decode(struct kb_str label, struct kb_str bytes, struct kb_buf *out,
                       bool *replaced);

/* Whether an XML declaration in EBCDIC opens the bytes; decodes them then. */
bool kb_charset_ebcdic(struct kb_str bytes, struct kb_buf *out, bool *replaced);

#endif
