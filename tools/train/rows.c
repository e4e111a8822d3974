/* The training program's eyes: pages enter, rows of features leave.
 *
 *     rows LIST OUT [P]
 *
 * LIST has a line a page: path, tab, address.  OUT gets, for each page, two 32-bit counts
 * (blocks, columns), for each block its text (a 32-bit length, then bytes), and the
 * columns one after the other.  Without P they are the first forest's features; with P, a
 * file of one 32-bit float a block in the same order (the first forest's answers), the
 * second one's.  The features are computed by the very code that reads pages, so training
 * and reading cannot differ. */
#include "page/blocks.h"

#include <stdio.h>
#include <stdlib.h>

struct tool {
    struct kb_html *html;
    struct kb_urls *urls;
    struct kb_class_table classes;
    struct kb_arena arena;
    struct kb_buf bytes, decoded, text;
    FILE *out, *p;
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

static bool page(struct tool *t, char *path, const char *url) {
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
    if (kb_lang_decode(kb_buf_view(&t->bytes), KB_STR_NONE, &t->decoded, &decoded, &err) ||
        kb_html_parse(t->html, decoded.text, 0, &document, &notes, &err) ||
        kb_page_cut(document, &t->classes, &t->arena, &nodes, &blocks, &err) ||
        kb_page_meta_read(&nodes, kb_str_z(url), t->urls, &t->arena, &meta, &err) ||
        kb_page_match_known(&blocks, &meta, &t->arena) ||
        kb_page_facts(&blocks, &meta, kb_str_z(url), &nodes, &t->arena, &facts))
        return false;
    if (t->p) {
        float *p = kb_arena_zalloc(&t->arena, blocks.count + 1, sizeof *p);
        if (!p || fread(p, sizeof *p, blocks.count, t->p) != blocks.count ||
            kb_page_context(facts, p, &t->arena, &m))
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
    }
    for (size_t k = 0; k < m.columns && ok; k++)
        ok = put(t, m.data + k * m.stride, m.rows);
    return ok;
}

int main(int argc, char **argv) {
    struct tool t = {0};
    static char line[8192];
    if (argc == 2 && strcmp(argv[1], "--names") == 0) {
        for (size_t i = 0; i < kb_page_feature_count(); i++)
            printf("1 %s\n", kb_page_feature_name(i));
        for (size_t i = 0; i < kb_page_context_count(); i++)
            printf("2 %s\n", kb_page_context_name(i));
        return 0;
    }
    if (argc < 3) {
        fputs("usage: rows LIST OUT [P] | rows --names\n", stderr);
        return 2;
    }
    FILE *list = fopen(argv[1], "r");
    t.out = fopen(argv[2], "wb");
    t.p = argc > 3 ? fopen(argv[3], "rb") : NULL;
    kb_arena_init(&t.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&t.bytes, KB_LIMIT_PAGE_BYTES);
    kb_buf_init(&t.decoded, KB_LIMIT_PAGE_BYTES * 3);
    kb_buf_init(&t.text, KB_LIMIT_PAGE_BYTES);
    kb_class_table_init(&t.classes);
    if (!list || !t.out || (argc > 3 && !t.p) || kb_html_new(&t.html, NULL) ||
        kb_urls_new(&t.urls, NULL)) {
        perror("rows");
        return 1;
    }
    while (fgets(line, sizeof line, list)) {
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\n")] = '\0';
        if (tab)
            *tab = '\0';
        if (!page(&t, line, tab ? tab + 1 : "")) {
            fprintf(stderr, "rows: %s cannot be read\n", line);
            return 1;
        }
    }
    return fclose(t.out) ? 1 : 0;
}
