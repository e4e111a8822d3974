/* What characters are to the counts: a character enters, its class leaves.  Unicode's own
 * categories would tell more than is asked here and cost a table of 100 KB. */
#include "page/cut.h"

#define L KB_CHAR_LOWER
#define U KB_CHAR_UPPER
#define D KB_CHAR_DIGIT
#define S KB_CHAR_STOP
#define C KB_CHAR_COMMA
#define O KB_CHAR_COLON
#define Q KB_CHAR_QUOTE
#define H KB_CHAR_DASH
#define B KB_CHAR_BAR
#define K KB_CHAR_BRACKET
#define G KB_CHAR_SIGN
#define W KB_CHAR_SPACE

const uint8_t kb_ascii_class[128] = {
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, S, Q, G, G, G, G, Q, K, K, G, G, C, H, S, B, D, D, D, D,
    D, D, D, D, D, D, O, C, B, G, B, S, G, U, U, U, U, U, U, U, U, U, U, U, U, U,
    U, U, U, U, U, U, U, U, U, U, U, U, U, K, G, K, G, G, G, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, K, B, K, G, G};

#undef L
#undef U
#undef D
#undef S
#undef C
#undef O
#undef Q
#undef H
#undef B
#undef K
#undef G
#undef W

uint8_t kb_wide_class(uint32_t c) {
    if (c == 0xA0 || c == 0x200B || c == 0xFEFF || c == 0x3000 || c == 0xAD)
        return KB_CHAR_SPACE;
    if (kb_is_han_like(c) && kb_is_word_char(c))
        return KB_CHAR_HAN;
    switch (c) {
    case 0x3002:
    case 0xFF01:
    case 0xFF1F:
    case 0x61F:
    case 0x6D4:
    case 0x964:
    case 0x965:
    case 0x2026:
    case 0xFF0E:
    case 0x104B:
    case 0x17D4: return KB_CHAR_STOP;
    case 0xFF0C:
    case 0x3001:
    case 0x60C:
    case 0x61B:
    case 0xFF1B:
    case 0x104A: return KB_CHAR_COMMA;
    case 0xFF1A: return KB_CHAR_COLON;
    case 0xAB:
    case 0xBB:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0x2039: return KB_CHAR_QUOTE;
    case 0xB7:
    case 0x2022:
    case 0x203A:
    case 0xFF5C:
    case 0x25CF:
    case 0x25AA:
    case 0x2192: return KB_CHAR_BAR;
    case 0x3010:
    case 0x3011:
    case 0xFF08:
    case 0xFF09: return KB_CHAR_BRACKET;
    default: break;
    }
    if (c >= 0x2018 && c <= 0x201F)
        return KB_CHAR_QUOTE;
    if (c >= 0x2010 && c <= 0x2015)
        return KB_CHAR_DASH;
    if (c >= 0x2000 && c <= 0x200A)
        return KB_CHAR_SPACE;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x400 && c <= 0x42F))
        return KB_CHAR_UPPER;
    if (!kb_is_word_char(c))
        return KB_CHAR_SIGN;
    if ((c >= 0xDF && c <= 0x24F) || (c >= 0x3B1 && c <= 0x3C9) ||
        (c >= 0x430 && c <= 0x45F))
        return KB_CHAR_LOWER;
    return KB_CHAR_LETTER;
}
