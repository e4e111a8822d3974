/* Characters → the Latin letters that sound like them; words → their consonants.
 *
 * A name that crosses a language keeps its consonants better than anything else: "Путин",
 * "पुतिन", "Poutine" and "بوتين" differ in vowels and length.  So a word's skeleton is
 * its consonants in eight classes (what languages mix up is one: b and p, d and t, g and
 * k, f, v and w, l and r, m and n, the hissing sounds), without doubles.  The idea is
 * Soundex's (Russell, 1918), as wide as scripts are apart. */
#include "lang/letters.h"
#include "lang/lang.h"

const char *kb_letters(uint32_t c) {
    const struct kb_letters *t = &kb_letters_built_in;
    return c < 0x10000 ? t->letters[t->sounds[t->pages[c >> 8]][c & 255]] : "";
}

/* The class of each Latin letter; vowels, h and y have none. */
static char consonant_class(char c) {
    static const char classes[] = "-pkt-fk--sklnn-pklst-ffs-s";
    char k = c >= 'a' && c <= 'z' ? classes[c - 'a'] : '-';
    return k == '-' ? '\0' : k;
}

/* Letters that sound by what stands behind them. */
static bool may_lead(char c) {
    return c == 'c' || c == 'd' || c == 'g' || c == 'n' || c == 'p' || c == 's' ||
           c == 't';
}

/* The class at p and how many letters it takes: groups that are one sound count as
 * one. */
static char sound_at(const char *p, const char *end, size_t *len) {
    char c = *p, next = p + 1 < end ? p[1] : '\0';
    bool soft = next == 'e' || next == 'i';
    *len = 1;
    if (!may_lead(c))
        return consonant_class(c);
    if (next == 'h' && (c == 's' || c == 'c' || c == 'p' || c == 't')) {
        *len = 2;
        return c == 'p' ? 'f' : c == 't' ? 't' : 's';
    }
    if ((c == 'c' && next == 'k') || (c == 'n' && next == 'g')) {
        *len = 2;
        return c == 'c' ? 'k' : 'n';
    }
    if (next && ((c == 'c' && next == 'z') || (c == 't' && next == 's') ||
                 (c == 'd' && next == 'z'))) {
        *len = 2;
        return 's';
    }
    if (soft && (c == 'c' || c == 'g'))
        return 's';
    return consonant_class(c);
}

size_t kb_skeleton(struct kb_str latin, char *out, size_t room) {
    const char *p = latin.p, *end = latin.p + latin.n;
    size_t n = 0, len;
    for (; p < end && n < room; p += len) {
        char k = sound_at(p, end, &len);
        if (k && (n == 0 || out[n - 1] != k))
            out[n++] = k;
    }
    return n;
}
