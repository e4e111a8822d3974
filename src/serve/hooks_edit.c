/* What people say of their hooks, by page or API: looked over, kept, and the thread that
 * sends is woken. */
#include "serve/hook.h"
#include "serve/inner.h"

static enum kb_status check_query(struct kb_http *req, struct kb_str query,
                                  struct kb_err *err) {
    struct kb_query parsed;
    if (!query.n)
        return KB_OK;
    return kb_store_query(req->store, query, req->now, req->arena, &parsed, err);
}

static enum kb_status check_url(const struct kb_http *req, struct kb_str url,
                                struct kb_err *err) {
    const struct kb_client_options *client = req->server->options.client;
    return kb_hook_check_url(client ? client->guard : NULL, url, err);
}

enum kb_status kb_server_hook_add(struct kb_http *req, const struct kb_hook_row *hook,
                                  char secret[KB_HOOK_SECRET_BYTES], int64_t *n,
                                  struct kb_err *err) {
    struct kb_hook_row row = *hook;
    struct kb_store *store;
    enum kb_status status = check_url(req, row.url, err);
    if (status == KB_OK)
        status = check_query(req, row.query, err);
    if (status == KB_OK)
        status = kb_hook_secret_make(secret, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    row.user = req->who.user;
    row.added = req->now;
    row.secret = kb_str_z(secret);
    return kb_server_end(req->server, kb_store_hook_add(store, &row, n, err), err);
}

enum kb_status kb_server_hook_set(struct kb_http *req, int64_t n,
                                  const struct kb_hook_change *changes, size_t count,
                                  struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        if (changes[i].what == KB_HOOK_SET_URL)
            status = check_url(req, changes[i].value, err);
        else if (changes[i].what == KB_HOOK_SET_QUERY)
            status = check_query(req, changes[i].value, err);
    }
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_store_hook_set(store, req->who.user, n, changes[i].what,
                                   changes[i].value, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        kb_hooks_wake(req->server->hooks, true);
    return status;
}

enum kb_status kb_server_hook_test(struct kb_http *req, int64_t n, struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_hook_test(store, req->who.user, n, req->now, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        kb_hooks_wake(req->server->hooks, true);
    return status;
}

enum kb_status kb_server_hook_remove(struct kb_http *req, int64_t n, struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    return kb_server_end(req->server, kb_store_hook_remove(store, req->who.user, n, err),
                         err);
}
