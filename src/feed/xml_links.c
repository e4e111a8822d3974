/* Links, enclosures, categories; see xml_feeds.h. */
#include "feed/xml_feeds.h"

int64_t kb_xml_number(struct kb_str text, int64_t fallback) {
    int64_t value = 0;
    size_t i = 0;
    text = kb_str_trim(text);
    while (i < text.n && kb_is_digit(text.p[i]) && value < INT64_MAX / 20)
        value = value * 10 + (text.p[i++] - '0');
    return i && i == text.n ? value : fallback;
}

static bool rel_has(struct kb_str rel, const char *word) {
    struct kb_str iana = KB_STR("http://www.iana.org/assignments/relation/");
    if (kb_str_starts_nocase(rel, iana))
        rel = kb_str_slice(rel, iana.n, rel.n);
    return kb_str_equal_nocase(rel, kb_str_z(word));
}

static bool is_page(struct kb_str type) {
    return !type.n || kb_xml_type(type, KB_TYPE_TEXT) == KB_TYPE_HTML ||
           kb_str_equal_nocase(type, KB_STR("application/xhtml+xml"));
}

static void add_hub(struct kb_feed_xml *x, struct kb_str url) {
    struct kb_feed_hub *hub = url.n ? kb_feed_add(x->make, &x->feed->hubs) : NULL;
    if (hub)
        *hub = (struct kb_feed_hub){KB_STR("WebSub"), url};
}

/* What the record keeps of a link beside the list. */
static void use(struct kb_feed_xml *x, const struct kb_feed_link *link) {
    struct kb_feed *feed = x->scope->feed;
    if (rel_has(link->rel, "alternate")) {
        struct kb_str *to = feed ? &feed->home_page_url : &x->main_link;
        if (is_page(link->type) && kb_xml_may_set(x, KB_SLOT_LINK))
            *to = link->href;
        else if (!feed && !x->any_link.n)
            x->any_link = link->href;
    } else if (rel_has(link->rel, "enclosure")) {
        return;
    } else if (rel_has(link->rel, "license")) {
        x->scope->c->license = link->href;
    } else if (!feed) {
        struct kb_str *to =
            is_page(link->type) ? &x->item->comments_url : &x->item->comments_feed_url;
        if (rel_has(link->rel, "replies") && !to->n)
            *to = link->href;
    } else if (rel_has(link->rel, "self")) {
        feed->feed_url = link->href;
    } else if (rel_has(link->rel, "next")) {
        feed->next_url = link->href;
    } else if (rel_has(link->rel, "hub") && feed == x->feed) {
        add_hub(x, link->href);
    }
}

void kb_xml_open_link(struct kb_feed_xml *x) {
    struct kb_feed_common *c = x->scope->c;
    x->link_has_text = false;
    if (x->in_image || x->in_text_input || x->person)
        return;
    struct kb_feed_link link = {.rel = kb_xml_dup(x, kb_xml_attribute(x, "rel"))};
    struct kb_str href = kb_xml_attribute(x, "href");
    if (!href.n)
        href = kb_xml_attribute(x, "url");
    if (!href.n)
        href = kb_xml_attribute(x, "uri");
    if (!href.n)
        href = kb_xml_attribute(x, "resource");
    if (!link.rel.n)
        link.rel = KB_STR("alternate");
    link.type = kb_xml_dup(x, kb_xml_attribute(x, "type"));
    if (!link.type.n && kb_str_equal(link.rel, KB_STR("self")))
        link.type = KB_STR("application/atom+xml");
    link.hreflang = kb_xml_dup(x, kb_xml_attribute(x, "hreflang"));
    link.title = kb_xml_fold(x, kb_xml_attribute(x, "title"));
    link.length = kb_xml_number(kb_xml_attribute(x, "length"), 0);
    link.href = kb_feed_url(x->make, href);
    if (href.n && !link.href.n)
        return; /* it would run code */
    struct kb_feed_link *to = kb_feed_add(x->make, &c->links);
    if (!to)
        return;
    *to = link;
    x->link_has_text = !href.n;
    if (!href.n)
        return;
    use(x, &link);
    if (rel_has(link.rel, "enclosure") && x->item && !x->scope->feed)
        kb_xml_add_attachment(x, link.href, link.type, kb_xml_attribute(x, "length"),
                              link.title, 0);
}

void kb_xml_link_text(struct kb_feed_xml *x, struct kb_str value) {
    struct kb_feed_common *c = x->scope->c;
    if (!x->link_has_text || !c->links.count)
        return;
    struct kb_feed_link *link = &c->links.items[c->links.count - 1];
    x->link_has_text = false;
    link->href = kb_feed_url(x->make, value);
    if (!link->href.n) {
        c->links.count--;
        return;
    }
    use(x, link);
    if (rel_has(link->rel, "enclosure") && x->item && !x->scope->feed)
        kb_xml_add_attachment(x, link->href, link->type, KB_STR_NONE, link->title, 0);
}

void kb_xml_add_attachment(struct kb_feed_xml *x, struct kb_str url, struct kb_str type,
                           struct kb_str length, struct kb_str title, double seconds) {
    struct kb_feed_attachment *to = NULL;
    if (!x->item || !url.n || x->item->attachments.count >= KB_LIMIT_LIST_ITEMS)
        return;
    for (size_t i = 0; i < x->item->attachments.count && !to; i++) {
        if (kb_str_equal(x->item->attachments.items[i].url, url))
            to = &x->item->attachments.items[i];
    }
    if (!to)
        to = kb_feed_add(x->make, &x->item->attachments);
    if (!to)
        return;
    to->url = url;
    if (!to->mime_type.n)
        to->mime_type = kb_xml_dup(x, type);
    if (!to->title.n)
        to->title = title;
    if (!to->size)
        to->size = kb_xml_number(length, 0);
    if (seconds > 0)
        to->seconds = seconds;
}

/* RSS's enclosure, which is a link too. */
void kb_xml_open_enclosure(struct kb_feed_xml *x) {
    struct kb_str address = kb_xml_attribute(x, "url");
    if (!address.n)
        address = kb_xml_attribute(x, "href");
    struct kb_feed_link link = {.href = kb_feed_url(x->make, address),
                                .rel = KB_STR("enclosure")},
                        *to;
    if (!link.href.n)
        return;
    link.type = kb_xml_dup(x, kb_xml_attribute(x, "type"));
    link.length = kb_xml_number(kb_xml_attribute(x, "length"), 0);
    kb_xml_add_attachment(x, link.href, link.type, kb_xml_attribute(x, "length"),
                          KB_STR_NONE, 0);
    if ((to = kb_feed_add(x->make, &x->item->c.links)))
        *to = link;
}

void kb_xml_category(struct kb_feed_xml *x, struct kb_str term, struct kb_str scheme,
                     struct kb_str label) {
    struct kb_feed_common *c = x->scope->c;
    term = kb_xml_fold(x, term);
    label = kb_xml_fold(x, label);
    scheme = kb_xml_dup(x, scheme);
    if (!term.n && !label.n && !scheme.n)
        return;
    if (c->categories.count >= KB_LIMIT_LIST_ITEMS)
        return;
    for (size_t i = 0; i < c->categories.count; i++) {
        const struct kb_feed_category *old = &c->categories.items[i];
        if (kb_str_equal(old->term, term) && kb_str_equal(old->scheme, scheme) &&
            kb_str_equal(old->label, label))
            return;
    }
    struct kb_feed_category *to = kb_feed_add(x->make, &c->categories);
    if (to)
        *to = (struct kb_feed_category){term, scheme, label};
}
