/* /api/v1: feeds that a person follows, their folders, and rules. */
#include "fetch/fetch.h"
#include "serve/api.h"
#include "serve/apps.h"
#include "serve/programs.h"

#include <stdlib.h>

/* ---- feeds ------------------------------------------------------------------------- */

/* Hubs by which news come, in the order of their feeds: none where hubs cannot find this
 * server. */
struct hubs {
    struct kb_hub_row *rows;
    size_t count;
};

static int by_feed(const void *key, const void *row) {
    int64_t feed = *(const int64_t *)key, other = ((const struct kb_hub_row *)row)->feed;
    return (feed > other) - (feed < other);
}

static void put_hub(const struct kb_http *req, struct kb_json *json,
                    const struct hubs *hubs, int64_t feed) {
    const struct kb_hub_row *hub =
        hubs->count ? bsearch(&feed, hubs->rows, hubs->count, sizeof *hubs->rows, by_feed)
                    : NULL;
    if (!hub)
        return;
    kb_json_field_object(json, "hub");
    kb_json_field(json, "url", hub->hub);
    if (hub->lease_until > req->now)
        kb_tell_time(json, "pushed_until", hub->lease_until);
    kb_tell_time(json, "last_push", hub->pushed);
    kb_json_field(json, "says", hub->says);
    kb_json_object_end(json);
}

static void put_feed(struct kb_http *req, struct kb_json *json,
                     const struct kb_feed_row *row, const struct hubs *hubs) {
    kb_json_object(json);
    kb_json_field_int(json, "id", row->n);
    kb_json_field(json, "url", row->url);
    kb_json_field(json, "name", kb_feed_row_name(row));
    kb_json_field(json, "title", row->title);
    kb_json_field(json, "folder", row->folder);
    kb_json_field(json, "home_page_url", row->home_url);
    kb_json_field(json, "icon", kb_icon_url(req, row->icon_name));
    kb_json_field(json, "language", row->language);
    kb_json_field(json, "format", row->format);
    kb_json_field(json, "full_text", row->full_text);
    kb_json_field_bool(json, "paused", row->paused);
    kb_json_field_int(json, "articles", row->articles);
    kb_json_field_int(json, "unread", row->unread);
    kb_json_field_int(json, "failures", row->failures);
    kb_json_field(json, "says", row->says);
    kb_tell_time(json, "last_success", row->last_success);
    if (row->next != KB_FETCH_NEVER)
        kb_tell_time(json, "next", row->next);
    put_hub(req, json, hubs, row->n);
    kb_json_object_end(json);
}

static enum kb_status feeds(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_feed_row *rows;
    struct hubs hubs = {.count = 0};
    struct kb_json json;
    size_t count;
    enum kb_status status = kb_store_feeds(req->store, req->who.user, KB_FEEDS_ALL,
                                           req->arena, &rows, &count, err);
    if (status == KB_OK && req->server->callback)
        status = kb_store_hubs(req->store, req->arena, &hubs.rows, &hubs.count, err);
    if (status != KB_OK)
        return status;
    kb_api_begin(res, &json);
    kb_json_field_array(&json, "feeds");
    for (size_t i = 0; i < count; i++)
        put_feed(req, &json, &rows[i], &hubs);
    kb_json_array_end(&json);
    return kb_api_end(res, &json);
}

/* The feed of the path's number, if this person follows it. */
static enum kb_status find(struct kb_http *req, struct kb_reply *res,
                           struct kb_feed_row *row, struct kb_err *err) {
    int64_t n;
    if (!kb_api_part(req, res, 0, &n))
        return KB_OK;
    enum kb_status status =
        kb_store_feed_at(req->store, req->who.user, n, req->arena, row, err);
    return status == KB_OK && !row->n ? kb_refuse(res, 404, "there is no such feed")
                                      : status;
}

