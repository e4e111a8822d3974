/* Which of a page's dates is its publication's, and which its last change's.
 *
 * In: what head and JSON-LD say (meta.c), time elements and microdata, dates that people
 * read near the headline and at the article's end, the date in the address.  Out: two
 * dates and warnings.
 *
 * The rule: machines first, in the order JSON-LD, head; where those two name different
 * days, the one that the page shows or the address has.  A date that is plainly printed as
 * the publication's and is neither theirs nor the day of the last change goes before both,
 * because readers would have complained.  Without machines' dates the likeliest printed one
 * is taken, else the address's, else the day of the last change, with a warning.  Each
 * printed date has a cost: how far from headline or text, in what company (class names,
 * comments, teasers), how much else the line says.  Years before 1990, days after `now` and
 * changes before the publication are left out with a warning.
 *
 * Only blocks near the headline and the two ends of the text are read, and most of those
 * only where a year stands in them; nothing walks the DOM again. */
#include "page/when.h"
#include "page/meta.h"

enum {
    BEFORE_HEADLINE = 8, /* blocks that are looked at */
    BEHIND_HEADLINE = 14,
    FAR_HEADLINE = 10,
    HEAD_BLOCKS = 8,  /* from the headline to a byline that stands in the text */
    HEAD_MOST = 120,  /* between headline and text: more is not one article */
    BEFORE_TEXT = 10,
    IN_TEXT = 4,
    BEHIND_TEXT = 10,
    LINE_WORDS = 40,  /* longer blocks are prose: of those only the text's first is read */
    FOOT_WORDS = 120,  /* "This entry was posted on …, in …" */
    LABEL_WORDS = 6,  /* a line "Last updated:" above its date */
    ATTRIBUTE_LEVELS = 4,
    TEXT_NODES = 24,
    CANDIDATES = 48,
    TIMES = 64,
    COST_MAX = 22,   /* dearer ones are somebody else's */
    COST_STRONG = 4, /* cheaper ones are plainly the article's own */
    COST_OTHERS = 25, /* in comments, teasers, sidebars */
    DAY = 86400,
    FIRST_YEAR = 1990
};

struct candidate {
    struct kb_moment m;
    uint32_t block;
    int cost;
    bool changed, doubtful; /* day and month might be swapped */
};

struct choice {
    const struct kb_when *w;
    struct kb_page_result *result;
    struct kb_spoken_hints hints;
    struct candidate c[CANDIDATES];
    size_t n;
    uint32_t headline, first, end; /* blocks */
    bool machine; /* there is a machine's date: only plain contradictions matter */
    bool future, old;
};

static int64_t days_apart(const struct kb_moment *a, const struct kb_moment *b) {
    int64_t d = kb_moment_days(a) - kb_moment_days(b);
    return d < 0 ? -d : d;
}

/* ---- where the headline is --------------------------------------------------------- */

static bool is_heading(const struct kb_blocks *blocks, uint32_t block) {
    return blocks->boxes[blocks->items[block].box].group == KB_TAG_HEADING;
}

static uint32_t find_headline(const struct kb_when *w) {
    const struct kb_blocks *blocks = w->blocks;
    uint32_t best = UINT32_MAX, first = w->end ? w->first : UINT32_MAX;
    for (size_t i = 0; i < w->nodes->heading_count && i < TIMES; i++) {
        uintptr_t box = (uintptr_t)w->nodes->headings[i]->user;
        if (!box || box > blocks->box_count)
            continue;
        const struct kb_box *h = &blocks->boxes[box - 1];
        if (h->first >= h->end)
            continue;
        bool before = h->first <= first;
        if (best == UINT32_MAX || before)
            best = h->first;
        if (!before)
            break;
    }
    /* an h1 far above may be the site's name */
    if (first == UINT32_MAX ||
        (best != UINT32_MAX && (first <= best + FAR_HEADLINE ||
                                blocks->items[best].title_hits * 2u >=
                                    blocks->items[best].word_count)))
        return best;
    for (uint32_t i = first, steps = 0; i > 0 && steps < 20; i--, steps++) {
        const struct kb_block *b = &blocks->items[i - 1];
        if (b->word_count >= 3 && b->title_hits * 4u >= b->word_count * 3u)
            return i - 1;
    }
    return best == UINT32_MAX || is_heading(blocks, first) ? first : best;
}

