/* Media that are quoted in running text: "told Reuters", "laut Washington Post",
 * "〈産経新聞〉によると".
 *
 * In: the article's paragraphs.  Out: names of media with a phrase of [quoted] right
 * beside them, on the side that the language file says; articles, adjectives and nouns
 * for media may stand between.  Phrases are looked for first, because one word of a
 * hundred begins one; names only in the stretches of text around them. */
#include "article/sources.h"
#include "page/line.h"

enum {
    BEFORE_BYTES =
        140, /* of the sentence in front of a name or phrase that are looked at */
    BEFORE_WORDS = 24,
    GAP_WORDS = 4,     /* between phrase and name */
    LOOSE_GAP = 2,     /* without a noun for media among them */
    LOOSE_BEHIND = 1,  /* between name and verb: "A BBC spokesman said" */
    BEHIND_WORDS = 3,  /* words after a name at which a phrase may begin */
    LEADING = 3,       /* paragraphs: what a text rests on is named in them */
    UNKNOWN_WORDS = 4, /* of a name that no table has */
    UNKNOWN_BYTES = 60,
    UNKNOWN_REACH = 6000, /* bytes of the text in which such names are looked for */
    PARTED_WORDS = 3,     /* of a subject in the middle of a phrase */
    PARTED_BYTES = 80
};

struct around {
    size_t starts[BEFORE_WORDS]; /* of the words before the name, the nearest last */
    size_t count;
};

/* The words of the sentence before at. */
static void words_before(struct kb_str text, size_t at, struct around *out) {
    size_t from = at > BEFORE_BYTES ? at - BEFORE_BYTES : 0;
    while (from && from < at && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from++;
    if (from)
        from = kb_text_word_end(text, kb_text_next_word(text, from));
    out->count = 0;
    for (size_t pos = kb_text_next_word(text, from); pos < at;
         pos = kb_text_next_word(text, kb_text_word_end(text, pos))) {
        if (out->count == BEFORE_WORDS) {
            memmove(out->starts, out->starts + 1,
                    (BEFORE_WORDS - 1) * sizeof *out->starts);
            out->count--;
        }
        out->starts[out->count++] = pos;
    }
}

static bool is_medium(const struct kb_finder *f, struct kb_str text, size_t pos,
                      size_t *end) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t n = kb_source_phrases_of(f->lexicon, text, pos, KB_SOURCE_MEDIUM, found);
    while (n--)
        if (found[n].word == KB_SOURCE_MEDIUM) {
            *end = found[n].end;
            return true;
        }
    return false;
}

/* Words between two places, and whether a noun for media is among them. */
static size_t between(const struct kb_finder *f, struct kb_str text, size_t from,
                      size_t to, bool *medium) {
    size_t words = 0, end;
    *medium = false;
    for (size_t pos = kb_text_next_word(text, from); pos < to && words <= 8;) {
        if (is_medium(f, text, pos, &end) && end <= to) {
            *medium = true;
            pos = kb_text_next_word(text, end);
        } else {
            words++;
            pos = kb_text_next_word(text, kb_text_word_end(text, pos));
        }
    }
    return words;
}

static bool close_enough(const struct kb_finder *f, struct kb_str text, size_t from,
                         size_t to, size_t loose, const struct kb_name_hit *hit) {
    bool medium;
    if (kb_sentence_ends(kb_str_slice(text, from, to)))
        return false;
    size_t words = between(f, text, from, to, &medium);
    if (hit->ordinary)
        return words == 0 || (medium && words <= 1);
    return words <= (medium ? GAP_WORDS : loose);
}

/* "uppger Utrikesdepartementet för TT": a phrase of two words with its subject between
 * them, the second one right before the name.  *from is where the first one begins. */
