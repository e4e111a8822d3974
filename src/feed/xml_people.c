/* Persons: Atom's elements, RSS's lines, iTunes' owner, podcasts' persons; see
 * xml_feeds.h. */
#include "feed/xml_feeds.h"

static bool is_mail_byte(char c) {
    return kb_is_alpha(c) || kb_is_digit(c) || strchr("_-.+", c);
}

/* An address of mail in text: where it begins and ends. */
static bool find_mail(struct kb_str s, size_t *from, size_t *end) {
    for (size_t at = 1; at + 3 < s.n; at++) {
        size_t a = at, b = at + 1, dots = 0;
        if (s.p[at] != '@')
            continue;
        while (a && s.p[a - 1] && is_mail_byte(s.p[a - 1]))
            a--;
        for (; b < s.n && s.p[b] &&
               (kb_is_alpha(s.p[b]) || kb_is_digit(s.p[b]) || s.p[b] == '-' ||
                s.p[b] == '.');
             b++)
            dots += s.p[b] == '.';
        while (b > at && s.p[b - 1] == '.')
            b--, dots--;
        if (a < at && dots && b > at + 3) {
            *from = a;
            *end = b;
            return true;
        }
    }
    return false;
}

/* Without what stood around the address: "name (", "<", "()". */
static struct kb_str strip(struct kb_str s) {
    static const char opening[] = "<([,:-", closing[] = ">)],-";
    s = kb_str_trim(s);
    while (s.n && (strchr(opening, s.p[0]) || strchr(closing, s.p[0])))
        s = kb_str_trim(kb_str_slice(s, 1, s.n));
    while (s.n && (strchr(opening, s.p[s.n - 1]) ||
                   (strchr(closing, s.p[s.n - 1]) &&
                    !(s.p[s.n - 1] == ')' && kb_str_find_byte(s, '(') != KB_NOT_FOUND))))
        s = kb_str_trim(kb_str_slice(s, 0, s.n - 1));
    return s;
}

void kb_xml_person(struct kb_feed_xml *x, struct kb_str text,
                   struct kb_feed_person *person) {
    size_t from, end;
    text = kb_str_trim(text);
    if (!find_mail(text, &from, &end)) {
        person->name = kb_xml_fold(x, text);
        return;
    }
    person->email = kb_xml_dup(x, kb_str_slice(text, from, end));
    if (kb_str_starts_nocase(kb_str_slice(text, end, text.n), KB_STR("?subject=")))
        while (end < text.n && !kb_is_space(text.p[end]))
            end++;
    struct kb_str before = kb_str_slice(text, 0, from);
    if (kb_str_ends(before, KB_STR("mailto:")))
        before.n -= 7;
    before = strip(before);
    struct kb_str after = strip(kb_str_slice(text, end, text.n));
    person->name = kb_xml_fold(x, before.n ? before : after);
}

static bool is_empty(const struct kb_feed_person *p) {
    return !p->name.n && !p->email.n && !p->url.n && !p->avatar.n;
}

bool kb_xml_open_person(struct kb_feed_xml *x, enum kb_feed_element element) {
    if (x->person || x->in_image || x->in_text_input)
        return false;
    memset(&x->person_box, 0, sizeof x->person_box);
    x->person = &x->person_box;
    if (element == KB_EL_PERSON) { /* podcast:person href img role */
        x->person->url = kb_feed_url(x->make, kb_xml_attribute(x, "href"));
        x->person->avatar = kb_feed_url(x->make, kb_xml_attribute(x, "img"));
    }
    return true;
}

/* Doubles (dc:creator beside author) are one person. */
static bool is_known(const struct kb_feed_person *list, size_t count,
                     const struct kb_feed_person *p) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal(list[i].name, p->name) &&
            kb_str_equal(list[i].email, p->email) && kb_str_equal(list[i].url, p->url))
            return true;
    }
    return false;
}

void kb_xml_close_person(struct kb_feed_xml *x, enum kb_feed_element element) {
    struct kb_feed_common *c = x->scope->c;
    struct kb_feed_person p = x->person_box, *to = NULL;
    if (!x->person)
        return; /* its item ended before it */
    x->person = NULL;
    if (is_empty(&p) || c->authors.count >= KB_LIMIT_LIST_ITEMS ||
        c->contributors.count >= KB_LIMIT_LIST_ITEMS)
        return;
    if (!p.email.n && p.name.n && kb_str_find_byte(p.name, '@') != KB_NOT_FOUND)
        kb_xml_person(x, p.name, &p);
    if (element == KB_EL_OWNER) {
        c->itunes.owner_name = p.name;
        c->itunes.owner_email = p.email;
    } else if (element == KB_EL_PUBLISHER) {
        c->publisher = p;
    } else if (element == KB_EL_AUTHOR) {
        if (!is_known(c->authors.items, c->authors.count, &p))
            to = kb_feed_add(x->make, &c->authors);
    } else if (!is_known(c->contributors.items, c->contributors.count, &p)) {
        to = kb_feed_add(x->make, &c->contributors);
    }
    if (to)
        *to = p;
}
