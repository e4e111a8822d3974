/* Two records of one article → what changed.
 *
 * In: the older and the newer article.  Out: changed fields, and the text's paragraphs,
 * each the same, gone, new, or changed inside, with the words that changed.
 *
 * Paragraphs and words are compared by keys of what a reader reads (changes_words.c), so
 * that white space, punctuation and case are no change to begin with.  Paragraphs that
 * are gone and new at one place are one that changed where they share enough words. */
#include "article/changes_words.h"
#include "article/diff.h"
#include "page/page.h"

enum {
    WINDOW = 8, /* new paragraphs that one that is gone is compared with */
    SCRATCH_BYTES = 512 << 20
};

/* Of the shorter paragraph's words so many stand in the other one: it was changed. */
#define SHARED 0.4

struct comparing {
    struct kb_arena *arena;  /* what leaves */
    struct kb_arena scratch; /* what does not */
    const struct kb_lexicon *lexicon;
    struct kb_changes *out;
    size_t steps, block_cap, number_cap, field_cap;
    enum kb_status status;
};

/* ---- words inside a paragraph ------------------------------------------------------ */

static struct kb_str span(const struct kb_passage *p, size_t from, size_t to) {
    size_t start = from ? p->words[from].start : 0;
    size_t end = to < p->count ? p->words[to].start : p->text.n;
    return kb_str_slice(p->text, start, end);
}

static void diff(struct comparing *c, struct kb_diff *d) {
    d->steps = &c->steps;
    d->gone = kb_arena_zalloc(&c->scratch, d->old_count + 1, 1);
    d->fresh = kb_arena_zalloc(&c->scratch, d->now_count + 1, 1);
    if (d->gone && d->fresh && c->status == KB_OK)
        c->status = kb_diff(d);
}

static const uint64_t *keys_of(struct comparing *c, const struct kb_passage *p) {
    uint64_t *keys = kb_arena_zalloc(&c->scratch, p->count + 1, sizeof *keys);
    for (size_t i = 0; keys && i < p->count; i++)
        keys[i] = p->words[i].key;
    return keys;
}

static void add_number(struct comparing *c, struct kb_str old, struct kb_str now) {
    void *items = c->out->numbers;
    if (!kb_arena_grow(c->arena, &items, c->out->number_count, &c->number_cap,
                       sizeof *c->out->numbers, KB_LIMIT_LIST_ITEMS))
        return;
    c->out->numbers = items;
    c->out->numbers[c->out->number_count++] = (struct kb_change_number){old, now};
}

/* The i-th number that is gone at a place became the i-th that is new there. */
static void pair_numbers(struct comparing *c, const struct kb_passage *old, size_t i,
                         size_t i_end, const struct kb_passage *now, size_t k,
                         size_t k_end) {
    for (;; i++, k++) {
        while (i < i_end && !old->words[i].number)
            i++;
        while (k < k_end && !now->words[k].number)
            k++;
        if (i >= i_end || k >= k_end)
            return;
        add_number(c, kb_passage_word(old, i), kb_passage_word(now, k));
    }
}

static void add_run(struct kb_change_block *block, enum kb_change change,
                    struct kb_str text) {
    if (text.n)
        block->runs[block->run_count++] = (struct kb_change_run){change, text};
}

static void mark_words(struct comparing *c, const struct kb_passage *old,
                       const struct kb_passage *now, struct kb_change_block *block) {
    struct kb_diff d = {.old = keys_of(c, old),
                        .now = keys_of(c, now),
                        .old_count = old->count,
                        .now_count = now->count};
    if (d.old && d.now)
        diff(c, &d);
    block->runs =
        kb_arena_zalloc(c->arena, old->count + now->count + 2, sizeof *block->runs);
    if (!d.old || !d.now || !d.gone || !d.fresh || !block->runs)
        return;
    for (size_t i = 0, k = 0; i < old->count || k < now->count;) {
        size_t i_from = i, k_from = k;
        while (i < old->count && d.gone[i])
            i++;
        while (k < now->count && d.fresh[k])
            k++;
        add_run(block, KB_CHANGE_GONE, i > i_from ? span(old, i_from, i) : KB_STR_NONE);
        add_run(block, KB_CHANGE_NEW, k > k_from ? span(now, k_from, k) : KB_STR_NONE);
        if (!block->cosmetic)
            pair_numbers(c, old, i_from, i, now, k_from, k);
        c->out->words_gone += i - i_from;
        c->out->words_new += k - k_from;
        k_from = k;
        while (i < old->count && k < now->count && !d.gone[i] && !d.fresh[k])
            i++, k++;
        add_run(block, KB_CHANGE_NONE, k > k_from ? span(now, k_from, k) : KB_STR_NONE);
    }
}

/* ---- paragraphs -------------------------------------------------------------------- */

