/* A request and what is answered, free of the HTTP library: handlers are functions from
 * one to the other, and tests and fuzzers make requests out of bytes.
 *
 * All that a request holds lives until the answer is sent, in the request's arena or in
 * the library's memory.  Text of a request is untrusted and may be any bytes; what was
 * percent-decoded (path parts, fields of forms and queries) is valid UTF-8, repaired
 * where it was not. */
#ifndef KB_SERVE_HTTP_H
#define KB_SERVE_HTTP_H

#include "base/base.h"

struct kb_server;
struct kb_store;
struct kb_picture;

/* HEAD is GET without the body. */
#define KB_HTTP_METHOD_LIST(X)                                                           \
    X(KB_HTTP_GET, "GET")                                                                \
    X(KB_HTTP_POST, "POST")                                                              \
    X(KB_HTTP_PUT, "PUT")                                                                \
    X(KB_HTTP_PATCH, "PATCH")                                                            \
    X(KB_HTTP_DELETE, "DELETE")                                                          \
    X(KB_HTTP_OPTIONS, "OPTIONS")
enum kb_http_method {
#define X(code, name) code,
    KB_HTTP_METHOD_LIST(X)
#undef X
};

/* ---- who asks ---------------------------------------------------------------------- */

enum kb_rank { KB_RANK_NOBODY, KB_RANK_READER, KB_RANK_OWNER };

/* What a token may do; a session and an app password may do all that their person may. */
enum {
    KB_MAY_READ = 1,  /* articles, stories, feeds */
    KB_MAY_MARK = 2,  /* read, star, tag */
    KB_MAY_FEEDS = 4, /* subscriptions, rules, searches, settings */
    KB_MAY_ADMIN = 8  /* users, the wire as a whole; of an owner's only */
};
#define KB_MAY_ALL 15u

struct kb_who {
    int64_t user; /* 0: nobody */
    int64_t pass; /* the session, app password or token by which; 0: the proxy said so */
    enum kb_rank rank;
    unsigned may;
    struct kb_str name;
    struct kb_str settings; /* JSON: language, theme, … */
    struct kb_str csrf;     /* what this session's forms must carry */
};

/* ---- a request --------------------------------------------------------------------- */

struct kb_pair {
    struct kb_str name, value;
};
struct kb_pairs {
    const struct kb_pair *items;
    size_t count;
};

/* Names in one route's path ("/story/:id"). */
enum { KB_ROUTE_PARTS = 4 };

struct kb_http {
    enum kb_http_method method;
    bool head;
    struct kb_str path; /* below the server's base path, as sent, without the query */
    struct kb_str query_text;
    struct kb_pairs query, headers, cookies;
    struct kb_pairs form; /* of a urlencoded or multipart body; files are fields too */
    struct kb_str type;   /* the body's media type in small letters, without parameters */
    struct kb_str body;
    struct kb_str client; /* who asks, by address: a trusted proxy's word */
    struct kb_str origin; /* "https://news.example.org": where people find this server */
    struct kb_str base; /* … and what stands in front of every path that a page names */
    struct kb_str proxy_user; /* whom a trusted proxy has logged in; empty: nobody */
    bool secure;              /* … over TLS, here or at the proxy */
    struct kb_str part[KB_ROUTE_PARTS]; /* of the path, decoded, in the route's order */
    int64_t now;
    struct kb_arena *arena;
    struct kb_who who;
    struct kb_server *server;
    struct kb_store *store;     /* for reading: the file at one moment */
    struct kb_picture *picture; /* that is waited for (pictures.h); given back by mhd.c */
};

/* The first with this name (headers: in any case); empty where there is none.  _has tells
 * an empty one from none. */
struct kb_str kb_http_header(const struct kb_http *req, const char *name);
struct kb_str kb_http_cookie(const struct kb_http *req, const char *name);
struct kb_str kb_http_query(const struct kb_http *req, const char *name);
struct kb_str kb_http_form(const struct kb_http *req, const char *name);
bool kb_pairs_has(struct kb_pairs pairs, const char *name);

/* Is gzip among the codings of an Accept-Encoding, and not refused ("gzip;q=0")? */
bool kb_takes_gzip(struct kb_str accept_encoding);

/* Is it certain where the request ends and whom it is for?  A proxy before this server
 * may have taken it the other way (RFC 9112, sections 3.2 and 6.3). */
bool kb_head_is_sound(struct kb_pairs headers);

/* The form's field, else the query's: what reader apps send in either. */
struct kb_str kb_http_field(const struct kb_http *req, const char *name);

/* Each field of this name, the form's before the query's: *at starts at 0; false past the
 * last. */
bool kb_http_each(const struct kb_http *req, const char *name, size_t *at,
                  struct kb_str *value);

/* A whole number from least to most; false where it is none, or out of bounds. */
bool kb_number(struct kb_str text, int64_t least, int64_t most, int64_t *value);

/* ---- reading them out of bytes (request.c) ----------------------------------------- */

/* A request's target (RFC 9112, 3.2): path and query as they were sent, and where it is
 * in absolute form ("http://host/path") the authority, else empty. */
