/* Kind `datelines`: heads of paragraphs as agencies and papers print them.
 *
 * Enters lines: "rest = sentence" sets what follows the heads below it; a line
 * "head => kind | place | date | agency" is a paragraph of that head and the rest: kind
 * is dateline, desk_tag or text, where nothing may be cut off and the rest is not
 * appended.  "? " before a line: it falls short today, and fails when it no longer does.
 * Leaves count: how many lines there are. */
#include "article/article.h"
#include "page/page.h"
#include "runner.h"

#include <stdio.h>

enum { LONGEST = 1000 };

static struct kb_str cut(struct kb_str *rest, struct kb_str mark) {
    size_t at = kb_str_find(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + mark.n, rest->n);
    return out;
}

struct bench {
    struct kb_case *c;
    const struct kb_lexicon *lexicon;
    struct kb_str rest;
    size_t count, short_of;
};

/* The table's name for an agency as it is printed. */
static struct kb_str canonical(const struct bench *b, struct kb_str name) {
    struct kb_name_hit hit;
    if (name.n && kb_name_at(b->lexicon, name, kb_text_next_word(name, 0), "", &hit))
        return hit.name->name;
    return name;
}

static void tell(struct kb_buf *out, const struct bench *b, enum kb_removed_kind kind,
                 struct kb_str tag) {
    struct kb_page_result result = {0};
    struct kb_article a = {0};
    struct kb_removed removed = {kind, tag};
    kb_buf_z(out, kind == KB_REMOVED_NONE ? "text" : kb_removed_name(kind));
    if (kind != KB_REMOVED_DATELINE)
        return;
    kb_arena_init(&a.arena, (size_t)1 << 20);
    a.content_text = KB_STR("x");
    a.removed = &removed;
    a.removed_count = 1;
    kb_article_find_sources(&a, &result, b->lexicon);
    struct kb_str parts[] = {a.dateline.place, a.dateline.date,
                             canonical(b, a.dateline.agency)};
    for (size_t i = 0; i < KB_COUNT(parts); i++) {
        kb_buf_z(out, " | ");
        kb_buf_str(out, parts[i]);
    }
    kb_arena_free(&a.arena);
}

/* "dateline | BERLIN | | dpa" as tell prints it. */
static void wanted(struct kb_buf *out, const struct bench *b, struct kb_str want) {
    struct kb_str kind = cut(&want, KB_STR("|"));
    bool dateline = kb_str_equal(kind, KB_STR("dateline"));
    kb_buf_str(out, kind);
    for (int i = 0; dateline && i < 3; i++) {
        struct kb_str part = cut(&want, KB_STR("|"));
        kb_buf_z(out, " | ");
        kb_buf_str(out, i == 2 ? canonical(b, part) : part);
    }
}

static void try_line(struct bench *b, struct kb_str line) {
    char paragraph[LONGEST];
    struct kb_buf want, have;
    bool falls_short = kb_str_starts(line, KB_STR("? "));
    struct kb_str right = kb_str_slice(line, falls_short ? 2 : 0, line.n);
    struct kb_str head = cut(&right, KB_STR("=>"));
    right = kb_str_trim(right);
    bool is_text = kb_str_equal(right, KB_STR("text"));
    int n = snprintf(paragraph, sizeof paragraph, "%.*s%s%.*s", (int)head.n, head.p,
                     is_text ? "" : " ", is_text ? 0 : (int)b->rest.n,
                     b->rest.n ? b->rest.p : "");
    struct kb_str all = {paragraph, n > 0 && n < LONGEST ? (size_t)n : 0};
    enum kb_removed_kind kind = KB_REMOVED_NONE;
    size_t tag = kb_page_lead_tag(b->lexicon, all, &kind);
    kb_buf_init(&want, LONGEST);
    kb_buf_init(&have, LONGEST);
    wanted(&want, b, right);
    tell(&have, b, kind, kb_str_trim(kb_str_slice(all, 0, tag)));
    bool right_length = is_text ? !tag : tag == head.n + 1;
    bool same = right_length && kb_str_equal(kb_buf_view(&want), kb_buf_view(&have));
    b->count++;
    b->short_of += falls_short;
    if (same && falls_short)
        kb_case_fail(b->c, "no longer falls short: %.*s", (int)line.n, line.p);
    else if (!same && !falls_short)
        kb_case_fail(b->c, "%.*s%s\n      %.*s", (int)line.n, line.p,
                     right_length ? "" : "  (another length)", (int)have.n, have.p);
    kb_buf_free(&want);
    kb_buf_free(&have);
}

static void run(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err = {0};
    struct kb_str lines = kb_case_file(c, "lines");
    char count[64];
    if (!lines.p || kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", lines.p ? err.text : "the file `lines` is missing");
        return;
    }
    struct bench b = {.c = c, .lexicon = lexicon};
    while (lines.n) {
        struct kb_str line = cut(&lines, KB_STR("\n")), value = line;
        if (!line.n || line.p[0] == '#')
            continue;
        if (kb_str_equal(cut(&value, KB_STR("=")), KB_STR("rest")))
            b.rest = kb_str_trim(value);
        else
            try_line(&b, line);
    }
    if (b.short_of) {
        printf("known %s: %zu lines fall short\n", kb_case_name(c), b.short_of);
        fflush(stdout);
    }
    snprintf(count, sizeof count, "%zu lines\n", b.count);
    kb_case_output(c, "count", kb_str_z(count));
    kb_lexicon_free(lexicon);
}

const struct kb_test_kind kb_kind_datelines = {"datelines", run};
