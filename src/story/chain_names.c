/* A credit's name and address → which outlet it means.
 *
 * An address is certain.  A name is matched by the table of agencies and outlets
 * (assets/names, which knows an agency's aliases in all languages), else by its letters
 * without accents and spaces, else, because pages write foreign names in their own
 * script, by its consonants: "لو فار ديستريل" is "Le Phare d’Estrelle".  Last, an agency
 * may be described ("the Velmoran news agency") instead of named. */
#include "story/chain_make.h"

enum {
    LEAST_BONES = 5,      /* consonants that make a name in another script */
    LEAST_NEAR_BONES = 7, /* … of which one may differ */
    MOST_BONES = 32,
    LETTERS_BYTES = 128,
    LEAST_DESCRIBED = 3, /* consonants of a place's name in a description */
    MOST_LABELS = 6
};

/* How sure a match is. */
static const float by_address = 1, by_entry = .97f, by_letters = .95f, by_domain = .9f,
                   by_bones = .8f, by_near_bones = .65f;

/* ---- addresses --------------------------------------------------------------------- */

struct kb_str kb_chain_key(struct kb_arena *arena, struct kb_str url) {
    struct kb_str host = kb_url_host(url);
    if (!host.n || url.n > KB_LIMIT_URL_BYTES)
        return KB_STR_NONE;
    url = kb_url_untrack(arena, url);
    url = kb_str_slice(url, 0, kb_str_find_byte(url, '#'));
    host = kb_url_host(url);
    size_t end = (size_t)(host.p + host.n - url.p);
    if (end < url.n && url.p[end] == ':') /* a port, which tells little */
        while (end < url.n && url.p[end] != '/' && url.p[end] != '?')
            end++;
    struct kb_str path = kb_str_slice(url, end, url.n);
    while (path.n && (path.p[path.n - 1] == '/' || path.p[path.n - 1] == '?'))
        path.n--;
    if (!path.n)
        return KB_STR_NONE; /* a house's front page is no article */
    char *key = kb_arena_alloc(arena, host.n + path.n);
    if (!key)
        return KB_STR_NONE;
    for (size_t i = 0; i < host.n; i++)
        key[i] = kb_lower(host.p[i]);
    memcpy(key + host.n, path.p, path.n);
    return (struct kb_str){key, host.n + path.n};
}

/* One host is the other, or stands below it. */
static bool same_host(struct kb_str a, struct kb_str b) {
    if (a.n < b.n) {
        struct kb_str swap = a;
        a = b;
        b = swap;
    }
    if (!b.n || kb_str_find_byte(b, '.') == KB_NOT_FOUND)
        return false;
    return kb_str_equal_nocase(kb_str_slice(a, a.n - b.n, a.n), b) &&
           (a.n == b.n || a.p[a.n - b.n - 1] == '.');
}

/* ---- letters and consonants -------------------------------------------------------- */

static struct kb_str letters_of(struct kb_arena *arena, struct kb_str name) {
    char out[LETTERS_BYTES];
    size_t n = 0, len;
    if (kb_str_starts_nocase(name, KB_STR("the ")))
        name = kb_str_slice(name, 4, name.n);
    for (size_t i = 0; i < name.n && n + 8 < sizeof out; i += len) {
        uint32_t c = kb_utf8_next(name.p + i, name.p + name.n, &len);
        if (c < 0x80) {
            if (kb_is_alpha((char)c) || kb_is_digit((char)c))
                out[n++] = kb_lower((char)c);
            continue;
        }
        const char *latin = kb_letters(c);
        for (; *latin && kb_is_word_char(c); latin++)
            out[n++] = *latin;
    }
    return kb_arena_dup(arena, (struct kb_str){out, n});
}

/* Consonants of each word, or of each character of a script without spaces: groups of
 * letters do not reach across them. */
static struct kb_str bones_of(struct kb_arena *arena, struct kb_str name) {
    char out[MOST_BONES], latin[LETTERS_BYTES];
    size_t n = 0, letters = 0, len;
    if (kb_str_starts_nocase(name, KB_STR("the ")))
        name = kb_str_slice(name, 4, name.n);
    for (size_t i = 0; i <= name.n; i += len) {
        uint32_t c = ' ';
        len = 1;
        if (i < name.n)
            c = kb_utf8_next(name.p + i, name.p + name.n, &len);
        bool alone = kb_is_han_like(c), part = kb_is_word_char(c);
        char small = kb_lower((char)c);
        struct kb_str more =
            c < 0x80 ? (struct kb_str){&small, 1} : kb_str_z(kb_letters(c));
        if ((!part || alone) && letters) {
            n += kb_skeleton((struct kb_str){latin, letters}, out + n, sizeof out - n);
            letters = 0;
        }
        if (!part || letters + more.n > sizeof latin)
            continue;
        if (more.n)
            memcpy(latin + letters, more.p, more.n);
        letters += more.n;
        if (alone) {
            n += kb_skeleton((struct kb_str){latin, letters}, out + n, sizeof out - n);
            letters = 0;
        }
    }
    return kb_arena_dup(arena, (struct kb_str){out, n});
}

