/* A word in small letters → its stem, by Snowball's stemmers (Porter; libstemmer).
 *
 * Stemmers are made when a language first needs one, and kept.  Where Snowball has none
 * the word's first letters stand for it: endings are what changes in most languages. */
#include "lang/lang.h"

#include <libstemmer.h>
#include <stdlib.h>

enum { STEMMERS = 32, PREFIX_CHARACTERS = 7 };

struct kb_stems {
    struct {
        char language[4];
        struct sb_stemmer *stemmer; /* NULL: there is none */
    } known[STEMMERS];
    size_t count;
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

static struct sb_stemmer *find(struct kb_stems *stems, struct kb_str language) {
    size_t i = 0;
    while (i < stems->count &&
           !kb_str_equal(kb_str_z(stems->known[i].language), language))
        i++;
    if (i < stems->count)
        return stems->known[i].stemmer;
    if (i == STEMMERS || language.n >= sizeof stems->known[0].language)
        return NULL;
    memcpy(stems->known[i].language, language.p, language.n);
    stems->known[i].language[language.n] = '\0';
    stems->known[i].stemmer = sb_stemmer_new(stems->known[i].language, NULL);
    stems->count++;
    return stems->known[i].stemmer;
}

struct kb_str kb_stem(struct kb_stems *stems, struct kb_str language,
                      struct kb_str word) {
    struct sb_stemmer *stemmer = find(stems, language);
    if (stemmer && word.n < 256) {
        const sb_symbol *stem =
            sb_stemmer_stem(stemmer, (const sb_symbol *)word.p, (int)word.n);
        if (stem)
            return (struct kb_str){(const char *)stem,
                                   (size_t)sb_stemmer_length(stemmer)};
    }
    size_t at = 0;
    for (int i = 0; i < PREFIX_CHARACTERS && at < word.n; i++) {
        size_t len;
        kb_utf8_next(word.p + at, word.p + word.n, &len);
        at += len;
    }
    return kb_str_slice(word, 0, at);
}
