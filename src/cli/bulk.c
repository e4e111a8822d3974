/* Many pages: paths in, one record a page out, in the paths' order.
 *
 * Each thread takes a path, reads its page with its own reader and buffers, and puts the
 * record into a ring of slots.  Who completes the slot that is first in line writes it
 * and all that are ready behind it; so there is no writing thread to wake for each page,
 * and with one job there is no thread at all.  The ring and the bytes that wait in it are
 * bounded: when the reader of our output is slow, or one page takes long, the threads
 * wait and memory stays flat however many pages there are.  Records' buffers are handed
 * round in a pool, the warmest first.
 *
 * A path may be a WARC file's.  Then its records are taken one by one, by whoever is
 * next, before the next path: their bytes are read (and gzip undone) under the lock that
 * the paths have, and the rest of the work on them is done beside it.
 *
 * Ctrl-C stops the taking of paths; the pages under way are finished and printed. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Pages that one thread may be ahead, so that a page that takes a hundred times longer
 * than others holds nobody up. */
enum { SLOTS_PER_JOB = 64 };

/* Bytes of finished records that wait for an earlier page. */
#define WAITING_BYTES ((size_t)4 << 20)

/* Buffers above this size, and more than this many, are not kept for later pages. */
#define KEEP_BYTES ((size_t)1 << 20)
enum { KEEP_PIECES_PER_JOB = 4 };

/* What a page prints: what we put in front, and the record (from body_at on). */
struct piece {
    struct kb_cli_buf head;
    kabar_buffer body;
    size_t body_at;
    kabar_article *article; /* where it is handed over instead */
    bool kept;
    int64_t fetched;
    struct piece *next;
};

struct slot {
    struct kb_cli_path path;
    struct piece *piece; /* NULL before the page is done, and where memory ran out */
    uint64_t number;
    bool done;
    bool in_warc; /* the page, or the damage, is of a WARC file */
};

struct bulk {
    const struct kb_cli_read_options *options;
    struct kb_cli_output output;
    struct kb_cli_paths *paths;  /* under paths_lock, as are the next three */
    struct kb_cli_source *first; /* the first path's, opened already */
    struct kb_cli_warc warc;     /* the file whose records are taken, if there is one */
    struct kb_cli_warc_counts counts;
    pthread_mutex_t paths_lock; /* taken before lock */
    pthread_mutex_t lock;       /* all below */
    pthread_cond_t room;
    struct slot *slots;
    size_t slot_count;
    uint64_t taken, written, total;
    size_t waiting; /* bytes in done slots */
    struct piece *pool;
    size_t pool_count;
    bool writing; /* somebody writes; progress and failed are theirs */
    bool stop;    /* the output is broken */
    struct kb_cli_progress progress;
    bool shared_terminal; /* pages and progress go to one */
    uint64_t failed;
};

/* ---- pieces ------------------------------------------------------------------------ */

static struct piece *piece_new(struct bulk *bulk) {
    struct piece *piece;

    pthread_mutex_lock(&bulk->lock);
    piece = bulk->pool;
    if (piece) {
        bulk->pool = piece->next;
        bulk->pool_count--;
    }
    pthread_mutex_unlock(&bulk->lock);
    if (!piece)
        return calloc(1, sizeof(*piece));
    piece->head.n = 0;
    piece->body.size = 0;
    piece->body_at = 0;
    return piece;
}

static void piece_free(struct piece *piece) {
    kabar_article_free(piece->article);
    kb_cli_buf_free(&piece->head);
    kabar_buffer_free(&piece->body);
    free(piece);
}

/* Back into the pool; bulk->lock is held. */
static void piece_return(struct bulk *bulk, struct piece *piece) {
    size_t keep = (size_t)bulk->options->jobs * KEEP_PIECES_PER_JOB;
    kabar_article_free(piece->article);
    piece->article = NULL;
    if (piece->body.capacity > KEEP_BYTES || piece->head.failed ||
        bulk->pool_count >= keep) {
        piece_free(piece);
        return;
    }
    piece->next = bulk->pool;
    bulk->pool = piece;
    bulk->pool_count++;
}

