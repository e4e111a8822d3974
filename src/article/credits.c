/* Credits in the lines around a text, at its ends, and in the page's head.
 *
 * In: lines that stand near the body, the body's last paragraphs, notes in italics.  Out:
 * who is credited there.  A line is taken apart (credit_line.c) and believed where
 * nothing in it is left unexplained: "Adam Vidler and AP" is a credit, "AP staff walk
 * out" a teaser.  Which lines and paragraphs may hold a note (notes.c) is known here
 * too. */
#include "article/sources.h"
#include "page/line.h"

#define BIT(phrase) (1u << KB_PHRASE_##phrase)
#define WORD(word) (1u << KB_SOURCE_##word)

enum {
    LINE_WORDS = 16,    /* of a line that is nothing but a credit */
    FIRST = 2,          /* paragraphs at the head that may be a byline */
    LAST = 3,           /* paragraphs at the end that may carry a credit */
    HEAD_DISTANCE = 30, /* between headline and text stand share bars and pictures */
    TAIL_DISTANCE = 16,
    COPYRIGHT_DISTANCE = 10,
    ASIDE_DISTANCE = 3,
    SIGN_DISTANCE = 12,  /* the same of "SDA/sep" */
    SOURCE_DISTANCE = 4, /* of "Source: AP"; farther ones are other items' */
    FOOTER_DISTANCE = 6,
    PROVIDER_DISTANCE = 3, /* an aggregator's line that names its outlet alone */
    DATED_DISTANCE = 8,    /* the same, with the date behind the outlet */
    BYLINE_OTHERS = 2,     /* "3:53pm" and the like behind a byline */
    LABELLED_BYTES = 200,  /* "3 May, Source: …, Author: …" */
    UNKNOWN_WORDS = 6      /* of a source's name that no table has */
};

/* What a name in a credit line is: agencies are credited, two of them compiled from; an
 * outlet's text is taken over. */
static enum kb_rel line_rel(const struct kb_credit_line *line, size_t i, bool listed) {
    bool wire = line->names[i].name->kind == KB_NAME_WIRE;
    if (line->count + line->agencies >= 2 &&
        (line->wires + line->agencies >= 2 || listed))
        return KB_REL_COMPILED;
    return wire ? KB_REL_CREDITED : KB_REL_REPUBLISHED;
}

/* Agencies that a credit does not name are one source, and the text is compiled. */
static void add_agencies(struct kb_finder *f, struct kb_str evidence, float sure) {
    f->agencies = true;
    kb_sources_add(f, NULL, KB_STR("agencies"), KB_REL_COMPILED, KB_STR_NONE, evidence,
                   sure);
}

static void add_all(struct kb_finder *f, const struct kb_credit_line *line, bool wires,
                    bool listed, struct kb_str url, struct kb_str evidence, float sure) {
    for (size_t i = 0; i < line->count; i++) {
        const struct kb_name *name = line->names[i].name;
        if (name->kind == KB_NAME_PHOTO || name->kind == KB_NAME_SOCIAL ||
            (name->kind != KB_NAME_WIRE && (wires || line->names[i].ordinary)))
            continue;
        kb_sources_add(f, name, KB_STR_NONE, line_rel(line, i, listed),
                       line->count == 1 ? url : KB_STR_NONE, evidence, sure);
    }
    if (line->agencies)
        add_agencies(f, evidence, sure);
}

static void note_staff(struct kb_finder *f, const struct kb_credit_line *line,
                       bool byline) {
    if (line->sign.n && !f->sign.n) {
        f->sign = line->sign;
        if (!f->article->desk.n)
            f->article->desk = kb_arena_dup(f->arena, line->sign);
    }
    bool with = line->newsroom && line->phrases & WORD(CREDITED); /* "Redação com Lusa" */
    f->staff |= line->house || with || (byline && line->joined && line->people >= 2);
}

/* ---- source lines: "Source: …" ----------------------------------------------------- */

