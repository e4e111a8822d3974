/* kabar feeds: the wire's feeds, how they are, and what people want of them. */
#include <string.h>
#include <time.h>
#include <yyjson.h>

#include "fetch/fetch.h"
#include "html/html.h"
#include "wire.h"

enum option {
    OPTION_FAILING,
    OPTION_NAME,
    OPTION_FOLDER,
    OPTION_FULL_TEXT,
    OPTION_PAUSE,
    OPTION_RESUME,
    OPTION_SETTINGS,
    OPTION_KEEP_DAYS,
    OPTION_KEEP_COUNT,
    OPTION_KEEP,
    OPTION_REMOVE,
    OPTION_COMMON
};

static const struct kb_cli_option options[] = {
    [OPTION_FAILING] = {"failing", 0, NULL,
                        "only those whose last round failed, or that are gone"},
    [OPTION_NAME] = {"name", 0, "NAME", "call the feed so"},
    [OPTION_FOLDER] = {"folder", 0, "NAME", "put it there: News/Asia"},
    [OPTION_FULL_TEXT] = {"full-text", 0, "WHEN",
                          "fetch articles' pages: auto (where the feed has only\n"
                          "teasers), always or never"},
    [OPTION_PAUSE] = {"pause", 0, NULL, "ask it no more"},
    [OPTION_RESUME] = {"resume", 0, NULL, "ask it again"},
    [OPTION_SETTINGS] = {"settings", 0, "JSON",
                         "what goes with its requests: {\"headers\":{…},\n"
                         "\"cookie\":…,\"login\":\"user:password\",\"proxy\":…,\n"
                         "\"insecure_tls\":true,\"allow_private\":true}"},
    [OPTION_KEEP_DAYS] = {"keep-days", 0, "N", "keep its articles so long; 0: for ever"},
    [OPTION_KEEP_COUNT] = {"keep-count", 0, "N", "keep its newest N; 0: all"},
    [OPTION_KEEP] = {"keep", 0, "WHAT",
                     "of those that are over: all, metadata or nothing"},
    [OPTION_REMOVE] = {"remove", 0, NULL, "take the feed away; its articles stay"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

struct call {
    const char *name, *folder, *full_text, *paused, *settings, *keep;
    int keep_days, keep_count; /* -1: not said */
    bool failing, remove, gone;
};

/* What goes with a feed's requests: what a visit knows, each of its own kind. */
static const struct {
    const char *name;
    yyjson_type type;
    const char *wanted;
} known[] = {{"headers", YYJSON_TYPE_OBJ, "an object of names and texts"},
             {"cookie", YYJSON_TYPE_STR, "a text"},
             {"login", YYJSON_TYPE_STR, "a text"},
             {"proxy", YYJSON_TYPE_STR, "a text"},
             {"insecure_tls", YYJSON_TYPE_BOOL, "true or false"},
             {"allow_private", YYJSON_TYPE_BOOL, "true or false"},
             {"no_http2", YYJSON_TYPE_BOOL, "true or false"}};

/* A feed's settings as they are typed: an object.  null takes one away. */
static int check_settings(const struct kb_cli_wire *w, const char *text) {
    yyjson_doc *doc = yyjson_read(text, strlen(text), 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_obj_iter it = yyjson_obj_iter_with(root);
    int status = KB_CLI_OK;
    if (!yyjson_is_obj(root))
        status = kb_cli_wrong(w->verb, "--settings wants an object of JSON, as in: "
                                       "--settings '{\"cookie\":\"a=1\"}'");
    for (yyjson_val *key; status == KB_CLI_OK && (key = yyjson_obj_iter_next(&it));) {
        yyjson_val *value = yyjson_obj_iter_get_val(key);
        size_t i = 0;
        while (i < KB_COUNT(known) && !yyjson_equals_str(key, known[i].name))
            i++;
        if (i == KB_COUNT(known))
            status = kb_cli_wrong(w->verb, "--settings: no \"%.40s\" is known",
                                  yyjson_get_str(key));
        else if (!yyjson_is_null(value) && yyjson_get_type(value) != known[i].type)
            status = kb_cli_wrong(w->verb, "--settings: \"%s\" wants %s", known[i].name,
                                  known[i].wanted);
    }
    yyjson_doc_free(doc);
    return status;
}

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    switch ((enum option)option) {
    case OPTION_FAILING: call->failing = true; break;
    case OPTION_NAME: call->name = value; break;
    case OPTION_FOLDER: call->folder = value; break;
    case OPTION_FULL_TEXT: return kb_cli_set_full_text(w->verb, value, &call->full_text);
    case OPTION_PAUSE: call->paused = "1"; break;
    case OPTION_RESUME: call->paused = "0"; break;
    case OPTION_SETTINGS: call->settings = value; return check_settings(w, value);
    case OPTION_KEEP_DAYS:
        return kb_cli_set_number(w->verb, option, value, 0, 100000, &call->keep_days);
    case OPTION_KEEP_COUNT:
        return kb_cli_set_number(w->verb, option, value, 0, 100000000, &call->keep_count);
    case OPTION_KEEP: call->keep = value; break;
    case OPTION_REMOVE: call->remove = true; break;
    case OPTION_COMMON: break;
    }
    return KB_CLI_OK;
}

static bool changes(const struct call *call) {
    return call->name || call->folder || call->full_text || call->paused ||
           call->settings || call->keep || call->keep_days >= 0 ||
           call->keep_count >= 0 || call->remove;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    if (!changes(call)) {
        *mode = KB_STORE_READ;
        return KB_CLI_OK;
    }
    if (!w->count)
        return kb_cli_wrong(w->verb, "which feed?  Name its number, address or title, as "
                                     "in: kabar feeds --pause 3");
    if (call->name && w->count > 1)
        return kb_cli_wrong(w->verb, "--name goes with one feed");
    return KB_CLI_OK;
}

/* ---- settings ---------------------------------------------------------------------- */

static enum kb_status set_retention(struct kb_cli_wire *w, int64_t feed) {
    const struct call *call = w->call;
    struct kb_buf text;
    struct kb_json json;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    if (call->keep_days >= 0) {
        kb_json_field_int(&json, "keep_days", call->keep_days);
    }
    if (call->keep_count >= 0) {
        kb_json_field_int(&json, "keep_count", call->keep_count);
    }
    kb_json_field(&json, "keep", kb_str_z(call->keep));
    kb_json_object_end(&json);
    enum kb_status status = text.status;
    if (status == KB_OK)
        status = kb_store_retention_set(w->store, feed, kb_buf_view(&text), &w->err);
    kb_buf_free(&text);
    return status;
}

static enum kb_status change(struct kb_cli_wire *w, const struct kb_feed_row *row) {
    struct call *call = w->call;
    const struct {
        const char *value;
        enum kb_feed_setting what;
    } sets[] = {{call->settings, KB_FEED_SET_SETTINGS},
                {call->name, KB_FEED_SET_NAME},
                {call->folder, KB_FEED_SET_FOLDER},
                {call->full_text, KB_FEED_SET_FULL_TEXT},
                {call->paused, KB_FEED_SET_PAUSED}};
    enum kb_status status = KB_OK;
    if (call->remove)
        return kb_store_feed_remove(w->store, w->user, row->n, &call->gone, &w->err);
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(sets); i++)
        if (sets[i].value)
            status = kb_store_feed_set(w->store, w->user, row->n, sets[i].what,
                                       kb_str_z(sets[i].value), &w->err);
    if (status == KB_OK && (call->keep || call->keep_days >= 0 || call->keep_count >= 0))
        status = set_retention(w, row->n);
    return status;
}

/* ---- the list ---------------------------------------------------------------------- */

/* Which of them a feed has; their values are nobody's to read. */
static size_t settings_of(const struct kb_feed_row *row,
                          struct kb_str names[KB_COUNT(known)]) {
    yyjson_doc *doc = yyjson_read(row->settings.p, row->settings.n, 0);
    size_t count = 0;
    for (size_t i = 0; i < KB_COUNT(known); i++) {
        yyjson_val *value = yyjson_obj_get(yyjson_doc_get_root(doc), known[i].name);
        if (value && !yyjson_is_false(value))
            names[count++] = kb_str_z(known[i].name);
    }
    yyjson_doc_free(doc);
    return count;
}

static void print_json(struct kb_cli_wire *w, const struct kb_feed_row *row) {
    struct kb_str names[KB_COUNT(known)];
    struct kb_json json;
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "n", row->n);
    kb_json_field(&json, "url", row->url);
    kb_json_field(&json, "title", kb_feed_row_name(row));
    kb_json_field(&json, "folder", row->folder);
    kb_json_field(&json, "home_page_url", row->home_url);
    kb_json_field(&json, "language", row->language);
    kb_json_field(&json, "format", row->format);
    kb_json_field(&json, "full_text", row->full_text);
    kb_json_field_int(&json, "articles", row->articles);
    kb_json_field_bool(&json, "paused", row->paused);
    kb_json_field_int(&json, "failures", row->failures);
    kb_tell_time(&json, "last_success", row->last_success);
    if (row->next != KB_FETCH_NEVER)
        kb_tell_time(&json, "next", row->next);
    kb_json_field(&json, "says", row->says);
    kb_json_strings(&json, "settings", names, settings_of(row, names));
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
}

