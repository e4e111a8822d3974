/* Lists and marks that apps are told of: apps.h.
 *
 * A wish of an app becomes one of the store's; what is no article (stories, feeds that
 * are none) is told apart here, so that the dialects need not know. */
#include "serve/apps.h"

#include "store/store.h"

/* ---- lists ------------------------------------------------------------------------- */

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
}

static bool is_owner(const struct kb_http *req) {
    return req->who.rank == KB_RANK_OWNER;
}

/* A label is a folder where there is one of the name, else a tag. */
static enum kb_status find_label(struct kb_http *req, struct kb_str name,
                                 struct kb_article_wish *wish, struct kb_err *err) {
    struct kb_folder_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_folders(req->store, req->who.user, req->arena, &rows, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        if (kb_str_starts(rows[i].name, name) &&
            (rows[i].name.n == name.n || rows[i].name.p[name.n] == '/')) {
            wish->folder = name;
            return KB_OK;
        }
    wish->tag = name;
    return status;
}

static enum kb_status find_folder(struct kb_http *req, int64_t n, struct kb_str *name,
                                  struct kb_err *err) {
    struct kb_app_feeds feeds;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    *name = KB_STR_NONE;
    if (status != KB_OK)
        return status;
    const struct kb_app_folder *folder = kb_app_folder_at(&feeds, n);
    if (folder)
        *name = folder->name;
    return KB_OK;
}

/* Which articles, or the stories, or *nothing. */
struct place {
    struct kb_article_wish wish;
    bool stories, nothing;
};

static enum kb_status find_feed(struct kb_http *req, const struct kb_app_wish *wish,
                                struct place *place, struct kb_err *err) {
    struct kb_feed_row row;
    if (wish->feed == KB_APP_FEED_STORIES && !wish->url.n) {
        place->stories = true;
        return KB_OK;
    }
    if (wish->feed == KB_APP_FEED_PAGES && !wish->url.n) {
        place->wish.no_feed = true;
        place->nothing = !is_owner(req);
        return KB_OK;
    }
    enum kb_status status =
        kb_app_feed_row(req, req->store, wish->url, wish->feed, &row, err);
    place->wish.feed = row.n;
    place->nothing = !row.n;
    return status;
}

static enum kb_status find_place(struct kb_http *req, const struct kb_app_wish *wish,
                                 struct place *place, struct kb_err *err) {
    struct kb_str label = wish->label;
    enum kb_status status = KB_OK;
    *place = (struct place){.wish = {.user = req->who.user, .own = true}};
    switch (wish->of) {
    case KB_APP_ALL: return KB_OK;
    case KB_APP_NOTHING: place->nothing = true; return KB_OK;
    case KB_APP_FEED: return find_feed(req, wish, place, err);
    case KB_APP_FOLDER:
        place->wish.no_folder = wish->feed == KB_APP_NO_FOLDER;
        if (place->wish.no_folder)
            return KB_OK;
        status = find_folder(req, wish->feed, &label, err);
        break;
    case KB_APP_LABEL: break;
    }
    if (status != KB_OK)
        return status;
    place->nothing = !label.n;
    place->stories = kb_str_equal(label, KB_STR(KB_APP_STORIES_NAME));
    return place->stories || place->nothing ? KB_OK
                                            : find_label(req, label, &place->wish, err);
}

/* What is wished of articles beside their place: marks, times, and as numbers what came
 * from `since` on and before `before`. */
static enum kb_status narrow(struct kb_http *req, const struct kb_app_wish *wish,
                             struct kb_article_wish *out, struct kb_err *err) {
    enum kb_status status = KB_OK;
    int64_t n = 0;
    out->unread = wish->unread;
    out->read = wish->read;
    out->starred = wish->starred;
    out->unstarred = wish->unstarred;
    /* A star and a tag stay the person's when the feed is theirs no more. */
    out->own = !wish->starred && !out->tag.n;
    out->since = wish->dated_since;
    out->before = wish->dated_before;
    out->after = wish->after;
    out->below = wish->below;
    if (wish->since) {
        status = kb_store_number_at(req->store, wish->since - 1, &n, err);
        if (n > out->after)
            out->after = n;
    }
    if (status == KB_OK && wish->before) {
        status = kb_store_number_at(req->store, wish->before - 1, &n, err);
        if (!out->below || n + 1 < out->below)
            out->below = n + 1;
    }
    return status;
}

static enum kb_status list_articles(struct kb_http *req, const struct kb_app_wish *wish,
                                    struct kb_article_wish *out, struct kb_app_list *list,
                                    struct kb_err *err) {
    int64_t *numbers;
    size_t count;
    out->limit = wish->limit ? wish->limit + 1 : 0;
    out->skip = wish->skip;
    out->order = wish->by_time  ? wish->oldest ? KB_LIST_OLDEST : KB_LIST_NEWEST
                 : wish->oldest ? KB_LIST_FIRST
                                : KB_LIST_LAST;
    enum kb_status status = narrow(req, wish, out, err);
    if (status == KB_OK)
        status = kb_store_articles(req->store, out, req->arena, &numbers, &count, err);
    if (status != KB_OK)
        return status;
    list->more = wish->limit && count > wish->limit;
    list->count = list->more ? wish->limit : count;
    list->ids = kb_arena_zalloc(req->arena, list->count + 1, sizeof *list->ids);
    if (!list->ids)
        return no_memory(err);
    for (size_t i = 0; i < list->count; i++)
        list->ids[i].n = numbers[i];
    return KB_OK;
}

static bool has_id(const struct kb_app_id *ids, size_t count, int64_t n) {
    for (size_t i = 0; i < count; i++)
        if (ids[i].n == n)
            return true;
    return false;
}

/* Does the place's list have this article? */
static enum kb_status finds(struct kb_http *req, const struct kb_article_wish *place,
                            int64_t n, bool *found, struct kb_err *err) {
    struct kb_article_wish one = *place;
    int64_t *numbers;
    size_t count;
    *found = n > place->after && (!place->below || n < place->below);
    if (!*found)
        return KB_OK;
    one.after = n - 1;
    one.below = n + 1;
    one.limit = 1;
    one.skip = 0;
    enum kb_status status =
        kb_store_articles(req->store, &one, req->arena, &numbers, &count, err);
    *found = status == KB_OK && count;
    return status;
}

enum kb_status kb_app_narrow(struct kb_http *req, const struct kb_app_wish *wish,
                             struct kb_app_list *list, struct kb_err *err) {
    struct place place;
    size_t kept = 0;
    bool found;
    enum kb_status status = find_place(req, wish, &place, err);
    if (status == KB_OK)
        status = narrow(req, wish, &place.wish, err);
    bool none = place.nothing || place.stories; /* a story is no article */
    for (size_t i = 0; status == KB_OK && !none && i < list->count; i++) {
        status = finds(req, &place.wish, list->ids[i].n, &found, err);
        if (status == KB_OK && found)
            list->ids[kept++] = list->ids[i];
    }
    list->count = kept;
    return status;
}

/* Behind what has come since, what was marked since and stands in the same place.  Where
 * there is more of what has come that comes first: apps go on from the last change that
 * they were told of. */
static enum kb_status add_touched(struct kb_http *req, const struct kb_app_wish *wish,
                                  const struct kb_article_wish *place,
                                  struct kb_app_list *list, struct kb_err *err) {
    struct kb_article_wish anywhere = *place;
    int64_t *marked;
    bool found;
    size_t count, had = list->count;
    enum kb_status status =
        kb_store_marked(req->store, req->who.user, wish->since, KB_LIMIT_APP_COUNTED,
                        req->arena, &marked, &count, err);
    if (status != KB_OK || list->more)
        return status;
    struct kb_app_id *ids = kb_arena_zalloc(req->arena, had + count + 1, sizeof *ids);
    if (!ids)
        return no_memory(err);
    for (size_t i = 0; i < had; i++)
        ids[i] = list->ids[i];
    anywhere.after = wish->after;
    anywhere.below = wish->below;
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        if (has_id(ids, had, marked[i]))
            continue;
        status = finds(req, &anywhere, marked[i], &found, err);
        if (status == KB_OK && found)
            ids[list->count++].n = marked[i];
    }
    list->ids = ids;
    return status;
}

