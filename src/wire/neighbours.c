/* How old an entry is that does not say it: neighbours.h tells how. */
#include "wire/neighbours.h"

enum { NEAR = 16 }; /* entries on each side; further ones tell little */

static int64_t date_of(const struct kb_feed_common *c) {
    int64_t seconds = 0;
    if (!kb_date_seconds(c->date_published, &seconds) &&
        !kb_date_seconds(c->date_modified, &seconds))
        return 0;
    return seconds;
}

int64_t kb_entry_about(const struct kb_feed *feed, size_t entry) {
    for (size_t far = 1; far <= NEAR; far++) {
        int64_t older = entry + far < feed->items.count
                            ? date_of(&feed->items.items[entry + far].c)
                            : 0;
        int64_t newer = far <= entry ? date_of(&feed->items.items[entry - far].c) : 0;
        if (older || newer)
            return older ? older : newer;
    }
    return date_of(&feed->c);
}
