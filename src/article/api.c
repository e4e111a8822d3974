/* The public functions of kabar.h: the library's edge (feeds' are in api_feed.c).
 *
 * Enter bytes and options from a caller who may get them wrong; leave articles.
 * Everything inside is called from here and from nowhere else. */
#include "article/api.h"

#include "article/article.h"

#include <stdlib.h>

struct kabar_reader {
    struct kb_lexicon *lexicon;
    struct kb_page_tools *tools;
    struct kb_buf decoded, text;
    size_t max_page_bytes, max_depth, max_memory;
    int64_t now;
};

struct kabar_article {
    struct kb_article a;
};

enum {
    KEEP_BUFFER = 1 << 20, /* larger buffers are given back after a page */
    SNIFF_BYTES = 16 << 10
};

/* The public codes are the inner ones. */
_Static_assert((int)KABAR_OK == (int)KB_OK && (int)KABAR_ENOMEM == (int)KB_ENOMEM &&
                   (int)KABAR_ELIMIT == (int)KB_ELIMIT &&
                   (int)KABAR_EINPUT == (int)KB_EINPUT &&
                   (int)KABAR_EUSAGE == (int)KB_EUSAGE &&
                   (int)KABAR_EASSET == (int)KB_EASSET && (int)KABAR_EIO == (int)KB_EIO,
               "kabar_status and kb_status differ");

kabar_status kb_api_give(kabar_error *out, enum kb_status status,
                         const struct kb_err *err) {
    if (out) {
        *out = (kabar_error){.status = (kabar_status)status};
        if (status != KB_OK) {
            const char *text = err->text[0] ? err->text : kb_status_text(status);
            size_t n = strlen(text);
            n = n < sizeof out->message ? n : sizeof out->message - 1;
            memcpy(out->message, text, n);
            out->message[n] = '\0';
        }
    }
    return (kabar_status)status;
}

const char *kabar_status_name(kabar_status status) {
    return kb_status_name((enum kb_status)status);
}

const char *kabar_version(void) {
    return KABAR_VERSION;
}

void kb_api_copy_sized(void *out, size_t size, const void *in, size_t in_size) {
    memset(out, 0, size);
    if (in)
        memcpy(out, in, in_size < size ? in_size : size);
}

kabar_status kabar_reader_new(const kabar_options *options, kabar_reader **reader,
                              kabar_error *error) {
    struct kb_err err = {0};
    kabar_options o;
    if (!reader)
        return kb_api_give(error, kb_err_set(&err, KB_EUSAGE, "reader is NULL"), &err);
    *reader = NULL;
    if (options && options->size < sizeof options->size)
        return kb_api_give(error,
                           kb_err_set(&err, KB_EUSAGE,
                                      "kabar_options.size is not set: set it to "
                                      "sizeof(kabar_options)"),
                           &err);
    kb_api_copy_sized(&o, sizeof o, options, options ? options->size : 0);
    kabar_reader *r = calloc(1, sizeof *r);
    if (!r)
        return kb_api_give(error, KB_ENOMEM, &err);
    r->max_page_bytes = o.max_page_bytes ? o.max_page_bytes : KB_LIMIT_PAGE_BYTES;
    r->max_depth = o.max_depth;
    r->now = o.now > 0 ? o.now : 0;
    r->max_memory = o.max_memory ? o.max_memory : KB_LIMIT_DOCUMENT_MEMORY;
    kb_buf_init(&r->decoded, r->max_page_bytes > SIZE_MAX / 4
                                 ? SIZE_MAX / 4
                                 : r->max_page_bytes * 3 + 64);
    kb_buf_init(&r->text, KB_LIMIT_OUTPUT_BYTES);
    enum kb_status status = kb_lexicon_new(o.assets_dir, &r->lexicon, &err);
    if (status == KB_OK)
        status = kb_page_tools_new(r->lexicon, &r->tools, &err);
    if (status != KB_OK) {
        kabar_reader_free(r);
        return kb_api_give(error, status, &err);
    }
    *reader = r;
    return kb_api_give(error, KB_OK, &err);
}

void kabar_reader_free(kabar_reader *reader) {
    if (!reader)
        return;
    kb_page_tools_free(reader->tools);
    kb_lexicon_free(reader->lexicon);
    kb_buf_free(&reader->decoded);
    kb_buf_free(&reader->text);
    free(reader);
}

/* True where the text has markup: it begins with a tag, or two known tags stand near its
 * head.  A plain text may well speak of "a < b" or name one tag. */