/* Articles and stories in the order of their keys, each page a merge of both. */
static enum kb_status list_both(struct kb_http *req, const struct kb_app_wish *wish,
                                struct kb_article_wish *out, struct kb_app_list *list,
                                struct kb_err *err) {
    struct kb_app_wish articles = *wish;
    struct kb_app_list of_articles = {0}, of_stories = {0};
    articles.after = wish->after / 2;
    articles.below = wish->below / 2 + wish->below % 2;
    if (articles.limit)
        articles.limit += articles.skip;
    articles.skip = 0;
    enum kb_status status = list_articles(req, &articles, out, &of_articles, err);
    if (status == KB_OK)
        status = kb_app_stories_by_key(req, wish, &of_stories, err);
    if (status != KB_OK)
        return status;
    size_t all = of_articles.count + of_stories.count, a = 0, s = 0, skip = wish->skip;
    list->ids = kb_arena_zalloc(req->arena, all + 1, sizeof *list->ids);
    if (!list->ids)
        return no_memory(err);
    while (a < of_articles.count || s < of_stories.count) {
        bool story =
            a == of_articles.count ||
            (s < of_stories.count && (kb_app_key(of_stories.ids[s]) <
                                      kb_app_key(of_articles.ids[a])) == wish->oldest);
        /* Behind the last article of a page there may be more before the next story. */
        if (a == of_articles.count && of_articles.more)
            break;
        if (wish->limit && list->count == wish->limit)
            break;
        struct kb_app_id id = story ? of_stories.ids[s++] : of_articles.ids[a++];
        if (skip)
            skip--;
        else
            list->ids[list->count++] = id;
    }
    list->more = a < of_articles.count || s < of_stories.count || of_articles.more;
    return KB_OK;
}

