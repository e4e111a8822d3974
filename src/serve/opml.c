/* OPML lists in and out, for pages and reader apps alike. */
#include "serve/inner.h"

enum kb_status kb_server_follow(struct kb_http *req, struct kb_str bytes, uint64_t *fresh,
                                struct kb_err *err) {
    const struct kb_feed_hints hints = {.base_url = KB_STR_NONE};
    struct kb_feed_reader *reader = NULL;
    struct kb_store *store;
    struct kb_feed *list = NULL;
    struct kb_str head = kb_str_cut(kb_str_trim(bytes), KB_LIMIT_DETECT_BYTES);
    *fresh = 0;
    if (kb_feed_sniff(head, KB_STR_NONE) != KB_KIND_OPML)
        return kb_err_set(err, KB_EINPUT, "that is no OPML list");
    enum kb_status status = kb_feed_reader_new(&reader, err);
    if (status == KB_OK)
        status = kb_feed_read(reader, bytes, &hints, &list, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status == KB_OK) {
        status = kb_follow_list(store, req->who.user, list, req->now, fresh, err);
        status = kb_server_end(req->server, status, err);
    }
    kb_feed_reader_free(reader);
    return status;
}

enum kb_status kb_server_opml(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    res->type = "text/x-opml; charset=utf-8";
    kb_reply_header(res, "Content-Disposition",
                    KB_STR("attachment; filename=\"kabar.opml\""));
    return kb_follow_print(req->store, req->who.user, req->arena, &res->body, err);
}
