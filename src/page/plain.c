/* A plain text enters; the article's body, what was taken out of it, title and byline
 * leave.
 *
 * units.c cuts the text; here each unit is asked what it is: headline, debris, item,
 * subheading, paragraph.  The texts are copied into the arena with their white space
 * folded, because the page's bytes may go before the article does.  A quarter of the
 * memory that the arena has left is the most that is copied: what a person reads is far
 * less, and the nodes, and whoever prints the body, need room too. */
#include "page/line.h"
#include "page/meta.h"
#include "page/units.h"

enum {
    TITLE_COLUMNS = 160,
    SUBHEADING_COLUMNS = 80,
    PROSE_COLUMNS = 80, /* lines as long as that are prose */
    LIST_DEPTH = 8
};

void kb_page_warn(struct kb_page_result *result, const char *warning) {
    for (size_t i = 0; i < result->warning_count; i++)
        if (strcmp(result->warnings[i], warning) == 0)
            return;
    if (result->warning_count < KB_LIMIT_WARNINGS)
        result->warnings[result->warning_count++] = warning;
}

struct level {
    struct kb_node *list, *item;
    size_t indent;
    bool ordered;
};

struct plain {
    const struct kb_lexicon *lexicon;
    struct kb_arena *arena;
    struct kb_page_result *result;
    struct kb_units units;
    size_t removed_cap;
    size_t room; /* bytes of text that may still be copied */
    bool cut;    /* text was left out for want of room */
    bool rule;   /* a rule came; it is drawn where something follows */
    struct level levels[LIST_DEPTH];
    size_t depth;
    enum kb_removed_kind below; /* what the lines below a whole-line phrase are */
    size_t below_left;
    size_t paragraphs, prose, total; /* counts of columns, but for paragraphs */
};

/* ---- text -------------------------------------------------------------------------- */

static bool is_wide(uint32_t c) {
    return kb_is_han_like(c) || (c >= 0x3000 && c <= 0x303F) ||
           (c >= 0xFF00 && c <= 0xFFEF);
}

/* What white space with a line end in it becomes between two characters: nothing inside
 * scripts without spaces and behind a hyphen inside a word, else a space. */
static bool joins_tight(uint32_t before, uint32_t after, struct kb_str rest) {
    static const struct kb_str joints[] = {{"und ", 4}, {"oder ", 5}, {"and ", 4},
                                           {"or ", 3},  {"en ", 3},   {"och ", 4}};
    if (is_wide(before) && is_wide(after))
        return !(before >= 0xE00 && before < 0x2000);
    if (before != '-' || kb_page_letter(after) != KB_LETTER_LOWER)
        return false;
    for (size_t i = 0; i < KB_COUNT(joints); i++)
        if (kb_str_starts(rest, joints[i]))
            return false; /* "Wind- und Wasserkraft" */
    return true;
}

/* raw in the arena: white space folded, lines joined, control characters and the quote
 * marks of mails at line heads left out. */
static struct kb_str fold(struct plain *plain, struct kb_str raw, bool quote) {
    if (raw.n > plain->room) {
        raw = kb_str_cut(raw, plain->room);
        plain->cut = true;
    }
    char *out = raw.n ? kb_arena_alloc(plain->arena, raw.n + 1) : NULL;
    if (!out) {
        plain->cut |= raw.n > 0;
        return KB_STR_NONE;
    }
    plain->room -= raw.n;
    const char *p = raw.p, *end = p + raw.n;
    size_t n = 0, len;
    bool space = false, line = false, soft = false, word = false;
    uint32_t last = 0;
    while (p < end) {
        uint32_t c = (unsigned char)*p < 0x80 ? (len = 1, (unsigned char)*p)
                                              : kb_utf8_next(p, end, &len);
        if (c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0x2028 || c == 0x2029) {
            line |= (c >= '\n' && c <= '\r') || c == 0x2028 || c == 0x2029;
            space |= c > 0x1F || (c >= '\t' && c <= '\r');
        } else if (c == 0xFEFF || c == 0x7F || (quote && line && c == '>')) {
            /* left out */
        } else if (c == 0xAD) {
            soft = true; /* a place where a word may be broken: shown only there */
        } else {
            struct kb_str rest = {p, (size_t)(end - p)};
            bool tight =
                line && (soft || (joins_tight(last, c, rest) && (last != '-' || word)));
            if (space && n && !tight)
                out[n++] = ' ';
            memcpy(out + n, p, len);
            n += len;
            space = line = soft = false;
            if (c == '-')
                word = last != 0 && kb_page_letter(last) != KB_LETTER_NONE;
            last = c;
        }
        p += len;
    }
    out[n] = '\0';
    return (struct kb_str){out, n};
}

