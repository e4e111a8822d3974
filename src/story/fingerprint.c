/* An article's text → its fingerprint, in one pass over the characters.
 *
 * Words are runs of letters; of scripts that write without spaces, a run gives its pairs
 * of characters as terms.  Anchors are numbers (with their language's separators taken
 * out) and skeletons of words; of Chinese characters the skeletons of all short runs,
 * because nothing tells where a name begins.  A capital at a sentence's beginning, or in
 * a headline that has one at every word, tells nothing of a name; the word's other
 * mentions
 * do.  Shingles are three words, or six
 * characters (Broder, 1997); the sketch keeps the smallest hashes of them, which is a
 * fair sample of any text (bottom-k; Cohen and Kaplan, 2007). */
#include "story/places.h"
#include "story/tally.h"

#include <stdlib.h>
#include <utf8proc.h>

enum {
    WORD_BYTES = 96,    /* of one word; the rest of a longer one is left out */
    LATIN_BYTES = 192,  /* of its Latin letters */
    SKELETON_LEAST = 3, /* consonants that make an anchor */
    SKELETON_MOST = 6,  /* … that count: endings differ between languages */
    SHINGLE_WORDS = 3,
    SHINGLE_CHARACTERS = 6,
    PLACE_LEVEL = 1,    /* most articles name a country */
    SHINGLES = 1 << 15, /* of one text */
    NUMBER_BITS = 20,   /* of a number's hash, more than skeletons have */
    HAN_RUN = 5,        /* characters of a name in Chinese */
    OPEN_RUN = 5,       /* consonants of a word in Thai, Lao, Khmer, Burmese */
    HEAD_WORDS = 15     /* that stand for a headline, where there is none */
};

/* How much a mention counts. */
static const float in_title = 3, in_text = 1, as_name = 2, in_han = .15f, in_open = .15f;

struct word {
    char small[WORD_BYTES], latin[LATIN_BYTES];
    size_t n, latin_n, characters;
    uint64_t hash; /* of small */
    bool capital, name;
};

struct kb_printer {
    struct kb_stems *own, *stems; /* those that are asked */
    struct kb_places *places;
    struct kb_tally terms, anchors;
    uint32_t shingles[SHINGLES], chosen[SHINGLES];
    size_t shingle_count;
    uint64_t recent[SHINGLE_CHARACTERS]; /* hashes of the last words or characters */
    size_t recent_count;
    uint64_t units[KB_PLACE_UNITS]; /* the same of stems, for names of places */
    size_t unit_count;
    struct kb_fingerprint *out;
    struct kb_str language; /* out's */
    float weight;           /* of the part that is being read */
    bool begins;            /* the next word begins a sentence */
    bool all_capitals;      /* of the part, at the beginnings of words */
    size_t head;            /* words that still are the headline's */
    struct word words[2];   /* one is read while the one before waits for its stem */
    struct word *waits;     /* NULL: none does */
};

enum kb_status kb_printer_new(struct kb_printer **out, struct kb_err *err) {
    struct kb_printer *printer = calloc(1, sizeof *printer);
    *out = NULL;
    if (!printer)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for fingerprints");
    enum kb_status status = kb_stems_new(&printer->own, err);
    printer->stems = printer->own;
    printer->places = kb_places_new();
    if (status == KB_OK && !printer->places)
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for names of places");
    if (status != KB_OK) {
        kb_printer_free(printer);
        return status;
    }
    *out = printer;
    return KB_OK;
}

void kb_printer_free(struct kb_printer *printer) {
    if (!printer)
        return;
    kb_stems_free(printer->own);
    kb_places_free(printer->places);
    free(printer);
}

void kb_printer_share(struct kb_printer *printer, struct kb_stems *stems) {
    kb_stems_free(printer->own);
    printer->own = NULL;
    printer->stems = stems;
}

/* ---- what is counted --------------------------------------------------------------- */

