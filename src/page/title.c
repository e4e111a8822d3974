/* The headline: what a page calls itself in several places enters, one title leaves.
 *
 * No single place is right on every site: og:title may be written for sharing, h1 may
 * hold the site's logo, <title> carries the site's name.  So each place is a candidate,
 * the site's names are taken off its ends, and each candidate is given the weight of the
 * places that agree with it: equal words, or one the beginning of the other.  Agreement
 * is counted on keys (kb_page_key), so quotes, dashes and case do not matter. */
#include "page/meta.h"

/* A candidate's own weight in hundredths, and what its agreement is worth to others. */
static const int weights[2][7] = {
    {[KB_TITLE_H1] = 140,
     [KB_TITLE_OG] = 90,
     [KB_TITLE_LD] = 95,
     [KB_TITLE_DOCUMENT] = 60,
     [KB_TITLE_TWITTER] = 45,
     [KB_TITLE_ITEM] = 90,
     [KB_TITLE_OTHER] = 40},
    {[KB_TITLE_H1] = 140,
     [KB_TITLE_OG] = 90,
     [KB_TITLE_LD] = 95,
     [KB_TITLE_DOCUMENT] = 40,
     [KB_TITLE_TWITTER] = 45,
     [KB_TITLE_ITEM] = 90,
     [KB_TITLE_OTHER] = 40},
};

struct candidate {
    struct kb_str text, key;
    enum kb_title_from from;
    int score;
};

/* What stands between a title and a site's name, spaces apart. */
static const char *const marks[] = {" | ", " - ", " – ", " — ", " :: ",      " » ", " · ",
                                    " : ", " • ", " / ", " ― ", " « ",       " > ", "｜",
                                    " |",  "| ",  "丨",  "_",   " \xC2\xBB", ": "};

void kb_titles_add(struct kb_titles *titles, struct kb_str text,
                   enum kb_title_from from) {
    if (!text.n || titles->count == KB_TITLE_MAX)
        return;
    titles->item[titles->count].text = text;
    titles->item[titles->count++].from = from;
}

void kb_titles_site(struct kb_titles *titles, struct kb_str name) {
    if (name.n > 1 && titles->site_count < KB_COUNT(titles->site))
        titles->site[titles->site_count++] = name;
}

/* ---- the site's names -------------------------------------------------------------- */

struct names {
    struct kb_str key[10]; /* tight keys */
    size_t count;
    struct kb_str host;
};

/* "www.example.co.uk" → "example": the longest label but the last. */
static struct kb_str host_label(struct kb_str host) {
    struct kb_str best = KB_STR_NONE;
    size_t last = 0;
    for (size_t i = 0; i < host.n; i++)
        last = host.p[i] == '.' ? i : last;
    for (size_t from = 0; from < last;) {
        size_t dot = kb_str_find_byte(kb_str_slice(host, from, last), '.');
        size_t to = dot == KB_NOT_FOUND ? last : from + dot;
        if (to - from >= best.n)
            best = kb_str_slice(host, from, to);
        from = to + 1;
    }
    return best;
}

static bool is_site(const struct names *names, struct kb_arena *arena,
                    struct kb_str part) {
    struct kb_str key = kb_page_key(arena, kb_str_cut(part, 120), true);
    if (key.n < 2 || part.n > 120)
        return false;
    for (size_t i = 0; i < names->count; i++) {
        struct kb_str name = names->key[i];
        if (kb_str_equal(name, key))
            return true;
        if (name.n >= 4 && key.n >= 4 &&
            ((key.n <= name.n * 3 && kb_str_starts(key, name)) ||
             kb_str_starts(name, key) ||
             (name.n >= 6 && key.n <= name.n * 2 && kb_str_ends(key, name))))
            return true;
    }
    return false;
}

