/* page's inner header: text blocks, their containers, their features, and the model.
 *
 * A page's text is cut into blocks: runs of inline text between the borders that a reader
 * sees (paragraphs, items, cells, headings, line breaks).  Blocks stand in boxes: the
 * block-level elements.  Each block gets a row of features, all of them bytes; two small
 * forests say how likely it belongs to the article; a choice over the whole page
 * follows. */
#ifndef KB_PAGE_BLOCKS_H
#define KB_PAGE_BLOCKS_H

#include "page/page.h"

/* Groups of elements that features tell apart. */
enum kb_tag_group {
    KB_TAG_OTHER,
    KB_TAG_DIV,
    KB_TAG_P,
    KB_TAG_HEADING,
    KB_TAG_LI,
    KB_TAG_LIST,
    KB_TAG_CELL,
    KB_TAG_TABLE,
    KB_TAG_DEFINITION, /* dl, dt, dd */
    KB_TAG_QUOTE,
    KB_TAG_PRE,
    KB_TAG_FIGURE,
    KB_TAG_CAPTION,
    KB_TAG_ARTICLE,
    KB_TAG_MAIN,
    KB_TAG_SECTION,
    KB_TAG_ASIDE,
    KB_TAG_NAV,
    KB_TAG_HEADER,
    KB_TAG_FOOTER,
    KB_TAG_FORM,
    KB_TAG_BUTTON, /* button, label, legend, summary */
    KB_TAG_DETAILS,
    KB_TAG_ADDRESS,
    KB_TAG_GROUPS
};

/* What the words of class, id, role and itemprop attributes hint at (class_words.c). */
/* clang-format off */
#define KB_CLASS_LIST(X)                                                                 \
    X(CONTENT) X(ENTRY) X(COMMENT) X(NAV) X(HEADER) X(FOOTER) X(SIDEBAR) X(RELATED)      \
    X(SHARE) X(AD) X(META) X(AUTHOR) X(CAPTION) X(NEWSLETTER) X(COOKIE) X(HIDDEN)        \
    X(SUMMARY) X(TITLE) X(QUOTE) X(INFOBOX) X(PRODUCT) X(REVIEW) X(LIST) X(CARD)         \
    X(TAGS) X(FORUM) X(BUTTON) X(BODYPROP)
/* clang-format on */

enum kb_class_bit {
#define X(name) KB_CLASS_##name,
    KB_CLASS_LIST(X)
#undef X
        KB_CLASS_COUNT
};

/* The words' hash table: made once a reader, read-only after that. */
enum { KB_CLASS_SLOTS = 512 };
struct kb_class_table {
    struct {
        uint32_t hash, bits; /* 0 where it is free */
    } slots[KB_CLASS_SLOTS];
};
void kb_class_table_init(struct kb_class_table *table);

/* What one attribute's value says. */
struct kb_class_said {
    uint32_t hash; /* of its beginning, digits left out; case does not count */
    uint32_t bits; /* 1u << KB_CLASS_…, of its words */
};
struct kb_class_said kb_class_words(const struct kb_class_table *table,
                                    struct kb_str value);

enum kb_box_flags {
    KB_BOX_HIDDEN = 1 /* hidden, aria-hidden, display:none */
};

struct kb_box {
    lxb_dom_node_t *node;
    uint32_t parent;     /* index; the first box is its own parent */
    uint32_t first, end; /* blocks in it: [first, end) */
    uint32_t class_hash; /* of tag and class attribute, digits left out */
    uint32_t classes;    /* kb_class_bit of its own attributes */
    uint32_t words, link_words, prose_words, blocks_with_stop;
    uint32_t children; /* boxes directly in it */
    uint32_t pictures; /* pictures in it, at any depth */
    uint32_t up;       /* the next container with more text: wrappers are passed over */
    uint16_t depth;
    uint8_t group; /* enum kb_tag_group */
    uint8_t level; /* of a heading, 1 to 6 */
    uint8_t flags;
};

struct kb_block {
    lxb_dom_node_t *node; /* its first text node */
    uint32_t box;
    uint32_t words; /* words; two characters of a script without spaces count as one */
    uint32_t chars; /* characters but white space */
    uint32_t bytes;
    uint32_t word_first, word_count; /* of the hashes in kb_blocks.words_seen */
    uint32_t classes; /* kb_class_bit of the inline element that its text stands in */
    uint16_t links, link_words, bold_words, stops, commas, digits, uppers, capitals;
    uint16_t bars, quotes, han, title_hits, about_hits, body_hits, shingles;
    int16_t remembered, remembered_head; /* means of what memory says of its words, and of
                                            its first four */
    int8_t remembered_least;
    uint8_t first, last; /* enum kb_char_class of the first and last character */
    uint8_t marks;       /* enum kb_block_marks */
    uint8_t breaks;      /* br elements before it in its box */
    uint64_t text_hash;  /* of its words, folded */
    /* filled by the choice */
    float p;
    bool keep;
    uint8_t removed; /* enum kb_removed_kind where it stood in the body */
};

