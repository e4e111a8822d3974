/* Words of the calendar: the language files' months, weekdays, eras and their like
 * enter; a place in a line enters, and the name that stands there leaves.
 *
 * * A name is known by the hash of its folded letters, with any run of spaces as one
 * space and without full stops, apostrophes and joiners ("Sept.", "พ.ค.", "п'ятниця").
 * From a word's beginning the hash is taken letter by letter and asked for at each
 * word's end, so the longest name wins and a place costs about forty steps at the
 * most. All languages share the table: the page's own language decides between names
 * that are several languages' ("mar" is March and Tuesday, "listopad" October and
 * November). */
#include "lang/calendar.h"
#include "lang/words.h"

#include <stdlib.h>

enum { NAME_CHARS = 40, LONG_NAME = 4 };

static const struct {
    const char *name;
    uint8_t lines, word;
} sections[KB_CALENDAR_SECTIONS] = {
    [KB_CALENDAR_MONTHS] = {"months", 12, KB_TIME_MONTH},
    [KB_CALENDAR_PERSIAN] = {"months_persian", 12, KB_TIME_PERSIAN_MONTH},
    [KB_CALENDAR_ISLAMIC] = {"months_islamic", 12, KB_TIME_ISLAMIC_MONTH},
    [KB_CALENDAR_WEEKDAYS] = {"weekdays", 7, KB_TIME_WEEKDAY},
    [KB_CALENDAR_HALVES] = {"day_halves", 2, KB_TIME_HALF},
    [KB_CALENDAR_AGO] = {"ago", 4, KB_TIME_AGO},
    [KB_CALENDAR_ERAS] = {"eras", 0, KB_TIME_ERA},
    [KB_CALENDAR_CHANGED] = {"changed", 0, KB_TIME_CHANGED},
    [KB_CALENDAR_ORDER] = {"date_order", 0, KB_TIME_NONE},
};

enum kb_calendar_section kb_calendar_by_name(struct kb_str name) {
    unsigned i = 0;
    while (i < KB_CALENDAR_SECTIONS && !kb_str_equal(name, kb_str_z(sections[i].name)))
        i++;
    return (enum kb_calendar_section)i;
}

/* ---- names and their hashes -------------------------------------------------------- */

#define SEED 0xCBF29CE484222325u

static uint64_t more(uint64_t h, uint32_t c) {
    return (h ^ c) * 0x100000001B3u;
}

/* A character as names are compared by it; 0 where it does not count. */
static uint32_t fold(uint32_t c) {
    static const uint16_t nagari[] = {0x915, 0x916, 0x917, 0x91C,
                                      0x921, 0x922, 0x92B, 0x92F};
    if (c < 0x80)
        return c == '.' || c == '\'' ? 0 : (uint32_t)kb_lower((char)c);
    if (kb_is_apostrophe(c) || c == 0x5F3 || c == 0x970 || c == 0x93C || c == 0x9BC)
        return 0; /* geresh, the sign of abbreviation, the dots below a letter */
    if (c >= 0x958 && c <= 0x95F)
        return nagari[c - 0x958];
    if (c == 0x9DC || c == 0x9DD || c == 0x9DF)
        return c == 0x9DF ? 0x9AF : c == 0x9DC ? 0x9A1 : 0x9A2;
    return kb_word_fold(c);
}

static bool is_blank(uint32_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x202F ||
           c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}

int kb_digit_value(uint32_t c) {
    static const uint16_t zeros[] = {0x660, 0x6F0, 0x966, 0x9E6, 0xBE6, 0xE50, 0xFF10};
    if (c < 0x80)
        return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
    for (size_t i = 0; i < KB_COUNT(zeros); i++)
        if (c >= zeros[i] && c < zeros[i] + 10u)
            return (int)(c - zeros[i]);
    return -1;
}

/* Whether a space between a and b counts: "5 月" is "5月". */
static bool is_parted(uint32_t a, uint32_t b) {
    return !(kb_digit_value(a) >= 0 && kb_is_han_like(b)) &&
           !(kb_digit_value(b) >= 0 && kb_is_han_like(a));
}

/* True where a word may end between a and b (0 for a line's end). */
static bool is_border(uint32_t a, uint32_t b) {
    if (!b || kb_char_kind(b) == KB_CHAR_KIND_SEPARATOR)
        return true;
    bool digit_a = kb_digit_value(a) >= 0, digit_b = kb_digit_value(b) >= 0;
    if (digit_a != digit_b)
        return true;
    bool thai = a >= 0xE00 && a < 0xE80;
    return !digit_a && kb_is_han_like(a) && !thai;
}

