/* Lists → feeds: JSON Feed 1.1, Atom, RSS 2.0.
 *
 * A list's feed has the list's address with an ending: /stories.atom, /tag/sea.rss,
 * /search.json?q=ferry.  Reader apps cannot log in, so the address may carry a key that
 * reads and does nothing else.  An answer changes with what is in it alone, so that its
 * ETag holds until there is something new (RFC 9110, section 13). */
#include "serve/out.h"
#include "serve/programs.h"

enum { USUAL = 50, MOST = 200 };

struct list {
    struct kb_http *req;
    struct kb_kept kept;
    struct kb_feed feed;
    size_t limit;
    struct kb_err *err;
};

enum kb_status kb_out_who(struct kb_http *req, struct kb_reply *res, struct kb_err *err) {
    static const struct kb_route as_api = {
        .kind = KB_ROUTE_API, .least = KB_RANK_READER, .may = KB_MAY_READ};
    struct kb_str key = kb_http_query(req, "key");
    bool found = false;
    if (!key.n)
        return kb_who_find(req, &as_api, res, err);
    enum kb_status status = kb_who_by_token(req, key, res, &found, err);
    if (status != KB_OK || res->status)
        return status;
    if (!found || !(req->who.may & KB_MAY_READ))
        return kb_refuse(res, 401, "the key in this address is not, or no more, valid");
    return KB_OK;
}

/* ---- entries ----------------------------------------------------------------------- */

static enum kb_status no_memory(struct list *l) {
    return kb_err_set(l->err, KB_ENOMEM, "not enough memory for the list");
}

static bool make_room(struct list *l, size_t count) {
    l->feed.items.items =
        kb_arena_zalloc(l->req->arena, count ? count : 1, sizeof *l->feed.items.items);
    return l->feed.items.items != NULL;
}

static enum kb_status add(struct list *l, int64_t n) {
    struct kb_row row;
    enum kb_status status = kb_store_article_at(l->req->store, l->req->who.user, n,
                                                l->req->arena, &row, l->err);
    if (status == KB_OK)
        status = kb_out_article(l->req, &l->kept, &row,
                                &l->feed.items.items[l->feed.items.count], l->err);
    l->feed.items.count += status == KB_OK;
    return status;
}

static enum kb_status add_all(struct list *l, const int64_t *articles, size_t count) {
    enum kb_status status = make_room(l, count) ? KB_OK : no_memory(l);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = add(l, articles[i]);
    return status;
}

static enum kb_status wished(struct list *l, struct kb_article_wish *wish) {
    int64_t *articles;
    size_t count;
    wish->user = l->req->who.user;
    wish->limit = l->limit;
    enum kb_status status =
        kb_store_articles(l->req->store, wish, l->req->arena, &articles, &count, l->err);
    return status == KB_OK ? add_all(l, articles, count) : status;
}

static enum kb_status searched(struct list *l, struct kb_str query) {
    struct kb_search_options options = {
        .user = l->req->who.user, .limit = l->limit, .order = KB_SEARCH_NEWEST};
    struct kb_search_result result;
    enum kb_status status = kb_store_search(l->req->store, query, l->req->now, &options,
                                            l->req->arena, &result, l->err);
    if (status == KB_OK && !make_room(l, result.count))
        status = no_memory(l);
    for (size_t i = 0; status == KB_OK && i < result.count; i++)
        status = add(l, result.hits[i].n);
    return status;
}

/* ---- the lists --------------------------------------------------------------------- */

static enum kb_status stories(struct list *l) {
    const struct kb_story_wish wish = {
        .user = l->req->who.user, .own = true, .limit = l->limit};
    struct kb_story_row *rows;
    size_t count;
    l->feed.c.title = KB_STR("Stories");
    enum kb_status status =
        kb_store_stories(l->req->store, &wish, l->req->arena, &rows, &count, l->err);
    if (status == KB_OK && !make_room(l, count))
        status = no_memory(l);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        status = kb_out_story(l->req, &rows[i], &l->feed.items.items[i], l->err);
        l->feed.items.count += status == KB_OK;
    }
    return status;
}

