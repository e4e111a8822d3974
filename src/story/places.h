/* Inside story: names of countries and cities, which are one thing in all languages. */
#ifndef KB_STORY_PLACES_H
#define KB_STORY_PLACES_H

#include "base/base.h"

/* assets/places, compiled in. */
extern const struct kb_asset kb_places_files[];

enum { KB_PLACE_UNITS = 6 }; /* words, or characters, of a name */

struct kb_places;

struct kb_places *kb_places_new(void); /* NULL without memory */
void kb_places_free(struct kb_places *places);

/* The lines of a language, the first time that they are asked for; then, and where it has
 * none, nothing.  kb_places_line takes a line of them: its key, and its names with bars
 * between them; false at the end. */
struct kb_str kb_places_lines(struct kb_places *places, struct kb_str language);
bool kb_places_line(struct kb_str *lines, struct kb_str *key, struct kb_str *names);

/* Adds a name: hashes of its words or characters, the last one first.  False without
 * memory. */
bool kb_places_add(struct kb_places *places, uint32_t language_seed,
                   const uint64_t *units, size_t n, struct kb_str key) KB_MUST_USE;

/* The key's hash of the longest name that ends with what units begins with; 0 where none
 * does. */
uint32_t kb_places_find(const struct kb_places *places, uint32_t language_seed,
                        const uint64_t *units, size_t n);

#endif
