/* Which words of a page stand in texts known beforehand, and what is remembered of them.
 *
 * In: the words' hashes, the page's title, description and JSON-LD body.  Out: counts a
 * block.  Membership is asked of bit sets, so a word is found by chance now and then;
 * the counts are features for a forest, not facts. */
#include "page/cut.h"

enum { KNOWN_BITS = 2048, BODY_BITS_MAX = 1 << 20, BODY_BYTES_MIN = 100 };

struct known {
    uint32_t title[KNOWN_BITS / 32], about[KNOWN_BITS / 32];
    uint32_t *body; /* shingles of three words; NULL where there is no body */
    uint32_t body_mask;
    uint32_t before[2], title_words;
    size_t count;
};

static bool bit_test(const uint32_t *bits, uint32_t i) {
    return bits[i / 32] >> (i % 32) & 1;
}

static void bit_set(uint32_t *bits, uint32_t i) {
    bits[i / 32] |= 1u << (i % 32);
}

/* Calls take for each word of a text; a Han-like character is a word. */
static void each_word(struct kb_str s, void (*take)(struct known *, uint32_t),
                      struct known *known) {
    uint32_t h = KB_WORD_SEED;
    bool in_word = false;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        uint32_t c = (unsigned char)*p;
        size_t len = 1;
        uint8_t class;
        if (c < 0x80) {
            class = kb_ascii_class[c];
        } else {
            c = kb_utf8_next(p, end, &len);
            class = kb_wide_class(c);
        }
        p += len;
        bool word = class <= KB_CHAR_DIGIT || class == KB_CHAR_LETTER;
        if (in_word && !word) {
            take(known, kb_word_end(h));
            h = KB_WORD_SEED;
            in_word = false;
        }
        if (class == KB_CHAR_HAN) {
            take(known, kb_word_end(kb_word_more(h, c)));
        } else if (word) {
            h = kb_word_more(h, c);
            in_word = true;
        }
    }
    if (in_word)
        take(known, kb_word_end(h));
}

static uint32_t shingle(const uint32_t before[2], uint32_t h) {
    return kb_word_end(before[0] * 31u + before[1] * 7u + h);
}

static void take_title(struct known *known, uint32_t h) {
    bit_set(known->title, h % KNOWN_BITS);
    known->title_words++;
}

static void take_about(struct known *known, uint32_t h) {
    bit_set(known->about, h % KNOWN_BITS);
}

static void take_body(struct known *known, uint32_t h) {
    if (++known->count > 2)
        bit_set(known->body, shingle(known->before, h) & known->body_mask);
    known->before[0] = known->before[1];
    known->before[1] = h;
}

enum { HEAD_WORDS = 4, MOST_REMEMBERED = 200 };

static void remember(const int8_t *memory, const uint32_t *words, struct kb_block *b) {
    int sum = 0, head = 0, least = INT8_MAX, n = 0;
    for (uint32_t i = 0; i < b->word_count && i < MOST_REMEMBERED; i++, n++) {
        int v = memory[words[i] % KB_MEMORY_SIZE];
        sum += v;
        head += i < HEAD_WORDS ? v : 0;
        least = v < least ? v : least;
    }
    if (!n)
        return;
    b->remembered = (int16_t)(sum / n);
    b->remembered_head = (int16_t)(head / (n < HEAD_WORDS ? n : HEAD_WORDS));
    b->remembered_least = (int8_t)least;
}

static void match(const struct known *known, const uint32_t *words, struct kb_block *b) {
    uint32_t title = 0, about = 0, body = 0;
    for (uint32_t i = 0; i < b->word_count; i++) {
        title += bit_test(known->title, words[i] % KNOWN_BITS);
        about += bit_test(known->about, words[i] % KNOWN_BITS);
    }
    for (uint32_t i = 2; known->body && i < b->word_count; i++)
        body +=
            bit_test(known->body, shingle(words + i - 2, words[i]) & known->body_mask);
    b->title_hits = (uint16_t)title;
    b->about_hits = (uint16_t)about;
    b->body_hits = (uint16_t)body;
    b->shingles = (uint16_t)(known->body && b->word_count > 2 ? b->word_count - 2 : 0);
}

enum kb_status kb_page_match_known(struct kb_blocks *blocks,
                                   const struct kb_page_meta *meta, const int8_t *memory,
                                   struct kb_arena *arena) {
    struct known known = {0};
    each_word(meta->title, take_title, &known);
    blocks->title_words = known.title_words;
    each_word(meta->description, take_about, &known);
    if (meta->body_text.n >= BODY_BYTES_MIN) {
        uint32_t bits = 1 << 12; /* about 10 bits a word: false hits under one in ten */
        while (bits < BODY_BITS_MAX && bits < meta->body_text.n * 2)
            bits *= 2;
        known.body = kb_arena_zalloc(arena, bits / 32, sizeof *known.body);
        known.body_mask = bits - 1;
        if (!known.body)
            return KB_ENOMEM;
        each_word(meta->body_text, take_body, &known);
    }
    for (size_t i = 0; i < blocks->count; i++) {
        struct kb_block *b = &blocks->items[i];
        match(&known, blocks->words_seen + b->word_first, b);
        remember(memory, blocks->words_seen + b->word_first, b);
    }
    return KB_OK;
}
