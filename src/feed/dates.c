/* Feeds' dates → RFC 3339. */
#include "feed/make.h"

struct kb_str kb_feed_date(struct kb_arena *arena, struct kb_str raw) {
    (void)arena, (void)raw;
    return KB_STR_NONE;
}
