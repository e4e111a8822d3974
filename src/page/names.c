/* Names in a line: news agencies, picture agencies, networks, lists of people.
 *
 * Enter short lines; leave yes or no.  Agencies and networks are those of assets/names;
 * words of a language stand in the language files. */
#include "page/line.h"

enum { LONGEST_NAME = 64 };

/* True where s is one name and nothing else; without a lexicon nothing is.  "dpa" is
 * printed small, "REUTERS" large: how a name may be printed is kb_name_at's to know. */
static bool is_name(const struct kb_lexicon *lexicon, struct kb_str s,
                    struct kb_name_hit *hit) {
    return lexicon && s.n && s.n <= LONGEST_NAME && kb_name_at(lexicon, s, 0, "", hit) &&
           hit->end == s.n && !hit->inflected;
}

bool kb_page_is_agency(const struct kb_lexicon *lexicon, struct kb_str s, bool *photo) {
    struct kb_name_hit hit;
    if (s.n < 2 || !is_name(lexicon, s, &hit) ||
        (hit.name->kind != KB_NAME_WIRE && hit.name->kind != KB_NAME_PHOTO))
        return false;
    /* Common initials say little of what is sold: "Environmental Agency (EPA)". */
    if (photo && hit.name->kind == KB_NAME_PHOTO && !hit.ordinary)
        *photo = true;
    return true;
}

/* Up to four letters of one case: a desk ("lno"), a writer ("jdo"). */
static bool is_sign(struct kb_str s) {
    if (!s.n || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!kb_is_alpha(s.p[i]) || (s.p[i] & 0x20) != (s.p[0] & 0x20))
            return false;
    return true;
}

bool kb_page_is_agencies(const struct kb_lexicon *lexicon, struct kb_str s, bool *photo) {
    size_t found = 0;
    if (photo)
        *photo = false;
    if (s.n > 120)
        return false;
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '/' && s.p[i] != ',' && s.p[i] != '+' && s.p[i] != ';' &&
            s.p[i] != '&' && s.p[i] != '|')
            continue;
        struct kb_str part = kb_page_trim((struct kb_str){s.p + from, i - from});
        from = i + 1;
        size_t via = kb_str_find(part, KB_STR(" via "));
        if (via != KB_NOT_FOUND) {
            if (!kb_page_is_agency(lexicon, kb_page_trim(kb_str_slice(part, 0, via)),
                                   photo))
                return false;
            part = kb_str_slice(part, via + 5, part.n);
        }
        if (kb_page_is_agency(lexicon, part, photo))
            found++;
        else if (!is_sign(part))
            return false;
    }
    return found > 0;
}

bool kb_page_is_network(const struct kb_lexicon *lexicon, struct kb_str s) {
    /* Ways to send a link that are no networks, and what a bar of buttons shortens a
     * network's name to, the same in most languages. */
    static const char *const ways[] = {"Email", "E-mail", "Mail",   "SMS",
                                       "RSS",   "Gmail",  "Pocket", "OK"};
    for (size_t i = 0; i < KB_COUNT(ways); i++)
        if (kb_str_equal_nocase(s, kb_str_z(ways[i])))
            return true;
    struct kb_name_hit hit;
    return is_name(lexicon, s, &hit) && hit.name->kind == KB_NAME_SOCIAL;
}

/* Small words that stand inside names and between them: particles of families' names in
 * European, Arabic and Malay use, and the conjunctions of bylines. */
static bool is_particle(struct kb_str word) {
    static const char *const particles[] = {
        "and", "und", "dan", "et",    "og",    "och",   "en",  "ja",  "và",  "ve",
        "y",   "e",   "i",   "и",     "та",    "de",    "da",  "do",  "dos", "das",
        "du",  "des", "di",  "del",   "della", "dalla", "la",  "le",  "el",  "al",
        "von", "van", "vom", "zu",    "zum",   "zur",   "der", "den", "ter", "ten",
        "am",  "bin", "ibn", "binti", "via",   "af",    "av",  "di",  "x",
    };
    for (size_t i = 0; i < KB_COUNT(particles); i++)
        if (kb_str_equal(word, kb_str_z(particles[i])))
            return true;
    return false;
}

/* What one word of a list is: a name (1), a joint between names (0), anything else (-1).
 */
static int name_word(const struct kb_lexicon *lexicon, struct kb_str word) {
    struct kb_str bare = kb_page_bare(word);
    if (!bare.n)
        return word.n <= 3 ? 0 : -1; /* "&", "/", "–" */
    if (bare.n > 60)
        return -1;
    if (kb_page_is_domain(bare))
        return 1;
    size_t len;
    enum kb_letter first = kb_page_letter(kb_utf8_next(bare.p, bare.p + bare.n, &len));
    if (first == KB_LETTER_UPPER || first == KB_LETTER_PLAIN)
        return 1;
    if (first != KB_LETTER_LOWER)
        return -1;
    if (is_particle(bare))
        return 0;
    if (word.p[0] == '@' || kb_page_is_agency(lexicon, bare, NULL))
        return 1;
    /* "d'Estaing", "al-Hariri", "iStock" */
    for (size_t i = 1; i < bare.n && i < 4; i++)
        if (kb_page_letter((unsigned char)bare.p[i]) == KB_LETTER_UPPER)
            return 1;
    return kb_page_is_agencies(lexicon, bare, NULL) ? 1 : -1;
}

/* "Jane Doe in Berlin", "Jane Doe on Unsplash" */
static bool is_place_joint(struct kb_str word) {
    static const char *const joints[] = {"in", "on", "at", "for", "of", "aus"};
    for (size_t i = 0; i < KB_COUNT(joints); i++)
        if (kb_str_equal(word, kb_str_z(joints[i])))
            return true;
    return false;
}

bool kb_page_is_names(const struct kb_lexicon *lexicon, struct kb_str s, size_t max) {
    size_t names = 0, words = 0, plain = 0;
    bool joint = false;
    if (kb_page_has_sentences(s))
        return false;
    for (struct kb_str word = kb_page_word(&s); word.n; word = kb_page_word(&s)) {
        int kind = name_word(lexicon, word);
        if (kind < 0 && names >= 2 && !joint && s.n && is_place_joint(word)) {
            joint = true; /* one, with names on both sides */
            kind = 0;
        }
        if (kind < 0 || ++words > max)
            return false;
        names += kind > 0;
        if (kb_page_first_letter(word) == KB_LETTER_PLAIN)
            plain += kb_page_columns(word);
    }
    /* Scripts without case give no sign of a name but its length. */
    return names > 0 && plain <= 32;
}
