/* Articles are kept, found by their names, replaced by newer records and taken away.
 *
 * A row of `article` is small, so that lists are read from few pages; the record itself
 * stands packed in `body`; its words go into the search index (words.h). */
#include "store/articles.h"

#include <stdlib.h>
#include <yyjson.h>

#include "html/html.h"
#include "store/cited.h"
#include "store/inner.h"
#include "store/marks.h"
#include "store/pack.h"
#include "store/stories.h"
#include "store/words.h"

/* ---- what a row says of a record --------------------------------------------------- */

static uint64_t hash_words(struct kb_str s, uint64_t seed) {
    char word[64];
    size_t n = 0, len;
    for (const char *p = s.p, *end = s.p + s.n; p < end; p += len) {
        char small = kb_plain(*p);
        uint32_t c = (unsigned char)small;
        len = 1;
        if (!small && !kb_is_word_char(c = kb_utf8_next(p, end, &len)))
            continue;
        if (n + 4 > sizeof word) {
            seed = kb_hash(word, n, seed);
            n = 0;
        }
        if (small)
            word[n++] = small;
        else
            n += kb_utf8_put(word + n, c);
    }
    return kb_hash(word, n, seed);
}

/* The hash of what is not cosmetic: letters and digits of title and text, case folded. */
static uint64_t text_hash(const struct kb_article *article) {
    return hash_words(article->content_text, hash_words(article->title, 0));
}

int64_t kb_store_time(const struct kb_article *article, int64_t seen,
                      int64_t *published) {
    enum { Y1990 = 631152000 };
    int64_t modified = 0;
    if (!kb_date_seconds(article->date_published, published) || *published < Y1990)
        *published = 0;
    if (*published && *published <= seen)
        return *published;
    if (!kb_date_seconds(article->date_modified, &modified) || modified < Y1990)
        return 0;
    return modified <= seen ? modified : 0;
}

/* Names with sep between them and around them; empty where there is none. */
static void add_name(struct kb_buf *to, struct kb_str name, char sep) {
    if (!to->n)
        kb_buf_char(to, sep);
    kb_buf_str(to, name);
    kb_buf_char(to, sep);
}

struct facts { /* what a row and the index say of a record */
    struct kb_buf author, roles, agencies;
    struct kb_str packed;
    int64_t outlet, published, time;
};

static void facts_free(struct facts *f) {
    kb_buf_free(&f->author);
    kb_buf_free(&f->roles);
    kb_buf_free(&f->agencies);
}

static enum kb_status outlet_of(struct kb_store *store, const struct kb_article *a,
                                int64_t *outlet, struct kb_err *err) {
    struct kb_str domain = a->publisher_domain.n ? a->publisher_domain : a->publisher;
    bool row = false;
    *outlet = 0;
    if (!domain.n)
        return KB_OK;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO outlet (domain, name) VALUES (?1, ?2) ON CONFLICT "
        "(domain) DO UPDATE "
        "SET name = CASE WHEN name = '' THEN excluded.name ELSE name END RETURNING n",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, domain);
    kb_bind_str(s, 2, a->publisher);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row)
        *outlet = sqlite3_column_int64(s, 0);
    return status == KB_OK ? kb_store_run(store, s, err) : status;
}

static enum kb_status facts_take(struct kb_store *store, const struct kb_article *a,
                                 int64_t seen, struct facts *f, struct kb_err *err) {
    *f = (struct facts){0};
    kb_buf_init(&f->author, KB_LIMIT_META_BYTES * 8);
    kb_buf_init(&f->roles, KB_LIMIT_META_BYTES);
    kb_buf_init(&f->agencies, KB_LIMIT_META_BYTES * 32);
    for (size_t i = 0; i < a->author_count && i < KB_LIMIT_AUTHORS; i++) {
        kb_buf_z(&f->author, i ? ", " : "");
        kb_buf_str(&f->author, kb_str_cut(a->authors[i].name, 200));
    }
    for (size_t i = 0; i < a->provenance.role_count; i++)
        add_name(&f->roles, kb_str_z(kb_role_name(a->provenance.roles[i])), ' ');
    for (size_t i = 0; i < a->provenance.source_count && i < KB_LIMIT_SOURCES; i++)
        if (a->provenance.sources[i].name.n)
            add_name(&f->agencies, kb_str_cut(a->provenance.sources[i].name, 200),
                     '\x1f');
    kb_buf_clear(&store->record);
    kb_article_print_json(a, 0, &store->record);
    if (f->author.status != KB_OK || f->agencies.status != KB_OK ||
        store->record.status != KB_OK)
        return kb_err_set(err, KB_ENOMEM, "%s: not enough memory for an article",
                          store->called);
    f->time = kb_store_time(a, seen, &f->published);
    f->time = f->time ? f->time : seen;
    enum kb_status status = outlet_of(store, a, &f->outlet, err);
    if (status == KB_OK)
        status = kb_pack_put(store->pack, kb_buf_view(&store->record), KB_STR_NONE,
                             &f->packed, err);
    return status;
}

