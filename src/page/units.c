/* A plain text enters, its paragraphs, headings, items and rules leave, as slices.
 *
 * Texts come in three habits: a line a paragraph; paragraphs between empty lines; and
 * lines broken by hand at some 60 to 100 columns, as in mails.  A first pass over the
 * first thousands of lines tells which, a second one cuts.  Both touch each byte a fixed
 * number of times and keep nothing but the units.  The marks are those that Markdown took
 * over from mail (CommonMark 0.31, sections 4.2, 4.3 and 5.2, which this follows in
 * spirit alone). */
#include "page/units.h"
#include "page/line.h"

enum {
    SAMPLE_LINES = 4000, /* that tell the habit */
    WIDEST = 120,        /* columns; nobody breaks lines by hand behind that */
    MEASURE_BYTES = 600, /* of a line, to tell its columns */
    HEADER_LINES = 40
};

struct lines {
    const char *p, *end;
};

/* The next line without its end: LF, CR LF, CR, form feed or vertical tab. */
static bool next_line(struct lines *lines, struct kb_str *line) {
    if (lines->p == lines->end)
        return false;
    const char *p = lines->p;
    while (p < lines->end && !(*p >= '\n' && *p <= '\r'))
        p++;
    *line = (struct kb_str){lines->p, (size_t)(p - lines->p)};
    if (p + 1 < lines->end && p[0] == '\r' && p[1] == '\n')
        p++;
    lines->p = p < lines->end ? p + 1 : p;
    return true;
}

static size_t columns(struct kb_str s) {
    return kb_page_columns(kb_str_cut(s, MEASURE_BYTES));
}

/* The end of a line, enough to tell whether a sentence ends there. */
static bool ends_sentence(struct kb_str s) {
    size_t from = s.n > 24 ? s.n - 24 : 0;
    while (from < s.n && ((unsigned char)s.p[from] & 0xC0) == 0x80)
        from++;
    return kb_page_ends_sentence(kb_str_slice(s, from, s.n));
}

static bool ends_colon(struct kb_str s) {
    return kb_str_ends(s, KB_STR(":")) || kb_str_ends(s, KB_STR("："));
}

static size_t indent_of(struct kb_str line) {
    size_t n = 0;
    for (size_t i = 0; i < line.n && n < 1000; i++) {
        if (line.p[i] == '\t')
            n += 4 - n % 4;
        else if (line.p[i] == ' ')
            n++;
        else
            break;
    }
    return n;
}

/* ---- the habit --------------------------------------------------------------------- */

/* The widest line but for one in twenty. */
static size_t common_width(const uint32_t *histogram, size_t total) {
    size_t above = 0, width = WIDEST + 1;
    while (width > 1 && (above + histogram[width]) * 20 <= total)
        above += histogram[width--];
    return width;
}

static void tell_habit(struct kb_str text, struct kb_units *units) {
    uint32_t histogram[WIDEST + 2] = {0};
    size_t total = 0, pairs = 0, run_on = 0, small = 0, cased = 0, full = 0;
    struct kb_str last = KB_STR_NONE, line;
    struct lines lines = {text.p, text.p + text.n};
    bool blank = true;
    while (total < SAMPLE_LINES && next_line(&lines, &line)) {
        line = kb_page_trim(line);
        if (!line.n) {
            blank = true;
            continue;
        }
        if (blank && total)
            units->blanks = true;
        size_t n = columns(line);
        histogram[n > WIDEST ? WIDEST + 1 : n]++;
        total++;
        if (!blank) {
            pairs++;
            enum kb_letter letter = kb_page_first_letter(kb_str_slice(line, 0, 16));
            cased += letter == KB_LETTER_UPPER || letter == KB_LETTER_LOWER;
            small += letter == KB_LETTER_LOWER;
            run_on += !ends_sentence(last);
        }
        last = line;
        blank = false;
    }
    size_t width = common_width(histogram, total ? total : 1);
    for (size_t i = width * 3 / 4; i <= WIDEST + 1; i++)
        full += histogram[i];
    units->width = width;
    /* Sentences run over the ends of most lines, and where there is case, many lines go
     * on with a small letter: a list of headlines does neither. */
    units->wrapped = width >= 30 && width <= WIDEST && pairs >= 2 &&
                     run_on * 2 >= pairs && small * 5 >= cased && full * 5 >= total * 2;
}

/* ---- what one line is -------------------------------------------------------------- */

/* A line of one sign, three or more: an underline or a rule. */
static char ruler(struct kb_str s) {
    size_t signs = 0;
    char sign = s.n ? s.p[0] : '\0';
    if (s.n < 3 || s.n > 400 || !sign || !strchr("=-*_~#", sign))
        return '\0';
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == sign)
            signs++;
        else if (s.p[i] != ' ')
            return '\0';
    }
    return signs >= 3 ? sign : '\0';
}

