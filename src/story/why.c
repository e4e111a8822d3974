/* Two articles → what they share and whether that joins them.
 *
 * Fingerprints hold hashes, not words.  So that an explanation speaks in the articles'
 * own words without a second way to cut texts, each word (of scripts without spaces each
 * short run) is fingerprinted alone, and is named where its hash is one that both
 * have. */
#include "story/why.h"
#include "story/index.h"
#include "story/reprints.h"

#include <stdlib.h>

enum {
    RUN = 5,        /* characters of a script without spaces that may be one anchor */
    NUMBERS = 24,   /* that are told of one text */
    TOLD_TERMS = 3, /* in the sentence */
    SAY_BYTES = 400,
    SCRATCH = 64 << 20
};

/* One trait that is looked for in the texts. */
struct wanted {
    uint32_t key;
    struct kb_str words[2];
};

struct asker {
    struct kb_arena *arena;
    struct kb_arena scratch; /* of one word's print */
    struct kb_printer *printer;
    struct kb_fingerprint prints[2];
    const struct kb_why_article *articles[2];
    struct wanted *terms, *anchors;
    size_t term_count, anchor_count;
    struct kb_why *out;
};

/* ---- what both have ---------------------------------------------------------------- */

static int heavier(const void *a, const void *b) {
    const struct kb_why_shared *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return 0;
}

static const struct kb_trait *trait_of(const struct kb_trait *traits, size_t count,
                                       uint32_t hash) {
    for (size_t i = 0; i < count; i++)
        if (traits[i].hash == hash)
            return &traits[i];
    return NULL;
}

/* The features that both have, with their words still to be found. */
static bool share(struct asker *a, const struct kb_feature *x, size_t n,
                  const struct kb_feature *y, size_t m, bool anchors, float *cosine) {
    const struct kb_fingerprint *print = &a->prints[0];
    const struct kb_trait *traits = anchors ? print->anchors : print->terms;
    size_t trait_count = anchors ? print->anchor_count : print->term_count, count = 0;
    struct kb_why_shared *shared = kb_arena_zalloc(a->arena, n + 1, sizeof *shared);
    struct wanted *wanted = kb_arena_zalloc(a->arena, n + 1, sizeof *wanted);
    *cosine = 0;
    for (size_t i = 0; shared && wanted && i < n; i++)
        for (size_t k = 0; k < m; k++) {
            if (x[i].key != y[k].key)
                continue;
            const struct kb_trait *t = trait_of(traits, trait_count, x[i].key);
            shared[count].weight = x[i].weight * y[k].weight;
            shared[count].name = t && t->name;
            shared[count].number = t && t->number;
            wanted[count++].key = x[i].key;
            *cosine += x[i].weight * y[k].weight;
        }
    if (anchors) {
        a->anchors = wanted, a->anchor_count = count;
        a->out->anchors = shared, a->out->anchor_count = count;
    } else {
        a->terms = wanted, a->term_count = count;
        a->out->terms = shared, a->out->term_count = count;
    }
    return shared && wanted;
}

/* ---- their words ------------------------------------------------------------------- */

static struct wanted *find(struct wanted *all, size_t count, uint32_t key) {
    for (size_t i = 0; i < count; i++)
        if (all[i].key == key)
            return &all[i];
    return NULL;
}

static void name_traits(struct wanted *all, size_t count, const struct kb_trait *traits,
                        size_t n, int side, struct kb_str words) {
    for (size_t i = 0; i < n; i++) {
        struct wanted *w = find(all, count, traits[i].hash);
        if (w && !w->words[side].n)
            w->words[side] = words;
    }
}

/* What words alone would give: whatever of it both have is called by them. */
static bool try_words(struct asker *a, int side, struct kb_str words,
                      struct kb_err *err) {
    struct kb_fingerprint print;
    kb_arena_reset(&a->scratch);
    if (kb_fingerprint_take(a->printer, &a->scratch, KB_STR_NONE, words,
                            kb_str_z(a->prints[side].language), &print, err) != KB_OK)
        return false;
    name_traits(a->terms, a->term_count, print.terms, print.term_count, side, words);
    name_traits(a->anchors, a->anchor_count, print.anchors, print.anchor_count, side,
                words);
    return true;
}

