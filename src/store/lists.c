/* Lists of articles: lists.h tells what enters and leaves.
 *
 * A list is read along an index in the order that is wished, from where the page before
 * ended, so that a page costs the same at any depth.  What few articles have decides the
 * index: a story, a tag, a star; then what is unread; then all that there is.
 *
 * What is of one feed or of several (a folder's, a person's) is gathered: each feed gives
 * the page that it would give alone, and the best of all stay.  What has been found
 * bounds what the next feed is asked for, so most give nothing after one look.  A folder
 * need not stand in the rows of articles therefore, and a feed moves to another one at no
 * cost. */
#include "store/lists.h"

#include <stdlib.h>

#include "store/inner.h"

/* ---- the statements ---------------------------------------------------------------- */

/* Where a page begins and ends: numbers between ?2 and ?3, places (time and number)
 * between ?4, ?5 and ?6, ?7; all four without the ends.  What is not ordered by has a
 * plus before it, so that SQLite takes the other for the index. */
#define BY_TIME(t, n)                                                                    \
    " AND +" n " > ?2 AND +" n " < ?3 AND (" t ", " n ") > (?4, ?5) AND (" t ", " n      \
    ") < (?6, ?7)"
#define BY_NUMBER(t, n)                                                                  \
    " AND " n " > ?2 AND " n " < ?3 AND (+" t ", +" n ") > (?4, ?5) AND (+" t ", +" n    \
    ") < (?6, ?7)"

/* What else can be wished of an article (a). */
#define WISHES                                                                           \
    " AND (?8 IS NULL OR a.story = ?8) AND (?9 IS NULL OR a.feed = ?9 OR EXISTS "        \
    "(SELECT 1 FROM carried WHERE feed = ?9 AND article = a.n)) "                        \
    "AND (?10 IS NULL OR a.language = ?10 OR a.language LIKE ?10 || '-%') "              \
    "AND (?11 IS NULL OR a.outlet IN (SELECT n FROM outlet WHERE domain = ?11 "          \
    "OR name = ?11 COLLATE NOCASE)) "                                                    \
    "AND (?12 IS NULL OR EXISTS (SELECT 1 FROM tag WHERE article = a.n AND user = ?1 "   \
    "AND name = ?12)) "                                                                  \
    "AND (?13 = 0 OR ?13 = EXISTS (SELECT 1 FROM star WHERE article = a.n AND user = "   \
    "?1) * 2 - 1) "                                                                      \
    "AND (?14 = 0 OR ?14 = EXISTS (SELECT 1 FROM unread WHERE shelf = " KB_SHELF         \
    " AND article = "                                                                    \
    "a.n) * 2 - 1) AND (NOT ?16 OR " KB_COMES ") AND (?17 IS NULL OR EXISTS (SELECT 1 "  \
    "FROM subscription WHERE user = ?1 AND " KB_IN_FOLDER " AND (feed = a.feed "         \
    "OR EXISTS (SELECT 1 FROM carried c WHERE c.feed = subscription.feed AND c.article " \
    "= a.n)))) "

/* One list in each order; the rest is what stands between the bounds and the order. */
#define ORDERS(t, n, from, from_n, rest)                                                 \
    {                                                                                    \
        [KB_LIST_NEWEST] = "SELECT " n ", " t " FROM " from BY_TIME(t, n) rest           \
            " ORDER BY " t " DESC, " n " DESC LIMIT ?15",                                \
        [KB_LIST_OLDEST] = "SELECT " n ", " t " FROM " from BY_TIME(t, n) rest           \
            " ORDER BY " t ", " n " LIMIT ?15",                                          \
        [KB_LIST_LAST] = "SELECT " n ", " t " FROM " from_n BY_NUMBER(t, n) rest         \
            " ORDER BY " n " DESC LIMIT ?15",                                            \
        [KB_LIST_FIRST] = "SELECT " n ", " t " FROM " from_n BY_NUMBER(t, n) rest        \
            " ORDER BY " n " LIMIT ?15",                                                 \
    }

