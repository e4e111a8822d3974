/* Messages, numbers and moments → words of one language; and which language.
 *
 * Plural categories are CLDR's for whole numbers (Unicode Technical Standard 35, part 3),
 * languages are matched by their primary subtag (RFC 4647's lookup, cut short). */
#include <stdio.h>

#include "serve/messages_inner.h"

const char *const kb_plural_names[KB_PLURAL_COUNT] = {
#define X(code, name) name,
    KB_PLURAL_LIST(X)
#undef X
};

/* ---- plural forms ------------------------------------------------------------------ */

bool kb_plural_rule(struct kb_str name, enum kb_plural_rule *rule) {
    static const char *const names[] = {"none", "one", "arabic"};
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (kb_str_equal(name, kb_str_z(names[i]))) {
            *rule = (enum kb_plural_rule)i;
            return true;
        }
    return false;
}

bool kb_plural_has(enum kb_plural_rule rule, enum kb_plural form) {
    switch (rule) {
    case KB_PLURAL_NONE_RULE: return form == KB_PLURAL_OTHER;
    case KB_PLURAL_ONE_RULE: return form == KB_PLURAL_ONE || form == KB_PLURAL_OTHER;
    case KB_PLURAL_ARABIC_RULE: break;
    }
    return true;
}

static enum kb_plural plural(enum kb_plural_rule rule, int64_t n) {
    int64_t rest = n % 100;
    if (rule == KB_PLURAL_NONE_RULE)
        return KB_PLURAL_OTHER;
    if (n == 1)
        return KB_PLURAL_ONE;
    if (rule == KB_PLURAL_ONE_RULE)
        return KB_PLURAL_OTHER;
    if (n == 0)
        return KB_PLURAL_ZERO;
    if (n == 2)
        return KB_PLURAL_TWO;
    return rest >= 3 && rest <= 10    ? KB_PLURAL_FEW
           : rest >= 11 && rest <= 99 ? KB_PLURAL_MANY
                                      : KB_PLURAL_OTHER;
}

/* Without memory for a language's own messages they are the first's. */
const struct kb_message_piece *kb_language_message(const struct kb_language *l,
                                                   size_t message, int64_t n,
                                                   size_t *count) {
    if (!l->of)
        l = &l->messages->languages[0];
    const struct kb_message *m = &l->of[message];
    const struct kb_message_form *form =
        &m->forms[m->plural ? plural(l->rule, n) : KB_PLURAL_OTHER];
    *count = form->count;
    return form->pieces;
}

/* ---- numbers and moments ----------------------------------------------------------- */

static void digit(const struct kb_language *l, char c, struct kb_buf *out) {
    size_t width = l->digits.n / 10;
    kb_buf_add(out, l->digits.p + width * (size_t)(c - '0'), width);
}

static void plain(const struct kb_language *l, int64_t n, int least, bool grouped,
                  struct kb_buf *out) {
    char text[24];
    int count = snprintf(text, sizeof(text), "%0*lld", least, (long long)(n < 0 ? 0 : n));
    for (int i = 0; i < count; i++) {
        if (grouped && i && (count - i) % 3 == 0)
            kb_buf_str(out, l->group);
        digit(l, text[i], out);
    }
}

void kb_language_number(const struct kb_language *l, int64_t n, struct kb_buf *out) {
    plain(l, n, 1, n >= 1000, out);
}

static void print_pieces(const struct kb_language *l, enum kb_own own, int64_t n,
                         void (*fill)(const struct kb_language *l, struct kb_str name,
                                      const void *context, struct kb_buf *out),
                         const void *context, struct kb_buf *out) {
    size_t count;
    const struct kb_message_piece *pieces =
        kb_language_message(l, l->messages->own[own], n, &count);
    for (size_t i = 0; i < count; i++) {
        kb_buf_str(out, pieces[i].text);
        if (pieces[i].name.n)
            fill(l, pieces[i].name, context, out);
    }
}

struct moment {
    int year, month, day;
    int64_t time, seconds;
};

static void fill_moment(const struct kb_language *l, struct kb_str name,
                        const void *context, struct kb_buf *out) {
    const struct moment *m = context;
    if (kb_str_equal(name, KB_STR("day")))
        plain(l, m->day, 1, false, out);
    else if (kb_str_equal(name, KB_STR("month")))
        print_pieces(l, (enum kb_own)(KB_OWN_MONTH_1 + m->month - 1), 0, NULL, NULL, out);
    else if (kb_str_equal(name, KB_STR("year")))
        plain(l, m->year, 1, false, out);
    else if (kb_str_equal(name, KB_STR("hour")))
        plain(l, m->seconds / 3600, 2, false, out);
    else if (kb_str_equal(name, KB_STR("minute")))
        plain(l, m->seconds / 60 % 60, 2, false, out);
    else if (kb_str_equal(name, KB_STR("date")))
        kb_language_day(l, m->time, out);
}

