/* The thread that tells people's programs of new stories: hooks.h says how, hook.h what.
 *
 * All deliveries that begin or end together share one commit.  A hook has one delivery
 * under way at a time, so that what it is told comes in order. */
#include "serve/hooks.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "serve/hook.h"
#include "serve/inner.h"

/* Milliseconds: between two looks, so that a round's many commits are one, and before the
 * first, as who starts the server wants a page first; until the next where nobody woke it
 * (another process may have written); and how long it waits for answers before it looks
 * whether it was woken. */
enum { GATHER_MS = 1000, BEAT_MS = 20000, STEP_MS = 100 };

/* Looks for one hook's news before it is another's turn. */
enum { LOOKS = 20 };

/* How far a hook has been looked through without finding anything: not worth a commit. */
struct place {
    int64_t n, edits, mark;
    bool busy;
};

struct kb_hooks {
    struct kb_server *server;
    struct kb_client *client;
    pthread_t thread;
    pthread_mutex_t lock; /* of the three below */
    pthread_cond_t change;
    bool woken, at_once, stop;
    /* The thread's own. */
    int64_t looked, next, retry; /* steady milliseconds */
    struct place *places;
    size_t place_count;
    struct delivery *answered; /* to be written down */
};

struct delivery {
    struct delivery *next;
    struct kb_hooks *hooks;
    struct kb_arena arena; /* of the row's texts */
    struct kb_hook_row row;
    struct kb_buf body; /* empty: there is nothing to send, the row alone is kept */
    char id[KB_HOOK_ID_BYTES];
    bool test, kept;
};

/* ---- deliveries -------------------------------------------------------------------- */

static void delivery_free(struct delivery *d) {
    if (!d)
        return;
    kb_buf_free(&d->body);
    kb_arena_free(&d->arena);
    free(d);
}

static struct delivery *delivery_new(struct kb_hooks *hooks,
                                     const struct kb_hook_row *row) {
    struct delivery *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    kb_arena_init(&d->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&d->body, KB_LIMIT_ANSWER_BYTES);
    d->hooks = hooks;
    d->row = *row;
    struct kb_str *texts[] = {&d->row.name, &d->row.url, &d->row.query, &d->row.secret,
                              &d->row.says};
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        *texts[i] = kb_arena_dup(&d->arena, *texts[i]);
    if (!d->arena.full)
        return d;
    delivery_free(d);
    return NULL;
}

static struct place *place_of(struct kb_hooks *hooks, int64_t n) {
    for (size_t i = 0; i < hooks->place_count; i++)
        if (hooks->places[i].n == n)
            return &hooks->places[i];
    return NULL;
}

/* ---- what is new ------------------------------------------------------------------- */

/* A pass under way: the file at one moment. */
struct pass {
    struct kb_hooks *hooks;
    struct kb_store *store;
    int64_t now, newest;
    struct delivery *first;
    size_t room;     /* for deliveries */
    bool again;      /* there is more than one pass does */
    int64_t next_ms; /* until the first that waits may be tried again */
};

static enum kb_status put(struct pass *p, struct delivery *d, bool test,
                          const struct kb_hook_news *news, size_t count,
                          struct kb_err *err) {
    struct kb_hook_row named = d->row;
    if (test) { /* a number that no article has */
        named.mark = -d->row.test;
        named.up_to = 0;
    }
    d->test = test;
    if (!kb_hook_id(&named, d->id))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a hook");
    const struct kb_hook_message message = {&d->row, d->id, p->now, test, news, count};
    return kb_hook_print(p->store, &message, &d->arena, &d->body, err);
}

/* A trial has the newest story in it, so that there is something to look at. */
static enum kb_status put_trial(struct pass *p, struct delivery *d, struct kb_err *err) {
    const struct kb_story_wish wish = {
        .user = d->row.user, .own = true, .newest = true, .limit = 1};
    struct kb_hook_news news = {.story = 0};
    struct kb_story_row *rows;
    int64_t *articles;
    size_t count, found = 0;
    enum kb_status status =
        kb_store_stories(p->store, &wish, &d->arena, &rows, &count, err);
    if (status == KB_OK && count) {
        news.story = rows[0].n;
        status = kb_store_story_articles(p->store, rows[0].n, 1, &d->arena, &articles,
                                         &found, err);
    }
    if (status == KB_OK && found)
        news.article = articles[0];
    return status == KB_OK ? put(p, d, true, &news, found, err) : status;
}

