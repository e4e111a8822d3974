/* Who wrote the page: the head's and the markup's claims and what is printed around the
 * text enter, the list of authors leaves.
 *
 * Sources, the most telling first:
 *   JSON-LD · microdata · what is printed behind a byline word or in an element that
 *   says rel=author · meta tags · what is printed in an element whose class says author.
 * From each come persons alone: the site's own name, agencies, newsrooms, addresses and
 * logins are nobody (people.c).  When the sources disagree:
 *   1. The first source counts that has a full name (two words, or a script without
 *      case), else the first that has any: a printed "Ann Lee" beats a head's "alee".
 *   2. Who stands beside one of these in another source belongs to them: heads often
 *      name the first author only.
 *   3. A source whose persons no other source knows yields to two that agree; JSON-LD, to
 *      a printed byline that names others: readers see that.
 *   4. Where nobody else is named, a login counts in an author's element of a forum or
 *      a blog; in a thread who opened it, where markup says who that is (poster.c).
 *      Else who is the only one whose page as an author is linked above the text, or
 *      whom the page's end tells about (bio.c).
 *   5. Who is printed behind a word for an editor, a translator, a contributor or a
 *      photographer is added with that role.
 *   6. Where nobody at all is named, a person counts whom the site is called after (of a
 *      site that says it is news, where that leads to the person's own page); then
 *      the house or its staff, if markup or a byline names it and the page is no news: a
 *      company's blog signs so, a paper says only that it is one.
 *   7. Then the reporter whom the dateline names, when that is taken off the text.
 * What is printed is looked for near the headline and at the text's two ends; bylines of
 * comments, teasers and other articles stand elsewhere. */
#include "page/cut.h"
#include "page/line.h"
#include "page/meta.h"
#include "page/people.h"
#include "page/read_html.h"

enum {
    HEAD_BLOCKS = 14, /* looked at before the text */
    BELOW_HEAD = 4,   /* and at its beginning */
    TAIL_BLOCKS = 10, /* and behind its end */
    ABOVE_TAIL = 3,
    NEAR_END = 3,     /* blocks behind the text: an author signs no farther off */
    TITLE_BLOCKS = 4, /* before the headline */
    LINE_WORDS = 60,  /* longer lines are no bylines */
    DATED_WORDS = 20, /* "3 May 2024 by Ann Lee" */
    DATE_BYTES = 26,
    ELEMENT_BYTES = 200,
    MAX_MARKS = 400,
    LABEL_BLOCKS = 14, /* at either end of the text, that may say who wrote it */
    LABEL_WORDS = 9
};

enum source {
    LD,
    MICRODATA,
    POSTER,
    PRINTED,
    META,
    CLASSED,
    ENDS,
    HANDLES,
    FAR,
    SOURCES
};

struct look {
    const struct kb_page_nodes *nodes;
    const struct kb_facts *facts;
    const struct kb_blocks *blocks;
    const struct kb_lexicon *lexicon;
    struct kb_arena *arena;
    struct kb_buf *text;
    struct kb_page_result *result;
    struct kb_house house;
    bool posted;  /* markup names who opened the thread */
    bool listing; /* a list of articles: bylines are theirs */
    struct kb_people from[SOURCES];
    uint32_t text_ends, head, text_begins, head_end, tail,
        tail_end; /* blocks: [head, head_end) … */
};

/* ---- where ------------------------------------------------------------------------- */

static void find_ends(struct look *l, const struct kb_choice_made *made) {
    uint32_t count = (uint32_t)l->blocks->count, title = l->facts->title_block;
    uint32_t first = made->end ? made->first : title < count ? title : 0;
    uint32_t begins = title < first ? title : first;
    if (first - begins > 40) /* the headline of something else */
        begins = first;
    l->head = begins > TITLE_BLOCKS ? begins - TITLE_BLOCKS : 0;
    if (first > HEAD_BLOCKS && l->head > first - HEAD_BLOCKS)
        l->head = first - HEAD_BLOCKS;
    l->text_begins = first;
    l->text_ends = made->end;
    l->head_end = first + (made->end ? BELOW_HEAD : HEAD_BLOCKS);
    if (made->end && title > first && title < first + HEAD_BLOCKS) /* in the text */
        l->head_end = title + HEAD_BLOCKS;
    l->head_end = l->head_end > count ? count : l->head_end;
    l->tail = made->end > ABOVE_TAIL ? made->end - ABOVE_TAIL : 0;
    l->tail = l->tail < l->head_end ? l->head_end : l->tail;
    l->tail_end = made->end + TAIL_BLOCKS > count ? count : made->end + TAIL_BLOCKS;
}

