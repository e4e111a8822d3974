/* Media that are quoted in running text: "told Reuters", "laut Washington Post",
 * "〈産経新聞〉によると".
 *
 * In: the article's paragraphs.  Out: names of media with a phrase of [quoted] right
 * beside them, on the side that the language file says; articles, adjectives and nouns
 * for media may stand between.  Names are looked for first, because few words begin one;
 * phrases only around them. */
#include "article/sources.h"
#include "page/line.h"

enum {
    BEFORE_BYTES = 140, /* of the sentence in front of a name that are looked at */
    BEFORE_WORDS = 24,
    GAP_WORDS = 4,    /* between phrase and name */
    LOOSE_GAP = 1,    /* without a noun for media among them */
    BEHIND_WORDS = 3, /* words after a name at which a phrase may begin */
    EVIDENCE_MORE = 40
};

/* True where the text between two places has a sentence's end. */
static bool parted(struct kb_str s) {
    size_t len;
    for (size_t i = 0; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (c == ';' || c == '?' || c == '!' || c == 0x3002 || c == 0xFF1F ||
            c == 0xFF01 || c == 0x964 || c == 0x61F || c == 0x6D4)
            return true;
        if (c == '.' && i + 1 < s.n && kb_is_space(s.p[i + 1]))
            return true;
    }
    return false;
}

struct around {
    struct kb_str text;
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
    out->text = text;
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
    size_t n = kb_source_phrases_at(f->lexicon, text, pos, found);
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
                         size_t to, const struct kb_name_hit *hit) {
    bool medium;
    if (parted(kb_str_slice(text, from, to)))
        return false;
    size_t words = between(f, text, from, to, &medium);
    if (hit->ordinary)
        return words == 0 || (medium && words <= 1);
    return words <= (medium ? GAP_WORDS : LOOSE_GAP);
}

/* A phrase in front of the name; *from is where it begins. */
static bool phrase_before(const struct kb_finder *f, struct kb_str text,
                          const struct kb_name_hit *hit, size_t *from) {
    struct around a;
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    words_before(text, hit->start, &a);
    for (size_t i = a.count; i--;) {
        size_t n = kb_source_phrases_at(f->lexicon, text, a.starts[i], found);
        while (n--)
            if (found[n].word == KB_SOURCE_QUOTED && found[n].name_behind &&
                found[n].end <= hit->start &&
                close_enough(f, text, found[n].end, hit->start, hit)) {
                *from = a.starts[i];
                return true;
            }
    }
    return false;
}

/* A phrase behind the name; *to is where it ends. */
static bool phrase_behind(const struct kb_finder *f, struct kb_str text,
                          const struct kb_name_hit *hit, size_t *to) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t pos = kb_text_next_word(text, hit->end);
    for (int i = 0; i < BEHIND_WORDS && pos < text.n; i++) {
        size_t n = kb_source_phrases_at(f->lexicon, text, pos, found);
        while (n--)
            if (found[n].word == KB_SOURCE_QUOTED && !found[n].name_behind &&
                close_enough(f, text, hit->end, pos, hit)) {
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

static void read_paragraph(struct kb_finder *f, struct kb_str text) {
    struct kb_name_hit hit;
    size_t last_end = 0, last_from = 0;
    bool last = false;
    for (size_t at = 0; kb_name_next(f->lexicon, text, at, f->country, &hit);
         at = hit.end) {
        size_t from = hit.start, to = hit.end;
        bool quoted = false;
        if (hit.name->kind == KB_NAME_PHOTO || hit.name->kind == KB_NAME_SOCIAL ||
            hit.name->kind == KB_NAME_RELEASE)
            continue;
        if (last && is_joined(text, last_end, hit.start)) {
            quoted = true;
            from = last_from;
        } else {
            quoted =
                phrase_before(f, text, &hit, &from) || phrase_behind(f, text, &hit, &to);
        }
        if (quoted)
            kb_sources_add(f, hit.name, kb_str_slice(text, hit.start, hit.end),
                           KB_REL_QUOTED, KB_STR_NONE, kb_str_slice(text, from, to),
                           hit.ordinary ? 0.7f : 0.85f);
        last = quoted;
        last_end = hit.end;
        last_from = from;
    }
}

void kb_quoted_read(struct kb_finder *f) {
    struct kb_str rest = f->article->content_text, paragraph;
    while ((paragraph = kb_next_paragraph(&rest)).n)
        read_paragraph(f, paragraph);
}