static struct kb_change_block *add_block(struct comparing *c, enum kb_change change,
                                         struct kb_str text) {
    void *items = c->out->blocks;
    if (!kb_arena_grow(c->arena, &items, c->out->block_count, &c->block_cap,
                       sizeof *c->out->blocks, SIZE_MAX))
        return NULL;
    c->out->blocks = items;
    struct kb_change_block *block = &c->out->blocks[c->out->block_count++];
    *block = (struct kb_change_block){.change = change, .text = text};
    return block;
}

static bool is_counter(const struct comparing *c, struct kb_str text) {
    const struct kb_line_place place = {.index = 1, .count = 2};
    return c->lexicon && kb_page_debris(c->lexicon, text, &place) == KB_REMOVED_COUNTER;
}

static void add_one(struct comparing *c, enum kb_change change,
                    const struct kb_passage *p) {
    struct kb_change_block *block = add_block(c, change, p->text);
    if (!block)
        return;
    block->cosmetic = !p->count || is_counter(c, p->text);
    *(change == KB_CHANGE_GONE ? &c->out->words_gone : &c->out->words_new) += p->count;
}

static void add_changed(struct comparing *c, const struct kb_passage *old,
                        const struct kb_passage *now) {
    struct kb_change_block *block = add_block(c, KB_CHANGE_INSIDE, now->text);
    if (!block)
        return;
    block->cosmetic = is_counter(c, old->text) && is_counter(c, now->text);
    mark_words(c, old, now, block);
}

/* What stands at one place, gone and new: pairs that share words are changed ones. */
static void add_gap(struct comparing *c, const struct kb_passages *old, size_t i,
                    size_t i_end, const struct kb_passages *now, size_t k, size_t k_end) {
    while (i < i_end || k < k_end) {
        size_t found = k;
        double best = 0;
        for (size_t at = k; i < i_end && at < k_end && at < k + WINDOW; at++) {
            double shared = kb_passage_shared(&old->items[i], &now->items[at]);
            if (shared > best)
                best = shared, found = at;
        }
        if (i < i_end && best < SHARED) {
            add_one(c, KB_CHANGE_GONE, &old->items[i++]);
            continue;
        }
        size_t to = i < i_end ? found : k_end;
        while (k < to)
            add_one(c, KB_CHANGE_NEW, &now->items[k++]);
        if (i < i_end)
            add_changed(c, &old->items[i++], &now->items[k++]);
    }
}

static void compare_texts(struct comparing *c, const struct kb_passages *old,
                          const struct kb_passages *now) {
    struct kb_diff d = {.old = old->keys,
                        .now = now->keys,
                        .old_count = old->count,
                        .now_count = now->count};
    diff(c, &d);
    if (!d.gone || !d.fresh || c->status != KB_OK)
        return;
    for (size_t i = 0, k = 0; i < old->count || k < now->count;) {
        size_t i_from = i, k_from = k;
        while (i < old->count && d.gone[i])
            i++;
        while (k < now->count && d.fresh[k])
            k++;
        add_gap(c, old, i_from, i, now, k_from, k);
        for (; i < old->count && k < now->count && !d.gone[i] && !d.fresh[k]; i++, k++) {
            struct kb_change_block *block =
                add_block(c, KB_CHANGE_NONE, now->items[k].text);
            if (block)
                block->cosmetic = !kb_str_equal(old->items[i].text, now->items[k].text);
        }
    }
}

static struct kb_str text_of(struct comparing *c, const struct kb_article *a) {
    if (a->content_text.n > KB_LIMIT_CHANGES_BYTES)
        c->out->cut = true;
    return kb_str_cut(a->content_text, KB_LIMIT_CHANGES_BYTES);
}

/* ---- fields ------------------------------------------------------------------------ */

static void add_field(struct comparing *c, const char *name, struct kb_str old,
                      struct kb_str now, bool cosmetic) {
    void *items = c->out->fields;
    if (kb_str_equal(old, now) ||
        !kb_arena_grow(c->arena, &items, c->out->field_count, &c->field_cap,
                       sizeof *c->out->fields, 4 * KB_LIMIT_LIST_ITEMS))
        return;
    c->out->fields = items;
    c->out->fields[c->out->field_count++] =
        (struct kb_change_field){name, old, now, cosmetic};
}

static void text_field(struct comparing *c, const char *name, struct kb_str old,
                       struct kb_str now) {
    add_field(c, name, old, now,
              !kb_str_equal(old, now) && kb_words_key(old) == kb_words_key(now));
}

/* A moment in another zone is the same moment. */
static void date_field(struct comparing *c, const char *name, struct kb_str old,
                       struct kb_str now, bool cosmetic) {
    int64_t a, b;
    bool same = kb_date_seconds(old, &a) && kb_date_seconds(now, &b) && a == b;
    add_field(c, name, old, now, cosmetic || (same && old.n == now.n));
}

