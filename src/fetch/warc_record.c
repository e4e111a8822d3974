/* A WARC record's own lines in; its type, names, date and length out; and what the record
 * is good for.
 *
 * Methods: ISO 28500:2017, sections 4 to 6; its dates are W3C's profile of ISO 8601. */
#include "fetch/warc.h"

static const char *const type_names[] = {
    [KB_WARC_TYPE_OTHER] = "",
    [KB_WARC_TYPE_WARCINFO] = "warcinfo",
    [KB_WARC_TYPE_RESPONSE] = "response",
    [KB_WARC_TYPE_RESOURCE] = "resource",
    [KB_WARC_TYPE_REQUEST] = "request",
    [KB_WARC_TYPE_METADATA] = "metadata",
    [KB_WARC_TYPE_REVISIT] = "revisit",
    [KB_WARC_TYPE_CONVERSION] = "conversion",
    [KB_WARC_TYPE_CONTINUATION] = "continuation",
};

const char *kb_warc_type_name(enum kb_warc_type type) {
    return type_names[type];
}

/* ---- lines ------------------------------------------------------------------------- */

/* One line without its end, taken off *lines; the lines behind it that begin with a blank
 * belong to it. */
static struct kb_str take_line(struct kb_str *lines) {
    size_t n = 0;
    while (n < lines->n) {
        const char *feed = memchr(lines->p + n, '\n', lines->n - n);
        n = feed ? (size_t)(feed - lines->p) + 1 : lines->n;
        if (n <= 2 || n >= lines->n || (lines->p[n] != ' ' && lines->p[n] != '\t'))
            break;
    }
    struct kb_str line = {lines->p, n};
    *lines = kb_str_slice(*lines, n, lines->n);
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    return line;
}

bool kb_warc_line(struct kb_str *lines, struct kb_str *name, struct kb_str *value) {
    struct kb_str line = take_line(lines);
    size_t colon = kb_str_find_byte(line, ':');
    *name = KB_STR_NONE;
    *value = kb_str_trim(line);
    if (colon != KB_NOT_FOUND) {
        *name = kb_str_trim(kb_str_slice(line, 0, colon));
        *value = kb_str_trim(kb_str_slice(line, colon + 1, line.n));
    }
    return line.n > 0;
}

/* A named field of the record's own header, empty where it has none. */
static struct kb_str field_of(const struct kb_warc_record *record, const char *field) {
    struct kb_str lines = kb_buf_view(&record->head), name, value;
    take_line(&lines); /* the version */
    while (kb_warc_line(&lines, &name, &value)) {
        if (kb_str_equal_nocase(name, kb_str_z(field)))
            return value;
    }
    return KB_STR_NONE;
}

static enum kb_warc_type type_of(struct kb_str name) {
    for (size_t i = 1; i < KB_COUNT(type_names); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(type_names[i])))
            return (enum kb_warc_type)i;
    }
    return KB_WARC_TYPE_OTHER;
}

static bool whole_number(struct kb_str text, uint64_t *number) {
    *number = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!kb_is_digit(text.p[i]) || *number > (UINT64_MAX >> 1) / 10)
            return false;
        *number = *number * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n > 0;
}

/* "WARC/1.1": a digit, a point, digits. */
static bool is_version(struct kb_str line) {
    line = kb_str_trim(line);
    bool ok = kb_str_starts(line, KB_STR("WARC/")) && line.n >= 8 &&
              kb_is_digit(line.p[5]) && line.p[6] == '.';
    for (size_t i = 7; ok && i < line.n; i++)
        ok = kb_is_digit(line.p[i]);
    return ok;
}

/* Writers of 1.0's time put addresses in the brackets that its grammar had. */
static struct kb_str without_brackets(struct kb_str address) {
    if (address.n >= 2 && address.p[0] == '<' && address.p[address.n - 1] == '>')
        return kb_str_slice(address, 1, address.n - 1);
    return address;
}

enum kb_status kb_warc_record_read(struct kb_warc_record *record, struct kb_err *err) {
    struct kb_str lines = kb_buf_view(&record->head), name, value, length = KB_STR_NONE;
    struct kb_str version = take_line(&lines);
    bool has_length = false;
    while (kb_warc_line(&lines, &name, &value)) {
        if (kb_str_equal_nocase(name, KB_STR("WARC-Type")))
            record->type = type_of(value);
        else if (kb_str_equal_nocase(name, KB_STR("WARC-Record-ID")))
            record->id = value;
        else if (kb_str_equal_nocase(name, KB_STR("WARC-Target-URI")))
            record->target = without_brackets(value);
        else if (kb_str_equal_nocase(name, KB_STR("WARC-Date")))
            record->date = value;
        else if (kb_str_equal_nocase(name, KB_STR("WARC-Concurrent-To")) &&
                 !record->concurrent_to.n)
            record->concurrent_to = value;
        else if (kb_str_equal_nocase(name, KB_STR("WARC-Truncated")))
            record->truncated = true;
        else if (kb_str_equal_nocase(name, KB_STR("Content-Type")))
            record->content_type = value;
        else if (kb_str_equal_nocase(name, KB_STR("Content-Length"))) {
            length = value;
            has_length = true;
        }
    }
    if (!is_version(version))
        return kb_err_set(err, KB_EINPUT, "the record's first line is no WARC version");
    if (!has_length)
        return kb_err_set(err, KB_EINPUT, "the record has no Content-Length");
    if (!whole_number(length, &record->length))
        return kb_err_set(err, KB_EINPUT,
                          "the record's Content-Length is no number: %.*s",
                          (int)kb_str_cut(length, 40).n, length.n ? length.p : "");
    return KB_OK;
}