/* Short runs that begin at pos, the shortest first. */
static bool try_runs(struct asker *a, int side, struct kb_str text, size_t pos,
                     struct kb_err *err) {
    size_t end = pos, len;
    for (int i = 0; i < RUN && end < text.n; i++) {
        if (!kb_is_han_like(kb_utf8_next(text.p + end, text.p + text.n, &len)))
            break;
        end += len;
        if (i && !try_words(a, side, kb_str_slice(text, pos, end), err))
            return false;
    }
    return true;
}

/* Where the number at pos ends, its separators included. */
static size_t number_end(struct kb_str text, size_t pos) {
    size_t end = pos, len;
    for (size_t at = pos; at < text.n; at += len) {
        uint32_t c = kb_utf8_next(text.p + at, text.p + text.n, &len);
        if (kb_digit_value(c) >= 0)
            end = at + len;
        else if (c != '.' && c != ',' && c != 0x66B && c != 0x66C)
            break;
        else if (at != end)
            break; /* two separators */
    }
    return end;
}

static bool name_text(struct asker *a, int side, struct kb_str text, struct kb_err *err) {
    size_t len, words = 0;
    text = kb_str_cut(text, KB_LIMIT_STORY_BYTES);
    for (size_t pos = 0, end; pos < text.n && words < KB_LIMIT_WHY_WORDS; pos = end) {
        uint32_t c = kb_utf8_next(text.p + pos, text.p + text.n, &len);
        end = pos + len;
        if (!kb_is_word_char(c))
            continue;
        words++;
        if (kb_is_han_like(c)) {
            if (!try_runs(a, side, text, pos, err))
                return false;
            continue;
        }
        if (kb_digit_value(c) >= 0)
            end = number_end(text, pos);
        else
            while (end < text.n) {
                c = kb_utf8_next(text.p + end, text.p + text.n, &len);
                if (!kb_is_word_char(c) || kb_is_han_like(c) || kb_digit_value(c) >= 0)
                    break;
                end += len;
            }
        if (!try_words(a, side, kb_str_slice(text, pos, end), err))
            return false;
    }
    return true;
}

static bool name_all(struct asker *a, struct kb_err *err) {
    for (int side = 0; side < 2; side++) {
        const struct kb_why_article *article = a->articles[side];
        if (!name_text(a, side, kb_str_cut(article->title, KB_LIMIT_META_BYTES), err) ||
            !name_text(a, side, article->text, err))
            return false;
    }
    for (size_t i = 0; i < a->term_count; i++)
        memcpy(a->out->terms[i].words, a->terms[i].words, sizeof a->terms[i].words);
    for (size_t i = 0; i < a->anchor_count; i++)
        memcpy(a->out->anchors[i].words, a->anchors[i].words, sizeof a->anchors[i].words);
    if (a->term_count)
        qsort(a->out->terms, a->term_count, sizeof *a->out->terms, heavier);
    if (a->anchor_count)
        qsort(a->out->anchors, a->anchor_count, sizeof *a->out->anchors, heavier);
    return true;
}

/* ---- numbers that only one has ----------------------------------------------------- */

static uint32_t number_hash(struct kb_str text, size_t pos, size_t end) {
    char digits[32];
    size_t n = 0, len;
    for (size_t at = pos; at < end; at += len) {
        int digit = kb_digit_value(kb_utf8_next(text.p + at, text.p + end, &len));
        if (digit >= 0 && n < sizeof digits)
            digits[n++] = (char)('0' + digit);
    }
    return n > 1 ? (uint32_t)kb_hash(digits, n, 0) | 1 : 0;
}

struct numbers {
    uint32_t hashes[NUMBERS * 4];
    struct kb_str words[NUMBERS * 4];
    size_t count;
};