static size_t bullet_length(struct kb_str s) {
    static const uint32_t bullets[] = {'-',    '*',    '+',    0x2022, 0x25CF,
                                       0x25AA, 0x25E6, 0x2023, 0x25A0, 0x25CB,
                                       0x27A2, 0x2043, 0xB7,   0x30FB, 0x25AB};
    size_t len;
    if (s.n < 3)
        return 0;
    uint32_t c = kb_utf8_next(s.p, s.p + s.n, &len);
    for (size_t i = 0; i < KB_COUNT(bullets); i++) {
        if (c != bullets[i])
            continue;
        size_t n = len;
        while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
            n++;
        /* Bullets of their own sign need no space behind them. */
        return n < s.n && (n > len || c >= 0x2000) ? n : 0;
    }
    return 0;
}

/* "12. ", "12) ", "(12) " */
static size_t number_length(struct kb_str s, uint32_t *number) {
    size_t i = s.n && s.p[0] == '(' ? 1 : 0, from = i;
    uint32_t value = 0;
    while (i < s.n && i - from < 3 && kb_is_digit(s.p[i]))
        value = value * 10 + (uint32_t)(s.p[i++] - '0');
    if (i == from || i >= s.n || !(s.p[i] == ')' || (s.p[i] == '.' && !from)))
        return 0;
    size_t n = i + 1;
    while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
        n++;
    *number = value;
    return n > i + 1 && n < s.n ? n : 0;
}

static size_t heading_level(struct kb_str *s) {
    size_t level = 0;
    while (level < s->n && s->p[level] == '#')
        level++;
    if (!level || level > 6 || level >= s->n || s->p[level] != ' ')
        return 0;
    struct kb_str text = kb_page_trim(kb_str_slice(*s, level, s->n));
    while (text.n && text.p[text.n - 1] == '#')
        text.n--;
    text = kb_page_trim(text);
    if (!text.n || text.n > 400)
        return 0;
    *s = text;
    return level;
}

/* ---- cutting ----------------------------------------------------------------------- */

struct cutter {
    struct kb_units *units;
    struct kb_arena *arena;
    struct kb_str last; /* the last line's text */
    size_t last_columns, last_indent;
    bool blank; /* an empty line came since */
    bool open;  /* the last unit may go on */
};

static struct kb_unit *add_unit(struct cutter *c, enum kb_unit_kind kind,
                                struct kb_str raw, size_t indent) {
    struct kb_units *units = c->units;
    if (units->count >= KB_LIMIT_BLOCKS) {
        units->too_many = true;
        return NULL;
    }
    void *items = units->items;
    if (!kb_arena_grow(c->arena, &items, units->count, &units->cap, sizeof *units->items,
                       KB_LIMIT_BLOCKS)) {
        units->no_room = true;
        return NULL;
    }
    units->items = items;
    struct kb_unit *unit = &units->items[units->count++];
    *unit = (struct kb_unit){.kind = kind,
                             .raw = raw,
                             .indent = (uint16_t)indent,
                             .blank_before = c->blank,
                             .blank_after = true};
    if (units->count > 1)
        unit[-1].blank_after = c->blank;
    c->open = true;
    return unit;
}

/* The first word of the new line would still have fitted on the last one, so that its
 * break was meant; a quarter of the width is left for ragged lines. */
static bool meant_break(const struct cutter *c, struct kb_str line) {
    size_t word = 0, len;
    while (word < line.n && word < 40 && !kb_is_space(line.p[word]))
        word++;
    size_t wide = kb_page_columns(kb_str_cut(line, word));
    if (kb_is_han_like(kb_utf8_next(line.p, line.p + line.n, &len)))
        wide = 2;
    return (c->last_columns + 1 + wide) * 4 < c->units->width * 3;
}

/* Whether a line is the last unit's next one. */
static bool goes_on(const struct cutter *c, const struct kb_unit *unit,
                    struct kb_str line, size_t indent) {
    if (!c->open || c->blank)
        return false;
    bool item = unit->kind == KB_UNIT_BULLET || unit->kind == KB_UNIT_NUMBER;
    if (!item && unit->kind != KB_UNIT_PARAGRAPH && unit->kind != KB_UNIT_QUOTE)
        return false;
    if (item && indent >= (size_t)unit->indent + 2)
        return true;
    if (kb_str_ends(c->last, KB_STR("\xC2\xAD"))) /* a soft hyphen: inside a word */
        return true;
    if (!c->units->wrapped || meant_break(c, line))
        return false;
    return !(indent >= c->last_indent + 2 && ends_sentence(c->last));
}

