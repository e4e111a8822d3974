/* The dateline and the desk's tag: "PORT ELSIN, 3 May (AFP) –", "新华社北京3月3日电",
 * "[부산=…]", "(CLO)".
 *
 * In: what page cut off the head of the text (lead.c).  Out: its place, date and agency
 * as printed; an agency in it that is not the house is credited.  Parts are told by what
 * they hold: a name of the table, a digit, neither. */
#include "article/sources.h"
#include "page/line.h"

/* Marks that part a dateline's pieces.  A slash does not: "BEIRUT/THE HAGUE". */
static bool is_border(uint32_t c) {
    return c == ',' || c == '(' || c == ')' || c == '[' || c == ']' || c == '=' ||
           c == 0xFF1D || c == 0xFF08 || c == 0xFF09 || c == 0x3010 || c == 0x3011 ||
           c == 0x3014 || c == 0x3015 || c == 0xFF0F || c == 0xFF0C || c == 0x60C ||
           c == '|' || c == ':';
}

static bool has_digit(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++) {
        size_t len;
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (kb_is_digit(s.p[i]) || (c >= 0x660 && c <= 0x669) ||
            (c >= 0x6F0 && c <= 0x6F9) || (c >= 0x966 && c <= 0x96F) ||
            (c >= 0x9E6 && c <= 0x9EF) || (c >= 0xE50 && c <= 0xE59))
            return true;
    }
    return false;
}

/* A full stop parts pieces where a date or a name stands behind it: "МОСКВА. 3 марта.
 * /ТАСС/", not "LA CROSSE, Wis. (AP)". */
static bool is_stop(const struct kb_finder *f, struct kb_str raw, size_t at) {
    struct kb_name_hit hit;
    if (at + 2 >= raw.n || raw.p[at] != '.' || raw.p[at + 1] != ' ')
        return false;
    return raw.p[at + 2] == '/' ||
           (kb_is_digit(raw.p[at + 2]) && at && !kb_is_digit(raw.p[at - 1])) ||
           kb_name_at(f->lexicon, raw, at + 2, f->country, &hit);
}

/* The signs for "cable" and "report" behind a date or a place. */
static struct kb_str without_report(struct kb_str s) {
    static const char *const signs[] = {"电",   "電",   "讯",   "訊",
                                        "報導", "报导", "報道", "报道"};
    for (size_t i = 0; i < KB_COUNT(signs); i++)
        if (kb_str_ends(s, kb_str_z(signs[i])))
            s.n -= strlen(signs[i]);
    return s;
}

/* Takes dashes and full stops with them off both ends, and an initial's not. */
static struct kb_str bare(struct kb_str s) {
    for (size_t before = 0; before != s.n;) {
        before = s.n;
        s = kb_page_trim(s);
        if (kb_str_ends(s, KB_STR(".-")) || kb_str_ends(s, KB_STR("- ")))
            s.n -= 2;
        if (s.n && kb_page_is_dash(kb_page_first_char(s)))
            s = kb_page_behind_char(s);
        if (kb_str_ends(s, KB_STR("\xE2\x80\x93")) ||
            kb_str_ends(s, KB_STR("\xE2\x80\x94")))
            s.n -= 3;
        else if (s.n && (s.p[s.n - 1] == '-' || s.p[s.n - 1] == '/'))
            s.n--;
        if (s.n && s.p[0] == '/')
            s = kb_str_slice(s, 1, s.n);
    }
    return s;
}

struct parts {
    struct kb_str place_from, place_to; /* first and last piece of the place */
    struct kb_str date;
    const struct kb_name *agency;
};

/* The agency in a piece, or else an outlet that is not an ordinary word too. */
static bool find_name(const struct kb_finder *f, struct kb_str piece,
                      struct kb_name_hit *found) {
    struct kb_name_hit hit;
    bool any = false;
    for (size_t pos = 0; kb_name_next(f->lexicon, piece, pos, f->country, &hit);
         pos = hit.end) {
        bool wire = hit.name->kind == KB_NAME_WIRE;
        if (hit.name->kind == KB_NAME_PHOTO || (!wire && (any || hit.ordinary)))
            continue;
        *found = hit;
        any = true;
        if (wire)
            break;
    }
    return any;
}

/* A piece with a digit in it: its date.  Leaves the place before it: "Praha 3. března"
 * and "北京3月3日" have no comma. */
static struct kb_str read_date(struct kb_str piece, struct parts *parts) {
    size_t digit = 0, len;
    while (digit < piece.n && kb_utf8_next(piece.p + digit, piece.p + piece.n, &len) &&
           !has_digit(kb_str_slice(piece, digit, digit + len)))
        digit += len;
    struct kb_str before = kb_page_trim(kb_str_slice(piece, 0, digit));
    struct kb_str date = kb_str_slice(piece, digit, piece.n);
    bool han = before.n && kb_is_han_like(kb_page_first_char(before));
    if (parts->date.n) { /* "3rd March, 2026" */
        if (!before.n && piece.n == 4 && piece.p <= parts->date.p + parts->date.n + 2)
            parts->date.n = (size_t)(piece.p + piece.n - parts->date.p);
        return KB_STR_NONE;
    }
    parts->date = han ? date : piece;
    if (han || !before.n || parts->place_from.n)
        return before;
    if (kb_page_words(date) < 2) { /* "PUTRAJAYA Nov 22": the month before the day */
        size_t month = before.n;
        while (month && !kb_is_space(before.p[month - 1]))
            month--;
        date = kb_str_slice(piece, month, piece.n);
        before = kb_page_trim(kb_str_slice(before, 0, month));
    }
    parts->date = before.n ? date : piece;
    return before;
}

