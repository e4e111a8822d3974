/* Notes: "This article was first published in …", "With reporting by AFP".
 *
 * Enter a line around the text, or one of its first and last paragraphs; leave the names
 * beside a phrase of credit in it.  A strong phrase is believed wherever it stands; a
 * weak one, "with", only in a sentence that has little else to say. */
#include "article/sources.h"
#include "page/line.h"

enum {
    NOTE_BEGINS = 4,   /* words of a line among which a note's phrase begins */
    NOTE_WORDS = 24,   /* of the sentence that a credit's phrase stands in */
    NOTE_BYTES = 500,  /* before and behind the phrase that are looked at for it */
    NOTE_REACH = 80,   /* words of a paragraph among which a note may begin */
    NOTE_OTHERS = 2,   /* words in it that nothing explains */
    STRONG_BYTES = 8,  /* phrases below it are weak: "with the" */
    NOTE_PLAIN = 16,   /* … of scripts without case */
    NOTE_GAP = 6,      /* words between a note's phrase and the name */
    NAMES_GAP = 14,    /* bytes between names of one list */
    UNKNOWN_WORDS = 6, /* of a source's name that no table has */
    QUOTED_REACH = 160 /* bytes behind a phrase in which a name in quotation marks ends */
};

static enum kb_rel rel_of(enum kb_source_word word) {
    switch (word) {
    case KB_SOURCE_COMPILED: return KB_REL_COMPILED;
    case KB_SOURCE_REPUBLISHED: return KB_REL_REPUBLISHED;
    case KB_SOURCE_TRANSLATED_FROM: return KB_REL_TRANSLATED;
    case KB_SOURCE_CREDITED: return KB_REL_CREDITED;
    default: return KB_REL_QUOTED;
    }
}

/* "Publicado originalmente en …": a phrase of republishing or translating in the line's
 * first words. */
bool kb_note_begins(const struct kb_finder *f, struct kb_str text) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t pos = kb_text_next_word(text, 0);
    for (int words = 0; words < NOTE_BEGINS && pos < text.n; words++) {
        size_t n = kb_source_phrases_at(f->lexicon, text, pos, found);
        while (n--)
            if (rel_of(found[n].word) >= KB_REL_REPUBLISHED)
                return true;
        pos = kb_text_next_word(text, kb_text_word_end(text, pos));
    }
    return false;
}

struct names {
    struct kb_name_hit hits[KB_CREDIT_NAMES];
    size_t count;
};

static void find_names(const struct kb_finder *f, struct kb_str text, struct names *out) {
    struct kb_name_hit hit;
    out->count = 0;
    for (size_t at = 0; out->count < KB_CREDIT_NAMES &&
                        kb_name_next(f->lexicon, text, at, f->country, &hit);
         at = hit.end)
        out->hits[out->count++] = hit;
}

static bool ends_between(struct kb_str text, size_t from, size_t to) {
    return kb_sentence_ends(kb_str_slice(text, from, to));
}

static size_t words_between(struct kb_str text, size_t from, size_t to) {
    size_t n = 0;
    for (size_t pos = kb_text_next_word(text, from); pos < to && n < 20; n++)
        pos = kb_text_next_word(text, kb_text_word_end(text, pos));
    return n;
}

/* A name that no table has: the capitalised words, or the quoted ones, at pos. */
static struct kb_str unknown_name(struct kb_str text, size_t pos) {
    size_t from = pos, end = pos;
    for (size_t words = 0; pos < text.n && words < UNKNOWN_WORDS; words++) {
        size_t next = kb_text_word_end(text, pos), after;
        if (kb_page_first_letter(kb_str_slice(text, pos, next)) != KB_LETTER_UPPER)
            break;
        end = next;
        after = kb_text_next_word(text, next);
        struct kb_str gap = kb_str_slice(text, next, after);
        if (gap.n == 1 && gap.p[0] == '.' && after < text.n) { /* "Hrádek.cz" */
            end = kb_text_word_end(text, after);
            break;
        }
        if (gap.n != 1 || !(kb_is_space(gap.p[0]) || gap.p[0] == '-'))
            break;
        pos = after;
    }
    return kb_str_slice(text, from, end);
}

static bool closes_quote(uint32_t c) {
    return c == '"' || c == 0x201C || c == 0x201D || c == 0xBB || c == 0x2019 ||
           c == 0x300D || c == 0x300F;
}

