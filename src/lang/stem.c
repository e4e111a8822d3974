/* A word in small letters → its stem, by Snowball's stemmers (Porter; libstemmer).
 *
 * Stemmers are made when a language first needs one, and kept.  Where Snowball has none
 * the word's first letters stand for it: endings are what changes in most languages.
 * Half of a text's words are few, and a stemmer reads a word a dozen times: the last
 * words' stems are kept, each where its hash says. */
#include "lang/lang.h"

#include <libstemmer.h>
#include <stdlib.h>

enum {
    STEMMERS = 64, /* more than Snowball has */
    PREFIX_CHARACTERS = 7,
    CACHED = 2048, /* words; a power of two */
    CACHED_BYTES = 19
};

struct cached {
    const struct sb_stemmer *stemmer; /* NULL: nothing is here */
    uint8_t n, stem_n;
    char word[CACHED_BYTES], stem[CACHED_BYTES];
};

struct kb_stems {
    struct {
        char language[4];
        struct sb_stemmer *stemmer;
    } known[STEMMERS];
    size_t count;
    char missing[4]; /* the last language that was asked for and has none */
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

/* Languages without a stemmer take no room: a wire may name any number of them. */
static struct sb_stemmer *find(struct kb_stems *stems, struct kb_str language) {
    size_t i = 0;
    char code[4] = "";
    if (!language.n || language.n >= sizeof code)
        return NULL;
    memcpy(code, language.p, language.n);
    while (i < stems->count && memcmp(stems->known[i].language, code, sizeof code))
        i++;
    if (i < stems->count)
        return stems->known[i].stemmer;
    if (i == STEMMERS || !memcmp(stems->missing, code, sizeof code))
        return NULL;
    /* Snowball knows both written forms of Norwegian by the older code. */
    bool norwegian = !strcmp(code, "nb") || !strcmp(code, "nn");
    stems->known[i].stemmer = sb_stemmer_new(norwegian ? "no" : code, NULL);
    bool found = stems->known[i].stemmer != NULL;
    memcpy(found ? stems->known[i].language : stems->missing, code, sizeof code);
    stems->count += found;
    return stems->known[i].stemmer;
}

/* False without memory. */
static bool ask(struct sb_stemmer *stemmer, struct kb_str *word) {
    const sb_symbol *p =
        sb_stemmer_stem(stemmer, (const sb_symbol *)word->p, (int)word->n);
    if (p)
        *word = (struct kb_str){(const char *)p, (size_t)sb_stemmer_length(stemmer)};
    return p != NULL;
}

/* False where the language has none, or there is no memory. */
static bool stem(struct kb_stems *stems, struct kb_str language, struct kb_str *word) {
    struct sb_stemmer *stemmer = find(stems, language);
    if (!stemmer || word->n >= 256)
        return false;
    if (word->n > CACHED_BYTES)
        return ask(stemmer, word);
    struct cached *c = &stems->cached[kb_hash(word->p, word->n, 0) % CACHED];
    struct kb_str found = *word;
    if (c->stemmer == stemmer && c->n == word->n && !memcmp(c->word, word->p, word->n)) {
        *word = (struct kb_str){c->stem, c->stem_n};
        return true;
    }
    if (!ask(stemmer, &found))
        return false;
    if (found.n <= CACHED_BYTES) {
        *c = (struct cached){stemmer, (uint8_t)word->n, (uint8_t)found.n, "", ""};
        memcpy(c->word, word->p, word->n);
        memcpy(c->stem, found.p, found.n);
    }
    *word = found;
    return true;
}

struct kb_str kb_stem_known(struct kb_stems *stems, struct kb_str language,
                            struct kb_str word) {
    (void)stem(stems, language, &word);
    return word;
}

struct kb_str kb_stem(struct kb_stems *stems, struct kb_str language,
                      struct kb_str word) {
    size_t at = 0;
    if (stem(stems, language, &word))
        return word;
    for (int i = 0; i < PREFIX_CHARACTERS && at < word.n; i++) {
        size_t len;
        kb_utf8_next(word.p + at, word.p + word.n, &len);
        at += len;
    }
    return kb_str_slice(word, 0, at);
}
