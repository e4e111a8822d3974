/* Lines of bodies: the file `lines` enters, `kinds` leaves: "<kind> <tab> <line>", "text"
 * for what belongs to the article.
 *
 * Options: place=head, middle, tail or picture says where the lines stand; what=lead asks
 * for the tag at the head of each line instead: "<kind> <tab> <tag>| <text>". */
#include "page/page.h"
#include "runner.h"

static struct kb_line_place place_of(const char *name) {
    struct kb_line_place place = {.index = 10, .count = 20};
    if (strcmp(name, "head") == 0)
        place.index = 1;
    else if (strcmp(name, "tail") == 0)
        place.index = 19;
    else if (strcmp(name, "picture") == 0)
        place.after_picture = place.has_picture = true;
    else if (strcmp(name, "link") == 0)
        place.all_link = true;
    return place;
}

static void tell(const struct kb_lexicon *lexicon, struct kb_str line, bool lead,
                 const struct kb_line_place *place, struct kb_buf *out) {
    enum kb_removed_kind kind = KB_REMOVED_NONE;
    size_t tag = 0;
    if (lead)
        tag = kb_page_lead_tag(lexicon, line, &kind);
    else
        kind = kb_page_debris(lexicon, line, place);
    kb_buf_z(out, kind == KB_REMOVED_NONE ? "text" : kb_removed_name(kind));
    kb_buf_char(out, '\t');
    kb_buf_str(out, kb_str_slice(line, 0, tag));
    if (lead)
        kb_buf_char(out, '|');
    kb_buf_str(out, kb_str_slice(line, tag, line.n));
    kb_buf_char(out, '\n');
}

static void run(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err = {0};
    struct kb_buf out;
    struct kb_str lines = kb_case_file(c, "lines");
    const char *place = kb_case_option(c, "place"), *what = kb_case_option(c, "what");
    struct kb_line_place at = place_of(place ? place : "middle");
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (!lines.p)
        kb_case_fail(c, "the file `lines` is missing");
    else if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    while (lexicon && lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        if (end == KB_NOT_FOUND)
            end = lines.n;
        if (end)
            tell(lexicon, kb_str_slice(lines, 0, end), what && strcmp(what, "lead") == 0,
                 &at, &out);
        lines = kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "kinds", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_lexicon_free(lexicon);
}

const struct kb_test_kind kb_kind_debris = {"debris", run};
