/* What a lexicon is made of: inner header of lang.
 *
 * The same structs hold what was read from files, on the heap, and what was made when
 * kabar was built: tools/tables.c reads assets/ with this very code and writes the
 * finished arrays as constants, so that a reader with the built-in data costs nothing to
 * make.  What is built in is marked so, and neither freed nor added to.  A field that is
 * added here is written there. */
#ifndef KB_LANG_TABLES_H
#define KB_LANG_TABLES_H

#include "lang/calendar.h"
#include "lang/lang.h"
#include "lang/words.h"

/* ---- how phrases and names begin (words.c) ----------------------------------------- */

/* What may begin with a word: bits of struct kb_heads. */
enum kb_head {
    KB_HEAD_PHRASE = 1, /* of struct kb_lexicon: phrases */
    KB_HEAD_WORD = 2,   /* words */
    KB_HEAD_NAME = 4,
    KB_HEAD_SMALL_NAME = 8, /* a spelling whose first letter is no capital */
    /* sources, by what is asked for together */
    KB_HEAD_QUOTED = 16,
    KB_HEAD_NOTES = 32, /* credited to translated_from */
    KB_HEAD_MEDIUM = 64,
    KB_HEAD_OTHER = 128,
    KB_HEAD_ALONE = 256,  /* of sources: a phrase of one word */
    KB_HEAD_SECOND = 512, /* the second word of one */
    KB_HEAD_SOURCES = KB_HEAD_QUOTED | KB_HEAD_NOTES | KB_HEAD_MEDIUM | KB_HEAD_OTHER
};

/* Bits for each way in which words begin.  All tries share it: most words of a text
 * begin nothing, and one cache line tells that of all of them. */
enum { KB_HEAD_BITS = 16 };
struct kb_heads {
    uint16_t of[1 << KB_HEAD_BITS];
};

/* The place of the word at pos: of its first four letters, folded. */
uint32_t kb_head_key(struct kb_str s, size_t pos);
/* Notes what phrase begins with; of a source's phrase its second word too. */
void kb_head_note(struct kb_heads *heads, struct kb_str phrase, enum kb_head head);
/* False where nothing of that sort begins at pos, where a word begins. */
static inline bool kb_head_has(const struct kb_heads *heads, struct kb_str s, size_t pos,
                               unsigned head) {
    return (heads->of[kb_head_key(s, pos)] & head) != 0;
}

/* ---- phrases, as signs of something (lexicon.c) ------------------------------------ */

/* What must stand behind a phrase: anything, a colon, or nothing more. */
enum kb_tail { KB_TAIL_ANY, KB_TAIL_COLON, KB_TAIL_END, KB_TAILS };

struct kb_trie_node {
    uint32_t parent, hash;
    uint32_t text;           /* offset in pool */
    uint32_t bits[KB_TAILS]; /* phrases that end here */
    uint8_t n;
};

/* What the last file said of a node, to find doubles. */
struct kb_trie_said {
    uint32_t file, bits[KB_TAILS];
};

struct kb_trie {
    struct kb_trie_node *nodes; /* 0 is the root */
    struct kb_trie_said *said;  /* as many; NULL where it is built in */
    uint32_t *table;            /* indexes of nodes; 0 is free */
    char *pool;
    size_t count, cap;
    size_t size; /* of table: a power of two */
    size_t pool_n, pool_cap;
};

/* ---- phrases with values (terms.c) ------------------------------------------------- */

struct kb_term_node {
    uint32_t parent, hash, text; /* text: offset in pool */
    uint32_t value;              /* index + 1 of the first value; 0 for none */
    uint8_t n;
    bool inner; /* has children */
};

struct kb_term_value {
    uint32_t value, next; /* next: index + 1 */
};

enum { KB_TERMS_SEEN_BITS = 18 };

struct kb_terms {
    struct kb_term_node *nodes; /* 0 is the root */
    uint32_t *table;            /* indexes of nodes; 0 is free */
    char *pool;
    struct kb_term_value *values;
    size_t count, cap;
    size_t size; /* of table: a power of two */
    size_t pool_n, pool_cap;
    size_t value_count, value_cap;
    /* Bits by (parent, word): most words are told by them that they are no node, without
     * the cache misses that slots and nodes cost. */
    uint8_t seen[1 << KB_TERMS_SEEN_BITS >> 3];
};

/* ---- names (names.c) --------------------------------------------------------------- */

struct kb_spelling {
    uint32_t text, entry; /* text: offset in pool */
    uint16_t n;
    bool ordinary;
};

struct kb_names {
    bool built_in;
    struct kb_arena arena;  /* the entries' strings */
    struct kb_terms *terms; /* values: indexes of spellings */
    struct kb_name *entries;
    struct kb_spelling *spellings;
    char *pool;
    uint32_t *hosts; /* hash table of domains: entry + 1; 0 is free */
    size_t count, cap, spelling_count, spelling_cap;
    size_t pool_n, pool_cap;
    size_t host_size, host_count;
    struct kb_heads *heads; /* the lexicon's; not looked at again */
};

/* ---- all of it --------------------------------------------------------------------- */

/* Several tries, because what the forests learned is what the first one says of a line: a
 * kind more in it would change what their questions mean. */
struct kb_lexicon {
    bool built_in;
    struct kb_trie phrases;   /* signs of debris, by enum kb_phrase */
    struct kb_trie words;     /* words about names, by enum kb_word_kind */
    struct kb_terms *sources; /* phrases of the source sections */
    struct kb_names *names;
    struct kb_calendar calendar;
    struct kb_heads heads; /* of all of them */
};

/* Of assets/lang and assets/names. */
extern const struct kb_lexicon kb_lexicon_built_in;

#endif