/* A hook that was away for long is told of as much as anybody looks through. */
static bool pass_over(struct pass *p, struct kb_hook_row *row) {
    int64_t from = p->newest - KB_LIMIT_HOOK_BACK;
    if (row->mark >= from)
        return false;
    row->missed += from - row->mark;
    row->mark = from;
    row->up_to = 0;
    return true;
}

/* The next stories for a hook, as a delivery; or nothing to send, and the row is to be
 * kept where *keep. */
static enum kb_status put_news(struct pass *p, struct place *place, struct delivery *d,
                               bool *keep, struct kb_err *err) {
    struct kb_hook_row *row = &d->row;
    struct kb_hook_news *news;
    enum kb_status status = KB_OK;
    size_t count = 0;
    int64_t kept_mark = row->mark;
    bool again =
        row->up_to > row->mark; /* one that was tried, or sent by who was killed */
    *keep = pass_over(p, row) || again;
    again = again && row->up_to;
    if (!again && place->edits == row->edits && place->mark > row->mark)
        row->mark = place->mark;
    for (int i = 0; status == KB_OK && !count && i < LOOKS && row->mark < p->newest;
         i++) {
        int64_t up_to = again ? row->up_to : p->newest;
        status =
            kb_store_hook_news(p->store, row, row->mark, &up_to, KB_LIMIT_HOOK_STORIES,
                               p->now, &d->arena, &news, &count, err);
        if (status != KB_OK)
            break;
        again = false;
        row->up_to = up_to;
        if (!count) {
            row->mark = up_to;
            row->up_to = 0;
        }
    }
    if (status != KB_OK)
        return status;
    place->mark = row->mark;
    place->edits = row->edits;
    if (count)
        return put(p, d, false, news, count, err);
    *keep = *keep || row->mark - kept_mark >= KB_LIMIT_HOOK_LOOK;
    p->again = p->again || row->mark < p->newest;
    return KB_OK;
}

/* A query that cannot be asked any more is the person's to mend. */
static void give_up(struct delivery *d, const struct kb_err *err) {
    d->row.state = KB_HOOK_RESTING;
    d->row.status = 0;
    d->row.says = kb_arena_dup(&d->arena, kb_str_z(err->text));
}

static enum kb_status prepare(struct pass *p, const struct kb_hook_row *row,
                              struct kb_err *err) {
    struct place *place = place_of(p->hooks, row->n);
    bool keep = false;
    int64_t wait = row->next - p->now;
    if (!place || place->busy)
        return KB_OK;
    /* A moment that is further away than any wait is of a clock that was wrong. */
    if (!row->test && wait > 0 && wait <= KB_LIMIT_HOOK_ASKED_MOST_S) {
        if (wait * 1000 < p->next_ms)
            p->next_ms = wait * 1000;
        return KB_OK;
    }
    if (!p->room) {
        p->again = true;
        return KB_OK;
    }
    struct delivery *d = delivery_new(p->hooks, row);
    if (!d)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a hook");
    enum kb_status status =
        row->test ? put_trial(p, d, err) : put_news(p, place, d, &keep, err);
    if (status == KB_EINPUT || status == KB_ELIMIT || status == KB_EUSAGE) {
        give_up(d, err);
        status = KB_OK;
        keep = true;
    }
    if (status != KB_OK || (!d->body.n && !keep)) {
        delivery_free(d);
        return status;
    }
    p->room -= d->body.n > 0;
    place->busy = d->body.n > 0;
    d->next = p->first;
    p->first = d;
    return KB_OK;
}

/* Places of the hooks that there are. */
static bool renew_places(struct kb_hooks *hooks, const struct kb_hook_row *rows,
                         size_t count) {
    struct place *places = calloc(count + 1, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct place *old = place_of(hooks, rows[i].n);
        if (old)
            places[i] = *old;
        else
            places[i].n = rows[i].n;
    }
    free(hooks->places);
    hooks->places = places;
    hooks->place_count = count;
    return true;
}

