/* Kind `rules`: rules, and articles that they are applied to.
 *
 *   rules      a file of rules → rules: the same as kabar writes it, or error: why it is
 *              refused.  What is written must read as the same rules.
 *   articles   articles → effects: for each the rules that matched, the words that made
 *              them, and behind "=" what is to be done.  An article begins with
 *              "== title" and has lines "key: value": text (again for more of it),
 *              summary, author, byline, outlet, domain, language, published, role, tag,
 *              section, url, canonical, feed, feed-title, folder; source: NAME | KIND |
 *              REL | URL; dateline (an agency); times: N TEXT (N times this behind the
 *              text).  "with KEY: VALUE" before the first article holds for all.  `now`
 *              is 2026-03-02T08:00Z.
 *   records    records as kabar prints them, one a line → effects, as above
 *   wrong      rules that are wrong, a line each → errors: the line, and why
 *   docs=FILE  an option: what stands in the blocks of docs/rules.md.  ```rules are read;
 *              ```example has rules, articles, and for each the line behind "=";
 *              ```wrong has rules and, below each, why it is refused. */
#include "runner.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 40 };

static const int64_t now = 1772438400; /* 2026-03-02T08:00Z */

struct bench {
    struct kb_case *c;
    struct kb_lexicon *lexicon;
    struct kb_rules *rules;
    struct kb_buf out;
};

/* An article that is gathered from its lines. */
struct draft {
    struct kb_article a;
    struct kb_rule_origin origin;
    struct kb_author authors[ITEMS];
    struct kb_str tags[ITEMS];
    struct kb_source sources[ITEMS];
    struct kb_buf text;
};

static struct kb_str cut(struct kb_str *rest, const char *mark) {
    size_t at = kb_str_find(*rest, kb_str_z(mark));
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE
                               : kb_str_slice(*rest, at + strlen(mark), rest->n);
    return out;
}

/* ---- articles ---------------------------------------------------------------------- */

static struct kb_source source(struct kb_str line) {
    struct kb_source s = {.name = cut(&line, "|")};
    struct kb_str kind = cut(&line, "|"), rel = cut(&line, "|");
    while (s.kind + 1 < KB_SOURCE_KIND_COUNT &&
           !kb_str_equal(kind, kb_str_z(kb_source_kind_name(s.kind))))
        s.kind++;
    while (s.rel + 1 < KB_REL_OF_PAGES &&
           !kb_str_equal(rel, kb_str_z(kb_rel_name(s.rel))))
        s.rel++;
    s.url = kb_str_trim(line);
    return s;
}

static bool put_string(struct draft *d, struct kb_str key, struct kb_str value) {
    struct kb_article *a = &d->a;
    const struct {
        const char *key;
        struct kb_str *to;
    } strings[] = {{"title", &a->title},
                   {"summary", &a->summary},
                   {"byline", &a->byline},
                   {"outlet", &a->publisher},
                   {"domain", &a->publisher_domain},
                   {"language", &a->language},
                   {"published", &a->date_published},
                   {"section", &a->section},
                   {"url", &a->url},
                   {"canonical", &a->canonical_url},
                   {"dateline", &a->dateline.agency},
                   {"feed", &d->origin.feed_url},
                   {"feed-title", &d->origin.feed_title},
                   {"folder", &d->origin.folder}};
    for (size_t i = 0; i < KB_COUNT(strings); i++) {
        if (kb_str_equal(key, kb_str_z(strings[i].key))) {
            *strings[i].to = value;
            return true;
        }
    }
    return false;
}

