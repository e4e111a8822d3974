/* A query's words → the codes of their tags that are worth looking for.
 *
 * A wire in many languages makes several stems of one word, of which the index often has
 * but one.  Each form is asked for once; a code is kept where it makes a form that the
 * index has and no code before it made. */
#include "store/query_tree.h"

#include "lang/lang.h"
#include "store/tokenizer.h"

enum {
    CODES = KB_LIMIT_QUERY_LANGUAGES + 1,
    NARROWED_WORDS = 16 /* of more the asking costs more than it saves */
};

struct narrow {
    struct kb_arena *arena;
    struct kb_stems *stems;
    char codes[CODES][4]; /* of the query's tag */
    size_t count;
    bool (*has)(void *context, struct kb_str form);
    void *context;
};

static void read_codes(struct narrow *w, struct kb_str tag) {
    tag = kb_str_slice(tag, 1, tag.n - 1);
    while (tag.n && w->count < CODES) {
        size_t end = kb_str_find_byte(tag, ',');
        struct kb_str code = kb_str_cut(kb_str_slice(tag, 0, end), 3);
        memcpy(w->codes[w->count++], code.p, code.n);
        tag = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(tag, end + 1, tag.n);
    }
}

/* The bits of the codes that one more word needs. */
static unsigned add_word(const struct narrow *w, struct kb_str small, unsigned needed) {
    struct kb_word_form forms[CODES * KB_WORD_FORMS];
    unsigned of[CODES * KB_WORD_FORMS]; /* the code that made it */
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        size_t made = kb_word_forms(w->stems, w->codes[i], small, forms + count);
        for (size_t k = 0; k < made; k++)
            of[count++] = (unsigned)i;
    }
    for (size_t i = 0; i < count; i++) {
        bool known = false; /* asked for, or made by a code that is kept */
        for (size_t k = 0; k < count && !known; k++)
            known = (k < i || needed >> of[k] & 1) &&
                    kb_word_form_equal(&forms[k], &forms[i]);
        if (!known && w->has(w->context, (struct kb_str){forms[i].bytes, forms[i].n}))
            needed |= 1u << of[i];
    }
    return needed;
}

static void narrow_words(const struct narrow *w, struct kb_query_node *node) {
    struct kb_pieces pieces = {.text = node->words};
    struct kb_piece piece;
    struct kb_buf tag;
    unsigned needed = 0;
    while (kb_pieces_next(&pieces, &piece))
        if (piece.kind == KB_PIECE_WORD)
            needed = add_word(w, piece.small, needed);
    if (!needed) /* nothing is found, in whatever form */
        needed = 1;
    kb_buf_init(&tag, KB_LIMIT_QUERY_BYTES);
    kb_buf_char(&tag, KB_TAG_BEGIN);
    for (size_t i = 0; i < w->count; i++) {
        if (!(needed >> i & 1))
            continue;
        if (tag.n > 1)
            kb_buf_char(&tag, ',');
        kb_buf_z(&tag, w->codes[i]);
    }
    kb_buf_char(&tag, KB_TAG_END);
    node->tag = tag.status == KB_OK ? kb_arena_dup(w->arena, kb_buf_view(&tag))
                                    : KB_STR_NONE; /* then all are looked for */
    kb_buf_free(&tag);
}

static size_t count_words(const struct kb_query_node *node) {
    struct kb_pieces pieces = {.text = node->words};
    struct kb_piece piece;
    size_t n = 0;
    while (kb_pieces_next(&pieces, &piece))
        n++;
    for (const struct kb_query_node *c = node->child; c; c = c->next)
        n += count_words(c);
    return n;
}

static void narrow_node(const struct narrow *w, struct kb_query_node *node) {
    if (node->kind == KB_QUERY_WORDS)
        narrow_words(w, node);
    for (struct kb_query_node *c = node->child; c; c = c->next)
        narrow_node(w, c);
}

enum kb_status kb_query_narrow(struct kb_query *query, struct kb_arena *arena,
                               bool (*has)(void *context, struct kb_str form),
                               void *context, struct kb_err *err) {
    struct narrow w = {.arena = arena, .has = has, .context = context};
    if (!query->root || count_words(query->root) > NARROWED_WORDS)
        return KB_OK;
    enum kb_status status = kb_stems_new(&w.stems, err);
    if (status != KB_OK)
        return status;
    read_codes(&w, query->tag);
    narrow_node(&w, query->root);
    kb_stems_free(w.stems);
    return KB_OK;
}