/* An article's memory is mostly its text, its HTML and what they were made of. */
static size_t piece_size(const struct piece *piece) {
    if (!piece)
        return 0;
    if (piece->article)
        return 4 * kabar_get(piece->article, KABAR_HTML).size;
    return piece->head.n + piece->body.size - piece->body_at;
}

/* ---- one page ---------------------------------------------------------------------- */

/* A member's name, with a comma before it where another one stands there. */
static void member(struct kb_cli_buf *head, const char *name, int indent) {
    bool first = head->n == 1;

    if (!first)
        kb_cli_buf_z(head, ",");
    if (indent > 0)
        kb_cli_buf_z(head, "\n");
    for (int i = 0; i < indent; i++)
        kb_cli_buf_z(head, " ");
    kb_cli_buf_json(head, name, strlen(name));
    kb_cli_buf_z(head, indent > 0 ? ": " : ":");
}

/* {"path":"…" and, of a WARC file's record, "record" and "offset". */
static void place_json(struct kb_cli_buf *head, const struct slot *slot,
                       const struct kb_warc_record *record, int indent) {
    char number[32];

    kb_cli_buf_z(head, "{");
    member(head, "path", indent);
    kb_cli_buf_json(head, slot->path.text.p, slot->path.text.n);
    if (!slot->in_warc)
        return;
    if (record->id.n) {
        member(head, "record", indent);
        kb_cli_buf_json(head, record->id.p, record->id.n);
    }
    member(head, "offset", indent);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)record->offset);
    kb_cli_buf_z(head, number);
}

static void failure_json(struct kb_cli_buf *head, const kabar_error *error) {
    const char *name = kabar_status_name(error->status);

    kb_cli_buf_z(head, ",\"error\":{\"status\":");
    kb_cli_buf_json(head, name, strlen(name));
    kb_cli_buf_z(head, ",\"message\":");
    kb_cli_buf_json(head, error->message, strlen(error->message));
    kb_cli_buf_z(head, "}}\n");
}

/* A line that tells where a page begins: as head(1) does it, or a comment where the
 * format has comments (whose end must not stand in the path). */
static void add_printable(struct kb_cli_buf *head, const char *p, size_t n,
                          bool comment) {
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        bool bad =
            (unsigned char)c < ' ' || c == 0x7F || (comment && (c == '<' || c == '>'));
        kb_cli_buf_add(head, bad ? "?" : &c, 1);
    }
}

static void head_plain(struct piece *piece, const struct slot *slot,
                       const struct kb_warc_record *record, kabar_format format) {
    struct kb_cli_buf *head = &piece->head;
    bool comment = format == KABAR_FORMAT_HTML || format == KABAR_FORMAT_MARKDOWN;

    if (slot->number > 0)
        kb_cli_buf_z(head, "\n");
    kb_cli_buf_z(head, comment ? "<!-- " : "==> ");
    add_printable(head, slot->path.text.p, slot->path.text.n, comment);
    if (slot->in_warc) {
        kb_cli_buf_z(head, " ");
        add_printable(head, record->target.p, record->target.n, comment);
    }
    kb_cli_buf_z(head, comment ? " -->\n" : " <==\n");
}

