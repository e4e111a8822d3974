/* The record → what JSON-LD and ninjs both ask of it: valid addresses, dates by their
 * precision, pictures, people, counts, and which source a chain's step is.
 *
 * Both vocabularies have schemas that a page knows nothing of, so nothing of a page's
 * goes out as an address or a date before it was looked at here.  An address is encoded
 * and not parsed: those of the page were already resolved by the WHATWG's rules, which
 * leave characters that RFC 3986 does not know. */
#include "article/print.h"

/* ---- addresses (RFC 3986) ---------------------------------------------------------- */

/* host[:port] with what may stand before an @: a port is digits, an address in brackets
 * is hexadecimal. */
static bool is_authority(struct kb_str s) {
    for (size_t at; (at = kb_str_find_byte(s, '@')) != KB_NOT_FOUND;) {
        struct kb_str user = kb_str_slice(s, 0, at);
        if (kb_str_find_byte(user, '[') != KB_NOT_FOUND ||
            kb_str_find_byte(user, ']') != KB_NOT_FOUND)
            return false;
        s = kb_str_slice(s, at + 1, s.n);
    }
    size_t host = kb_str_find_byte(s, ':'), i = 0;
    if (s.n && s.p[0] == '[') {
        for (i = 1;
             i < s.n && (kb_hex_digit(s.p[i]) >= 0 || s.p[i] == ':' || s.p[i] == '.');)
            i++;
        if (i < 4 || i >= s.n || s.p[i] != ']')
            return false;
        host = ++i;
        if (host < s.n && s.p[host] != ':')
            return false;
    } else if (host == KB_NOT_FOUND) {
        host = s.n;
    }
    for (i = host + 1; i < s.n; i++)
        if (!kb_is_digit(s.p[i]))
            return false;
    for (i = 0; i < host && s.p[0] != '['; i++)
        if (s.p[i] == '[' || s.p[i] == ']' || s.p[i] == '\\')
            return false;
    return host > 0;
}

/* Where the authority of an http or https address ends; 0 where it is none. */
static size_t authority_end(struct kb_str url) {
    size_t from = kb_str_starts_nocase(url, KB_STR("https://"))  ? 8
                  : kb_str_starts_nocase(url, KB_STR("http://")) ? 7
                                                                 : 0;
    size_t end = from;
    while (end < url.n && !strchr("/?#", url.p[end]))
        end++;
    return from && is_authority(kb_str_slice(url, from, end)) ? end : 0;
}

static void encode(struct kb_buf *out, char c) {
    static const char hex[] = "0123456789ABCDEF";
    unsigned char b = (unsigned char)c;
    const char encoded[3] = {'%', hex[b >> 4], hex[b & 15]};
    kb_buf_add(out, encoded, sizeof encoded);
}

struct kb_str kb_facts_uri(struct kb_record_facts *f, struct kb_str url) {
    size_t authority = authority_end(url);
    bool fragment = false;
    f->scratch.n = 0; /* not cleared: a failure sticks until the end */
    for (size_t i = 0; i < url.n && authority; i++) {
        char c = url.p[i];
        bool good = kb_is_alpha(c) || kb_is_digit(c) ||
                    (c && strchr("-._~:/?@!$&'()*+,;=", c) != NULL);
        if (c == '%')
            good = i + 2 < url.n && kb_hex_digit(url.p[i + 1]) >= 0 &&
                   kb_hex_digit(url.p[i + 2]) >= 0;
        else if (c == '#')
            good = !fragment, fragment = true;
        else if (c == '[' || c == ']')
            good = i < authority;
        if (good)
            kb_buf_char(&f->scratch, c);
        else
            encode(&f->scratch, c);
    }
    return kb_buf_view(&f->scratch);
}

