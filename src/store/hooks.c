/* Hooks: rows of a table, and what is new to one; hooks.h tells what enters and leaves.
 *
 * Numbers of articles rise as they are committed, so a number is a place to go on from
 * whatever comes in between: no queue is kept, and a hook that nobody answers for costs
 * nothing but its row. */
#include "store/hooks.h"

#include <stdlib.h>

#include "store/ask.h"
#include "store/inner.h"
#include "store/lists.h"
#include "store/marks.h"

const char *const kb_hook_states[] = {
    [KB_HOOK_ON] = "on", [KB_HOOK_RESTING] = "resting", [KB_HOOK_GONE] = "gone"};

/* ---- rows -------------------------------------------------------------------------- */

#define COLUMNS                                                                          \
    "SELECT n, user, name, url, query, secret, added, mark, up_to, missed, edits, "      \
    "test, state, next, failing, told, tried, failures, status, says FROM hook "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_hook_row *r = item;
    struct kb_str state = kb_column(s, 12);
    *r = (struct kb_hook_row){
        .n = sqlite3_column_int64(s, 0),
        .user = sqlite3_column_int64(s, 1),
        .name = kb_column_dup(arena, s, 2),
        .url = kb_column_dup(arena, s, 3),
        .query = kb_column_dup(arena, s, 4),
        .secret = kb_column_dup(arena, s, 5),
        .added = sqlite3_column_int64(s, 6),
        .mark = sqlite3_column_int64(s, 7),
        .up_to = sqlite3_column_int64(s, 8),
        .missed = sqlite3_column_int64(s, 9),
        .edits = sqlite3_column_int64(s, 10),
        .test = sqlite3_column_int64(s, 11),
        .state = kb_str_equal(state, KB_STR("on"))     ? KB_HOOK_ON
                 : kb_str_equal(state, KB_STR("gone")) ? KB_HOOK_GONE
                                                       : KB_HOOK_RESTING,
        .next = sqlite3_column_int64(s, 13),
        .failing = sqlite3_column_int64(s, 14),
        .told = sqlite3_column_int64(s, 15),
        .tried = sqlite3_column_int64(s, 16),
        .failures = sqlite3_column_int64(s, 17),
        .status = sqlite3_column_int(s, 18),
        .says = kb_column_dup(arena, s, 19),
    };
}

static enum kb_status no_memory(struct kb_store *store, struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "%s: not enough memory for the hooks",
                      store->called);
}