/* At most one consonant more, less or other. */
static bool differ_in_one(struct kb_str a, struct kb_str b) {
    size_t i = 0, k = 0;
    if (a.n > b.n + 1 || b.n > a.n + 1)
        return false;
    while (i < a.n && i < b.n && a.p[i] == b.p[i])
        i++;
    while (k < a.n - i && k < b.n - i && a.p[a.n - 1 - k] == b.p[b.n - 1 - k])
        k++;
    size_t longer = a.n > b.n ? a.n : b.n;
    return i + k + 1 >= longer;
}

static bool is_ascii(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Names in two scripts or spellings: consonants tell only where one of them was carried
 * over from another language. */
static float fits_by_bones(const struct kb_chain_name *a, const struct kb_chain_name *b) {
    size_t fewer = a->bones.n < b->bones.n ? a->bones.n : b->bones.n;
    if (fewer < LEAST_BONES || (is_ascii(a->text) && is_ascii(b->text)))
        return 0;
    if (kb_str_equal(a->bones, b->bones))
        return by_bones;
    return fewer >= LEAST_NEAR_BONES && differ_in_one(a->bones, b->bones) ? by_near_bones
                                                                          : 0;
}

/* ---- outlets ----------------------------------------------------------------------- */

/* The table's entry for a whole name; NULL where it has none. */
static const struct kb_name *entry_of(const struct kb_chainer *c, struct kb_str name) {
    struct kb_name_hit hit;
    size_t pos;
    if (!c->lexicon || !name.n)
        return NULL;
    pos = kb_text_next_word(name, 0);
    return kb_name_at(c->lexicon, name, pos, "", &hit) &&
                   kb_text_next_word(name, hit.end) >= name.n
               ? hit.name
               : NULL;
}

void kb_chain_know(struct kb_chainer *c, struct kb_str name, struct kb_chain_name *out) {
    name = kb_str_cut(name, KB_LIMIT_PHRASE_BYTES); /* as long as a table's may be */
    *out = (struct kb_chain_name){.text = name,
                                  .entry = entry_of(c, name),
                                  .letters = letters_of(&c->scratch, name),
                                  .bones = bones_of(&c->scratch, name)};
}

static bool is_house(const struct kb_chain_outlet *o, struct kb_str host,
                     struct kb_str letters) {
    if (host.n && o->domain.n)
        return same_host(host, o->domain);
    return letters.n && kb_str_equal(letters, o->name.letters);
}

/* A dateline that names the house itself where agencies stand: it is one. */
static bool is_agency(const struct kb_article *a, const struct kb_chain_name *name) {
    size_t at = kb_str_find(a->dateline.raw, name->text);
    return (name->entry && name->entry->kind == KB_NAME_WIRE) ||
           (name->text.n >= 2 && at != KB_NOT_FOUND && at > 0 &&
            strchr("(=/", a->dateline.raw.p[at - 1]));
}

static size_t outlet_at(const struct kb_chainer *c, struct kb_str host,
                        struct kb_str letters) {
    for (size_t i = 0; i < c->outlet_count; i++)
        if (is_house(&c->outlets[i], host, letters))
            return i;
    return KB_CHAIN_NONE;
}

static bool find_outlet(struct kb_chainer *c, struct kb_chain_node *node, size_t *cap) {
    const struct kb_article *a = node->article;
    struct kb_str host = kb_url_host(a->url.n ? a->url : a->canonical_url);
    struct kb_chain_name name;
    if (!host.n)
        host = a->publisher_domain;
    kb_chain_know(c, a->publisher, &name);
    if (!name.entry && host.n && c->lexicon)
        name.entry = kb_name_by_host(c->lexicon, host);
    node->outlet = KB_CHAIN_NONE;
    if (!host.n && !name.letters.n)
        return true;
    node->outlet = outlet_at(c, host, name.letters);
    if (node->outlet == KB_CHAIN_NONE) {
        void *items = c->outlets;
        if (!kb_arena_grow(&c->scratch, &items, c->outlet_count, cap, sizeof *c->outlets,
                           SIZE_MAX))
            return false;
        c->outlets = items;
        node->outlet = c->outlet_count++;
        c->outlets[node->outlet] = (struct kb_chain_outlet){name, host, false};
    }
    struct kb_chain_outlet *o = &c->outlets[node->outlet];
    if (!o->name.text.n)
        o->name = name;
    o->agency |= is_agency(a, &o->name);
    return true;
}

bool kb_chain_name_all(struct kb_chainer *c) {
    size_t cap = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct kb_chain_node *node = &c->nodes[i];
        const struct kb_article *a = node->article;
        if (!find_outlet(c, node, &cap))
            return false;
        node->keys[0] = kb_chain_key(&c->scratch, a->url);
        /* another site's canonical address is its credit, not this article's place */
        if (!a->url.n || same_host(kb_url_host(a->url), kb_url_host(a->canonical_url)))
            node->keys[1] = kb_chain_key(&c->scratch, a->canonical_url);
    }
    return !c->scratch.full;
}

