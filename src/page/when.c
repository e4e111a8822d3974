/* Which of a page's dates is its publication's, and which its last change's.
 *
 * * In: what head and JSON-LD say (meta.c), the dates that people read
 * (printed_dates.c), the date in the address. Out: two dates and warnings.
 *
 * * The rule: machines first, JSON-LD before the head; where those two name different
 * days, the one that the page shows or the address has. A date that is plainly printed
 * below the headline as the publication's, and is neither theirs nor the day of the
 * last change, goes before both. Without machines' dates the likeliest printed one is
 * taken, else the address's, else the day of the last change, with a warning. Years
 * before 1990, days after `now` and changes before the publication are left out with a
 * warning. */
#include "page/when.h"

#include "page/meta.h"

enum {
    COST_LIKELY = 8,    /* dearer ones are somebody else's, where another is plainer */
    COST_STRONG = 4,    /* cheaper ones are plainly the article's own */
    ABOVE_HEADLINE = 1, /* blocks, where a date may be the article's */
    MADE_WITHIN = 60,   /* seconds */
    TAIL = 3,           /* blocks before the text's end */
    DAY = 86400
};

/* ---- the address ------------------------------------------------------------------- */

/* "/2024/may/03/": the name of a month between two slashes; returns its bytes. */
static size_t url_month(const struct kb_printed *k, struct kb_str s, int *month) {
    struct kb_time_name name;
    struct kb_str part = kb_str_slice(s, 0, kb_str_find_byte(s, '/'));
    if (part.n < 3 || part.n > 20 || !kb_is_alpha(part.p[0]) ||
        !kb_calendar_at(k->w->lexicon, part, 0, k->hints.language, &name) ||
        name.word != KB_TIME_MONTH || name.end != part.n)
        return 0;
    *month = name.value;
    return part.n;
}

/* /2024/05/03/, /2024-05-03-…, …-20240503, /20240503/, /2024/may/03/ */
static bool url_date(const struct kb_printed *printed, struct kb_moment *m) {
    const struct kb_str url = printed->w->url;
    for (size_t i = 0; i < url.n && i < KB_LIMIT_URL_BYTES && url.p[i] != '?'; i++) {
        if (!kb_is_digit(url.p[i]) || (i && kb_is_digit(url.p[i - 1])))
            continue;
        size_t n = 0;
        while (i + n < url.n && kb_is_digit(url.p[i + n]))
            n++;
        struct kb_str s = kb_str_slice(url, i, url.n);
        *m = (struct kb_moment){.hour = -1};
        if (n == 8) {
            for (int k = 0; k < 4; k++)
                m->year = m->year * 10 + (s.p[k] - '0');
            m->month = (s.p[4] - '0') * 10 + s.p[5] - '0';
            m->day = (s.p[6] - '0') * 10 + s.p[7] - '0';
        } else if (n == 4 && s.n >= 8 && strchr("/-_", s.p[4])) {
            size_t at = 5;
            for (int k = 0; k < 4; k++)
                m->year = m->year * 10 + (s.p[k] - '0');
            for (; at < s.n && at < 7 && kb_is_digit(s.p[at]); at++)
                m->month = m->month * 10 + (s.p[at] - '0');
            if (at == 5 && s.p[4] == '/')
                at += url_month(printed, kb_str_slice(s, 5, s.n), &m->month);
            if (at == 5 || at >= s.n || s.p[at] != s.p[4])
                continue;
            size_t from = ++at;
            for (; at < s.n && at < from + 2 && kb_is_digit(s.p[at]); at++)
                m->day = m->day * 10 + (s.p[at] - '0');
            if (at < s.n && kb_is_digit(s.p[at]))
                continue;
        } else {
            continue;
        }
        if (kb_moment_is_day(m) && m->year >= KB_FIRST_YEAR && m->year < 2100)
            return true;
    }
    return false;
}

/* The region by the address, as far as two letters at the host's end tell one. */
static struct kb_str url_region(struct kb_str url) {
    struct kb_str host = kb_url_host(url);
    return host.n > 3 && host.p[host.n - 3] == '.'
               ? kb_str_slice(host, host.n - 2, host.n)
               : KB_STR_NONE;
}

