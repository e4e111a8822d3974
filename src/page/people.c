/* A byline → persons.
 *
 * In: a string that names who wrote something, from markup or as printed: "By Ann Lee and
 * Bo Ek, Harbour Times staff, in Cairo".  Out: persons with their roles.  The string is
 * cut at commas, bars and the words that join names; of each piece the words around a
 * name are taken away (byline words, jobs, places, addresses), and what is left must have
 * a name's shape, unless markup says that it is one.  Words are the language files';
 * shapes, which hold for all languages of a script, stand in person.c. */
#include "page/line.h"
#include "page/meta.h"
#include "page/people.h"

#define BIT(word) (1u << KB_WORD_##word)
#define ROLES (BIT(EDITOR) | BIT(TRANSLATOR) | BIT(PHOTOGRAPHER) | BIT(CONTRIBUTOR))

enum {
    MAX_PIECES = 400,
    NAME_BYTES = KB_PERSON_BYTES,
    NAME_WORDS = 6,
    LABELS = 4 /* byline and role words in a row before a name */
};

struct split {
    struct kb_people *out;
    struct kb_arena *arena;
    const struct kb_house *house;
    const struct kb_byline *byline;
    struct kb_str role;  /* what the last role word said */
    bool by;             /* a byline word stood before the piece */
    bool after_job;      /* the piece before was a job: a house may follow */
    bool labelled;       /* some byline word stood in the line */
    enum kb_joint joint; /* the strongest one since the last person */
    bool upper;          /* all of the byline is in capitals */
};

/* ---- names that are no person's ---------------------------------------------------- */

void kb_house_add(struct kb_house *house, struct kb_arena *arena, struct kb_str name) {
    struct kb_str key = kb_page_key(arena, kb_str_cut(name, NAME_BYTES), true);
    if (key.n < 2)
        return;
    for (size_t i = 0; i < house->count; i++)
        if (kb_str_equal(house->keys[i], key))
            return;
    if (house->count < KB_HOUSES)
        house->keys[house->count++] = key;
}

/* The label of the host's name: "harbourtimes" of "harbourtimes.example". */
static bool is_label(const struct split *x, struct kb_str key) {
    struct kb_str domain = x->house->domain;
    struct kb_str label = kb_str_slice(domain, 0, kb_str_find_byte(domain, '.'));
    return label.n > 2 && kb_str_equal(key, kb_page_key(x->arena, label, true));
}

/* The house by one of its names, with or without article and ending: "The Harbour Times",
 * "harbourtimes.example". */
static bool is_house(struct split *x, struct kb_str name) {
    const struct kb_house *house = x->house;
    struct kb_str key = kb_page_key(x->arena, kb_str_cut(name, NAME_BYTES), true);
    struct kb_str domain = kb_page_key(x->arena, house->domain, true);
    if (kb_str_starts(key, KB_STR("the")))
        key = kb_str_slice(key, 3, key.n);
    if (!key.n)
        return false;
    if (kb_str_equal(key, domain) || is_label(x, key))
        return true;
    for (size_t i = 0; i < house->count; i++) {
        struct kb_str own = house->keys[i];
        if (kb_str_starts(own, KB_STR("the")) && own.n > 5)
            own = kb_str_slice(own, 3, own.n);
        if (kb_str_equal(key, own))
            return true;
        /* "Clarion" and "Clarion Online" are one house, "Ann" and "Anna Lee" are not */
        if (own.n > 4 && key.n > 4 &&
            (kb_str_starts(key, own) || kb_str_starts(own, key)) &&
            (kb_page_words(name) == 1 || key.n > own.n) && !x->byline->whole)
            return true;
    }
    return false;
}

/* All of name is an agency's or an outlet's. */
static bool is_medium(const struct split *x, struct kb_str name) {
    struct kb_name_hit hit;
    return x->house->lexicon && name.n < NAME_BYTES &&
           kb_name_at(x->house->lexicon, name, 0, "", &hit) && hit.end == name.n &&
           (!hit.ordinary || kb_page_all_upper(name));
}

static bool is_nobody(struct split *x, struct kb_str name) {
    if (is_medium(x, name))
        return true;
    return kb_page_is_agencies(x->house->lexicon, name, NULL) || is_house(x, name) ||
           kb_page_is_domain(name) || kb_page_is_network(x->house->lexicon, name);
}

