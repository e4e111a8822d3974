/* A short line taken apart: "Quelle: ntv.de, ino/dpa", "Par Le Figaro et AFP",
 * "© dpa-infocom", "(menurut CCTV, TASS)".
 *
 * Enters a line of few words; leaves the names of agencies and outlets in it, the
 * phrases, signs and people beside them, and how many words nothing explains.  A line
 * that is nothing but a credit has none of the last. */
#include "article/sources.h"
#include "page/line.h"

#define J(word)                                                                          \
    { word, sizeof word - 1 }

enum { SIGN_BYTES = 5, JOINT_BYTES = 6 /* of the longest joint */ };

/* Small words that join names and take nobody's name: they are the same few in most
 * languages of Latin script, and a line may mix languages. */
static bool is_joint(struct kb_str word) {
    static const struct kb_str joints[] = {
        J("and"),  J("und"), J("et"),   J("y"),   J("e"),    J("ed"),     J("o"),
        J("og"),   J("och"), J("en"),   J("ja"),  J("dan"),  J("và"),     J("ve"),
        J("i"),    J("a"),   J("и"),    J("та"),  J("és"),   J("și"),     J("in"),
        J("at"),   J("for"), J("from"), J("of"),  J("the"),  J("von"),    J("de"),
        J("da"),   J("do"),  J("di"),   J("du"),  J("des"),  J("der"),    J("die"),
        J("das"),  J("del"), J("la"),   J("le"),  J("les"),  J("el"),     J("los"),
        J("van"),  J("via"), J("z"),    J("w"),   J("v"),    J("to"),     J("on"),
        J("with"), J("mit"), J("pour"), J("per"), J("con"),  J("para"),   J("по"),
        J("в"),    J("из"),  J("от"),   J("і"),   J("news"), J("agency"), J("à")};
    if (word.n > JOINT_BYTES)
        return false;
    for (size_t i = 0; i < KB_COUNT(joints); i++)
        if (joints[i].n == word.n && kb_str_equal_nocase(word, joints[i]))
            return true;
    return false;
}

/* A writer's or desk's sign stands beside an agency with a slash between: "ino/dpa". */
static bool is_sign(struct kb_str text, size_t start, size_t end) {
    if (end - start > SIGN_BYTES || end - start < 2)
        return false;
    for (size_t i = start; i < end; i++)
        if (!kb_is_alpha(text.p[i]) || (text.p[i] & 0x20) != (text.p[start] & 0x20))
            return false;
    bool before = start && text.p[start - 1] == '/';
    bool after = end < text.n && text.p[end] == '/';
    return before || after;
}

/* "Jane Doe and AP", "AP and Jane Doe", "Doe/AP": by the word or mark beside the name. */
static bool is_joined(const struct kb_finder *f, struct kb_str text,
                      const struct kb_name_hit *hit) {
    size_t at = hit->start, end;
    while (at && kb_is_space(text.p[at - 1]))
        at--;
    if (at && (text.p[at - 1] == '/' || text.p[at - 1] == '+' || text.p[at - 1] == '&'))
        return true;
    size_t from = at;
    while (from && !kb_is_space(text.p[from - 1]))
        from--;
    uint32_t and = 1u << KB_WORD_AND;
    if (from < at && kb_lexicon_words(f->lexicon, text, from, and, &end))
        return true;
    size_t next = kb_text_next_word(text, hit->end);
    return next < text.n && kb_lexicon_words(f->lexicon, text, next, and, &end);
}

static void add_name(const struct kb_finder *f, const struct kb_name_hit *hit,
                     struct kb_str text, struct kb_credit_line *line) {
    for (size_t i = 0; i < line->count; i++)
        if (line->names[i].name == hit->name)
            return; /* "© dpa-infocom, dpa:…" */
    if (kb_house_is(f, hit->name, kb_str_slice(text, hit->start, hit->end))) {
        line->house = true;
        return;
    }
    if (line->count == KB_CREDIT_NAMES) {
        line->more = true;
        return;
    }
    line->wires += hit->name->kind == KB_NAME_WIRE;
    line->joined |= is_joined(f, text, hit);
    line->names[line->count++] =
        (struct kb_credit_name){hit->name, hit->start, hit->end, hit->ordinary};
}

