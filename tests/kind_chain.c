/* Kind `chain`: who has what from whom.
 *
 *   wire=yes   the pages of examples/wire, story by story as stories.want there has them;
 *              all=yes: all pages at once, which must change nothing.  Every edge and gap
 *              of stories.want must come out, and no other.
 *
 * Leaves chain: lines as in stories.want, `edge = article | rel | article` and
 * `gap = article | rel | name`, without what came with a text (carried). */
#include "runner.h"
#include "story/story.h"

#include <stdio.h>

#define FOLDER "../../../examples/wire/"

enum { MOST = 60, PATH = 300 };

struct page {
    struct kb_str name, story, want;
    kabar_article *article;
    int64_t seen;
};

struct wire {
    struct kb_case *c;
    struct kb_str wanted; /* stories.want */
    struct page pages[MOST];
    size_t count;
    struct kb_lexicon *lexicon;
    kabar_reader *reader;
    struct kb_buf out;
};

static struct kb_str cut(struct kb_str *rest, char mark) {
    size_t at = kb_str_find_byte(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + 1, rest->n);
    return out;
}

/* The value of the first line `key = …`. */
static struct kb_str value_of(struct kb_str lines, const char *key) {
    while (lines.n) {
        struct kb_str line = cut(&lines, '\n');
        if (kb_str_equal(cut(&line, '='), kb_str_z(key)))
            return kb_str_trim(line);
    }
    return KB_STR_NONE;
}

/* Seconds since 1970 of "2026-03-03T08:12:00+01:00". */
static int64_t moment(struct kb_str s) {
    char copy[40] = "";
    int y, mo, d, h, mi, oh = 0, om = 0;
    char sign = 'Z';
    if (s.n < sizeof copy && s.n)
        memcpy(copy, s.p, s.n);
    if (sscanf(copy, "%d-%d-%dT%d:%d:%*d%c%d:%d", &y, &mo, &d, &h, &mi, &sign, &oh, &om) <
        5)
        return 0;
    int64_t offset = ((int64_t)oh * 60 + om) * (sign == '-' ? -60 : 60);
    return ((kb_days_from_date(y, mo, d) * 24 + h) * 60 + mi) * 60 - offset;
}

/* ---- pages ------------------------------------------------------------------------- */

static void add_page(struct wire *w, struct kb_str story, struct kb_str name) {
    char path[PATH], url[1024];
    kabar_error error;
    struct page *p = &w->pages[w->count];
    snprintf(path, sizeof path, FOLDER "%.*s", (int)name.n, name.p);
    struct kb_str bytes = kb_case_file(w->c, path);
    snprintf(strrchr(path, '.'), 8, ".want");
    *p = (struct page){.name = name, .story = story, .want = kb_case_file(w->c, path)};
    struct kb_str address = value_of(p->want, "url");
    snprintf(url, sizeof url, "%.*s", (int)address.n, address.n ? address.p : "");
    struct kb_str time = value_of(p->want, "modified");
    p->seen = moment(time.n ? time : value_of(p->want, "published"));
    const kabar_page page = {.size = sizeof page, .url = url};
    if (kabar_read(w->reader, bytes.p, bytes.n, &page, &p->article, &error) != KABAR_OK)
        kb_case_fail(w->c, "%.*s: %s", (int)name.n, name.p, error.message);
    else
        w->count++;
}

/* Lines "story = name | page" and "maybe = name | page". */
static void add_pages(struct wire *w) {
    struct kb_str rest = w->wanted;
    while (rest.n && w->count < MOST) {
        struct kb_str line = cut(&rest, '\n'), key = cut(&line, '=');
        if (!kb_str_equal(key, KB_STR("story")) && !kb_str_equal(key, KB_STR("maybe")))
            continue;
        struct kb_str story = cut(&line, '|');
        add_page(w, story, kb_str_trim(line));
    }
}

/* ---- what is wanted ---------------------------------------------------------------- */

static struct kb_str whole_name(const struct kb_lexicon *lexicon, struct kb_str name) {
    struct kb_name_hit hit;
    if (kb_name_at(lexicon, name, kb_text_next_word(name, 0), "", &hit) &&
        kb_text_next_word(name, hit.end) >= name.n)
        return hit.name->name;
    return name;
}

/* A line that came out is wanted; names of agencies may be spelled in any language. */
static bool is_line(const struct wire *w, struct kb_str have, struct kb_str want) {
    for (int i = 0; i < 2; i++)
        if (!kb_str_equal(cut(&have, '|'), cut(&want, '|')))
            return false;
    return kb_str_equal(whole_name(w->lexicon, kb_str_trim(have)),
                        whole_name(w->lexicon, kb_str_trim(want)));
}