static void list_numbers(struct kb_str text, struct numbers *out) {
    size_t len;
    out->count = 0;
    text = kb_str_cut(text, KB_LIMIT_STORY_BYTES);
    for (size_t pos = 0, end; pos < text.n && out->count < NUMBERS * 4; pos = end) {
        uint32_t c = kb_utf8_next(text.p + pos, text.p + text.n, &len);
        end = pos + len;
        if (kb_digit_value(c) < 0)
            continue;
        end = number_end(text, pos);
        uint32_t hash = number_hash(text, pos, end);
        bool twice = !hash;
        for (size_t i = 0; i < out->count; i++)
            twice |= out->hashes[i] == hash;
        if (twice)
            continue;
        out->hashes[out->count] = hash;
        out->words[out->count++] = kb_str_slice(text, pos, end);
    }
}

static bool find_numbers(struct asker *a) {
    struct numbers of[2];
    for (int side = 0; side < 2; side++)
        list_numbers(a->articles[side]->text, &of[side]);
    for (int side = 0; side < 2; side++) {
        const struct numbers *mine = &of[side], *its = &of[1 - side];
        struct kb_str *out = kb_arena_zalloc(a->arena, NUMBERS, sizeof *out);
        size_t n = 0;
        for (size_t i = 0; out && i < mine->count && n < NUMBERS; i++) {
            bool both = false;
            for (size_t k = 0; k < its->count && !both; k++)
                both = its->hashes[k] == mine->hashes[i];
            if (!both)
                out[n++] = mine->words[i];
        }
        a->out->numbers[side] = out;
        a->out->number_count[side] = n;
        if (!out)
            return false;
    }
    return true;
}

/* ---- the verdict ------------------------------------------------------------------- */