/* ---- dates ------------------------------------------------------------------------- */

/* Digits at *p, exactly count of them; false where there are not. */
static bool digits(struct kb_str *p, size_t count, int64_t *number) {
    if (p->n < count)
        return false;
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (!kb_is_digit(p->p[i]))
            return false;
        *number = *number * 10 + (p->p[i] - '0');
    }
    *p = kb_str_slice(*p, count, p->n);
    return true;
}

static bool after(struct kb_str *p, char c) {
    if (!p->n || p->p[0] != c)
        return false;
    *p = kb_str_slice(*p, 1, p->n);
    return true;
}

/* Days since 1970 (Howard Hinnant's days_from_civil). */
static int64_t days(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool kb_warc_time(struct kb_str date, int64_t *seconds) {
    int64_t year, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    struct kb_str p = kb_str_trim(date);
    if (!digits(&p, 4, &year))
        return false;
    if (after(&p, '-') && !digits(&p, 2, &month))
        return false;
    if (after(&p, '-') && !digits(&p, 2, &day))
        return false;
    if (after(&p, 'T')) {
        if (!digits(&p, 2, &hour) || !after(&p, ':') || !digits(&p, 2, &minute))
            return false;
        if (after(&p, ':') && !digits(&p, 2, &second))
            return false;
        if (after(&p, '.'))
            while (p.n && kb_is_digit(p.p[0]))
                p = kb_str_slice(p, 1, p.n);
        after(&p, 'Z');
    }
    if (p.n || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60)
        return false;
    *seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* ---- use --------------------------------------------------------------------------- */

bool kb_warc_holds_response(const struct kb_warc_record *record) {
    if (record->type != KB_WARC_TYPE_RESPONSE)
        return false;
    if (record->content_type.n)
        return kb_str_starts_nocase(record->content_type, KB_STR("application/http"));
    return kb_str_starts_nocase(record->target, KB_STR("http"));
}

struct kb_str kb_warc_page_type(const struct kb_warc_record *record) {
    if (record->type != KB_WARC_TYPE_RESPONSE)
        return record->content_type;
    if (record->http.status && !record->http.content_type.n)
        return field_of(record, "WARC-Identified-Payload-Type");
    return record->http.content_type;
}

static bool is_web(struct kb_str target) {
    return kb_str_starts_nocase(target, KB_STR("http:")) ||
           kb_str_starts_nocase(target, KB_STR("https:"));
}

/* The file of rules for robots (RFC 9309) is plain text and no page. */
static bool is_robots(struct kb_str target) {
    size_t query = kb_str_find_byte(target, '?');
    return kb_str_ends(kb_str_slice(target, 0, query), KB_STR("/robots.txt"));
}

enum kb_warc_use kb_warc_use(const struct kb_warc_record *record) {
    struct kb_str type = kb_warc_page_type(record);
    type = kb_str_trim(kb_str_slice(type, 0, kb_str_find_byte(type, ';')));
    bool html = kb_str_equal_nocase(type, KB_STR("text/html")) ||
                kb_str_equal_nocase(type, KB_STR("application/xhtml+xml"));
    bool text = kb_str_equal_nocase(type, KB_STR("text/plain"));

    switch (record->type) {
    case KB_WARC_TYPE_REVISIT: return KB_WARC_REVISIT;
    case KB_WARC_TYPE_CONVERSION: return text || html ? KB_WARC_PAGE : KB_WARC_OTHER_TYPE;
    case KB_WARC_TYPE_RESOURCE: break;
    case KB_WARC_TYPE_RESPONSE:
        if (record->http.status == 0)
            return KB_WARC_OTHER_TYPE;
        if (record->http.status != 200)
            return KB_WARC_OTHER_STATUS;
        break;
    default: return KB_WARC_NO_PAGE;
    }
    /* Crawlers keep their own logs as plain text beside the pages. */
    if (html || (text && is_web(record->target) && !is_robots(record->target)))
        return KB_WARC_PAGE;
    return KB_WARC_OTHER_TYPE;
}
