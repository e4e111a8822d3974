/* Feeds: where they are, how they are, what people want of them; and which of their
 * entries were looked at.
 *
 * A feed is everybody's: it is asked once, and its articles are kept once.  Who follows
 * it has a name and a folder for it of their own. */
#ifndef KB_STORE_FEEDS_H
#define KB_STORE_FEEDS_H

#include "store/file.h"

struct kb_feed_row {
    int64_t n, added, next, last_success, failures;
    int64_t articles; /* that it brought first */
    int64_t unread;   /* of the person who asked, as the next four are */
    int64_t newest;   /* time of its newest article */
    int64_t icon;     /* its number (icons.h); 0: none */
    int64_t followed; /* since when; 0: not, or since before that was written down */
    bool follows, paused;
    struct kb_str name, folder; /* "News/Asia" */
    struct kb_str url, title, home_url, language, format;
    struct kb_str full_text; /* "auto", "always", "never" */
    struct kb_str settings;  /* JSON */
    struct kb_str says;      /* how the last round went */
    struct kb_str state;     /* JSON: kb_fetch_state_print's */
    struct kb_str icon_name; /* of its address */
};

/* What a feed is called: the person's name for it, else its own, else its address. */
struct kb_str kb_feed_row_name(const struct kb_feed_row *row);

/* The person follows a feed from now on, which is added where it is new; *fresh tells
 * whether they did not before.  Empty fields are filled where it was known; a folder is
 * set only where it stood in none.  Of a feed that others follow already the newest
 * KB_LIMIT_FEED_WELCOME articles are unread at first. */
struct kb_feed_new {
    struct kb_str url, title, folder, home_url, format;
    int64_t now;
};
enum kb_status kb_store_feed_add(struct kb_store *store, int64_t user,
                                 const struct kb_feed_new *feed, int64_t *n, bool *fresh,
                                 struct kb_err *err) KB_MUST_USE;

/* A feed by its address, its number, or a title or name that no other has, among those
 * that the person follows; user 0: among all.  For what people type: a feed may be called
 * by another one's number. */
enum kb_status kb_store_feed(struct kb_store *store, int64_t user, struct kb_str name,
                             struct kb_arena *arena, struct kb_feed_row *row,
                             struct kb_err *err) KB_MUST_USE;

/* A feed by its number alone; n is 0 where there is none, or they do not follow it. */
enum kb_status kb_store_feed_at(struct kb_store *store, int64_t user, int64_t n,
                                struct kb_arena *arena, struct kb_feed_row *row,
                                struct kb_err *err) KB_MUST_USE;

/* Feeds that the person follows (user 0: all, as the first who follows them calls them):
 * every one, paused ones too, in the order of their folders and names; or (due is not
 * KB_FEEDS_ALL) those due at a time, the longest due first. */
#define KB_FEEDS_ALL INT64_MAX
enum kb_status kb_store_feeds(struct kb_store *store, int64_t user, int64_t due,
                              struct kb_arena *arena, struct kb_feed_row **rows,
                              size_t *count, struct kb_err *err) KB_MUST_USE;

/* When the next one is due: KB_FEEDS_ALL where none is.  And a feed made due; 0: all. */
enum kb_status kb_store_feed_next(struct kb_store *store, int64_t *next,
                                  struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_feed_due(struct kb_store *store, int64_t n, int64_t now,
                                 struct kb_err *err) KB_MUST_USE;

/* How a visit went.  Empty texts, and a next below 0, leave what was there; url is where
 * it moved for good: rules for the feed go with it. */
struct kb_feed_visit {
    int64_t next, last_success, failures;
    struct kb_str state, says, url, title, home_url, language, format;
};
enum kb_status kb_store_feed_visited(struct kb_store *store, int64_t n,
                                     const struct kb_feed_visit *visit,
                                     struct kb_err *err) KB_MUST_USE;

/* A feed proves to be another one that is here: who followed it follows that one, their
 * rules for it are for that one, and it is gone. */
enum kb_status kb_store_feed_unite(struct kb_store *store, int64_t n, int64_t with,
                                   int64_t now, struct kb_err *err) KB_MUST_USE;

/* One thing that a person wants otherwise.  Name and folder are theirs and nothing
 * changes where they do not follow the feed; the others are everybody's, and who may
 * change them is the caller's to ask. */
enum kb_feed_setting {
    KB_FEED_SET_NAME,
    KB_FEED_SET_FOLDER,
    KB_FEED_SET_FULL_TEXT, /* "auto", "always", "never" */
    KB_FEED_SET_SETTINGS,  /* JSON, merged into what is set: RFC 7396 */
    KB_FEED_SET_PAUSED     /* "1", "0" */
};
enum kb_status kb_store_feed_set(struct kb_store *store, int64_t user, int64_t n,
                                 enum kb_feed_setting what, struct kb_str value,
                                 struct kb_err *err) KB_MUST_USE;

/* The person follows the feed no more, and what of it they had not read is not unread any
 * more.  With the last who follows it the feed goes (*gone); its articles stay, without a
 * feed, and owners keep their marks on them. */
enum kb_status kb_store_feed_remove(struct kb_store *store, int64_t user, int64_t n,
                                    bool *gone, struct kb_err *err) KB_MUST_USE;

/* ---- folders ----------------------------------------------------------------------- */

/* A person's folders that have feeds in them, by name; those between ("News" where only
 * "News/Asia" has any) are not told.  The empty name is left out. */
struct kb_folder_row {
    struct kb_str name;
    int64_t feeds, unread;
};
enum kb_status kb_store_folders(struct kb_store *store, int64_t user,
                                struct kb_arena *arena, struct kb_folder_row **rows,
                                size_t *count, struct kb_err *err) KB_MUST_USE;

/* The folder and those below it get another name; to is empty: its feeds stand in none.
 * *changed is the number of feeds. */
enum kb_status kb_store_folder_rename(struct kb_store *store, int64_t user,
                                      struct kb_str from, struct kb_str to,
                                      int64_t *changed, struct kb_err *err) KB_MUST_USE;

/* ---- who gets a feed's articles ---------------------------------------------------- */

struct kb_follower {
    int64_t user;
    bool owner;
    struct kb_str name, folder;
};
/* Those who follow a feed; of no feed (0) the owners.  Owners first. */
enum kb_status kb_store_followers(struct kb_store *store, int64_t feed,
                                  struct kb_arena *arena, struct kb_follower **rows,
                                  size_t *count, struct kb_err *err) KB_MUST_USE;

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
