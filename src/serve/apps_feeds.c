/* The feeds and folders that apps are told of: what the person follows, and two feeds
 * that are none, for single pages and for the stories.
 *
 * A folder is its name; the number that three of the dialects want is made of the name,
 * so that it stays the same while the folder has it. */
#include "serve/apps.h"
#include "serve/out.h"
#include "store/store.h"

/* Numbers of folders lie where no feed's does, and below 2^31. */
enum { FOLDERS = 1 << 30 };

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory for the feeds");
}

const struct kb_app_feed *kb_app_feed_at(const struct kb_app_feeds *feeds, int64_t n) {
    for (size_t i = 0; i < feeds->count; i++)
        if (feeds->feeds[i].n == n)
            return &feeds->feeds[i];
    return NULL;
}

const struct kb_app_folder *kb_app_folder_at(const struct kb_app_feeds *feeds,
                                             int64_t n) {
    for (size_t i = 0; i < feeds->folder_count; i++)
        if (feeds->folders[i].n == n)
            return &feeds->folders[i];
    return NULL;
}

/* The next free number behind the name's hash: two names may have one. */
static int64_t folder_number(const struct kb_app_feeds *feeds, struct kb_str name) {
    int64_t n = FOLDERS + (int64_t)(kb_hash(name.p, name.n, 0) % (FOLDERS - 1000));
    while (kb_app_folder_at(feeds, n))
        n++;
    return n;
}

const struct kb_app_folder *kb_app_folder_called(const struct kb_app_feeds *feeds,
                                                 struct kb_str name) {
    for (size_t i = 0; i < feeds->folder_count; i++)
        if (kb_str_equal(feeds->folders[i].name, name))
            return &feeds->folders[i];
    return NULL;
}

static struct kb_app_folder *folder(struct kb_app_feeds *feeds, struct kb_str name) {
    for (size_t i = 0; i < feeds->folder_count; i++)
        if (kb_str_equal(feeds->folders[i].name, name))
            return &feeds->folders[i];
    int64_t n = folder_number(feeds, name);
    feeds->folders[feeds->folder_count] = (struct kb_app_folder){.n = n, .name = name};
    return &feeds->folders[feeds->folder_count++];
}

static void add(struct kb_app_feeds *feeds, const struct kb_app_feed *feed) {
    struct kb_app_feed *to = &feeds->feeds[feeds->count++];
    *to = *feed;
    if (to->folder.n) {
        struct kb_app_folder *in = folder(feeds, to->folder);
        in->unread += to->unread;
        to->folder_n = in->n;
    }
}

/* Of an owner who has any: the newest of them tells. */
static enum kb_status add_pages(struct kb_http *req, struct kb_app_feeds *out,
                                struct kb_err *err) {
    struct kb_article_wish wish = {.user = req->who.user, .no_feed = true, .limit = 1};
    struct kb_row row = {0};
    int64_t *numbers;
    size_t count;
    struct kb_app_feed feed = {
        .n = KB_APP_FEED_PAGES,
        .title = KB_STR(KB_APP_PAGES_NAME),
        .url = kb_out_link(req, req->arena, "/#pages", KB_STR_NONE),
        .home_url = kb_out_link(req, req->arena, "/", KB_STR_NONE)};
    if (req->who.rank != KB_RANK_OWNER)
        return KB_OK;
    enum kb_status status =
        kb_store_articles(req->store, &wish, req->arena, &numbers, &count, err);
    if (status != KB_OK || !count)
        return status;
    status =
        kb_store_article_at(req->store, req->who.user, numbers[0], req->arena, &row, err);
    feed.newest = row.time;
    if (status == KB_OK)
        status = kb_store_unread(req->store, req->who.user, &feed.unread, err);
    for (size_t i = 0; i < out->count; i++)
        feed.unread -= out->feeds[i].unread;
    if (feed.unread < 0)
        feed.unread = 0;
    if (status == KB_OK)
        add(out, &feed);
    return status;
}

static enum kb_status add_stories(struct kb_http *req, int which,
                                  struct kb_app_feeds *out, struct kb_err *err) {
    const struct kb_app_wish wish = {.of = KB_APP_ALL};
    struct kb_story_row *rows;
    struct kb_app_feed feed = {
        .n = KB_APP_FEED_STORIES,
        .title = KB_STR(KB_APP_STORIES_NAME),
        .folder = KB_STR(KB_APP_STORIES_NAME),
        .url = kb_out_link(req, req->arena, "/stories.atom", KB_STR_NONE),
        .home_url = kb_out_link(req, req->arena, "/", KB_STR_NONE)};
    enum kb_status status = KB_OK;
    size_t count = 0;
    if (which == KB_APP_FEEDS_COUNTED)
        status = kb_app_story_rows(req, &wish, &rows, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        feed.unread += rows[i].unread > 0;
    if (status == KB_OK && count)
        feed.newest = rows[0].last;
    feed.articles = (int64_t)count;
    if (status == KB_OK)
        add(out, &feed);
    return status;
}

enum kb_status kb_app_feeds(struct kb_http *req, int which, struct kb_app_feeds *out,
                            struct kb_err *err) {
    struct kb_feed_row *rows;
    struct kb_str *empty;
    size_t count, empty_count = 0;
    *out = (struct kb_app_feeds){0};
    enum kb_status status = kb_store_feeds(req->store, req->who.user, KB_FEEDS_ALL,
                                           req->arena, &rows, &count, err);
    if (status == KB_OK)
        status = kb_app_empty_folders(req, &empty, &empty_count, err);
    if (status != KB_OK)
        return status;
    out->feeds = kb_arena_zalloc(req->arena, count + 2, sizeof *out->feeds);
    out->folders =
        kb_arena_zalloc(req->arena, count + empty_count + 2, sizeof *out->folders);
    if (!out->feeds || !out->folders)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct kb_feed_row *r = &rows[i];
        struct kb_app_feed feed = {.n = r->n,
                                   .title = kb_feed_row_name(r),
                                   .url = r->url,
                                   .home_url = r->home_url.n ? r->home_url : r->url,
                                   .folder = r->folder,
                                   .unread = r->unread,
                                   .articles = r->articles,
                                   .newest = r->newest,
                                   .icon = r->icon,
                                   .icon_name = r->icon_name,
                                   .added = r->followed ? r->followed : r->added,
                                   .failing = r->failures > 0};
        add(out, &feed);
    }
    for (size_t i = 0; i < empty_count; i++)
        (void)folder(out, empty[i]);
    status = add_pages(req, out, err);
    return status == KB_OK ? add_stories(req, which, out, err) : status;
}
