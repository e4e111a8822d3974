/* A feed's entry → an article; a page's article completed by its entry.
 *
 * In: the feed's record and one of its items.  Out: struct kb_article, read as a page is:
 * the entry's text goes through the page reader, so that bylines, credit lines and debris
 * in it are found by the same code and the same words; what the feed tells in its own
 * elements goes before what is guessed from the text.
 *
 * The feed is a witness of where the text is from: its `source` element and its links
 * `via` and `source` become sources, and the element is their evidence.  Whose text it
 * is: the house that the entry names, else the site that the entry's address is on.  A
 * collection that points to other sites is not their publisher. */
#include "article/entry.h"

/* ---- what the feed tells ----------------------------------------------------------- */

static struct kb_str first_of(struct kb_str a, struct kb_str b) {
    return a.n ? a : b;
}

static struct kb_str link_of(const struct kb_feed_item *item, const char *rel) {
    for (size_t i = 0; i < item->c.links.count; i++)
        if (kb_str_equal_nocase(item->c.links.items[i].rel, kb_str_z(rel)))
            return item->c.links.items[i].href;
    return KB_STR_NONE;
}

static struct kb_str site_of(const struct kb_feed *feed) {
    return first_of(feed->home_page_url, feed->feed_url);
}

static bool is_on_site(struct kb_str url, const struct kb_feed *feed) {
    return (feed->home_page_url.n && kb_same_site(url, feed->home_page_url)) ||
           (feed->feed_url.n && kb_same_site(url, feed->feed_url));
}

/* The entry's page.  A counting service's address leads to the one that it names beside
 * it. */
struct kb_str kb_entry_url(const struct kb_feed *feed, const struct kb_feed_item *item) {
    struct kb_str url = first_of(item->url, item->external_url);
    struct kb_str named = link_of(item, "canonical");
    return named.n && !is_on_site(url, feed) ? named : url;
}

/* Whose text it is; empty where nothing tells. */
struct kb_str kb_entry_house(const struct kb_feed *feed,
                             const struct kb_feed_item *item) {
    struct kb_str url = kb_entry_url(feed, item);
    if (item->c.publisher.name.n)
        return item->c.publisher.name;
    if (item->source && item->source->c.title.n && url.n && is_on_site(url, item->source))
        return item->source->c.title;
    if (!kb_url_host(url).n || is_on_site(url, feed) || !site_of(feed).n)
        return feed->c.title;
    return KB_STR_NONE;
}

/* RFC 4287, 4.2.1: the authors of an entry, else of its source, else of its feed. */
static const struct kb_feed_common *signed_by(const struct kb_feed *feed,
                                              const struct kb_feed_item *item) {
    const struct kb_str format = kb_str_z(feed->source_format);
    if (item->c.authors.count)
        return &item->c;
    if (item->source && item->source->c.authors.count)
        return &item->source->c;
    return kb_str_starts(format, KB_STR("atom")) || kb_str_starts(format, KB_STR("json"))
               ? &feed->c
               : &item->c;
}

static struct kb_str lead_picture(const struct kb_feed_item *item) {
    struct kb_str url = first_of(item->image, item->banner_image);
    for (size_t i = 0; i < item->attachments.count && !url.n; i++)
        if (kb_str_starts_nocase(item->attachments.items[i].mime_type, KB_STR("image/")))
            url = item->attachments.items[i].url;
    if (!url.n && item->media.thumbnails.count)
        url = item->media.thumbnails.items[0].url;
    return url;
}

/* ---- where it says that the text is from ------------------------------------------- */

static void add_claim(struct kb_claims *claims, struct kb_arena *arena,
                      enum kb_claim_kind kind, struct kb_str name, struct kb_str url,
                      struct kb_buf *evidence) {
    struct kb_claim *claim;
    if (claims->count == KB_CLAIMS_MOST || (!name.n && !url.n))
        return;
    claim = &claims->items[claims->count++];
    *claim =
        (struct kb_claim){kind, name, url, kb_arena_dup(arena, kb_buf_view(evidence))};
}

/* <source url="…">Name</source>, as RSS has it; Atom's says the same in more elements. */
static void claim_channel(const struct kb_feed_item *item, struct kb_str url,
                          struct kb_claims *claims, struct kb_arena *arena,
                          struct kb_buf *text) {
    const struct kb_feed *source = item->source;
    struct kb_str site = source ? site_of(source) : KB_STR_NONE;
    if (!source || (site.n && url.n && is_on_site(url, source)))
        return;
    kb_buf_clear(text);
    kb_buf_z(text, "<source");
    if (site.n) {
        kb_buf_z(text, " url=\"");
        kb_buf_html(text, site);
        kb_buf_char(text, '"');
    }
    kb_buf_char(text, '>');
    kb_buf_html(text, source->c.title);
    kb_buf_z(text, "</source>");
    add_claim(claims, arena, KB_CLAIM_CHANNEL, source->c.title, site, text);
}