/* A source that no table has: an address, or few words. */
static void add_unknown(struct kb_finder *f, struct kb_str rest, struct kb_str url,
                        struct kb_str evidence) {
    rest = kb_page_bare(rest);
    bool address = kb_page_is_url(rest);
    if (address)
        url = rest;
    if (address || (url.n && kb_page_is_domain(rest))) {
        kb_sources_add_original(f, KB_STR_NONE, url, evidence, KB_REL_REPUBLISHED, 0.9f);
        return;
    }
    if (!rest.n || kb_page_words(rest) > UNKNOWN_WORDS || kb_page_columns(rest) > 60 ||
        kb_page_ends_sentence(rest) || kb_page_first_letter(rest) == KB_LETTER_LOWER ||
        kb_page_first_letter(rest) == KB_LETTER_DIGIT ||
        kb_page_first_letter(rest) == KB_LETTER_NONE)
        return;
    kb_sources_add(f, NULL, rest, KB_REL_CREDITED, url, evidence, 0.7f);
}

static uint32_t last_char(struct kb_str s) {
    size_t at = s.n, len;
    while (at && ((unsigned char)s.p[--at] & 0xC0) == 0x80) {
    }
    return s.n ? kb_utf8_next(s.p + at, s.p + s.n, &len) : 0;
}

/* The parts of a list: two or more were compiled from, one is credited. */
static void add_list(struct kb_finder *f, const struct kb_name_list *list,
                     struct kb_str url, struct kb_str evidence, float sure) {
    bool several = list->count + list->agencies >= 2;
    for (size_t i = 0; i < list->count; i++)
        kb_sources_add(f, list->items[i].name, list->items[i].text,
                       several ? KB_REL_COMPILED : KB_REL_CREDITED,
                       several ? KB_STR_NONE : url, evidence,
                       list->items[i].name ? sure : sure - 0.15f);
    if (list->agencies)
        add_agencies(f, evidence, sure);
    f->staff |= list->house;
}

static void keep_known(struct kb_name_list *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].name)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static void read_source_line(struct kb_finder *f, struct kb_str text, struct kb_str url,
                             const struct kb_credit_line *line) {
    struct kb_str rest = kb_page_trim(kb_str_slice(text, line->behind, text.n));
    struct kb_name_list list;
    if (kb_note_begins(f, text))
        return; /* kb_note_read tells more of it */
    note_staff(f, line, false);
    bool marked =
        line->behind && kb_page_is_colon(last_char(kb_str_slice(text, 0, line->behind)));
    if (kb_page_is_url(rest) || (url.n && kb_page_is_domain(kb_page_bare(rest)))) {
        add_unknown(f, rest, url, text);
        return;
    }
    kb_name_list_read(f, rest, &list);
    if (!list.strange && (list.known || list.agencies)) {
        add_list(f, &list, url, text, 0.85f);
    } else if (line->wires && !line->others) {
        add_all(f, line, true, true, url, text, 0.8f);
    } else if (marked && list.known) {
        keep_known(&list); /* "Źródło: PAP, oprac. mk" */
        f->staff = true;
        add_list(f, &list, url, text, 0.7f);
    } else if (marked && !list.strange && list.count >= 2) {
        add_list(f, &list, url, text, 0.75f);
    } else if (marked && !list.house && !line->house && list.count == 1) {
        add_unknown(f, rest, url, text);
    }
}

/* "Hoai Phuong (menurut CCTV, TASS, SCMP)", "(theo Reuters)": a bracket, or a whole line,
 * that begins with a phrase of credit. */
static bool read_credit_bracket(struct kb_finder *f, struct kb_str in,
                                struct kb_str evidence) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, in);
    struct kb_name_list list;
    size_t behind = hits.begins & (BIT(CREDIT) | BIT(SOURCE)) ? hits.prefix_bytes : 0;
    size_t n = kb_source_phrases_at(f->lexicon, in, kb_text_next_word(in, 0), found);
    while (n--)
        if (found[n].name_behind && found[n].word <= KB_SOURCE_COMPILED &&
            found[n].end > behind)
            behind = found[n].end;
    if (!behind || kb_page_words(in) > LINE_WORDS || kb_page_ends_sentence(in) ||
        kb_note_begins(f, in))
        return false;
    kb_name_list_read(f, kb_str_slice(in, behind, in.n), &list);
    if (list.strange || !(list.count || list.agencies) || (!list.known && list.count < 2))
        return false;
    add_list(f, &list, KB_STR_NONE, evidence, 0.9f);
    return true;
}