#define TAGGED                                                                           \
    "tag t CROSS JOIN article a ON a.n = t.article WHERE t.user = ?1 AND t.name = ?12"
#define STARRED "star s CROSS JOIN article a ON a.n = s.article WHERE s.user = ?1"
#define UNREAD(index) "unread u INDEXED BY " index " WHERE u.shelf = " KB_SHELF
#define UNREAD_A(index)                                                                  \
    "unread u INDEXED BY " index " CROSS JOIN article a ON a.n = u.article WHERE "       \
    "u.shelf = " KB_SHELF

/* Ways that a list is read.  Those from OF_FEED on are asked feed by feed (?18). */
enum way {
    BY_STORY,
    BY_TAG,
    BY_STAR,
    BY_UNREAD, /* and nothing else */
    BY_UNREAD_WISHES,
    BY_ALL,
    OF_FEED,
    OF_FEED_CARRIED,
    OF_FEED_UNREAD,
    OF_FEED_UNREAD_WISHES
};

static const char *const lists[][4] = {
    [BY_STORY] = ORDERS("a.time", "a.n",
                        "article a INDEXED BY article_story_time WHERE a.story = ?8",
                        "article a INDEXED BY article_story WHERE a.story = ?8", WISHES),
    [BY_TAG] = ORDERS("a.time", "a.n", TAGGED, TAGGED, WISHES),
    [BY_STAR] = ORDERS("a.time", "a.n", STARRED, STARRED, WISHES),
    [BY_UNREAD] = ORDERS("u.time", "u.article", UNREAD("unread_time"),
                         "unread u WHERE u.shelf = " KB_SHELF, ""),
    [BY_UNREAD_WISHES] = ORDERS(
        "u.time", "u.article", UNREAD_A("unread_time"),
        "unread u CROSS JOIN article a ON a.n = u.article WHERE u.shelf = " KB_SHELF,
        WISHES),
    [BY_ALL] = ORDERS("a.time", "a.n", "article a INDEXED BY article_time WHERE 1",
                      "article a NOT INDEXED WHERE 1", WISHES),
    [OF_FEED] =
        ORDERS("a.time", "a.n", "article a INDEXED BY article_feed WHERE a.feed IS ?18",
               "article a INDEXED BY article_feed_number WHERE a.feed IS ?18", WISHES),
    [OF_FEED_CARRIED] = ORDERS(
        "c.time", "c.article",
        "carried c INDEXED BY carried_time CROSS JOIN article a ON a.n = "
        "c.article WHERE c.feed = ?18",
        "carried c CROSS JOIN article a ON a.n = c.article WHERE c.feed = ?18", WISHES),
    [OF_FEED_UNREAD] =
        ORDERS("u.time", "u.article", UNREAD("unread_feed_time") " AND u.feed = ?18",
               UNREAD("unread_feed") " AND u.feed = ?18", ""),
    [OF_FEED_UNREAD_WISHES] =
        ORDERS("u.time", "u.article", UNREAD_A("unread_feed_time") " AND u.feed = ?18",
               UNREAD_A("unread_feed") " AND u.feed = ?18", WISHES),
};

/* ---- one list under way ------------------------------------------------------------ */

struct list {
    struct kb_store *store;
    const struct kb_article_wish *wish;
    struct kb_list_place low, high; /* without the ends */
    int64_t after, below;
    bool plain; /* nothing is wished beside what is unread, a feed and a folder */
    bool own;
    size_t most; /* to be found */
    struct kb_list_place *found;
    size_t count, cap;
    struct kb_err *err;
};

static bool by_time(const struct list *l) {
    return l->wish->order == KB_LIST_NEWEST || l->wish->order == KB_LIST_OLDEST;
}

static bool upwards(const struct list *l) {
    return l->wish->order == KB_LIST_OLDEST || l->wish->order == KB_LIST_FIRST;
}

static int compare(struct kb_list_place a, struct kb_list_place b) {
    if (a.time != b.time)
        return a.time < b.time ? -1 : 1;
    return (a.n > b.n) - (a.n < b.n);
}

