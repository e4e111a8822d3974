/* One item that an app is told of: an article, or a story. */
#include "serve/apps.h"
#include "serve/out.h"
#include "store/store.h"

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory for an article");
}

/* A title is one line for every app, and never empty. */
static struct kb_str title_of(struct kb_str title, struct kb_str url) {
    return title.n ? title : url.n ? url : KB_STR("Untitled");
}

static enum kb_status article(struct kb_http *req, struct kb_arena *arena, int64_t n,
                              int what, struct kb_app_item *item, bool *found,
                              struct kb_err *err) {
    struct kb_row row;
    int64_t feed;
    enum kb_status status =
        kb_store_comes(req->store, req->who.user, n, found, &feed, err);
    if (status == KB_OK && *found)
        status = kb_store_article_at(req->store, req->who.user, n, arena, &row, err);
    if (status != KB_OK || !*found)
        return status;
    item->feed = feed ? feed : KB_APP_FEED_PAGES;
    item->published = row.time;
    item->seen = row.seen;
    item->changed = row.changed ? row.changed : row.seen;
    status = kb_store_marked_at(req->store, req->who.user, n, &item->marked, err);
    if (status != KB_OK)
        return status;
    item->read = row.is_read;
    item->starred = row.starred;
    item->title = title_of(row.title, row.url);
    item->author = row.author;
    item->url = row.url;
    item->guid = row.id;
    status = kb_store_article_tags(req->store, req->who.user, n, arena, &item->tags,
                                   &item->tag_count, err);
    return status == KB_OK && what == KB_APP_WHOLE
               ? kb_app_article_html(req, arena, &row, item, err)
               : status;
}

/* Read where none of its articles is unread; starred where the first of the person's
 * is. */
static enum kb_status story_marks(struct kb_http *req, struct kb_arena *arena, int64_t n,
                                  const int64_t *theirs, struct kb_app_item *item,
                                  struct kb_row *lead, struct kb_err *err) {
    int64_t unread = 0;
    enum kb_status status =
        kb_store_article_at(req->store, req->who.user, theirs[0], arena, lead, err);
    if (status == KB_OK)
        status = kb_store_story_unread(req->store, req->who.user, n, &unread, err);
    item->read = !unread;
    item->starred = status == KB_OK && lead->starred;
    return status;
}

static enum kb_status story(struct kb_http *req, struct kb_arena *arena, int64_t n,
                            int what, struct kb_app_item *item, bool *found,
                            struct kb_err *err) {
    struct kb_article_wish wish = {.user = req->who.user,
                                   .own = true,
                                   .story = n,
                                   .order = KB_LIST_OLDEST,
                                   .limit = 1};
    struct kb_story_row row;
    struct kb_row lead;
    int64_t *theirs;
    size_t count;
    *found = false;
    enum kb_status status =
        kb_store_articles(req->store, &wish, arena, &theirs, &count, err);
    if (status != KB_OK || !count)
        return status;
    status = kb_store_story_at(req->store, n, arena, &row, err);
    if (status == KB_OK)
        status = story_marks(req, arena, n, theirs, item, &lead, err);
    if (status != KB_OK)
        return status;
    *found = true;
    item->feed = KB_APP_FEED_STORIES;
    item->published = item->seen = item->changed = row.last;
    item->title = title_of(row.title, lead.url);
    item->author = lead.outlet_name.n ? lead.outlet_name : lead.outlet_domain;
    item->url = kb_out_link(req, arena, "/story/", row.id);
    item->guid = row.id;
    return what == KB_APP_WHOLE ? kb_app_story_html(req, arena, &row, &lead, item, err)
                                : KB_OK;
}

enum kb_status kb_app_item(struct kb_http *req, struct kb_arena *arena,
                           struct kb_app_id id, int what, struct kb_app_item *item,
                           bool *found, struct kb_err *err) {
    *item = (struct kb_app_item){.id = id};
    enum kb_status status = id.story ? story(req, arena, id.n, what, item, found, err)
                                     : article(req, arena, id.n, what, item, found, err);
    return status == KB_OK && arena->full ? no_memory(err) : status;
}

enum kb_status kb_app_each(struct kb_http *req, const struct kb_app_list *list,
                           const struct kb_buf *out,
                           void (*print)(void *context, const struct kb_app_item *item,
                                         const struct kb_app_feed *feed),
                           void *context, size_t *told, struct kb_err *err) {
    struct kb_app_feeds feeds;
    struct kb_arena arena;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    kb_arena_init(&arena, KB_LIMIT_ANSWER_MEMORY);
    for (*told = 0; status == KB_OK && *told < list->count && out->n < KB_LIMIT_APP_BYTES;
         (*told)++) {
        struct kb_app_item item;
        bool found;
        kb_arena_reset(&arena);
        status =
            kb_app_item(req, &arena, list->ids[*told], KB_APP_WHOLE, &item, &found, err);
        /* One that is followed no more has a star or a tag: its feed is a number. */
        const struct kb_app_feed *feed = kb_app_feed_at(&feeds, item.feed),
                                 gone = {.n = item.feed};
        if (status == KB_OK && found)
            print(context, &item, feed ? feed : &gone);
    }
    kb_arena_free(&arena);
    return status;
}
