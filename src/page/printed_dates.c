/* The dates that a page shows its readers, each with what speaks against its being the
 * article's.
 *
 * In: blocks, time elements, microdata.  Out: candidates with a cost: how far from the
 * headline or the text's ends, in what company (class names, comments, teasers), how much
 * else the line says, what its element claims.  Read are blocks near the headline and the
 * two ends of the text, and where machines have told a date only those with a year in
 * them: nothing walks the DOM again. */
#include "page/when.h"

enum {
    BEFORE_HEADLINE = 8, /* blocks that are looked at */
    BEHIND_HEADLINE = 14,
    FAR_HEADLINE = 10,
    HEAD_BLOCKS = 8, /* from the headline to a byline that stands in the text */
    HEAD_MOST = 120, /* between headline and text: more is not one article */
    BEFORE_TEXT = 10,
    IN_TEXT = 4,
    BEHIND_TEXT = 10,
    LINE_WORDS = 40,  /* longer blocks are prose: of those the text's first and last */
    FOOT_WORDS = 120, /* "This entry was posted on …, in …" */
    LABEL_WORDS = 6,  /* a line "Last updated:" above its date */
    LABEL_BYTES = 80,
    LABELLED = 20, /* what a date costs that its label alone speaks for */
    ATTRIBUTE_LEVELS = 4,
    TEXT_NODES = 24,
    TIMES = 64,
    COST_OTHERS = 25, /* in comments, teasers, sidebars */
    COST_NEVER = 32,  /* no date in such a block is worth reading */
    DAY = 86400
};

/* ---- where the headline is --------------------------------------------------------- */

static bool is_heading(const struct kb_blocks *blocks, uint32_t block) {
    return blocks->boxes[blocks->items[block].box].group == KB_TAG_HEADING;
}

/* Whether half of a block's words are the title's. */
static bool says_title(const struct kb_blocks *blocks, uint32_t block) {
    return blocks->items[block].title_hits * 2u >= blocks->items[block].word_count;
}

