/* Fever's dialect (its API, version 3): one address, what is asked for stands in the
 * parameters.  Who asks shows MD5 of "name:app password"; a wrong one gets 200 with
 * auth 0, as its apps want it.  Stories are not told here: an app follows the largest id
 * that it has seen. */
#include <stdio.h>
#include <stdlib.h>

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

static void id_list(struct kb_json *json, const char *key, const struct kb_buf *ids) {
    kb_json_key(json, key);
    kb_json_str(json, kb_buf_view(ids));
}

static void feeds_groups(struct talk *t) {
    struct kb_buf ids;
    kb_buf_init(&ids, KB_LIMIT_ANSWER_BYTES);
    kb_json_key(&t->json, "feeds_groups");
    kb_json_array(&t->json);
    for (size_t i = 0; i < t->feeds.folder_count; i++) {
        kb_buf_clear(&ids);
        for (size_t k = 0; k < t->feeds.count; k++)
            if (t->feeds.feeds[k].folder_n == t->feeds.folders[i].n)
                kb_buf_printf(&ids, "%s%lld", ids.n ? "," : "",
                              (long long)t->feeds.feeds[k].n);
        kb_json_object(&t->json);
        kb_json_key(&t->json, "group_id");
        kb_json_int(&t->json, t->feeds.folders[i].n);
        id_list(&t->json, "feed_ids", &ids);
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
    kb_buf_free(&ids);
}

static void groups(struct talk *t) {
    kb_json_key(&t->json, "groups");
    kb_json_array(&t->json);
    for (size_t i = 0; i < t->feeds.folder_count; i++) {
        kb_json_object(&t->json);
        kb_json_key(&t->json, "id");
        kb_json_int(&t->json, t->feeds.folders[i].n);
        kb_json_field(&t->json, "title", t->feeds.folders[i].name);
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
}

static void feeds(struct talk *t) {
    kb_json_key(&t->json, "feeds");
    kb_json_array(&t->json);
    for (size_t i = 0; i < t->feeds.count; i++) {
        const struct kb_app_feed *feed = &t->feeds.feeds[i];
        kb_json_object(&t->json);
        kb_json_key(&t->json, "id");
        kb_json_int(&t->json, feed->n);
        kb_json_key(&t->json, "favicon_id");
        kb_json_int(&t->json, 1);
        kb_json_key(&t->json, "title");
        kb_json_str(&t->json, feed->title);
        kb_json_key(&t->json, "url");
        kb_json_str(&t->json, feed->url);
        kb_json_key(&t->json, "site_url");
        kb_json_str(&t->json, feed->home_url);
        kb_json_key(&t->json, "is_spark");
        kb_json_int(&t->json, 0);
        kb_json_key(&t->json, "last_updated_on_time");
        kb_json_int(&t->json, feed->newest);
        kb_json_object_end(&t->json);
    }
    kb_json_array_end(&t->json);
}

/* Icons are not kept: all feeds have one, a transparent point. */
static void favicons(struct talk *t) {
    kb_json_key(&t->json, "favicons");
    kb_json_array(&t->json);
    kb_json_object(&t->json);
    kb_json_key(&t->json, "id");
    kb_json_int(&t->json, 1);
    kb_json_field(
        &t->json, "data",
        KB_STR(
            "image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"));
    kb_json_object_end(&t->json);
    kb_json_array_end(&t->json);
}

/* ---- items ------------------------------------------------------------------------- */

static void print_item(struct kb_json *json, const struct kb_app_item *item) {
    const struct {
        const char *key;
        struct kb_str value;
    } texts[] = {{"title", item->title},
                 {"author", item->author},
                 {"html", item->html},
                 {"url", item->url}};
    kb_json_object(json);
    kb_json_key(json, "id");
    kb_json_int(json, item->id.n);
    kb_json_key(json, "feed_id");
    kb_json_int(json, item->feed);
    for (size_t i = 0; i < KB_COUNT(texts); i++) {
        kb_json_key(json, texts[i].key);
        kb_json_str(json, texts[i].value);
    }
    kb_json_key(json, "is_saved");
    kb_json_int(json, item->starred);
    kb_json_key(json, "is_read");
    kb_json_int(json, item->read);
    kb_json_key(json, "created_on_time");
    kb_json_int(json, item->published);
    kb_json_object_end(json);
}

static int up(const void *a, const void *b) {
    const struct kb_app_id *x = a, *y = b;
    return (x->n > y->n) - (x->n < y->n);
}
static int down(const void *a, const void *b) {
    return up(b, a);
}

/* The lists of several feeds or groups as one. */
static enum kb_status list_several(struct talk *t, struct kb_app_wish *wish,
                                   struct kb_app_list *list) {
    size_t all = t->ask.feed_count + t->ask.group_count;
    struct kb_app_id *ids =
        kb_arena_zalloc(t->req->arena, all, KB_FEVER_ITEMS * sizeof *ids);
    enum kb_status status =
        ids ? KB_OK : kb_err_set(t->err, KB_ENOMEM, "not enough memory for the items");
    size_t count = 0;
    for (size_t i = 0; status == KB_OK && i < all; i++) {
        bool feed = i < t->ask.feed_count;
        wish->of = feed ? KB_APP_FEED : KB_APP_FOLDER;
        wish->feed = feed ? t->ask.of_feeds[i] : t->ask.of_groups[i - t->ask.feed_count];
        if (wish->feed == KB_APP_FEED_STORIES)
            continue;
        status = kb_app_list(t->req, wish, list, t->err);
        for (size_t k = 0; status == KB_OK && k < list->count; k++)
            if (!list->ids[k].story)
                ids[count++] = list->ids[k];
    }
    if (count)
        qsort(ids, count, sizeof *ids, wish->oldest ? up : down);
    list->ids = ids;
    list->count = count < KB_FEVER_ITEMS ? count : KB_FEVER_ITEMS;
    return status;
}

static enum kb_status find_items(struct talk *t, struct kb_app_list *list) {
    struct kb_app_wish wish = {.of = KB_APP_ALL,
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
            list->ids[list->count].n = t->ask.with[list->count];
        return KB_OK;
    }
    if (t->ask.feed_count || t->ask.group_count)
        return list_several(t, &wish, list);
    return kb_app_list(t->req, &wish, list, t->err);
}

static enum kb_status items(struct talk *t) {
    struct kb_app_list list;
    struct kb_arena arena;
    int64_t all = 0;
    enum kb_status status = find_items(t, &list);
    for (size_t i = 0; i < t->feeds.count; i++)
        all += t->feeds.feeds[i].articles;
    kb_json_key(&t->json, "total_items");
    kb_json_int(&t->json, all);
    kb_json_key(&t->json, "items");
    kb_json_array(&t->json);
    kb_arena_init(&arena, KB_LIMIT_ANSWER_MEMORY);
    for (size_t i = 0;
         status == KB_OK && i < list.count && t->json.out->n < KB_LIMIT_APP_BYTES; i++) {
        struct kb_app_item item;
        bool found;
        kb_arena_reset(&arena);
        status =
            kb_app_item(t->req, &arena, list.ids[i], KB_APP_WHOLE, &item, &found, t->err);
        if (status == KB_OK && found)
            print_item(&t->json, &item);
    }
    kb_arena_free(&arena);
    kb_json_array_end(&t->json);
    return status;
}

/* All of them, as one text with commas: apps compare it with what they have. */
static enum kb_status id_text(struct talk *t, const char *key, bool starred) {
    struct kb_app_wish wish = {
        .of = KB_APP_ALL, .unread = !starred, .starred = starred, .oldest = true};
    struct kb_app_list list;
    struct kb_buf ids;
    enum kb_status status = kb_app_list(t->req, &wish, &list, t->err);
    kb_buf_init(&ids, KB_LIMIT_ANSWER_BYTES);
    for (size_t i = 0; status == KB_OK && i < list.count; i++)
        kb_buf_printf(&ids, "%s%lld", i ? "," : "", (long long)list.ids[i].n);
    id_list(&t->json, key, &ids);
    if (status == KB_OK)
        status = ids.status;
    kb_buf_free(&ids);
    return status;
}

/* ---- marks ------------------------------------------------------------------------- */

static enum kb_status mark(struct talk *t) {
    const struct kb_fever_ask *ask = &t->ask;
    struct kb_app_id id = {.n = ask->id};
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
        kb_app_feeds(t->req, KB_APP_FEEDS_ARTICLES, &t->feeds, t->err);
    if (status == KB_OK && t->ask.groups)
        groups(t);
    if (status == KB_OK && t->ask.feeds)
        feeds(t);
    if (status == KB_OK && (t->ask.groups || t->ask.feeds))
        feeds_groups(t);
    if (status == KB_OK && t->ask.favicons)
        favicons(t);
    if (status == KB_OK && t->ask.items)
        status = items(t);
    if (status == KB_OK && t->ask.links) {
        kb_json_key(&t->json, "links");
        kb_json_array(&t->json);
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
    enum kb_status status = kb_who_by_fever(req, kb_str_z(lower), &found, err);
    if (status == KB_OK && !kb_fever_read(req, &talk.ask))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for the request");
    if (status == KB_OK && found && talk.ask.mark)
        status = mark(&talk);
    if (status == KB_OK && found && talk.ask.mark) {
        kb_store_rollback(req->store);
        status = kb_store_begin_reading(req->store, err);
    }
    res->type = KB_TYPE_JSON;
    kb_json_init(&talk.json, &res->body, 0);
    kb_json_object(&talk.json);
    kb_json_key(&talk.json, "api_version");
    kb_json_int(&talk.json, 3);
    kb_json_key(&talk.json, "auth");
    kb_json_int(&talk.json, found);
    if (status == KB_OK && found) {
        kb_json_key(&talk.json, "last_refreshed_on_time");
        kb_json_int(&talk.json, req->now);
        status = answer(&talk);
    }
    kb_json_object_end(&talk.json);
    return status;
}

#define ROUTE(method, path)                                                              \
    { KB_HTTP_##method, path, KB_ROUTE_APP, KB_RANK_NOBODY, 0, fever, 0 }
static const struct kb_route routes[] = {
    ROUTE(POST, "/fever/"), ROUTE(GET, "/fever/"),         ROUTE(POST, "/fever"),
    ROUTE(GET, "/fever"),   ROUTE(POST, "/api/fever.php"), ROUTE(GET, "/api/fever.php"),
};
const struct kb_routes kb_routes_fever = {routes, KB_COUNT(routes)};
