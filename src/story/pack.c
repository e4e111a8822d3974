/* A fingerprint ↔ bytes that last.
 *
 *   byte        the version, 1
 *   3 bytes     the language, with NULs behind it
 *   16 bits     shingles of the text; past 65,535 that many
 *   3 × 8 bits  hashes in the sketch, terms, anchors
 *   each list   5 bits k, then for each member its distance to the one before, and of
 *               terms and anchors 2 bits kind, 3 bits level, 4 bits count
 *
 * All numbers are bits, the highest first.  Hashes are as good as random, so in order
 * their distances are geometrically distributed, for which Rice's code is the shortest
 * (Golomb, 1966; Rice, 1979): the quotient by 2^k in ones with a nought behind them, the
 * rest in k bits. */
#include "story/tally.h"

enum { VERSION = 1, QUOTIENT_MOST = 1 << 12, K_BITS = 5 };

enum kind { PLAIN, NAME, NUMBER, KINDS };

/* ---- bits -------------------------------------------------------------------------- */

struct writer {
    struct kb_buf *out;
    uint64_t bits;
    unsigned count;
};

static void put(struct writer *w, uint32_t value, unsigned n) {
    w->bits = w->bits << n | value;
    w->count += n;
    while (w->count >= 8) {
        w->count -= 8;
        kb_buf_char(w->out, (char)(w->bits >> w->count));
    }
}

struct reader {
    struct kb_str bytes;
    size_t at; /* in bits */
    bool fine;
};

static uint32_t get(struct reader *r, unsigned n) {
    uint32_t value = 0;
    if (r->bytes.n * 8 - r->at < n) {
        r->fine = false;
        return 0;
    }
    for (; n; n--, r->at++)
        value =
            value << 1 | ((unsigned char)r->bytes.p[r->at / 8] >> (7 - r->at % 8) & 1);
    return value;
}

/* ---- distances --------------------------------------------------------------------- */

/* A little below the logarithm of the mean distance. */
static unsigned rice_of(uint32_t last, size_t count) {
    unsigned k = 0;
    while (k < 31 && ((uint64_t)count << (k + 1)) <= last)
        k++;
    return k;
}

static void put_distance(struct writer *w, uint32_t distance, unsigned k) {
    for (uint32_t q = distance >> k; q; q--)
        put(w, 1, 1);
    put(w, 0, 1);
    if (k)
        put(w, distance & ((1u << k) - 1), k);
}

/* Adds a distance to *value; what would wrap, or stands still, is damaged. */
static void get_distance(struct reader *r, unsigned k, uint32_t *value) {
    uint64_t q = 0;
    while (r->fine && q < QUOTIENT_MOST && get(r, 1))
        q++;
    uint64_t distance = q << k | (k ? get(r, k) : 0);
    r->fine = r->fine && distance > 0 && distance <= UINT32_MAX - *value;
    *value += r->fine ? (uint32_t)distance : 0;
}

/* ---- lists ------------------------------------------------------------------------- */

static void put_traits(struct writer *w, const struct kb_trait *traits, size_t n) {
    unsigned k = rice_of(n ? traits[n - 1].hash : 0, n);
    uint32_t before = 0;
    put(w, k, K_BITS);
    for (size_t i = 0; i < n; i++) {
        const struct kb_trait *t = &traits[i];
        put_distance(w, t->hash - before, k);
        put(w, t->name ? NAME : t->number ? NUMBER : PLAIN, 2);
        put(w, t->level, 3);
        put(w, kb_count_step(t->count), 4);
        before = t->hash;
    }
}

static void get_traits(struct reader *r, struct kb_trait *traits, size_t n) {
    unsigned k = get(r, K_BITS);
    uint32_t hash = 0;
    for (size_t i = 0; r->fine && i < n; i++) {
        get_distance(r, k, &hash);
        uint32_t kind = get(r, 2), level = get(r, 3), step = get(r, 4);
        r->fine = r->fine && kind < KINDS;
        traits[i] = (struct kb_trait){.hash = hash,
                                      .count = kb_count_of_step(step),
                                      .level = (uint8_t)level,
                                      .name = kind == NAME,
                                      .number = kind == NUMBER};
    }
}

/* ---- the whole --------------------------------------------------------------------- */

void kb_fingerprint_pack(const struct kb_fingerprint *print, struct kb_buf *out) {
    struct writer w = {.out = out};
    size_t n = print->sketch_count;
    unsigned k = rice_of(n ? print->sketch[n - 1] : 0, n);
    uint32_t before = 0;
    put(&w, VERSION, 8);
    for (size_t i = 0; i < 3; i++)
        put(&w, (unsigned char)print->language[i], 8);
    put(&w,
        print->shingle_count < UINT16_MAX ? (uint32_t)print->shingle_count : UINT16_MAX,
        16);
    put(&w, (uint32_t)n, 8);
    put(&w, (uint32_t)print->term_count, 8);
    put(&w, (uint32_t)print->anchor_count, 8);
    put(&w, k, K_BITS);
    for (size_t i = 0; i < n; i++) {
        put_distance(&w, print->sketch[i] - before, k);
        before = print->sketch[i];
    }
    put_traits(&w, print->terms, print->term_count);
    put_traits(&w, print->anchors, print->anchor_count);
    put(&w, 0, (8 - w.count) % 8);
}

enum kb_status kb_fingerprint_unpack(struct kb_str bytes, struct kb_arena *arena,
                                     struct kb_fingerprint *out, struct kb_err *err) {
    struct reader r = {.bytes = bytes, .fine = true};
    uint32_t version = get(&r, 8), hash = 0;
    *out = (struct kb_fingerprint){.sketch_count = 0};
    if (version != VERSION)
        return kb_err_set(err, KB_EINPUT,
                          "a fingerprint of version %u, where %d is known: take it anew",
                          (unsigned)version, VERSION);
    for (size_t i = 0; i < 3; i++)
        out->language[i] = (char)get(&r, 8);
    kb_print_language(out);
    out->shingle_count = get(&r, 16);
    out->sketch_count = get(&r, 8);
    out->term_count = get(&r, 8);
    out->anchor_count = get(&r, 8);
    r.fine = r.fine && out->sketch_count <= KB_STORY_SKETCH &&
             out->term_count <= KB_STORY_TERMS && out->anchor_count <= KB_STORY_ANCHORS;
    unsigned k = get(&r, K_BITS);
    for (size_t i = 0; r.fine && i < out->sketch_count; i++) {
        get_distance(&r, k, &hash);
        out->sketch[i] = hash;
        if (i && (hash | KB_SHINGLE_LATE) == (out->sketch[i - 1] | KB_SHINGLE_LATE))
            r.fine = false;
    }
    if (r.fine) {
        out->terms = kb_arena_zalloc(arena, out->term_count + 1, sizeof *out->terms);
        out->anchors =
            kb_arena_zalloc(arena, out->anchor_count + 1, sizeof *out->anchors);
        if (!out->terms || !out->anchors)
            return kb_err_set(err, KB_ENOMEM, "not enough memory for a fingerprint");
        get_traits(&r, out->terms, out->term_count);
        get_traits(&r, out->anchors, out->anchor_count);
    }
    if (!r.fine || bytes.n * 8 - r.at >= 8)
        return kb_err_set(err, KB_EINPUT, "a damaged fingerprint: take it anew");
    return KB_OK;
}
