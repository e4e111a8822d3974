/* /api/v1: what people say of articles (read, starred, tags), of stories and lists, and
 * the names that they keep: tags, folders, searches. */
#include "serve/api.h"
#include "serve/programs.h"

/* ---- articles, many at once -------------------------------------------------------- */

struct marks {
    yyjson_val *articles, *add, *remove;
    bool read, has_read, starred, has_starred;
};

static bool is_list_of_texts(yyjson_val *list) {
    yyjson_val *value;
    size_t i, most;
    if (!list)
        return true;
    if (!yyjson_is_arr(list))
        return false;
    yyjson_arr_foreach(list, i, most, value) {
        if (!yyjson_is_str(value))
            return false;
    }
    return true;
}

static bool read_marks(struct kb_reply *res, yyjson_val *root, struct marks *m) {
    m->articles = yyjson_obj_get(root, "articles");
    m->add = yyjson_obj_get(root, "add_tags");
    m->remove = yyjson_obj_get(root, "remove_tags");
    if (!kb_api_flag(res, root, "read", &m->read, &m->has_read) ||
        !kb_api_flag(res, root, "starred", &m->starred, &m->has_starred))
        return false;
    if (!m->articles || !is_list_of_texts(m->articles) ||
        yyjson_arr_size(m->articles) > KB_LIMIT_API_MARKS) {
        (void)!kb_refuse(res, 400, "articles is a list of ids, %d at most",
                         KB_LIMIT_API_MARKS);
        return false;
    }
    if (is_list_of_texts(m->add) && is_list_of_texts(m->remove) &&
        yyjson_arr_size(m->add) + yyjson_arr_size(m->remove) <= KB_LIMIT_API_TAGS)
        return true;
    (void)!kb_refuse(res, 400, "add_tags and remove_tags are lists of names, %d at most",
                     KB_LIMIT_API_TAGS);
    return false;
}

