/* Names of agencies and outlets, and the phrases that stand beside them, in a text.
 *
 * Enters a place in a text; leaves the name that stands there.  A name is found by its
 * folded words (terms.c) and then compared with what is printed: "Die Zeit" is a weekly,
 * "die zeit" is not, "REUTERS" is Reuters.  Most words of a text are passed over without
 * folding them: names begin with few combinations of letters, and nearly all with a
 * capital. */
#include "lang/lexicon.h"
#include "lang/tables.h"
#include "lang/terms.h"

#include <stdlib.h>
#include <utf8proc.h>

enum { LEAST_SHOUTED = 4 /* letters: "CAPITALS" of a name that is not written so */ };

#define NAMES_BYTES ((size_t)16 << 20)

struct kb_names *kb_names_new(struct kb_heads *heads) {
    struct kb_names *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->heads = heads;
    kb_arena_init(&n->arena, NAMES_BYTES);
    n->terms = kb_terms_new();
    if (!n->terms) {
        kb_names_free(n);
        return NULL;
    }
    return n;
}

void kb_names_free(struct kb_names *n) {
    if (!n || n->built_in)
        return;
    kb_terms_free(n->terms);
    kb_arena_free(&n->arena);
    free(n->entries);
    free(n->spellings);
    free(n->pool);
    free(n->hosts);
    free(n);
}

/* ---- building ---------------------------------------------------------------------- */

static bool grow(void **items, size_t count, size_t *cap, size_t size) {
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 512;
    void *grown = realloc(*items, more * size);
    if (!grown)
        return false;
    *items = grown;
    *cap = more;
    return true;
}

/* The next domain of a list; empty at its end. */
static struct kb_str next_domain(struct kb_str *rest) {
    *rest = kb_str_trim(*rest);
    struct kb_str out = kb_str_slice(*rest, 0, kb_str_find_byte(*rest, ' '));
    *rest = kb_str_slice(*rest, out.n, rest->n);
    return out;
}

static uint32_t *host_slot(const struct kb_names *n, struct kb_str host) {
    size_t i = kb_hash(host.p, host.n, 0) & (n->host_size - 1);
    for (; n->hosts[i]; i = (i + 1) & (n->host_size - 1)) {
        struct kb_str rest = n->entries[n->hosts[i] - 1].domains, one;
        while ((one = next_domain(&rest)).n)
            if (kb_str_equal(one, host))
                return &n->hosts[i];
    }
    return &n->hosts[i];
}

static void place_hosts(struct kb_names *n, uint32_t entry) {
    struct kb_str rest = n->entries[entry].domains, one;
    while ((one = next_domain(&rest)).n) {
        uint32_t *slot = host_slot(n, one);
        n->host_count += !*slot;
        if (!*slot)
            *slot = entry + 1;
    }
}

size_t kb_names_count_domains(struct kb_str domains) {
    size_t n = 0;
    while (next_domain(&domains).n)
        n++;
    return n;
}

/* The table stays at most half full, with one more entry's domains in it. */
static bool grow_hosts(struct kb_names *n) {
    if ((n->host_count + KB_LIMIT_NAME_DOMAINS) * 2 <= n->host_size)
        return true;
    size_t size = n->host_size ? n->host_size * 2 : 1024;
    uint32_t *hosts = calloc(size, sizeof *hosts);
    if (!hosts)
        return false;
    free(n->hosts);
    n->hosts = hosts;
    n->host_size = size;
    n->host_count = 0;
    for (uint32_t i = 0; i < n->count; i++)
        place_hosts(n, i);
    return true;
}

bool kb_names_add(struct kb_names *n, const struct kb_name *entry) {
    void *entries = n->entries;
    if (n->count >= KB_LIMIT_NAMES ||
        kb_names_count_domains(entry->domains) > KB_LIMIT_NAME_DOMAINS ||
        !grow(&entries, n->count, &n->cap, sizeof *n->entries))
        return false;
    n->entries = entries;
    n->entries[n->count] = *entry;
    n->entries[n->count].name = kb_arena_dup(&n->arena, entry->name);
    n->entries[n->count].domains = kb_arena_dup(&n->arena, entry->domains);
    if (n->arena.full || !grow_hosts(n))
        return false;
    place_hosts(n, (uint32_t)n->count++);
    return true;
}

