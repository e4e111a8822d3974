/* One person's name: letters' case, degrees, fullness, what is no name; and the list of
 * persons.
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

/* "Ann Lee", "MD" → "Ann Lee, MD" */
struct kb_str kb_person_with_degree(struct kb_arena *arena, struct kb_str name,
                                    struct kb_str degree) {
    char text[KB_PERSON_BYTES + 2];
    memcpy(text, name.p, name.n);
    memcpy(text + name.n, ", ", 2);
    memcpy(text + name.n + 2, degree.p, degree.n);
    return kb_arena_dup(arena, (struct kb_str){text, name.n + 2 + degree.n});
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

/* ---- words beside and instead of names --------------------------------------------- */

static bool is_mark(uint32_t c) {
    return c == ',' || c == ';' || c == ':' || c == '|' || c == '/' || c == '-' ||
           c == '*' || c == '"' || c == 0x2013 || c == 0x2014 || c == 0x2022 ||
           c == 0xB7 || c == 0xFF1A || c == 0x201C || c == 0x201D || c == 0x201E ||
           c == '>' || c == '<' || c == '[' || c == ']' || c == '=' || c == 0x2015 ||
           c == 0x25A0 || c == 0x25CF || c == '+' || c == '_' || c == '~' ||
           c == 0x300C || c == 0x300D || c == 0x3010 || c == 0x3011 || c == 0xAB ||
           c == 0xBB || c == 0x61B || c == 0x60C || c == '#' || c == 0x270D ||
           c == 0xFE0F || c == 0x2212 || c == 0x30FB || c == '\'' || c == '!' || c == '?';
}

struct kb_str kb_person_trim(struct kb_str s) {
    size_t len;
    for (size_t n = s.n + 1; s.n < n;) {
        n = s.n;
        s = kb_page_trim(s);
        if (s.n && is_mark(kb_utf8_next(s.p, s.p + s.n, &len)))
            s = kb_str_slice(s, len, s.n);
        size_t at = s.n;
        while (at && s.n - at < 4 && (--at, ((unsigned char)s.p[at] & 0xC0) == 0x80)) {
        }
        if (s.n && is_mark(kb_utf8_next(s.p + at, s.p + s.n, &len)))
            s.n = at;
    }
    return s;
}

/* Takes "(…)" out: what stands in it is no part of a name. */
struct kb_str kb_person_outside_bracket(struct kb_str s, struct kb_str *inside) {
    static const char *const pairs[][2] = {{"(", ")"}, {"（", "）"}, {"[", "]"}};
    for (size_t i = 0; i < KB_COUNT(pairs); i++) {
        struct kb_str open = kb_str_z(pairs[i][0]), close = kb_str_z(pairs[i][1]);
        size_t at = kb_str_find(s, open);
        if (at == KB_NOT_FOUND)
            continue;
        struct kb_str rest = kb_str_slice(s, at + open.n, s.n);
        *inside = kb_page_trim(kb_str_slice(rest, 0, kb_str_find(rest, close)));
        s = kb_page_trim(kb_str_slice(s, 0, at));
        return s.n ? s : *inside;
    }
    return s;
}

bool kb_person_is_particle(struct kb_str word) {
    static const char *const particles[] = {
        "de",    "da",  "do",  "dos",   "das",   "du",    "des", "di",   "del",
        "della", "la",  "le",  "el",    "al",    "von",   "van", "vom",  "zu",
        "zur",   "der", "den", "ter",   "ten",   "bin",   "ibn", "bint", "binti",
        "af",    "av",  "y",   "e",     "i",     "t",     "ul",  "ud",   "abu",
        "san",   "st",  "zum", "dalla", "degli", "dello", "ap",  "et"};
    for (size_t i = 0; i < KB_COUNT(particles); i++)
        if (kb_str_equal(word, kb_str_z(particles[i])))
            return true;
    return false;
}

/* "jdoe", "admin_2", "MixmasterFred": one word, as people sign in forums and blogs. */
bool kb_person_is_handle(struct kb_str s) {
    size_t len, letters = 0;
    if (s.n < 2 || kb_page_columns(s) > 30)
        return false;
    for (size_t i = 0; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        enum kb_letter kind = kb_page_letter(c);
        letters += kind != KB_LETTER_NONE && kind != KB_LETTER_DIGIT;
        if (kind == KB_LETTER_NONE && c != '-' && c != '_' && c != '.' && c != '\'')
            return false;
    }
    return letters > 0;
}

bool kb_person_is_login(struct kb_str s) {
    bool inner = false;
    if (!kb_person_is_handle(s) || kb_page_all_upper(s))
        return false;
    for (size_t i = 1; i < s.n; i++)
        inner |= (s.p[i] >= 'A' && s.p[i] <= 'Z') || kb_is_digit(s.p[i]) || s.p[i] == '_';
    return inner || kb_page_first_letter(s) != KB_LETTER_UPPER;
}

/* One printed word that can be somebody's name: not "August" or "Tuesday", what is left
 * of a date, nor "GMT". */
bool kb_person_is_alone(const struct kb_lexicon *lexicon, struct kb_str word) {
    const uint32_t kinds = 1u << KB_TIME_MONTH | 1u << KB_TIME_WEEKDAY |
                           1u << KB_TIME_PERSIAN_MONTH | 1u << KB_TIME_ISLAMIC_MONTH;
    struct kb_time_name name;
    word = kb_page_bare(word);
    return !(word.n <= 4 && kb_page_all_upper(word)) &&
           !(lexicon && kb_calendar_any(lexicon, word, 0, kinds, &name) &&
             name.end >= word.n);
}

/* What systems write where nobody has entered a name; the same in all languages. */
bool kb_person_is_default(struct kb_str word) {
    static const char *const words[] = {"admin", "undefined", "null", "root",
                                        "user",  "webmaster", "wp",   "editor"};
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_starts_nocase(word, kb_str_z(words[i])))
            return true;
    return false;
}