/* The last person of this byline who has no organization yet is of this one. */
static void give_organization(struct split *x, size_t first, struct kb_str name) {
    if (x->out->count <= first || !name.n || name.n > NAME_BYTES ||
        x->joint == KB_JOINT_BAR)
        return;
    struct kb_author *last = &x->out->items[x->out->count - 1].author;
    if (!last->organization.n)
        last->organization = kb_arena_dup(x->arena, name);
}

/* ---- a piece → a name -------------------------------------------------------------- */

static struct kb_str role_of(uint32_t kinds) {
    return kinds & BIT(EDITOR)         ? KB_STR("editor")
           : kinds & BIT(TRANSLATOR)   ? KB_STR("translator")
           : kinds & BIT(PHOTOGRAPHER) ? KB_STR("photographer")
                                       : KB_STR("contributor");
}

/* Takes the words off that lead to a name: "By", "Edited by", "Redaktur:". */
static struct kb_str without_labels(struct split *x, struct kb_str s) {
    const struct kb_lexicon *lexicon = x->house->lexicon;
    for (int i = 0; i < LABELS && s.n && lexicon; i++) {
        size_t end;
        if (kb_page_first_letter(s) == KB_LETTER_LOWER &&
            kb_lexicon_words(lexicon, s, 0, BIT(AND), &end) && end < s.n) {
            x->joint = KB_JOINT_AND; /* behind the end of an element */
            s = kb_person_trim(kb_str_slice(s, end, s.n));
            continue;
        }
        uint32_t kinds = kb_lexicon_words(lexicon, s, 0, ROLES, &end);
        struct kb_phrase_hits hits = kb_lexicon_match(lexicon, s);
        struct kb_str rest;
        if (kinds) {
            x->role = role_of(kinds);
            x->by = true;
            s = kb_person_trim(kb_str_slice(s, end, s.n));
            continue;
        }
        size_t by = 0;
        if (!kb_lexicon_words(lexicon, s, 0, BIT(BY), &by))
            by = 0;
        if (hits.begins & 1u << KB_PHRASE_BYLINE && hits.prefix_bytes >= by) {
            rest = kb_person_trim(kb_str_slice(s, hits.prefix_bytes, s.n));
            x->role = x->byline->role;
        } else {
            kinds = kb_lexicon_words(lexicon, s, 0, BIT(BY), &end);
            rest = kb_person_trim(kb_str_slice(s, end, s.n));
            /* "Di Stefano" is a name, "di Ada Stefano" is not */
            bool colon = end < s.n &&
                         kb_page_is_colon(kb_page_first_char(kb_str_slice(s, end, s.n)));
            if (!kinds || (!colon && kb_page_words(rest) < 2 &&
                           kb_page_first_letter(s) == KB_LETTER_UPPER &&
                           kb_page_first_letter(rest) != KB_LETTER_PLAIN && x->by))
                break;
        }
        x->by = true;
        s = rest;
    }
    return s;
}

/* True where a word of the newsroom stands anywhere in s. */
static bool has_newsroom(const struct split *x, struct kb_str s) {
    size_t len, end;
    bool apart = true;
    for (size_t i = 0; i < s.n && x->house->lexicon; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        enum kb_letter kind = kb_page_letter(c);
        bool letter = kind != KB_LETTER_NONE;
        if (letter && (apart || kb_is_han_like(c)) &&
            kb_lexicon_words(x->house->lexicon, kb_str_slice(s, i, s.n), 0,
                             BIT(NEWSROOM) | BIT(JOB), &end) &
                BIT(NEWSROOM))
            return true;
        apart = !letter && c != '\'' && c != 0x2019;
    }
    return false;
}

static void add(struct split *x, struct kb_str name) {
    if (kb_page_first_letter(kb_page_bare(name)) == KB_LETTER_DIGIT &&
        !x->byline->whole && kb_page_words(name) < 3)
        return; /* what is left of a date: "১০: ১৫" */
    if (name.n > NAME_BYTES) {
        x->out->cut = true;
        return;
    }
    struct kb_author author = {name, x->role.n ? x->role : x->byline->role,
                               x->byline->organization};
    size_t before = x->out->count;
    kb_people_add(x->out, x->arena, &author);
    if (x->out->count > before)
        x->out->items[before].joint = (uint8_t)x->joint;
    x->joint = KB_JOINT_BAR;
    x->after_job = false;
}