static bool looks_like_html(struct kb_str text) {
    static const char *const tags[] = {
        "html",   "head",  "body",  "div",       "p",      "br",      "a",
        "span",   "h1",    "h2",    "ul",        "li",     "table",   "img",
        "meta",   "b",     "i",     "em",        "strong", "article", "section",
        "script", "style", "title", "blockquote"};
    size_t found = 0;
    text = kb_str_trim(kb_str_slice(text, 0, SNIFF_BYTES));
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] != '<')
            continue;
        size_t at = i + 1 + (text.p[i + 1] == '/'), n = 0;
        if (i == 0 && (text.p[1] == '!' || text.p[1] == '?'))
            return true;
        while (at + n < text.n &&
               (kb_is_alpha(text.p[at + n]) || kb_is_digit(text.p[at + n])))
            n++;
        char end = at + n < text.n ? text.p[at + n] : '\0';
        if (!n || (end != '>' && end != '/' && !kb_is_space(end)))
            continue;
        for (size_t k = 0; k < KB_COUNT(tags); k++)
            if (kb_str_equal_nocase(kb_str_slice(text, at, at + n), kb_str_z(tags[k]))) {
                if (i == 0 || ++found >= 2)
                    return true;
                break;
            }
    }
    return false;
}

static bool is_plain(struct kb_str content_type, struct kb_str text) {
    if (kb_str_starts_nocase(content_type, KB_STR("text/plain")))
        return true;
    return kb_str_find_nocase(content_type, KB_STR("html")) == KB_NOT_FOUND &&
           !looks_like_html(text);
}

static enum kb_status read_into(kabar_reader *r, struct kb_str bytes,
                                const kabar_page *page, struct kb_article *a,
                                struct kb_err *err) {
    const struct kb_article_hints hints = {kb_str_z(page->url), kb_str_z(page->language)};
    const struct kb_str content_type = kb_str_z(page->content_type);
    struct kb_decoded decoded;
    struct kb_page_result result = {0};
    if (bytes.n > r->max_page_bytes)
        return kb_err_set(err, KB_ELIMIT,
                          "the page has %zu bytes, the limit KB_LIMIT_PAGE_BYTES is %zu: "
                          "raise max_page_bytes",
                          bytes.n, r->max_page_bytes);
    if (kb_lang_looks_binary(bytes))
        return kb_err_set(err, KB_EINPUT,
                          "this is not a text: a picture, an archive or "
                          "other binary data");
    enum kb_status status =
        kb_lang_decode(bytes, content_type, &r->decoded, &decoded, err);
    if (status != KB_OK)
        return status;
    kb_page_tools_time(r->tools, r->now, page->fetched > 0 ? page->fetched : 0);
    if (is_plain(content_type, decoded.text))
        status = kb_page_read_plain(decoded.text, r->lexicon, &a->arena, &result, err);
    else
        status = kb_page_read_html(r->tools, decoded.text, hints.url, r->max_depth,
                                   &a->arena, &result, err);
    if (status != KB_OK)
        return status;
    if (decoded.declared_wrong)
        kb_page_warn(&result, "the page declares an encoding that it is not in");
    if (decoded.replaced)
        kb_page_warn(&result, "bytes that are no valid text became U+FFFD");
    return kb_article_fill(a, &result, &hints, r->lexicon, &r->text, err);
}

static void give_back(struct kb_buf *buf) {
    if (buf->cap > KEEP_BUFFER)
        kb_buf_free(buf);
}

kabar_status kabar_read(kabar_reader *reader, const void *bytes, size_t size,
                        const kabar_page *page, kabar_article **article,
                        kabar_error *error) {
    struct kb_err err = {0};
    kabar_page p;
    if (article)
        *article = NULL;
    if (!article || !reader || (!bytes && size))
        return kb_api_give(
            error, kb_err_set(&err, KB_EUSAGE, "reader, bytes or article is NULL"), &err);
    if (page && page->size < sizeof page->size)
        return kb_api_give(error,
                           kb_err_set(&err, KB_EUSAGE,
                                      "kabar_page.size is not set: set it to "
                                      "sizeof(kabar_page)"),
                           &err);
    kb_api_copy_sized(&p, sizeof p, page, page ? page->size : 0);
    kabar_article *made = calloc(1, sizeof *made);
    if (!made)
        return kb_api_give(error, KB_ENOMEM, &err);
    kb_arena_init(&made->a.arena, reader->max_memory);
    enum kb_status status =
        read_into(reader, (struct kb_str){bytes, size}, &p, &made->a, &err);
    give_back(&reader->decoded);
    give_back(&reader->text);
    if (status == KB_ENOMEM && made->a.arena.limited)
        status = kb_err_set(&err, KB_ELIMIT,
                            "the article needs more memory than KB_LIMIT_DOCUMENT_MEMORY "
                            "allows (%zu bytes): raise max_memory",
                            made->a.arena.max);
    if (status != KB_OK) {
        kabar_article_free(made);
        return kb_api_give(error, status, &err);
    }
    *article = made;
    return kb_api_give(error, KB_OK, &err);
}

