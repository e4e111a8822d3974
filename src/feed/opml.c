/* OPML 1.0 and 2.0 (opml.org), lists of feeds → the record: one feed an item.
 *
 * An outline with an address is an item: url is the feed's address (xmlUrl), external_url
 * its site's (htmlUrl), the title what readers call it.  Outlines around it are its
 * folders, kept as names ("outline") and as one tag, "Folder/Sub".  Outlines of the types
 * "link" and "include" are items as well.  Attributes' names are compared without case,
 * because programs write "xmlurl" and "htmlURL". */
#include "feed/xml.h"

enum { FOLDERS = 32 /* deeper ones are joined to the last; no reader shows as many */ };

struct reader {
    struct kb_feed_make *make;
    struct kb_buf text, path;
    struct kb_str folders[FOLDERS];
    size_t folder_count;
    size_t depth;       /* of open elements */
    size_t outlines;    /* of which outlines */
    struct kb_str leaf; /* the name of an outline in which nothing stands so far */
    size_t nameless;    /* outlines with neither an address nor others in them */
    struct kb_feed_person owner;
    bool found, in_head;
    bool is_leaf; /* nothing stands in the outline so far */
};

struct kb_str kb_opml_cut(struct kb_str text) {
    return kb_str_trim(kb_str_cut(kb_str_trim(text), KB_LIMIT_META_BYTES));
}

static struct kb_str keep(struct reader *r, struct kb_str text) {
    return kb_arena_dup(r->make->arena, kb_opml_cut(text));
}

static struct kb_str attribute(const struct kb_xml_attribute *a, size_t count,
                               struct kb_str name) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal_nocase(a[i].local, name) && kb_str_trim(a[i].value).n)
            return kb_str_trim(a[i].value);
    }
    return KB_STR_NONE;
}

bool kb_opml_has_markup(struct kb_str text) {
    for (size_t i = 0; i + 2 < text.n; i++) {
        char next = text.p[i + 1];
        if (text.p[i] == '<' && (kb_is_alpha(next) || next == '/' || next == '!'))
            return true;
        if (text.p[i] != '&' || (!kb_is_alpha(next) && next != '#'))
            continue;
        for (size_t at = i + 2; at < text.n && at < i + 12; at++) {
            if (text.p[at] == ';')
                return true;
        }
    }
    return false;
}

/* A name as plain text: OPML 2.0 allows markup in it. */
static struct kb_str plain(struct reader *r, struct kb_str text) {
    if (!kb_opml_has_markup(text))
        return keep(r, text);
    return kb_opml_cut(kb_feed_html_text(r->make, text));
}

/* Where an outline leads, as it is written. */
static struct kb_str address_of(const struct kb_xml_attribute *a, size_t count) {
    struct kb_str url = attribute(a, count, KB_STR("xmlUrl"));
    return url.n ? url : attribute(a, count, KB_STR("url"));
}

/* What an outline is called, as it is written. */
static struct kb_str name_of(const struct kb_xml_attribute *a, size_t count) {
    struct kb_str name = attribute(a, count, KB_STR("title"));
    return name.n ? name : attribute(a, count, KB_STR("text"));
}

static void add_category(struct reader *r, struct kb_feed_item *item, struct kb_str term,
                         struct kb_str scheme) {
    struct kb_feed_category *category =
        term.n ? kb_feed_add(r->make, &item->c.categories) : NULL;
    if (category) {
        category->term = keep(r, term);
        category->scheme = scheme;
    }
}

/* "category": paths and tags with commas between, "/Sport/Handball,berlin". */
static void add_categories(struct reader *r, struct kb_feed_item *item,
                           struct kb_str list) {
    while (list.n) {
        size_t comma = kb_str_find_byte(list, ',');
        struct kb_str term = kb_str_trim(kb_str_slice(list, 0, comma));
        list =
            comma == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(list, comma + 1, list.n);
        if (kb_str_starts(term, KB_STR("/")))
            term = kb_str_trim(kb_str_slice(term, 1, term.n));
        add_category(r, item, term, KB_STR("category"));
    }
}

static void add_folders(struct reader *r, struct kb_feed_item *item) {
    kb_buf_clear(&r->path);
    for (size_t i = 0; i < r->folder_count; i++) {
        struct kb_str *folder =
            r->folders[i].n ? kb_feed_add(r->make, &item->outline->folders) : NULL;
        if (!folder)
            continue;
        *folder = r->folders[i];
        kb_buf_z(&r->path, r->path.n ? "/" : "");
        kb_feed_gather(r->make, &r->path, *folder);
    }
    add_category(r, item, kb_buf_view(&r->path), KB_STR_NONE);
}

/* "feed://…" and "feed:https://…" were written for browsers that knew feeds; some have it
 * twice. */
static struct kb_str web_address(struct reader *r, struct kb_str url) {
    while (kb_str_starts_nocase(url, KB_STR("feed:http")) ||
           kb_str_starts_nocase(url, KB_STR("feed:feed:")))
        url = kb_str_slice(url, 5, url.n);
    if (!kb_str_starts_nocase(url, KB_STR("feed://")))
        return kb_feed_url(r->make, url);
    kb_buf_clear(&r->path);
    kb_buf_z(&r->path, "http:");
    kb_feed_gather(r->make, &r->path, kb_str_slice(url, 5, url.n));
    return kb_feed_url(r->make, kb_buf_view(&r->path));
}

