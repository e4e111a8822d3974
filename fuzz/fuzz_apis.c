/* What reader apps send, in four dialects: a first line is a query, a second one a stream
 * or an id, and the rest a body, a form or JSON. */
#include "fuzz.h"

#include "serve/apps_read.h"

static struct kb_str take(struct kb_str *input) {
    size_t end = kb_str_find_byte(*input, '\n');
    struct kb_str line = kb_str_slice(*input, 0, end);
    *input = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*input, end + 1, input->n);
    return line;
}

static void check_marks(const struct kb_app_marks *m, size_t most) {
    if (m->id_count > most || m->read < -1 || m->read > 1 || m->starred < -1 ||
        m->starred > 1)
        kb_fuzz_fail("marks that nobody can mean");
    for (size_t i = 0; i < m->id_count; i++)
        if (m->ids[i].story && m->ids[i].n <= 0)
            kb_fuzz_fail("a story below the first");
}

static void check_wish(const struct kb_app_wish *w, size_t most) {
    if (!w->limit || w->limit > most || w->since < 0 || w->before < 0 || w->after < 0 ||
        w->below < 0 || w->feed < 0)
        kb_fuzz_fail("a list out of bounds");
}

/* What we print is what we read. */
static void check_id(struct kb_str text) {
    struct kb_app_id id, again;
    char out[KB_GREADER_ID_BYTES], guid[KB_NEXTCLOUD_GUID_BYTES];
    if (kb_greader_id_read(text, &id)) {
        kb_greader_id_print(id, out);
        if (!kb_greader_id_read(kb_str_z(out), &again) || again.n != id.n ||
            again.story != id.story)
            kb_fuzz_fail("an id is not the same when it comes back");
        again = kb_app_id_of_key(kb_app_key(id));
        if (id.n > 0 && id.n < INT64_MAX / 2 - 1 &&
            (again.n != id.n || again.story != id.story))
            kb_fuzz_fail("a key is not the same when it comes back");
    }
    if (kb_nextcloud_guid_read(text, &id)) {
        kb_nextcloud_guid_print(id, guid);
        if (!kb_nextcloud_guid_read(kb_str_z(guid), &again) || again.n != id.n ||
            again.story != id.story)
            kb_fuzz_fail("a guid is not the same when it comes back");
    }
}

static void ask(struct kb_http *req, struct kb_str stream) {
    struct kb_app_wish wish;
    struct kb_app_marks marks = {0};
    struct kb_fever_ask fever;
    int64_t folder;
    const char *why;
    kb_greader_list_read(req, stream, KB_LIMIT_APP_IDS, &wish);
    check_wish(&wish, KB_LIMIT_APP_IDS);
    if (kb_greader_marks_read(req, &marks))
        check_marks(&marks, KB_LIMIT_FIELDS);
    if (kb_fever_read(req, &fever) &&
        (fever.since < 0 || fever.max < 0 || fever.with_count > KB_FEVER_ITEMS ||
         (fever.mark && !fever.read && !fever.starred)))
        kb_fuzz_fail("Fever asks out of bounds");
    if (kb_miniflux_list_read(req, &wish, &why))
        check_wish(&wish, KB_LIMIT_APP_ITEMS);
    else if (!why)
        kb_fuzz_fail("refused without a word");
    kb_nextcloud_list_read(req, &wish, &folder);
    check_wish(&wish, KB_LIMIT_APP_ITEMS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    struct kb_str query = take(&input), stream = take(&input);
    struct kb_arena arena;
    struct kb_app_marks marks = {0};
    kb_arena_init(&arena, KB_LIMIT_ANSWER_MEMORY);
    struct kb_http req = {.arena = &arena, .body = input};
    if (kb_pairs_parse(&arena, query, &req.query) &&
        kb_pairs_parse(&arena, input, &req.form))
        ask(&req, stream);
    check_id(stream);
    (void)kb_app_picture_type(stream);
    if (kb_miniflux_marks_read(&arena, input, &marks))
        check_marks(&marks, size);
    marks = (struct kb_app_marks){0};
    if (kb_nextcloud_ids_read(&arena, input, &marks))
        check_marks(&marks, size);
    kb_arena_free(&arena);
    return 0;
}