enum { DATELINE_BYTES = 200 };

/* The name of the reporter whom a dateline names: "[부산=하루신문 한지우 기자]",
 * "〔記者林望海／台北報導〕"; empty where it names none. */
struct kb_str kb_person_reporter(struct kb_str line) {
    static const char *const words[] = {"기자", "記者", "记者"};
    for (size_t i = 0; i < KB_COUNT(words) && line.n <= DATELINE_BYTES; i++) {
        struct kb_str word = kb_str_z(words[i]);
        size_t at = kb_str_find(line, word), equals, stroke;
        if (at == KB_NOT_FOUND)
            continue;
        struct kb_str name = kb_str_slice(line, 0, at);
        if (i) { /* Chinese names stand behind the word, Korean ones before it */
            name = kb_page_trim(kb_str_slice(line, at + word.n, line.n));
            stroke = kb_str_find(name, KB_STR("／"));
            stroke = stroke < name.n ? stroke : kb_str_find_byte(name, '/');
            if (stroke >= name.n)
                return KB_STR_NONE;
            return kb_page_bare(kb_str_slice(name, 0, stroke));
        }
        while ((equals = kb_str_find_byte(name, '=')) != KB_NOT_FOUND)
            name = kb_str_slice(name, equals + 1, name.n);
        name = kb_page_bare(name);
        for (struct kb_str rest = name, next; (next = kb_page_word(&rest)).n;)
            name = next; /* behind the outlet */
        return name;
    }
    return KB_STR_NONE;
}

bool kb_person_owns(struct kb_str url) {
    size_t scheme = kb_str_find(url, KB_STR("://"));
    if (scheme == KB_NOT_FOUND)
        return false;
    struct kb_str rest = kb_str_slice(url, scheme + 3, url.n);
    rest = kb_str_slice(rest, kb_str_find_byte(rest, '/'), rest.n);
    return rest.n <= 1 || kb_str_starts(rest, KB_STR("/@"));
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
