/* Push: push.h tells what enters and leaves. */
#include "wire/push.h"

#include <yyjson.h>

#include "html/html.h"
#include "wire/secret.h"
#include "wire/visit.h"

/* A hub that does not confirm that it was left is told so often. */
enum { FAREWELLS = 5 };

static struct kb_websub as_sub(const struct kb_hub_row *row) {
    return (struct kb_websub){.hub = row->hub,
                              .topic = row->topic,
                              .secret = row->secret,
                              .wanted = row->feed != 0,
                              .denied = row->denied,
                              .lease_until = row->lease_until,
                              .next = row->next,
                              .tries = (uint32_t)row->tries,
                              .seed = (uint64_t)row->n};
}

static enum kb_status set(struct kb_store *store, const struct kb_hub_row *row,
                          const struct kb_websub *sub, struct kb_str says,
                          struct kb_err *err) {
    struct kb_hub_row next = *row;
    next.denied = sub->denied;
    next.lease_until = sub->lease_until;
    next.next = sub->next;
    next.tries = sub->tries;
    next.says = says;
    return kb_store_hub_set(store, &next, err);
}

/* ---- a feed names a hub ------------------------------------------------------------ */

/* All headers of that name, with ", " between them. */
static struct kb_str all_links(const struct kb_answer *answer, struct kb_buf *out) {
    kb_buf_clear(out);
    for (size_t i = 0; i < answer->header_count; i++) {
        if (!kb_str_equal_nocase(answer->headers[i].name, KB_STR("Link")))
            continue;
        kb_buf_z(out, out->n ? ", " : "");
        kb_buf_str(out, answer->headers[i].value);
    }
    return kb_buf_view(out);
}

static struct kb_str hub_of(const struct kb_feed *feed) {
    static const char *const kinds[] = {"WebSub", "PubSubHubbub"};
    for (size_t i = 0; i < feed->hubs.count; i++)
        for (size_t k = 0; k < KB_COUNT(kinds); k++)
            if (kb_str_equal_nocase(feed->hubs.items[i].type, kb_str_z(kinds[k])))
                return feed->hubs.items[i].url;
    return KB_STR_NONE;
}

/* An absolute address stays as it was written, for the hub knows the topic by it. */
static struct kb_str resolved(struct kb_visit *v, struct kb_str url) {
    struct kb_urls *urls;
    struct kb_err err;
    struct kb_str found = KB_STR_NONE;
    if (kb_url_is_web(url))
        return kb_arena_dup(&v->arena, url);
    if (kb_urls_new(&urls, &err) != KB_OK)
        return found;
    if (kb_urls_set_base(urls, v->answer->url))
        found = kb_urls_resolve(urls, &v->arena, url, false);
    kb_urls_free(urls);
    return found;
}

static enum kb_status subscribe(struct kb_visit *v, const struct kb_websub_offer *offer) {
    struct kb_round *round = v->round;
    char token[KB_SECRET_BYTES], secret[KB_SECRET_BYTES];
    struct kb_hub_row row = {.feed = v->row->n, .hub = offer->hub, .topic = offer->topic};
    enum kb_status status = kb_secret_make(token, round->err);
    if (status == KB_OK)
        status = kb_secret_make(secret, round->err);
    if (status != KB_OK)
        return status;
    kb_buf_clear(&round->text);
    kb_buf_z(&round->text, round->options->callback);
    kb_buf_z(&round->text, token);
    row.callback = kb_buf_view(&round->text);
    row.token = kb_str_z(token);
    row.secret = kb_str_z(secret);
    round->hubs_due = true;
    return kb_store_hub_add(round->store, &row, round->err);
}

enum kb_status kb_push_offer(struct kb_visit *v) {
    struct kb_round *round = v->round;
    struct kb_websub_offer offer;
    enum kb_status status = kb_round_begin(round);
    if (status != KB_OK)
        return status;
    bool offers = kb_websub_discover(all_links(v->answer, &round->text), hub_of(v->feed),
                                     v->feed->feed_url, v->answer->url, &offer);
    if (offers) {
        offer.hub = resolved(v, offer.hub);
        offer.topic = resolved(v, offer.topic);
    }
    if (!offers || !offer.hub.n || !offer.topic.n) {
        round->hubs_due = round->hubs_due || v->hub.n;
        return v->hub.n ? kb_store_hub_leave(round->store, v->row->n, round->err) : KB_OK;
    }
    if (v->hub.n && kb_str_equal(v->hub.hub, offer.hub) &&
        kb_str_equal(v->hub.topic, offer.topic))
        return KB_OK;
    return subscribe(v, &offer);
}