/* Where a job stands in a text without spaces or stuck to a name: at its end. */
static size_t job_at_end(const struct split *x, struct kb_str s, size_t from) {
    size_t len, end;
    for (size_t i = 0; i < s.n && x->house->lexicon; i += len) {
        kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (i >= from && kb_lexicon_words(x->house->lexicon, s, i, BIT(JOB), &end) &&
            end == s.n)
            return i;
    }
    return s.n;
}

/* Han, kana, Hangul: jobs stick to names, and names of two to four characters stand side
 * by side. */
static void take_east_asian(struct split *x, struct kb_str s) {
    size_t end;
    bool job = false;
    while (s.n && x->house->lexicon &&
           kb_lexicon_words(x->house->lexicon, s, 0, BIT(JOB), &end)) {
        s = kb_person_trim(kb_str_slice(s, end, s.n));
        job = true;
    }
    if (!s.n) {
        x->after_job = job;
        return;
    }
    if (x->house->japanese && kb_page_words(s) == 2 && kb_page_columns(s) <= 13) {
        size_t at = job_at_end(x, s, 6);
        add(x, kb_page_trim(kb_str_slice(s, 0, at)));
        return;
    }
    for (struct kb_str word; (word = kb_page_word(&s)).n;) {
        struct kb_str name =
            kb_person_trim(kb_str_slice(word, 0, job_at_end(x, word, 6)));
        size_t columns = kb_page_columns(name);
        if (kb_lexicon_words(x->house->lexicon, word, 0, BIT(JOB), &end) && end == word.n)
            continue;
        if (kb_page_first_letter(name) != KB_LETTER_PLAIN || is_nobody(x, name))
            continue;
        if (columns >= 4 &&
            columns <= (x->byline->marked || x->house->japanese ? 16 : 9)) {
            add(x, name);
            x->joint = KB_JOINT_AND; /* names stand side by side */
        }
    }
}

static bool is_east_asian(uint32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000;
}

/* The name in s, without jobs before it and what stands behind it. */
struct found {
    size_t start, end;
    size_t words; /* of the name */
    bool job, job_behind, strange;
};

static bool has_digit(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (kb_is_digit(s.p[i]))
            return true;
    return false;
}

/* "d'Arc", "al-Masri", "bell hooks" is beyond this. */
static bool has_upper_soon(struct kb_str word) {
    for (size_t i = 1; i < word.n && i < 5; i++)
        if (kb_page_letter((unsigned char)word.p[i]) == KB_LETTER_UPPER)
            return true;
    return false;
}

static void find_name(const struct split *x, struct kb_str s, struct found *f) {
    struct kb_str rest = s, word;
    size_t end;
    *f = (struct found){0};
    while ((word = kb_page_word(&rest)).n && f->words < NAME_WORDS) {
        size_t at = (size_t)(word.p - s.p);
        uint32_t kinds = x->house->lexicon
                             ? kb_lexicon_words(x->house->lexicon, s, at, BIT(JOB), &end)
                             : 0;
        /* a phrase of two words may end behind the name's piece */
        if (kinds && end > at) {
            f->job = true;
            if (f->words) {
                f->job_behind = true;
                return;
            }
            f->start = end;
            rest = kb_page_trim(kb_str_slice(s, end, s.n));
            continue;
        }
        struct kb_str bare = kb_page_bare(word);
        enum kb_letter first = kb_page_first_letter(bare);
        if (first == KB_LETTER_NONE)
            continue;
        bool digits = has_digit(bare);
        if (digits && !f->words) {
            f->start = at + word.n; /* "2025 Ann Lee" */
            f->strange = true;
            continue;
        }
        bool number = digits && bare.n < 3 && x->byline->marked && !x->byline->printed;
        if (number && kb_page_first_letter(rest) == KB_LETTER_UPPER)
            continue; /* "DJ 5 Star" */
        if (digits || kb_str_find_byte(word, '@') != KB_NOT_FOUND)
            return;
        if (first == KB_LETTER_LOWER && !has_upper_soon(bare)) {
            if (kb_person_is_particle(bare) && (rest.n || f->words))
                continue;
            f->strange |= !f->words;
            return;
        }
        if (!f->words && first == KB_LETTER_LOWER && at > f->start)
            f->start = at;
        f->words++;
        f->end = at + word.n;
    }
    f->strange |= word.n > 0 && f->words >= NAME_WORDS;
}

/* Where a site goes by a person's name ("Ann Lee" writes on Ann Lee) the site is kept for
 * pages that name nobody else. */
