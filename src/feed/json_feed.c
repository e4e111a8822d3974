/* JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/) → the record.
 *
 * Enters: the text of a JSON document; leaves: the record.  yyjson reads JSON5 as well:
 * comments, trailing commas, single quotes, control characters in strings.  A document
 * that breaks off or goes wrong later on is read up to its last whole item, because a
 * feed's transfer is cut more often than its JSON is wrong.
 *
 * Members of a wrong type are left out with a warning, but for those whose meaning is
 * plain (a number as an id, a name where an author's object should stand).  Extensions
 * (members that begin with "_") are others' and left out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

#include "feed/make.h"

/* Bytes of a date that a warning shows. */
enum { DATE_SHOWN = 40 };

/* ---- text → document --------------------------------------------------------------- */

/* One block holds all values; its size is bounded as the whole record's is. */
static void *limited_malloc(void *context, size_t size) {
    (void)context;
    return size <= KB_LIMIT_DOCUMENT_MEMORY ? malloc(size) : NULL;
}

static void *limited_realloc(void *context, void *p, size_t old, size_t size) {
    (void)context, (void)old;
    return size <= KB_LIMIT_DOCUMENT_MEMORY ? realloc(p, size) : NULL;
}

static void plain_free(void *context, void *p) {
    (void)context;
    free(p);
}

static yyjson_doc *parse(struct kb_str text, yyjson_read_err *fault) {
    const yyjson_read_flag flags = YYJSON_READ_JSON5 | YYJSON_READ_ALLOW_INVALID_UNICODE |
                                   YYJSON_READ_STOP_WHEN_DONE;
    const yyjson_alc memory = {limited_malloc, limited_realloc, plain_free, NULL};
    return yyjson_read_opts((char *)(uintptr_t)text.p, text.n, flags, &memory, fault);
}

/* The part of text that ends behind the last whole member of the first or second level
 * (an item stands on the third), and what closes the levels that are open there. */
static struct kb_str whole_part(struct kb_str text, const char **closers) {
    size_t depth = 0, end = 0;
    char outer[2] = {0}, quote = 0;
    *closers = "";
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quote) {
            if (c == '\\')
                i++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"') {
            quote = c;
        } else if (c == '{' || c == '[') {
            if (depth < 2)
                outer[depth] = c;
            depth++;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
            if (depth != 1 && !(depth == 2 && outer[1] == '['))
                continue;
            end = i + 1;
            *closers = depth == 1 ? "}" : "]}";
        }
    }
    return kb_str_slice(text, 0, end);
}

/* The value of "\uXXXX" at p, or 0 where none stands there. */
static unsigned escape_at(struct kb_str text, size_t at) {
    unsigned value = 0;
    if (at > text.n || text.n - at < 6 || text.p[at] != '\\' || text.p[at + 1] != 'u')
        return 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = kb_hex_digit(text.p[i]);
        if (digit < 0)
            return 0;
        value = value * 16 + (unsigned)digit;
    }
    return value;
}

/* Half a surrogate pair is what is left of an emoji where a program has cut a text by
 * UTF-16 units.  Writes text into out with U+FFFD in their place, as long as before. */
static void mend_surrogates(struct kb_str text, struct kb_buf *out) {
    kb_buf_str(out, text);
    for (size_t i = 0; out->status == KB_OK && i < text.n; i++) {
        if (text.p[i] != '\\')
            continue;
        unsigned value = escape_at(text, i);
        unsigned next = (value & 0xFC00) == 0xD800 ? escape_at(text, i + 6) : 0;
        if ((next & 0xFC00) == 0xDC00)
            i += 11;
        else if ((value & 0xF800) == 0xD800)
            memcpy(out->p + i + 2, "fffd", 4);
        else
            i++; /* an escaped backslash escapes nothing */
    }
}

