/* Credits in a line: for words ("Hoai Phuong (according to CCTV, TASS)") and for pictures
 * ("… Foto: Xinhua", "(AP Photo/Jane Doe)", "Jane Doe / Getty Images").
 *
 * Enters a line; leaves where the credit begins.  A credit is a word or a mark that says
 * so and names that follow; only the line's last bytes are looked at. */
#include "page/line.h"

#define BIT(phrase) (1u << KB_PHRASE_##phrase)

/* The bracket at the end of s: its inside, and in *before what stands in front of it. */
struct kb_str kb_page_last_bracket(struct kb_str s, struct kb_str *before) {
    *before = s;
    if (s.n && s.p[s.n - 1] == '.')
        s.n--;
    size_t close = kb_str_ends(s, KB_STR("）")) || kb_str_ends(s, KB_STR("】")) ? 3 : 1;
    if (s.n < 4 || (close == 1 && s.p[s.n - 1] != ')' && s.p[s.n - 1] != ']'))
        return KB_STR_NONE;
    size_t floor = s.n > 200 ? s.n - 200 : 0;
    for (size_t i = s.n - close; i-- > floor;) {
        struct kb_str at = kb_str_slice(s, i, s.n - close);
        size_t open = s.p[i] == '(' || s.p[i] == '[' ? 1
                      : kb_str_starts(at, KB_STR("（")) || kb_str_starts(at, KB_STR("【"))
                          ? 3
                          : 0;
        if (open) {
            *before = kb_page_trim(kb_str_slice(s, 0, i));
            return kb_page_trim(kb_str_slice(at, open, at.n));
        }
    }
    return KB_STR_NONE;
}

/* "Reuters'ın haberine göre": names, and the words of credit behind them. */
static bool is_credit_end(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t from[4] = {0}, words = 0;
    for (struct kb_str rest = s, word; (word = kb_page_word(&rest)).n; words++)
        from[words % 4] = (size_t)(word.p - s.p);
    for (size_t back = 1; back <= 3 && back < words; back++) {
        size_t at = from[(words - back) % 4];
        if (!(kb_lexicon_match(lexicon, kb_str_slice(s, at, s.n)).whole & BIT(CREDIT)))
            continue;
        struct kb_str names = kb_page_trim(kb_str_slice(s, 0, at));
        if (kb_page_is_names(lexicon, names, 6) ||
            kb_page_is_agencies(lexicon, names, NULL))
            return true;
    }
    return false;
}

/* "according to CCTV, TASS": names, or few words and no sentence. */
bool kb_page_is_credit(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, s);
    struct kb_str phrase, rest;
    kb_page_cut_phrase(s, hits.prefix_bytes, &phrase, &rest);
    if (kb_page_ends_sentence(s) || kb_page_columns(s) > 140)
        return false;
    if (!(hits.begins & (BIT(CREDIT) | BIT(SOURCE))) || !rest.n)
        return is_credit_end(lexicon, s);
    return kb_page_is_names(lexicon, rest, 12) ||
           kb_page_is_agencies(lexicon, rest, NULL) ||
           (kb_page_words(rest) <= 6 && kb_page_columns(rest) <= 60) ||
           /* a list of names, some of them in small letters */
           (kb_str_find_byte(rest, ',') != KB_NOT_FOUND && kb_page_words(rest) <= 12 &&
            kb_page_columns(rest) <= 90);
}

struct kb_str kb_page_credit_name(const struct kb_lexicon *lexicon, struct kb_str line) {
    struct kb_str before, in = kb_page_last_bracket(kb_page_trim(line), &before);
    if (!in.n || !before.n || kb_page_columns(before) > 60 ||
        kb_page_first_letter(before) == KB_LETTER_DIGIT ||
        !kb_page_is_names(lexicon, before, 6) || kb_page_ends_sentence(before))
        return KB_STR_NONE;
    /* Short names of agencies are short names of much else: "… Agency (EPA)". */
    if (!kb_page_is_credit(lexicon, in) &&
        (in.n < 5 || !kb_page_is_agencies(lexicon, in, NULL)))
        return KB_STR_NONE;
    return before;
}

/* ---- pictures ---------------------------------------------------------------------- */

/* s, which begins with a photo word, is a photo credit: "Foto: Xinhua", "Photo by …". */
static bool is_photo_credit(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, s);
    char colon[24]; /* "사진=연합뉴스" is "사진:연합뉴스" */
    size_t equal = kb_str_find_byte(kb_str_slice(s, 0, sizeof colon - 1), '=');
    if (!(hits.begins & BIT(PHOTO)) && equal != KB_NOT_FOUND) {
        memcpy(colon, s.p, equal);
        colon[equal] = ':';
        hits = kb_lexicon_match(lexicon, (struct kb_str){colon, equal + 1});
        if (hits.prefix_bytes > equal)
            hits.prefix_bytes = equal;
    }
    if (!(hits.begins & BIT(PHOTO)))
        return false;
    struct kb_str phrase, rest;
    uint32_t mark = kb_page_cut_phrase(s, hits.prefix_bytes, &phrase, &rest);
    if (!mark &&
        (kb_page_words(phrase) < 2 || kb_page_first_letter(rest) != KB_LETTER_UPPER))
        return kb_page_is_agencies(lexicon, kb_page_bare(rest), NULL);
    size_t words = kb_page_words(rest);
    if (!words || words > 9 || rest.n > 120 || (kb_page_ends_sentence(rest) && words > 4))
        return false;
    return kb_page_is_names(lexicon, rest, 9) ||
           kb_page_is_agencies(lexicon, kb_page_bare(rest), NULL);
}