/* ---- keeping ----------------------------------------------------------------------- */

static enum kb_status put_row(struct kb_store *store, const struct kb_article *a,
                              const struct kb_keep *k, const struct facts *f, int64_t *n,
                              struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO article (id, story, report, outlet, feed, language, time, published,"
        " seen, url, title, author, roles, agencies, text_hash, joined)"
        " VALUES (?1, ?2, coalesce((SELECT report FROM article WHERE n = ?3), ?3), ?4,"
        " ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, a->id);
    kb_bind_int(s, 2, k->story);
    kb_bind_int(s, 3, k->report);
    kb_bind_ref(s, 4, f->outlet);
    kb_bind_ref(s, 5, k->feed);
    kb_bind_str(s, 6, a->language);
    kb_bind_int(s, 7, f->time);
    kb_bind_ref(s, 8, f->published);
    kb_bind_int(s, 9, k->seen);
    kb_bind_str(s, 10, a->url.n ? a->url : a->canonical_url);
    kb_bind_str(s, 11, a->title);
    kb_bind_str(s, 12, kb_buf_view(&f->author));
    kb_bind_str(s, 13, kb_buf_view(&f->roles));
    kb_bind_str(s, 14, kb_buf_view(&f->agencies));
    kb_bind_int(s, 15, (int64_t)text_hash(a));
    kb_bind_real(s, 16, k->joined);
    enum kb_status status = kb_store_run(store, s, err);
    *n = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* A founder's story and report are its own number, which is known only now. */
static enum kb_status own_story(struct kb_store *store, int64_t n, struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "UPDATE article SET story = iif(story = 0, n, story), report = "
                     "iif(report = 0, n, "
                     "report) WHERE n = ?1",
                     err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    return kb_store_run(store, s, err);
}

static enum kb_status put_body(struct kb_store *store, int64_t n, struct kb_str packed,
                               struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT OR REPLACE INTO body (article, record) VALUES (?1, ?2)", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_blob(s, 2, packed);
    return kb_store_run(store, s, err);
}

static enum kb_status put_print(struct kb_store *store, int64_t n, int64_t time,
                                struct kb_str print, struct kb_err *err) {
    if (!print.n)
        return KB_OK;
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT OR REPLACE INTO print (article, time, data) VALUES (?1, ?2, ?3)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, time);
    kb_bind_blob(s, 3, print);
    return kb_store_run(store, s, err);
}

/* It counts as from when it did; one that stories no longer look back to has none. */
static enum kb_status renew_print(struct kb_store *store, int64_t n, struct kb_str print,
                                  struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "UPDATE print SET data = ?2 WHERE article = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_blob(s, 2, print);
    return kb_store_run(store, s, err);
}

static enum kb_status put_addresses(struct kb_store *store, int64_t n,
                                    const struct kb_article *a, struct kb_err *err) {
    const struct kb_str urls[] = {a->url, kb_article_address(a)};
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(urls); i++) {
        if (!urls[i].n)
            continue;
        sqlite3_stmt *s = kb_store_sql(
            store, "INSERT OR IGNORE INTO address (hash, article) VALUES (?1, ?2)", err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, (int64_t)kb_url_key(urls[i]));
        kb_bind_int(s, 2, n);
        status = kb_store_run(store, s, err);
    }
    return status;
}

/* It is unread for those whom it comes to. */
static enum kb_status put_unread(struct kb_store *store, int64_t n, int64_t feed,
                                 int64_t time, struct kb_err *err) {
    sqlite3_stmt *s =
        feed ? kb_store_sql(store,
                            "INSERT INTO unread (shelf, article, feed, time) SELECT h.n, "
                            "?1, ?2, ?3 FROM subscription s CROSS JOIN shelf h ON h.user "
                            "= s.user WHERE s.feed = ?2",
                            err)
             : kb_store_sql(store,
                            "INSERT INTO unread (shelf, article, feed, time) SELECT h.n, "
                            "?1, ?2, ?3 FROM user u CROSS JOIN shelf h ON h.user = u.n "
                            "WHERE u.role = 'owner'",
                            err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, feed);
    kb_bind_int(s, 3, time);
    return kb_store_run(store, s, err);
}

