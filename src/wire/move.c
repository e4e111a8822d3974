/* What both kinds of servers have in common: move.h tells what enters and leaves.
 *
 * A starred entry is written as a JSON Feed of one item and read by the same code as
 * every feed's, so that its article is the one that the feed itself would have brought,
 * and its id the same.  One that is there already gets its star and is not touched:
 * the other reader's copy was cleaned by its own rules, and says nothing new. */
#include <stdlib.h>
#include <string.h>

#include "wire/follow.h"
#include "wire/move_inner.h"

/* How long one step of the client may wait: whether to stop is asked in between. */
enum { STEP_MS = 200 };

enum {
    BAD_REQUEST = 400,
    UNAUTHORIZED = 401,
    FORBIDDEN = 403,
    NOT_FOUND = 404,
    NOT_ALLOWED = 405
};

struct kb_str kb_move_str(yyjson_val *object, const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    return (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
}

static enum kb_status no_memory(struct kb_move *m) {
    return kb_err_set(m->err, KB_ENOMEM, "not enough memory to move in");
}

/* ---- what is said of an answer ----------------------------------------------------- */

/* Of an address as much as leaves room for the advice. */
enum { ADDRESS_SHOWN = 70 };

static enum kb_status says(struct kb_move *m, const char *what, const char *remedy) {
    struct kb_str base = kb_str_cut(m->base, ADDRESS_SHOWN);
    return kb_err_set(m->err, KB_EINPUT, "%.*s: %s; %s", (int)base.n, base.p, what,
                      remedy);
}

enum kb_status kb_move_strange(struct kb_move *m) {
    return m->entered ? says(m, "does not answer as it should", m->server->old)
                      : says(m, "does not answer as such a server", m->server->address);
}

static enum kb_status judge(struct kb_move *m, const struct kb_answer *answer) {
    struct kb_str base = kb_str_cut(m->base, ADDRESS_SHOWN),
                  to = kb_str_cut(kb_answer_header(answer, KB_STR("Location")),
                                  ADDRESS_SHOWN);
    if (answer->fault == KB_FAULT_STOPPED) {
        m->result->stopped = true;
        return kb_err_set(m->err, KB_EINPUT, "stopped");
    }
    if (answer->fault != KB_FAULT_NONE)
        return kb_err_set(m->err, KB_EINPUT, "%.*s: %.*s", (int)base.n, base.p,
                          (int)answer->message.n, answer->message.p);
    if (answer->status >= 200 && answer->status < 300)
        return KB_OK;
    if (answer->status >= 300 && answer->status < 400)
        return kb_err_set(m->err, KB_EINPUT,
                          "%.*s: leads to %.*s; give the address that the browser shows "
                          "there",
                          (int)base.n, base.p, (int)to.n, to.p);
    switch (answer->status) {
    case UNAUTHORIZED:
        if (m->server->lost && m->header.name.n)
            return says(m, "let us in and does not know it", m->server->lost);
        return says(m, "lets nobody in by this", m->server->login);
    case FORBIDDEN: return says(m, "lets nobody in by this", m->server->login);
    case BAD_REQUEST: /* FreshRSS's word for what it does not know, and for odd names */
        return m->entered ? kb_move_strange(m)
                          : says(m, "lets nobody in by this", m->server->login);
    case NOT_FOUND:
    case NOT_ALLOWED: return kb_move_strange(m);
    default: break;
    }
    return kb_err_set(m->err, KB_EINPUT,
                      "%.*s: answers %d; look into the server's log, and try again later"
                      "%s%s",
                      (int)base.n, base.p, answer->status,
                      m->server->off && !m->entered ? "; " : "",
                      m->server->off && !m->entered ? m->server->off : "");
}

/* ---- asking ------------------------------------------------------------------------ */

static void took(void *arg, void *context, struct kb_answer *answer) {
    (void)context;
    *(struct kb_answer **)arg = answer;
}

static bool stops(const struct kb_move *m) {
    return m->options->stop && m->options->stop(m->options->context);
}

/* A redirect would make a GET of a POST, and is not followed there. */
static void fill(struct kb_move *m, struct kb_str path, struct kb_str body,
                 struct kb_request *request) {
    kb_buf_clear(&m->url);
    kb_buf_str(&m->url, m->base);
    kb_buf_str(&m->url, path);
    *request = m->request;
    request->url = kb_buf_view(&m->url);
    if (!request->max_bytes)
        request->max_bytes = KB_LIMIT_FEED_BYTES;
    if (m->header.name.n) {
        m->headers[m->request.header_count] = m->header;
        request->header_count++;
    }
    if (body.n) {
        request->method = KB_POST;
        request->no_redirects = true;
        request->body = body;
        request->body_type = KB_STR("application/x-www-form-urlencoded");
    }
}

enum kb_status kb_move_ask(struct kb_move *m, struct kb_str path, struct kb_str body,
                           struct kb_answer **answer) {
    struct kb_request request;
    *answer = NULL;
    fill(m, path, body, &request);
    if (m->url.status != KB_OK)
        return kb_err_set(m->err, KB_EINPUT, "the address is too long");
    enum kb_status status = kb_client_add(m->client, &request, NULL, m->err);
    while (status == KB_OK && !*answer) {
        if (stops(m))
            kb_client_stop(m->client);
        status = kb_client_step(m->client, STEP_MS, took, answer, m->err);
    }
    if (status == KB_OK)
        status = judge(m, *answer);
    if (status != KB_OK) {
        kb_answer_free(*answer);
        *answer = NULL;
    }
    return status;
}

enum kb_status kb_move_ask_json(struct kb_move *m, struct kb_str path, yyjson_doc **doc) {
    struct kb_answer *answer;
    enum kb_status status = kb_move_ask(m, path, KB_STR_NONE, &answer);
    *doc = NULL;
    if (status != KB_OK)
        return status;
    *doc = yyjson_read(answer->body.p, answer->body.n, YYJSON_READ_NOFLAG);
    kb_answer_free(answer);
    return *doc ? KB_OK : kb_move_strange(m);
}

/* ---- feeds ------------------------------------------------------------------------- */

static enum kb_status follow(struct kb_move *m, const struct kb_feed *list) {
    enum kb_status status = kb_desk_begin(m->desk, m->err);
    if (status != KB_OK)
        return status;
    status = kb_follow_list(m->store, m->options->user, list, m->options->now,
                            &m->result->feeds_fresh, m->err);
    if (status == KB_OK)
        status = kb_desk_commit(m->desk, m->err);
    else
        kb_desk_rollback(m->desk);
    for (size_t i = 0; status == KB_OK && i < list->items.count; i++)
        m->result->feeds += list->items.items[i].url.n != 0;
    if (status != KB_OK)
        m->result->feeds_fresh = 0;
    return status;
}

/* An answer that is no list, but a login's page with a good status, is said to be one. */
static enum kb_status take_list(struct kb_move *m) {
    struct kb_answer *answer;
    struct kb_feed *list;
    struct kb_err why = {.text = ""};
    enum kb_status status =
        kb_move_ask(m, kb_str_z(m->server->list), KB_STR_NONE, &answer);
    if (status != KB_OK)
        return status;
    const struct kb_feed_hints hints = {.base_url = answer->url};
    if (kb_feed_sniff(kb_str_trim(answer->body), KB_STR_NONE) != KB_KIND_OPML)
        status = kb_move_strange(m);
    else if ((status = kb_feed_read(m->reader, answer->body, &hints, &list, &why)) ==
             KB_OK)
        status = follow(m, list);
    else
        kb_err_set(m->err, status, "the list of feeds: %s", why.text);
    kb_answer_free(answer);
    return status;
}

/* ---- one starred entry ------------------------------------------------------------- */

static void print_entry(struct kb_json *json, const struct kb_move_entry *e) {
    char published[KB_TIME_BYTES] = "";
    if (e->published)
        kb_time_print(e->published, published);
    kb_json_object(json);
    kb_json_field(json, "id", e->url);
    kb_json_field(json, "url", e->url);
    kb_json_field(json, "title", e->title);
    kb_json_field_str(json, "content_html", e->html);
    kb_json_field(json, "date_published", kb_str_z(published));
    if (e->author.n) {
        kb_json_field_array(json, "authors");
        kb_json_object(json);
        kb_json_field(json, "name", e->author);
        kb_json_object_end(json);
        kb_json_array_end(json);
    }
    kb_json_strings(json, "tags", e->tags, e->tag_count);
    kb_json_field_array(json, "attachments");
    for (size_t i = 0; i < e->file_count; i++) {
        kb_json_object(json);
        kb_json_field(json, "url", e->files[i].url);
        kb_json_field(json, "mime_type", e->files[i].type);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
    kb_json_object_end(json);
}

static void print_feed(struct kb_buf *out, const struct kb_move_entry *e) {
    struct kb_json json;
    kb_buf_clear(out);
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "version", KB_STR("https://jsonfeed.org/version/1.1"));
    kb_json_field(&json, "title", e->feed_title);
    kb_json_field(&json, "home_page_url", e->home_url);
    kb_json_field(&json, "feed_url", e->feed_url);
    kb_json_field_array(&json, "items");
    print_entry(&json, e);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
}

static void leave_out(struct kb_move *m, const struct kb_move_entry *e, const char *why) {
    struct kb_str name = kb_str_cut(e->url.n ? e->url : e->title, KB_LIMIT_META_BYTES);
    struct kb_buf *says = &m->json; /* its text is not wanted any more */
    m->result->left_out++;
    if (!m->options->says)
        return;
    kb_buf_clear(says);
    for (size_t i = 0; i < name.n; i++) /* no escape sequences out of a title */
        kb_buf_char(says, (unsigned char)name.p[i] < ' ' ? ' ' : name.p[i]);
    kb_buf_printf(says, "%sleft out: %s", name.n ? ": " : "", why);
    m->options->says(m->options->context, kb_buf_view(says));
}

/* The feed that it came by, where the person follows it. */
static enum kb_status origin_of(struct kb_move *m, const struct kb_move_entry *e,
                                struct kb_desk_origin *origin) {
    struct kb_feed_row row;
    struct kb_err none = {.text = ""};
    *origin = (struct kb_desk_origin){.feed_url = e->feed_url,
                                      .feed_title = e->feed_title,
                                      .now = m->options->now,
                                      .entry = true};
    if (!e->feed_url.n)
        return KB_OK;
    enum kb_status status =
        kb_store_feed(m->store, m->options->user, e->feed_url, &m->arena, &row, &none);
    if (status == KB_OK) {
        origin->feed = row.n;
        origin->feed_url = row.url;
        origin->feed_title = kb_feed_row_name(&row);
    } else if (status != KB_EINPUT) {
        return kb_err_set(m->err, status, "%s", none.text);
    }
    return KB_OK;
}

/* *n: the article's number; 0 where a rule dropped it. */
static enum kb_status keep(struct kb_move *m, const struct kb_move_entry *e,
                           const struct kb_article *a, int64_t *n) {
    struct kb_desk_origin origin;
    struct kb_known known;
    struct kb_taken taken;
    enum kb_status status = kb_store_known(m->store, a->id, &known, m->err);
    *n = known.n;
    if (status != KB_OK || known.n)
        return status;
    status = origin_of(m, e, &origin);
    if (status == KB_OK)
        status = kb_desk_take(m->desk, a, &origin, &taken, m->err);
    if (status != KB_OK)
        return status;
    *n = taken.n;
    m->result->articles += taken.what == KB_TAKEN_NEW;
    return KB_OK;
}

static enum kb_status star(struct kb_move *m, const struct kb_move_entry *e,
                           const struct kb_article *a) {
    int64_t n, at = e->starred;
    bool fresh = false, changed;
    enum kb_status status = keep(m, e, a, &n);
    if (status != KB_OK)
        return status;
    if (!n) {
        leave_out(m, e, "a rule drops it (kabar rules)");
        return KB_OK;
    }
    if (at <= 0 || at > m->options->now)
        at = m->options->now;
    status = kb_store_set_starred(m->store, m->options->user, n, at, &fresh, m->err);
    if (status != KB_OK || !fresh)
        return status;
    m->result->stars_fresh++;
    return e->read
               ? kb_store_set_read(m->store, m->options->user, n, true, &changed, m->err)
               : KB_OK;
}

enum kb_status kb_move_take(struct kb_move *m, const struct kb_move_entry *e) {
    const struct kb_feed_hints hints = {.base_url = e->url.n ? e->url : e->home_url};
    struct kb_feed *feed;
    struct kb_article a = {0};
    enum kb_status status;
    m->result->stars++;
    kb_arena_reset(&m->arena);
    print_feed(&m->json, e);
    if (m->json.status != KB_OK)
        return no_memory(m);
    kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_page_tools_time(m->tools.page, m->options->now, m->options->now);
    status = kb_feed_read(m->reader, kb_buf_view(&m->json), &hints, &feed, m->err);
    if (status == KB_OK && feed->items.count)
        status = kb_article_from_entry(&m->tools, feed, &feed->items.items[0],
                                       KB_STR_NONE, &a, m->err);
    if (status == KB_OK && (a.content_text.n || a.title.n))
        status = star(m, e, &a);
    else if (status == KB_OK)
        leave_out(m, e, "it has neither a title nor a text");
    kb_arena_free(&a.arena);
    return status;
}

/* ---- all of them ------------------------------------------------------------------- */

/* One page, in one transaction; what it counted is taken back with it. */
static enum kb_status take_page(struct kb_move *m, struct kb_str path,
                                struct kb_str *next) {
    const struct kb_move_result before = *m->result;
    yyjson_doc *doc;
    enum kb_status status = kb_move_ask_json(m, path, &doc);
    if (status == KB_OK)
        status = kb_desk_begin(m->desk, m->err);
    if (status == KB_OK) {
        status = m->server->stars(m, yyjson_doc_get_root(doc), next);
        if (status == KB_OK)
            status = kb_desk_commit(m->desk, m->err);
        else
            kb_desk_rollback(m->desk);
        if (status != KB_OK)
            *m->result = before;
    }
    yyjson_doc_free(doc);
    if (status == KB_OK && m->options->told)
        m->options->told(m->options->context, m->result);
    return status;
}

/* A server that leads on to the same place for ever is not followed. */
static enum kb_status take_stars(struct kb_move *m) {
    struct kb_str next = KB_STR_NONE, last = KB_STR_NONE;
    struct kb_buf path;
    enum kb_status status;
    uint64_t pages = 0;
    kb_buf_init(&path, KB_LIMIT_URL_BYTES);
    do {
        last = next;
        next = KB_STR_NONE;
        kb_buf_clear(&path);
        kb_buf_z(&path, m->server->page);
        if (last.n) {
            kb_buf_z(&path, m->server->go_on);
            kb_percent_encode(&path, last);
        }
        status = path.status != KB_OK ? kb_move_strange(m)
                                      : take_page(m, kb_buf_view(&path), &next);
        if (status == KB_OK && next.n && kb_str_equal(next, last))
            status = kb_move_strange(m);
        if (status == KB_OK && next.n &&
            m->result->stars + pages++ >= KB_LIMIT_MOVE_STARS)
            status = kb_err_set(m->err, KB_ELIMIT,
                                "there are more than %d stars over there; those moved "
                                "in, the others not",
                                KB_LIMIT_MOVE_STARS);
    } while (status == KB_OK && next.n);
    kb_buf_free(&path);
    return status;
}

/* ---- begin and end ----------------------------------------------------------------- */

/* The address without what belongs to a page or to the API. */
static enum kb_status find_base(struct kb_move *m) {
    struct kb_str url = kb_str_trim(m->options->url);
    if (!kb_url_is_web(url))
        return kb_err_set(m->err, KB_EINPUT,
                          "%.*s: an address begins with https:// or http://",
                          (int)kb_str_cut(url, ADDRESS_SHOWN).n, url.p);
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] == '?' || url.p[i] == '#')
            url.n = i;
    while (kb_str_ends(url, KB_STR("/")))
        url.n--;
    for (size_t i = 0; i < KB_COUNT(m->server->tails) && m->server->tails[i]; i++) {
        struct kb_str tail = kb_str_z(m->server->tails[i]);
        if (!kb_str_ends(url, tail))
            continue;
        url.n -= tail.n;
        break;
    }
    m->base = url;
    return KB_OK;
}