/* What is looked for: any word, by a language's preference, or words of some kinds. */
struct wanted {
    unsigned language;
    uint32_t kinds; /* bits 1u << KB_TIME_…; 0: any */
};

/* Of a name that several languages have: English's, else the one that all mean. */
static const struct kb_calendar_entry *find_common(const struct kb_calendar *c,
                                                   uint64_t hash, uint32_t kinds) {
    const struct kb_calendar_entry *best = NULL;
    bool differ = false;
    for (size_t i = hash & (c->size - 1); c->table[i]; i = (i + 1) & (c->size - 1)) {
        const struct kb_calendar_entry *e = &c->entries[c->table[i] - 1];
        if (e->hash != hash || !(kinds >> e->word & 1))
            continue;
        if (kb_str_equal(kb_str_z(c->files[e->file].tag), KB_STR("en")))
            return e;
        differ = differ || (best && (best->word != e->word || best->value != e->value));
        best = e;
    }
    return differ ? NULL : best;
}

static const struct kb_calendar_entry *find(const struct kb_calendar *c, uint64_t hash,
                                            const struct wanted *w, size_t letters) {
    const struct kb_calendar_entry *best = NULL;
    if (!c->size)
        return NULL;
    if (w->kinds)
        return find_common(c, hash, w->kinds);
    for (size_t i = hash & (c->size - 1); c->table[i]; i = (i + 1) & (c->size - 1)) {
        const struct kb_calendar_entry *e = &c->entries[c->table[i] - 1];
        if (e->hash != hash)
            continue;
        if (e->file == w->language)
            return e;
        bool english = kb_str_equal(kb_str_z(c->files[e->file].tag), KB_STR("en"));
        if (english || (!best && letters >= LONG_NAME))
            best = e;
    }
    return best;
}

static bool name_at(const struct kb_lexicon *lexicon, struct kb_str s, size_t pos,
                    const struct wanted *w, struct kb_time_name *out) {
    const struct kb_calendar *c = kb_lexicon_calendar_of(lexicon);
    const struct kb_calendar_entry *best = NULL;
    uint64_t exact = SEED, counted = SEED; /* digits as they are, and as "0" */
    uint32_t last = 0;
    size_t letters = 0;
    bool number = false, blank = false;
    for (size_t steps = 0; pos < s.n && steps < NAME_CHARS; steps++) {
        size_t len;
        uint32_t raw = kb_next_char(s, pos, &len), f = fold(raw);
        int digit = kb_digit_value(raw);
        if (steps == 0 && !(c->starts[(f & 0xFF) >> 3] >> (f & 7) & 1) && digit < 0)
            return false;
        if (is_blank(raw)) {
            blank = true;
            pos += len;
            continue;
        }
        bool mark = f && digit < 0 && kb_char_kind(raw) == KB_CHAR_KIND_SEPARATOR;
        if (mark && raw != '-' && raw != '#')
            break;
        if (f) {
            if (blank && is_parted(last, raw))
                exact = more(exact, ' '), counted = more(counted, ' ');
            blank = false;
            f = digit >= 0 ? (uint32_t)('0' + digit) : f;
            exact = more(exact, f);
            if (digit < 0)
                counted = more(counted, f);
            else if (kb_digit_value(last) < 0)
                counted = more(counted, '0');
            number = number || digit >= 0;
            letters += digit >= 0 ? 0 : kb_is_han_like(raw) ? LONG_NAME : 1;
            last = raw;
        }
        pos += len;
        uint32_t next = pos < s.n ? kb_next_char(s, pos, &len) : 0;
        if (!f && !(next == 0 || is_blank(next)))
            continue;
        if (!last || !is_border(last, next))
            continue;
        const struct kb_calendar_entry *e = find(c, exact, w, letters);
        if (!e && number) {
            e = find(c, counted, w, letters);
            e = e && e->word == KB_TIME_AGO ? e : NULL;
        }
        if (e) {
            best = e;
            out->end = pos;
        }
    }
    if (!best)
        return false;
    out->word = (enum kb_time_word)best->word;
    out->value = best->value;
    return true;
}

