/* Articles found by what people call them, and what is kept of them read back. */
#include <yyjson.h>

#include "html/html.h"
#include "store/articles.h"
#include "store/inner.h"
#include "store/pack.h"

/* ?2: whose marks. */
#define COLUMNS                                                                          \
    "SELECT a.n, a.story, a.report, a.outlet, a.feed, a.time, a.published, a.seen, "     \
    "a.changed, a.versions, a.fixed, ?2 <> 0 AND NOT EXISTS (SELECT 1 FROM unread u "    \
    "WHERE u.shelf = (SELECT n FROM shelf WHERE user = ?2)"                              \
    " AND u.article = a.n), EXISTS (SELECT 1 FROM star WHERE article "                   \
    "= a.n AND user = ?2), EXISTS (SELECT 1 FROM body WHERE article = a.n), a.joined, "  \
    "a.id, a.url, a.title, a.author, a.language, a.roles, o.domain, o.name, s.id, "      \
    "s.articles FROM "                                                                   \
    "article a LEFT JOIN outlet o ON o.n = a.outlet LEFT JOIN story s ON s.n = a.story "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_row *r = item;
    int64_t *const numbers[] = {&r->n,    &r->story,     &r->report, &r->outlet, &r->feed,
                                &r->time, &r->published, &r->seen,   &r->changed};
    struct kb_str *const texts[] = {
        &r->id,    &r->url,           &r->title,       &r->author,  &r->language,
        &r->roles, &r->outlet_domain, &r->outlet_name, &r->story_id};
    int at = 0;
    for (size_t i = 0; i < KB_COUNT(numbers); i++)
        *numbers[i] = sqlite3_column_int64(s, at++);
    r->versions = sqlite3_column_int(s, at++);
    r->fixed = sqlite3_column_int(s, at++) != 0;
    r->is_read = sqlite3_column_int(s, at++) != 0;
    r->starred = sqlite3_column_int(s, at++) != 0;
    r->has_body = sqlite3_column_int(s, at++) != 0;
    r->joined = sqlite3_column_double(s, at++);
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        *texts[i] = kb_column_dup(arena, s, at++);
    r->story_articles = sqlite3_column_int64(s, at++);
    r->roles = kb_str_trim(r->roles);
}

enum kb_status kb_store_article_at(struct kb_store *store, int64_t user, int64_t n,
                                   struct kb_arena *arena, struct kb_row *row,
                                   struct kb_err *err) {
    bool found = false;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "WHERE a.n = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, user);
    enum kb_status status = kb_store_row(store, s, arena, take_row, row, &found, err);
    if (status == KB_OK && !found)
        status =
            kb_err_set(err, KB_EINPUT, "%s: there is no such article", store->called);
    return status;
}

/* Two rows whose ids begin with name, at most. */
static enum kb_status by_beginning(struct kb_store *store, struct kb_str name,
                                   int64_t found[2], struct kb_str ids[2],
                                   struct kb_arena *arena, size_t *count,
                                   struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT n, id FROM article WHERE id >= ?1 AND id < ?1 || x'7f' LIMIT 2",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    *count = 0;
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        ids[*count] = kb_column_dup(arena, s, 1);
        found[(*count)++] = sqlite3_column_int64(s, 0);
    }
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_article(struct kb_store *store, int64_t user, struct kb_str name,
                                struct kb_arena *arena, struct kb_row *row,
                                struct kb_err *err) {
    enum { SHORTEST = 4 };
    int64_t found[2] = {0, 0};
    struct kb_str ids[2];
    size_t count = 0;
    const int shown = (int)(name.n < 60 ? name.n : 60);
    enum kb_status status = KB_OK;
    if (kb_url_host(name).n)
        status = kb_store_find_address(store, name, found, 1, &count, err);
    else if (name.n < SHORTEST)
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": an article is named by its id, by the first four "
                          "characters of it or more, or by its address",
                          shown, name.p);
    else
        status = by_beginning(store, name, found, ids, arena, &count, err);
    if (status != KB_OK)
        return status;
    if (!count)
        return kb_err_set(err, KB_EINPUT, "\"%.*s\": %s has no such article", shown,
                          name.p, store->called);
    if (count > 1 && !kb_str_equal(ids[0], name))
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": several articles begin so, %.*s and %.*s among "
                          "them: write more of the id",
                          shown, name.p, (int)ids[0].n, ids[0].p, (int)ids[1].n,
                          ids[1].p);
    return kb_store_article_at(store, user, found[0], arena, row, err);
}

enum kb_status kb_store_find_hash(struct kb_store *store, const char *sql,
                                  struct kb_str url, int64_t *found, size_t max,
                                  size_t *count, struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, (int64_t)kb_url_key(url));
    kb_bind_int(s, 2, (int64_t)max);
    while (status == KB_OK && *count < max &&
           (status = kb_store_step(store, s, &row, err)) == KB_OK && row)
        found[(*count)++] = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_find_address(struct kb_store *store, struct kb_str url,
                                     int64_t *found, size_t max, size_t *count,
                                     struct kb_err *err) {
    return kb_store_find_hash(
        store, "SELECT article FROM address WHERE hash = ?1 ORDER BY article LIMIT ?2",
        url, found, max, count, err);
}

