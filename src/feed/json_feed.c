/* JSON Feed 1.0 and 1.1 → the record. */
#include "feed/make.h"

enum kb_status kb_feed_read_json(struct kb_feed_make *make, struct kb_str text) {
    (void)text;
    return kb_err_set(make->err, KB_EINPUT, "JSON Feed is not read yet");
}