static enum kb_status put_mark(struct kb_store *store, int64_t n, int64_t seen,
                               const struct kb_mark *mark, struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool changed;
    if (mark->is_read)
        status = kb_store_set_read(store, mark->user, n, true, &changed, err);
    if (status == KB_OK && mark->starred)
        status = kb_store_set_starred(store, mark->user, n, seen, &changed, err);
    for (size_t i = 0; status == KB_OK && i < mark->tag_count; i++)
        status =
            kb_store_set_tag(store, mark->user, n, mark->tags[i], true, &changed, err);
    return status;
}

enum kb_status kb_store_keep(struct kb_store *store, const struct kb_article *a,
                             struct kb_keep *keep, int64_t *n, struct kb_err *err) {
    struct facts f;
    enum kb_status status = facts_take(store, a, keep->seen, &f, err);
    f.time = keep->time ? keep->time : f.time;
    if (status == KB_OK && !keep->story)
        status = kb_story_home(store, a->id, &keep->story, err);
    struct kb_story_gain gain = {.story = keep->story,
                                 .outlet = f.outlet,
                                 .report = keep->report,
                                 .language = a->language,
                                 .time = f.time};
    if (status == KB_OK)
        status = kb_story_before(store, &gain, err);
    if (status == KB_OK)
        status = put_row(store, a, keep, &f, n, err);
    if (status == KB_OK && (!keep->story || !keep->report))
        status = own_story(store, *n, err);
    if (status == KB_OK)
        status = put_body(store, *n, f.packed, err);
    if (status == KB_OK)
        status = put_print(store, *n, keep->counts, keep->print, err);
    if (status == KB_OK)
        status = put_addresses(store, *n, a, err);
    if (status == KB_OK)
        status = kb_store_cite(store, *n, a, err);
    if (status == KB_OK)
        status = put_unread(store, *n, keep->feed, f.time, err);
    for (size_t i = 0; status == KB_OK && i < keep->mark_count; i++)
        status = put_mark(store, *n, keep->seen, &keep->marks[i], err);
    if (status == KB_OK)
        status = kb_words_put(store, *n, a, kb_buf_view(&f.author), err);
    if (status == KB_OK)
        status = kb_story_after(store, &gain, *n, a->id, a->title, err);
    if (!keep->story)
        keep->story = *n;
    facts_free(&f);
    return status;
}

enum kb_status kb_store_carry(struct kb_store *store, int64_t n, int64_t feed,
                              bool *fresh, struct kb_err *err) {
    *fresh = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT OR IGNORE INTO carried (feed, article, time) SELECT ?2, n, time FROM "
        "article WHERE n = ?1 AND feed IS NOT ?2",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, feed);
    enum kb_status status = kb_store_run(store, s, err);
    *fresh = status == KB_OK && sqlite3_changes(store->db) > 0;
    return status;
}

enum kb_status kb_store_bring(struct kb_store *store, int64_t n, int64_t feed,
                              int64_t seen, const struct kb_mark *mark,
                              struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT OR IGNORE INTO unread (shelf, article, feed, time) SELECT (SELECT n FROM "
        "shelf WHERE user = u.n), a.n, ?2, a.time FROM article a, user u WHERE a.n = ?1 "
        "AND u.n = ?3 AND NOT (a.feed IS NULL AND u.role = 'owner') AND NOT EXISTS "
        "(SELECT 1 FROM subscription o WHERE o.user = u.n AND o.feed = a.feed) AND NOT "
        "EXISTS (SELECT 1 FROM carried c JOIN subscription o ON o.user = u.n AND o.feed "
        "= c.feed WHERE c.article = a.n AND c.feed <> ?2)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, feed);
    kb_bind_int(s, 3, mark->user);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && sqlite3_changes(store->db) > 0
               ? put_mark(store, n, seen, mark, err)
               : status;
}

/* ---- newer records ----------------------------------------------------------------- */

/* A story says its articles' languages, so it counts again where one changes. */
static enum kb_status changes_language(struct kb_store *store, int64_t n,
                                       struct kb_str language, bool *changes,
                                       struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT 1 FROM article WHERE n = ?1 AND language <> ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, language);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *changes = row;
    sqlite3_reset(s);
    return status;
}