/* ---- what a date costs ------------------------------------------------------------- */

/* True between headline and text, and where the text seems to begin before the byline. */
static bool is_in_head(const struct choice *k, uint32_t b) {
    return b > k->headline && !k->w->blocks->items[b].keep &&
           (b < k->first || b - k->headline <= HEAD_BLOCKS);
}

static int capped(uint32_t blocks, int most) {
    return blocks > (uint32_t)most ? most : (int)blocks;
}

static int distance(const struct choice *k, uint32_t b) {
    uint32_t h = k->headline, first = k->first, end = k->end;
    if (is_in_head(k, b)) {
        int to = b < first ? capped(first - b, 9) + 2 : 12, from = capped(b - h, 12);
        return from < to ? from : to;
    }
    if (b < h && b < first)
        return capped((h < first ? h : first) - b, 50) * 2 + 4;
    if (b <= h || b == first)
        return b > h ? capped(b - h, 8) : 0;
    if (b < end) {
        int from = 8 + capped(b - first, 100), to = 6 + 2 * capped(end - 1 - b, 50);
        return from < to ? from : to;
    }
    return 6 + capped(b - end, 50) * 2;
}

/* The company that a block stands in, up to the box that holds the headline too. */
static int company(const struct choice *k, uint32_t block) {
    const struct kb_blocks *blocks = k->w->blocks;
    const uint32_t others = 1u << KB_CLASS_COMMENT | 1u << KB_CLASS_RELATED |
                            1u << KB_CLASS_SIDEBAR | 1u << KB_CLASS_NAV |
                            1u << KB_CLASS_FOOTER | 1u << KB_CLASS_AD |
                            1u << KB_CLASS_COOKIE;
    const uint32_t own = 1u << KB_CLASS_META | 1u << KB_CLASS_AUTHOR;
    const struct kb_block *b = &blocks->items[block];
    uint32_t hints = b->classes;
    int cost = 0, steps = 0;
    for (uint32_t at = b->box; steps < 12; at = blocks->boxes[at].parent, steps++) {
        const struct kb_box *box = &blocks->boxes[at];
        if (!at || (box->first <= k->headline && k->headline < box->end) ||
            (box->first <= k->first && k->first < box->end && block != k->first))
            break;
        hints |= box->classes;
        /* "post-footer" is the article's own */
        bool ours = box->classes & 1u << KB_CLASS_ENTRY &&
                    !(box->classes & others & ~(1u << KB_CLASS_FOOTER));
        if (!ours && (box->classes & others || box->group == KB_TAG_NAV ||
                      box->group == KB_TAG_FOOTER))
            cost = is_in_head(k, block) ? 8 : COST_OTHERS;
        if (box->group == KB_TAG_ASIDE && cost < 8)
            cost = 8;
        if (box->classes & 1u << KB_CLASS_CARD && cost < 6)
            cost = 6;
    }
    if (b->classes & others)
        cost = is_in_head(k, block) ? 8 : COST_OTHERS;
    return cost - (hints & own ? 6 : 0);
}

static int cost_of(const struct choice *k, uint32_t block) {
    const struct kb_block *b = &k->w->blocks->items[block];
    int cost = distance(k, block) + company(k, block);
    if (b->marks & KB_MARK_COPYRIGHT)
        cost += COST_OTHERS;
    if (b->words <= 8)
        cost -= 4;
    else if (b->words > 20)
        cost += b->keep ? 8 : 4;
    if (b->link_words * 2u > b->words)
        cost += 4;
    return cost;
}

static struct kb_moment swapped(const struct kb_moment *m) {
    struct kb_moment s = *m;
    s.day = m->month;
    s.month = m->day;
    return s;
}

static void add(struct choice *k, uint32_t block, const struct kb_moment *m, int cost,
                bool changed) {
    if (k->w->now > 0 && kb_moment_seconds(m) > k->w->now + DAY) {
        k->future = true;
        return;
    }
    if (m->year < FIRST_YEAR || k->n == CANDIDATES)
        return;
    k->c[k->n++] = (struct candidate){*m, block, cost, changed, false};
}

/* ---- elements ---------------------------------------------------------------------- */