static enum kb_status copy_request(struct kb_move *m) {
    const struct kb_request *request = m->options->request;
    if (!request)
        return KB_OK;
    if (request->header_count >= KB_LIMIT_REQUEST_HEADERS)
        return kb_err_set(m->err, KB_EUSAGE, "at most %d headers",
                          KB_LIMIT_REQUEST_HEADERS - 1);
    m->request = *request;
    m->request.login = KB_STR_NONE;
    if (request->header_count)
        memcpy(m->headers, request->headers, request->header_count * sizeof *m->headers);
    return KB_OK;
}

static enum kb_status open_tools(struct kb_move *m) {
    enum kb_status status = kb_client_new(&m->client, m->options->client, m->err);
    if (status == KB_OK)
        status = kb_feed_reader_new(&m->reader, m->err);
    if (status == KB_OK)
        status = kb_lexicon_new(NULL, &m->lexicon, m->err);
    if (status == KB_OK)
        status = kb_page_tools_new(m->lexicon, &m->tools.page, m->err);
    m->tools.lexicon = m->lexicon;
    m->tools.text = &m->text;
    return status;
}

static void close_tools(struct kb_move *m) {
    yyjson_doc_free(m->feeds);
    kb_client_free(m->client);
    kb_feed_reader_free(m->reader);
    kb_page_tools_free(m->tools.page);
    kb_lexicon_free(m->lexicon);
    kb_buf_free(&m->text);
    kb_buf_free(&m->url);
    kb_buf_free(&m->json);
    kb_arena_free(&m->arena);
    kb_arena_free(&m->call);
}

