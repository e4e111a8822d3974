/* FreshRSS's dialect of Google Reader's API: ClientLogin gives the token that each
 * request carries, subscription/export is the OPML, stream/contents the stars, oldest
 * first, each page with the continuation to go on at.  An item names its feed by a
 * number, whose address subscription/list tells. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/move_inner.h"

#define API "/api/greader.php"
#define READER API "/reader/api/0/"

enum { NUMBER_BYTES = 24 }; /* of 64 bits as decimal */

/* ---- login ------------------------------------------------------------------------- */

/* "Auth=…" among the lines of ClientLogin's answer. */
static struct kb_str auth_of(struct kb_str text) {
    while (text.n) {
        size_t end = kb_str_find_byte(text, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(text, 0, end));
        if (kb_str_starts(line, KB_STR("Auth=")))
            return kb_str_slice(line, strlen("Auth="), line.n);
        text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, end + 1, text.n);
    }
    return KB_STR_NONE;
}

static enum kb_status log_in(struct kb_move *m, struct kb_buf *text) {
    struct kb_str login = m->options->login;
    size_t colon = kb_str_find_byte(login, ':');
    struct kb_answer *answer;
    kb_buf_z(text, "Email=");
    kb_percent_encode(text, kb_str_slice(login, 0, colon));
    kb_buf_z(text, "&Passwd=");
    if (colon != KB_NOT_FOUND)
        kb_percent_encode(text, kb_str_slice(login, colon + 1, login.n));
    if (text->status != KB_OK)
        return kb_err_set(m->err, KB_EINPUT, "the name and password are too long");
    enum kb_status status =
        kb_move_ask(m, KB_STR(API "/accounts/ClientLogin"), kb_buf_view(text), &answer);
    if (status != KB_OK)
        return status;
    struct kb_str auth = auth_of(answer->body);
    kb_buf_clear(text);
    kb_buf_z(text, "GoogleLogin auth=");
    kb_buf_str(text, auth);
    m->header = (struct kb_header){KB_STR("Authorization"),
                                   kb_arena_dup(&m->call, kb_buf_view(text))};
    kb_answer_free(answer);
    if (m->call.full)
        return kb_err_set(m->err, KB_ENOMEM, "not enough memory to move in");
    return auth.n ? KB_OK : kb_move_strange(m);
}

static enum kb_status enter(struct kb_move *m) {
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_REQUEST_BYTES);
    enum kb_status status = log_in(m, &text);
    kb_buf_free(&text);
    return status == KB_OK
               ? kb_move_ask_json(m, KB_STR(READER "subscription/list?output=json"),
                                  &m->feeds)
               : status;
}

/* ---- stars ------------------------------------------------------------------------- */

static struct kb_str first_href(yyjson_val *item, const char *key) {
    return kb_move_str(yyjson_arr_get_first(yyjson_obj_get(item, key)), "href");
}

/* What the list of subscriptions says of a feed ("feed/7"). */
static yyjson_val *subscription(const struct kb_move *m, struct kb_str id) {
    yyjson_val *feed,
        *list = yyjson_obj_get(yyjson_doc_get_root(m->feeds), "subscriptions");
    yyjson_arr_iter it = yyjson_arr_iter_with(list);
    while ((feed = yyjson_arr_iter_next(&it)) != NULL)
        if (kb_str_equal(kb_move_str(feed, "id"), id))
            return feed;
    return NULL;
}

static struct kb_str first_of(struct kb_str a, struct kb_str b) {
    return a.n ? a : b;
}

/* Tags and states stand among each other: "user/-/state/com.google/read", a person's
 * label "user/-/label/X", a tag of the entry's own "X". */
