/* Dates of records as seconds. */
#include "unit.h"

static int64_t at(const char *date) {
    int64_t seconds;
    return kb_date_seconds(kb_str_z(date), &seconds) ? seconds : -1;
}

static void whole(void) {
    CHECK_INT(at("1970-01-01T00:00:00Z"), 0);
    CHECK_INT(at("2024-05-03T10:15:00+02:00"), 1714724100);
    CHECK_INT(at("2024-05-03T10:15:00.250-05:30"), 1714751100);
    CHECK_INT(at("2024-05-03t08:15:00z"), 1714724100);
}

static void less_precise(void) {
    CHECK_INT(at("2024-05-03T10:15"), 1714731300);
    CHECK_INT(at("2024-05-03"), 1714694400);
    CHECK_INT(at("2024-05"), 1714521600);
    CHECK_INT(at("2024"), 1704067200);
}

static void none(void) {
    static const char *const texts[] = {"",
                                        "24-05-03",
                                        "2024-13",
                                        "2024-02-30",
                                        "2024-05-",
                                        "2024-05-03T",
                                        "2024-05-03T25",
                                        "2024-05-03T10:60",
                                        "2024-05-03 friday",
                                        "2024-05-03T10:15:00+2",
                                        "2024-05-03T10:15:00Z+"};
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        CHECK_INT(at(texts[i]), -1);
}

UNIT_MAIN(whole, less_precise, none)
