/* Programs' requests to /api/v1: a first line is a method and an address, the rest a
 * body.  They go through the whole server over a small wire, which remembers what they
 * did for some inputs and is made anew then; an answer is JSON, never a failure of ours,
 * and names no file of this machine. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <yyjson.h>

#include "serve/inner.h"

enum { NOW = 1772700000, REMEMBERED = 2000, ARTICLES = 8 };

static const char token[] = "a-token-of-this-fuzzer-0123456789-012345678";

static struct kb_server *server;
static char path[64];

static void must(enum kb_status status, const struct kb_err *err) {
    if (status != KB_OK)
        kb_fuzz_fail(err->text);
}

static void fill(struct kb_store *store) {
    struct kb_feed_new feed = {.url = KB_STR("https://quay.example/feed"), .now = NOW};
    unsigned char hash[KB_SECRET_HASH_BYTES];
    struct kb_err err;
    char id[ARTICLES][16];
    bool fresh;
    int64_t n;
    kb_secret_hash(kb_str_z(token), hash);
    const struct kb_pass_new pass = {.user = KB_USER_FIRST,
                                     .now = NOW,
                                     .kind = KB_PASS_TOKEN,
                                     .scopes = KB_SCOPES_ALL,
                                     .hash = {(const char *)hash, sizeof hash}};
    must(kb_store_pass_add(store, &pass, &n, &err), &err);
    must(kb_store_feed_add(store, KB_USER_FIRST, &feed, &n, &fresh, &err), &err);
    for (int i = 0; i < ARTICLES; i++) {
        (void)snprintf(id[i], sizeof id[i], "a000000%d", i);
        const struct kb_article article = {.id = kb_str_z(id[i]),
                                           .title = KB_STR("The ferry is back"),
                                           .url = KB_STR("https://quay.example/1"),
                                           .publisher_domain = KB_STR("quay.example"),
                                           .content_text = KB_STR("It left at noon."),
                                           .content_html = KB_STR(""),
                                           .language = KB_STR("en"),
                                           .direction = "ltr",
                                           .comment_count = -1};
        struct kb_keep keep = {.seen = NOW + i,
                               .print = KB_STR("print"),
                               .story = i % 3 ? i / 3 * 3 + 1 : 0};
        must(kb_store_keep(store, &article, &keep, &n, &err), &err);
    }
}

static void away(void) {
    static const char *const ends[] = {"", "-wal", "-shm"};
    char file[80];
    kb_server_free(server);
    server = NULL;
    for (size_t i = 0; path[0] && i < KB_COUNT(ends); i++) {
        (void)snprintf(file, sizeof file, "%s%s", path, ends[i]);
        (void)unlink(file);
    }
}

static void make(void) {
    static const struct kb_store_options create = {.mode = KB_STORE_CREATE};
    struct kb_server_options options = {.db = path};
    struct kb_store *store;
    struct kb_err err;
    bool first = !path[0];
    away();
    (void)snprintf(path, sizeof path, "/tmp/kabar-fuzz-api-%ld.db", (long)getpid());
    if (first)
        (void)atexit(away);
    must(kb_store_open(path, &create, &store, &err), &err);
    must(kb_store_begin(store, &err), &err);
    fill(store);
    must(kb_store_commit(store, &err), &err);
    kb_store_close(store);
    must(kb_server_new(&options, &server, &err), &err);
}

static void check(const struct kb_http *req, const struct kb_reply *res) {
    struct kb_str body = kb_buf_view(&res->body);
    if (res->status < 200 || res->status >= 500)
        kb_fuzz_fail(res->says[0] ? res->says : "a status of no request's");
    if (kb_str_find(body, kb_str_z(path)) != KB_NOT_FOUND)
        kb_fuzz_fail("an answer names the file");
    if (kb_str_starts(req->path, KB_STR("/api/v1/opml")) && res->status == 200)
        return;
    yyjson_doc *doc = yyjson_read(body.n ? body.p : "", body.n, 0);
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        kb_fuzz_fail("an answer is no JSON");
    yyjson_doc_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const methods[] = {
#define X(code, name) name,
        KB_HTTP_METHOD_LIST(X)
#undef X
    };
    static unsigned count;
    struct kb_str input = {(const char *)data, size};
    size_t end = kb_str_find_byte(input, '\n');
    struct kb_str line = kb_str_slice(input, 0, end);
    size_t blank = kb_str_find_byte(line, ' ');
    struct kb_str place, query, authority;
    kb_target_parse(kb_str_slice(line, blank + 1, line.n), &place, &query, &authority);
    struct kb_arena arena;
    char bearer[sizeof token + 8];
    (void)snprintf(bearer, sizeof bearer, "Bearer %s", token);
    const struct kb_pair header = {KB_STR("Authorization"), kb_str_z(bearer)};
    if (end == KB_NOT_FOUND || blank == KB_NOT_FOUND ||
        !kb_str_starts(place, KB_STR("/api/v1/")) ||
        kb_str_starts(place, KB_STR("/api/v1/events"))) /* they do not end */
        return 0;
    if (count++ % REMEMBERED == 0)
        make();
    kb_arena_init(&arena, KB_LIMIT_ANSWER_MEMORY);
    struct kb_http req = {.arena = &arena,
                          .path = place,
                          .headers = {&header, 1},
                          .type = KB_STR("application/json"),
                          .body = kb_str_slice(input, end + 1, input.n),
                          .client = KB_STR("192.0.2.1"),
                          .origin = KB_STR("http://localhost"),
                          .now = NOW + 100};
    struct kb_reply res = {.status = 0};
    kb_buf_init(&res.body, KB_LIMIT_ANSWER_BYTES);
    for (size_t i = 0; i < KB_COUNT(methods); i++)
        if (kb_str_equal(kb_str_slice(line, 0, blank), kb_str_z(methods[i])))
            req.method = (enum kb_http_method)i;
    if (kb_pairs_parse(&arena, query, &req.query)) {
        kb_server_answer(server, &req, &res);
        check(&req, &res);
    }
    kb_buf_free(&res.body);
    kb_arena_free(&arena);
    return 0;
}
