/* Looking for feeds' icons: icons.h tells what enters and leaves. */
#include "wire/icons.h"

#include <stdlib.h>

#include "html/html.h"
#include "store/store.h"
#include "wire/secret.h"
#include "wire/visit.h"

enum { A_DAY = 86400 };

struct kb_icon_job {
    struct kb_arena arena;
    struct kb_icon_wish wish; /* in the arena, as all that follows */
    yyjson_doc *settings;
    struct kb_str tries[KB_LIMIT_ICON_TRIES]; /* addresses of pictures */
    size_t count, at;
    struct kb_str home;
    bool looked, page; /* home was asked for; what is under way is home */
};

void kb_icons_free(struct kb_icon_job *job) {
    if (!job)
        return;
    yyjson_doc_free(job->settings);
    kb_arena_free(&job->arena);
    free(job);
}

static enum kb_status no_memory(struct kb_round *round) {
    return kb_err_set(round->err, KB_ENOMEM, "not enough memory for an icon");
}

/* ---- what a feed names ------------------------------------------------------------- */

/* Sizes of pictures that feeds have for their readers: favicon is the smaller one. */
static struct kb_str named_by(const struct kb_feed *feed) {
    return feed->favicon.n ? feed->favicon : feed->icon.n ? feed->icon : feed->image.url;
}

enum kb_status kb_icons_offer(struct kb_visit *v) {
    struct kb_str url = named_by(v->feed);
    if (url.n > KB_LIMIT_URL_BYTES || !kb_url_host(url).n)
        url = KB_STR_NONE;
    return kb_store_icon_named(v->round->store, v->row->n, url, v->round->now,
                               v->round->err);
}

/* ---- asking ------------------------------------------------------------------------ */

static void add_try(struct kb_icon_job *job, struct kb_str url) {
    for (size_t i = 0; i < job->count; i++)
        if (kb_str_equal(job->tries[i], url))
            return;
    if (job->count < KB_LIMIT_ICON_TRIES && url.n)
        job->tries[job->count++] = kb_arena_dup(&job->arena, url);
}

/* "https://example.org" of "https://example.org/news/"; empty where it is on no web. */
static struct kb_str origin_of(struct kb_str url) {
    size_t scheme = kb_str_starts_nocase(url, KB_STR("https://"))  ? 8
                    : kb_str_starts_nocase(url, KB_STR("http://")) ? 7
                                                                   : 0;
    size_t end = scheme;
    while (end < url.n && !memchr("/?#", url.p[end], 3))
        end++;
    return scheme ? kb_str_slice(url, 0, end) : KB_STR_NONE;
}

static void add_favicon(struct kb_round *round, struct kb_icon_job *job,
                        struct kb_str of) {
    struct kb_str origin = origin_of(of);
    if (!origin.n)
        return;
    kb_buf_clear(&round->text);
    kb_buf_str(&round->text, origin);
    kb_buf_z(&round->text, "/favicon.ico");
    add_try(job, kb_buf_view(&round->text));
}

static bool is_true(const struct kb_icon_job *job, const char *key) {
    return yyjson_is_true(yyjson_obj_get(yyjson_doc_get_root(job->settings), key));
}

/* What a person allowed for the feed's own host holds for an icon that stands there. */
static enum kb_status send(struct kb_round *round, struct kb_icon_job *job,
                           struct kb_str url) {
    yyjson_val *proxy = yyjson_obj_get(yyjson_doc_get_root(job->settings), "proxy");
    bool own = kb_str_equal_nocase(kb_url_host(url), kb_url_host(job->wish.feed_url));
    const struct kb_request request = {
        .url = url,
        .wanted = job->page ? KB_WANT_PAGE : KB_WANT_ANY,
        .max_bytes = job->page ? KB_LIMIT_ICON_PAGE_BYTES : KB_LIMIT_ICON_BYTES,
        .proxy = {yyjson_get_str(proxy), yyjson_get_len(proxy)},
        .insecure_tls = own && is_true(job, "insecure_tls"),
        .allow_private = own && is_true(job, "allow_private"),
    };
    return kb_round_ask_icon(round, &request, job);
}

static void end(struct kb_round *round, struct kb_icon_job *job) {
    round->icons_open--;
    round->icons_due = true; /* there may be more */
    kb_icons_free(job);
}

