/* What the files share that cut a page's text into blocks: tags.c knows elements, chars.c
 * characters, known.c the texts known beforehand; blocks.c walks. */
#ifndef KB_PAGE_CUT_H
#define KB_PAGE_CUT_H

#include "page/blocks.h"

/* What an element means to the cut. */
enum kb_tag_kind { KB_BLOCK, KB_INLINE, KB_SKIP, KB_BREAK, KB_PICTURE };

struct kb_tag_entry {
    uint8_t kind, group; /* enum kb_tag_kind, enum kb_tag_group */
    bool look;           /* later stages look at such elements: kb_page_note */
};

extern const struct kb_tag_entry kb_tag_entries[LXB_TAG__LAST_ENTRY];

static inline struct kb_tag_entry kb_tag_entry(uintptr_t tag) {
    return tag < LXB_TAG__LAST_ENTRY ? kb_tag_entries[tag]
                                     : (struct kb_tag_entry){0, 0, true};
}

/* enum kb_char_class of a character. */
extern const uint8_t kb_ascii_class[128];
uint8_t kb_wide_class(uint32_t c);

/* "/authors/ann-lee": a link to what somebody has written (scan.c). */
bool kb_page_leads_to_author(struct kb_str href);

/* An element that tells what an author is, not who: by its class. */
bool kb_page_tells_job(lxb_dom_node_t *element);

/* Words are compared by their hashes: FNV-1a over folded characters, then a mix. */
#define KB_WORD_SEED 0x811C9DC5u

static inline uint32_t kb_fold(uint32_t c) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    return c >= 0x400 && c <= 0x40F ? c + 0x50 : c;
}

static inline uint32_t kb_word_more(uint32_t h, uint32_t c) {
    return (h ^ kb_fold(c)) * 0x01000193u;
}

static inline uint32_t kb_word_end(uint32_t h) {
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    return h ^ h >> 15;
}

/* Adds an element to the lists of nodes where later stages look at it. */
bool kb_page_note(struct kb_arena *arena, struct kb_page_nodes *nodes,
                  lxb_dom_node_t *node);
bool kb_page_note_mark(struct kb_arena *arena, struct kb_page_nodes *nodes,
                       lxb_dom_node_t *node);

#endif
