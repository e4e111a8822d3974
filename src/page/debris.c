/* What a line of a body is, where it is not the article: a line enters, a kind leaves.
 *
 * Two sorts of evidence: phrases of the language files ("Read also", "Foto"), asked of
 * the lexicon in all languages at once, and shapes (brackets, colons, upper case,
 * digits).  A phrase alone is never enough: "Source code was leaked" begins like a source
 * line.  Each rule therefore also asks how long the line is, what follows the phrase and
 * how it ends; a line that no rule is sure of is text.  Lines are looked at once, and
 * only the ends of long ones. */
#include "page/line.h"

enum {
    COUNTER_COLUMNS = 70,
    COUNTER_WORDS = 9,
    CALL_AFTER_BYTES = 40, /* what may follow a call that ends a sentence */
    LONGEST_LINE = 1200    /* bytes; longer lines are text whatever they begin with */
};

#define BIT(phrase) (1u << KB_PHRASE_##phrase)

const char *kb_removed_name(enum kb_removed_kind kind) {
    static const char *const names[] = {
#define X(code, name) [code] = name,
        KB_REMOVED_LIST(X)
#undef X
    };
    return (size_t)kind < KB_COUNT(names) ? names[kind] : "";
}

/* A line as the rules see it. */
struct look {
    const struct kb_lexicon *lexicon;
    struct kb_str line;  /* without white space at its ends */
    struct kb_str bare;  /* without bullets, brackets and arrows at its head */
    struct kb_str after; /* bare behind the phrase that it begins with and its colon */
    struct kb_phrase_hits hits;
    size_t columns, phrase_words, last_word; /* the last in bytes */
    bool colon, dash, ends, quoted, all_link, after_picture;
    bool head, tail, below_title, last; /* where the line stands */
};

static void look_at(struct look *look, const struct kb_lexicon *lexicon,
                    struct kb_str line, const struct kb_line_place *place) {
    *look = (struct look){.lexicon = lexicon, .line = line, .bare = line};
    while (look->bare.n) {
        uint32_t c = kb_page_first_char(look->bare);
        if (kb_page_is_copyright(c) || kb_page_letter(c) != KB_LETTER_NONE)
            break;
        look->quoted |= kb_page_is_quote(c);
        look->bare = kb_page_behind_char(look->bare);
    }
    look->hits = kb_lexicon_match(lexicon, look->bare);
    struct kb_str phrase;
    uint32_t mark =
        kb_page_cut_phrase(look->bare, look->hits.prefix_bytes, &phrase, &look->after);
    look->phrase_words = kb_page_words(phrase);
    for (struct kb_str p = phrase, w; (w = kb_page_word(&p)).n;)
        look->last_word = w.n;
    if (look->phrase_words == 1 && phrase.n >= 12 &&
        kb_page_first_letter(phrase) == KB_LETTER_PLAIN)
        look->phrase_words = 2; /* four Han letters say as much as two words */
    look->colon = kb_page_is_colon(mark);
    look->dash = kb_page_is_dash(mark);
    look->columns = kb_page_columns(line);
    look->ends = kb_page_ends_sentence(line);
    if (place) {
        look->head = place->index <= 3;
        look->tail = place->index + 4 >= place->count;
        look->below_title = place->index == 1 || place->index == 2;
        look->last = place->index + 2 >= place->count;
        look->all_link = place->all_link;
        look->after_picture = place->after_picture;
    }
}

/* ---- advertisements, counters, share bars ------------------------------------------ */

/* The inside of "[ad_2]", "{{ad}}", "<!-- ad -->"; empty where the line is no bracket. */
static struct kb_str inside(struct kb_str line) {
    static const struct {
        struct kb_str open, close;
    } brackets[] = {
        {{"<!--", 4}, {"-->", 3}}, {{"{{", 2}, {"}}", 2}}, {{"[[", 2}, {"]]", 2}},
        {{"{%", 2}, {"%}", 2}},    {{"[", 1}, {"]", 1}},   {{"{", 1}, {"}", 1}},
        {{"%%", 2}, {"%%", 2}},
    };
    for (size_t i = 0; i < KB_COUNT(brackets); i++) {
        struct kb_str open = brackets[i].open, close = brackets[i].close;
        if (line.n > open.n + close.n && kb_str_starts(line, open) &&
            kb_str_ends(line, close))
            return kb_page_trim(kb_str_slice(line, open.n, line.n - close.n));
    }
    return KB_STR_NONE;
}

