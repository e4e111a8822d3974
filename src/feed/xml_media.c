/* What podcasts and Media RSS add: pictures, files, credits, chapters; see
 * xml_feeds.h. */
#include "feed/xml_feeds.h"

/* "1:02:03.5", "3723"; 0 for others. */
static double seconds_of(struct kb_str text) {
    double total = 0, part = 0, scale = 1;
    bool any = false, point = false;
    text = kb_str_trim(text);
    for (size_t i = 0; i < text.n && i < 32; i++) {
        char c = text.p[i];
        if (kb_is_digit(c)) {
            any = true;
            scale = point ? scale / 10 : 1;
            part = point ? part + (c - '0') * scale : part * 10 + (c - '0');
        } else if (c == ':' && any && !point) {
            total = (total + part) * 60;
            part = 0;
        } else if ((c == '.' || c == ',') && any && !point) {
            point = true;
        } else {
            return 0;
        }
    }
    return total + part;
}

static void set_picture(struct kb_feed_xml *x, struct kb_str url) {
    if (!url.n)
        return;
    if (x->scope->feed) {
        x->scope->feed->icon = url;
        x->scope->feed->image.url = url;
    } else {
        x->item->image = url;
    }
}

static bool is_image(struct kb_str url, struct kb_str type, struct kb_str medium) {
    static const char *const endings[] = {".jpg",  ".jpeg", ".png",
                                          ".webp", ".gif",  ".avif"};
    if (medium.n || type.n)
        return kb_str_equal_nocase(medium, KB_STR("image")) ||
               kb_str_starts_nocase(type, KB_STR("image/"));
    for (size_t i = 0; i < KB_COUNT(endings); i++) {
        if (kb_str_ends(url, kb_str_z(endings[i])))
            return true;
    }
    return false;
}

static void open_content(struct kb_feed_xml *x) {
    struct kb_str url = kb_feed_url(x->make, kb_xml_attribute(x, "url"));
    struct kb_str type = kb_xml_attribute(x, "type");
    if (!url.n || x->scope->feed)
        return;
    if (is_image(url, type, kb_xml_attribute(x, "medium")) && !x->spare_image.n)
        x->spare_image = url;
    kb_xml_add_attachment(x, url, type, kb_xml_attribute(x, "fileSize"), KB_STR_NONE,
                          seconds_of(kb_xml_attribute(x, "duration")));
}

static void open_thumbnail(struct kb_feed_xml *x) {
    struct kb_feed_image image = {.url = kb_feed_url(x->make, kb_xml_attribute(x, "url")),
                                  .width = kb_xml_number(kb_xml_attribute(x, "width"), 0),
                                  .height =
                                      kb_xml_number(kb_xml_attribute(x, "height"), 0)};
    if (x->scope->feed) {
        if (!x->scope->feed->icon.n)
            x->scope->feed->icon = image.url;
        return;
    }
    struct kb_feed_image *to = kb_feed_add(x->make, &x->item->media.thumbnails);
    if (to)
        *to = image;
}

static void open_chapter(struct kb_feed_xml *x) {
    struct kb_feed_chapter *to =
        x->item ? kb_feed_add(x->make, &x->item->chapters) : NULL;
    if (!to)
        return;
    to->start = seconds_of(kb_xml_attribute(x, "start"));
    to->title = kb_xml_fold(x, kb_xml_attribute(x, "title"));
    to->url = kb_feed_url(x->make, kb_xml_attribute(x, "href"));
    to->image = kb_feed_url(x->make, kb_xml_attribute(x, "image"));
}

/* podcast:transcript and podcast:chapters are files: links. */
static void open_file(struct kb_feed_xml *x, const char *rel) {
    struct kb_str url = kb_feed_url(x->make, kb_xml_attribute(x, "url"));
    struct kb_feed_link *to = url.n ? kb_feed_add(x->make, &x->scope->c->links) : NULL;
    if (!to)
        return;
    to->href = url;
    to->rel = kb_str_z(rel);
    to->type = kb_xml_dup(x, kb_xml_attribute(x, "type"));
    to->hreflang = kb_xml_dup(x, kb_xml_attribute(x, "language"));
}