/* A name in quotation marks a few words behind a phrase: «لو فار ديستريل». */
static struct kb_str quoted_name(struct kb_str text, size_t from) {
    size_t len, start = 0;
    for (size_t i = from; i < text.n && i < from + QUOTED_REACH; i += len) {
        uint32_t c = kb_utf8_next(text.p + i, text.p + text.n, &len);
        struct kb_str inside = kb_str_slice(text, start, i);
        if (start ? !closes_quote(c) : !kb_page_is_quote(c))
            continue;
        if (start)
            return kb_page_words(inside) <= UNKNOWN_WORDS &&
                           kb_page_first_letter(inside) != KB_LETTER_LOWER
                       ? kb_page_trim(inside)
                       : KB_STR_NONE;
        if (kb_sentence_ends(kb_str_slice(text, from, i)))
            break;
        start = i + len;
    }
    return KB_STR_NONE;
}

/* Where a link in a paragraph of the text leads to, on another site. */
static struct kb_str link_of(const struct kb_finder *f, struct kb_str paragraph) {
    const struct kb_article *a = f->article;
    const struct kb_node *node = a->body;
    while (node) {
        const struct kb_node *inside = node->first;
        if (node->kind == KB_NODE_LINK && inside && inside->kind == KB_NODE_TEXT &&
            inside->text.n && kb_str_find(paragraph, inside->text) != KB_NOT_FOUND &&
            a->url.n && kb_url_host(node->url).n && !kb_same_site(node->url, a->url))
            return node->url;
        if (inside) {
            node = inside;
            continue;
        }
        while (node && !node->next)
            node = node->parent;
        node = node ? node->next : NULL;
    }
    return KB_STR_NONE;
}

/* The sentence around a phrase is a note where few of its words are left unexplained:
 * "with AFP" is a credit in "By Jane Doe, with AFP", not in "… signed a contract with
 * AFP on Monday". */