/* ---- lines that are nothing but a credit ------------------------------------------- */

static bool is_plain_credit(const struct kb_credit_line *line) {
    size_t others = line->begins & BIT(BYLINE) ? BYLINE_OTHERS : 0;
    return line->words <= LINE_WORDS && line->others <= others && line->plain <= 8 &&
           line->people <= 8 && !line->more;
}

/* Initials are words, buttons ("AA") and people too: they count beside a sign or a
 * phrase, or in their own country. */
static bool is_supported(const struct kb_finder *f, const struct kb_credit_line *line,
                         const struct kb_page_line *l) {
    if ((line->begins & BIT(BYLINE)) || line->sign.n || line->house || line->agencies ||
        (line->joined && line->people >= 2))
        return true;
    for (size_t i = 0; i < line->count; i++) {
        const struct kb_credit_name *n = &line->names[i];
        bool home = f->country[0] && strcmp(n->name->country, f->country) == 0;
        if (!n->ordinary || (home && n->end - n->start > 2) ||
            (n->end - n->start > 2 && l->marks & KB_LINE_BYLINE))
            return true;
    }
    return false;
}

static bool is_far(const struct kb_page_line *l) {
    return l->distance > (l->zone == KB_LINE_HEAD ? HEAD_DISTANCE : TAIL_DISTANCE);
}

/* A teaser's line, or one under a picture that is no writer's portrait. */
static bool is_elsewhere(const struct kb_page_line *l, bool is_dated) {
    bool byline = l->marks & KB_LINE_BYLINE || l->removed == KB_REMOVED_BYLINE;
    return !byline && !is_dated &&
           (l->removed == KB_REMOVED_RELATED || l->marks & KB_LINE_PICTURE);
}

/* A line among other things than the article, and no byline. */
static bool is_aside(const struct kb_page_line *l) {
    bool named = l->removed == KB_REMOVED_SOURCE_LINE ||
                 l->removed == KB_REMOVED_CREDIT_LINE || l->removed == KB_REMOVED_BYLINE;
    return l->marks & KB_LINE_ASIDE && !(l->marks & KB_LINE_BYLINE) && !named &&
           l->distance > ASIDE_DISTANCE;
}

/* A quick look: most lines name nobody. */
static bool may_credit(const struct kb_finder *f, struct kb_str text) {
    struct kb_name_hit hit;
    struct kb_str before;
    return kb_str_find_byte(text, '/') != KB_NOT_FOUND ||
           kb_page_last_bracket(text, &before).n ||
           kb_lexicon_match(f->lexicon, text).begins & (BIT(SOURCE) | BIT(CREDIT)) ||
           kb_source_word_next(f->lexicon, text, 0, KB_SOURCE_AGENCIES) < text.n ||
           kb_name_next(f->lexicon, text, 0, f->country, &hit);
}

/* "apnews.com: Storm closes harbour": a list of what a text was compiled from names each
 * by its address. */
static bool read_listed(struct kb_finder *f, const struct kb_page_line *l) {
    size_t colon = kb_str_find_byte(kb_str_slice(l->text, 0, 60), ':');
    struct kb_str host = kb_page_trim(kb_str_slice(l->text, 0, colon));
    if (l->zone == KB_LINE_HEAD || colon == KB_NOT_FOUND || !kb_page_is_domain(host) ||
        l->marks & KB_LINE_CAPTION)
        return false;
    const struct kb_name *name = kb_name_by_host(f->lexicon, host);
    if (name && name->kind != KB_NAME_SOCIAL)
        kb_sources_add(f, name, KB_STR_NONE, KB_REL_COMPILED, l->url, l->text, 0.8f);
    return name != NULL;
}

/* Where a label with a colon of one of these phrases begins at a word behind from; s.n
 * where there is none. */
