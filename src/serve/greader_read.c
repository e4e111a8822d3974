/* Google Reader's requests → ids, lists, marks.  The service ended in 2013 and left no
 * specification: this is what the apps that still speak its dialect send. */
#include <inttypes.h>
#include <stdio.h>

#include "html/html.h"
#include "serve/apps_read.h"

#define ITEM "tag:google.com,2005:reader/item/"
#define STATE "state/com.google/"

/* One to sixteen hexadecimal digits; the last bit is the sign. */
static bool read_hex(struct kb_str text, int64_t *number) {
    uint64_t n = 0;
    if (!text.n || text.n > 16)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (kb_hex_digit(text.p[i]) < 0)
            return false;
        n = n << 4 | (uint64_t)kb_hex_digit(text.p[i]);
    }
    *number = (int64_t)n;
    return true;
}

static bool all_digits(struct kb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if (!kb_is_digit(text.p[i]))
            return false;
    return true;
}

bool kb_greader_id_read(struct kb_str text, struct kb_app_id *id) {
    int64_t number;
    bool good;
    if (kb_str_starts(text, KB_STR(ITEM)))
        good = read_hex(kb_str_slice(text, sizeof ITEM - 1, text.n), &number);
    else if (text.n == 16 && (text.p[0] == '0' || !all_digits(text)) && text.p[0] != '-')
        good = read_hex(text, &number);
    else
        good = kb_number(text, INT64_MIN + 1, INT64_MAX, &number);
    if (good)
        *id = kb_app_id_of(number, KB_APP_STORIES);
    return good;
}

void kb_greader_id_print(struct kb_app_id id, char out[KB_GREADER_ID_BYTES]) {
    (void)snprintf(out, KB_GREADER_ID_BYTES, ITEM "%016" PRIx64,
                   (uint64_t)kb_app_id_number(id, KB_APP_STORIES));
}

/* ---- streams ----------------------------------------------------------------------- */

/* "user/-/X" and "user/123/X" → X. */
static bool of_user(struct kb_str *text) {
    if (!kb_str_starts(*text, KB_STR("user/")))
        return false;
    struct kb_str rest = kb_str_slice(*text, 5, text->n);
    size_t end = kb_str_find_byte(rest, '/');
    if (end == KB_NOT_FOUND)
        return false;
    *text = kb_str_slice(rest, end + 1, rest.n);
    return true;
}

/* "read" of "user/-/state/com.google/read"; empty where it is no state. */
static struct kb_str state(struct kb_str text) {
    if (!of_user(&text) || !kb_str_starts(text, KB_STR(STATE)))
        return KB_STR_NONE;
    return kb_str_slice(text, sizeof STATE - 1, text.n);
}

struct kb_str kb_greader_label(struct kb_str text) {
    if (!of_user(&text) || !kb_str_starts(text, KB_STR("label/")))
        return KB_STR_NONE;
    return kb_str_slice(text, 6, text.n);
}

static bool is_unread(struct kb_str name) {
    return kb_str_equal(name, KB_STR("kept-unread")) ||
           kb_str_equal(name, KB_STR("tracking-kept-unread"));
}

static void state_read(struct kb_str name, struct kb_app_wish *wish) {
    if (kb_str_equal(name, KB_STR("read")))
        wish->read = true;
    else if (kb_str_equal(name, KB_STR("starred")))
        wish->starred = true;
    else if (is_unread(name))
        wish->unread = true;
    else if (!kb_str_equal(name, KB_STR("reading-list")))
        wish->of = KB_APP_NOTHING; /* broadcast, like, …: nothing is in them here */
}

static void feed_read(struct kb_str text, struct kb_app_wish *wish) {
    int64_t feed;
    if (kb_number(text, 1, INT64_MAX, &feed))
        wish->feed = feed;
    else if (kb_url_host(text).n)
        wish->url = text;
    else
        wish->of = KB_APP_NOTHING;
}

void kb_greader_stream_read(struct kb_str text, struct kb_app_wish *wish) {
    struct kb_str name = state(text);
    if (!text.n) {
        wish->of = KB_APP_ALL;
    } else if (name.n) {
        wish->of = KB_APP_ALL;
        state_read(name, wish);
    } else if (kb_greader_label(text).n) {
        wish->of = KB_APP_LABEL;
        wish->label = kb_greader_label(text);
    } else if (kb_str_starts(text, KB_STR("feed/"))) {
        wish->of = KB_APP_FEED;
        feed_read(kb_str_slice(text, 5, text.n), wish);
    } else {
        wish->of = KB_APP_NOTHING;
    }
}

