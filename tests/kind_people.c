/* Kind `people`: a byline → persons.
 *
 * Input: lines, a byline each; "# …" is a comment.  Options: printed=1 takes them as they
 * stand on a page, not from markup; site and domain name the house, language the page's.
 * Outputs: people, under each line its persons: "name | role @ organization". */
#include "page/people.h"
#include "runner.h"

static void print(struct kb_buf *out, const struct kb_people *people) {
    for (size_t i = 0; i < people->count; i++) {
        const struct kb_author *a = &people->items[i].author;
        kb_buf_z(out, "  ");
        kb_buf_str(out, a->name);
        if (a->role.n)
            kb_buf_printf(out, " | %.*s", (int)a->role.n, a->role.p);
        if (a->organization.n)
            kb_buf_printf(out, " @ %.*s", (int)a->organization.n, a->organization.p);
        kb_buf_char(out, '\n');
    }
    if (!people->count)
        kb_buf_z(out, "  -\n");
    if (people->cut)
        kb_buf_z(out, "  some were left out\n");
}

static void run(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_arena arena;
    struct kb_buf out;
    struct kb_err err = {0};
    struct kb_str rest = kb_case_file(c, "lines");
    const bool printed = kb_case_option(c, "printed") != NULL;
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    kb_buf_init(&out, (size_t)1 << 20);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    struct kb_house house = {
        .lexicon = lexicon,
        .domain = kb_str_z(kb_case_option(c, "domain")),
        .japanese = kb_str_equal(kb_str_z(kb_case_option(c, "language")), KB_STR("ja"))};
    kb_house_add(&house, &arena, kb_str_z(kb_case_option(c, "site")));
    while (rest.n) {
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(rest, 0, end));
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
        if (!line.n || line.p[0] == '#')
            continue;
        struct kb_people people = {0};
        struct kb_byline byline = {.raw = line, .marked = !printed, .printed = printed};
        kb_people_split(&people, &arena, &house, &byline);
        for (size_t i = 0; i < people.count; i++)
            people.items[i].author.name =
                kb_person_nice_case(&arena, people.items[i].author.name);
        kb_buf_str(&out, kb_str_cut(line, 200));
        kb_buf_char(&out, '\n');
        print(&out, &people);
    }
    kb_case_output(c, "people", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_arena_free(&arena);
    kb_lexicon_free(lexicon);
}

const struct kb_test_kind kb_kind_people = {"people", run};
