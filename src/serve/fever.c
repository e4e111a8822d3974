/* Fever's dialect (its API, version 3): one address, what is asked for stands in the
 * parameters.  Who asks shows MD5 of "name:app password"; a wrong one gets 200 with
 * auth 0, as its apps want it.  An app follows the largest id that it has seen, so ids
 * are keys (apps_read.h): a story's stands behind its founder's. */
#include <stdio.h>

#include "serve/apps.h"
#include "serve/inner.h"
#include "store/store.h"

struct talk {
    struct kb_http *req;
    struct kb_fever_ask ask;
    struct kb_app_feeds feeds;
    struct kb_json json;
    struct kb_err *err;
};

/* ---- feeds and groups -------------------------------------------------------------- */

static void feeds_groups(struct talk *t) {
    struct kb_buf ids;
    kb_buf_init(&ids, KB_LIMIT_ANSWER_BYTES);
    kb_json_field_array(&t->json, "feeds_groups");
    for (size_t i = 0; i < t->feeds.folder_count; i++) {
        kb_buf_clear(&ids);
        for (size_t k = 0; k < t->feeds.count; k++)
            if (t->feeds.feeds[k].folder_n == t->feeds.folders[i].n)
                kb_buf_printf(&ids, "%s%lld", ids.n ? "," : "",
                              (long long)t->feeds.feeds[k].n);
        kb_json_object(&t->json);
        kb_json_field_int(&t->json, "group_id", t->feeds.folders[i].n);
        kb_json_field_str(&t->json, "feed_ids", kb_buf_view(&ids));
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
    kb_buf_free(&ids);
}

static void groups(struct talk *t) {
    kb_json_field_array(&t->json, "groups");
    for (size_t i = 0; i < t->feeds.folder_count; i++) {
        kb_json_object(&t->json);
        kb_json_field_int(&t->json, "id", t->feeds.folders[i].n);
        kb_json_field(&t->json, "title", t->feeds.folders[i].name);
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
}

static void feeds(struct talk *t) {
    kb_json_field_array(&t->json, "feeds");
    for (size_t i = 0; i < t->feeds.count; i++) {
        const struct kb_app_feed *feed = &t->feeds.feeds[i];
        kb_json_object(&t->json);
        kb_json_field_int(&t->json, "id", feed->n);
        kb_json_field_int(&t->json, "favicon_id", feed->icon);
        kb_json_field_str(&t->json, "title", feed->title);
        kb_json_field_str(&t->json, "url", feed->url);
        kb_json_field_str(&t->json, "site_url", feed->home_url);
        kb_json_field_int(&t->json, "is_spark", 0);
        kb_json_field_int(&t->json, "last_updated_on_time", feed->newest);
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
}

static void favicon(struct kb_json *json, int64_t n, struct kb_str data) {
    kb_json_object(json);
    kb_json_field_int(json, "id", n);
    kb_json_field(json, "data", data);
    kb_json_object_end(json);
}

/* A feed without an icon has a transparent point: apps look for one. */
static enum kb_status favicons(struct talk *t) {
    struct kb_http *req = t->req;
    struct kb_icon_row *rows, icon;
    struct kb_arena arena;
    size_t count;
    enum kb_status status =
        kb_store_icons(req->store, req->who.user, req->arena, &rows, &count, t->err);
    kb_json_field_array(&t->json, "favicons");
    favicon(&t->json, 0,
            KB_STR("image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEA"
                   "AAIBRAA7"));
    kb_arena_init(&arena, KB_LIMIT_ANSWER_MEMORY);
    for (size_t i = 0;
         status == KB_OK && i < count && t->json.out->n < KB_LIMIT_APP_BYTES; i++) {
        kb_arena_reset(&arena);
        status = kb_store_icon(req->store, rows[i].n, KB_STR_NONE, &arena, &icon, t->err);
        if (status == KB_OK)
            favicon(&t->json, rows[i].n, kb_icon_text(&arena, &icon));
    }
    kb_arena_free(&arena);
    kb_json_array_end(&t->json);
    return status;
}

/* ---- items ------------------------------------------------------------------------- */

/* Its files stand below the text: Fever has no word for them. */
static void item_html(struct kb_json *json, const struct kb_app_item *item) {
    struct kb_buf html;
    kb_json_key(json, "html");
    kb_buf_init(&html, KB_LIMIT_ANSWER_BYTES);
    kb_buf_str(&html, item->html);
    kb_app_put_files(&html, item);
    kb_json_str(json, html.status == KB_OK ? kb_buf_view(&html) : item->html);
    kb_buf_free(&html);
}

static void print_item(void *context, const struct kb_app_item *item,
                       const struct kb_app_feed *feed) {
    struct kb_json *json = context;
    (void)feed;
    kb_json_object(json);
    kb_json_field_int(json, "id", kb_app_key(item->id));
    kb_json_field_int(json, "feed_id", item->feed);
    kb_json_field_str(json, "title", item->title);
    kb_json_field_str(json, "author", item->author);
    item_html(json, item);
    kb_json_field_str(json, "url", item->url);
    kb_json_field_int(json, "is_saved", item->starred);
    kb_json_field_int(json, "is_read", item->read);
    kb_json_field_int(json, "created_on_time", item->published);
    kb_json_object_end(json);
}

static bool is_of_stories(const struct talk *t, const struct kb_app_wish *wish) {
    const struct kb_app_feed *feed = kb_app_feed_at(&t->feeds, KB_APP_FEED_STORIES);
    return wish->feed == KB_APP_FEED_STORIES || (feed && wish->feed == feed->folder_n);
}

/* Those of a list that since_id and max_id leave, in the order of their ids. */
static void narrow(const struct talk *t, const struct kb_app_wish *wish,
                   struct kb_app_list *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        int64_t key = kb_app_key(list->ids[i]);
        if (key > t->ask.since && (!t->ask.max || key < t->ask.max))
            list->ids[kept++] = list->ids[i];
    }
    list->count = kept;
    kb_app_sort(list, wish->oldest);
    if (list->count > KB_FEVER_ITEMS)
        list->count = KB_FEVER_ITEMS;
}

/* The lists of several feeds or groups as one. */
static enum kb_status list_several(struct talk *t, struct kb_app_wish *wish,
                                   struct kb_app_list *list) {
    size_t all = t->ask.feed_count + t->ask.group_count;
    struct kb_app_list each,
        both = {.ids = kb_arena_zalloc(t->req->arena, all + 1,
                                       KB_FEVER_ITEMS * sizeof *both.ids)};
    enum kb_status status =
        both.ids ? KB_OK
                 : kb_err_set(t->err, KB_ENOMEM, "not enough memory for the items");
    wish->after = t->ask.since / 2;
    wish->below = t->ask.max / 2 + t->ask.max % 2;
    for (size_t i = 0; status == KB_OK && i < all; i++) {
        bool feed = i < t->ask.feed_count;
        struct kb_app_wish one = *wish;
        one.of = feed ? KB_APP_FEED : KB_APP_FOLDER;
        one.feed = feed ? t->ask.of_feeds[i] : t->ask.of_groups[i - t->ask.feed_count];
        if (is_of_stories(t, &one)) /* these stand in no order of numbers */
            one.after = one.below = 0, one.limit = 0;
        status = kb_app_list(t->req, &one, &each, t->err);
        if (status == KB_OK)
            narrow(t, wish, &each);
        for (size_t k = 0; status == KB_OK && k < each.count; k++)
            both.ids[both.count++] = each.ids[k];
    }
    narrow(t, wish, &both);
    *list = both;
    return status;
}

static enum kb_status find_items(struct talk *t, struct kb_app_list *list) {
    struct kb_app_wish wish = {.of = KB_APP_ALL,
                               .stories = true,
                               .limit = KB_FEVER_ITEMS,
                               .oldest = !t->ask.max,
                               .after = t->ask.since,
                               .below = t->ask.max};
    *list = (struct kb_app_list){0};
    if (kb_pairs_has(t->req->form, "with_ids") ||
        kb_pairs_has(t->req->query, "with_ids")) {
        list->ids =
            kb_arena_zalloc(t->req->arena, t->ask.with_count + 1, sizeof *list->ids);
        if (!list->ids)
            return kb_err_set(t->err, KB_ENOMEM, "not enough memory for the items");
        for (; list->count < t->ask.with_count; list->count++)
            list->ids[list->count] = kb_app_id_of_key(t->ask.with[list->count]);
        return KB_OK;
    }
    if (t->ask.feed_count || t->ask.group_count) {
        wish.stories = false;
        return list_several(t, &wish, list);
    }
    return kb_app_list(t->req, &wish, list, t->err);
}

/* Few are counted; of many it is what their feeds brought. */
static enum kb_status count_all(struct talk *t, int64_t *all) {
    const struct kb_article_wish theirs = {
        .user = t->req->who.user, .own = true, .limit = KB_LIMIT_APP_COUNTED};
    int64_t brought = 0, stories = 0;
    enum kb_status status = kb_store_articles_count(t->req->store, &theirs, all, t->err);
    for (size_t i = 0; i < t->feeds.count; i++)
        if (t->feeds.feeds[i].n == KB_APP_FEED_STORIES)
            stories = t->feeds.feeds[i].articles;
        else
            brought += t->feeds.feeds[i].articles;
    if (*all >= KB_LIMIT_APP_COUNTED && brought > *all)
        *all = brought;
    *all += stories;
    return status;
}

static enum kb_status items(struct talk *t) {
    struct kb_app_list list;
    int64_t all = 0;
    size_t told;
    enum kb_status status = find_items(t, &list);
    if (status == KB_OK)
        status = count_all(t, &all);
    if (status != KB_OK)
        return status;
    kb_json_field_int(&t->json, "total_items", all);
    kb_json_field_array(&t->json, "items");
    status = kb_app_each(t->req, &list, t->json.out, print_item, &t->json, &told, t->err);
    kb_json_array_end(&t->json);
    return status;
}

/* All of them, as one text with commas: apps compare it with what they have. */
static enum kb_status id_text(struct talk *t, const char *key, bool starred) {
    struct kb_app_wish wish = {.of = KB_APP_ALL,
                               .stories = true,
                               .unread = !starred,
                               .starred = starred,
                               .oldest = true};
    struct kb_app_list list;
    struct kb_buf ids;
    enum kb_status status = kb_app_list(t->req, &wish, &list, t->err);
    kb_buf_init(&ids, KB_LIMIT_ANSWER_BYTES);
    for (size_t i = 0; status == KB_OK && i < list.count; i++)
        kb_buf_printf(&ids, "%s%lld", i ? "," : "", (long long)kb_app_key(list.ids[i]));
    kb_json_field_str(&t->json, key, kb_buf_view(&ids));
    if (status == KB_OK)
        status = ids.status;
    kb_buf_free(&ids);
    return status;
}

/* ---- marks ------------------------------------------------------------------------- */

static enum kb_status mark(struct talk *t) {
    const struct kb_fever_ask *ask = &t->ask;
    struct kb_app_id id = kb_app_id_of_key(ask->id);
    struct kb_app_marks marks = {
        .ids = &id, .id_count = 1, .read = ask->read, .starred = ask->starred};
    struct kb_app_wish wish = {.of = KB_APP_FEED, .feed = ask->id};
    if (ask->mark == KB_FEVER_ITEM)
        return kb_app_mark(t->req, &marks, t->err);
    if (ask->mark == KB_FEVER_GROUP) /* 0: all; -1: sparks, which nothing is */
        wish.of = ask->id == 0 ? KB_APP_ALL : KB_APP_FOLDER;
    if (ask->id < 0 || (!ask->id && ask->mark == KB_FEVER_FEED))
        return KB_OK;
    return kb_app_mark_all(t->req, &wish, ask->before, 0, t->err);
}

/* What was asked for, in the order of the API's description. */
static enum kb_status answer(struct talk *t) {
    enum kb_status status =
        kb_app_feeds(t->req, t->ask.items ? KB_APP_FEEDS_COUNTED : KB_APP_FEEDS_NAMED,
                     &t->feeds, t->err);
    if (status == KB_OK && t->ask.groups)
        groups(t);
    if (status == KB_OK && t->ask.feeds)
        feeds(t);
    if (status == KB_OK && (t->ask.groups || t->ask.feeds))
        feeds_groups(t);
    if (status == KB_OK && t->ask.favicons)
        status = favicons(t);
    if (status == KB_OK && t->ask.items)
        status = items(t);
    if (status == KB_OK && t->ask.links) {
        kb_json_field_array(&t->json, "links");
        kb_json_array_end(&t->json);
    }
    if (status == KB_OK && t->ask.unread)
        status = id_text(t, "unread_item_ids", false);
    if (status == KB_OK && t->ask.saved)
        status = id_text(t, "saved_item_ids", true);
    return status;
}

static enum kb_status fever(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct talk talk = {.req = req, .err = err};
    struct kb_str key = kb_http_field(req, "api_key");
    char lower[33] = "";
    bool found = false;
    for (size_t i = 0; key.n == 32 && i < key.n; i++)
        lower[i] = kb_lower(key.p[i]);
    enum kb_status status = kb_who_by_fever(req, kb_str_z(lower), res, &found, err);
    if (status != KB_OK || res->status)
        return status;
    if (!kb_fever_read(req, &talk.ask))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for the request");
    if (status == KB_OK && found && talk.ask.mark)
        status = mark(&talk);
    if (status == KB_OK && found && talk.ask.mark)
        status = kb_app_read_again(req, err);
    res->type = KB_TYPE_JSON;
    kb_json_init(&talk.json, &res->body, 0);
    kb_json_object(&talk.json);
    kb_json_field_int(&talk.json, "api_version", 3);
    kb_json_field_int(&talk.json, "auth", found);
    if (status == KB_OK && found) {
        kb_json_field_int(&talk.json, "last_refreshed_on_time", req->now);
        status = answer(&talk);
    }
    kb_json_object_end(&talk.json);
    return status;
}

#define ROUTE(method, path)                                                              \
    { KB_HTTP_##method, path, KB_ROUTE_FEVER, KB_RANK_NOBODY, 0, fever, 0 }
static const struct kb_route routes[] = {
    ROUTE(POST, "/fever/"), ROUTE(GET, "/fever/"),         ROUTE(POST, "/fever"),
    ROUTE(GET, "/fever"),   ROUTE(POST, "/api/fever.php"), ROUTE(GET, "/api/fever.php"),
};
const struct kb_routes kb_routes_fever = {routes, KB_COUNT(routes)};
