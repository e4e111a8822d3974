/* The files of assets/ enter, one C source with the finished lexicon leaves:
 *     tables OUT.c FILE…
 * reads *.lang and *.names with the library's own code (src/lang) and writes what came of
 * them as the constant kb_lexicon_built_in (lang/tables.h).  Runs on the machine that
 * builds; the source it writes is the same on all: it names fields and has no addresses.
 * What is wrong with a file ends the build with the file, the line and the reason. */
#include "lang/lexicon.h"
#include "lang/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIT(buf, ...) (snprintf(buf, sizeof buf, __VA_ARGS__) < (int)sizeof buf)

/* ---- reading ----------------------------------------------------------------------- */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool slurp(const char *path, struct kb_buf *buf) {
    static char piece[1 << 16];
    FILE *in = fopen(path, "rb");
    kb_buf_clear(buf);
    if (!in)
        return false;
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        kb_buf_add(buf, piece, n);
    bool fine = !ferror(in) && buf->status == KB_OK;
    fclose(in);
    return fine;
}

static bool read_file(struct kb_lexicon *x, const char *path, unsigned number,
                      struct kb_buf *buf) {
    struct kb_err err = {0};
    const char *name = base_name(path);
    if (!slurp(path, buf)) {
        perror(path);
        return false;
    }
    enum kb_status status =
        kb_str_ends(kb_str_z(name), KB_STR(".lang"))
            ? kb_lexicon_read(x, name, kb_buf_view(buf), number, &err)
            : kb_names_read(kb_lexicon_names(x), name, kb_buf_view(buf), &err);
    if (status != KB_OK) /* its text begins with the file's name and the line */
        fprintf(stderr, "%.*s%s\n", (int)(name - path), path, err.text);
    return status == KB_OK;
}

/* ---- writing arrays ---------------------------------------------------------------- */

static void put_numbers(FILE *out, const char *name, const uint32_t *p, size_t n) {
    fprintf(out, "static const uint32_t %s[] = {\n", name);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%" PRIu32 "%s", p[i], i % 16 == 15 ? ",\n" : ",");
    fputs(n ? "};\n" : "0};\n", out); /* an array has a member */
}

static void put_bytes(FILE *out, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%u%s", p[i], i % 32 == 31 ? ",\n" : ",");
}

/* Letters as numbers that fit a char of either sign. */
static void put_pool(FILE *out, const char *name, const char *p, size_t n) {
    fprintf(out, "static const char %s[] = {\n", name);
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)p[i];
        fprintf(out, "%d%s", c < 128 ? c : c - 256, i % 24 == 23 ? ",\n" : ",");
    }
    fputs("0};\n", out);
}

/* ---- the tables -------------------------------------------------------------------- */

static void put_trie_arrays(FILE *out, const char *name, const struct kb_trie *x) {
    char array[64];
    fprintf(out, "static const struct kb_trie_node %s_nodes[] = {\n", name);
    for (size_t i = 0; i < x->count; i++) {
        const struct kb_trie_node *n = &x->nodes[i];
        fprintf(out, "{%" PRIu32 "u,%" PRIu32 "u,%" PRIu32, n->parent, n->hash, n->text);
        fprintf(out, ",{%" PRIu32 ",%" PRIu32 ",%" PRIu32 "},%u},\n", n->bits[0],
                n->bits[1], n->bits[2], n->n);
    }
    fputs("};\n", out);
    if (FIT(array, "%s_table", name))
        put_numbers(out, array, x->table, x->size);
    if (FIT(array, "%s_pool", name))
        put_pool(out, array, x->pool, x->pool_n);
}

static void put_trie(FILE *out, const char *name, const struct kb_trie *x) {
    fprintf(out,
            "    .%s = {.nodes = (struct kb_trie_node *)%s_nodes,\n"
            "        .table = (uint32_t *)%s_table, .pool = (char *)%s_pool,\n"
            "        .count = %zu, .size = %zu, .pool_n = %zu},\n",
            name, name, name, name, x->count, x->size, x->pool_n);
}

