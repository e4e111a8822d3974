/* A text enters, what can be searched of it leaves one by one: words, numbers, and of
 * scripts that write without spaces each two neighbours.
 *
 * Boundaries do not depend on the language, so that a query whose language nobody knows
 * is cut as the texts are.  Pairs overlap: a dictionary would cut names wrongly, and most
 * words have two characters (Nie, Gao, Li and others, 2000, found pairs as good as words
 * for Chinese).  Hangul is cut so too: what is joined to a word ("정부는") is not part of
 * it.  A character with the marks that stand on it counts as one (UAX #29 roughly). */
#include "lang/words.h"

#include <utf8proc.h>

enum {
    UNIT_CHARACTERS = 4, /* of a character and its marks; more marks are not told apart */
    UNIT_BYTES = 4 * UNIT_CHARACTERS,
    NUMBER_BYTES = 32,
    WORD_BYTES = KB_LIMIT_TOKEN_BYTES - KB_FOLD_BYTES /* letters may become more bytes */
};

/* Words that are no words of their own before an apostrophe (French, Italian,
 * Catalan). */
static const char *const elided[] = {
    "l",   "d",    "j",    "m",    "n",    "s",    "t",     "c",      "qu",    "jusqu",
    "all", "dall", "dell", "nell", "sull", "coll", "quell", "lorsqu", "quoiqu"};

static bool is_pair_script(uint32_t c) {
    return kb_is_han_like(c) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0x3005 && c <= 0x3007) || (c >= 0xFF66 && c <= 0xFF9F);
}

/* Whatever Unicode calls punctuation, a sign or a space parts words; Armenian's marks of
 * tone stand inside them. */
static enum kb_char_kind kind_of(uint32_t c) {
    enum kb_char_kind kind = kb_char_kind(c);
    if (c < 0x250 || kind != KB_CHAR_KIND_LETTER)
        return kind;
    if (kb_is_apostrophe(c)) /* one of them is a letter to Unicode */
        return KB_CHAR_KIND_SEPARATOR;
    if (c >= 0x55A && c <= 0x55F)
        return KB_CHAR_KIND_DROPPED;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_ZP
               ? KB_CHAR_KIND_SEPARATOR
               : KB_CHAR_KIND_LETTER;
}

/* A mark on the character before it, or a character that such a mark joins to it. */
static bool is_on(uint32_t c, uint32_t before) {
    if (c < 0x0E31)
        return false;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           c == 0xFF9E || c == 0xFF9F || before == 0x17D2 || before == 0x1039;
}

/* ---- small letters ----------------------------------------------------------------- */