void kb_target_parse(struct kb_str target, struct kb_str *path, struct kb_str *query,
                     struct kb_str *authority);

/* Is that authority the one of the Host line?  Clients must send the same (RFC 9112,
 * 3.2); another is another server's, or meant to be read as one thing here and as another
 * by a proxy.  True where one of them was not sent. */
bool kb_target_is_own(struct kb_str authority, struct kb_str host);

/* "a=1&b=%20": names and values decoded, + is a blank; at most KB_LIMIT_FIELDS.  False
 * where there are more, or the arena is full. */
bool kb_pairs_parse(struct kb_arena *arena, struct kb_str text,
                    struct kb_pairs *pairs) KB_MUST_USE;

/* "a=1; b=2" of a Cookie line. */
bool kb_cookies_parse(struct kb_arena *arena, struct kb_str text,
                      struct kb_pairs *pairs) KB_MUST_USE;

/* %-decoded and made UTF-8, in the arena; plus: + is a blank. */
struct kb_str kb_percent_decode(struct kb_arena *arena, struct kb_str text, bool plus);

/* The user and password of "Basic …" (RFC 7617), in the arena. */
bool kb_basic_parse(struct kb_arena *arena, struct kb_str header, struct kb_str *name,
                    struct kb_str *password);

/* Is it a path of this server ("/story/x?y"), safe as a Location?  Not "//host", not
 * "/\host", no control characters. */
bool kb_path_is_local(struct kb_str path);

/* ---- an answer --------------------------------------------------------------------- */

enum { KB_REPLY_HEADERS = 12 };

struct kb_reply {
    int status;         /* 200 */
    const char *type;   /* Content-Type; NULL where there is no body */
    struct kb_buf body; /* the server's to free */
    struct kb_pair headers[KB_REPLY_HEADERS]; /* in the request's arena or static */
    size_t header_count;
    char says[256]; /* of a refusal: for people; the route's kind makes a body of it */
    bool tagged;    /* gets an ETag of its body, and 304 where the client has it */
    bool may_store; /* else "no-store"; with tagged: "private, no-cache" */
    bool waits;     /* for req->picture: no answer yet; the handler is called again */
    struct kb_tap *tap; /* server-sent events follow the body (events.h) */
};

void kb_reply_header(struct kb_reply *res, const char *name, struct kb_str value);

/* Answers status with a sentence for people, and returns KB_OK. */
enum kb_status kb_refuse(struct kb_reply *res, int status, const char *format, ...)
    KB_PRINTF(3, 4) KB_MUST_USE;

/* 429, to who has been wrong too often: Retry-After tells when it can be tried again. */
enum kb_status kb_refuse_often(const struct kb_http *req, struct kb_reply *res,
                               int64_t wait_s) KB_MUST_USE;

/* 303 to a path of ours (the base path is put in front). */
enum kb_status kb_redirect(const struct kb_http *req, struct kb_reply *res,
                           struct kb_str path) KB_MUST_USE;

#define KB_TYPE_HTML "text/html; charset=utf-8"
#define KB_TYPE_JSON "application/json; charset=utf-8"
#define KB_TYPE_TEXT "text/plain; charset=utf-8"

/* ---- routes ------------------------------------------------------------------------ */

/* How a route tells who asks, and in which form it refuses. */
enum kb_route_kind {
    KB_ROUTE_OPEN, /* anybody; page-like refusals */
    KB_ROUTE_PAGE, /* session cookie; forms carry the csrf field; else the login page */
    KB_ROUTE_API,  /* /api/v1: bearer token, Basic or session (then csrf header); JSON */
    KB_ROUTE_APP,  /* its handler finds out who asks; plain text */
    /* Reader apps' dialects (apps.h), which scripts of other sites may call too: none of
     * them looks at cookies. */
    KB_ROUTE_GREADER,   /* the token of its login; plain text */
    KB_ROUTE_FEVER,     /* its handler finds out */
    KB_ROUTE_MINIFLUX,  /* Basic, or a token in X-Auth-Token; JSON, error_message */
    KB_ROUTE_NEXTCLOUD, /* Basic; JSON, message */
    KB_ROUTE_PLAIN      /* anybody; refusals in plain text: metrics, health, files */
};

struct kb_route {
    enum kb_http_method method;
    const char *path; /* "/story/:id"; a star at the end: all the rest, decoded */
    enum kb_route_kind kind;
    enum kb_rank least; /* of PAGE and API */
    unsigned may;       /* of API and the dialects */
    enum kb_status (*handle)(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err);
    size_t body_max; /* 0: KB_LIMIT_FORM_BYTES */
};

struct kb_routes {
    const struct kb_route *items;
    size_t count;
};

/* The route of a method and a path; its parts into part.  NULL: *allowed has a bit for
 * each method that the path knows, 0 where it knows none. */
const struct kb_route *kb_route_find(const struct kb_routes *const *tables,
                                     size_t table_count, enum kb_http_method method,
                                     struct kb_str path, struct kb_arena *arena,
                                     struct kb_str part[KB_ROUTE_PARTS],
                                     unsigned *allowed);

#endif
