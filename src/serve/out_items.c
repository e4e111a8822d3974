/* Articles and stories → entries of a feed.
 *
 * An article's address is its own page's; where its text is from stands as links with
 * rel="via" (RFC 4287, section 4.2.7.2), the feed that it came by as its source. */
#include "serve/out.h"
#include "serve/programs.h"

/* Articles that a story's entry names: past them the story's page tells the rest. */
enum { STORY_ARTICLES = 30 };

struct kb_str kb_out_time(struct kb_arena *arena, int64_t moment) {
    char text[KB_TIME_BYTES];
    if (!moment)
        return KB_STR_NONE;
    kb_time_print(moment, text);
    return kb_arena_dup(arena, kb_str_z(text));
}

struct kb_str kb_out_link(const struct kb_http *req, struct kb_arena *arena,
                          const char *path, struct kb_str id) {
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_URL_BYTES);
    kb_buf_str(&text, req->origin);
    kb_buf_str(&text, req->base);
    kb_buf_z(&text, path);
    kb_percent_encode(&text, id);
    struct kb_str out = kb_arena_dup(arena, kb_buf_view(&text));
    kb_buf_free(&text);
    return out;
}

static bool add_link(struct kb_http *req, struct kb_feed_item *item, const char *rel,
                     struct kb_str href, struct kb_str title) {
    if (!href.n)
        return true;
    for (size_t i = 0; i < item->c.links.count; i++)
        if (kb_str_equal(item->c.links.items[i].href, href))
            return true;
    if (!kb_arena_grow(req->arena, (void **)&item->c.links.items, item->c.links.count,
                       &item->c.links.cap, sizeof *item->c.links.items, SIZE_MAX))
        return false;
    item->c.links.items[item->c.links.count++] =
        (struct kb_feed_link){.href = kb_arena_dup(req->arena, href),
                              .rel = kb_str_z(rel),
                              .title = kb_arena_dup(req->arena, title)};
    return true;
}

static bool add_people(struct kb_http *req, struct kb_feed_item *item,
                       const struct kb_article *a) {
    size_t count = a->author_count ? a->author_count : a->byline.n > 0;
    item->c.authors.items =
        kb_arena_zalloc(req->arena, count ? count : 1, sizeof *item->c.authors.items);
    if (!item->c.authors.items)
        return false;
    for (size_t i = 0; i < count; i++)
        item->c.authors.items[i].name =
            kb_arena_dup(req->arena, a->author_count ? a->authors[i].name : a->byline);
    item->c.authors.count = count;
    return true;
}

/* Its files, as the list's own: the article goes before the list is printed. */
static bool add_files(struct kb_http *req, struct kb_feed_item *item,
                      const struct kb_article *a) {
    const size_t count = a->attachment_count;
    item->attachments.items =
        kb_arena_zalloc(req->arena, count ? count : 1, sizeof *item->attachments.items);
    if (!item->attachments.items)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct kb_feed_attachment *file = &a->attachments[i];
        item->attachments.items[i] = (struct kb_feed_attachment){
            .url = kb_arena_dup(req->arena, file->url),
            .mime_type = kb_arena_dup(req->arena, file->mime_type),
            .title = kb_arena_dup(req->arena, file->title),
            .size = file->size,
            .seconds = file->seconds};
    }
    item->attachments.count = count;
    return true;
}

/* The person's own tags, else the page's. */
static enum kb_status add_tags(struct kb_http *req, struct kb_feed_item *item,
                               const struct kb_row *row, const struct kb_article *a,
                               struct kb_err *err) {
    struct kb_str *tags;
    size_t count;
    enum kb_status status = kb_store_article_tags(req->store, req->who.user, row->n,
                                                  req->arena, &tags, &count, err);
    if (status != KB_OK)
        return status;
    const struct kb_str *from = count ? tags : a->tags;
    count = count ? count : a->tag_count;
    item->c.categories.items =
        kb_arena_zalloc(req->arena, count ? count : 1, sizeof *item->c.categories.items);
    if (!item->c.categories.items)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    for (size_t i = 0; i < count; i++)
        item->c.categories.items[i].term = kb_arena_dup(req->arena, from[i]);
    item->c.categories.count = count;
    return KB_OK;
}