static bool put(struct draft *d, struct kb_str key, struct kb_str value) {
    struct kb_article *a = &d->a;
    struct kb_provenance *p = &a->provenance;
    if (put_string(d, key, value))
        return true;
    if (kb_str_equal(key, KB_STR("text"))) {
        kb_buf_str(&d->text, value);
        kb_buf_char(&d->text, '\n');
    } else if (kb_str_equal(key, KB_STR("times"))) {
        struct kb_str number = cut(&value, " ");
        for (long n = strtol(number.p, NULL, 10); n > 0; n--)
            kb_buf_str(&d->text, value);
    } else if (kb_str_equal(key, KB_STR("author")) && a->author_count < ITEMS) {
        d->authors[a->author_count++].name = value;
    } else if (kb_str_equal(key, KB_STR("tag")) && a->tag_count < ITEMS) {
        d->tags[a->tag_count++] = value;
    } else if (kb_str_equal(key, KB_STR("source")) && p->source_count < ITEMS) {
        d->sources[p->source_count++] = source(value);
    } else if (kb_str_equal(key, KB_STR("role")) && p->role_count < KB_ROLES_MOST) {
        enum kb_role role = 0;
        while (role < KB_ROLE_COUNT && !kb_str_equal(value, kb_str_z(kb_role_name(role))))
            role++;
        p->roles[p->role_count++] = role;
        return role < KB_ROLE_COUNT;
    } else {
        return false;
    }
    return true;
}

static void print_effect(struct bench *b, const struct kb_rule_effect *e) {
    const char *before = "= ";
    for (size_t i = 0; i < e->hit_count; i++) {
        kb_buf_printf(&b->out, "%zu  ", e->hits[i].rule + 1);
        kb_rule_print(b->rules, e->hits[i].rule, &b->out);
        kb_buf_char(&b->out, '\n');
        for (size_t k = 0; k < e->hits[i].word_count; k++) {
            const struct kb_rule_words *w = &e->hits[i].words[k];
            kb_buf_printf(&b->out, "   %s: %.*s\n", kb_rule_field_name(w->field),
                          (int)kb_str_cut(w->words, 60).n, w->words.p);
        }
    }
    for (size_t i = 0; i < e->fault_count; i++)
        kb_buf_printf(&b->out, "!  %zu: %s\n", e->faults[i].rule + 1, e->faults[i].what);
    if (e->cut)
        kb_buf_z(&b->out, "!  the end of the text was not seen\n");
    for (size_t i = 0; i < KB_RULE_TAG; i++) {
        if (e->by[i] == KB_NOT_FOUND)
            continue;
        kb_buf_printf(&b->out, "%s%s (%zu)", before,
                      kb_rule_action_name((enum kb_rule_action)i), e->by[i] + 1);
        before = ", ";
    }
    for (size_t i = 0; i < e->tag_count; i++, before = ", ")
        kb_buf_printf(&b->out, "%stag %.*s (%zu)", before, (int)e->tags[i].name.n,
                      e->tags[i].name.p, e->tags[i].rule + 1);
    kb_buf_z(&b->out, before[0] == '=' ? "= nothing\n" : "\n");
}

static void apply(struct bench *b, struct draft *d) {
    struct kb_rule_effect effect;
    struct kb_err err;
    d->a.content_text = kb_buf_view(&d->text);
    d->a.authors = d->authors;
    d->a.tags = d->tags;
    d->a.provenance.sources = d->sources;
    kb_buf_printf(&b->out, "== %.*s\n", (int)d->a.title.n, d->a.title.p);
    if (kb_rules_apply(b->rules, &d->a, &d->origin, &effect, &err) != KB_OK)
        kb_case_fail(b->c, "%s", err.text);
    else
        print_effect(b, &effect);
}

static void run_articles(struct bench *b, struct kb_str rest) {
    static const struct kb_str head = {"== ", 3}, with = {"with ", 5};
    struct draft d, all = {.origin.now = now};
    bool open = false;
    kb_buf_init(&d.text, (size_t)1 << 20);
    for (bool more = true; more;) {
        more = rest.n > 0;
        struct kb_str line = cut(&rest, "\n");
        if ((!more || kb_str_starts(line, head)) && open)
            apply(b, &d);
        if (!line.n || line.p[0] == '#')
            continue;
        struct kb_str value = line, key;
        if (kb_str_starts(line, head)) {
            struct kb_buf text = d.text;
            kb_buf_clear(&text);
            d = all;
            d.text = text;
            d.a.title = kb_str_slice(line, head.n, line.n);
            open = true;
            continue;
        }
        if (kb_str_starts(line, with))
            value = kb_str_slice(line, with.n, line.n);
        key = cut(&value, ":");
        if (!put(open ? &d : &all, key, kb_str_trim(value)))
            kb_case_fail(b->c, "an article has no %.*s", (int)line.n, line.p);
    }
    kb_buf_free(&d.text);
}