enum kb_char_class {
    KB_CHAR_NONE,
    KB_CHAR_LOWER,
    KB_CHAR_UPPER,
    KB_CHAR_DIGIT,
    KB_CHAR_STOP, /* . ! ? and their like */
    KB_CHAR_COMMA,
    KB_CHAR_COLON,
    KB_CHAR_QUOTE,
    KB_CHAR_DASH,
    KB_CHAR_BAR, /* | / > » • · */
    KB_CHAR_BRACKET,
    KB_CHAR_SIGN,   /* @ # $ % & + = and other symbols */
    KB_CHAR_LETTER, /* letters of scripts without case */
    KB_CHAR_HAN,
    KB_CHAR_SPACE
};

enum kb_block_marks {
    KB_MARK_COPYRIGHT = 1,
    KB_MARK_AT = 2,
    KB_MARK_PROSE = 4, /* sentences, not links: see is_prose in blocks.c */
    KB_MARK_YEAR = 8,
    KB_MARK_TIME = 16,      /* 12:30 */
    KB_MARK_IMAGE = 32,     /* a picture in it or right before it */
    KB_MARK_INLINE_BOX = 64 /* its first text stands in an inline element with a class */
};

/* All that is known of a page's blocks.  Arrays live in the arena. */
struct kb_blocks {
    struct kb_block *items;
    size_t count, cap;
    struct kb_box *boxes;
    size_t box_count, box_cap;
    bool cut;      /* KB_LIMIT_BLOCKS */
    bool noscript; /* the text stands in noscript elements */
    size_t words, link_words, prose_words;
    uint32_t pictures;
    uint32_t title_words; /* of the page's title */
    uint32_t *words_seen; /* the words' hashes, in order */
    size_t word_count, word_cap;
};

/* Cuts the body into blocks and notes the elements that later stages look at.  Each
 * element's user pointer gets its box's index + 1 where it is a box, each text node's its
 * block's index + 1. */
enum kb_status kb_page_cut(lxb_html_document_t *document,
                           const struct kb_class_table *classes, struct kb_arena *arena,
                           struct kb_page_nodes *nodes, struct kb_blocks *blocks,
                           struct kb_err *err) KB_MUST_USE;

/* Counts the blocks' words that stand in the title, the description, the JSON-LD body,
 * and sums up what memory says of them. */
enum kb_status kb_page_match_known(struct kb_blocks *blocks,
                                   const struct kb_page_meta *meta, const int8_t *memory,
                                   struct kb_arena *arena) KB_MUST_USE;

/* What the training pages remember of words, by the last bits of their hashes: the
 * log-odds, times KB_MEMORY_UNIT, that a page has the word in its article rather than
 * beside it.  Written by tools/train; stands in memory.c. */
enum { KB_MEMORY_SIZE = 1 << 14, KB_MEMORY_UNIT = 24 };
extern const int8_t kb_word_memory[KB_MEMORY_SIZE];

/* ---- features ---------------------------------------------------------------------- */

/* Rows of bytes, one column after the other: value(f, b) = data[f * stride + b]. */
struct kb_matrix {
    uint8_t *data;
    size_t rows, stride, columns;
};

/* What features need to know of the whole page (facts.c). */
struct kb_facts;
enum kb_status kb_page_facts(const struct kb_blocks *blocks,
                             const struct kb_page_meta *meta, struct kb_str url,
                             const struct kb_page_nodes *nodes,
                             const struct kb_lexicon *lexicon, struct kb_arena *arena,
                             struct kb_facts **out) KB_MUST_USE;

/* The first forest's features of every block. */
enum kb_status kb_page_features(const struct kb_facts *facts, struct kb_arena *arena,
                                struct kb_matrix *out) KB_MUST_USE;
size_t kb_page_feature_count(void);
const char *kb_page_feature_name(size_t feature);

/* The second forest's: what the first one said of the block and of its surroundings; p is
 * a probability a block.  Rows that the second forest will not look at stay empty, unless
 * all are wanted. */
enum kb_status kb_page_context(const struct kb_facts *facts, const float *p, bool all,
                               struct kb_arena *arena, struct kb_matrix *out) KB_MUST_USE;
size_t kb_page_context_count(void);
const char *kb_page_context_name(size_t feature);

/* ---- the choice -------------------------------------------------------------------- */

/* What was chosen, and how sure. */
struct kb_choice_made {
    uint32_t first,
        end;        /* the kept blocks lie in [first, end); empty where none is kept */
    uint32_t box;   /* the smallest box around them */
    uint32_t words; /* kept */
    float expected; /* the F1 that the probabilities promise */
};

/* Sets p and keep of every block: the cut that promises the best F1, without repeated
 * texts and without boxes that its structure speaks against.  False when memory ends. */
bool kb_page_choose(struct kb_blocks *blocks, const struct kb_facts *facts,
                    const struct kb_lexicon *lexicon, const float *p,
                    struct kb_arena *arena, struct kb_choice_made *made);

/* A block's text, white space folded, appended to out. */
void kb_page_block_text(const struct kb_blocks *blocks, size_t i, struct kb_buf *out);

/* The same with a space where one inline element's text runs into the next one's, as
 * bylines and captions do whose parts a style sheet sets apart. */
void kb_page_block_line(const struct kb_blocks *blocks, size_t i, struct kb_buf *out);

#endif
