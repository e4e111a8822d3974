/* A round of all feeds that are due: round.h tells what enters and leaves.
 *
 * One thread drives all connections; what the answers bring is written in one transaction
 * for each step of the client's, so that the file is never held while the network is
 * waited for. */
#include "wire/round.h"

#include <stdlib.h>
#include <time.h>

#include "wire/visit.h"

/* How long one step may wait: stopping is looked for in between. */
enum { STEP_MS = 200 };

/* Feeds that are open at once: enough hosts to keep all connections busy. */
enum { FEEDS_OPEN = 500 };

/* What a request is for: the client's context. */
enum errand_kind { FOR_FEED, FOR_PAGE, FOR_ROBOTS, FOR_HUB, FOR_ICON };

struct errand {
    enum errand_kind kind;
    void *subject;     /* struct kb_visit, kb_page_job, kb_gate_host, kb_icon_job */
    int64_t hub, next; /* … or a hub's number, and what its row said */
};

enum kb_status kb_round_begin(struct kb_round *round) {
    enum kb_status status = KB_OK;
    if (!round->open)
        status = round->desk ? kb_desk_begin(round->desk, round->err)
                             : kb_store_begin(round->store, round->err);
    round->open = status == KB_OK;
    return status;
}

/* What is told, and counted, is in the file. */
static void tell(struct kb_round *round, const struct kb_round_told *told) {
    round->result->feeds++;
    round->result->failed += told->failed;
    round->result->fresh += told->fresh;
    round->result->changed += told->changed;
    round->result->dropped += told->dropped;
    if (round->options->told)
        round->options->told(round->options->context, told);
}

static enum kb_status commit(struct kb_round *round) {
    if (!round->open)
        return KB_OK;
    round->open = false;
    enum kb_status status = round->desk ? kb_desk_commit(round->desk, round->err)
                                        : kb_store_commit(round->store, round->err);
    for (struct kb_visit *v = round->ended; v && status == KB_OK; v = v->next)
        tell(round, &v->told);
    round->pushes_due = round->pushes_due || round->ended;
    round->ended = NULL;
    round->last = &round->ended;
    return status;
}

static void alive(const struct kb_round *round) {
    if (round->options->alive)
        round->options->alive(round->options->context);
}

enum kb_status kb_round_pause(struct kb_round *round) {
    alive(round);
    return round->open && kb_store_wanted(round->store) ? commit(round) : KB_OK;
}

static void fail(struct kb_round *round, enum kb_status status) {
    if (round->status == KB_OK && status != KB_OK)
        round->status = status;
}

/* ---- asking ------------------------------------------------------------------------ */

static enum kb_status send(struct kb_round *round, const struct kb_request *request,
                           struct errand what) {
    struct errand *errand = malloc(sizeof *errand);
    if (!errand)
        return kb_err_set(round->err, KB_ENOMEM, "not enough memory for a request");
    *errand = what;
    enum kb_status status = kb_client_add(round->client, request, errand, round->err);
    if (status != KB_OK)
        free(errand);
    return status;
}

static enum kb_status ask(struct kb_round *round, const struct kb_request *request,
                          enum errand_kind kind, void *subject) {
    return send(round, request, (struct errand){.kind = kind, .subject = subject});
}

enum kb_status kb_round_ask_hub(struct kb_round *round, const struct kb_request *request,
                                int64_t hub, int64_t next) {
    return send(round, request,
                (struct errand){.kind = FOR_HUB, .hub = hub, .next = next});
}

enum kb_status kb_round_ask_icon(struct kb_round *round, const struct kb_request *request,
                                 struct kb_icon_job *job) {
    return ask(round, request, FOR_ICON, job);
}

static bool ask_robots(void *arg, const struct kb_robots_host *robots,
                       struct kb_gate_host *host) {
    const struct kb_request request = kb_robots_host_request(robots);
    return ask(arg, &request, FOR_ROBOTS, host) == KB_OK;
}

static void end_if_done(struct kb_visit *visit, enum kb_status status) {
    struct kb_round *round = visit->round;
    if (status == KB_OK && !visit->pending)
        status = kb_visit_end(visit);
    fail(round, status);
}

