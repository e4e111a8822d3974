/* A filter's value as a person types it → what is compared.
 *
 * Dates are days, months or years of UTC (ISO 8601's forms), or so long ago: "7d". */
#include "store/query.h"

#include "article/article.h"
#include "lang/lang.h"

enum { DAY = 86400 };

/* ---- dates ------------------------------------------------------------------------- */

/* count digits at *at; -1 where they are not there. */
static int read_digits(struct kb_str s, size_t *at, size_t count) {
    int value = 0;
    if (*at + count > s.n)
        return -1;
    for (size_t i = 0; i < count; i++, ++*at) {
        if (!kb_is_digit(s.p[*at]))
            return -1;
        value = value * 10 + (s.p[*at] - '0');
    }
    return value;
}

/* "2026", "2026-11", "2026-11-05": the time from its beginning to its end. */
static bool read_date(struct kb_str s, int64_t *from, int64_t *to) {
    size_t at = 0;
    int year = read_digits(s, &at, 4), month = 0, day = 0;
    if (year < 1)
        return false;
    if (at < s.n && (s.p[at++] != '-' || (month = read_digits(s, &at, 2)) < 1))
        return false;
    if (at < s.n && (s.p[at++] != '-' || (day = read_digits(s, &at, 2)) < 1))
        return false;
    if (at < s.n || !kb_date_exists(year, month ? month : 1, day ? day : 1))
        return false;
    int next_year = month == 12 || !month ? year + 1 : year;
    int next_month = month == 12 || !month ? 1 : month + 1;
    int64_t first = kb_days_from_date(year, month ? month : 1, day ? day : 1);
    *from = first * DAY;
    *to = (day ? first + 1 : kb_days_from_date(next_year, next_month, 1)) * DAY;
    return true;
}

/* "12h", "7d", "2w", "1y" ago. */
static bool read_ago(struct kb_str s, int64_t now, int64_t *from) {
    int64_t count = 0, unit = 0;
    if (s.n < 2 || s.n > 6)
        return false;
    for (size_t i = 0; i + 1 < s.n; i++) {
        if (!kb_is_digit(s.p[i]))
            return false;
        count = count * 10 + (s.p[i] - '0');
    }
    switch (kb_lower(s.p[s.n - 1])) {
    case 'h': unit = 3600; break;
    case 'd': unit = DAY; break;
    case 'w': unit = 7 * DAY; break;
    case 'y': unit = 365 * DAY; break;
    default: return false;
    }
    *from = now - count * unit;
    return true;
}

static bool read_when(struct kb_str s, int64_t now, struct kb_filter *out,
                      const char **why) {
    int64_t today = (now >= 0 ? now / DAY : (now - DAY + 1) / DAY) * DAY, from, to;
    *why = "write 2026, 2026-11, 2026-11-05, today or yesterday; or 12h, 7d, 2w, 1y for "
           "so long ago";
    if (kb_str_equal_nocase(s, KB_STR("today"))) {
        from = today;
        to = today + DAY;
    } else if (kb_str_equal_nocase(s, KB_STR("yesterday"))) {
        from = today - DAY;
        to = today;
    } else if (read_ago(s, now, &from)) {
        if (out->kind == KB_FILTER_ON) {
            *why = "write a day, a month or a year; after:7d is the time since";
            return false;
        }
        to = from;
    } else if (!read_date(s, &from, &to)) {
        return false;
    }
    out->from = out->kind == KB_FILTER_BEFORE ? INT64_MIN : from;
    out->to = out->kind == KB_FILTER_BEFORE  ? from
              : out->kind == KB_FILTER_AFTER ? INT64_MAX
                                             : to;
    return true;
}

/* ---- names ------------------------------------------------------------------------- */

static bool read_is(struct kb_str s, struct kb_filter *out, const char **why) {
    static const char *const names[] = {"starred", "read", "unread"};
    *why = "write starred, read or unread";
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (kb_str_equal_nocase(s, kb_str_z(names[i]))) {
            out->is = (enum kb_filter_is)i;
            out->value = kb_str_z(names[i]);
            return true;
        }
    }
    return false;
}

/* The names that the record has, with a hyphen if one likes. */
static bool read_role(struct kb_str s, struct kb_filter *out, const char **why) {
#define X(code, name) name,
    static const char *const names[] = {KB_ROLE_LIST(X)};
#undef X
#define X(code, name) " " name
    *why = "write one of:" KB_ROLE_LIST(X);
#undef X
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        size_t k = 0;
        while (k < s.n && names[i][k] &&
               (kb_lower(s.p[k]) == names[i][k] || (s.p[k] == '-' && names[i][k] == '_')))
            k++;
        if (k == s.n && !names[i][k]) {
            out->value = kb_str_z(names[i]);
            return true;
        }
    }
    return false;
}

/* "de", "zh-Hant": letters, digits and hyphens, and a language that there is. */
static bool read_language(struct kb_arena *arena, struct kb_str s, struct kb_filter *out,
                          const char **why) {
    char primary[4];
    struct kb_str head = kb_str_slice(s, 0, kb_str_find_byte(s, '-'));
    *why = "write the language's code, such as de, id or zh-Hant";
    kb_lang_primary(head, primary);
    if (!primary[0] || head.n > 3 || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!kb_is_alpha(s.p[i]) && !kb_is_digit(s.p[i]) && s.p[i] != '-')
            return false;
    char tag[24]; /* "jpn-JP" is ja-JP */
    struct kb_buf whole = {.p = tag, .cap = sizeof tag, .max = sizeof tag};
    kb_buf_z(&whole, primary);
    kb_buf_str(&whole, kb_str_slice(s, head.n, s.n));
    out->value = kb_arena_dup(arena, kb_buf_view(&whole));
    return true;
}

static bool read_id(struct kb_arena *arena, struct kb_str s, struct kb_filter *out,
                    const char **why) {
    *why = "write a story's id, as `kabar stories` prints it";
    if (!s.n || s.n > 64)
        return false;
    out->value = kb_arena_dup(arena, s);
    return true;
}

static bool read_words(struct kb_arena *arena, struct kb_str s, struct kb_filter *out,
                       const char **why) {
    struct kb_buf words;
    kb_buf_init(&words, KB_LIMIT_QUERY_BYTES * 4);
    kb_pieces_words(s, &words);
    *why = "write a word with a letter or a digit";
    out->value = kb_arena_dup(arena, kb_buf_view(&words));
    bool ok = words.status == KB_OK && words.n > 1;
    kb_buf_free(&words);
    return ok;
}

bool kb_query_value(struct kb_arena *arena, enum kb_filter_kind kind, struct kb_str text,
                    int64_t now, struct kb_filter *out, const char **why) {
    *out = (struct kb_filter){.kind = kind};
    switch (kind) {
    case KB_FILTER_AFTER:
    case KB_FILTER_BEFORE:
    case KB_FILTER_ON: return read_when(text, now, out, why);
    case KB_FILTER_IS: return read_is(text, out, why);
    case KB_FILTER_ROLE: return read_role(text, out, why);
    case KB_FILTER_LANGUAGE: return read_language(arena, text, out, why);
    case KB_FILTER_STORY: return read_id(arena, text, out, why);
    default: return read_words(arena, text, out, why);
    }
}