/* The next address; where there is none the job ends, and the feed stays as it is. */
static enum kb_status go_on(struct kb_round *round, struct kb_icon_job *job) {
    enum kb_status status = KB_OK;
    if (job->arena.full)
        status = no_memory(round);
    job->page = job->at == job->count && !job->looked && job->home.n;
    if (status == KB_OK && job->page) {
        job->looked = true;
        status = send(round, job, job->home);
    } else if (status == KB_OK && job->at < job->count) {
        status = send(round, job, job->tries[job->at++]);
    } else {
        end(round, job);
        return status;
    }
    if (status != KB_OK)
        end(round, job);
    return status;
}

static enum kb_status begin(struct kb_round *round, const struct kb_icon_wish *wish) {
    struct kb_icon_job *job = calloc(1, sizeof *job);
    if (!job)
        return no_memory(round);
    kb_arena_init(&job->arena, KB_LIMIT_DOCUMENT_MEMORY);
    job->wish.feed = wish->feed;
    job->wish.feed_url = kb_arena_dup(&job->arena, wish->feed_url);
    job->settings = yyjson_read(wish->feed_settings.p, wish->feed_settings.n, 0);
    add_try(job, wish->icon_url);
    job->home = kb_arena_dup(&job->arena, kb_url_host(wish->home_url).n
                                              ? wish->home_url
                                              : origin_of(wish->feed_url));
    round->icons_open++;
    return go_on(round, job);
}

/* First it is written down that it was asked for: a round that is killed does not ask
 * again and again. */
enum kb_status kb_icons_ask(struct kb_round *round) {
    struct kb_icon_wish *rows;
    struct kb_arena arena;
    size_t count = 0;
    if (round->icons_open >= KB_LIMIT_ICONS_AT_ONCE)
        return KB_OK;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_icons_due(round->store, round->now,
                                               KB_LIMIT_ICONS_AT_ONCE - round->icons_open,
                                               &arena, &rows, &count, round->err);
    if (status == KB_OK && count)
        status = kb_round_begin(round);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        status = kb_store_icon_later(round->store, rows[i].feed,
                                     round->now + (int64_t)KB_LIMIT_NO_ICON_DAYS * A_DAY,
                                     round->err);
        if (status == KB_OK)
            status = begin(round, &rows[i]);
    }
    kb_arena_free(&arena);
    return status;
}

/* ---- answers ----------------------------------------------------------------------- */

/* The icon that a page names, as far as it came: its head is enough. */
static enum kb_status read_page(struct kb_round *round, struct kb_icon_job *job,
                                const struct kb_answer *answer) {
    const struct kb_feed_hints hints = {.base_url = answer->url,
                                        .content_type = answer->content_type};
    struct kb_discovery *found;
    struct kb_err none = {.text = ""};
    enum kb_status status = KB_OK;
    struct kb_feed_reader *reader = round->spare;
    round->spare = NULL;
    if (!reader)
        status = kb_feed_reader_new(&reader, round->err);
    if (status != KB_OK)
        return status;
    status = kb_feed_discover(reader, answer->body, &hints, &found, &none);
    if (status == KB_OK)
        add_try(job, found->icon);
    if (!round->spare)
        round->spare = reader;
    else
        kb_feed_reader_free(reader);
    return status == KB_ENOMEM ? no_memory(round) : KB_OK;
}

static enum kb_status keep(struct kb_round *round, const struct kb_icon_job *job,
                           enum kb_picture_kind kind, struct kb_str bytes) {
    char name[KB_SECRET_BYTES];
    enum kb_status status = kb_secret_make(name, round->err);
    const struct kb_icon_row icon = {
        .name = kb_str_z(name), .type = kb_str_z(kb_picture_type(kind)), .bytes = bytes};
    if (status == KB_OK)
        status = kb_round_begin(round);
    return status == KB_OK
               ? kb_store_icon_put(round->store, job->wish.feed, &icon,
                                   round->now + (int64_t)KB_LIMIT_ICON_DAYS * A_DAY,
                                   round->err)
               : status;
}

enum kb_status kb_icons_answered(struct kb_round *round, struct kb_icon_job *job,
                                 const struct kb_answer *answer) {
    bool came = answer->fault == KB_FAULT_NONE && answer->status == 200;
    enum kb_status status = KB_OK;
    if (job->page) {
        if (answer->status == 200 && (came || answer->fault == KB_FAULT_TOO_LARGE))
            status = read_page(round, job, answer);
        add_favicon(round, job, came ? answer->url : job->home);
    } else if (came) {
        struct kb_picture_facts facts = kb_picture_sniff(answer->body);
        if (facts.kind != KB_PICTURE_NONE && answer->body.n <= KB_LIMIT_ICON_BYTES) {
            status = keep(round, job, facts.kind, answer->body);
            end(round, job);
            return status;
        }
    }
    if (status == KB_OK)
        return go_on(round, job);
    end(round, job);
    return status;
}
