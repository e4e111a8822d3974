/* Feeds: where they are, how they are, what people want of them; and which of their
 * entries were looked at. */
#ifndef KB_STORE_FEEDS_H
#define KB_STORE_FEEDS_H

#include "store/file.h"

struct kb_feed_row {
    int64_t n, added, next, last_success, failures, articles;
    bool paused;
    struct kb_str url, title, name, folder, home_url, language, format;
    struct kb_str full_text; /* "auto", "always", "never" */
    struct kb_str settings;  /* JSON */
    struct kb_str says;      /* how the last round went */
    struct kb_str state;     /* JSON: kb_fetch_state_print's */
};

/* What a feed is called: the person's name for it, else its own, else its address. */
struct kb_str kb_feed_row_name(const struct kb_feed_row *row);

/* Adds a feed, or finds it: *fresh tells which.  Empty fields are filled where it was
 * known; a folder is set only where it stood in none. */
struct kb_feed_new {
    struct kb_str url, title, folder, home_url, format;
    int64_t now;
};
enum kb_status kb_store_feed_add(struct kb_store *store, const struct kb_feed_new *feed,
                                 int64_t *n, bool *fresh, struct kb_err *err) KB_MUST_USE;

/* A feed by its number, its address, or a title that no other has. */
enum kb_status kb_store_feed(struct kb_store *store, struct kb_str name,
                             struct kb_arena *arena, struct kb_feed_row *row,
                             struct kb_err *err) KB_MUST_USE;

/* Feeds that are due at a time (KB_FEEDS_ALL: every one, paused ones too), in the order
 * of their folders and names; or those due, the longest due first. */
#define KB_FEEDS_ALL INT64_MAX
enum kb_status kb_store_feeds(struct kb_store *store, int64_t due, struct kb_arena *arena,
                              struct kb_feed_row **rows, size_t *count,
                              struct kb_err *err) KB_MUST_USE;

/* How a visit went.  Empty texts leave what was there; url is where it moved for good. */
struct kb_feed_visit {
    int64_t next, last_success, failures;
    struct kb_str state, says, url, title, home_url, language, format;
};
enum kb_status kb_store_feed_visited(struct kb_store *store, int64_t n,
                                     const struct kb_feed_visit *visit,
                                     struct kb_err *err) KB_MUST_USE;

/* One thing that a person wants otherwise. */
enum kb_feed_setting {
    KB_FEED_SET_NAME,
    KB_FEED_SET_FOLDER,
    KB_FEED_SET_FULL_TEXT, /* "auto", "always", "never" */
    KB_FEED_SET_SETTINGS,  /* JSON, merged into what is set: RFC 7396 */
    KB_FEED_SET_PAUSED     /* "1", "0" */
};
enum kb_status kb_store_feed_set(struct kb_store *store, int64_t n,
                                 enum kb_feed_setting what, struct kb_str value,
                                 struct kb_err *err) KB_MUST_USE;

/* The feed goes; its articles stay, without a feed. */
enum kb_status kb_store_feed_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

/* ---- entries ----------------------------------------------------------------------- */

enum kb_entry_known { KB_ENTRY_NEW, KB_ENTRY_CHANGED, KB_ENTRY_SAME };

/* What is known of an entry, by hashes of its name and of what it says; and a note that
 * it was looked at. */
enum kb_status kb_store_entry(struct kb_store *store, int64_t feed, uint64_t id,
                              uint64_t content, enum kb_entry_known *known,
                              struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_entry_note(struct kb_store *store, int64_t feed, uint64_t id,
                                   uint64_t content, int64_t now,
                                   struct kb_err *err) KB_MUST_USE;

#endif
