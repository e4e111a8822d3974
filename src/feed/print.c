/* The record → JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
 *
 * Enters: a record; leaves: one document that holds whatever the record has.  What JSON
 * Feed has no word for stands under "_kabar", on the feed, the item or the author that it
 * is said of; docs/feed.md tells each key.  What is not known is left out, but for what
 * JSON Feed requires: a feed's title, an item's content, an attachment's type. */
#include "feed/feed.h"

/* ---- pieces that are taken back when nothing came to stand in them ----------------- */

struct section {
    struct kb_json before;
    size_t at; /* bytes of the output before it */
};

static struct section open_object(struct kb_json *json, const char *key) {
    struct section section = {*json, json->out->n};
    kb_json_field_object(json, key);
    return section;
}

static struct section open_array(struct kb_json *json, const char *key) {
    struct section section = {*json, json->out->n};
    kb_json_field_array(json, key);
    return section;
}

static bool take_back(struct kb_json *json, const struct section *section) {
    if (!json->first || json->out->status != KB_OK)
        return false;
    *json = section->before;
    json->out->n = section->at;
    return true;
}

static void close_object(struct kb_json *json, const struct section *section) {
    if (!take_back(json, section))
        kb_json_object_end(json);
}

static void close_array(struct kb_json *json, const struct section *section) {
    if (!take_back(json, section))
        kb_json_array_end(json);
}

static void count_field(struct kb_json *json, const char *key, int64_t value,
                        int64_t least) {
    if (value < least)
        return;
    kb_json_field_int(json, key, value);
}

static void number_field(struct kb_json *json, const char *key, double value) {
    if (!(value > 0))
        return;
    kb_json_key(json, key);
    kb_json_number(json, value);
}

/* -1: not told. */
static void truth_field(struct kb_json *json, const char *key, int8_t value) {
    if (value < 0)
        return;
    kb_json_field_bool(json, key, value > 0);
}

/* ---- what feeds and items have alike ----------------------------------------------- */

/* JSON Feed's author; the address of the mailbox is ours. */
static void author(struct kb_json *json, const struct kb_feed_person *person) {
    kb_json_object(json);
    kb_json_field(json, "name", person->name);
    kb_json_field(json, "url", person->url);
    kb_json_field(json, "avatar", person->avatar);
    struct section ours = open_object(json, "_kabar");
    kb_json_field(json, "email", person->email);
    close_object(json, &ours);
    kb_json_object_end(json);
}

static void authors(struct kb_json *json, const struct kb_feed_common *c) {
    struct section list = open_array(json, "authors");
    for (size_t i = 0; i < c->authors.count; i++)
        author(json, &c->authors.items[i]);
    close_array(json, &list);
}

static void person_fields(struct kb_json *json, const struct kb_feed_person *person) {
    kb_json_field(json, "name", person->name);
    kb_json_field(json, "url", person->url);
    kb_json_field(json, "email", person->email);
    kb_json_field(json, "avatar", person->avatar);
}

static void people(struct kb_json *json, const struct kb_feed_common *c) {
    struct section list = open_array(json, "contributors");
    for (size_t i = 0; i < c->contributors.count; i++) {
        kb_json_object(json);
        person_fields(json, &c->contributors.items[i]);
        kb_json_object_end(json);
    }
    close_array(json, &list);
    struct section publisher = open_object(json, "publisher");
    person_fields(json, &c->publisher);
    close_object(json, &publisher);
}

static void links(struct kb_json *json, const struct kb_feed_common *c) {
    struct section list = open_array(json, "links");
    for (size_t i = 0; i < c->links.count; i++) {
        const struct kb_feed_link *link = &c->links.items[i];
        kb_json_object(json);
        kb_json_field(json, "href", link->href);
        kb_json_field(json, "rel", link->rel);
        kb_json_field(json, "type", link->type);
        kb_json_field(json, "hreflang", link->hreflang);
        kb_json_field(json, "title", link->title);
        count_field(json, "length", link->length, 1);
        kb_json_object_end(json);
    }
    close_array(json, &list);
}