static bool in_head(const struct look *l, uint32_t block) {
    return block >= l->head && block < l->head_end;
}

static bool in_tail(const struct look *l, uint32_t block) {
    return block >= l->tail && block < l->tail_end;
}

/* A box around the block says something that its author is not found in. */
static bool is_elsewhere(const struct look *l, uint32_t block) {
    static const enum kb_class_bit others[] = {KB_CLASS_COMMENT, KB_CLASS_RELATED,
                                               KB_CLASS_NAV, KB_CLASS_NEWSLETTER};
    const struct kb_blocks *blocks = l->blocks;
    uint32_t i = blocks->items[block].box;
    for (int up = 0; up < 5; up++) {
        const struct kb_box *box = &blocks->boxes[i];
        bool around = box->first <= l->text_begins && box->end > l->text_begins;
        for (size_t k = 0; k < KB_COUNT(others) && !around; k++)
            if (box->classes >> others[k] & 1)
                return true;
        if (!i)
            break;
        i = box->parent;
    }
    return l->facts->hidden[blocks->items[block].box];
}

static bool has_author_class(const struct look *l, const struct kb_block *b) {
    uint32_t i = b->box;
    if (b->classes >> KB_CLASS_AUTHOR & 1)
        return true;
    for (int up = 0; up < 4; up++) {
        const struct kb_box *box = &l->blocks->boxes[i];
        if (box->words > LINE_WORDS)
            return false;
        if (box->classes >> KB_CLASS_AUTHOR & 1)
            return true;
        if (!i)
            break;
        i = box->parent;
    }
    return false;
}

/* ---- what is printed --------------------------------------------------------------- */

static void split(struct look *l, enum source to, const struct kb_byline *byline) {
    kb_people_split(&l->from[to], l->arena, &l->house, byline);
}

/* Lines that name nobody though they stand where an author does. */
static bool is_other_line(const struct look *l, struct kb_str line) {
    const uint32_t own = 1u << KB_PHRASE_BYLINE | 1u << KB_PHRASE_CREDIT;
    struct kb_phrase_hits hits = kb_lexicon_match(l->lexicon, line);
    return (hits.begins & ~own && !(hits.begins & 1u << KB_PHRASE_BYLINE)) ||
           kb_page_has_sentences(line);
}

/* Splits the line in l->text.  more says that it goes on with the line before. */
static void take_line(struct look *l, enum source to, bool marked, bool more) {
    struct kb_str line = kb_page_clean(l->arena, kb_buf_view(l->text), 500);
    struct kb_byline byline = {.raw = line, .marked = marked, .printed = to != HANDLES};
    l->from[to].line += !more;
    if (!is_other_line(l, line))
        split(l, to, &byline);
}

/* Elements whose class or rel says author, at the text's two ends. */
static void look_at_marks(struct look *l) {
    const lxb_dom_node_t *last = NULL;
    bool same, is_forum = !(l->result->meta.types & KB_TYPE_ARTICLE) ||
                          l->result->meta.types & KB_TYPE_FORUM;
    for (size_t i = 0; i < l->nodes->mark_count && i < MAX_MARKS; i++) {
        lxb_dom_node_t *n = l->nodes->marks[i];
        uint32_t block = kb_page_block_in(l->blocks, n);
        if (block >= l->blocks->count || (!in_head(l, block) && !in_tail(l, block)) ||
            is_elsewhere(l, block) || !kb_page_element_parts(n, l->text))
            continue;
        same = last && last->parent == n->parent;
        last = n;
        bool rel = kb_str_find(kb_dom_attr(n, "rel"), KB_STR("author")) != KB_NOT_FOUND;
        struct kb_str line = kb_page_trim(kb_buf_view(l->text));
        bool by = kb_lexicon_match(l->lexicon, line).begins & 1u << KB_PHRASE_BYLINE;
        bool leads =
            !l->listing && kb_page_leads_to_author(kb_dom_attr_id(n, LXB_DOM_ATTR_HREF));
        if (rel || (by && in_head(l, block)))
            take_line(l, PRINTED, true, same);
        else if (!kb_dom_attr(n, "itemprop").n && (!leads || in_head(l, block)))
            take_line(l, CLASSED, leads, same);
        if (!rel && !by && is_forum && in_head(l, block) && kb_person_is_login(line))
            take_line(l, HANDLES, true, same);
    }
}