/* Only what stands behind a place in the list's order. */
static void only_behind(struct list *l, struct kb_list_place place) {
    if (by_time(l) && upwards(l) && compare(place, l->low) > 0)
        l->low = place;
    else if (by_time(l) && !upwards(l) && compare(place, l->high) < 0)
        l->high = place;
    else if (!by_time(l) && upwards(l) && place.n > l->after)
        l->after = place.n;
    else if (!by_time(l) && !upwards(l) && place.n < l->below)
        l->below = place.n;
}

/* Only what stands before it. */
static void only_before(struct list *l, struct kb_list_place place) {
    if (by_time(l) && upwards(l))
        l->high = place;
    else if (by_time(l))
        l->low = place;
    else if (upwards(l))
        l->below = place.n;
    else
        l->after = place.n;
}

static void bounds(struct list *l) {
    const struct kb_article_wish *w = l->wish;
    l->low = (struct kb_list_place){w->since ? w->since : INT64_MIN, 0};
    l->high = (struct kb_list_place){w->before ? w->before : INT64_MAX, 0};
    l->after = w->after;
    l->below = w->below ? w->below : INT64_MAX;
    if (w->behind.n)
        only_behind(l, w->behind);
    l->plain = !w->story && !w->tag.n && !w->starred && !w->unstarred && !w->language.n &&
               !w->outlet.n;
}

static void bind_text(sqlite3_stmt *s, int at, struct kb_str text) {
    if (text.n)
        kb_bind_str(s, at, text);
    else
        sqlite3_bind_null(s, at);
}

/* The empty name is the folder of feeds that are in none. */
static void bind_folder(sqlite3_stmt *s, const struct kb_article_wish *wish) {
    if (wish && wish->no_folder)
        kb_bind_str(s, 17, KB_STR(""));
    else
        bind_text(s, 17, wish ? wish->folder : KB_STR_NONE);
}

/* The statement of a way; feed is what is gathered now, 0 of none. */
static sqlite3_stmt *ask(struct list *l, enum way way, int64_t feed) {
    const struct kb_article_wish *w = l->wish;
    sqlite3_stmt *s = kb_store_sql(l->store, lists[way][w->order], l->err);
    if (!s)
        return NULL;
    const int64_t numbers[] = {w->user,  l->after,     l->below, l->low.time,
                               l->low.n, l->high.time, l->high.n};
    const bool gathers = way >= OF_FEED;
    for (int i = 0; i < (int)KB_COUNT(numbers); i++)
        kb_bind_int(s, i + 1, numbers[i]);
    kb_bind_int(s, 15, l->most < INT64_MAX ? (int64_t)l->most : -1);
    if (gathers)
        kb_bind_ref(s, 18, feed);
    if (way == OF_FEED_UNREAD || way == OF_FEED_UNREAD_WISHES)
        kb_bind_int(s, 18, feed);
    if (way == BY_UNREAD || way == OF_FEED_UNREAD)
        return s;
    kb_bind_ref(s, 8, w->story);
    kb_bind_ref(s, 9, gathers ? 0 : w->feed);
    bind_text(s, 10, w->language);
    bind_text(s, 11, w->outlet);
    bind_text(s, 12, w->tag);
    kb_bind_int(s, 13, w->starred ? 1 : w->unstarred ? -1 : 0);
    kb_bind_int(s, 14, w->unread ? 1 : w->read ? -1 : 0);
    kb_bind_int(s, 16, l->own && (w->feed || !gathers));
    bind_folder(s, gathers || w->feed ? NULL : w);
    return s;
}

static enum kb_status no_memory(const struct list *l) {
    return kb_err_set(l->err, KB_ENOMEM, "%s: not enough memory for the list",
                      l->store->called);
}

static bool note(struct list *l, struct kb_list_place place) {
    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        struct kb_list_place *found = realloc(l->found, cap * sizeof *found);
        if (!found)
            return false;
        l->found = found;
        l->cap = cap;
    }
    l->found[l->count++] = place;
    return true;
}

