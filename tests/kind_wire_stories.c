/* Kind `wire_stories`: the stories that examples/wire/stories.want asks for, in one order
 * of the pages' coming: options has order=0 for that of their publication, another number
 * for one that is drawn by it.
 *
 * The output "faults" is empty where all is right; else a line for each page that stands
 * apart from its story's largest part, one for each that stands with pages of another
 * story, and one for each `apart` line that is not kept. */
#include "runner.h"
#include "story/story.h"

#include <kabar.h>
#include <stdio.h>
#include <stdlib.h>

#define FOLDER "../../../examples/wire/"

enum { MOST = 64 };

struct page {
    struct kb_str name, wanted; /* its story; empty where it may stand alone */
    kabar_article *article;
    int64_t time;
    uint64_t draw; /* its place in the order */
    uint64_t story;
};

struct wire {
    struct kb_case *c;
    struct kb_buf out;
    struct page pages[MOST];
    size_t count;
};

static struct kb_str cut(struct kb_str *rest, char mark) {
    size_t at = kb_str_find_byte(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + 1, rest->n);
    return out;
}

static struct kb_str get(const struct page *p, kabar_field field) {
    kabar_text t = kabar_get(p->article, field);
    return (struct kb_str){t.data, t.size};
}

/* ---- pages ------------------------------------------------------------------------- */

static void add_page(struct wire *w, kabar_reader *reader, struct kb_str story,
                     struct kb_str name, uint64_t order) {
    struct page *p = &w->pages[w->count];
    kabar_error error;
    char path[256];
    snprintf(path, sizeof path, FOLDER "%.*s", (int)name.n, name.p);
    struct kb_str bytes = kb_case_file(w->c, path);
    *p = (struct page){.name = name, .wanted = story};
    if (kabar_read(reader, bytes.p, bytes.n, NULL, &p->article, &error) != KABAR_OK) {
        kb_case_fail(w->c, "%.*s: %s", (int)name.n, name.p, error.message);
        return;
    }
    if (!kb_date_seconds(get(p, KABAR_DATE_PUBLISHED), &p->time))
        p->time = 0;
    p->draw = order ? kb_hash(name.p, name.n, order) : (uint64_t)p->time;
    w->count++;
}

static void add_pages(struct wire *w, kabar_reader *reader, struct kb_str wanted,
                      uint64_t order) {
    while (wanted.n && w->count < MOST) {
        struct kb_str line = cut(&wanted, '\n'), key = cut(&line, '=');
        bool maybe = kb_str_equal(key, KB_STR("maybe"));
        if (!maybe && !kb_str_equal(key, KB_STR("story")))
            continue;
        struct kb_str story = cut(&line, '|');
        add_page(w, reader, maybe ? KB_STR_NONE : story, kb_str_trim(line), order);
    }
}

static int by_draw(const void *a, const void *b) {
    const struct page *x = a, *y = b;
    return x->draw < y->draw ? -1 : x->draw > y->draw;
}

/* The pages that came so far stand in one story where they stood in two. */
static enum kb_status merge(struct wire *w, size_t count, struct kb_grouper *grouper,
                            const struct kb_decision *d, struct kb_err *err) {
    uint64_t older = d->story < d->same ? d->story : d->same;
    for (size_t i = 0; i < count; i++) {
        if (w->pages[i].story == d->story || w->pages[i].story == d->same)
            w->pages[i].story = older;
    }
    return kb_grouper_merge(grouper, d->story, d->same, err);
}

