/* One language file's bytes enter, its phrases go into the lexicon.
 *
 * The format is made for people who speak the language and write no programs: lines,
 * [sections], # comments (docs/languages.md).  Whatever is wrong is told with the file,
 * the line and what would be right. */
#include "lang/lexicon.h"
#include "lang/calendar.h"

#include <stdio.h>

static const char *const phrase_names[] = {
#define X(code, name) name,
    KB_PHRASE_LIST(X)
#undef X
};

const char *kb_phrase_name(enum kb_phrase kind) {
    return kind < KB_PHRASE_COUNT ? phrase_names[kind] : "none";
}

enum kb_phrase kb_phrase_by_name(struct kb_str name) {
    for (size_t i = 0; i < KB_PHRASE_COUNT; i++)
        if (kb_str_equal(name, kb_str_z(phrase_names[i])))
            return (enum kb_phrase)i;
    return KB_PHRASE_COUNT;
}

static const char *const source_names[] = {
#define X(code, name) name,
    KB_SOURCE_WORD_LIST(X)
#undef X
};

enum kb_source_word kb_source_word_by_name(struct kb_str name) {
    for (size_t i = 0; i < KB_SOURCE_WORD_COUNT; i++)
        if (kb_str_equal(name, kb_str_z(source_names[i])))
            return (enum kb_source_word)i;
    return KB_SOURCE_WORD_COUNT;
}

static const char *const word_names[] = {
#define X(code, name) name,
    KB_WORD_KIND_LIST(X)
#undef X
};

/* The section of words about names, or KB_WORD_KIND_COUNT. */
static enum kb_word_kind word_kind_by_name(struct kb_str name) {
    for (size_t i = 0; i < KB_WORD_KIND_COUNT; i++)
        if (kb_str_equal(name, kb_str_z(word_names[i])))
            return (enum kb_word_kind)i;
    return KB_WORD_KIND_COUNT;
}

struct reader;
typedef enum kb_status line_fn(struct reader *r, struct kb_str line);

struct reader {
    struct kb_lexicon *lexicon;
    const char *name;
    unsigned line, file;
    line_fn *section;
    enum kb_phrase phrase; /* of the section, where it has phrases */
    enum kb_word_kind word;
    enum kb_source_word source;
    enum kb_calendar_section calendar;
    bool has_name, has_tag;
    struct kb_err *err;
};

#define FAIL(r, ...) fail(r, (char[160]){0}, 160, __VA_ARGS__)

static enum kb_status fail(struct reader *r, char *text, size_t size, const char *format,
                           const char *what) {
    snprintf(text, size, format, what);
    return kb_err_set(r->err, KB_EASSET, "%s:%u: %s", r->name, r->line, text);
}

/* A copy of s for a message, cut to what fits. */
struct shown {
    char z[64];
};

static struct shown show(struct kb_str s) {
    struct shown out;
    s = kb_str_cut(s, sizeof out.z - 1);
    if (s.n)
        memcpy(out.z, s.p, s.n);
    out.z[s.n] = '\0';
    return out;
}

static struct kb_str stem_of(const struct reader *r) {
    const char *dot = strchr(r->name, '.');
    return (struct kb_str){r->name, dot ? (size_t)(dot - r->name) : strlen(r->name)};
}

static enum kb_status read_head(struct reader *r, struct kb_str line) {
    size_t at = kb_str_find_byte(line, '=');
    if (at == KB_NOT_FOUND)
        return FAIL(r, "expected `name = …`, `tag = …` or a [section], found \"%s\"",
                    show(line).z);
    struct kb_str key = kb_str_trim(kb_str_slice(line, 0, at));
    struct kb_str value = kb_str_trim(kb_str_slice(line, at + 1, line.n));
    if (!value.n)
        return FAIL(r, "\"%s\" has no value", show(key).z);
    if (kb_str_equal(key, KB_STR("name"))) {
        r->has_name = true;
        return KB_OK;
    }
    if (!kb_str_equal(key, KB_STR("tag")))
        return FAIL(r, "unknown key \"%s\"; known are name and tag", show(key).z);
    if (!kb_str_equal(value, stem_of(r)))
        return FAIL(r, "the tag \"%s\" must be the file's name without .lang",
                    show(value).z);
    r->has_tag = true;
    return KB_OK;
}