/* A document that yyjson refuses, as far as it goes; fault tells where that is. */
static yyjson_doc *parse_broken(struct kb_feed_make *make, struct kb_str text,
                                yyjson_read_err *fault) {
    struct kb_buf *mended = make->scratch;
    const char *closers;
    yyjson_read_err other = {0};
    yyjson_doc *doc = NULL;
    kb_buf_clear(mended);
    mend_surrogates(text, mended);
    if (mended->status == KB_OK)
        doc = parse(kb_buf_view(mended), fault);
    if (doc) {
        kb_feed_warn(make, "halves of characters became U+FFFD");
        goto out;
    }
    mended->n = whole_part(kb_str_slice(kb_buf_view(mended), 0, fault->pos), &closers).n;
    kb_buf_z(mended, closers);
    if (mended->n && mended->status == KB_OK)
        doc = parse(kb_buf_view(mended), &other);
    if (doc)
        kb_feed_warn(make,
                     "the JSON is broken at byte %zu (%s): what stands before was read",
                     fault->pos, fault->msg);
    else if (mended->status != KB_OK || other.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        fault->code = YYJSON_READ_ERROR_MEMORY_ALLOCATION;
out:
    kb_buf_clear(mended);
    return doc;
}

static enum kb_status read_document(struct kb_feed_make *make, struct kb_str text,
                                    yyjson_doc **out) {
    yyjson_read_err fault = {0};
    yyjson_doc *doc = *out = parse(text, &fault);
    if (doc) {
        size_t used = yyjson_doc_get_read_size(doc);
        if (kb_str_trim(kb_str_slice(text, used, text.n)).n)
            kb_feed_warn(make, "text behind the JSON document was left out");
        return KB_OK;
    }
    if (fault.code != YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        *out = parse_broken(make, text, &fault);
    if (*out)
        return KB_OK;
    if (fault.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return kb_err_set(make->err, KB_ENOMEM,
                          "not enough memory to read the JSON document");
    return kb_err_set(make->err, KB_EINPUT, "this is broken JSON: %s at byte %zu",
                      fault.msg, fault.pos);
}

/* ---- members ----------------------------------------------------------------------- */

/* A string's text, trimmed, as long as the document lives; escapes may have put in what
 * is no character. */
static struct kb_str text_of(struct kb_feed_make *make, yyjson_val *value) {
    struct kb_str s = {yyjson_get_str(value), yyjson_get_len(value)};
    s = kb_str_trim(s);
    if (kb_utf8_valid_prefix(s) == s.n)
        return s;
    kb_feed_warn(make, "text that is no valid Unicode was cut");
    return kb_str_slice(s, 0, kb_utf8_valid_prefix(s));
}

static void wrong_type(struct kb_feed_make *make, const char *key, const char *wanted) {
    kb_feed_warn(make, "\"%s\" is no %s: left out", key, wanted);
}

/* object's string under key, empty where it has none; not yet in the arena. */
static struct kb_str string(struct kb_feed_make *make, yyjson_val *object,
                            const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    if (!value || yyjson_is_null(value))
        return KB_STR_NONE;
    if (yyjson_is_str(value))
        return text_of(make, value);
    wrong_type(make, key, "string");
    return KB_STR_NONE;
}

static struct kb_str text(struct kb_feed_make *make, yyjson_val *object,
                          const char *key) {
    struct kb_str s = string(make, object, key);
    return s.n ? kb_arena_dup(make->arena, s) : s;
}

static struct kb_str address(struct kb_feed_make *make, yyjson_val *object,
                             const char *key) {
    return kb_feed_url(make, string(make, object, key));
}

static struct kb_str date(struct kb_feed_make *make, yyjson_val *object,
                          const char *key) {
    struct kb_str raw = string(make, object, key);
    struct kb_str found = raw.n ? kb_feed_date(make->arena, raw) : KB_STR_NONE;
    if (raw.n && !found.n)
        kb_feed_warn(make, "a date cannot be read: %.*s",
                     (int)kb_str_cut(raw, DATE_SHOWN).n, raw.p);
    return found;
}

/* Not below zero; 0 where there is none. */
static double number(struct kb_feed_make *make, yyjson_val *object, const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    if (!value || yyjson_is_null(value))
        return 0;
    if (yyjson_is_num(value) && yyjson_get_num(value) >= 0 &&
        yyjson_get_num(value) < 9e15) /* what a double still counts one by one */
        return yyjson_get_num(value);
    wrong_type(make, key, "usable number");
    return 0;
}

/* Version 1.0 already wants ids to be strings, and says that numbers are to be taken. */
static struct kb_str id(struct kb_feed_make *make, yyjson_val *object) {
    yyjson_val *value = yyjson_obj_get(object, "id");
    char digits[40];
    if (yyjson_is_uint(value))
        snprintf(digits, sizeof digits, "%" PRIu64, yyjson_get_uint(value));
    else if (yyjson_is_sint(value))
        snprintf(digits, sizeof digits, "%" PRId64, yyjson_get_sint(value));
    else
        return text(make, object, "id");
    return kb_arena_dup(make->arena, kb_str_z(digits));
}

/* An array's members, or one value that stands where the array should. */
struct list {
    yyjson_val *value;
    yyjson_arr_iter iter;
    bool single;
};

static struct list list_of(yyjson_val *object, const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    struct list list = {.value = value, .single = value && !yyjson_is_arr(value)};
    if (yyjson_is_null(value))
        list.value = NULL;
    else if (value && !list.single)
        yyjson_arr_iter_init(value, &list.iter);
    return list;
}

static yyjson_val *list_next(struct list *list) {
    yyjson_val *value = list->single ? list->value : NULL;
    if (list->single)
        list->value = NULL;
    else if (list->value)
        value = yyjson_arr_iter_next(&list->iter);
    return value;
}

/* ---- what feeds and items have alike ----------------------------------------------- */

static void person(struct kb_feed_make *make, yyjson_val *value,
                   struct kb_feed_common *c) {
    struct kb_feed_person person = {.name = KB_STR_NONE};
    if (yyjson_is_str(value)) {
        person.name = kb_arena_dup(make->arena, text_of(make, value));
    } else if (yyjson_is_obj(value)) {
        person.name = text(make, value, "name");
        person.url = address(make, value, "url");
        person.avatar = address(make, value, "avatar");
    } else {
        wrong_type(make, "authors", "list of objects");
    }
    if (!person.name.n && !person.url.n && !person.avatar.n)
        return;
    struct kb_feed_person *added = kb_feed_add(make, &c->authors);
    if (added)
        *added = person;
}

/* authors is 1.1's; author 1.0's, which many write beside it for old readers. */
static void people(struct kb_feed_make *make, yyjson_val *object,
                   struct kb_feed_common *c) {
    struct list list = list_of(object, "authors");
    for (yyjson_val *value; (value = list_next(&list)) != NULL;)
        person(make, value, c);
    if (c->authors.count)
        return;
    list = list_of(object, "author");
    for (yyjson_val *value; (value = list_next(&list)) != NULL;)
        person(make, value, c);
}

/* ---- the item ---------------------------------------------------------------------- */

static void attachments(struct kb_feed_make *make, yyjson_val *object,
                        struct kb_feed_item *item) {
    struct list list = list_of(object, "attachments");
    for (yyjson_val *value; (value = list_next(&list)) != NULL;) {
        struct kb_str url =
            yyjson_is_obj(value) ? address(make, value, "url") : KB_STR_NONE;
        struct kb_feed_attachment *added =
            url.n ? kb_feed_add(make, &item->attachments) : NULL;
        if (!url.n)
            kb_feed_warn(make, "an attachment without an address was left out");
        if (!added)
            continue;
        *added = (struct kb_feed_attachment){
            .url = url,
            .mime_type = text(make, value, "mime_type"),
            .title = text(make, value, "title"),
            .size = (int64_t)number(make, value, "size_in_bytes"),
            .seconds = number(make, value, "duration_in_seconds"),
        };
    }
}

static void tags(struct kb_feed_make *make, yyjson_val *object,
                 struct kb_feed_item *item) {
    struct list list = list_of(object, "tags");
    for (yyjson_val *value; (value = list_next(&list)) != NULL;) {
        struct kb_str name = KB_STR_NONE;
        if (yyjson_is_str(value))
            name = text_of(make, value);
        else
            wrong_type(make, "tags", "list of strings");
        struct kb_feed_category *added =
            name.n ? kb_feed_add(make, &item->c.categories) : NULL;
        if (added)
            added->term = kb_arena_dup(make->arena, name);
    }
}

static void read_item(struct kb_feed_make *make, yyjson_val *object,
                      struct kb_feed_item *item) {
    item->c.id = id(make, object);
    item->url = address(make, object, "url");
    item->external_url = address(make, object, "external_url");
    item->c.title = text(make, object, "title");
    item->content_html = kb_feed_html(make, string(make, object, "content_html"));
    item->content_text = text(make, object, "content_text");
    item->summary = text(make, object, "summary");
    item->image = address(make, object, "image");
    item->banner_image = address(make, object, "banner_image");
    item->c.date_published = date(make, object, "date_published");
    item->c.date_modified = date(make, object, "date_modified");
    item->c.language = text(make, object, "language");
    people(make, object, &item->c);
    tags(make, object, item);
    attachments(make, object, item);
}

static void read_items(struct kb_feed_make *make, yyjson_val *list) {
    yyjson_arr_iter iter = yyjson_arr_iter_with(list);
    for (yyjson_val *value; (value = yyjson_arr_iter_next(&iter)) != NULL;) {
        if (!yyjson_is_obj(value)) {
            kb_feed_warn(make, "an item that is no object was left out");
            continue;
        }
        struct kb_feed_item *item = kb_feed_item_add(make);
        if (!item)
            return;
        read_item(make, value, item);
    }
}

/* ---- the feed ---------------------------------------------------------------------- */

static void read_feed(struct kb_feed_make *make, yyjson_val *root) {
    struct kb_feed *feed = make->feed;
    struct kb_str self = string(make, root, "feed_url");
    if (!make->hints->base_url.n)
        kb_urls_set_base(make->urls, self);
    feed->c.title = text(make, root, "title");
    feed->home_page_url = address(make, root, "home_page_url");
    feed->feed_url = kb_feed_url(make, self);
    feed->description = text(make, root, "description");
    feed->user_comment = text(make, root, "user_comment");
    feed->next_url = address(make, root, "next_url");
    feed->icon = address(make, root, "icon");
    feed->favicon = address(make, root, "favicon");
    feed->c.language = text(make, root, "language");
    if (!feed->c.language.n) {
        struct kb_str tags = make->hints->content_language;
        tags = kb_str_trim(kb_str_slice(tags, 0, kb_str_find_byte(tags, ',')));
        feed->c.language = tags.n ? kb_arena_dup(make->arena, tags) : tags;
    }
    feed->expired = yyjson_is_true(yyjson_obj_get(root, "expired"));
    people(make, root, &feed->c);
    struct list hubs = list_of(root, "hubs");
    for (yyjson_val *value; (value = list_next(&hubs)) != NULL;) {
        struct kb_feed_hub hub = {text(make, value, "type"), address(make, value, "url")};
        struct kb_feed_hub *added = hub.url.n ? kb_feed_add(make, &feed->hubs) : NULL;
        if (added)
            *added = hub;
    }
}

enum kb_status kb_feed_read_json(struct kb_feed_make *make, struct kb_str text) {
    yyjson_doc *doc;
    enum kb_status status = read_document(make, text, &doc);
    if (status != KB_OK)
        return status;
    yyjson_val *root = yyjson_doc_get_root(doc), *items = yyjson_obj_get(root, "items");
    yyjson_val *version = yyjson_obj_get(root, "version");
    struct kb_str name = {yyjson_get_str(version), yyjson_get_len(version)};
    bool named = kb_str_find(name, KB_STR("jsonfeed.org/version/1")) != KB_NOT_FOUND;
    if (!named && !yyjson_is_arr(items)) {
        status = kb_err_set(make->err, KB_EINPUT,
                            "this is JSON, but no JSON Feed: it has no \"version\" of "
                            "jsonfeed.org and no \"items\"");
        goto out;
    }
    make->feed->source_format =
        kb_str_find(name, KB_STR("/version/1.1")) == KB_NOT_FOUND ? "json-1" : "json-1.1";
    if (!named)
        kb_feed_warn(make, "the feed does not say that it is JSON Feed");
    read_feed(make, root);
    if (yyjson_is_arr(items))
        read_items(make, items);
    else
        kb_feed_warn(make, "the feed has no list of items");
out:
    yyjson_doc_free(doc);
    return status;
}
