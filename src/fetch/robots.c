/* What a site asks of robots: a file enters, rules and answers leave (robots.h).
 *
 * By RFC 9309: groups by product token, all groups of the best name as one; the rule with
 * the most octets decides, of two equal ones the one that allows; `*` for any octets, `$`
 * for the end; percent-encoding undone where it makes no difference.
 *
 * A rule becomes units, an octet each, marked where an octet is percent-encoded and that
 * matters: "%2F" is not "/" in a path.  Addresses become units too, and so the comparison
 * is one loop.  What files really hold is read kindly where the wish is clear: missing
 * hyphens, common misspellings of Disallow, a blank for the colon. */
#include "fetch/robots.h"

#define HOUR ((int64_t)3600)

/* A file is good for a day; one that cannot be read is tried again after an hour, and
 * after thirty days it is as if there were none (RFC 9309, sections 2.3.1.4 and 2.4). */
#define FRESH (24 * HOUR)
#define RETRY HOUR
#define UNREACHABLE_MAX (30 * 24 * HOUR)

enum { ENCODED = 0x100, EITHER = 0x200, ANY = 0x400 };

/* ---- units ------------------------------------------------------------------------- */

static bool is_one_of(unsigned char c, const char *set) {
    return c && strchr(set, c);
}

/* The next octet of s, with ENCODED where it is a reserved one in its encoding. */
static uint16_t next_unit(struct kb_str *s) {
    unsigned char c = (unsigned char)s->p[0];
    if (c == '%' && s->n >= 3 && kb_hex_digit(s->p[1]) >= 0 &&
        kb_hex_digit(s->p[2]) >= 0) {
        c = (unsigned char)(kb_hex_digit(s->p[1]) << 4 | kb_hex_digit(s->p[2]));
        *s = kb_str_slice(*s, 3, s->n);
        return is_one_of(c, ":/?#[]@!$&'()*+,;=") ? c | ENCODED : c;
    }
    *s = kb_str_slice(*s, 1, s->n);
    return c;
}

static bool rule_units(struct kb_arena *arena, struct kb_robots_rule *rule) {
    struct kb_str s = rule->text;
    uint16_t *units = kb_arena_zalloc(arena, s.n, sizeof *units);
    if (!units)
        return false;
    rule->units = units;
    while (s.n) {
        bool star = s.p[0] == '*';
        rule->anchored = s.n == 1 && s.p[0] == '$';
        uint16_t unit = next_unit(&s);
        if (!rule->anchored)
            units[rule->count++] = star ? ANY : unit;
    }
    return true;
}

/* The path and query of an absolute address, or s itself where it is one. */
static struct kb_str path_of(struct kb_str s) {
    size_t scheme = kb_str_find(s, KB_STR("://")), at;
    if (s.n && s.p[0] != '/' && scheme != KB_NOT_FOUND) {
        s = kb_str_slice(s, scheme + 3, s.n);
        for (at = 0; at < s.n && !is_one_of((unsigned char)s.p[at], "/?#");)
            at++;
        s = kb_str_slice(s, at, s.n);
    }
    return kb_str_slice(s, 0, kb_str_find_byte(s, '#'));
}

/* In a query "https://" and "https%3A%2F%2F" are the same (RFC 9309, section 2.2.2), and
 * rules can write * and $ only in their encoding. */
static size_t path_units(struct kb_str s, uint16_t *units, size_t max) {
    size_t n = 0;
    bool query = false;
    if (!s.n || s.p[0] != '/')
        units[n++] = '/';
    while (s.n && n < max) {
        uint16_t unit = next_unit(&s);
        unsigned char c = (unsigned char)(unit & 0xFF);
        if (is_one_of(c, "*$") || (query && is_one_of(c, ":/?#[]@")))
            unit |= EITHER;
        query = query || unit == '?';
        units[n++] = unit;
    }
    return n;
}

/* ---- matching ---------------------------------------------------------------------- */

static bool is_same(uint16_t rule, uint16_t path) {
    return (rule & 0xFF) == (path & 0xFF) &&
           ((path & EITHER) || (rule & ENCODED) == (path & ENCODED));
}

/* Does the rule match the path's head?  At a difference it goes back to the last `*` and
 * lets that take one octet more.  Each step is taken from *steps. */
static bool is_match(const struct kb_robots_rule *rule, const uint16_t *path, size_t n,
                     size_t *steps) {
    size_t i = 0, j = 0, star = SIZE_MAX, taken = 0;
    while (*steps) {
        --*steps;
        if (j == rule->count && (!rule->anchored || i == n))
            return true;
        if (j < rule->count && rule->units[j] == ANY) {
            star = j++;
            taken = i;
        } else if (j < rule->count && i < n && is_same(rule->units[j], path[i])) {
            i++, j++;
        } else if (star == SIZE_MAX || taken == n) {
            return false;
        } else {
            i = ++taken;
            j = star + 1;
        }
    }
    return false;
}

