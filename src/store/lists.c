/* Lists of articles.  A statement takes all wishes, what does not matter being NULL;
 * which one it is depends on the wish that the fewest articles meet. */
#include "store/lists.h"

#include "store/inner.h"

#define WISHES                                                                           \
    " AND a.n > ?1 AND a.time >= ?2 AND a.time < ?3 "                                    \
    "AND (?4 IS NULL OR a.story = ?4) AND (?5 IS NULL OR a.feed = ?5) "                  \
    "AND (?6 IS NULL OR a.language = ?6 OR a.language LIKE ?6 || '-%') "                 \
    "AND (?7 IS NULL OR a.outlet IN (SELECT n FROM outlet WHERE domain = ?7 "            \
    "OR name = ?7 COLLATE NOCASE)) "                                                     \
    "AND (?8 IS NULL OR EXISTS (SELECT 1 FROM tag WHERE article = a.n AND name = ?8)) "  \
    "AND (NOT ?9 OR a.starred) AND (NOT ?10 OR NOT a.is_read) "

#define LIST(from)                                                                       \
    {                                                                                    \
        "SELECT a.n FROM " from WISHES "ORDER BY a.time DESC, a.n DESC LIMIT ?11",       \
            "SELECT a.n FROM " from WISHES "ORDER BY a.n LIMIT ?11"                      \
    }

/* What few articles have is what they are looked up by. */
enum way { BY_STORY, BY_TAG, BY_STAR, BY_FEED, BY_TIME };
static const char *const lists[][2] = {
    [BY_STORY] = LIST("article a WHERE a.story = ?4"),
    [BY_TAG] = LIST("tag t CROSS JOIN article a ON a.n = t.article WHERE t.name = ?8"),
    [BY_STAR] = LIST("article a INDEXED BY article_starred WHERE a.starred"),
    [BY_FEED] = LIST("article a WHERE a.feed = ?5"),
    [BY_TIME] = LIST("article a WHERE 1"),
};

enum kb_status kb_store_articles(struct kb_store *store,
                                 const struct kb_article_wish *wish,
                                 struct kb_arena *arena, int64_t **articles,
                                 size_t *count, struct kb_err *err) {
    const struct kb_str texts[] = {wish->language, wish->outlet, wish->tag};
    enum kb_status status = KB_OK;
    size_t cap = 0;
    bool row = true;
    enum way way = wish->story     ? BY_STORY
                   : wish->tag.n   ? BY_TAG
                   : wish->starred ? BY_STAR
                   : wish->feed    ? BY_FEED
                                   : BY_TIME;
    sqlite3_stmt *s = kb_store_sql(store, lists[way][wish->by_number], err);
    *articles = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, wish->after);
    kb_bind_int(s, 2, wish->since ? wish->since : INT64_MIN);
    kb_bind_int(s, 3, wish->before ? wish->before : INT64_MAX);
    kb_bind_ref(s, 4, wish->story);
    kb_bind_ref(s, 5, wish->feed);
    for (int i = 0; i < (int)KB_COUNT(texts); i++) {
        if (texts[i].n)
            kb_bind_str(s, 6 + i, texts[i]);
        else
            sqlite3_bind_null(s, 6 + i);
    }
    kb_bind_int(s, 9, wish->starred);
    kb_bind_int(s, 10, wish->unread);
    kb_bind_int(s, 11, wish->limit ? (int64_t)wish->limit : -1);
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        if (kb_arena_grow(arena, (void **)articles, *count, &cap, sizeof **articles,
                          SIZE_MAX))
            (*articles)[(*count)++] = sqlite3_column_int64(s, 0);
        else
            status = kb_err_set(err, KB_ENOMEM, "%s: not enough memory for the list",
                                store->path);
    }
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_count(struct kb_store *store, struct kb_store_counts *counts,
                              struct kb_err *err) {
    bool row = false;
    int at = 0;
    *counts = (struct kb_store_counts){0};
    int64_t *const numbers[] = {&counts->articles, &counts->stories, &counts->outlets,
                                &counts->feeds,    &counts->unread,  &counts->starred,
                                &counts->first,    &counts->last};
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "SELECT (SELECT count(*) FROM article), "
                     "(SELECT count(*) FROM story WHERE into_story IS NULL), "
                     "(SELECT count(*) FROM outlet), (SELECT count(*) FROM feed), "
                     "(SELECT count(*) FROM article WHERE NOT is_read), "
                     "(SELECT count(*) FROM article WHERE starred), "
                     "(SELECT min(time) FROM article), (SELECT max(time) FROM article)",
                     err);
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, &row, err);
    for (size_t i = 0; row && i < KB_COUNT(numbers); i++)
        *numbers[i] = sqlite3_column_int64(s, at++);
    sqlite3_reset(s);
    return status;
}