static enum kb_status read_way(struct list *l, enum way way, int64_t feed) {
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s = ask(l, way, feed);
    if (!s)
        return l->err->status;
    while (status == KB_OK &&
           (status = kb_store_step(l->store, s, &row, l->err)) == KB_OK && row) {
        if (!note(l, (struct kb_list_place){sqlite3_column_int64(s, 1),
                                            sqlite3_column_int64(s, 0)}))
            status = no_memory(l);
    }
    sqlite3_reset(s);
    return status;
}

/* ---- gathering --------------------------------------------------------------------- */

static int newest(const void *a, const void *b) {
    return -compare(*(const struct kb_list_place *)a, *(const struct kb_list_place *)b);
}
static int oldest(const void *a, const void *b) {
    return compare(*(const struct kb_list_place *)a, *(const struct kb_list_place *)b);
}
static int first(const void *a, const void *b) {
    const struct kb_list_place *x = a, *y = b;
    return (x->n > y->n) - (x->n < y->n);
}
static int last(const void *a, const void *b) {
    return first(b, a);
}

/* Sorts what was found, each article once, and lets go of what is past the page: what
 * comes later has to stand before the last. */
static void sort_found(struct list *l) {
    static int (*const orders[])(const void *, const void *) = {[KB_LIST_NEWEST] = newest,
                                                                [KB_LIST_OLDEST] = oldest,
                                                                [KB_LIST_LAST] = last,
                                                                [KB_LIST_FIRST] = first};
    size_t kept = 0;
    if (l->count)
        qsort(l->found, l->count, sizeof *l->found, orders[l->wish->order]);
    for (size_t i = 0; i < l->count; i++)
        if (!kept || l->found[kept - 1].n != l->found[i].n)
            l->found[kept++] = l->found[i];
    l->count = kept < l->most ? kept : l->most;
    if (l->count && l->count == l->most)
        only_before(l, l->found[l->count - 1]);
}

/* One feed's page, added to the others'. */
static enum kb_status gather_feed(struct list *l, int64_t feed) {
    enum kb_status status;
    size_t had = l->count;
    if (l->wish->unread)
        return read_way(l, l->plain ? OF_FEED_UNREAD : OF_FEED_UNREAD_WISHES, feed);
    status = read_way(l, OF_FEED, feed);
    if (status == KB_OK && feed)
        status = read_way(l, OF_FEED_CARRIED, feed);
    if (status == KB_OK && l->count > had)
        sort_found(l);
    return status;
}

/* Numbers of the feeds that a list is gathered from. */
static enum kb_status feeds_of(struct list *l, struct kb_arena *arena, int64_t **feeds,
                               size_t *count) {
    sqlite3_stmt *s = kb_store_sql(
        l->store,
        "SELECT feed FROM subscription WHERE user = ?1 AND (?17 IS NULL OR " KB_IN_FOLDER
        ")",
        l->err);
    if (!s)
        return l->err->status;
    kb_bind_int(s, 1, l->wish->user);
    bind_folder(s, l->wish);
    return kb_store_rows(l->store, s, arena, sizeof **feeds, kb_take_number,
                         (void **)feeds, count, l->err);
}

static enum kb_status gather(struct list *l, bool no_feed) {
    struct kb_arena arena;
    int64_t *feeds = NULL;
    size_t count = 0;
    enum kb_status status = KB_OK;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (l->wish->feed)
        status = gather_feed(l, l->wish->feed);
    else
        status = feeds_of(l, &arena, &feeds, &count);
    if (status == KB_OK && no_feed)
        status = gather_feed(l, 0);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        size_t had = l->count;
        status = gather_feed(l, feeds[i]);
        if (l->wish->unread && l->count > had)
            sort_found(l);
    }
    kb_arena_free(&arena);
    return status;
}

/* ---- which way --------------------------------------------------------------------- */

