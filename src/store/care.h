/* Inside store: what a look over the file finds, and who mends it. */
#ifndef KB_STORE_CARE_H
#define KB_STORE_CARE_H

#include "store/file.h"

/* What can be made again of what is whole. */
enum kb_mend { KB_MEND_NOTHING, KB_MEND_STORIES, KB_MEND_SEARCH };

enum kb_status kb_store_needs(struct kb_store *store, enum kb_mend mend, bool *needs,
                              struct kb_err *err) KB_MUST_USE;

/* "… FROM" stories whose counts are not their articles'. */
#define KB_STORIES_OFF                                                                   \
    "FROM story s LEFT JOIN (SELECT story, count(*) AS articles, count(DISTINCT "        \
    "report) AS reports, count(DISTINCT outlet) AS outlets, min(time) AS first, "        \
    "max(time) AS last FROM article GROUP BY story) a ON a.story = s.n "                 \
    "WHERE s.into_story IS NULL AND (s.articles <> coalesce(a.articles, 0) OR "          \
    "(a.articles > 0 AND (s.reports, s.outlets, s.first, s.last) <> (a.reports, "        \
    "a.outlets, a.first, a.last)))"

#endif