enum kb_status kb_store_hooks(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_hook_row **rows,
                              size_t *count, struct kb_err *err) {
    sqlite3_stmt *s =
        user ? kb_store_sql(store, COLUMNS "WHERE user = ?1 ORDER BY n DESC", err)
             : kb_store_sql(store, COLUMNS "WHERE state = 'on' OR test ORDER BY n", err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    if (user)
        kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

static enum kb_status none(struct kb_store *store, int64_t n, struct kb_err *err) {
    return kb_err_set(err, KB_EINPUT, "%s: they have no hook %lld", store->called,
                      (long long)n);
}

enum kb_status kb_store_hook(struct kb_store *store, int64_t user, int64_t n,
                             struct kb_arena *arena, struct kb_hook_row *row,
                             struct kb_err *err) {
    bool found;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "WHERE n = ?1 AND user = ?2", err);
    if (s) {
        kb_bind_int(s, 1, n);
        kb_bind_int(s, 2, user);
    }
    enum kb_status status = kb_store_row(store, s, arena, take_row, row, &found, err);
    return status == KB_OK && !found ? none(store, n, err) : status;
}

/* ---- what a person says ------------------------------------------------------------ */

static enum kb_status may_have_one_more(struct kb_store *store, int64_t user,
                                        struct kb_err *err) {
    int64_t count;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT count(*) FROM hook WHERE user = ?1", err);
    if (s)
        kb_bind_int(s, 1, user);
    enum kb_status status = kb_store_number(store, s, 0, &count, err);
    if (status == KB_OK && count >= KB_LIMIT_HOOKS)
        return kb_err_set(err, KB_ELIMIT,
                          "one person has at most %d hooks: end one first",
                          KB_LIMIT_HOOKS);
    return status;
}

enum kb_status kb_store_hook_add(struct kb_store *store, const struct kb_hook_row *hook,
                                 int64_t *n, struct kb_err *err) {
    struct kb_str name;
    *n = 0;
    enum kb_status status = kb_store_name(hook->name, &name, err);
    if (status == KB_OK)
        status = may_have_one_more(store, hook->user, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO hook (user, name, url, query, secret, added, mark) SELECT ?1, ?2, "
        "?3, ?4, ?5, ?6, ifnull(max(n), 0) FROM article",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, hook->user);
    kb_bind_str(s, 2, name);
    kb_bind_str(s, 3, hook->url);
    kb_bind_str(s, 4, hook->query);
    kb_bind_str(s, 5, hook->secret);
    kb_bind_int(s, 6, hook->added);
    status = kb_store_run(store, s, err);
    *n = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* A statement of ?1 a hook, ?2 its person and ?3. */
static enum kb_status run_on(struct kb_store *store, sqlite3_stmt *s, int64_t user,
                             int64_t n, struct kb_err *err) {
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, user);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && !sqlite3_changes(store->db) ? none(store, n, err) : status;
}

enum kb_status kb_store_hook_remove(struct kb_store *store, int64_t user, int64_t n,
                                    struct kb_err *err) {
    return run_on(store,
                  kb_store_sql(store, "DELETE FROM hook WHERE n = ?1 AND user = ?2", err),
                  user, n, err);
}

#define AT_ONCE "edits = edits + 1, next = 0, failures = 0, failing = 0 "
#define OF_ONE "WHERE n = ?1 AND user = ?2"

enum kb_status kb_store_hook_set(struct kb_store *store, int64_t user, int64_t n,
                                 enum kb_hook_setting what, struct kb_str value,
                                 struct kb_err *err) {
    enum kb_status status = KB_OK;
    sqlite3_stmt *s = NULL;
    switch (what) {
    case KB_HOOK_SET_NAME:
        status = kb_store_name(value, &value, err);
        s = kb_store_sql(store, "UPDATE hook SET name = ?3 " OF_ONE, err);
        break;
    case KB_HOOK_SET_URL:
        s = kb_store_sql(store, "UPDATE hook SET url = ?3, " AT_ONCE OF_ONE, err);
        break;
    case KB_HOOK_SET_QUERY:
        s = kb_store_sql(
            store,
            "UPDATE hook SET query = ?3, up_to = 0, mark = max(mark, (SELECT "
            "ifnull(max(n), 0) FROM article)), " AT_ONCE OF_ONE,
            err);
        break;
    case KB_HOOK_SET_SECRET:
        s = kb_store_sql(store, "UPDATE hook SET secret = ?3, " AT_ONCE OF_ONE, err);
        break;
    case KB_HOOK_SET_STATE:
        if (!kb_str_equal(value, KB_STR("on")) && !kb_str_equal(value, KB_STR("resting")))
            status = kb_err_set(err, KB_EINPUT, "a hook is set to on or resting");
        s = kb_store_sql(store, "UPDATE hook SET state = ?3, " AT_ONCE OF_ONE, err);
        break;
    }
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_str(s, 3, value);
    return run_on(store, s, user, n, err);
}

enum kb_status kb_store_hook_test(struct kb_store *store, int64_t user, int64_t n,
                                  int64_t now, struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "UPDATE hook SET test = ?3, edits = edits + 1 " OF_ONE, err);
    if (s)
        kb_bind_int(s, 3, now);
    return run_on(store, s, user, n, err);
}

enum kb_status kb_store_hook_note(struct kb_store *store, const struct kb_hook_row *row,
                                  struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE hook SET mark = max(mark, ?3), up_to = iif(?3 >= mark, ?4, up_to), "
        "missed = ?5, told = ?6, tried = ?7, "
        "status = ?8, says = ?9, test = iif(edits = ?2, ?10, test), state = iif(edits = "
        "?2, ?11, state), next = iif(edits = ?2, ?12, next), failing = iif(edits = ?2, "
        "?13, failing), failures = iif(edits = ?2, ?14, failures) WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    const int64_t numbers[] = {row->n,      row->edits, row->mark,  row->up_to,
                               row->missed, row->told,  row->tried, row->status};
    for (int i = 0; i < (int)KB_COUNT(numbers); i++)
        kb_bind_int(s, i + 1, numbers[i]);
    kb_bind_str(s, 9, row->says);
    kb_bind_int(s, 10, row->test);
    kb_bind_str(s, 11, kb_str_z(kb_hook_states[row->state]));
    kb_bind_int(s, 12, row->next);
    kb_bind_int(s, 13, row->failing);
    kb_bind_int(s, 14, row->failures);
    return kb_store_run(store, s, err);
}