/* A term is what it says and its language. */
static void add_term(struct kb_printer *p, uint64_t what, size_t length, bool name,
                     bool plain, bool number) {
    uint32_t hash = (uint32_t)(kb_mix(p->out->language_seed + number, what) >> 32);
    kb_tally_add(&p->terms,
                 (struct kb_trait){.hash = hash ? hash : 1,
                                   .count = p->weight,
                                   .level = (uint8_t)kb_trait_level(length, number),
                                   .name = name,
                                   .plain = plain,
                                   .head = p->head > 0,
                                   .number = number});
    p->head -= p->head > 0;
}

static void add_anchor(struct kb_printer *p, uint32_t key, size_t length, float count,
                       bool number, bool name, bool plain) {
    kb_tally_add(&p->anchors,
                 (struct kb_trait){.hash = key,
                                   .count = count,
                                   .level = (uint8_t)kb_trait_level(length, number),
                                   .name = name,
                                   .plain = plain,
                                   .number = number});
}

/* Anchors' keys are small, so that they pack well: a skeleton's consonants are digits to
 * the base of eight, a number's are past all skeletons. */
static void add_number_anchor(struct kb_printer *p, struct kb_str digits) {
    uint32_t hash = (uint32_t)kb_hash(digits.p, digits.n, 1) >> (32 - NUMBER_BITS);
    add_anchor(p, 1u << NUMBER_BITS | hash, digits.n, p->weight, true, false, false);
}

static void add_skeleton_anchor(struct kb_printer *p, const char *skeleton, size_t n,
                                float count, bool name, bool plain) {
    static const uint8_t classes['t' - 'f' + 1] = {
        ['f' - 'f'] = 1, ['k' - 'f'] = 2, ['l' - 'f'] = 3, ['n' - 'f'] = 4,
        ['p' - 'f'] = 5, ['s' - 'f'] = 6, ['t' - 'f'] = 7};
    uint32_t key = 0;
    for (size_t i = 0; i < n; i++)
        key = key * 8 + classes[skeleton[i] - 'f'];
    add_anchor(p, key, n, count, false, name, plain);
}

static void add_skeleton(struct kb_printer *p, struct kb_str latin, float count,
                         bool name, bool plain) {
    char skeleton[SKELETON_MOST];
    size_t n = kb_skeleton(latin, skeleton, SKELETON_MOST);
    if (n >= SKELETON_LEAST)
        add_skeleton_anchor(p, skeleton, n, count, name, plain);
}

/* The last words or characters, and with this one a shingle. */
static void add_shingle(struct kb_printer *p, uint64_t hash, size_t size) {
    memmove(p->recent + 1, p->recent, sizeof p->recent - sizeof p->recent[0]);
    p->recent[0] = hash;
    p->recent_count++;
    uint64_t all = 0;
    for (size_t i = 0; i < size; i++)
        all = kb_mix(all, p->recent[i]);
    if (p->recent_count >= size && p->shingle_count < SHINGLES)
        p->shingles[p->shingle_count++] = (uint32_t)(all >> 32) | KB_SHINGLE_LATE;
}

/* The last words or characters, and where they are a place's name, the place. */
static void add_unit(struct kb_printer *p, uint64_t hash) {
    memmove(p->units + 1, p->units, sizeof p->units - sizeof p->units[0]);
    p->units[0] = hash;
    p->unit_count++;
    uint32_t place =
        kb_places_find(p->places, p->out->language_seed, p->units, p->unit_count);
    if (place)
        kb_tally_add(&p->anchors, (struct kb_trait){.hash = 2u << NUMBER_BITS |
                                                            place >> (32 - NUMBER_BITS),
                                                    .count = p->weight * as_name,
                                                    .level = PLACE_LEVEL,
                                                    .name = true});
}

/* ---- words ------------------------------------------------------------------------- */

static bool has_room(size_t n, size_t latin_n) {
    return n + 4 <= WORD_BYTES && latin_n + 8 <= LATIN_BYTES;
}