static enum kb_status look(struct pass *p, struct kb_arena *arena, struct kb_err *err) {
    struct kb_hook_row *rows;
    size_t count;
    enum kb_status status = kb_store_hooks(p->store, 0, arena, &rows, &count, err);
    if (status == KB_OK && !renew_places(p->hooks, rows, count))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for the hooks");
    if (status == KB_OK)
        status = kb_store_newest_article(p->store, &p->newest, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = prepare(p, &rows[i], err);
    return status;
}

/* ---- kept, sent -------------------------------------------------------------------- */

/* Writes all their rows down, in one commit. */
static bool keep_all(struct kb_hooks *hooks, const struct delivery *first) {
    struct kb_store *store;
    struct kb_err err;
    if (!first)
        return true;
    enum kb_status status = kb_server_begin(hooks->server, &store, &err);
    if (status != KB_OK)
        return false;
    for (const struct delivery *d = first; status == KB_OK && d; d = d->next)
        status = kb_store_hook_note(store, &d->row, &err);
    return kb_server_end(hooks->server, status, &err) == KB_OK;
}

static void let_go(struct delivery *d) {
    struct place *place = place_of(d->hooks, d->row.n);
    if (place)
        place->busy = false;
    delivery_free(d);
}

static bool send_one(struct kb_hooks *hooks, struct delivery *d) {
    char signature[KB_HOOK_SIGNATURE_BYTES], plain[KB_HOOK_PLAIN_BYTES],
        seconds[KB_TIME_BYTES];
    struct kb_buf text = {.p = seconds, .cap = sizeof seconds, .max = sizeof seconds};
    struct kb_str body = kb_buf_view(&d->body);
    struct kb_err err;
    int64_t now = (int64_t)time(NULL);
    kb_buf_printf(&text, "%lld", (long long)now);
    if (!kb_hook_sign(d->row.secret, d->id, now, body, signature))
        return false;
    kb_hook_sign_plain(d->row.secret, body, plain);
    const struct kb_header headers[] = {
        {KB_STR("webhook-id"), kb_str_z(d->id)},
        {KB_STR("webhook-timestamp"), kb_buf_view(&text)},
        {KB_STR("webhook-signature"), kb_str_z(signature)},
        {KB_STR("X-Kabar-Event"), d->test ? KB_STR("test") : KB_STR("stories")},
        {KB_STR("X-Kabar-Signature"), kb_str_z(plain)},
    };
    const struct kb_request request = {.url = d->row.url,
                                       .method = KB_POST,
                                       .headers = headers,
                                       .header_count = KB_COUNT(headers),
                                       .body = body,
                                       .body_type = KB_STR("application/json"),
                                       .no_redirects = true,
                                       .max_bytes = KB_LIMIT_HOOK_ANSWER_BYTES,
                                       .total_ms = KB_LIMIT_HOOK_MS};
    return kb_client_add(hooks->client, &request, d, &err) == KB_OK;
}

/* The next look's delay in milliseconds. */
static int64_t pass(struct kb_hooks *hooks) {
    struct pass p = {.hooks = hooks, .now = (int64_t)time(NULL), .next_ms = BEAT_MS};
    struct kb_arena arena;
    struct kb_err err;
    size_t open = kb_client_open(hooks->client);
    p.room = open < KB_LIMIT_HOOK_AT_ONCE ? KB_LIMIT_HOOK_AT_ONCE - open : 0;
    if (kb_server_reader(hooks->server, &p.store, &err) != KB_OK)
        return BEAT_MS;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = look(&p, &arena, &err);
    kb_arena_free(&arena);
    kb_server_reader_back(hooks->server, p.store);
    bool kept = keep_all(hooks, p.first);
    for (struct delivery *d = p.first, *next; d; d = next) {
        next = d->next;
        d->next = NULL;
        if (!kept || !d->body.n || !send_one(hooks, d))
            let_go(d);
    }
    return status == KB_OK && kept && p.again ? GATHER_MS : p.next_ms;
}

/* ---- answered ---------------------------------------------------------------------- */

static void take_answer(void *arg, void *context, struct kb_answer *answer) {
    struct kb_hooks *hooks = arg;
    struct delivery *d = context;
    if (answer->fault == KB_FAULT_STOPPED) { /* it is sent again after the next start */
        let_go(d);
    } else {
        kb_hook_took(&d->row, answer, d->test, (int64_t)time(NULL));
        d->row.says = kb_arena_dup(&d->arena, d->row.says);
        d->next = hooks->answered;
        hooks->answered = d;
    }
    kb_answer_free(answer);
}

/* How it went, in one commit; where that fails it is tried again. */
static void write_down(struct kb_hooks *hooks) {
    if (!hooks->answered)
        return;
    if (!keep_all(hooks, hooks->answered)) {
        hooks->retry = kb_steady_ms() + GATHER_MS;
        return;
    }
    while (hooks->answered) {
        struct delivery *d = hooks->answered;
        hooks->answered = d->next;
        let_go(d);
    }
    hooks->next = 0; /* there may be more for them */
}

/* ---- the thread -------------------------------------------------------------------- */

static void step(struct kb_hooks *hooks) {
    struct kb_err err;
    if (kb_client_open(hooks->client) &&
        kb_client_step(hooks->client, STEP_MS, take_answer, hooks, &err) != KB_OK)
        hooks->next = kb_steady_ms() + BEAT_MS;
    write_down(hooks);
}

static void *run(void *context) {
    struct kb_hooks *hooks = context;
    (void)pthread_mutex_lock(&hooks->lock);
    while (!hooks->stop) {
        int64_t now = kb_steady_ms(), at = hooks->next;
        if (hooks->answered && hooks->retry < at)
            at = hooks->retry;
        if (hooks->woken && hooks->looked + GATHER_MS < at)
            at = hooks->looked + GATHER_MS;
        if (hooks->at_once || at <= now) {
            hooks->woken = hooks->at_once = false;
            hooks->looked = now;
            (void)pthread_mutex_unlock(&hooks->lock);
            write_down(hooks);
            int64_t wait = pass(hooks);
            hooks->next = now + wait;
            (void)pthread_mutex_lock(&hooks->lock);
        } else if (kb_client_open(hooks->client)) {
            (void)pthread_mutex_unlock(&hooks->lock);
            step(hooks);
            (void)pthread_mutex_lock(&hooks->lock);
        } else {
            struct timespec t = {.tv_sec = (time_t)(at / 1000),
                                 .tv_nsec = (long)(at % 1000) * 1000000};
            (void)pthread_cond_timedwait(&hooks->change, &hooks->lock, &t);
        }
    }
    (void)pthread_mutex_unlock(&hooks->lock);
    /* Answers that have come are kept; the others are asked for again at the next start,
     * by the same id. */
    kb_client_stop(hooks->client);
    for (int i = 0; kb_client_open(hooks->client) && i < KB_LIMIT_HOOK_AT_ONCE; i++)
        step(hooks);
    write_down(hooks);
    return NULL;
}

static enum kb_status start(struct kb_hooks *hooks, struct kb_err *err) {
    pthread_condattr_t steady;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&hooks->change, &steady);
    (void)pthread_condattr_destroy(&steady);
    if (pthread_create(&hooks->thread, NULL, run, hooks) == 0)
        return KB_OK;
    (void)pthread_cond_destroy(&hooks->change);
    return kb_err_set(err, KB_ENOMEM, "no thread can be made for the server");
}

