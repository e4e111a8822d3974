/* Inside feed: what the readers of RSS, RDF, Atom and CDF share while XML runs through.
 *
 * One reader reads all of them: feeds mix elements of several formats, and an element's
 * name says what it is whatever the format (feedparser's way).  xml_feeds.c keeps the
 * stack and collects each element's content; the other files are told of values. */
#ifndef KB_FEED_XML_FEEDS_H
#define KB_FEED_XML_FEEDS_H

#include "feed/names.h"

/* Properties that several elements write: the one that stands least deep holds, of these
 * the last. */
enum kb_feed_slot {
    KB_SLOT_TITLE,
    KB_SLOT_LINK,
    KB_SLOT_ID,
    KB_SLOT_PUBLISHED,
    KB_SLOT_UPDATED,
    KB_SLOT_CREATED,
    KB_SLOT_EXPIRED,
    KB_SLOT_DATE,
    KB_SLOT_DESCRIPTION,
    KB_SLOT_RIGHTS,
    KB_SLOT_LANGUAGE,
    KB_SLOT_GENERATOR,
    KB_SLOT_COUNT
};

/* A feed, an item or an item's source, while it is open. */
struct kb_feed_scope {
    struct kb_feed_common *c;
    struct kb_feed *feed; /* NULL in an item */
    struct kb_str date;   /* dc:date: published or changed, whichever is not told */
    uint16_t depth[KB_SLOT_COUNT];
};

/* A text construct: what was collected, and what it is in.  The base of its addresses is
 * set while it is handled. */
struct kb_feed_rich {
    struct kb_str raw; /* lives for the call */
    enum kb_feed_type type;
    bool markup; /* elements stood in it */
    struct kb_str language;
};

/* An item's body or its summary: HTML or text. */
struct kb_feed_body {
    struct kb_str html, text, language;
    bool there;
};

struct kb_feed_frame {
    uint8_t element; /* enum kb_feed_element */
    bool opened;     /* it opened a scope, a person or the like that its end closes */
    struct kb_str base, language;
};

struct kb_feed_xml {
    struct kb_feed_make *make;
    struct kb_feed *feed;
    struct kb_feed_item *item;
    struct kb_feed *source;
    struct kb_feed_item dropped; /* past KB_LIMIT_FEED_ITEMS */
    bool atom;                   /* types are as told: no guess */
    bool entry;                  /* the element that starts is called entry */
    bool undecided; /* an RDF's version is told by its first element's namespace */
    struct kb_str feed_language, item_language;
    struct kb_feed_scope scopes[3], *scope;

    struct kb_feed_frame *frames; /* KB_LIMIT_DEPTH + 1; frames[0] stands for the hints */
    size_t depth;

    /* The content of the open line or text construct. */
    struct kb_buf content;
    size_t collects;        /* the depth of the element that is collected; 0: none */
    bool line;              /* it is a line: elements in it end it */
    bool markup;            /* elements stood in it */
    bool markup_from_start; /* its type says that all of it is markup */
    bool base64;
    enum kb_feed_type type;

    /* Told by attributes, used at the element's end. */
    struct kb_feed_category category;
    struct kb_str role;   /* of media:credit */
    bool permalink;       /* of guid */
    bool link_has_text;   /* the last link's address is its text */
    struct kb_str period; /* sy:updatePeriod */
    int64_t frequency;    /* sy:updateFrequency */

    struct kb_feed_person *person; /* &person_box while a person is open */
    struct kb_feed_person person_box;
    bool in_image, in_text_input;

    /* Of the open item, until it is known what there is. */
    struct kb_feed_body body, description, spare;
    bool has_content; /* body is of an element for bodies, no second description */
    struct kb_str spare_title, spare_image;
    struct kb_str main_link, any_link, guid_link;
    struct {
        double latitude, longitude; /* geo:lat, geo:long */
        bool has_latitude, has_longitude;
        uint8_t shape; /* the GML element that is open */
    } geo;

    struct kb_str space; /* the namespace's address of the element that starts */
    const struct kb_xml_attribute *attributes; /* of the element that starts */
    size_t attribute_count;
    struct kb_feed_names names;
};