static void add_character(struct word *w, uint32_t c) {
    if (!has_room(w->n, w->latin_n))
        return;
    if (c < 0x80) {
        w->small[w->n] = kb_lower((char)c);
        w->latin[w->latin_n++] = w->small[w->n++];
    } else {
        const char *letters = kb_letters(c);
        size_t n = strlen(letters);
        w->n +=
            kb_utf8_put(w->small + w->n, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
        memcpy(w->latin + w->latin_n, letters, n);
        w->latin_n += n;
    }
    w->characters++;
}

/* Letters of ASCII, which most words are made of; returns where they end. */
static size_t add_plain(struct word *w, struct kb_str s, size_t at) {
    size_t n = w->n, latin_n = w->latin_n;
    while (at < s.n && kb_plain(s.p[at]) >= 'a' && has_room(n, latin_n))
        w->small[n++] = w->latin[latin_n++] = kb_plain(s.p[at++]);
    w->characters += n - w->n;
    w->n = n;
    w->latin_n = latin_n;
    return at;
}

static bool is_capital(uint32_t c) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return utf8proc_tolower((utf8proc_int32_t)c) != (utf8proc_int32_t)c;
}

static bool in_word(uint32_t c) {
    if (c < 0x80)
        return kb_is_alpha((char)c);
    return kb_is_word_char(c) && !kb_is_han_like(c) && kb_digit_value(c) < 0;
}

/* What a word says, once it was read. */
static void end_word(struct kb_printer *p) {
    const struct word *w = p->waits;
    if (!w)
        return;
    p->waits = NULL;
    if (w->characters == 1) {
        add_unit(p, w->hash);
    } else {
        struct kb_str small = {w->small, w->n};
        struct kb_str stem = kb_stem(p->stems, p->language, small, w->hash);
        uint64_t hash =
            stem.n == w->n && stem.p == w->small ? w->hash : kb_hash(stem.p, stem.n, 0);
        add_unit(p, hash);
        add_term(p, hash, w->characters, w->name, !w->capital, false);
    }
    add_skeleton(p, (struct kb_str){w->latin, w->latin_n},
                 p->weight * (w->capital ? as_name : 1), w->name, !w->capital);
    add_shingle(p, w->hash, SHINGLE_WORDS);
}

/* The word that begins here; the one before is ended, whose stem comes from memory
 * meanwhile. */
static size_t read_word(struct kb_printer *p, struct kb_str s, size_t at) {
    struct word *w = &p->words[p->waits == &p->words[0]];
    size_t len;
    w->n = w->latin_n = w->characters = 0;
    w->capital = is_capital(kb_utf8_next(s.p + at, s.p + s.n, &len));
    for (at = add_plain(w, s, at); at < s.n; at = add_plain(w, s, at + len)) {
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        if (!in_word(c))
            break;
        add_character(w, c);
    }
    w->name = w->capital && !p->begins && !p->all_capitals;
    w->hash = kb_hash(w->small, w->n, 0);
    p->begins = false;
    kb_stem_expect(p->stems, p->language, w->hash);
    end_word(p);
    p->waits = w;
    return at;
}

static size_t read_number(struct kb_printer *p, struct kb_str s, size_t at) {
    char digits[32];
    size_t n;
    end_word(p);
    at = kb_number_read(s, at, digits, sizeof digits, &n);
    struct kb_str number = {digits, n};
    uint64_t hash = kb_hash(digits, n, 0);
    add_term(p, hash, n, false, false, true);
    if (n > 1)
        add_number_anchor(p, number);
    add_shingle(p, hash, SHINGLE_WORDS);
    return at;
}

/* ---- scripts without spaces -------------------------------------------------------- */

static bool is_han(uint32_t c) {
    return c >= 0x3400 && c <= 0x9FFF;
}
static bool is_katakana(uint32_t c) {
    return c >= 0x30A0 && c <= 0x30FF;
}

/* Skeletons of two to HAN_RUN characters that begin here. */
static void add_han(struct kb_printer *p, struct kb_str s, size_t at) {
    char latin[HAN_RUN * 8];
    size_t n = 0, len;
    for (int i = 0; i < HAN_RUN && at < s.n; i++, at += len) {
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        if (!is_han(c))
            return;
        const char *letters = kb_letters(c);
        size_t letter_count = strlen(letters);
        memcpy(latin + n, letters, letter_count);
        n += letter_count;
        if (i > 0)
            add_skeleton(p, (struct kb_str){latin, n}, p->weight * in_han, false, false);
    }
}