/* What decides whether letters of a text are a name's: the case of its letters. */
static bool is_upper(uint32_t c) {
    return c < 0x80 ? c >= 'A' && c <= 'Z'
                    : c != (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

static bool is_lower(uint32_t c) {
    return c < 0x80 ? c >= 'a' && c <= 'z'
                    : c != (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

struct letters {
    size_t upper, lower;
    bool first_upper, first_lower;
};

static struct letters count_letters(struct kb_str s) {
    struct letters l = {0};
    size_t len;
    for (size_t i = 0; i < s.n; i += len) {
        uint32_t c = kb_next_char(s, i, &len);
        bool up = is_upper(c), low = is_lower(c);
        if (!l.upper && !l.lower) {
            l.first_upper = up;
            l.first_lower = low;
        }
        l.upper += up;
        l.lower += low;
    }
    return l;
}

enum kb_lexicon_added kb_names_add_spelling(struct kb_names *n, struct kb_str text,
                                            bool ordinary) {
    void *spellings = n->spellings, *pool = n->pool;
    if (text.n > KB_LIMIT_PHRASE_BYTES)
        return KB_LEXICON_LONG_WORD;
    bool fine =
        grow(&spellings, n->spelling_count, &n->spelling_cap, sizeof *n->spellings);
    n->spellings = spellings;
    while (fine && n->pool_cap - n->pool_n < text.n) {
        fine = grow(&pool, n->pool_cap, &n->pool_cap, 1);
        n->pool = pool;
    }
    if (!fine)
        return KB_LEXICON_FULL;
    uint32_t index = (uint32_t)n->spelling_count;
    n->spellings[index] = (struct kb_spelling){
        (uint32_t)n->pool_n, (uint32_t)n->count - 1, (uint16_t)text.n, ordinary};
    if (text.n)
        memcpy(n->pool + n->pool_n, text.p, text.n);
    n->pool_n += text.n;
    n->spelling_count++;
    kb_head_note(n->heads, text, KB_HEAD_NAME);
    if (!count_letters(text).first_upper)
        kb_head_note(n->heads, text, KB_HEAD_SMALL_NAME);
    switch (kb_terms_add(n->terms, text, index)) {
    case KB_TERMS_ADDED: return KB_LEXICON_ADDED;
    case KB_TERMS_TWICE: return KB_LEXICON_TWICE;
    case KB_TERMS_MANY: return KB_LEXICON_MANY;
    case KB_TERMS_NO_WORD: return KB_LEXICON_NO_WORD;
    case KB_TERMS_LONG_WORD: return KB_LEXICON_LONG_WORD;
    case KB_TERMS_FULL: break;
    }
    return KB_LEXICON_FULL;
}

static enum kb_head head_of(enum kb_source_word word) {
    return word == KB_SOURCE_QUOTED            ? KB_HEAD_QUOTED
           : word <= KB_SOURCE_TRANSLATED_FROM ? KB_HEAD_NOTES
           : word == KB_SOURCE_MEDIUM          ? KB_HEAD_MEDIUM
                                               : KB_HEAD_OTHER;
}

enum kb_lexicon_added kb_lexicon_add_source(struct kb_lexicon *x, struct kb_str phrase,
                                            enum kb_source_word word) {
    static const struct kb_str dots = {"\xE2\x80\xA6", 3};
    bool behind = !kb_str_starts(phrase, dots);
    if (!behind)
        phrase = kb_str_slice(phrase, dots.n, phrase.n);
    else if (kb_str_ends(phrase, dots))
        phrase = kb_str_slice(phrase, 0, phrase.n - dots.n);
    kb_head_note(&x->heads, phrase, head_of(word));
    switch (kb_terms_add(kb_lexicon_source_terms(x), phrase,
                         (uint32_t)word * 2 + (behind ? 1 : 0))) {
    case KB_TERMS_TWICE: /* another language has it too */
    case KB_TERMS_ADDED: return KB_LEXICON_ADDED;
    case KB_TERMS_MANY: return KB_LEXICON_MANY;
    case KB_TERMS_NO_WORD: return KB_LEXICON_NO_WORD;
    case KB_TERMS_LONG_WORD: return KB_LEXICON_LONG_WORD;
    case KB_TERMS_FULL: break;
    }
    return KB_LEXICON_FULL;
}

/* ---- in a text --------------------------------------------------------------------- */

/* Numbers are one word to the trie: "20 Minuten" is not "30 Minuten". */
static bool same_digits(struct kb_str a, struct kb_str b) {
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a.n && !kb_is_digit(a.p[i]))
            i++;
        while (k < b.n && !kb_is_digit(b.p[k]))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i] != b.p[k])
            return false;
    }
}