/* Words that content systems and advertisement plug-ins use in their codes. */
static bool is_ad_code(struct kb_str word) {
    static const char *const codes[] = {
        "ad",    "ads",      "advert",    "adsense", "adrotate", "banner",
        "iklan", "quangcao", "quang_cao", "reklama", "anzeige",  "publicidad",
        "pub",   "gpt",      "dfp",       "adngin",
    };
    for (size_t i = 0; i < KB_COUNT(codes); i++)
        if (kb_str_equal_nocase(word, kb_str_z(codes[i])))
            return true;
    return false;
}

static bool is_shortcode(struct kb_str word) {
    static const char *const codes[] = {
        "gallery",  "caption",        "embed",     "video",    "audio",
        "playlist", "contact-form-7", "sharethis", "addtoany", "toc",
        "widget",   "vc_row",         "vc_column", "su_note",
    };
    if (word.n && word.p[0] == '/')
        word = kb_str_slice(word, 1, word.n);
    for (size_t i = 0; i < KB_COUNT(codes); i++)
        if (kb_str_equal_nocase(word, kb_str_z(codes[i])))
            return true;
    return false;
}

static enum kb_removed_kind rule_code(const struct look *look) {
    struct kb_str in = inside(look->line);
    if (!in.n || in.n > 200)
        return KB_REMOVED_NONE;
    bool comment = look->line.p[0] == '<';
    size_t word = 0, stem = 0;
    while (word < in.n && !kb_is_space(in.p[word]) && in.p[word] != '=') {
        unsigned char c = (unsigned char)in.p[word];
        if (!kb_is_alpha((char)c) && !kb_is_digit((char)c) && c != '_' && c != '-' &&
            c != '/' && c != ':')
            return comment ? KB_REMOVED_OTHER : KB_REMOVED_NONE;
        word++;
    }
    while (stem < word && kb_is_alpha(in.p[stem]))
        stem++;
    struct kb_str code = kb_str_slice(in, 0, word);
    if (is_ad_code(kb_str_slice(in, 0, stem)) || is_ad_code(code) ||
        (kb_lexicon_match(look->lexicon, in).whole & BIT(AD)))
        return KB_REMOVED_AD;
    bool attributes = kb_str_find(in, KB_STR("=\"")) != KB_NOT_FOUND;
    if (comment || is_shortcode(code) || (stem && attributes))
        return KB_REMOVED_OTHER;
    return KB_REMOVED_NONE;
}

static enum kb_removed_kind rule_ad(const struct look *look) {
    bool whole = (look->hits.whole & BIT(AD)) && look->columns <= 80;
    bool begins = (look->hits.begins & BIT(AD)) && look->phrase_words >= 3 &&
                  look->columns <= 160 && !look->quoted;
    return whole || begins ? KB_REMOVED_AD : KB_REMOVED_NONE;
}

/* What stands between the parts of a bar.  Commas do not: a list of networks with commas
 * is a part of a sentence; nor do full stops, quotes and currencies. */
static bool is_bar_mark(uint32_t c) {
    if (c < 0x80)
        return c && strchr(" \t|/-()[]:+>*#", (int)c) != NULL;
    return c == 0xA0 || c == 0xB7 || c == 0xBB || (c >= 0x2000 && c != 0x3001);
}

/* Walks over a line that is made of phrases, numbers, networks and marks and of nothing
 * else.  Gives the phrases met, and how many numbers and networks; false for text. */
struct bar {
    uint32_t phrases;
    size_t numbers, networks;
};

static bool read_bar(const struct look *look, struct bar *bar) {
    struct kb_str s = look->bare;
    const uint32_t kinds = BIT(COMMENTS) | BIT(COUNTER) | BIT(SHARE);
    *bar = (struct bar){0};
    for (int steps = 0; s.n && steps < 24; steps++) {
        struct kb_phrase_hits hits = kb_lexicon_match(look->lexicon, s);
        struct kb_str rest = s, word = kb_page_bare(kb_page_word(&rest));
        size_t n = kb_page_number_length(s);
        uint32_t c = kb_page_first_char(s);
        if (hits.begins & kinds) {
            bar->phrases |= hits.begins & kinds;
            bar->numbers += n > 0;
            n = hits.prefix_bytes;
        } else if (n) {
            bar->numbers++;
        } else if (kb_page_letter(c) == KB_LETTER_NONE) {
            if (!is_bar_mark(c))
                return false;
            n = s.n - kb_page_behind_char(s).n;
            steps--;
        } else if (kb_page_is_network(look->lexicon, word)) {
            bar->networks++;
            n = (size_t)(word.p - s.p) + word.n;
        } else {
            return false;
        }
        s = kb_str_slice(s, n ? n : 1, s.n);
    }
    return s.n == 0;
}