/* What an element says of its date: by microdata, HTML's own attribute of old, or the
 * classes of microformats (hAtom), which most blogs' and many newsrooms' templates
 * have. */
enum mark { PLAIN, CREATED, PUBLISHED, MODIFIED };

static enum mark mark_of(lxb_dom_node_t *element) {
    struct kb_str prop = kb_dom_attr(element, "itemprop");
    struct kb_str class = kb_dom_attr_id(element, LXB_DOM_ATTR_CLASS);
    if (kb_str_find_nocase(prop, KB_STR("datePublished")) != KB_NOT_FOUND ||
        kb_dom_attr(element, "pubdate").p)
        return PUBLISHED;
    if (kb_str_find_nocase(prop, KB_STR("dateModified")) != KB_NOT_FOUND)
        return MODIFIED;
    if (kb_str_find_nocase(prop, KB_STR("dateCreated")) != KB_NOT_FOUND)
        return CREATED;
    /* a time with both classes was never changed */
    if (kb_str_find_nocase(class, KB_STR("published")) != KB_NOT_FOUND)
        return PUBLISHED;
    if (kb_str_find_nocase(class, KB_STR("updated")) != KB_NOT_FOUND ||
        kb_str_find_nocase(class, KB_STR("modified")) != KB_NOT_FOUND)
        return MODIFIED;
    return PLAIN;
}

/* A machine's date in an element's attributes. */
static bool attribute_date(lxb_dom_node_t *element, struct kb_moment *m) {
    static const char *const names[] = {"datetime", "content", "title"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        struct kb_str raw = kb_dom_attr(element, names[i]);
        if (raw.n && kb_moment_read(raw, m))
            return true;
    }
    return false;
}

/* The inline elements that a block's texts stand in: marks and dates of theirs. */
static enum mark marks_of_block(const struct choice *k, uint32_t block,
                                struct kb_moment *m, bool *dated) {
    const struct kb_block *b = &k->w->blocks->items[block];
    const lxb_dom_node_t *box = k->w->blocks->boxes[b->box].node;
    const lxb_dom_node_t *root = k->w->blocks->boxes[0].node;
    enum mark mark = PLAIN;
    lxb_dom_node_t *n = b->node;
    *dated = false;
    for (int texts = 0; n && texts < TEXT_NODES; n = kb_dom_next(n, root, false), texts++) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        if (n->user && (uintptr_t)n->user != block + 1u)
            break;
        lxb_dom_node_t *up = n->parent;
        for (int level = 0; up && level < ATTRIBUTE_LEVELS; up = up->parent, level++) {
            enum mark found = kb_dom_tag(up) == LXB_TAG_TIME ? PLAIN : mark_of(up);
            if (found != PLAIN && mark == PLAIN) {
                mark = found;
                *dated = attribute_date(up, m);
            }
            if (up == box)
                break;
        }
    }
    return mark;
}

/* The block that an element's text is in. */
static uint32_t block_of(const struct choice *k, lxb_dom_node_t *element) {
    lxb_dom_node_t *n = element;
    for (int steps = 0; n && steps < TEXT_NODES; steps++) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT && n->user &&
            (uintptr_t)n->user <= k->w->blocks->count)
            return (uint32_t)((uintptr_t)n->user - 1);
        n = kb_dom_next(n, element, false);
    }
    return UINT32_MAX;
}