static void set_removed(struct plain *plain, enum kb_removed_kind kind,
                        struct kb_str text) {
    struct kb_page_result *r = plain->result;
    void *items = r->removed;
    if (!text.n || r->removed_count >= KB_LIMIT_LIST_ITEMS)
        return;
    if (!kb_arena_grow(plain->arena, &items, r->removed_count, &plain->removed_cap,
                       sizeof *r->removed, KB_LIMIT_LIST_ITEMS)) {
        plain->cut = true;
        return;
    }
    r->removed = items;
    r->removed[r->removed_count++] = (struct kb_removed){kind, text};
}

/* ---- nodes ------------------------------------------------------------------------- */

static struct kb_node *add_block(struct plain *plain, enum kb_node_kind kind,
                                 struct kb_str text) {
    struct kb_node *body = plain->result->body;
    plain->depth = 0;
    if (plain->rule && body->first)
        plain->cut |= !kb_node_add(plain->arena, body, KB_NODE_RULE);
    plain->rule = false;
    struct kb_node *node = kb_node_add(plain->arena, body, kind);
    if (node && text.n && !kb_node_add_text(plain->arena, node, text))
        node = NULL;
    plain->cut |= !node;
    return node;
}

static void add_item(struct plain *plain, const struct kb_unit *unit,
                     struct kb_str text) {
    bool ordered = unit->kind == KB_UNIT_NUMBER;
    struct level *top = plain->depth ? &plain->levels[plain->depth - 1] : NULL;
    while (top && top->indent > unit->indent && plain->depth > 1 &&
           plain->levels[plain->depth - 2].indent >= unit->indent)
        top = &plain->levels[--plain->depth - 1];
    bool deeper = top && unit->indent >= top->indent + 2 && plain->depth < LIST_DEPTH;
    if (top && !deeper && top->ordered != ordered) {
        plain->depth--;
        deeper = plain->depth > 0;
        top = deeper ? &plain->levels[plain->depth - 1] : NULL;
    }
    if (!top || deeper) {
        size_t depth = plain->depth;
        struct kb_node *list = top ? kb_node_add(plain->arena, top->item, KB_NODE_LIST)
                                   : add_block(plain, KB_NODE_LIST, KB_STR_NONE);
        plain->depth = depth;
        if (!list) {
            plain->cut = true;
            return;
        }
        list->level = ordered;
        list->number = ordered ? (uint16_t)unit->number : 0;
        top = &plain->levels[plain->depth++];
        *top = (struct level){list, NULL, unit->indent, ordered};
    }
    struct kb_node *item = kb_node_add(plain->arena, top->list, KB_NODE_ITEM);
    if (!item || !kb_node_add_text(plain->arena, item, text)) {
        plain->cut = true;
        plain->depth = 0;
        return;
    }
    top->item = item;
}

/* ---- what a unit is ---------------------------------------------------------------- */

/* Headlines ask and shout; they do not end with a full stop. */
static bool ends_statement(struct kb_str text) {
    static const struct kb_str marks[] = {
        {"?", 1}, {"!", 1}, {"？", 3}, {"！", 3}, {"؟", 2}};
    for (size_t i = 0; i < KB_COUNT(marks); i++)
        if (kb_str_ends(text, marks[i]))
            return false;
    return kb_page_ends_sentence(text);
}

/* A number is an item's where a neighbour counts on: "3. Mai" begins a sentence. */
static bool is_counted(const struct kb_units *units, size_t at) {
    const struct kb_unit *u = &units->items[at];
    for (size_t i = 1; i <= 8 && i <= at; i++) {
        const struct kb_unit *before = u - i;
        if (before->kind == KB_UNIT_NUMBER && before->indent <= u->indent) {
            if (before->number + 1 == u->number)
                return true;
            break;
        }
        if ((before->kind != KB_UNIT_BULLET && before->kind != KB_UNIT_NUMBER) ||
            before->indent <= u->indent)
            break;
    }
    for (size_t i = 1; i <= 8 && at + i < units->count; i++) {
        if (u[i].kind == KB_UNIT_NUMBER && u[i].indent <= u->indent)
            return u[i].number == u->number + 1;
        if (u[i].kind != KB_UNIT_BULLET && u[i].kind != KB_UNIT_NUMBER)
            return false;
    }
    return false;
}