/* Code and prices: no counter has these. */
static bool has_code_sign(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (strchr("'`{}=$\\_", s.p[i]))
            return true;
    return s.p[0] == '/';
}

static size_t counts_networks(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t networks = 0;
    for (struct kb_str word; (word = kb_page_word(&s)).n;)
        networks += kb_page_is_network(lexicon, kb_page_bare(word));
    return networks;
}

static enum kb_removed_kind rule_counter(const struct look *look) {
    struct bar bar;
    if (look->columns > 120)
        return KB_REMOVED_NONE;
    bool digits = kb_page_number_length(look->bare) || kb_page_bare(look->after).n;
    /* "print" and "comments" in small letters are commands, names and parts of paths. */
    bool small = !digits && look->phrase_words == 1 && !look->head && !look->tail &&
                 kb_page_first_letter(look->bare) == KB_LETTER_LOWER;
    if (look->quoted || small || has_code_sign(look->line))
        return KB_REMOVED_NONE;
    if ((look->hits.whole & BIT(COMMENTS)) && (look->columns <= 60 || digits))
        return KB_REMOVED_COUNTER;
    if ((look->hits.whole & BIT(COUNTER)) && kb_page_has_digit(look->bare))
        return KB_REMOVED_COUNTER;
    /* A network's name alone may be a heading or an item. */
    if ((look->hits.whole & BIT(SHARE)) && !digits)
        return kb_page_is_network(look->lexicon, kb_page_bare(look->bare)) &&
                       !look->head && !look->tail
                   ? KB_REMOVED_NONE
                   : KB_REMOVED_SHARE;
    if (look->phrase_words >= 3 && !look->quoted) {
        if (look->hits.begins & BIT(COMMENTS))
            return KB_REMOVED_COMMENT;
        if ((look->hits.begins & BIT(SHARE)) && look->columns <= 80)
            return KB_REMOVED_SHARE;
    }
    if ((look->hits.begins & BIT(SHARE)) && look->phrase_words >= 2 &&
        look->columns <= 200 && counts_networks(look->lexicon, look->after) >= 2)
        return KB_REMOVED_SHARE;
    if ((look->hits.begins & BIT(SHARE)) && look->phrase_words >= 2 &&
        look->columns <= 48 && !look->ends && !look->quoted)
        return KB_REMOVED_SHARE;
    /* "This story has been read 5,112 times." */
    if ((look->head || look->tail) && look->columns <= COUNTER_COLUMNS &&
        kb_page_has_digit(look->bare) && kb_page_words(look->bare) <= COUNTER_WORDS &&
        !kb_page_has_sentences(look->bare) &&
        (kb_lexicon_contains(look->lexicon, look->bare) & BIT(COUNTER)))
        return KB_REMOVED_COUNTER;
    if (look->ends || !read_bar(look, &bar))
        return KB_REMOVED_NONE;
    if (bar.numbers && (bar.phrases & (BIT(COMMENTS) | BIT(COUNTER))))
        return KB_REMOVED_COUNTER;
    size_t number = kb_page_number_length(look->bare); /* "1. Facebook" is an item */
    bool item = number && look->bare.p[number - 1] == '.';
    if (bar.numbers && (bar.phrases & BIT(SHARE)) && bar.numbers <= 2 && !item)
        return KB_REMOVED_COUNTER;
    if (bar.numbers)
        return KB_REMOVED_NONE;
    if (bar.networks >= 2 || (bar.phrases & BIT(SHARE)))
        return KB_REMOVED_SHARE;
    return KB_REMOVED_NONE;
}

/* ---- calls to read on, to subscribe, to accept ------------------------------------- */