/* The line in l->text begins with a word for another part than the author's. */
static bool has_role(const struct look *l) {
    const uint32_t roles = 1u << KB_WORD_EDITOR | 1u << KB_WORD_TRANSLATOR |
                           1u << KB_WORD_PHOTOGRAPHER | 1u << KB_WORD_CONTRIBUTOR;
    size_t end;
    return kb_lexicon_words(l->lexicon, kb_buf_view(l->text), 0, roles, &end) != 0;
}

static bool is_colon_end(struct kb_str label) {
    return kb_str_ends(label, KB_STR(":")) || kb_str_ends(label, KB_STR("\xEF\xBC\x9A"));
}

/* "3 May 2024 by Ann Lee", "10:15 来源：海报 作者：林晓": takes off l->text what
 * stands before the byline word. */
static bool cut_date(struct look *l) {
    struct kb_str s = kb_page_trim(kb_buf_view(l->text));
    bool digit = false;
    for (size_t i = 0; i < s.n && i < ELEMENT_BYTES; i++) {
        digit |= kb_is_digit(s.p[i]);
        if (!digit || s.p[i] != ' ')
            continue;
        struct kb_str rest = kb_person_trim(kb_str_slice(s, i, s.n));
        struct kb_phrase_hits hits = kb_lexicon_match(l->lexicon, rest);
        bool colon = hits.prefix_bytes && hits.prefix_bytes < rest.n &&
                     is_colon_end(kb_str_slice(rest, 0, hits.prefix_bytes));
        if (hits.begins & 1u << KB_PHRASE_BYLINE && (colon || i < DATE_BYTES)) {
            memmove(l->text->p, rest.p, rest.n);
            l->text->n = rest.n;
            return true;
        }
    }
    return false;
}

/* The line in l->text begins with a byline phrase of several words: "Written by". */
static bool is_plain_label(const struct look *l) {
    struct kb_str line = kb_page_trim(kb_buf_view(l->text));
    struct kb_phrase_hits hits = kb_lexicon_match(l->lexicon, line);
    return hits.begins & 1u << KB_PHRASE_BYLINE &&
           kb_page_words(kb_str_slice(line, 0, hits.prefix_bytes)) > 1;
}

/* Lines that begin with a byline word, and the line below where that is all of it. */
static void look_at_lines(struct look *l, uint32_t from, uint32_t to,
                          enum source source) {
    const uint32_t bit = 1u << KB_PHRASE_BYLINE;
    for (uint32_t i = from; i < to; i++) {
        const struct kb_block *b = &l->blocks->items[i];
        if (b->words > LINE_WORDS || is_elsewhere(l, i))
            continue;
        bool by = l->facts->begins[i] & bit, classed = has_author_class(l, b);
        bool dated = source == PRINTED && !l->listing && b->digits >= 3 &&
                     b->words <= DATED_WORDS &&
                     l->blocks->boxes[b->box].group != KB_TAG_HEADING;
        if (!by && !classed && !dated && b->removed != KB_REMOVED_BYLINE)
            continue;
        kb_buf_clear(l->text);
        kb_page_block_parts(l->blocks, i, l->text);
        by |= dated && !by && cut_date(l);
        if (!by && !classed && b->removed != KB_REMOVED_BYLINE)
            continue;
        if (by && l->facts->whole[i] & bit && i + 1 < l->blocks->count &&
            kb_lexicon_match(l->lexicon, kb_page_trim(kb_buf_view(l->text))).whole & bit)
            kb_page_block_parts(l->blocks, ++i, l->text);
        if (source == ENDS && i >= l->text_ends + NEAR_END && !has_role(l) &&
            !is_plain_label(l))
            continue; /* of another article, maybe */
        if (by || b->removed == KB_REMOVED_BYLINE)
            take_line(l, l->text_ends && i + 1 >= l->text_ends ? ENDS : source, false,
                      false);
        else if (source != ENDS)
            take_line(l, CLASSED, false, false);
    }
}

/* True where somebody is named already, or the page is a list. */
static bool is_done(const struct look *l) {
    bool any = l->listing;
    for (int s = 0; s < FAR; s++)
        any |= l->from[s].count > 0;
    return any;
}

