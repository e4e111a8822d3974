/* Days of other calendars against days that are known. */
#include "page/when.h"
#include "unit.h"

static void check(bool ok, const struct kb_moment *m, int year, int month, int day) {
    CHECK(ok);
    CHECK(m->year == year && m->month == month && m->day == day);
}

/* Nowruz, as Iran's calendar centre had it. */
static void persian(void) {
    static const int nowruz[][3] = {{1300, 1921, 21}, {1370, 1991, 21}, {1375, 1996, 20},
                                    {1399, 2020, 20}, {1400, 2021, 21}, {1403, 2024, 20},
                                    {1404, 2025, 21}, {1408, 2029, 20}};
    struct kb_moment m;
    for (size_t i = 0; i < KB_COUNT(nowruz); i++)
        check(kb_persian_day(nowruz[i][0], 1, 1, &m), &m, nowruz[i][1], 3, nowruz[i][2]);
    check(kb_persian_day(1403, 2, 14, &m), &m, 2024, 5, 3);
    check(kb_persian_day(1402, 12, 29, &m), &m, 2024, 3, 19);
    check(kb_persian_day(1403, 12, 30, &m), &m, 2025, 3, 20);
    check(kb_persian_day(1357, 11, 22, &m), &m, 1979, 2, 11);
    CHECK(!kb_persian_day(1403, 7, 31, &m));
    CHECK(!kb_persian_day(1403, 13, 1, &m));
    CHECK(!kb_persian_day(1403, 0, 1, &m));
}

static void islamic(void) {
    struct kb_moment m;
    check(kb_islamic_day(1445, 9, 1, &m), &m, 2024, 3, 11);
    check(kb_islamic_day(1445, 10, 1, &m), &m, 2024, 4, 10);
    check(kb_islamic_day(1445, 1, 1, &m), &m, 2023, 7, 19);
    CHECK(!kb_islamic_day(1445, 9, 31, &m));
    CHECK(!kb_islamic_day(99, 1, 1, &m));
}

static void days_and_weekdays(void) {
    struct kb_moment m = {.year = 2024, .month = 5, .day = 3, .hour = -1};
    CHECK(kb_moment_weekday(&m) == 5);
    m = (struct kb_moment){.year = 1970, .month = 1, .day = 1, .hour = -1};
    CHECK(kb_moment_days(&m) == 0 && kb_moment_weekday(&m) == 4);
    for (int64_t day = -30000; day < 80000; day += 7) {
        kb_moment_from_days(day, &m);
        CHECK(kb_moment_days(&m) == day);
    }
    m = (struct kb_moment){.year = 2023, .month = 2, .day = 29, .hour = -1};
    CHECK(!kb_moment_is_day(&m));
}

UNIT_MAIN(persian, islamic, days_and_weekdays)