/* What a phrase that was not taken is told with. */
static enum kb_status not_added(struct reader *r, struct kb_str line,
                                enum kb_lexicon_added how) {
    switch (how) {
    case KB_LEXICON_ADDED: return KB_OK;
    case KB_LEXICON_TWICE:
        return FAIL(r,
                    "the phrase \"%s\" is in this section already (capitals do not "
                    "count)",
                    show(line).z);
    case KB_LEXICON_NO_WORD:
        return FAIL(r, "the phrase \"%s\" has no word in it", show(line).z);
    case KB_LEXICON_BROKEN:
        return FAIL(r,
                    "the phrase \"%s\" has punctuation between its words; write the "
                    "part before it",
                    show(line).z);
    case KB_LEXICON_LONG_WORD:
        return FAIL(r, "the phrase \"%s\" has a word of more than 60 bytes",
                    show(line).z);
    case KB_LEXICON_MANY:
        return FAIL(r, "the phrase \"%s\" has too many meanings (KB_LIMIT_PHRASE_VALUES)",
                    show(line).z);
    case KB_LEXICON_FULL: break;
    }
    return kb_err_set(r->err, KB_ENOMEM, "%s: no memory for the language data", r->name);
}

static enum kb_status read_phrase(struct reader *r, struct kb_str line) {
    if (line.n > KB_LIMIT_PHRASE_BYTES)
        return FAIL(r,
                    "the phrase \"%s…\" is longer than 200 bytes "
                    "(KB_LIMIT_PHRASE_BYTES)",
                    show(line).z);
    return not_added(r, line,
                     r->word < KB_WORD_KIND_COUNT
                         ? kb_lexicon_add_word(r->lexicon, line, r->word, r->file)
                         : kb_lexicon_add(r->lexicon, line, r->phrase, r->file));
}

/* "told …": the dots say on which side the name stands. */
static enum kb_status read_source_words(struct reader *r, struct kb_str line) {
    static const struct kb_str dots = {"\xE2\x80\xA6", 3};
    size_t at = kb_str_find(line, dots);
    bool named = r->source < KB_SOURCE_MEDIUM;
    if (line.n > KB_LIMIT_PHRASE_BYTES)
        return FAIL(r,
                    "the phrase \"%s…\" is longer than 200 bytes "
                    "(KB_LIMIT_PHRASE_BYTES)",
                    show(line).z);
    if (named && at == KB_NOT_FOUND)
        return FAIL(r, "\"%s\" does not say with … where the name stands", show(line).z);
    if (!named && at != KB_NOT_FOUND)
        return FAIL(r, "\"%s\": no … in this section", show(line).z);
    if (named && at != 0 && at + dots.n != line.n)
        return FAIL(r, "\"%s\": … stands at the beginning or at the end", show(line).z);
    return not_added(r, line, kb_lexicon_add_source(r->lexicon, line, r->source));
}

/* The example's key: a section of sources and the names that are found, or "nobody". */
static bool is_source_key(struct kb_str key) {
    size_t space = kb_str_find_byte(key, ' ');
    return kb_str_equal(key, KB_STR("nobody")) ||
           (space != KB_NOT_FOUND &&
            kb_source_word_by_name(kb_str_slice(key, 0, space)) < KB_SOURCE_WORD_COUNT);
}