/* s without a known name behind its last separator or before its first one. */
static struct kb_str strip_site(const struct names *names, struct kb_arena *arena,
                                struct kb_str s) {
    for (int round = 0; round < 3; round++) {
        size_t last = KB_NOT_FOUND, last_n = 0, first = KB_NOT_FOUND, first_n = 0;
        for (size_t i = 1; i < s.n; i++) {
            if (!memchr(" |_:\xEF\xE4", s.p[i], 6)) /* what the marks begin with */
                continue;
            if (s.p[i] == ' ' && i + 1 < s.n && kb_is_alpha(s.p[i + 1]))
                continue;
            for (size_t k = 0; k < KB_COUNT(marks); k++) {
                struct kb_str mark = kb_str_z(marks[k]);
                if (!kb_str_starts(kb_str_slice(s, i, s.n), mark))
                    continue;
                if (first == KB_NOT_FOUND)
                    first = i, first_n = mark.n;
                if (!kb_str_equal(mark, KB_STR(": ")))
                    last = i, last_n = mark.n;
                i += mark.n - 1;
                break;
            }
        }
        if (last != KB_NOT_FOUND &&
            is_site(names, arena, kb_str_slice(s, last + last_n, s.n)))
            s = kb_str_trim(kb_str_slice(s, 0, last));
        else if (first != KB_NOT_FOUND && first < 40 &&
                 is_site(names, arena, kb_str_slice(s, 0, first)))
            s = kb_str_trim(kb_str_slice(s, first + first_n, s.n));
        else
            break;
    }
    return s;
}

/* ---- agreement --------------------------------------------------------------------- */

static size_t word_count(struct kb_str key) {
    size_t n = key.n != 0;
    for (size_t i = 0; i < key.n; i++)
        n += key.p[i] == ' ';
    return n;
}

static bool begins_with(struct kb_str key, struct kb_str head) {
    return head.n && kb_str_starts(key, head) &&
           (key.n == head.n || key.p[head.n] == ' ');
}

static bool ends_with(struct kb_str key, struct kb_str tail) {
    return tail.n && kb_str_ends(key, tail) &&
           (key.n == tail.n || key.p[key.n - tail.n - 1] == ' ');
}

/* How far other supports a candidate, in hundredths. */
static int agreement(struct kb_str key, struct kb_str other) {
    if (kb_str_equal(key, other))
        return 100;
    if (begins_with(other, key))
        return word_count(key) >= 3 || key.n > 24 ? 75 : 30;
    if (ends_with(other, key))
        return word_count(key) >= 3 ? 55 : 20;
    if (begins_with(key, other))
        return 45;
    return ends_with(key, other) ? 35 : 0;
}

/* "Kicker: Headline" in h1 where og:title is the headline alone: the kicker is not part
 * of it.  The candidate that is the other's end behind a colon, or best itself. */
static size_t without_kicker(const struct candidate *c, size_t n, size_t best) {
    for (size_t i = 0; i < n; i++) {
        if (c[i].from != KB_TITLE_OG || c[i].text.n + 3 > c[best].text.n ||
            word_count(c[i].key) < 4 || !ends_with(c[best].key, c[i].key))
            continue;
        size_t at = c[best].text.n - c[i].text.n;
        if (kb_str_ends(kb_str_slice(c[best].text, 0, at), KB_STR(": ")))
            return i;
    }
    return best;
}

/* The h1 that goes on where best ends, where best is the <title> as well: that one was
 * shortened for search results.  An og:title of its own is an editor's choice and
 * stays. */
static size_t with_ending(const struct candidate *c, size_t n, size_t best) {
    size_t longer = best;
    bool document = false;
    for (size_t i = 0; i < n; i++) {
        document |= c[i].from == KB_TITLE_DOCUMENT && kb_str_equal(c[i].key, c[best].key);
        if (c[i].from == KB_TITLE_H1 && c[i].key.n > c[longer].key.n &&
            begins_with(c[i].key, c[best].key))
            longer = i;
    }
    return document && c[best].from != KB_TITLE_H1 ? longer : best;
}

/* An h1 whose parts were set without a space between ("taken:two") is better read from
 * a place that has the same words as one text. */
