/* Inside serve: what the handlers of /api/v1 share.
 *
 * An answer is one JSON object.  A list has "next", a cursor, where there is more; who
 * shows it again as ?cursor= goes on there, whatever came in the meantime.  A refusal is
 * {"error": {"status", "says"}}.  assets/api/openapi.json tells all of it, and the tests
 * hold it against the routes. */
#ifndef KB_SERVE_API_H
#define KB_SERVE_API_H

#include <yyjson.h>

#include "serve/inner.h"

enum { KB_API_USUAL = 50, KB_API_MOST = 200 };

/* Opens the answer's object, and closes it. */
void kb_api_begin(struct kb_reply *res, struct kb_json *json);
enum kb_status kb_api_end(struct kb_reply *res, struct kb_json *json) KB_MUST_USE;

/* {"name": [{…}, …]}: count rows of size bytes, whose members put writes. */
enum kb_status kb_api_list(struct kb_reply *res, const char *name, const void *rows,
                           size_t count, size_t size,
                           void (*put)(struct kb_json *json,
                                       const void *row)) KB_MUST_USE;

/* "done": how many were changed. */
enum kb_status kb_api_done(struct kb_reply *res, int64_t changed) KB_MUST_USE;

/* 201 and the new one's "id". */
enum kb_status kb_api_made(struct kb_reply *res, int64_t n) KB_MUST_USE;

/* Each reads a part of the request, and refuses in *res and returns false where it is
 * wrong.  A number's usual value where it is not told; a moment 0. */
bool kb_api_number(const struct kb_http *req, struct kb_reply *res, const char *name,
                   int64_t usual, int64_t least, int64_t most, int64_t *value);
bool kb_api_moment(const struct kb_http *req, struct kb_reply *res, const char *name,
                   int64_t *moment);
bool kb_api_bool(const struct kb_http *req, struct kb_reply *res, const char *name,
                 bool *value);
/* A number in the path. */
bool kb_api_part(const struct kb_http *req, struct kb_reply *res, size_t part,
                 int64_t *value);

/* The body, a JSON object, for yyjson_doc_free. */
bool kb_api_body(const struct kb_http *req, struct kb_reply *res, yyjson_doc **doc,
                 yyjson_val **root);
/* Members of it: false, and refused, where one is of another type; *has tells whether it
 * is there.  Texts are the document's. */
bool kb_api_text(struct kb_reply *res, yyjson_val *root, const char *name,
                 struct kb_str *text, bool *has);
bool kb_api_flag(struct kb_reply *res, yyjson_val *root, const char *name, bool *value,
                 bool *has);

/* The article or story of an id; refused with 404 where there is none. */
enum kb_status kb_api_article(struct kb_http *req, struct kb_reply *res, struct kb_str id,
                              struct kb_row *row, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_api_story(struct kb_http *req, struct kb_reply *res, struct kb_str id,
                            struct kb_story_row *row, struct kb_err *err) KB_MUST_USE;

/* What is not there is refused with 404; other failures stay. */
enum kb_status kb_api_missing(struct kb_reply *res, enum kb_status status,
                              const char *what) KB_MUST_USE;

/* Takes away what the path's number names of the person's; refused with 404 where it is
 * not there. */
enum kb_status kb_api_remove(struct kb_http *req, struct kb_reply *res,
                             enum kb_status (*remove)(struct kb_store *store,
                                                      int64_t user, int64_t n,
                                                      struct kb_err *err),
                             const char *what, struct kb_err *err) KB_MUST_USE;

/* A list of texts, an array behind its key. */
void kb_api_texts(struct kb_json *json, const char *key, const struct kb_str *texts,
                  size_t count);

#endif
