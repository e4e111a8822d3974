/* lexicon: what language files say.
 *   builtin=yes   runs the [examples] of every file that is compiled in: a sentence must
 *                 begin with a phrase of its key (or, for credit, contain one); `none`
 *                 must begin with none.  Outputs count: the files.
 *   file=xx.lang  reads the case's file of that name → error: the message, or "fine".
 *   otherwise     each line of `lines` is matched against the built-in files → hits. */
#include "asset.h"
#include "lang/calendar.h"
#include "lang/lexicon.h"
#include "runner.h"

static struct kb_str cut_line(struct kb_str *rest) {
    size_t end = kb_str_find_byte(*rest, '\n');
    struct kb_str line = kb_str_slice(*rest, 0, end);
    *rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, end + 1, rest->n);
    return kb_str_trim(line);
}

static void names(struct kb_buf *out, uint32_t bits) {
    for (unsigned k = 0; k < KB_PHRASE_COUNT; k++)
        if (bits >> k & 1)
            kb_buf_printf(out, " %s", kb_phrase_name((enum kb_phrase)k));
    if (!bits)
        kb_buf_z(out, " -");
}

static void example(struct kb_case *c, const struct kb_lexicon *lexicon, const char *file,
                    struct kb_str line) {
    size_t colon = kb_str_find_byte(line, ':');
    struct kb_str key = kb_str_trim(kb_str_slice(line, 0, colon));
    struct kb_str text = kb_str_trim(kb_str_slice(line, colon + 1, line.n));
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, text);
    uint32_t contains = kb_lexicon_contains(lexicon, text);
    enum kb_phrase kind = kb_phrase_by_name(key);
    if (!kb_str_equal(key, KB_STR("none")) && kind == KB_PHRASE_COUNT)
        return; /* of sources: kind_sources.c */
    if (kind == KB_PHRASE_COUNT) {
        if (hits.begins)
            kb_case_fail(c, "%s: should be plain text: %.*s", file, (int)text.n, text.p);
    } else if (!(hits.begins >> kind & 1) &&
               !(kind == KB_PHRASE_CREDIT && contains >> kind & 1)) {
        kb_case_fail(c, "%s: no sign of %.*s: %.*s", file, (int)key.n, key.p, (int)text.n,
                     text.p);
    }
    if (hits.whole & ~hits.begins && !kb_is_digit(text.p[0]))
        kb_case_fail(c, "%s: whole without begins: %.*s", file, (int)text.n, text.p);
}

/* Every language names twelve months and seven days. */
static void check_calendar(struct kb_case *c, struct kb_lexicon *own, const char *name) {
    const struct kb_calendar *calendar = kb_lexicon_calendar(own);
    if (calendar->files[1].lines[KB_CALENDAR_MONTHS] != 12 ||
        calendar->files[1].lines[KB_CALENDAR_WEEKDAYS] != 7)
        kb_case_fail(c, "%s: [months] wants twelve lines, [weekdays] seven", name);
    if (!calendar->files[1].lines[KB_CALENDAR_CHANGED] ||
        calendar->files[1].lines[KB_CALENDAR_AGO] != 4)
        kb_case_fail(c, "%s: [changed] or [ago] is missing", name);
}

/* Each file's examples are run against its own phrases, so that a file stands by itself;
 * `none` against all, because pages mix languages. */
static void run_examples(struct kb_case *c) {
    struct kb_lexicon *all = NULL;
    struct kb_err err;
    size_t count = 0;
    if (kb_lexicon_new(NULL, &all, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    for (size_t i = 0; i < kb_assets_lang_count; i++) {
        const struct kb_asset *a = &kb_assets_lang[i];
        struct kb_str rest = {(const char *)a->bytes, a->n};
        struct kb_lexicon *own = kb_lexicon_empty();
        bool inside = false;
        size_t found = 0;
        if (!own || kb_lexicon_read(own, a->name, rest, 1, &err) != KB_OK) {
            kb_case_fail(c, "%s", own ? err.text : "no memory");
            rest.n = 0;
        }
        while (rest.n) {
            struct kb_str line = cut_line(&rest);
            if (line.n && line.p[0] == '[')
                inside = kb_str_equal(line, KB_STR("[examples]"));
            else if (inside && line.n && line.p[0] != '#') {
                bool none = kb_str_starts(line, KB_STR("none"));
                example(c, none ? all : own, a->name, line);
                found++;
            }
        }
        if (!found)
            kb_case_fail(c, "%s: no examples", a->name);
        if (own)
            check_calendar(c, own, a->name);
        kb_lexicon_free(own);
        count++;
    }
    kb_lexicon_free(all);
    if (count < 30)
        kb_case_fail(c, "only %zu language files", count);
}

static void run_file(struct kb_case *c, const char *name) {
    struct kb_err err = {KB_OK, "fine"};
    struct kb_lexicon *lexicon = kb_lexicon_empty();
    if (!lexicon) {
        kb_case_fail(c, "no memory");
        return;
    }
    if (kb_lexicon_read(lexicon, name, kb_case_file(c, name), 1, &err) == KB_OK)
        memcpy(err.text, "fine", 5);
    kb_case_output(c, "error", kb_str_z(err.text));
    kb_lexicon_free(lexicon);
}

static void run_lines(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err;
    struct kb_buf out;
    struct kb_str rest = kb_case_file(c, "lines");
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    kb_buf_init(&out, (size_t)1 << 20);
    while (rest.n) {
        struct kb_str line = cut_line(&rest);
        struct kb_phrase_hits hits = kb_lexicon_match(lexicon, line);
        kb_buf_str(&out, line);
        kb_buf_z(&out, "\n  begins");
        names(&out, hits.begins);
        kb_buf_z(&out, "; whole");
        names(&out, hits.whole);
        kb_buf_z(&out, "; contains");
        names(&out, kb_lexicon_contains(lexicon, line));
        kb_buf_printf(&out, "; prefix %zu\n", hits.prefix_bytes);
    }
    kb_case_output(c, "hits", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_lexicon_free(lexicon);
}

static void run(struct kb_case *c) {
    const char *file = kb_case_option(c, "file");
    if (kb_case_option(c, "builtin")) {
        run_examples(c);
        kb_case_output(c, "done", KB_STR("examples ran\n"));
    } else if (file) {
        run_file(c, file);
    } else {
        run_lines(c);
    }
}

const struct kb_test_kind kb_kind_lexicon = {"lexicon", run};
