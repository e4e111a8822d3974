/* What reader apps send → ids, lists, marks; of all four dialects, and pure.
 *
 * An app is told of an article by its number, which rises with arrival, and of a story by
 * its number behind a base of its own, so that no story is taken for an article.  What
 * cannot be read names nothing: apps ask with ids of other servers and of older days, and
 * want no error for it. */
#ifndef KB_SERVE_APPS_READ_H
#define KB_SERVE_APPS_READ_H

#include "serve/http.h"

/* Stories stand above all articles: 2^52 + n fits the 53 bits that JavaScript has for
 * whole
 * numbers.  Miniflux's apps keep ids in 31 bits: there it is 2^30 + n, and a wire that
 * has had a thousand million articles tells them no stories any more. */
#define KB_APP_STORIES ((int64_t)1 << 52)
#define KB_APP_STORIES_SMALL ((int64_t)1 << 30)

struct kb_app_id {
    int64_t n;
    bool story;
};
/* A story stands behind the article that founded it, whose number is its own: this is
 * their order, and Fever's ids, because its apps ask for what is above the largest that
 * they have seen.  Articles have the even keys. */
int64_t kb_app_key(struct kb_app_id id);
struct kb_app_id kb_app_id_of_key(int64_t key);

int64_t kb_app_id_number(struct kb_app_id id, int64_t stories);
struct kb_app_id kb_app_id_of(int64_t number, int64_t stories);

/* Feeds that are none, at the end of the 31 bits: what an owner put in by hand, and the
 * stories. */
enum { KB_APP_FEED_PAGES = 2147483646, KB_APP_FEED_STORIES = 2147483645 };

/* The folder that feeds without one are in, for apps that know no feed without. */
enum { KB_APP_NO_FOLDER = 1 };
#define KB_APP_STORIES_NAME "Stories"
#define KB_APP_PAGES_NAME "Single pages"

/* "image/png" of a picture's address, by its ending; "image/jpeg" of others: apps want a
 * type, and show what it really is. */
struct kb_str kb_app_picture_type(struct kb_str url);

/* A moment in seconds, milli-, micro- or nanoseconds since 1970 → seconds. */
int64_t kb_app_time(int64_t moment);

/* Numbers with commas between them; what is none is left out. */
bool kb_app_numbers(struct kb_arena *arena, struct kb_str text, size_t most,
                    int64_t **numbers, size_t *count) KB_MUST_USE;

/* ---- lists ------------------------------------------------------------------------- */

enum kb_app_of {
    KB_APP_ALL,
    KB_APP_FEED,  /* by its number, or its address; the two above too */
    KB_APP_LABEL, /* a folder, else a tag; "Stories" */
    KB_APP_FOLDER,
    KB_APP_NOTHING
};

struct kb_app_wish {
    enum kb_app_of of;
    int64_t feed;
    struct kb_str label, url;
    bool unread, read, starred, unstarred;
    bool touched;          /* too, of the same place: marked since */
    bool oldest;           /* first; else the newest */
    bool by_time;          /* the articles' own; else as they came */
    int64_t since, before; /* when they came: since <= time < before; 0: any */
    int64_t dated_since, dated_before; /* the same of the articles' own times */
    int64_t after, below;              /* numbers: after < n < below; 0: any */
    bool stories; /* among the articles: then after and below are keys */
    size_t limit, skip;
};

/* ---- marks ------------------------------------------------------------------------- */

struct kb_app_marks {
    const struct kb_app_id *ids;
    size_t id_count;
    int read, starred; /* 1: set it, -1: take it away, 0: as it is */
    const struct kb_str *tags, *untags;
    size_t tag_count, untag_count;
};

/* ---- Google Reader ----------------------------------------------------------------- */

/* An item's id in any of its forms: "tag:google.com,2005:reader/item/" and hexadecimal
 * digits, sixteen of them bare, a decimal number with or without a sign (two's
 * complement).  Sixteen digits without a letter are hexadecimal where the first is 0: our
 * ids have less than 54 bits. */
bool kb_greader_id_read(struct kb_str text, struct kb_app_id *id);

enum { KB_GREADER_ID_BYTES = 64 };
void kb_greader_id_print(struct kb_app_id id, char out[KB_GREADER_ID_BYTES]);

/* "user/-/state/com.google/starred", "feed/7", "feed/https://…", "user/-/label/X" into a
 * wish. */
void kb_greader_stream_read(struct kb_str text, struct kb_app_wish *wish);

/* The label of "user/-/label/X", empty where it is none. */
struct kb_str kb_greader_label(struct kb_str stream);

/* n, c, r, xt, it, ot and nt of a list; most: what n may be. */
void kb_greader_list_read(const struct kb_http *req, struct kb_str stream, size_t most,
                          struct kb_app_wish *wish);

/* i, a and r of edit-tag.  False where the arena is full. */
bool kb_greader_ids_read(const struct kb_http *req, size_t most,
                         struct kb_app_marks *marks) KB_MUST_USE;
bool kb_greader_marks_read(const struct kb_http *req,
                           struct kb_app_marks *marks) KB_MUST_USE;

/* ---- Fever ------------------------------------------------------------------------- */

struct kb_fever_ask {
    bool groups, feeds, favicons, items, links, unread, saved;
    int64_t since, max; /* ids; 0: none */
    int64_t *with, *of_feeds, *of_groups;
    size_t with_count, feed_count, group_count;
    enum { KB_FEVER_NO_MARK, KB_FEVER_ITEM, KB_FEVER_FEED, KB_FEVER_GROUP } mark;
    int read, starred;  /* as kb_app_marks */
    int64_t id, before; /* before: seconds; 0: any */
};
enum { KB_FEVER_ITEMS = 50 };
bool kb_fever_read(const struct kb_http *req, struct kb_fever_ask *ask) KB_MUST_USE;

/* ---- Miniflux ---------------------------------------------------------------------- */

/* Status (several), starred, order, direction, limit, offset, after_entry_id, …; false,
 * and why, where a value is none that Miniflux takes. */
bool kb_miniflux_list_read(const struct kb_http *req, struct kb_app_wish *wish,
                           const char **why);

/* {"entry_ids": […], "status": "read"} */
bool kb_miniflux_marks_read(struct kb_arena *arena, struct kb_str body,
                            struct kb_app_marks *marks) KB_MUST_USE;

/* ---- Nextcloud News ---------------------------------------------------------------- */

/* type, id, batchSize, offset, getRead, oldestFirst; folder is set where the list is of a
 * folder's number. */
void kb_nextcloud_list_read(const struct kb_http *req, struct kb_app_wish *wish,
                            int64_t *folder);

/* {"items": [1, 2]}, {"itemIds": […]}; of stars also [{"feedId": 1, "guidHash": "…"}]. */
bool kb_nextcloud_ids_read(struct kb_arena *arena, struct kb_str body,
                           struct kb_app_marks *marks) KB_MUST_USE;

/* What an item is called: "kabar-123", "kabar-story-7".  An item's guid and its guidHash
 * are the same text, because apps send either, and some without escaping it. */
bool kb_nextcloud_guid_read(struct kb_str text, struct kb_app_id *id);
enum { KB_NEXTCLOUD_GUID_BYTES = 40 };
void kb_nextcloud_guid_print(struct kb_app_id id, char out[KB_NEXTCLOUD_GUID_BYTES]);

#endif