static size_t with_spaces(const struct candidate *c, size_t n, size_t best) {
    struct kb_str text = c[best].text;
    size_t colon = kb_str_find_byte(text, ':');
    if (c[best].from != KB_TITLE_H1 || colon == KB_NOT_FOUND || colon + 1 >= text.n ||
        text.p[colon + 1] == ' ' || kb_is_digit(text.p[colon + 1]))
        return best;
    for (size_t i = 0; i < n; i++)
        if (c[i].from != KB_TITLE_H1 && kb_str_equal(c[i].key, c[best].key) &&
            word_count(c[i].text) > word_count(text))
            return i;
    return best;
}

/* The first five part sections and sites from headlines, hardly ever its halves. */
static const char *const tails[] = {
    " | ", " » ", " · ", " :: ", " • ", " - ", " – ", " — "};

/* A title that nothing else confirms: its last part goes where it is plainly shorter than
 * what stands before it. */
static struct kb_str strip_tail(struct kb_arena *arena, struct kb_str s,
                                size_t marks_used) {
    for (size_t k = 0; k < marks_used; k++) {
        struct kb_str mark = kb_str_z(tails[k]);
        size_t at = KB_NOT_FOUND;
        for (size_t i = 0; i + mark.n <= s.n; i++)
            if (s.p[i] == ' ' && kb_str_starts(kb_str_slice(s, i, s.n), mark))
                at = i;
        if (at == KB_NOT_FOUND)
            continue;
        struct kb_str head = kb_str_slice(s, 0, at);
        size_t before = word_count(kb_page_key(arena, head, false));
        size_t behind =
            word_count(kb_page_key(arena, kb_str_slice(s, at + mark.n, s.n), false));
        if (before >= 3 && behind <= 4 && behind < before)
            s = kb_str_trim(head);
    }
    return s;
}

/* Whether the page itself shows best, or its JSON-LD calls the article so. */
static bool confirmed(const struct candidate *c, size_t n, size_t best) {
    for (size_t i = 0; i < n; i++)
        if ((c[i].from == KB_TITLE_H1 || c[i].from == KB_TITLE_LD) &&
            agreement(c[best].key, c[i].key) >= 45)
            return true;
    return false;
}

struct kb_str kb_titles_choose(struct kb_titles *titles, struct kb_arena *arena) {
    struct candidate c[KB_TITLE_MAX];
    const int *weight = weights[titles->article];
    size_t n = 0, best = 0;
    struct names names = {.count = 0};
    for (size_t i = 0; i < titles->site_count; i++) {
        struct kb_str key = kb_page_key(arena, kb_str_cut(titles->site[i], 120), true);
        if (key.n > 1)
            names.key[names.count++] = key;
    }
    struct kb_str label = host_label(titles->host);
    if (label.n > 2)
        names.key[names.count++] = kb_page_key(arena, label, true);
    for (size_t i = 0; i < titles->count; i++) {
        struct kb_str text = strip_site(&names, arena, titles->item[i].text);
        struct kb_str key = kb_page_key(arena, text, false);
        bool logo = titles->item[i].from == KB_TITLE_H1 && titles->count > 1 &&
                    is_site(&names, arena, text) && word_count(key) < 5;
        if (key.n && !logo)
            c[n++] = (struct candidate){
                .text = text, .key = key, .from = titles->item[i].from};
    }
    if (!n)
        return titles->count ? titles->item[0].text : KB_STR_NONE;
    for (size_t i = 0; i < n; i++) {
        uint32_t seen = 0; /* a page's ten h1s are one voice */
        c[i].score = weight[c[i].from];
        for (size_t k = 0; k < n; k++) {
            if (k == i || c[k].from == c[i].from || seen & 1u << c[k].from)
                continue;
            int how = agreement(c[i].key, c[k].key);
            if (how)
                seen |= 1u << c[k].from;
            c[i].score += how * weight[c[k].from] / 100;
        }
        if (c[i].score > c[best].score)
            best = i;
    }
    if (c[best].from == KB_TITLE_DOCUMENT && c[best].score == weight[KB_TITLE_DOCUMENT])
        return strip_tail(arena, c[best].text, KB_COUNT(tails));
    if (!confirmed(c, n, best))
        return strip_tail(arena, c[best].text, 5);
    best = with_ending(c, n, best);
    best = without_kicker(c, n, best);
    best = with_spaces(c, n, best);
    return c[best].text;
}
