/* Lines of text in RSS, Atom, Dublin Core and the smaller extensions → the record; see
 * xml_feeds.h. */
#include "feed/xml_feeds.h"

/* ---- addresses and ids ------------------------------------------------------------- */

static bool has_scheme(struct kb_str s) {
    size_t i = 0;
    while (i < s.n &&
           (kb_is_alpha(s.p[i]) || kb_is_digit(s.p[i]) || strchr("+-.", s.p[i])))
        i++;
    return i && i < s.n && s.p[i] == ':' && kb_is_alpha(s.p[0]);
}

static bool is_web(struct kb_str s) {
    return kb_str_starts_nocase(s, KB_STR("http://")) ||
           kb_str_starts_nocase(s, KB_STR("https://"));
}

/* Ids are compared byte for byte, so they stay as they are; relative addresses cannot. */
static void set_id(struct kb_feed_xml *x, struct kb_str value, bool address) {
    if (!value.n || x->in_image || x->person || !kb_xml_may_set(x, KB_SLOT_ID))
        return;
    bool relative =
        address && !has_scheme(value) && kb_str_find_byte(value, '/') != KB_NOT_FOUND;
    x->scope->c->id =
        relative ? kb_feed_url(x->make, value) : kb_arena_dup(x->make->arena, value);
}

static void set_guid(struct kb_feed_xml *x, struct kb_str value) {
    set_id(x, value, x->permalink);
    if (x->permalink && !x->scope->feed &&
        (is_web(value) || kb_str_starts(value, KB_STR("/"))))
        x->guid_link = kb_feed_url(x->make, value);
}

/* ---- dates ------------------------------------------------------------------------- */

static void set_date(struct kb_feed_xml *x, enum kb_feed_slot slot, struct kb_str *to,
                     struct kb_str value) {
    struct kb_str date = kb_feed_date(x->make->arena, value);
    if (date.n && kb_xml_may_set(x, slot))
        *to = date;
    else if (value.n && !date.n)
        kb_feed_warn(x->make, "a date could not be read: %.*s",
                     (int)kb_str_cut(value, 60).n, value.p);
}

/* ---- lines of the feed ------------------------------------------------------------- */

static int day_of(struct kb_str name) {
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (int i = 0; i < 7; i++) {
        if (kb_str_starts_nocase(name, kb_str_z(days[i])))
            return i;
    }
    return -1;
}

static void feed_line(struct kb_feed_xml *x, enum kb_feed_element element,
                      struct kb_str value) {
    struct kb_feed *feed = x->scope->feed;
    int64_t number = kb_xml_number(value, -1);
    switch (element) {
    case KB_EL_GENERATOR: feed->generator.name = kb_xml_fold(x, value); break;
    case KB_EL_TTL:
        if (number > 0)
            feed->ttl = number;
        break;
    case KB_EL_HOUR:
        if (number >= 0 && number <= 24)
            feed->skip_hours |= 1u << (number % 24);
        break;
    case KB_EL_DAY:
        if (day_of(value) >= 0)
            feed->skip_days |= (uint8_t)(1u << day_of(value));
        break;
    case KB_EL_UPDATE_PERIOD: x->period = kb_xml_dup(x, value); break;
    case KB_EL_UPDATE_FREQUENCY: x->frequency = number; break;
    case KB_EL_ICON: feed->favicon = kb_feed_url(x->make, value); break;
    case KB_EL_LOGO: feed->icon = feed->image.url = kb_feed_url(x->make, value); break;
    case KB_EL_NEW_URL: feed->new_feed_url = kb_feed_url(x->make, value); break;
    default: break;
    }
}

/* What the text is derived from (Dublin Core): its address, or the name of where it
 * stood. */
static void set_origin(struct kb_feed_xml *x, struct kb_str value) {
    struct kb_feed_item *item = x->item;
    struct kb_feed_link *link;
    if (is_web(value) && (link = kb_feed_add(x->make, &item->c.links)))
        *link = (struct kb_feed_link){.href = kb_feed_url(x->make, value),
                                      .rel = KB_STR("source")};
    else if (value.n && !is_web(value) && !item->source &&
             (item->source = kb_feed_new(x->make)))
        item->source->c.title = kb_xml_fold(x, value);
}

static void item_line(struct kb_feed_xml *x, enum kb_feed_element element,
                      struct kb_str value) {
    struct kb_feed_item *item = x->item;
    struct kb_feed_link *link;
    switch (element) {
    case KB_EL_EXPIRED: set_date(x, KB_SLOT_EXPIRED, &item->date_expires, value); break;
    case KB_EL_COMMENTS: item->comments_url = kb_feed_url(x->make, value); break;
    case KB_EL_COMMENT_FEED: item->comments_feed_url = kb_feed_url(x->make, value); break;
    case KB_EL_COMMENT_COUNT: item->comment_count = kb_xml_number(value, -1); break;
    case KB_EL_ORIGIN: set_origin(x, value); break;
    case KB_EL_ORIGINAL_URL:
        if ((link = kb_feed_add(x->make, &item->c.links)))
            *link = (struct kb_feed_link){.href = kb_feed_url(x->make, value),
                                          .rel = KB_STR("canonical")};
        break;
    default: break;
    }
}

