/* One person's name: letters' case, degrees, fullness; and the list of persons.
 *
 * Enter short names; leave yes or no, or the name as it is to be printed. */
#include "page/line.h"
#include "page/meta.h"
#include "page/people.h"

#include <utf8proc.h>

bool kb_person_is_full(const struct kb_person *person) {
    struct kb_str name = person->author.name;
    return kb_page_words(name) >= 2 || kb_page_first_letter(name) == KB_LETTER_PLAIN;
}

/* One to six letters in capitals, or with full stops between: "MD", "Ph.D", "CEPF®". */
static bool is_degree_word(struct kb_str word) {
    size_t len, letters = 0, upper = 0, stops = 0;
    for (size_t i = 0; i < word.n; i += len) {
        uint32_t c = kb_utf8_next(word.p + i, word.p + word.n, &len);
        enum kb_letter kind = kb_page_letter(c);
        if (kind == KB_LETTER_PLAIN)
            return false;
        letters += kind == KB_LETTER_UPPER || kind == KB_LETTER_LOWER;
        upper += kind == KB_LETTER_UPPER;
        stops += c == '.';
    }
    return (letters >= 2 && letters <= 6 && (upper >= 2 || (stops && upper))) ||
           kb_str_equal(word, KB_STR("PhD")) || kb_str_equal(word, KB_STR("Jr"));
}

bool kb_person_is_degree(struct kb_str part) {
    size_t words = 0;
    if (part.n > 24)
        return false;
    for (struct kb_str word; (word = kb_page_word(&part)).n; words++)
        if (!is_degree_word(word) && !(words && kb_is_digit(word.p[0])))
            return false;
    return words > 0 && words <= 3;
}

/* Small words in a name stay small: "JAN VAN DER BERG". */
static bool is_small(struct kb_str word) {
    static const char *const small[] = {"VAN", "DER", "DEN", "DE",  "VON", "ZU", "DA",
                                        "DOS", "DAS", "DEL", "BIN", "IBN", "DI"};
    for (size_t i = 0; i < KB_COUNT(small); i++)
        if (kb_str_equal(word, kb_str_z(small[i])))
            return true;
    return false;
}

struct kb_str kb_person_nice_case(struct kb_arena *arena, struct kb_str name) {
    if (name.n > 200 || kb_page_words(name) < 2 || !kb_page_all_upper(name) ||
        kb_str_find_byte(name, ',') != KB_NOT_FOUND)
        return name;
    char *out = kb_arena_alloc(arena, name.n * 2 + 1);
    size_t n = 0, words = 0;
    if (!out)
        return name;
    for (struct kb_str rest = name, word; (word = kb_page_word(&rest)).n; words++) {
        bool begins = !(words && is_small(word));
        size_t len, letters = 0;
        if (n)
            out[n++] = ' ';
        for (size_t i = 0; i < word.n; i += len)
            letters += kb_page_letter(kb_utf8_next(word.p + i, word.p + word.n, &len)) ==
                       KB_LETTER_UPPER;
        for (size_t i = 0; i < word.n; i += len) {
            uint32_t c = kb_utf8_next(word.p + i, word.p + word.n, &len);
            bool letter = kb_page_letter(c) != KB_LETTER_NONE;
            bool initial = kb_str_find_byte(word, '.') != KB_NOT_FOUND && letters <= 2;
            if (letter && !begins && !initial)
                c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
            n += kb_utf8_put(out + n, c);
            begins = !letter;
        }
    }
    out[n] = '\0';
    return (struct kb_str){out, n};
}

/* ---- the list ---------------------------------------------------------------------- */

bool kb_people_has(const struct kb_people *people, struct kb_str key) {
    for (size_t i = 0; i < people->count; i++)
        if (kb_str_equal(people->items[i].key, key))
            return true;
    return false;
}

void kb_people_add(struct kb_people *people, struct kb_arena *arena,
                   const struct kb_author *author) {
    struct kb_str key = kb_page_key(arena, author->name, false);
    if (!key.n)
        return;
    for (size_t i = 0; i < people->count; i++) {
        struct kb_author *old = &people->items[i].author;
        if (!kb_str_equal(people->items[i].key, key))
            continue;
        if (kb_page_all_upper(old->name) && !kb_page_all_upper(author->name))
            old->name = kb_arena_dup(arena, author->name);
        if (!old->organization.n)
            old->organization = author->organization;
        if (!author->role.n) /* who wrote it and edited it is an author */
            old->role = KB_STR_NONE;
        return;
    }
    void *items = people->items;
    if (people->count >= KB_LIMIT_AUTHORS) {
        people->cut = true;
        return;
    }
    if (!kb_arena_grow(arena, &items, people->count, &people->cap, sizeof *people->items,
                       KB_LIMIT_AUTHORS))
        return;
    people->items = items;
    struct kb_person *p = &people->items[people->count++];
    *p = (struct kb_person){.author = *author, .key = key, .line = people->line};
    p->author.name = kb_arena_dup(arena, author->name);
}