static bool is_printed(const struct kb_names *names, const struct kb_spelling *spelling,
                       struct kb_str text, enum kb_term_form form) {
    struct kb_str wanted = {names->pool + spelling->text, spelling->n};
    struct letters want = count_letters(wanted), got = count_letters(text);
    if (!same_digits(wanted, text))
        return false;
    if (!want.upper && !want.lower) /* a script without case */
        return true;
    if (spelling->ordinary && form != KB_TERM_EXACT && form != KB_TERM_APOSTROPHE)
        return false;
    if (!want.upper) /* "dpa": small, or all capitals */
        return !got.upper || (!got.lower && !spelling->ordinary);
    if (!got.lower && got.upper &&
        (!want.lower || want.lower + want.upper >= LEAST_SHOUTED))
        return true;
    if (!want.lower) /* initials */
        return form != KB_TERM_EXACT ? got.upper >= want.upper && got.lower <= 4
                                     : !got.lower;
    return got.first_upper || !want.first_upper;
}

/* Two small letters, or one alone, of scripts that are told at once.  No name that is
 * written with a capital stands there: is_printed would refuse it. */
static bool is_small(struct kb_str text, size_t pos) {
    size_t len, more;
    uint32_t c = kb_next_char(text, pos, &len);
    if (!((c >= 'a' && c <= 'z') || (c >= 0x430 && c <= 0x45F)))
        return false;
    if (pos + len >= text.n)
        return true;
    c = kb_next_char(text, pos + len, &more);
    return c < 0x80 ? !(c >= 'A' && c <= 'Z') : c >= 0x430 && c <= 0x45F;
}

/* A quick look; an Arabic or Hebrew letter may stand before the name. */
static bool may_begin(const struct kb_lexicon *x, struct kb_str text, size_t pos) {
    unsigned head = is_small(text, pos) ? KB_HEAD_SMALL_NAME : KB_HEAD_NAME;
    unsigned char lead = (unsigned char)text.p[pos]; /* of U+0580 to U+06FF */
    return kb_head_has(&x->heads, text, pos, head) ||
           (lead >= 0xD6 && lead <= 0xDB && kb_head_has(&x->heads, text, pos + 2, head));
}

bool kb_name_at(const struct kb_lexicon *x, struct kb_str text, size_t pos,
                const char *country, struct kb_name_hit *hit) {
    const struct kb_names *names = kb_lexicon_names(x);
    struct kb_term found[KB_TERMS_AT];
    if (pos >= text.n || !may_begin(x, text, pos))
        return false;
    size_t count = kb_terms_at(names->terms, text, pos, true, found);
    while (count--) {
        size_t at = 0;
        uint32_t value;
        bool have = false;
        struct kb_str printed = kb_str_slice(text, pos, found[count].end);
        while (kb_terms_value(names->terms, found[count].node, &at, &value)) {
            const struct kb_spelling *s = &names->spellings[value];
            const struct kb_name *name = &names->entries[s->entry];
            if (!is_printed(names, s, printed, found[count].form))
                continue;
            if (have && !(country[0] && strcmp(name->country, country) == 0))
                continue;
            have = true;
            *hit = (struct kb_name_hit){name, pos, found[count].end, s->ordinary,
                                        found[count].form != KB_TERM_EXACT};
        }
        if (have)
            return true;
    }
    return false;
}

/* "l'AFP", "dell'ANSA": where the word begins behind its article; 0 where it has none. */
static size_t behind_elision(struct kb_str text, size_t pos, size_t end) {
    size_t len;
    for (size_t i = pos; i < end && i < pos + 6; i += len) {
        len = 1;
        if (kb_is_alpha(text.p[i]))
            continue;
        uint32_t c = kb_next_char(text, i, &len);
        if (kb_is_apostrophe(c))
            return i + len < end ? i + len : 0;
    }
    return 0;
}

