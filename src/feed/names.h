/* Inside feed: the elements that feeds are read from, by namespace and name. */
#ifndef KB_FEED_NAMES_H
#define KB_FEED_NAMES_H

#include "feed/xml.h"

enum kb_feed_namespace {
    KB_NS_CORE, /* none, and those of RSS, Atom and CDF: feeds mix them up */
    KB_NS_OTHER,
    KB_NS_XML,
    KB_NS_RDF,
    KB_NS_CONTENT,
    KB_NS_DC,
    KB_NS_DCTERMS,
    KB_NS_MEDIA,
    KB_NS_ITUNES,
    KB_NS_GOOGLEPLAY,
    KB_NS_PODCAST,
    KB_NS_PSC,
    KB_NS_GEORSS,
    KB_NS_GML,
    KB_NS_GEO,
    KB_NS_SLASH,
    KB_NS_WFW,
    KB_NS_THR,
    KB_NS_SY,
    KB_NS_CC,
    KB_NS_ADMIN,
    KB_NS_XHTML,
    KB_NS_XLINK,
    KB_NS_FEEDBURNER
};

/* What is made of an element's content: nothing (it holds elements), a line of text, or a
 * text construct, in which elements are markup. */
enum kb_feed_content { KB_HOLDS, KB_LINE, KB_RICH };

/* What a text construct is in; a guess is text unless it looks like HTML, as RSS's
 * titles. */
enum kb_feed_type { KB_TYPE_TEXT, KB_TYPE_HTML, KB_TYPE_XHTML, KB_TYPE_OTHER };

/* In three runs: RSS's and its like, media and podcasts (from PICTURE on), geography
 * (from GEO_POINT on). */
