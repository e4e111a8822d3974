/* Stories as items of reader apps: the newest of them as a list of their own, and among
 * the articles, each behind the article that founded it. */
#include <stdlib.h>

#include "serve/apps.h"
#include "store/store.h"

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory for the stories");
}

/* The first article of a story that comes to the person: what a star on it is on; 0: none
 * does. */
enum kb_status kb_app_story_lead(struct kb_http *req, struct kb_store *store, int64_t n,
                                 int64_t *lead, struct kb_err *err) {
    struct kb_article_wish wish = {.user = req->who.user,
                                   .own = true,
                                   .story = n,
                                   .order = KB_LIST_OLDEST,
                                   .limit = 1};
    int64_t *numbers;
    size_t count;
    enum kb_status status =
        kb_store_articles(store, &wish, req->arena, &numbers, &count, err);
    *lead = status == KB_OK && count ? numbers[0] : 0;
    return status;
}

static enum kb_status is_starred(struct kb_http *req, int64_t story, bool *starred,
                                 struct kb_err *err) {
    struct kb_row row;
    int64_t lead;
    *starred = false;
    enum kb_status status = kb_app_story_lead(req, req->store, story, &lead, err);
    if (status == KB_OK && lead)
        status =
            kb_store_article_at(req->store, req->who.user, lead, req->arena, &row, err);
    if (status == KB_OK && lead)
        *starred = row.starred;
    return status;
}

/* The newest stories that several outlets have, the latest change first.  What only one
 * has is its article, which apps are told anyway. */
enum kb_status kb_app_story_rows(struct kb_http *req, const struct kb_app_wish *wish,
                                 struct kb_story_row **rows, size_t *count,
                                 struct kb_err *err) {
    enum { SEVERAL = 2 };
    /* A story's own time is when it last came. */
    int64_t since = wish->since > wish->dated_since ? wish->since : wish->dated_since;
    int64_t before =
        wish->before && (!wish->dated_before || wish->before < wish->dated_before)
            ? wish->before
            : wish->dated_before;
    struct kb_story_wish ask = {.user = req->who.user,
                                .own = true,
                                .min_outlets = SEVERAL,
                                .unread = wish->unread,
                                .since = since,
                                .before = before,
                                .newest = true,
                                .limit = KB_LIMIT_APP_STORIES};
    return kb_store_stories(req->store, &ask, req->arena, rows, count, err);
}

/* Is the row what is wished, beside what was asked of the store? */
static enum kb_status is_wished(struct kb_http *req, const struct kb_app_wish *wish,
                                const struct kb_story_row *row, bool *wished,
                                struct kb_err *err) {
    bool starred;
    *wished = !wish->read || !row->unread;
    if (!*wished || (!wish->starred && !wish->unstarred))
        return KB_OK;
    enum kb_status status = is_starred(req, row->n, &starred, err);
    *wished = starred == wish->starred;
    return status;
}

/* A place in them is found by the number that the list before ended with: their order is
 * no number's. */
enum kb_status kb_app_stories(struct kb_http *req, const struct kb_app_wish *wish,
                              struct kb_app_list *list, struct kb_err *err) {
    int64_t from = wish->oldest ? wish->after : wish->below;
    bool wished, passed = from <= KB_APP_STORIES_SMALL;
    struct kb_story_row *rows;
    size_t count, skip = wish->skip;
    enum kb_status status = kb_app_story_rows(req, wish, &rows, &count, err);
    if (status != KB_OK)
        return status;
    list->ids = kb_arena_zalloc(req->arena, count + 1, sizeof *list->ids);
    if (!list->ids)
        return no_memory(err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        const struct kb_story_row *row = &rows[wish->oldest ? count - 1 - i : i];
        if (!passed) {
            passed =
                from == KB_APP_STORIES + row->n || from == KB_APP_STORIES_SMALL + row->n;
            continue;
        }
        status = is_wished(req, wish, row, &wished, err);
        if (status != KB_OK || !wished)
            continue;
        if (skip) {
            skip--;
            continue;
        }
        if (wish->limit && list->count == wish->limit) {
            list->more = true;
            break;
        }
        list->ids[list->count++] = (struct kb_app_id){row->n, true};
    }
    return status;
}

/* ---- among the articles ------------------------------------------------------------ */

static int up(const void *a, const void *b) {
    int64_t x = kb_app_key(*(const struct kb_app_id *)a),
            y = kb_app_key(*(const struct kb_app_id *)b);
    return (x > y) - (x < y);
}
static int down(const void *a, const void *b) {
    return up(b, a);
}

void kb_app_sort(struct kb_app_list *list, bool oldest) {
    if (list->count)
        qsort(list->ids, list->count, sizeof *list->ids, oldest ? up : down);
}

enum kb_status kb_app_stories_by_key(struct kb_http *req, const struct kb_app_wish *wish,
                                     struct kb_app_list *list, struct kb_err *err) {
    struct kb_story_row *rows;
    size_t count;
    bool wished;
    enum kb_status status = kb_app_story_rows(req, wish, &rows, &count, err);
    if (status == KB_OK &&
        !(list->ids = kb_arena_zalloc(req->arena, count + 1, sizeof *list->ids)))
        return no_memory(err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_app_id id = {rows[i].n, true};
        int64_t key = kb_app_key(id);
        if (key <= wish->after || (wish->below && key >= wish->below))
            continue;
        status = is_wished(req, wish, &rows[i], &wished, err);
        if (status == KB_OK && wished)
            list->ids[list->count++] = id;
    }
    kb_app_sort(list, wish->oldest);
    return status;
}
