/* The desk tag or the dateline at the head of a first paragraph: how long it is.
 *
 * Enters a paragraph; leaves the length of "(CLO) ", "BERLIN (dpa) – ", "（新华社…电）".
 * Agencies and newspapers print them in few shapes, so shapes decide: brackets, an upper-
 * case place, a date, an agency's name, a newspaper's domain.  A capital letter and a
 * dash are not enough: "Berlin – a city of builders" is a sentence.  One pass over the
 * first 120 bytes. */
#include "page/line.h"

enum { LONGEST_TAG = 120, LEAST_TEXT = 12 };

static uint32_t char_at(struct kb_str s, size_t at, size_t *len) {
    *len = 1;
    return at < s.n ? kb_utf8_next(s.p + at, s.p + s.n, len) : 0;
}

static size_t skip_blanks(struct kb_str s, size_t at) {
    size_t len;
    for (uint32_t c; at < s.n; at += len) {
        c = char_at(s, at, &len);
        if (!(c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || c == 0x3000))
            break;
    }
    return at;
}

/* The length of a dash at `at`: "-", "--", "–", "—", with or without a full stop before.
 */
static size_t dash_length(struct kb_str s, size_t at) {
    size_t len, n = 0;
    uint32_t c = char_at(s, at, &len);
    if (c == '.' || c == ',') {
        n = len;
        c = char_at(s, at + n, &len);
    }
    if (c == 0x2013 || c == 0x2014 || c == 0x2012 || c == 0x2015)
        return n + len;
    if (c != '-')
        return 0;
    for (size_t more = 0; more < 3 && at + n < s.n && s.p[at + n] == '-'; more++)
        n++;
    return n;
}

static bool has_digit(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (kb_is_digit(s.p[i]))
            return true;
    return false;
}

