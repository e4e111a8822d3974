/* Inside store: what a look over the file finds, and who mends it. */
#ifndef KB_STORE_CARE_H
#define KB_STORE_CARE_H

#include "store/file.h"

/* What can be made again of what is whole. */
enum kb_rebuild {
    KB_REBUILD_NOTHING,
    KB_REBUILD_STORIES,
    KB_REBUILD_SEARCH,
    KB_REBUILD_PEOPLE
};

enum kb_status kb_store_needs(struct kb_store *store, enum kb_rebuild mend, bool *needs,
                              struct kb_err *err) KB_MUST_USE;

/* "… FROM" stories whose counts are not their articles'. */
#define KB_STORIES_OFF                                                                   \
    "FROM story s WHERE s.into_story IS NULL AND (s.articles, s.reports, s.outlets, "    \
    "s.first, s.last) <> (SELECT count(*), count(DISTINCT report), count(DISTINCT "      \
    "outlet), coalesce(min(time), s.first), coalesce(max(time), s.last) FROM article "   \
    "WHERE story = s.n)"

#endif