/* One step from pos; returns where the next one begins. */
static size_t step(const struct kb_finder *f, struct kb_str text, size_t pos,
                   struct kb_credit_line *line) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    struct kb_name_hit hit;
    struct kb_time_name time;
    line->words++;
    size_t own = kb_house_at(f, text, pos);
    if (own) {
        line->house = true;
        return pos + own;
    }
    if (kb_name_at(f->lexicon, text, pos, f->country, &hit)) {
        add_name(f, &hit, text, line);
        return hit.end;
    }
    size_t n = kb_source_phrases_at(f->lexicon, text, pos, found);
    for (size_t i = 0; i < n; i++) {
        line->phrases |= 1u << found[i].word;
        line->agencies |= found[i].word == KB_SOURCE_AGENCIES;
    }
    if (n)
        return found[n - 1].end;
    size_t end = kb_text_word_end(text, pos), more;
    struct kb_str word = kb_str_slice(text, pos, end);
    if (kb_page_first_letter(word) != KB_LETTER_PLAIN &&
        kb_lexicon_words(f->lexicon, text, pos, 1u << KB_WORD_NEWSROOM, &more)) {
        line->newsroom = true;
        return more;
    }
    if (kb_page_first_letter(word) != KB_LETTER_PLAIN &&
        kb_lexicon_words(f->lexicon, text, pos, 1u << KB_WORD_JOB, &more))
        return more; /* "envoyée spéciale" */
    if (line->digits && kb_calendar_at(f->lexicon, text, pos, f->language, &time) &&
        (time.word == KB_TIME_MONTH || time.word == KB_TIME_WEEKDAY))
        return time.end; /* "2 mar. 2026" */
    switch (kb_page_first_letter(word)) {
    case KB_LETTER_DIGIT: line->digits++; break;
    case KB_LETTER_PLAIN: line->plain++; break;
    case KB_LETTER_UPPER:
    case KB_LETTER_LOWER:
        if (is_sign(text, pos, end) && !line->sign.n)
            line->sign = word;
        else if (is_joint(word))
            break;
        else if (kb_page_first_letter(word) == KB_LETTER_UPPER)
            line->people++;
        else
            line->others++;
        break;
    case KB_LETTER_NONE: break;
    }
    return end;
}

void kb_credit_line_read(const struct kb_finder *f, struct kb_str text,
                         struct kb_credit_line *line) {
    *line = (struct kb_credit_line){0};
    text = kb_page_trim(text);
    struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, text);
    size_t pos = kb_text_next_word(text, 0);
    line->copyright = kb_page_is_copyright(kb_page_first_char(text)) ||
                      kb_str_starts_nocase(text, KB_STR("(c)")) ||
                      kb_str_starts_nocase(text, KB_STR("copyright")) ||
                      hits.begins >> KB_PHRASE_RIGHTS & 1;
    line->begins = hits.begins;
    const uint32_t openers = 1u << KB_PHRASE_BYLINE | 1u << KB_PHRASE_SOURCE |
                             1u << KB_PHRASE_CREDIT | 1u << KB_PHRASE_UPDATED |
                             1u << KB_PHRASE_PHOTO;
    if (hits.begins & openers) {
        line->behind = hits.prefix_bytes;
        pos = kb_text_next_word(text, hits.prefix_bytes);
    }
    size_t first = pos;
    while (pos < text.n)
        pos = kb_text_next_word(text, step(f, text, pos, line));
    /* "red, ORF.at/Agenturen": the sign may stand first, with a comma */
    size_t end = first < text.n ? kb_text_word_end(text, first) : first;
    if (!line->sign.n && line->others == 1 && (line->house || line->agencies) &&
        end - first <= SIGN_BYTES && end < text.n && text.p[end] == ',' &&
        kb_page_first_letter(kb_str_slice(text, first, end)) == KB_LETTER_LOWER) {
        line->sign = kb_str_slice(text, first, end);
        line->others = 0;
    }
}