/* Tests run the examples; here they are only checked for their form. */
static enum kb_status read_example(struct reader *r, struct kb_str line) {
    size_t at = kb_str_find_byte(line, ':');
    if (at == KB_NOT_FOUND)
        return FAIL(r, "expected `key: sentence`, found \"%s\"", show(line).z);
    struct kb_str key = kb_str_trim(kb_str_slice(line, 0, at));
    if (!kb_str_equal(key, KB_STR("none")) && !is_source_key(key) &&
        kb_phrase_by_name(key) == KB_PHRASE_COUNT)
        return FAIL(r, "unknown key \"%s\" of an example; use a section's name or none",
                    show(key).z);
    if (!kb_str_trim(kb_str_slice(line, at + 1, line.n)).n)
        return FAIL(r, "the example of \"%s\" is empty", show(key).z);
    return KB_OK;
}

static enum kb_status read_calendar(struct reader *r, struct kb_str line) {
    const char *wrong = kb_calendar_add(kb_lexicon_calendar(r->lexicon), r->calendar,
                                        stem_of(r), r->file, line);
    if (wrong && !*wrong)
        return kb_err_set(r->err, KB_ENOMEM, "%s: no memory for the language data",
                          r->name);
    return wrong ? FAIL(r, "%s", wrong) : KB_OK;
}

static enum kb_status open_section(struct reader *r, struct kb_str line) {
    if (line.p[line.n - 1] != ']')
        return FAIL(r, "the section \"%s\" does not end in ]", show(line).z);
    if (!r->has_name || !r->has_tag)
        return FAIL(r, "`%s = …` must stand before the first section",
                    r->has_name ? "tag" : "name");
    struct kb_str name = kb_str_trim(kb_str_slice(line, 1, line.n - 1));
    r->phrase = kb_phrase_by_name(name);
    r->word = word_kind_by_name(name);
    r->section = read_phrase;
    r->source = kb_source_word_by_name(name);
    r->calendar = kb_calendar_by_name(name);
    if (r->calendar < KB_CALENDAR_SECTIONS) {
        r->section = read_calendar;
    } else if (kb_str_equal(name, KB_STR("examples"))) {
        r->section = read_example;
    } else if (r->source < KB_SOURCE_WORD_COUNT) {
        r->section = read_source_words;
    } else if (r->phrase == KB_PHRASE_COUNT && r->word == KB_WORD_KIND_COUNT) {
        return FAIL(r,
                    "unknown section [%s]; docs/languages.md lists those that there are",
                    show(name).z);
    }
    return KB_OK;
}

enum kb_status kb_lexicon_read(struct kb_lexicon *lexicon, const char *name,
                               struct kb_str bytes, unsigned file, struct kb_err *err) {
    struct reader r = {
        .lexicon = lexicon, .name = name, .file = file, .err = err, .section = read_head};
    if (bytes.n > KB_LIMIT_LANG_FILE_BYTES)
        return kb_err_set(err, KB_ELIMIT,
                          "%s: larger than %zu bytes "
                          "(KB_LIMIT_LANG_FILE_BYTES)",
                          name, KB_LIMIT_LANG_FILE_BYTES);
    if (kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")))
        bytes = kb_str_slice(bytes, 3, bytes.n);
    while (bytes.n) {
        size_t end = kb_str_find_byte(bytes, '\n');
        struct kb_str line = kb_str_slice(bytes, 0, end);
        bytes = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(bytes, end + 1, bytes.n);
        r.line++;
        if (kb_utf8_valid_prefix(line) < line.n)
            return FAIL(&r, "%s", "not UTF-8; save the file as UTF-8");
        line = kb_str_trim(line);
        if (!line.n || line.p[0] == '#')
            continue;
        enum kb_status status =
            line.p[0] == '[' ? open_section(&r, line) : r.section(&r, line);
        if (status != KB_OK)
            return status;
    }
    if (!r.has_name || !r.has_tag)
        return FAIL(&r, "the file has no `%s = …`", r.has_name ? "tag" : "name");
    const char *missing = kb_calendar_missing(kb_lexicon_calendar(lexicon), file);
    if (missing)
        return FAIL(&r, "the section [%s] has too few lines", missing);
    return KB_OK;
}