/* When it is asked again, in words. */
static void say_next(struct kb_cli_wire *w, const struct kb_feed_row *row) {
    char span[32];
    if (row->paused)
        kb_buf_z(&w->out, "paused");
    else if (row->next == KB_FETCH_NEVER)
        kb_buf_z(&w->out, "asked no more");
    else if (row->next <= w->now)
        kb_buf_z(&w->out, "due");
    else {
        kb_fetch_span(row->next - w->now, span, sizeof span);
        kb_buf_printf(&w->out, "due in %s", span);
    }
}

/* "12 articles", and what is not in the sentence of the last round: when it is asked
 * again, how often it failed. */
static void say_health(struct kb_cli_wire *w, const struct kb_feed_row *row, bool told) {
    kb_cli_wire_many(w, row->articles, "article", "articles");
    if (!told) {
        kb_buf_z(&w->out, ", ");
        say_next(w, row);
    }
    if (row->failures > 1)
        kb_buf_printf(&w->out, "; failed %lld times", (long long)row->failures);
    struct kb_str names[KB_COUNT(known)];
    size_t count = settings_of(row, names);
    for (size_t i = 0; i < count; i++)
        kb_buf_printf(&w->out, "%s%.*s", i ? ", " : "; asked with ", (int)names[i].n,
                      names[i].p);
}