/* ---- speaking to hubs -------------------------------------------------------------- */

static bool is_true(yyjson_val *object, const char *key) {
    return yyjson_is_true(yyjson_obj_get(object, key));
}

/* What a person allowed for the feed's own host holds for a hub that stands there. */
static enum kb_status send(struct kb_round *round, const struct kb_hub_row *row,
                           struct kb_str form, int64_t next) {
    yyjson_doc *settings = yyjson_read(row->feed_settings.p, row->feed_settings.n, 0);
    yyjson_val *root = yyjson_doc_get_root(settings),
               *proxy = yyjson_obj_get(root, "proxy");
    bool home = kb_str_equal_nocase(kb_url_host(row->hub), kb_url_host(row->feed_url));
    const struct kb_request request = {
        .url = row->hub,
        .method = KB_POST,
        .wanted = KB_WANT_TEXT,
        .max_bytes = KB_LIMIT_ROBOTS_BYTES,
        .body = form,
        .proxy = {yyjson_get_str(proxy), yyjson_get_len(proxy)},
        .insecure_tls = home && is_true(root, "insecure_tls"),
        .allow_private = home && is_true(root, "allow_private"),
    };
    enum kb_status status = kb_round_ask_hub(round, &request, row->n, next);
    yyjson_doc_free(settings);
    return status;
}

/* First it is written down that it was asked: a round that is killed does not ask again
 * and again. */
static enum kb_status ask_one(struct kb_round *round, const struct kb_hub_row *row,
                              struct kb_buf *form) {
    struct kb_websub sub = as_sub(row), next;
    kb_websub_form(&sub, row->callback, form);
    if (form->status != KB_OK)
        return kb_err_set(round->err, form->status, "not enough memory for a hub");
    kb_websub_asked(&sub, 0, round->now, &next);
    enum kb_status status = set(round->store, row, &next, row->says, round->err);
    if (status == KB_OK && !sub.wanted && sub.tries >= FAREWELLS)
        return kb_store_hub_remove(round->store, row->n, round->err);
    return status == KB_OK ? send(round, row, kb_buf_view(form), next.next) : status;
}

enum kb_status kb_push_ask(struct kb_round *round) {
    struct kb_arena arena;
    struct kb_buf form;
    struct kb_hub_row *rows;
    size_t count = 0;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&form, KB_LIMIT_FORM_BYTES);
    enum kb_status status = kb_store_hubs_due(
        round->store, round->now, KB_LIMIT_HUBS_ASKED, &arena, &rows, &count, round->err);
    if (status == KB_OK && count)
        status = kb_round_begin(round);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = ask_one(round, &rows[i], &form);
    kb_buf_free(&form);
    kb_arena_free(&arena);
    return status;
}

static void say_answer(const struct kb_answer *answer, struct kb_buf *out) {
    struct kb_str said = kb_str_cut(kb_str_trim(answer->body), 120);
    kb_buf_clear(out);
    if (answer->fault != KB_FAULT_NONE) {
        kb_buf_printf(out, "the hub cannot be asked: ");
        kb_buf_str(out, answer->message);
    } else if (answer->status >= 200 && answer->status < 300) {
        kb_buf_z(out, "the hub was asked, and is to confirm");
    } else {
        kb_buf_printf(out, "the hub refuses: %d %s", answer->status,
                      kb_fetch_phrase(answer->status));
        if (said.n && kb_utf8_valid_prefix(said) == said.n) {
            kb_buf_z(out, ": ");
            kb_buf_str(out, said);
        }
    }
}