static void fill_categories(struct kb_move_entry *e, yyjson_val *item) {
    yyjson_arr_iter it = yyjson_arr_iter_with(yyjson_obj_get(item, "categories"));
    for (yyjson_val *value; (value = yyjson_arr_iter_next(&it)) != NULL;) {
        struct kb_str name = {yyjson_get_str(value), yyjson_get_len(value)};
        if (kb_str_starts(name, KB_STR("user/")))
            e->read = e->read || kb_str_ends(name, KB_STR("/state/com.google/read"));
        else if (name.n && e->tag_count < KB_MOVE_TAGS)
            e->tags[e->tag_count++] = name;
    }
}

static void fill(const struct kb_move *m, struct kb_move_entry *e, yyjson_val *item) {
    yyjson_val *origin = yyjson_obj_get(item, "origin"), *value,
               *feed = subscription(m, kb_move_str(origin, "streamId"));
    yyjson_arr_iter it = yyjson_arr_iter_with(yyjson_obj_get(item, "enclosure"));
    *e = (struct kb_move_entry){
        .url = first_of(first_href(item, "canonical"), first_href(item, "alternate")),
        .title = kb_move_str(item, "title"),
        .author = kb_move_str(item, "author"),
        .html = first_of(kb_move_str(yyjson_obj_get(item, "content"), "content"),
                         kb_move_str(yyjson_obj_get(item, "summary"), "content")),
        .published = yyjson_get_sint(yyjson_obj_get(item, "published")),
        .feed_url = first_of(kb_move_str(feed, "url"), kb_move_str(origin, "feedUrl")),
        .feed_title = first_of(kb_move_str(origin, "title"), kb_move_str(feed, "title")),
        .home_url =
            first_of(kb_move_str(origin, "htmlUrl"), kb_move_str(feed, "htmlUrl"))};
    while (e->file_count < KB_MOVE_FILES && (value = yyjson_arr_iter_next(&it)) != NULL)
        e->files[e->file_count++] =
            (struct kb_move_file){kb_move_str(value, "href"), kb_move_str(value, "type")};
    fill_categories(e, item);
}

/* Where the list goes on: text, or in some versions a number. */
static struct kb_str continuation(yyjson_val *page, char number[NUMBER_BYTES]) {
    yyjson_val *value = yyjson_obj_get(page, "continuation");
    if (!yyjson_is_uint(value))
        return kb_move_str(page, "continuation");
    snprintf(number, NUMBER_BYTES, "%" PRIu64, yyjson_get_uint(value));
    return kb_str_z(number);
}

static enum kb_status stars(struct kb_move *m, yyjson_val *page, struct kb_str *next) {
    yyjson_val *items = yyjson_obj_get(page, "items"), *item;
    yyjson_arr_iter it = yyjson_arr_iter_with(items);
    enum kb_status status = KB_OK;
    char number[NUMBER_BYTES];
    if (!yyjson_is_arr(items))
        return kb_move_strange(m);
    while (status == KB_OK && (item = yyjson_arr_iter_next(&it)) != NULL) {
        struct kb_move_entry e;
        fill(m, &e, item);
        status = kb_move_take(m, &e);
    }
    if (status != KB_OK)
        return status;
    *next = kb_arena_dup(&m->call, continuation(page, number));
    return m->call.full ? kb_err_set(m->err, KB_ENOMEM, "not enough memory to move in")
                        : KB_OK;
}

const struct kb_move_server kb_move_freshrss = {
    .tails = {API, "/api", "/i"},
    .login =
        "it wants the API password of FreshRSS's Settings, Profile, which is not the "
        "login's: --user NAME:PASS",
    .lost = "its web server keeps the Authorization header from FreshRSS: its page /api/ "
            "tests that, and tells what to do",
    .address = "give the address of FreshRSS's front page, or the one that its "
               "Settings, Profile show for the API",
    .old = "bring that FreshRSS up to date, and try again",
    .off = "is \"Allow API access\" on in FreshRSS's Settings, Authentication?",
    .list = READER "subscription/export",
    .page = READER "stream/contents/user/-/state/com.google/starred"
                   "?output=json&n=100&r=o",
    .go_on = "&c=",
    .enter = enter,
    .stars = stars,
};
