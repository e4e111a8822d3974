/* One feed's visit: visit.h tells what enters and leaves. */
#include "wire/visit.h"

#include <stdlib.h>

#include "fetch/fetch.h"
#include "html/html.h"
#include "wire/neighbours.h"

/* An entry with less text than this is a teaser: its page has the article. */
enum { TEASER_BYTES = 600 };

enum { TOO_MANY_REQUESTS = 429 }; /* RFC 6585 */

static enum kb_status no_memory(struct kb_round *round) {
    return kb_err_set(round->err, KB_ENOMEM, "not enough memory for a feed");
}

/* ---- what it is asked with --------------------------------------------------------- */

static struct kb_str setting(const struct kb_visit *v, const char *key) {
    yyjson_val *value = yyjson_obj_get(yyjson_doc_get_root(v->settings), key);
    return (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
}

static bool wants(const struct kb_visit *v, const char *key) {
    return yyjson_is_true(yyjson_obj_get(yyjson_doc_get_root(v->settings), key));
}

/* "headers": {"Name": "value"} of the feed's settings. */
static void add_headers(struct kb_visit *v) {
    yyjson_val *object = yyjson_obj_get(yyjson_doc_get_root(v->settings), "headers");
    yyjson_obj_iter it = yyjson_obj_iter_with(object);
    size_t n = 0, most = yyjson_obj_size(object);
    struct kb_header *headers;
    if (!most || most > KB_LIMIT_REQUEST_HEADERS ||
        !(headers = kb_arena_zalloc(&v->arena, most, sizeof *headers)))
        return;
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&it));) {
        yyjson_val *value = yyjson_obj_iter_get_val(key);
        if (yyjson_is_str(value))
            headers[n++] =
                (struct kb_header){{yyjson_get_str(key), yyjson_get_len(key)},
                                   {yyjson_get_str(value), yyjson_get_len(value)}};
    }
    v->request.headers = headers;
    v->request.header_count = n;
}

static void fill_request(struct kb_visit *v) {
    struct kb_fetch_ask ask;
    kb_fetch_ask_for(&v->state, &kb_fetch_policy_default, v->round->now, &ask);
    v->request = (struct kb_request){
        .url = ask.address,
        .wanted =
            kb_str_equal(v->row->format, KB_STR("site")) ? KB_WANT_PAGE : KB_WANT_FEED,
        .etag = ask.etag,
        .last_modified = ask.last_modified,
        .cookie = setting(v, "cookie"),
        .login = setting(v, "login"),
        .proxy = setting(v, "proxy"),
        .insecure_tls = wants(v, "insecure_tls"),
        .allow_private = wants(v, "allow_private"),
        .no_http2 = wants(v, "no_http2"),
    };
    add_headers(v);
}

struct kb_visit *kb_visit_new(struct kb_round *round, const struct kb_feed_row *row) {
    struct kb_visit *v = calloc(1, sizeof *v);
    struct kb_err ignored;
    if (!v)
        return NULL;
    kb_arena_init(&v->arena, KB_LIMIT_DOCUMENT_MEMORY);
    v->round = round;
    v->row = row;
    v->told.feed = row;
    v->state_doc = yyjson_read(row->state.p, row->state.n, 0);
    v->settings = yyjson_read(row->settings.p, row->settings.n, 0);
    /* A state that cannot be read is that of a feed which was never asked. */
    if (kb_fetch_state_read(yyjson_doc_get_root(v->state_doc), &v->state, &ignored) !=
        KB_OK)
        v->state = (struct kb_fetch_state){.address = row->url};
    if (!v->state.address.n)
        v->state.address = row->url;
    if (!v->state.seed)
        v->state.seed = kb_hash(row->url.p, row->url.n, 1);
    /* A lease holds where the hub finds us; what the state says of it is old. */
    v->state.lease_until = 0;
    if (round->options->callback &&
        kb_store_hub_of(round->store, row->n, &v->arena, &v->hub, &ignored) == KB_OK)
        v->state.lease_until = v->hub.lease_until;
    fill_request(v);
    return v;
}

