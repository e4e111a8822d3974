/* Kind `chain`: who has what from whom.
 *
 *   wire=yes   the pages of examples/wire, story by story as stories.want there has them;
 *              all=yes: all pages at once, which must change nothing.  Every edge and gap
 *              of stories.want must come out, and no other.
 *
 *   otherwise  input.jsonl: lines `seen | a guest's story or nothing | record`; > before
 *              the story: for what it has from these alone; # for comments.
 *
 * Leaves chain: lines as in stories.want, `edge = article | rel | article` and
 * `gap = article | rel | name`, without what came with a text (carried); reports: a line
 * each, its articles and its origin; own: what each added (+) and left out (-); first;
 * text, json, html, dot: the printed chain. */
#include "runner.h"
#include "story/story.h"

#include <stdio.h>

#define FOLDER "../../../examples/wire/"

enum { MOST = 60, PATH = 300, RECORDS = 200 };

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
    struct kb_buf out, reports, text;
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

static void put_edges(struct kb_buf *out, const struct kb_chain *chain,
                      const struct kb_str *names) {
    for (size_t i = 0; i < chain->edge_count; i++) {
        const struct kb_chain_edge *e = &chain->edges[i];
        if (e->carried)
            continue;
        kb_buf_z(out, e->to == KB_CHAIN_NONE ? "gap = " : "edge = ");
        kb_buf_str(out, names[chain->articles[e->from].input]);
        kb_buf_printf(out, " | %s | ", kb_rel_name(e->rel));
        kb_buf_str(out, e->to == KB_CHAIN_NONE ? e->name
                                               : names[chain->articles[e->to].input]);
        kb_buf_char(out, '\n');
    }
}

static void put_reports(struct kb_buf *out, const struct kb_chain *chain,
                        const struct kb_str *names) {
    for (size_t i = 0; i < chain->report_count; i++) {
        const struct kb_chain_report *r = &chain->reports[i];
        for (size_t k = 0; k < r->article_count; k++) {
            kb_buf_z(out, k ? " " : "");
            kb_buf_str(out, names[chain->articles[r->articles[k]].input]);
        }
        kb_buf_z(out, " | ");
        kb_buf_str(out, r->origin == KB_CHAIN_NONE
                            ? r->origin_name
                            : names[chain->articles[r->origin].input]);
        kb_buf_z(out, r->origin == KB_CHAIN_NONE ? " (not here)\n" : "\n");
    }
}

static void build(struct wire *w, struct kb_str story) {
    struct kb_chain_input inputs[MOST];
    struct kb_str names[MOST];
    size_t count = 0;
    struct kb_arena arena;
    struct kb_chain chain;
    struct kb_err err = {.text = ""};
    for (size_t i = 0; i < w->count; i++) {
        const struct page *p = &w->pages[i];
        if (story.n && !kb_str_equal(p->story, story))
            continue;
        names[count] = p->name;
        inputs[count++] = (struct kb_chain_input){.article = kb_article_of(p->article),
                                                  .seen = p->seen};
    }
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_chain_build(&arena, w->lexicon, inputs, count, &chain, &err) != KB_OK)
        kb_case_fail(w->c, "%s", err.text);
    put_edges(&w->out, &chain, names);
    put_reports(&w->reports, &chain, names);
    kb_chain_print_text(&chain, 90, false, &w->text);
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
    kb_buf_init(&w.reports, (size_t)1 << 20);
    kb_buf_init(&w.text, (size_t)1 << 20);
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
    kb_case_output(c, "reports", kb_buf_view(&w.reports));
    kb_case_output(c, "text", kb_buf_view(&w.text));
    for (size_t i = 0; i < w.count; i++)
        kabar_article_free(w.pages[i].article);
    kb_buf_free(&w.text);
    kb_buf_free(&w.reports);
    kb_buf_free(&w.out);
    kb_lexicon_free(w.lexicon);
    kabar_reader_free(w.reader);
}

/* ---- records ----------------------------------------------------------------------- */

struct records {
    struct kb_case *c;
    struct kb_article articles[RECORDS];
    struct kb_chain_input inputs[RECORDS];
    struct kb_str names[RECORDS];
    size_t count;
};

