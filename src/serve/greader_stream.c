/* Google Reader's lists: ids, whole items as JSON, and as Atom. */
#include <stdio.h>

#include "feed/feed.h"
#include "serve/greader.h"
#include "store/store.h"

/* ---- ids --------------------------------------------------------------------------- */

/* Where the next page begins; nothing where there is none. */
static void continuation(struct kb_json *json, const struct kb_app_list *list,
                         size_t told) {
    char text[24];
    if (!told || (!list->more && told == list->count))
        return;
    int n = snprintf(text, sizeof text, "%lld",
                     (long long)kb_app_id_number(list->ids[told - 1], KB_APP_STORIES));
    kb_json_field(json, "continuation", (struct kb_str){text, (size_t)n});
}

KB_APP_HANDLER(kb_greader_ids) {
    struct kb_app_wish wish;
    struct kb_app_list list;
    struct kb_json json;
    kb_greader_list_read(req, kb_http_field(req, "s"), KB_LIMIT_APP_IDS, &wish);
    enum kb_status status = kb_app_list(req, &wish, &list, err);
    if (status != KB_OK)
        return status;
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "itemRefs");
    for (size_t i = 0; i < list.count; i++) {
        char text[24];
        int n = snprintf(text, sizeof text, "%lld",
                         (long long)kb_app_id_number(list.ids[i], KB_APP_STORIES));
        kb_json_object(&json);
        kb_json_field(&json, "id", (struct kb_str){text, (size_t)n});
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    continuation(&json, &list, list.count);
    kb_json_object_end(&json);
    return KB_OK;
}

/* ---- items ------------------------------------------------------------------------- */

static void number_text(struct kb_json *json, const char *key, int64_t value) {
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)value);
    kb_json_field(json, key, (struct kb_str){text, (size_t)n});
}

static void links(struct kb_json *json, const char *key, struct kb_str url,
                  const char *type) {
    kb_json_field_array(json, key);
    kb_json_object(json);
    kb_json_field_str(json, "href", url);
    if (type)
        kb_json_field(json, "type", kb_str_z(type));
    kb_json_object_end(json);
    kb_json_array_end(json);
}

static void categories(struct kb_json *json, const struct kb_app_item *item,
                       const struct kb_app_feed *feed) {
    kb_json_field_array(json, "categories");
    kb_greader_state(json, "reading-list");
    if (item->read)
        kb_greader_state(json, "read");
    if (item->starred)
        kb_greader_state(json, "starred");
    if (feed->folder.n)
        kb_greader_label_id(json, feed->folder);
    for (size_t i = 0; i < item->tag_count; i++)
        kb_greader_label_id(json, item->tags[i]);
    kb_json_array_end(json);
}

static void origin(struct kb_json *json, int64_t n, const struct kb_app_feed *feed) {
    char id[40];
    int length = snprintf(id, sizeof id, "feed/%lld", (long long)n);
    kb_json_field_object(json, "origin");
    kb_json_field(json, "streamId", (struct kb_str){id, (size_t)length});
    kb_json_field_str(json, "title", feed->title);
    kb_json_field_str(json, "htmlUrl", feed->home_url);
    kb_json_object_end(json);
}

