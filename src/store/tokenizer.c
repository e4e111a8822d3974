/* FTS5's questions enter, tokens leave: SQLite's "FTS5 extension API", with the words of
 * lang/pieces.c.
 *
 * A text gives one token a word: the stem in the text's language, folded.  A query's
 * language is seldom known, so its word gives a token for each language that it names,
 * all at one place.  What changes the number of tokens must not depend on the language:
 * phrases count places. */
#include "store/tokenizer.h"

#include <stdlib.h>

#include "lang/lang.h"

enum { LANGUAGES = KB_LIMIT_QUERY_LANGUAGES + 1 /* the word as it is */ };

struct tokenizer {
    struct kb_words *words;
    struct kb_pieces tokens;
};

/* One text under way. */
struct run {
    struct tokenizer *t;
    int flags;
    char languages[LANGUAGES][4];
    size_t language_count;
    void *context;
    int (*give)(void *, int, const char *, int, int, int);
    int code;
};

/* A token that nobody can ask for keeps the place of a word of which nothing is left. */
static void give(struct run *r, int flags, struct kb_str s, const struct kb_piece *at) {
    if (!s.n)
        s = KB_STR("-");
    if (r->code == SQLITE_OK)
        r->code = r->give(r->context, flags, s.p, (int)s.n, (int)at->start, (int)at->end);
}

/* ---- the tag ----------------------------------------------------------------------- */

/* Bytes of the tag, 0 where there is none. */
static size_t tag_bytes(struct kb_str text) {
    struct kb_str head = kb_str_cut(text, LANGUAGES * 4 + 2);
    size_t end = kb_str_find_byte(head, KB_TAG_END);
    return head.n && head.p[0] == KB_TAG_BEGIN && end != KB_NOT_FOUND ? end + 1 : 0;
}

struct kb_str kb_tag_skip(struct kb_str text) {
    return kb_str_slice(text, tag_bytes(text), text.n);
}

static size_t read_tag(struct run *r, struct kb_str text) {
    size_t n = tag_bytes(text), at = 1;
    while (at < n && r->language_count < LANGUAGES) {
        size_t end = at;
        while (end < n - 1 && text.p[end] != ',')
            end++;
        struct kb_str code = kb_str_slice(text, at, end);
        if (code.n && code.n < sizeof r->languages[0])
            memcpy(r->languages[r->language_count++], code.p, code.n);
        at = end + 1;
    }
    return n;
}

/* ---- words ------------------------------------------------------------------------- */

static bool is_turkic(const char *language) {
    return !strcmp(language, "tr") || !strcmp(language, "az");
}

/* An Arabic word without the article and what is written together with it; Snowball takes
 * some of that off, and then other endings (prefixes of light10; Larkey and others,
 * 2002). */
static struct kb_str without_article(struct kb_str small) {
    static const char *const heads[] = {"وال", "بال", "كال", "فال", "ال", "لل"};
    for (size_t i = 0; i < KB_COUNT(heads); i++) {
        struct kb_str head = kb_str_z(heads[i]);
        if (kb_str_starts(small, head) && small.n >= head.n + 6) /* three letters */
            return kb_str_slice(small, head.n, small.n);
    }
    return small;
}

/* A folded stem in out. */
static struct kb_str stem(struct kb_stems *stems, const char *language,
                          struct kb_str small, char out[KB_LIMIT_TOKEN_BYTES]) {
    if (!strcmp(language, "ar"))
        small = without_article(small);
    small = kb_stem_known(stems, kb_str_z(language), small);
    return (struct kb_str){out, kb_pieces_fold(small, out)};
}

/* A word of a text. */
static void give_stem(struct run *r, const struct kb_piece *token) {
    char out[KB_LIMIT_TOKEN_BYTES];
    if (token->kind != KB_PIECE_WORD) {
        give(r, 0, (struct kb_str){out, kb_pieces_fold(token->small, out)}, token);
        return;
    }
    give(r, 0,
         stem(r->t->words->stems, r->language_count ? r->languages[0] : "", token->small,
              out),
         token);
    if (!token->plain && kb_pieces_marks_matter(token->small))
        give(r, FTS5_TOKEN_COLOCATED, token->small, token);
}

