/* Datelines that stand in a line of their own above the text, "AFP, MANILA", "Berlin.",
 * and the sign that a text ends with, "(phy)", "(vyp/kna)".
 *
 * In: the lines between the headline and the body, the body's first and last paragraphs.
 * Out: the dateline, the desk.  A place in a line alone looks like a section, a name, a
 * button; so an agency must stand beside it, or a dateline's own mark behind it. */
#include "article/sources.h"
#include "page/line.h"

enum {
    ALONE_BYTES = 48,
    PLACE_BYTES = 30,
    HEAD_DISTANCE = 8,
    FIRST_PARAGRAPHS = 3,
    SIGN_BYTES = 12 /* of "(vyp/kna)", brackets included */
};

/* A word or two, each with a capital, that nothing says to be anything but a place. */
static bool is_place(const struct kb_finder *f, struct kb_str s, size_t most) {
    const struct kb_article *a = f->article;
    struct kb_name_hit hit;
    size_t words = 0, end;
    if (s.n < 3 || s.n > PLACE_BYTES || kb_lexicon_contains(f->lexicon, s) ||
        kb_lexicon_words(f->lexicon, s, 0, ~0u, &end) || kb_house_is(f, NULL, s) ||
        kb_name_at(f->lexicon, s, 0, f->country, &hit) ||
        kb_str_equal_nocase(s, a->section))
        return false;
    for (size_t i = 0; i < a->author_count; i++)
        if (kb_str_find_nocase(a->authors[i].name, s) != KB_NOT_FOUND)
            return false;
    for (struct kb_str rest = s, word; (word = kb_page_word(&rest)).n; words++)
        for (size_t i = 0; i < word.n; i++)
            if (kb_page_first_letter(word) != KB_LETTER_UPPER || kb_is_digit(word.p[i]) ||
                strchr(":.@|()/!?&", word.p[i]))
                return false;
    return words && words <= most;
}

/* The place in "AFP, MANILA", "PTI Mumbai", "MANILA (AFP)"; empty where s is none. */
static struct kb_str place_beside(const struct kb_finder *f, struct kb_str s,
                                  struct kb_name_hit *hit) {
    size_t at = kb_text_next_word(s, 0);
    if (s.n > ALONE_BYTES || !kb_name_at(f->lexicon, s, at, f->country, hit) ||
        hit->name->kind != KB_NAME_WIRE || hit->inflected || hit->end >= s.n)
        return KB_STR_NONE;
    /* "Online Store": a name that is a word too must at least be initials here */
    if (hit->ordinary && !kb_page_all_upper(kb_str_slice(s, hit->start, hit->end)))
        return KB_STR_NONE;
    struct kb_str rest = kb_str_slice(s, hit->end, s.n), place = kb_page_bare(rest);
    bool comma = rest.p[0] == ',', space = kb_is_space(rest.p[0]);
    size_t most = kb_page_all_upper(place) && comma ? 3 : 1;
    if ((!comma && !space) || (space && kb_page_trim(rest).n != place.n) ||
        !is_place(f, place, most))
        return KB_STR_NONE;
    return place;
}

static void set_dateline(struct kb_finder *f, struct kb_str raw, struct kb_str place,
                         const struct kb_name *agency) {
    struct kb_dateline *d = &f->article->dateline;
    d->raw = kb_arena_dup(f->arena, raw);
    d->place = kb_arena_dup(f->arena, place);
    if (!agency)
        return;
    d->agency = kb_arena_dup(f->arena, agency->name);
    kb_sources_add(f, agency, KB_STR_NONE, KB_REL_CREDITED, KB_STR_NONE, d->raw, 0.9f);
}

static bool read_line(struct kb_finder *f, struct kb_str s, bool head) {
    struct kb_name_hit hit;
    s = kb_page_trim(s);
    struct kb_str place = place_beside(f, s, &hit);
    if (place.n) {
        set_dateline(f, s, place, hit.name);
        return true;
    }
    if (!head || s.n > PLACE_BYTES)
        return false;
    /* "Berlin.", "Jakarta -" */
    place = kb_page_bare(s);
    struct kb_str mark = kb_page_trim(kb_str_slice(s, place.n, s.n));
    static const char *const marks[] = {".", "-", "--", "–", "—"};
    bool marked = false;
    for (size_t i = 0; i < KB_COUNT(marks) && place.p == s.p; i++)
        marked |= kb_str_equal(mark, kb_str_z(marks[i]));
    if (!marked || !is_place(f, place, 1))
        return false;
    set_dateline(f, s, place, NULL);
    return true;
}

/* Small letters in brackets, in parts of two to four with a slash between. */
static bool is_sign(struct kb_str s) {
    size_t part = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool letter = s.p[i] >= 'a' && s.p[i] <= 'z';
        if (letter ? ++part > 4 : s.p[i] != '/' || part < 2)
            return false;
        part = letter ? part : 0;
    }
    return part >= 2;
}

/* "… over.“(phy)": the writer's sign stands behind the last sentence. */
static void read_end(struct kb_finder *f) {
    struct kb_str before, text = kb_page_trim(f->article->content_text);
    struct kb_str tail = kb_str_slice(text, text.n > 200 ? text.n - 200 : 0, text.n);
    while (tail.n && ((unsigned char)tail.p[0] & 0xC0) == 0x80)
        tail = kb_str_slice(tail, 1, tail.n);
    struct kb_str in = kb_page_last_bracket(tail, &before);
    struct kb_name_hit hit;
    if (!in.n || in.n + 2 > SIGN_BYTES || !is_sign(in) ||
        !kb_page_ends_sentence(before) ||
        kb_name_next(f->lexicon, in, 0, f->country, &hit) ||
        kb_lexicon_contains(f->lexicon, in))
        return;
    f->article->desk = kb_arena_dup(f->arena, in);
}

void kb_dateline_read_alone(struct kb_finder *f) {
    const struct kb_page_result *r = f->result;
    const unsigned not =
        KB_LINE_CAPTION | KB_LINE_ASIDE | KB_LINE_FOOTER | KB_LINE_PICTURE;
    bool found = f->article->dateline.raw.n > 0;
    for (size_t i = 0; i < r->line_count && !found; i++) {
        const struct kb_page_line *line = &r->lines[i];
        if (line->zone == KB_LINE_HEAD && !(line->marks & not ) &&
            line->distance <= HEAD_DISTANCE)
            found = read_line(f, line->text, true);
    }
    struct kb_str rest = f->article->content_text, paragraph;
    for (size_t n = 0; n < FIRST_PARAGRAPHS && !found; n++) {
        paragraph = kb_next_paragraph(&rest);
        if (kb_str_starts(paragraph, KB_STR("- ")))
            paragraph = kb_str_slice(paragraph, 2, paragraph.n);
        found = paragraph.n && read_line(f, paragraph, false);
    }
    if (!f->article->desk.n)
        read_end(f);
}