static enum kb_status renew_row(struct kb_store *store, int64_t n,
                                const struct kb_article *a, const struct facts *f,
                                int64_t seen, bool version, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE article SET language = ?2, published = coalesce(?3, "
        "published), url = ?4, "
        "title = ?5, author = ?6, roles = ?7, agencies = ?8, text_hash = ?9, changed = "
        "iif(?10, ?11, changed), versions = versions + ?10 WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, a->language);
    kb_bind_ref(s, 3, f->published);
    kb_bind_str(s, 4, a->url.n ? a->url : a->canonical_url);
    kb_bind_str(s, 5, a->title);
    kb_bind_str(s, 6, kb_buf_view(&f->author));
    kb_bind_str(s, 7, kb_buf_view(&f->roles));
    kb_bind_str(s, 8, kb_buf_view(&f->agencies));
    kb_bind_int(s, 9, (int64_t)text_hash(a));
    kb_bind_int(s, 10, version);
    kb_bind_int(s, 11, seen);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_change(struct kb_store *store, int64_t n,
                               const struct kb_article *a, int64_t seen,
                               struct kb_str print, bool *new_version,
                               struct kb_err *err) {
    struct facts f = {0};
    struct kb_known known = {0};
    enum kb_status status = kb_store_known(store, a->id, &known, err);
    *new_version = known.text_hash != text_hash(a);
    bool version = *new_version && known.has_body, language = false;
    if (status == KB_OK && known.has_body)
        status = kb_words_out(store, n, err);
    if (status == KB_OK)
        status = facts_take(store, a, seen, &f, err);
    if (status == KB_OK && known.has_body)
        status = kb_version_put(store, n, kb_buf_view(&store->record), &version, err);
    if (status == KB_OK) /* packing the version took the pack's bytes */
        status = kb_pack_put(store->pack, kb_buf_view(&store->record), KB_STR_NONE,
                             &f.packed, err);
    if (status == KB_OK)
        status = put_body(store, n, f.packed, err);
    if (status == KB_OK)
        status = changes_language(store, n, a->language, &language, err);
    if (status == KB_OK)
        status = renew_row(store, n, a, &f, seen, version, err);
    if (status == KB_OK && *new_version)
        status = renew_print(store, n, print, err);
    if (status == KB_OK)
        status = put_addresses(store, n, a, err);
    if (status == KB_OK)
        status = kb_store_cite(store, n, a, err);
    if (status == KB_OK)
        status = kb_words_put(store, n, a, kb_buf_view(&f.author), err);
    if (status == KB_OK && language)
        status = kb_story_recount(store, known.story, err);
    facts_free(&f);
    return status;
}

/* ---- taking away ------------------------------------------------------------------- */

enum kb_status kb_store_drop_body(struct kb_store *store, int64_t n, struct kb_err *err) {
    enum kb_status status = kb_words_out(store, n, err);
    sqlite3_stmt *s = kb_store_sql(store, "DELETE FROM body WHERE article = ?1", err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    status = kb_store_run(store, s, err);
    return status == KB_OK ? kb_versions_forget(store, n, err) : status;
}

enum kb_status kb_store_take_away(struct kb_store *store, int64_t n, int64_t *story,
                                  struct kb_err *err) {
    bool row = false;
    *story = 0;
    enum kb_status status = kb_words_out(store, n, err);
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM article WHERE n = ?1 RETURNING story", err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    status = kb_store_step(store, s, &row, err);
    if (row)
        *story = sqlite3_column_int64(s, 0);
    return status == KB_OK ? kb_store_run(store, s, err) : status;
}

/* ---- fingerprints ------------------------------------------------------------------ */

enum kb_status kb_store_prints(struct kb_store *store, int64_t after, int64_t age,
                               enum kb_status (*each)(void *context, int64_t n,
                                                      int64_t story, int64_t time,
                                                      struct kb_str print,
                                                      struct kb_err *err),
                               void *context, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT p.article, a.story, p.time, p.data FROM print p JOIN article a ON a.n = "
        "p.article WHERE p.article > ?1 AND (?2 = 0 OR p.time = 0 OR "
        "p.time >= " KB_STORE_PRINTS_NEWEST " - ?2) ORDER BY p.article",
        err);
    enum kb_status status = KB_OK;
    bool row = true;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, after);
    kb_bind_int(s, 2, age);
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row)
        status = each(context, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                      sqlite3_column_int64(s, 2), kb_column(s, 3), err);
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_date_prints(struct kb_store *store, int64_t time,
                                    struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "UPDATE print SET time = ?1 WHERE time = 0", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, time);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_forget_prints(struct kb_store *store, int64_t before,
                                      struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM print WHERE time > 0 AND time < ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, before);
    return kb_store_run(store, s, err);
}
