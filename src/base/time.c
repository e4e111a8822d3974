/* Days of the Gregorian calendar: a date enters, days since 1970-01-01 leave, and back;
 * a record's date enters, seconds leave.
 *
 * After H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil,
 * civil_from_days).  No clock, no zones of the machine. */
#include "base/base.h"

int64_t kb_days_from_date(int year, int month, int day) {
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void kb_days_to_date(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

bool kb_date_exists(int year, int month, int day) {
    static const int8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           (month != 2 || day < 29 || leap);
}

/* Takes sign (0: none) and two or four digits off s. */
static bool take(struct kb_str *s, char sign, size_t digits, int *value) {
    size_t skip = sign ? 1 : 0;
    if (s->n < skip + digits || (sign && s->p[0] != sign))
        return false;
    *value = 0;
    for (size_t i = skip; i < skip + digits; i++) {
        if (!kb_is_digit(s->p[i]))
            return false;
        *value = *value * 10 + s->p[i] - '0';
    }
    *s = kb_str_slice(*s, skip + digits, s->n);
    return true;
}

/* "Z", "+02:00" or nothing, as seconds east of Greenwich. */
static bool take_zone(struct kb_str s, int *seconds) {
    int h, m;
    char sign = s.n ? s.p[0] : 'Z';
    *seconds = 0;
    if (sign == 'Z' || sign == 'z')
        return s.n <= 1;
    if ((sign != '+' && sign != '-') || !take(&s, sign, 2, &h) || !take(&s, ':', 2, &m) ||
        s.n || h > 23 || m > 59)
        return false;
    *seconds = (h * 60 + m) * (sign == '-' ? -60 : 60);
    return true;
}

bool kb_date_seconds(struct kb_str date, int64_t *seconds) {
    int year, month = 1, day = 1, h = 0, m = 0, s = 0, zone;
    if (!take(&date, 0, 4, &year))
        return false;
    if (take(&date, '-', 2, &month) && take(&date, '-', 2, &day) && date.n &&
        (date.p[0] == 'T' || date.p[0] == 't' || date.p[0] == ' ')) {
        if (!take(&date, date.p[0], 2, &h) || !take(&date, ':', 2, &m))
            return false;
        if (take(&date, ':', 2, &s) && date.n && date.p[0] == '.') {
            do
                date = kb_str_slice(date, 1, date.n);
            while (date.n && kb_is_digit(date.p[0]));
        }
    }
    if (!kb_date_exists(year, month, day) || h > 23 || m > 59 || s > 60 ||
        !take_zone(date, &zone))
        return false;
    *seconds = kb_days_from_date(year, month, day) * 86400 + h * 3600 + m * 60 + s - zone;
    return true;
}

void kb_time_print(int64_t seconds, char out[KB_TIME_BYTES]) {
    int year, month, day;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    static const int64_t first = -719528, last = 2932896; /* years 0 to 9999 */
    days = days < first ? first : days > last ? last : days;
    kb_days_to_date(days, &year, &month, &day);
    const int parts[] = {year / 100,
                         year % 100,
                         month,
                         day,
                         (int)(rest / 3600),
                         (int)(rest / 60 % 60),
                         (int)(rest % 60)};
    static const char form[] = "YYYY-MM-DDThh:mm:ssZ";
    size_t at = 0;
    memcpy(out, form, sizeof form);
    for (size_t i = 0; i < KB_COUNT(parts); i++) {
        while (out[at] == '-' || out[at] == 'T' || out[at] == ':')
            at++;
        out[at++] = (char)('0' + parts[i] / 10);
        out[at++] = (char)('0' + parts[i] % 10);
    }
}
