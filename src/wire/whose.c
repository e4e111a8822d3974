/* Which story an article's own words of its sources lead to: whose.h tells what enters
 * and leaves.
 *
 * An address is one article's.  A name is an agency's that sends out a thousand reports a
 * day, and says nothing of the story; but two that the article was made from, and that
 * stand together in a story of the same days which it is half near to, do. */
#include "wire/whose.h"

enum {
    DAYS = 2 * 86400,
    ARTICLES = 200 /* of a story, the latest of these days */
};

enum kb_status kb_whose_story(struct kb_store *store, const struct kb_article *a,
                              struct kb_arena *arena, int64_t *story,
                              struct kb_err *err) {
    const struct kb_provenance *p = &a->provenance;
    enum kb_status status = KB_OK;
    *story = 0;
    for (size_t i = 0;
         status == KB_OK && !*story && i <= p->source_count && i <= KB_WHOSE_NAMES; i++) {
        struct kb_str url = i ? p->sources[i - 1].url : p->original_url;
        int64_t found = 0;
        size_t count = 0;
        struct kb_row row = {0};
        if (!url.n || (i && p->sources[i - 1].rel == KB_REL_QUOTED))
            continue;
        status = kb_store_find_address(store, url, &found, 1, &count, err);
        if (status == KB_OK && count)
            status = kb_store_article_at(store, 0, found, arena, &row, err);
        *story = row.story;
    }
    return status;
}

/* ---- by names ---------------------------------------------------------------------- */

/* One for all spellings of a name that the table has; else of its letters alone. */
static uint64_t key_of(const struct kb_lexicon *lexicon, struct kb_str name) {
    struct kb_name_hit hit;
    uint64_t key = 1;
    if (kb_name_at(lexicon, name, kb_text_next_word(name, 0), "", &hit) &&
        kb_text_next_word(name, hit.end) >= name.n)
        return kb_hash(&hit.name, sizeof hit.name, 0);
    for (size_t i = 0, len; i < name.n; i += len) {
        uint32_t c = kb_utf8_next(name.p + i, name.p + name.n, &len);
        char letter = c < 128 ? kb_lower((char)c) : 0;
        if (kb_is_word_char(c))
            key = letter ? kb_hash(&letter, 1, key) : kb_hash(&c, sizeof c, key);
    }
    return key;
}

static bool counts(const struct kb_source *s) {
    return s->rel != KB_REL_QUOTED && s->name.n > 0;
}

bool kb_whose_several(const struct kb_article *a) {
    size_t n = 0;
    for (size_t i = 0; i < a->provenance.source_count; i++)
        n += counts(&a->provenance.sources[i]);
    return n >= KB_WHOSE_ENOUGH;
}

struct wanted {
    struct kb_str names[KB_WHOSE_NAMES];
    uint64_t keys[KB_WHOSE_NAMES];
    bool met[KB_WHOSE_NAMES];
    size_t count;
};

static void want(struct wanted *w, const struct kb_lexicon *lexicon, struct kb_str name) {
    uint64_t key = key_of(lexicon, name);
    for (size_t i = 0; i < w->count; i++)
        if (w->keys[i] == key)
            return;
    if (w->count == KB_WHOSE_NAMES)
        return;
    w->names[w->count] = name;
    w->keys[w->count++] = key;
}

static void meet(struct wanted *w, const struct kb_lexicon *lexicon, struct kb_str name) {
    uint64_t key = name.n ? key_of(lexicon, name) : 0;
    for (size_t i = 0; name.n && i < w->count; i++)
        w->met[i] = w->met[i] || w->keys[i] == key;
}

enum kb_status kb_whose_shared(struct kb_store *store, const struct kb_lexicon *lexicon,
                               const struct kb_article *a, int64_t story, int64_t before,
                               int64_t time, struct kb_arena *arena,
                               struct kb_whose_names *shared, struct kb_err *err) {
    struct wanted w = {.count = 0};
    struct kb_named *rows;
    size_t count = 0;
    *shared = (struct kb_whose_names){.count = 0};
    for (size_t i = 0; i < a->provenance.source_count; i++)
        if (counts(&a->provenance.sources[i]))
            want(&w, lexicon, a->provenance.sources[i].name);
    enum kb_status status =
        kb_store_story_names(store, story, before, time - DAYS, time + DAYS, ARTICLES,
                             arena, &rows, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_str names = rows[i].sources;
        meet(&w, lexicon, rows[i].outlet);
        while (names.n) { /* each between U+001F */
            size_t end = kb_str_find_byte(names, '\x1f');
            meet(&w, lexicon, kb_str_slice(names, 0, end));
            names = kb_str_slice(names, end == KB_NOT_FOUND ? names.n : end + 1, names.n);
        }
    }
    for (size_t i = 0; i < w.count; i++)
        if (w.met[i])
            shared->of[shared->count++] = w.names[i];
    return status;
}
