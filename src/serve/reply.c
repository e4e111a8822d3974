/* What is answered, put together: headers, refusals, going on to another page. */
#include <stdarg.h>
#include <stdio.h>

#include "serve/serve.h"

void kb_reply_header(struct kb_reply *res, const char *name, struct kb_str value) {
    if (res->header_count < KB_REPLY_HEADERS)
        res->headers[res->header_count++] = (struct kb_pair){kb_str_z(name), value};
}

enum kb_status kb_refuse(struct kb_reply *res, int status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(res->says, sizeof(res->says), format, args);
    va_end(args);
    res->status = status;
    kb_buf_clear(&res->body);
    return KB_OK;
}

enum kb_status kb_refuse_often(const struct kb_http *req, struct kb_reply *res,
                               int64_t wait_s) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)wait_s);
    kb_reply_header(res, "Retry-After", kb_arena_dup(req->arena, kb_str_z(text)));
    return kb_refuse(res, 429, "too many wrong passwords; try again in %s seconds", text);
}

enum kb_status kb_redirect(const struct kb_http *req, struct kb_reply *res,
                           struct kb_str path) {
    struct kb_str base = req->base;
    if (!kb_path_is_local(path))
        path = KB_STR("/");
    char *whole = kb_arena_alloc(req->arena, base.n + path.n + 1);
    if (!whole)
        return KB_ENOMEM;
    memcpy(whole, base.n ? base.p : "", base.n);
    memcpy(whole + base.n, path.p, path.n);
    whole[base.n + path.n] = '\0';
    res->status = 303;
    kb_reply_header(res, "Location", (struct kb_str){whole, base.n + path.n});
    return KB_OK;
}
