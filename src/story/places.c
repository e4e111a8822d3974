/* Names of places: a text's last words enter, the place that they name leaves.
 *
 * "美国", "Сполучені Штати" and "United States" have no consonant in common; CLDR has the
 * names of all territories and of some four hundred cities in most languages
 * (assets/places).  A language's names are read when its first article comes.  Of most
 * words a bit tells that no name ends with them. */
#include "story/places.h"
#include "story/tally.h"

#include <stdlib.h>

enum { LAST_BITS = 1 << 16, LANGUAGES = 64, LEAST_ROOM = 2048 };

struct kb_places {
    struct entry {
        uint64_t name;
        uint32_t key;
    } * entries; /* open addressing; name 0 is free */
    size_t used, cap;
    char read[LANGUAGES][4];
    size_t read_count;
    uint64_t last[LAST_BITS / 64];
};

struct kb_places *kb_places_new(void) {
    return calloc(1, sizeof(struct kb_places));
}

void kb_places_free(struct kb_places *places) {
    if (!places)
        return;
    free(places->entries);
    free(places);
}

/* ---- the file ---------------------------------------------------------------------- */

struct kb_str kb_places_lines(struct kb_places *places, struct kb_str language) {
    struct kb_str all = {(const char *)kb_places_files[0].bytes, kb_places_files[0].n};
    char head[8] = "\n[";
    for (size_t i = 0; i < places->read_count; i++) {
        if (kb_str_equal(kb_str_z(places->read[i]), language))
            return KB_STR_NONE;
    }
    if (!language.n || language.n > 3 || places->read_count == LANGUAGES)
        return KB_STR_NONE;
    memcpy(places->read[places->read_count++], language.p, language.n);
    memcpy(head + 2, language.p, language.n);
    memcpy(head + 2 + language.n, "]\n", 2);
    size_t at = kb_str_find(all, kb_str_z(head));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    all = kb_str_slice(all, at + strlen(head), all.n);
    return kb_str_slice(all, 0, kb_str_find(all, KB_STR("\n[")));
}

bool kb_places_line(struct kb_str *lines, struct kb_str *key, struct kb_str *names) {
    size_t end = kb_str_find_byte(*lines, '\n');
    struct kb_str line = kb_str_slice(*lines, 0, end);
    size_t space = kb_str_find_byte(line, ' ');
    *lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*lines, end + 1, lines->n);
    *key = kb_str_slice(line, 0, space);
    *names = space == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(line, space + 1, line.n);
    return line.n > 0;
}

/* ---- the table --------------------------------------------------------------------- */

static struct entry *find(struct entry *entries, size_t cap, uint64_t name) {
    size_t at = name >> 32 & (cap - 1);
    while (entries[at].name && entries[at].name != name)
        at = (at + 1) & (cap - 1);
    return &entries[at];
}

static bool grow(struct kb_places *places) {
    size_t cap = places->cap ? places->cap * 2 : LEAST_ROOM;
    struct entry *more = calloc(cap, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < places->cap; i++) {
        if (places->entries[i].name)
            *find(more, cap, places->entries[i].name) = places->entries[i];
    }
    free(places->entries);
    places->entries = more;
    places->cap = cap;
    return true;
}

static uint64_t bit_of(uint32_t seed, uint64_t unit) {
    return (unit * 0x9E3779B97F4A7C15u ^ seed * (uint64_t)0xC2B2AE35u) >> 20 &
           (LAST_BITS - 1);
}

bool kb_places_add(struct kb_places *places, uint32_t seed, const uint64_t *units,
                   size_t n, struct kb_str key) {
    if (!n || n > KB_PLACE_UNITS)
        return true;
    if (places->used * 2 >= places->cap && !grow(places))
        return false;
    uint64_t bit = bit_of(seed, units[0]), name = seed;
    for (size_t i = 0; i < n; i++)
        name = kb_mix(name, units[i]);
    name |= 1;
    struct entry *entry = find(places->entries, places->cap, name);
    places->used += !entry->name;
    *entry = (struct entry){name, (uint32_t)kb_hash(key.p, key.n, 2)};
    places->last[bit / 64] |= (uint64_t)1 << bit % 64;
    return true;
}

uint32_t kb_places_find(const struct kb_places *places, uint32_t seed,
                        const uint64_t *units, size_t n) {
    uint64_t bit = bit_of(seed, units[0]);
    if (!(places->last[bit / 64] >> bit % 64 & 1))
        return 0;
    uint64_t name = seed;
    uint32_t key = 0;
    for (size_t i = 0; i < n && i < KB_PLACE_UNITS; i++) {
        name = kb_mix(name, units[i]);
        const struct entry *entry = find(places->entries, places->cap, name | 1);
        key = entry->name ? entry->key : key;
    }
    return key;
}
