/* A list of names as a credit prints it: "CCTV, TASS, SCMP", "Reuters, Agencia Cordillera
 * y Radio Cauce", "dpa/AFP".
 *
 * Enters the text behind a credit's phrase; leaves one source for each part.  A part is a
 * name of the table, with nouns for media beside it or not, or the name of somebody that
 * no table has: then all of it is the name, so that a known name inside a longer one is
 * not taken for it. */
#include "article/sources.h"
#include "page/line.h"

enum { PART_WORDS = 6, PART_COLUMNS = 48 };

static bool is_border(uint32_t c) {
    return c == ',' || c == ';' || c == '/' || c == '&' || c == '+' || c == '|' ||
           c == 0x3001 || c == 0xFF0C || c == 0xFF1B || c == 0x60C || c == 0xB7 ||
           c == 0x30FB;
}

/* Where the part that begins at pos ends, and where the next one begins. */
static size_t part_end(const struct kb_finder *f, struct kb_str s, size_t pos,
                       size_t *next) {
    size_t len, end;
    for (size_t i = pos; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (is_border(c)) {
            *next = i + len;
            return i;
        }
        bool gap = i > pos && (kb_is_space(s.p[i - 1]) || kb_is_han_like(c));
        if (gap && kb_lexicon_words(f->lexicon, s, i, 1u << KB_WORD_AND, &end)) {
            /* "và" joins; "y" inside a name ("El Día y la Noche") is not told from it */
            *next = end;
            return i;
        }
    }
    *next = s.n;
    return s.n;
}

/* Steps over nouns for media and articles at pos: "kantor berita Antara". */
static size_t skip_media(const struct kb_finder *f, struct kb_str s, size_t pos) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    for (size_t next; pos < s.n; pos = next) {
        size_t n = kb_source_phrases_at(f->lexicon, s, pos, found), end = 0;
        while (n--)
            if (found[n].word == KB_SOURCE_MEDIUM && found[n].end > end)
                end = found[n].end;
        if (!end)
            break;
        next = kb_text_next_word(s, end);
        if (next >= s.n)
            break; /* the noun is all there is: it is the name */
    }
    return pos;
}

static bool is_agencies(const struct kb_finder *f, struct kb_str s) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t n = kb_source_phrases_at(f->lexicon, s, kb_text_next_word(s, 0), found);
    while (n--)
        if (found[n].word == KB_SOURCE_AGENCIES &&
            kb_text_next_word(s, found[n].end) >= s.n)
            return true;
    return false;
}

/* The table's entry that is all of s; NULL where none is. */
static const struct kb_name *entry_of(const struct kb_finder *f, struct kb_str s) {
    struct kb_name_hit hit;
    size_t first = kb_text_next_word(s, 0), bare = skip_media(f, s, first);
    for (int i = 0; i < 2; i++, first = bare)
        if (kb_name_at(f->lexicon, s, first, f->country, &hit) &&
            kb_text_next_word(s, hit.end) >= s.n)
            return hit.name;
    return NULL;
}

/* A name that nobody knows: few words, the first one a name's. */
static bool may_be_name(struct kb_str s) {
    enum kb_letter first = kb_page_first_letter(s);
    return s.n && kb_page_words(s) <= PART_WORDS && kb_page_columns(s) <= PART_COLUMNS &&
           (first == KB_LETTER_UPPER || first == KB_LETTER_PLAIN) &&
           !kb_page_ends_sentence(s) && !kb_page_has_sentences(s);
}

void kb_name_list_read(const struct kb_finder *f, struct kb_str s,
                       struct kb_name_list *list) {
    *list = (struct kb_name_list){0};
    for (size_t pos = 0, next; pos < s.n; pos = next) {
        struct kb_str part =
            kb_page_bare(kb_str_slice(s, pos, part_end(f, s, pos, &next)));
        if (!part.n)
            continue;
        const struct kb_name *entry = entry_of(f, part);
        if (kb_house_is(f, entry, part)) {
            list->house = true;
        } else if (is_agencies(f, part)) {
            list->agencies = true;
        } else if (list->count == KB_CREDIT_NAMES) {
            list->more = true;
        } else if (entry || may_be_name(part)) {
            if (entry && (entry->kind == KB_NAME_PHOTO || entry->kind == KB_NAME_SOCIAL))
                continue;
            list->items[list->count].name = entry;
            list->items[list->count++].text = part;
            list->known += entry != NULL;
        } else {
            list->strange = true;
        }
    }
}
