/* /api/v1: articles in lists, one by one, with their versions and sources; search. */
#include "serve/api.h"
#include "serve/programs.h"

enum { SNIPPET_COLUMNS = 160, VERSIONS_MOST = 1000000 };

/* ---- lists ------------------------------------------------------------------------- */

/* Where the page before ended: "TIME.NUMBER", a time may be before 1970. */
static bool read_cursor(const struct kb_http *req, struct kb_reply *res,
                        struct kb_list_place *place) {
    struct kb_str text = kb_http_query(req, "cursor");
    size_t dot = kb_str_find_byte(text, '.');
    if (!kb_pairs_has(req->query, "cursor"))
        return true;
    bool minus = kb_str_starts(text, KB_STR("-"));
    if (dot != KB_NOT_FOUND &&
        kb_number(kb_str_slice(text, minus, dot), 0, INT64_MAX, &place->time) &&
        kb_number(kb_str_slice(text, dot + 1, text.n), 1, INT64_MAX, &place->n)) {
        if (minus)
            place->time = -place->time;
        return true;
    }
    (void)!kb_refuse(res, 400, "cursor is what \"next\" of the page before was");
    return false;
}

static bool read_order(const struct kb_http *req, struct kb_reply *res,
                       enum kb_list_order *order) {
    static const char *const names[] = {"newest", "oldest", "last", "first"};
    struct kb_str text = kb_http_query(req, "order");
    *order = KB_LIST_NEWEST;
    if (!kb_pairs_has(req->query, "order"))
        return true;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (kb_str_equal(text, kb_str_z(names[i]))) {
            *order = (enum kb_list_order)i;
            return true;
        }
    }
    (void)!kb_refuse(res, 400, "order is newest, oldest, last or first");
    return false;
}

static bool read_wish(struct kb_http *req, struct kb_reply *res,
                      struct kb_article_wish *wish) {
    int64_t limit;
    bool all;
    *wish = (struct kb_article_wish){.user = req->who.user,
                                     .tag = kb_http_query(req, "tag"),
                                     .folder = kb_http_query(req, "folder"),
                                     .language = kb_http_query(req, "language"),
                                     .outlet = kb_http_query(req, "outlet")};
    if (!kb_api_number(req, res, "limit", KB_API_USUAL, 1, KB_API_MOST, &limit) ||
        !kb_api_number(req, res, "feed", 0, 1, INT64_MAX, &wish->feed) ||
        !kb_api_moment(req, res, "since", &wish->since) ||
        !kb_api_moment(req, res, "before", &wish->before) ||
        !kb_api_bool(req, res, "unread", &wish->unread) ||
        !kb_api_bool(req, res, "starred", &wish->starred) ||
        !kb_api_bool(req, res, "all", &all) || !read_order(req, res, &wish->order) ||
        !read_cursor(req, res, &wish->behind))
        return false;
    wish->own = !all;
    wish->limit = (size_t)limit + 1; /* one more tells whether there is a next page */
    return true;
}

static void put_cursor(struct kb_json *json, const struct kb_row *last) {
    char text[64];
    struct kb_buf buf;
    kb_buf_init(&buf, sizeof text);
    kb_buf_printf(&buf, "%lld.%lld", (long long)last->time, (long long)last->n);
    kb_json_field(json, "next", kb_buf_view(&buf));
    kb_buf_free(&buf);
}

static enum kb_status list(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_article_wish wish;
    struct kb_story_row story;
    struct kb_row row;
    struct kb_json json;
    int64_t *articles;
    size_t count;
    enum kb_status status = KB_OK;
    if (!read_wish(req, res, &wish))
        return KB_OK;
    if (kb_pairs_has(req->query, "story")) {
        status = kb_api_story(req, res, kb_http_query(req, "story"), &story, err);
        if (status != KB_OK || res->status)
            return status;
        wish.story = story.n;
    }
    status = kb_store_articles(req->store, &wish, req->arena, &articles, &count, err);
    if (status != KB_OK)
        return status;
    bool more = count == wish.limit;
    kb_api_begin(res, &json);
    kb_json_field_array(&json, "articles");
    for (size_t i = 0; status == KB_OK && i < count - more; i++) {
        status = kb_store_article_at(req->store, req->who.user, articles[i], req->arena,
                                     &row, err);
        if (status == KB_OK)
            kb_tell_row(&json, &row);
    }
    kb_json_array_end(&json);
    if (status == KB_OK && more)
        put_cursor(&json, &row);
    return status == KB_OK ? kb_api_end(res, &json) : status;
}

