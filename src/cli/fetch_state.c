/* What is known of feeds from one call to the next: a file of lines of JSON, one a feed.
 *
 * What a feed's server said enters kb_fetch_plan, and what leaves it is kept here: the
 * validators, when the feed may be asked again, how often it has news.  The file is
 * written anew beside the old one and put in its place, so that a call that is killed
 * leaves the old one whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yyjson.h>

#include "fetch.h"

struct entry {
    struct kb_str url;
    struct kb_fetch_state state;
    char *strings; /* of both */
};

struct kb_cli_state {
    struct entry *entries;
    size_t count, cap;
    uint32_t *table; /* by url: index + 1, 0 where free */
    size_t table_size;
};

enum { FIRST_TABLE = 1024 };

#define MAX_STATE_BYTES ((size_t)1 << 30)

/* ---- finding ----------------------------------------------------------------------- */

static size_t slot_of(const struct kb_cli_state *state, struct kb_str url) {
    size_t at = kb_hash(url.p, url.n, 0) & (state->table_size - 1);
    while (state->table[at] &&
           !kb_str_equal(state->entries[state->table[at] - 1].url, url))
        at = (at + 1) & (state->table_size - 1);
    return at;
}

static bool grow(struct kb_cli_state *state) {
    size_t cap = state->cap ? state->cap * 2 : FIRST_TABLE / 2;
    struct entry *entries = realloc(state->entries, cap * sizeof(*entries));
    if (!entries)
        return false;
    state->entries = entries;
    state->cap = cap;
    free(state->table);
    state->table_size = cap * 2;
    state->table = calloc(state->table_size, sizeof(*state->table));
    for (size_t i = 0; state->table && i < state->count; i++)
        state->table[slot_of(state, entries[i].url)] = (uint32_t)(i + 1);
    return state->table != NULL;
}

const struct kb_fetch_state *kb_cli_state_find(const struct kb_cli_state *state,
                                               struct kb_str url) {
    if (!state || !state->count)
        return NULL;
    uint32_t found = state->table[slot_of(state, url)];
    return found ? &state->entries[found - 1].state : NULL;
}

static struct kb_str copy(char **to, struct kb_str s) {
    struct kb_str out = {*to, s.n};
    memcpy(*to, s.n ? s.p : "", s.n);
    *to += s.n;
    return out;
}

/* Keeps a copy; url's entry is made, or gets the new state.  The strings may be the old
 * state's. */
static bool keep(struct kb_cli_state *state, struct kb_str url,
                 const struct kb_fetch_state *new_state) {
    const struct kb_fetch_state *s = new_state;
    if (state->count == state->cap && !grow(state))
        return false;
    size_t n = url.n + s->address.n + s->trial.n + s->etag.n + s->last_modified.n, slot;
    char *strings = malloc(n ? n : 1), *at = strings;
    if (!strings)
        return false;
    slot = slot_of(state, url);
    bool known = state->table[slot] != 0;
    size_t index = known ? state->table[slot] - 1 : state->count++;
    struct entry fresh = {copy(&at, url), *s, strings};
    fresh.state.address = copy(&at, s->address);
    fresh.state.trial = copy(&at, s->trial);
    fresh.state.etag = copy(&at, s->etag);
    fresh.state.last_modified = copy(&at, s->last_modified);
    if (known)
        free(state->entries[index].strings);
    state->entries[index] = fresh;
    state->table[slot] = (uint32_t)(index + 1);
    return true;
}

/* ---- the file ---------------------------------------------------------------------- */

static bool read_line(struct kb_cli_state *state, char *line, size_t n,
                      struct kb_err *err) {
    yyjson_doc *doc = yyjson_read(line, n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc), *name = yyjson_obj_get(root, "url");
    struct kb_str url = {yyjson_get_str(name), yyjson_get_len(name)};
    struct kb_fetch_state s;
    bool ok = kb_fetch_state_read(root, &s, err) == KB_OK;
    if (!s.address.n)
        s.address = url;
    if (ok && !url.n)
        ok = kb_err_set(err, KB_EINPUT, "\"url\" is missing") == KB_OK;
    if (ok && !keep(state, url, &s))
        ok = kb_err_set(err, KB_ENOMEM, "not enough memory") == KB_OK;
    yyjson_doc_free(doc);
    return ok;
}

static bool read_lines(struct kb_cli_state *state, const char *path, FILE *file) {
    char *line = NULL;
    size_t cap = 0, number = 0;
    struct kb_err err = {0};
    ssize_t n;
    bool ok = true;
    while (ok && (n = getline(&line, &cap, file)) > 0) {
        number++;
        ok = read_line(state, line, (size_t)n, &err);
        if (!ok)
            kb_cli_say("%s: line %zu is no feed's state (%s): mend it, or begin with a "
                       "new file",
                       path, number, err.text);
    }
    free(line);
    return ok;
}