static void read_slot(struct bulk *bulk, struct kb_cli_worker *worker,
                      struct slot *slot) {
    const struct kb_cli_read_options *options = bulk->options;
    struct kb_cli_path *path = &slot->path;
    struct piece *piece = piece_new(bulk);
    /* JSON-LD and ninjs have no member for a path: their lines are told by their
     * order. */
    bool record = options->format == KABAR_FORMAT_JSON;
    bool json = record || options->format == KABAR_FORMAT_JSONLD ||
                options->format == KABAR_FORMAT_NINJS;

    slot->piece = piece;
    if (!piece) {
        kb_cli_error(&path->error, KABAR_ENOMEM, "not enough memory");
        return;
    }
    if (path->error.status == KABAR_OK && slot->in_warc)
        kb_cli_worker_record(worker, &piece->body, &path->error);
    else if (path->error.status == KABAR_OK)
        kb_cli_worker_page(worker, &piece->body, &path->error);
    piece->article = worker->article;
    piece->kept = worker->kept;
    piece->fetched = worker->fetched;
    worker->article = NULL;
    if (path->error.status != KABAR_OK || options->take) {
        piece->body.size = 0;
        if (json && !options->take) {
            place_json(&piece->head, slot, &worker->record, 0);
            failure_json(&piece->head, &path->error);
        }
    } else if (!json) {
        head_plain(piece, slot, &worker->record, options->format);
    } else if (record && piece->body.size > 1) {
        place_json(&piece->head, slot, &worker->record, options->print.indent);
        kb_cli_buf_z(&piece->head, ",");
        piece->body_at = 1; /* the record's own brace */
    }
}

/* ---- the ring ---------------------------------------------------------------------- */

/* The next record of the open WARC file; false at its end. */
static bool next_record(struct bulk *bulk, struct kb_cli_worker *worker,
                        struct slot *slot) {
    struct kb_cli_path *path = &slot->path;

    if (!bulk->warc.reader)
        return false;
    if (!kb_cli_warc_next(&bulk->warc, &worker->record, bulk->options->max_page_bytes,
                          &bulk->counts, &path->error)) {
        kb_cli_warc_close(&bulk->warc);
        return false;
    }
    slot->in_warc = true;
    path->text.n = 0;
    kb_cli_buf_add(&path->text, bulk->warc.path.p, bulk->warc.path.n);
    if (path->text.failed) {
        kb_cli_buf_free(&path->text);
        kb_cli_error(&path->error, KABAR_ENOMEM, "not enough memory for the path");
    } else {
        path->text.n--; /* its NUL */
    }
    return true;
}

/* Opens the path's file for the worker. */
static void open_page(struct bulk *bulk, struct kb_cli_worker *worker,
                      struct kb_cli_path *path) {
    if (bulk->first) {
        worker->source = *bulk->first;
        bulk->first = NULL;
    } else {
        path->error.status = kb_cli_source_open(
            &worker->source, path->is_stdin ? NULL : path->text.p, &path->error);
    }
}

/* The next page: of the open WARC file, or of the next path.  False at the end. */
static bool next_page(struct bulk *bulk, struct kb_cli_worker *worker,
                      struct slot *slot) {
    struct kb_cli_path *path = &slot->path;

    while (!next_record(bulk, worker, slot)) {
        slot->in_warc = false;
        if (!kb_cli_paths_next(bulk->paths, path))
            return false;
        if (path->error.status == KABAR_OK)
            open_page(bulk, worker, path);
        if (path->error.status != KABAR_OK || !kb_cli_source_is_warc(&worker->source))
            return true;
        if (kb_cli_warc_open(&bulk->warc, &worker->source, &path->text, &path->error) !=
            KABAR_OK)
            return true;
        bulk->warc.source.wake = kb_cli_wake_fd();
        bulk->counts.files++;
    }
    return true;
}

/* The next page to read, in its slot; NULL at the end, or where no more is to be read. */
static struct slot *take(struct bulk *bulk, struct kb_cli_worker *worker) {
    struct slot *slot;
    bool stop, found;

    pthread_mutex_lock(&bulk->paths_lock);
    pthread_mutex_lock(&bulk->lock);
    while (!bulk->stop && (bulk->taken - bulk->written == bulk->slot_count ||
                           bulk->waiting >= WAITING_BYTES))
        pthread_cond_wait(&bulk->room, &bulk->lock);
    slot = &bulk->slots[bulk->taken % bulk->slot_count];
    stop = bulk->stop || kb_cli_interrupted();
    pthread_mutex_unlock(&bulk->lock);

