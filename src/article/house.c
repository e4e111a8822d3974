/* Whose page it is.
 *
 * Enter the page's address, the publisher it names and its canonical address; leaves a
 * test whether a name is the house's own, because no house is a source of its own texts:
 * "Quelle: ntv.de" on n-tv, ANSA on ansa.it. */
#include "article/sources.h"

static void add_name(struct kb_finder *f, struct kb_str name) {
    name = kb_str_trim(name);
    if (name.n >= 2 && f->house_count < KB_HOUSE_NAMES)
        f->house_names[f->house_count++] = name;
}

struct kb_str kb_main_label(struct kb_str host) {
    struct kb_str best = KB_STR_NONE;
    while (host.n) {
        size_t dot = kb_str_find_byte(host, '.');
        struct kb_str label = kb_str_slice(host, 0, dot);
        bool last = dot == KB_NOT_FOUND;
        host = last ? KB_STR_NONE : kb_str_slice(host, dot + 1, host.n);
        bool suffix =
            last || (label.n <= 3 && kb_str_find_byte(host, '.') == KB_NOT_FOUND);
        if (!suffix || !best.n)
            best = label;
    }
    return best;
}

void kb_house_find(struct kb_finder *f) {
    const struct kb_article *a = f->article;
    struct kb_str host = kb_url_host(a->url.n ? a->url : a->canonical_url);
    f->house = kb_name_by_host(f->lexicon, host);
    if (f->house) {
        memcpy(f->country, f->house->country, sizeof f->country);
    } else if (host.n > 3 && host.p[host.n - 3] == '.' &&
               kb_is_alpha(host.p[host.n - 2]) && kb_is_alpha(host.p[host.n - 1])) {
        for (size_t i = 0; i < 2; i++)
            f->country[i] = (char)(kb_lower(host.p[host.n - 2 + i]) - 32);
    }
    struct kb_name_hit hit;
    if (!f->house && a->publisher.n &&
        kb_name_at(f->lexicon, a->publisher, kb_text_next_word(a->publisher, 0),
                   f->country, &hit) &&
        kb_text_next_word(a->publisher, hit.end) >= a->publisher.n)
        f->house = hit.name;
    add_name(f, a->publisher);
    add_name(f, host);
    add_name(f, kb_main_label(host));
}

/* Same words, whatever their case and what stands between them. */
static bool same_words(struct kb_str a, struct kb_str b) {
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && !kb_is_alpha(a.p[i]) && !kb_is_digit(a.p[i]) &&
               (unsigned char)a.p[i] < 0x80)
            i++;
        while (k < b.n && !kb_is_alpha(b.p[k]) && !kb_is_digit(b.p[k]) &&
               (unsigned char)b.p[k] < 0x80)
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (kb_lower(a.p[i++]) != kb_lower(b.p[k++]))
            return false;
    }
}

bool kb_house_is(const struct kb_finder *f, const struct kb_name *name,
                 struct kb_str text) {
    if (name && name == f->house)
        return true;
    if (name && !text.n)
        text = name->name;
    for (size_t i = 0; i < f->house_count; i++) {
        if (same_words(text, f->house_names[i]))
            return true;
        if (name && same_words(name->name, f->house_names[i]))
            return true;
    }
    return false;
}

size_t kb_house_at(const struct kb_finder *f, struct kb_str text, size_t pos) {
    size_t longest = 0;
    for (size_t i = 0; i < f->house_count; i++) {
        struct kb_str name = f->house_names[i];
        struct kb_str here = kb_str_slice(text, pos, pos + name.n);
        if (here.n != name.n || name.n <= longest || !kb_str_equal_nocase(here, name))
            continue;
        size_t end = pos + name.n;
        if (end == text.n || !kb_is_word_char((unsigned char)text.p[end]) ||
            (unsigned char)text.p[end] >= 0x80)
            longest = name.n;
    }
    return longest;
}
