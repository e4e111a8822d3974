/* Inside serve: what the files of the settings page share. */
#ifndef KB_SERVE_PAGE_SETTINGS_H
#define KB_SERVE_PAGE_SETTINGS_H

#include "serve/pages.h"

/* What the page says besides: a message's key, a sentence, a secret that is shown
 * once. */
struct kb_said {
    const char *done;
    const char *wrong;
    struct kb_str secret, secret_name;
};

/* The page as the file is now. */
enum kb_status kb_pages_settings(struct kb_http *req, struct kb_reply *res,
                                 const struct kb_said *said,
                                 struct kb_err *err) KB_MUST_USE;

/* The page again with what was wrong; or, where all went well, the page anew. */
enum kb_status kb_pages_settings_answer(struct kb_http *req, struct kb_reply *res,
                                        enum kb_status status,
                                        struct kb_err *err) KB_MUST_USE;

/* Their hooks (page_hooks.c). */
enum kb_status kb_pages_hooks(struct kb_http *req, struct kb_view *view,
                              struct kb_err *err) KB_MUST_USE;

#endif