size_t kb_text_next_word(struct kb_str text, size_t pos) {
    kb_word_gap(text, &pos, text.n);
    return pos;
}

size_t kb_text_word_end(struct kb_str text, size_t pos) {
    enum kb_char_kind kind;
    return pos < text.n ? kb_word_end(text, pos, &kind) : text.n;
}

bool kb_name_in_word(const struct kb_lexicon *x, struct kb_str text, size_t pos,
                     size_t end, const char *country, struct kb_name_hit *hit) {
    if (kb_name_at(x, text, pos, country, hit))
        return true;
    size_t behind = behind_elision(text, pos, end);
    return behind && kb_name_at(x, text, behind, country, hit);
}

bool kb_name_next(const struct kb_lexicon *x, struct kb_str text, size_t from,
                  const char *country, struct kb_name_hit *hit) {
    for (size_t pos = kb_text_next_word(text, from); pos < text.n;) {
        bool plain;
        size_t next = kb_word_after(text, pos, &plain);
        size_t end = plain ? next - 1 : kb_text_word_end(text, pos);
        if (kb_name_in_word(x, text, pos, end, country, hit))
            return true;
        pos = next;
    }
    return false;
}

const struct kb_name *kb_name_by_host(const struct kb_lexicon *x, struct kb_str host) {
    const struct kb_names *names = kb_lexicon_names(x);
    if (!names->host_size)
        return NULL;
    /* "edition.cnn.com": the labels before the domain go one by one */
    for (int labels = 0; host.n && labels < 6; labels++) {
        uint32_t entry = *host_slot(names, host);
        if (entry)
            return &names->entries[entry - 1];
        size_t dot = kb_str_find_byte(host, '.');
        if (dot == KB_NOT_FOUND)
            break;
        host = kb_str_slice(host, dot + 1, host.n);
    }
    return NULL;
}

/* heads: what the word at pos may begin. */
static size_t phrases_at(const struct kb_lexicon *x, struct kb_str text, size_t pos,
                         unsigned heads,
                         struct kb_source_phrase found[KB_SOURCE_PHRASES_AT]) {
    const struct kb_terms *terms = kb_lexicon_source_terms(x);
    struct kb_term hits[KB_TERMS_AT];
    size_t n = 0;
    bool plain;
    if (!(heads & KB_HEAD_SOURCES))
        return 0;
    if (!(heads & KB_HEAD_ALONE)) { /* "in" begins phrases, but few words go on with it */
        size_t next = kb_word_after(text, pos, &plain);
        if (next >= text.n || !kb_head_has(&x->heads, text, next, KB_HEAD_SECOND))
            return 0;
    }
    size_t count = kb_terms_at(terms, text, pos, false, hits);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        uint32_t value;
        while (n < KB_SOURCE_PHRASES_AT &&
               kb_terms_value(terms, hits[i].node, &at, &value))
            found[n++] = (struct kb_source_phrase){(enum kb_source_word)(value / 2),
                                                   (value & 1) != 0, hits[i].end};
    }
    return n;
}

size_t kb_source_phrases_at(const struct kb_lexicon *x, struct kb_str text, size_t pos,
                            struct kb_source_phrase found[KB_SOURCE_PHRASES_AT]) {
    return phrases_at(x, text, pos, x->heads.of[kb_head_key(text, pos)], found);
}

size_t kb_source_phrases_of(const struct kb_lexicon *x, struct kb_str text, size_t pos,
                            enum kb_source_word word,
                            struct kb_source_phrase found[KB_SOURCE_PHRASES_AT]) {
    unsigned heads = x->heads.of[kb_head_key(text, pos)];
    return heads & head_of(word) ? phrases_at(x, text, pos, heads, found) : 0;
}

size_t kb_source_word_next(const struct kb_lexicon *x, struct kb_str text, size_t from,
                           enum kb_source_word word) {
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    bool plain;
    for (size_t pos = kb_text_next_word(text, from); pos < text.n;
         pos = kb_word_after(text, pos, &plain)) {
        size_t n = kb_source_phrases_of(x, text, pos, word, found);
        while (n--)
            if (found[n].word == word)
                return pos;
    }
    return text.n;
}