static bool parted_phrase(const struct kb_finder *f, struct kb_str text,
                          const struct around *a, const struct kb_name_hit *hit,
                          size_t *from) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    char both[PARTED_BYTES];
    if (a->count < 3)
        return false;
    const size_t last = a->starts[a->count - 1], last_end = kb_text_word_end(text, last);
    for (size_t i = 2; i < 2 + PARTED_WORDS && i < a->count; i++) {
        size_t first = a->starts[a->count - 1 - i];
        size_t n = kb_text_word_end(text, first) - first, m = last_end - last;
        const size_t subject = a->starts[a->count - i];
        struct kb_str who = kb_str_slice(text, subject, last);
        if ((hit->ordinary && kb_page_first_letter(who) != KB_LETTER_UPPER) ||
            n + m + 1 > sizeof both ||
            kb_sentence_ends(kb_str_slice(text, first, hit->start)))
            continue;
        memcpy(both, text.p + first, n);
        both[n] = ' ';
        memcpy(both + n + 1, text.p + last, m);
        const struct kb_str phrase = {both, n + m + 1};
        size_t hits =
            kb_source_phrases_of(f->lexicon, phrase, 0, KB_SOURCE_QUOTED, found);
        while (hits--)
            if (found[hits].word == KB_SOURCE_QUOTED && found[hits].name_behind &&
                found[hits].end == phrase.n) {
                *from = first;
                return true;
            }
    }
    return false;
}

/* A phrase in front of the name; *from is where it begins. */
static bool phrase_before(const struct kb_finder *f, struct kb_str text,
                          const struct kb_name_hit *hit, size_t *from) {
    struct around a;
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    words_before(text, hit->start, &a);
    for (size_t i = a.count; i--;) {
        size_t n =
            kb_source_phrases_of(f->lexicon, text, a.starts[i], KB_SOURCE_QUOTED, found);
        while (n--)
            if (found[n].word == KB_SOURCE_QUOTED && found[n].name_behind &&
                found[n].end < hit->end && a.starts[i] < hit->start &&
                close_enough(f, text,
                             found[n].end < hit->start ? found[n].end : hit->start,
                             hit->start, LOOSE_GAP, hit)) {
                *from = a.starts[i];
                return true;
            }
    }
    return parted_phrase(f, text, &a, hit, from);
}

/* "… der Pädiater (AAP) said": what stands in a bracket is short for what is before
 * it. */
static bool is_abbreviation(struct kb_str text, const struct kb_name_hit *hit) {
    return hit->end < text.n && text.p[hit->end] == ')' && hit->end - hit->start <= 4;
}

/* A phrase behind the name; *to is where it ends. */
static bool phrase_behind(const struct kb_finder *f, struct kb_str text,
                          const struct kb_name_hit *hit, size_t *to) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t pos = kb_text_next_word(text, hit->end);
    for (int i = 0; i < BEHIND_WORDS && pos < text.n; i++) {
        size_t n = kb_source_phrases_of(f->lexicon, text, pos, KB_SOURCE_QUOTED, found);
        while (n--)
            if (found[n].word == KB_SOURCE_QUOTED && !found[n].name_behind &&
                close_enough(f, text, hit->end, pos, LOOSE_BEHIND, hit)) {
                *to = found[n].end;
                return true;
            }
        pos = kb_text_next_word(text, kb_text_word_end(text, pos));
    }
    return false;
}

/* "RTL/ntv", "AP und Reuters": what is joined to a quoted name is quoted too. */
static bool is_joined(struct kb_str text, size_t from, size_t to) {
    struct kb_str gap = kb_page_trim(kb_str_slice(text, from, to));
    return gap.n == 1 && (gap.p[0] == '/' || gap.p[0] == '&');
}

/* Where the last known name stood, and whether it was quoted. */
struct last_name {
    size_t from, end;
    bool quoted;
};

static size_t words_in(struct kb_str text, size_t from) {
    size_t n = 0;
    for (size_t pos = kb_text_next_word(text, from); pos < text.n;
         pos = kb_text_next_word(text, kb_text_word_end(text, pos)))
        n++;
    return n;
}

/* The house's name without the noun for media before it: "کرانه" of "روزنامه کرانه". */
static struct kb_str bare_house(const struct kb_finder *f) {
    struct kb_str name = f->article->publisher;
    size_t end, pos = kb_text_next_word(name, 0);
    return is_medium(f, name, pos, &end)
               ? kb_str_slice(name, kb_text_next_word(name, end), name.n)
               : name;
}

/* "به گزارش … کرانه به نقل از خبرگزاری فرانسه": the text opens with the house that quotes
 * the medium at from; all of it is from there. */