static enum kb_removed_kind rule_related(const struct look *look) {
    if (!(look->hits.begins & BIT(READ_ALSO)) || look->columns > 240)
        return KB_REMOVED_NONE;
    if (!kb_page_bare(look->after).n || look->all_link)
        return KB_REMOVED_RELATED;
    if (look->colon || (look->dash && !look->ends))
        return kb_page_has_sentences(look->after) && look->columns > 160
                   ? KB_REMOVED_NONE
                   : KB_REMOVED_RELATED;
    /* "Read also The headline", without any mark: a headline has no full stop and, where
     * its script has case, begins upper case; two words of phrase are needed, the last of
     * them no mere preposition. */
    enum kb_letter letter = kb_page_first_letter(look->after);
    if (look->phrase_words >= 2 && look->last_word >= 4 && !look->ends && !look->quoted &&
        letter != KB_LETTER_LOWER && letter != KB_LETTER_DIGIT && look->columns >= 30 &&
        look->columns <= 160 && !kb_page_has_sentences(look->after))
        return KB_REMOVED_RELATED;
    return KB_REMOVED_NONE;
}

/* What a call's phrase makes of a line; phrases are looked for at each sentence's head.
 */
static enum kb_removed_kind call_kind(uint32_t phrases) {
    if (phrases & BIT(NEWSLETTER))
        return KB_REMOVED_NEWSLETTER;
    if (phrases & BIT(SUBSCRIBE))
        return KB_REMOVED_SUBSCRIPTION;
    return phrases & BIT(COOKIES) ? KB_REMOVED_COOKIE_NOTE : KB_REMOVED_NONE;
}

static enum kb_removed_kind rule_call(const struct look *look) {
    const uint32_t calls = BIT(NEWSLETTER) | BIT(SUBSCRIBE) | BIT(COOKIES);
    uint32_t begins = look->hits.begins & calls;
    if (look->columns > 420)
        return KB_REMOVED_NONE;
    if (look->hits.whole & calls)
        return call_kind(look->hits.whole & calls);
    if (look->quoted || kb_page_first_letter(look->bare) == KB_LETTER_DIGIT)
        return KB_REMOVED_NONE;
    if (begins && ((look->phrase_words >= 3 && look->columns <= 200) ||
                   (look->phrase_words >= 3 && (begins & BIT(COOKIES))) ||
                   (look->phrase_words == 2 && look->columns <= 48 &&
                    kb_page_first_letter(look->after) != KB_LETTER_LOWER)))
        return call_kind(begins);
    if (look->columns > 260)
        return KB_REMOVED_NONE;
    /* "Want more like this? Sign up for our newsletter." */
    struct kb_str s = look->bare;
    for (size_t i = 0; i + 2 < s.n; i++) {
        bool comma = s.p[i] == ',';
        if ((!comma && s.p[i] != '.' && s.p[i] != '?' && s.p[i] != '!') ||
            s.p[i + 1] != ' ')
            continue;
        struct kb_str rest = kb_page_trim(kb_str_slice(s, i + 2, s.n));
        struct kb_phrase_hits hits = kb_lexicon_match(look->lexicon, rest);
        uint32_t bits = hits.begins & (comma ? BIT(NEWSLETTER) : calls);
        /* "To miss nothing, sign up for our newsletter.": at the sentence's end. */
        if (comma && hits.prefix_bytes + CALL_AFTER_BYTES < rest.n)
            continue;
        if (bits && kb_page_words(kb_str_slice(rest, 0, hits.prefix_bytes)) >= 3)
            return call_kind(bits);
    }
    return KB_REMOVED_NONE;
}

/* "Jane Doe is a reporter for …", at the text's end. */
static bool introduces(const struct look *look) {
    struct kb_str rest = look->line;
    size_t words = 0;
    if (!look->tail || look->quoted || look->columns > 500)
        return false;
    for (; words < 5; words++) {
        struct kb_str next = rest, word = kb_page_word(&next);
        if (!word.n || kb_page_first_letter(word) != KB_LETTER_UPPER)
            break;
        rest = next;
    }
    struct kb_phrase_hits hits = kb_lexicon_match(look->lexicon, rest);
    return words >= 2 && (hits.begins & BIT(ABOUT_AUTHOR)) &&
           kb_page_words(kb_str_slice(rest, 0, hits.prefix_bytes)) >= 3;
}