/* The gate opens for a page, or stays shut. */
static void gate_open(void *arg, struct kb_gate_item *item, enum kb_gate_word word) {
    struct kb_round *round = arg;
    struct kb_page_job *job = (struct kb_page_job *)item;
    struct kb_visit *visit = job->visit;
    if (round->status != KB_OK)
        return;
    if (word != KB_GATE_MAY) {
        enum kb_status status = kb_visit_page(job, NULL, word == KB_GATE_LATER);
        end_if_done(visit, status);
        return;
    }
    struct kb_request request = {.url = item->url, .wanted = KB_WANT_PAGE};
    /* What belongs to the feed's own host goes with its pages there; what is secret, with
     * those of the same scheme and port. */
    if (kb_str_equal_nocase(kb_url_host(item->url), kb_url_host(visit->request.url))) {
        request.insecure_tls = visit->request.insecure_tls;
        request.allow_private = visit->request.allow_private;
    }
    if (kb_str_equal_nocase(kb_robots_origin(item->url),
                            kb_robots_origin(visit->request.url))) {
        request.cookie = visit->request.cookie;
        request.login = visit->request.login;
        request.headers = visit->request.headers;
        request.header_count = visit->request.header_count;
    }
    request.proxy = visit->request.proxy;
    fail(round, ask(round, &request, FOR_PAGE, job));
}

/* ---- answers ----------------------------------------------------------------------- */

static void answered(void *arg, void *context, struct kb_answer *answer) {
    struct kb_round *round = arg;
    struct errand errand = *(struct errand *)context;
    bool stopped = answer->fault == KB_FAULT_STOPPED;
    free(context);
    round->now = (int64_t)time(NULL);
    if (round->options->took && !stopped &&
        !round->options->took(round->options->context, answer))
        fail(round, kb_err_set(round->err, KB_EIO, "what was fetched cannot be written"));
    /* A round that ends early says nothing of what it did not hear. */
    if (round->status != KB_OK || stopped) {
        if (errand.kind == FOR_ICON)
            kb_icons_free(errand.subject);
        kb_answer_free(answer);
        return;
    }
    if (errand.kind == FOR_ROBOTS) {
        kb_gate_answered(round->gate, errand.subject, answer, round->now);
    } else if (errand.kind == FOR_HUB) {
        fail(round, kb_push_asked(round, errand.hub, errand.next, answer));
        kb_answer_free(answer);
    } else if (errand.kind == FOR_ICON) {
        fail(round, kb_icons_answered(round, errand.subject, answer));
        kb_answer_free(answer);
    } else if (errand.kind == FOR_FEED) {
        fail(round, kb_visit_answered(errand.subject, answer));
    } else {
        struct kb_page_job *job = errand.subject;
        enum kb_status status = kb_visit_page(job, answer, false);
        end_if_done(job->visit, status);
        kb_answer_free(answer);
    }
}

/* ---- the round --------------------------------------------------------------------- */

static enum kb_status tools(struct kb_round *round) {
    kabar_error error = {KABAR_OK, ""};
    const kabar_options options = {.size = sizeof options, .now = round->now};
    enum kb_status status =
        kb_client_new(&round->client, round->options->client, round->err);
    if (status == KB_OK)
        status = kb_gate_new(&round->gate, gate_open, ask_robots, round, round->err);
    if (!round->desk)
        return status;
    if (status == KB_OK)
        status = kb_lexicon_new(NULL, &round->lexicon, round->err);
    if (status == KB_OK)
        status = kb_page_tools_new(round->lexicon, &round->tools.page, round->err);
    round->tools.lexicon = round->lexicon;
    round->tools.text = &round->text;
    if (status == KB_OK && kabar_reader_new(&options, &round->reader, &error) != KABAR_OK)
        status =
            kb_err_set(round->err, (enum kb_status)error.status, "%s", error.message);
    return status;
}

static bool is_wanted(const struct kb_round_options *options,
                      const struct kb_feed_row *row, int64_t now) {
    if (options->feed)
        return row->n == options->feed;
    return !row->paused && (options->all || row->next <= now);
}

/* The feeds of a round; those that are asked have a visit. */
struct list {
    struct kb_feed_row *rows;
    size_t count, at;
    struct kb_visit **visits;
    size_t visit_count, visit_cap;
    struct kb_arena *arena; /* of rows */
};

static bool is_open(const struct list *list, int64_t feed) {
    for (size_t i = 0; i < list->visit_count; i++)
        if (list->visits[i]->row->n == feed && !list->visits[i]->ended)
            return true;
    return false;
}

