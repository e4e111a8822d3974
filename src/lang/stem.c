/* A word in small letters → its stem, by Snowball's stemmers (Porter; libstemmer).
 *
 * Stemmers are made when a language first needs one, and kept.  Where Snowball has none
 * the word's first letters stand for it: endings are what changes in most languages.
 * Half of a text's words are few, and a stemmer reads a word a dozen times: the last
 * words' stems are kept, each where its hash says, as what they have of the word and what
 * stands behind that. */
#include "lang/lang.h"

#include <libstemmer.h>
#include <stdlib.h>

enum {
    STEMMERS = 64, /* more than Snowball has */
    PREFIX_CHARACTERS = 7,
    CACHED = 32768, /* words, of some hundred texts; a power of two */
    WORD_BYTES = 28,
    TAIL_BYTES = 8
};

struct cached {
    uint8_t stemmer; /* its place, and 1; 0: nothing is here */
    uint8_t n, same, tail_n;
    char tail[TAIL_BYTES], word[WORD_BYTES];
};

struct kb_stems {
    struct {
        char language[4];
        struct sb_stemmer *stemmer;
    } known[STEMMERS];
    size_t count;
    size_t last;     /* the stemmer that was asked last */
    char missing[4]; /* the last language that was asked for and has none */
    char found[WORD_BYTES + TAIL_BYTES];
    struct cached cached[CACHED];
};

enum kb_status kb_stems_new(struct kb_stems **out, struct kb_err *err) {
    *out = calloc(1, sizeof **out);
    return *out ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for stemmers");
}

void kb_stems_free(struct kb_stems *stems) {
    if (!stems)
        return;
    for (size_t i = 0; i < stems->count; i++)
        sb_stemmer_delete(stems->known[i].stemmer);
    free(stems);
}

/* Languages without a stemmer take no room: a wire may name any number of them.  The
 * stemmer's place and 1; 0 where there is none. */
static size_t find(struct kb_stems *stems, struct kb_str language) {
    size_t i = stems->last;
    char code[4] = "";
    if (!language.n || language.n >= sizeof code)
        return 0;
    for (size_t k = 0; k < language.n; k++)
        code[k] = language.p[k];
    if (i < stems->count && !memcmp(stems->known[i].language, code, sizeof code))
        return i + 1;
    for (i = 0; i < stems->count; i++) {
        if (!memcmp(stems->known[i].language, code, sizeof code)) {
            stems->last = i;
            return i + 1;
        }
    }
    if (i == STEMMERS || !memcmp(stems->missing, code, sizeof code))
        return 0;
    /* Snowball knows both written forms of Norwegian by the older code. */
    bool norwegian = !strcmp(code, "nb") || !strcmp(code, "nn");
    stems->known[i].stemmer = sb_stemmer_new(norwegian ? "no" : code, NULL);
    bool found = stems->known[i].stemmer != NULL;
    memcpy(found ? stems->known[i].language : stems->missing, code, sizeof code);
    stems->count += found;
    return found ? i + 1 : 0;
}

/* False without memory. */
static bool ask(struct sb_stemmer *stemmer, struct kb_str *word) {
    const sb_symbol *p =
        sb_stemmer_stem(stemmer, (const sb_symbol *)word->p, (int)word->n);
    if (p)
        *word = (struct kb_str){(const char *)p, (size_t)sb_stemmer_length(stemmer)};
    return p != NULL;
}

/* Stems of another shape are not kept. */
static void keep(struct cached *c, size_t stemmer, struct kb_str word,
                 struct kb_str stem) {
    size_t same = 0;
    while (same < word.n && same < stem.n && word.p[same] == stem.p[same])
        same++;
    if (stem.n - same > TAIL_BYTES)
        return;
    *c = (struct cached){.stemmer = (uint8_t)stemmer,
                         .n = (uint8_t)word.n,
                         .same = (uint8_t)same,
                         .tail_n = (uint8_t)(stem.n - same)};
    memcpy(c->word, word.p, word.n);
    memcpy(c->tail, stem.p + same, stem.n - same);
}

static struct cached *place_of(struct kb_stems *stems, size_t stemmer, uint64_t hash) {
    return &stems->cached[(hash ^ stemmer * 0x9E3779B9u) % CACHED];
}

void kb_stem_expect(struct kb_stems *stems, struct kb_str language, uint64_t hash) {
    __builtin_prefetch(place_of(stems, find(stems, language), hash));
}

/* False where the language has none, or there is no memory. */
static bool stem(struct kb_stems *stems, struct kb_str language, uint64_t hash,
                 struct kb_str *word) {
    size_t stemmer = find(stems, language);
    if (!stemmer || word->n >= 256)
        return false;
    if (word->n > WORD_BYTES)
        return ask(stems->known[stemmer - 1].stemmer, word);
    struct cached *c = place_of(stems, stemmer, hash);
    struct kb_str given = *word;
    if (c->stemmer != stemmer || c->n != given.n || memcmp(c->word, given.p, given.n)) {
        if (!ask(stems->known[stemmer - 1].stemmer, word))
            return false;
        keep(c, stemmer, given, *word);
        return true;
    }
    word->n = c->same;
    if (!c->tail_n)
        return true;
    memcpy(stems->found, c->word, c->same);
    memcpy(stems->found + c->same, c->tail, c->tail_n);
    *word = (struct kb_str){stems->found, word->n + c->tail_n};
    return true;
}

struct kb_str kb_stem_known(struct kb_stems *stems, struct kb_str language,
                            struct kb_str word) {
    (void)stem(stems, language, kb_hash(word.p, word.n, 0), &word);
    return word;
}

struct kb_str kb_stem(struct kb_stems *stems, struct kb_str language, struct kb_str word,
                      uint64_t hash) {
    size_t at = 0;
    if (stem(stems, language, hash, &word))
        return word;
    for (int i = 0; i < PREFIX_CHARACTERS && at < word.n; i++) {
        size_t len;
        kb_utf8_next(word.p + at, word.p + word.n, &len);
        at += len;
    }
    return kb_str_slice(word, 0, at);
}
