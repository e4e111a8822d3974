/* The public functions for feeds: kabar.h's edge of the module feed. */
#include "article/api.h"
#include "feed/feed.h"

#include <stdlib.h>

struct kabar_feed {
    struct kb_feed_reader *reader;
    struct kb_feed *feed; /* the reader's; NULL before the first reading */
};

kabar_status kabar_feed_new(kabar_feed **feed, kabar_error *error) {
    struct kb_err err = {0};
    if (!feed)
        return kb_api_give(error, kb_err_set(&err, KB_EUSAGE, "feed is NULL"), &err);
    *feed = NULL;
    kabar_feed *made = calloc(1, sizeof *made);
    if (!made)
        return kb_api_give(error, KB_ENOMEM, &err);
    enum kb_status status = kb_feed_reader_new(&made->reader, &err);
    if (status != KB_OK) {
        free(made);
        return kb_api_give(error, status, &err);
    }
    *feed = made;
    return kb_api_give(error, KB_OK, &err);
}

void kabar_feed_free(kabar_feed *feed) {
    if (!feed)
        return;
    kb_feed_reader_free(feed->reader);
    free(feed);
}

kabar_status kabar_feed_read(kabar_feed *feed, const void *bytes, size_t size,
                             const kabar_feed_hints *hints, kabar_error *error) {
    struct kb_err err = {0};
    kabar_feed_hints h;
    if (!feed || (!bytes && size))
        return kb_api_give(error, kb_err_set(&err, KB_EUSAGE, "feed or bytes is NULL"),
                           &err);
    feed->feed = NULL;
    if (hints && hints->size < sizeof hints->size)
        return kb_api_give(error,
                           kb_err_set(&err, KB_EUSAGE,
                                      "kabar_feed_hints.size is not set: set it to "
                                      "sizeof(kabar_feed_hints)"),
                           &err);
    kb_api_copy_sized(&h, sizeof h, hints, hints ? hints->size : 0);
    if (h.max_feed_bytes && size > h.max_feed_bytes)
        return kb_api_give(error,
                           kb_err_set(&err, KB_ELIMIT,
                                      "the feed has %zu bytes, the limit is %zu: raise "
                                      "max_feed_bytes",
                                      size, h.max_feed_bytes),
                           &err);
    const struct kb_feed_hints inner = {kb_str_z(h.base_url), kb_str_z(h.content_type),
                                        kb_str_z(h.content_language)};
    enum kb_status status = kb_feed_read(feed->reader, (struct kb_str){bytes, size},
                                         &inner, &feed->feed, &err);
    return kb_api_give(error, status, &err);
}

kabar_text kabar_feed_get(const kabar_feed *feed, kabar_feed_field field) {
    const struct kb_feed *f = feed->feed;
    struct kb_str value = KB_STR_NONE;
    if (!f)
        return kb_api_text(value);
    switch (field) {
    case KABAR_FEED_TITLE: value = f->c.title; break;
    case KABAR_FEED_DESCRIPTION: value = f->description; break;
    case KABAR_FEED_HOME_URL: value = f->home_page_url; break;
    case KABAR_FEED_URL: value = f->feed_url; break;
    case KABAR_FEED_LANGUAGE: value = f->c.language; break;
    case KABAR_FEED_ICON: value = f->icon; break;
    case KABAR_FEED_FORMAT: value = kb_str_z(f->source_format); break;
    case KABAR_FEED_FIELD_COUNT: break;
    }
    return kb_api_text(value);
}

size_t kabar_feed_count(const kabar_feed *feed) {
    return feed->feed ? feed->feed->items.count : 0;
}

static struct kb_str author(const struct kb_feed_item *item) {
    if (!item->c.authors.count)
        return KB_STR_NONE;
    const struct kb_feed_person *first = &item->c.authors.items[0];
    return first->name.n ? first->name : first->email;
}

kabar_text kabar_feed_item(const kabar_feed *feed, size_t index, kabar_item_field field) {
    struct kb_str value = KB_STR_NONE;
    if (index >= kabar_feed_count(feed))
        return kb_api_text(value);
    const struct kb_feed_item *item = &feed->feed->items.items[index];
    switch (field) {
    case KABAR_ITEM_ID: value = item->c.id; break;
    case KABAR_ITEM_URL: value = item->url; break;
    case KABAR_ITEM_TITLE: value = item->c.title; break;
    case KABAR_ITEM_AUTHOR: value = author(item); break;
    case KABAR_ITEM_SUMMARY: value = item->summary; break;
    case KABAR_ITEM_HTML: value = item->content_html; break;
    case KABAR_ITEM_TEXT: value = item->content_text; break;
    case KABAR_ITEM_LANGUAGE: value = item->c.language; break;
    case KABAR_ITEM_IMAGE: value = item->image; break;
    case KABAR_ITEM_DATE_PUBLISHED: value = item->c.date_published; break;
    case KABAR_ITEM_DATE_MODIFIED: value = item->c.date_modified; break;
    case KABAR_ITEM_ATTACHMENT:
        value = item->attachments.count ? item->attachments.items[0].url : value;
        break;
    case KABAR_ITEM_FIELD_COUNT: break;
    }
    return kb_api_text(value);
}

size_t kabar_feed_warning_count(const kabar_feed *feed) {
    return feed->feed ? feed->feed->warnings.count : 0;
}

kabar_text kabar_feed_warning(const kabar_feed *feed, size_t index) {
    return kb_api_text(index < kabar_feed_warning_count(feed)
                           ? feed->feed->warnings.items[index]
                           : KB_STR_NONE);
}

kabar_status kabar_feed_print(const kabar_feed *feed, kabar_format format,
                              const kabar_print_options *options, kabar_buffer *buffer,
                              kabar_error *error) {
    struct kb_err err = {0};
    kabar_print_options o;
    if (!feed || !feed->feed || !buffer ||
        (options && options->size < sizeof options->size))
        return kb_api_give(error,
                           kb_err_set(&err, KB_EUSAGE,
                                      "buffer is NULL, no feed has been read, or "
                                      "kabar_print_options.size is not set"),
                           &err);
    kb_api_copy_sized(&o, sizeof o, options, options ? options->size : 0);
    struct kb_buf out = kb_api_append(buffer);
    if (format == KABAR_FORMAT_JSON)
        kb_feed_print(feed->feed, o.indent, &out);
    else if (format == KABAR_FORMAT_VIEW)
        kb_feed_print_view(feed->feed, o.width > 0 ? o.width : 80, o.color, &out);
    else
        return kb_api_give(
            error, kb_err_set(&err, KB_EUSAGE, "feeds are printed as JSON or view alone"),
            &err);
    return kb_api_appended(buffer, &out, "feed", error);
}