bool kb_robots_allows(const struct kb_robots *robots, struct kb_str url,
                      const struct kb_robots_rule **by) {
    uint16_t path[KB_LIMIT_URL_BYTES];
    const struct kb_robots_rule *best = NULL;
    struct kb_str text = path_of(url);
    size_t n = path_units(text, path, KB_COUNT(path)), steps = KB_LIMIT_ROBOTS_STEPS;
    if (by)
        *by = NULL;
    if (kb_str_equal(text, KB_STR("/robots.txt")))
        return true;
    for (size_t i = 0; i < robots->rule_count; i++) {
        const struct kb_robots_rule *rule = &robots->rules[i];
        uint32_t size = rule->count + rule->anchored;
        uint32_t best_size = best ? best->count + best->anchored : 0;
        if (best && (size < best_size || (size == best_size && !rule->allow)))
            continue;
        if (is_match(rule, path, n, &steps))
            best = rule;
        if (!steps) /* rules made to cost time: no site needs them */
            return false;
    }
    if (by)
        *by = best;
    return !best || best->allow;
}

/* ---- the file ---------------------------------------------------------------------- */

enum key { KEY_OTHER, KEY_AGENT, KEY_ALLOW, KEY_DISALLOW, KEY_SITEMAP, KEY_DELAY };

struct line {
    enum key key;
    struct kb_str value;
};

static enum key key_of(struct kb_str name) {
    static const struct {
        const char *name;
        enum key key;
    } keys[] = {
        {"user-agent", KEY_AGENT},  {"useragent", KEY_AGENT},
        {"user agent", KEY_AGENT},  {"allow", KEY_ALLOW},
        {"disallow", KEY_DISALLOW}, {"dissallow", KEY_DISALLOW},
        {"dissalow", KEY_DISALLOW}, {"disalow", KEY_DISALLOW},
        {"diasllow", KEY_DISALLOW}, {"sitemap", KEY_SITEMAP},
        {"site-map", KEY_SITEMAP},  {"crawl-delay", KEY_DELAY},
    };
    for (size_t i = 0; i < KB_COUNT(keys); i++)
        if (kb_str_equal_nocase(name, kb_str_z(keys[i].name)))
            return keys[i].key;
    return KEY_OTHER;
}

/* The next line of *bytes; false at the end.  Lines end with LF, CR or both. */
static bool next_line(struct kb_str *bytes, struct line *line) {
    size_t end = 0;
    if (!bytes->n)
        return false;
    while (end < bytes->n && bytes->p[end] != '\n' && bytes->p[end] != '\r')
        end++;
    struct kb_str s = kb_str_slice(*bytes, 0, end);
    *bytes = kb_str_slice(*bytes, end + 1, bytes->n);
    s = kb_str_trim(kb_str_slice(s, 0, kb_str_find_byte(s, '#')));
    size_t colon = kb_str_find_byte(s, ':');
    if (colon == KB_NOT_FOUND) /* "Disallow /private" */
        colon = kb_str_find_byte(s, ' ');
    line->key = KEY_OTHER;
    if (colon == KB_NOT_FOUND)
        return true;
    line->key = key_of(kb_str_trim(kb_str_slice(s, 0, colon)));
    line->value = kb_str_trim(kb_str_slice(s, colon + 1, s.n));
    return true;
}

/* How well a User-agent line names the product: the length of the name it has in common,
 * 0 for `*`, -1 where it means somebody else. */
static int agent_rank(struct kb_str value, struct kb_str product) {
    size_t n = 0;
    if (kb_str_equal(kb_str_slice(value, 0, 2), KB_STR("*")) ||
        kb_str_starts(value, KB_STR("* ")))
        return 0;
    while (n < value.n &&
           (kb_is_alpha(value.p[n]) || value.p[n] == '-' || value.p[n] == '_'))
        n++;
    if (!n || !kb_str_starts_nocase(product, kb_str_slice(value, 0, n)))
        return -1;
    return n == product.n || product.p[n] == '-' || product.p[n] == '_' ? (int)n : -1;
}

static int best_rank(struct kb_str bytes, struct kb_str product) {
    int best = -1;
    struct line line;
    while (next_line(&bytes, &line)) {
        int rank = line.key == KEY_AGENT ? agent_rank(line.value, product) : -1;
        if (rank > best)
            best = rank;
    }
    return best;
}

