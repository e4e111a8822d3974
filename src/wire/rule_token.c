/* A rule's line → tokens, and what is said where the next one is not what it should be.
 *
 * Quotes are "…", with \" and \\ in them; typographic ones are taken too, because
 * telephones write them by themselves. */
#include "wire/rule_token.h"

#include <stdarg.h>
#include <stdio.h>

enum { SHOWN_BYTES = 40 /* of a wrong word */ };

size_t kb_rule_column(struct kb_str text, const char *p) {
    return kb_utf8_count((struct kb_str){text.p, (size_t)(p - text.p)}) + 1;
}

/* ---- faults ------------------------------------------------------------------------ */

void kb_rule_wrong(struct kb_rule_parser *p, const char *at, const char *format, ...) {
    char what[240];
    va_list args;
    if (p->status != KB_OK)
        return;
    va_start(args, format);
    if (vsnprintf(what, sizeof what, format, args) < 0)
        what[0] = '\0';
    va_end(args);
    p->status = kb_err_set(p->err, KB_EINPUT, "column %zu: %s",
                           kb_rule_column(p->text, at), what);
}

void kb_rule_no_memory(struct kb_rule_parser *p) {
    if (p->status != KB_OK)
        return;
    p->status =
        p->rules->arena.limited
            ? kb_err_set(p->err, KB_ELIMIT,
                         "the rules take more than %zu MB of memory; take some out",
                         KB_LIMIT_RULES_MEMORY >> 20)
            : kb_err_set(p->err, KB_ENOMEM, "not enough memory for the rule");
}