static void group(struct wire *w) {
    struct kb_printer *printer = NULL;
    struct kb_grouper *grouper = NULL;
    struct kb_err err = {.text = ""};
    struct kb_fingerprint print;
    struct kb_decision decision;
    struct kb_arena arena;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_printer_new(&printer, &err);
    if (status == KB_OK)
        status = kb_grouper_new(&grouper, &err);
    for (size_t i = 0; status == KB_OK && i < w->count; i++) {
        struct page *p = &w->pages[i];
        kb_arena_reset(&arena);
        status =
            kb_fingerprint_take(printer, &arena, get(p, KABAR_TITLE), get(p, KABAR_TEXT),
                                get(p, KABAR_LANGUAGE), &print, &err);
        if (status == KB_OK)
            status = kb_grouper_add(grouper, &print, p->time, &decision, &err);
        p->story = decision.story;
        if (status == KB_OK && decision.same != KB_NO_STORY)
            status = merge(w, i + 1, grouper, &decision, &err);
    }
    if (status != KB_OK)
        kb_case_fail(w->c, "%s", err.text);
    kb_grouper_free(grouper);
    kb_printer_free(printer);
    kb_arena_free(&arena);
}

/* ---- what is wanted ---------------------------------------------------------------- */

/* Pages of that story among those that are wanted together. */
static size_t together(const struct wire *w, struct kb_str wanted, uint64_t story) {
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++)
        n += w->pages[i].story == story && kb_str_equal(w->pages[i].wanted, wanted);
    return n;
}

static void check_page(struct wire *w, const struct page *p) {
    const struct page *main = p, *stranger = NULL;
    for (size_t i = 0; i < w->count; i++) {
        const struct page *other = &w->pages[i];
        if (kb_str_equal(other->wanted, p->wanted) &&
            together(w, p->wanted, other->story) > together(w, p->wanted, main->story))
            main = other;
        if (other->wanted.n && other->story == p->story &&
            !kb_str_equal(other->wanted, p->wanted))
            stranger = other;
    }
    if (main->story != p->story)
        kb_buf_printf(&w->out, "%.*s stands apart from %.*s\n", (int)p->name.n, p->name.p,
                      (int)p->wanted.n, p->wanted.p);
    if (stranger)
        kb_buf_printf(&w->out, "%.*s stands with %.*s\n", (int)p->name.n, p->name.p,
                      (int)stranger->wanted.n, stranger->wanted.p);
}

static const struct page *find(const struct wire *w, struct kb_str name) {
    for (size_t i = 0; i < w->count; i++) {
        if (kb_str_equal(w->pages[i].name, name))
            return &w->pages[i];
    }
    kb_case_fail(w->c, "no story has the page %.*s", (int)name.n, name.p);
    return NULL;
}

static void check(struct wire *w, struct kb_str wanted) {
    for (size_t i = 0; i < w->count; i++) {
        if (w->pages[i].wanted.n)
            check_page(w, &w->pages[i]);
    }
    while (wanted.n) {
        struct kb_str line = cut(&wanted, '\n');
        if (!kb_str_equal(cut(&line, '='), KB_STR("apart")))
            continue;
        const struct page *a = find(w, cut(&line, '|')), *b = find(w, kb_str_trim(line));
        if (a && b && a->story == b->story)
            kb_buf_printf(&w->out, "%.*s is not apart from %.*s\n", (int)a->name.n,
                          a->name.p, (int)b->name.n, b->name.p);
    }
}

static void run(struct kb_case *c) {
    struct wire w = {.c = c};
    kabar_reader *reader = NULL;
    kabar_error error;
    struct kb_str wanted = kb_case_file(c, FOLDER "stories.want");
    const char *order = kb_case_option(c, "order");
    kb_buf_init(&w.out, KB_LIMIT_OUTPUT_BYTES);
    if (!order || !wanted.n)
        kb_case_fail(c, "wants an option order=N, and " FOLDER "stories.want");
    else if (kabar_reader_new(NULL, &reader, &error) != KABAR_OK)
        kb_case_fail(c, "%s", error.message);
    else
        add_pages(&w, reader, wanted, strtoull(order, NULL, 10));
    qsort(w.pages, w.count, sizeof w.pages[0], by_draw);
    group(&w);
    check(&w, wanted);
    kb_case_output(c, "faults", kb_buf_view(&w.out));
    for (size_t i = 0; i < w.count; i++)
        kabar_article_free(w.pages[i].article);
    kabar_reader_free(reader);
    kb_buf_free(&w.out);
}

const struct kb_test_kind kb_kind_wire_stories = {"wire_stories", run};