/* The headline: short, no full stop, at the head, apart from prose below it. */
static bool is_title(const struct plain *plain, size_t at, struct kb_str text) {
    const struct kb_units *units = &plain->units;
    const struct kb_unit *unit = &units->items[at];
    size_t columns = kb_page_columns(kb_str_cut(text, 1000));
    if (plain->result->meta.title.n || plain->result->body->first || columns < 4 ||
        columns > TITLE_COLUMNS || at + 1 >= units->count)
        return false;
    if (ends_statement(text) || strchr(":,;", text.p[text.n - 1]) ||
        kb_page_has_sentences(text))
        return false;
    if (unit->blank_after)
        return true;
    for (size_t i = at + 1; i < units->count && i < at + 4; i++) {
        size_t next = kb_page_columns(kb_str_cut(units->items[i].raw, 1000));
        if (next > PROSE_COLUMNS && next > columns + columns / 2)
            return columns <= 120;
    }
    return false;
}

/* A short line between empty lines, with a paragraph of prose below it. */
static bool is_subheading(const struct plain *plain, size_t at, struct kb_str text) {
    const struct kb_units *units = &plain->units;
    const struct kb_unit *unit = &units->items[at];
    if (!units->blanks || !unit->blank_before || !unit->blank_after || unit->joined ||
        !plain->paragraphs || at + 1 >= units->count)
        return false;
    if (text.n > 4 * SUBHEADING_COLUMNS || kb_page_columns(text) > SUBHEADING_COLUMNS ||
        kb_page_words(text) > 12)
        return false;
    enum kb_letter first = kb_page_first_letter(text);
    size_t len;
    uint32_t c = kb_utf8_next(text.p, text.p + text.n, &len);
    if (first == KB_LETTER_LOWER || first == KB_LETTER_NONE ||
        kb_page_letter(c) == KB_LETTER_NONE ||
        kb_str_find_byte(text, '\t') != KB_NOT_FOUND)
        return false;
    if (strchr(".:,;", text.p[text.n - 1]) || kb_page_ends_sentence(text))
        return text.p[text.n - 1] == '?';
    return units->items[at + 1].kind == KB_UNIT_PARAGRAPH &&
           units->items[at + 1].raw.n >= 120;
}

static enum kb_removed_kind debris_kind(struct plain *plain, size_t at,
                                        struct kb_str text) {
    const struct kb_units *units = &plain->units;
    struct kb_line_place place = {
        .index = at, .count = units->count, .all_link = kb_page_is_url(text)};
    if (plain->below_left && text.n <= 600) {
        plain->below_left--;
        bool bio = plain->below == KB_REMOVED_AUTHOR_BIO;
        if (bio || (kb_page_columns(text) <= 140 && !ends_statement(text)))
            return plain->below;
    }
    plain->below_left = 0;
    if (place.all_link)
        return at + 4 >= units->count ? KB_REMOVED_SOURCE_LINE : KB_REMOVED_OTHER;
    enum kb_removed_kind kind = kb_page_debris(plain->lexicon, text, &place);
    if (kind == KB_REMOVED_NONE || kb_page_columns(text) > 40)
        return kind;
    /* "About the author", "Read also:" alone announce what stands below them. */
    struct kb_phrase_hits hits = kb_lexicon_match(plain->lexicon, text);
    bool whole = !kb_page_bare(kb_str_slice(text, hits.prefix_bytes, text.n)).n;
    if (whole && (kind == KB_REMOVED_AUTHOR_BIO || kind == KB_REMOVED_RELATED)) {
        plain->below = kind;
        plain->below_left = kind == KB_REMOVED_RELATED ? 5 : 1;
    }
    return kind;
}