static bool opens_with_house(const struct kb_finder *f, struct kb_str text, size_t from) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    const struct kb_str name = bare_house(f), before = kb_str_slice(text, 0, from);
    size_t at = name.n ? kb_str_find(before, name) : KB_NOT_FOUND;
    return text.p == f->article->content_text.p && at != KB_NOT_FOUND &&
           !kb_sentence_ends(before) &&
           kb_source_phrases_of(f->lexicon, text, kb_text_next_word(text, 0),
                                KB_SOURCE_QUOTED, found) > 0 &&
           words_in(before, at + name.n) <= 1;
}

static void read_known(struct kb_finder *f, struct kb_str text,
                       const struct kb_name_hit *hit, struct last_name *last) {
    size_t from = hit->start, to = hit->end;
    bool quoted;
    if (hit->name->kind == KB_NAME_PHOTO || hit->name->kind == KB_NAME_SOCIAL ||
        hit->name->kind == KB_NAME_RELEASE)
        return;
    if (last->quoted && is_joined(text, last->end, hit->start)) {
        quoted = true;
        from = last->from;
    } else {
        quoted = phrase_before(f, text, hit, &from) ||
                 (!is_abbreviation(text, hit) && phrase_behind(f, text, hit, &to));
    }
    bool rests = quoted && opens_with_house(f, text, from);
    f->staff |= rests;
    if (quoted)
        kb_sources_add(f, hit->name, kb_str_slice(text, hit->start, hit->end),
                       rests ? KB_REL_CREDITED : KB_REL_QUOTED, KB_STR_NONE,
                       kb_str_slice(text, from, to), hit->ordinary ? 0.7f : 0.85f);
    *last = (struct last_name){from, hit->end, quoted};
}

/* ---- media that no table has ------------------------------------------------------- */

/* The end of the name that begins at pos: in quotation marks, or capitalised words. */
static size_t unknown_end(struct kb_str text, size_t pos) {
    size_t end = pos;
    for (int words = 0; pos < text.n && words < UNKNOWN_WORDS; words++) {
        size_t next = kb_text_word_end(text, pos), after;
        enum kb_letter first = kb_page_first_letter(kb_str_slice(text, pos, next));
        if (first != KB_LETTER_UPPER && !(words && first == KB_LETTER_DIGIT))
            break;
        end = next;
        after = kb_text_next_word(text, next);
        struct kb_str gap = kb_str_slice(text, next, after);
        if (gap.n != 1 || !(gap.p[0] == ' ' || gap.p[0] == '.' || gap.p[0] == '-'))
            break;
        pos = after;
    }
    return end;
}

/* The beginning of the capitalised words that end at `at`, a space before `at`. */
static size_t unknown_start(struct kb_str text, size_t at) {
    size_t start = at;
    for (int words = 0; start && words < UNKNOWN_WORDS; words++) {
        size_t end = start, from;
        while (end && at - end < UNKNOWN_BYTES && kb_is_space(text.p[end - 1]))
            end--;
        from = end;
        while (from && at - from <= UNKNOWN_BYTES && !kb_is_space(text.p[from - 1]))
            from--;
        if (at - from > UNKNOWN_BYTES)
            break;
        struct kb_str word = kb_str_slice(text, from, end);
        if (!word.n || kb_page_first_letter(word) != KB_LETTER_UPPER ||
            strchr(".,;:!?)", word.p[word.n - 1]))
            break;
        start = from;
    }
    return start;
}

static bool quoted_around(const struct kb_finder *f, struct kb_str text, size_t start,
                          size_t end, size_t *from, size_t *to) {
    const struct kb_name_hit hit = {.start = start, .end = end};
    *from = start;
    *to = end;
    return phrase_before(f, text, &hit, from) || phrase_behind(f, text, &hit, to);
}

/* The name beside a noun for media at [pos, end): behind it ("das Nachrichtenportal
 * Table.Briefings"), or before it where the noun is a part of it ("Philadelphia
 * Magazine").  Lower-case nouns have adjectives before them, and so have all of
 * German's. */
