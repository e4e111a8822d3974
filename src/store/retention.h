/* How long articles are kept: what people want of a feed and of the file, and the sweep
 * that does it. */
#ifndef KB_STORE_RETENTION_H
#define KB_STORE_RETENTION_H

#include "store/file.h"

/* What becomes of an article that is too old or one too many. */
enum kb_retain {
    KB_RETAIN_UNSAID,   /* nothing where a limit is set, else all */
    KB_RETAIN_ALL,      /* it stays */
    KB_RETAIN_METADATA, /* its text and versions go; title, dates and story stay */
    KB_RETAIN_NOTHING   /* it goes */
};

struct kb_retention {
    int64_t days;  /* since it came here; 0: for ever */
    int64_t count; /* the newest of a feed; 0: any number */
    enum kb_retain keep;
    bool starred, tagged; /* those with a star, with a tag, stay whole */
};

/* No limit; starred and tagged articles stay. */
extern const struct kb_retention kb_retention_none;

/* What holds for a feed (0: for articles without one): its own settings over the file's.
 * Both are JSON:
 *
 *   {"keep_days": 90, "keep_count": 1000, "keep": "all|metadata|nothing",
 *    "keep_starred": true, "keep_tagged": true}
 *
 * Other members are others' business. */
enum kb_status kb_store_retention(struct kb_store *store, int64_t feed,
                                  struct kb_retention *retention,
                                  struct kb_err *err) KB_MUST_USE;

/* Changes the settings of a feed, or of the file (feed is 0): json's members are set,
 * those that are null go back to what is usual (RFC 7396).  KB_EINPUT names the member
 * that is wrong. */
enum kb_status kb_store_retention_set(struct kb_store *store, int64_t feed,
                                      struct kb_str json, struct kb_err *err) KB_MUST_USE;

struct kb_retained { /* what went */
    int64_t articles, bodies, prints, entries;
};

/* Takes away what the settings say by now, at most batch articles (0: a usual number) in
 * a transaction; others write in between, and what was done stays done when it is ended
 * half-way.  Stories' counts follow; a story without articles goes.  That a feed's entry
 * was looked at stays known while the feed has it, so what went does not come back.
 * Fingerprints that stories do not look back to go too.  Not within a transaction. */
enum kb_status kb_store_retain(struct kb_store *store, int64_t now, size_t batch,
                               struct kb_retained *result,
                               struct kb_err *err) KB_MUST_USE;

#endif