enum kb_status kb_push_asked(struct kb_round *round, int64_t hub, int64_t next,
                             const struct kb_answer *answer) {
    struct kb_arena arena;
    struct kb_hub_row row;
    struct kb_websub after;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_round_begin(round);
    if (status == KB_OK)
        status = kb_store_hub_at(round->store, hub, &arena, &row, round->err);
    /* A hub that asked back before it answered has been heard already. */
    if (status != KB_OK || !row.n || row.next != next) {
        kb_arena_free(&arena);
        return status;
    }
    struct kb_websub sub = as_sub(&row);
    int code = answer->fault == KB_FAULT_NONE ? answer->status : 0;
    sub.tries -= sub.tries > 0; /* counted when it was asked */
    kb_websub_asked(&sub, code, round->now, &after);
    say_answer(answer, &round->text);
    if (!sub.wanted && code >= 400 && code < 500)
        status = kb_store_hub_remove(round->store, row.n, round->err);
    else
        status = set(round->store, &row, &after, kb_buf_view(&round->text), round->err);
    kb_arena_free(&arena);
    return status;
}

/* ---- what hubs send ---------------------------------------------------------------- */

static void unknown(struct kb_websub_reply *reply, int status) {
    *reply = (struct kb_websub_reply){.status = status,
                                      .says = "nobody here asked a hub for this"};
}

enum kb_status kb_push_verify(struct kb_store *store, struct kb_str token,
                              const struct kb_websub_query *query, int64_t now,
                              struct kb_arena *arena, struct kb_websub_reply *reply,
                              struct kb_err *err) {
    struct kb_hub_row row;
    struct kb_websub next;
    enum kb_status status = kb_store_hub_named(store, token, arena, &row, err);
    if (status != KB_OK || !row.n) {
        unknown(reply, 404);
        return status;
    }
    struct kb_websub sub = as_sub(&row);
    kb_websub_verify(&sub, query, now, &next, reply);
    if (reply->status != 200)
        return KB_OK;
    if (!sub.wanted)
        return kb_store_hub_remove(store, row.n, err);
    return set(store, &row, &next, kb_str_z(reply->says), err);
}

enum kb_status kb_push_judge(struct kb_store *store, struct kb_str token,
                             const struct kb_pushed *pushed, struct kb_arena *arena,
                             struct kb_hub_row *hub, enum kb_websub_news *news,
                             struct kb_websub_reply *reply, struct kb_err *err) {
    *news = KB_WEBSUB_IGNORE;
    enum kb_status status = kb_store_hub_named(store, token, arena, hub, err);
    if (status != KB_OK || !hub->n) {
        unknown(reply, 410);
        return status;
    }
    struct kb_websub sub = as_sub(hub);
    *news =
        kb_websub_receive(&sub, pushed->links, pushed->signature, pushed->body, reply);
    if (hub->paused)
        *news = KB_WEBSUB_IGNORE;
    return KB_OK;
}

/* An unsigned hint, or news that there is no room for: the feed is asked itself, but not
 * again and again, and not where it fails. */
static enum kb_status look(struct kb_store *store, int64_t feed, int64_t now,
                           struct kb_err *err) {
    struct kb_arena arena;
    struct kb_feed_row row;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_feed_at(store, 0, feed, &arena, &row, err);
    if (status == KB_OK && row.n && !row.failures) {
        int64_t soon = row.last_success + KB_LIMIT_PUSH_LOOK_S;
        status = kb_store_feed_due(store, feed, soon > now ? soon : now, err);
    }
    kb_arena_free(&arena);
    return status;
}

enum kb_status kb_push_keep(struct kb_store *store, const struct kb_hub_row *hub,
                            const struct kb_pushed *pushed, enum kb_websub_news news,
                            int64_t now, bool *full, struct kb_err *err) {
    const struct kb_push_row row = {.feed = hub->feed,
                                    .topic = hub->topic,
                                    .type = pushed->type,
                                    .body = pushed->body};
    bool kept = false;
    enum kb_status status = KB_OK;
    if (news == KB_WEBSUB_TAKE)
        status = kb_store_push_add(store, &row, now, &kept, err);
    *full = news == KB_WEBSUB_TAKE && !kept;
    return status == KB_OK && !kept ? look(store, hub->feed, now, err) : status;
}
