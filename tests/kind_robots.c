/* Kind `robots`: robots.txt files, and addresses that are asked of them.
 *
 * The file want.robots is input and output in one.  A story begins with "== title"; lines
 * that begin with ">" are the answers, and --accept writes them anew.  The others:
 *
 *     | TEXT          a line of the robots.txt
 *     agent NAME      our product (kabar)
 *     ends crlf       how lines end: lf, crlf, cr
 *     bom             a byte order mark stands at the file's head
 *     fill N          a comment of N bytes
 *     ask ADDRESS     may it be fetched?
 *     list            site maps and crawl-delay
 *     status N TIME   reading the file ended so (0: no answer), TIME after the last time
 *     # …             a remark */
#include "runner.h"

#include "fetch/robots.h"

#include <stdlib.h>

struct story {
    struct kb_case *c;
    struct kb_buf *out, file;
    const char *end;
    struct kb_str agent;
    struct kb_robots_state state;
    int64_t now;
};

static void file_line(struct story *t, struct kb_str line) {
    kb_buf_str(&t->file, line);
    kb_buf_z(&t->file, t->end);
}

static void fill(struct story *t, long n) {
    for (; n > 1; n--)
        kb_buf_char(&t->file, '#');
    kb_buf_char(&t->file, '\n');
}

static void ask(struct story *t, struct kb_str address) {
    struct kb_arena arena;
    struct kb_robots robots;
    const struct kb_robots_rule *by;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (!kb_robots_parse(&arena, kb_buf_view(&t->file), t->agent, &robots))
        kb_case_fail(t->c, "no memory");
    if (address.n) {
        kb_buf_z(t->out,
                 kb_robots_allows(&robots, address, &by) ? "> allowed" : "> refused");
        if (by)
            kb_buf_printf(t->out, " by %s: %.*s", by->allow ? "Allow" : "Disallow",
                          (int)by->text.n, by->text.p);
        kb_buf_char(t->out, '\n');
    } else {
        for (size_t i = 0; i < robots.sitemap_count; i++)
            kb_buf_printf(t->out, "> sitemap %.*s\n", (int)robots.sitemaps[i].n,
                          robots.sitemaps[i].p);
        kb_buf_printf(t->out, "> crawl-delay %d ms, %d rules%s\n",
                      (int)robots.crawl_delay, (int)robots.rule_count,
                      robots.cut ? ", cut" : "");
    }
    kb_arena_free(&arena);
}

static void status(struct story *t, struct kb_str words) {
    static const char *const names[] = {"unknown", "rules", "all allowed",
                                        "nothing allowed"};
    char *end;
    struct kb_robots_state next;
    int number = (int)strtol(words.p, &end, 10);
    long time = strtol(end, &end, 10);
    t->now += time * (*end == 'd' ? 86400 : *end == 'h' ? 3600 : 1);
    kb_robots_after(&t->state, number, t->now, &next);
    kb_buf_printf(t->out, "> %s; read again in %d h\n", names[next.access],
                  (int)((next.until - t->now) / 3600));
    t->state = next;
}

static bool take(struct kb_str *line, const char *head) {
    if (!kb_str_starts(*line, kb_str_z(head)))
        return false;
    *line = kb_str_slice(*line, strlen(head), line->n);
    return true;
}

static void take_line(struct story *t, struct kb_str line) {
    if (kb_str_starts(line, KB_STR("> ")))
        return;
    kb_buf_str(t->out, line);
    kb_buf_char(t->out, '\n');
    if (!line.n || line.p[0] == '#')
        return;
    if (take(&line, "== ")) {
        kb_buf_clear(&t->file);
        t->end = "\n";
        t->agent = KB_STR("kabar");
        t->state = (struct kb_robots_state){.access = KB_ROBOTS_UNKNOWN};
        t->now = 1772438400;
    } else if (take(&line, "| ") || take(&line, "|")) {
        file_line(t, line);
    } else if (take(&line, "agent ")) {
        t->agent = line;
    } else if (take(&line, "ends ")) {
        t->end = line.n == 4 ? "\r\n" : line.p[0] == 'c' ? "\r" : "\n";
    } else if (take(&line, "bom")) {
        kb_buf_z(&t->file, "\xEF\xBB\xBF");
    } else if (take(&line, "fill ")) {
        fill(t, strtol(line.p, NULL, 10));
    } else if (take(&line, "ask ")) {
        ask(t, line);
    } else if (take(&line, "list")) {
        ask(t, KB_STR_NONE);
    } else if (take(&line, "status ")) {
        status(t, line);
    } else {
        kb_case_fail(t->c, "what is this line? %.*s", (int)line.n, line.p);
    }
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.robots");
    struct kb_buf out;
    struct story t = {.c = c, .out = &out};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&t.file, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(&t, kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "robots", kb_buf_view(&out));
    kb_buf_free(&t.file);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_robots = {"robots", run};