/* One character as many as its compatible form has; *compose: they may join. */
static size_t take_apart(uint32_t c, bool turkic, utf8proc_int32_t out[18],
                         bool *compose) {
    if (c < 0x80) {
        out[0] = turkic && c == 'I' ? 0x131 : (unsigned char)kb_lower((char)c);
        return 1;
    }
    bool narrow = (c >= 0xFB00 && c <= 0xFB06) || (c >= 0xFF00 && c <= 0xFFEF) ||
                  (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
    bool indic = c >= 0x900 && c <= 0xDFF; /* some are never composed again */
    *compose = *compose || indic || narrow || (c >= 0x300 && c <= 0x36F) ||
               (c >= 0x653 && c <= 0x655) || c == 0x3099 || c == 0x309A;
    int digit = kb_digit_value(c), bound = 0;
    if (digit >= 0) {
        out[0] = '0' + digit;
        return 1;
    }
    utf8proc_ssize_t n = 0;
    if (narrow || indic)
        n = utf8proc_decompose_char(
            (utf8proc_int32_t)c, out, 18,
            narrow ? UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT : UTF8PROC_DECOMPOSE, &bound);
    if (n <= 0 || n > 18) {
        out[0] = (utf8proc_int32_t)c;
        n = 1;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++)
        out[i] = utf8proc_tolower(out[i]);
    return (size_t)n;
}

struct small {
    char *p;
    size_t n, room;
    bool turkic, compose;
};

/* Longer words are cut: what has no space for so long is no word. */
static void add(struct small *w, uint32_t c) {
    utf8proc_int32_t parts[18];
    size_t n = take_apart(c, w->turkic, parts, &w->compose);
    for (size_t i = 0; i < n && w->n + 4 <= w->room; i++)
        w->n += kb_utf8_put(w->p + w->n, (uint32_t)parts[i]);
}

/* Letters and their marks become one character where there is one. */
static void compose(struct small *w) {
    utf8proc_int32_t all[KB_LIMIT_TOKEN_BYTES];
    size_t n = 0, len;
    for (size_t at = 0; at < w->n; at += len)
        all[n++] = (utf8proc_int32_t)kb_utf8_next(w->p + at, w->p + w->n, &len);
    utf8proc_ssize_t left = utf8proc_normalize_utf32(all, (utf8proc_ssize_t)n,
                                                     UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    w->compose = false;
    w->n = 0;
    for (utf8proc_ssize_t i = 0; i < left && w->n + 4 <= w->room; i++)
        w->n += kb_utf8_put(w->p + w->n, (uint32_t)all[i]);
}

/* ---- numbers ----------------------------------------------------------------------- */

/* A point or comma before exactly three digits parts thousands. */
static bool parts_thousands(struct kb_str s, size_t at) {
    size_t digits = 0, len;
    for (; at < s.n && digits < 4; at += len, digits++) {
        if (kb_digit_value(kb_next_char(s, at, &len)) < 0)
            break;
    }
    return digits == 3;
}

size_t kb_number_read(struct kb_str s, size_t at, char *digits, size_t room, size_t *n) {
    size_t len;
    for (*n = 0; at < s.n; at += len) {
        uint32_t c = kb_next_char(s, at, &len);
        int digit = kb_digit_value(c);
        bool sign = c == '.' || c == ',' || c == 0x66B || c == 0x66C;
        if (digit < 0 && !sign)
            break;
        if (sign) {
            size_t next;
            if (at + len >= s.n || kb_digit_value(kb_next_char(s, at + len, &next)) < 0)
                break;
        }
        if (sign && parts_thousands(s, at + len))
            continue;
        if (*n < room)
            digits[(*n)++] = sign ? '.' : (char)('0' + digit);
    }
    return at;
}

/* ---- words ------------------------------------------------------------------------- */

/* A word of ASCII that begins at t->at, which most are: false where it may be more than
 * that, or where an apostrophe stands beside it. */
static bool read_plain(struct kb_pieces *t, struct kb_piece *out) {
    const struct kb_str s = t->text;
    size_t at = t->at, n = 0;
    char small;
    while (at < s.n && n < WORD_BYTES && (small = kb_plain(s.p[at])) != '\0') {
        t->bytes[n++] = small;
        at++;
    }
    if (n < 2 || n == WORD_BYTES || t->turkic ||
        (at < s.n && ((unsigned char)s.p[at] >= 0x80 || s.p[at] == '\'')))
        return false;
    *out = (struct kb_piece){.kind = KB_PIECE_WORD,
                             .plain = true,
                             .start = t->at,
                             .end = at,
                             .small = {t->bytes, n}};
    t->at = at;
    return true;
}

/* Letters, marks and digits from at; returns the end of the last. */
static size_t read_letters(struct kb_str s, size_t at, struct small *w) {
    size_t end = at, len;
    while (at < s.n) {
        if (kb_plain(s.p[at])) {
            if (w->turkic)
                add(w, (unsigned char)s.p[at]);
            else if (w->n < w->room)
                w->p[w->n++] = kb_lower(s.p[at]);
            end = ++at;
            continue;
        }
        uint32_t c = kb_next_char(s, at, &len);
        enum kb_char_kind kind = kind_of(c);
        if (kind == KB_CHAR_KIND_SEPARATOR || is_pair_script(c) || kb_is_apostrophe(c))
            break;
        at += len;
        if (kind != KB_CHAR_KIND_DROPPED) {
            add(w, c);
            end = at;
        }
    }
    if (w->compose)
        compose(w);
    return end;
}

/* "U.S.A." from at: single letters with a full stop behind each.  0 where it is none. */
static size_t read_initials(struct kb_str s, size_t at, struct small *w) {
    size_t end = at;
    while (end + 1 < s.n && kb_is_alpha(s.p[end]) && s.p[end + 1] == '.' &&
           (end + 2 >= s.n || !((unsigned char)s.p[end + 2] & 0x80)) &&
           !(end + 3 < s.n && kb_is_alpha(s.p[end + 2]) &&
             ((unsigned char)s.p[end + 3] & 0x80 || kb_plain(s.p[end + 3]))))
        end += 2;
    if (end < s.n && end > at && kb_is_alpha(s.p[end]) &&
        (end + 1 == s.n || s.p[end + 1] != '.'))
        end++; /* the last one has no full stop */
    if (end < at + 3)
        return 0;
    for (size_t i = at; i < end; i += 2)
        add(w, (unsigned char)s.p[i]);
    return s.p[end - 1] == '.' ? end - 1 : end;
}

static bool is_apostrophe_at(struct kb_str s, size_t at) {
    size_t len;
    return at < s.n && kb_is_apostrophe(kb_next_char(s, at, &len)) && at + len < s.n &&
           kind_of(kb_next_char(s, at + len, &len)) == KB_CHAR_KIND_LETTER;
}

static bool is_behind_apostrophe(struct kb_str s, size_t at) {
    return (at > 1 && s.p[at - 1] == '\'') ||
           (at > 2 && !memcmp(s.p + at - 2, "\xCA\xBC", 2)) ||
           (at > 3 && !memcmp(s.p + at - 3, "\xE2\x80\x99", 3));
}

/* "l'", "d'" and the English "'s" say nothing. */
static bool says_nothing(struct kb_str s, const struct kb_piece *token) {
    if (kb_str_equal(token->small, KB_STR("s")) && is_behind_apostrophe(s, token->start))
        return true;
    if (!is_apostrophe_at(s, token->end))
        return false;
    for (size_t i = 0; i < KB_COUNT(elided); i++)
        if (kb_str_equal(token->small, kb_str_z(elided[i])))
            return true;
    return false;
}

static void read_word(struct kb_pieces *t, bool number, struct kb_piece *out) {
    struct small w = {.p = t->bytes, .room = WORD_BYTES, .turkic = t->turkic};
    size_t at = t->at, end = 0;
    if (number)
        at = kb_number_read(t->text, at, w.p, NUMBER_BYTES, &w.n);
    else
        end = read_initials(t->text, at, &w);
    if (!end)
        end = read_letters(t->text, at, &w);
    *out = (struct kb_piece){.kind = number ? KB_PIECE_NUMBER : KB_PIECE_WORD,
                             .start = t->at,
                             .end = end,
                             .small = {w.p, w.n}};
    t->at = end;
}

/* ---- pairs ------------------------------------------------------------------------- */

/* The character at `at` with its marks; returns its end. */
static size_t read_unit(struct kb_str s, size_t at, struct small *w) {
    size_t len, characters = 0, end = at;
    uint32_t before = 0;
    while (at < s.n) {
        uint32_t c = kb_next_char(s, at, &len);
        if (characters && !is_on(c, before))
            break;
        at += len;
        end = at;
        if (characters++ < UNIT_CHARACTERS)
            add(w, c);
        before = c;
    }
    if (w->compose)
        compose(w);
    return end;
}

/* Past what is not seen, to the run's next character: false where the run ends. */
static bool goes_on(struct kb_str s, size_t *at) {
    size_t len;
    for (; *at < s.n; *at += len) {
        uint32_t c = kb_next_char(s, *at, &len);
        enum kb_char_kind kind = kind_of(c);
        if (kind != KB_CHAR_KIND_DROPPED)
            return kind != KB_CHAR_KIND_SEPARATOR && kind != KB_CHAR_KIND_DIGIT &&
                   is_pair_script(c);
    }
    return false;
}

static void read_pair(struct kb_pieces *t, struct kb_piece *out) {
    struct small w = {.p = t->bytes, .room = UNIT_BYTES};
    size_t end = read_unit(t->text, t->at, &w), next = end;
    *out = (struct kb_piece){.kind = KB_PIECE_LAST, .start = t->at, .end = end};
    if (goes_on(t->text, &next)) {
        struct small second = {.p = t->bytes + w.n, .room = UNIT_BYTES};
        out->kind = KB_PIECE_PAIR;
        out->end = read_unit(t->text, next, &second);
        w.n += second.n;
    }
    out->small = (struct kb_str){t->bytes, w.n};
    t->at = out->kind == KB_PIECE_PAIR ? next : end;
}

/* ---- the text ---------------------------------------------------------------------- */

bool kb_pieces_next(struct kb_pieces *t, struct kb_piece *out) {
    while (t->at < t->text.n) {
        size_t len;
        if (kb_plain(t->text.p[t->at]) >= 'a' && read_plain(t, out))
            return true;
        uint32_t c = kb_next_char(t->text, t->at, &len);
        enum kb_char_kind kind = kind_of(c);
        if (kind == KB_CHAR_KIND_SEPARATOR || kind == KB_CHAR_KIND_DROPPED) {
            t->at += len;
            continue;
        }
        if (kind != KB_CHAR_KIND_DIGIT && is_pair_script(c)) {
            read_pair(t, out);
            return true;
        }
        read_word(t, kind == KB_CHAR_KIND_DIGIT, out);
        if (out->kind == KB_PIECE_NUMBER || !says_nothing(t->text, out))
            return true;
    }
    return false;
}

bool kb_pieces_marks_matter(struct kb_str small) {
    size_t len;
    for (size_t at = 0; at < small.n; at += len) {
        uint32_t c = kb_next_char(small, at, &len);
        if ((c >= 0x1EA0 && c <= 0x1EF9) || c == 0x1A1 || c == 0x1B0)
            return true;
    }
    return false;
}

size_t kb_pieces_fold(struct kb_str small, char out[KB_LIMIT_TOKEN_BYTES]) {
    size_t n = 0, len;
    for (size_t at = 0; at < small.n && n + KB_FOLD_BYTES <= KB_LIMIT_TOKEN_BYTES;
         at += len) {
        if ((unsigned char)small.p[at] < 0x80) {
            out[n++] = small.p[at];
            len = 1;
        } else {
            n += kb_fold_char(kb_next_char(small, at, &len), out + n);
        }
    }
    return n;
}

void kb_pieces_words(struct kb_str text, struct kb_buf *out) {
    struct kb_pieces tokens = {.text = text};
    struct kb_piece token;
    char folded[KB_LIMIT_TOKEN_BYTES];
    kb_buf_char(out, ' ');
    while (kb_pieces_next(&tokens, &token)) {
        if (token.kind == KB_PIECE_PAIR) { /* its second character comes again */
            size_t len;
            kb_next_char(token.small, 0, &len);
            token.small.n = len;
        }
        kb_buf_add(out, folded, kb_pieces_fold(token.small, folded));
        if (token.kind != KB_PIECE_PAIR)
            kb_buf_char(out, ' ');
    }
}
