/* Kind `websub`: subscriptions at hubs, from finding the hub to news that it brings.
 *
 * The file want.websub is input and output in one.  A story begins with "== title"; lines
 * that begin with ">" are the answers, and --accept writes them anew.  The others:
 *
 *     secret TEXT         the subscription's secret
 *     hub ADDRESS         the hub (https://hub.example/), topic ADDRESS the topic
 *     wanted, unwanted    what the person wants now
 *     discover LINK | HUB | SELF     a Link header; the feed's own hub and self
 *     form CALLBACK       the request to the hub
 *     asked STATUS        the hub's answer to it
 *     get QUERY           the hub asks back
 *     post SIGNATURE | LINK | BODY   the hub brings news
 *     after N             N hours pass
 *     # …                 a remark
 *
 * A "-" stands for what is not there. */
#include "runner.h"

#include "fetch/websub.h"

#include <stdlib.h>

struct story {
    struct kb_case *c;
    struct kb_buf *out;
    struct kb_arena arena;
    struct kb_websub sub;
    int64_t now;
};

static void print(struct story *t, const char *name, struct kb_str value) {
    kb_buf_printf(t->out, "> %s%.*s\n", name, (int)value.n, value.p ? value.p : "");
}

/* The next of the parts that stand between " | ". */
static struct kb_str part(struct kb_str *line) {
    size_t end = kb_str_find(*line, KB_STR(" | "));
    struct kb_str s = kb_str_trim(kb_str_slice(*line, 0, end));
    *line = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*line, end + 3, line->n);
    return kb_str_equal(s, KB_STR("-")) ? KB_STR_NONE : s;
}

static void tell_next(struct story *t, const struct kb_websub *next) {
    if (next->lease_until != t->sub.lease_until)
        kb_buf_printf(t->out, "> lease %lld h\n",
                      next->lease_until ? (long long)(next->lease_until - t->now) / 3600
                                        : 0);
    if (next->next == KB_WEBSUB_NEVER)
        kb_buf_z(t->out, "> asked no more\n");
    else if (next->next != t->sub.next)
        kb_buf_printf(t->out, "> asked again in %lld min\n",
                      (long long)(next->next - t->now) / 60);
    if (next->denied != t->sub.denied)
        kb_buf_z(t->out, next->denied ? "> denied\n" : "> no longer denied\n");
    t->sub = *next;
}

static void discover(struct story *t, struct kb_str line) {
    struct kb_websub_offer offer;
    struct kb_str link = part(&line), hub = part(&line), self = part(&line);
    if (!kb_websub_discover(link, hub, self, KB_STR("https://a.example/feed"), &offer)) {
        kb_buf_z(t->out, "> no hub\n");
        return;
    }
    print(t, "hub ", offer.hub);
    print(t, "topic ", offer.topic);
}

static void get(struct story *t, struct kb_str raw) {
    struct kb_websub_query query;
    struct kb_websub_reply reply;
    struct kb_websub next;
    if (!kb_websub_query_read(&t->arena, raw, &query))
        kb_case_fail(t->c, "no memory");
    kb_websub_verify(&t->sub, &query, t->now, &next, &reply);
    kb_buf_printf(t->out, "> %d%s%.*s\n", reply.status, reply.body.n ? " " : "",
                  (int)reply.body.n, reply.body.p ? reply.body.p : "");
    print(t, "", kb_str_z(reply.says));
    tell_next(t, &next);
}

static void post(struct story *t, struct kb_str line) {
    static const char *const names[] = {"ignored", "look", "taken"};
    struct kb_websub_reply reply;
    struct kb_str signature = part(&line), link = part(&line), body = part(&line);
    enum kb_websub_news news = kb_websub_receive(&t->sub, link, signature, body, &reply);
    kb_buf_printf(t->out, "> %d %s\n> %s\n", reply.status, names[news], reply.says);
}

static void request(struct story *t, struct kb_str callback) {
    struct kb_buf form;
    kb_buf_init(&form, KB_LIMIT_OUTPUT_BYTES);
    kb_websub_form(&t->sub, callback, &form);
    print(t, "", kb_buf_view(&form));
    kb_buf_free(&form);
}

static void begin(struct story *t) {
    t->now = 1772438400;
    t->sub = (struct kb_websub){.hub = KB_STR("https://hub.example/"),
                                .topic = KB_STR("https://a.example/feed"),
                                .wanted = true};
}

static bool take(struct kb_str *line, const char *head) {
    if (!kb_str_starts(*line, kb_str_z(head)))
        return false;
    *line = kb_str_slice(*line, strlen(head), line->n);
    return true;
}

static void take_line(struct story *t, struct kb_str line) {
    struct kb_websub next;
    if (kb_str_starts(line, KB_STR("> ")))
        return;
    kb_buf_str(t->out, line);
    kb_buf_char(t->out, '\n');
    if (!line.n || line.p[0] == '#')
        return;
    if (take(&line, "== "))
        begin(t);
    else if (take(&line, "secret "))
        t->sub.secret = line;
    else if (take(&line, "hub "))
        t->sub.hub = line;
    else if (take(&line, "topic "))
        t->sub.topic = line;
    else if (take(&line, "wanted"))
        t->sub.wanted = true;
    else if (take(&line, "unwanted"))
        t->sub.wanted = false;
    else if (take(&line, "discover "))
        discover(t, line);
    else if (take(&line, "form "))
        request(t, line);
    else if (take(&line, "asked ")) {
        kb_websub_asked(&t->sub, (int)strtol(line.p, NULL, 10), t->now, &next);
        tell_next(t, &next);
    } else if (take(&line, "get "))
        get(t, line);
    else if (take(&line, "post "))
        post(t, line);
    else if (take(&line, "after "))
        t->now += strtol(line.p, NULL, 10) * 3600;
    else
        kb_case_fail(t->c, "what is this line? %.*s", (int)line.n, line.p);
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.websub");
    struct kb_buf out;
    struct story t = {.c = c, .out = &out};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_arena_init(&t.arena, KB_LIMIT_DOCUMENT_MEMORY);
    begin(&t);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(&t, kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "websub", kb_buf_view(&out));
    kb_arena_free(&t.arena);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_websub = {"websub", run};
