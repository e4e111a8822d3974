/* Inside of the calendar words: what the lexicon's files share.  Inner header of lang. */
#ifndef KB_LANG_CALENDAR_H
#define KB_LANG_CALENDAR_H

#include "lang/lang.h"

/* The sections of a language file that hold them. */
enum kb_calendar_section {
    KB_CALENDAR_MONTHS,
    KB_CALENDAR_PERSIAN,
    KB_CALENDAR_ISLAMIC,
    KB_CALENDAR_WEEKDAYS,
    KB_CALENDAR_HALVES,
    KB_CALENDAR_AGO,
    KB_CALENDAR_ERAS,
    KB_CALENDAR_CHANGED,
    KB_CALENDAR_ORDER,
    KB_CALENDAR_SECTIONS
};

enum { KB_CALENDAR_FILES = 128, KB_CALENDAR_REGIONS = 32 };

/* One name: by the hash of its folded letters, so that no text is kept. */
struct kb_calendar_entry {
    uint64_t hash;
    int32_t value;
    uint8_t word; /* enum kb_time_word */
    uint8_t file;
};

struct kb_calendar {
    struct kb_calendar_entry *entries;
    uint32_t *table; /* index + 1 of an entry; a power of two, at most half full */
    size_t count, cap, size;
    uint8_t starts[256 / 8]; /* the last bits of the characters that names begin with */
    struct {
        char tag[12];
        uint8_t lines[KB_CALENDAR_SECTIONS]; /* read so far */
        uint8_t order, region_order;         /* enum kb_date_order */
        char regions[KB_CALENDAR_REGIONS][2];
        uint8_t region_count;
    } files[KB_CALENDAR_FILES];
};

/* The section that a name stands for, or KB_CALENDAR_SECTIONS. */
enum kb_calendar_section kb_calendar_by_name(struct kb_str name);

/* Takes one line of a section of the file with that number (from 1) and tag. NULL, or
 * what is wrong with it: a sentence in static storage. */
const char *kb_calendar_add(struct kb_calendar *c, enum kb_calendar_section section,
                            struct kb_str tag, unsigned file, struct kb_str line);

/* NULL, or which section of the file has too few lines. */
const char *kb_calendar_missing(const struct kb_calendar *c, unsigned file);

void kb_calendar_free(struct kb_calendar *c);
struct kb_calendar *kb_lexicon_calendar(struct kb_lexicon *lexicon);
const struct kb_calendar *kb_lexicon_calendar_of(const struct kb_lexicon *lexicon);

#endif