static enum kb_status feed(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_feed_row row;
    struct kb_hub_row hub = {.n = 0};
    struct kb_json json;
    enum kb_status status = find(req, res, &row, err);
    if (status == KB_OK && !res->status && req->server->callback)
        status = kb_store_hub_of(req->store, row.n, req->arena, &hub, err);
    if (status != KB_OK || res->status)
        return status;
    kb_api_begin(res, &json);
    kb_json_key(&json, "feed");
    put_feed(req, &json, &row, &(struct hubs){&hub, hub.n != 0});
    return kb_api_end(res, &json);
}

static enum kb_status follow(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct kb_feed_new new = {.now = req->now};
    struct kb_store *store;
    struct kb_json json;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t n = 0;
    bool has, fresh = false;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!kb_api_text(res, root, "url", &new.url, &has) ||
        !kb_api_text(res, root, "title", &new.title, &has) ||
        !kb_api_text(res, root, "folder", &new.folder, &has))
        goto out;
    new.url = kb_str_trim(new.url);
    if (!kb_follow_may(new.url)) {
        status = kb_refuse(res, 400, "url is a feed's address: http:// or https://");
        goto out;
    }
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_feed_add(store, req->who.user, &new, &n, &fresh, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK && fresh)
        kb_server_wake(req->server);
    if (status == KB_OK) {
        res->status = fresh ? 201 : 200;
        kb_api_begin(res, &json);
        kb_json_field_int(&json, "id", n);
        kb_json_field_bool(&json, "fresh", fresh);
        status = kb_api_end(res, &json);
    }
out:
    yyjson_doc_free(doc);
    return status;
}

/* ---- changed ----------------------------------------------------------------------- */

struct change {
    struct kb_str name, folder, full_text;
    bool paused, has_name, has_folder, has_full_text, has_paused;
};

static bool read_change(const struct kb_http *req, struct kb_reply *res, yyjson_val *root,
                        struct change *c) {
    static const char *const texts[] = {"auto", "always", "never"};
    bool known = false;
    if (!kb_api_text(res, root, "name", &c->name, &c->has_name) ||
        !kb_api_text(res, root, "folder", &c->folder, &c->has_folder) ||
        !kb_api_text(res, root, "full_text", &c->full_text, &c->has_full_text) ||
        !kb_api_flag(res, root, "paused", &c->paused, &c->has_paused))
        return false;
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        known = known || kb_str_equal(c->full_text, kb_str_z(texts[i]));
    if (c->has_full_text && !known) {
        (void)!kb_refuse(res, 400, "full_text is auto, always or never");
        return false;
    }
    /* These are everybody's. */
    if ((c->has_full_text || c->has_paused) && req->who.rank < KB_RANK_OWNER) {
        (void)!kb_refuse(res, 403,
                         "only an owner of this wire may change full_text and "
                         "paused, which are everybody's");
        return false;
    }
    return true;
}

static enum kb_status set_all(struct kb_store *store, int64_t user, int64_t n,
                              const struct change *c, struct kb_err *err) {
    enum kb_status status = KB_OK;
    if (c->has_name)
        status = kb_store_feed_set(store, user, n, KB_FEED_SET_NAME, c->name, err);
    if (status == KB_OK && c->has_folder)
        status = kb_store_feed_set(store, user, n, KB_FEED_SET_FOLDER, c->folder, err);
    if (status == KB_OK && c->has_full_text)
        status =
            kb_store_feed_set(store, user, n, KB_FEED_SET_FULL_TEXT, c->full_text, err);
    if (status == KB_OK && c->has_paused)
        status = kb_store_feed_set(store, user, n, KB_FEED_SET_PAUSED,
                                   c->paused ? KB_STR("1") : KB_STR("0"), err);
    return status;
}