static enum kb_removed_kind rule_author(const struct look *look) {
    if (introduces(look))
        return KB_REMOVED_AUTHOR_BIO;
    if (!(look->hits.begins & BIT(ABOUT_AUTHOR)) || look->quoted)
        return KB_REMOVED_NONE;
    if (!kb_page_bare(look->after).n || ((look->colon || look->dash) && !look->head))
        return KB_REMOVED_AUTHOR_BIO;
    /* "About the author Jane Doe is …": the name follows at once, at the text's end. */
    if (look->tail && look->phrase_words >= 2 &&
        kb_page_first_letter(look->after) == KB_LETTER_UPPER)
        return KB_REMOVED_AUTHOR_BIO;
    return KB_REMOVED_NONE;
}

/* ---- sources and credits ----------------------------------------------------------- */

static enum kb_removed_kind rule_source(const struct look *look) {
    if (look->columns > 400)
        return KB_REMOVED_NONE;
    if ((look->hits.begins & BIT(TRANSLATED)) && !look->quoted && look->columns <= 300 &&
        (look->phrase_words >= 2 || (look->hits.whole & BIT(TRANSLATED))) &&
        (look->head || look->tail || look->phrase_words >= 4))
        return KB_REMOVED_SOURCE_LINE;
    if (look->hits.begins & BIT(SOURCE)) {
        struct kb_str rest = look->after;
        size_t words = kb_page_words(rest);
        if (kb_page_is_url(rest) || (look->colon && kb_page_is_domain(rest)))
            return KB_REMOVED_SOURCE_LINE;
        if (look->phrase_words >= 4 && look->columns <= 240 && !look->quoted)
            return KB_REMOVED_SOURCE_LINE;
        if (kb_page_has_sentences(rest) || kb_page_is_quote(kb_page_first_char(rest)))
            return KB_REMOVED_NONE;
        if (look->colon && words && words <= 12 && look->columns <= 100 &&
            (!look->ends || words <= 4) &&
            (look->tail || kb_page_is_names(look->lexicon, rest, 12) ||
             kb_page_is_agencies(look->lexicon, rest, NULL)))
            return KB_REMOVED_SOURCE_LINE;
        if (kb_page_is_agencies(look->lexicon, rest, NULL))
            return KB_REMOVED_SOURCE_LINE;
        return KB_REMOVED_NONE;
    }
    /* "(Reuters)", "/AFP", "dpa/jdo (AP)" */
    if (look->columns > 60 || look->line.n < 3)
        return KB_REMOVED_NONE;
    struct kb_str bare = kb_page_bare(look->line);
    bool marked =
        bare.p && bare.n < look->line.n && strchr("([/-", look->line.p[0]) != NULL;
    marked |= kb_page_first_char(look->line) == 0xFF08;
    if ((marked || look->tail || look->after_picture) &&
        kb_page_is_agencies(look->lexicon, bare, NULL))
        return look->after_picture ? KB_REMOVED_CREDIT_LINE : KB_REMOVED_SOURCE_LINE;
    return KB_REMOVED_NONE;
}

/* "Copyright 2025 The Ledger. All rights reserved", "저작권자(c) …, 무단전재 금지" */
static bool is_rights(const struct look *look) {
    if (!(kb_lexicon_contains(look->lexicon, look->line) & BIT(RIGHTS)))
        return false;
    return kb_str_starts_nocase(look->bare, KB_STR("copyright")) ||
           kb_str_find(look->line, KB_STR("©")) != KB_NOT_FOUND ||
           kb_str_find(look->line, KB_STR("ⓒ")) != KB_NOT_FOUND ||
           kb_str_find_nocase(look->line, KB_STR("(c)")) != KB_NOT_FOUND;
}