/* ---- whom a credit means ----------------------------------------------------------- */

/* "elsincourier.example": a name that is a host. */
static bool is_host(struct kb_str name) {
    size_t dot = kb_str_find_byte(name, '.');
    return dot != KB_NOT_FOUND && dot > 0 && dot + 2 < name.n &&
           kb_str_find_byte(name, ' ') == KB_NOT_FOUND && is_ascii(name);
}

/* "lepharedestrelle" in www.lephare-estrelle.example: a label of the host, without its
 * hyphens, is the name or begins it. */
static bool is_label(struct kb_str letters, struct kb_str host) {
    char label[LETTERS_BYTES];
    for (int labels = 0; host.n && labels < MOST_LABELS; labels++) {
        size_t end = kb_str_find_byte(host, '.'), n = 0;
        struct kb_str part = kb_str_slice(host, 0, end);
        for (size_t i = 0; i < part.n && n < sizeof label; i++)
            if (part.p[i] != '-')
                label[n++] = kb_lower(part.p[i]);
        if (n >= 4 && end != KB_NOT_FOUND &&
            kb_str_equal(letters, (struct kb_str){label, n}))
            return true;
        host = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(host, end + 1, host.n);
    }
    return false;
}

float kb_chain_fits(const struct kb_chainer *c, const struct kb_chain_name *name,
                    struct kb_str url, size_t outlet) {
    const struct kb_chain_outlet *o = &c->outlets[outlet];
    struct kb_str host = kb_url_host(url);
    if (!host.n && is_host(name->text))
        host = name->text;
    if (host.n && o->domain.n && same_host(host, o->domain))
        return by_address;
    if (name->entry && o->name.entry)
        return name->entry == o->name.entry ? by_entry : 0;
    if (name->letters.n >= 2 && kb_str_equal(name->letters, o->name.letters))
        return by_letters;
    if (name->letters.n && is_label(name->letters, o->domain))
        return by_domain;
    return name->entry ? 0 : fits_by_bones(name, &o->name);
}

bool kb_chain_same_name(const struct kb_chain_name *a, const struct kb_chain_name *b) {
    if (a->entry || b->entry)
        return a->entry == b->entry;
    return (a->letters.n && kb_str_equal(a->letters, b->letters)) ||
           kb_str_equal(a->text, b->text) || fits_by_bones(a, b) > 0;
}

/* A word with these consonants stands in text. */
static bool has_bones(struct kb_arena *arena, struct kb_str text, struct kb_str bones) {
    text = kb_str_cut(text, KB_LIMIT_META_BYTES);
    for (size_t pos = kb_text_next_word(text, 0), end; pos < text.n;
         pos = kb_text_next_word(text, end)) {
        end = kb_text_word_end(text, pos);
        if (kb_str_starts(bones_of(arena, kb_str_slice(text, pos, end)), bones))
            return true;
    }
    return false;
}

bool kb_chain_describes(struct kb_chainer *c, const struct kb_chain_name *name,
                        size_t node) {
    const struct kb_chain_node *n = &c->nodes[node];
    if (!c->lexicon || name->entry || n->outlet == KB_CHAIN_NONE ||
        !c->outlets[n->outlet].agency)
        return false;
    size_t noun = kb_source_word_next(c->lexicon, name->text, 0, KB_SOURCE_MEDIUM);
    if (noun == name->text.n)
        return false;
    struct kb_str bones = bones_of(&c->scratch, kb_str_slice(name->text, 0, noun));
    return bones.n >= LEAST_DESCRIBED &&
           has_bones(&c->scratch, n->article->content_text, bones);
}
