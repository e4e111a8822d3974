/* What the public functions share at the library's edge (api.c, api_feed.c). */
#ifndef KB_ARTICLE_API_H
#define KB_ARTICLE_API_H

#include "base/base.h"

#include <kabar.h>

/* Fills the caller's error, which may be NULL, and returns the status. */
kabar_status kb_api_give(kabar_error *out, enum kb_status status,
                         const struct kb_err *err);

/* A struct of an older caller may be shorter: what it does not have is zero. */
void kb_api_copy_sized(void *out, size_t size, const void *in, size_t in_size);

/* A caller's buffer as one that is printed to, and the end of the printing: on failure
 * the caller's buffer is as it was.  what is the name of what was printed. */
struct kb_buf kb_api_append(const kabar_buffer *buffer);
kabar_status kb_api_appended(kabar_buffer *buffer, struct kb_buf *out, const char *what,
                             kabar_error *error);

/* Public texts of strings that have a NUL behind them. */
static inline kabar_text kb_api_text(struct kb_str s) {
    return s.n ? (kabar_text){s.p, s.n} : (kabar_text){"", 0};
}

#endif