static bool is_note(const struct kb_finder *f, struct kb_str text, size_t start,
                    size_t end) {
    struct kb_credit_line line;
    size_t from = start > NOTE_BYTES ? start - NOTE_BYTES : 0, behind;
    bool open = from > 0;
    while (from < start && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from++;
    const struct kb_str before = kb_str_slice(text, 0, start),
                        reach = kb_str_slice(text, 0, end + NOTE_BYTES);
    for (; kb_sentence_mark(before, from, &behind) < start; from = behind)
        open = false;
    size_t to = kb_sentence_mark(reach, end, &behind);
    open |= to == reach.n && to < text.n;
    struct kb_str sentence = kb_page_trim(kb_str_slice(text, from, to));
    if (open || kb_page_words(sentence) > NOTE_WORDS)
        return false;
    kb_credit_line_read(f, sentence, &line);
    return line.others <= NOTE_OTHERS && line.plain <= NOTE_PLAIN;
}

/* "With reporting by AP writer Jane Doe", who is the text's author: the agency's own. */
static bool names_author(const struct kb_finder *f, struct kb_str text) {
    for (size_t i = 0; i < f->article->author_count; i++)
        if (kb_str_find(text, f->article->authors[i].name) != KB_NOT_FOUND)
            return true;
    return false;
}

/* One short word: "with", "avec". */
static bool is_weak(struct kb_str phrase, enum kb_rel rel) {
    return phrase.n < STRONG_BYTES ||
           (rel == KB_REL_CREDITED && words_between(phrase, 0, phrase.n) < 2);
}

/* A note's phrase as it stands in text. */
struct note {
    struct kb_str text, url; /* url: of a link in it */
    const struct names *names;
    enum kb_rel rel;
    size_t start, end;
};

/* A text that is another's has its address where the note is a link to it. */
static void add_named(struct kb_finder *f, const struct note *note,
                      const struct kb_name *name, struct kb_str text, struct kb_str url,
                      size_t end, float confidence) {
    const struct kb_article *a = f->article;
    struct kb_str evidence = kb_str_slice(note->text, note->start, end);
    enum kb_rel rel = note->rel;
    struct kb_str host = kb_url_host(url);
    size_t path = host.n ? (size_t)(host.p + host.n - url.p) + 1 : url.n;
    bool whole = rel >= KB_REL_REPUBLISHED && path < url.n; /* no front page */
    if (whole && rel == KB_REL_REPUBLISHED &&
        kb_slug_is_foreign(url, a->title, a->content_text))
        rel = KB_REL_TRANSLATED;
    if (kb_sources_add(f, name, text, rel, url, evidence, confidence) && whole &&
        !a->provenance.original_url.n && !(a->url.n && kb_same_site(url, a->url)))
        f->article->provenance.original_url = kb_arena_dup(f->arena, url);
}

/* Adds the names behind the phrase, one list of them; false where none stands there. */
static bool names_behind(struct kb_finder *f, const struct note *note) {
    size_t reach = note->end;
    bool any = false;
    for (size_t i = 0; i < note->names->count; i++) {
        const struct kb_name_hit *h = &note->names->hits[i];
        if (h->end <= note->end || h->start <= note->start)
            continue; /* "in El País": the phrase's article may be the name's */
        if (words_between(note->text, reach, h->start) > NOTE_GAP ||
            ends_between(note->text, reach, h->start) ||
            (any && h->start - reach > NAMES_GAP))
            break;
        if (!any && kb_house_is(f, h->name, kb_str_slice(note->text, h->start, h->end)))
            return true; /* "a brand of ours, both belong to X" */
        if (h->name->kind != KB_NAME_PHOTO && h->name->kind != KB_NAME_SOCIAL)
            add_named(f, note, h->name, KB_STR_NONE, any ? KB_STR_NONE : note->url,
                      h->end, 0.9f);
        any = true;
        reach = h->end;
    }
    return any;
}

static bool names_before(struct kb_finder *f, const struct note *note) {
    size_t reach = note->start;
    bool any = false;
    for (size_t i = note->names->count; i--;) {
        const struct kb_name_hit *h = &note->names->hits[i];
        if (h->end > note->start)
            continue;
        if (words_between(note->text, h->end, reach) > (any ? 2u : (size_t)NOTE_GAP) ||
            ends_between(note->text, h->end, reach))
            break;
        kb_sources_add(f, h->name, KB_STR_NONE, note->rel, note->url,
                       kb_str_slice(note->text, h->start, note->end), 0.9f);
        any = true;
        reach = h->start;
    }
    return any;
}

/* A name that no table has, right behind the phrase. */
static void add_unknown_behind(struct kb_finder *f, const struct note *note) {
    struct kb_str name =
        unknown_name(note->text, kb_text_next_word(note->text, note->end));
    bool in_quotes = !name.n;
    if (in_quotes)
        name = quoted_name(note->text, note->end);
    size_t at = name.n ? (size_t)(name.p - note->text.p) : 0;
    /* "translated from French": one word may be a language */
    if (!name.n || ends_between(note->text, note->end, at) ||
        (note->rel == KB_REL_TRANSLATED && !in_quotes &&
         words_between(name, 0, name.n) < 2))
        return;
    add_named(f, note, NULL, name, note->url, at + name.n, 0.75f);
}

static void note_hit(struct kb_finder *f, const struct note *note, bool behind) {
    bool weak = is_weak(kb_str_slice(note->text, note->start, note->end), note->rel);
    if (weak && !is_note(f, note->text, note->start, note->end))
        return;
    bool any = behind ? names_behind(f, note) : names_before(f, note);
    if (any && note->rel == KB_REL_CREDITED && !names_author(f, note->text))
        f->staff = true;
    if (!any && behind && !weak && note->rel >= KB_REL_REPUBLISHED)
        add_unknown_behind(f, note);
}

void kb_note_read(struct kb_finder *f, struct kb_str text, struct kb_str url) {
    struct names names;
    bool have = false;
    size_t words = 0;
    if (kb_lexicon_match(f->lexicon, text).begins >> KB_PHRASE_RIGHTS & 1)
        return; /* who may copy it, not whence it is */
    for (size_t pos = kb_text_next_word(text, 0); pos < text.n && words < NOTE_REACH;
         words++) {
        struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
        size_t n = kb_source_phrases_of(f->lexicon, text, pos, KB_SOURCE_CREDITED, found);
        size_t next = kb_text_word_end(text, pos);
        for (size_t i = n; i--;) {
            if (found[i].word == KB_SOURCE_QUOTED ||
                found[i].word >= KB_SOURCE_TRANSLATED_BY)
                continue;
            if (!have)
                find_names(f, text, &names);
            have = true;
            if (!url.n && rel_of(found[i].word) >= KB_REL_REPUBLISHED)
                url = link_of(f, text);
            note_hit(f,
                     &(struct note){text, url, &names, rel_of(found[i].word), pos,
                                    found[i].end},
                     found[i].name_behind);
            next = found[i].end;
            break;
        }
        pos = kb_text_next_word(text, next);
    }
}