static void categories(struct kb_json *json, const struct kb_feed_common *c) {
    struct section list = open_array(json, "categories");
    for (size_t i = 0; i < c->categories.count; i++) {
        const struct kb_feed_category *category = &c->categories.items[i];
        kb_json_object(json);
        kb_json_field(json, "term", category->term);
        kb_json_field(json, "scheme", category->scheme);
        kb_json_field(json, "label", category->label);
        kb_json_object_end(json);
    }
    close_array(json, &list);
}

static void itunes(struct kb_json *json, const struct kb_feed_itunes *it) {
    struct section section = open_object(json, "itunes");
    kb_json_field(json, "author", it->author);
    truth_field(json, "block", it->block);
    truth_field(json, "explicit", it->is_explicit);
    kb_json_field(json, "subtitle", it->subtitle);
    kb_json_field(json, "summary", it->summary);
    number_field(json, "duration", it->duration);
    kb_json_field(json, "season", it->season);
    kb_json_field(json, "episode", it->episode);
    kb_json_field(json, "episode_type", it->episode_type);
    struct section owner = open_object(json, "owner");
    kb_json_field(json, "name", it->owner_name);
    kb_json_field(json, "email", it->owner_email);
    close_object(json, &owner);
    close_object(json, &section);
}

/* What stands under "_kabar" on both. */
static void ours_alike(struct kb_json *json, const struct kb_feed_common *c) {
    links(json, c);
    categories(json, c);
    people(json, c);
    kb_json_field(json, "date_created", c->date_created);
    kb_json_field(json, "rights", c->rights);
    kb_json_field(json, "license", c->license);
    itunes(json, &c->itunes);
}

/* ---- the item ---------------------------------------------------------------------- */

static void feed_fields(struct kb_json *json, const struct kb_feed *feed);

static void position(struct kb_json *json, const struct kb_feed_position *p) {
    kb_json_array(json);
    kb_json_number(json, p->longitude);
    kb_json_number(json, p->latitude);
    kb_json_array_end(json);
}

/* A geometry of GeoJSON (RFC 7946, section 3.1). */
static void geometry(struct kb_json *json, const struct kb_feed_geo *geo) {
    static const char *const names[] = {
        [KB_GEO_POINT] = "Point",
        [KB_GEO_LINE] = "LineString",
        [KB_GEO_POLYGON] = "Polygon",
    };
    if (geo->kind == KB_GEO_NONE || !geo->positions.count)
        return;
    kb_json_field_object(json, "geo");
    kb_json_field(json, "type", kb_str_z(names[geo->kind]));
    kb_json_key(json, "coordinates");
    if (geo->kind == KB_GEO_POINT) {
        position(json, &geo->positions.items[0]);
    } else {
        kb_json_array(json);
        if (geo->kind == KB_GEO_POLYGON)
            kb_json_array(json); /* the outer ring; feeds have no inner ones */
        for (size_t i = 0; i < geo->positions.count; i++)
            position(json, &geo->positions.items[i]);
        if (geo->kind == KB_GEO_POLYGON)
            kb_json_array_end(json);
        kb_json_array_end(json);
    }
    kb_json_object_end(json);
}

static void image_fields(struct kb_json *json, const struct kb_feed_image *image) {
    kb_json_field(json, "url", image->url);
    kb_json_field(json, "title", image->title);
    kb_json_field(json, "link", image->link);
    count_field(json, "width", image->width, 1);
    count_field(json, "height", image->height, 1);
    kb_json_field(json, "description", image->description);
}

static void media(struct kb_json *json, const struct kb_feed_media *m) {
    struct section section = open_object(json, "media");
    struct section list = open_array(json, "thumbnails");
    for (size_t i = 0; i < m->thumbnails.count; i++) {
        kb_json_object(json);
        image_fields(json, &m->thumbnails.items[i]);
        kb_json_object_end(json);
    }
    close_array(json, &list);
    list = open_array(json, "credits");
    for (size_t i = 0; i < m->credits.count; i++) {
        kb_json_object(json);
        kb_json_field(json, "role", m->credits.items[i].role);
        kb_json_field(json, "name", m->credits.items[i].name);
        kb_json_object_end(json);
    }
    close_array(json, &list);
    kb_json_field(json, "player", m->player);
    close_object(json, &section);
}

