/* Outlets of this story that a text names beside a word of quoting → edges.
 *
 * A reader of one page knows the media of its tables; here the outlets are known, however
 * small they are: "skriver franska Le Phare d’Estrelle" is a quotation when that paper
 * has an earlier article of the story.  Words of quoting are the language files'
 * ([quoted]), and the name has to stand right beside them, with one word between at most
 * ("French Le
 * Phare").  Where an agency is described and not named, its description is looked at in
 * the same place. */
#include "story/chain_make.h"

enum {
    LEAST_NAME = 4,      /* bytes of a name that is looked for */
    BETWEEN_WORDS = 1,   /* an adjective */
    DESCRIBED_BYTES = 60 /* of a description, to its noun */
};

static const float named = .6f, described = .4f;

/* ---- names ------------------------------------------------------------------------- */

static bool is_word_end(struct kb_str text, size_t at) {
    size_t len;
    if (at >= text.n)
        return true;
    uint32_t c = kb_utf8_next(text.p + at, text.p + text.n, &len);
    return !kb_is_word_char(c) || kb_is_han_like(c);
}

/* A word goes on at `at` that began before it. */
static bool is_inside_word(struct kb_str text, size_t at) {
    size_t last = at, len;
    while (last && ((unsigned char)text.p[--last] & 0xC0) == 0x80) {
    }
    if (!at)
        return false;
    uint32_t c = kb_utf8_next(text.p + last, text.p + text.n, &len);
    return kb_is_word_char(c) && !kb_is_han_like(c);
}

static bool stands_at(struct kb_str text, size_t at, struct kb_str name) {
    struct kb_str here = kb_str_slice(text, at, at + name.n);
    return kb_str_equal(here, name) && is_word_end(text, at + name.n);
}

/* The latest article before node of an outlet that is not its own. */
static size_t latest_of(const struct kb_chainer *c, size_t outlet, size_t node) {
    size_t best = KB_CHAIN_NONE;
    if (outlet == c->nodes[node].outlet)
        return best;
    for (size_t i = 0; i < c->count; i++)
        if (c->nodes[i].outlet == outlet && kb_chain_may_precede(c, node, i))
            best = i;
    return best;
}

static bool add_quoted(struct kb_chainer *c, size_t node, size_t to, struct kb_str name,
                       struct kb_str evidence, float sure) {
    size_t i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        size_t known = c->chain->edges[i].to;
        if (known != KB_CHAIN_NONE && c->nodes[known].outlet == c->nodes[to].outlet)
            return true;
    }
    return kb_chain_add(c,
                        &(struct kb_chain_edge){
                            .from = node,
                            .to = to,
                            .name = name,
                            .rel = KB_REL_QUOTED,
                            .by = KB_CHAIN_BY_PAGE,
                            .confidence = sure,
                            .evidence = kb_str_cut(evidence, KB_LIMIT_EVIDENCE_BYTES)});
}

/* ---- beside a phrase --------------------------------------------------------------- */

/* An outlet's name at one of the first words behind the phrase [from, end). */
static bool read_behind(struct kb_chainer *c, size_t node, struct kb_str text,
                        size_t from, size_t end) {
    size_t pos = kb_text_next_word(text, end);
    for (size_t words = 0; words <= BETWEEN_WORDS && pos < text.n; words++) {
        if (kb_str_find_byte(kb_str_slice(text, end, pos), '\n') != KB_NOT_FOUND)
            break;
        for (size_t o = 0; o < c->outlet_count; o++) {
            struct kb_str name = c->outlets[o].name.text;
            if (name.n < LEAST_NAME || !stands_at(text, pos, name))
                continue;
            size_t to = latest_of(c, o, node);
            return to == KB_CHAIN_NONE ||
                   add_quoted(c, node, to, name, kb_str_slice(text, from, pos + name.n),
                              named);
        }
        pos = kb_text_next_word(text, kb_text_word_end(text, pos));
    }
    return true;
}

/* An outlet's name right before the phrase [from, end). */
static bool read_before(struct kb_chainer *c, size_t node, struct kb_str text,
                        size_t from, size_t end) {
    struct kb_str before = kb_str_trim(kb_str_slice(text, 0, from));
    for (size_t o = 0; o < c->outlet_count; o++) {
        struct kb_str name = c->outlets[o].name.text;
        if (name.n < LEAST_NAME || !kb_str_ends(before, name))
            continue;
        size_t start = (size_t)(before.p - text.p) + before.n - name.n;
        size_t to = is_inside_word(text, start) ? KB_CHAIN_NONE : latest_of(c, o, node);
        return to == KB_CHAIN_NONE ||
               add_quoted(c, node, to, name, kb_str_slice(text, start, end), named);
    }
    return true;
}

/* "据维尔莫拉通讯社报道", "according to the Velmoran news agency": from the phrase to the
 * noun for media. */
static bool read_description(struct kb_chainer *c, size_t node, struct kb_str text,
                             size_t from, size_t end) {
    const struct kb_str reach =
        kb_str_cut(kb_str_slice(text, end, text.n), DESCRIBED_BYTES);
    size_t noun = kb_source_word_next(c->lexicon, reach, 0, KB_SOURCE_MEDIUM);
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    if (!noun || noun == reach.n)
        return true;
    for (size_t i = 0; i < noun; i++)
        if (strchr(".,;:\n", reach.p[i]))
            return true;
    size_t n = kb_source_phrases_of(c->lexicon, reach, noun, KB_SOURCE_MEDIUM, found);
    size_t stop = n ? found[n - 1].end : noun;
    struct kb_chain_name name;
    kb_chain_know(c, kb_str_trim(kb_str_slice(reach, 0, stop)), &name);
    for (size_t o = 0; o < c->outlet_count; o++) {
        size_t to = c->outlets[o].agency ? latest_of(c, o, node) : KB_CHAIN_NONE;
        if (to != KB_CHAIN_NONE && kb_chain_describes(c, &name, to))
            return add_quoted(c, node, to, name.text,
                              kb_str_slice(text, from, end + stop), described);
    }
    return true;
}

static bool read_text(struct kb_chainer *c, size_t node, bool agencies) {
    const struct kb_str text =
        kb_str_cut(c->nodes[node].article->content_text, KB_LIMIT_STORY_BYTES);
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t pos = 0;
    while ((pos = kb_source_word_next(c->lexicon, text, pos, KB_SOURCE_QUOTED)) <
           text.n) {
        size_t n = kb_source_phrases_of(c->lexicon, text, pos, KB_SOURCE_QUOTED, found);
        while (n--) {
            if (found[n].word != KB_SOURCE_QUOTED)
                continue;
            size_t end = found[n].end;
            bool fine = found[n].name_behind ? read_behind(c, node, text, pos, end)
                                             : read_before(c, node, text, pos, end);
            if (fine && found[n].name_behind && agencies)
                fine = read_description(c, node, text, pos, end);
            if (!fine)
                return false;
        }
        pos = kb_text_word_end(text, pos);
    }
    return true;
}

bool kb_chain_read_quoted(struct kb_chainer *c) {
    bool agencies = false;
    for (size_t i = 0; i < c->outlet_count; i++)
        agencies |= c->outlets[i].agency;
    for (size_t i = 0; c->lexicon && i < c->count; i++)
        if (!c->chain->articles[i].guest && !c->nodes[i].listing &&
            !read_text(c, i, agencies))
            return false;
    return true;
}
