/* Lists of articles: all, what is unread, starred, tagged; a folder's, a feed's, an
 * outlet's; a search's.  Lists of lists: tags, outlets.
 *
 * A page of a list begins behind an article ("behind=TIME.NUMBER"), so the hundredth page
 * costs what the first one does, and nothing is shown twice while news comes in. */
#include <stdio.h>

#include "serve/inner.h"
#include "serve/pages.h"

enum { PAGE_ITEMS = 40 };

/* ---- an item ----------------------------------------------------------------------- */

static struct kb_str outlet_of(const struct kb_row *row) {
    return row->outlet_name.n ? row->outlet_name : row->outlet_domain;
}

static enum kb_status add_item(struct kb_http *req, struct kb_view *view,
                               yyjson_mut_val *list, int64_t n, struct kb_str snippet,
                               struct kb_row *row, struct kb_err *err) {
    enum kb_status status =
        kb_store_article_at(req->store, req->who.user, n, req->arena, row, err);
    if (status != KB_OK)
        return status;
    yyjson_mut_val *item = kb_view_item(view, list);
    kb_view_str(view, item, "id", row->id);
    kb_view_str(view, item, "title", row->title);
    kb_view_str(view, item, "lang", row->language);
    kb_view_str(view, item, "dir", kb_pages_direction(row->language));
    kb_view_str(view, item, "outlet", outlet_of(row));
    kb_view_str(view, item, "domain", row->outlet_domain);
    kb_view_int(view, item, "time", row->time);
    kb_view_bool(view, item, "unread", !row->is_read);
    kb_view_bool(view, item, "starred", row->starred);
    if (row->story_articles > 1)
        kb_view_str(view, item, "story", row->story_id);
    if (snippet.n)
        kb_view_raw(view, item, "snippet", snippet);
    return KB_OK;
}

/* ---- a list by a wish -------------------------------------------------------------- */

/* "behind=1764180000.42" of the page before. */
static void read_place(const struct kb_http *req, struct kb_list_place *place) {
    struct kb_str text = kb_http_query(req, "behind");
    size_t dot = kb_str_find_byte(text, '.');
    int64_t time, n;
    if (dot != KB_NOT_FOUND &&
        kb_number(kb_str_slice(text, 0, dot), INT64_MIN / 2, INT64_MAX / 2, &time) &&
        kb_number(kb_str_slice(text, dot + 1, text.n), 1, INT64_MAX, &n))
        *place = (struct kb_list_place){time, n};
}

/* What a list's page says besides its items. */
struct heading {
    const char *nav, *key; /* key: a message's, where title is empty */
    struct kb_str title;
    const char *mark; /* the form's field that marks all as read, and its value */
    struct kb_str mark_value;
};

static bool begin_page(struct kb_http *req, struct kb_view *view,
                       const struct heading *h) {
    if (!kb_pages_view(req, view, kb_str_z(h->nav)))
        return false;
    kb_view_str(view, NULL, "title",
                h->title.n ? h->title : kb_pages_message(req, h->key));
    kb_view_str(view, NULL, "here", req->path);
    int64_t at, count;
    if (kb_number(kb_http_query(req, "undo"), 1, INT64_MAX, &at) &&
        at > req->now - KB_UNDO_S &&
        kb_number(kb_http_query(req, "marked"), 1, INT64_MAX, &count)) {
        yyjson_mut_val *undo = kb_view_object(view, NULL, "undo");
        kb_view_str(view, undo, "list", req->path);
        kb_view_str(view, undo, "at",
                    kb_arena_printf(view->arena, "%lld", (long long)at));
        kb_view_int(view, undo, "count", count);
        kb_view_bool(view, undo, "part", count > KB_UNDONE_MOST);
        kb_view_int(view, undo, "most", KB_UNDONE_MOST);
    }
    if (h->mark) {
        yyjson_mut_val *mark = kb_view_object(view, NULL, "mark");
        kb_view_str(view, mark, "what", kb_str_z(h->mark));
        kb_view_str(view, mark, "value", h->mark_value);
    }
    return true;
}