enum kb_status kb_hooks_new(struct kb_server *server,
                            const struct kb_client_options *client, struct kb_hooks **out,
                            struct kb_err *err) {
    struct kb_client_options options = *client;
    struct kb_hooks *hooks = calloc(1, sizeof *hooks);
    *out = NULL;
    if (!hooks || pthread_mutex_init(&hooks->lock, NULL) != 0) {
        free(hooks);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    }
    hooks->server = server;
    hooks->next = kb_steady_ms() + GATHER_MS;
    /* A receiver is somebody's own program and wants its news now; where it asks for a
     * pause, that hook waits, and not others at the same host. */
    options.connections = options.per_host = KB_LIMIT_HOOK_AT_ONCE;
    options.spacing_ms = 0;
    options.no_pauses = true;
    options.total_ms = options.connect_ms = KB_LIMIT_HOOK_MS;
    options.trace = NULL;
    enum kb_status status = kb_client_new(&hooks->client, &options, err);
    if (status == KB_OK)
        status = start(hooks, err);
    if (status != KB_OK) {
        kb_client_free(hooks->client);
        (void)pthread_mutex_destroy(&hooks->lock);
        free(hooks);
        return status;
    }
    *out = hooks;
    return KB_OK;
}

void kb_hooks_wake(struct kb_hooks *hooks, bool at_once) {
    if (!hooks)
        return;
    (void)pthread_mutex_lock(&hooks->lock);
    hooks->woken = true;
    hooks->at_once = hooks->at_once || at_once;
    (void)pthread_cond_signal(&hooks->change);
    (void)pthread_mutex_unlock(&hooks->lock);
}

void kb_hooks_free(struct kb_hooks *hooks) {
    if (!hooks)
        return;
    (void)pthread_mutex_lock(&hooks->lock);
    hooks->stop = true;
    (void)pthread_cond_signal(&hooks->change);
    (void)pthread_mutex_unlock(&hooks->lock);
    (void)pthread_join(hooks->thread, NULL);
    while (hooks->answered) {
        struct delivery *d = hooks->answered;
        hooks->answered = d->next;
        delivery_free(d);
    }
    kb_client_free(hooks->client);
    (void)pthread_cond_destroy(&hooks->change);
    (void)pthread_mutex_destroy(&hooks->lock);
    free(hooks->places);
    free(hooks);
}
