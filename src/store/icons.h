/* Feeds' icons: each picture once, for all feeds that have it; and when a feed's is to be
 * looked for. */
#ifndef KB_STORE_ICONS_H
#define KB_STORE_ICONS_H

#include "store/file.h"

struct kb_icon_row {
    int64_t n;          /* apps call it so; 0: there is none */
    struct kb_str name; /* of its address, which is told without a login: random */
    struct kb_str type; /* "image/png" */
    struct kb_str bytes;
};
/* By its number, or (n is 0) by its name. */
enum kb_status kb_store_icon(struct kb_store *store, int64_t n, struct kb_str name,
                             struct kb_arena *arena, struct kb_icon_row *row,
                             struct kb_err *err) KB_MUST_USE;

/* Those of the feeds that a person follows, each once, without their bytes. */
enum kb_status kb_store_icons(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_icon_row **rows,
                              size_t *count, struct kb_err *err) KB_MUST_USE;

/* A feed was read, and names this address (or none) as its icon's: it is looked for now,
 * where that is new. */
enum kb_status kb_store_icon_named(struct kb_store *store, int64_t feed,
                                   struct kb_str url, int64_t now,
                                   struct kb_err *err) KB_MUST_USE;

/* Feeds whose icons are to be looked for, and what is known of them. */
struct kb_icon_wish {
    int64_t feed;
    struct kb_str icon_url, feed_url, home_url, feed_settings;
};
enum kb_status kb_store_icons_due(struct kb_store *store, int64_t now, size_t most,
                                  struct kb_arena *arena, struct kb_icon_wish **rows,
                                  size_t *count, struct kb_err *err) KB_MUST_USE;

/* When to look again; what was found stays. */
enum kb_status kb_store_icon_later(struct kb_store *store, int64_t feed, int64_t next,
                                   struct kb_err *err) KB_MUST_USE;

/* It was found.  name is taken where the picture is a new one. */
enum kb_status kb_store_icon_put(struct kb_store *store, int64_t feed,
                                 const struct kb_icon_row *icon, int64_t next,
                                 struct kb_err *err) KB_MUST_USE;

#endif