size_t kb_word_forms(struct kb_stems *stems, const char *code, struct kb_str small,
                     struct kb_word_form out[KB_WORD_FORMS]) {
    char dotless[KB_LIMIT_TOKEN_BYTES];
    size_t n = 0;
    if (kb_pieces_marks_matter(small)) {
        small = kb_str_cut(small, sizeof out->bytes);
        memcpy(out->bytes, small.p, small.n);
        out->n = small.n;
        return 1;
    }
    out->n = stem(stems, code, small, out->bytes).n;
    if (!is_turkic(code))
        return 1;
    /* A text's I became ı; who knows what was typed. */
    for (size_t i = 0; i < small.n && n + 2 < sizeof dotless; i++) {
        if (small.p[i] == 'i')
            n += kb_utf8_put(dotless + n, 0x131);
        else
            dotless[n++] = small.p[i];
    }
    out[1].n = stem(stems, code, (struct kb_str){dotless, n}, out[1].bytes).n;
    return 2;
}

/* A word of a query: what each code of the tag makes of it, without doubles. */
static void give_stems(struct run *r, const struct kb_piece *token) {
    struct kb_word_form forms[LANGUAGES * KB_WORD_FORMS];
    size_t count = 0;
    for (size_t i = 0; i == 0 || i < r->language_count; i++)
        count +=
            kb_word_forms(r->t->words->stems, r->language_count ? r->languages[i] : "",
                          token->small, forms + count);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < i && !kb_word_form_equal(&forms[k], &forms[i]))
            k++;
        if (k == i)
            give(r, i ? FTS5_TOKEN_COLOCATED : 0,
                 (struct kb_str){forms[i].bytes, forms[i].n}, token);
    }
}

static void run_text(struct run *r) {
    struct kb_piece token;
    r->t->tokens.turkic = r->language_count && is_turkic(r->languages[0]);
    while (r->code == SQLITE_OK && kb_pieces_next(&r->t->tokens, &token))
        give_stem(r, &token);
}

/* ---- tokens that wait -------------------------------------------------------------- */

/* A token that waits: its length and place in two bytes, its own bytes.  Neither of the
 * two is 0, so that all are a text to SQLite. */
enum { WAITING_HEAD = 2, LOW_BITS = 7, LOW = (1 << LOW_BITS) - 1 };
_Static_assert(KB_LIMIT_TOKEN_BYTES <= 64 << LOW_BITS, "a length is two bytes");

static int keep_token(void *out, int flags, const char *p, int n, int start, int end) {
    (void)start, (void)end;
    kb_buf_char(out, (char)((n & LOW) + 1));
    kb_buf_char(out, (char)((n >> LOW_BITS) * 2 + !!(flags & FTS5_TOKEN_COLOCATED) + 1));
    kb_buf_add(out, p, (size_t)n);
    return SQLITE_OK;
}

static void give_ready(struct run *r, struct kb_str tokens) {
    const struct kb_piece nowhere = {.start = 0};
    for (size_t at = 0; r->code == SQLITE_OK && at + WAITING_HEAD < tokens.n;) {
        unsigned low = (unsigned char)tokens.p[at] - 1u;
        unsigned high = (unsigned char)tokens.p[at + 1] - 1u;
        size_t n = low + (high / 2 << LOW_BITS);
        at += WAITING_HEAD;
        give(r, high & 1 ? FTS5_TOKEN_COLOCATED : 0, kb_str_slice(tokens, at, at + n),
             &nowhere);
        at += n;
    }
}

void kb_words_read(struct kb_words *words, struct kb_str language, struct kb_str text,
                   struct kb_buf *out) {
    struct tokenizer t = {.words = words, .tokens = {.text = text}};
    struct run r = {.t = &t, .context = out, .give = keep_token, .code = SQLITE_OK};
    if (language.n) {
        kb_lang_primary(language, r.languages[0]);
        r.language_count = 1;
    } else {
        t.tokens.at = read_tag(&r, text);
    }
    run_text(&r);
}

/* ---- queries ----------------------------------------------------------------------- */

/* In a query a run's last character is left out at the end, where any may follow it; one
 * that stands alone is looked for as the first of two (query.c makes it a prefix). */
static void run_query(struct run *r) {
    struct kb_piece token, unused;
    bool in_run = false;
    r->t->tokens.turkic = false;
    while (r->code == SQLITE_OK && kb_pieces_next(&r->t->tokens, &token)) {
        struct kb_pieces ahead = r->t->tokens;
        bool last = !kb_pieces_next(&ahead, &unused);
        char out[KB_LIMIT_TOKEN_BYTES];
        bool prefix = last && (r->flags & FTS5_TOKENIZE_PREFIX);
        if (token.kind == KB_PIECE_WORD && !prefix)
            give_stems(r, &token);
        else if (token.kind == KB_PIECE_WORD && kb_pieces_marks_matter(token.small))
            give(r, 0, token.small, &token);
        else if (token.kind != KB_PIECE_LAST || !in_run || !last)
            give(r, 0, (struct kb_str){out, kb_pieces_fold(token.small, out)}, &token);
        in_run = token.kind == KB_PIECE_PAIR;
    }
}