/* "Written by" in the text's first and last parts, where nobody is named nearer. */
static void look_for_labels(struct look *l) {
    uint32_t ends = l->text_ends, begins = l->text_begins + LABEL_BLOCKS;
    if (is_done(l) || ends < LABEL_BLOCKS)
        return;
    for (uint32_t i = l->text_begins; i + 1 < ends && !l->from[ENDS].count; i++) {
        if (i >= begins && i + LABEL_BLOCKS < ends)
            i = ends - LABEL_BLOCKS;
        const struct kb_block *b = &l->blocks->items[i];
        if (!(l->facts->begins[i] & 1u << KB_PHRASE_BYLINE) || b->words > LABEL_WORDS)
            continue;
        kb_buf_clear(l->text);
        kb_page_block_parts(l->blocks, i, l->text);
        if (!is_plain_label(l) || has_role(l))
            continue;
        if (l->facts->whole[i] & 1u << KB_PHRASE_BYLINE)
            kb_page_block_parts(l->blocks, i + 1, l->text);
        take_line(l, ENDS, false, false);
    }
}

/* Elements that say rel=author or lead to an author's page, far above the text: where
 * nobody else is named and all of them name one person, it is him. */
static void look_far(struct look *l) {
    struct kb_people *far = &l->from[FAR];
    bool any = is_done(l) || l->result->meta.news;
    for (size_t i = 0; i < l->nodes->mark_count && i < MAX_MARKS && !any; i++) {
        lxb_dom_node_t *n = l->nodes->marks[i];
        uint32_t block = kb_page_block_in(l->blocks, n);
        bool rel = kb_str_find(kb_dom_attr(n, "rel"), KB_STR("author")) != KB_NOT_FOUND;
        if ((rel || kb_page_leads_to_author(kb_dom_attr_id(n, LXB_DOM_ATTR_HREF))) &&
            block < l->text_begins && !is_elsewhere(l, block) &&
            kb_page_element_parts(n, l->text))
            take_line(l, FAR, true, false);
        any = far->count > 1;
    }
    if (far->count != 1 || !kb_person_is_full(&far->items[0]))
        far->count = 0;
}

/* ---- what is claimed --------------------------------------------------------------- */

/* An element with text stands at one of the article's ends; one without may stand
 * anywhere. */
static bool is_here(const struct look *l, lxb_dom_node_t *node) {
    if (!l->facts)
        return true;
    uint32_t block = kb_page_block_in(l->blocks, node);
    return block >= l->blocks->count ||
           ((in_head(l, block) || in_tail(l, block)) && !is_elsewhere(l, block));
}

static void split_claims(struct look *l) {
    const struct kb_page_meta *meta = &l->result->meta;
    uint8_t best = UINT8_MAX;
    for (size_t i = 0; i < meta->author_claim_count; i++) {
        const struct kb_author_claim *c = &meta->author_claims[i];
        enum source to = c->from == KB_AUTHOR_JSONLD      ? LD
                         : c->from == KB_AUTHOR_MICRODATA ? MICRODATA
                                                          : META;
        struct kb_byline byline = {.raw = c->raw,
                                   .role = c->role,
                                   .organization = c->organization,
                                   .marked = true,
                                   .whole = c->person,
                                   .own = c->own};
        struct kb_people found = {0};
        if (c->node && !c->post && !is_here(l, c->node))
            continue;
        if (c->labelled &&
            !(kb_lexicon_match(l->lexicon, c->raw).begins & 1u << KB_PHRASE_BYLINE))
            continue;   /* how long it takes to read */
        if (c->house) { /* an organization, whatever its name looks like */
            kb_house_add(&l->house, l->arena, c->raw);
            struct kb_people own = {0};
            kb_people_split(&own, l->arena, &l->house, &byline);
            if (!l->from[to].house.name.n)
                l->from[to].house = own.house;
            continue;
        }
        l->posted |= c->post;
        if (to != META) {
            l->from[to].line += to == MICRODATA;
            split(l, to, &byline);
            continue;
        }
        if (c->rank > best)
            continue;
        kb_people_split(&found, l->arena, &l->house, &byline);
        if (found.self.name.n) {
            l->from[META].self = found.self;
            l->from[META].own = found.own;
        }
        if (!l->from[META].house.name.n)
            l->from[META].house = found.house;
        if (!found.count)
            continue;
        if (c->rank < best) /* several authors stand in several elements of one name */
            l->from[META] = (struct kb_people){.self = l->from[META].self,
                                               .own = l->from[META].own,
                                               .house = l->from[META].house};
        best = c->rank;
        for (size_t k = 0; k < found.count; k++)
            kb_people_add(&l->from[META], l->arena, &found.items[k].author);
        l->from[META].cut |= found.cut;
    }
}

