/* The members of a record's JSON → the article's fields.
 *
 * Types are strict: a member that is there and is something else than it should be ends
 * the reading with its name ("authors[3].name wants a string").  null counts as missing.
 * What is too long or too many is cut, with a warning that names the limit; members that
 * nobody knows are left alone: later versions add some. */
#include "article/load.h"
#include "article/print.h"

#include <stdio.h>

/* ---- one member -------------------------------------------------------------------- */

enum want { WANT_STRING, WANT_NUMBER, WANT_COUNT, WANT_TRUTH, WANT_LIST, WANT_OBJECT };

static const char *const want_names[] = {
    "a string",      "a number", "a whole number from 0",
    "true or false", "a list",   "an object"};

/* An object of the record: what it is called in which other one, and where in a list. */
struct place {
    const char *within; /* NULL: in the record itself */
    const char *name;   /* NULL: the record itself */
    size_t index;       /* NOWHERE: in no list */
    yyjson_val *object;
};

enum { SAYS_BYTES = 80 };
#define NOWHERE SIZE_MAX

static bool fault(struct kb_load *l, const struct place *at, const char *key,
                  const char *says) {
    char index[24] = "";
    if (l->status != KB_OK)
        return false;
    if (at->index != NOWHERE)
        snprintf(index, sizeof index, "[%zu]", at->index);
    l->status = kb_err_set(l->err, KB_EINPUT, "the record's %s%s%s%s%s%s %s",
                           at->within ? at->within : "", at->within ? "." : "",
                           at->name ? at->name : "", index, at->name && key[0] ? "." : "",
                           key, says);
    return false;
}

/* What a value is, for people. */
static const char *type_name(yyjson_val *value) {
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_STR: return "a string";
    case YYJSON_TYPE_NUM: return "a number";
    case YYJSON_TYPE_BOOL: return "a truth value";
    case YYJSON_TYPE_ARR: return "a list";
    case YYJSON_TYPE_OBJ: return "an object";
    default: return "null";
    }
}

static bool is_what(yyjson_val *v, enum want want) {
    switch (want) {
    case WANT_STRING: return yyjson_is_str(v);
    case WANT_NUMBER: return yyjson_is_num(v);
    case WANT_COUNT: return yyjson_is_uint(v);
    case WANT_TRUTH: return yyjson_is_bool(v);
    case WANT_LIST: return yyjson_is_arr(v);
    case WANT_OBJECT: return yyjson_is_obj(v);
    }
    return false;
}

static bool check(struct kb_load *l, const struct place *at, const char *key,
                  yyjson_val *value, enum want want) {
    char says[SAYS_BYTES];
    if (is_what(value, want))
        return true;
    snprintf(says, sizeof says, "wants %s, and is %s", want_names[want],
             yyjson_is_num(value) && want == WANT_COUNT ? "another" : type_name(value));
    return fault(l, at, key, says);
}

/* NULL where it is missing, null, or of another type (which is a fault). */
static yyjson_val *member(struct kb_load *l, const struct place *at, const char *key,
                          enum want want) {
    yyjson_val *value = yyjson_obj_get(at->object, key);
    if (!value || yyjson_is_null(value) || !check(l, at, key, value, want))
        return NULL;
    return value;
}

static struct place object(struct kb_load *l, const struct place *at, const char *key) {
    return (struct place){at->name, key, NOWHERE, member(l, at, key, WANT_OBJECT)};
}

/* ---- texts ------------------------------------------------------------------------- */