enum kb_status kb_store_gets_all(struct kb_store *store, int64_t user, bool *all,
                                 struct kb_err *err) {
    int64_t yes;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT EXISTS (SELECT 1 FROM user WHERE n = ?1 AND role = 'owner') AND (SELECT "
        "count(*) FROM subscription WHERE user = ?1) = (SELECT count(*) FROM feed)",
        err);
    if (s)
        kb_bind_int(s, 1, user);
    enum kb_status status = kb_store_number(store, s, 0, &yes, err);
    *all = yes != 0;
    return status;
}

/* Is a person an owner, and how many feeds do they follow? */
static enum kb_status person(struct list *l, bool *owner, int64_t *feeds) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(
        l->store,
        "SELECT EXISTS (SELECT 1 FROM user WHERE n = ?1 AND role = 'owner'), "
        "(SELECT count(*) FROM subscription WHERE user = ?1)",
        l->err);
    if (!s)
        return l->err->status;
    kb_bind_int(s, 1, l->wish->user);
    enum kb_status status = kb_store_step(l->store, s, &row, l->err);
    *owner = row && sqlite3_column_int(s, 0);
    *feeds = row ? sqlite3_column_int64(s, 1) : 0;
    sqlite3_reset(s);
    return status;
}

static enum kb_status read_list(struct list *l) {
    const struct kb_article_wish *w = l->wish;
    bool all = false, owner = false;
    int64_t feeds = 0;
    enum kb_status status = KB_OK;
    if (w->own && !w->unread) /* what is unread has come to them */
        status = kb_store_gets_all(l->store, w->user, &all, l->err);
    l->own = w->own && !w->unread && !all;
    if (status != KB_OK)
        return status;
    if (w->story)
        return read_way(l, BY_STORY, 0);
    if (w->tag.n)
        return read_way(l, BY_TAG, 0);
    if (w->starred)
        return read_way(l, BY_STAR, 0);
    if (w->no_feed)
        return gather_feed(l, 0);
    if (w->feed || w->folder.n || w->no_folder)
        return gather(l, false);
    if (w->unread)
        return read_way(l, l->plain ? BY_UNREAD : BY_UNREAD_WISHES, 0);
    if (!l->own)
        return read_way(l, BY_ALL, 0);
    status = person(l, &owner, &feeds);
    if (status != KB_OK)
        return status;
    return feeds <= KB_LIMIT_LIST_FEEDS ? gather(l, owner) : read_way(l, BY_ALL, 0);
}

static enum kb_status run(struct list *l) {
    bounds(l);
    enum kb_status status = read_list(l);
    if (status == KB_OK)
        sort_found(l);
    return status;
}

enum kb_status kb_store_articles(struct kb_store *store,
                                 const struct kb_article_wish *wish,
                                 struct kb_arena *arena, int64_t **articles,
                                 size_t *count, struct kb_err *err) {
    struct list l = {.store = store, .wish = wish, .err = err};
    l.most = wish->limit && wish->limit < SIZE_MAX - wish->skip ? wish->limit + wish->skip
                                                                : SIZE_MAX;
    *articles = NULL;
    *count = 0;
    enum kb_status status = run(&l);
    if (status == KB_OK && l.count > wish->skip) {
        *articles = kb_arena_zalloc(arena, l.count - wish->skip, sizeof **articles);
        if (!*articles)
            status = no_memory(&l);
    }
    for (size_t i = wish->skip; status == KB_OK && i < l.count; i++)
        (*articles)[(*count)++] = l.found[i].n;
    free(l.found);
    return status;
}

/* ---- counts ------------------------------------------------------------------------ */

static enum kb_status count_unread(struct list *l, int64_t *count) {
    const struct kb_article_wish *w = l->wish;
    sqlite3_stmt *s = kb_store_sql(
        l->store,
        "SELECT sum(count) FROM unread_count WHERE shelf = " KB_SHELF
        " AND (?2 IS NULL OR feed = ?2) AND (?17 IS NULL OR feed IN (SELECT feed FROM "
        "subscription WHERE user = ?1 AND " KB_IN_FOLDER "))",
        l->err);
    if (!s)
        return l->err->status;
    kb_bind_int(s, 1, w->user);
    kb_bind_ref(s, 2, w->feed);
    bind_folder(s, w->feed ? NULL : w);
    return kb_store_number(l->store, s, 0, count, l->err);
}