static void claim_links(const struct kb_feed_item *item, struct kb_str url,
                        struct kb_claims *claims, struct kb_arena *arena,
                        struct kb_buf *text) {
    for (size_t i = 0; i < item->c.links.count; i++) {
        const struct kb_feed_link *link = &item->c.links.items[i];
        bool via = kb_str_equal_nocase(link->rel, KB_STR("via"));
        if ((!via && !kb_str_equal_nocase(link->rel, KB_STR("source"))) ||
            (url.n && kb_same_site(url, link->href)))
            continue;
        kb_buf_clear(text);
        kb_buf_z(text, via ? "<link rel=\"via\" href=\"" : "<dc:source>");
        kb_buf_html(text, link->href);
        kb_buf_z(text, via ? "\"/>" : "</dc:source>");
        add_claim(claims, arena, via ? KB_CLAIM_VIA : KB_CLAIM_ORIGINAL,
                  via ? link->title : KB_STR_NONE, link->href, text);
    }
}

void kb_entry_claims(const struct kb_feed *feed, const struct kb_feed_item *item,
                     struct kb_arena *arena, struct kb_buf *text,
                     struct kb_claims *claims) {
    struct kb_str url = kb_entry_url(feed, item);
    claim_channel(item, url, claims, arena, text);
    claim_links(item, url, claims, arena, text);
}

/* ---- lists ------------------------------------------------------------------------- */

size_t kb_entry_tags(const struct kb_feed_item *item, struct kb_arena *arena,
                     struct kb_str **out) {
    size_t most = item->c.categories.count, n = 0;
    if (most > KB_LIMIT_LIST_ITEMS)
        most = KB_LIMIT_LIST_ITEMS;
    struct kb_str *tags = most ? kb_arena_zalloc(arena, most, sizeof *tags) : NULL;
    for (size_t i = 0; tags && i < most; i++) {
        const struct kb_feed_category *c = &item->c.categories.items[i];
        struct kb_str name = first_of(c->label, c->term);
        size_t k = 0;
        while (k < n && !kb_str_equal(tags[k], name))
            k++;
        if (name.n && k == n && n < KB_ENTRY_TAGS)
            tags[n++] = kb_arena_dup(arena, name);
    }
    *out = tags;
    return n;
}

static bool is_web(struct kb_str url) {
    return url.n <= KB_LIMIT_URL_BYTES && kb_url_is_web(url);
}

/* What no file has is not told: a day is a million seconds to some. */
static double seconds_of(double told) {
    enum { LONGEST = 100 * 86400 };
    return told > 0 && told <= LONGEST ? told : 0;
}

size_t kb_entry_attachments(const struct kb_feed_item *item, struct kb_arena *arena,
                            struct kb_feed_attachment **out) {
    size_t n = 0;
    *out = item->attachments.count
               ? kb_arena_zalloc(arena, KB_LIMIT_ATTACHMENTS, sizeof **out)
               : NULL;
    for (size_t i = 0; *out && i < item->attachments.count; i++) {
        const struct kb_feed_attachment *from = &item->attachments.items[i];
        struct kb_str type = kb_feed_attachment_type(from);
        size_t k = 0;
        while (k < n && !kb_str_equal((*out)[k].url, from->url))
            k++;
        if (k < n || n == KB_LIMIT_ATTACHMENTS || !is_web(from->url) ||
            kb_str_starts_nocase(type, KB_STR("image/")))
            continue;
        (*out)[n++] = (struct kb_feed_attachment){
            .url = kb_arena_dup(arena, from->url),
            .mime_type = kb_arena_dup(arena, kb_str_cut(type, KB_LIMIT_META_BYTES)),
            .title = kb_arena_dup(arena, kb_str_cut(from->title, KB_LIMIT_META_BYTES)),
            .size = from->size > 0 ? from->size : 0,
            .seconds = seconds_of(from->seconds)};
    }
    return n;
}

static bool add_author(struct kb_arena *arena, struct kb_author *list, size_t *n,
                       struct kb_str name, struct kb_str role) {
    if (!name.n || *n == KB_LIMIT_AUTHORS)
        return false;
    for (size_t i = 0; i < *n; i++)
        if (kb_str_equal_nocase(list[i].name, name))
            return false;
    list[(*n)++] = (struct kb_author){.name = kb_arena_dup(arena, name), .role = role};
    return true;
}

/* told: who was read out of what the feed says; contributors come behind. */
size_t kb_entry_authors(const struct kb_feed *feed, const struct kb_feed_item *item,
                        const struct kb_author *told, size_t told_count,
                        struct kb_arena *arena, struct kb_author **out) {
    const struct kb_feed_common *by = signed_by(feed, item);
    struct kb_author *list = kb_arena_zalloc(arena, KB_LIMIT_AUTHORS, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; list && i < told_count && n < KB_LIMIT_AUTHORS; i++)
        list[n++] = told[i];
    for (size_t i = 0; list && !told_count && i < by->authors.count; i++)
        if (!kb_str_equal_nocase(by->authors.items[i].name, feed->c.title))
            add_author(arena, list, &n, by->authors.items[i].name, KB_STR_NONE);
    for (size_t i = 0; list && i < item->c.contributors.count; i++)
        add_author(arena, list, &n, item->c.contributors.items[i].name,
                   KB_STR("contributor"));
    *out = list;
    return n;
}