static void put_terms(FILE *out, const char *name, const struct kb_terms *t) {
    char array[64];
    fprintf(out, "static const struct kb_term_node %s_nodes[] = {\n", name);
    for (size_t i = 0; i < t->count; i++) {
        const struct kb_term_node *n = &t->nodes[i];
        fprintf(out, "{%" PRIu32 "u,%" PRIu32 "u,%" PRIu32 ",%" PRIu32 ",%u,%d},\n",
                n->parent, n->hash, n->text, n->value, n->n, n->inner);
    }
    fprintf(out, "};\nstatic const struct kb_term_value %s_values[] = {\n", name);
    for (size_t i = 0; i < t->value_count; i++)
        fprintf(out, "{%" PRIu32 ",%" PRIu32 "},\n", t->values[i].value,
                t->values[i].next);
    fputs("{0,0}};\n", out);
    if (FIT(array, "%s_table", name))
        put_numbers(out, array, t->table, t->size);
    if (FIT(array, "%s_pool", name))
        put_pool(out, array, t->pool, t->pool_n);
    fprintf(out,
            "static const struct kb_terms %s = {\n"
            "    .nodes = (struct kb_term_node *)%s_nodes,\n"
            "    .table = (uint32_t *)%s_table, .pool = (char *)%s_pool,\n"
            "    .values = (struct kb_term_value *)%s_values,\n"
            "    .count = %zu, .size = %zu, .pool_n = %zu, .value_count = %zu,\n"
            "    .seen = {",
            name, name, name, name, name, t->count, t->size, t->pool_n, t->value_count);
    put_bytes(out, t->seen, sizeof t->seen);
    fputs("}};\n", out);
}

/* The entries' strings stand in one array, each behind the other. */
static void put_entries(FILE *out, const struct kb_names *n) {
    size_t at = 0;
    struct kb_buf text;
    kb_buf_init(&text, (size_t)64 << 20);
    for (size_t i = 0; i < n->count; i++) {
        kb_buf_str(&text, n->entries[i].name);
        kb_buf_str(&text, n->entries[i].domains);
    }
    put_pool(out, "entries_text", text.p, text.n);
    kb_buf_free(&text);
    fputs("static const struct kb_name entries[] = {\n", out);
    for (size_t i = 0; i < n->count; i++) {
        const struct kb_name *e = &n->entries[i];
        fprintf(out, "{{entries_text+%zu,%zu},{entries_text+%zu,%zu},\"%s\",%d},\n", at,
                e->name.n, at + e->name.n, e->domains.n, e->country, (int)e->kind);
        at += e->name.n + e->domains.n;
    }
    fputs("{{0,0},{0,0},\"\",0}};\n", out);
}

static void put_names(FILE *out, const struct kb_names *n) {
    put_terms(out, "name_terms", n->terms);
    put_entries(out, n);
    fputs("static const struct kb_spelling spellings[] = {\n", out);
    for (size_t i = 0; i < n->spelling_count; i++) {
        const struct kb_spelling *s = &n->spellings[i];
        fprintf(out, "{%" PRIu32 ",%" PRIu32 ",%u,%d},\n", s->text, s->entry, s->n,
                s->ordinary);
    }
    fputs("{0,0,0,0}};\n", out);
    put_pool(out, "spellings_text", n->pool, n->pool_n);
    put_numbers(out, "hosts", n->hosts, n->host_size);
    fprintf(out,
            "static const struct kb_names names = {\n    .built_in = true,\n"
            "    .terms = (struct kb_terms *)&name_terms,\n"
            "    .entries = (struct kb_name *)entries,\n"
            "    .spellings = (struct kb_spelling *)spellings,\n"
            "    .pool = (char *)spellings_text, .hosts = (uint32_t *)hosts,\n"
            "    .count = %zu, .spelling_count = %zu, .pool_n = %zu,\n"
            "    .host_size = %zu, .host_count = %zu};\n",
            n->count, n->spelling_count, n->pool_n, n->host_size, n->host_count);
}