static enum kb_status add_visit(struct kb_round *round, struct list *list,
                                const struct kb_feed_row *row, struct kb_visit **visit) {
    if (list->visit_count == list->visit_cap) {
        size_t cap = list->visit_cap ? list->visit_cap * 2 : 64;
        struct kb_visit **grown = realloc(list->visits, cap * sizeof(struct kb_visit *));
        if (!grown)
            return kb_err_set(round->err, KB_ENOMEM, "not enough memory");
        list->visits = grown;
        list->visit_cap = cap;
    }
    *visit = kb_visit_new(round, row);
    if (!*visit)
        return kb_err_set(round->err, KB_ENOMEM, "not enough memory");
    list->visits[list->visit_count++] = *visit;
    return KB_OK;
}

static enum kb_status visit_next(struct kb_round *round, struct list *list) {
    const struct kb_feed_row *row = &list->rows[list->at++];
    struct kb_visit *visit;
    if (!is_wanted(round->options, row, round->now) || is_open(list, row->n))
        return KB_OK;
    enum kb_status status = add_visit(round, list, row, &visit);
    return status == KB_OK ? ask(round, &visit->request, FOR_FEED, visit) : status;
}

/* ---- what hubs brought ------------------------------------------------------------- */

/* Read as an answer of its feed's, or dropped where nobody wants it any more. */
static enum kb_status read_push(struct kb_round *round, struct list *list,
                                const struct kb_push_row *push) {
    struct kb_feed_row *row = kb_arena_zalloc(list->arena, 1, sizeof *row);
    struct kb_answer *answer;
    struct kb_visit *visit;
    if (!row)
        return kb_err_set(round->err, KB_ENOMEM, "not enough memory");
    enum kb_status status =
        kb_store_feed_at(round->store, 0, push->feed, list->arena, row, round->err);
    if (status != KB_OK)
        return status;
    if (!row->n || row->paused) {
        status = kb_round_begin(round);
        return status == KB_OK ? kb_store_push_remove(round->store, push->n, round->err)
                               : status;
    }
    status = add_visit(round, list, row, &visit);
    if (status != KB_OK)
        return status;
    answer = kb_answer_brought(push->topic, push->type, push->body);
    if (!answer)
        return kb_err_set(round->err, KB_ENOMEM, "not enough memory");
    visit->push = push->n;
    return kb_visit_answered(visit, answer);
}

/* Those of feeds that are being read just now wait for the end of that. */
static enum kb_status read_pushes(struct kb_round *round, struct list *list) {
    enum kb_status status = KB_OK;
    struct kb_push_row push = {.n = 0};
    struct kb_arena arena;
    do {
        kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
        status = kb_store_push_next(round->store, push.n, &arena, &push, round->err);
        if (status == KB_OK && push.n && !is_open(list, push.feed))
            status = read_push(round, list, &push);
        kb_arena_free(&arena);
    } while (status == KB_OK && push.n);
    return status;
}

/* Before each step.  Once news are due none is begun any more. */
static void mind_icons(struct kb_round *round) {
    const struct kb_round_options *options = round->options;
    if (!round->icons_due || round->result->stopped || round->status != KB_OK ||
        (options->more && options->more(options->context)))
        return;
    round->icons_due = false;
    fail(round, kb_icons_ask(round));
}

static void mind_hubs(struct kb_round *round, struct list *list) {
    const struct kb_round_options *options = round->options;
    if (options->feed || round->result->stopped || round->status != KB_OK)
        return;
    if (round->pushes_due) {
        round->pushes_due = false;
        fail(round, read_pushes(round, list));
    }
    if (round->hubs_due && options->callback && round->status == KB_OK) {
        round->hubs_due = false;
        fail(round, kb_push_ask(round));
    }
    if (round->status == KB_OK) /* the file is not held while the network is waited for */
        fail(round, commit(round));
}

/* What became due while the round goes on is asked in it. */
static void look_for_more(struct kb_round *round, struct list *list) {
    const struct kb_round_options *options = round->options;
    if (!round->desk || list->at < list->count || round->result->stopped ||
        !options->more || !options->more(options->context))
        return;
    round->now = (int64_t)time(NULL);
    round->hubs_due = round->pushes_due = true;
    list->at = list->count = 0;
    fail(round, kb_store_feeds(round->store, 0, round->now, list->arena, &list->rows,
                               &list->count, round->err));
}

/* What hosts asked earlier rounds for holds, whoever made one of their feeds due since: a
 * person, an app that refreshes. */
static enum kb_status mind_pauses(struct kb_round *round, const struct list *list) {
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < list->count; i++) {
        struct kb_fetch_state state;
        struct kb_err ignored;
        struct kb_str text = list->rows[i].state;
        if (kb_str_find(text, KB_STR("\"left_until\"")) == KB_NOT_FOUND)
            continue;
        yyjson_doc *doc = yyjson_read(text.p, text.n, 0);
        if (kb_fetch_state_read(yyjson_doc_get_root(doc), &state, &ignored) == KB_OK &&
            state.left_until > round->now)
            status = kb_client_pause(round->client, list->rows[i].url,
                                     state.left_until - round->now, round->err);
        yyjson_doc_free(doc);
        status = status == KB_EINPUT ? KB_OK : status; /* its visit will tell */
    }
    return status;
}