/* What is large and no longer asked: the answer, and the feed that was read of it. */
static void let_go(struct kb_visit *v) {
    if (!v->round->spare)
        v->round->spare = v->reader;
    else
        kb_feed_reader_free(v->reader);
    kb_answer_free(v->answer);
    v->reader = NULL;
    v->feed = NULL;
    v->answer = NULL;
}

void kb_visit_free(struct kb_visit *v) {
    if (!v)
        return;
    let_go(v);
    yyjson_doc_free(v->state_doc);
    yyjson_doc_free(v->settings);
    kb_arena_free(&v->arena);
    free(v);
}

/* ---- one article ------------------------------------------------------------------- */

static int64_t modified(const struct kb_visit *v, const struct kb_answer *answer) {
    int64_t when = 0;
    return answer && kb_fetch_date(kb_answer_header(answer, KB_STR("Last-Modified")),
                                   v->round->now, &when)
               ? when
               : 0;
}

/* When an article was written that does not say it: 0, just now, where the feed was had
 * before and it was not there; at first entries are as old as their neighbours. */
static int64_t about(const struct kb_visit *v, size_t entry,
                     const struct kb_answer *page) {
    int64_t when = modified(v, page);
    if (when || v->row->last_success || v->push)
        return when;
    if (v->feed && entry != KB_NOT_FOUND)
        when = kb_entry_about(v->feed, entry);
    return when ? when : modified(v, v->answer);
}

/* page: where it was read from; NULL where the feed tells it. */
static enum kb_status take(struct kb_visit *v, const struct kb_article *a, size_t entry,
                           const struct kb_answer *page) {
    struct kb_round *round = v->round;
    const struct kb_desk_origin origin = {.feed = v->row->n,
                                          .feed_url = v->row->url,
                                          .feed_title = kb_feed_row_name(v->row),
                                          .now = round->now,
                                          .about = about(v, entry, page),
                                          .live = true,
                                          .entry = !page};
    struct kb_taken taken = {.what = KB_TAKEN_SAME};
    enum kb_status status = kb_round_begin(round);
    /* An entry without a word is noted, and is no article. */
    if (status == KB_OK && (a->content_text.n || a->title.n))
        status = kb_desk_take(round->desk, a, &origin, &taken, round->err);
    v->told.fresh += taken.what == KB_TAKEN_NEW;
    v->told.changed += taken.what == KB_TAKEN_CHANGED;
    v->told.dropped += taken.what == KB_TAKEN_DROPPED;
    round->result->stories += taken.founded;
    return status;
}

/* That an entry, or a page of a site, was looked at: in the transaction that keeps what
 * came of it. */
static enum kb_status note(struct kb_visit *v, const struct kb_entry_mark *mark) {
    struct kb_round *round = v->round;
    enum kb_status status = kb_round_begin(round);
    if (status == KB_OK)
        status = kb_store_entry_note(round->store, v->row->n, mark->id, mark->content,
                                     round->now, round->err);
    if (status == KB_OK && mark->same)
        status = kb_store_entry_note(round->store, v->row->n, mark->same, mark->content,
                                     round->now, round->err);
    return status;
}

