/* What is decided when an item or the feed is whole; see xml_feeds.h.
 *
 * Which text is the body, which address the item's, which picture: elements come in any
 * order, so that is known at the end alone. */
#include "feed/xml_feeds.h"

static void reset_item(struct kb_feed_xml *x) {
    x->body = x->description = x->spare = (struct kb_feed_body){.there = false};
    x->has_content = false;
    x->spare_title = x->spare_image = KB_STR_NONE;
    x->main_link = x->any_link = x->guid_link = KB_STR_NONE;
    memset(&x->geo, 0, sizeof x->geo);
    memset(&x->category, 0, sizeof x->category);
}

void kb_xml_open_item(struct kb_feed_xml *x) {
    if (x->item)
        kb_xml_close_item(x);
    x->item = kb_feed_item_add(x->make);
    if (!x->item) {
        memset(&x->dropped, 0, sizeof x->dropped);
        x->item = &x->dropped;
    }
    x->scopes[1] = (struct kb_feed_scope){.c = &x->item->c};
    x->scope = &x->scopes[1];
    reset_item(x);
    /* RDF: what the element is about is its id, until a guid says otherwise. */
    x->item->c.id = kb_xml_dup(x, kb_xml_attribute(x, "about"));
    x->item_language = x->frames[x->depth].language;
}

/* dc:date and its like say "when" without saying of what. */
static void place_date(struct kb_feed_scope *scope) {
    if (!scope->date.n)
        return;
    if (!scope->c->date_published.n)
        scope->c->date_published = scope->date;
    else if (!scope->c->date_modified.n)
        scope->c->date_modified = scope->date;
}

static void place_texts(struct kb_feed_xml *x) {
    struct kb_feed_item *item = x->item;
    struct kb_feed_body *body = &x->body, *summary = &x->description;
    if (!body->there) {
        body = summary->there ? summary : &x->spare;
        summary = summary->there ? &x->spare : NULL;
    } else if (!summary->there) {
        summary = &x->spare;
    }
    item->content_html = body->html;
    item->content_text = body->text;
    if (summary && summary->html.n) {
        bool marked_up = memchr(summary->html.p, '<', summary->html.n) ||
                         memchr(summary->html.p, '&', summary->html.n);
        item->summary = marked_up ? kb_feed_html_text(x->make, summary->html)
                                  : kb_xml_fold(x, summary->html);
        item->summary_html = marked_up ? summary->html : KB_STR_NONE;
    } else if (summary) {
        item->summary = kb_xml_fold(x, summary->text);
    }
    /* The language is the element's own, else the one of its text. */
    if (!item->c.language.n)
        item->c.language = x->item_language;
    if (body->language.n && !kb_str_equal(body->language, x->item_language) &&
        !x->scope->depth[KB_SLOT_LANGUAGE])
        item->c.language = body->language;
}

static void place_addresses(struct kb_feed_xml *x) {
    struct kb_feed_item *item = x->item;
    item->url = x->main_link.n   ? x->main_link
                : x->guid_link.n ? x->guid_link
                                 : x->any_link;
    if (!item->image.n)
        item->image = x->spare_image;
    for (size_t i = 0; i < item->attachments.count && !item->image.n; i++) {
        if (kb_str_starts_nocase(item->attachments.items[i].mime_type, KB_STR("image/")))
            item->image = item->attachments.items[i].url;
    }
    if (!item->image.n && item->media.thumbnails.count)
        item->image = item->media.thumbnails.items[0].url;
    if (item->attachments.count && item->c.itunes.duration > 0 &&
        !(item->attachments.items[0].seconds > 0))
        item->attachments.items[0].seconds = item->c.itunes.duration;
}

/* itunes:author is the author of who names no other. */
static void place_author(struct kb_feed_xml *x, struct kb_feed_common *c) {
    struct kb_feed_person *to = NULL;
    if (!c->authors.count && c->itunes.author.n)
        to = kb_feed_add(x->make, &c->authors);
    if (to)
        to->name = c->itunes.author;
}

void kb_xml_close_item(struct kb_feed_xml *x) {
    x->scope = &x->scopes[1];
    place_texts(x);
    place_addresses(x);
    place_date(&x->scopes[1]);
    place_author(x, &x->item->c);
    if (!x->item->c.title.n)
        x->item->c.title = x->spare_title;
    x->item = NULL;
    x->scope = &x->scopes[0];
    x->in_image = x->in_text_input = false;
    x->person = NULL;
}

static int64_t minutes_of(struct kb_str period) {
    static const struct {
        const char *word;
        int64_t minutes;
    } periods[] = {{"hourly", 60},
                   {"daily", 24 * 60},
                   {"weekly", 7 * 24 * 60},
                   {"monthly", 30 * 24 * 60},
                   {"yearly", 365 * 24 * 60}};
    for (size_t i = 0; i < KB_COUNT(periods); i++) {
        if (kb_str_equal_nocase(period, kb_str_z(periods[i].word)))
            return periods[i].minutes;
    }
    return 0;
}

void kb_xml_close_feed(struct kb_feed_xml *x) {
    struct kb_feed *feed = x->feed;
    if (x->item)
        kb_xml_close_item(x);
    place_date(&x->scopes[0]);
    place_author(x, &feed->c);
    if (!feed->description.n)
        feed->description = feed->c.itunes.summary;
    if (!feed->c.language.n)
        feed->c.language = x->feed_language;
    int64_t often = x->frequency > 0 ? x->frequency : 1;
    feed->update_minutes = minutes_of(x->period) / often;
}