static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_article_wish *wish, struct kb_view *view,
                           struct kb_err *err) {
    int64_t *articles;
    size_t count;
    struct kb_row row = {0};
    wish->user = req->who.user;
    wish->limit = PAGE_ITEMS + 1;
    read_place(req, &wish->behind);
    enum kb_status status =
        kb_store_articles(req->store, wish, req->arena, &articles, &count, err);
    if (status != KB_OK)
        return status;
    /* What came while this page was read stays unread. */
    int64_t up_to = 0;
    status = kb_store_number_at(req->store, req->now, &up_to, err);
    kb_view_int(view, NULL, "up_to", up_to);
    kb_view_str(view, NULL, "alternate",
                kb_arena_printf(view->arena, "%.*s.atom", (int)req->path.n, req->path.p));
    yyjson_mut_val *list = kb_view_list(view, NULL, "items");
    for (size_t i = 0; status == KB_OK && i < count && i < PAGE_ITEMS; i++)
        status = add_item(req, view, list, articles[i], KB_STR_NONE, &row, err);
    if (count > PAGE_ITEMS)
        kb_view_str(view, NULL, "more",
                    kb_arena_printf(view->arena, "%lld.%lld", (long long)row.time,
                                    (long long)row.n));
    kb_view_bool(view, NULL, "paged", wish->behind.n != 0);
    return status == KB_OK ? kb_page(req, res, "list.html", view, err) : status;
}

static enum kb_status show_list(struct kb_http *req, struct kb_reply *res,
                                struct kb_article_wish wish, struct heading h,
                                struct kb_err *err) {
    struct kb_view view;
    return begin_page(req, &view, &h) ? show(req, res, &wish, &view, err) : KB_ENOMEM;
}

static enum kb_status get_unread(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    return show_list(
        req, res, (struct kb_article_wish){.unread = true, .own = true},
        (struct heading){.nav = "unread", .key = "nav.unread", .mark = "all"}, err);
}

/* What was read, too. */
static enum kb_status get_articles(struct kb_http *req, struct kb_reply *res,
                                   struct kb_err *err) {
    return show_list(
        req, res, (struct kb_article_wish){.own = true},
        (struct heading){.nav = "articles", .key = "nav.articles", .mark = "all"}, err);
}

static enum kb_status get_starred(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    return show_list(req, res, (struct kb_article_wish){.starred = true},
                     (struct heading){.nav = "starred", .key = "nav.starred"}, err);
}

static enum kb_status get_tag(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    return show_list(req, res, (struct kb_article_wish){.tag = req->part[0]},
                     (struct heading){.nav = "tags",
                                      .title = req->part[0],
                                      .mark = "tag",
                                      .mark_value = req->part[0]},
                     err);
}

static enum kb_status get_folder(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    if (!req->part[0].n)
        return kb_refuse(res, 404, "a folder has a name");
    return show_list(req, res, (struct kb_article_wish){.folder = req->part[0]},
                     (struct heading){.nav = "feeds",
                                      .title = req->part[0],
                                      .mark = "folder",
                                      .mark_value = req->part[0]},
                     err);
}

static enum kb_status get_outlet(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    return show_list(req, res, (struct kb_article_wish){.outlet = req->part[0]},
                     (struct heading){.nav = "outlets", .title = req->part[0]}, err);
}

static enum kb_status get_feed(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct kb_feed_row feed;
    struct kb_view view;
    int64_t n;
    if (!kb_number(req->part[0], 1, INT64_MAX, &n) ||
        kb_store_feed_at(req->store, req->who.user, n, req->arena, &feed, err) != KB_OK ||
        !feed.n)
        return kb_refuse(res, 404, "you follow no feed of that number");
    struct heading h = {.nav = "feeds",
                        .title = kb_feed_row_name(&feed),
                        .mark = "feed",
                        .mark_value = req->part[0]};
    struct kb_article_wish wish = {.feed = n};
    if (!begin_page(req, &view, &h))
        return KB_ENOMEM;
    kb_view_int(&view, NULL, "feed", n);
    kb_view_str(&view, NULL, "feed_url", feed.url);
    kb_view_str(&view, NULL, "home_url", feed.home_url);
    kb_view_str(&view, NULL, "says", feed.says);
    return show(req, res, &wish, &view, err);
}

/* ---- marking a list ---------------------------------------------------------------- */

/* Back to the list, whose page offers to undo it. */
static enum kb_status back_with_undo(struct kb_http *req, struct kb_reply *res,
                                     int64_t at, int64_t changed) {
    struct kb_str next = kb_http_form(req, "next");
    next = kb_path_is_local(next) ? kb_str_slice(next, 0, kb_str_find_byte(next, '?'))
                                  : KB_STR("/unread");
    return kb_redirect(req, res,
                       kb_arena_printf(req->arena, "%.*s?undo=%lld&marked=%lld",
                                       (int)next.n, next.p, (long long)at,
                                       (long long)changed));
}