static void chapters(struct kb_json *json, const struct kb_feed_item *item) {
    struct section list = open_array(json, "chapters");
    for (size_t i = 0; i < item->chapters.count; i++) {
        const struct kb_feed_chapter *chapter = &item->chapters.items[i];
        kb_json_object(json);
        kb_json_key(json, "start");
        kb_json_number(json, chapter->start);
        kb_json_field(json, "title", chapter->title);
        kb_json_field(json, "url", chapter->url);
        kb_json_field(json, "image", chapter->image);
        kb_json_object_end(json);
    }
    close_array(json, &list);
}

static void attachments(struct kb_json *json, const struct kb_feed_item *item) {
    struct section list = open_array(json, "attachments");
    for (size_t i = 0; i < item->attachments.count; i++) {
        const struct kb_feed_attachment *attachment = &item->attachments.items[i];
        kb_json_object(json);
        kb_json_field(json, "url", attachment->url);
        kb_json_field(json, "mime_type", kb_feed_attachment_type(attachment));
        kb_json_field(json, "title", attachment->title);
        count_field(json, "size_in_bytes", attachment->size, 1);
        number_field(json, "duration_in_seconds", attachment->seconds);
        kb_json_object_end(json);
    }
    close_array(json, &list);
}

static void tags(struct kb_json *json, const struct kb_feed_common *c) {
    struct section list = open_array(json, "tags");
    for (size_t i = 0; i < c->categories.count; i++) {
        const struct kb_feed_category *category = &c->categories.items[i];
        struct kb_str name = category->label.n ? category->label : category->term;
        if (name.n)
            kb_json_str(json, name);
    }
    close_array(json, &list);
}

/* Of site maps and OPML lists. */
static void list_entry(struct kb_json *json, const struct kb_feed_item *item) {
    struct section section = open_object(json, "sitemap");
    kb_json_field(json, "change_frequency", item->change_frequency);
    number_field(json, "priority", item->priority);
    close_object(json, &section);
    if (!item->outline)
        return;
    section = open_object(json, "outline");
    kb_json_field(json, "type", item->outline->type);
    kb_json_field(json, "version", item->outline->version);
    struct section folders = open_array(json, "folders");
    for (size_t i = 0; i < item->outline->folders.count; i++)
        kb_json_str(json, item->outline->folders.items[i]);
    close_array(json, &folders);
    close_object(json, &section);
}

static void item_ours(struct kb_json *json, const struct kb_feed_item *item) {
    struct section section = open_object(json, "_kabar");
    ours_alike(json, &item->c);
    kb_json_field(json, "date_expires", item->date_expires);
    kb_json_field(json, "summary_html", item->summary_html);
    kb_json_field(json, "comments_url", item->comments_url);
    kb_json_field(json, "comments_feed_url", item->comments_feed_url);
    count_field(json, "comment_count", item->comment_count, 0);
    geometry(json, &item->geo);
    media(json, &item->media);
    chapters(json, item);
    list_entry(json, item);
    if (item->source) {
        struct section source = open_object(json, "source");
        feed_fields(json, item->source);
        close_object(json, &source);
    }
    if (item->members.n) {
        kb_buf_z(json->out, json->first ? "" : ",");
        kb_buf_str(json->out, item->members);
        json->first = false;
    }
    close_object(json, &section);
}