/* Who opened the thread, on a page that is one. */
static void look_for_poster(struct look *l, const struct kb_choice_made *made,
                            struct kb_str url) {
    struct kb_author poster = {.name = kb_page_poster(l->facts, made, url, l->arena)};
    if (l->listing || !poster.name.n)
        return;
    kb_people_add(&l->from[POSTER], l->arena, &poster);
    l->posted = true;
}

/* ---- deciding ---------------------------------------------------------------------- */

static bool has_full(const struct kb_people *people) {
    for (size_t i = 0; i < people->count; i++)
        if (kb_person_is_full(&people->items[i]) && !people->items[i].author.role.n)
            return true;
    return false;
}

static bool share(const struct kb_people *a, const struct kb_people *b) {
    for (size_t i = 0; i < a->count; i++)
        if (kb_people_has(b, a->items[i].key))
            return true;
    return false;
}

/* One of these is printed too, at least as the beginning of what was taken for a name. */
static bool is_printed(const struct look *l, const struct kb_people *people) {
    static const enum source printed[] = {PRINTED, CLASSED, ENDS};
    for (size_t s = 0; s < KB_COUNT(printed); s++)
        for (size_t i = 0; i < l->from[printed[s]].count; i++)
            for (size_t k = 0; k < people->count; k++)
                if (kb_str_starts(l->from[printed[s]].items[i].key, people->items[k].key))
                    return true;
    return false;
}

/* The source that counts, or SOURCES. */
static enum source choose(const struct look *l) {
    enum source best = SOURCES;
    bool forum = l->posted || (l->result->meta.types & KB_TYPE_FORUM &&
                               !(l->result->meta.types & KB_TYPE_ARTICLE));
    /* a login is a name there, and what is printed beside it a rank */
    for (int s = LD; s <= POSTER && forum; s++)
        if (l->from[s].count)
            return (enum source)s;
    for (int s = 0; s < ENDS && best == SOURCES; s++)
        if (has_full(&l->from[s]))
            best = (enum source)s;
    for (int s = 0; s < SOURCES && best == SOURCES; s++)
        if (l->from[s].count)
            best = (enum source)s;
    if (best == SOURCES)
        return best;
    if (best == LD && has_full(&l->from[PRINTED]) && !is_printed(l, &l->from[LD]))
        return PRINTED; /* readers see other names than the head has */
    for (int s = 0; s < SOURCES; s++)
        if (s != (int)best && share(&l->from[best], &l->from[s]))
            return best;
    for (int a = 0; a < ENDS; a++) /* nobody else knows these: do two others agree? */
        for (int b = a + 1; b < ENDS; b++)
            if (a != (int)best && b != (int)best && has_full(&l->from[a]) &&
                share(&l->from[a], &l->from[b]))
                return (enum source)a;
    return best;
}

/* A person of the same byline is one of those that count. */
static bool beside(const struct kb_people *people, size_t i,
                   const struct kb_people *all) {
    for (size_t k = 0; k < people->count; k++)
        if (people->items[k].line == people->items[i].line &&
            kb_people_has(all, people->items[k].key))
            return true;
    return false;
}

/* Datelines, desk tags and lines that name a source are news outlets'. */
static bool is_told(const struct kb_page_result *result) {
    for (size_t i = 0; i < result->removed_count; i++) {
        enum kb_removed_kind kind = result->removed[i].kind;
        if (kind == KB_REMOVED_DATELINE || kind == KB_REMOVED_DESK_TAG ||
            kind == KB_REMOVED_SOURCE_LINE)
            return true;
    }
    return false;
}

/* Nobody is named but the site: a person whose name it goes by, else, where it is no news
 * outlet, the house or its staff as the page names them. */
static void add_nobody_else(struct look *l, struct kb_people *all) {
    const struct kb_page_meta *meta = &l->result->meta;
    for (int s = 0; s < SOURCES; s++)
        if (l->from[s].self.name.n && (!meta->news || (l->from[s].own && s != CLASSED))) {
            kb_people_add(all, l->arena, &l->from[s].self);
            return;
        }
    if (meta->news || !(meta->types & KB_TYPE_ARTICLE) ||
        meta->types & (KB_TYPE_PRODUCT | KB_TYPE_LISTING) || is_told(l->result))
        return;
    for (int s = 0; s < SOURCES; s++)
        if (l->from[s].house.name.n) {
            kb_people_add(all, l->arena, &l->from[s].house);
            l->result->meta.house_signs = true;
            return;
        }
}

