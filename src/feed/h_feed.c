/* h-feed pages (microformats2) → the record. */
#include "feed/make.h"

enum kb_status kb_feed_read_page(struct kb_feed_make *make, struct kb_str text) {
    (void)text;
    return kb_err_set(make->err, KB_EINPUT, "h-feed is not read yet");
}