enum kb_status kb_move_in(struct kb_store *store, struct kb_desk *desk,
                          const struct kb_move_options *options,
                          struct kb_move_result *result, struct kb_err *err) {
    enum kb_status status;
    struct kb_move *m = calloc(1, sizeof *m);
    *result = (struct kb_move_result){0};
    if (!m)
        return kb_err_set(err, KB_ENOMEM, "not enough memory to move in");
    m->server = options->from == KB_MOVE_MINIFLUX ? &kb_move_miniflux : &kb_move_freshrss;
    m->options = options;
    m->result = result;
    m->err = err;
    m->store = store;
    m->desk = desk;
    kb_buf_init(&m->text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&m->json, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&m->url, KB_LIMIT_URL_BYTES);
    kb_arena_init(&m->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_arena_init(&m->call, KB_LIMIT_DOCUMENT_MEMORY);
    status = find_base(m);
    if (status == KB_OK)
        status = copy_request(m);
    m->request.headers = m->headers;
    if (status == KB_OK)
        status = open_tools(m);
    if (status == KB_OK)
        status = m->server->enter(m);
    m->entered = status == KB_OK;
    if (status == KB_OK)
        status = take_list(m);
    if (status == KB_OK)
        status = take_stars(m);
    close_tools(m);
    free(m);
    return result->stopped ? KB_OK : status;
}