static enum kb_removed_kind rule_credit(const struct look *look) {
    struct kb_str before, in;
    if (look->hits.begins & BIT(RIGHTS) && !look->quoted && look->columns <= 300 &&
        (look->tail || (look->hits.whole & BIT(RIGHTS))))
        return KB_REMOVED_CREDIT_LINE;
    if (look->columns > 200)
        return KB_REMOVED_NONE;
    if (look->last && look->columns <= 120 && is_rights(look))
        return KB_REMOVED_CREDIT_LINE;
    if (kb_page_is_copyright(kb_page_first_char(look->bare)) && look->columns <= 160)
        return KB_REMOVED_CREDIT_LINE;
    in = kb_page_last_bracket(look->line, &before);
    if (in.n && !before.n) {
        struct kb_str names = in; /* "(with AP, AFP)" */
        kb_page_word(&names);
        if (kb_page_is_credit(look->lexicon, in) ||
            kb_page_is_agencies(look->lexicon, kb_page_trim(names), NULL))
            return KB_REMOVED_CREDIT_LINE;
    }
    if (in.n && kb_page_credit_name(look->lexicon, look->line).n)
        return KB_REMOVED_CREDIT_LINE;
    /* "According to CCTV, TASS": names and no verb. */
    if ((look->hits.begins & BIT(CREDIT)) && !look->ends && look->columns <= 80 &&
        !in.n && look->after.n) {
        if (kb_page_is_agencies(look->lexicon, look->after, NULL))
            return KB_REMOVED_CREDIT_LINE;
        if (look->tail && kb_page_first_letter(look->after) == KB_LETTER_UPPER &&
            kb_page_is_names(look->lexicon, look->after, 5))
            return KB_REMOVED_CREDIT_LINE;
    }
    return KB_REMOVED_NONE;
}

/* ---- photo credits and captions ---------------------------------------------------- */

static enum kb_removed_kind rule_caption(const struct look *look) {
    if (look->columns > 700)
        return KB_REMOVED_NONE;
    size_t before = kb_page_photo_credit(look->lexicon, look->line);
    if (before < look->line.n)
        return kb_page_bare(kb_str_slice(look->line, 0, before)).n
                   ? KB_REMOVED_CAPTION
                   : KB_REMOVED_CREDIT_LINE;
    /* "Photo: Fishermen mend their nets" */
    bool caption = (look->hits.begins & BIT(PHOTO)) && look->colon && !look->ends &&
                   look->after.n && !look->quoted &&
                   kb_page_first_letter(look->after) != KB_LETTER_LOWER &&
                   kb_page_first_letter(look->after) != KB_LETTER_DIGIT &&
                   look->columns <= (look->after_picture ? 160 : 100);
    return caption ? KB_REMOVED_CAPTION : KB_REMOVED_NONE;
}

/* ---- bylines and dates ------------------------------------------------------------- */

/* Where the part that is no name begins: a bar, a dash between spaces, a digit. */
static size_t names_length(struct kb_str s) {
    size_t len;
    for (size_t i = 0; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        bool apart = i && kb_is_space(s.p[i - 1]);
        if (c == '|' || c == 0x2022 || c == 0xB7 ||
            kb_page_letter(c) == KB_LETTER_DIGIT ||
            (apart && (c == '-' || c == 0x2013 || c == 0x2014 || c == '/' || c == '(')))
            return i;
    }
    return s.n;
}

static bool is_byline_tail(const struct look *look, struct kb_str tail) {
    tail = kb_page_bare(tail);
    struct kb_phrase_hits hits = kb_lexicon_match(look->lexicon, tail);
    if (hits.begins & BIT(UPDATED))
        tail = kb_page_bare(kb_str_slice(tail, hits.prefix_bytes, tail.n));
    return !tail.n || kb_page_is_date(tail, NULL) ||
           kb_page_is_names(look->lexicon, tail, 4) ||
           kb_page_is_agencies(look->lexicon, tail, NULL);
}

/* "Jane Doe, staff writer" without the trade. */
static struct kb_str without_trade(const struct look *look, struct kb_str names) {
    size_t comma = kb_str_find_byte(names, ',');
    if (comma == KB_NOT_FOUND)
        return names;
    struct kb_str trade = kb_page_trim(kb_str_slice(names, comma + 1, names.n));
    bool whole = kb_lexicon_match(look->lexicon, trade).whole & BIT(BYLINE);
    return whole ? kb_str_slice(names, 0, comma) : names;
}

