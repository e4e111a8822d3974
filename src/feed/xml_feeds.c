/* RSS, RDF, Atom and CDF → the record: the stack, the contents; see xml_feeds.h.
 *
 * Events of the XML parser enter; elements with their attributes, lines and text
 * constructs leave to the handlers in the other files.  A text construct may hold
 * elements, declared ("xhtml") or by mistake: they are written as HTML, which the
 * sanitiser reads.  Text before the first such element stays as it is, unless the type
 * says XML, because it may be HTML itself; behind it text is text. */
#include "feed/xml_feeds.h"

/* ---- attributes -------------------------------------------------------------------- */

struct kb_str kb_xml_attribute(const struct kb_feed_xml *x, const char *local) {
    struct kb_str name = kb_str_z(local);
    for (size_t i = 0; i < x->attribute_count; i++) {
        if (kb_str_equal_nocase(x->attributes[i].local, name))
            return kb_str_trim(x->attributes[i].value);
    }
    return KB_STR_NONE;
}

static bool is_xml(const struct kb_xml_attribute *a) {
    return kb_feed_namespace(a->uri, a->prefix) == KB_NS_XML;
}

struct kb_str kb_xml_dup(struct kb_feed_xml *x, struct kb_str s) {
    s = kb_str_trim(s);
    return s.n ? kb_arena_dup(x->make->arena, s) : KB_STR_NONE;
}

bool kb_xml_may_set(struct kb_feed_xml *x, enum kb_feed_slot slot) {
    uint16_t *depth = &x->scope->depth[slot];
    if (*depth && x->depth > *depth)
        return false;
    *depth = (uint16_t)x->depth;
    return true;
}

/* ---- bases and languages ----------------------------------------------------------- */

/* "en_US" → "en-US"; of a header's list the first. */
struct kb_str kb_xml_language(struct kb_feed_xml *x, struct kb_str told) {
    size_t n = 0;
    told = kb_str_trim(told);
    while (n < told.n && !kb_is_space(told.p[n]) && told.p[n] != ',')
        n++;
    char tag[64];
    if (!n || n > sizeof tag)
        return KB_STR_NONE;
    for (size_t i = 0; i < n; i++)
        tag[i] = told.p[i] == '_' ? '-' : told.p[i];
    return kb_arena_dup(x->make->arena, (struct kb_str){tag, n});
}

static void set_base(struct kb_feed_xml *x, struct kb_feed_frame *frame,
                     struct kb_str told) {
    struct kb_str base =
        kb_urls_resolve(x->make->urls, x->make->arena, kb_str_trim(told), false);
    if (base.n && kb_urls_set_base(x->make->urls, base))
        frame->base = base;
}

static void inherit(struct kb_feed_xml *x, struct kb_feed_frame *frame) {
    for (size_t i = 0; i < x->attribute_count; i++) {
        const struct kb_xml_attribute *a = &x->attributes[i];
        if (!a->prefix.n || !is_xml(a))
            continue;
        if (kb_str_equal_nocase(a->local, KB_STR("base")))
            set_base(x, frame, a->value);
        else if (kb_str_equal_nocase(a->local, KB_STR("lang")))
            frame->language = kb_xml_language(x, a->value);
    }
    if (frame->element == KB_EL_CHANNEL) /* CDF's */
        set_base(x, frame, kb_xml_attribute(x, "base"));
}

/* ---- contents ---------------------------------------------------------------------- */

static void put_escaped(struct kb_buf *out, struct kb_str s) {
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *by = s.p[i] == '&'   ? "&amp;"
                         : s.p[i] == '<' ? "&lt;"
                         : s.p[i] == '>' ? "&gt;"
                         : s.p[i] == '"' ? "&quot;"
                                         : NULL;
        if (by) {
            kb_buf_str(out, kb_str_slice(s, from, i));
            kb_buf_z(out, by);
            from = i + 1;
        }
    }
    kb_buf_str(out, kb_str_slice(s, from, s.n));
}