/* ---- what is new ------------------------------------------------------------------- */

enum kb_status kb_store_newest_article(struct kb_store *store, int64_t *n,
                                       struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT max(n) FROM article", err);
    return kb_store_number(store, s, 0, n, err);
}

/* A look under way. */
struct look {
    struct kb_store *store;
    struct kb_arena *arena;
    const struct kb_hook_row *hook;
    struct kb_query query; /* of a hook that has one */
    struct kb_err *err;
};

/* Articles of the hook's list with after < n < below, and of one story where it is not 0,
 * by their numbers. */
static enum kb_status list(struct look *l, int64_t after, int64_t below, int64_t story,
                           size_t limit, int64_t **articles, size_t *count) {
    struct kb_search_result found;
    *articles = NULL;
    *count = 0;
    if (!l->hook->query.n) {
        const struct kb_article_wish wish = {.user = l->hook->user,
                                             .own = true,
                                             .after = after,
                                             .below = below,
                                             .story = story,
                                             .order = KB_LIST_FIRST,
                                             .limit = limit};
        return kb_store_articles(l->store, &wish, l->arena, articles, count, l->err);
    }
    const struct kb_search_options options = {.user = l->hook->user,
                                              .limit = limit,
                                              .order = KB_SEARCH_NEWEST,
                                              .after = after,
                                              .below = below,
                                              .story = story};
    enum kb_status status =
        kb_search_run(l->store->db, l->arena, &l->query, &options, &found, l->err);
    if (status != KB_OK)
        return status;
    *articles = kb_arena_zalloc(l->arena, found.count + 1, sizeof **articles);
    for (size_t i = 0; *articles && i < found.count; i++)
        (*articles)[(*count)++] = found.hits[i].n;
    return *articles ? KB_OK : no_memory(l->store, l->err);
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum kb_status story_of(struct look *l, int64_t article, int64_t *story) {
    sqlite3_stmt *s =
        kb_store_sql(l->store, "SELECT story FROM article WHERE n = ?1", l->err);
    if (s)
        kb_bind_int(s, 1, article);
    return kb_store_number(l->store, s, 0, story, l->err);
}

/* Is the article's story new to the hook?  *story is 0 where it is not. */
static enum kb_status is_news(struct look *l, int64_t article, int64_t mark,
                              const struct kb_hook_news *news, size_t news_count,
                              int64_t *story) {
    int64_t *before;
    size_t count = 0;
    enum kb_status status = story_of(l, article, story);
    if (status != KB_OK || !*story)
        return status;
    for (size_t i = 0; i < news_count; i++)
        count += news[i].story == *story;
    /* Who founded the story tells whether it can have been told at all. */
    if (!count && *story <= mark)
        status = list(l, 0, mark + 1, *story, 1, &before, &count);
    if (count)
        *story = 0;
    return status;
}

enum kb_status kb_store_hook_news(struct kb_store *store, const struct kb_hook_row *hook,
                                  int64_t mark, int64_t *up_to, size_t max, int64_t now,
                                  struct kb_arena *arena, struct kb_hook_news **news,
                                  size_t *count, struct kb_err *err) {
    struct look l = {.store = store, .arena = arena, .hook = hook, .err = err};
    enum kb_status status = KB_OK;
    int64_t *articles, story;
    size_t found;
    *count = 0;
    *news = kb_arena_zalloc(arena, max + 1, sizeof **news);
    if (!*news)
        return no_memory(store, err);
    if (*up_to > mark + KB_LIMIT_HOOK_LOOK)
        *up_to = mark + KB_LIMIT_HOOK_LOOK;
    if (*up_to <= mark)
        return KB_OK;
    if (hook->query.n)
        status = kb_store_query(store, hook->query, now, arena, &l.query, err);
    if (status == KB_OK)
        status = list(&l, mark, *up_to + 1, 0, KB_LIMIT_HOOK_LOOK, &articles, &found);
    if (status == KB_OK && found)
        qsort(articles, found, sizeof *articles, by_number);
    for (size_t i = 0; status == KB_OK && i < found; i++) {
        status = is_news(&l, articles[i], mark, *news, *count, &story);
        if (status != KB_OK || !story)
            continue;
        if (*count == max) {
            *up_to = articles[i] - 1;
            break;
        }
        (*news)[(*count)++] = (struct kb_hook_news){story, articles[i]};
    }
    return status;
}