bool kb_calendar_at(const struct kb_lexicon *lexicon, struct kb_str s, size_t pos,
                    unsigned language, struct kb_time_name *out) {
    return name_at(lexicon, s, pos, &(struct wanted){.language = language}, out);
}

bool kb_calendar_any(const struct kb_lexicon *lexicon, struct kb_str s, size_t pos,
                     uint32_t kinds, struct kb_time_name *out) {
    return name_at(lexicon, s, pos, &(struct wanted){.kinds = kinds}, out);
}

/* ---- reading files ----------------------------------------------------------------- */

static bool grow(struct kb_calendar *c) {
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 256;
        void *entries = realloc(c->entries, cap * sizeof *c->entries);
        if (!entries)
            return false;
        c->entries = entries;
        c->cap = cap;
    }
    if ((c->count + 1) * 2 > c->size) {
        size_t size = c->size ? c->size * 2 : 1024;
        uint32_t *table = calloc(size, sizeof *table);
        if (!table)
            return false;
        free(c->table);
        c->table = table;
        c->size = size;
        for (size_t i = 0; i < c->count; i++) {
            size_t at = c->entries[i].hash & (size - 1);
            while (table[at])
                at = (at + 1) & (size - 1);
            table[at] = (uint32_t)i + 1;
        }
    }
    return true;
}

static const char *add_name(struct kb_calendar *c, struct kb_str name,
                            enum kb_time_word word, int value, unsigned file) {
    uint64_t hash = SEED;
    uint32_t first = 0, last = 0;
    bool blank = false;
    size_t chars = 0;
    name = kb_str_trim(name);
    for (size_t pos = 0, len; pos < name.n; pos += len) {
        uint32_t raw = kb_next_char(name, pos, &len), f = fold(raw);
        if (is_blank(raw)) {
            blank = true;
            continue;
        }
        if (!f)
            continue;
        if (blank && is_parted(last, raw))
            hash = more(hash, ' ');
        blank = false;
        last = raw;
        hash = more(hash, f);
        first = first ? first : f;
        chars++;
    }
    if (!first)
        return "a name without letters";
    if (chars > NAME_CHARS - 8)
        return "a name of more than 32 letters";
    if (!grow(c))
        return "";
    c->starts[(first & 0xFF) >> 3] |= (uint8_t)(1u << (first & 7));
    size_t at = hash & (c->size - 1);
    for (; c->table[at]; at = (at + 1) & (c->size - 1)) {
        const struct kb_calendar_entry *e = &c->entries[c->table[at] - 1];
        if (e->hash == hash && e->file == file)
            return e->word == word && e->value == value
                       ? NULL
                       : "a name that this file has for something else already";
    }
    c->entries[c->count] =
        (struct kb_calendar_entry){hash, value, (uint8_t)word, (uint8_t)file};
    c->table[at] = (uint32_t)++c->count;
    return NULL;
}

static enum kb_date_order order_by_name(struct kb_str name) {
    if (kb_str_equal(name, KB_STR("mdy")))
        return KB_DATE_MDY;
    return kb_str_equal(name, KB_STR("ymd")) ? KB_DATE_YMD : KB_DATE_DMY;
}

/* "mdy", or "dmy AU GB": the language's order, or that of some regions. */
static const char *add_order(struct kb_calendar *c, unsigned file, struct kb_str line) {
    struct kb_str order = kb_str_slice(line, 0, 3);
    if (!kb_str_equal(order, KB_STR("dmy")) && !kb_str_equal(order, KB_STR("mdy")) &&
        !kb_str_equal(order, KB_STR("ymd")))
        return "expected dmy, mdy or ymd";
    if (line.n == 3) {
        c->files[file].order = (uint8_t)order_by_name(order);
        return NULL;
    }
    c->files[file].region_order = (uint8_t)order_by_name(order);
    for (size_t i = 3; i + 2 < line.n; i += 3) {
        if (line.p[i] != ' ' || !kb_is_alpha(line.p[i + 1]) ||
            !kb_is_alpha(line.p[i + 2]))
            return "expected regions of two letters behind the order";
        if (c->files[file].region_count == KB_CALENDAR_REGIONS)
            return "more than 32 regions";
        memcpy(c->files[file].regions[c->files[file].region_count++], line.p + i + 1, 2);
    }
    return NULL;
}