static void look_at_times(struct choice *k) {
    const struct kb_page_nodes *nodes = k->w->nodes;
    size_t published = 0;
    for (size_t i = 0; i < nodes->time_count && i < TIMES; i++)
        published += mark_of(nodes->times[i]) == PUBLISHED;
    for (size_t i = 0; i < nodes->time_count && i < TIMES; i++) {
        struct kb_moment m;
        lxb_dom_node_t *time = nodes->times[i];
        uint32_t block = block_of(k, time);
        enum mark mark = mark_of(time);
        if (!attribute_date(time, &m))
            continue;
        if (mark == PLAIN && time->parent)
            mark = mark_of(time->parent);
        int cost = block == UINT32_MAX ? 10 : cost_of(k, block) - 2;
        if (mark != PLAIN && cost < COST_OTHERS) {
            int most = mark == PUBLISHED && published == 1 ? 0 : 10;
            cost = cost > most ? most : cost - (mark == CREATED ? 1 : 6);
        }
        if (mark == PLAIN && block != UINT32_MAX) {
            /* "Updated <time>": in its block, or in the one above */
            const struct kb_block *b = &k->w->blocks->items[block];
            uint32_t from = block && k->w->blocks->items[block - 1].words <= LABEL_WORDS
                                ? block - 1
                                : block;
            kb_buf_clear(k->w->text);
            for (uint32_t at = from; b->words <= LINE_WORDS && at <= block; at++) {
                kb_page_block_text(k->w->blocks, at, k->w->text);
                kb_buf_char(k->w->text, ' ');
            }
            struct kb_spoken_date spoken[KB_SPOKEN_MAX];
            size_t n = kb_spoken_dates(kb_buf_view(k->w->text), &k->hints, spoken);
            for (size_t s = 0; s < n; s++)
                if (spoken[s].changed && days_apart(&spoken[s].m, &m) <= 1)
                    mark = MODIFIED;
            if (n == 1 && days_apart(&spoken[0].m, &m) > 1)
                continue; /* readers see another day than machines */
        }
        add(k, block == UINT32_MAX ? 0 : block, &m, cost, mark == MODIFIED);
    }
}

/* ---- lines ------------------------------------------------------------------------- */

/* Whether a block may hold a date at all. */
static bool is_worth_it(const struct choice *k, uint32_t block) {
    const struct kb_block *b = &k->w->blocks->items[block];
    bool at_edge = block == k->first || block + 1 == k->end;
    if (b->words > (b->keep ? LINE_WORDS : FOOT_WORDS) && !at_edge)
        return false;
    if (k->machine)
        return b->marks & KB_MARK_YEAR;
    return b->digits >= 2 || (b->digits == 0 && (b->first == KB_CHAR_LETTER ||
                                                 b->first == KB_CHAR_HAN)) ||
           b->han;
}

/* Whether the line above is a label for this one's date: "Last updated:". */
static bool labelled_changed(struct choice *k, uint32_t block) {
    struct kb_time_name name;
    if (!block || k->w->blocks->items[block - 1].words > LABEL_WORDS ||
        k->w->blocks->items[block - 1].digits)
        return false;
    kb_buf_clear(k->w->text);
    kb_page_block_text(k->w->blocks, block - 1, k->w->text);
    struct kb_str s = kb_str_trim(kb_buf_view(k->w->text));
    bool begin = true;
    for (size_t i = 0, len; i < s.n && i < 80; i += len) {
        uint32_t c = (unsigned char)s.p[i] < 0x80 ? (len = 1, (unsigned char)s.p[i])
                                                  : kb_utf8_next(s.p + i, s.p + s.n, &len);
        bool word = kb_is_word_char(c);
        if (word && (begin || kb_is_han_like(c)) &&
            kb_calendar_at(k->hints.lexicon, s, i, k->hints.language, &name) &&
            name.word == KB_TIME_CHANGED)
            return true;
        begin = !word;
    }
    return false;
}

static void look_at_block(struct choice *k, uint32_t block) {
    struct kb_spoken_date dates[KB_SPOKEN_MAX];
    const struct kb_block *b = &k->w->blocks->items[block];
    struct kb_moment attribute;
    bool dated;
    if (!is_worth_it(k, block))
        return;
    int cost = cost_of(k, block);
    if (cost >= COST_MAX + 10)
        return;
    kb_buf_clear(k->w->text);
    kb_page_block_text(k->w->blocks, block, k->w->text);
    size_t n = kb_spoken_dates(kb_buf_view(k->w->text), &k->hints, dates);
    enum mark mark = marks_of_block(k, block, &attribute, &dated);
    if (mark != PLAIN && cost < COST_OTHERS)
        cost = cost > 4 ? 4 : cost - 6;
    if (dated && mark != PLAIN)
        add(k, block, &attribute, cost - 1, mark == MODIFIED);
    size_t bytes = b->bytes < 400 ? b->bytes : 400;
    bool label = n && dates[0].start < 4 && labelled_changed(k, block);
    for (size_t i = 0; i < n; i++) {
        const struct kb_spoken_date *d = &dates[i];
        bool changed = d->changed || (label && i == 0) || (mark == MODIFIED && n == 1);
        int own = cost + (d->doubtful ? 4 : 0) + (d->relative ? 6 : 0);
        if (b->keep && bytes > 120) /* a dateline: at the head or not at all */
            own += d->start < 60 ? 4 : COST_OTHERS;
        if (block == k->headline)
            own += 10; /* what the article is about */
        size_t before = k->n;
        bool ambiguous = d->doubtful && d->m.day <= 12 && d->m.day != d->m.month;
        struct kb_moment m = d->m;
        if (ambiguous && k->w->now > 0 && kb_moment_seconds(&m) > k->w->now + DAY)
            m = swapped(&m);
        add(k, block, &m, own, changed);
        if (k->n > before)
            k->c[before].doubtful = ambiguous;
    }
}