static struct kb_str unknown_beside(const struct kb_finder *f, struct kb_str text,
                                    size_t pos, size_t end) {
    size_t start = kb_text_next_word(text, end), stop = unknown_end(text, start);
    struct kb_str gap = kb_str_slice(text, end, start);
    bool german = kb_str_starts(f->article->language, KB_STR("de"));
    bool noun = kb_page_first_letter(kb_str_slice(text, pos, end)) == KB_LETTER_UPPER;
    if (stop > start && gap.n <= 4 && kb_str_find_byte(gap, ',') == KB_NOT_FOUND)
        /* "Radio Lune": a capital in the midst of a sentence makes the noun a name's */
        return kb_str_slice(text, noun && !german && pos && gap.n == 1 ? pos : start,
                            stop);
    if (!noun || german)
        return KB_STR_NONE;
    start = unknown_start(text, pos);
    return start < pos ? kb_str_slice(text, start, end) : KB_STR_NONE;
}

/* A noun for media at [pos, end) with a name beside it, and a phrase of [quoted] beside
 * both. */
static void read_unknown(struct kb_finder *f, struct kb_str text, size_t pos,
                         size_t end) {
    struct kb_name_hit known;
    size_t from, to;
    struct kb_str name = unknown_beside(f, text, pos, end);
    if (name.n < 3 || name.n > UNKNOWN_BYTES ||
        kb_name_next(f->lexicon, name, 0, f->country, &known))
        return;
    size_t start = (size_t)(name.p - text.p), stop = start + name.n;
    if (quoted_around(f, text, start < pos ? start : pos, stop > end ? stop : end, &from,
                      &to))
        kb_sources_add(f, NULL, name, KB_REL_QUOTED, KB_STR_NONE,
                       kb_str_slice(text, from, to), 0.6f);
}

/* ---- stretches of text ------------------------------------------------------------- */

/* A part of a paragraph in which a name may have a phrase beside it. */
struct stretch {
    size_t from, to;
};

/* The next stretch from at on: from some words before a phrase to its sentence's end, as
 * both stand in one sentence.  False where no phrase is left. */
static bool next_stretch(const struct kb_finder *f, struct kb_str text, size_t at,
                         struct stretch *out) {
    struct around before;
    size_t behind, phrase = kb_source_word_next(f->lexicon, text, at, KB_SOURCE_QUOTED);
    if (phrase == text.n)
        return false;
    words_before(text, phrase, &before);
    size_t first = before.count ? before.starts[0] : phrase;
    *out = (struct stretch){first > at ? first : at,
                            kb_sentence_mark(text, phrase, &behind)};
    return true;
}

/* One walk over the words of a stretch, for both; unknown says whether to look for the
 * second.  Returns where it ended. */
static size_t read_stretch(struct kb_finder *f, struct kb_str text,
                           const struct stretch *stretch, bool unknown,
                           struct last_name *last) {
    struct kb_name_hit hit;
    size_t end, noun_end, pos = kb_text_next_word(text, stretch->from);
    for (; pos < stretch->to; pos = kb_text_next_word(text, end)) {
        end = kb_text_word_end(text, pos);
        if (kb_name_in_word(f->lexicon, text, pos, end, f->country, &hit)) {
            read_known(f, text, &hit, last);
            end = hit.end;
        } else if (unknown && is_medium(f, text, pos, &noun_end)) {
            read_unknown(f, text, pos, noun_end);
        }
    }
    return pos;
}

static void read_paragraph(struct kb_finder *f, struct kb_str text, bool unknown) {
    struct last_name last = {0};
    struct stretch stretch;
    for (size_t at = 0; next_stretch(f, text, at, &stretch);)
        at = read_stretch(f, text, &stretch, unknown, &last);
}

void kb_quoted_read(struct kb_finder *f) {
    struct kb_str rest = f->article->content_text, paragraph;
    const size_t before = f->count;
    for (size_t n = 0; (paragraph = kb_next_paragraph(&rest)).n; n++) {
        if (kb_lexicon_match(f->lexicon, paragraph).begins >> KB_PHRASE_SOURCE & 1)
            continue; /* a list of sources is read as one, or not at all */
        bool unknown = (size_t)(paragraph.p - f->article->content_text.p) < UNKNOWN_REACH;
        read_paragraph(f, paragraph, unknown);
        f->rests |= n < LEADING && f->count > before;
    }
}
