/* Fever's requests → what is asked for.  Flags are parameters with or without a value, in
 * the query or the body; a request may ask for several things and mark one. */
#include "serve/apps_read.h"

static bool has(const struct kb_http *req, const char *name) {
    return kb_pairs_has(req->query, name) || kb_pairs_has(req->form, name);
}

static int64_t number_of(const struct kb_http *req, const char *name, int64_t least) {
    int64_t number = 0;
    return kb_number(kb_http_field(req, name), least, INT64_MAX, &number) ? number : 0;
}

static void read_mark(const struct kb_http *req, struct kb_fever_ask *ask) {
    struct kb_str mark = kb_http_field(req, "mark"), as = kb_http_field(req, "as");
    int64_t id = 0;
    if (!kb_number(kb_http_field(req, "id"), -1, INT64_MAX, &id))
        return;
    if (kb_str_equal(as, KB_STR("read")))
        ask->read = 1;
    else if (kb_str_equal(as, KB_STR("unread")))
        ask->read = -1;
    else if (kb_str_equal(as, KB_STR("saved")))
        ask->starred = 1;
    else if (kb_str_equal(as, KB_STR("unsaved")))
        ask->starred = -1;
    else
        return;
    ask->id = id;
    ask->before = kb_app_time(number_of(req, "before", 0));
    if (kb_str_equal(mark, KB_STR("item")))
        ask->mark = KB_FEVER_ITEM;
    else if (kb_str_equal(mark, KB_STR("feed")) && ask->read > 0)
        ask->mark = KB_FEVER_FEED;
    else if (kb_str_equal(mark, KB_STR("group")) && ask->read > 0)
        ask->mark = KB_FEVER_GROUP;
}

bool kb_fever_read(const struct kb_http *req, struct kb_fever_ask *ask) {
    *ask = (struct kb_fever_ask){
        .groups = has(req, "groups"),
        .feeds = has(req, "feeds"),
        .favicons = has(req, "favicons"),
        .items = has(req, "items"),
        .links = has(req, "links"),
        .unread = has(req, "unread_item_ids"),
        .saved = has(req, "saved_item_ids"),
        .since = number_of(req, "since_id", 0),
        .max = number_of(req, "max_id", 0),
    };
    read_mark(req, ask);
    return kb_app_numbers(req->arena, kb_http_field(req, "with_ids"), KB_FEVER_ITEMS,
                          &ask->with, &ask->with_count) &&
           kb_app_numbers(req->arena, kb_http_field(req, "feed_ids"), KB_LIMIT_LIST_ITEMS,
                          &ask->of_feeds, &ask->feed_count) &&
           kb_app_numbers(req->arena, kb_http_field(req, "group_ids"),
                          KB_LIMIT_LIST_ITEMS, &ask->of_groups, &ask->group_count);
}
