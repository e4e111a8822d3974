/* What the page's head says of where its text is from.
 *
 * In: claims of meta tags and JSON-LD, the canonical address.  Out: sources, and the
 * original's address.  Templates fill these fields with the page itself, its owner and
 * its software, so an address counts only where it leads to another site, and an
 * organisation only where it is an agency. */
#include "article/sources.h"
#include "page/line.h"

enum {
    NAME_DISTANCE = 10,  /* lines before the text that may name a house */
    NAME_LINE_BYTES = 80 /* of such a line */
};

/* The labels of a host that are its owner's: "bbc.co.uk" of "news.bbc.co.uk".  A guess
 * without the list of public suffixes: a short label before a country's code is one. */
static struct kb_str site_of(struct kb_str host) {
    size_t dots[3], n = 0;
    for (size_t i = host.n; i-- > 0 && n < 3;)
        if (host.p[i] == '.')
            dots[n++] = i;
    if (n < 2)
        return host;
    bool country = host.n - dots[0] == 3, generic = dots[0] - dots[1] <= 4;
    if (country && generic)
        return n == 3 ? kb_str_slice(host, dots[2] + 1, host.n) : host;
    return kb_str_slice(host, dots[1] + 1, host.n);
}

bool kb_same_site(struct kb_str url, struct kb_str other) {
    return kb_str_equal_nocase(site_of(kb_url_host(url)), site_of(kb_url_host(other)));
}

/* The words of an address's last part: at least four, or there is nothing to compare. */
enum { SLUG_WORDS = 4, SLUG_BYTES = 200, TEXT_BYTES = 4096 };

bool kb_slug_is_foreign(struct kb_str url, struct kb_str title, struct kb_str text) {
    size_t slash = url.n, words = 0, found = 0;
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] == '?' || url.p[i] == '#')
            url.n = i;
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    slash = url.n;
    while (slash && url.p[slash - 1] != '/')
        slash--;
    if (url.n - slash > SLUG_BYTES)
        url.n = slash + SLUG_BYTES; /* each word is looked for in all of the text */
    text = kb_str_cut(text, TEXT_BYTES);
    for (size_t i = slash; i < url.n;) {
        size_t end = i;
        while (end < url.n && kb_is_alpha(url.p[end]))
            end++;
        struct kb_str word = kb_str_slice(url, i, end);
        if (word.n >= 3) {
            words++;
            found += kb_str_find_nocase(title, word) != KB_NOT_FOUND ||
                     kb_str_find_nocase(text, word) != KB_NOT_FOUND;
        }
        i = end + 1;
    }
    return words >= SLUG_WORDS && found * 3 < words;
}

/* A text that stands whole at another address. */
void kb_sources_add_original(struct kb_finder *f, struct kb_str name, struct kb_str url,
                             struct kb_str evidence, enum kb_rel rel, float confidence) {
    struct kb_article *a = f->article;
    struct kb_str host = kb_url_host(url), here = a->url.n ? a->url : KB_STR_NONE;
    if (!host.n || (here.n && kb_same_site(url, here)))
        return;
    const struct kb_name *entry = kb_name_by_host(f->lexicon, host);
    if (kb_house_is(f, entry, host))
        return;
    if (rel != KB_REL_TRANSLATED && kb_slug_is_foreign(url, a->title, a->content_text))
        rel = KB_REL_TRANSLATED;
    if (rel == KB_REL_REPUBLISHED && entry && entry->kind == KB_NAME_WIRE)
        rel = KB_REL_CREDITED;
    kb_sources_add(f, entry, name.n && !entry ? name : host, rel, url, evidence,
                   confidence);
    if (!a->provenance.original_url.n)
        a->provenance.original_url = kb_arena_dup(f->arena, url);
}

/* What an entry says of itself.  A channel's address is its site's or its feed's: the
 * text stands at neither. */
static void read_entry_claim(struct kb_finder *f, const struct kb_claim *c) {
    const struct kb_str host = kb_url_host(c->url);
    const struct kb_name *entry = kb_name_by_host(f->lexicon, host);
    const struct kb_str name = c->name.n ? c->name : host;
    if (kb_house_is(f, entry, name) || (host.n && kb_house_is(f, NULL, host)))
        return;
    if (c->kind == KB_CLAIM_CHANNEL)
        kb_sources_add(f, entry, name, KB_REL_REPUBLISHED, KB_STR_NONE, c->evidence,
                       0.9f);
    else
        kb_sources_add(f, entry, name, KB_REL_CREDITED, c->url, c->evidence, 0.7f);
}