static void put_calendar_arrays(FILE *out, const struct kb_calendar *c) {
    fputs("static const struct kb_calendar_entry calendar_entries[] = {\n", out);
    for (size_t i = 0; i < c->count; i++) {
        const struct kb_calendar_entry *e = &c->entries[i];
        fprintf(out, "{%" PRIu64 "u,%" PRId32 ",%u,%u},\n", e->hash, e->value, e->word,
                e->file);
    }
    fputs("{0,0,0,0}};\n", out);
    put_numbers(out, "calendar_table", c->table, c->size);
}

static void put_calendar(FILE *out, const struct kb_calendar *c) {
    fprintf(out,
            "    .calendar = {.entries = (struct kb_calendar_entry *)calendar_entries,\n"
            "        .table = (uint32_t *)calendar_table, .count = %zu, .size = %zu,\n"
            "        .starts = {",
            c->count, c->size);
    put_bytes(out, c->starts, sizeof c->starts);
    fputs("},\n        .files = {\n", out);
    for (size_t i = 0; i < KB_CALENDAR_FILES; i++) {
        if (!c->files[i].tag[0])
            continue;
        fprintf(out, "[%zu] = {.tag = \"%s\", .lines = {", i, c->files[i].tag);
        put_bytes(out, c->files[i].lines, sizeof c->files[i].lines);
        fprintf(out, "}, .order = %u, .region_order = %u, .region_count = %u,",
                c->files[i].order, c->files[i].region_order, c->files[i].region_count);
        fputs(" .regions = {", out);
        for (size_t k = 0; k < c->files[i].region_count; k++)
            fprintf(out, "{'%c','%c'},", c->files[i].regions[k][0],
                    c->files[i].regions[k][1]);
        fputs("{0}}},\n", out);
    }
    fputs("}},\n", out);
}

static void put_lexicon(FILE *out, const struct kb_lexicon *x) {
    fputs("/* Written by tools/tables.c. */\n#include \"lang/tables.h\"\n\n", out);
    put_trie_arrays(out, "phrases", &x->phrases);
    put_trie_arrays(out, "words", &x->words);
    put_terms(out, "sources", x->sources);
    put_names(out, x->names);
    put_calendar_arrays(out, &x->calendar);
    fputs("\nconst struct kb_lexicon kb_lexicon_built_in = {\n    .built_in = true,\n",
          out);
    put_trie(out, "phrases", &x->phrases);
    put_trie(out, "words", &x->words);
    fputs("    .sources = (struct kb_terms *)&sources,\n"
          "    .names = (struct kb_names *)&names,\n",
          out);
    put_calendar(out, &x->calendar);
    fputs("    .heads = {.of = {\n", out);
    for (size_t i = 0; i < KB_COUNT(x->heads.of); i++)
        fprintf(out, "%u%s", x->heads.of[i], i % 32 == 31 ? ",\n" : ",");
    fputs("}}};\n", out);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: tables OUT.c FILE…\n", stderr);
        return 2;
    }
    struct kb_lexicon *x = kb_lexicon_empty();
    struct kb_buf buf;
    bool fine = x != NULL;
    kb_buf_init(&buf, KB_LIMIT_NAMES_FILE_BYTES);
    for (int i = 2; i < argc && fine; i++)
        fine = read_file(x, argv[i], (unsigned)i - 1, &buf);
    FILE *out = fine ? fopen(argv[1], "wb") : NULL;
    if (fine && !out)
        perror(argv[1]);
    if (out) {
        put_lexicon(out, x);
        fine = !ferror(out);
        if (fclose(out) != 0 || !fine) {
            fprintf(stderr, "%s: not written\n", argv[1]);
            remove(argv[1]);
            fine = false;
        }
    }
    kb_buf_free(&buf);
    kb_lexicon_free(x);
    return fine && out ? 0 : 1;
}