const struct kb_article *kb_article_of(const kabar_article *article) {
    return &article->a;
}

struct kb_article *kb_article_inside(kabar_article *article) {
    return &article->a;
}

enum kb_status kb_article_open(struct kb_loader *loader, struct kb_str json,
                               kabar_article **article, struct kb_err *err) {
    kabar_article *made = calloc(1, sizeof *made);
    *article = NULL;
    if (!made)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the article");
    kb_arena_init(&made->a.arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_article_load(loader, json, &made->a, err);
    if (status == KB_OK)
        *article = made;
    else
        kabar_article_free(made);
    return status;
}

void kabar_article_free(kabar_article *article) {
    if (!article)
        return;
    kb_arena_free(&article->a.arena);
    free(article);
}

/* ---- fields ------------------------------------------------------------------------ */

kabar_text kabar_get(const kabar_article *article, kabar_field field) {
    const struct kb_article *a = &article->a;
    switch (field) {
    case KABAR_ID: return kb_api_text(a->id);
    case KABAR_URL: return kb_api_text(a->url);
    case KABAR_CANONICAL_URL: return kb_api_text(a->canonical_url);
    case KABAR_TITLE: return kb_api_text(a->title);
    case KABAR_SUMMARY: return kb_api_text(a->summary);
    case KABAR_TEXT: return kb_api_text(a->content_text);
    case KABAR_HTML: return kb_api_text(a->content_html);
    case KABAR_LANGUAGE: return kb_api_text(a->language);
    case KABAR_DIRECTION: return kb_api_text(kb_str_z(a->direction));
    case KABAR_DATE_PUBLISHED: return kb_api_text(a->date_published);
    case KABAR_DATE_MODIFIED: return kb_api_text(a->date_modified);
    case KABAR_BYLINE: return kb_api_text(a->byline);
    case KABAR_DESK: return kb_api_text(a->desk);
    case KABAR_PUBLISHER: return kb_api_text(a->publisher);
    case KABAR_PUBLISHER_DOMAIN: return kb_api_text(a->publisher_domain);
    case KABAR_SECTION: return kb_api_text(a->section);
    case KABAR_IMAGE: return kb_api_text(a->image);
    case KABAR_DATELINE: return kb_api_text(a->dateline.raw);
    case KABAR_DATELINE_PLACE: return kb_api_text(a->dateline.place);
    case KABAR_DATELINE_DATE: return kb_api_text(a->dateline.date);
    case KABAR_DATELINE_AGENCY: return kb_api_text(a->dateline.agency);
    case KABAR_ORIGINAL_URL: return kb_api_text(a->provenance.original_url);
    case KABAR_FIELD_COUNT: break;
    }
    return kb_api_text(KB_STR_NONE);
}

size_t kabar_count(const kabar_article *article, kabar_list list) {
    const struct kb_article *a = &article->a;
    switch (list) {
    case KABAR_AUTHORS: return a->author_count;
    case KABAR_IMAGES: return a->image_count;
    case KABAR_TAGS: return a->tag_count;
    case KABAR_REMOVED: return a->removed_count;
    case KABAR_WARNINGS: return a->warning_count;
    case KABAR_SOURCES: return a->provenance.source_count;
    case KABAR_ROLES: return a->provenance.role_count;
    case KABAR_CHAIN: return a->provenance.chain_count;
    case KABAR_LIST_COUNT: break;
    }
    return 0;
}

static struct kb_str source_value(const struct kb_source *s, kabar_key key) {
    switch (key) {
    case KABAR_NAME: return s->name;
    case KABAR_KIND: return kb_str_z(kb_source_kind_name(s->kind));
    case KABAR_RELATION: return kb_str_z(kb_rel_name(s->rel));
    case KABAR_ADDRESS: return s->url;
    case KABAR_EVIDENCE: return s->evidence;
    default: return KB_STR_NONE;
    }
}

static struct kb_str chain_value(const struct kb_chain_link *c, kabar_key key) {
    switch (key) {
    case KABAR_NAME: return c->publisher;
    case KABAR_ADDRESS: return c->url;
    case KABAR_VALUE: return c->date;
    case KABAR_KIND: return c->language;
    case KABAR_RELATION: return kb_str_z(kb_rel_name(c->rel));
    default: return KB_STR_NONE;
    }
}

kabar_text kabar_item(const kabar_article *article, kabar_list list, size_t i,
                      kabar_key key) {
    const struct kb_article *a = &article->a;
    struct kb_str value = KB_STR_NONE;
    if (i >= kabar_count(article, list))
        return kb_api_text(value);
    if (list == KABAR_AUTHORS) {
        const struct kb_author *author = &a->authors[i];
        value = key == KABAR_NAME           ? author->name
                : key == KABAR_ROLE         ? author->role
                : key == KABAR_ORGANIZATION ? author->organization
                                            : value;
    } else if (list == KABAR_TAGS && key == KABAR_NAME) {
        value = a->tags[i];
    } else if (list == KABAR_IMAGES) {
        const struct kb_page_image *image = &a->images[i];
        value = key == KABAR_ADDRESS   ? image->url
                : key == KABAR_CAPTION ? image->caption
                : key == KABAR_CREDIT  ? image->credit
                                       : value;
    } else if (list == KABAR_REMOVED) {
        value = key == KABAR_KIND    ? kb_str_z(kb_removed_name(a->removed[i].kind))
                : key == KABAR_VALUE ? a->removed[i].text
                                     : value;
    } else if (list == KABAR_SOURCES) {
        value = source_value(&a->provenance.sources[i], key);
    } else if (list == KABAR_CHAIN) {
        value = chain_value(&a->provenance.chain[i], key);
    } else if (list == KABAR_ROLES && key == KABAR_NAME) {
        value = kb_str_z(kb_role_name(a->provenance.roles[i]));
    } else if (list == KABAR_WARNINGS && key == KABAR_VALUE) {
        value = kb_str_z(a->warnings[i]);
    }
    return kb_api_text(value);
}

double kabar_confidence(const kabar_article *article) {
    return (double)article->a.confidence;
}

/* ---- printing ---------------------------------------------------------------------- */

struct kb_buf kb_api_append(const kabar_buffer *buffer) {
    return (struct kb_buf){buffer->data, buffer->size, buffer->capacity,
                           KB_LIMIT_OUTPUT_BYTES, KB_OK};
}

kabar_status kb_api_appended(kabar_buffer *buffer, struct kb_buf *out, const char *what,
                             kabar_error *error) {
    struct kb_err err = {0};
    kb_buf_char(out, '\0'); /* behind the text, not part of it */
    buffer->data = out->p;
    buffer->capacity = out->cap;
    if (out->status == KB_OK) {
        buffer->size = out->n - 1;
        return kb_api_give(error, KB_OK, &err);
    }
    if (out->p && buffer->size < out->cap)
        out->p[buffer->size] = '\0'; /* what was there before keeps its end */
    if (out->status == KB_ELIMIT)
        kb_err_set(&err, KB_ELIMIT,
                   "the printed %s is longer than KB_LIMIT_OUTPUT_BYTES (%zu bytes)",
                   what, out->max);
    else
        kb_err_set(&err, out->status, "not enough memory to print");
    return kb_api_give(error, out->status, &err);
}

int kabar_format_by_name(const char *name) {
    static const char *const names[] = {"text", "markdown", "html", "json",
                                        "view", "jsonld",   "ninjs"};
    for (size_t i = 0; name && i < KB_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (int)i;
    return -1;
}

kabar_status kabar_print(const kabar_article *article, kabar_format format,
                         const kabar_print_options *options, kabar_buffer *buffer,
                         kabar_error *error) {
    struct kb_err err = {0};
    kabar_print_options o;
    if (!article || !buffer || (options && options->size < sizeof options->size))
        return kb_api_give(error,
                           kb_err_set(&err, KB_EUSAGE,
                                      "article or buffer is NULL, or "
                                      "kabar_print_options.size is not set"),
                           &err);
    kb_api_copy_sized(&o, sizeof o, options, options ? options->size : 0);
    const int width = o.width > 0 ? o.width : 80;
    struct kb_buf out = kb_api_append(buffer);
    switch (format) {
    case KABAR_FORMAT_TEXT: kb_article_print_text(&article->a, &out); break;
    case KABAR_FORMAT_MARKDOWN: kb_article_print_markdown(&article->a, &out); break;
    case KABAR_FORMAT_HTML: kb_article_print_html(&article->a, &out); break;
    case KABAR_FORMAT_JSON: kb_article_print_json(&article->a, o.indent, &out); break;
    case KABAR_FORMAT_JSONLD: kb_article_print_jsonld(&article->a, o.indent, &out); break;
    case KABAR_FORMAT_NINJS: kb_article_print_ninjs(&article->a, o.indent, &out); break;
    case KABAR_FORMAT_VIEW:
        kb_article_print_view(&article->a, width, o.color, &out);
        break;
    default:
        return kb_api_give(
            error, kb_err_set(&err, KB_EUSAGE, "unknown format %d", (int)format), &err);
    }
    return kb_api_appended(buffer, &out, "article", error);
}

void kabar_buffer_free(kabar_buffer *buffer) {
    if (!buffer)
        return;
    free(buffer->data);
    *buffer = (kabar_buffer){0};
}