/* "1.5" seconds in milliseconds, at most the limit; -1 for what is no number. */
static int64_t delay_of(struct kb_str value) {
    int64_t ms = 0, unit = 1000;
    size_t i = 0;
    for (; i < value.n && kb_is_digit(value.p[i]) && ms < KB_LIMIT_CRAWL_DELAY_MS; i++)
        ms = ms * 10 + (value.p[i] - '0') * 1000;
    if (!i)
        return -1;
    if (i < value.n && value.p[i] == '.')
        for (i++; i < value.n && kb_is_digit(value.p[i]) && (unit /= 10) != 0; i++)
            ms += (value.p[i] - '0') * unit;
    return ms < KB_LIMIT_CRAWL_DELAY_MS ? ms : KB_LIMIT_CRAWL_DELAY_MS;
}

static void add_sitemap(struct kb_arena *arena, struct kb_robots *robots,
                        struct kb_str value) {
    if (!value.n || value.n > KB_LIMIT_URL_BYTES)
        return;
    if (!kb_arena_grow(arena, (void **)&robots->sitemaps, robots->sitemap_count,
                       &robots->sitemap_cap, sizeof *robots->sitemaps,
                       KB_LIMIT_ROBOTS_SITEMAPS)) {
        robots->cut = true;
        return;
    }
    robots->sitemaps[robots->sitemap_count++] = value;
}

/* A rule that matches nothing is none: empty, or without a slash at its head. */
static void add_rule(struct kb_arena *arena, struct kb_robots *robots,
                     const struct line *line) {
    struct kb_robots_rule rule = {.text = line->value, .allow = line->key == KEY_ALLOW};
    if (!rule.text.n || (rule.text.p[0] != '/' && rule.text.p[0] != '*'))
        return;
    if (!rule_units(arena, &rule) ||
        !kb_arena_grow(arena, (void **)&robots->rules, robots->rule_count,
                       &robots->rule_cap, sizeof rule, KB_LIMIT_ROBOTS_BYTES)) {
        robots->cut = true;
        return;
    }
    robots->rules[robots->rule_count++] = rule;
}

bool kb_robots_parse(struct kb_arena *arena, struct kb_str bytes, struct kb_str product,
                     struct kb_robots *robots) {
    struct line line;
    bool ours = false, in_head = false;
    *robots = (struct kb_robots){.crawl_delay = -1};
    if (kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")))
        bytes = kb_str_slice(bytes, 3, bytes.n);
    if (bytes.n > KB_LIMIT_ROBOTS_BYTES) { /* half a rule would be another one */
        robots->cut = true;
        bytes.n = KB_LIMIT_ROBOTS_BYTES;
        while (bytes.n && bytes.p[bytes.n - 1] != '\n' && bytes.p[bytes.n - 1] != '\r')
            bytes.n--;
    }
    int best = best_rank(bytes, product);
    while (next_line(&bytes, &line)) {
        if (line.key == KEY_AGENT) {
            ours = (in_head && ours) ||
                   (best >= 0 && agent_rank(line.value, product) == best);
            in_head = true;
        } else if (line.key == KEY_ALLOW || line.key == KEY_DISALLOW) {
            in_head = false; /* other lines do not end a group's head (section 2.2.4) */
            if (ours)
                add_rule(arena, robots, &line);
        } else if (line.key == KEY_SITEMAP) {
            add_sitemap(arena, robots, line.value);
        } else if (line.key == KEY_DELAY && ours) {
            int64_t delay = delay_of(line.value);
            if (delay > robots->crawl_delay)
                robots->crawl_delay = delay;
        }
    }
    return !arena->full;
}

/* ---- reading the file -------------------------------------------------------------- */

void kb_robots_after(const struct kb_robots_state *state, int status, int64_t now,
                     struct kb_robots_state *next) {
    *next = (struct kb_robots_state){.until = now + FRESH};
    if (status >= 200 && status < 300) {
        next->access = KB_ROBOTS_RULES;
    } else if (status >= 300 && status < 500 && status != 429) {
        next->access = KB_ROBOTS_ALL; /* 401 and 403 too: section 2.3.1.3 */
    } else {
        int64_t since = state->unreachable_since ? state->unreachable_since : now;
        next->unreachable_since = since;
        next->until = now + RETRY;
        next->access =
            state->access == KB_ROBOTS_RULES ? KB_ROBOTS_RULES : KB_ROBOTS_NOTHING;
        if (now - since >= UNREACHABLE_MAX)
            next->access = KB_ROBOTS_ALL;
    }
}

struct kb_str kb_robots_origin(struct kb_str url) {
    size_t at = kb_str_find(url, KB_STR("://"));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    for (at += 3; at < url.n && url.p[at] != '/' && url.p[at] != '?' && url.p[at] != '#';)
        at++;
    return kb_str_slice(url, 0, at);
}