enum kb_status kb_store_articles_count(struct kb_store *store,
                                       const struct kb_article_wish *wish, int64_t *count,
                                       struct kb_err *err) {
    struct list l = {.store = store, .wish = wish, .err = err};
    enum kb_status status;
    l.most = wish->limit ? wish->limit : SIZE_MAX;
    bounds(&l);
    if (wish->unread && l.plain && !wish->since && !wish->before && !wish->after &&
        !wish->below && !wish->behind.n) {
        status = count_unread(&l, count);
        if (wish->limit && *count > (int64_t)wish->limit)
            *count = (int64_t)wish->limit;
        return status;
    }
    status = run(&l);
    *count = (int64_t)l.count;
    free(l.found);
    return status;
}

/* Numbers are given in the order that articles come, so the number is looked for by
 * halves. */
enum kb_status kb_store_number_at(struct kb_store *store, int64_t time, int64_t *n,
                                  struct kb_err *err) {
    int64_t low = 0, high = INT64_MAX; /* low came by then, or is 0; high did not */
    enum kb_status status = KB_OK;
    bool row = false;
    *n = 0;
    sqlite3_stmt *s = kb_store_sql(store, "SELECT max(n) + 1 FROM article", err);
    if (!s)
        return err->status;
    status = kb_store_step(store, s, &row, err);
    high = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    while (status == KB_OK && low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        s = kb_store_sql(store,
                         "SELECT n, seen FROM article WHERE n >= ?1 AND n < ?2 ORDER BY "
                         "n LIMIT 1",
                         err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, middle);
        kb_bind_int(s, 2, high);
        status = kb_store_step(store, s, &row, err);
        if (row && sqlite3_column_int64(s, 1) <= time)
            *n = low = sqlite3_column_int64(s, 0);
        else
            high = middle;
        sqlite3_reset(s);
    }
    return status;
}

static void take_outlet(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_outlet_row *)item =
        (struct kb_outlet_row){kb_column_dup(arena, s, 0), kb_column_dup(arena, s, 1),
                               sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3)};
}

enum kb_status kb_store_outlets(struct kb_store *store, size_t limit,
                                struct kb_arena *arena, struct kb_outlet_row **rows,
                                size_t *count, struct kb_err *err) {
    *rows = NULL;
    *count = 0;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT domain, name, (SELECT count(*) FROM article WHERE outlet = o.n), last "
        "FROM (SELECT n, domain, name, (SELECT max(time) FROM article WHERE outlet = "
        "outlet.n) AS last FROM outlet ORDER BY last DESC LIMIT ?1) o "
        "WHERE last IS NOT NULL ORDER BY last DESC",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, (int64_t)limit);
    return kb_store_rows(store, s, arena, sizeof **rows, take_outlet, (void **)rows,
                         count, err);
}

enum kb_status kb_store_count(struct kb_store *store, int64_t user,
                              struct kb_store_counts *counts, struct kb_err *err) {
    bool row = false;
    int at = 0;
    *counts = (struct kb_store_counts){0};
    int64_t *const numbers[] = {&counts->articles, &counts->stories, &counts->outlets,
                                &counts->feeds,    &counts->unread,  &counts->starred,
                                &counts->first,    &counts->last};
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT (SELECT count FROM total WHERE what = 'articles'), (SELECT count FROM "
        "total WHERE what = 'stories'), (SELECT count(*) FROM outlet), (SELECT count(*) "
        "FROM feed), (SELECT coalesce(sum(count), 0) FROM unread_count WHERE "
        "shelf = " KB_SHELF
        "), (SELECT count(*) FROM star WHERE user = ?1), (SELECT min(time) FROM "
        "article), (SELECT max(time) FROM article)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    enum kb_status status = kb_store_step(store, s, &row, err);
    for (size_t i = 0; row && i < KB_COUNT(numbers); i++)
        *numbers[i] = sqlite3_column_int64(s, at++);
    sqlite3_reset(s);
    return status;
}