/* One line: "seen | a guest's story or empty | record". */
static void add_record(struct records *r, struct kb_loader *loader, struct kb_str line) {
    struct kb_err err = {.text = ""};
    struct kb_str seen = cut(&line, '|'), guest = cut(&line, '|');
    struct kb_article *a = &r->articles[r->count];
    kb_arena_init(&a->arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_article_load(loader, kb_str_trim(line), a, &err) != KB_OK) {
        kb_case_fail(r->c, "%s", err.text);
        kb_arena_free(&a->arena);
        return;
    }
    r->names[r->count] = a->id;
    bool taker = guest.n && guest.p[0] == '>';
    r->inputs[r->count++] =
        (struct kb_chain_input){.article = a,
                                .seen = moment(seen),
                                .guest = guest.n > 0,
                                .taker = taker,
                                .story = kb_str_slice(guest, taker, guest.n)};
}

/* "c: + 12-40 "…"" for what an article added, "c: - 0-30 of a" for what it left out. */
static void put_own(struct kb_buf *out, const struct kb_chain *chain,
                    const struct kb_str *names) {
    for (size_t i = 0; i < chain->article_count; i++) {
        const struct kb_chain_article *a = &chain->articles[i];
        for (size_t k = 0; k < a->added_count; k++) {
            kb_buf_str(out, names[a->input]);
            kb_buf_z(out, " + ");
            kb_buf_str(out, kb_str_slice(a->article->content_text, a->added[k].from,
                                         a->added[k].to));
            kb_buf_char(out, '\n');
        }
        for (size_t k = 0; k < a->left_out_count; k++) {
            const struct kb_chain_article *whole = &chain->articles[a->against];
            kb_buf_str(out, names[a->input]);
            kb_buf_z(out, " - ");
            kb_buf_str(out, kb_str_slice(whole->article->content_text,
                                         a->left_out[k].from, a->left_out[k].to));
            kb_buf_char(out, '\n');
        }
    }
}

static void give(struct kb_case *c, const char *name, struct kb_buf *out) {
    kb_case_output(c, name, kb_buf_view(out));
    kb_buf_clear(out);
}

static void print_all(struct records *r, const struct kb_chain *chain) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    put_edges(&out, chain, r->names);
    give(r->c, "chain", &out);
    put_reports(&out, chain, r->names);
    give(r->c, "reports", &out);
    put_own(&out, chain, r->names);
    give(r->c, "own", &out);
    if (chain->first_seen != KB_CHAIN_NONE && chain->first_claimed != KB_CHAIN_NONE) {
        kb_buf_str(&out, r->names[chain->articles[chain->first_seen].input]);
        kb_buf_z(&out, " seen, ");
        kb_buf_str(&out, r->names[chain->articles[chain->first_claimed].input]);
        kb_buf_z(&out, " claimed\n");
    }
    give(r->c, "first", &out);
    kb_chain_print_text(chain, 80, kb_case_option(r->c, "color") != NULL, &out);
    give(r->c, "text", &out);
    kb_chain_print_json(chain, 2, &out);
    give(r->c, "json", &out);
    kb_chain_print_html(chain, &out);
    give(r->c, "html", &out);
    kb_chain_print_dot(chain, &out);
    give(r->c, "dot", &out);
    kb_buf_free(&out);
}

static void run_records(struct kb_case *c) {
    static struct records r;
    struct kb_lexicon *lexicon = NULL;
    struct kb_loader *loader = NULL;
    struct kb_arena arena;
    struct kb_chain chain;
    struct kb_err err = {.text = ""};
    struct kb_str lines = kb_case_file(c, "input.jsonl");
    r = (struct records){.c = c};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK ||
        kb_loader_new(&loader, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    while (loader && lines.n && r.count < RECORDS) {
        struct kb_str line = cut(&lines, '\n');
        if (line.n && line.p[0] != '#')
            add_record(&r, loader, line);
    }
    if (kb_chain_build(&arena, lexicon, r.inputs, r.count, &chain, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    print_all(&r, &chain);
    for (size_t i = 0; i < r.count; i++)
        kb_arena_free(&r.articles[i].arena);
    kb_arena_free(&arena);
    kb_loader_free(loader);
    kb_lexicon_free(lexicon);
}

static void run(struct kb_case *c) {
    if (kb_case_option(c, "wire"))
        run_wire(c);
    else
        run_records(c);
}

const struct kb_test_kind kb_kind_chain = {"chain", run};