static void merge(struct look *l, struct kb_people *all) {
    enum source best = choose(l);
    if (best == SOURCES) {
        add_nobody_else(l, all);
        return;
    }
    const struct kb_people *main = &l->from[best];
    bool printed = best >= PRINTED && best != META;
    for (size_t i = 0; i < main->count; i++)
        if (!printed || main->items[i].line == main->items[0].line)
            kb_people_add(all, l->arena, &main->items[i].author);
    const struct kb_people first =
        *all; /* those that count; what follows is beside them */
    for (int s = 0; s < SOURCES; s++) {
        const struct kb_people *other = &l->from[s];
        for (size_t i = 0; i < other->count; i++) {
            const struct kb_person *p = &other->items[i];
            bool hand = p->author.role.n && s == ENDS;
            bool with = s != CLASSED && kb_person_is_full(p) && beside(other, i, &first);
            if (hand || with || kb_people_has(&first, p->key))
                kb_people_add(all, l->arena, &p->author);
        }
    }
}

static void give(struct look *l, struct kb_people *all) {
    struct kb_page_meta *meta = &l->result->meta;
    bool cut = all->cut;
    for (int s = 0; s < SOURCES; s++)
        cut |= l->from[s].cut;
    if (cut)
        kb_page_warn(l->result, "more or longer authors than a page has: some were left "
                                "out (KB_LIMIT_AUTHORS)");
    meta->authors = kb_arena_zalloc(l->arena, all->count + 1, sizeof *meta->authors);
    if (!meta->authors)
        return;
    for (size_t i = 0; i < all->count; i++) {
        meta->authors[i] = all->items[i].author;
        meta->authors[i].name = kb_person_nice_case(l->arena, meta->authors[i].name);
    }
    meta->author_count = all->count;
}

bool kb_page_people(const struct kb_page_nodes *nodes, const struct kb_facts *facts,
                    const struct kb_choice_made *made, const struct kb_lexicon *lexicon,
                    struct kb_str url, struct kb_buf *text, struct kb_arena *arena,
                    struct kb_page_result *result) {
    const struct kb_page_meta *meta = &result->meta;
    struct kb_people all = {0};
    struct look l = {.nodes = nodes,
                     .facts = facts,
                     .blocks = facts ? facts->blocks : NULL,
                     .lexicon = lexicon,
                     .arena = arena,
                     .text = text,
                     .result = result,
                     .house = {.lexicon = lexicon}};
    kb_house_add(&l.house, arena, meta->site_name);
    for (size_t i = 0; i < KB_COUNT(meta->houses); i++)
        kb_house_add(&l.house, arena, meta->houses[i]);
    l.house.domain = kb_url_host(url.n ? url : meta->canonical_url);
    l.house.japanese = kb_str_starts_nocase(meta->language, KB_STR("ja"));
    if (facts)
        find_ends(&l, made);
    split_claims(&l);
    if (facts) {
        l.listing = kb_page_is_listing(facts);
        look_for_poster(&l, made, url.n ? url : meta->canonical_url);
        look_at_marks(&l);
        look_at_lines(&l, l.head, l.head_end, PRINTED);
        look_at_lines(&l, l.tail, l.tail_end, ENDS);
        look_for_labels(&l);
        look_far(&l);
        if (!is_done(&l) && !l.from[FAR].count)
            split(&l, FAR,
                  &(struct kb_byline){kb_page_bio(facts, made, lexicon, text, arena),
                                      .printed = true});
    }
    merge(&l, &all);
    give(&l, &all);
    return !arena->full;
}

bool kb_page_people_lead(const struct kb_lexicon *lexicon, struct kb_arena *arena,
                         struct kb_page_result *result) {
    struct look l = {.lexicon = lexicon,
                     .arena = arena,
                     .result = result,
                     .house = {.lexicon = lexicon}};
    struct kb_people all = {0};
    kb_house_add(&l.house, arena, result->meta.site_name);
    if (result->meta.house_signs && is_told(result))
        result->meta.author_count = 0;
    for (size_t i = 0; i < result->removed_count && !result->meta.author_count; i++) {
        if (result->removed[i].kind != KB_REMOVED_DATELINE)
            continue;
        struct kb_byline byline = {.raw = kb_person_reporter(result->removed[i].text),
                                   .printed = true};
        if (byline.raw.n)
            kb_people_split(&all, arena, &l.house, &byline);
    }
    if (all.count)
        give(&l, &all);
    return !arena->full;
}