static enum kb_status post_read(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_str what = kb_http_form(req, "what"), value = kb_http_form(req, "value");
    struct kb_mark_wish wish = {0};
    struct kb_store *store;
    int64_t changed, at = 0;
    if (!kb_number(kb_http_form(req, "up_to"), 1, INT64_MAX, &wish.up_to))
        return kb_refuse(res, 400, "the field up_to is missing");
    if (kb_str_equal(what, KB_STR("tag")))
        wish.tag = value;
    else if (kb_str_equal(what, KB_STR("folder")))
        wish.folder = value;
    else if (kb_str_equal(what, KB_STR("feed"))
                 ? !kb_number(value, 1, INT64_MAX, &wish.feed)
                 : !kb_str_equal(what, KB_STR("all")))
        return kb_refuse(res, 400, "mark what as read? the field what is wrong");
    if (!kb_str_equal(what, KB_STR("all")) && !value.n)
        return kb_refuse(res, 400, "mark what as read? the field value is missing");
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_mark_read(store, req->who.user, &wish, &changed, err);
    if (status == KB_OK && changed)
        status = kb_store_marked_last(store, req->who.user, &at, err);
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    return at ? back_with_undo(req, res, at, changed)
              : kb_pages_back(req, res, KB_STR("/unread"));
}

/* ---- searching --------------------------------------------------------------------- */

/* U+0001 and U+0002 stand around what matched: the marked text has no control characters
 * of its own, so the escaped text's are ours. */
static struct kb_str marked_html(struct kb_http *req, struct kb_str text) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_META_BYTES);
    for (size_t from = 0, i = 0; i <= text.n; i++) {
        bool mark = i < text.n && (text.p[i] == 1 || text.p[i] == 2);
        if (!mark && i < text.n)
            continue;
        kb_buf_html(&out, kb_str_slice(text, from, i));
        if (mark)
            kb_buf_z(&out, text.p[i] == 1 ? "<mark>" : "</mark>");
        from = i + 1;
    }
    struct kb_str html = kb_arena_dup(req->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return html;
}

static enum kb_status add_saved(struct kb_http *req, struct kb_view *view,
                                struct kb_str query, struct kb_err *err) {
    struct kb_saved_row *rows;
    size_t count;
    enum kb_status status = kb_store_saved_searches(req->store, req->who.user, req->arena,
                                                    &rows, &count, err);
    yyjson_mut_val *list = kb_view_list(view, NULL, "saved");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_str(view, item, "name", rows[i].name);
        kb_view_str(view, item, "query", rows[i].query);
        kb_view_bool(view, item, "here", kb_str_equal(rows[i].query, query));
    }
    return status;
}

static enum kb_status add_found(struct kb_http *req, struct kb_view *view,
                                struct kb_str query, struct kb_err *err) {
    struct kb_search_options options = {.user = req->who.user,
                                        .limit = PAGE_ITEMS,
                                        .style = {KB_STR("\1"), KB_STR("\2")},
                                        .room = 200};
    struct kb_search_result found;
    struct kb_row row;
    int64_t from = 0;
    (void)kb_number(kb_http_query(req, "from"), 0, KB_LIMIT_SEARCH_RESULTS - PAGE_ITEMS,
                    &from);
    bool newest = kb_str_equal(kb_http_query(req, "order"), KB_STR("newest"));
    options.offset = (size_t)from;
    options.order = newest ? KB_SEARCH_NEWEST : KB_SEARCH_RANK;
    enum kb_status status =
        kb_store_search(req->store, query, req->now, &options, req->arena, &found, err);
    if (status == KB_EINPUT || status == KB_ELIMIT) {
        kb_view_str(view, NULL, "wrong", kb_arena_dup(req->arena, kb_str_z(err->text)));
        return KB_OK;
    }
    if (status != KB_OK)
        return status;
    kb_view_int(view, NULL, "total", found.total);
    kb_view_bool(view, NULL, "at_least", found.at_least);
    kb_view_bool(view, NULL, "newest", newest);
    yyjson_mut_val *list = kb_view_list(view, NULL, "items");
    for (size_t i = 0; status == KB_OK && i < found.count; i++)
        status = add_item(req, view, list, found.hits[i].n,
                          marked_html(req, found.hits[i].snippet), &row, err);
    if (found.count == PAGE_ITEMS &&
        (found.at_least || found.total > from + PAGE_ITEMS) &&
        from + 2 * PAGE_ITEMS <= KB_LIMIT_SEARCH_RESULTS)
        kb_view_int(view, NULL, "next_from", from + PAGE_ITEMS);
    return status;
}

