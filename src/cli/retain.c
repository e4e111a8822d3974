/* kabar retain: how long articles are kept, where a feed does not say otherwise. */
#include <string.h>

#include "wire.h"

enum option {
    OPTION_DAYS,
    OPTION_COUNT,
    OPTION_KEEP,
    OPTION_STARRED,
    OPTION_TAGGED,
    OPTION_NOW,
    OPTION_COMMON
};

enum { DAYS_MAX = 36500, COUNT_MAX = 1000000000 };

static const struct kb_cli_option options[] = {
    [OPTION_DAYS] = {"keep-days", 0, "N", "days since an article came; 0: for ever"},
    [OPTION_COUNT] = {"keep-count", 0, "N", "the newest N of each feed; 0: all"},
    [OPTION_KEEP] = {"keep", 0, "WHAT",
                     "of what is older: all, metadata (title, dates and\n"
                     "story, without the text) or nothing"},
    [OPTION_STARRED] = {"starred", 0, "YES|NO", "starred articles stay whole: yes or no"},
    [OPTION_TAGGED] = {"tagged", 0, "YES|NO",
                       "articles with a tag stay whole: yes or no"},
    [OPTION_NOW] = {"now", 0, NULL, "throw away now what is too old"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

struct call {
    int days, count, starred, tagged; /* -1: not said */
    const char *keep;
    bool now, sets;
};

static int set_yes(struct kb_cli_wire *w, unsigned option, const char *value, int *yes) {
    *yes = strcmp(value, "yes") == 0;
    if (*yes || strcmp(value, "no") == 0)
        return KB_CLI_OK;
    return kb_cli_wrong(w->verb, "--%s wants yes or no, not '%s'",
                        w->verb->options[option].name, value);
}

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    call->sets = call->sets || option != OPTION_NOW;
    switch ((enum option)option) {
    case OPTION_DAYS:
        return kb_cli_set_number(w->verb, option, value, 0, DAYS_MAX, &call->days);
    case OPTION_COUNT:
        return kb_cli_set_number(w->verb, option, value, 0, COUNT_MAX, &call->count);
    case OPTION_KEEP: call->keep = value; break;
    case OPTION_STARRED: return set_yes(w, option, value, &call->starred);
    case OPTION_TAGGED: return set_yes(w, option, value, &call->tagged);
    case OPTION_NOW: call->now = true; break;
    case OPTION_COMMON: break;
    }
    if (call->keep && strcmp(call->keep, "all") != 0 &&
        strcmp(call->keep, "metadata") != 0 && strcmp(call->keep, "nothing") != 0)
        return kb_cli_wrong(w->verb, "--keep wants all, metadata or nothing, not '%s'",
                            call->keep);
    return KB_CLI_OK;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    if (!call->sets && !call->now)
        *mode = KB_STORE_READ;
    return KB_CLI_OK;
}

static void put_number(struct kb_json *json, const char *key, int value) {
    if (value < 0)
        return;
    kb_json_field_int(json, key, value);
}

static void put_bool(struct kb_json *json, const char *key, int value) {
    if (value < 0)
        return;
    kb_json_field_bool(json, key, value != 0);
}

static enum kb_status save(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_buf text;
    struct kb_json json;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    put_number(&json, "keep_days", call->days);
    put_number(&json, "keep_count", call->count);
    if (call->keep)
        kb_json_field(&json, "keep", kb_str_z(call->keep));
    put_bool(&json, "keep_starred", call->starred);
    put_bool(&json, "keep_tagged", call->tagged);
    kb_json_object_end(&json);
    enum kb_status status = kb_store_begin(w->store, &w->err);
    if (status == KB_OK)
        status = kb_store_retention_set(w->store, 0, kb_buf_view(&text), &w->err);
    if (status == KB_OK)
        status = kb_store_commit(w->store, &w->err);
    kb_buf_free(&text);
    return status;
}

static const char *keep_name(enum kb_retain keep, bool limited) {
    switch (keep) {
    case KB_RETAIN_ALL: return "all";
    case KB_RETAIN_METADATA: return "metadata";
    case KB_RETAIN_NOTHING: return "nothing";
    case KB_RETAIN_UNSAID: break;
    }
    return limited ? "nothing" : "all";
}

static void print_text(struct kb_cli_wire *w, const struct kb_retention *r) {
    if (!r->days && !r->count) {
        kb_buf_z(&w->out, "every article is kept for ever\n");
        return;
    }
    kb_buf_z(&w->out, "articles are kept ");
    if (r->days)
        kb_buf_printf(&w->out, "for %lld days", (long long)r->days);
    if (r->count)
        kb_buf_printf(&w->out, "%sif they are of the newest %lld of their feed",
                      r->days ? " and " : "", (long long)r->count);
    kb_buf_printf(&w->out, "; of the others %s is kept", keep_name(r->keep, true));
    if (r->starred || r->tagged)
        kb_buf_printf(&w->out, "; what has a %s stays whole",
                      r->starred && r->tagged ? "star or a tag"
                      : r->starred            ? "star"
                                              : "tag");
    kb_buf_char(&w->out, '\n');
}

static void print_json(struct kb_cli_wire *w, const struct kb_retention *r,
                       const struct kb_retained *went) {
    struct kb_json json;
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "keep_days", r->days);
    kb_json_field_int(&json, "keep_count", r->count);
    kb_json_field(&json, "keep", kb_str_z(keep_name(r->keep, r->days || r->count)));
    put_bool(&json, "keep_starred", r->starred);
    put_bool(&json, "keep_tagged", r->tagged);
    if (((struct call *)w->call)->now) {
        kb_json_field_int(&json, "articles_gone", went->articles);
        kb_json_field_int(&json, "texts_gone", went->bodies);
    }
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_retention retention = kb_retention_none;
    struct kb_retained went = {0};
    enum kb_status status = call->sets ? save(w) : KB_OK;
    if (status == KB_OK && call->now)
        status = kb_store_retain(w->store, w->now, 0, &went, &w->err);
    if (status == KB_OK)
        status = kb_store_retention(w->store, 0, &retention, &w->err);
    if (status != KB_OK)
        return status;
    if (w->json) {
        print_json(w, &retention, &went);
        return KB_OK;
    }
    print_text(w, &retention);
    if (call->now) {
        kb_cli_wire_many(w, went.articles, "article went, ", "articles went, ");
        kb_cli_wire_many(w, went.bodies, "text of another\n", "texts of others\n");
    }
    return KB_OK;
}

static const struct kb_cli_wire_job job = {
    .mode = KB_STORE_WRITE,
    .commits_itself = true,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.days = -1, .count = -1, .starred = -1, .tagged = -1},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_retain = {
    .name = "retain",
    .summary = "Say how long articles are kept",
    .usage = "[OPTION…]",
    .about =
        "What is said here holds where a feed's own settings do not say otherwise.\n"
        "Without options the present settings are told.  Nothing is thrown away until\n"
        "kabar fetch runs, or --now is given.",
    .examples = "  kabar retain --keep-days 365 --keep metadata\n"
                "  kabar retain --keep-days 0                keep all for ever\n"
                "  kabar retain --now\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
