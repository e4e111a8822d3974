/* The training program's eyes: pages enter, rows of features leave.
 *
 *     rows LIST OUT MEMORY [P]
 *
 * LIST has a line a page: path, tab, address, tab, number of a memory.  MEMORY is a file
 * of up to six word memories (KB_MEMORY_SIZE bytes each); what it lacks is zero.  OUT
 * gets, for each page, two 32-bit counts (blocks, columns), for each block its text (a
 * 32-bit length, then bytes) and its words' hashes (a 32-bit count, then 32 bits each),
 * and the columns one after the other.  Without P they are the first forest's features;
 * with P, a file of one 32-bit float a block in the same order (the first forest's
 * answers), the second one's.  The features are computed by the very code that reads
 * pages, so training and reading cannot differ. */
#include "page/blocks.h"

#include <stdio.h>
#include <stdlib.h>

enum { FOLDS = 6 };

struct tool {
    struct kb_html *html;
    struct kb_urls *urls;
    struct kb_lexicon *lexicon;
    struct kb_class_table classes;
    struct kb_arena arena;
    struct kb_buf bytes, decoded, text;
    FILE *out, *p;
    int8_t memory[FOLDS * KB_MEMORY_SIZE];
};

static bool load(struct kb_buf *buf, const char *path) {
    FILE *f = fopen(path, "rb");
    size_t n = 0;
    if (!f)
        return false;
    kb_buf_clear(buf);
    do {
        if (!kb_buf_reserve(buf, 65536))
            break;
        n = fread(buf->p + buf->n, 1, 65536, f);
        buf->n += n;
    } while (n);
    fclose(f);
    return buf->status == KB_OK;
}

static bool put(struct tool *t, const void *p, size_t n) {
    return fwrite(p, 1, n, t->out) == n;
}

/* The text nodes of one block: they lie between its first one and the next block's. */
static void block_text(struct tool *t, const struct kb_blocks *blocks, size_t i,
                       const lxb_dom_node_t *root) {
    lxb_dom_node_t *n = blocks->items[i].node;
    kb_buf_clear(&t->text);
    for (; n; n = kb_dom_next(n, root, false)) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT || !n->user)
            continue;
        if ((uintptr_t)n->user != i + 1)
            break;
        kb_buf_str(&t->text, kb_dom_text(n));
    }
}

static bool page(struct tool *t, char *path, const char *url, size_t fold) {
    struct kb_err err = {0};
    struct kb_decoded decoded;
    struct kb_html_notes notes;
    struct kb_page_nodes nodes;
    struct kb_page_meta meta = {0};
    struct kb_blocks blocks;
    struct kb_matrix m;
    struct kb_facts *facts;
    lxb_html_document_t *document;
    kb_arena_reset(&t->arena);
    if (!load(&t->bytes, path))
        return false;
    kb_urls_set_base(t->urls, kb_str_z(url));
    if (kb_lang_decode(kb_buf_view(&t->bytes), KB_STR_NONE, &t->decoded, &decoded,
                       &err) ||
        kb_html_parse(t->html, decoded.text, 0, &document, &notes, &err) ||
        kb_page_cut(document, &t->classes, &t->arena, &nodes, &blocks, &err) ||
        kb_page_meta_read(&nodes, kb_str_z(url), t->urls, &t->arena, &meta, &err) ||
        kb_page_match_known(&blocks, &meta, t->memory + fold * KB_MEMORY_SIZE,
                            &t->arena) ||
        kb_page_facts(&blocks, &meta, *url ? kb_str_z(url) : meta.canonical_url, &nodes,
                      t->lexicon, &t->arena, &facts))
        return false;
    if (t->p) {
        float *p = kb_arena_zalloc(&t->arena, blocks.count + 1, sizeof *p);
        if (!p || fread(p, sizeof *p, blocks.count, t->p) != blocks.count ||
            kb_page_context(facts, p, true, &t->arena, &m))
            return false;
    } else if (kb_page_features(facts, &t->arena, &m)) {
        return false;
    }
    uint32_t counts[2] = {(uint32_t)m.rows, (uint32_t)m.columns};
    bool ok = put(t, counts, sizeof counts);
    for (size_t i = 0; i < blocks.count && ok; i++) {
        block_text(t, &blocks, i, nodes.body);
        uint32_t n = (uint32_t)t->text.n;
        ok = put(t, &n, sizeof n) && put(t, t->text.p, n);
        n = blocks.items[i].word_count;
        ok = ok && put(t, &n, sizeof n) &&
             put(t, blocks.words_seen + blocks.items[i].word_first, n * sizeof(uint32_t));
    }
    for (size_t k = 0; k < m.columns && ok; k++)
        ok = put(t, m.data + k * m.stride, m.rows);
    return ok;
}

int main(int argc, char **argv) {
    static struct tool t;
    static char line[8192];
    if (argc == 2 && strcmp(argv[1], "--names") == 0) {
        for (size_t i = 0; i < kb_page_feature_count(); i++)
            printf("1 %s\n", kb_page_feature_name(i));
        for (size_t i = 0; i < kb_page_context_count(); i++)
            printf("2 %s\n", kb_page_context_name(i));
        return 0;
    }
    if (argc < 4) {
        fputs("usage: rows LIST OUT MEMORY [P] | rows --names\n", stderr);
        return 2;
    }
    FILE *list = fopen(argv[1], "r"), *memory = fopen(argv[3], "rb");
    t.out = fopen(argv[2], "wb");
    t.p = argc > 4 ? fopen(argv[4], "rb") : NULL;
    kb_arena_init(&t.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&t.bytes, KB_LIMIT_PAGE_BYTES);
    kb_buf_init(&t.decoded, KB_LIMIT_PAGE_BYTES * 3);
    kb_buf_init(&t.text, KB_LIMIT_PAGE_BYTES);
    kb_class_table_init(&t.classes);
    if (!list || !t.out || !memory || (argc > 4 && !t.p) || kb_html_new(&t.html, NULL) ||
        kb_urls_new(&t.urls, NULL) || kb_lexicon_new(NULL, &t.lexicon, NULL)) {
        perror("rows");
        return 1;
    }
    if (!fread(t.memory, 1, sizeof t.memory, memory))
        fputs("rows: the memory is empty\n", stderr);
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        char *url = strchr(line, '\t'), *fold = url ? strchr(url + 1, '\t') : NULL;
        if (fold) {
            *url++ = '\0';
            *fold++ = '\0';
        }
        if (!fold || !page(&t, line, url, (size_t)strtoul(fold, NULL, 10) % FOLDS)) {
            fprintf(stderr, "rows: %s cannot be read\n", line);
            return 1;
        }
    }
    return fclose(t.out) ? 1 : 0;
}
