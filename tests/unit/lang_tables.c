/* The tables that were made when kabar was built are those that its files give now. */
#include "lang/lexicon.h"
#include "lang/tables.h"
#include "unit.h"

#define SAME(a, b, field, n)                                                             \
    CHECK(memcmp((a)->field, (b)->field, (n) * sizeof *(a)->field) == 0)

static void same_trie(const struct kb_trie *a, const struct kb_trie *b) {
    bool alike = a->count == b->count && a->size == b->size && a->pool_n == b->pool_n;
    CHECK(alike);
    if (!alike)
        return;
    for (size_t i = 0; i < a->count; i++) { /* not memcmp: of the padding */
        const struct kb_trie_node *x = &a->nodes[i], *y = &b->nodes[i];
        CHECK(x->parent == y->parent && x->hash == y->hash && x->text == y->text &&
              x->n == y->n && memcmp(x->bits, y->bits, sizeof x->bits) == 0);
    }
    SAME(a, b, table, a->size);
    SAME(a, b, pool, a->pool_n);
}

static void same_terms(const struct kb_terms *a, const struct kb_terms *b) {
    bool alike = a->count == b->count && a->size == b->size && a->pool_n == b->pool_n &&
                 a->value_count == b->value_count;
    CHECK(alike);
    if (!alike)
        return;
    for (size_t i = 0; i < a->count; i++) {
        const struct kb_term_node *x = &a->nodes[i], *y = &b->nodes[i];
        CHECK(x->parent == y->parent && x->hash == y->hash && x->text == y->text &&
              x->n == y->n && x->value == y->value && x->inner == y->inner);
    }
    SAME(a, b, table, a->size);
    SAME(a, b, pool, a->pool_n);
    SAME(a, b, values, a->value_count);
    CHECK(memcmp(a->seen, b->seen, sizeof a->seen) == 0);
}

static void same_names(const struct kb_names *a, const struct kb_names *b) {
    bool alike = a->count == b->count && a->spelling_count == b->spelling_count &&
                 a->pool_n == b->pool_n && a->host_size == b->host_size;
    CHECK(alike);
    if (!alike)
        return;
    same_terms(a->terms, b->terms);
    for (size_t i = 0; i < a->count; i++) {
        const struct kb_name *x = &a->entries[i], *y = &b->entries[i];
        CHECK(kb_str_equal(x->name, y->name) && kb_str_equal(x->domains, y->domains) &&
              strcmp(x->country, y->country) == 0 && x->kind == y->kind);
    }
    for (size_t i = 0; i < a->spelling_count; i++) {
        const struct kb_spelling *x = &a->spellings[i], *y = &b->spellings[i];
        CHECK(x->text == y->text && x->entry == y->entry && x->n == y->n &&
              x->ordinary == y->ordinary);
    }
    SAME(a, b, pool, a->pool_n);
    SAME(a, b, hosts, a->host_size);
}

static void same_calendar(const struct kb_calendar *a, const struct kb_calendar *b) {
    bool alike = a->count == b->count && a->size == b->size;
    CHECK(alike);
    if (!alike)
        return;
    for (size_t i = 0; i < a->count; i++) {
        const struct kb_calendar_entry *x = &a->entries[i], *y = &b->entries[i];
        CHECK(x->hash == y->hash && x->value == y->value && x->word == y->word &&
              x->file == y->file);
    }
    SAME(a, b, table, a->size);
    SAME(a, b, starts, sizeof a->starts);
    CHECK(memcmp(a->files, b->files, sizeof a->files) == 0); /* bytes alone: no padding */
}

static void built_in(void) {
    struct kb_lexicon *built = NULL, *read = NULL;
    struct kb_err err = {0};
    CHECK(kb_lexicon_new(NULL, &built, &err) == KB_OK);
    CHECK(kb_lexicon_new("assets", &read, &err) == KB_OK);
    if (!built || !read)
        return;
    CHECK(built != read && built->phrases.count > 1000 && built->names->count > 100);
    same_trie(&built->phrases, &read->phrases);
    same_trie(&built->words, &read->words);
    same_terms(built->sources, read->sources);
    same_names(built->names, read->names);
    same_calendar(&built->calendar, &read->calendar);
    CHECK(memcmp(&built->heads, &read->heads, sizeof built->heads) == 0);
    kb_lexicon_free(built);
    kb_lexicon_free(read);
}

/* A folder without names: those that are built in. */
static void lent_names(void) {
    struct kb_lexicon *x = NULL;
    CHECK(kb_lexicon_new("assets/lang", &x, NULL) == KB_OK);
    CHECK(x && x->names == kb_lexicon_built_in.names);
    kb_lexicon_free(x);
}

UNIT_MAIN(built_in, lent_names)