static bool cut_marked(struct cutter *c, struct kb_unit *unit, struct kb_str line,
                       size_t indent, bool *ok) {
    uint32_t number = 0;
    size_t mark, level;
    char rule = ruler(line);
    bool below =
        c->open && !c->blank && unit && unit->kind == KB_UNIT_PARAGRAPH && !unit->joined;
    *ok = true;
    if (below && (rule == '=' || rule == '-') && c->last_columns <= WIDEST &&
        !ends_sentence(c->last)) {
        unit->kind = KB_UNIT_HEADING;
        unit->number = rule == '=' ? 1 : 2;
        c->open = false;
        c->blank = true;
        return true;
    }
    if (rule) {
        *ok = add_unit(c, KB_UNIT_RULE, line, 0) != NULL;
        c->open = false;
        return true;
    }
    if ((level = heading_level(&line)) != 0) {
        unit = add_unit(c, KB_UNIT_HEADING, line, 0);
        if (unit)
            unit->number = (uint32_t)level;
        c->open = false;
        *ok = unit != NULL;
        return true;
    }
    bool bullet = (mark = bullet_length(line)) != 0;
    if (!bullet && (mark = number_length(line, &number)) == 0)
        return false;
    /* Inside a sentence of broken lines "- " and "1. " are no marks. */
    if (c->units->wrapped && c->open && !c->blank && unit &&
        unit->kind == KB_UNIT_PARAGRAPH && !ends_sentence(c->last) &&
        !ends_colon(c->last) && !meant_break(c, line))
        return false;
    unit = add_unit(c, bullet ? KB_UNIT_BULLET : KB_UNIT_NUMBER, line, indent);
    if (unit) {
        unit->mark = mark;
        unit->number = number;
    }
    *ok = unit != NULL;
    return true;
}

static bool cut_line(struct cutter *c, struct kb_str line) {
    size_t indent = indent_of(line), n = c->units->count;
    struct kb_unit *unit = n ? &c->units->items[n - 1] : NULL;
    bool ok;
    line = kb_page_trim(line);
    if (!line.n) {
        c->blank = true;
        return true;
    }
    if (cut_marked(c, unit, line, indent, &ok)) {
        /* done */
    } else if (line.p[0] == '>' && line.n > 1 && line.p[1] != '>') {
        bool on = c->open && !c->blank && unit && unit->kind == KB_UNIT_QUOTE;
        if (on) {
            unit->raw.n = (size_t)(line.p + line.n - unit->raw.p);
            unit->joined = true;
        }
        ok = on || add_unit(c, KB_UNIT_QUOTE, line, indent);
    } else if (unit && goes_on(c, unit, line, indent)) {
        unit->raw.n = (size_t)(line.p + line.n - unit->raw.p);
        unit->joined = true;
    } else {
        ok = add_unit(c, KB_UNIT_PARAGRAPH, line, indent) != NULL;
    }
    c->last = line;
    c->last_columns = columns(line) + indent;
    c->last_indent = indent;
    c->blank = false;
    return ok;
}

/* ---- the header -------------------------------------------------------------------- */

static size_t key_length(struct kb_str line) {
    size_t n = 0;
    while (n < line.n && n < 24 &&
           (kb_is_alpha(line.p[n]) || line.p[n] == '-' || line.p[n] == '_'))
        n++;
    bool url = n + 2 < line.n && line.p[n + 1] == '/' && line.p[n + 2] == '/';
    return n >= 2 && n < line.n && line.p[n] == ':' && !url ? n : 0;
}

/* Keys of mail (RFC 5322), of static site makers and of wire services. */
static bool is_known_key(struct kb_str key) {
    static const char *const keys[] = {
        "title",    "subject",  "headline",    "date",     "published",  "author",
        "authors",  "byline",   "from",        "to",       "url",        "link",
        "tags",     "keywords", "category",    "language", "lang",       "slug",
        "source",   "updated",  "description", "section",  "message-id", "content-type",
        "reply-to", "draft",
    };
    for (size_t i = 0; i < KB_COUNT(keys); i++)
        if (kb_str_equal_nocase(key, kb_str_z(keys[i])))
            return true;
    return false;
}

/* Two or more lines "Key: value" at the head, an empty line or a rule behind them. */
static void cut_header(struct cutter *c, struct lines *lines) {
    struct lines at = *lines, start;
    struct kb_str line;
    size_t count = 0, known = 0, seen = 0;
    bool fence = false, closed = false;
    do {
        start = at;
        if (!next_line(&at, &line))
            return;
        line = kb_page_trim(line);
    } while (!line.n && ++seen < HEADER_LINES);
    if (ruler(line) == '-') {
        fence = true;
        start = at;
    } else {
        at = start;
    }
    while (count < HEADER_LINES && !closed && next_line(&at, &line)) {
        line = kb_page_trim(line);
        size_t key = key_length(line);
        if (!line.n || ruler(line) == '-') {
            closed = !fence || line.n;
            if (!closed)
                return;
        } else if (key) {
            count++;
            known += is_known_key(kb_str_slice(line, 0, key));
        } else {
            return;
        }
    }
    if (!closed || count < 2 || known * 2 < count || !known)
        return;
    for (*lines = start; count && next_line(lines, &line); count--)
        if (!add_unit(c, KB_UNIT_HEADER, kb_page_trim(line), 0))
            return;
    *lines = at;
    c->open = false;
    c->blank = true;
}

void kb_page_units_cut(struct kb_str text, struct kb_arena *arena,
                       struct kb_units *units) {
    struct cutter c = {.units = units, .arena = arena, .blank = true};
    struct lines lines = {text.p, text.p + text.n};
    struct kb_str line;
    *units = (struct kb_units){0};
    if (!text.n)
        return;
    tell_habit(text, units);
    cut_header(&c, &lines);
    while (next_line(&lines, &line))
        if (!cut_line(&c, line))
            break;
}
