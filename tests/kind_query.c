/* Kind `query`: what people type, and what is made of it.
 *
 * The file want.query is input and output in one.  Lines that begin with ">" are the
 * answers, and --accept writes them anew.  The others:
 *
 *     == TITLE            a heading
 *     languages de,en     those of the wire, from here on; at first none
 *     now 2026-11-05      today's date, from here on
 *     ? QUERY             is parsed
 *     deep N              so many parentheses about a word
 *     many N              so many words
 *     # …                 a remark
 *
 * An answer is the MATCH expression ({de,en} for the tag), or "without" and what must not
 * be found; then a line a filter, group by group; or the error. */
#include "runner.h"

#include "lang/lang.h"
#include "store/query.h"
#include "store/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

struct asker {
    struct kb_case *c;
    struct kb_buf *out;
    struct kb_str languages[16];
    size_t count;
    int64_t now;
};

static void print_time(struct kb_buf *out, int64_t time) {
    int y, m, d;
    if (time == INT64_MIN || time == INT64_MAX) {
        kb_buf_z(out, " ever");
        return;
    }
    kb_days_to_date(time / 86400, &y, &m, &d);
    kb_buf_printf(out, " %d-%02d-%02d", y, m, d);
    if (time % 86400)
        kb_buf_printf(out, "T%02d:%02d", (int)(time % 86400 / 3600),
                      (int)(time / 60 % 60));
}

static void print_filter(struct kb_buf *out, const struct kb_filter *f) {
    kb_buf_printf(out, "> %u%s %s", f->group, f->negated ? " not" : "",
                  kb_filter_name(f->kind));
    if (f->kind >= KB_FILTER_AFTER) {
        print_time(out, f->from);
        print_time(out, f->to);
    } else {
        kb_buf_printf(out, " [%.*s]", (int)f->value.n, f->value.p);
    }
    kb_buf_char(out, '\n');
}

static void ask(struct asker *a, struct kb_str text) {
    struct kb_arena arena;
    struct kb_query query;
    struct kb_err err;
    struct kb_buf match;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&match, KB_LIMIT_OUTPUT_BYTES);
    if (kb_query_parse(&arena, text, a->now, a->languages, a->count, &query, &err) !=
        KB_OK) {
        kb_buf_printf(a->out, "> %s: %s\n", kb_status_name(err.status), err.text);
    } else {
        kb_query_match(&query, &match);
        if (match.n)
            kb_buf_z(a->out, query.without ? "> without " : "> ");
        for (size_t i = 0; i < match.n; i++)
            kb_buf_char(a->out, match.p[i] == KB_TAG_BEGIN ? '{'
                                : match.p[i] == KB_TAG_END ? '}'
                                                           : match.p[i]);
        if (match.n)
            kb_buf_char(a->out, '\n');
        for (size_t i = 0; i < query.filter_count; i++)
            print_filter(a->out, &query.filters[i]);
    }
    kb_buf_free(&match);
    kb_arena_free(&arena);
}

static bool take(struct kb_str *line, const char *head) {
    if (!kb_str_starts(*line, kb_str_z(head)))
        return false;
    *line = kb_str_slice(*line, strlen(head), line->n);
    return true;
}

static void set_languages(struct asker *a, struct kb_str list) {
    a->count = 0;
    while (list.n && a->count < KB_COUNT(a->languages)) {
        size_t end = kb_str_find_byte(list, ',');
        a->languages[a->count++] = kb_str_slice(list, 0, end);
        list = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(list, end + 1, list.n);
    }
}

static void repeat(struct asker *a, long n, const char *before, const char *middle,
                   const char *behind) {
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    for (long i = 0; i < n; i++)
        kb_buf_z(&text, before);
    kb_buf_z(&text, middle);
    for (long i = 0; i < n; i++)
        kb_buf_z(&text, behind);
    ask(a, kb_buf_view(&text));
    kb_buf_free(&text);
}

static void take_line(struct asker *a, struct kb_str line) {
    if (kb_str_starts(line, KB_STR(">")))
        return;
    kb_buf_str(a->out, line);
    kb_buf_char(a->out, '\n');
    if (take(&line, "languages "))
        set_languages(a, line);
    else if (take(&line, "now "))
        a->now =
            kb_days_from_date(atoi(line.p), atoi(line.p + 5), atoi(line.p + 8)) * 86400 +
            43200;
    else if (take(&line, "deep "))
        repeat(a, strtol(line.p, NULL, 10), "(", "word", ")");
    else if (take(&line, "many "))
        repeat(a, strtol(line.p, NULL, 10), "word ", "", "");
    else if (take(&line, "? ") || take(&line, "?"))
        ask(a, line);
    else if (line.n && line.p[0] != '#' && !kb_str_starts(line, KB_STR("==")))
        kb_case_fail(a->c, "what is this line? %.*s", (int)line.n, line.p);
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.query");
    struct kb_buf out;
    struct asker a = {.c = c, .out = &out, .now = 1772438400};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(&a, kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "query", kb_buf_view(&out));
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_query = {"query", run};