static struct kb_str text_of(yyjson_val *value) {
    return (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
}

static enum kb_status mark_tags(struct kb_store *store, const struct kb_http *req,
                                yyjson_val *names, bool on, int64_t n, bool *any,
                                struct kb_err *err) {
    enum kb_status status = KB_OK;
    yyjson_val *value;
    size_t i, most;
    yyjson_arr_foreach(names, i, most, value) {
        struct kb_str name;
        bool changed = false;
        status = kb_store_name(text_of(value), &name, err);
        if (status == KB_OK)
            status = kb_store_set_tag(store, req->who.user, n, name, on, &changed, err);
        if (status != KB_OK)
            return status;
        *any = *any || changed;
    }
    return status;
}

static enum kb_status mark_one(struct kb_store *store, const struct kb_http *req,
                               const struct marks *m, struct kb_str id, int64_t *done,
                               struct kb_err *err) {
    int64_t user = req->who.user;
    struct kb_row row;
    bool changed = false, any = false;
    enum kb_status status = kb_store_article(store, user, id, req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_err_set(err, KB_EINPUT,
                          "there is no article \"%.*s\"; nothing is marked",
                          (int)kb_str_cut(id, 60).n, id.p);
    if (status == KB_OK && m->has_read) {
        status = kb_store_set_read(store, user, row.n, m->read, &changed, err);
        any = any || changed;
    }
    if (status == KB_OK && m->has_starred) {
        status = kb_store_set_starred(store, user, row.n, m->starred ? req->now : 0,
                                      &changed, err);
        any = any || changed;
    }
    if (status == KB_OK && m->add)
        status = mark_tags(store, req, m->add, true, row.n, &any, err);
    if (status == KB_OK && m->remove)
        status = mark_tags(store, req, m->remove, false, row.n, &any, err);
    *done += any;
    return status;
}

static enum kb_status mark(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct marks m = {.add = NULL};
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root, *value;
    size_t i, most;
    int64_t done = 0;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!read_marks(res, root, &m))
        goto out;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    yyjson_arr_foreach(m.articles, i, most, value) {
        status = mark_one(store, req, &m, text_of(value), &done, err);
        if (status != KB_OK)
            break;
    }
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_done(res, done);
out:
    yyjson_doc_free(doc);
    return status;
}

/* ---- lists as a whole -------------------------------------------------------------- */

static bool read_mark_wish(struct kb_http *req, struct kb_reply *res, yyjson_val *root,
                           struct kb_mark_wish *wish, struct kb_str *story) {
    struct kb_str before;
    yyjson_val *feed = yyjson_obj_get(root, "feed");
    bool has;
    (void)req;
    if (!kb_api_text(res, root, "folder", &wish->folder, &has) ||
        !kb_api_text(res, root, "tag", &wish->tag, &has) ||
        !kb_api_text(res, root, "story", story, &has) ||
        !kb_api_text(res, root, "before", &before, &has))
        return false;
    if (has && !kb_date_seconds(before, &wish->before)) {
        (void)!kb_refuse(res, 400, "before is a date, as in 2026-03-01T12:00:00Z");
        return false;
    }
    if (feed && (!yyjson_is_int(feed) || yyjson_get_sint(feed) < 1)) {
        (void)!kb_refuse(res, 400, "feed is a feed's number");
        return false;
    }
    wish->feed = yyjson_get_sint(feed);
    return true;
}

static enum kb_status mark_list(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_mark_wish wish = {.feed = 0};
    struct kb_str story_id;
    struct kb_story_row story;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t changed = 0;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!read_mark_wish(req, res, root, &wish, &story_id))
        goto out;
    if (story_id.n) {
        status = kb_api_story(req, res, story_id, &story, err);
        if (status != KB_OK || res->status)
            goto out;
        wish.story = story.n;
    }
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_mark_read(store, req->who.user, &wish, &changed, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_done(res, changed);
out:
    yyjson_doc_free(doc);
    return status;
}

/* ---- tags and searches ------------------------------------------------------------- */

static void put_tag(struct kb_json *json, const void *item) {
    const struct kb_tag_row *row = item;
    kb_json_field_str(json, "name", row->name);
    kb_json_field_int(json, "articles", row->articles);
    kb_json_field_int(json, "unread", row->unread);
    kb_tell_time(json, "last", row->last);
}

static enum kb_status tags(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_tag_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_tags(req->store, req->who.user, req->arena, &rows, &count, err);
    return status == KB_OK ? kb_api_list(res, "tags", rows, count, sizeof *rows, put_tag)
                           : status;
}

/* A tag gets another name (which may be there already: they become one), or none. */
static enum kb_status rename_tag(struct kb_http *req, struct kb_reply *res,
                                 struct kb_str to, struct kb_err *err) {
    struct kb_store *store;
    int64_t changed;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_tag_rename(store, req->who.user, req->part[0], to, &changed, err);
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    return changed ? kb_api_done(res, changed)
                   : kb_refuse(res, 404, "there is no such tag");
}

static enum kb_status change_tag(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    struct kb_str text, name;
    yyjson_doc *doc;
    yyjson_val *root;
    bool has;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (kb_api_text(res, root, "name", &text, &has)) {
        status = kb_store_name(text, &name, err);
        status = status == KB_OK       ? rename_tag(req, res, name, err)
                 : status == KB_EINPUT ? kb_refuse(res, 400, "name: %s", err->text)
                                       : status;
    }
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status remove_tag(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    return rename_tag(req, res, KB_STR_NONE, err);
}

static void put_search(struct kb_json *json, const void *item) {
    const struct kb_saved_row *row = item;
    kb_json_field_str(json, "name", row->name);
    kb_json_field_str(json, "query", row->query);
    kb_tell_time(json, "added", row->added);
}

static enum kb_status searches(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct kb_saved_row *rows;
    size_t count;
    enum kb_status status = kb_store_saved_searches(req->store, req->who.user, req->arena,
                                                    &rows, &count, err);
    return status == KB_OK
               ? kb_api_list(res, "searches", rows, count, sizeof *rows, put_search)
               : status;
}

/* Is it a query at all?  It is kept as it was typed. */
static enum kb_status try_query(struct kb_http *req, struct kb_reply *res,
                                struct kb_str query, struct kb_err *err) {
    struct kb_search_options options = {.user = req->who.user, .limit = 1};
    struct kb_search_result result;
    enum kb_status status =
        kb_store_search(req->store, query, req->now, &options, req->arena, &result, err);
    return status == KB_EINPUT || status == KB_ELIMIT || status == KB_EUSAGE
               ? kb_refuse(res, 400, "query: %s", err->text)
               : status;
}

static enum kb_status keep_search(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    struct kb_str query, name;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    bool has;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!kb_api_text(res, root, "query", &query, &has))
        goto out;
    status = try_query(req, res, query, err);
    if (status == KB_OK && !res->status)
        status = kb_store_name(req->part[0], &name, err);
    if (status != KB_OK || res->status)
        goto out;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_save_search(store, req->who.user, name, query, req->now, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_done(res, 1);
out:
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status forget_search(struct kb_http *req, struct kb_reply *res,
                                    struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_forget_search(store, req->who.user, req->part[0], err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_api_done(res, 1) : kb_api_missing(res, status, "search");
}

static const struct kb_route routes[] = {
    {KB_HTTP_POST, "/api/v1/marks", KB_ROUTE_API, KB_RANK_READER, KB_MAY_MARK, mark, 0},
    {KB_HTTP_POST, "/api/v1/marks/read", KB_ROUTE_API, KB_RANK_READER, KB_MAY_MARK,
     mark_list, 0},
    {KB_HTTP_GET, "/api/v1/tags", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, tags, 0},
    {KB_HTTP_PATCH, "/api/v1/tags/:name", KB_ROUTE_API, KB_RANK_READER, KB_MAY_MARK,
     change_tag, 0},
    {KB_HTTP_DELETE, "/api/v1/tags/:name", KB_ROUTE_API, KB_RANK_READER, KB_MAY_MARK,
     remove_tag, 0},
    {KB_HTTP_GET, "/api/v1/searches", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, searches,
     0},
    {KB_HTTP_PUT, "/api/v1/searches/:name", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     keep_search, 0},
    {KB_HTTP_DELETE, "/api/v1/searches/:name", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     forget_search, 0},
};
const struct kb_routes kb_routes_api_marks = {routes, KB_COUNT(routes)};