/* Some apps take an enclosure's address from href, others from url. */
static void enclosures(struct kb_json *json, const struct kb_app_item *item) {
    if (!item->file_count)
        return;
    kb_json_field_array(json, "enclosure");
    for (size_t i = 0; i < item->file_count; i++) {
        const struct kb_feed_attachment *file = &item->files[i];
        kb_json_object(json);
        kb_json_field(json, "href", file->url);
        kb_json_field(json, "url", file->url);
        kb_json_field(json, "type", file->mime_type);
        kb_json_field(json, "title", file->title);
        if (file->size)
            kb_json_field_int(json, "length", file->size);
        if (file->seconds >= 1)
            kb_json_field_int(json, "duration", (int64_t)file->seconds);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void print_item(void *context, const struct kb_app_item *item,
                       const struct kb_app_feed *feed) {
    struct kb_json *json = context;
    char id[KB_GREADER_ID_BYTES];
    kb_greader_id_print(item->id, id);
    kb_json_object(json);
    kb_json_field(json, "id", kb_str_z(id));
    number_text(json, "crawlTimeMsec", item->seen * 1000);
    number_text(json, "timestampUsec", item->seen * 1000000);
    kb_json_field_int(json, "published", item->published);
    kb_json_field_int(json, "updated", item->changed);
    kb_json_field_str(json, "title", item->title);
    kb_json_field_str(json, "author", item->author);
    links(json, "canonical", item->url, NULL);
    links(json, "alternate", item->url, "text/html");
    categories(json, item, feed);
    origin(json, item->feed, feed);
    /* newsboat takes the first member of summary, whatever its name. */
    kb_json_field_object(json, "summary");
    kb_json_field_str(json, "content", item->html);
    kb_json_object_end(json);
    enclosures(json, item);
    kb_json_object_end(json);
}

static enum kb_status print_list(struct kb_http *req, struct kb_reply *res,
                                 struct kb_str id, const struct kb_app_list *list,
                                 struct kb_err *err) {
    struct kb_json json;
    size_t told;
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field(&json, "direction", KB_STR("ltr"));
    kb_json_field(&json, "id",
                  id.n ? id : KB_STR("user/-/state/com.google/reading-list"));
    kb_json_field_int(&json, "updated", req->now);
    kb_json_field_array(&json, "items");
    enum kb_status status =
        kb_app_each(req, list, &res->body, print_item, &json, &told, err);
    kb_json_array_end(&json);
    continuation(&json, list, told);
    kb_json_object_end(&json);
    return status;
}

/* Items by their ids.  What is not there is left out, and nothing is an empty list. */
KB_APP_HANDLER(kb_greader_contents) {
    struct kb_app_marks marks = {0};
    if (!kb_greader_ids_read(req, KB_LIMIT_APP_ITEMS, &marks))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    struct kb_app_list list = {.ids = (struct kb_app_id *)(uintptr_t)marks.ids,
                               .count = marks.id_count};
    return print_list(req, res, KB_STR_NONE, &list, err);
}

static enum kb_status find_list(struct kb_http *req, struct kb_str stream,
                                struct kb_app_list *list, struct kb_err *err) {
    struct kb_app_wish wish;
    kb_greader_list_read(req, stream, KB_LIMIT_APP_ITEMS, &wish);
    return kb_app_list(req, &wish, list, err);
}

/* The stream is the rest of the path, else the field s. */
KB_APP_HANDLER(kb_greader_stream) {
    struct kb_str stream = req->part[0].n ? req->part[0] : kb_http_field(req, "s");
    struct kb_app_list list;
    enum kb_status status = find_list(req, stream, &list, err);
    return status == KB_OK ? print_list(req, res, stream, &list, err) : status;
}

/* ---- Atom -------------------------------------------------------------------------- */

static void element(struct kb_buf *out, const char *name, const char *attributes,
                    struct kb_str text) {
    kb_buf_printf(out, "<%s%s>", name, attributes);
    kb_xml_text(out, text);
    kb_buf_printf(out, "</%s>\n", name);
}

static void moment(struct kb_buf *out, const char *name, int64_t seconds) {
    char text[KB_TIME_BYTES];
    kb_time_print(seconds, text);
    element(out, name, "", kb_str_z(text));
}

static void category(struct kb_buf *out, const char *state) {
    kb_buf_printf(out, "<category term=\"user/-/state/com.google/%s\"/>\n", state);
}

static void entry(struct kb_buf *out, const struct kb_app_item *item) {
    char id[KB_GREADER_ID_BYTES];
    kb_greader_id_print(item->id, id);
    kb_buf_z(out, "<entry>\n");
    element(out, "id", "", kb_str_z(id));
    element(out, "title", "", item->title);
    kb_buf_z(out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
    kb_xml_text(out, item->url);
    kb_buf_z(out, "\"/>\n");
    moment(out, "published", item->published);
    moment(out, "updated", item->changed);
    if (item->author.n) {
        kb_buf_z(out, "<author>");
        element(out, "name", "", item->author);
        kb_buf_z(out, "</author>\n");
    }
    if (item->read)
        category(out, "read");
    if (item->starred)
        category(out, "starred");
    element(out, "content", " type=\"html\"", item->html);
    kb_buf_z(out, "</entry>\n");
}

static void print_entry(void *context, const struct kb_app_item *item,
                        const struct kb_app_feed *feed) {
    (void)feed;
    entry(context, item);
}

KB_APP_HANDLER(kb_greader_atom) {
    struct kb_app_list list;
    size_t told;
    enum kb_status status = find_list(req, req->part[0], &list, err);
    if (status != KB_OK)
        return status;
    res->type = "application/atom+xml; charset=utf-8";
    kb_buf_z(&res->body, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                         "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(&res->body, "id", "", req->part[0]);
    element(&res->body, "title", "", KB_STR("kabar"));
    moment(&res->body, "updated", req->now);
    /* RFC 4287, 4.1.1: of entries that name nobody. */
    kb_buf_z(&res->body, "<author><name>kabar</name></author>\n");
    status = kb_app_each(req, &list, &res->body, print_entry, &res->body, &told, err);
    kb_buf_z(&res->body, "</feed>\n");
    return status;
}