static enum kb_status story(struct list *l) {
    struct kb_story_row row;
    enum kb_status status =
        kb_store_story(l->req->store, l->req->part[0], l->req->arena, &row, l->err);
    if (status != KB_OK)
        return status;
    l->feed.c.title = row.title;
    return wished(l, &(struct kb_article_wish){.story = row.n});
}

static enum kb_status articles(struct list *l) {
    l->feed.c.title = KB_STR("Articles");
    return wished(l, &(struct kb_article_wish){.own = true, .order = KB_LIST_LAST});
}

static enum kb_status unread(struct list *l) {
    l->feed.c.title = KB_STR("Unread");
    return wished(l, &(struct kb_article_wish){.own = true, .unread = true});
}

static enum kb_status starred(struct list *l) {
    l->feed.c.title = KB_STR("Starred");
    return wished(l, &(struct kb_article_wish){.starred = true});
}

static enum kb_status one_feed(struct list *l) {
    struct kb_feed_row row;
    int64_t n = 0;
    (void)!kb_number(l->req->part[0], 1, INT64_MAX, &n);
    enum kb_status status =
        kb_store_feed_at(l->req->store, l->req->who.user, n, l->req->arena, &row, l->err);
    if (status == KB_OK && !row.n)
        status = kb_err_set(l->err, KB_EINPUT, "you follow no feed of that number");
    if (status != KB_OK)
        return status;
    l->feed.c.title = kb_feed_row_name(&row);
    return wished(l, &(struct kb_article_wish){.feed = row.n});
}

static enum kb_status folder(struct list *l) {
    l->feed.c.title = l->req->part[0];
    return wished(l, &(struct kb_article_wish){.folder = l->req->part[0]});
}

static enum kb_status outlet(struct list *l) {
    l->feed.c.title = l->req->part[0];
    return wished(l, &(struct kb_article_wish){.outlet = l->req->part[0]});
}

static enum kb_status tag(struct list *l) {
    l->feed.c.title = l->req->part[0];
    return wished(l, &(struct kb_article_wish){.tag = l->req->part[0]});
}

static enum kb_status search(struct list *l) {
    struct kb_str query = kb_http_query(l->req, "q");
    l->feed.c.title = query;
    return searched(l, query);
}

static enum kb_status saved(struct list *l) {
    struct kb_saved_row row;
    enum kb_status status = kb_store_saved_search(
        l->req->store, l->req->who.user, l->req->part[0], l->req->arena, &row, l->err);
    if (status != KB_OK)
        return status;
    l->feed.c.title = row.name;
    return searched(l, row.query);
}

/* ---- an answer --------------------------------------------------------------------- */

static const struct {
    const char *ending, *type;
} formats[] = {{".json", "application/feed+json; charset=utf-8"},
               {".atom", "application/atom+xml; charset=utf-8"},
               {".rss", "application/rss+xml; charset=utf-8"}};

/* The list by the first part of its address. */
static enum kb_status fill(struct list *l) {
    static const struct {
        const char *name;
        enum kb_status (*make)(struct list *l);
    } lists[] = {{"stories", stories}, {"story", story},     {"articles", articles},
                 {"unread", unread},   {"starred", starred}, {"feed", one_feed},
                 {"folder", folder},   {"outlet", outlet},   {"tag", tag},
                 {"search", search},   {"saved", saved}};
    struct kb_str path = kb_str_slice(l->req->path, 1, l->req->path.n);
    size_t end = kb_str_find_byte(path, '/');
    struct kb_str name = kb_str_slice(path, 0, end);
    if (end == KB_NOT_FOUND)
        name = kb_str_slice(name, 0, kb_str_find_byte(name, '.'));
    for (size_t i = 0; i < KB_COUNT(lists); i++)
        if (kb_str_equal(name, kb_str_z(lists[i].name)))
            return lists[i].make(l);
    return kb_err_set(l->err, KB_EINPUT, "there is no such list");
}