static void note_removed(struct plain *plain, enum kb_removed_kind kind,
                         struct kb_str text) {
    struct kb_page_result *r = plain->result;
    if (kind == KB_REMOVED_CREDIT_LINE && !r->byline.n)
        r->byline = kb_page_credit_name(plain->lexicon, text);
    else if (kind == KB_REMOVED_BYLINE && !r->byline.n)
        r->byline = text;
    set_removed(plain, kind, text);
}

/* ---- the units one by one ---------------------------------------------------------- */

static void read_header(struct plain *plain, struct kb_str text) {
    struct kb_page_meta *meta = &plain->result->meta;
    size_t colon = kb_str_find_byte(text, ':');
    struct kb_str key = kb_str_slice(text, 0, colon);
    struct kb_str value = kb_page_trim(kb_str_slice(text, colon + 1, text.n));
    if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
        value.p[value.n - 1] == value.p[0])
        value = kb_str_slice(value, 1, value.n - 1);
    value = kb_str_cut(value, KB_LIMIT_META_BYTES);
    enum kb_removed_kind kind = KB_REMOVED_OTHER;
    static const char *const titles[] = {"title", "headline", "subject"};
    static const char *const writers[] = {"byline", "author", "authors", "from"};
    for (size_t i = 0; i < KB_COUNT(titles); i++)
        if (kb_str_equal_nocase(key, kb_str_z(titles[i])) && value.n) {
            meta->title = value;
            kind = KB_REMOVED_HEADLINE;
        }
    for (size_t i = 0; i < KB_COUNT(writers); i++)
        if (kb_str_equal_nocase(key, kb_str_z(writers[i])) && value.n) {
            if (!plain->result->byline.n)
                plain->result->byline = value;
            kind = KB_REMOVED_BYLINE;
        }
    if (kb_str_equal_nocase(key, KB_STR("date")) ||
        kb_str_equal_nocase(key, KB_STR("published")))
        meta->date_published = kb_page_date(plain->arena, value);
    else if (kb_str_equal_nocase(key, KB_STR("updated")))
        meta->date_modified = kb_page_date(plain->arena, value);
    else if (kb_str_equal_nocase(key, KB_STR("url")) && kb_page_is_url(value))
        meta->canonical_url = value;
    else if (kb_str_equal_nocase(key, KB_STR("lang")) ||
             kb_str_equal_nocase(key, KB_STR("language")))
        meta->language = value.n <= 15 ? value : KB_STR_NONE;
    set_removed(plain, kind, text);
}

static void count_text(struct plain *plain, struct kb_str text, bool item) {
    size_t columns = kb_page_columns(text);
    bool words = kb_page_words(kb_str_cut(text, 400)) >= 4 ||
                 kb_page_first_letter(kb_str_cut(text, 400)) == KB_LETTER_PLAIN;
    bool prose = words && (columns >= PROSE_COLUMNS ||
                           (!item && columns >= 30 && kb_page_ends_sentence(text)));
    plain->total += columns;
    plain->prose += prose ? columns : 0;
    plain->paragraphs += prose;
}

/* A paragraph: debris, headline, subheading or text. */
static void read_paragraph(struct plain *plain, size_t at, struct kb_str text) {
    struct kb_page_result *r = plain->result;
    enum kb_removed_kind kind = debris_kind(plain, at, text);
    if (kind != KB_REMOVED_NONE) {
        note_removed(plain, kind, text);
        plain->depth = 0;
        return;
    }
    size_t tag = r->body->first ? 0 : kb_page_lead_tag(plain->lexicon, text, &kind);
    if (!tag && is_title(plain, at, text)) {
        r->meta.title = kb_str_cut(text, KB_LIMIT_META_BYTES);
        return;
    }
    if (!tag && is_subheading(plain, at, text)) {
        struct kb_node *heading = add_block(plain, KB_NODE_HEADING, text);
        if (heading)
            heading->level = 2;
        return;
    }
    if (tag) {
        set_removed(plain, kind, kb_page_trim(kb_str_slice(text, 0, tag)));
        text = kb_str_slice(text, tag, text.n);
    }
    add_block(plain, KB_NODE_PARAGRAPH, text);
    count_text(plain, text, false);
}

