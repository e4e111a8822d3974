/* Miniflux's REST API v1, as https://miniflux.app/docs/api.html tells it: /v1/me says
 * whether we are let in, /v1/export is the OPML, /v1/entries the stars by their rising
 * numbers, so that one set or taken away meanwhile moves no page's border. */
#include <stdio.h>

#include "wire/move_inner.h"

static enum kb_status enter(struct kb_move *m) {
    yyjson_doc *doc;
    if (m->options->token.n)
        m->header = (struct kb_header){KB_STR("X-Auth-Token"), m->options->token};
    else
        m->request.login = m->options->login;
    enum kb_status status = kb_move_ask_json(m, KB_STR("/v1/me"), &doc);
    if (status == KB_OK && !kb_move_str(yyjson_doc_get_root(doc), "username").n)
        status = kb_move_strange(m);
    yyjson_doc_free(doc);
    return status;
}

static void fill(struct kb_move_entry *e, yyjson_val *entry) {
    yyjson_val *feed = yyjson_obj_get(entry, "feed"), *value;
    yyjson_arr_iter it = yyjson_arr_iter_with(yyjson_obj_get(entry, "tags"));
    *e = (struct kb_move_entry){
        .url = kb_move_str(entry, "url"),
        .title = kb_move_str(entry, "title"),
        .author = kb_move_str(entry, "author"),
        .html = kb_move_str(entry, "content"),
        .read = kb_str_equal(kb_move_str(entry, "status"), KB_STR("read")),
        .feed_url = kb_move_str(feed, "feed_url"),
        .feed_title = kb_move_str(feed, "title"),
        .home_url = kb_move_str(feed, "site_url")};
    /* A star changes an entry; the last change is the nearest that is known of it. */
    if (!kb_date_seconds(kb_move_str(entry, "published_at"), &e->published))
        e->published = 0;
    if (!kb_date_seconds(kb_move_str(entry, "changed_at"), &e->starred))
        e->starred = 0;
    while (e->tag_count < KB_MOVE_TAGS && (value = yyjson_arr_iter_next(&it)) != NULL)
        if (yyjson_is_str(value))
            e->tags[e->tag_count++] =
                (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
    it = yyjson_arr_iter_with(yyjson_obj_get(entry, "enclosures"));
    while (e->file_count < KB_MOVE_FILES && (value = yyjson_arr_iter_next(&it)) != NULL)
        e->files[e->file_count++] = (struct kb_move_file){
            kb_move_str(value, "url"), kb_move_str(value, "mime_type")};
}

static enum kb_status stars(struct kb_move *m, yyjson_val *page, struct kb_str *next) {
    yyjson_val *entries = yyjson_obj_get(page, "entries"), *entry;
    yyjson_arr_iter it = yyjson_arr_iter_with(entries);
    enum kb_status status = KB_OK;
    char place[24]; /* of 64 bits as decimal */
    if (!yyjson_obj_get(page, "total"))
        return kb_move_strange(m);
    if (!m->result->total)
        m->result->total = yyjson_get_uint(yyjson_obj_get(page, "total"));
    while (status == KB_OK && (entry = yyjson_arr_iter_next(&it)) != NULL) {
        struct kb_move_entry e;
        int64_t id = yyjson_get_sint(yyjson_obj_get(entry, "id"));
        /* An old server leaves out what it does not know of the question. */
        if (!yyjson_get_bool(yyjson_obj_get(entry, "starred")) || id <= m->last)
            return kb_move_strange(m);
        m->last = id;
        fill(&e, entry);
        status = kb_move_take(m, &e);
    }
    if (status != KB_OK || !yyjson_arr_size(entries))
        return status;
    snprintf(place, sizeof place, "%lld", (long long)m->last);
    *next = kb_arena_dup(&m->call, kb_str_z(place));
    return m->call.full ? kb_err_set(m->err, KB_ENOMEM, "not enough memory to move in")
                        : KB_OK;
}

const struct kb_move_server kb_move_miniflux = {
    .tails = {"/v1", "/unread"},
    .login =
        "make an API key in Miniflux's Settings, API Keys, and give it by --token; or "
        "check --user NAME:PASS",
    .address = "give the address of Miniflux's front page, as in "
               "https://reader.example.org",
    .old = "bring that Miniflux up to date, and try again",
    .list = "/v1/export",
    .page = "/v1/entries?starred=true&order=id&direction=asc&limit=100",
    .go_on = "&after_entry_id=",
    .enter = enter,
    .stars = stars,
};
