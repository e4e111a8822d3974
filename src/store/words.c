/* Articles' words and the search index: words.h tells what enters and why it waits.
 *
 * The index holds no text: what is taken out of it is said to it once more (FTS5,
 * "external content tables"). */
#include "store/words.h"

#include "article/article.h"
#include "store/inner.h"
#include "store/tokenizer.h"

enum { TITLE, AUTHOR, TEXT, COLUMNS };

/* What stands before the columns' words of an article that waits. */
struct head {
    int64_t n;
    size_t bytes[COLUMNS];
};

static struct head head_at(const struct kb_buf *waiting, size_t at) {
    struct head head;
    memcpy(&head, waiting->p + at, sizeof head);
    return head;
}

static size_t end_of(const struct head *head, size_t at) {
    at += sizeof *head;
    for (int i = 0; i < COLUMNS; i++)
        at += head->bytes[i];
    return at;
}

static bool waits(const struct kb_buf *waiting, int64_t n) {
    for (size_t at = 0; at < waiting->n;) {
        struct head head = head_at(waiting, at);
        if (head.n == n)
            return true;
        at = end_of(&head, at);
    }
    return false;
}

void kb_words_forget(struct kb_store *store) {
    kb_buf_clear(&store->waiting);
}

static enum kb_status put(struct kb_store *store, const struct head *head, const char *p,
                          struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT INTO search (rowid, title, author, text) VALUES (?1, ?2, ?3, ?4)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, head->n);
    for (int i = 0; i < COLUMNS; i++) {
        kb_bind_str(s, 2 + i, (struct kb_str){p, head->bytes[i]});
        p += head->bytes[i];
    }
    return kb_store_run(store, s, err);
}

enum kb_status kb_words_settle(struct kb_store *store, struct kb_err *err) {
    const struct kb_buf *waiting = &store->waiting;
    enum kb_status status = KB_OK;
    store->words->ready = true;
    for (size_t at = 0; status == KB_OK && at < waiting->n;) {
        struct head head = head_at(waiting, at);
        status = put(store, &head, waiting->p + at + sizeof head, err);
        at = end_of(&head, at);
    }
    store->words->ready = false;
    kb_words_forget(store);
    return status;
}

/* Adds a column's words to what waits; how many bytes they take. */
static size_t add(struct kb_store *store, struct kb_str language, struct kb_str text) {
    const size_t before = store->waiting.n;
    kb_words_read(store->words, language, text, &store->waiting);
    return store->waiting.n - before;
}

enum kb_status kb_words_put(struct kb_store *store, int64_t n,
                            const struct kb_article *article, struct kb_str author,
                            struct kb_err *err) {
    struct kb_buf *waiting = &store->waiting;
    const size_t begin = waiting->n;
    struct head head = {.n = n};
    kb_buf_add(waiting, &head, sizeof head);
    head.bytes[TITLE] = add(store, article->language, article->title);
    head.bytes[AUTHOR] = add(store, KB_STR_NONE, author);
    head.bytes[TEXT] = add(store, article->language, article->content_text);
    if (waiting->status != KB_OK) {
        kb_words_forget(store);
        return kb_store_fail(store, SQLITE_NOMEM, err);
    }
    memcpy(waiting->p + begin, &head, sizeof head);
    return waiting->n < KB_LIMIT_STORE_WAITING ? KB_OK : kb_words_settle(store, err);
}

enum kb_status kb_words_out(struct kb_store *store, int64_t n, struct kb_err *err) {
    enum kb_status status = KB_OK;
    store->damaged = false;
    if (waits(&store->waiting, n))
        status = kb_words_settle(store, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO search (search, rowid, title, author, text) "
        "SELECT 'delete', n, title, author, text FROM search_text WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    status = kb_store_run(store, s, err);
    if (status == KB_OK && store->damaged)
        status = kb_store_set(store, KB_META_SEARCH,
                              KB_STR("old words of an article that was damaged"), err);
    return status;
}
