/* Inside feed: XML text → events, by libxml2 in its recovering mode.
 *
 * What feeds get wrong is mended on the way: white space or junk before the first tag,
 * bare ampersands, HTML's named entities without a DTD, undeclared prefixes, tags that
 * are not closed, text behind the end.  Nothing is ever loaded from outside, and
 * entities that a DTD defines are expanded within limits or left out. */
#ifndef KB_FEED_XML_H
#define KB_FEED_XML_H

#include "feed/make.h"

struct kb_xml_attribute {
    struct kb_str uri, prefix, local, value; /* value: entities resolved */
};

/* An element's names: uri is empty where the prefix was never declared. */
struct kb_xml_name {
    struct kb_str uri, prefix, local;
};

/* What a reader is told; strings live for the call alone.  Start and end come in pairs,
 * in every case, also for elements that the input does not close. */
struct kb_xml_handler {
    void *context;
    void (*start)(void *context, const struct kb_xml_name *name,
                  const struct kb_xml_attribute *attributes, size_t count);
    void (*end)(void *context, const struct kb_xml_name *name);
    void (*text)(void *context, struct kb_str text); /* pieces; CDATA too */
};

/* Runs through text (valid UTF-8).  Faults become warnings of make.  KB_EINPUT only where
 * no element was found; KB_ENOMEM. */
enum kb_status kb_xml_parse(struct kb_feed_make *make, struct kb_str text,
                            const struct kb_xml_handler *handler) KB_MUST_USE;

#endif