static void add_item(struct reader *r, struct kb_str url,
                     const struct kb_xml_attribute *a, size_t count) {
    struct kb_feed_item *item = kb_feed_item_add(r->make);
    struct kb_feed_outline *outline =
        item ? kb_arena_zalloc(r->make->arena, 1, sizeof *outline) : NULL;
    if (!outline)
        return;
    item->outline = outline;
    item->url = url;
    item->external_url = kb_feed_url(r->make, attribute(a, count, KB_STR("htmlUrl")));
    struct kb_str name = name_of(a, count); /* the address where no name is known */
    if (!kb_str_equal(name, url) && !kb_str_equal(name, address_of(a, count)))
        item->c.title = plain(r, name);
    if (kb_str_equal(item->c.title, url)) /* with markup in it */
        item->c.title = KB_STR_NONE;
    item->summary = plain(r, attribute(a, count, KB_STR("description")));
    item->c.language = keep(r, attribute(a, count, KB_STR("language")));
    item->c.date_created =
        kb_feed_date(r->make->arena, attribute(a, count, KB_STR("created")));
    outline->type = keep(r, attribute(a, count, KB_STR("type")));
    outline->version = keep(r, attribute(a, count, KB_STR("version")));
    add_folders(r, item);
    add_categories(r, item, attribute(a, count, KB_STR("category")));
}

static void start_outline(struct reader *r, const struct kb_xml_attribute *a,
                          size_t count) {
    struct kb_str url = address_of(a, count);
    r->is_leaf = !url.n;
    struct kb_str address = web_address(r, url);
    if (address.n)
        add_item(r, address, a, count);
    else if (url.n)
        kb_feed_warn(r->make, "an outline's address is none that can be read");
    if (r->outlines++ < FOLDERS)
        r->folders[r->folder_count++] = plain(r, name_of(a, count));
}

static void start(void *context, const struct kb_xml_name *name,
                  const struct kb_xml_attribute *a, size_t count) {
    struct reader *r = context;
    kb_buf_clear(&r->text);
    if (kb_str_equal_nocase(name->local, KB_STR("opml"))) {
        struct kb_str version = attribute(a, count, KB_STR("version"));
        r->make->feed->source_format = kb_str_starts(version, KB_STR("2"))   ? "opml-2.0"
                                       : kb_str_starts(version, KB_STR("1")) ? "opml-1.0"
                                                                             : "opml";
        r->found = true;
    } else if (kb_str_equal_nocase(name->local, KB_STR("head"))) {
        r->in_head = true;
    } else if (kb_str_equal_nocase(name->local, KB_STR("outline"))) {
        start_outline(r, a, count);
    }
}

static void end_head(struct reader *r, struct kb_str name, struct kb_str text) {
    struct kb_feed_common *c = &r->make->feed->c;
    if (!text.n)
        return;
    if (kb_str_equal_nocase(name, KB_STR("title")))
        c->title = plain(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("dateCreated")))
        c->date_created = kb_feed_date(r->make->arena, text);
    else if (kb_str_equal_nocase(name, KB_STR("dateModified")))
        c->date_modified = kb_feed_date(r->make->arena, text);
    else if (kb_str_equal_nocase(name, KB_STR("ownerName")))
        r->owner.name = keep(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("ownerEmail")))
        r->owner.email = keep(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("ownerId")))
        r->owner.url = kb_feed_url(r->make, text);
}

static void end(void *context, const struct kb_xml_name *name) {
    struct reader *r = context;
    if (kb_str_equal_nocase(name->local, KB_STR("outline"))) {
        r->nameless += r->is_leaf;
        r->is_leaf = false;
        if (r->outlines && --r->outlines < FOLDERS)
            r->folder_count--;
    } else if (kb_str_equal_nocase(name->local, KB_STR("head"))) {
        r->in_head = false;
    } else if (r->in_head) {
        end_head(r, name->local, kb_str_trim(kb_buf_view(&r->text)));
    }
    kb_buf_clear(&r->text);
}

static void text(void *context, struct kb_str text) {
    struct reader *r = context;
    if (r->in_head)
        kb_feed_gather(r->make, &r->text, text);
}

static void finish(struct reader *r) {
    if (r->owner.name.n || r->owner.email.n || r->owner.url.n) {
        struct kb_feed_person *owner = kb_feed_add(r->make, &r->make->feed->c.authors);
        if (owner)
            *owner = r->owner;
    }
    if (r->nameless)
        kb_feed_warn(r->make,
                     "outlines without an address and without others in them were left "
                     "out: %zu",
                     r->nameless);
}

enum kb_status kb_feed_read_opml(struct kb_feed_make *make, struct kb_str xml) {
    struct reader r = {.make = make};
    const struct kb_xml_handler handler = {&r, start, end, text};
    kb_buf_init(&r.text, KB_LIMIT_FEED_BYTES);
    kb_buf_init(&r.path, KB_LIMIT_FEED_BYTES);
    enum kb_status status = kb_xml_parse(make, xml, &handler);
    if (status == KB_OK && !r.found)
        status = kb_err_set(make->err, KB_EINPUT, "no OPML: it has no opml element");
    if (status == KB_OK)
        finish(&r);
    kb_buf_free(&r.path);
    kb_buf_free(&r.text);
    return status;
}
