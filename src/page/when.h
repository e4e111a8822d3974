/* What the files share that read dates and choose among them: dates.c reads machines'
 * dates, spoken_dates.c those that people read, calendars.c knows other calendars than
 * ours, when.c chooses.  Internal to page. */
#ifndef KB_PAGE_WHEN_H
#define KB_PAGE_WHEN_H

#include "page/blocks.h"

/* Stands for "Z", which a page may mean otherwise than +00:00. */
enum { KB_ZULU = 100000 };

struct kb_moment {
    int year, month, day;
    int hour, minute, second; /* hour -1: no time */
    bool zoned;
    int zone; /* minutes east, or KB_ZULU */
};

/* Reads a machine's date; false where raw is none (dates.c). */
bool kb_moment_read(struct kb_str raw, struct kb_moment *m);

/* In RFC 3339, with as much as is known, in the arena. */
struct kb_str kb_moment_print(struct kb_arena *arena, const struct kb_moment *m);

/* Days since 1970-01-01, and back.  Gregorian. */
int64_t kb_moment_days(const struct kb_moment *m);
void kb_moment_from_days(int64_t days, struct kb_moment *m);

/* Seconds since 1970; a time without a zone is taken as UTC, a day as its beginning. */
int64_t kb_moment_seconds(const struct kb_moment *m);

/* Takes a zone at the head of s ("+02:00", "GMT", "MEZ") into m: the bytes read. */
size_t kb_moment_zone(struct kb_str s, struct kb_moment *m);

/* A day of the calendar that exists, of a year in which the web could have it. */
bool kb_moment_is_day(const struct kb_moment *m);

/* ---- other calendars (calendars.c) ------------------------------------------------- */

/* A day of the Solar Hijri calendar of Iran, or of the Islamic one, as a Gregorian day;
 * false where there is no such day. */
bool kb_persian_day(int year, int month, int day, struct kb_moment *m);
bool kb_islamic_day(int year, int month, int day, struct kb_moment *m);

/* 1 is Monday. */
int kb_moment_weekday(const struct kb_moment *m);

/* ---- dates that people read (spoken_dates.c) --------------------------------------- */

struct kb_spoken_hints {
    const struct kb_lexicon *lexicon;
    unsigned language; /* kb_calendar_language */
    enum kb_date_order order;
    int64_t now; /* seconds since 1970; 0: not known, relative dates are left unread */
};

struct kb_spoken_date {
    struct kb_moment m;
    size_t start, end; /* in the line, with its time where that stands behind */
    bool changed;      /* words before it say that it is a date of change */
    bool doubtful;     /* two digits for the year, day and month might be swapped */
    bool relative;     /* reckoned from hints.now */
};

enum { KB_SPOKEN_MAX = 8 };

/* The dates of a line, in order: "3 May 2024, 10:15", "٣ مايو ٢٠٢٤", "令和6年5月3日". */
size_t kb_spoken_dates(struct kb_str line, const struct kb_spoken_hints *hints,
                       struct kb_spoken_date out[KB_SPOKEN_MAX]);

/* ---- choosing (when.c) ------------------------------------------------------------- */

struct kb_when {
    const struct kb_page_nodes *nodes;
    const struct kb_blocks *blocks;
    const struct kb_lexicon *lexicon;
    uint32_t first, end;    /* the kept blocks; both 0 where none is */
    const uint32_t *begins; /* by block: bits of the phrases that it begins with */
    struct kb_str url;
    int64_t now;     /* seconds since 1970: what lies a day behind it is no date of the
                        page; 0: not known */
    int64_t fetched; /* what "3 hours ago" is reckoned from; 0: not known */
    struct kb_buf *text; /* scratch */
    struct kb_arena *arena;
};

/* The first year that a page's date may have: the web's. */
enum { KB_FIRST_YEAR = 1990, KB_PRINTED_MAX = 48 };

/* Dates that cost more are somebody else's. */
enum { KB_DATE_COST_MAX = 22 };

struct kb_printed_date {
    struct kb_moment m;
    uint32_t block;
    int cost;
    bool changed, doubtful; /* day and month might be swapped */
    bool original;          /* "originally published on" */
};

struct kb_printed {
    const struct kb_when *w;
    struct kb_page_result *result;
    struct kb_spoken_hints hints;
    struct kb_printed_date c[KB_PRINTED_MAX];
    size_t n;
    uint32_t headline, first, end; /* blocks */
    bool machine; /* there is a machine's date: only plain contradictions matter */
    bool future, old;
};

/* Gathers the dates that the page shows (printed_dates.c); w, result, hints and
 * machine are set. */
void kb_printed_look(struct kb_printed *printed);

/* Of the dates of publication, or of change, the one with the least cost, at most
 * that. */
const struct kb_printed_date *kb_printed_cheapest(const struct kb_printed *printed,
                                                  bool changed, int most);

/* "02/12/2025": where the page has the day of the other reading elsewhere, that is it.
 * The others may be NULL. */
void kb_printed_swap(struct kb_printed *printed, const struct kb_moment *published,
                     const struct kb_moment *modified, const struct kb_moment *address);

int64_t kb_days_apart(const struct kb_moment *a, const struct kb_moment *b);

/* Decides date_published and date_modified of the result's metadata, with warnings. */
void kb_page_when(const struct kb_when *when, struct kb_page_result *result);

#endif