struct kb_str kb_facts_id(struct kb_record_facts *f) {
    const struct kb_article *a = f->article;
    struct kb_str uri = kb_facts_uri(f, a->canonical_url);
    if (!uri.n)
        uri = kb_facts_uri(f, a->url);
    if (uri.n)
        return uri;
    f->scratch.n = 0;
    kb_buf_z(&f->scratch, "urn:x-kabar:");
    for (size_t i = 0; i < a->id.n; i++) { /* a record's from elsewhere may be any text */
        char c = a->id.p[i];
        if (kb_is_alpha(c) || kb_is_digit(c) || (c && strchr("-._~:", c)))
            kb_buf_char(&f->scratch, c);
        else
            encode(&f->scratch, c);
    }
    return kb_buf_view(&f->scratch);
}

/* ---- dates (RFC 3339) -------------------------------------------------------------- */

/* Two digits at pos that are from min to max; -1 where they are not. */
static int two(struct kb_str s, size_t pos, int min, int max) {
    if (pos + 2 > s.n || !kb_is_digit(s.p[pos]) || !kb_is_digit(s.p[pos + 1]))
        return -1;
    int value = (s.p[pos] - '0') * 10 + s.p[pos + 1] - '0';
    return value >= min && value <= max ? value : -1;
}

static bool is_day(struct kb_str s) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century = two(s, 0, 0, 99), year = two(s, 2, 0, 99);
    int month = two(s, 5, 1, 12), day = two(s, 8, 1, 31);
    if (century < 0 || year < 0 || month < 0 || day < 0 || s.p[4] != '-' ||
        s.p[7] != '-' || day > days[month - 1])
        return false;
    year += century * 100;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year > 0 && (month != 2 || day < 29 || leap);
}

/* Where the time's digits end, before its zone; 0 where it is no time. */
static size_t time_end(struct kb_str s) {
    if (s.n < 16 || s.p[10] != 'T' || two(s, 11, 0, 23) < 0 || s.p[13] != ':' ||
        two(s, 14, 0, 59) < 0)
        return 0;
    if (s.n == 16 || s.p[16] != ':')
        return 16;
    if (two(s, 17, 0, 59) < 0)
        return 0;
    size_t end = 19;
    if (end + 1 < s.n && s.p[end] == '.' && kb_is_digit(s.p[end + 1]))
        for (end++; end < s.n && kb_is_digit(s.p[end]);)
            end++;
    return end;
}

enum kb_date_form kb_facts_date(struct kb_str s) {
    if (s.n < 10 || s.n > KB_DATE_ROOM - 4 || !is_day(s))
        return KB_DATE_NONE;
    if (s.n == 10)
        return KB_DATE_DAY;
    size_t end = time_end(s);
    if (!end)
        return KB_DATE_NONE;
    if (end == s.n)
        return KB_DATE_LOCAL;
    struct kb_str zone = kb_str_slice(s, end, s.n);
    bool offset = zone.n == 6 && (zone.p[0] == '+' || zone.p[0] == '-') &&
                  two(zone, 1, 0, 23) >= 0 && zone.p[3] == ':' &&
                  two(zone, 4, 0, 59) >= 0;
    return offset || kb_str_equal(zone, KB_STR("Z")) ? KB_DATE_MOMENT : KB_DATE_NONE;
}

struct kb_str kb_article_moment(struct kb_str date, char room[KB_DATE_ROOM]) {
    if (kb_facts_date(date) != KB_DATE_MOMENT)
        return KB_STR_NONE;
    size_t end = time_end(date), n = 0;
    memcpy(room, date.p, end);
    n = end;
    if (end == 16) {
        memcpy(room + n, ":00", 3);
        n += 3;
    }
    memcpy(room + n, date.p + end, date.n - end);
    return (struct kb_str){room, n + date.n - end};
}

/* ---- people, rights, pictures ------------------------------------------------------ */

struct kb_record_person kb_facts_person(const struct kb_article *a, size_t i) {
    const struct kb_author *author = &a->authors[i];
    return (struct kb_record_person){author->name, author->role, author->organization};
}