static size_t label_behind(const struct kb_finder *f, struct kb_str s, size_t from,
                           uint32_t phrases) {
    for (size_t i = from + 1; i < s.n; i++) {
        struct kb_str rest = kb_str_slice(s, i, s.n);
        bool begins = kb_is_space(s.p[i - 1]) && (kb_is_alpha(s.p[i]) || s.p[i] & 0x80);
        struct kb_phrase_hits hits =
            begins ? kb_lexicon_match(f->lexicon, rest) : (struct kb_phrase_hits){0};
        if (hits.begins & phrases &&
            kb_page_is_colon(last_char(kb_str_slice(rest, 0, hits.prefix_bytes))))
            return i;
    }
    return s.n;
}

/* "2024-03-04 10:15 来源：海报 作者：林晓": a source among what else a line at the head
 * tells. */
static bool read_labelled(struct kb_finder *f, const struct kb_page_line *l,
                          struct kb_str text) {
    struct kb_credit_line line;
    if (l->zone != KB_LINE_HEAD || kb_page_words(text) > LINE_WORDS ||
        text.n > LABELLED_BYTES)
        return false;
    size_t start = label_behind(f, text, 0, BIT(SOURCE));
    if (start == text.n)
        return false;
    size_t end = label_behind(f, text, start, ~0u);
    struct kb_str part = kb_page_trim(kb_str_slice(text, start, end));
    while (part.n && (part.p[part.n - 1] == '-' || part.p[part.n - 1] == '|'))
        part = kb_page_trim(kb_str_slice(part, 0, part.n - 1));
    kb_credit_line_read(f, part, &line);
    read_source_line(f, part, KB_STR_NONE, &line);
    return true;
}

static void read_line(struct kb_finder *f, const struct kb_page_line *l) {
    struct kb_str text = kb_page_trim(l->text);
    struct kb_credit_line line;
    if (read_listed(f, l))
        return;
    if (is_far(l) || l->marks & KB_LINE_CAPTION || l->removed == KB_REMOVED_CAPTION ||
        (is_aside(l) && l->distance > SIGN_DISTANCE))
        return; /* elsewhere or an aside, whatever it says */
    if (read_labelled(f, l, text) || kb_page_words(text) > LINE_WORDS ||
        !may_credit(f, text))
        return;
    kb_credit_line_read(f, text, &line);
    if (is_elsewhere(l, line.digits > 0 || line.begins & BIT(BYLINE)))
        return;
    if (line.begins & BIT(PHOTO) ||
        (is_aside(l) && !(line.sign.n && l->distance <= SIGN_DISTANCE)))
        return;
    if (line.begins & BIT(SOURCE)) {
        if (l->zone != KB_LINE_TAIL || l->distance <= SOURCE_DISTANCE || line.sign.n)
            read_source_line(f, text, l->url, &line);
        return;
    }
    if (line.copyright) {
        if (line.count && l->distance <= COPYRIGHT_DISTANCE &&
            !(l->marks & KB_LINE_FOOTER))
            add_all(f, &line, l->zone == KB_LINE_HEAD, false, KB_STR_NONE, text, 0.85f);
        return;
    }
    struct kb_str before, in = kb_page_last_bracket(text, &before);
    if (read_credit_bracket(f, in.n ? in : text, text))
        return;
    if (line.plain > 2 && kb_page_ends_sentence(text))
        return; /* scripts without case: a short sentence explains itself */
    if (!is_plain_credit(&line) || !(line.count || line.agencies) ||
        !is_supported(f, &line, l))
        return;
    bool byline = (line.begins & BIT(BYLINE)) || (l->marks & KB_LINE_BYLINE);
    if (line.wires || line.agencies) {
        note_staff(f, &line, l->zone == KB_LINE_HEAD);
        add_all(f, &line, true, false, l->url, text, 0.85f);
    } else if (l->zone == KB_LINE_HEAD && line.digits && !line.people && !line.plain &&
               l->distance <= DATED_DISTANCE) {
        add_all(f, &line, false, false, KB_STR_NONE, text, 0.7f);
    } else if (byline && !(l->marks & KB_LINE_LINK) &&
               (line.people >= 2 || l->distance <= PROVIDER_DISTANCE)) {
        add_all(f, &line, false, false, l->url, text, 0.6f);
    }
}