/* The article of an entry, as far as the feed tells it; its arena is to be freed. */
static enum kb_status make_entry(struct kb_visit *v, size_t entry, struct kb_article *a) {
    kb_arena_init(&a->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_page_tools_time(v->round->tools.page, v->round->now, v->round->now);
    return kb_article_from_entry(&v->round->tools, v->feed, &v->feed->items.items[entry],
                                 v->row->language, a, v->round->err);
}

static enum kb_status take_entry(struct kb_visit *v, size_t entry) {
    struct kb_article a = {0};
    enum kb_status status = make_entry(v, entry, &a);
    if (status == KB_OK)
        status = take(v, &a, entry, NULL);
    kb_arena_free(&a.arena);
    return status;
}

/* ---- entries ----------------------------------------------------------------------- */

static bool is_teaser(const struct kb_feed_item *item) {
    return item->content_html.n < TEASER_BYTES && item->content_text.n < TEASER_BYTES;
}

/* Does a rule want the page of the entry's article? */
static enum kb_status rule_wants(struct kb_visit *v, const struct kb_article *a,
                                 bool *wanted) {
    const struct kb_desk_origin origin = {.feed = v->row->n,
                                          .feed_url = v->row->url,
                                          .feed_title = kb_feed_row_name(v->row),
                                          .now = v->round->now};
    enum kb_status status = kb_round_begin(v->round);
    return status == KB_OK
               ? kb_desk_wants_page(v->round->desk, a, &origin, wanted, v->round->err)
               : status;
}

static enum kb_status send_for(struct kb_visit *v, struct kb_str url, size_t entry,
                               struct kb_entry_mark mark) {
    if (v->pending == KB_LIMIT_ROUND_PAGES) {
        v->cut = true;
        return KB_OK;
    }
    struct kb_page_job *job = kb_arena_zalloc(&v->arena, 1, sizeof *job);
    if (!job)
        return no_memory(v->round);
    *job = (struct kb_page_job){.visit = v, .entry = entry, .mark = mark};
    job->item.url = kb_arena_dup(&v->arena, url);
    v->pending++; /* the gate may open at once */
    if (v->arena.full || !kb_gate_add(v->round->gate, &job->item)) {
        v->pending--;
        return no_memory(v->round);
    }
    return KB_OK;
}

/* Its page is fetched, or its article is taken as the feed tells it. */
static enum kb_status fetch_or_take(struct kb_visit *v, size_t entry,
                                    struct kb_entry_mark mark) {
    const struct kb_feed_item *item = &v->feed->items.items[entry];
    struct kb_article a = {0};
    bool may =
        kb_url_is_web(item->url) && !kb_str_equal(v->row->full_text, KB_STR("never"));
    bool page =
        may && (kb_str_equal(v->row->full_text, KB_STR("always")) || is_teaser(item));
    enum kb_status status = page ? KB_OK : make_entry(v, entry, &a);
    if (status == KB_OK && may && !page)
        status = rule_wants(v, &a, &page);
    if (status == KB_OK && page) {
        status = send_for(v, item->url, entry, mark);
    } else if (status == KB_OK) {
        status = take(v, &a, entry, NULL);
        if (status == KB_OK)
            status = note(v, &mark);
    }
    kb_arena_free(&a.arena);
    return status;
}

static struct kb_entry_mark mark_of(const struct kb_feed_item *item) {
    struct kb_str name = item->c.id.n  ? item->c.id
                         : item->url.n ? item->url
                                       : item->c.title;
    const struct kb_str parts[] = {item->c.title, item->content_html, item->content_text,
                                   item->summary, item->c.date_modified};
    struct kb_entry_mark mark = {.id = kb_hash(name.p, name.n, 0)};
    for (size_t i = 0; i < KB_COUNT(parts); i++)
        mark.content = kb_hash(parts[i].p, parts[i].n, mark.content);
    if (!item->c.id.n || kb_str_equal(item->c.id, item->url))
        return mark;
    const struct kb_str date = item->c.date_published; /* the words may come again */
    mark.same = kb_hash(date.p, date.n, kb_hash(item->url.p, item->url.n, mark.content));
    for (size_t i = 0; i < item->attachments.count; i++) {
        struct kb_str url = item->attachments.items[i].url;
        mark.same = kb_hash(url.p, url.n, mark.same);
    }
    return mark;
}

/* By its id; by its link and words where that id is new. */
static enum kb_status ask_known(struct kb_visit *v, struct kb_entry_mark *mark,
                                enum kb_entry_known *known) {
    struct kb_round *round = v->round;
    enum kb_status status = kb_store_entry(round->store, v->row->n, mark->id,
                                           mark->content, known, round->err);
    if (status != KB_OK || *known != KB_ENTRY_NEW || !mark->same)
        return status;
    status = kb_store_entry(round->store, v->row->n, mark->same, mark->content, known,
                            round->err);
    if (*known == KB_ENTRY_SAME) /* the id is for this once */
        mark->id = mark->same;
    return status;
}

static enum kb_status look_at(struct kb_visit *v, size_t entry) {
    const struct kb_feed_item *item = &v->feed->items.items[entry];
    struct kb_entry_mark mark = mark_of(item);
    enum kb_entry_known known;
    enum kb_status status = kb_round_pause(v->round);
    if (status == KB_OK)
        status = ask_known(v, &mark, &known);
    if (status != KB_OK)
        return status;
    if (known == KB_ENTRY_SAME) {
        mark.same = 0; /* noted with it, and needed where the id is new alone */
        return note(v, &mark);
    }
    if (known == KB_ENTRY_NEW)
        (void)kb_date_seconds(item->c.date_published.n ? item->c.date_published
                                                       : item->c.date_modified,
                              &v->dates[v->date_count++]);
    return fetch_or_take(v, entry, mark);
}

/* Oldest first, as feeds have the newest on top: so the story's first article is what
 * came first. */
static enum kb_status look_at_all(struct kb_visit *v) {
    enum kb_status status = KB_OK;
    size_t count = v->feed->items.count;
    v->dates = kb_arena_zalloc(&v->arena, count + 1, sizeof *v->dates);
    if (!v->dates)
        return no_memory(v->round);
    for (size_t i = count; status == KB_OK && i-- > 0;)
        status = look_at(v, i);
    return status;
}

/* ---- a site without a feed --------------------------------------------------------- */

static enum kb_status look_at_site(struct kb_visit *v) {
    const struct kb_feed_hints hints = {.base_url = v->answer->url,
                                        .content_type = v->answer->content_type};
    struct kb_discovery *found;
    enum kb_status status =
        kb_feed_discover(v->reader, v->answer->body, &hints, &found, v->round->err);
    if (status == KB_EINPUT) {
        v->instead = KB_STR("no page");
        return KB_OK;
    }
    if (status != KB_OK)
        return status;
    v->dates = kb_arena_zalloc(&v->arena, found->articles.count + 1, sizeof *v->dates);
    if (!v->dates)
        return no_memory(v->round);
    for (size_t i = 0; status == KB_OK && i < found->articles.count; i++) {
        struct kb_str url = found->articles.items[i].url;
        uint64_t id = kb_hash(url.p, url.n, 0);
        enum kb_entry_known known;
        status = kb_store_entry(v->round->store, v->row->n, id, 0, &known, v->round->err);
        if (status == KB_OK && known == KB_ENTRY_NEW) {
            v->date_count++;
            status = send_for(v, url, KB_NOT_FOUND, (struct kb_entry_mark){.id = id});
        }
    }
    return status;
}

/* ---- answers ----------------------------------------------------------------------- */

/* An address that somebody added unseen is a site's as often as a feed's: the feed that
 * its page names takes its place, or the page with its links where it names none. */
static enum kb_status find_feed(struct kb_visit *v, const struct kb_feed_hints *hints) {
    struct kb_discovery *found;
    struct kb_err none = {.text = ""};
    enum kb_status status =
        kb_feed_discover(v->reader, v->answer->body, hints, &found, &none);
    if (status == KB_ENOMEM)
        return no_memory(v->round);
    if (status != KB_OK)
        return KB_OK;
    if (found->feeds.count)
        v->found = kb_arena_dup(&v->arena, found->feeds.items[0].url);
    v->found_site = !v->found.n && found->is_list;
    return KB_OK;
}

static enum kb_status read_feed(struct kb_visit *v) {
    const struct kb_feed_hints hints = {
        .base_url = v->answer->url,
        .content_type = v->answer->content_type,
        .content_language = kb_answer_header(v->answer, KB_STR("Content-Language"))};
    struct kb_err why = {.text = ""};
    enum kb_status status =
        kb_feed_read(v->reader, v->answer->body, &hints, &v->feed, &why);
    if (status == KB_OK)
        return look_at_all(v);
    v->feed = NULL;
    if (status == KB_ENOMEM)
        return no_memory(v->round);
    v->instead = kb_arena_dup(&v->arena, kb_str_z(why.text));
    return v->row->last_success || v->push ? KB_OK : find_feed(v, &hints);
}

enum kb_status kb_visit_answered(struct kb_visit *v, struct kb_answer *answer) {
    struct kb_round *round = v->round;
    enum kb_status status = KB_OK;
    v->answer = answer;
    if (answer->fault == KB_FAULT_NONE && answer->status >= 200 && answer->status < 300) {
        v->reader = round->spare;
        round->spare = NULL;
        if (!v->reader)
            status = kb_feed_reader_new(&v->reader, round->err);
        v->pending++; /* so that no page ends the visit before all are known */
        if (status == KB_OK)
            status = kb_str_equal(v->row->format, KB_STR("site")) ? look_at_site(v)
                                                                  : read_feed(v);
        v->pending--;
    }
    return status == KB_OK && !v->pending ? kb_visit_end(v) : status;
}

/* The page's article, completed by its entry; where the page has none, the entry's. */
static enum kb_status take_page(struct kb_page_job *job, const struct kb_answer *answer) {
    struct kb_visit *v = job->visit;
    struct kb_round *round = v->round;
    kabar_article *article = NULL;
    kabar_error error = {KABAR_OK, ""};
    char url[KB_LIMIT_URL_BYTES + 1], type[256];
    struct kb_str u = kb_str_cut(answer->url, sizeof url - 1),
                  t = kb_str_cut(answer->content_type, sizeof type - 1);
    memcpy(url, u.n ? u.p : "", u.n);
    memcpy(type, t.n ? t.p : "", t.n);
    url[u.n] = type[t.n] = '\0';
    const kabar_page page = {
        .size = sizeof page, .url = url, .content_type = type, .fetched = round->now};
    enum kb_status status = KB_OK;
    bool took = false;
    if (kabar_read(round->reader, answer->body.p, answer->body.n, &page, &article,
                   &error) == KABAR_OK) {
        struct kb_article *a = kb_article_inside(article);
        took = a->content_text.n && a->confidence >= KB_LIMIT_ARTICLE_SURE;
        if (took && job->entry != KB_NOT_FOUND)
            status = kb_article_merge_entry(
                &round->tools, v->feed, &v->feed->items.items[job->entry], a, round->err);
        if (took && status == KB_OK)
            status = take(v, a, job->entry, answer);
        if (took && status == KB_OK)
            status = note(v, &job->mark);
        v->told.pages += took;
    }
    kabar_article_free(article);
    if (status == KB_OK && !took)
        status = kb_visit_page(job, NULL, false);
    else
        v->pending--;
    return status;
}

/* May a page come another time that did not now? */
static bool may_come(const struct kb_answer *answer) {
    return answer->fault != KB_FAULT_NONE
               ? kb_fault_passes(answer->fault)
               : answer->status >= 500 || answer->status == TOO_MANY_REQUESTS;
}

enum kb_status kb_visit_page(struct kb_page_job *job, const struct kb_answer *answer,
                             bool later) {
    struct kb_visit *v = job->visit;
    enum kb_status status = KB_OK;
    if (answer && answer->fault == KB_FAULT_NONE && answer->status >= 200 &&
        answer->status < 300)
        return take_page(job, answer);
    later = later || (answer && may_come(answer));
    if (job->entry != KB_NOT_FOUND)
        status = take_entry(v, job->entry);
    if (status == KB_OK && !later)
        status = note(v, &job->mark);
    v->told.pages_failed += later;
    v->cut = v->cut || later;
    v->pending--;
    return status;
}

/* ---- the end ----------------------------------------------------------------------- */

static struct kb_str print_state(const struct kb_fetch_state *state, struct kb_buf *out) {
    struct kb_json json;
    kb_buf_clear(out);
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_fetch_state_print(&json, state);
    kb_json_object_end(&json);
    return kb_buf_view(out);
}

/* The push was read, in the transaction that keeps what it brought; what hub there is
 * for the next one. */
static enum kb_status mind_hub(struct kb_visit *v) {
    struct kb_round *round = v->round;
    if (v->push)
        return kb_store_push_remove(round->store, v->push, round->err);
    return round->options->callback && v->feed ? kb_push_offer(v) : KB_OK;
}

/* It stays (-1), unless pages could not be had that only the feed itself leads to
 * again. */
static int64_t next_after_push(const struct kb_visit *v) {
    int64_t soon = v->round->now + kb_fetch_policy_default.floor;
    return v->cut && soon < v->row->next ? soon : -1;
}

/* Is there a feed already at the address that this one proves to have?  Then they become
 * one: two rows of one address there are not, and this one would be asked for ever. */
static enum kb_status unite(struct kb_visit *v, struct kb_str url, bool *united) {
    struct kb_round *round = v->round;
    struct kb_feed_row row = {.n = 0};
    struct kb_err none = {.text = ""};
    *united = false;
    if (!url.n)
        return KB_OK;
    enum kb_status status = kb_store_feed(round->store, 0, url, &v->arena, &row, &none);
    if (status != KB_OK && status != KB_EINPUT)
        return kb_err_set(round->err, status, "%s", none.text);
    if (status != KB_OK || row.n == v->row->n || !kb_str_equal(row.url, url))
        return KB_OK;
    *united = true;
    return kb_store_feed_unite(round->store, v->row->n, row.n, round->now, round->err);
}

static enum kb_status keep_visit(struct kb_visit *v, struct kb_feed_visit *visit) {
    struct kb_round *round = v->round;
    bool united = false;
    enum kb_status status = kb_round_begin(round);
    if (status == KB_OK)
        status = round->text.status;
    if (status == KB_OK)
        status = unite(v, visit->url, &united);
    if (visit->url.n)
        kb_desk_rules_changed(round->desk);
    if (united) {
        visit->says = KB_STR("its feed is on the wire already: they are one now");
        return status;
    }
    if (status == KB_OK)
        status = kb_store_feed_visited(round->store, v->row->n, visit, round->err);
    if (status == KB_OK)
        status = mind_hub(v);
    return status == KB_OK && round->options->icons && v->feed && !v->push
               ? kb_icons_offer(v)
               : status;
}

enum kb_status kb_visit_end(struct kb_visit *v) {
    struct kb_round *round = v->round;
    struct kb_fetch_hop hops[KB_LIMIT_HOPS + 1];
    struct kb_fetch_answer asked;
    struct kb_fetch_verdict verdict;
    struct kb_fetch_state next;
    bool site = kb_str_equal(v->row->format, KB_STR("site"));
    kb_fetch_asked(v->answer, v->request.etag.n || v->request.last_modified.n, hops,
                   &asked);
    asked.is_feed = v->feed || (site && !v->instead.n);
    asked.instead = v->instead;
    asked.pushed = v->push != 0;
    asked.entries = v->dates;
    asked.entry_count = v->date_count;
    if (v->feed)
        asked.wishes =
            (struct kb_fetch_wishes){v->feed->ttl * 60, v->feed->update_minutes * 60,
                                     v->feed->skip_hours, v->feed->skip_days};
    kb_fetch_plan(&v->state, &asked, &kb_fetch_policy_default, round->now, &next,
                  &verdict);
    if (v->cut) { /* what was left is asked for again, whole */
        next.etag = next.last_modified = KB_STR_NONE;
        next.body_hash = 0;
    }
    struct kb_feed_visit visit = {
        .next = v->push ? next_after_push(v) : verdict.next,
        .last_success = next.last_success,
        .failures = next.failures,
        .state = print_state(&next, &round->text),
        .says = kb_str_z(verdict.says),
        .url = verdict.moved ? next.address : KB_STR_NONE,
    };
    if (v->feed) {
        visit.title = v->feed->c.title;
        visit.home_url = v->feed->home_page_url;
        visit.language = v->feed->c.language;
        visit.format = kb_str_z(v->feed->source_format);
    }
    if (v->found.n || v->found_site) { /* and is asked for at once */
        visit.url = v->found;
        visit.home_url = v->answer->url;
        visit.format = v->found_site ? KB_STR("site") : KB_STR_NONE;
        visit.says = v->found_site ? KB_STR("a site without a feed: its page is watched")
                                   : KB_STR("a site: its feed was found");
        visit.state = KB_STR("{}");
        visit.next = round->now;
        visit.failures = 0;
    }
    enum kb_status status = keep_visit(v, &visit);
    v->told.pushed = v->push != 0;
    v->told.says = kb_arena_dup(&v->arena, visit.says);
    v->told.next = visit.next < 0 ? v->row->next : visit.next;
    /* That a feed is gone is nothing to try again, and yet to be told. */
    v->told.failed =
        !(v->found.n || v->found_site) &&
        (verdict.outcome > KB_FETCH_PAUSED || verdict.outcome == KB_FETCH_GONE);
    *round->last = v;
    round->last = &v->next;
    let_go(v);
    v->ended = true;
    return status;
}