/* ---- deciding ---------------------------------------------------------------------- */

int64_t kb_days_apart(const struct kb_moment *a, const struct kb_moment *b) {
    int64_t d = kb_moment_days(a) - kb_moment_days(b);
    return d < 0 ? -d : d;
}

/* Two moments without zones that are whole half hours apart: one moment by two clocks. */
static bool is_other_clock(const struct kb_moment *m, const struct kb_moment *other) {
    int64_t off = kb_moment_seconds(m) - kb_moment_seconds(other) -
                  (other->second == 0 ? m->second : 0);
    return off && off % 1800 == 0 && off <= 14 * 3600 && off >= -14 * 3600;
}

/* The same moment told twice, in UTC and in the newsroom's own time: that has its zone,
 * or the two together give it.  What readers see has no seconds. */
static void join_zone(struct kb_moment *m, const struct kb_moment *other) {
    if (m->hour < 0 || other->hour < 0)
        return;
    bool utc_m = m->zoned && (m->zone == KB_ZULU || m->zone == 0);
    bool utc_other = other->zoned && (other->zone == KB_ZULU || other->zone == 0);
    const struct kb_moment *utc = utc_m ? m : other, *local = utc_m ? other : m;
    int64_t off = kb_moment_seconds(local) - kb_moment_seconds(utc);
    if (!m->zoned && !other->zoned && is_other_clock(m, other))
        *m = *other; /* the one that readers see */
    if (utc_m == utc_other)
        return;
    if (local->zoned) {
        if (off == 0)
            *m = *local;
        return;
    }
    off += local->second == 0 ? utc->second : 0;
    if (off == 0 || off % 900 || off > 14 * 3600 || off < -12 * 3600)
        return;
    struct kb_moment joined = *local;
    joined.second = utc->second;
    joined.zoned = true;
    joined.zone = (int)(off / 60);
    *m = joined;
}

/* Reads a machine's date, where it can be true. */
static bool claim(struct kb_printed *k, struct kb_str raw, struct kb_moment *m) {
    if (!raw.n || !kb_moment_read(raw, m))
        return false;
    if (m->year < KB_FIRST_YEAR) {
        k->old = true;
        return false;
    }
    if (k->w->now > 0 && kb_moment_seconds(m) > k->w->now + DAY) {
        k->future = true;
        return false;
    }
    return true;
}

struct claims {
    struct kb_moment published, modified, address;
    bool has_published, has_modified, has_address;
};

/* "Z" is often put behind a local time; a numeric offset is reckoned by somebody.  Where
 * the two differ by whole quarters of an hour they are one moment, and the offset is
 * right. */
static bool is_wrong_zulu(const struct kb_moment *m, const struct kb_moment *other) {
    int64_t off = kb_moment_seconds(m) - kb_moment_seconds(other);
    return m->hour >= 0 && other->hour >= 0 && m->zoned && m->zone == KB_ZULU &&
           other->zoned && other->zone != KB_ZULU && off && off % 900 == 0 &&
           off <= 14 * 3600 && off >= -12 * 3600;
}

/* Of two machines' dates the one that the page shows or the address has. */
static void settle(const struct kb_printed *k, struct claims *c,
                   const struct kb_moment *other) {
    const struct kb_printed_date *shown = kb_printed_cheapest(k, false, KB_DATE_COST_MAX);
    if (is_wrong_zulu(&c->published, other))
        c->published = *other;
    if (kb_days_apart(&c->published, other) <= 1)
        join_zone(&c->published, other);
    if (kb_days_apart(&c->published, other) == 0)
        return;
    if (kb_days_apart(&c->published, other) == 1 && c->published.hour >= 0 &&
        other->hour < 0)
        return; /* the print edition's day, or another zone's */
    if (shown ? kb_days_apart(&shown->m, other) == 0 &&
                    kb_days_apart(&shown->m, &c->published) != 0
              : c->has_address && kb_days_apart(&c->address, other) == 0)
        c->published = *other;
}