/* ---- rules ------------------------------------------------------------------------- */

/* What is written must read as the same rules. */
static void write_rules(struct bench *b) {
    struct kb_rules *again = NULL;
    struct kb_buf once, twice;
    struct kb_err err = {.text = ""};
    kb_buf_init(&once, (size_t)1 << 20);
    kb_buf_init(&twice, (size_t)1 << 20);
    kb_rules_write(b->rules, &once);
    if (kb_rules_new(b->lexicon, &again, &err) != KB_OK ||
        kb_rules_read(again, kb_buf_view(&once), &err) != KB_OK)
        kb_case_fail(b->c, "what was written is refused: %s", err.text);
    else
        kb_rules_write(again, &twice);
    if (!kb_str_equal(kb_buf_view(&once), kb_buf_view(&twice)))
        kb_case_fail(b->c, "what was written reads as other rules:\n%.*s", (int)twice.n,
                     twice.p);
    kb_case_output(b->c, "rules", kb_buf_view(&once));
    kb_rules_free(again);
    kb_buf_free(&twice);
    kb_buf_free(&once);
}

static void run_wrong(struct bench *b, struct kb_str rest) {
    static const struct kb_rule_scope all = {.kind = KB_RULE_FOR_ALL};
    while (rest.n) {
        struct kb_err err = {.text = "taken"};
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_slice(rest, 0, end);
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
        if (line.n && line.p[0] == '#')
            continue;
        if (kb_rules_add(b->rules, line, &all, &err) == KB_OK)
            kb_case_fail(b->c, "taken: %.*s", (int)line.n, line.p);
        kb_buf_str(&b->out, line);
        kb_buf_printf(&b->out, "\n    %s\n", err.text);
    }
}

/* ---- records ----------------------------------------------------------------------- */

static void run_records(struct bench *b, struct kb_str rest) {
    struct kb_loader *loader = NULL;
    struct kb_err err = {.text = ""};
    enum kb_status status = kb_loader_new(&loader, &err);
    while (rest.n && status == KB_OK) {
        const struct kb_rule_origin origin = {.now = now};
        struct kb_rule_effect effect;
        struct kb_article article = {.comment_count = -1};
        kb_arena_init(&article.arena, KB_LIMIT_DOCUMENT_MEMORY);
        status = kb_article_load(loader, cut(&rest, "\n"), &article, &err);
        if (status == KB_OK)
            status = kb_rules_apply(b->rules, &article, &origin, &effect, &err);
        kb_buf_printf(&b->out, "== %.*s\n", (int)article.title.n, article.title.p);
        if (status == KB_OK)
            print_effect(b, &effect);
        kb_arena_free(&article.arena);
    }
    if (status != KB_OK)
        kb_case_fail(b->c, "%s", err.text);
    kb_loader_free(loader);
}

/* ---- what docs/rules.md says ------------------------------------------------------- */

static bool new_rules(struct bench *b) {
    struct kb_err err = {.text = ""};
    kb_rules_free(b->rules);
    if (kb_rules_new(b->lexicon, &b->rules, &err) == KB_OK)
        return true;
    kb_case_fail(b->c, "%s", err.text);
    return false;
}

/* The next line that begins with mark; empty where none is left. */
static struct kb_str next_line(struct kb_str *rest, const char *mark) {
    while (rest->n) {
        struct kb_str line = cut(rest, "\n");
        if (line.n && kb_str_starts(line, kb_str_z(mark)))
            return line;
    }
    return KB_STR_NONE;
}