static int64_t number_of(const struct kb_http *req, const char *name, int64_t most) {
    int64_t number = 0;
    return kb_number(kb_http_field(req, name), 0, most, &number) ? number : 0;
}

void kb_greader_list_read(const struct kb_http *req, struct kb_str stream, size_t most,
                          struct kb_app_wish *wish) {
    enum { USUAL = 20 };
    struct kb_str each;
    int64_t n;
    *wish = (struct kb_app_wish){.of = KB_APP_ALL};
    kb_greader_stream_read(stream, wish);
    for (size_t at = 0; kb_http_each(req, "xt", &at, &each);)
        if (kb_str_equal(state(each), KB_STR("read")))
            wish->unread = true;
        else if (kb_str_equal(state(each), KB_STR("starred")))
            wish->unstarred = true;
        else if (is_unread(state(each)))
            wish->read = true;
    for (size_t at = 0; kb_http_each(req, "it", &at, &each);)
        if (state(each).n)
            state_read(state(each), wish);
        else if (wish->of == KB_APP_ALL)
            kb_greader_stream_read(each, wish);
    n = number_of(req, "n", INT64_MAX);
    wish->limit = n <= 0 ? USUAL : n > (int64_t)most ? most : (size_t)n;
    wish->oldest = kb_str_equal(kb_http_field(req, "r"), KB_STR("o"));
    wish->since = kb_app_time(number_of(req, "ot", INT64_MAX));
    wish->before = kb_app_time(number_of(req, "nt", INT64_MAX));
    if (wish->before)
        wish->before++; /* nt is the last second that is wanted */
    n = number_of(req, "c", INT64_MAX);
    wish->stories = wish->of == KB_APP_ALL && !wish->starred;
    if (wish->stories) /* a star on a story is on an article, which is told */
        n = kb_app_key(kb_app_id_of(n, KB_APP_STORIES));
    if (n && wish->oldest)
        wish->after = n;
    else if (n)
        wish->below = n;
}

/* ---- marks ------------------------------------------------------------------------- */

bool kb_greader_ids_read(const struct kb_http *req, size_t most,
                         struct kb_app_marks *marks) {
    struct kb_app_id *ids = NULL;
    size_t count = 0, cap = 0;
    struct kb_str each;
    for (size_t at = 0; count < most && kb_http_each(req, "i", &at, &each);) {
        if (!kb_arena_grow(req->arena, (void **)&ids, count, &cap, sizeof *ids, most))
            return false;
        count += kb_greader_id_read(each, &ids[count]);
    }
    marks->ids = ids;
    marks->id_count = count;
    return true;
}

static bool add_label(struct kb_arena *arena, struct kb_str label, struct kb_str **list,
                      size_t *count, size_t *cap) {
    if (!kb_arena_grow(arena, (void **)list, *count, cap, sizeof **list,
                       KB_LIMIT_LIST_ITEMS))
        return false;
    (*list)[(*count)++] = label;
    return true;
}

/* Fields named a (sign 1) and r (-1). */
static bool read_side(const struct kb_http *req, const char *name, int sign,
                      struct kb_str **labels, size_t *label_count,
                      struct kb_app_marks *marks) {
    struct kb_str each;
    size_t cap = 0;
    for (size_t at = 0; kb_http_each(req, name, &at, &each);) {
        struct kb_str what = state(each);
        if (kb_str_equal(what, KB_STR("read")))
            marks->read = sign;
        else if (is_unread(what) && sign > 0)
            marks->read = -1;
        else if (kb_str_equal(what, KB_STR("starred")))
            marks->starred = sign;
        else if (kb_greader_label(each).n &&
                 !add_label(req->arena, kb_greader_label(each), labels, label_count,
                            &cap))
            return false;
    }
    return true;
}

bool kb_greader_marks_read(const struct kb_http *req, struct kb_app_marks *marks) {
    struct kb_str *tags = NULL, *untags = NULL;
    *marks = (struct kb_app_marks){0};
    if (!kb_greader_ids_read(req, KB_LIMIT_FIELDS, marks) ||
        !read_side(req, "a", 1, &tags, &marks->tag_count, marks) ||
        !read_side(req, "r", -1, &untags, &marks->untag_count, marks))
        return false;
    marks->tags = tags;
    marks->untags = untags;
    return true;
}