static enum kb_status change(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct change c = {.paused = false};
    struct kb_feed_row row;
    struct kb_store *store;
    yyjson_doc *doc = NULL;
    yyjson_val *root;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status || !kb_api_body(req, res, &doc, &root))
        return status;
    if (!read_change(req, res, root, &c))
        goto out;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = set_all(store, req->who.user, row.n, &c, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_done(res, 1);
out:
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status leave(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_feed_row row;
    struct kb_store *store;
    bool gone;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_feed_remove(store, req->who.user, row.n, &gone, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_api_done(res, 1) : status;
}

/* It is asked as soon as its turn comes; what came of it the feed tells then. */
static enum kb_status refresh(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_feed_row row;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_server_refresh(req->server, row.n, req->now, err);
    return status == KB_OK ? kb_api_done(res, 1) : status;
}

/* The body is an OPML list. */
static enum kb_status follow_list(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    uint64_t fresh;
    enum kb_status status = kb_server_follow(req, req->body, &fresh, err);
    if (status == KB_EINPUT || status == KB_ELIMIT)
        return kb_refuse(res, 400, "%s", err->text);
    if (status != KB_OK)
        return status;
    kb_server_wake(req->server);
    return kb_api_done(res, (int64_t)fresh);
}

static void put_folder(struct kb_json *json, const void *item) {
    const struct kb_folder_row *row = item;
    kb_json_field_str(json, "name", row->name);
    kb_json_field_int(json, "feeds", row->feeds);
    kb_json_field_int(json, "unread", row->unread);
}

static enum kb_status folders(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_folder_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_folders(req->store, req->who.user, req->arena, &rows, &count, err);
    return status == KB_OK
               ? kb_api_list(res, "folders", rows, count, sizeof *rows, put_folder)
               : status;
}

/* ---- rules ------------------------------------------------------------------------- */

static void put_rule(struct kb_json *json, const void *item) {
    const struct kb_rule_row *row = item;
    kb_json_field_int(json, "id", row->n);
    kb_json_field_str(json, "scope", row->scope);
    kb_json_field(json, "value", row->value);
    kb_json_field_str(json, "rule", row->text);
}

static enum kb_status rules(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_rule_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_rules(req->store, req->who.user, req->arena, &rows, &count, err);
    return status == KB_OK
               ? kb_api_list(res, "rules", rows, count, sizeof *rows, put_rule)
               : status;
}

/* The body's rule, which must be one; refused where it is none. */
static enum kb_status read_rule(struct kb_reply *res, yyjson_val *root,
                                struct kb_rule_row *row, struct kb_rules **rules,
                                struct kb_err *err) {
    bool has;
    *rules = NULL;
    if (!kb_api_text(res, root, "rule", &row->text, &has) ||
        !kb_api_text(res, root, "scope", &row->scope, &has) ||
        !kb_api_text(res, root, "value", &row->value, &has))
        return KB_OK;
    if (!row->scope.n)
        row->scope = KB_STR("all");
    bool all = kb_str_equal(row->scope, KB_STR("all"));
    if ((!all && !kb_str_equal(row->scope, KB_STR("folder")) &&
         !kb_str_equal(row->scope, KB_STR("feed"))) ||
        all == (row->value.n > 0))
        return kb_refuse(res, 400,
                         "scope is all, or folder or feed with its name or "
                         "address as value");
    enum kb_status status = kb_rules_new(NULL, rules, err);
    if (status == KB_OK)
        status = kb_desk_add_rule(*rules, row, err);
    if (status != KB_EINPUT && status != KB_ELIMIT && status != KB_EUSAGE)
        return status;
    return kb_refuse(res, 400, "rule: %s", err->text);
}

/* The body is the whole rule; it keeps its place. */
static enum kb_status change_rule(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    struct kb_rule_row row = {.user = req->who.user};
    struct kb_rules *checked = NULL;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    if (!kb_api_part(req, res, 0, &row.n) || !kb_api_body(req, res, &doc, &root))
        return KB_OK;
    enum kb_status status = read_rule(res, root, &row, &checked, err);
    if (status == KB_OK && !res->status)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK || res->status)
        goto out;
    status = kb_server_end(req->server, kb_store_rule_set(store, &row, err), err);
    status = status == KB_OK ? kb_api_done(res, 1) : kb_api_missing(res, status, "rule");
out:
    kb_rules_free(checked);
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status add_rule(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct kb_rule_row row = {.user = req->who.user};
    struct kb_rules *checked = NULL;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    enum kb_status status = read_rule(res, root, &row, &checked, err);
    if (status != KB_OK || res->status)
        goto out;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_rule_add(store, &row, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_made(res, row.n);
out:
    kb_rules_free(checked);
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status remove_rule(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    return kb_api_remove(req, res, kb_store_rule_remove, "rule", err);
}

/* Which of the newest articles the rule would take. */
static enum kb_status test_articles(struct kb_http *req, struct kb_rules *checked,
                                    struct kb_json *json, int64_t *looked,
                                    struct kb_err *err) {
    const struct kb_article_wish wish = {.user = req->who.user,
                                         .own = true,
                                         .order = KB_LIST_LAST,
                                         .limit = KB_LIMIT_API_TRIED};
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    int64_t *articles;
    size_t count = 0;
    enum kb_status status =
        kb_store_articles(req->store, &wish, req->arena, &articles, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        const struct kb_rule_origin origin = {.now = req->now};
        struct kb_rule_effect effect;
        struct kb_article article;
        struct kb_row row;
        status = kb_store_article_at(req->store, req->who.user, articles[i], req->arena,
                                     &row, err);
        if (status == KB_OK)
            status = kb_kept_article(&kept, &row, &article, err);
        if (status != KB_OK)
            break;
        status = kb_rules_apply(checked, &article, &origin, &effect, err);
        if (status == KB_OK && effect.hit_count)
            kb_tell_row(json, &row);
        kb_arena_free(&article.arena);
    }
    *looked = (int64_t)count;
    kb_kept_free(&kept);
    return status;
}

static enum kb_status test_rule(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_rule_row row = {.user = req->who.user};
    struct kb_rules *checked = NULL;
    struct kb_json json;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t looked = 0;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    enum kb_status status = read_rule(res, root, &row, &checked, err);
    if (status == KB_OK && !res->status && !kb_str_equal(row.scope, KB_STR("all")))
        status = kb_refuse(res, 400, "a rule is tried for all: leave scope out");
    if (status == KB_OK && !res->status) {
        kb_api_begin(res, &json);
        kb_json_field_array(&json, "articles");
        status = test_articles(req, checked, &json, &looked, err);
        kb_json_array_end(&json);
        kb_json_field_int(&json, "looked_at", looked);
        if (status == KB_OK)
            status = kb_api_end(res, &json);
    }
    kb_rules_free(checked);
    yyjson_doc_free(doc);
    return status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/api/v1/feeds", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, feeds, 0},
    {KB_HTTP_POST, "/api/v1/feeds", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, follow,
     0},
    {KB_HTTP_GET, "/api/v1/feeds/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, feed,
     0},
    {KB_HTTP_PATCH, "/api/v1/feeds/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     change, 0},
    {KB_HTTP_DELETE, "/api/v1/feeds/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     leave, 0},
    {KB_HTTP_POST, "/api/v1/feeds/:id/refresh", KB_ROUTE_API, KB_RANK_READER,
     KB_MAY_FEEDS, refresh, 0},
    {KB_HTTP_GET, "/api/v1/opml", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ,
     kb_server_opml, 0},
    {KB_HTTP_POST, "/api/v1/opml", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     follow_list, KB_LIMIT_UPLOAD_BYTES},
    {KB_HTTP_GET, "/api/v1/folders", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, folders,
     0},
    {KB_HTTP_GET, "/api/v1/rules", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, rules, 0},
    {KB_HTTP_POST, "/api/v1/rules", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, add_rule,
     0},
    {KB_HTTP_POST, "/api/v1/rules/test", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ,
     test_rule, 0},
    {KB_HTTP_PUT, "/api/v1/rules/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     change_rule, 0},
    {KB_HTTP_DELETE, "/api/v1/rules/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     remove_rule, 0},
};
const struct kb_routes kb_routes_api_feeds = {routes, KB_COUNT(routes)};
