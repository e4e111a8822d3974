/* kabar add: addresses in, feeds of the wire out.
 *
 * An address is asked for once, to see what stands there: a feed is added; of a site the
 * feed that it names first (or that its well-known paths and site maps have); where it
 * has none, the site's front page itself, whose new articles each round then looks
 * for. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "fetch.h"
#include "html/html.h"
#include "store/store.h"
#include "wire/wire.h"

enum option {
    OPTION_DB,
    OPTION_FOR,
    OPTION_FOLDER,
    OPTION_NAME,
    OPTION_FULL_TEXT,
    OPTION_SITE,
    OPTION_UNSEEN,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_REQUEST
};

static const struct kb_cli_option options[] = {
    [OPTION_DB] = KB_CLI_DB_OPTION,
    [OPTION_FOR] = KB_CLI_FOR_OPTION,
    [OPTION_FOLDER] = {"folder", 0, "NAME", "put it there: News, or News/Asia"},
    [OPTION_NAME] = {"name", 0, "NAME", "call it so (of one address)"},
    [OPTION_FULL_TEXT] = {"full-text", 0, "WHEN",
                          "fetch articles' pages: auto (where the feed has no\n"
                          "more than a teaser), always or never"},
    [OPTION_SITE] = {"site", 0, NULL, "of a site its front page, and no feed"},
    [OPTION_UNSEEN] = {"unseen", 0, NULL,
                       "add the address as a feed's without asking for it"},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, "tell each request and decision"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    KB_CLI_REQUEST_ROWS(OPTION_REQUEST),
    {NULL, 0, NULL, NULL},
};

struct call {
    struct kb_cli_fetch_options fetch;
    const char *db, *user_name, *folder, *name, *full_text;
    char **operands;
    int count;
    bool site, unseen;
    bool allows; /* --allow-private was said */
    size_t under_way;
    struct kb_arena arena;
    struct kb_store *store;
    int64_t user;
};

/* ---- what is added ----------------------------------------------------------------- */

/* What went with the request goes with the later ones: it stands in the feed's settings,
 * as kabar feeds --settings has it.  Not where the feed is at another host. */
static enum kb_status keep_request(struct call *call, int64_t n, struct kb_err *err) {
    const struct kb_request *request = &call->fetch.request;
    struct kb_buf text;
    struct kb_json json;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    size_t empty = text.n;
    if (request->header_count)
        kb_json_field_object(&json, "headers");
    for (size_t i = 0; i < request->header_count; i++) {
        struct kb_str name = kb_arena_dup(&call->arena, request->headers[i].name);
        kb_json_field_str(&json, name.n ? name.p : "", request->headers[i].value);
    }
    if (request->header_count)
        kb_json_object_end(&json);
    kb_json_field(&json, "cookie", request->cookie);
    kb_json_field(&json, "login", request->login);
    kb_json_field(&json, "proxy", call->fetch.client.proxy);
    if (request->insecure_tls)
        kb_json_field_bool(&json, "insecure_tls", true);
    if (call->allows)
        kb_json_field_bool(&json, "allow_private", true);
    bool any = text.n > empty;
    kb_json_object_end(&json);
    enum kb_status status = text.status;
    if (status != KB_OK)
        (void)kb_err_set(err, status,
                         "nothing added: headers, cookie, login and proxy have more than "
                         "%d bytes together, the most that is kept with a feed; make "
                         "them shorter",
                         (int)KB_LIMIT_META_BYTES);
    else if (any)
        status = kb_store_feed_set(call->store, call->user, n, KB_FEED_SET_SETTINGS,
                                   kb_buf_view(&text), err);
    kb_buf_free(&text);
    return status;
}

static bool settle(struct call *call, int64_t n, bool kept, struct kb_err *err) {
    enum kb_status status = kept ? keep_request(call, n, err) : KB_OK;
    if (status == KB_OK && call->name)
        status = kb_store_feed_set(call->store, call->user, n, KB_FEED_SET_NAME,
                                   kb_str_z(call->name), err);
    if (status == KB_OK && call->folder)
        status = kb_store_feed_set(call->store, call->user, n, KB_FEED_SET_FOLDER,
                                   kb_str_z(call->folder), err);
    if (status == KB_OK && call->full_text)
        status = kb_store_feed_set(call->store, call->user, n, KB_FEED_SET_FULL_TEXT,
                                   kb_str_z(call->full_text), err);
    return status == KB_OK;
}