    found = !stop && next_page(bulk, worker, slot) && !kb_cli_interrupted();
    if (found) {
        pthread_mutex_lock(&bulk->lock);
        slot->number = bulk->taken++;
        /* Nobody knows how many pages a WARC file has. */
        bulk->total = bulk->counts.files ? 0 : kb_cli_paths_total(bulk->paths);
        pthread_mutex_unlock(&bulk->lock);
    }
    pthread_mutex_unlock(&bulk->paths_lock);
    return found ? slot : NULL;
}

/* Writes the slot's piece; nobody else does so meanwhile. */
static bool write_slot(struct bulk *bulk, const struct slot *slot, uint64_t done,
                       uint64_t total) {
    const struct piece *piece = slot->piece;
    const kabar_error *error = &slot->path.error;
    bool ok = true;

    if (error->status != KABAR_OK) {
        bulk->failed++;
        kb_cli_progress_erase(&bulk->progress);
        kb_cli_say("%s: %s", slot->path.text.p ? slot->path.text.p : "?", error->message);
    }
    if (piece && piece->head.failed) {
        kb_cli_progress_erase(&bulk->progress);
        kb_cli_say("not enough memory");
        return false;
    }
    if (bulk->shared_terminal)
        kb_cli_progress_erase(&bulk->progress);
    if (piece && bulk->options->take)
        ok = !piece->article ||
             bulk->options->take(bulk->options->take_context, piece->article,
                                 slot->path.text.p, piece->kept, piece->fetched);
    else if (piece)
        ok =
            kb_cli_output_write(&bulk->output, piece->head.p, piece->head.n,
                                piece->body.data ? piece->body.data + piece->body_at : "",
                                piece->body.size - piece->body_at);
    kb_cli_progress_show(&bulk->progress, done, total, bulk->failed);
    return ok;
}

/* Marks the slot as done, and writes what is first in line unless somebody does. */
static void finish(struct bulk *bulk, struct slot *slot) {
    pthread_mutex_lock(&bulk->lock);
    slot->done = true;
    bulk->waiting += piece_size(slot->piece);
    if (bulk->writing) {
        pthread_mutex_unlock(&bulk->lock);
        return;
    }
    bulk->writing = true;
    while (!bulk->stop && bulk->written < bulk->taken) {
        struct slot *first = &bulk->slots[bulk->written % bulk->slot_count];
        uint64_t done = bulk->written + 1, total = bulk->total;
        bool ok;
        if (!first->done)
            break;
        pthread_mutex_unlock(&bulk->lock);
        ok = write_slot(bulk, first, done, total);
        pthread_mutex_lock(&bulk->lock);
        bulk->stop = !ok;
        bulk->waiting -= piece_size(first->piece);
        if (first->piece)
            piece_return(bulk, first->piece);
        first->piece = NULL;
        first->done = false;
        bulk->written += ok;
        pthread_cond_signal(&bulk->room);
        if (!ok)
            kb_cli_wake(); /* somebody may wait for more of the list */
    }
    bulk->writing = false;
    pthread_mutex_unlock(&bulk->lock);
}

/* ---- the run ----------------------------------------------------------------------- */

struct thread {
    struct bulk *bulk;
    struct kb_cli_worker worker;
    pthread_t id;
    bool runs;
};

static void *work(void *context) {
    struct thread *thread = context;
    struct slot *slot;

    while ((slot = take(thread->bulk, &thread->worker)) != NULL) {
        read_slot(thread->bulk, &thread->worker, slot);
        finish(thread->bulk, slot);
    }
    return NULL;
}

/* Starts all but the first.  Where the system gives no more threads, fewer do the work.
 * Signals come to the first alone, so that their handler runs once at a time. */