static bool is_void(struct kb_str name) {
    static const char *const names[] = {"area",  "base",   "br",    "col",   "embed",
                                        "hr",    "img",    "link",  "input", "meta",
                                        "param", "source", "track", "wbr"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(names[i])))
            return true;
    }
    return false;
}

static bool is_address(struct kb_str attribute) {
    static const char *const names[] = {"href", "src", "cite", "longdesc", "poster"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (kb_str_equal_nocase(attribute, kb_str_z(names[i])))
            return true;
    }
    return false;
}

/* A div in a construct whose markup is escaped is a wrapper that says nothing. */
static bool is_wrapper(const struct kb_feed_xml *x, struct kb_str name) {
    return !x->markup_from_start && !x->content.n &&
           kb_str_equal_nocase(name, KB_STR("div"));
}

static void open_markup(struct kb_feed_xml *x, const struct kb_xml_name *name) {
    struct kb_buf *out = &x->content;
    if (is_wrapper(x, name->local))
        return;
    x->markup = true;
    kb_buf_char(out, '<');
    kb_buf_str(out, name->local);
    bool moved = x->frames[x->depth].base.p != x->frames[x->collects].base.p;
    for (size_t i = 0; i < x->attribute_count; i++) {
        const struct kb_xml_attribute *a = &x->attributes[i];
        struct kb_str value = a->value;
        if (a->prefix.n && is_xml(a))
            continue;
        kb_buf_char(out, ' ');
        if (a->prefix.n && kb_feed_namespace(a->uri, a->prefix) == KB_NS_XLINK)
            kb_buf_z(out, "xlink:");
        kb_buf_str(out, a->local);
        kb_buf_z(out, "=\"");
        if (moved && is_address(a->local))
            value = kb_feed_url(x->make, value);
        put_escaped(out, value);
        kb_buf_char(out, '"');
    }
    kb_buf_char(out, '>');
}

static void close_markup(struct kb_feed_xml *x, const struct kb_xml_name *name) {
    if (is_void(name->local) || !name->local.n ||
        (!x->markup && kb_str_equal_nocase(name->local, KB_STR("div"))))
        return;
    kb_buf_z(&x->content, "</");
    kb_buf_str(&x->content, name->local);
    kb_buf_char(&x->content, '>');
}

static void collect(struct kb_feed_xml *x, enum kb_feed_element element) {
    const struct kb_feed_element_kind *kind = &kb_feed_elements[element];
    kb_buf_clear(&x->content);
    x->collects = x->depth;
    x->line = kind->content == KB_LINE;
    x->type = kind->type;
    x->markup = x->markup_from_start = x->base64 = false;
    if (x->line)
        return;
    struct kb_str type = kb_xml_attribute(x, "type"), mode = kb_xml_attribute(x, "mode");
    x->type = kb_xml_type(type, kind->type);
    x->markup_from_start = x->type == KB_TYPE_XHTML;
    x->base64 = kb_str_equal_nocase(mode, KB_STR("base64")) || x->type == KB_TYPE_OTHER;
}

static struct kb_str language_of(const struct kb_feed_xml *x) {
    return x->frames[x->depth].language;
}

/* What was collected, to its handler. */
static void deliver(struct kb_feed_xml *x) {
    enum kb_feed_element element = x->frames[x->collects].element;
    x->collects = 0;
    if (x->line) {
        kb_xml_line(x, element, kb_buf_view(&x->content));
        return;
    }
    if (x->base64 && !x->markup && !kb_xml_base64(&x->content))
        x->base64 = false;
    struct kb_feed_rich rich = {.raw = kb_str_trim(kb_buf_view(&x->content)),
                                .type = x->type,
                                .markup = x->markup,
                                .language = language_of(x)};
    if (rich.markup)
        rich.type = KB_TYPE_XHTML;
    kb_xml_rich(x, element, &rich);
}

/* ---- events ------------------------------------------------------------------------ */