/* Runs of three to OPEN_RUN consonants. */
static void add_open(struct kb_printer *p, struct kb_str latin) {
    char skeleton[LATIN_BYTES];
    size_t n = kb_skeleton(latin, skeleton, sizeof skeleton);
    for (size_t size = SKELETON_LEAST; size <= OPEN_RUN; size++) {
        for (size_t i = 0; i + size <= n; i++)
            add_skeleton_anchor(p, skeleton + i, size, p->weight * in_open, false, false);
    }
}

static void end_katakana(struct kb_printer *p, struct word *w) {
    add_skeleton(p, (struct kb_str){w->latin, w->latin_n}, p->weight * as_name, true,
                 false);
    w->latin_n = w->n = 0;
}

static void end_open(struct kb_printer *p, struct word *w) {
    add_open(p, (struct kb_str){w->latin, w->latin_n});
    w->latin_n = w->n = 0;
}

static size_t read_run(struct kb_printer *p, struct kb_str s, size_t at) {
    struct word katakana = {.n = 0}, open = {.n = 0};
    uint32_t before = 0;
    size_t len;
    bool first = true;
    end_word(p);
    for (; at < s.n; at += len) {
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        if (!kb_is_han_like(c))
            break;
        if (!first)
            add_term(p, (uint64_t)before << 32 | c, 4, false, false, false);
        add_shingle(p, c, SHINGLE_CHARACTERS);
        add_unit(p, c);
        if (is_han(c)) {
            add_han(p, s, at);
        } else if (is_katakana(c)) {
            add_character(&katakana, c);
        } else if (!(c >= 0x3040 && c < 0x30A0)) { /* hiragana is grammar */
            if (open.latin_n + 8 > LATIN_BYTES)
                end_open(p, &open);
            add_character(&open, c);
        }
        if (!is_katakana(c) && katakana.n)
            end_katakana(p, &katakana);
        before = c;
        first = false;
    }
    end_katakana(p, &katakana);
    end_open(p, &open);
    return at;
}

/* ---- the whole --------------------------------------------------------------------- */

/* What a capital behind it may be there for. */
static bool ends_sentence(uint32_t c) {
    switch (c) {
    case '.':
    case '!':
    case '?':
    case ':':
    case '\n':
    case '"':
    case 0xAB:   /* « */
    case 0x2013: /* – */
    case 0x2014: /* — */
    case 0x201C: /* “ */
    case 0x201E: /* „ */
    case 0x2026: /* … */ return true;
    default: return false;
    }
}

/* A headline most of whose words have a capital: in some languages all have. */
static bool has_all_capitals(struct kb_str s) {
    size_t len, words = 0, capitals = 0;
    bool inside = false;
    for (size_t at = 0; at < s.n; at += len) {
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        bool begins = !inside && kb_is_word_char(c);
        inside = kb_is_word_char(c);
        words += begins;
        capitals += begins && is_capital(c);
    }
    return words > 2 && capitals * 10 >= words * 7;
}