static void take_self(struct split *x, struct kb_str name, bool by) {
    struct found f;
    if (x->out->self.name.n || !(x->byline->marked || by) || is_medium(x, name) ||
        kb_page_is_agencies(x->house->lexicon, name, NULL) ||
        kb_page_is_network(x->house->lexicon, name))
        return;
    find_name(x, name, &f);
    if (f.words >= 2 && f.words <= 3 && f.end == name.n && !f.job &&
        kb_page_first_letter(name) == KB_LETTER_UPPER && !kb_page_all_upper(name) &&
        !kb_str_starts_nocase(name, KB_STR("the ")) && !has_newsroom(x, name)) {
        struct kb_str key = kb_page_key(x->arena, name, true);
        x->out->self = (struct kb_author){.name = kb_arena_dup(x->arena, name)};
        x->out->own = is_label(x, key);
        for (size_t i = 0; i < x->house->count; i++)
            x->out->own &= !kb_str_starts(x->house->keys[i], key);
        x->out->own |= x->byline->own;
    }
}

/* An agency's or another outlet's name stands in s: "Redazione ANSA". */
static bool has_medium(const struct split *x, struct kb_str s) {
    struct kb_name_hit hit;
    struct kb_str rest = s;
    for (struct kb_str word; x->house->lexicon && (word = kb_page_word(&rest)).n;)
        if (kb_name_at(x->house->lexicon, s, (size_t)(word.p - s.p), "", &hit) &&
            (!hit.ordinary ||
             kb_page_all_upper(kb_str_slice(s, (size_t)(word.p - s.p), hit.end))))
            return true;
    return false;
}

/* The house or its staff, where markup names an author: kept for pages that are no news
 * and name nobody else.  "admin" alone is nobody at all. */
static void take_house(struct split *x, struct kb_str name, bool by) {
    size_t words = kb_page_words(name);
    if (x->out->house.name.n || !(x->byline->marked || by) || !words ||
        words > NAME_WORDS || kb_page_columns(name) > 40 || kb_page_is_domain(name) ||
        kb_page_is_url(name) || has_medium(x, name) || x->byline->role.n ||
        (words == 1 && kb_person_is_default(name)) ||
        kb_page_is_agencies(x->house->lexicon, name, NULL) ||
        kb_page_is_network(x->house->lexicon, name))
        return;
    x->out->house = (struct kb_author){.name = kb_arena_dup(x->arena, name)};
}

/* "ann lee", where markup says that it is a name. */
static bool is_small_name(const struct split *x, struct kb_str s) {
    size_t words = 0;
    if (!x->byline->marked || x->byline->printed || kb_page_columns(s) > 30)
        return false;
    for (struct kb_str word; (word = kb_page_word(&s)).n; words++)
        if (kb_page_first_letter(word) != KB_LETTER_LOWER || word.n < 2 ||
            has_digit(word))
            return false;
    return words == 2;
}

/* One word stands for a person: "By Suharto", "Ann & Bo", and author: "Eliz"; not
 * "Harbour reporter", ", Cairo". */
static bool is_one_word(const struct split *x, size_t first, struct kb_str name,
                        const struct found *f, bool by, bool whole) {
    const bool marked = x->byline->marked, printed = x->byline->printed;
    bool only = x->out->count == first && !f->job_behind && (marked || by);
    bool second = ((marked && !printed) || x->labelled) && x->joint == KB_JOINT_AND &&
                  x->out->count == first + 1 && !f->job && whole &&
                  kb_page_words(x->out->items[first].author.name) == 1;
    if (name.n < 2 || !(only || second) || (f->strange && !marked))
        return false;
    return !printed || ((by || second) && kb_page_first_letter(name) != KB_LETTER_PLAIN &&
                        kb_person_is_alone(x->house->lexicon, name));
}

