/* Inside serve: pages.  A handler fills a view and names its template:
 *
 *     struct kb_view view;
 *     if (!kb_pages_view(req, &view, KB_STR("stories")))
 *         return KB_ENOMEM;
 *     kb_view_str(&view, NULL, "title", title);
 *     return kb_page(req, res, "front.html", &view, err);
 *
 * assets/html has the templates (names with "_" first are parts of others), assets/css
 * and assets/js what pages load: each folder's files become one, in their names' order;
 * assets/messages the words. */
#ifndef KB_SERVE_PAGES_H
#define KB_SERVE_PAGES_H

#include "serve/http.h"
#include "serve/messages.h"
#include "serve/view.h"

struct kb_pages;

extern const struct kb_asset kb_pages_files[];
extern const size_t kb_pages_files_count;

/* The files that are built in, each compiled when it is first asked for; or (folder is
 * not NULL) those of a folder like assets/, which are read anew for each page.  KB_EASSET
 * names the file and line that is wrong. */
enum kb_status kb_pages_new(const char *folder, struct kb_pages **out,
                            struct kb_err *err) KB_MUST_USE;
/* Compiles and reads what was not yet: is all of it right? */
enum kb_status kb_pages_all(struct kb_pages *pages, struct kb_err *err) KB_MUST_USE;
void kb_pages_free(struct kb_pages *pages);

/* The language of a request: the person's setting, else what the browser asks for. */
const struct kb_language *kb_pages_language(const struct kb_http *req);

/* A message without placeholders, in the arena; for titles. */
struct kb_str kb_pages_message(const struct kb_http *req, const char *key);

/* One of a person's settings ("theme"), a text; in the arena.  Empty: not set. */
struct kb_str kb_pages_setting(const struct kb_http *req, const char *name);

/* A view with what each page has: language, theme, who reads, the csrf field, where we
 * are.  nav is the place in the navigation that is lit up, or none.  False without
 * memory. */
bool kb_pages_view(const struct kb_http *req, struct kb_view *view,
                   struct kb_str nav) KB_MUST_USE;

/* … as the page's title. */
void kb_pages_title(const struct kb_http *req, struct kb_view *view, const char *key);

/* Makes the page of a template, with an ETag. */
enum kb_status kb_page(struct kb_http *req, struct kb_reply *res, const char *name,
                       struct kb_view *view, struct kb_err *err) KB_MUST_USE;

/* The body of a refusal, for people; false where it could not be made. */
bool kb_pages_refusal(struct kb_http *req, struct kb_reply *res);

/* After a form: to where it says ("next", a path of ours below the base), else there. */
enum kb_status kb_pages_back(struct kb_http *req, struct kb_reply *res,
                             struct kb_str otherwise) KB_MUST_USE;

/* "rtl" or "ltr" of a text's language. */
struct kb_str kb_pages_direction(struct kb_str language);

/* Seconds in which marking a list as a whole can be taken back: as long as a person may
 * remember what they did. */
enum { KB_UNDO_S = 600 };

#endif
