/* XML text → events; see xml.h. */
#include "feed/xml.h"

enum kb_status kb_xml_parse(struct kb_feed_make *make, struct kb_str text,
                            const struct kb_xml_handler *handler) {
    (void)text, (void)handler;
    return kb_err_set(make->err, KB_EINPUT, "XML is not read yet");
}