/* ---- the entry read as a page ------------------------------------------------------ */

static enum kb_status read_text(const struct kb_article_tools *tools,
                                const struct kb_feed *feed,
                                const struct kb_feed_item *item, struct kb_arena *arena,
                                struct kb_page_result *result, struct kb_err *err) {
    const struct kb_feed_common *by = signed_by(feed, item);
    struct kb_str names[KB_ENTRY_NAMES];
    struct kb_page_fragment fragment = {.title = item->c.title,
                                        .url = kb_entry_url(feed, item),
                                        .site_name = kb_entry_house(feed, item),
                                        .authors = names};
    struct kb_str html = item->content_html;
    struct kb_str plain = first_of(item->content_text, item->summary);
    for (size_t i = 0; i < by->authors.count && i < KB_ENTRY_NAMES; i++)
        names[fragment.author_count++] = by->authors.items[i].name;
    if (!html.n && !item->content_text.n)
        html = item->summary_html;
    if (html.n)
        return kb_page_read_fragment(tools->page, html, &fragment, arena, result, err);
    return kb_page_read_plain(plain, tools->lexicon, arena, result, err);
}

/* What the feed says goes before what its text was read as. */
static void tell(const struct kb_feed *feed, const struct kb_feed_item *item,
                 const struct kb_article_tools *tools, struct kb_arena *arena,
                 struct kb_page_result *result) {
    struct kb_page_meta *meta = &result->meta;
    struct kb_str url = kb_entry_url(feed, item), named = link_of(item, "canonical");
    meta->title = item->c.title;
    meta->site_name = kb_entry_house(feed, item);
    meta->description = item->summary;
    meta->canonical_url = kb_str_equal(named, url) ? KB_STR_NONE : named;
    meta->language = first_of(item->c.language, feed->c.language);
    meta->image = first_of(lead_picture(item), meta->image);
    if (item->c.date_published.n || item->c.date_modified.n) {
        meta->date_published = item->c.date_published;
        meta->date_modified = item->c.date_modified;
    }
    meta->author_count = kb_entry_authors(feed, item, meta->authors, meta->author_count,
                                          arena, &meta->authors);
    meta->tag_count = kb_entry_tags(item, arena, &meta->tags);
    meta->rights.notice = first_of(first_of(item->c.rights, feed->c.rights),
                                   first_of(item->c.license, feed->c.license));
    meta->comment_count = item->comment_count >= 0 ? (long)item->comment_count : -1;
    meta->claims.count = 0;
    kb_entry_claims(feed, item, arena, tools->text, &meta->claims);
}

/* A picture that stands beside the text, with what its element says of it. */
static void add_picture(const struct kb_feed_item *item, struct kb_article *a) {
    struct kb_page_image *images, picture = {.url = a->image};
    for (size_t i = 0; i < a->image_count; i++)
        if (kb_str_equal(a->images[i].url, a->image))
            return;
    if (!a->image.n || a->image_count >= KB_LIMIT_LIST_ITEMS)
        return;
    for (size_t i = 0; i < item->attachments.count; i++)
        if (kb_str_equal(item->attachments.items[i].url, a->image))
            picture.caption = kb_arena_dup(&a->arena, item->attachments.items[i].title);
    images = kb_arena_zalloc(&a->arena, a->image_count + 1, sizeof *images);
    if (!images)
        return;
    images[0] = picture;
    if (a->image_count)
        memcpy(images + 1, a->images, a->image_count * sizeof *images);
    a->images = images;
    a->image_count++;
}

enum kb_status kb_article_from_entry(const struct kb_article_tools *tools,
                                     const struct kb_feed *feed,
                                     const struct kb_feed_item *item,
                                     struct kb_str language, struct kb_article *article,
                                     struct kb_err *err) {
    const struct kb_article_hints hints = {
        kb_url_untrack(&article->arena, kb_entry_url(feed, item)), language};
    struct kb_page_result result = {0};
    enum kb_status status = read_text(tools, feed, item, &article->arena, &result, err);
    if (status != KB_OK)
        return status;
    tell(feed, item, tools, &article->arena, &result);
    status = kb_article_fill(article, &result, &hints, tools->lexicon, tools->text, err);
    if (status != KB_OK)
        return status;
    if (!article->publisher_domain.n)
        article->publisher_domain =
            kb_arena_dup(&article->arena, kb_url_host(site_of(feed)));
    if (kb_str_equal(article->summary, article->content_text))
        article->summary = KB_STR_NONE;
    add_picture(item, article);
    article->attachment_count =
        kb_entry_attachments(item, &article->arena, &article->attachments);
    if (article->arena.full)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the entry's article");
    return KB_OK;
}