/* "02/12/2025": where the page has the day of the other reading elsewhere, that is it. */
static void swap_doubtful(struct choice *k, const struct kb_moment *modified,
                          const struct kb_moment *address) {
    for (size_t i = 0; i < k->n; i++) {
        if (!k->c[i].doubtful)
            continue;
        struct kb_moment s = swapped(&k->c[i].m);
        bool read = false, other = false;
        for (size_t j = 0; j < k->n; j++) {
            if (k->c[j].doubtful)
                continue;
            read = read || days_apart(&k->c[j].m, &k->c[i].m) == 0;
            other = other || days_apart(&k->c[j].m, &s) == 0;
        }
        const struct kb_moment *const sure[] = {modified, address};
        for (size_t j = 0; j < KB_COUNT(sure); j++) {
            read = read || (sure[j] && days_apart(sure[j], &k->c[i].m) == 0);
            other = other || (sure[j] && days_apart(sure[j], &s) == 0);
        }
        if (other && !read)
            k->c[i].m = s;
    }
}

static void look_at_blocks(struct choice *k) {
    uint32_t count = (uint32_t)k->w->blocks->count;
    bool one = k->first > k->headline && k->first - k->headline < HEAD_MOST;
    const uint32_t ranges[3][2] = {
        {k->headline > BEFORE_HEADLINE ? k->headline - BEFORE_HEADLINE : 0,
         one && k->first > k->headline + BEHIND_HEADLINE
             ? k->first
             : k->headline + BEHIND_HEADLINE},
        {k->first > BEFORE_TEXT ? k->first - BEFORE_TEXT : 0, k->first + IN_TEXT},
        {k->end > 2 ? k->end - 2 : 0, k->end + BEHIND_TEXT}};
    uint32_t next = 0;
    for (size_t r = 0; r < KB_COUNT(ranges); r++) {
        if (r == 2 && k->machine)
            break;
        if (r && ranges[r][0] < ranges[0][0] && r == 1)
            next = ranges[r][0];
        for (uint32_t i = ranges[r][0] > next ? ranges[r][0] : next;
             i < ranges[r][1] && i < count; i++) {
            look_at_block(k, i);
            next = i + 1;
        }
    }
}

static const struct candidate *cheapest(const struct choice *k, bool changed, int most) {
    const struct candidate *best = NULL;
    for (size_t i = 0; i < k->n; i++)
        if (k->c[i].changed == changed && k->c[i].cost <= most &&
            (!best || k->c[i].cost < best->cost))
            best = &k->c[i];
    return best;
}

/* ---- the address ------------------------------------------------------------------- */

/* /2024/05/03/, /2024-05-03-…, …-20240503, /20240503/ */
static bool url_date(struct kb_str url, struct kb_moment *m) {
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
        if (kb_moment_is_day(m) && m->year >= FIRST_YEAR && m->year < 2100)
            return true;
    }
    return false;
}

/* The region by the address, as far as two letters at the host's end tell one. */
static struct kb_str url_region(struct kb_str url) {
    size_t at = kb_str_find(kb_str_slice(url, 0, 12), KB_STR("://"));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    url = kb_str_slice(url, at + 3, url.n);
    size_t end = 0;
    while (end < url.n && !strchr("/?#:", url.p[end]))
        end++;
    return end > 3 && url.p[end - 3] == '.' ? kb_str_slice(url, end - 2, end)
                                            : KB_STR_NONE;
}

/* ---- deciding ---------------------------------------------------------------------- */