static bool has_any(struct kb_str s, const char *const *needles, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_find(s, kb_str_z(needles[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

/* The signs for "cable" and "report" that close a Chinese dateline. */
static bool has_cable(struct kb_str s) {
    static const char *const cables[] = {"电", "電", "讯", "訊"};
    return has_any(s, cables, KB_COUNT(cables));
}

static bool is_roman(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("IVX", s.p[i]))
            return false;
    return s.n > 0;
}

/* ---- brackets ---------------------------------------------------------------------- */

struct bracket {
    struct kb_str inside;
    size_t length; /* brackets included */
    uint32_t open;
};

/* The bracket that s begins with at `at`; length 0 where there is none. */
static struct bracket bracket_at(struct kb_str s, size_t at) {
    static const uint32_t pairs[][2] = {{'(', ')'},       {'[', ']'},
                                        {0xFF08, 0xFF09}, {0x3010, 0x3011},
                                        {0xFF3B, 0xFF3D}, {0x3014, 0x3015}};
    size_t len;
    uint32_t close = 0;
    struct bracket out = {.open = char_at(s, at, &len)};
    for (size_t i = 0; i < KB_COUNT(pairs); i++)
        if (pairs[i][0] == out.open)
            close = pairs[i][1];
    if (!close)
        return out;
    for (size_t i = at + len, step; i < s.n && i < at + 90; i += step) {
        uint32_t c = char_at(s, i, &step);
        if (c == out.open)
            break;
        if (c == close) {
            out.inside = kb_page_trim(kb_str_slice(s, at + len, i));
            out.length = out.inside.n ? i + step - at : 0;
            break;
        }
    }
    return out;
}

/* "記者王小明／台北報導": a reporter and the word for a report. */
static bool has_report(struct kb_str s) {
    static const char *const reporters[] = {"記者", "记者"};
    static const char *const reports[] = {"報導", "报导", "報道", "报道"};
    return has_any(s, reporters, KB_COUNT(reporters)) &&
           has_any(s, reports, KB_COUNT(reports));
}

/* "ロンドン共同": a place, and an agency's name at the end. */
static bool ends_with_agency(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct kb_name_hit hit;
    return kb_name_next(lexicon, s, 0, "", &hit) && hit.start && hit.end == s.n &&
           hit.name->kind == KB_NAME_WIRE;
}

/* What a tag in wide brackets is. */
static enum kb_removed_kind wide_tag(const struct kb_lexicon *lexicon,
                                     const struct bracket *b) {
    if (has_report(b->inside))
        return KB_REMOVED_DATELINE;
    if (b->open == 0x3010)
        return ends_with_agency(lexicon, b->inside) || has_digit(b->inside) ||
                       kb_str_find_byte(b->inside, '=') != KB_NOT_FOUND ||
                       kb_str_find(b->inside, KB_STR("＝")) != KB_NOT_FOUND
                   ? KB_REMOVED_DATELINE
                   : KB_REMOVED_DESK_TAG;
    if (has_cable(b->inside) && b->open != 0x3014)
        return KB_REMOVED_DATELINE;
    return kb_page_is_agencies(lexicon, b->inside, NULL) ? KB_REMOVED_DESK_TAG
                                                         : KB_REMOVED_NONE;
}

/* Small letters of an agency or a writer that no table knows: "tpa".  "ii" is a
 * number. */
static bool is_small_sign(struct kb_str s, size_t least, size_t most) {
    bool other = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
        other |= strchr("ivx", s.p[i]) == NULL;
    }
    return s.n >= least && s.n <= most && other;
}

/* What a tag in brackets of ASCII is, by what follows it. */
static enum kb_removed_kind narrow_tag(const struct kb_lexicon *lexicon,
                                       const struct bracket *b, bool spaced, bool dash,
                                       enum kb_letter next) {
    struct kb_str in = b->inside;
    enum kb_letter first = kb_page_first_letter(in);
    if (!spaced && !dash)
        return KB_REMOVED_NONE;
    if (kb_str_find_byte(in, '=') != KB_NOT_FOUND && first != KB_LETTER_LOWER)
        return KB_REMOVED_DATELINE;
    if (kb_page_is_agencies(lexicon, in, NULL) && (dash || next != KB_LETTER_LOWER))
        return KB_REMOVED_DESK_TAG;
    if (next == KB_LETTER_LOWER && !dash)
        return KB_REMOVED_NONE;
    if (kb_page_is_domain(in) ||
        (dash && next != KB_LETTER_LOWER && is_small_sign(in, 2, 5)))
        return KB_REMOVED_DESK_TAG;
    if (kb_page_all_upper(in) && in.n <= 24 && !is_roman(in))
        return KB_REMOVED_DESK_TAG;
    if (dash && in.n <= 36 && kb_page_words(in) <= 3 &&
        kb_page_is_names(lexicon, in, 3) && first != KB_LETTER_LOWER)
        return KB_REMOVED_DESK_TAG;
    return KB_REMOVED_NONE;
}

/* "(서울=연합뉴스) 홍길동 기자 = ": the reporter behind the bracket belongs to it. */
static size_t reporter_length(struct kb_str s, size_t at) {
    size_t end = at + 60 < s.n ? at + 60 : s.n;
    for (size_t i = at; i + 1 < end; i++) {
        if (s.p[i] == '.' || s.p[i] == ',')
            return at;
        if (s.p[i] == '=' && s.p[i + 1] == ' ')
            return i + 2;
    }
    return at;
}

static size_t bracket_tag(const struct kb_lexicon *lexicon, struct kb_str s,
                          enum kb_removed_kind *kind) {
    struct bracket b = bracket_at(s, 0);
    if (!b.length || b.length > LONGEST_TAG)
        return 0;
    size_t at = skip_blanks(s, b.length), dash = dash_length(s, at);
    bool spaced = at > b.length;
    if (dash)
        at = skip_blanks(s, at + dash);
    enum kb_letter next = kb_page_first_letter(kb_str_slice(s, at, at + 24));
    *kind = b.open < 0x80 ? narrow_tag(lexicon, &b, spaced, dash > 0, next)
                          : wide_tag(lexicon, &b);
    if (*kind == KB_REMOVED_NONE)
        return 0;
    return *kind == KB_REMOVED_DATELINE ? reporter_length(s, at) : at;
}

/* ---- Chinese datelines without brackets -------------------------------------------- */

/* "新华社北京3月3日电（记者 张三）": ends with a cable sign, then a bracket or a space. */
static size_t cable_tag(struct kb_str s) {
    size_t len;
    bool digit = false;
    if (!kb_is_han_like(char_at(s, 0, &len)))
        return 0;
    for (size_t i = 0; i < s.n && i < 78; i += len) {
        uint32_t c = char_at(s, i, &len);
        if (c == 0xFF0C || c == 0x3002 || c == 0xFF1A || c == 0x201C)
            return 0;
        digit |= c < 0x80 && kb_is_digit((char)c);
        if (!has_cable(kb_str_slice(s, i, i + len)) || (!digit && i > 12))
            continue;
        size_t end = i + len, at = skip_blanks(s, end);
        struct bracket b = bracket_at(s, at);
        if (b.length)
            return skip_blanks(s, at + b.length);
        if (at > end)
            return at;
    }
    return 0;
}

/* ---- place, date (agency) – -------------------------------------------------------- */

struct head {
    bool caps, agency, date, domain, plain, names;
    bool known;     /* the agency stands in the names' table */
    bool outlet;    /* its name, which says so only beside a place */
    bool sign;      /* "(tpa)" behind the place, which no table has */
    bool sentences; /* full stops part it: "ASTANA. KAZINFORM" */
};

/* "3 May", "March 3, 2025", "3/5/2025", "24 Feb.": a day and few words, nothing else. */
static bool is_short_date(struct kb_str s) {
    size_t numbers = 0, words = 0, tokens = 0;
    struct kb_str rest = s;
    for (struct kb_str w = kb_page_word(&rest); w.n; w = kb_page_word(&rest)) {
        struct kb_str bare = kb_page_bare(w);
        tokens++;
        enum kb_letter first = kb_page_first_letter(bare);
        size_t digits = 0;
        while (digits < bare.n && kb_is_digit(bare.p[digits]))
            digits++;
        if (first == KB_LETTER_DIGIT && digits == bare.n) {
            long value = 0;
            for (size_t i = 0; i < digits && i < 5; i++)
                value = value * 10 + (bare.p[i] - '0');
            if (!(digits <= 2 && value >= 1 && value <= 31) &&
                !(digits == 4 && value >= 1900 && value < 2100))
                return false;
            numbers += digits <= 2;
        } else if (first == KB_LETTER_DIGIT) {
            numbers += kb_str_find_byte(bare, '/') != KB_NOT_FOUND || bare.n <= 4 ||
                       kb_str_find_byte(bare, '.') != KB_NOT_FOUND;
        } else if (bare.n > 2) {
            words++;
        }
    }
    return numbers == 1 && words <= 1 && tokens <= 4;
}

/* "Praha 3. března": a place and a day with its month. */
static bool is_place_and_date(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t digit = 0;
    while (digit < s.n && !kb_is_digit(s.p[digit]))
        digit++;
    struct kb_str place = kb_page_trim(kb_str_slice(s, 0, digit));
    struct kb_str date = kb_str_slice(s, digit, s.n);
    return place.n && kb_page_words(date) >= 2 && is_short_date(date) &&
           kb_page_is_names(lexicon, place, 3) &&
           kb_page_first_letter(place) != KB_LETTER_LOWER;
}

/* The outlet's own name stands in many of its datelines: "Jakarta, CNN Indonesia --". */
static bool is_outlet(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct kb_name_hit hit;
    return s.n && kb_name_at(lexicon, s, 0, "", &hit) && hit.end == s.n &&
           !hit.ordinary && !hit.inflected;
}

/* "৩ মার্চ": digits of another script, and the month. */
static bool is_native_date(struct kb_str s) {
    return s.n && (unsigned char)s.p[0] >= 0x80 && kb_page_words(s) == 2 &&
           kb_page_first_letter(s) == KB_LETTER_DIGIT;
}

static bool is_year(struct kb_str s) {
    return s.n == 4 && (s.p[0] == '1' || s.p[0] == '2') && kb_is_digit(s.p[1]) &&
           kb_is_digit(s.p[2]) && kb_is_digit(s.p[3]);
}

static void read_place(const struct kb_lexicon *lexicon, struct kb_str part,
                       struct head *head) {
    part = kb_page_trim(part);
    size_t len;
    uint32_t first = char_at(part, 0, &len);
    if (kb_page_is_domain(kb_page_bare(part))) {
        head->domain = true;
    } else if ((has_digit(part) && is_short_date(part)) || is_native_date(part) ||
               (head->date && (is_year(part) || kb_page_words(part) == 1))) {
        head->date = true; /* "2026. március 3., kedd": the weekday behind it too */
    } else if (kb_page_is_agencies(lexicon, part, NULL)) {
        head->agency = head->known = true;
    } else if (is_outlet(lexicon, part)) {
        head->outlet = true;
    } else if (has_digit(part) && is_place_and_date(lexicon, part)) {
        head->date = true;
    } else if (kb_page_is_names(lexicon, part, 4) &&
               kb_page_letter(first) != KB_LETTER_LOWER) {
        if (kb_page_all_upper(part) && part.n >= 4)
            head->caps = true;
        head->plain |= kb_page_letter(first) == KB_LETTER_PLAIN;
    } else {
        head->names = false;
    }
}

/* What speaks for text before a dash being a dateline. */
static struct head read_head(const struct kb_lexicon *lexicon, struct kb_str s) {
    struct head head = {.names = true};
    bool bracket = false;
    s = kb_page_trim(s);
    if (s.n && s.p[s.n - 1] == ')') {
        size_t open = s.n;
        while (open && s.p[open - 1] != '(')
            open--;
        struct kb_str in = kb_page_trim(kb_str_slice(s, open, s.n - 1));
        struct kb_name_hit hit;
        head.agency = open && kb_page_is_agencies(lexicon, in, NULL);
        head.known = head.agency;
        head.sign = open && is_small_sign(in, 3, 3);
        bracket = open && in.n && in.n <= 36 && kb_page_is_names(lexicon, in, 3);
        /* "ELSINGTON (Sun Gazette / Sputnik - 29th April, 2020)" */
        bracket |= open && in.n <= 60 && kb_page_all_upper(kb_str_slice(s, 0, open)) &&
                   kb_name_next(lexicon, in, 0, "", &hit);
        if (!open || (!head.agency && !bracket && !head.sign)) {
            head.names = false;
            return head;
        }
        s = kb_page_trim(kb_str_slice(s, 0, open - 1));
    }
    size_t parts = 0;
    for (size_t from = 0, i = 0; i <= s.n && head.names; i++) {
        bool stop = i + 1 < s.n && s.p[i] == '.' && s.p[i + 1] == ' ' && i - from > 3;
        if (i < s.n && s.p[i] != ',' && !stop &&
            !(s.p[i] == '\xD8' && i + 1 < s.n && s.p[i + 1] == '\x8C'))
            continue;
        if (stop && kb_is_digit(s.p[i - 1]) &&
            kb_page_first_letter(kb_str_slice(s, i + 1, s.n)) == KB_LETTER_LOWER)
            continue; /* "2026. március" */
        head.sentences |= stop;
        read_place(lexicon, kb_str_slice(s, from, i), &head);
        from = i < s.n && s.p[i] != ',' && !stop ? i + 2 : i + 1;
        if (++parts > 5)
            head.names = false;
    }
    if (bracket && (head.caps || head.plain))
        head.agency = true;
    head.domain |= head.outlet && parts >= 2;
    if (parts < 2 && !head.known)
        head.date = false; /* "Tip 1 – ": a date needs a place */
    return head;
}

/* The text between a pair of dashes is an aside: "Rami – a baker from Sur – said …". */
static bool has_second_dash(struct kb_str s, size_t from) {
    size_t end = from + 240 < s.n ? from + 240 : s.n;
    for (size_t i = from; i + 1 < end; i++) {
        if (s.p[i] == '.' && kb_is_space(s.p[i + 1]))
            return false;
        if (kb_is_space(s.p[i]) && dash_length(s, i + 1) && s.p[i + 1] != '.')
            return true;
    }
    return false;
}

/* Behind the dash: "РИА Новости. ", "ایرنا - " is the agency, not the first sentence. */
static size_t agency_behind(const struct kb_lexicon *lexicon, struct kb_str s,
                            size_t at) {
    struct kb_str rest = kb_str_slice(s, at, at + 48);
    size_t end = 0, dash = 0;
    while (end < rest.n && rest.p[end] != '.' &&
           !(end && kb_is_space(rest.p[end - 1]) && (dash = dash_length(rest, end))))
        end++;
    if (end == rest.n ||
        !kb_page_is_agency(lexicon, kb_page_bare(kb_str_slice(rest, 0, end)), NULL))
        return at;
    return skip_blanks(s, at + end + (dash ? dash : 1));
}

static bool convinces(struct kb_str s, const struct head *head, size_t text) {
    if (!head->names)
        return false;
    if (head->agency || head->domain || head->date)
        return true;
    enum kb_letter next = kb_page_first_letter(kb_str_slice(s, text, text + 24));
    if (head->sign)
        return next == KB_LETTER_UPPER;
    if (!head->caps || head->sentences || next == KB_LETTER_LOWER)
        return false;
    return next == KB_LETTER_UPPER || !has_second_dash(s, text);
}

/* A place of a script without case, one or two words: "القاهرة - ". */
static bool is_plain_place(struct kb_str s, struct kb_str place, size_t text) {
    return kb_page_words(place) <= 2 && place.n <= 40 && s.n - text >= 60 &&
           !has_second_dash(s, text) && !kb_page_ends_sentence(place);
}

/* "MOSCOW, March 3. /TASS/. " */
static size_t slash_tag(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t end = s.n < LONGEST_TAG ? s.n : LONGEST_TAG, open = 0;
    while (open < end && s.p[open] != '/')
        open++;
    size_t close = open + 1;
    while (close < end && s.p[close] != '/')
        close++;
    if (close >= end || open < 3 || close - open > 40 || close - open < 3)
        return 0;
    struct kb_str before = kb_str_slice(s, 0, open);
    struct kb_str in = kb_str_slice(s, open + 1, close);
    while (before.n &&
           (kb_is_space(before.p[before.n - 1]) || before.p[before.n - 1] == '.'))
        before.n--;
    if (before.n + 1 > open || !kb_page_first_letter(in))
        return 0;
    struct head head = read_head(lexicon, before);
    if (!head.names || (!head.date && !head.caps) ||
        !(kb_page_all_upper(in) || kb_page_is_agency(lexicon, kb_page_trim(in), NULL)))
        return 0;
    size_t at = close + 1;
    if (at < s.n && s.p[at] == '.')
        at++;
    at = skip_blanks(s, at);
    return skip_blanks(s, at + dash_length(s, at));
}

/* "BERLIN (AP) The …", "Leipzig (epd). Die …": a bracket and no dash.  Where the text
 * begins; 0 where it is none. */
static size_t behind_bracket(const struct kb_lexicon *lexicon, struct kb_str s,
                             size_t close) {
    size_t mark = skip_blanks(s, close + 1), at = mark;
    bool marked = mark < s.n && (s.p[mark] == '.' || s.p[mark] == ':');
    if (marked)
        at = skip_blanks(s, mark + 1);
    if (at <= (marked ? mark : close) + 1 || dash_length(s, mark) || dash_length(s, at))
        return 0;
    struct head head = read_head(lexicon, kb_str_slice(s, 0, close + 1));
    bool sure = head.caps || head.date || (marked && head.known);
    enum kb_letter next = kb_page_first_letter(kb_str_slice(s, at, at + 24));
    return head.names && head.agency && sure && next != KB_LETTER_LOWER ? at : 0;
}

static size_t place_tag(const struct kb_lexicon *lexicon, struct kb_str s) {
    size_t end = s.n < LONGEST_TAG ? s.n : LONGEST_TAG, len;
    bool inside = false; /* a bracket */
    for (size_t i = 1; i < end; i += len) {
        uint32_t c = char_at(s, i, &len);
        if (c == '?' || c == '!' || c == ';' || c == '"' || c == 0x201C || c == 0x3002)
            break;
        struct kb_str place = kb_str_slice(s, 0, i);
        bool before = kb_is_space(s.p[i - 1]);
        if (c == '(')
            inside = true;
        if (c == ')') {
            inside = false;
            size_t at = behind_bracket(lexicon, s, i);
            if (at)
                return at;
        }
        if (inside || c == ')')
            continue;
        size_t dash = dash_length(s, i);
        bool after = dash && i + dash < s.n &&
                     (kb_is_space(s.p[i + dash]) || dash_length(s, i + dash - 1) > 2);
        if (!dash || !(before || after) || (dash == 1 && !(before && after)) ||
            (c == '.' && !after) || (c == ',' && !after))
            continue;
        size_t text = skip_blanks(s, i + dash);
        struct head head = read_head(lexicon, place);
        size_t behind = head.names ? agency_behind(lexicon, s, text) : text;
        if (convinces(s, &head, text) || behind > text)
            return behind;
        if (head.names && head.plain && before && is_plain_place(s, place, text))
            return text;
        break;
    }
    return 0;
}

size_t kb_page_lead_tag(const struct kb_lexicon *lexicon, struct kb_str paragraph,
                        enum kb_removed_kind *kind) {
    enum kb_removed_kind found = KB_REMOVED_NONE;
    size_t start = skip_blanks(paragraph, 0);
    struct kb_str s = kb_str_slice(paragraph, start, paragraph.n);
    if (kb_page_is_quote(kb_page_first_char(s))) {
        if (kind)
            *kind = KB_REMOVED_NONE;
        return 0;
    }
    size_t n = bracket_tag(lexicon, s, &found);
    if (!n) {
        n = cable_tag(s);
        n = n ? n : place_tag(lexicon, s);
        n = n ? n : slash_tag(lexicon, s);
        found = KB_REMOVED_DATELINE;
    } else if (found == KB_REMOVED_DESK_TAG) {
        /* "(ANSA) - ROMA, 03 MAG - " */
        size_t more = place_tag(lexicon, kb_str_slice(s, n, s.n));
        if (more) {
            n += more;
            found = KB_REMOVED_DATELINE;
        }
    }
    if (!n || n > LONGEST_TAG || kb_page_trim(kb_str_slice(s, n, s.n)).n < LEAST_TEXT)
        n = 0;
    if (kind)
        *kind = n ? found : KB_REMOVED_NONE;
    return n ? start + n : 0;
}