/* ---- the text's own ends ----------------------------------------------------------- */

/* "… said. (dpa)", "… on Friday. — AFP" */
static void read_end(struct kb_finder *f, struct kb_str paragraph) {
    struct kb_credit_line line;
    struct kb_str before, in = kb_page_last_bracket(kb_page_trim(paragraph), &before);
    if (!in.n) {
        size_t from = paragraph.n > 60 ? paragraph.n - 60 : 0;
        for (size_t i = paragraph.n; i-- > from;) {
            bool dash = kb_str_starts(kb_str_slice(paragraph, i, paragraph.n),
                                      KB_STR("\xE2\x80\x94")) ||
                        kb_str_starts(kb_str_slice(paragraph, i, paragraph.n),
                                      KB_STR("\xE2\x80\x93"));
            if (dash && i && kb_is_space(paragraph.p[i - 1])) {
                in = kb_page_trim(kb_str_slice(paragraph, i + 3, paragraph.n));
                break;
            }
        }
    }
    if (!in.n || in.n > 120)
        return;
    kb_credit_line_read(f, in, &line);
    bool quoted = (line.begins & BIT(CREDIT)) || (line.phrases & WORD(QUOTED));
    if (line.others || line.people > 4 || line.plain > 4 || !line.words)
        return;
    if (line.wires || line.agencies || (quoted && line.count)) {
        note_staff(f, &line, false);
        add_all(f, &line, !quoted, quoted, KB_STR_NONE, in, 0.9f);
    }
}

/* A plain text has no lines around it but what was taken out of it. */
static void read_removed(struct kb_finder *f) {
    const struct kb_article *a = f->article;
    for (size_t i = 0; i < a->removed_count; i++) {
        enum kb_removed_kind kind = a->removed[i].kind;
        struct kb_page_line l = {.text = a->removed[i].text, .zone = KB_LINE_BODY};
        if (kind != KB_REMOVED_BYLINE && kind != KB_REMOVED_CREDIT_LINE &&
            kind != KB_REMOVED_SOURCE_LINE && kind != KB_REMOVED_OTHER)
            continue;
        read_line(f, &l);
        kb_note_read(f, kb_page_trim(l.text), KB_STR_NONE);
    }
}

void kb_credits_read(struct kb_finder *f) {
    const struct kb_page_result *r = f->result;
    if (!r->line_count)
        read_removed(f);
    for (size_t i = 0; i < r->line_count; i++) {
        const struct kb_page_line *l = &r->lines[i];
        read_line(f, l);
        bool far = l->marks & KB_LINE_FOOTER && l->distance > FOOTER_DISTANCE;
        if (!(l->marks & KB_LINE_CAPTION) && !is_aside(l) && !far)
            kb_note_read(f, kb_page_trim(l->text), l->url);
    }
    struct kb_str rest = f->article->content_text, last[LAST] = {{0}}, paragraph;
    for (size_t n = 0; (paragraph = kb_next_paragraph(&rest)).n; n++) {
        if (n == 0)
            kb_note_read(f, paragraph, KB_STR_NONE);
        if (n < FIRST && kb_page_words(paragraph) <= LINE_WORDS && rest.n) {
            struct kb_page_line l = {.text = paragraph, .zone = KB_LINE_HEAD};
            read_line(f, &l);
        }
        memmove(last, last + 1, (LAST - 1) * sizeof *last);
        last[LAST - 1] = paragraph;
    }
    for (size_t i = 0; i < LAST; i++) {
        if (!last[i].n)
            continue;
        kb_note_read(f, last[i], KB_STR_NONE);
        read_end(f, last[i]);
        if (kb_page_words(last[i]) <= LINE_WORDS) {
            struct kb_page_line l = {.text = last[i], .zone = KB_LINE_TAIL};
            read_line(f, &l);
        }
    }
}