bool kb_facts_has_role(const struct kb_record_person *person, const char *role) {
    static const char *const known[] = {"translator", "editor"};
    size_t i = 0;
    while (i < KB_COUNT(known) && !kb_str_equal(person->role, kb_str_z(known[i])))
        i++;
    if (i < KB_COUNT(known))
        return strcmp(role, known[i]) == 0;
    bool author = !person->role.n || kb_str_equal(person->role, KB_STR("author"));
    return strcmp(role, author ? "author" : "contributor") == 0;
}

struct kb_record_terms kb_facts_terms(const struct kb_article *a) {
    return (struct kb_record_terms){.holder = a->rights.holder,
                                    .notice = a->rights.notice,
                                    .is_free = a->rights.free == KB_FREE_YES,
                                    .is_not_free = a->rights.free == KB_FREE_NO,
                                    .comments = a->comment_count};
}

bool kb_facts_picture(const struct kb_record_facts *f, size_t i,
                      struct kb_page_image *picture) {
    const struct kb_article *a = f->article;
    size_t before = a->image.n && f->lead == KB_FACTS_NONE; /* the lead, not listed */
    if (i >= a->image_count + before)
        return false;
    if (before)
        *picture = i ? a->images[i - 1] : (struct kb_page_image){.url = a->image};
    else
        *picture = a->images[!a->image.n || i > f->lead ? i : i ? i - 1 : f->lead];
    return true;
}

static size_t lead_picture(const struct kb_article *a) {
    for (size_t i = 0; i < a->image_count; i++)
        if (kb_str_equal(a->images[i].url, a->image))
            return i;
    return KB_FACTS_NONE;
}

/* ---- sources ----------------------------------------------------------------------- */

struct kb_str kb_facts_source_url(const struct kb_record_facts *f, size_t i) {
    const struct kb_source *s = &f->article->provenance.sources[i];
    return s->url.n                  ? s->url
           : i == f->original_source ? f->article->provenance.original_url
                                     : KB_STR_NONE;
}

/* original_url belongs to the source that has it, else to the strongest one without an
 * address of its own whose text the article is. */
static size_t original_source(const struct kb_provenance *p) {
    size_t found = KB_FACTS_NONE;
    for (size_t i = 0; i < p->source_count && p->original_url.n; i++) {
        const struct kb_source *s = &p->sources[i];
        if (s->url.n && kb_str_equal(s->url, p->original_url))
            return i;
        if (found == KB_FACTS_NONE && !s->url.n && s->rel >= KB_REL_REPUBLISHED)
            found = i;
    }
    return found;
}

static size_t chain_source(const struct kb_provenance *p, size_t steps) {
    for (size_t i = 0; i < p->source_count && steps; i++) {
        const struct kb_chain_link *step = &p->chain[steps - 1];
        if (p->sources[i].name.n && kb_str_equal(p->sources[i].name, step->publisher))
            return i;
    }
    return KB_FACTS_NONE;
}

/* In scripts that write without spaces each letter is a word. */
void kb_facts_count(struct kb_str s, size_t *chars, size_t *words) {
    bool in_word = false;
    *chars = *words = 0;
    for (size_t i = 0, len; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (in_word && (c == '\'' || c == 0x2019))
            c = 'a'; /* an apostrophe does not part a word */
        bool letter = kb_is_word_char(c), alone = letter && kb_is_han_like(c);
        ++*chars;
        *words += letter && (alone || !in_word);
        in_word = letter && !alone;
    }
}

void kb_facts_init(struct kb_record_facts *f, const struct kb_article *a) {
    const struct kb_provenance *p = &a->provenance;
    *f = (struct kb_record_facts){.article = a};
    kb_buf_init(&f->scratch, KB_LIMIT_OUTPUT_BYTES);
    f->lead = lead_picture(a);
    f->chain_steps = p->chain_count ? p->chain_count - 1 : 0;
    f->chain_source = chain_source(p, f->chain_steps);
    f->original_source = original_source(p);
}

void kb_facts_end(struct kb_record_facts *f, struct kb_buf *out) {
    if (out->status == KB_OK)
        out->status = f->scratch.status;
    kb_buf_free(&f->scratch);
}