/* Whether a moment may fall on a day, in some zone of the world. */
static bool may_be_on(const struct kb_moment *m, const struct kb_moment *day) {
    int64_t from = kb_moment_days(day) * DAY, at = kb_moment_seconds(m);
    if (m->hour < 0)
        return kb_moment_days(m) == kb_moment_days(day);
    return at + 14 * 3600 >= from && at - 12 * 3600 < from + DAY;
}

/* Whether the page shows a machine's day as well. */
static bool is_shown(const struct kb_printed *k, const struct kb_moment *m) {
    for (size_t i = 0; i < k->n; i++)
        if (!k->c[i].changed && k->c[i].cost <= KB_DATE_COST_MAX &&
            may_be_on(m, &k->c[i].m))
            return true;
    return false;
}

/* How sure it is that publication and change are when the page was made: they are one
 * moment, by the clock at least, or the change is told as a little earlier. */
enum made { NOT_MADE, PERHAPS_MADE, MADE };

static enum made was_made(const struct claims *c) {
    const struct kb_moment *p = &c->published, *m = &c->modified;
    int64_t apart = kb_moment_seconds(p) - kb_moment_seconds(m);
    if (!c->has_modified)
        return NOT_MADE;
    if (apart == 0 || (kb_days_apart(p, m) == 0 && p->hour == m->hour &&
                       p->minute == m->minute && p->second == m->second))
        return MADE;
    return apart > 0 && apart <= MADE_WITHIN ? PERHAPS_MADE : NOT_MADE;
}

/* With machines' dates: a plain contradiction of what the page shows.  Above the headline
 * other things may stand than the article's date. */
static void contradict(struct kb_printed *k, struct claims *c) {
    enum made made = was_made(c);
    const struct kb_printed_date *shown =
        kb_printed_cheapest(k, false, made == MADE ? COST_LIKELY : COST_STRONG);
    uint32_t above = made == MADE ? ABOVE_HEADLINE : 0;
    int64_t apart = made && c->published.zoned ? 0 : 1; /* may_be_on asks for the zone */
    if (!shown || shown->block + above < k->headline ||
        kb_days_apart(&shown->m, &c->published) <= apart ||
        may_be_on(&c->published, &shown->m) ||
        (c->has_modified && may_be_on(&c->modified, &shown->m)) ||
        is_shown(k, &c->published))
        return;
    c->published = shown->m;
    kb_page_warn(k->result, "the page shows another date than its metadata say");
}

/* A thread's posts each have a date: of two that are about as plain the earlier day, at
 * the text's head, goes before the one at its end. */
static const struct kb_printed_date *before_answers(const struct kb_printed *k,
                                                    const struct kb_printed_date *shown) {
    const struct kb_printed_date *best = NULL;
    if (!shown || shown->block + TAIL < k->end || shown->block <= k->first + TAIL)
        return shown;
    for (size_t i = 0; i < k->n; i++) {
        const struct kb_printed_date *d = &k->c[i];
        if (!d->changed && d->block >= k->headline && d->block <= k->first &&
            d->cost <= shown->cost + COST_LIKELY && d->cost <= KB_DATE_COST_MAX &&
            kb_moment_days(&d->m) < kb_moment_days(&shown->m) &&
            (!best || d->cost < best->cost))
            best = d;
    }
    return best ? best : shown;
}

