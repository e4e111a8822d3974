/* Inside lang: the table of assets/letters, as tools/letters makes it. */
#ifndef KB_LANG_LETTERS_H
#define KB_LANG_LETTERS_H

#include <stdint.h>

enum { KB_LETTERS_MAX = 8 }; /* of one character, with the NUL behind them */

struct kb_letters {
    const uint8_t *pages;          /* of a character's upper byte: a row of sounds */
    const uint16_t (*sounds)[256]; /* of its lower byte: an index into letters */
    const char (*letters)[KB_LETTERS_MAX];
};

extern const struct kb_letters kb_letters_built_in;

#endif