static enum kb_status get_search(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    struct kb_str query = kb_str_trim(kb_http_query(req, "q"));
    struct heading h = {.nav = "search", .key = "page.search"};
    struct kb_view view;
    if (!begin_page(req, &view, &h))
        return KB_ENOMEM;
    kb_view_str(&view, NULL, "query", query);
    kb_view_bool(&view, NULL, "feeds_query", query.n > 0);
    enum kb_status status = add_saved(req, &view, query, err);
    if (status == KB_OK && query.n)
        status = add_found(req, &view, query, err);
    return status == KB_OK ? kb_page(req, res, "search.html", &view, err) : status;
}

/* A search is kept under a name, or forgotten. */
static enum kb_status post_search(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    struct kb_str name = kb_http_form(req, "name"), forget = kb_http_form(req, "forget");
    struct kb_store *store;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    if (forget.n)
        status = kb_store_forget_search(store, req->who.user, forget, err);
    else if ((status = kb_store_name(name, &name, err)) == KB_OK)
        status = kb_store_save_search(store, req->who.user, name, kb_http_form(req, "q"),
                                      req->now, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_pages_back(req, res, KB_STR("/search")) : status;
}

/* ---- lists of lists ---------------------------------------------------------------- */

static enum kb_status get_tags(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct heading h = {.nav = "tags", .key = "nav.tags"};
    struct kb_tag_row *rows;
    struct kb_view view;
    size_t count;
    if (!begin_page(req, &view, &h))
        return KB_ENOMEM;
    enum kb_status status =
        kb_store_tags(req->store, req->who.user, req->arena, &rows, &count, err);
    yyjson_mut_val *list = kb_view_list(&view, NULL, "tags");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(&view, list);
        kb_view_str(&view, item, "name", rows[i].name);
        kb_view_int(&view, item, "articles", rows[i].articles);
        kb_view_int(&view, item, "unread", rows[i].unread);
    }
    return status == KB_OK ? kb_page(req, res, "tags.html", &view, err) : status;
}

static enum kb_status get_outlets(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    struct heading h = {.nav = "outlets", .key = "nav.outlets"};
    struct kb_outlet_row *rows;
    struct kb_view view;
    size_t count;
    if (!begin_page(req, &view, &h))
        return KB_ENOMEM;
    enum kb_status status = kb_store_outlets(req->store, KB_LIMIT_OUTLETS_SHOWN,
                                             req->arena, &rows, &count, err);
    yyjson_mut_val *list = kb_view_list(&view, NULL, "outlets");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(&view, list);
        kb_view_str(&view, item, "domain", rows[i].domain);
        kb_view_str(&view, item, "name", rows[i].name.n ? rows[i].name : rows[i].domain);
        kb_view_int(&view, item, "articles", rows[i].articles);
        kb_view_int(&view, item, "last", rows[i].last);
    }
    return status == KB_OK ? kb_page(req, res, "outlets.html", &view, err) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/unread", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_unread, 0},
    {KB_HTTP_GET, "/articles", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_articles, 0},
    {KB_HTTP_GET, "/starred", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_starred, 0},
    {KB_HTTP_GET, "/tags", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_tags, 0},
    {KB_HTTP_GET, "/tag/:name", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_tag, 0},
    {KB_HTTP_GET, "/folder/*", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_folder, 0},
    {KB_HTTP_GET, "/feed/:n", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_feed, 0},
    {KB_HTTP_GET, "/outlets", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_outlets, 0},
    {KB_HTTP_GET, "/outlet/:domain", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_outlet, 0},
    {KB_HTTP_POST, "/read", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_read, 0},
    {KB_HTTP_GET, "/search", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_search, 0},
    {KB_HTTP_POST, "/search", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_search, 0},
};
const struct kb_routes kb_routes_lists = {routes, KB_COUNT(routes)};