/* "Velmora, breakwater, Oriel": what tells most. */
static struct kb_str tell_most(const struct kb_why *w, struct kb_arena *arena) {
    const struct kb_why_shared *all = w->across ? w->anchors : w->terms;
    size_t count = w->across ? w->anchor_count : w->term_count, told = 0;
    struct kb_buf out;
    kb_buf_init(&out, SAY_BYTES / 2);
    for (size_t i = 0; i < count && told < TOLD_TERMS; i++) {
        if (!all[i].words[0].n)
            continue;
        kb_buf_z(&out, told++ ? ", " : "");
        kb_buf_str(&out, kb_str_cut(all[i].words[0], 40));
    }
    struct kb_str said = kb_arena_dup(arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return said;
}

static void judge(struct kb_why *w, struct kb_arena *arena) {
    float share = w->inside > w->holds ? w->inside : w->holds,
          near = w->cosine / w->enough;
    const double window = KB_LIMIT_STORY_DAYS * 24;
    const char *whose = w->inside >= w->holds ? "first" : "second";
    const char *other = w->inside >= w->holds ? "second" : "first";
    double apart = w->hours < 0 ? -w->hours : w->hours;
    struct kb_str most = tell_most(w, arena);
    w->joins = false;
    if (w->timed && apart > window) {
        w->verdict =
            kb_arena_printf(arena,
                            "They would not join: %.0f days lie between them, and an "
                            "article waits %d for others of its story.",
                            apart / 24, KB_LIMIT_STORY_DAYS);
    } else if (share >= kb_reprint_share && w->conflict) {
        w->verdict = kb_arena_printf(
            arena,
            "They would not join: the words are alike (%.0f%% of the %s in "
            "the %s) and the numbers are not, as in texts that are made "
            "from one template.",
            (double)share * 100, whose, other);
    } else if (share >= kb_reprint_share && near >= kb_reprint_near) {
        w->joins = true;
        w->verdict = kb_arena_printf(
            arena,
            "They would join: they are one text, %.0f%% of the %s stands in "
            "the %s, and %.0f%% is enough.",
            (double)share * 100, whose, other, (double)kb_reprint_share * 100);
    } else if (near >= 1) {
        w->joins = true;
        w->verdict = kb_arena_printf(
            arena,
            "They would join: %s %.2f, and %.2f is enough; most is "
            "said by %.*s.",
            w->across ? "across languages" : "within one language", (double)w->cosine,
            (double)w->enough, (int)most.n, most.n ? most.p : "");
    } else {
        w->verdict = kb_arena_printf(
            arena, "They would not join: %s %.2f, and %.2f would be enough.",
            w->across ? "across languages" : "within one language", (double)w->cosine,
            (double)w->enough);
    }
}

/* ---- the whole --------------------------------------------------------------------- */

static enum kb_status take_prints(struct asker *a, struct kb_err *err) {
    enum kb_status status = KB_OK;
    for (int side = 0; side < 2 && status == KB_OK; side++) {
        const struct kb_why_article *article = a->articles[side];
        if (article->print)
            a->prints[side] = *article->print;
        else
            status =
                kb_fingerprint_take(a->printer, a->arena, article->title, article->text,
                                    article->language, &a->prints[side], err);
        memcpy(a->out->languages[side], a->prints[side].language,
               sizeof a->out->languages[side]);
    }
    return status;
}

/* What the grouper says of the second's text in the first's. */
static enum kb_status compare_texts(struct asker *a, struct kb_err *err) {
    struct kb_reprints *reprints = NULL;
    bool filled_in;
    struct kb_reprint found[KB_REPRINTS];
    enum kb_status status = kb_reprints_new(&reprints, err);
    if (status == KB_OK)
        status = kb_reprints_add(reprints, &a->prints[1], 0, 0, err);
    if (status == KB_OK &&
        kb_reprints_find(reprints, &a->prints[0], found, &filled_in) > 0) {
        a->out->inside = found[0].inside;
        a->out->holds = found[0].holds;
        a->out->conflict = found[0].conflict;
    }
    kb_reprints_free(reprints);
    return status;
}

static enum kb_status weigh(struct asker *a, const struct kb_usage *usage,
                            struct kb_err *err) {
    struct kb_why *w = a->out;
    struct kb_usage *fresh = NULL;
    enum kb_status status = usage ? KB_OK : kb_usage_new(&fresh, err);
    struct kb_features *f = kb_arena_zalloc(a->arena, 2, sizeof *f);
    float terms = 0, anchors = 0;
    if (status == KB_OK && !f)
        status = kb_err_set(err, KB_ENOMEM, "not enough memory to explain");
    if (status == KB_OK) {
        kb_usage_weigh(usage ? usage : fresh, &a->prints[0], &f[0]);
        kb_usage_weigh(usage ? usage : fresh, &a->prints[1], &f[1]);
        if (!share(a, f[0].terms, f[0].term_count, f[1].terms, f[1].term_count, false,
                   &terms) ||
            !share(a, f[0].anchors, f[0].anchor_count, f[1].anchors, f[1].anchor_count,
                   true, &anchors))
            status = kb_err_set(err, KB_ENOMEM, "not enough memory to explain");
    }
    w->across = a->prints[0].language_seed != a->prints[1].language_seed;
    w->cosine = w->across ? anchors : terms;
    w->enough = w->across ? kb_near_across : kb_near_same;
    w->reprint_enough = kb_reprint_share;
    kb_usage_free(fresh);
    return status;
}

enum kb_status kb_why(struct kb_arena *arena, const struct kb_usage *usage,
                      const struct kb_why_article *a, const struct kb_why_article *b,
                      struct kb_why *out, struct kb_err *err) {
    struct asker asker = {.arena = arena, .articles = {a, b}, .out = out};
    *out = (struct kb_why){.timed = a->time && b->time};
    out->hours = out->timed ? (double)(b->time - a->time) / 3600 : 0;
    kb_arena_init(&asker.scratch, SCRATCH);
    enum kb_status status = kb_printer_new(&asker.printer, err);
    if (status == KB_OK)
        status = take_prints(&asker, err);
    if (status == KB_OK)
        status = compare_texts(&asker, err);
    if (status == KB_OK)
        status = weigh(&asker, usage, err);
    if (status == KB_OK && (!name_all(&asker, err) || !find_numbers(&asker)))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory to explain");
    if (status == KB_OK)
        judge(out, arena);
    kb_printer_free(asker.printer);
    kb_arena_free(&asker.scratch);
    return status;
}