void kb_rule_expect(struct kb_rule_parser *p, const char *what, const char *const *names,
                    size_t count) {
    char word[SHOWN_BYTES + 1];
    struct kb_str shown = kb_str_cut(p->token.at, SHOWN_BYTES);
    const char *near = NULL;
    snprintf(word, sizeof word, "%.*s", (int)shown.n, shown.n ? shown.p : "");
    for (size_t i = 0; word[i]; i++)
        word[i] = kb_lower(word[i]);
    if (p->token.kind == KB_TOKEN_WORD && count)
        near = kb_nearest(word, names, count);
    if (p->token.kind == KB_TOKEN_END)
        kb_rule_wrong(p, p->text.p + p->text.n, "expected %s, not the end", what);
    else
        kb_rule_wrong(p, p->token.at.p, "expected %s, not %.*s%s%s%s%s", what,
                      (int)shown.n, shown.p, shown.n < p->token.at.n ? "…" : "",
                      near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

void *kb_rule_room(struct kb_rule_parser *p, size_t n) {
    void *room = kb_arena_zalloc(&p->rules->arena, 1, n);
    if (!room)
        kb_rule_no_memory(p);
    return room;
}

/* ---- tokens ------------------------------------------------------------------------ */

/* What a quote that opens like this closes with: the first of a NULL-ended list. */
static const char *const *closing(struct kb_str s, size_t *len) {
    static const char *const straight[] = {"\"", NULL};
    static const char *const curly[] = {"\u201D", "\u201C", "\"", NULL};
    static const char *const pointed[] = {"\u00BB", NULL};
    *len = 1;
    if (s.p[0] == '"')
        return straight;
    *len = 3;
    if (kb_str_starts(s, KB_STR("\u201C")) || kb_str_starts(s, KB_STR("\u201D")) ||
        kb_str_starts(s, KB_STR("\u201E")))
        return curly;
    *len = 2;
    return kb_str_starts(s, KB_STR("\u00AB")) ? pointed : NULL;
}

/* Bytes of the closing quote at the beginning of s; 0 where none is. */
static size_t closes(struct kb_str s, const char *const *ends) {
    for (; *ends; ends++)
        if (kb_str_starts(s, kb_str_z(*ends)))
            return strlen(*ends);
    return 0;
}

static void quoted(struct kb_rule_parser *p, const char *const *ends, size_t begin) {
    struct kb_str line = p->text;
    size_t i = begin, len = 0;
    char *out = kb_arena_alloc(&p->rules->arena, line.n - p->pos), *to = out;
    if (!out) {
        kb_rule_no_memory(p);
        return;
    }
    for (; i < line.n; i++) {
        len = closes(kb_str_slice(line, i, line.n), ends);
        if (len)
            break;
        if (line.p[i] == '\\' && i + 1 < line.n &&
            (line.p[i + 1] == '\\' || line.p[i + 1] == '"'))
            i++;
        *to++ = line.p[i];
    }
    if (!len) {
        kb_rule_wrong(p, line.p + p->pos, "the quote that opens here is not closed");
        return;
    }
    p->token.kind = KB_TOKEN_TEXT;
    p->token.text = (struct kb_str){out, (size_t)(to - out)};
    p->token.at = kb_str_slice(line, p->pos, i + len);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct kb_rule_parser *p) {
    while (p->pos < p->text.n && is_blank(p->text.p[p->pos]))
        p->pos++;
}

void kb_rule_next(struct kb_rule_parser *p) {
    static const char signs[] = "(),";
    static const enum kb_token_kind kinds[] = {KB_TOKEN_OPEN, KB_TOKEN_CLOSE,
                                               KB_TOKEN_COMMA};
    size_t len, end;
    skip_blanks(p);
    struct kb_str rest = kb_str_slice(p->text, p->pos, p->text.n);
    p->token = (struct kb_token){.at = kb_str_slice(rest, 0, 1)};
    if (!rest.n)
        return;
    const char *sign = strchr(signs, rest.p[0]);
    const char *const *ends = closing(rest, &len);
    if (sign) {
        p->token.kind = kinds[sign - signs];
    } else if (ends) {
        quoted(p, ends, p->pos + len);
    } else {
        for (end = 1; end < rest.n && !is_blank(rest.p[end]) &&
                      !strchr(signs, rest.p[end]) && rest.p[end] != '"';)
            end++;
        p->token.kind = KB_TOKEN_WORD;
        p->token.at = kb_str_slice(rest, 0, end);
        p->token.text = kb_arena_dup(&p->rules->arena, p->token.at);
    }
    p->pos += p->token.at.n;
}

void kb_rule_begin(struct kb_rule_parser *p) {
    size_t valid = kb_utf8_valid_prefix(p->text);
    if (p->text.n > KB_LIMIT_RULE_BYTES) {
        p->status =
            kb_err_set(p->err, KB_EINPUT,
                       "a rule has at most %d bytes, this one %zu; make two of it",
                       KB_LIMIT_RULE_BYTES, p->text.n);
        return;
    }
    if (valid < p->text.n)
        kb_rule_wrong(p, p->text.p + valid, "these bytes are not UTF-8");
    for (size_t i = 0; i < valid; i++) {
        unsigned char c = (unsigned char)p->text.p[i];
        if (c < 0x20 ? c != '\t' : c == 0x7F)
            kb_rule_wrong(p, p->text.p + i, "a control character (U+%04X); %s", c,
                          c == '\n' ? "a rule is one line" : "take it out");
    }
    if (p->status == KB_OK)
        kb_rule_next(p);
}

bool kb_rule_is(const struct kb_rule_parser *p, const char *word) {
    return p->status == KB_OK && p->token.kind == KB_TOKEN_WORD &&
           kb_str_equal_nocase(p->token.at, kb_str_z(word));
}

bool kb_rule_take(struct kb_rule_parser *p, const char *word) {
    bool is = kb_rule_is(p, word);
    if (is)
        kb_rule_next(p);
    return is;
}

bool kb_rule_take_kind(struct kb_rule_parser *p, enum kb_token_kind kind) {
    bool is = p->status == KB_OK && p->token.kind == kind;
    if (is)
        kb_rule_next(p);
    return is;
}

bool kb_rule_take_text(struct kb_rule_parser *p, const char *what, struct kb_str *text) {
    static const char *const joints[] = {"and", "or", "not", "if", "always"};
    bool word = p->token.kind == KB_TOKEN_WORD;
    if (p->status != KB_OK)
        return false;
    for (size_t i = 0; word && i < KB_COUNT(joints); i++)
        word = !kb_rule_is(p, joints[i]);
    if (word && p->token.at.p[0] == '/') {
        kb_rule_wrong(p, p->token.at.p,
                      "expected %s; a pattern stands behind matches, and a text with / "
                      "needs quotes",
                      what);
        return false;
    }
    if (!word && p->token.kind != KB_TOKEN_TEXT) {
        kb_rule_expect(p, what, NULL, 0);
        return false;
    }
    *text = p->token.text;
    kb_rule_next(p);
    return p->status == KB_OK;
}

bool kb_rule_take_pattern(struct kb_rule_parser *p, struct kb_str *text,
                          struct kb_str *flags) {
    static const char known[] = "imsx";
    struct kb_str line = p->text;
    char have[sizeof known] = "";
    if (p->status != KB_OK)
        return false;
    if (p->token.kind != KB_TOKEN_WORD || p->token.at.p[0] != '/') {
        kb_rule_expect(p, "a pattern between slashes, as /ferr(y|ies)/i", NULL, 0);
        return false;
    }
    size_t begin = (size_t)(p->token.at.p - line.p) + 1, end = begin;
    while (end < line.n && line.p[end] != '/')
        end += line.p[end] == '\\' && end + 1 < line.n ? 2 : 1;
    if (end >= line.n || end == begin) {
        kb_rule_wrong(p, p->token.at.p,
                      end == begin ? "the pattern is empty"
                                   : "the pattern that begins here has no / at its end");
        return false;
    }
    *text = kb_arena_dup(&p->rules->arena, kb_str_slice(line, begin, end));
    for (p->pos = end + 1; p->pos < line.n && kb_is_alpha(line.p[p->pos]); p->pos++) {
        const char *flag = strchr(known, line.p[p->pos]);
        if (!flag) {
            kb_rule_wrong(p, line.p + p->pos,
                          "behind a pattern stand i (any case), m, s or x");
            return false;
        }
        have[flag - known] = *flag;
    }
    size_t n = 0;
    for (size_t i = 0; i < sizeof known - 1; i++)
        if (have[i])
            have[n++] = have[i];
    *flags = kb_arena_dup(&p->rules->arena, (struct kb_str){have, n});
    kb_rule_next(p);
    return p->status == KB_OK;
}