/* ---- what FTS5 calls --------------------------------------------------------------- */

static int create(void *words, const char **arguments, int count, Fts5Tokenizer **out) {
    struct tokenizer *t = calloc(1, sizeof *t);
    (void)arguments, (void)count;
    if (!t)
        return SQLITE_NOMEM;
    t->words = words;
    *out = (Fts5Tokenizer *)t;
    return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *tokenizer) {
    free(tokenizer);
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                    int bytes, int (*token)(void *, int, const char *, int, int, int)) {
    struct run r = {.t = (struct tokenizer *)tokenizer,
                    .flags = flags,
                    .context = context,
                    .give = token,
                    .code = SQLITE_OK};
    struct kb_str s = {text, text && bytes > 0 ? (size_t)bytes : 0};
    if (r.t->words->ready) {
        give_ready(&r, s);
        return r.code;
    }
    r.t->tokens = (struct kb_pieces){.text = s, .at = read_tag(&r, s)};
    if (flags & FTS5_TOKENIZE_QUERY)
        run_query(&r);
    else
        run_text(&r);
    return r.code;
}

/* ---- functions of SQL -------------------------------------------------------------- */

static struct kb_str value_text(sqlite3_value *value) {
    const void *p = sqlite3_value_text(value);
    return (struct kb_str){p, p ? (size_t)sqlite3_value_bytes(value) : 0};
}

static void tagged(sqlite3_context *context, int count, sqlite3_value **values) {
    struct kb_buf out;
    char code[4];
    (void)count;
    if (sqlite3_value_type(values[1]) == SQLITE_NULL)
        return;
    kb_lang_primary(value_text(values[0]), code);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_char(&out, KB_TAG_BEGIN);
    kb_buf_z(&out, code);
    kb_buf_char(&out, KB_TAG_END);
    kb_buf_str(&out, value_text(values[1]));
    if (out.status == KB_OK)
        sqlite3_result_text64(context, out.p, out.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_error_nomem(context);
    kb_buf_free(&out);
}

static void words(sqlite3_context *context, int count, sqlite3_value **values) {
    struct kb_buf out;
    (void)count;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    for (struct kb_str rest = value_text(values[0]); rest.n;) {
        size_t end = kb_str_find_byte(rest, '\x1f');
        kb_pieces_words(kb_str_slice(rest, 0, end), &out);
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
    }
    if (out.status == KB_OK)
        sqlite3_result_text64(context, out.p ? out.p : "", out.n, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    else
        sqlite3_result_error_nomem(context);
    kb_buf_free(&out);
}

static void primary(sqlite3_context *context, int count, sqlite3_value **values) {
    char code[4];
    (void)count;
    kb_lang_primary(value_text(values[0]), code);
    sqlite3_result_text(context, code, -1, SQLITE_TRANSIENT);
}

static fts5_api *find_api(sqlite3 *db) {
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

static void free_words(void *p) {
    struct kb_words *words = p;
    kb_stems_free(words->stems);
    free(words);
}

enum kb_status kb_tokenizer_register(sqlite3 *db, struct kb_words **shared,
                                     struct kb_err *err) {
    static fts5_tokenizer methods = {create, destroy, tokenize};
    const int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    fts5_api *api = find_api(db);
    if (!api && sqlite3_errcode(db) == SQLITE_NOMEM)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for full-text search");
    if (!api)
        return kb_err_set(err, KB_EUSAGE,
                          "this system's SQLite has no full-text search: install one "
                          "that was built with FTS5");
    struct kb_words *own = calloc(1, sizeof *own);
    if (!own || kb_stems_new(&own->stems, err) != KB_OK) {
        free(own);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for full-text search");
    }
    int code = api->xCreateTokenizer(api, "kabar", own, &methods, free_words);
    if (code != SQLITE_OK)
        free_words(own);
    else if (shared)
        *shared = own;
    if (code == SQLITE_OK)
        code =
            sqlite3_create_function(db, "kb_tagged", 2, pure, NULL, tagged, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(db, "kb_words", 1, pure, NULL, words, NULL, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_create_function(db, "kb_primary", 1, pure, NULL, primary, NULL, NULL);
    if (code != SQLITE_OK)
        return kb_err_set(err, KB_ENOMEM, "the tokenizer cannot be registered: %s",
                          sqlite3_errstr(code));
    return kb_search_register(api, err);
}