/* ---- lines of both ----------------------------------------------------------------- */

static void add_tags(struct kb_feed_xml *x, struct kb_str list, struct kb_str scheme) {
    while (list.n) {
        size_t n = kb_str_find_byte(list, ',');
        n = n == KB_NOT_FOUND ? list.n : n;
        struct kb_str term = kb_str_trim(kb_str_slice(list, 0, n));
        if (term.n)
            kb_xml_category(x, term, scheme, KB_STR_NONE);
        list = kb_str_slice(list, n + 1, list.n);
    }
}

static void add_category(struct kb_feed_xml *x, struct kb_str value) {
    struct kb_feed_category *c = &x->category;
    if (c->term.n)
        kb_xml_category(x, c->term, c->scheme, c->label);
    if (!c->term.n || (value.n && !kb_str_equal(value, c->term) && !x->atom))
        kb_xml_category(x, value, c->scheme, c->term.n ? KB_STR_NONE : c->label);
    memset(c, 0, sizeof *c);
}

static void person_line(struct kb_feed_xml *x, enum kb_feed_element element,
                        struct kb_str value) {
    struct kb_feed_person *p = x->person;
    switch (element) {
    case KB_EL_NAME: p->name = kb_xml_fold(x, value); break;
    case KB_EL_EMAIL: p->email = kb_xml_dup(x, value); break;
    case KB_EL_URL:
    case KB_EL_LINK: p->url = kb_feed_url(x->make, value); break;
    case KB_EL_AUTHOR:
    case KB_EL_CONTRIBUTOR:
    case KB_EL_PUBLISHER:
    case KB_EL_PERSON:
        if (value.n)
            kb_xml_person(x, value, p);
        break;
    default: break;
    }
}

static void image_line(struct kb_feed_xml *x, enum kb_feed_element element,
                       struct kb_str value) {
    struct kb_feed *feed = x->scope->feed;
    struct kb_feed_image *image = feed ? &feed->image : NULL;
    if (element == KB_EL_URL || (element == KB_EL_IMAGE && value.n)) {
        struct kb_str url = kb_feed_url(x->make, value);
        if (feed)
            feed->icon = image->url = url;
        else if (x->item)
            x->item->image = url;
    } else if (!image) {
        return;
    } else if (element == KB_EL_LINK) {
        image->link = kb_feed_url(x->make, value);
    } else if (element == KB_EL_WIDTH) {
        image->width = kb_xml_number(value, 0);
    } else if (element == KB_EL_HEIGHT) {
        image->height = kb_xml_number(value, 0);
    }
}

static void common_line(struct kb_feed_xml *x, enum kb_feed_element element,
                        struct kb_str value) {
    struct kb_feed_common *c = x->scope->c;
    switch (element) {
    case KB_EL_SOURCE:
        if (value.n && x->scope->feed)
            c->title = kb_xml_fold(x, value);
        break;
    case KB_EL_LINK: kb_xml_link_text(x, value); break;
    case KB_EL_ID: set_id(x, value, true); break;
    case KB_EL_GUID: set_guid(x, value); break;
    case KB_EL_PUBLISHED:
        set_date(x, KB_SLOT_PUBLISHED, &c->date_published, value);
        break;
    case KB_EL_UPDATED: set_date(x, KB_SLOT_UPDATED, &c->date_modified, value); break;
    case KB_EL_CREATED: set_date(x, KB_SLOT_CREATED, &c->date_created, value); break;
    case KB_EL_DATE: set_date(x, KB_SLOT_DATE, &x->scope->date, value); break;
    case KB_EL_CATEGORY:
    case KB_EL_MEDIA_CATEGORY: add_category(x, value); break;
    case KB_EL_TAGS: add_tags(x, value, KB_STR_NONE); break;
    case KB_EL_KEYWORDS: add_tags(x, value, KB_STR("http://www.itunes.com/")); break;
    case KB_EL_LANGUAGE:
        if (value.n && kb_xml_may_set(x, KB_SLOT_LANGUAGE))
            c->language = kb_xml_language(x, value);
        break;
    case KB_EL_LICENSE:
        if (value.n && is_web(value))
            c->license = kb_feed_url(x->make, value);
        break;
    default:
        if (x->scope->feed)
            feed_line(x, element, value);
        else
            item_line(x, element, value);
    }
}

void kb_xml_line(struct kb_feed_xml *x, enum kb_feed_element element, struct kb_str raw) {
    struct kb_str value = kb_str_trim(raw);
    if (x->in_text_input)
        return;
    if (x->person)
        person_line(x, element, value);
    else if (x->in_image)
        image_line(x, element, value);
    else if (element >= KB_EL_GEO_POINT)
        kb_xml_geo_line(x, element, value);
    else if (element >= KB_EL_PICTURE)
        kb_xml_media_line(x, element, raw);
    else
        common_line(x, element, value);
}
