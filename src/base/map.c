/* A table from numbers to numbers: open addressing, linear steps, never more than half
 * full.  Keys are mixed, so that running numbers and hashes do equally well. */
#include <stdlib.h>

#include "base/base.h"

static size_t slot_of(const struct kb_map *map, int64_t key) {
    uint64_t h = (uint64_t)key * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(h >> 32) & (map->cap - 1);
    while (map->entries[at].above && map->entries[at].key != key)
        at = (at + 1) & (map->cap - 1);
    return at;
}

static bool grow(struct kb_map *map) {
    struct kb_map bigger = {.cap = map->cap ? map->cap * 2 : 64};
    bigger.entries = calloc(bigger.cap, sizeof *bigger.entries);
    if (!bigger.entries)
        return false;
    for (size_t i = 0; i < map->cap; i++) {
        if (map->entries[i].above)
            bigger.entries[slot_of(&bigger, map->entries[i].key)] = map->entries[i];
    }
    free(map->entries);
    map->entries = bigger.entries;
    map->cap = bigger.cap;
    return true;
}

bool kb_map_put(struct kb_map *map, int64_t key, uint64_t value) {
    if (map->count * 2 >= map->cap && !grow(map))
        return false;
    struct kb_map_entry *e = &map->entries[slot_of(map, key)];
    map->count += !e->above;
    *e = (struct kb_map_entry){key, value + 1};
    return true;
}

bool kb_map_get(const struct kb_map *map, int64_t key, uint64_t *value) {
    if (!map->count)
        return false;
    const struct kb_map_entry *e = &map->entries[slot_of(map, key)];
    if (e->above)
        *value = e->above - 1;
    return e->above;
}

void kb_map_free(struct kb_map *map) {
    free(map->entries);
    *map = (struct kb_map){0};
}