static void read_part(struct kb_printer *p, struct kb_str s, float weight) {
    size_t len;
    p->weight = weight;
    p->begins = true;
    p->recent_count = p->unit_count = 0;
    for (size_t at = 0; at < s.n;) {
        if (kb_plain(s.p[at]) >= 'a') {
            at = read_word(p, s, at);
            continue;
        }
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        if (kb_digit_value(c) >= 0) {
            at = read_number(p, s, at);
        } else if (kb_is_han_like(c)) {
            at = read_run(p, s, at);
        } else if (kb_is_word_char(c)) {
            at = read_word(p, s, at);
        } else {
            p->begins = p->begins || ends_sentence(c);
            at += len;
        }
    }
    end_word(p);
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The smallest hashes are looked for below a bound that leaves twice as many as are
 * wanted, if they are even; where that leaves too few, among all. */
static void make_sketch(struct kb_printer *p, struct kb_fingerprint *out) {
    size_t n = p->shingle_count, kept = 0;
    uint32_t bound = UINT32_MAX;
    for (size_t i = 0; i < n / 2; i++)
        p->shingles[i] &= ~(uint32_t)KB_SHINGLE_LATE;
    if (n > 2 * KB_STORY_SKETCH)
        bound = (uint32_t)(UINT32_MAX / n * 2 * KB_STORY_SKETCH);
    for (; out->sketch_count < KB_STORY_SKETCH; bound = UINT32_MAX) {
        out->sketch_count = kept = 0;
        for (size_t i = 0; i < n; i++) {
            if (p->shingles[i] <= bound)
                p->chosen[kept++] = p->shingles[i];
        }
        qsort(p->chosen, kept, sizeof p->chosen[0], by_value);
        for (size_t i = 0; i < kept && out->sketch_count < KB_STORY_SKETCH; i++) {
            if (!i ||
                (p->chosen[i] | KB_SHINGLE_LATE) != (p->chosen[i - 1] | KB_SHINGLE_LATE))
                out->sketch[out->sketch_count++] = p->chosen[i];
        }
        if (bound == UINT32_MAX)
            break;
    }
    out->shingle_count = n;
}

static struct kb_trait *keep(struct kb_arena *arena, const struct kb_tally *tally,
                             size_t *count) {
    struct kb_trait *traits = kb_arena_zalloc(arena, tally->count + 1, sizeof *traits);
    if (traits)
        memcpy(traits, tally->traits, tally->count * sizeof *traits);
    *count = traits ? tally->count : 0;
    return traits;
}

/* Reads the names of places in the print's language, as any text is read. */
static bool learn_places(struct kb_printer *p) {
    struct kb_str lines = kb_places_lines(p->places, kb_str_z(p->out->language)), key,
                  names;
    bool fine = true;
    while (fine && kb_places_line(&lines, &key, &names)) {
        while (fine && names.n) {
            size_t end = kb_str_find_byte(names, '|');
            read_part(p, kb_str_slice(names, 0, end), 0);
            fine = kb_places_add(p->places, p->out->language_seed, p->units,
                                 p->unit_count, key);
            names =
                end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(names, end + 1, names.n);
        }
    }
    return fine;
}

void kb_print_language(struct kb_fingerprint *print) {
    print->language_seed =
        (uint32_t)kb_hash(print->language, strlen(print->language), 0x6B62) & ~1u;
}

enum kb_status kb_fingerprint_take(struct kb_printer *p, struct kb_arena *arena,
                                   struct kb_str title, struct kb_str text,
                                   struct kb_str language, struct kb_fingerprint *out,
                                   struct kb_err *err) {
    *out = (struct kb_fingerprint){.sketch_count = 0};
    text = kb_str_cut(text, KB_LIMIT_STORY_BYTES);
    title = kb_str_cut(title, KB_LIMIT_META_BYTES);
    kb_lang_primary(language, out->language);
    if (!out->language[0]) {
        struct kb_text_language found;
        kb_lang_detect(text, KB_STR_NONE, &found);
        kb_lang_primary(kb_str_z(found.tag), out->language);
    }
    kb_print_language(out);
    p->out = out;
    p->language = kb_str_z(out->language);
    p->shingle_count = 0;
    bool fine = learn_places(p);
    kb_tally_clear(&p->terms);
    kb_tally_clear(&p->anchors);
    p->shingle_count = 0;
    p->head = SIZE_MAX;
    p->all_capitals = has_all_capitals(title);
    read_part(p, title, in_title);
    p->head = p->terms.count ? 0 : HEAD_WORDS;
    p->all_capitals = false;
    p->shingle_count = 0; /* headlines are changed first */
    read_part(p, text, in_text);
    make_sketch(p, out);
    kb_tally_keep(&p->terms, KB_STORY_TERMS, false);
    kb_tally_keep(&p->anchors, KB_STORY_ANCHORS, true);
    out->terms = keep(arena, &p->terms, &out->term_count);
    out->anchors = keep(arena, &p->anchors, &out->anchor_count);
    if (!out->terms || !out->anchors || !fine)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a fingerprint");
    return KB_OK;
}
