/* Miniflux's requests → lists and marks (its REST API, version 1). */
#include <yyjson.h>

#include "serve/apps_read.h"

static bool optional(const struct kb_http *req, const char *name, int64_t *value) {
    struct kb_str text = kb_http_query(req, name);
    *value = 0;
    return !text.n || kb_number(text, 0, INT64_MAX, value);
}

/* Several may be asked for at once; read and unread together are all. */
static bool read_status(const struct kb_http *req, struct kb_app_wish *wish) {
    struct kb_str each;
    for (size_t at = 0; kb_http_each(req, "status", &at, &each);)
        if (kb_str_equal(each, KB_STR("read")))
            wish->read = true;
        else if (kb_str_equal(each, KB_STR("unread")))
            wish->unread = true;
        else if (kb_str_equal(each, KB_STR("removed")))
            wish->of = KB_APP_NOTHING;
        else
            return false;
    if (wish->read && wish->unread)
        wish->read = wish->unread = false;
    return true;
}

/* When an entry was published, by its two names, and when it was changed, which is when
 * it came or was marked.  Both ends are left out. */
static bool read_times(const struct kb_http *req, struct kb_app_wish *wish) {
    int64_t after, before, since;
    if (!optional(req, "published_after", &after) ||
        (!after && !optional(req, "after", &after)) ||
        !optional(req, "published_before", &before) ||
        (!before && !optional(req, "before", &before)) ||
        !optional(req, "changed_after", &since) ||
        !optional(req, "changed_before", &wish->before))
        return false;
    wish->dated_since = after && after < INT64_MAX ? after + 1 : after;
    wish->dated_before = before;
    wish->since = since;
    wish->touched = since > 0;
    return true;
}

static bool is_one_of(struct kb_str text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_equal(text, kb_str_z(words[i])))
            return true;
    return false;
}

bool kb_miniflux_list_read(const struct kb_http *req, struct kb_app_wish *wish,
                           const char **why) {
    static const char *const by_time[] = {"", "published_at"};
    static const char *const by_number[] = {
        "id",          "status",     "created_at", "category_title",
        "category_id", "changed_at", "title",      "author"};
    enum { USUAL = 100 };
    struct kb_str order = kb_http_query(req, "order");
    struct kb_str direction = kb_http_query(req, "direction");
    struct kb_str starred = kb_http_query(req, "starred");
    int64_t limit, skip, after_id, before_id;
    *wish = (struct kb_app_wish){.of = KB_APP_ALL};
    *why = NULL;
    if (!read_status(req, wish))
        *why = "status is read, unread or removed";
    else if (!is_one_of(order, by_time, KB_COUNT(by_time)) &&
             !is_one_of(order, by_number, KB_COUNT(by_number)))
        *why =
            "order is id, status, published_at, created_at, changed_at, title, author, "
            "category_title or category_id";
    else if (direction.n && !kb_str_equal(direction, KB_STR("asc")) &&
             !kb_str_equal(direction, KB_STR("desc")))
        *why = "direction is asc or desc";
    else if (!optional(req, "limit", &limit) || !optional(req, "offset", &skip) ||
             !read_times(req, wish) || !optional(req, "after_entry_id", &after_id) ||
             !optional(req, "before_entry_id", &before_id))
        *why = "limit, offset, after_entry_id, before_entry_id and moments are whole "
               "numbers";
    if (*why)
        return false;
    wish->limit = kb_pairs_has(req->query, "limit") ? (size_t)limit : USUAL;
    if (!wish->limit || wish->limit > KB_LIMIT_APP_ITEMS)
        wish->limit = KB_LIMIT_APP_ITEMS;
    wish->skip = (size_t)skip;
    wish->after = after_id;
    wish->below = before_id;
    wish->by_time = is_one_of(order, by_time, KB_COUNT(by_time));
    wish->oldest = !kb_str_equal(direction, KB_STR("desc"));
    wish->starred = kb_str_equal_nocase(starred, KB_STR("true")) ||
                    kb_str_equal(starred, KB_STR("1"));
    wish->unstarred = kb_str_equal_nocase(starred, KB_STR("false")) ||
                      kb_str_equal(starred, KB_STR("0"));
    return true;
}

bool kb_miniflux_marks_read(struct kb_arena *arena, struct kb_str body,
                            struct kb_app_marks *marks) {
    yyjson_doc *doc = yyjson_read(body.p ? body.p : "", body.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *list = yyjson_obj_get(root, "entry_ids"), *value;
    const char *status = yyjson_get_str(yyjson_obj_get(root, "status"));
    struct kb_app_id *ids =
        kb_arena_zalloc(arena, yyjson_arr_size(list) + 1, sizeof *ids);
    size_t at, most, count = 0;
    *marks = (struct kb_app_marks){0};
    yyjson_arr_foreach(list, at, most, value) {
        if (ids && yyjson_is_uint(value) && yyjson_get_uint(value) <= INT64_MAX)
            ids[count++] =
                kb_app_id_of((int64_t)yyjson_get_uint(value), KB_APP_STORIES_SMALL);
    }
    if (status)
        marks->read = strcmp(status, "read") == 0     ? 1
                      : strcmp(status, "unread") == 0 ? -1
                                                      : 0;
    marks->ids = ids;
    marks->id_count = count;
    yyjson_doc_free(doc);
    return ids && count && marks->read;
}