void kb_claim_read(struct kb_finder *f, const struct kb_claim *c) {
    struct kb_name_hit hit;
    if (c->kind == KB_CLAIM_CHANNEL || c->kind == KB_CLAIM_VIA) {
        read_entry_claim(f, c);
        return;
    }
    if (c->url.n) {
        kb_sources_add_original(f, c->name, c->url, c->evidence,
                                c->kind == KB_CLAIM_TRANSLATION_OF ? KB_REL_TRANSLATED
                                                                   : KB_REL_REPUBLISHED,
                                0.9f);
        return;
    }
    if (!kb_name_at(f->lexicon, c->name, kb_text_next_word(c->name, 0), f->country,
                    &hit) ||
        kb_text_next_word(c->name, hit.end) < c->name.n)
        return;
    bool wire = hit.name->kind == KB_NAME_WIRE;
    if (wire || c->kind == KB_CLAIM_ORIGINAL || c->kind == KB_CLAIM_TRANSLATION_OF)
        kb_sources_add(f, hit.name, KB_STR_NONE,
                       c->kind == KB_CLAIM_TRANSLATION_OF ? KB_REL_TRANSLATED
                       : wire                             ? KB_REL_CREDITED
                                                          : KB_REL_REPUBLISHED,
                       KB_STR_NONE, c->evidence, 0.8f);
}

void kb_head_read(struct kb_finder *f) {
    const struct kb_article *a = f->article;
    const struct kb_claims *claims = &f->result->meta.claims;
    for (size_t i = 0; i < claims->count; i++)
        kb_claim_read(f, &claims->items[i]);
    if (a->url.n && a->canonical_url.n)
        kb_sources_add_original(f, KB_STR_NONE, a->canonical_url, a->canonical_url,
                                KB_REL_REPUBLISHED, 0.9f);
}

/* ---- names of hosts ---------------------------------------------------------------- */

/* Where name stands in line as words of its own, with a capital. */
static struct kb_str word_in(struct kb_str line, struct kb_str name) {
    size_t at = kb_str_find_nocase(line, name), end = at + name.n;
    if (at == KB_NOT_FOUND || (at && !kb_is_space(line.p[at - 1])) ||
        (end < line.n && !kb_is_space(line.p[end])))
        return KB_STR_NONE;
    struct kb_str word = kb_str_slice(line, at, end);
    return kb_page_first_letter(word) == KB_LETTER_UPPER ? word : KB_STR_NONE;
}

/* What the page calls the house behind an address: the bracket at its headline's end that
 * is a line of its own too ("…（みなと新報）"), or the host's label as a word of a line
 * near the text ("VENA" for vena.example). */
static struct kb_str printed_name(const struct kb_finder *f, struct kb_str url) {
    struct kb_str before, label = kb_main_label(kb_url_host(url));
    struct kb_str bracket = kb_page_last_bracket(f->article->title, &before);
    struct kb_str found = KB_STR_NONE;
    for (size_t i = 0; i < f->result->line_count; i++) {
        const struct kb_page_line *l = &f->result->lines[i];
        struct kb_str line = kb_page_trim(l->text);
        if (bracket.n && before.n && kb_str_equal(line, bracket))
            return bracket;
        if (!found.n && l->zone == KB_LINE_HEAD && l->distance <= NAME_DISTANCE &&
            label.n >= 3 && line.n <= NAME_LINE_BYTES)
            found = word_in(line, label);
    }
    return found;
}

void kb_sources_name_hosts(struct kb_finder *f) {
    for (size_t i = 0; i < f->count; i++) {
        struct kb_source *s = &f->sources[i];
        struct kb_str host = kb_url_host(s->url), name;
        if (!host.n || !kb_str_equal_nocase(s->name, host))
            continue;
        name = printed_name(f, s->url);
        if (name.n && !kb_house_is(f, NULL, name))
            s->name = kb_arena_dup(f->arena, name);
    }
}