/* Compares the lines that begin with mark. */
static void compare(struct bench *b, struct kb_str got, struct kb_str want,
                    const char *mark) {
    while (got.n || want.n) {
        struct kb_str a = next_line(&got, mark), w = next_line(&want, mark);
        if (!kb_str_equal(a, w))
            kb_case_fail(b->c, "the document says\n%.*s\nand kabar\n%.*s", (int)w.n,
                         w.n ? w.p : "", (int)a.n, a.n ? a.p : "");
    }
}

static void run_block(struct bench *b, struct kb_str name, struct kb_str block) {
    struct kb_err err = {.text = ""};
    struct kb_buf lines;
    size_t articles = kb_str_find(block, KB_STR("\n== "));
    kb_buf_init(&lines, (size_t)1 << 20);
    kb_buf_clear(&b->out);
    for (struct kb_str rest = block; rest.n;) { /* without what is wanted */
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_slice(rest, 0, end == KB_NOT_FOUND ? end : end + 1);
        rest = kb_str_slice(rest, line.n, rest.n);
        if (!kb_str_starts(line, KB_STR("= ")) && !kb_str_starts(line, KB_STR("    ")))
            kb_buf_str(&lines, line);
    }
    if (kb_str_equal(name, KB_STR("wrong"))) {
        run_wrong(b, kb_buf_view(&lines));
        compare(b, kb_buf_view(&b->out), block, "");
    } else if (kb_rules_read(b->rules, kb_str_slice(block, 0, articles), &err) != KB_OK) {
        kb_case_fail(b->c, "%s: %.*s", err.text, (int)block.n, block.p);
    } else if (articles != KB_NOT_FOUND) {
        run_articles(b, kb_str_slice(kb_buf_view(&lines), articles + 1, lines.n));
        compare(b, kb_buf_view(&b->out), block, "= ");
    }
    kb_buf_free(&lines);
}

static void run_docs(struct bench *b, struct kb_str rest) {
    static const struct kb_str fence = {"```", 3};
    size_t count = 0;
    for (; rest.n; count++) {
        size_t at = kb_str_find(rest, fence);
        rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, at + 3, rest.n);
        struct kb_str name = cut(&rest, "\n");
        size_t end = kb_str_find(rest, fence);
        if (!rest.n || end == KB_NOT_FOUND || !new_rules(b))
            break;
        run_block(b, name, kb_str_slice(rest, 0, end));
        rest = kb_str_slice(rest, end + 4, rest.n);
    }
    kb_buf_clear(&b->out);
    kb_buf_printf(&b->out, "%zu blocks\n", count);
    kb_case_output(b->c, "done", kb_buf_view(&b->out));
}

static void run(struct kb_case *c) {
    struct bench b = {.c = c};
    struct kb_err err = {.text = ""};
    const char *docs = kb_case_option(c, "docs");
    struct kb_str wrong = kb_case_file(c, "wrong");
    kb_buf_init(&b.out, (size_t)1 << 20);
    if (kb_lexicon_new(NULL, &b.lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else if (!new_rules(&b)) {
        kb_case_fail(c, "there are no rules");
    } else if (docs) {
        run_docs(&b, kb_case_file(c, docs));
    } else if (wrong.p) {
        run_wrong(&b, wrong);
        kb_case_output(c, "errors", kb_buf_view(&b.out));
    } else if (kb_rules_read(b.rules, kb_case_file(c, "rules"), &err) != KB_OK) {
        kb_buf_printf(&b.out, "%s\n", err.text);
        kb_case_output(c, "error", kb_buf_view(&b.out));
    } else {
        write_rules(&b);
        run_articles(&b, kb_case_file(c, "articles"));
        run_records(&b, kb_case_file(c, "records"));
        kb_case_output(c, "effects", kb_buf_view(&b.out));
    }
    kb_buf_free(&b.out);
    kb_rules_free(b.rules);
    kb_lexicon_free(b.lexicon);
}

const struct kb_test_kind kb_kind_rules = {"rules", run};