/* The same moment told twice, in UTC and in the newsroom's own time without its zone: the
 * two together give the zone. */
static void join_zone(struct kb_moment *m, const struct kb_moment *other) {
    const struct kb_moment *utc = m->zoned ? m : other, *local = m->zoned ? other : m;
    if (m->zoned == other->zoned || m->hour < 0 || other->hour < 0 ||
        (utc->zone != KB_ZULU && utc->zone != 0) || utc->second != local->second)
        return;
    int64_t off = kb_moment_seconds(local) - kb_moment_seconds(utc);
    if (off == 0 || off % 900 || off > 14 * 3600 || off < -12 * 3600)
        return;
    struct kb_moment joined = *local;
    joined.zoned = true;
    joined.zone = (int)(off / 60);
    *m = joined;
}

/* Reads a machine's date, where it can be true. */
static bool claim(struct choice *k, struct kb_str raw, struct kb_moment *m) {
    if (!raw.n || !kb_moment_read(raw, m))
        return false;
    if (m->year < FIRST_YEAR) {
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

/* Of two machines' dates the one that the page shows or the address has. */
static void settle(const struct choice *k, struct claims *c,
                   const struct kb_moment *other) {
    const struct candidate *shown = cheapest(k, false, COST_MAX);
    if (days_apart(&c->published, other) <= 1)
        join_zone(&c->published, other);
    if (days_apart(&c->published, other) == 0)
        return;
    if (days_apart(&c->published, other) == 1 && c->published.hour >= 0 && other->hour < 0)
        return; /* the print edition's day, or another zone's */
    if (shown ? days_apart(&shown->m, other) == 0 &&
                    days_apart(&shown->m, &c->published) != 0
              : c->has_address && days_apart(&c->address, other) == 0)
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
static bool is_shown(const struct choice *k, const struct kb_moment *m) {
    for (size_t i = 0; i < k->n; i++)
        if (!k->c[i].changed && k->c[i].cost <= COST_MAX && may_be_on(m, &k->c[i].m))
            return true;
    return false;
}

/* With machines' dates: a plain contradiction of what the page shows.  Above the headline
 * other things may stand than the article's date. */
static void contradict(struct choice *k, struct claims *c) {
    const struct candidate *shown = cheapest(k, false, COST_STRONG);
    if (!shown || shown->block < k->headline ||
        days_apart(&shown->m, &c->published) <= 1 ||
        may_be_on(&c->published, &shown->m) ||
        (c->has_modified && may_be_on(&c->modified, &shown->m)) ||
        is_shown(k, &c->published))
        return;
    c->published = shown->m;
    kb_page_warn(k->result, "the page shows another date than its metadata say");
}

static void without_machine(struct choice *k, struct claims *c) {
    const struct candidate *shown = cheapest(k, false, COST_MAX);
    const struct candidate *changed = cheapest(k, true, COST_MAX);
    if (changed && !c->has_modified) {
        c->modified = changed->m;
        c->has_modified = true;
    }
    if (shown && c->has_address && shown->cost > COST_STRONG + 2 &&
        days_apart(&shown->m, &c->address) > 1)
        shown = NULL;
    if (shown) {
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
    struct choice *k = kb_arena_alloc(w->arena, sizeof *k);
    struct claims c = {0};
    struct kb_moment other[2];
    if (!k)
        return;
    *k = (struct choice){.w = w, .result = result};
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
    c.has_address = url_date(w->url, &c.address) &&
                    !(w->now > 0 && kb_moment_seconds(&c.address) > w->now + DAY);
    k->machine = c.has_published;
    k->headline = find_headline(w);
    if (k->headline != UINT32_MAX && w->blocks->count) {
        k->first = w->end ? w->first : k->headline + 1;
        k->end = w->end ? w->end : k->first;
        look_at_times(k);
        look_at_blocks(k);
    }
    swap_doubtful(k, c.has_modified ? &c.modified : NULL,
                  c.has_address ? &c.address : NULL);
    for (size_t i = 0; i < KB_COUNT(other); i++)
        if (has_other[i])
            settle(k, &c, &other[i]);
    if (c.has_published)
        contradict(k, &c);
    else
        without_machine(k, &c);
    const struct candidate *changed = cheapest(k, true, COST_MAX);
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