static void print_item(struct kb_json *json, const struct kb_feed_item *item) {
    kb_json_object(json);
    kb_json_field_str(json, "id", item->c.id);
    kb_json_field(json, "url", item->url);
    kb_json_field(json, "external_url", item->external_url);
    kb_json_field(json, "title", item->c.title);
    kb_json_field(json, "content_html", item->content_html);
    if (item->content_text.n || !item->content_html.n) {
        kb_json_field_str(json, "content_text", item->content_text);
    }
    kb_json_field(json, "summary", item->summary);
    kb_json_field(json, "image", item->image);
    kb_json_field(json, "banner_image", item->banner_image);
    kb_json_field(json, "date_published", item->c.date_published);
    kb_json_field(json, "date_modified", item->c.date_modified);
    authors(json, &item->c);
    tags(json, &item->c);
    kb_json_field(json, "language", item->c.language);
    attachments(json, item);
    item_ours(json, item);
    kb_json_object_end(json);
}

/* ---- the feed ---------------------------------------------------------------------- */

/* Hours and days in which the feed asks not to be read, of bits. */
static void skips(struct kb_json *json, const struct kb_feed *feed) {
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    struct section list = open_array(json, "skip_hours");
    for (unsigned hour = 0; hour < 24; hour++) {
        if (feed->skip_hours >> hour & 1)
            kb_json_int(json, hour);
    }
    close_array(json, &list);
    list = open_array(json, "skip_days");
    for (size_t day = 0; day < KB_COUNT(days); day++) {
        if (feed->skip_days >> day & 1)
            kb_json_str(json, kb_str_z(days[day]));
    }
    close_array(json, &list);
}

static void feed_ours(struct kb_json *json, const struct kb_feed *feed) {
    struct section section = open_object(json, "_kabar"), part;
    kb_json_field(json, "source_format", kb_str_z(feed->source_format));
    kb_json_field(json, "id", feed->c.id);
    kb_json_field(json, "date_published", feed->c.date_published);
    kb_json_field(json, "date_modified", feed->c.date_modified);
    ours_alike(json, &feed->c);
    part = open_object(json, "image");
    image_fields(json, &feed->image);
    close_object(json, &part);
    part = open_object(json, "generator");
    kb_json_field(json, "name", feed->generator.name);
    kb_json_field(json, "url", feed->generator.url);
    kb_json_field(json, "version", feed->generator.version);
    close_object(json, &part);
    count_field(json, "ttl", feed->ttl, 1);
    count_field(json, "update_minutes", feed->update_minutes, 1);
    skips(json, feed);
    kb_json_field(json, "new_feed_url", feed->new_feed_url);
    part = open_array(json, "warnings");
    for (size_t i = 0; i < feed->warnings.count; i++)
        kb_json_str(json, feed->warnings.items[i]);
    close_array(json, &part);
    close_object(json, &section);
}

/* All but the title, which a document must have, and the items. */
static void feed_fields(struct kb_json *json, const struct kb_feed *feed) {
    kb_json_field(json, "title", feed->c.title);
    kb_json_field(json, "home_page_url", feed->home_page_url);
    kb_json_field(json, "feed_url", feed->feed_url);
    kb_json_field(json, "next_url", feed->next_url);
    kb_json_field(json, "description", feed->description);
    kb_json_field(json, "user_comment", feed->user_comment);
    kb_json_field(json, "icon", feed->icon);
    kb_json_field(json, "favicon", feed->favicon);
    authors(json, &feed->c);
    kb_json_field(json, "language", feed->c.language);
    if (feed->expired) {
        kb_json_field_bool(json, "expired", true);
    }
    struct section hubs = open_array(json, "hubs");
    for (size_t i = 0; i < feed->hubs.count; i++) {
        kb_json_object(json);
        kb_json_field(json, "type", feed->hubs.items[i].type);
        kb_json_field(json, "url", feed->hubs.items[i].url);
        kb_json_object_end(json);
    }
    close_array(json, &hubs);
    feed_ours(json, feed);
}

void kb_feed_print(const struct kb_feed *feed, int indent, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field(&json, "version", KB_STR("https://jsonfeed.org/version/1.1"));
    if (!feed->c.title.n) {
        kb_json_field_str(&json, "title", KB_STR_NONE);
    }
    feed_fields(&json, feed);
    kb_json_field_array(&json, "items");
    for (size_t i = 0; i < feed->items.count; i++)
        print_item(&json, &feed->items.items[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}
