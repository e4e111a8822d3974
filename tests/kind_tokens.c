/* Kind `tokens`: what of texts can be searched, in many languages.
 *
 * The file want.tokens is input and output in one.  Lines that begin with ">" are the
 * answers, and --accept writes them anew.  The others:
 *
 *     text CODE WORDS     a text in that language (- for unknown)
 *     query CODES WORDS   a query, stemmed for these (de,en,-; - for none)
 *     prefix CODES WORDS  the same with * behind it
 *     name WORDS          a name's words
 *     # …                 a remark; and a line of anything else, a heading
 *
 * An answer's words stand as [written]=token, further tokens of one place behind a
 * bar. */
#include "runner.h"

#include "lang/lang.h"
#include "store/tokenizer.h"

#include <stdio.h>

struct answer {
    struct kb_buf *out;
    struct kb_str text;
};

static int take(void *context, int flags, const char *token, int n, int start, int end) {
    struct answer *a = context;
    struct kb_str written = kb_str_slice(a->text, (size_t)start, (size_t)end);
    if (flags & FTS5_TOKEN_COLOCATED)
        kb_buf_char(a->out, '|');
    else
        kb_buf_printf(a->out, " [%.*s]=", (int)written.n, written.p);
    kb_buf_add(a->out, token, (size_t)n);
    return SQLITE_OK;
}

static struct kb_str word(struct kb_str *line) {
    size_t end = kb_str_find_byte(*line, ' ');
    struct kb_str w = kb_str_slice(*line, 0, end);
    *line = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*line, end + 1, line->n);
    return w;
}

static void ask(struct kb_case *c, const fts5_tokenizer *methods, Fts5Tokenizer *t,
                int flags, struct kb_str line, struct kb_buf *out) {
    struct kb_buf text;
    struct kb_str code = word(&line);
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_char(&text, KB_TAG_BEGIN);
    if (!kb_str_equal(code, KB_STR("-")))
        kb_buf_str(&text, code);
    kb_buf_char(&text, KB_TAG_END);
    kb_buf_str(&text, line);
    struct answer a = {out, kb_buf_view(&text)};
    kb_buf_z(out, ">");
    if (methods->xTokenize(t, &a, flags, text.p, (int)text.n, take) != SQLITE_OK)
        kb_case_fail(c, "the tokenizer fails");
    kb_buf_char(out, '\n');
    kb_buf_free(&text);
}

static void take_line(struct kb_case *c, const fts5_tokenizer *methods, Fts5Tokenizer *t,
                      struct kb_str line, struct kb_buf *out) {
    if (kb_str_starts(line, KB_STR(">")))
        return;
    kb_buf_str(out, line);
    kb_buf_char(out, '\n');
    struct kb_str rest = line, verb = word(&rest);
    if (kb_str_equal(verb, KB_STR("text"))) {
        ask(c, methods, t, FTS5_TOKENIZE_DOCUMENT, rest, out);
    } else if (kb_str_equal(verb, KB_STR("query"))) {
        ask(c, methods, t, FTS5_TOKENIZE_QUERY, rest, out);
    } else if (kb_str_equal(verb, KB_STR("prefix"))) {
        ask(c, methods, t, FTS5_TOKENIZE_QUERY | FTS5_TOKENIZE_PREFIX, rest, out);
    } else if (kb_str_equal(verb, KB_STR("name"))) {
        kb_buf_z(out, ">[");
        kb_pieces_words(rest, out);
        kb_buf_z(out, "]\n");
    }
}

static fts5_api *find_api(sqlite3 *db) {
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    return api;
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.tokens");
    struct kb_buf out;
    struct kb_err err;
    sqlite3 *db;
    fts5_api *api;
    fts5_tokenizer methods;
    Fts5Tokenizer *t;
    void *data;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        kb_tokenizer_register(db, NULL, &err) != KB_OK || !(api = find_api(db)) ||
        api->xFindTokenizer(api, "kabar", &data, &methods) != SQLITE_OK ||
        methods.xCreate(data, NULL, 0, &t) != SQLITE_OK) {
        kb_case_fail(c, "no tokenizer");
        return;
    }
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(c, &methods, t, kb_str_slice(lines, 0, end), &out);
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "tokens", kb_buf_view(&out));
    methods.xDelete(t);
    sqlite3_close(db);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_tokens = {"tokens", run};
