/* One file of names enters, its entries go into the table.
 *
 * A line is an entry: name | kind | country | domains | spelling; spelling.  A spelling
 * that ends in ! is also an ordinary word or initials.  Whatever is wrong is told with
 * the file, the line and what would be right (assets/names/README.md). */
#include "lang/lexicon.h"
#include "lang/tables.h"

#include <stdio.h>

static const char *const kind_names[] = {
#define X(code, name) name,
    KB_NAME_KIND_LIST(X)
#undef X
};

struct reader {
    struct kb_names *names;
    const char *file;
    unsigned line;
    struct kb_err *err;
};

static enum kb_status fail(const struct reader *r, const char *what, struct kb_str s) {
    s = kb_str_cut(s, 60);
    return kb_err_set(r->err, KB_EASSET, "%s:%u: %s: \"%.*s\"", r->file, r->line, what,
                      (int)s.n, s.n ? s.p : "");
}

static struct kb_str cut(struct kb_str *rest, char mark) {
    size_t at = kb_str_find_byte(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + 1, rest->n);
    return out;
}

static enum kb_status add_spelling(const struct reader *r, struct kb_str text) {
    bool ordinary = text.n && text.p[text.n - 1] == '!';
    if (ordinary)
        text = kb_str_trim(kb_str_slice(text, 0, text.n - 1));
    if (text.n > KB_LIMIT_PHRASE_BYTES)
        return fail(r, "longer than 200 bytes (KB_LIMIT_PHRASE_BYTES)", text);
    switch (kb_names_add_spelling(r->names, text, ordinary)) {
    case KB_LEXICON_ADDED:
    case KB_LEXICON_TWICE: return KB_OK;
    case KB_LEXICON_NO_WORD: return fail(r, "a spelling without letters", text);
    case KB_LEXICON_BROKEN:
    case KB_LEXICON_LONG_WORD: return fail(r, "a word of more than 60 bytes", text);
    case KB_LEXICON_MANY:
        return fail(r, "more than 64 names are spelled so (KB_LIMIT_PHRASE_VALUES)",
                    text);
    case KB_LEXICON_FULL: break;
    }
    return kb_err_set(r->err, KB_ENOMEM, "%s: no memory for the names", r->file);
}

static enum kb_status read_line(const struct reader *r, struct kb_str line) {
    struct kb_str rest = line;
    struct kb_name entry = {.name = cut(&rest, '|')};
    struct kb_str kind = cut(&rest, '|'), country = cut(&rest, '|');
    entry.domains = cut(&rest, '|');
    if (!entry.name.n || !kind.n)
        return fail(r, "expected name | kind | country | domains | spellings", line);
    size_t k = 0;
    while (k < KB_NAME_KIND_COUNT && !kb_str_equal(kind, kb_str_z(kind_names[k])))
        k++;
    if (k == KB_NAME_KIND_COUNT)
        return fail(r, "unknown kind; assets/names/README.md lists them", kind);
    entry.kind = (enum kb_name_kind)k;
    if (country.n == 2 && kb_is_alpha(country.p[0]) && kb_is_alpha(country.p[1]))
        memcpy(entry.country, country.p, 2);
    else if (country.n && !kb_str_equal(country, KB_STR("-")))
        return fail(r, "a country is two letters, or -", country);
    if (kb_str_equal(entry.domains, KB_STR("-")))
        entry.domains = KB_STR_NONE;
    if (kb_names_count_domains(entry.domains) > KB_LIMIT_NAME_DOMAINS)
        return fail(r, "more than 32 domains (KB_LIMIT_NAME_DOMAINS)", entry.name);
    if (r->names->count >= KB_LIMIT_NAMES)
        return fail(r, "more than 100000 names (KB_LIMIT_NAMES)", entry.name);
    if (!kb_names_add(r->names, &entry))
        return kb_err_set(r->err, KB_ENOMEM, "%s: no memory for the names", r->file);

    /* The name itself is a spelling, but where it is listed as an ordinary word too. */
    struct kb_str spellings = rest, one;
    bool listed = false;
    while (spellings.n) {
        one = cut(&spellings, ';');
        listed |= one.n == entry.name.n + 1 && kb_str_starts(one, entry.name);
    }
    enum kb_status status = KB_OK;
    size_t bracket = kb_str_find(entry.name, KB_STR(" (")); /* "APA (Azerbaijan)" */
    if (bracket == KB_NOT_FOUND && !listed)
        status = add_spelling(r, entry.name);
    while (rest.n && status == KB_OK) {
        one = cut(&rest, ';');
        if (one.n)
            status = add_spelling(r, one);
    }
    return status;
}

enum kb_status kb_names_read(struct kb_names *names, const char *file_name,
                             struct kb_str bytes, struct kb_err *err) {
    struct reader r = {names, file_name, 0, err};
    if (bytes.n > KB_LIMIT_NAMES_FILE_BYTES)
        return kb_err_set(err, KB_ELIMIT,
                          "%s: larger than %zu bytes (KB_LIMIT_NAMES_FILE_BYTES)",
                          file_name, KB_LIMIT_NAMES_FILE_BYTES);
    while (bytes.n) {
        struct kb_str line = cut(&bytes, '\n');
        r.line++;
        if (kb_utf8_valid_prefix(line) < line.n)
            return fail(&r, "not UTF-8; save the file as UTF-8", KB_STR_NONE);
        if (!line.n || line.p[0] == '#')
            continue;
        enum kb_status status = read_line(&r, line);
        if (status != KB_OK)
            return status;
    }
    return KB_OK;
}