static void start_threads(struct thread *threads, int jobs) {
    sigset_t set, old;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    for (int i = 1; i < jobs; i++)
        threads[i].runs = pthread_create(&threads[i].id, NULL, work, &threads[i]) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* All jobs; this thread is the first of them. */
static int run(struct bulk *bulk, int jobs) {
    struct thread *threads = calloc((size_t)jobs, sizeof(*threads));
    int status = KB_CLI_OK;
    int ready = 0;

    if (!threads) {
        kb_cli_say("not enough memory");
        return KB_CLI_FAILED;
    }
    for (; ready < jobs && status == KB_CLI_OK; ready++) {
        threads[ready].bulk = bulk;
        status = kb_cli_worker_init(&threads[ready].worker, bulk->options);
    }
    if (status == KB_CLI_OK) {
        start_threads(threads, jobs);
        work(&threads[0]);
        for (int i = 1; i < jobs; i++) {
            if (threads[i].runs)
                pthread_join(threads[i].id, NULL);
        }
    }
    for (int i = 0; i < ready; i++)
        kb_cli_worker_free(&threads[i].worker);
    free(threads);
    return status;
}

static bool setup(struct bulk *bulk, char **operands, int count) {
    const struct kb_cli_read_options *options = bulk->options;

    bulk->output.fd = -1;
    bulk->first = options->first;
    bulk->slot_count = (size_t)options->jobs * SLOTS_PER_JOB;
    bulk->slots = calloc(bulk->slot_count, sizeof(*bulk->slots));
    if (!bulk->slots) {
        kb_cli_say("not enough memory");
        return false;
    }
    if (!kb_cli_signals_catch())
        return false;
    bulk->paths = kb_cli_paths_open(operands, count, options->list, kb_cli_wake_fd());
    if (!bulk->paths || !kb_cli_output_open(&bulk->output, options->output))
        return false;
    if (options->progress)
        kb_cli_paths_count(bulk->paths);
    kb_cli_progress_start(&bulk->progress, options->progress);
    bulk->shared_terminal = options->progress && isatty(bulk->output.fd);
    return true;
}

static int say_end(struct bulk *bulk, int status) {
    int number = kb_cli_interrupted();
    unsigned long long written = bulk->written, total = bulk->total;

    kb_cli_progress_erase(&bulk->progress);
    kb_cli_warc_say(&bulk->counts);
    if (bulk->stop || kb_cli_paths_failed(bulk->paths))
        return KB_CLI_FAILED;
    if (number == 0)
        return status == KB_CLI_OK && bulk->failed ? KB_CLI_FAILED : status;
    if (total > written)
        kb_cli_say("interrupted after %llu of %llu pages; what is printed is whole",
                   written, total);
    else
        kb_cli_say("interrupted after %llu page%s; what is printed is whole", written,
                   written == 1 ? "" : "s");
    return 128 + number;
}

int kb_cli_bulk(const struct kb_cli_read_options *options, char **operands, int count) {
    struct bulk bulk = {.options = options};
    int status = KB_CLI_FAILED;

    pthread_mutex_init(&bulk.paths_lock, NULL);
    pthread_mutex_init(&bulk.lock, NULL);
    pthread_cond_init(&bulk.room, NULL);
    if (setup(&bulk, operands, count)) {
        status = run(&bulk, options->jobs);
        status = say_end(&bulk, status);
    }
    if (!kb_cli_output_close(&bulk.output) && status == KB_CLI_OK)
        status = KB_CLI_FAILED;
    kb_cli_paths_close(bulk.paths);
    kb_cli_warc_close(&bulk.warc);
    kb_cli_buf_free(&bulk.warc.path);
    for (size_t i = 0; bulk.slots && i < bulk.slot_count; i++) {
        kb_cli_buf_free(&bulk.slots[i].path.text);
        if (bulk.slots[i].piece)
            piece_free(bulk.slots[i].piece);
    }
    while (bulk.pool) {
        struct piece *piece = bulk.pool;
        bulk.pool = piece->next;
        piece_free(piece);
    }
    free(bulk.slots);
    pthread_cond_destroy(&bulk.room);
    pthread_mutex_destroy(&bulk.lock);
    pthread_mutex_destroy(&bulk.paths_lock);
    return status;
}