/* The title is a stranger's. */
static void tell(const struct kb_feed_new *feed, int64_t n, bool fresh) {
    struct kb_buf line;
    kb_buf_init(&line, KB_LIMIT_URL_BYTES + KB_LIMIT_META_BYTES);
    kb_html_line(feed->url, KB_LIMIT_URL_BYTES, &line);
    kb_buf_z(&line, feed->title.n ? "  " : "");
    kb_html_line(feed->title, KB_LIMIT_META_BYTES, &line);
    printf("%s %lld: %.*s\n", fresh ? "added" : "known as", (long long)n, (int)line.n,
           line.n ? line.p : "");
    kb_buf_free(&line);
}

/* asked: the address that the options of requests were said for. */
static bool keep(struct call *call, struct kb_feed_new *feed, struct kb_str asked) {
    struct kb_err err = {.text = ""};
    int64_t n = 0;
    bool fresh = false;
    feed->now = (int64_t)time(NULL);
    feed->folder = kb_str_z(call->folder);
    bool ok = kb_store_begin(call->store, &err) == KB_OK;
    ok = ok &&
         kb_store_feed_add(call->store, call->user, feed, &n, &fresh, &err) == KB_OK &&
         settle(call, n, kb_str_equal_nocase(kb_url_host(feed->url), kb_url_host(asked)),
                &err);
    if (ok)
        ok = kb_store_commit(call->store, &err) == KB_OK;
    else
        kb_store_rollback(call->store);
    if (!ok)
        kb_cli_say("%s", err.text);
    else
        tell(feed, n, fresh);
    return ok;
}

/* ---- what stands there ------------------------------------------------------------- */

static bool add_site(struct call *call, struct kb_cli_fetcher *fetcher,
                     const struct kb_answer *answer, const struct kb_cli_visit *visit,
                     struct kb_str asked) {
    struct kb_cli_site site;
    struct kb_feed_new feed = {.home_url = answer->url};
    bool ok = kb_cli_site_take(&site, answer, visit->site);
    if (!ok)
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
    if (ok && !call->site && !site.feeds.count)
        kb_cli_site_search(fetcher, &site);
    feed.title = site.title;
    if (ok && !call->site && site.feeds.count) {
        feed.url = site.feeds.items[0].url;
        for (size_t i = 1; i < site.feeds.count; i++)
            kb_cli_say("the site has another feed: %.*s", (int)site.feeds.items[i].url.n,
                       site.feeds.items[i].url.p);
    } else if (ok && !call->site && site.sitemaps.count) {
        feed.url = site.sitemaps.items[0].url;
    } else {
        feed.url = answer->url;
        feed.format = KB_STR("site");
    }
    ok = ok && keep(call, &feed, asked);
    kb_cli_site_free(&site);
    return ok;
}

/* typed: the address as it was typed, "example.org" too. */
static bool add_one(struct call *call, struct kb_cli_fetcher *fetcher,
                    const char *typed) {
    struct kb_cli_visit visit;
    struct kb_request request;
    bool ok = false;
    struct kb_str url = kb_follow_address(&call->arena, kb_str_z(typed));
    struct kb_feed_new feed = {.url = url};
    if (!strstr(typed, "://") && access(typed, F_OK) == 0) {
        kb_cli_say("%s: this is a file here; `kabar import %s` takes it", typed, typed);
        return false;
    }
    if (!kb_follow_may(url)) {
        kb_cli_say(
            "%s: this is no address of a feed or a site, which begins with https:// "
            "or http://",
            typed);
        return false;
    }
    if (call->unseen)
        return keep(call, &feed, url);
    kb_cli_request_named(fetcher, url, &request);
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return false;
    kb_cli_visit(fetcher, answer, call->site ? KB_CLI_AS_SITE : KB_CLI_AS_AUTO, &visit);
    if (visit.kind == KB_CLI_FEED) {
        feed.url = answer->moved ? answer->url : url;
        feed.title = visit.feed->c.title;
        feed.home_url = visit.feed->home_page_url;
        feed.format = kb_str_z(visit.feed->source_format);
        ok = keep(call, &feed, url);
    } else if (visit.kind == KB_CLI_SITE) {
        ok = add_site(call, fetcher, answer, &visit, url);
    } else if (visit.kind == KB_CLI_ARTICLE) {
        kb_cli_say(
            "%.*s: this is an article, not a feed or a site; `kabar fetch %.*s | kabar "
            "import -` takes it into the wire",
            (int)url.n, url.p, (int)url.n, url.p);
    } else {
        kb_cli_say("%.*s: %s; --unseen adds it all the same", (int)url.n, url.p,
                   visit.kind == KB_CLI_NOTHING ? visit.message : "nothing new");
    }
    kb_cli_visit_free(&visit);
    kb_answer_free(answer);
    return ok;
}