/* The inside of a bracket at a line's end is a photo credit. */
static bool is_photo_bracket(const struct kb_lexicon *lexicon, struct kb_str in) {
    bool photo = false;
    if (!in.n || in.n > 120)
        return false;
    if (is_photo_credit(lexicon, in))
        return true;
    if (kb_page_is_agencies(lexicon, in, &photo) && photo)
        return true;
    size_t slash = kb_str_find_byte(in, '/');
    if (slash == KB_NOT_FOUND || !kb_page_is_names(lexicon, in, 10))
        return false;
    struct kb_str left = kb_page_trim(kb_str_slice(in, 0, slash));
    struct kb_str right = kb_page_trim(kb_str_slice(in, slash + 1, in.n));
    if (kb_page_is_agency(lexicon, left, NULL) || kb_page_is_agency(lexicon, right, NULL))
        return true;
    return (kb_lexicon_contains(lexicon, left) & BIT(PHOTO)) != 0;
}

/* "新华社记者 张三 摄": the word for photograph stands behind the name. */
static bool is_photo_end(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, s);
    return (hits.whole & BIT(PHOTO)) != 0;
}

/* Where the name before that word begins: behind the last sentence or bracket, if it is
 * short. */
static size_t signed_start(struct kb_str s, size_t at) {
    static const struct kb_str stops[] = {{"。", 3}, {"＝", 3}, {"（", 3}, {"(", 1}};
    size_t start = at;
    for (bool found = false; start && !found;) {
        struct kb_str before = kb_str_slice(s, 0, start);
        for (size_t i = 0; i < KB_COUNT(stops) && !found; i++)
            found = kb_str_ends(before, stops[i]);
        start -= !found;
    }
    return kb_page_columns(kb_str_slice(s, start, at)) <= 36 && start < at ? start : s.n;
}

/* Where in s a credit without bracket begins, looked for in its last bytes: "Foto: X",
 * "Jane Doe / Getty Images", "© dpa".  s.n where there is none. */
static size_t credit_start(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t from = s.n > 110 ? s.n - 110 : 0, slash = s.n, len;
    while (from < s.n && ((unsigned char)s.p[from] & 0xC0) == 0x80)
        from++;
    bool word = from > 0; /* in the middle of one, maybe */
    bool apart = !from;   /* behind a full stop, a bar, a bracket */
    for (size_t i = from; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        struct kb_str rest = kb_str_slice(s, i, s.n);
        bool letter = kb_page_letter(c) != KB_LETTER_NONE;
        if (letter && (!word || c >= 0x2E80) && is_photo_credit(lexicon, rest) &&
            (apart || kb_page_words(rest) <= 5))
            return i;
        if (c >= 0x2E80 && rest.n <= 9 && is_photo_end(lexicon, rest))
            return signed_start(s, i);
        if (c == 0xA9 && !word && rest.n <= 80 && rest.n > 3 &&
            !kb_page_ends_sentence(rest) &&
            (kb_page_first_letter(rest) != KB_LETTER_LOWER ||
             kb_page_is_agencies(lexicon, kb_page_bare(rest), NULL)))
            return i;
        if (c == '/' || c == '|' || c == 0xFF0F)
            slash = i;
        word = letter;
        if (c != ' ' && c != 0xA0 && c != 0x3000)
            apart = !letter && c != ',' && c != '-';
    }
    if (slash == s.n)
        return s.n;
    struct kb_str name = kb_page_trim(kb_str_slice(s, slash + 1, s.n));
    size_t start = slash;
    bool photo = false;
    while (start && !kb_is_space(s.p[start - 1]))
        start--;
    struct kb_str left = kb_str_slice(s, start, slash);
    if (kb_page_is_agencies(lexicon, name, &photo)) {
        bool alone = !left.n || s.p[slash] == '|';
        return alone || (photo && !kb_page_is_names(lexicon, left, 1)) ? slash : start;
    }
    /* "REUTERS/Jane Doe": the name belongs to the credit. */
    if (!kb_page_is_agency(lexicon, left, NULL) || !kb_page_is_names(lexicon, name, 4))
        return s.n;
    return start;
}

/* A sentence with none of these in its last bytes cannot end with a credit. */
static bool has_mark(struct kb_str s) {
    for (size_t i = s.n > 110 ? s.n - 110 : 0; i < s.n; i++)
        if (s.p[i] == ':' || s.p[i] == '/' || s.p[i] == '|' || s.p[i] == '\xEF' ||
            (s.p[i] == '\xA9' && i && s.p[i - 1] == '\xC2'))
            return true;
    return false;
}

size_t kb_page_photo_credit(const struct kb_lexicon *lexicon, struct kb_str line) {
    struct kb_str before, in = kb_page_last_bracket(line, &before);
    if (is_photo_bracket(lexicon, in))
        return before.n;
    bool ends = kb_page_ends_sentence(line);
    if (ends && (kb_page_columns(line) > 320 || !has_mark(line)))
        return line.n;
    size_t start = credit_start(lexicon, line);
    return start < line.n ? kb_page_trim(kb_str_slice(line, 0, start)).n : line.n;
}
