/* Articles → JSON Feed 1.1; feeds → OPML 2.0. */
#include <string.h>

#include "export.h"
#include "feed/feed.h"

/* ---- JSON Feed --------------------------------------------------------------------- */

enum kb_status kb_cli_export_feed_begin(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    struct kb_json *json = &export->json;
    kb_json_init(json, &w->out, 0);
    kb_json_object(json);
    kb_json_field(json, "version", KB_STR("https://jsonfeed.org/version/1.1"));
    kb_json_field_str(json, "title",
                      export->wish.tag.n ? export->wish.tag
                      : export->query.n  ? export->query
                                         : KB_STR("kabar"));
    kb_json_field_array(json, "items");
    return KB_OK;
}

static void put_authors(struct kb_json *json, const struct kb_article *a) {
    if (!a->author_count)
        return;
    kb_json_field_array(json, "authors");
    for (size_t i = 0; i < a->author_count; i++) {
        kb_json_object(json);
        kb_json_field(json, "name", a->authors[i].name);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

/* A date as JSON Feed wants it: whole, with its zone.  What is less precise is taken from
 * the row, in UTC. */
static void put_date(struct kb_json *json, const char *key, struct kb_str date,
                     int64_t seconds) {
    char room[KB_DATE_ROOM];
    struct kb_str moment = kb_article_moment(date, room);
    if (moment.n)
        kb_json_field(json, key, moment);
    else
        kb_tell_time(json, key, seconds);
}

enum kb_status kb_cli_export_feed(struct kb_cli_wire *w, const struct kb_row *row,
                                  const struct kb_article *a) {
    struct kb_json *json = &((struct kb_cli_export *)w->call)->json;
    struct kb_str *tags;
    size_t count;
    enum kb_status status = kb_store_article_tags(w->store, w->user, row->n, &w->arena,
                                                  &tags, &count, &w->err);
    kb_json_object(json);
    kb_json_field(json, "id", a->id);
    kb_json_field(json, "url", a->url);
    kb_json_field(json, "title", a->title);
    kb_json_field(json, "content_html", a->content_html);
    kb_json_field_str(json, "content_text", a->content_text);
    kb_json_field(json, "summary", a->summary);
    kb_json_field(json, "image", a->image);
    put_date(json, "date_published", a->date_published, row->published);
    put_date(json, "date_modified", a->date_modified, row->changed);
    put_authors(json, a);
    kb_json_strings(json, "tags", count ? tags : a->tags, count ? count : a->tag_count);
    kb_json_field(json, "language", a->language);
    kb_json_field_object(json, "_kabar");
    kb_json_field(json, "story", row->story_id);
    kb_json_field_object(json, "publisher");
    kb_json_field(json, "name", a->publisher);
    kb_json_field(json, "domain", a->publisher_domain);
    kb_json_object_end(json);
    kb_json_field_bool(json, "starred", row->starred);
    kb_json_object_end(json);
    kb_json_object_end(json);
    return status;
}

enum kb_status kb_cli_export_feed_end(struct kb_cli_wire *w) {
    struct kb_json *json = &((struct kb_cli_export *)w->call)->json;
    kb_json_array_end(json);
    kb_json_object_end(json);
    kb_buf_char(&w->out, '\n');
    return KB_OK;
}

/* ---- OPML -------------------------------------------------------------------------- */

enum kb_status kb_cli_export_opml(struct kb_cli_wire *w) {
    return kb_follow_print(w->store, w->user, &w->arena, &w->out, &w->err);
}