enum kb_status kb_app_list(struct kb_http *req, const struct kb_app_wish *wish,
                           struct kb_app_list *list, struct kb_err *err) {
    struct place place;
    *list = (struct kb_app_list){0};
    enum kb_status status = find_place(req, wish, &place, err);
    if (status != KB_OK || place.nothing || (wish->read && wish->unread) ||
        (wish->starred && wish->unstarred))
        return status;
    if (place.stories)
        return kb_app_stories(req, wish, list, err);
    if (!wish->stories) {
        status = list_articles(req, wish, &place.wish, list, err);
        return status == KB_OK && wish->touched && wish->since
                   ? add_touched(req, wish, &place.wish, list, err)
                   : status;
    }
    return list_both(req, wish, &place.wish, list, err);
}

/* ---- marks ------------------------------------------------------------------------- */

static enum kb_status mark_article(struct kb_http *req, struct kb_store *store, int64_t n,
                                   const struct kb_app_marks *m, struct kb_err *err) {
    int64_t user = req->who.user, feed;
    bool theirs, changed;
    enum kb_status status = kb_store_comes(store, user, n, &theirs, &feed, err);
    if (status != KB_OK || !theirs)
        return status;
    if (m->read)
        status = kb_store_set_read(store, user, n, m->read > 0, &changed, err);
    if (status == KB_OK && m->starred)
        status = kb_store_set_starred(store, user, n, m->starred > 0 ? req->now : 0,
                                      &changed, err);
    for (size_t i = 0; status == KB_OK && i < m->tag_count + m->untag_count; i++) {
        bool on = i < m->tag_count;
        status = kb_store_set_tag(store, user, n,
                                  on ? m->tags[i] : m->untags[i - m->tag_count], on,
                                  &changed, err);
    }
    return status;
}

static enum kb_status mark_story(struct kb_http *req, struct kb_store *store, int64_t n,
                                 const struct kb_app_marks *m, struct kb_err *err) {
    struct kb_app_marks rest = *m;
    struct kb_mark_wish wish = {.story = n};
    int64_t lead, changed;
    enum kb_status status = KB_OK;
    if (m->read > 0) {
        status = kb_store_mark_read(store, req->who.user, &wish, &changed, err);
        rest.read = 0;
    }
    if (status == KB_OK)
        status = kb_app_story_lead(req, store, n, &lead, err);
    return status == KB_OK && lead ? mark_article(req, store, lead, &rest, err) : status;
}

/* Names of tags as they are kept; KB_EINPUT tells which is none. */
static enum kb_status clean_tags(struct kb_http *req, struct kb_app_marks *m,
                                 struct kb_err *err) {
    struct kb_str *tags =
        kb_arena_zalloc(req->arena, m->tag_count + m->untag_count + 1, sizeof *tags);
    enum kb_status status = KB_OK;
    if (!tags)
        return no_memory(err);
    for (size_t i = 0; status == KB_OK && i < m->tag_count + m->untag_count; i++)
        status = kb_store_name(
            i < m->tag_count ? m->tags[i] : m->untags[i - m->tag_count], &tags[i], err);
    m->tags = tags;
    m->untags = tags + m->tag_count;
    return status;
}

enum kb_status kb_app_mark(struct kb_http *req, const struct kb_app_marks *asked,
                           struct kb_err *err) {
    struct kb_app_marks marks = *asked;
    struct kb_store *store;
    if (!marks.id_count ||
        (!marks.read && !marks.starred && !marks.tag_count && !marks.untag_count))
        return KB_OK;
    enum kb_status status = clean_tags(req, &marks, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; status == KB_OK && i < marks.id_count; i++)
        status = marks.ids[i].story
                     ? mark_story(req, store, marks.ids[i].n, &marks, err)
                     : mark_article(req, store, marks.ids[i].n, &marks, err);
    if (status == KB_OK)
        return kb_server_commit(req->server, err);
    kb_server_rollback(req->server);
    return status;
}

enum kb_status kb_app_mark_all(struct kb_http *req, const struct kb_app_wish *wish,
                               int64_t at, int64_t up_to, struct kb_err *err) {
    struct kb_mark_wish mark = {.up_to = up_to};
    struct kb_store *store;
    struct place place;
    int64_t n = 0, changed;
    enum kb_status status = find_place(req, wish, &place, err);
    if (status == KB_OK && at) {
        status = kb_store_number_at(req->store, at, &n, err);
        if (!up_to || n < up_to)
            mark.up_to = n;
    }
    /* Nothing was here then; a star is no reason to be read. */
    if (status != KB_OK || place.nothing || (at && !n) || wish->starred || wish->read)
        return status;
    mark.feed = place.wish.feed;
    mark.no_feed = place.wish.no_feed;
    mark.folder = place.wish.folder;
    mark.no_folder = place.wish.no_folder;
    mark.tag = place.wish.tag;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_mark_read(store, req->who.user, &mark, &changed, err);
    if (status == KB_OK)
        return kb_server_commit(req->server, err);
    kb_server_rollback(req->server);
    return status;
}