static void read_item(struct plain *plain, size_t at, struct kb_str text) {
    const struct kb_unit *unit = &plain->units.items[at];
    enum kb_removed_kind kind = debris_kind(plain, at, text);
    if (kind != KB_REMOVED_NONE && kind != KB_REMOVED_BYLINE &&
        !(kind == KB_REMOVED_OTHER && !kb_page_is_url(text))) {
        note_removed(plain, kind, text);
        return;
    }
    add_item(plain, unit, text);
    count_text(plain, text, true);
}

static void read_heading(struct plain *plain, const struct kb_unit *unit,
                         struct kb_str text) {
    struct kb_page_result *r = plain->result;
    if (!r->meta.title.n && !r->body->first && unit->number <= 2) {
        r->meta.title = kb_str_cut(text, KB_LIMIT_META_BYTES);
        return;
    }
    struct kb_node *heading = add_block(plain, KB_NODE_HEADING, text);
    if (heading)
        heading->level = (uint8_t)(unit->number < 2 ? 2 : unit->number);
}

static void read_unit(struct plain *plain, size_t at) {
    struct kb_unit *unit = &plain->units.items[at];
    if (unit->kind == KB_UNIT_RULE) {
        plain->rule = true;
        plain->depth = 0;
        return;
    }
    if (unit->kind == KB_UNIT_NUMBER && !is_counted(&plain->units, at)) {
        unit->kind = KB_UNIT_PARAGRAPH;
        unit->mark = 0;
    }
    struct kb_str text = kb_str_slice(unit->raw, unit->mark, unit->raw.n);
    text = fold(plain, text, unit->kind == KB_UNIT_QUOTE);
    if (!text.n)
        return;
    switch (unit->kind) {
    case KB_UNIT_HEADER: read_header(plain, text); break;
    case KB_UNIT_HEADING: read_heading(plain, unit, text); break;
    case KB_UNIT_BULLET:
    case KB_UNIT_NUMBER: read_item(plain, at, text); break;
    case KB_UNIT_QUOTE: {
        struct kb_node *quote = add_block(plain, KB_NODE_QUOTE, KB_STR_NONE);
        struct kb_node *p =
            quote ? kb_node_add(plain->arena, quote, KB_NODE_PARAGRAPH) : NULL;
        text = kb_page_trim(kb_str_slice(text, 1, text.n));
        plain->cut |= !p || !kb_node_add_text(plain->arena, p, text);
        count_text(plain, text, false);
        break;
    }
    default: read_paragraph(plain, at, text);
    }
}

static void judge(struct plain *plain, bool empty) {
    struct kb_page_result *r = plain->result;
    if (plain->units.too_many)
        kb_page_warn(r, "the text has more blocks than are read (KB_LIMIT_BLOCKS): the "
                        "rest was left out");
    if (plain->cut || plain->units.no_room)
        kb_page_warn(r, "the text needs more memory than one document may take "
                        "(KB_LIMIT_DOCUMENT_MEMORY): the rest was left out");
    if (!plain->total) {
        kb_page_warn(r, empty ? "the text is empty"
                              : "the text has no line that reads like an article");
        return;
    }
    float prose = (float)plain->prose / (float)plain->total;
    r->confidence = 0.1f + 0.85f * prose;
    if (plain->prose < 400)
        r->confidence *= 0.5f + (float)plain->prose / 800.0f;
    if (plain->total < 120)
        kb_page_warn(r, "the text is very short");
    else if (prose < 0.4f)
        kb_page_warn(r, "the text reads like a list of short lines, not like an article");
}

enum kb_status kb_page_read_plain(struct kb_str text, const struct kb_lexicon *lexicon,
                                  struct kb_arena *arena, struct kb_page_result *result,
                                  struct kb_err *err) {
    struct plain plain = {.lexicon = lexicon, .arena = arena, .result = result};
    *result = (struct kb_page_result){0};
    result->body = kb_node_add(arena, NULL, KB_NODE_ROOT);
    if (!result->body)
        return kb_err_set(err, KB_ENOMEM, "no memory to read the text");
    kb_page_units_cut(text, arena, &plain.units);
    plain.room = arena->max > arena->held ? (arena->max - arena->held) / 4 : 0;
    for (size_t i = 0; i < plain.units.count && !plain.cut; i++)
        read_unit(&plain, i);
    judge(&plain, plain.units.count == 0);
    /* What did not fit was left out and told; the document goes on with what was read. */
    if (plain.cut || plain.units.no_room)
        arena->full = false;
    return KB_OK;
}