static struct kb_str names_of(struct comparing *c, const struct kb_article *a) {
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_LIST_ITEMS * (size_t)KB_LIMIT_META_BYTES);
    for (size_t i = 0; i < a->author_count; i++) {
        kb_buf_z(&text, i ? ", " : "");
        kb_buf_str(&text, a->authors[i].name);
    }
    if (text.status == KB_ENOMEM)
        c->status = KB_ENOMEM;
    struct kb_str names = kb_arena_dup(c->arena, kb_buf_view(&text));
    kb_buf_free(&text);
    return names;
}

static void count_field(struct comparing *c, long old, long now) {
    struct kb_buf text;
    kb_buf_init(&text, 64);
    kb_buf_printf(&text, "%ld", old);
    struct kb_str before =
        old < 0 ? KB_STR_NONE : kb_arena_dup(c->arena, kb_buf_view(&text));
    kb_buf_clear(&text);
    kb_buf_printf(&text, "%ld", now);
    add_field(c, "comment_count", before,
              now < 0 ? KB_STR_NONE : kb_arena_dup(c->arena, kb_buf_view(&text)), true);
    if (text.status == KB_ENOMEM)
        c->status = KB_ENOMEM;
    kb_buf_free(&text);
}

/* The place in images of the picture with that key; count where there is none. */
static size_t picture_at(const struct kb_article *a, const uint64_t *keys, uint64_t key) {
    size_t i = 0;
    while (i < a->image_count && keys[i] != key)
        i++;
    return i;
}

static void compare_pictures(struct comparing *c, const struct kb_article *old,
                             const struct kb_article *now) {
    uint64_t *before = kb_arena_zalloc(&c->scratch, old->image_count + 1, sizeof *before);
    uint64_t *after = kb_arena_zalloc(&c->scratch, now->image_count + 1, sizeof *after);
    for (size_t i = 0; before && i < old->image_count; i++)
        before[i] = kb_page_picture_key(old->images[i].url);
    for (size_t i = 0; after && i < now->image_count; i++)
        after[i] = kb_page_picture_key(now->images[i].url);
    for (size_t i = 0; before && after && i < old->image_count; i++) {
        const struct kb_page_image *was = &old->images[i];
        size_t at = picture_at(now, after, before[i]);
        if (at == now->image_count) {
            add_field(c, "image", was->url, KB_STR_NONE, false);
            continue;
        }
        add_field(c, "image", was->url, now->images[at].url, true);
        text_field(c, "caption", was->caption, now->images[at].caption);
        text_field(c, "credit", was->credit, now->images[at].credit);
    }
    for (size_t i = 0; before && after && i < now->image_count; i++)
        if (picture_at(old, before, after[i]) == old->image_count)
            add_field(c, "image", KB_STR_NONE, now->images[i].url, false);
}

static void compare_fields(struct comparing *c, const struct kb_article *old,
                           const struct kb_article *now) {
    text_field(c, "title", old->title, now->title);
    text_field(c, "summary", old->summary, now->summary);
    text_field(c, "authors", names_of(c, old), names_of(c, now));
    date_field(c, "date_published", old->date_published, now->date_published, false);
    date_field(c, "date_modified", old->date_modified, now->date_modified, true);
    count_field(c, old->comment_count, now->comment_count);
    compare_pictures(c, old, now);
}

/* ---- all --------------------------------------------------------------------------- */

static void sum_up(struct kb_changes *out, bool same_markup) {
    out->none = same_markup && !out->field_count;
    out->cosmetic = true;
    for (size_t i = 0; i < out->field_count; i++)
        out->cosmetic &= out->fields[i].cosmetic;
    for (size_t i = 0; i < out->block_count; i++) {
        const struct kb_change_block *b = &out->blocks[i];
        out->none &= b->change == KB_CHANGE_NONE && !b->cosmetic;
        out->cosmetic &= b->change == KB_CHANGE_NONE || b->cosmetic;
    }
}

enum kb_status kb_article_changes(struct kb_arena *arena, const struct kb_article *old,
                                  const struct kb_article *now,
                                  const struct kb_lexicon *lexicon,
                                  struct kb_changes *changes, struct kb_err *err) {
    struct comparing c = {.arena = arena,
                          .lexicon = lexicon,
                          .out = changes,
                          .steps = KB_LIMIT_CHANGES_STEPS};
    struct kb_passages before, after;
    *changes =
        (struct kb_changes){.language = now->language, .direction = now->direction};
    kb_arena_init(&c.scratch, SCRATCH_BYTES);
    kb_passages_cut(text_of(&c, old), &c.scratch, &before);
    kb_passages_cut(text_of(&c, now), &c.scratch, &after);
    compare_fields(&c, old, now);
    compare_texts(&c, &before, &after);
    sum_up(changes, kb_str_equal(old->content_html, now->content_html));
    if (c.scratch.full || arena->full)
        c.status = KB_ENOMEM;
    kb_arena_free(&c.scratch);
    return c.status == KB_OK
               ? KB_OK
               : kb_err_set(err, c.status, "not enough memory to compare two versions");
}