void kb_xml_open_media(struct kb_feed_xml *x, enum kb_feed_element element) {
    struct kb_str url;
    switch (element) {
    case KB_EL_MEDIA_CONTENT: open_content(x); break;
    case KB_EL_THUMBNAIL: open_thumbnail(x); break;
    case KB_EL_CREDIT: x->role = kb_xml_dup(x, kb_xml_attribute(x, "role")); break;
    case KB_EL_PLAYER:
        url = kb_feed_url(x->make, kb_xml_attribute(x, "url"));
        if (url.n && x->item)
            x->item->media.player = url;
        break;
    case KB_EL_CHAPTER: open_chapter(x); break;
    case KB_EL_TRANSCRIPT: open_file(x, "transcript"); break;
    case KB_EL_CHAPTER_FILE: open_file(x, "chapters"); break;
    case KB_EL_FUNDING: open_file(x, "payment"); break;
    case KB_EL_PICTURE:
        url = kb_xml_attribute(x, "href");
        if (!url.n)
            url = kb_xml_attribute(x, "url");
        set_picture(x, kb_feed_url(x->make, url));
        break;
    default: break;
    }
}

/* "yes", "true" …, exactly as they are written; -1 where it is none of them. */
static int8_t flag(struct kb_str value) {
    static const struct {
        const char *word;
        int8_t value;
    } words[] = {{"yes", 1}, {"true", 1},  {"explicit", 1},
                 {"no", 0},  {"false", 0}, {"clean", 0}};
    for (size_t i = 0; i < KB_COUNT(words); i++) {
        if (kb_str_equal(value, kb_str_z(words[i].word)))
            return words[i].value;
    }
    return -1;
}

static void media_line(struct kb_feed_xml *x, enum kb_feed_element element,
                       struct kb_str value) {
    struct kb_feed_media *media = x->item ? &x->item->media : NULL;
    if (!media || x->scope->feed)
        return;
    if (element == KB_EL_THUMBNAIL && media->thumbnails.count) {
        struct kb_feed_image *last =
            &media->thumbnails.items[media->thumbnails.count - 1];
        if (!last->url.n)
            last->url = kb_feed_url(x->make, value);
        if (!last->url.n)
            media->thumbnails.count--;
    } else if (element == KB_EL_CREDIT && kb_str_trim(value).n) {
        struct kb_feed_credit *to = kb_feed_add(x->make, &media->credits);
        if (to)
            *to = (struct kb_feed_credit){x->role, kb_xml_fold(x, value)};
    }
}

void kb_xml_media_line(struct kb_feed_xml *x, enum kb_feed_element element,
                       struct kb_str value) {
    struct kb_feed_itunes *itunes = &x->scope->c->itunes;
    switch (element) {
    case KB_EL_EXPLICIT: itunes->is_explicit = flag(value); break;
    case KB_EL_BLOCK: itunes->block = kb_str_equal(value, KB_STR("yes")); break;
    case KB_EL_DURATION: itunes->duration = seconds_of(value); break;
    case KB_EL_SEASON: itunes->season = kb_xml_dup(x, value); break;
    case KB_EL_EPISODE: itunes->episode = kb_xml_dup(x, value); break;
    case KB_EL_EPISODE_TYPE: itunes->episode_type = kb_xml_dup(x, value); break;
    case KB_EL_ITUNES_AUTHOR: itunes->author = kb_xml_fold(x, value); break;
    case KB_EL_ITUNES_SUBTITLE: itunes->subtitle = kb_xml_fold(x, value); break;
    case KB_EL_COMPLETE:
        if (x->scope->feed)
            x->scope->feed->expired =
                kb_str_equal_nocase(kb_str_trim(value), KB_STR("yes"));
        break;
    case KB_EL_PICTURE: set_picture(x, kb_feed_url(x->make, value)); break;
    default: media_line(x, element, value);
    }
}