static void read_piece(struct kb_finder *f, struct kb_str piece, struct parts *parts) {
    struct kb_name_hit hit;
    piece = without_report(bare(piece));
    if (!piece.n || kb_str_starts(piece, KB_STR("記者")) ||
        kb_str_starts(piece, KB_STR("记者")))
        return;
    if (find_name(f, piece, &hit)) {
        if (!parts->agency)
            parts->agency = hit.name;
        /* "新华社北京3月3日电": the place stands behind the agency */
        struct kb_str before = bare(kb_str_slice(piece, 0, hit.start));
        struct kb_str behind = bare(kb_str_slice(piece, hit.end, piece.n));
        piece = before.n ? before : behind;
        if (!piece.n || kb_page_first_letter(piece) == KB_LETTER_LOWER)
            return;
    }
    if (has_digit(piece)) {
        piece = read_date(piece, parts);
        if (!piece.n || parts->place_from.n)
            return;
    } else if (parts->date.n && !parts->agency &&
               kb_page_first_letter(piece) == KB_LETTER_LOWER) {
        parts->date.n = (size_t)(piece.p + piece.n - parts->date.p); /* a weekday */
        return;
    }
    if (parts->date.n && parts->place_from.n)
        return;
    if (!parts->place_from.n)
        parts->place_from = piece;
    else if (parts->agency) /* what follows an agency's name is no more of the place */
        return;
    parts->place_to = piece;
}

static void read_dateline(struct kb_finder *f, struct kb_str raw) {
    struct kb_dateline *d = &f->article->dateline;
    struct parts parts = {0};
    size_t from = 0, len;
    bool place_closed = false;
    for (size_t i = 0; i <= raw.n; i += i < raw.n ? len : 1) {
        uint32_t c = i < raw.n ? kb_utf8_next(raw.p + i, raw.p + raw.n, &len) : ',';
        bool dash = i < raw.n && kb_page_is_dash(c) && i && kb_is_space(raw.p[i - 1]);
        if (!is_border(c) && !dash && !is_stop(f, raw, i))
            continue;
        struct parts before = parts;
        read_piece(f, kb_str_slice(raw, from, i), &parts);
        if (place_closed) { /* behind the date or the agency stands no more place */
            parts.place_from = before.place_from;
            parts.place_to = before.place_to;
        }
        place_closed |= before.place_from.n && (parts.date.n || parts.agency);
        from = i + (i < raw.n ? len : 0);
    }
    d->raw = raw;
    if (parts.place_from.n) {
        struct kb_str place = {
            parts.place_from.p,
            (size_t)(parts.place_to.p + parts.place_to.n - parts.place_from.p)};
        d->place = kb_arena_dup(f->arena, place);
    }
    d->date = kb_arena_dup(f->arena, parts.date);
    if (!parts.agency)
        return;
    if (parts.agency->kind == KB_NAME_WIRE)
        d->agency = kb_arena_dup(f->arena, parts.agency->name);
    kb_sources_add(f, parts.agency, KB_STR_NONE,
                   parts.agency->kind == KB_NAME_WIRE ? KB_REL_CREDITED
                                                      : KB_REL_REPUBLISHED,
                   KB_STR_NONE, raw, 0.95f);
}

/* "(CLO)" is a desk's; "(AFP)" an agency's. */
static void read_tag(struct kb_finder *f, struct kb_str raw) {
    struct kb_credit_line line;
    kb_credit_line_read(f, kb_page_trim(raw), &line);
    if (!line.count && !line.house)
        return;
    f->article->desk = KB_STR_NONE;
    for (size_t i = 0; i < line.count; i++)
        if (line.names[i].name->kind == KB_NAME_WIRE) {
            kb_sources_add(f, line.names[i].name, KB_STR_NONE,
                           line.wires > 1 ? KB_REL_COMPILED : KB_REL_CREDITED,
                           KB_STR_NONE, raw, 0.9f);
        }
    if (line.sign.n) {
        f->sign = line.sign;
        f->article->desk = kb_arena_dup(f->arena, line.sign);
    }
}

void kb_dateline_read(struct kb_finder *f) {
    const struct kb_article *a = f->article;
    for (size_t i = 0; i < a->removed_count; i++) {
        struct kb_str text = a->removed[i].text;
        if (a->removed[i].kind == KB_REMOVED_DATELINE && !a->dateline.raw.n)
            read_dateline(f, text);
        else if (a->removed[i].kind == KB_REMOVED_DESK_TAG)
            read_tag(f, text);
    }
    kb_dateline_read_alone(f);
}