struct kb_cli_state *kb_cli_state_open(const char *path) {
    struct kb_cli_state *state = calloc(1, sizeof(*state));
    FILE *file = fopen(path, "r");
    bool ok = state && grow(state);
    if (!ok)
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
    if (!file && errno != ENOENT) {
        kb_cli_say("%s: %s", path, strerror(errno));
        ok = false;
    }
    if (ok && file)
        ok = read_lines(state, path, file);
    if (file)
        fclose(file);
    if (ok)
        return state;
    kb_cli_state_free(state);
    return NULL;
}

static void print_entry(const struct entry *entry, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "url", entry->url);
    kb_fetch_state_print(&json, &entry->state);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

bool kb_cli_state_save(struct kb_cli_state *state, const char *path) {
    char beside[4096];
    struct kb_cli_output out;
    struct kb_buf text;
    bool ok = snprintf(beside, sizeof(beside), "%s.new", path) < (int)sizeof(beside);
    kb_buf_init(&text, MAX_STATE_BYTES);
    for (size_t i = 0; i < state->count; i++)
        print_entry(&state->entries[i], &text);
    if (!ok || text.status != KB_OK) {
        kb_cli_say("%s: %s", path, kb_status_text(ok ? text.status : KB_ELIMIT));
        ok = false;
    } else if ((ok = kb_cli_output_open(&out, beside))) {
        ok = kb_cli_output_write(&out, NULL, 0, text.p, text.n);
        ok = ok && fsync(out.fd) == 0;
        ok = kb_cli_output_close(&out) && ok;
        if (!ok || rename(beside, path) != 0) {
            kb_cli_say("%s: %s", path, strerror(errno));
            unlink(beside);
            ok = false;
        }
    }
    kb_buf_free(&text);
    return ok;
}

void kb_cli_state_free(struct kb_cli_state *state) {
    if (!state)
        return;
    for (size_t i = 0; i < state->count; i++)
        free(state->entries[i].strings);
    free(state->entries);
    free(state->table);
    free(state);
}

/* ---- what comes next --------------------------------------------------------------- */

/* The dates of the entries that are new: those behind the newest one that was known. */
static size_t new_entries(const struct kb_feed *feed, int64_t newest, int64_t *dates) {
    size_t n = 0;
    for (size_t i = 0; i < feed->items.count; i++) {
        const struct kb_feed_common *c = &feed->items.items[i].c;
        int64_t t = 0;
        (void)kb_date_seconds(c->date_published.n ? c->date_published : c->date_modified,
                              &t);
        if (t > newest)
            dates[n++] = t;
    }
    return n;
}

bool kb_cli_learn(struct kb_cli_fetcher *fetcher, struct kb_str url,
                  const struct kb_answer *answer, const struct kb_cli_visit *visit,
                  bool conditional, struct kb_fetch_verdict *verdict) {
    const struct kb_fetch_state *known = kb_cli_state_find(fetcher->state, url);
    struct kb_fetch_state state = {.address = url}, next;
    struct kb_fetch_answer asked;
    struct kb_fetch_hop hops[KB_LIMIT_HOPS + 1];
    int64_t *dates = NULL;
    /* What was stopped says nothing of the feed. */
    if ((!known && !visit->feed) || answer->fault == KB_FAULT_STOPPED ||
        answer->fault == KB_FAULT_MEMORY)
        return false;
    if (known)
        state = *known;
    if (!state.seed)
        state.seed = kb_hash(url.p, url.n, 1);
    kb_fetch_asked(answer, conditional, hops, &asked);
    asked.is_feed = visit->feed != NULL;
    asked.instead =
        kb_str_z(visit->kind == KB_CLI_NOTHING ? visit->message : "a web page");
    if (visit->feed) {
        const struct kb_feed *feed = visit->feed;
        asked.wishes = (struct kb_fetch_wishes){feed->ttl * 60, feed->update_minutes * 60,
                                                feed->skip_hours, feed->skip_days};
        dates = malloc((feed->items.count + 1) * sizeof(*dates));
        asked.entries = dates;
        asked.entry_count = dates ? new_entries(feed, state.rhythm.newest, dates) : 0;
    }
    kb_fetch_plan(&state, &asked, &kb_fetch_policy_default, fetcher->now, &next, verdict);
    free(dates);
    if (fetcher->state && !keep(fetcher->state, url, &next))
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
    return true;
}