enum kb_status kb_store_known(struct kb_store *store, struct kb_str id,
                              struct kb_known *known, struct kb_err *err) {
    bool row = false;
    *known = (struct kb_known){0};
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, story, text_hash, EXISTS (SELECT 1 FROM body WHERE article = n) FROM "
        "article WHERE id = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, id);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row)
        *known = (struct kb_known){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                                   (uint64_t)sqlite3_column_int64(s, 2),
                                   sqlite3_column_int(s, 3) != 0};
    sqlite3_reset(s);
    return status;
}

/* ---- records ----------------------------------------------------------------------- */

enum kb_status kb_store_record(struct kb_store *store, int64_t n, struct kb_arena *arena,
                               struct kb_str *record, struct kb_err *err) {
    bool row = false;
    *record = KB_STR_NONE;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT record FROM body WHERE article = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (status == KB_OK && row)
        status =
            kb_pack_get(store->pack, kb_column(s, 0), KB_STR_NONE, arena, record, err);
    sqlite3_reset(s);
    return status;
}

/* ---- the text for the search index ------------------------------------------------- */

enum kb_status kb_store_json(struct kb_str record, yyjson_doc **doc) {
    yyjson_read_err why;
    *doc = yyjson_read_opts((char *)(uintptr_t)record.p, record.n, 0, NULL, &why);
    if (*doc)
        return KB_OK;
    return why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION ? KB_ENOMEM : KB_EINPUT;
}

/* The root of a packed record, the document to be freed; NULL of a damaged one. */
static yyjson_doc *unpacked(struct kb_store *store, sqlite3_value *value,
                            struct kb_arena *arena, enum kb_status *status) {
    struct kb_str packed = {sqlite3_value_blob(value),
                            (size_t)sqlite3_value_bytes(value)};
    struct kb_str record;
    yyjson_doc *doc = NULL;
    kb_arena_init(arena, KB_LIMIT_DOCUMENT_MEMORY);
    *status = kb_pack_get(store->pack, packed, KB_STR_NONE, arena, &record, NULL);
    if (*status == KB_OK)
        *status = kb_store_json(record, &doc);
    return doc;
}

static void add_cited(struct kb_buf *out, yyjson_val *url) {
    struct kb_str s = {yyjson_get_str(url), yyjson_get_len(url)};
    if (s.n)
        kb_buf_printf(out, "%s%lld", out->n > 1 ? "," : "",
                      (long long)(int64_t)kb_url_key(s));
}

/* kb_body_cites(record): the hashes of the addresses that a packed record names, as a
 * list in JSON; an empty one of a damaged record. */
static void body_cites(sqlite3_context *context, int count, sqlite3_value **values) {
    struct kb_arena arena;
    struct kb_buf out;
    enum kb_status status;
    size_t i, n;
    yyjson_val *value;
    (void)count;
    yyjson_doc *doc = unpacked(sqlite3_user_data(context), values[0], &arena, &status);
    yyjson_val *p = yyjson_obj_get(yyjson_doc_get_root(doc), "provenance");
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_char(&out, '[');
    add_cited(&out, yyjson_obj_get(p, "original_url"));
    yyjson_arr_foreach(yyjson_obj_get(p, "sources"), i, n, value)
        add_cited(&out, yyjson_obj_get(value, "url"));
    yyjson_arr_foreach(yyjson_obj_get(p, "chain"), i, n, value)
        add_cited(&out, yyjson_obj_get(value, "url"));
    kb_buf_char(&out, ']');
    if (status == KB_ENOMEM || out.status != KB_OK)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text64(context, out.p, out.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    kb_buf_free(&out);
    yyjson_doc_free(doc);
    kb_arena_free(&arena);
}

/* kb_body_text(record): the text of a packed record; NULL of a damaged one, and the store
 * remembers that it met it. */
static void body_text(sqlite3_context *context, int count, sqlite3_value **values) {
    struct kb_store *store = sqlite3_user_data(context);
    struct kb_arena arena;
    enum kb_status status;
    (void)count;
    yyjson_doc *doc = unpacked(store, values[0], &arena, &status);
    yyjson_val *text = yyjson_obj_get(yyjson_doc_get_root(doc), "content_text");
    if (text)
        sqlite3_result_text64(context, yyjson_get_str(text), yyjson_get_len(text),
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (status == KB_ENOMEM)
        sqlite3_result_error_nomem(context);
    else
        store->damaged = true;
    yyjson_doc_free(doc);
    kb_arena_free(&arena);
}

enum kb_status kb_store_functions(struct kb_store *store, struct kb_err *err) {
    const int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = sqlite3_create_function_v2(store->db, "kb_body_text", 1, pure, store,
                                          body_text, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(store->db, "kb_body_cites", 1, pure, store,
                                          body_cites, NULL, NULL, NULL);
    return code == SQLITE_OK ? KB_OK : kb_store_fail(store, code, err);
}