static struct kb_str view(yyjson_val *value) {
    return (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
}

/* Bytes of the control character at p; 0 where there is none. */
static size_t control(const char *p, const char *end) {
    unsigned char c = (unsigned char)*p;
    if (c < 0x20 || c == 0x7F)
        return 1;
    return c == 0xC2 && end - p > 1 && (unsigned char)p[1] < 0xA0 ? 2 : 0;
}

/* s in the arena without control characters; line feeds and tabs stay in a text of lines,
 * and are a space in others. */
static struct kb_str clean(struct kb_load *l, struct kb_str s, bool lines) {
    struct kb_arena *arena = &l->article->arena;
    const char *end = s.p + s.n, *from = s.p;
    size_t length, n = 0;
    while (from < end && !control(from, end))
        from++;
    if (!s.n || from == end)
        return kb_arena_dup(arena, s);
    char *out = kb_arena_alloc(arena, s.n + 1);
    if (!out)
        return KB_STR_NONE;
    for (const char *p = s.p; p < end; p += length ? length : 1) {
        length = control(p, end);
        if (!length || (lines && (*p == '\n' || *p == '\t')))
            out[n++] = *p;
        else if (kb_is_space(*p) && !lines && (!n || out[n - 1] != ' '))
            out[n++] = ' ';
    }
    out[n] = '\0';
    return (struct kb_str){out, n};
}

/* A text of one line; a longer one is cut. */
static struct kb_str line_of(struct kb_load *l, yyjson_val *value) {
    struct kb_str s = view(value);
    if (s.n > KB_LIMIT_META_BYTES) {
        s = kb_str_cut(s, KB_LIMIT_META_BYTES);
        kb_article_warn(l->article, "a text of the record is longer than "
                                    "KB_LIMIT_META_BYTES: cut");
    }
    return clean(l, s, false);
}

static struct kb_str line(struct kb_load *l, const struct place *at, const char *key) {
    return line_of(l, member(l, at, key, WANT_STRING));
}

/* An address on the web; with bare, also what has no scheme, as a caller may have told
 * it. */
static struct kb_str address(struct kb_load *l, const struct place *at, const char *key,
                             bool bare) {
    struct kb_str s = view(member(l, at, key, WANT_STRING));
    size_t i = 0;
    while (i < s.n && (kb_is_alpha(s.p[i]) || kb_is_digit(s.p[i]) || s.p[i] == '+' ||
                       s.p[i] == '-' || s.p[i] == '.'))
        i++;
    bool good = kb_url_is_web(s) || (bare && (i == s.n || strchr("/?#", s.p[i])));
    if (good && s.n <= KB_LIMIT_URL_BYTES)
        return clean(l, s, false);
    if (s.n)
        kb_article_warn(l->article, good ? "an address of the record is longer than "
                                           "KB_LIMIT_URL_BYTES: left out"
                                         : "an address of the record is none on the "
                                           "web: left out");
    return KB_STR_NONE;
}

static struct kb_str date(struct kb_load *l, const struct place *at, const char *key) {
    struct kb_str s = kb_str_trim(view(member(l, at, key, WANT_STRING)));
    if (kb_facts_date(s) != KB_DATE_NONE)
        return kb_arena_dup(&l->article->arena, s);
    struct kb_str read = kb_page_date(&l->article->arena, s);
    if (s.n && !read.n)
        kb_article_warn(l->article, "a date of the record is none: left out");
    return read;
}

static float share(struct kb_load *l, const struct place *at, const char *key,
                   float missing) {
    yyjson_val *value = member(l, at, key, WANT_NUMBER);
    double x = value ? yyjson_get_num(value) : (double)missing;
    return x > 1 ? 1.0f : x > 0 ? (float)x : 0.0f;
}

/* The number of a name that the record's schema lists. */
static unsigned name_in(struct kb_load *l, const struct place *at, const char *key,
                        yyjson_val *value, const char *(*name)(unsigned),
                        unsigned count) {
    for (unsigned i = 0; value && i < count; i++)
        if (name(i)[0] && kb_str_equal(view(value), kb_str_z(name(i))))
            return i;
    fault(l, at, key, value ? "is no name that is known" : "is missing");
    return 0;
}

static const char *kind_name(unsigned i) {
    return kb_source_kind_name((enum kb_source_kind)i);
}
static const char *rel_name(unsigned i) {
    return kb_rel_name((enum kb_rel)i);
}
static const char *role_name(unsigned i) {
    return kb_role_name((enum kb_role)i);
}
static const char *removed_name(unsigned i) {
    return kb_removed_name((enum kb_removed_kind)i);
}

/* ---- lists ------------------------------------------------------------------------- */

struct list {
    struct place at; /* of the item */
    yyjson_arr_iter iter;
    size_t count; /* of its items, as far as they are read */
    void *room;   /* for so many, zeroed */
};

static bool open_list(struct kb_load *l, const struct place *at, const char *key,
                      size_t most, size_t size, struct list *list) {
    yyjson_val *value = member(l, at, key, WANT_LIST);
    *list = (struct list){.at = {at->name, key, NOWHERE, NULL},
                          .count = yyjson_arr_size(value)};
    if (list->count > most) {
        list->count = most;
        kb_article_warn(l->article, "a list of the record is longer than "
                                    "its limit (docs/record.md): cut");
    }
    if (!list->count)
        return false;
    list->room = kb_arena_zalloc(&l->article->arena, list->count, size);
    return list->room && yyjson_arr_iter_init(value, &list->iter);
}

/* The next item, which is a want; NULL at the end. */
static yyjson_val *next_item(struct kb_load *l, struct list *list, enum want want) {
    size_t next = list->at.index + 1; /* NOWHERE + 1 is 0 */
    if (next == list->count || l->status != KB_OK)
        return NULL;
    list->at.index = next;
    list->at.object = yyjson_arr_iter_next(&list->iter);
    return check(l, &list->at, "", list->at.object, want) ? list->at.object : NULL;
}

static void authors(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct list list;
    struct place one;
    if (open_list(l, root, "authors", KB_LIMIT_LIST_ITEMS, sizeof *a->authors, &list)) {
        a->authors = list.room;
        while (next_item(l, &list, WANT_OBJECT)) {
            struct kb_author *author = &a->authors[a->author_count];
            author->name = line(l, &list.at, "name");
            author->role = line(l, &list.at, "role");
            author->organization = line(l, &list.at, "organization");
            a->author_count += author->name.n > 0;
        }
    } else if ((one = object(l, root, "author")).object) { /* JSON Feed 1.0 */
        a->authors = kb_arena_zalloc(&a->arena, 1, sizeof *a->authors);
        if (a->authors && (a->authors->name = line(l, &one, "name")).n)
            a->author_count = 1;
    }
}

static void images(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct list list;
    if (!open_list(l, root, "images", KB_LIMIT_LIST_ITEMS, sizeof *a->images, &list))
        return;
    a->images = list.room;
    while (next_item(l, &list, WANT_OBJECT)) {
        struct kb_page_image *image = &a->images[a->image_count];
        image->url = address(l, &list.at, "url", false);
        image->caption = line(l, &list.at, "caption");
        image->credit = line(l, &list.at, "credit");
        a->image_count += image->url.n || image->caption.n || image->credit.n;
    }
}

static void attachments(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct list list;
    yyjson_val *size, *seconds;
    if (!open_list(l, root, "attachments", KB_LIMIT_ATTACHMENTS, sizeof *a->attachments,
                   &list))
        return;
    a->attachments = list.room;
    while (next_item(l, &list, WANT_OBJECT)) {
        struct kb_feed_attachment *file = &a->attachments[a->attachment_count];
        *file = (struct kb_feed_attachment){.url = address(l, &list.at, "url", false),
                                            .mime_type = line(l, &list.at, "mime_type"),
                                            .title = line(l, &list.at, "title")};
        if ((size = member(l, &list.at, "size_in_bytes", WANT_COUNT)))
            file->size = (int64_t)yyjson_get_uint(size);
        if ((seconds = member(l, &list.at, "duration_in_seconds", WANT_NUMBER)))
            file->seconds = yyjson_get_num(seconds) > 0 ? yyjson_get_num(seconds) : 0;
        file->mime_type = kb_feed_attachment_type(file);
        a->attachment_count += file->url.n > 0;
    }
}

static void tags(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct list list;
    yyjson_val *value;
    if (!open_list(l, root, "tags", KB_LIMIT_LIST_ITEMS, sizeof *a->tags, &list))
        return;
    a->tags = list.room;
    while ((value = next_item(l, &list, WANT_STRING)))
        if ((a->tags[a->tag_count] = line_of(l, value)).n)
            a->tag_count++;
}

static void removed(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct list list;
    if (!open_list(l, root, "removed", KB_LIMIT_LIST_ITEMS, sizeof *a->removed, &list))
        return;
    a->removed = list.room;
    while (next_item(l, &list, WANT_OBJECT)) {
        struct kb_removed *piece = &a->removed[a->removed_count++];
        piece->kind = (enum kb_removed_kind)name_in(
            l, &list.at, "kind", member(l, &list.at, "kind", WANT_STRING), removed_name,
            KB_REMOVED_COUNT);
        piece->text = clean(l, view(member(l, &list.at, "text", WANT_STRING)), true);
    }
}

static void warnings(struct kb_load *l, const struct place *at) {
    struct list list;
    yyjson_val *value;
    if (!open_list(l, at, "warnings", KB_LIMIT_WARNINGS, 1, &list))
        return;
    while ((value = next_item(l, &list, WANT_STRING))) {
        struct kb_str text = line_of(l, value);
        if (text.n)
            kb_article_warn(l->article, text.p);
    }
}

/* ---- where the text is from -------------------------------------------------------- */

static void sources(struct kb_load *l, const struct place *at) {
    struct kb_provenance *p = &l->article->provenance;
    struct list list;
    if (!open_list(l, at, "sources", KB_LIMIT_SOURCES, sizeof *p->sources, &list))
        return;
    p->sources = list.room;
    while (next_item(l, &list, WANT_OBJECT)) {
        struct kb_source *s = &p->sources[p->source_count++];
        s->name = line(l, &list.at, "name");
        s->url = address(l, &list.at, "url", false);
        s->evidence = line(l, &list.at, "evidence");
        s->kind = (enum kb_source_kind)name_in(l, &list.at, "kind",
                                               member(l, &list.at, "kind", WANT_STRING),
                                               kind_name, KB_SOURCE_KIND_COUNT);
        s->rel = (enum kb_rel)name_in(l, &list.at, "rel",
                                      member(l, &list.at, "rel", WANT_STRING), rel_name,
                                      KB_REL_OF_PAGES);
        s->confidence = share(l, &list.at, "confidence", 0);
        if (!s->evidence.n)
            fault(l, &list.at, "evidence", "is missing: no claim stands without one");
    }
}

static void chain(struct kb_load *l, const struct place *at) {
    struct kb_provenance *p = &l->article->provenance;
    struct list list;
    if (!open_list(l, at, "chain", KB_LIMIT_SOURCES + 1, sizeof *p->chain, &list))
        return;
    p->chain = list.room;
    while (next_item(l, &list, WANT_OBJECT)) {
        struct kb_chain_link *step = &p->chain[p->chain_count++];
        step->publisher = line(l, &list.at, "publisher");
        step->url = address(l, &list.at, "url", true);
        step->language = line(l, &list.at, "language");
        step->date = date(l, &list.at, "date");
        if (p->chain_count > 1)
            step->rel = (enum kb_rel)name_in(l, &list.at, "rel",
                                             member(l, &list.at, "rel", WANT_STRING),
                                             rel_name, KB_REL_OF_PAGES);
    }
}

static void provenance(struct kb_load *l, const struct place *root) {
    struct kb_provenance *p = &l->article->provenance;
    struct place at = object(l, root, "provenance");
    struct list list;
    yyjson_val *value;
    if (!at.object)
        return;
    if (open_list(l, &at, "role", KB_ROLES_MOST, 1, &list))
        while ((value = next_item(l, &list, WANT_STRING)))
            p->roles[p->role_count++] =
                (enum kb_role)name_in(l, &list.at, "", value, role_name, KB_ROLE_COUNT);
    sources(l, &at);
    p->original_url = address(l, &at, "original_url", false);
    chain(l, &at);
}

/* ---- the rest ---------------------------------------------------------------------- */

static void rights(struct kb_load *l, const struct place *root) {
    struct kb_rights *r = &l->article->rights;
    struct place at = object(l, root, "rights");
    yyjson_val *value;
    if (!at.object)
        return;
    r->holder = line(l, &at, "holder");
    r->notice = line(l, &at, "notice");
    if ((value = member(l, &at, "free", WANT_TRUTH)))
        r->free = yyjson_get_bool(value) ? KB_FREE_YES : KB_FREE_NO;
}

static void dateline(struct kb_load *l, const struct place *root) {
    struct kb_dateline *d = &l->article->dateline;
    struct place at = object(l, root, "dateline");
    if (!at.object)
        return;
    d->raw = line(l, &at, "raw");
    d->place = line(l, &at, "place");
    d->date = line(l, &at, "date"); /* as printed */
    d->agency = line(l, &at, "agency");
}

static void house(struct kb_load *l, const struct place *root) {
    struct place at = object(l, root, "publisher");
    if (!at.object)
        return;
    l->article->publisher = line(l, &at, "name");
    l->article->publisher_domain = line(l, &at, "domain");
}

/* A record without it is somebody else's, who gives the article and nothing but it. */
static void extraction(struct kb_load *l, const struct place *root) {
    struct kb_article *a = l->article;
    struct place at = object(l, root, "extraction");
    a->confidence = 1;
    if (!at.object)
        return;
    a->version = line(l, &at, "version");
    a->confidence = share(l, &at, "confidence", 1);
    warnings(l, &at);
}

static void schema(struct kb_load *l, const struct place *root) {
    struct kb_str name = view(member(l, root, "schema", WANT_STRING));
    if (name.n && !kb_str_equal(name, KB_STR("kabar.article/1")))
        fault(l, root, "schema", "is none that this version of kabar reads");
}

/* JSON Feed 1.1 wants numbers to be taken as ids too. */
static void id(struct kb_load *l, const struct place *root) {
    yyjson_val *value = yyjson_obj_get(root->object, "id");
    char digits[24];
    if (yyjson_is_uint(value)) {
        snprintf(digits, sizeof digits, "%llu",
                 (unsigned long long)yyjson_get_uint(value));
        l->article->id = kb_arena_dup(&l->article->arena, kb_str_z(digits));
    } else {
        l->article->id = line(l, root, "id");
    }
}

struct kb_str kb_load_fields(struct kb_load *l, yyjson_val *object) {
    struct kb_article *a = l->article;
    const struct place root = {NULL, NULL, NOWHERE, object};
    yyjson_val *value;
    schema(l, &root);
    id(l, &root);
    a->url = address(l, &root, "url", true);
    a->canonical_url = address(l, &root, "canonical_url", false);
    a->title = line(l, &root, "title");
    a->summary = line(l, &root, "summary");
    value = member(l, &root, "content_text", WANT_STRING);
    if (!value) /* other extractors' name for it */
        value = member(l, &root, "text", WANT_STRING);
    a->content_text = clean(l, view(value), true);
    a->language = line(l, &root, "language");
    if ((value = member(l, &root, "direction", WANT_STRING)))
        a->direction = kb_str_equal(view(value), KB_STR("rtl")) ? "rtl" : "ltr";
    a->date_published = date(l, &root, "date_published");
    a->date_modified = date(l, &root, "date_modified");
    a->byline = line(l, &root, "byline");
    authors(l, &root);
    a->desk = line(l, &root, "desk");
    dateline(l, &root);
    house(l, &root);
    a->image = address(l, &root, "image", false);
    if (!a->image.n)
        a->image = address(l, &root, "banner_image", false);
    images(l, &root);
    attachments(l, &root);
    tags(l, &root);
    a->section = line(l, &root, "section");
    if ((value = member(l, &root, "comment_count", WANT_COUNT)))
        a->comment_count = (long)yyjson_get_sint(value);
    rights(l, &root);
    removed(l, &root);
    provenance(l, &root);
    extraction(l, &root);
    return view(member(l, &root, "content_html", WANT_STRING));
}
