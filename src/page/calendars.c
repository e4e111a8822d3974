/* Days of other calendars than ours: year, month and day enter, the Gregorian day
 * leaves.
 *
 * * Iran's Solar Hijri calendar by the 33-year cycle of its leap years, which agrees
 * with the astronomical rule from 1244 to 1472 (1865 to 2093); the Islamic one by the
 * civil cycle of 30 years. The Islamic months of newspapers begin by sight or by a
 * state's table, so a day may be off by one: who has the weekday corrects it. Reingold
 * and Dershowitz, "Calendrical Calculations", has both. */
#include "page/when.h"

enum {
    PERSIAN_EPOCH = -492268, /* days from 1970-01-01 back to 1 Farvardin 1 */
    ISLAMIC_EPOCH = -492148  /* to 1 Muharram 1, civil */
};

bool kb_persian_day(int year, int month, int day, struct kb_moment *m) {
    if (year < 1200 || year > 1500 || month < 1 || month > 12 || day < 1 ||
        day > (month < 7 ? 31 : 30))
        return false;
    int64_t days = PERSIAN_EPOCH + (int64_t)365 * (year - 1) + (8 * year + 21) / 33;
    days += month <= 7 ? 31 * (month - 1) : 30 * (month - 1) + 6;
    kb_moment_from_days(days + day - 1, m);
    return true;
}

bool kb_islamic_day(int year, int month, int day, struct kb_moment *m) {
    if (year < 1300 || year > 1600 || month < 1 || month > 12 || day < 1 || day > 30)
        return false;
    int64_t days = ISLAMIC_EPOCH + (int64_t)354 * (year - 1) + (3 + 11 * year) / 30;
    days += (59 * (month - 1) + 1) / 2;
    kb_moment_from_days(days + day - 1, m);
    return true;
}

int kb_moment_weekday(const struct kb_moment *m) {
    int64_t day = (kb_moment_days(m) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day) + 1;
}