static void go(struct kb_round *round, struct list *list) {
    size_t waiting = 0;
    while (round->status == KB_OK) {
        alive(round);
        mind_icons(round);
        mind_hubs(round, list);
        while (list->at < list->count && kb_client_open(round->client) < FEEDS_OPEN &&
               round->status == KB_OK && !round->result->stopped)
            fail(round, visit_next(round, list));
        if (round->status != KB_OK || (!kb_client_open(round->client) && !waiting))
            break;
        if (!round->result->stopped && round->options->stop &&
            round->options->stop(round->options->context)) {
            round->result->stopped = true;
            kb_client_stop(round->client);
        }
        fail(round, kb_client_step(round->client, STEP_MS, answered, round, round->err));
        waiting = round->result->stopped ? 0 : kb_gate_turn(round->gate, kb_steady_ms());
        if (round->status == KB_OK)
            fail(round, commit(round));
        if (round->status == KB_OK)
            look_for_more(round, list);
    }
    /* What is still open is answered, so that nothing of it is left behind. */
    kb_client_stop(round->client);
    struct kb_err ignored;
    while (kb_client_open(round->client) &&
           kb_client_step(round->client, STEP_MS, answered, round, &ignored) == KB_OK)
        continue;
}

/* Asks what there is to ask; all that the round has is free afterwards. */
static enum kb_status run(struct kb_round *round, struct kb_arena *arena,
                          struct list *list) {
    round->last = &round->ended;
    round->now = (int64_t)time(NULL);
    kb_buf_init(&round->text, KB_LIMIT_OUTPUT_BYTES);
    if (round->status == KB_OK)
        fail(round, tools(round));
    if (round->status == KB_OK)
        fail(round, mind_pauses(round, list));
    if (round->status == KB_OK)
        go(round, list);
    if (round->status != KB_OK && round->open && round->desk)
        kb_desk_rollback(round->desk);
    else if (round->status != KB_OK && round->open)
        kb_store_rollback(round->store);
    for (size_t i = 0; i < list->visit_count; i++)
        kb_visit_free(list->visits[i]);
    free(list->visits);
    kb_client_free(round->client);
    kb_gate_free(round->gate);
    kb_feed_reader_free(round->spare);
    kb_page_tools_free(round->tools.page);
    kb_lexicon_free(round->lexicon);
    kabar_reader_free(round->reader);
    kb_buf_free(&round->text);
    kb_arena_free(arena);
    return round->status;
}

enum kb_status kb_round_run(struct kb_store *store, struct kb_desk *desk,
                            const struct kb_round_options *options,
                            struct kb_round_result *result, struct kb_err *err) {
    struct kb_round round = {.store = store,
                             .desk = desk,
                             .options = options,
                             .result = result,
                             .hubs_due = true,
                             .pushes_due = true,
                             .err = err};
    struct kb_arena arena;
    struct list list = {.arena = &arena};
    *result = (struct kb_round_result){0};
    kb_arena_init(&arena, SIZE_MAX);
    round.status =
        kb_store_feeds(store, 0, KB_FEEDS_ALL, &arena, &list.rows, &list.count, err);
    return run(&round, &arena, &list);
}

enum kb_status kb_round_icons(struct kb_store *store,
                              const struct kb_round_options *options,
                              struct kb_err *err) {
    struct kb_round_result result = {0};
    struct kb_round round = {.store = store,
                             .options = options,
                             .result = &result,
                             .icons_due = true,
                             .err = err};
    struct kb_arena arena;
    struct list list = {.arena = &arena};
    struct kb_icon_wish *rows;
    size_t count = 0;
    kb_arena_init(&arena, SIZE_MAX);
    round.status =
        kb_store_icons_due(store, (int64_t)time(NULL), 1, &arena, &rows, &count, err);
    if (round.status == KB_OK && count)
        round.status =
            kb_store_feeds(store, 0, KB_FEEDS_ALL, &arena, &list.rows, &list.count, err);
    list.at = list.count; /* whose hosts are left alone; none of them is asked */
    if (round.status == KB_OK && count)
        return run(&round, &arena, &list);
    kb_arena_free(&arena);
    return round.status;
}