static uint32_t find_headline(const struct kb_when *w) {
    const struct kb_blocks *blocks = w->blocks;
    uint32_t best = UINT32_MAX, first = w->end ? w->first : UINT32_MAX;
    bool is_title = false;
    for (size_t i = 0; i < w->nodes->heading_count && i < TIMES; i++) {
        uintptr_t box = (uintptr_t)w->nodes->headings[i]->user;
        if (!box || box > blocks->box_count)
            continue;
        const struct kb_box *h = &blocks->boxes[box - 1];
        if (h->first >= h->end)
            continue;
        bool before = h->first <= first, title = says_title(blocks, h->first);
        if (best == UINT32_MAX || (before && title >= is_title)) {
            best = h->first;
            is_title = title;
        }
        if (!before)
            break;
    }
    /* an h1 far above may be the site's name */
    if (first == UINT32_MAX || (best != UINT32_MAX && (first <= best + FAR_HEADLINE ||
                                                       says_title(blocks, best))))
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
static bool is_in_head(const struct kb_printed *k, uint32_t b) {
    return b > k->headline && !k->w->blocks->items[b].keep &&
           (b < k->first || b - k->headline <= HEAD_BLOCKS);
}

static int capped(uint32_t blocks, int most) {
    return blocks > (uint32_t)most ? most : (int)blocks;
}

static int distance(const struct kb_printed *k, uint32_t b) {
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
static int company(const struct kb_printed *k, uint32_t block) {
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
        if (box->group == KB_TAG_QUOTE)
            cost = COST_OTHERS; /* when it was said */
        if (box->group == KB_TAG_DEFINITION && cost < 8)
            cost = 8; /* what a forum says of a member */
    }
    if (b->classes & others)
        cost = is_in_head(k, block) ? 8 : COST_OTHERS;
    return cost - (hints & own ? 6 : 0);
}

static int cost_of(const struct kb_printed *k, uint32_t block) {
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

static void add(struct kb_printed *k, uint32_t block, const struct kb_moment *m, int cost,
                bool changed) {
    if (k->w->now > 0 && kb_moment_seconds(m) > k->w->now + DAY) {
        k->future = true;
        return;
    }
    if (m->year < KB_FIRST_YEAR || k->n == KB_PRINTED_MAX)
        return;
    k->c[k->n++] = (struct kb_printed_date){
        .m = *m, .block = block, .cost = cost, .changed = changed};
}

/* ---- elements ---------------------------------------------------------------------- */

/* What an element says of its date: by microdata, HTML's own attribute of old, or the
 * classes of microformats (hAtom), which most blogs' and many newsrooms' templates
 * have. */
enum mark { PLAIN, CREATED, PUBLISHED, MODIFIED };

static enum mark mark_of(lxb_dom_node_t *element) {
    if (element->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return PLAIN;
    struct kb_str prop = kb_dom_attr(element, "itemprop");
    struct kb_str class = kb_dom_attr_id(element, LXB_DOM_ATTR_CLASS);
    if (kb_str_find_nocase(prop, KB_STR("datePublished")) != KB_NOT_FOUND ||
        lxb_dom_element_has_attribute(lxb_dom_interface_element(element),
                                      (const lxb_char_t *)"pubdate", 7))
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
    static const char *const names[] = {"datetime", "content", "title", "ts"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        struct kb_str raw = kb_dom_attr(element, names[i]);
        if (raw.n && kb_moment_read(raw, m))
            return true;
    }
    return false;
}

/* The inline elements that a block's texts stand in: marks and dates of theirs. */
static enum mark marks_of_block(const struct kb_printed *k, uint32_t block,
                                struct kb_moment *m, bool *dated) {
    const struct kb_block *b = &k->w->blocks->items[block];
    const lxb_dom_node_t *box = k->w->blocks->boxes[b->box].node;
    const lxb_dom_node_t *root = k->w->blocks->boxes[0].node;
    enum mark mark = PLAIN;
    lxb_dom_node_t *n = b->node;
    *dated = false;
    for (int texts = 0; n && texts < TEXT_NODES;
         n = kb_dom_next(n, root, false), texts++) {
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

/* The block that an element's text is in; of one that a script has yet to fill, the next
 * block. */
static uint32_t block_of(const struct kb_printed *k, lxb_dom_node_t *element) {
    const lxb_dom_node_t *root = k->w->blocks->boxes[0].node;
    lxb_dom_node_t *n = element;
    for (int steps = 0; n && steps < TEXT_NODES; steps++) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT && n->user &&
            (uintptr_t)n->user <= k->w->blocks->count)
            return (uint32_t)((uintptr_t)n->user - 1);
        n = kb_dom_next(n, root, false);
    }
    return UINT32_MAX;
}

/* Whether a line's head says of a date that it is one of change. */
static bool says_changed(const struct kb_printed *k, struct kb_str line) {
    struct kb_str s = kb_str_trim(line);
    struct kb_time_name name;
    bool begin = true;
    for (size_t i = 0, len; i < s.n && i < LABEL_BYTES; i += len) {
        uint32_t c = (unsigned char)s.p[i] < 0x80
                         ? (len = 1, (unsigned char)s.p[i])
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

/* What the words around an element say of its date: in its block, or in the one above.
 * False where readers see another day than machines. */
static bool beside(const struct kb_printed *k, lxb_dom_node_t *time, uint32_t block,
                   const struct kb_moment *m, enum mark *mark) {
    const struct kb_block *items = k->w->blocks->items;
    struct kb_spoken_date spoken[KB_SPOKEN_MAX];
    uint32_t from = block && items[block - 1].words <= LABEL_WORDS ? block - 1 : block;
    kb_buf_clear(k->w->text);
    for (uint32_t at = from; items[block].words <= LINE_WORDS && at <= block; at++) {
        kb_page_block_text(k->w->blocks, at, k->w->text);
        kb_buf_char(k->w->text, ' ');
    }
    struct kb_str line = kb_buf_view(k->w->text);
    size_t n = kb_spoken_dates(line, &k->hints, spoken);
    for (size_t i = 0; i < n; i++)
        if (spoken[i].changed && kb_days_apart(&spoken[i].m, m) <= 1)
            *mark = MODIFIED;
    if (!n && time->first_child && time->first_child->type == LXB_DOM_NODE_TYPE_TEXT) {
        /* "Updated <time>2 years ago</time>" */
        struct kb_str own = kb_str_trim(kb_dom_text(time->first_child));
        size_t at = own.n ? kb_str_find(line, own) : KB_NOT_FOUND;
        if (at != KB_NOT_FOUND && says_changed(k, kb_str_cut(line, at)))
            *mark = MODIFIED;
    }
    return n != 1 || kb_days_apart(&spoken[0].m, m) <= 1;
}

static void look_at_times(struct kb_printed *k) {
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
        if (mark == PLAIN && block != UINT32_MAX && !beside(k, time, block, &m, &mark))
            continue;
        add(k, block == UINT32_MAX ? 0 : block, &m, cost, mark == MODIFIED);
    }
}

/* ---- lines ------------------------------------------------------------------------- */

/* Whether a block may hold a date at all. */
static bool is_worth_it(const struct kb_printed *k, uint32_t block) {
    const struct kb_block *b = &k->w->blocks->items[block];
    bool at_edge = block == k->first || block + 1 == k->end;
    if (b->words > (b->keep ? LINE_WORDS : FOOT_WORDS) && !at_edge)
        return false;
    if (k->machine)
        return b->marks & KB_MARK_YEAR;
    if (b->words <= LABEL_WORDS && (k->hints.now > 0 ? b->digits : b->words <= 3))
        return true; /* "3 hours ago"; a day's name with its date in an attribute */
    return b->digits >= 2 ||
           (b->digits == 0 && (b->first == KB_CHAR_LETTER || b->first == KB_CHAR_HAN)) ||
           b->han;
}

/* Whether the line above is a label for this one's date: "Last updated:". */
static bool labelled_changed(struct kb_printed *k, uint32_t block) {
    if (!block || k->w->blocks->items[block - 1].words > LABEL_WORDS ||
        k->w->blocks->items[block - 1].digits)
        return false;
    kb_buf_clear(k->w->text);
    kb_page_block_text(k->w->blocks, block - 1, k->w->text);
    return says_changed(k, kb_buf_view(k->w->text));
}

/* "Originally published on": words that want an outlet's name, right before a date. */
static bool is_original(const struct kb_printed *k, struct kb_str line, size_t date) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    bool begin = true;
    for (size_t i = date > LABEL_BYTES ? date - LABEL_BYTES : 0; i < date; i++) {
        bool word = kb_is_alpha(line.p[i]) || (line.p[i] & 0x80);
        size_t n = word && begin ? kb_source_phrases_of(k->w->lexicon, line, i,
                                                        KB_SOURCE_REPUBLISHED, found)
                                 : 0;
        for (size_t p = 0; p < n; p++)
            if (found[p].name_behind && found[p].end <= date &&
                !kb_str_trim(kb_str_slice(line, found[p].end, date)).n)
                return true;
        begin = !word;
    }
    return false;
}

static void look_at_block(struct kb_printed *k, uint32_t block) {
    struct kb_spoken_date dates[KB_SPOKEN_MAX];
    const struct kb_block *b = &k->w->blocks->items[block];
    struct kb_moment attribute;
    bool dated;
    if (!is_worth_it(k, block))
        return;
    int cost = cost_of(k, block);
    if (cost >= COST_NEVER)
        return;
    kb_buf_clear(k->w->text);
    kb_page_block_line(k->w->blocks, block, k->w->text);
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
        if (k->n > before) {
            k->c[before].doubtful = ambiguous;
            k->c[before].original = is_original(k, kb_buf_view(k->w->text), d->start);
        }
    }
}

/* "02/12/2025": where the page has the day of the other reading elsewhere, that is it. */
void kb_printed_swap(struct kb_printed *k, const struct kb_moment *published,
                     const struct kb_moment *modified, const struct kb_moment *address) {
    for (size_t i = 0; i < k->n; i++) {
        if (!k->c[i].doubtful)
            continue;
        struct kb_moment s = swapped(&k->c[i].m);
        bool read = false, other = false;
        for (size_t j = 0; j < k->n; j++) {
            if (k->c[j].doubtful)
                continue;
            read = read || kb_days_apart(&k->c[j].m, &k->c[i].m) == 0;
            other = other || kb_days_apart(&k->c[j].m, &s) == 0;
        }
        const struct kb_moment *const sure[] = {published, modified, address};
        for (size_t j = 0; j < KB_COUNT(sure); j++) {
            read = read || (sure[j] && kb_days_apart(sure[j], &k->c[i].m) == 0);
            other = other || (sure[j] && kb_days_apart(sure[j], &s) == 0);
        }
        if (other && !read)
            k->c[i].m = s;
    }
}

/* The date behind a label: in its block or the next one. */
static bool labelled_date(const struct kb_printed *k, uint32_t label,
                          struct kb_moment *m) {
    struct kb_spoken_date spoken[KB_SPOKEN_MAX];
    for (uint32_t at = label; at < label + 2 && at < k->w->blocks->count; at++) {
        if (at > label && k->w->blocks->items[at].words > LABEL_WORDS)
            return false;
        for (size_t i = 0; i < k->n; i++)
            if (k->c[i].block == at) {
                *m = k->c[i].m;
                return true;
            }
        kb_buf_clear(k->w->text);
        kb_page_block_text(k->w->blocks, at, k->w->text);
        if (kb_spoken_dates(kb_buf_view(k->w->text), &k->hints, spoken)) {
            *m = spoken[0].m;
            return true;
        }
    }
    return false;
}

/* Where the page shows no date of its own near its text: "Published", "Last updated" and
 * their like anywhere else.  One such day is the page's; several are a list's. */
static void look_at_labels(struct kb_printed *k) {
    struct kb_moment found[2], m;
    uint32_t where[2], days[2] = {0};
    for (size_t i = 0; i < k->n; i++)
        if (k->c[i].cost <= KB_DATE_COST_MAX)
            return;
    for (uint32_t i = 0; k->w->begins && i < k->w->blocks->count; i++) {
        const struct kb_block *b = &k->w->blocks->items[i];
        if (!(k->w->begins[i] & 1u << KB_PHRASE_UPDATED) || b->link_words ||
            !labelled_date(k, i, &m))
            continue;
        kb_buf_clear(k->w->text);
        kb_page_block_text(k->w->blocks, i, k->w->text);
        bool changed = says_changed(k, kb_buf_view(k->w->text));
        if (days[changed] && kb_days_apart(&found[changed], &m) == 0)
            continue;
        found[changed] = m;
        where[changed] = i;
        days[changed]++;
    }
    for (int changed = 0; changed < 2; changed++)
        if (days[changed] == 1)
            add(k, where[changed], &found[changed], LABELLED, changed);
}

static void look_at_blocks(struct kb_printed *k) {
    uint32_t count = (uint32_t)k->w->blocks->count;
    bool one = k->first > k->headline && k->first - k->headline < HEAD_MOST;
    const uint32_t ranges[3][2] = {
        {k->headline > BEFORE_HEADLINE ? k->headline - BEFORE_HEADLINE : 0,
         one && k->first > k->headline + BEHIND_HEADLINE ? k->first
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

const struct kb_printed_date *kb_printed_cheapest(const struct kb_printed *k,
                                                  bool changed, int most) {
    const struct kb_printed_date *best = NULL;
    for (size_t i = 0; i < k->n; i++)
        if (k->c[i].changed == changed && k->c[i].cost <= most &&
            (!best || k->c[i].cost < best->cost))
            best = &k->c[i];
    return best;
}

void kb_printed_look(struct kb_printed *k) {
    const struct kb_when *w = k->w;
    k->headline = find_headline(w);
    if (k->headline == UINT32_MAX || !w->blocks->count)
        return;
    k->first = w->end ? w->first : k->headline + 1;
    k->end = w->end ? w->end : k->first;
    look_at_times(k);
    look_at_blocks(k);
    if (!k->machine)
        look_at_labels(k);
}