static void take_piece(struct split *x, size_t first, struct kb_str s, bool whole_piece) {
    struct kb_str inside = KB_STR_NONE;
    const bool marked = x->byline->marked;
    s = without_labels(
        x, kb_person_trim(kb_person_outside_bracket(kb_person_trim(s), &inside)));
    x->labelled |= x->by;
    if (!s.n)
        return;
    const bool by = x->by;
    x->by = false;
    if (kb_page_is_url(s) || kb_str_find(s, KB_STR("://")) != KB_NOT_FOUND ||
        s.p[0] == '@')
        return;
    if (x->out->count > first && kb_person_is_degree(s) && !is_nobody(x, s)) {
        struct kb_author *last = &x->out->items[x->out->count - 1].author;
        if (marked && !x->byline->printed && last->name.n + s.n < NAME_BYTES)
            last->name = kb_person_with_degree(x->arena, last->name, s);
        return;
    }
    if (is_nobody(x, s)) {
        give_organization(x, first, s);
        take_self(x, s, by);
        take_house(x, s, by);
        x->after_job = false;
        return;
    }
    if (has_newsroom(x, s)) {
        take_house(x, s, by);
        x->after_job = false;
        return;
    }
    if (is_east_asian(kb_page_first_char(s))) {
        take_east_asian(x, s);
        return;
    }
    struct found f;
    find_name(x, s, &f);
    if (f.job && f.start && x->out->count > first && x->joint == KB_JOINT_COMMA &&
        !x->byline->whole) {
        x->after_job = true; /* "Ann Lee, Deputy Head of Culture" */
        return;
    }
    if (f.job_behind && x->byline->printed && x->out->count > first &&
        x->joint != KB_JOINT_BAR) {
        x->after_job = true; /* "Ann Lee, Harbour Safety Expert" */
        return;
    }
    struct kb_str name = kb_person_trim(kb_str_slice(s, f.start, f.end));
    while (name.n && kb_str_ends(name, KB_STR(".")) && !kb_person_is_degree(name) &&
           kb_page_words(name) == 1)
        name.n--;
    bool plain = kb_page_first_letter(s) == KB_LETTER_PLAIN;
    if (!f.words) {
        size_t end;
        if (x->house->lexicon &&
            kb_lexicon_words(x->house->lexicon, s, 0, BIT(AND), &end) && end == s.n)
            x->joint = KB_JOINT_AND; /* in an element of its own */
        x->after_job = f.job;
        if (marked && !f.job && whole_piece && x->out->count == first &&
            (kb_person_is_handle(s) || is_small_name(x, s)))
            add(x, s);
        return;
    }
    if (is_nobody(x, name)) {
        give_organization(x, first, name);
        take_self(x, name, by);
        return;
    }
    if (x->after_job && x->out->count > first && x->joint != KB_JOINT_AND) {
        give_organization(x, first, name);
        x->after_job = false;
        return;
    }
    if (f.words == 1 && !(plain && kb_is_han_like(kb_page_first_char(name))) &&
        !is_one_word(x, first, name, &f, by, f.end == s.n))
        return;
    if ((f.strange && !marked && !by) || (plain && kb_page_columns(name) > 40))
        return;
    add(x, name);
    x->joint = KB_JOINT_COMMA; /* "Ann Lee (dpa)" */
    if (inside.n && is_nobody(x, inside))
        give_organization(x, first, inside);
    x->joint = KB_JOINT_BAR;
    x->after_job = f.job_behind;
}

/* ---- a byline → pieces ------------------------------------------------------------- */

/* Length of the mark at pos that parts names; 0 where none stands there. */
static size_t mark_at(struct kb_str s, size_t pos) {
    static const char *const spaced[] = {" - ", " – ", " — ", " + ", " ־ "};
    size_t len;
    uint32_t c = kb_utf8_next(s.p + pos, s.p + s.n, &len);
    if (c == ',' || c == ';' || c == '|' || c == '/' || c == '&' || c == 0x2022 ||
        c == 0xB7 || c == 0x3001 || c == 0xFF0C || c == 0xFF1B || c == 0xFF0F ||
        c == 0x60C || c == 0x61B || c == 0xFF5C || c == 0xFF06 || c == '\n' ||
        c == 0x2502 || c == 0x25CF)
        return len;
    struct kb_str at = kb_str_slice(s, pos, s.n);
    for (size_t i = 0; c == ' ' && i < KB_COUNT(spaced); i++)
        if (kb_str_starts(at, kb_str_z(spaced[i])))
            return strlen(spaced[i]);
    return 0;
}

/* Words up to the next mark or line end. */
static size_t words_ahead(struct kb_str s, size_t pos) {
    size_t end = pos, len;
    while (end < s.n && !mark_at(s, end) && end < pos + NAME_BYTES) {
        kb_utf8_next(s.p + end, s.p + s.n, &len);
        end += len;
    }
    return kb_page_words(kb_str_slice(s, pos, end > s.n ? s.n : end));
}