static bool read_search(struct kb_http *req, struct kb_reply *res,
                        struct kb_search_options *options) {
    struct kb_str order = kb_http_query(req, "order");
    int64_t limit, offset;
    bool newest = kb_str_equal(order, KB_STR("newest"));
    if (!kb_api_number(req, res, "limit", KB_API_USUAL, 1, KB_API_MOST, &limit) ||
        !kb_api_number(req, res, "cursor", 0, 0, KB_LIMIT_SEARCH_RESULTS - KB_API_MOST,
                       &offset))
        return false;
    if (kb_pairs_has(req->query, "order") && !newest &&
        !kb_str_equal(order, KB_STR("rank"))) {
        (void)!kb_refuse(res, 400, "order is rank or newest");
        return false;
    }
    *options =
        (struct kb_search_options){.user = req->who.user,
                                   .limit = (size_t)limit,
                                   .offset = (size_t)offset,
                                   .order = newest ? KB_SEARCH_NEWEST : KB_SEARCH_RANK,
                                   .room = SNIPPET_COLUMNS};
    return true;
}

static enum kb_status search(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct kb_search_options options;
    struct kb_search_result result;
    struct kb_json json;
    char next[32];
    struct kb_buf buf;
    if (!read_search(req, res, &options))
        return KB_OK;
    enum kb_status status = kb_store_search(req->store, kb_http_query(req, "q"), req->now,
                                            &options, req->arena, &result, err);
    if (status == KB_EINPUT || status == KB_EUSAGE || status == KB_ELIMIT)
        return kb_refuse(res, 400, "q: %s", err->text);
    if (status != KB_OK)
        return status;
    kb_api_begin(res, &json);
    kb_json_field_int(&json, "total", result.total);
    kb_json_field_bool(&json, "or_more", result.at_least);
    kb_json_field_array(&json, "articles");
    for (size_t i = 0; status == KB_OK && i < result.count; i++) {
        struct kb_row row;
        status = kb_store_article_at(req->store, req->who.user, result.hits[i].n,
                                     req->arena, &row, err);
        if (status != KB_OK)
            break;
        kb_json_object(&json);
        kb_tell_row_members(&json, &row);
        kb_json_field(&json, "snippet", result.hits[i].snippet);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    size_t end = options.offset + result.count;
    if (result.count == options.limit &&
        (result.at_least || (int64_t)end < result.total) &&
        end <= KB_LIMIT_SEARCH_RESULTS - KB_API_MOST) {
        kb_buf_init(&buf, sizeof next);
        kb_buf_printf(&buf, "%zu", end);
        kb_json_field(&json, "next", kb_buf_view(&buf));
        kb_buf_free(&buf);
    }
    return status == KB_OK ? kb_api_end(res, &json) : status;
}

/* Those with the newest article first. */
static enum kb_status outlets(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_outlet_row *rows;
    struct kb_json json;
    int64_t limit;
    size_t count;
    if (!kb_api_number(req, res, "limit", KB_API_USUAL, 1, KB_LIMIT_OUTLETS_SHOWN,
                       &limit))
        return KB_OK;
    enum kb_status status =
        kb_store_outlets(req->store, (size_t)limit, req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    kb_api_begin(res, &json);
    kb_json_field_array(&json, "outlets");
    for (size_t i = 0; i < count; i++) {
        kb_json_object(&json);
        kb_json_field(&json, "domain", rows[i].domain);
        kb_json_field(&json, "name", rows[i].name);
        kb_json_field_int(&json, "articles", rows[i].articles);
        kb_tell_time(&json, "last", rows[i].last);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    return kb_api_end(res, &json);
}

/* ---- one --------------------------------------------------------------------------- */

static enum kb_status one(struct kb_http *req, struct kb_reply *res, struct kb_err *err) {
    struct kb_str record, *tags;
    struct kb_json json;
    struct kb_row row;
    size_t count;
    enum kb_status status = kb_api_article(req, res, req->part[0], &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_store_record(req->store, row.n, req->arena, &record, err);
    if (status == KB_OK)
        status = kb_store_article_tags(req->store, req->who.user, row.n, req->arena,
                                       &tags, &count, err);
    if (status != KB_OK)
        return status;
    kb_api_begin(res, &json);
    kb_tell_row_members(&json, &row);
    kb_api_texts(&json, "tags", tags, count);
    kb_json_key(&json, "record");
    if (record.n)
        kb_tell_raw(&json, kb_str_trim(record));
    else /* retention took it */
        kb_json_null(&json);
    res->tagged = true;
    return kb_api_end(res, &json);
}

static enum kb_status sources(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    struct kb_kept_story story = {.count = 0};
    struct kb_article article;
    struct kb_json json;
    struct kb_row row;
    enum kb_status status = kb_api_article(req, res, req->part[0], &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_kept_article(&kept, &row, &article, err);
    if (status != KB_OK)
        goto out;
    status = kb_kept_story(&kept, row.story, &story, err);
    if (status == KB_OK) {
        size_t place = kb_kept_place(&story, row.n);
        kb_api_begin(res, &json);
        kb_tell_sources(&json, &article);
        kb_tell_edges(&json, &story, place, "has_from", false);
        kb_tell_edges(&json, &story, place, "given_to", true);
        status = kb_api_end(res, &json);
    }
    kb_kept_story_free(&story);
    kb_arena_free(&article.arena);
out:
    kb_kept_free(&kept);
    return status;
}

/* ---- versions ---------------------------------------------------------------------- */

/* The record of a version, the newest by its number too. */
static enum kb_status version_of(struct kb_http *req, const struct kb_row *row,
                                 int64_t number, struct kb_str *record, int64_t *seen,
                                 struct kb_err *err) {
    *seen = row->versions > 1 ? row->changed : row->seen;
    return number == row->versions
               ? kb_store_record(req->store, row->n, req->arena, record, err)
               : kb_store_version(req->store, row->n, (int)number, req->arena, record,
                                  seen, err);
}

static enum kb_status version(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_str record;
    struct kb_json json;
    struct kb_row row;
    int64_t number, seen;
    enum kb_status status = kb_api_article(req, res, req->part[0], &row, err);
    if (status != KB_OK || res->status)
        return status;
    if (!kb_number(req->part[1], 1, row.versions, &number))
        return kb_refuse(res, 404, "the article has the versions 1 to %d", row.versions);
    status = version_of(req, &row, number, &record, &seen, err);
    if (status != KB_OK || !record.n)
        return status != KB_OK ? status : kb_refuse(res, 404, "its text is not kept");
    kb_api_begin(res, &json);
    kb_json_field_int(&json, "version", number);
    kb_tell_time(&json, "seen", seen);
    kb_json_key(&json, "record");
    kb_tell_raw(&json, kb_str_trim(record));
    return kb_api_end(res, &json);
}

static enum kb_status put_changes(struct kb_http *req, struct kb_reply *res,
                                  const struct kb_str records[2], int64_t number,
                                  int64_t seen, struct kb_err *err) {
    struct kb_article old = {.id = KB_STR_NONE}, now = {.id = KB_STR_NONE};
    struct kb_loader *loader = NULL;
    struct kb_changes changes;
    struct kb_json json;
    struct kb_buf text;
    enum kb_status status = kb_kept_load(&loader, records[0], &old, err);
    if (status == KB_OK)
        status = kb_kept_load(&loader, records[1], &now, err);
    if (status == KB_OK)
        status = kb_article_changes(req->arena, &old, &now, NULL, &changes, err);
    if (status == KB_OK) {
        kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
        kb_changes_print_json(&changes, 0, &text);
        kb_api_begin(res, &json);
        kb_json_field_int(&json, "version", number);
        kb_tell_time(&json, "seen", seen);
        kb_json_key(&json, "changes");
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&text)));
        status = text.status == KB_OK ? kb_api_end(res, &json) : text.status;
        kb_buf_free(&text);
    }
    kb_arena_free(&old.arena);
    kb_arena_free(&now.arena);
    kb_loader_free(loader);
    return status;
}

static enum kb_status changes(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_str records[2];
    struct kb_row row;
    int64_t number, seen;
    enum kb_status status = kb_api_article(req, res, req->part[0], &row, err);
    if (status != KB_OK || res->status)
        return status;
    if (row.versions < 2)
        return kb_refuse(res, 404, "the article never changed");
    if (!kb_api_number(req, res, "version", row.versions, 2, VERSIONS_MOST, &number))
        return KB_OK;
    if (number > row.versions)
        return kb_refuse(res, 404, "the article has the versions 1 to %d", row.versions);
    status = version_of(req, &row, number - 1, &records[0], &seen, err);
    if (status == KB_OK)
        status = version_of(req, &row, number, &records[1], &seen, err);
    if (status == KB_OK && (!records[0].n || !records[1].n))
        return kb_refuse(res, 404, "its text is not kept");
    return status == KB_OK ? put_changes(req, res, records, number, seen, err) : status;
}

/* ---- stories ----------------------------------------------------------------------- */

static enum kb_status stories(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_str order = kb_http_query(req, "order");
    struct kb_story_wish wish = {.user = req->who.user,
                                 .language = kb_http_query(req, "language"),
                                 .outlet = kb_http_query(req, "outlet"),
                                 .tag = kb_http_query(req, "tag"),
                                 .newest = kb_str_equal(order, KB_STR("newest"))};
    struct kb_story_row *rows;
    struct kb_json json;
    struct kb_buf next;
    int64_t limit, offset;
    size_t count;
    bool all;
    enum { OFFSET_MOST = 100000, OUTLETS_MOST = 1000 };
    if (!kb_api_number(req, res, "limit", KB_API_USUAL, 1, KB_API_MOST, &limit) ||
        !kb_api_number(req, res, "cursor", 0, 0, OFFSET_MOST, &offset) ||
        !kb_api_number(req, res, "outlets", 1, 1, OUTLETS_MOST, &wish.min_outlets) ||
        !kb_api_moment(req, res, "since", &wish.since) ||
        !kb_api_moment(req, res, "before", &wish.before) ||
        !kb_api_bool(req, res, "unread", &wish.unread) ||
        !kb_api_bool(req, res, "all", &all))
        return KB_OK;
    if (kb_pairs_has(req->query, "order") && !wish.newest &&
        !kb_str_equal(order, KB_STR("heat")))
        return kb_refuse(res, 400, "order is heat or newest");
    wish.own = !all;
    wish.limit = (size_t)limit + 1;
    wish.offset = (size_t)offset;
    enum kb_status status =
        kb_store_stories(req->store, &wish, req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    bool more = count == wish.limit && offset + limit <= OFFSET_MOST;
    kb_api_begin(res, &json);
    kb_json_field_array(&json, "stories");
    for (size_t i = 0; i < count && i < (size_t)limit; i++) {
        kb_json_object(&json);
        kb_tell_story(&json, &rows[i]);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    if (more) {
        kb_buf_init(&next, KB_TIME_BYTES);
        kb_buf_printf(&next, "%lld", (long long)(offset + limit));
        kb_json_field(&json, "next", kb_buf_view(&next));
        kb_buf_free(&next);
    }
    return kb_api_end(res, &json);
}

static enum kb_status story(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    struct kb_kept_story whole = {.count = 0};
    struct kb_story_row row;
    struct kb_json json;
    struct kb_buf chain;
    enum kb_status status = kb_api_story(req, res, req->part[0], &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_kept_story(&kept, row.n, &whole, err);
    if (status == KB_OK) {
        kb_buf_init(&chain, KB_LIMIT_OUTPUT_BYTES);
        kb_chain_print_json(&whole.chain, 0, &chain);
        kb_api_begin(res, &json);
        kb_tell_story(&json, &row);
        kb_json_key(&json, "chain");
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&chain)));
        status = chain.status == KB_OK ? kb_api_end(res, &json) : chain.status;
        kb_buf_free(&chain);
        res->tagged = true;
    }
    kb_kept_story_free(&whole);
    kb_kept_free(&kept);
    return status;
}

#define READ(path, handler)                                                              \
    { KB_HTTP_GET, path, KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, handler, 0 }

static const struct kb_route routes[] = {
    READ("/api/v1/articles", list),
    READ("/api/v1/articles/:id", one),
    READ("/api/v1/articles/:id/sources", sources),
    READ("/api/v1/articles/:id/versions/:number", version),
    READ("/api/v1/articles/:id/changes", changes),
    READ("/api/v1/search", search),
    READ("/api/v1/outlets", outlets),
    READ("/api/v1/stories", stories),
    READ("/api/v1/stories/:id", story),
};
const struct kb_routes kb_routes_api_articles = {routes, KB_COUNT(routes)};