static void without_machine(struct kb_printed *k, struct claims *c) {
    const struct kb_printed_date *shown =
        before_answers(k, kb_printed_cheapest(k, false, KB_DATE_COST_MAX));
    const struct kb_printed_date *changed =
        kb_printed_cheapest(k, true, KB_DATE_COST_MAX);
    if (changed && !c->has_modified) {
        c->modified = changed->m;
        c->has_modified = true;
    }
    if (shown && changed && shown->cost > changed->cost + COST_LIKELY)
        shown = NULL; /* a day that the text speaks of */
    if (shown && c->has_address && shown->cost > COST_STRONG + 2 &&
        kb_days_apart(&shown->m, &c->address) > 1)
        shown = NULL;
    const struct kb_printed_date *original = NULL;
    for (size_t i = 0; i < k->n && shown; i++)
        if (k->c[i].original && k->c[i].cost <= KB_DATE_COST_MAX &&
            kb_moment_days(&k->c[i].m) < kb_moment_days(&shown->m))
            original = &k->c[i];
    if (original) {
        if (!c->has_modified)
            c->modified = shown->m;
        c->has_modified = true;
        c->published = original->m;
    } else if (shown) {
        c->published = shown->m;
    } else if (c->has_address) {
        c->published = c->address;
    } else if (c->has_modified) {
        c->published = c->modified;
        kb_page_warn(k->result, "the page tells only when it was last changed: that day "
                                "stands as its date");
    } else {
        return;
    }
    c->has_published = true;
}

void kb_page_when(const struct kb_when *w, struct kb_page_result *result) {
    struct kb_page_meta *meta = &result->meta;
    struct kb_printed *k = kb_arena_alloc(w->arena, sizeof *k);
    struct claims c = {0};
    struct kb_moment other[2];
    if (!k)
        return;
    *k = (struct kb_printed){.w = w, .result = result};
    size_t dash = kb_str_find_byte(meta->language, '-');
    struct kb_str region = dash == KB_NOT_FOUND
                               ? KB_STR_NONE
                               : kb_str_slice(meta->language, dash + 1, meta->language.n);
    struct kb_str home = url_region(w->url);
    k->hints = (struct kb_spoken_hints){.lexicon = w->lexicon, .now = w->fetched};
    k->hints.language = kb_calendar_language(w->lexicon, meta->language);
    k->hints.order =
        kb_calendar_order(w->lexicon, k->hints.language, region.n == 2 ? region : home);
    c.has_published = claim(k, meta->date_published, &c.published);
    bool has_other[KB_COUNT(other)];
    for (size_t i = 0; i < KB_COUNT(other); i++) {
        has_other[i] = claim(k, meta->date_others[i], &other[i]);
        if (!c.has_published && has_other[i]) {
            c.published = other[i];
            c.has_published = true;
        }
    }
    c.has_modified = claim(k, meta->date_modified, &c.modified);
    c.has_address = url_date(k, &c.address) &&
                    !(w->now > 0 && kb_moment_seconds(&c.address) > w->now + DAY);
    k->machine = c.has_published;
    kb_printed_look(k);
    kb_printed_swap(k, c.has_published ? &c.published : NULL,
                    c.has_modified ? &c.modified : NULL,
                    c.has_address ? &c.address : NULL);
    for (size_t i = 0; i < KB_COUNT(other); i++)
        if (has_other[i])
            settle(k, &c, &other[i]);
    for (size_t i = 0; c.has_published && i < k->n; i++)
        if (!k->c[i].changed && k->c[i].cost <= COST_STRONG)
            join_zone(&c.published, &k->c[i].m);
    if (c.has_published)
        contradict(k, &c);
    else
        without_machine(k, &c);
    const struct kb_printed_date *changed =
        kb_printed_cheapest(k, true, KB_DATE_COST_MAX);
    if (!c.has_modified && changed) {
        c.modified = changed->m;
        c.has_modified = true;
    }
    if (c.has_published && c.has_modified &&
        kb_moment_seconds(&c.modified) + DAY < kb_moment_seconds(&c.published)) {
        c.has_modified = false;
        kb_page_warn(result, "the page's date of change lies before its publication: "
                             "left out");
    }
    if (k->future)
        kb_page_warn(result, "a date of the page lies in the future: left out");
    if (k->old)
        kb_page_warn(result, "a date of the page lies before 1990: left out");
    meta->date_published =
        c.has_published ? kb_moment_print(w->arena, &c.published) : KB_STR_NONE;
    meta->date_modified =
        c.has_modified ? kb_moment_print(w->arena, &c.modified) : KB_STR_NONE;
}
