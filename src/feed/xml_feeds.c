/* RSS, RDF, Atom and CDF → the record. */
#include "feed/xml.h"

enum kb_status kb_feed_read_xml(struct kb_feed_make *make, struct kb_str text) {
    (void)text;
    return kb_err_set(make->err, KB_EINPUT, "XML is not read yet");
}