static struct moment moment_of(int64_t time) {
    const int64_t most = 253402300799; /* the end of the year 9999 */
    struct moment m = {.time = time < 0 ? 0 : time > most ? most : time};
    kb_days_to_date(m.time / 86400, &m.year, &m.month, &m.day);
    m.seconds = m.time % 86400;
    return m;
}

void kb_language_day(const struct kb_language *l, int64_t time, struct kb_buf *out) {
    struct moment m = moment_of(time);
    print_pieces(l, KB_OWN_DAY, 0, fill_moment, &m, out);
}

void kb_language_time(const struct kb_language *l, int64_t time, struct kb_buf *out) {
    struct moment m = moment_of(time);
    print_pieces(l, KB_OWN_TIME, 0, fill_moment, &m, out);
}

static void fill_number(const struct kb_language *l, struct kb_str name,
                        const void *context, struct kb_buf *out) {
    const int64_t *n = context;
    (void)name;
    kb_language_number(l, *n, out);
}

void kb_language_ago(const struct kb_language *l, int64_t time, int64_t now,
                     struct kb_buf *out) {
    static const struct {
        enum kb_own own;
        int64_t from, unit;
    } steps[] = {{KB_OWN_DAYS, 86400, 86400},
                 {KB_OWN_HOURS, 3600, 3600},
                 {KB_OWN_MINUTES, 60, 60},
                 {KB_OWN_NOW, 0, 1}};
    enum { WEEK = 7 * 86400, SOON = -300 };
    int64_t past = now - time;
    if (past >= WEEK || past < SOON) {
        kb_language_day(l, time, out);
        return;
    }
    if (past < 0)
        past = 0;
    size_t i = 0;
    while (past < steps[i].from)
        i++;
    int64_t n = past / steps[i].unit;
    print_pieces(l, steps[i].own, n, fill_number, &n, out);
}

void kb_language_print(const struct kb_language *l, const char *key, int64_t n,
                       struct kb_buf *out) {
    size_t count, message = kb_messages_find(l->messages, kb_str_z(key));
    if (message == KB_MESSAGE_NONE) {
        kb_buf_z(out, key);
        return;
    }
    const struct kb_message_piece *pieces = kb_language_message(l, message, n, &count);
    for (size_t i = 0; i < count; i++) {
        kb_buf_str(out, pieces[i].text);
        if (pieces[i].name.n)
            kb_language_number(l, n, out);
    }
}

/* ---- which language ---------------------------------------------------------------- */

size_t kb_messages_languages(const struct kb_messages *m) {
    return m->language_count;
}
const struct kb_language *kb_messages_language(const struct kb_messages *m, size_t i) {
    return &m->languages[i];
}
struct kb_str kb_language_tag(const struct kb_language *l) {
    return l->tag;
}
struct kb_str kb_language_direction(const struct kb_language *l) {
    return l->direction;
}

static const struct kb_language *called(const struct kb_messages *m, struct kb_str tag) {
    size_t end = kb_str_find_byte(tag, '-');
    struct kb_str primary = kb_str_slice(tag, 0, end == KB_NOT_FOUND ? tag.n : end);
    for (size_t i = 0; i < m->language_count; i++)
        if (kb_str_equal_nocase(m->languages[i].tag, primary))
            return &m->languages[i];
    return NULL;
}

/* ";q=0.7" in thousandths; 1000 where nothing is said. */
static int quality(struct kb_str parameters) {
    size_t at = kb_str_find_nocase(parameters, KB_STR("q="));
    if (at == KB_NOT_FOUND)
        return 1000;
    int value = 0, unit = 1000;
    for (size_t i = at + 2; i < parameters.n && unit; i++) {
        char c = parameters.p[i];
        if (c == '.')
            continue;
        if (!kb_is_digit(c))
            break;
        value += (c - '0') * unit;
        unit /= 10;
    }
    return value > 1000 ? 1000 : value;
}

const struct kb_language *kb_messages_choose(const struct kb_messages *m,
                                             struct kb_str set, struct kb_str accepted) {
    const struct kb_language *best = set.n ? called(m, set) : NULL;
    int best_quality = 0;
    if (best)
        return best;
    while (accepted.n) {
        size_t end = kb_str_find_byte(accepted, ',');
        struct kb_str part =
            kb_str_slice(accepted, 0, end == KB_NOT_FOUND ? accepted.n : end);
        accepted = kb_str_slice(accepted, end == KB_NOT_FOUND ? accepted.n : end + 1,
                                accepted.n);
        size_t semicolon = kb_str_find_byte(part, ';');
        if (semicolon == KB_NOT_FOUND)
            semicolon = part.n;
        const struct kb_language *l =
            called(m, kb_str_trim(kb_str_slice(part, 0, semicolon)));
        int q = quality(kb_str_slice(part, semicolon, part.n));
        if (l && q > best_quality) {
            best = l;
            best_quality = q;
        }
    }
    return best ? best : &m->languages[0];
}