static enum kb_removed_kind rule_byline(const struct look *look) {
    if (look->columns > 120 || !(look->head || look->tail) || look->ends)
        return KB_REMOVED_NONE;
    if (kb_page_is_signature(look->lexicon, look->line, look->head, look->last))
        return KB_REMOVED_BYLINE;
    bool said = (look->hits.begins & BIT(BYLINE)) != 0;
    struct kb_str s = said ? look->after : look->line;
    size_t n = names_length(s);
    struct kb_str names = kb_page_bare(kb_str_slice(s, 0, n));
    struct kb_str tail = kb_str_slice(s, n, s.n);
    if (!names.n || kb_page_columns(names) > 90 ||
        kb_page_first_letter(names) == KB_LETTER_LOWER)
        return KB_REMOVED_NONE;
    if (said) {
        names = without_trade(look, names);
        enum kb_letter letter = kb_page_first_letter(names);
        if (letter == KB_LETTER_PLAIN && kb_page_columns(names) > 24)
            return KB_REMOVED_NONE;
        return kb_page_is_names(look->lexicon, names, 10) && is_byline_tail(look, tail)
                   ? KB_REMOVED_BYLINE
                   : KB_REMOVED_NONE;
    }
    /* "Jane Doe | 3 May 2025": a name, a mark, a date. */
    size_t words = kb_page_words(names);
    enum kb_letter first = kb_page_first_letter(names);
    tail = kb_page_trim(tail);
    struct kb_str date = kb_page_bare(tail);
    if (first == KB_LETTER_PLAIN && look->head && tail.n && words <= 4 &&
        (tail.p[0] == '|' || kb_str_starts(tail, KB_STR("·"))))
        return kb_page_is_names(look->lexicon, names, 4) && kb_page_is_date(date, NULL)
                   ? KB_REMOVED_BYLINE
                   : KB_REMOVED_NONE;
    if (first != KB_LETTER_UPPER || words < 2 || words > 5 ||
        !kb_page_is_names(look->lexicon, names, 5))
        return KB_REMOVED_NONE;
    bool mark = date.n && (date.p > tail.p ||
                           kb_str_ends(kb_page_trim(kb_str_slice(s, 0, n)), KB_STR(",")));
    if (mark && kb_page_is_date(date, NULL))
        return KB_REMOVED_BYLINE;
    /* "Jane Doe, Berlin" right below the headline or at the very end. */
    size_t comma = kb_str_find_byte(names, ',');
    if (!tail.n && comma != KB_NOT_FOUND && (look->below_title || look->last) &&
        kb_str_find_byte(names, ':') == KB_NOT_FOUND && words <= 4 &&
        look->columns <= 40 && kb_page_words(kb_str_slice(names, 0, comma)) == 2 &&
        kb_page_words(kb_str_slice(names, comma + 1, names.n)) <= 2)
        return KB_REMOVED_BYLINE;
    return KB_REMOVED_NONE;
}

static enum kb_removed_kind rule_date(const struct look *look) {
    bool time = false;
    if (look->columns > 90)
        return KB_REMOVED_NONE;
    if (look->head && kb_page_is_spoken_date(look->lexicon, look->line))
        return KB_REMOVED_OTHER;
    if (look->hits.begins & BIT(UPDATED))
        return kb_page_is_date(look->after, &time) ? KB_REMOVED_OTHER : KB_REMOVED_NONE;
    /* Dates alone can be the headings of a chronicle: only where pages print them. */
    if ((look->head || look->tail) && kb_page_is_date(look->line, &time) &&
        (time || look->head))
        return KB_REMOVED_OTHER;
    return KB_REMOVED_NONE;
}

static enum kb_removed_kind rule_end(const struct look *look) {
    return look->last && kb_page_is_end_mark(look->line) ? KB_REMOVED_OTHER
                                                         : KB_REMOVED_NONE;
}

enum kb_removed_kind kb_page_debris(const struct kb_lexicon *lexicon, struct kb_str line,
                                    const struct kb_line_place *place) {
    static enum kb_removed_kind (*const rules[])(const struct look *) = {
        rule_code,   rule_ad,     rule_counter, rule_related, rule_call, rule_author,
        rule_source, rule_credit, rule_caption, rule_byline,  rule_date, rule_end,
    };
    struct look look;
    line = kb_page_trim(line.n > LONGEST_LINE ? KB_STR_NONE : line);
    if (!line.n)
        return KB_REMOVED_NONE;
    look_at(&look, lexicon, line, place);
    for (size_t i = 0; i < KB_COUNT(rules); i++) {
        enum kb_removed_kind kind = rules[i](&look);
        if (kind != KB_REMOVED_NONE)
            return kind;
    }
    return KB_REMOVED_NONE;
}