static void print_people(struct kb_cli_wire *w, const struct kb_feed_row *row,
                         int number_width) {
    const int margin = number_width + 2;
    struct kb_str name = kb_feed_row_name(row);
    struct kb_buf says;
    kb_buf_init(&says, KB_LIMIT_META_BYTES);
    bool told = kb_fetch_say_now(row->says, row->paused ? KB_FETCH_NEVER : row->next,
                                 w->now, &says);
    kb_buf_printf(&w->out, "%*lld  ", number_width, (long long)row->n);
    kb_cli_wire_style(w, "1");
    kb_html_line(name, w->width - margin, &w->out);
    kb_cli_wire_plain(w);
    kb_buf_printf(&w->out, "\n%*s", margin, "");
    size_t from = w->out.n;
    say_health(w, row, told);
    int left = w->width - margin - (int)(w->out.n - from) - 2;
    kb_cli_wire_style(w, "2");
    if (!kb_str_equal(name, row->url) && left > 0) {
        kb_buf_z(&w->out, "  ");
        kb_html_line(row->url, left, &w->out);
    }
    if (says.n) {
        kb_buf_char(&w->out, '\n');
        kb_html_wrap(kb_buf_view(&says), w->width, margin, &w->out);
    }
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
    kb_buf_free(&says);
}

static enum kb_status list(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_feed_row *rows;
    struct kb_str folder = KB_STR_NONE;
    size_t count = 0;
    int number_width = 1;
    enum kb_status status = kb_store_feeds(w->store, w->user, KB_FEEDS_ALL, &w->arena,
                                           &rows, &count, &w->err);
    if (status != KB_OK)
        return status;
    for (size_t n = count; n >= 10; n /= 10)
        number_width++;
    for (size_t i = 0; i < count; i++) {
        const struct kb_feed_row *row = &rows[i];
        if (call->failing && !row->failures && row->next != KB_FETCH_NEVER)
            continue;
        if (w->json) {
            print_json(w, row);
            continue;
        }
        if (!kb_str_equal(folder, row->folder)) {
            kb_cli_wire_style(w, "2");
            kb_html_line(row->folder, KB_LIMIT_META_BYTES, &w->out);
            kb_cli_wire_plain(w);
            kb_buf_char(&w->out, '\n');
            folder = row->folder;
        }
        print_people(w, row, number_width);
    }
    if (w->json || w->out.n)
        return KB_OK;
    kb_buf_z(&w->out, count ? "no feed fails\n"
                            : "no feed yet: kabar add https://example.org/ adds one\n");
    return KB_OK;
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    enum kb_status status = KB_OK;
    if (!changes(call) && !w->count)
        return list(w);
    for (int i = 0; status == KB_OK && i < w->count; i++) {
        struct kb_feed_row row;
        status = kb_store_feed(w->store, w->user, kb_str_z(w->operands[i]), &w->arena,
                               &row, &w->err);
        if (status == KB_OK && changes(call))
            status = change(w, &row);
        if (status == KB_OK && !call->remove)
            status = kb_store_feed(w->store, w->user, row.url, &w->arena, &row, &w->err);
        if (status == KB_OK && w->json)
            print_json(w, &row);
        else if (status == KB_OK && call->remove)
            kb_buf_printf(&w->out,
                          call->gone ? "feed %lld is gone; its articles stay\n"
                                     : "feed %lld is yours no more; others follow it\n",
                          (long long)row.n);
        else if (status == KB_OK)
            print_people(w, &row, 1);
    }
    return status;
}

static const struct kb_cli_wire_job job = {
    .most = -1,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.keep_days = -1, .keep_count = -1},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_feeds = {
    .name = "feeds",
    .summary = "List the wire's feeds, their health, and change their settings",
    .usage = "[OPTION…] [FEED…]",
    .about =
        "Of each feed: how many articles it brought, when it is asked again, and how\n"
        "the last round went, in plain words. FEED is the number that the list\n"
        "shows, its address, or its title.",
    .examples = "  kabar feeds --failing\n"
                "  kabar feeds --folder News/Asia --full-text always 3 4\n"
                "  kabar feeds --keep-days 90 --keep metadata 3\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