/* Length of the word at pos that joins two names, spaces around it included. */
static size_t and_at(const struct split *x, struct kb_str s, size_t from, size_t pos) {
    size_t end, len;
    if (!x->house->lexicon || s.p[pos] != ' ' || pos + 2 >= s.n)
        return 0;
    struct kb_str rest = kb_str_slice(s, pos + 1, s.n);
    if (!kb_lexicon_words(x->house->lexicon, rest, 0, BIT(AND), &end) || end >= rest.n ||
        rest.p[end] != ' ')
        return 0;
    kb_utf8_next(rest.p, rest.p + rest.n, &len);
    if (kb_page_first_letter(rest) == KB_LETTER_UPPER && (!x->upper || end == len))
        return 0; /* an initial, or a part of a name */
    /* "Ortega y Gasset": a letter joins two whole names, or none */
    if (end == len && kb_page_words(kb_str_slice(s, from, pos)) > 1 &&
        words_ahead(s, pos + 1 + end) < 2)
        return 0;
    return end + 2;
}

/* What stands behind a printed name is a second one where a word joins them, or a comma
 * in a line that says that it is a byline or that has such a word; else it is a title, a
 * place, the next element's text. */
static void keep_list(struct split *x, size_t first) {
    size_t kept = first;
    bool list = x->labelled;
    for (size_t i = first; i < x->out->count; i++)
        list |= i > first && x->out->items[i].joint == KB_JOINT_AND;
    for (size_t i = first; i < x->out->count; i++) {
        const struct kb_person *p = &x->out->items[i];
        if (i == first || p->joint == KB_JOINT_AND || p->author.role.n ||
            (list && p->joint == KB_JOINT_COMMA))
            x->out->items[kept++] = *p;
    }
    x->out->count = kept;
}

/* All of s is a bracket that names no author: a dateline, "(Abu Dhabi - Al Ledger)", or a
 * picture's credit, "(AP Photo/Ann Lee)". */
static bool is_other_bracket(const struct split *x, struct kb_str s) {
    size_t end, dash, stroke;
    s = kb_page_trim(s);
    if (s.n < 3 || s.p[0] != '(' || s.p[s.n - 1] != ')')
        return false;
    s = kb_str_slice(s, 1, s.n - 1);
    dash = kb_str_find(s, KB_STR(" - "));
    stroke = kb_str_find_byte(s, '/');
    return (dash < s.n && kb_page_words(kb_str_slice(s, 0, dash)) == 1) ||
           (stroke < s.n && has_medium(x, kb_str_slice(s, 0, stroke))) ||
           (x->house->lexicon &&
            kb_lexicon_words(x->house->lexicon, s, 0, BIT(PHOTOGRAPHER), &end));
}

void kb_people_split(struct kb_people *people, struct kb_arena *arena,
                     const struct kb_house *house, const struct kb_byline *byline) {
    struct split x = {.out = people, .arena = arena, .house = house, .byline = byline};
    struct kb_str s = kb_page_clean(arena, byline->raw, KB_LIMIT_META_BYTES);
    if (byline->raw.n > KB_LIMIT_META_BYTES)
        people->cut = true;
    s = kb_page_without_date(s);
    if (is_other_bracket(&x, s))
        return;
    if (!byline->printed && kb_page_words(s) > 2 && is_house(&x, s)) {
        take_house(&x, s, false); /* "Ministry of Ports and Harbours" */
        return;
    }
    x.upper = kb_page_all_upper(s);
    const size_t first = people->count;
    size_t from = 0, pieces = 0, len;
    for (size_t pos = 0; pos < s.n && pieces < MAX_PIECES;) {
        size_t gap = mark_at(s, pos), joint = gap ? 0 : and_at(&x, s, from, pos);
        if (!gap && !joint) {
            kb_utf8_next(s.p + pos, s.p + s.n, &len);
            pos += len;
            continue;
        }
        take_piece(&x, first, kb_str_slice(s, from, pos), false);
        enum kb_joint mark = joint || s.p[pos] == '&'             ? KB_JOINT_AND
                             : s.p[pos] == '|' || s.p[pos] == ' ' ? KB_JOINT_BAR
                                                                  : KB_JOINT_COMMA;
        if (mark == KB_JOINT_BAR && kb_page_bare(kb_str_slice(s, from, pos)).n &&
            x.joint == KB_JOINT_COMMA)
            x.joint = KB_JOINT_BAR; /* a comma in a date, before the next element */
        x.joint = mark > x.joint ? mark : x.joint;
        pos = from = pos + gap + joint;
        pieces++;
    }
    take_piece(&x, first, kb_str_slice(s, from, s.n), from == 0);
    if (byline->printed)
        keep_list(&x, first);
}