/* "令和 2019": the name, and the year of our calendar that its year 1 is. */
static const char *add_era(struct kb_calendar *c, unsigned file, struct kb_str line) {
    size_t space = line.n;
    while (space && line.p[space - 1] != ' ')
        space--;
    struct kb_str number = kb_str_slice(line, space, line.n);
    bool minus = kb_str_starts(number, KB_STR("-"));
    int year = 0;
    if (minus)
        number = kb_str_slice(number, 1, number.n);
    for (size_t i = 0; i < number.n && number.n < 5; i++)
        year = kb_is_digit(number.p[i]) ? year * 10 + (number.p[i] - '0') : -1;
    if (!space || year <= 0)
        return "expected an era's name and its first year";
    return add_name(c, kb_str_slice(line, 0, space), KB_TIME_ERA, minus ? -year : year,
                    file);
}

const char *kb_calendar_add(struct kb_calendar *c, enum kb_calendar_section section,
                            struct kb_str tag, unsigned file, struct kb_str line) {
    static const int32_t units[] = {60, 3600, 86400, 604800};
    if (file >= KB_CALENDAR_FILES || tag.n >= sizeof c->files[0].tag)
        return "more than 127 language files";
    if (!c->files[file].tag[0])
        memcpy(c->files[file].tag, tag.p, tag.n);
    int nth = c->files[file].lines[section];
    if (sections[section].lines && nth >= sections[section].lines)
        return "the section has too many lines";
    if (nth < 100)
        c->files[file].lines[section]++;
    if (section == KB_CALENDAR_ORDER)
        return add_order(c, file, line);
    if (section == KB_CALENDAR_ERAS)
        return add_era(c, file, line);
    int value = section == KB_CALENDAR_AGO      ? units[nth]
                : section == KB_CALENDAR_HALVES ? nth
                                                : nth + 1;
    while (line.n) {
        size_t comma = kb_str_find_byte(line, ',');
        const char *wrong =
            add_name(c, kb_str_slice(line, 0, comma),
                     (enum kb_time_word)sections[section].word, value, file);
        if (wrong)
            return wrong;
        line =
            comma == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(line, comma + 1, line.n);
    }
    return NULL;
}

const char *kb_calendar_missing(const struct kb_calendar *c, unsigned file) {
    if (file >= KB_CALENDAR_FILES)
        return NULL;
    for (size_t i = 0; i < KB_CALENDAR_SECTIONS; i++)
        if (c->files[file].lines[i] && c->files[file].lines[i] < sections[i].lines)
            return sections[i].name;
    return NULL;
}

void kb_calendar_free(struct kb_calendar *c) {
    free(c->entries);
    free(c->table);
}

/* ---- what is asked of a language --------------------------------------------------- */

unsigned kb_calendar_language(const struct kb_lexicon *lexicon, struct kb_str tag) {
    const struct kb_calendar *c = kb_lexicon_calendar_of(lexicon);
    size_t dash = kb_str_find_byte(tag, '-');
    struct kb_str base = kb_str_slice(tag, 0, dash);
    if (kb_str_equal_nocase(base, KB_STR("nb")) ||
        kb_str_equal_nocase(base, KB_STR("nn")))
        base = KB_STR("no");
    for (unsigned i = 1; base.n && i < KB_CALENDAR_FILES; i++)
        if (kb_str_equal_nocase(base, kb_str_z(c->files[i].tag)))
            return i;
    return 0;
}

enum kb_date_order kb_calendar_order(const struct kb_lexicon *lexicon, unsigned language,
                                     struct kb_str region) {
    const struct kb_calendar *c = kb_lexicon_calendar_of(lexicon);
    if (!language || language >= KB_CALENDAR_FILES)
        return KB_DATE_DMY;
    for (size_t i = 0; i < c->files[language].region_count; i++)
        if (region.n == 2 &&
            kb_str_equal_nocase(region,
                                (struct kb_str){c->files[language].regions[i], 2}))
            return (enum kb_date_order)c->files[language].region_order;
    return (enum kb_date_order)c->files[language].order;
}

bool kb_calendar_has(const struct kb_lexicon *lexicon, unsigned language,
                     enum kb_time_word word) {
    const struct kb_calendar *c = kb_lexicon_calendar_of(lexicon);
    for (size_t i = 0;
         language && language < KB_CALENDAR_FILES && i < KB_CALENDAR_SECTIONS; i++)
        if (sections[i].word == word && c->files[language].lines[i])
            return true;
    return false;
}