/* ---- xml_feeds.c ------------------------------------------------------------------- */

/* An attribute by its local name without case (any namespace), trimmed; lives for the
 * call. */
struct kb_str kb_xml_attribute(const struct kb_feed_xml *x, const char *local);

/* Whether the scope's property may be set by an element at the present depth; if so its
 * depth is noted. */
bool kb_xml_may_set(struct kb_feed_xml *x, enum kb_feed_slot slot);

/* A tag of a language, "en_US" with a hyphen; of a header's list the first. */
struct kb_str kb_xml_language(struct kb_feed_xml *x, struct kb_str told);

/* Trimmed, in the arena. */
struct kb_str kb_xml_dup(struct kb_feed_xml *x, struct kb_str s);

/* ---- xml_text.c -------------------------------------------------------------------- */

/* A text construct as plain text; as body (HTML or plain, as it is declared). */
struct kb_str kb_xml_plain(struct kb_feed_xml *x, const struct kb_feed_rich *rich);
void kb_xml_body(struct kb_feed_xml *x, const struct kb_feed_rich *rich,
                 struct kb_feed_body *body);

/* The type that an attribute names, or fallback. */
enum kb_feed_type kb_xml_type(struct kb_str told, enum kb_feed_type fallback);

/* White space folded, in the arena. */
struct kb_str kb_xml_fold(struct kb_feed_xml *x, struct kb_str text);

/* Decodes base64 in place; false where it is none. */
bool kb_xml_base64(struct kb_buf *buf);

/* ---- xml_values.c: what RSS, Atom, Dublin Core and CDF say ------------------------- */

/* An element starts; its attributes stand in x.  Returns whether its end is to be told to
 * kb_xml_close. */
bool kb_xml_open(struct kb_feed_xml *x, enum kb_feed_element element);
void kb_xml_rich(struct kb_feed_xml *x, enum kb_feed_element element,
                 const struct kb_feed_rich *rich);
void kb_xml_close(struct kb_feed_xml *x, enum kb_feed_element element);

/* ---- xml_lines.c ------------------------------------------------------------------- */

/* A line; raw is neither trimmed nor folded. */
void kb_xml_line(struct kb_feed_xml *x, enum kb_feed_element element, struct kb_str raw);

/* ---- xml_item.c: what is decided when an item or the feed is whole ----------------- */

void kb_xml_open_item(struct kb_feed_xml *x);
void kb_xml_close_item(struct kb_feed_xml *x);
void kb_xml_close_feed(struct kb_feed_xml *x);

/* ---- xml_people.c, xml_links.c, xml_media.c, xml_geo.c ----------------------------- */

/* "name (me@example.org)", "me@example.org (name)", "name" → a person. */
void kb_xml_person(struct kb_feed_xml *x, struct kb_str text,
                   struct kb_feed_person *person);
bool kb_xml_open_person(struct kb_feed_xml *x, enum kb_feed_element element);
void kb_xml_close_person(struct kb_feed_xml *x, enum kb_feed_element element);

void kb_xml_open_link(struct kb_feed_xml *x);
void kb_xml_open_enclosure(struct kb_feed_xml *x);
void kb_xml_link_text(struct kb_feed_xml *x, struct kb_str value);
void kb_xml_add_attachment(struct kb_feed_xml *x, struct kb_str url, struct kb_str type,
                           struct kb_str length, struct kb_str title, double seconds);
void kb_xml_category(struct kb_feed_xml *x, struct kb_str term, struct kb_str scheme,
                     struct kb_str label);

void kb_xml_open_media(struct kb_feed_xml *x, enum kb_feed_element element);
void kb_xml_media_line(struct kb_feed_xml *x, enum kb_feed_element element,
                       struct kb_str value);

bool kb_xml_open_geo(struct kb_feed_xml *x, enum kb_feed_element element);
void kb_xml_geo_line(struct kb_feed_xml *x, enum kb_feed_element element,
                     struct kb_str value);
void kb_xml_close_geo(struct kb_feed_xml *x, enum kb_feed_element element);

/* A whole number, or fallback. */
int64_t kb_xml_number(struct kb_str text, int64_t fallback);

#endif