static void start(void *context, const struct kb_xml_name *name,
                  const struct kb_xml_attribute *attributes, size_t count) {
    struct kb_feed_xml *x = context;
    enum kb_feed_element element = kb_feed_element(&x->names, name);
    bool inside = x->collects && !x->line; /* a text construct: all is markup */
    if (x->depth >= KB_LIMIT_DEPTH)
        return; /* the mender lets no deeper element through */
    struct kb_feed_frame *frame = &x->frames[++x->depth];
    *frame = x->frames[x->depth - 1];
    frame->element = (uint8_t)(inside ? KB_EL_OTHER : element);
    frame->opened = false;
    x->attributes = attributes;
    x->attribute_count = count;
    x->space = name->uri;
    x->entry = kb_str_equal_nocase(name->local, KB_STR("entry"));
    if (count)
        inherit(x, frame);
    if (inside) {
        open_markup(x, name);
        return;
    }
    if (element == KB_EL_OTHER)
        return;
    if (x->collects) { /* a line that an element ends: its text was before it */
        size_t depth = x->depth;
        x->depth = x->collects;
        deliver(x);
        x->depth = depth;
    }
    if (element >= KB_EL_RSS && element <= KB_EL_CHANNEL && !x->feed->items.count)
        x->feed_language = frame->language;
    frame->opened = kb_xml_open(x, element);
    if (kb_feed_elements[element].content != KB_HOLDS)
        collect(x, element);
}

static void end(void *context, const struct kb_xml_name *name) {
    struct kb_feed_xml *x = context;
    struct kb_feed_frame *frame = &x->frames[x->depth];
    if (!x->depth)
        return;
    if (x->collects == x->depth)
        deliver(x);
    else if (x->collects && !x->line)
        close_markup(x, name);
    if (frame->opened)
        kb_xml_close(x, frame->element);
    x->depth--;
    if (frame->base.p != x->frames[x->depth].base.p)
        kb_urls_set_base(x->make->urls, x->frames[x->depth].base);
}

static void text(void *context, struct kb_str piece) {
    struct kb_feed_xml *x = context;
    if (!x->collects)
        return;
    if (x->markup || x->markup_from_start)
        put_escaped(&x->content, piece);
    else
        kb_buf_str(&x->content, piece);
}

enum kb_status kb_feed_read_xml(struct kb_feed_make *make, struct kb_str input) {
    struct kb_feed_xml *x = kb_arena_zalloc(make->arena, 1, sizeof *x);
    struct kb_feed_frame *frames =
        kb_arena_zalloc(make->arena, KB_LIMIT_DEPTH + 1, sizeof *frames);
    if (!x || !frames)
        return kb_err_set(make->err, KB_ENOMEM, "not enough memory to read the feed");
    x->make = make;
    x->feed = make->feed;
    x->frames = frames;
    x->scope = &x->scopes[0];
    x->scopes[0] = (struct kb_feed_scope){.c = &make->feed->c, .feed = make->feed};
    frames[0].base = make->hints->base_url;
    kb_buf_init(&x->content, KB_LIMIT_FEED_BYTES);
    kb_feed_names_init(&x->names);
    const struct kb_xml_handler handler = {x, start, end, text};
    enum kb_status status = kb_xml_parse(make, input, &handler);
    if (status == KB_OK && x->content.status != KB_OK)
        status =
            kb_err_set(make->err, x->content.status, "a text in the feed is too long");
    if (status == KB_OK && !make->feed->source_format)
        status = kb_err_set(make->err, KB_EINPUT,
                            "this is XML, but no feed: it has neither an rss, an RDF nor "
                            "a feed element");
    if (status == KB_OK) {
        x->scope = &x->scopes[0];
        kb_xml_close_feed(x);
        if (!x->feed->c.language.n)
            x->feed->c.language = kb_xml_language(x, make->hints->content_language);
    }
    kb_buf_free(&x->content);
    return status;
}
