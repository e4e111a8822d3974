/* Nextcloud News's requests → lists and marks (its API v1-2). */
#include <inttypes.h>
#include <stdio.h>
#include <yyjson.h>

#include "serve/apps_read.h"

#define GUID "kabar-"
#define STORY "story-"

static int64_t number_of(const struct kb_http *req, const char *name, int64_t least,
                         int64_t otherwise) {
    int64_t number;
    return kb_number(kb_http_field(req, name), least, INT64_MAX, &number) ? number
                                                                          : otherwise;
}

static bool is_true(struct kb_str text) {
    return kb_str_equal_nocase(text, KB_STR("true")) || kb_str_equal(text, KB_STR("1"));
}

void kb_nextcloud_list_read(const struct kb_http *req, struct kb_app_wish *wish,
                            int64_t *folder) {
    enum { FEED, FOLDER, STARRED, ALL, UNREAD = 6 };
    struct kb_str reads = kb_http_field(req, "getRead");
    int64_t type = number_of(req, "type", 0, ALL), id = number_of(req, "id", 0, 0);
    int64_t size = number_of(req, "batchSize", -1, -1);
    int64_t offset = number_of(req, "offset", 0, 0);
    *wish = (struct kb_app_wish){.of = KB_APP_ALL};
    *folder = 0;
    if (type == FEED && id) {
        wish->of = KB_APP_FEED;
        wish->feed = id;
    } else if (type == FOLDER && id) {
        wish->of = KB_APP_FOLDER;
        *folder = id;
    } else if (type == STARRED || type == FEED) {
        wish->starred = true; /* feed 0 is what some apps call what is starred */
    }
    wish->unread = type == UNREAD || (reads.n && !is_true(reads));
    wish->oldest = is_true(kb_http_field(req, "oldestFirst"));
    wish->limit = size <= 0 || size > (int64_t)KB_LIMIT_APP_ITEMS ? KB_LIMIT_APP_ITEMS
                                                                  : (size_t)size;
    if (offset && wish->oldest)
        wish->after = offset;
    else if (offset)
        wish->below = offset;
    wish->since = kb_app_time(number_of(req, "lastModified", 0, 0));
}

static bool value_id(yyjson_val *value, struct kb_app_id *id) {
    yyjson_val *hash = yyjson_obj_get(value, "guidHash");
    if (!hash)
        hash = yyjson_obj_get(value, "guid");
    if (hash)
        value = hash;
    int64_t number;
    struct kb_str text = {yyjson_get_str(value), yyjson_get_len(value)};
    if (yyjson_is_uint(value) && yyjson_get_uint(value) <= INT64_MAX)
        *id = kb_app_id_of((int64_t)yyjson_get_uint(value), KB_APP_STORIES);
    else if (yyjson_is_str(value) && kb_number(text, 1, INT64_MAX, &number))
        *id = kb_app_id_of(number, KB_APP_STORIES);
    else
        return yyjson_is_str(value) && kb_nextcloud_guid_read(text, id);
    return true;
}

bool kb_nextcloud_ids_read(struct kb_arena *arena, struct kb_str body,
                           struct kb_app_marks *marks) {
    yyjson_doc *doc = yyjson_read(body.p ? body.p : "", body.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc), *value;
    yyjson_val *list = yyjson_obj_get(root, "items");
    if (!list)
        list = yyjson_obj_get(root, "itemIds");
    bool good = yyjson_is_arr(list);
    struct kb_app_id *ids =
        kb_arena_zalloc(arena, yyjson_arr_size(list) + 1, sizeof *ids);
    size_t at, most, count = 0;
    yyjson_arr_foreach(list, at, most, value) {
        if (ids)
            count += value_id(value, &ids[count]);
    }
    marks->ids = ids;
    marks->id_count = count;
    yyjson_doc_free(doc);
    return ids && good;
}

bool kb_nextcloud_guid_read(struct kb_str text, struct kb_app_id *id) {
    if (!kb_str_starts(text, KB_STR(GUID)))
        return false;
    text = kb_str_slice(text, sizeof GUID - 1, text.n);
    id->story = kb_str_starts(text, KB_STR(STORY));
    if (id->story)
        text = kb_str_slice(text, sizeof STORY - 1, text.n);
    return kb_number(text, 1, INT64_MAX, &id->n);
}

void kb_nextcloud_guid_print(struct kb_app_id id, char out[KB_NEXTCLOUD_GUID_BYTES]) {
    (void)snprintf(out, KB_NEXTCLOUD_GUID_BYTES, GUID "%s%" PRId64, id.story ? STORY : "",
                   id.n);
}