#define KB_FEED_ELEMENT_LIST(X)                                                          \
    X(KB_EL_OTHER, KB_HOLDS, TEXT)                                                       \
    X(KB_EL_RSS, KB_HOLDS, TEXT)                                                         \
    X(KB_EL_RDF, KB_HOLDS, TEXT)                                                         \
    X(KB_EL_FEED, KB_HOLDS, TEXT)                                                        \
    X(KB_EL_CHANNEL, KB_HOLDS, TEXT)                                                     \
    X(KB_EL_ITEM, KB_HOLDS, TEXT)                                                        \
    X(KB_EL_SOURCE, KB_LINE, TEXT)                                                       \
    X(KB_EL_ORIGIN, KB_LINE, TEXT)                                                       \
    X(KB_EL_IMAGE, KB_LINE, TEXT)                                                        \
    X(KB_EL_TEXT_INPUT, KB_HOLDS, TEXT)                                                  \
    X(KB_EL_AUTHOR, KB_LINE, TEXT)                                                       \
    X(KB_EL_CONTRIBUTOR, KB_LINE, TEXT)                                                  \
    X(KB_EL_PUBLISHER, KB_LINE, TEXT)                                                    \
    X(KB_EL_OWNER, KB_HOLDS, TEXT)                                                       \
    X(KB_EL_PERSON, KB_LINE, TEXT)                                                       \
    X(KB_EL_NAME, KB_LINE, TEXT)                                                         \
    X(KB_EL_EMAIL, KB_LINE, TEXT)                                                        \
    X(KB_EL_URL, KB_LINE, TEXT)                                                          \
    X(KB_EL_WIDTH, KB_LINE, TEXT)                                                        \
    X(KB_EL_HEIGHT, KB_LINE, TEXT)                                                       \
    X(KB_EL_TITLE, KB_RICH, TEXT)                                                        \
    X(KB_EL_MEDIA_TITLE, KB_RICH, TEXT)                                                  \
    X(KB_EL_DESCRIPTION, KB_RICH, HTML)                                                  \
    X(KB_EL_MEDIA_DESCRIPTION, KB_RICH, TEXT)                                            \
    X(KB_EL_SUMMARY, KB_RICH, TEXT)                                                      \
    X(KB_EL_SUBTITLE, KB_RICH, TEXT)                                                     \
    X(KB_EL_INFO, KB_RICH, TEXT)                                                         \
    X(KB_EL_CONTENT, KB_RICH, TEXT)                                                      \
    X(KB_EL_ENCODED, KB_RICH, HTML)                                                      \
    X(KB_EL_BODY, KB_RICH, XHTML)                                                        \
    X(KB_EL_RIGHTS, KB_RICH, TEXT)                                                       \
    X(KB_EL_LINK, KB_LINE, TEXT)                                                         \
    X(KB_EL_ID, KB_LINE, TEXT)                                                           \
    X(KB_EL_GUID, KB_LINE, TEXT)                                                         \
    X(KB_EL_PUBLISHED, KB_LINE, TEXT)                                                    \
    X(KB_EL_UPDATED, KB_LINE, TEXT)                                                      \
    X(KB_EL_CREATED, KB_LINE, TEXT)                                                      \
    X(KB_EL_EXPIRED, KB_LINE, TEXT)                                                      \
    X(KB_EL_DATE, KB_LINE, TEXT)                                                         \
    X(KB_EL_CATEGORY, KB_LINE, TEXT)                                                     \
    X(KB_EL_MEDIA_CATEGORY, KB_LINE, TEXT)                                               \
    X(KB_EL_ITUNES_CATEGORY, KB_HOLDS, TEXT)                                             \
    X(KB_EL_TAGS, KB_LINE, TEXT)                                                         \
    X(KB_EL_KEYWORDS, KB_LINE, TEXT)                                                     \
    X(KB_EL_LANGUAGE, KB_LINE, TEXT)                                                     \
    X(KB_EL_GENERATOR, KB_LINE, TEXT)                                                    \
    X(KB_EL_GENERATOR_AGENT, KB_HOLDS, TEXT)                                             \
    X(KB_EL_CLOUD, KB_HOLDS, TEXT)                                                       \
    X(KB_EL_TTL, KB_LINE, TEXT)                                                          \
    X(KB_EL_HOUR, KB_LINE, TEXT)                                                         \
    X(KB_EL_DAY, KB_LINE, TEXT)                                                          \
    X(KB_EL_UPDATE_PERIOD, KB_LINE, TEXT)                                                \
    X(KB_EL_UPDATE_FREQUENCY, KB_LINE, TEXT)                                             \
    X(KB_EL_ICON, KB_LINE, TEXT)                                                         \
    X(KB_EL_LOGO, KB_LINE, TEXT)                                                         \
    X(KB_EL_LICENSE, KB_LINE, TEXT)                                                      \
    X(KB_EL_ENCLOSURE, KB_HOLDS, TEXT)                                                   \
    X(KB_EL_COMMENTS, KB_LINE, TEXT)                                                     \
    X(KB_EL_COMMENT_FEED, KB_LINE, TEXT)                                                 \
    X(KB_EL_COMMENT_COUNT, KB_LINE, TEXT)                                                \
    X(KB_EL_NEW_URL, KB_LINE, TEXT)                                                      \
    X(KB_EL_ORIGINAL_URL, KB_LINE, TEXT)                                                 \
    X(KB_EL_ITUNES_SUMMARY, KB_RICH, TEXT)                                               \
    X(KB_EL_PICTURE, KB_LINE, TEXT)                                                      \
    X(KB_EL_COMPLETE, KB_LINE, TEXT)                                                     \
    X(KB_EL_ITUNES_AUTHOR, KB_LINE, TEXT)                                                \
    X(KB_EL_ITUNES_SUBTITLE, KB_LINE, TEXT)                                              \
    X(KB_EL_EXPLICIT, KB_LINE, TEXT)                                                     \
    X(KB_EL_BLOCK, KB_LINE, TEXT)                                                        \
    X(KB_EL_DURATION, KB_LINE, TEXT)                                                     \
    X(KB_EL_SEASON, KB_LINE, TEXT)                                                       \
    X(KB_EL_EPISODE, KB_LINE, TEXT)                                                      \
    X(KB_EL_EPISODE_TYPE, KB_LINE, TEXT)                                                 \
    X(KB_EL_MEDIA_CONTENT, KB_HOLDS, TEXT)                                               \
    X(KB_EL_MEDIA_GROUP, KB_HOLDS, TEXT)                                                 \
    X(KB_EL_THUMBNAIL, KB_LINE, TEXT)                                                    \
    X(KB_EL_CREDIT, KB_LINE, TEXT)                                                       \
    X(KB_EL_PLAYER, KB_HOLDS, TEXT)                                                      \
    X(KB_EL_CHAPTER, KB_HOLDS, TEXT)                                                     \
    X(KB_EL_TRANSCRIPT, KB_HOLDS, TEXT)                                                  \
    X(KB_EL_CHAPTER_FILE, KB_HOLDS, TEXT)                                                \
    X(KB_EL_FUNDING, KB_LINE, TEXT)                                                      \
    X(KB_EL_GEO_POINT, KB_LINE, TEXT)                                                    \
    X(KB_EL_GEO_LINE, KB_LINE, TEXT)                                                     \
    X(KB_EL_GEO_POLYGON, KB_LINE, TEXT)                                                  \
    X(KB_EL_GEO_BOX, KB_LINE, TEXT)                                                      \
    X(KB_EL_GEO_LATITUDE, KB_LINE, TEXT)                                                 \
    X(KB_EL_GEO_LONGITUDE, KB_LINE, TEXT)                                                \
    X(KB_EL_GML_POINT, KB_HOLDS, TEXT)                                                   \
    X(KB_EL_GML_LINE, KB_HOLDS, TEXT)                                                    \
    X(KB_EL_GML_POLYGON, KB_HOLDS, TEXT)                                                 \
    X(KB_EL_GML_BOX, KB_HOLDS, TEXT)                                                     \
    X(KB_EL_GML_POSITIONS, KB_LINE, TEXT)                                                \
    X(KB_EL_GML_COORDINATES, KB_LINE, TEXT)

enum kb_feed_element {
#define X(element, content, type) element,
    KB_FEED_ELEMENT_LIST(X)
#undef X
        KB_EL_COUNT
};

struct kb_feed_element_kind {
    uint8_t content, type;
};
extern const struct kb_feed_element_kind kb_feed_elements[KB_EL_COUNT];

/* Look-ups of one parse.  Names of one parse that are equal are the same pointers. */
struct kb_feed_names {
    uint16_t rows[512]; /* places in the table of elements, by hash; 0: none */
    struct {
        const char *space, *local;
        uint8_t element;
    } seen[128];
};

void kb_feed_names_init(struct kb_feed_names *names);

/* A namespace by its address; by its usual prefix where the address is unknown. */
enum kb_feed_namespace kb_feed_namespace(struct kb_str uri, struct kb_str prefix);

enum kb_feed_element kb_feed_element(struct kb_feed_names *names,
                                     const struct kb_xml_name *name);

#endif
