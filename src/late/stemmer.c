/* libstemmer, when the first word is looked for or kept: half of it is addresses that are
 * made true when it is loaded. */
#include <libstemmer.h>

#include "late.h"

KB_LATE_NOTE(stemmer, KB_LATE_STEMMER, "finds words by their stems")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_STEMMER, type, name, params, args)

LATE(struct sb_stemmer *, sb_stemmer_new, (const char *language, const char *encoding),
     (language, encoding))
KB_LATE_VOID(KB_LATE_STEMMER, sb_stemmer_delete, (struct sb_stemmer * stemmer), (stemmer))
LATE(const sb_symbol *, sb_stemmer_stem,
     (struct sb_stemmer * stemmer, const sb_symbol *word, int n), (stemmer, word, n))
LATE(int, sb_stemmer_length, (struct sb_stemmer * stemmer), (stemmer))