/* ---- the call ---------------------------------------------------------------------- */

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    switch (option) {
    case OPTION_DB: call->db = value; break;
    case OPTION_FOR: call->user_name = value; break;
    case OPTION_FOLDER: call->folder = value; break;
    case OPTION_NAME: call->name = value; break;
    case OPTION_FULL_TEXT: return kb_cli_set_full_text(verb, value, &call->full_text);
    case OPTION_SITE: call->site = true; break;
    case OPTION_UNSEEN: call->unseen = true; break;
    case OPTION_VERBOSE: call->fetch.verbose = true; break;
    default:
        call->allows =
            call->allows || option == OPTION_REQUEST + KB_CLI_REQ_ALLOW_PRIVATE;
        return kb_cli_set_request(verb, OPTION_REQUEST, option, value, &call->fetch);
    }
    return KB_CLI_OK;
}

static int check(const struct kb_cli_verb *verb, const struct call *call) {
    if (!call->count)
        return kb_cli_wrong(verb, "no address to add\n"
                                  "As in: kabar add https://example.org/");
    if (call->name && call->count > 1)
        return kb_cli_wrong(verb, "--name goes with one address");
    return KB_CLI_OK;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.count = 0};
    struct kb_cli_fetcher fetcher = {.now = (int64_t)time(NULL)};
    call.fetch.print.size = sizeof call.fetch.print;
    kb_arena_init(&call.arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (!kb_cli_request_defaults(&call.fetch))
        return KB_CLI_FAILED;
    call.operands = words;
    int status = kb_cli_words(verb, count, words, &call.count, set, &call);
    if (status == KB_CLI_OK)
        status = check(verb, &call);
    if (status != KB_CLI_OK)
        goto out;
    call.fetch.client.trace = call.fetch.verbose ? kb_cli_trace : NULL;
    call.fetch.client.trace_arg = &call.fetch;
    call.fetch.under_way = &call.under_way;
    status = KB_CLI_FAILED;
    call.store = kb_cli_db_open(call.db, KB_STORE_CREATE);
    if (call.store && kb_cli_db_user(call.store, call.user_name, &call.user) &&
        kb_cli_fetcher_open(&fetcher, &call.fetch)) {
        status = KB_CLI_OK;
        for (int i = 0; i < call.count && !kb_cli_interrupted(); i++)
            if (!add_one(&call, &fetcher, call.operands[i]))
                status = KB_CLI_FAILED;
    }
    if (call.store && !kb_cli_fetcher_close(&fetcher))
        status = KB_CLI_FAILED;
    kb_store_close(call.store);
out:
    kb_guard_free(call.fetch.guard);
    kb_arena_free(&call.arena);
    return status;
}

const struct kb_cli_verb kb_cli_add = {
    .name = "add",
    .summary = "Add feeds and sites to the wire",
    .usage = "[OPTION…] URL…",
    .about =
        "Asks for the address and adds what stands there: a feed; of a site the feed\n"
        "that it names, or where it has none the site's front page, whose new articles\n"
        "are looked for.  `kabar fetch` then brings what is new.  Headers, cookie,\n"
        "login, proxy, --insecure and --allow-private go with later requests too.",
    .examples =
        "  kabar add https://example.org/\n"
        "  kabar add --folder News/Asia --full-text always https://example.org/feed\n",
    .manual = "wire",
    .options = options,
    .run = run,
};