/* The feed that brought it; else the outlet, by its domain. */
static bool add_source(struct kb_http *req, struct kb_feed_item *item,
                       const struct kb_row *row) {
    struct kb_feed_row feed;
    struct kb_err unknown;
    item->source = kb_arena_zalloc(req->arena, 1, sizeof *item->source);
    if (!item->source)
        return false;
    item->source->c.title = row->outlet_name.n ? row->outlet_name : row->outlet_domain;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_URL_BYTES);
    if (row->outlet_domain.n) {
        kb_buf_printf(&text, "https://%.*s/", (int)row->outlet_domain.n,
                      row->outlet_domain.p);
        item->source->home_page_url = kb_arena_dup(req->arena, kb_buf_view(&text));
    }
    if (row->feed &&
        kb_store_feed_at(req->store, req->who.user, row->feed, req->arena, &feed,
                         &unknown) == KB_OK &&
        feed.n) {
        item->source->feed_url = feed.url;
        item->source->home_page_url = feed.home_url;
        item->source->c.title = kb_feed_row_name(&feed);
    }
    kb_buf_free(&text);
    if (!item->source->c.title.n && !item->source->feed_url.n)
        item->source = NULL;
    return true;
}

/* What JSON Feed has no word for: the story, and what the page says of its sources. */
static enum kb_status add_members(struct kb_http *req, struct kb_feed_item *item,
                                  const struct kb_row *row, const struct kb_article *a) {
    struct kb_json json;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    kb_json_field(&json, "id", row->id);
    kb_json_field(&json, "story", row->story_id);
    kb_tell_sources(&json, a);
    kb_json_field_bool(&json, "read", row->is_read);
    kb_json_field_bool(&json, "starred", row->starred);
    item->members = kb_arena_dup(
        req->arena, kb_str_slice(kb_buf_view(&text), 1, text.n)); /* without its { */
    enum kb_status status = text.status;
    kb_buf_free(&text);
    return status;
}

/* A date as feeds want it: whole, with its zone; else the row's, in UTC. */
static struct kb_str whole_date(struct kb_arena *arena, struct kb_str date,
                                int64_t seconds) {
    char room[KB_DATE_ROOM];
    struct kb_str moment = kb_article_moment(date, room);
    return moment.n ? kb_arena_dup(arena, moment) : kb_out_time(arena, seconds);
}

static enum kb_status fill(struct kb_http *req, const struct kb_row *row,
                           const struct kb_article *a, struct kb_feed_item *item,
                           struct kb_err *err) {
    const struct kb_provenance *p = &a->provenance;
    struct kb_arena *arena = req->arena;
    *item = (struct kb_feed_item){.comment_count = -1};
    item->c.itunes.block = item->c.itunes.is_explicit = -1;
    item->c.id = kb_out_link(req, req->arena, "/article/", row->id);
    item->url = row->url.n ? row->url : item->c.id;
    item->c.title = row->title;
    item->c.language = row->language;
    item->content_html = kb_arena_dup(arena, a->content_html);
    if (!item->content_html.n)
        item->content_text = kb_arena_dup(arena, a->content_text);
    item->summary = kb_arena_dup(arena, a->summary);
    item->image = kb_arena_dup(arena, a->image);
    item->c.date_published =
        whole_date(arena, a->date_published, row->published ? row->published : row->time);
    item->c.date_modified = whole_date(arena, a->date_modified, row->changed);
    bool good = add_people(req, item, a) && add_files(req, item, a) &&
                add_source(req, item, row) &&
                add_link(req, item, "via", p->original_url, KB_STR_NONE);
    for (size_t i = 0; good && i < p->source_count; i++)
        good = add_link(req, item, "via", p->sources[i].url, p->sources[i].name);
    if (good && row->story_id.n)
        good = add_link(req, item, "related",
                        kb_out_link(req, req->arena, "/story/", row->story_id),
                        KB_STR("Story"));
    if (!good)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    enum kb_status status = add_tags(req, item, row, a, err);
    return status == KB_OK ? add_members(req, item, row, a) : status;
}

