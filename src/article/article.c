/* A page's result → the record.
 *
 * In: body, metadata and removed pieces of one page.  Out: struct kb_article, all of it
 * in the article's own arena: texts are printed once here, so that asking for a field
 * later costs nothing and changes nothing. */
#include "article/article.h"
#include "article/sources.h"

#include <stdio.h>

struct kb_str kb_article_address(const struct kb_article *a) {
    return a->canonical_url.n && (!a->url.n || kb_same_site(a->url, a->canonical_url))
               ? a->canonical_url
               : a->url;
}

/* Sixteen hexadecimal digits of the address, or of the text where there is none. */
struct kb_str kb_article_make_id(struct kb_article *a) {
    struct kb_str from = kb_article_address(a);
    char hex[17];
    if (!from.n)
        from = a->content_text.n ? a->content_text : a->title;
    int n = snprintf(hex, sizeof hex, "%016llx",
                     (unsigned long long)kb_hash(from.p, from.n, 0));
    return kb_arena_dup(&a->arena, (struct kb_str){hex, n > 0 ? (size_t)n : 0});
}

void kb_article_tell_language(struct kb_article *a, struct kb_str declared) {
    struct kb_text_language language = {0};
    struct kb_str sample = a->content_text.n >= 40 ? a->content_text
                           : a->summary.n          ? a->summary
                                                   : a->title;
    if (!a->language.n) {
        kb_lang_reconcile(declared, sample, &language);
        a->language = kb_arena_dup(&a->arena, kb_str_z(language.tag));
    }
    a->direction = kb_lang_direction(a->language);
}

void kb_article_warn(struct kb_article *a, const char *warning) {
    for (size_t i = 0; i < a->warning_count; i++)
        if (strcmp(a->warnings[i], warning) == 0)
            return;
    if (a->warning_count < KB_LIMIT_WARNINGS)
        a->warnings[a->warning_count++] = warning;
}

/* The house's tag without its brackets. */
static struct kb_str desk_of(const struct kb_article *a) {
    static const char *const brackets[] = {
        "(",           ")", "[", "]", "\xEF\xBC\x88", "\xEF\xBC\x89", "\xE3\x80\x90",
        "\xE3\x80\x91"};
    for (size_t i = 0; i < a->removed_count; i++) {
        if (a->removed[i].kind != KB_REMOVED_DESK_TAG)
            continue;
        struct kb_str s = kb_str_trim(a->removed[i].text);
        for (size_t k = 0; k < KB_COUNT(brackets); k++) {
            struct kb_str mark = kb_str_z(brackets[k]);
            if (kb_str_starts(s, mark))
                s = kb_str_slice(s, mark.n, s.n);
            if (kb_str_ends(s, mark))
                s = kb_str_slice(s, 0, s.n - mark.n);
        }
        return kb_str_trim(s);
    }
    return KB_STR_NONE;
}

/* Copies that end with a NUL, as kabar.h promises: what page gives may be slices. */
static void own(struct kb_article *a, struct kb_str *s, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (s[i].n)
            s[i] = kb_arena_dup(&a->arena, s[i]);
}

static void take(struct kb_article *a, const struct kb_page_result *result) {
    const struct kb_page_meta *meta = &result->meta;
    a->canonical_url = meta->canonical_url;
    a->title = meta->title;
    a->summary = meta->description;
    a->date_published = meta->date_published;
    a->date_modified = meta->date_modified;
    a->section = meta->section;
    a->image = meta->image;
    a->publisher = meta->site_name;
    a->byline = result->byline;
    a->authors = meta->authors, a->author_count = meta->author_count;
    a->tags = meta->tags, a->tag_count = meta->tag_count;
    a->images = result->images, a->image_count = result->image_count;
    a->removed = result->removed, a->removed_count = result->removed_count;
    a->rights = meta->rights;
    a->comment_count = meta->comment_count;
    a->confidence = result->confidence;
    a->body = result->body;
    a->warning_count = result->warning_count;
    memcpy(a->warnings, result->warnings, sizeof a->warnings);

    struct kb_str *const fields[] = {&a->canonical_url,  &a->title,         &a->summary,
                                     &a->date_published, &a->date_modified, &a->section,
                                     &a->image,          &a->publisher,     &a->byline};
    for (size_t i = 0; i < KB_COUNT(fields); i++)
        own(a, fields[i], 1);
    for (size_t i = 0; i < a->author_count; i++) {
        own(a, &a->authors[i].name, 1);
        own(a, &a->authors[i].role, 1);
        own(a, &a->authors[i].organization, 1);
    }
    own(a, &a->rights.holder, 1);
    own(a, &a->rights.notice, 1);
    own(a, a->tags, a->tag_count);
    for (size_t i = 0; i < a->image_count; i++) {
        own(a, &a->images[i].url, 1);
        own(a, &a->images[i].caption, 1);
        own(a, &a->images[i].credit, 1);
    }
    for (size_t i = 0; i < a->removed_count; i++)
        own(a, &a->removed[i].text, 1);
}

enum kb_status kb_article_fill(struct kb_article *a, const struct kb_page_result *result,
                               const struct kb_article_hints *hints,
                               const struct kb_lexicon *lexicon, struct kb_buf *text,
                               struct kb_err *err) {
    take(a, result);
    a->url = kb_arena_dup(&a->arena, hints->url);
    a->publisher_domain = kb_arena_dup(&a->arena, kb_url_host(kb_article_address(a)));

    kb_buf_clear(text);
    kb_html_write_text(a->body, text);
    a->content_text = kb_arena_dup(&a->arena, kb_buf_view(text));
    enum kb_status status = text->status;
    kb_buf_clear(text);
    kb_html_write_html(a->body, text);
    a->content_html = kb_arena_dup(&a->arena, kb_buf_view(text));
    if (status == KB_OK)
        status = text->status;
    if (status != KB_OK)
        return status == KB_ELIMIT
                   ? kb_err_set(err, status,
                                "the article's text is longer than "
                                "KB_LIMIT_OUTPUT_BYTES (%zu bytes)",
                                text->max)
                   : kb_err_set(err, status, "not enough memory for the article's text");

    a->language = kb_arena_dup(&a->arena, hints->language);
    kb_article_tell_language(a, result->meta.language);
    a->desk = kb_arena_dup(&a->arena, desk_of(a));
    kb_article_find_sources(a, result, lexicon);
    a->id = kb_article_make_id(a);
    if (a->arena.full)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the article");
    return KB_OK;
}
