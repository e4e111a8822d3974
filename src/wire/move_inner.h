/* Inside wire: what move.c does for both kinds of servers, and what they do for it. */
#ifndef KB_WIRE_MOVE_INNER_H
#define KB_WIRE_MOVE_INNER_H

#include <yyjson.h>

#include "feed/feed.h"
#include "wire/move.h"

struct kb_move;

/* A kind of server. */
struct kb_move_server {
    const char *tails[4]; /* the API's own paths, which people type or do not */
    const char *login;    /* what to do where it lets nobody in, */
    const char *lost;     /* … where it forgets who has logged in; NULL: it cannot */
    const char *address;  /* … where it is another server, */
    const char *old;      /* … where it does not know a path of its API */
    const char *off;      /* … where its API may be off; NULL: it cannot be */
    const char *list;     /* the path of its OPML */
    const char *page;     /* the path of a page of stars, up to where it goes on */
    const char *go_on;    /* what stands before the place to go on at */
    /* Logs in: fills m->header, or m->request's login. */
    enum kb_status (*enter)(struct kb_move *m);
    /* One page of stars; *next, in the arena of the call, is where to go on, and empty at
     * the end. */
    enum kb_status (*stars)(struct kb_move *m, yyjson_val *page, struct kb_str *next);
};

extern const struct kb_move_server kb_move_miniflux, kb_move_freshrss;

struct kb_move {
    const struct kb_move_server *server;
    const struct kb_move_options *options;
    struct kb_move_result *result;
    struct kb_err *err;
    struct kb_store *store;
    struct kb_desk *desk;
    struct kb_client *client;
    struct kb_feed_reader *reader;
    struct kb_lexicon *lexicon;
    struct kb_article_tools tools;
    struct kb_buf text; /* the tools' */
    struct kb_buf url, json;
    struct kb_str base;      /* the server's address, no slash at its end */
    struct kb_header header; /* that lets us in; no name: none */
    struct kb_request request;
    struct kb_header headers[KB_LIMIT_REQUEST_HEADERS]; /* one is left for header */
    bool entered;          /* the server is known to be of this kind */
    int64_t last;          /* Miniflux: the number that the next one is above */
    yyjson_doc *feeds;     /* FreshRSS's subscriptions: their numbers' addresses */
    struct kb_arena arena; /* of one entry */
    struct kb_arena call;  /* of the whole */
};

/* ---- asking ------------------------------------------------------------------------ */

/* Asks for base + path and hands over what is a good answer; its caller frees it.  A
 * body makes it a POST. */
enum kb_status kb_move_ask(struct kb_move *m, struct kb_str path, struct kb_str body,
                           struct kb_answer **answer) KB_MUST_USE;

/* The same, of JSON. */
enum kb_status kb_move_ask_json(struct kb_move *m, struct kb_str path,
                                yyjson_doc **doc) KB_MUST_USE;

/* It is no such server, or (once it was known to be one) one too old. */
enum kb_status kb_move_strange(struct kb_move *m);

struct kb_str kb_move_str(yyjson_val *object, const char *key);

/* ---- one starred entry ------------------------------------------------------------- */

enum { KB_MOVE_TAGS = 32, KB_MOVE_FILES = 16 };

struct kb_move_entry {
    struct kb_str url, title, author, html;
    int64_t published, starred; /* 0: not told */
    bool read;
    struct kb_str feed_url, feed_title, home_url;
    struct kb_str tags[KB_MOVE_TAGS];
    size_t tag_count;
    struct kb_move_file {
        struct kb_str url, type;
    } files[KB_MOVE_FILES];
    size_t file_count;
};

/* Takes it, within the page's transaction. */
enum kb_status kb_move_take(struct kb_move *m,
                            const struct kb_move_entry *entry) KB_MUST_USE;

#endif
