/* Inside serve: who asks, and what lets them in. */
#ifndef KB_SERVE_WHO_H
#define KB_SERVE_WHO_H

#include "serve/serve.h"
#include "wire/wire.h"

/* Fills req->who as the route's kind says.  What is not allowed is refused in *res: its
 * status is then not 0. */
enum kb_status kb_who_find(struct kb_http *req, const struct kb_route *route,
                           struct kb_reply *res, struct kb_err *err) KB_MUST_USE;

/* 403, to a token without a scope that the route wants: it is named. */
enum kb_status kb_who_refuse_scope(const struct kb_http *req,
                                   const struct kb_route *route,
                                   struct kb_reply *res) KB_MUST_USE;

/* For the reader apps' dialects: each fills req->who and tells in *found whether it knows
 * what was shown.  A client that has been wrong too often is refused in *res, and *found
 * is false. */
enum kb_status kb_who_by_app(struct kb_http *req, struct kb_str name,
                             struct kb_str password, struct kb_reply *res, bool *found,
                             struct kb_err *err) KB_MUST_USE; /* an app password */
enum kb_status kb_who_by_token(struct kb_http *req, struct kb_str secret,
                               struct kb_reply *res, bool *found, struct kb_err *err)
    KB_MUST_USE; /* app password or token */
enum kb_status kb_who_by_fever(struct kb_http *req, struct kb_str key,
                               struct kb_reply *res, bool *found,
                               struct kb_err *err) KB_MUST_USE; /* md5("name:password") */

/* kb_password_keep and kb_password_is, one at a time in a server: each takes 64 MiB, so a
 * crowd at the login would take all there is (session.c). */
enum kb_status kb_server_password_keep(struct kb_server *server, struct kb_str password,
                                       char kept[KB_PASSWORD_BYTES],
                                       struct kb_err *err) KB_MUST_USE;
bool kb_server_password_is(struct kb_server *server, struct kb_str kept,
                           struct kb_str password);

/* ---- sessions of browsers (session.c) ---------------------------------------------- */

/* Logs a person in: a new session, its cookie in the answer, old ones stay. */
enum kb_status kb_session_begin(struct kb_http *req, struct kb_reply *res, int64_t user,
                                struct kb_err *err) KB_MUST_USE;
/* Ends the session that asks, and takes the cookie away. */
enum kb_status kb_session_end(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) KB_MUST_USE;

/* What forms of a session carry: another text each time, so that packed pages do not tell
 * it (BREACH), and true for this session alone.  secret: the cookie's text. */
enum { KB_CSRF_BYTES = 65 };
void kb_csrf_print(struct kb_str secret, char text[KB_CSRF_BYTES]);
bool kb_csrf_is(struct kb_str secret, struct kb_str text);

/* The cookie's text; empty where there is none that could be one. */
struct kb_str kb_session_secret(const struct kb_http *req);

#endif