enum kb_status kb_out_article(struct kb_http *req, struct kb_kept *kept,
                              const struct kb_row *row, struct kb_feed_item *item,
                              struct kb_err *err) {
    struct kb_article article;
    enum kb_status status = kb_kept_article(kept, row, &article, err);
    if (status != KB_OK)
        return status;
    status = fill(req, row, &article, item, err);
    kb_arena_free(&article.arena);
    return status;
}

/* ---- stories ----------------------------------------------------------------------- */

static void put_line(struct kb_buf *html, const struct kb_row *row) {
    char when[KB_TIME_BYTES];
    kb_time_print(row->time, when);
    kb_buf_z(html, "<li>");
    kb_buf_html(html, row->outlet_name.n ? row->outlet_name : row->outlet_domain);
    kb_buf_printf(html, ", %.10s %.5s: ", when, when + 11);
    kb_buf_z(html, "<a href=\"");
    kb_buf_html(html, row->url);
    kb_buf_z(html, "\"");
    if (row->language.n) {
        kb_buf_z(html, " lang=\"");
        kb_buf_html(html, row->language);
        kb_buf_z(html, "\"");
    }
    kb_buf_z(html, ">");
    kb_buf_html(html, row->title);
    kb_buf_z(html, "</a></li>\n");
}

static enum kb_status story_articles(struct kb_http *req, const struct kb_story_row *row,
                                     struct kb_feed_item *item, struct kb_buf *html,
                                     struct kb_err *err) {
    int64_t *articles;
    size_t count;
    enum kb_status status = kb_store_story_articles(req->store, row->n, STORY_ARTICLES,
                                                    req->arena, &articles, &count, err);
    kb_buf_printf(html, "<p>%lld articles, %lld reports, %lld outlets</p>\n<ul>\n",
                  (long long)row->articles, (long long)row->reports,
                  (long long)row->outlets);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_row article;
        status = kb_store_article_at(req->store, req->who.user, articles[i], req->arena,
                                     &article, err);
        if (status != KB_OK)
            break;
        put_line(html, &article);
        if (!add_link(req, item, "via", article.url, article.title))
            status = kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    }
    kb_buf_z(html, "</ul>\n");
    return status;
}

enum kb_status kb_out_story(struct kb_http *req, const struct kb_story_row *row,
                            struct kb_feed_item *item, struct kb_err *err) {
    struct kb_buf html, members;
    struct kb_json json;
    kb_buf_init(&html, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&members, KB_LIMIT_OUTPUT_BYTES);
    *item = (struct kb_feed_item){.comment_count = -1};
    item->c.itunes.block = item->c.itunes.is_explicit = -1;
    item->c.id = item->url = kb_out_link(req, req->arena, "/story/", row->id);
    item->c.title = row->title;
    item->c.date_published = kb_out_time(req->arena, row->first);
    item->c.date_modified = kb_out_time(req->arena, row->last);
    enum kb_status status = story_articles(req, row, item, &html, err);
    item->content_html = kb_arena_dup(req->arena, kb_buf_view(&html));
    kb_json_init(&json, &members, 0);
    kb_json_object(&json);
    kb_json_field_object(&json, "story");
    kb_tell_story(&json, row);
    kb_json_object_end(&json);
    item->members =
        kb_arena_dup(req->arena, kb_str_slice(kb_buf_view(&members), 1, members.n));
    if (status == KB_OK)
        status = html.status != KB_OK ? html.status : members.status;
    kb_buf_free(&html);
    kb_buf_free(&members);
    return status;
}