/* Its own address without the key, its page, and when it changed last. */
static void fill_head(struct list *l, size_t ending_bytes) {
    struct kb_http *req = l->req;
    struct kb_str page = kb_str_slice(req->path, 0, req->path.n - ending_bytes);
    struct kb_str q = kb_http_query(req, "q");
    struct kb_buf self, home;
    kb_buf_init(&self, KB_LIMIT_URL_BYTES);
    kb_buf_init(&home, KB_LIMIT_URL_BYTES);
    for (int i = 0; i < 2; i++) {
        struct kb_buf *out = i ? &home : &self;
        kb_buf_str(out, req->origin);
        kb_buf_str(out, req->base);
        kb_buf_str(out, i ? page : req->path);
        if (q.n) {
            kb_buf_z(out, "?q=");
            kb_percent_encode(out, q);
        }
    }
    l->feed.feed_url = kb_arena_dup(req->arena, kb_buf_view(&self));
    l->feed.home_page_url = kb_arena_dup(req->arena, kb_buf_view(&home));
    kb_buf_free(&self);
    kb_buf_free(&home);
    int64_t newest = 0;
    for (size_t i = 0; i < l->feed.items.count; i++) {
        const struct kb_feed_common *c = &l->feed.items.items[i].c;
        int64_t moment;
        if (kb_date_seconds(c->date_modified.n ? c->date_modified : c->date_published,
                            &moment) &&
            moment > newest)
            newest = moment;
    }
    l->feed.c.date_modified = kb_out_time(req->arena, newest);
    l->feed.generator.name = KB_STR("kabar");
    l->feed.generator.version = kb_str_z(kabar_version());
    l->feed.source_format = "kabar";
    l->feed.c.itunes.block = l->feed.c.itunes.is_explicit = -1;
}

static enum kb_status print(struct list *l, struct kb_reply *res) {
    for (size_t i = 0; i < KB_COUNT(formats); i++) {
        if (!kb_str_ends(l->req->path, kb_str_z(formats[i].ending)))
            continue;
        fill_head(l, strlen(formats[i].ending));
        res->type = formats[i].type;
        if (i == 0)
            kb_feed_print(&l->feed, 0, &res->body);
        else
            (i == 1 ? kb_feed_print_atom : kb_feed_print_rss)(&l->feed, &res->body);
    }
    res->tagged = true;
    return res->body.status;
}

static enum kb_status answer(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct list l = {.req = req, .limit = USUAL, .err = err};
    struct kb_str wants = kb_http_query(req, "n");
    int64_t limit = USUAL;
    enum kb_status status = kb_out_who(req, res, err);
    if (status != KB_OK || res->status)
        return status;
    if (wants.n && !kb_number(wants, 1, MOST, &limit))
        return kb_refuse(res, 400, "n is a number from 1 to %d", MOST);
    l.limit = (size_t)limit;
    l.kept =
        (struct kb_kept){.store = req->store, .user = req->who.user, .arena = req->arena};
    status = fill(&l);
    kb_kept_free(&l.kept);
    if (status == KB_EINPUT)
        return kb_refuse(res, kb_str_starts(req->path, KB_STR("/search")) ? 400 : 404,
                         "%s", err->text);
    return status == KB_OK ? print(&l, res) : status;
}

#define FEED(path, ending)                                                               \
    { KB_HTTP_GET, path ending, KB_ROUTE_APP, KB_RANK_NOBODY, 0, answer, 0 }
#define LIST(path) FEED(path, ".json"), FEED(path, ".atom"), FEED(path, ".rss")

static const struct kb_route routes[] = {
    LIST("/stories"),   LIST("/story/:id"), LIST("/articles"),     LIST("/unread"),
    LIST("/starred"),   LIST("/feed/:n"),   LIST("/folder/:name"), LIST("/outlet/:name"),
    LIST("/tag/:name"), LIST("/search"),    LIST("/saved/:name"),
};
const struct kb_routes kb_routes_out = {routes, KB_COUNT(routes)};
