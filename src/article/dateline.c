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
           c == 0xFF0C || c == 0x60C || c == '|' || c == ':';
}

static bool has_digit(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++) {
        size_t len;
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (kb_is_digit(s.p[i]) || (c >= 0x660 && c <= 0x669) ||
            (c >= 0x6F0 && c <= 0x6F9) || (c >= 0x966 && c <= 0x96F))
            return true;
    }
    return false;
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
        else if (s.n && s.p[s.n - 1] == '-')
            s.n--;
    }
    return s;
}

struct parts {
    struct kb_str place_from, place_to; /* first and last piece of the place */
    struct kb_str date;
    const struct kb_name *agency;
};

/* The last word of a place may be the day's month: "PUTRAJAYA Nov 22". */
static void read_piece(struct kb_finder *f, struct kb_str piece, struct parts *parts) {
    struct kb_name_hit hit;
    piece = bare(piece);
    if (!piece.n)
        return;
    if (kb_name_next(f->lexicon, piece, 0, f->country, &hit) &&
        hit.name->kind != KB_NAME_PHOTO) {
        if (!parts->agency)
            parts->agency = hit.name;
        /* "新华社北京3月3日电": the place stands behind the agency */
        struct kb_str before = kb_page_trim(kb_str_slice(piece, 0, hit.start));
        struct kb_str behind = bare(kb_str_slice(piece, hit.end, piece.n));
        piece = before.n ? before : behind;
        if (!piece.n || kb_page_first_letter(piece) == KB_LETTER_LOWER)
            return;
    }
    if (has_digit(piece)) {
        size_t digit = 0;
        while (digit < piece.n && !has_digit(kb_str_slice(piece, digit, digit + 1)) &&
               !has_digit(kb_str_slice(piece, digit, digit + 2)))
            digit++;
        struct kb_str before = kb_page_trim(kb_str_slice(piece, 0, digit));
        bool han = before.n && kb_is_han_like(kb_page_first_char(before));
        if (!parts->date.n)
            parts->date = han ? kb_str_slice(piece, digit, piece.n) : piece;
        if (!han || parts->place_from.n)
            return;
        piece = before;
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
        if (!is_border(c) && !dash)
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
}