static bool has_line(const struct wire *w, struct kb_str lines, struct kb_str line) {
    struct kb_str mine = line, key = cut(&mine, '=');
    while (lines.n) {
        struct kb_str other = cut(&lines, '\n');
        if (kb_str_equal(cut(&other, '='), key) && is_line(w, other, mine))
            return true;
    }
    return false;
}

/* Edges and gaps of one list that the other does not have. */
static void tell_missing(struct wire *w, struct kb_str lines, struct kb_str others,
                         const char *what) {
    while (lines.n) {
        struct kb_str line = cut(&lines, '\n'), rest = line, key = cut(&rest, '=');
        bool counts =
            kb_str_equal(key, KB_STR("edge")) || kb_str_equal(key, KB_STR("gap"));
        if (counts && !has_line(w, others, line))
            kb_case_fail(w->c, "%s: %.*s", what, (int)line.n, line.p);
    }
}

/* ---- chains ------------------------------------------------------------------------ */

static void put_edges(struct wire *w, const struct kb_chain *chain,
                      const size_t *inputs) {
    for (size_t i = 0; i < chain->edge_count; i++) {
        const struct kb_chain_edge *e = &chain->edges[i];
        struct kb_str from = w->pages[inputs[chain->articles[e->from].input]].name;
        if (e->carried)
            continue;
        kb_buf_z(&w->out, e->to == KB_CHAIN_NONE ? "gap = " : "edge = ");
        kb_buf_str(&w->out, from);
        kb_buf_printf(&w->out, " | %s | ", kb_chain_rel_name(e->rel));
        kb_buf_str(&w->out, e->to == KB_CHAIN_NONE
                                ? e->name
                                : w->pages[inputs[chain->articles[e->to].input]].name);
        kb_buf_char(&w->out, '\n');
    }
}

static void build(struct wire *w, struct kb_str story) {
    struct kb_chain_input inputs[MOST];
    size_t numbers[MOST], count = 0;
    struct kb_arena arena;
    struct kb_chain chain;
    struct kb_err err = {.text = ""};
    for (size_t i = 0; i < w->count; i++) {
        const struct page *p = &w->pages[i];
        if (story.n && !kb_str_equal(p->story, story))
            continue;
        numbers[count] = i;
        inputs[count++] = (struct kb_chain_input){.article = kb_article_of(p->article),
                                                  .seen = p->seen};
    }
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_chain_build(&arena, w->lexicon, inputs, count, &chain, &err) != KB_OK)
        kb_case_fail(w->c, "%s", err.text);
    put_edges(w, &chain, numbers);
    kb_arena_free(&arena);
}

/* The first page of its story. */
static bool is_first(const struct wire *w, size_t page) {
    for (size_t i = 0; i < page; i++)
        if (kb_str_equal(w->pages[i].story, w->pages[page].story))
            return false;
    return true;
}

static void run_wire(struct kb_case *c) {
    static struct wire w;
    kabar_error error;
    struct kb_err err = {.text = ""};
    w = (struct wire){.c = c, .wanted = kb_case_file(c, FOLDER "stories.want")};
    kb_buf_init(&w.out, (size_t)1 << 20);
    if (kabar_reader_new(NULL, &w.reader, &error) == KABAR_OK &&
        kb_lexicon_new(NULL, &w.lexicon, &err) == KB_OK) {
        add_pages(&w);
        if (kb_case_option(c, "all"))
            build(&w, KB_STR_NONE);
        for (size_t i = 0; i < w.count && !kb_case_option(c, "all"); i++)
            if (is_first(&w, i))
                build(&w, w.pages[i].story);
        tell_missing(&w, w.wanted, kb_buf_view(&w.out), "missing");
        tell_missing(&w, kb_buf_view(&w.out), w.wanted, "not wanted");
    } else {
        kb_case_fail(c, "no reader or no lexicon");
    }
    kb_case_output(c, "chain", kb_buf_view(&w.out));
    for (size_t i = 0; i < w.count; i++)
        kabar_article_free(w.pages[i].article);
    kb_buf_free(&w.out);
    kb_lexicon_free(w.lexicon);
    kabar_reader_free(w.reader);
}

static void run(struct kb_case *c) {
    if (kb_case_option(c, "wire"))
        run_wire(c);
    else
        kb_case_fail(c, "options: wire=yes");
}

const struct kb_test_kind kb_kind_chain = {"chain", run};
