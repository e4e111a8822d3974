/* What came from an address: an answer enters; a feed, an article, a site's front page or
 * a plain reason why it is none of these leaves, and the text of it.
 *
 * The bytes tell what they are, more than the header does: feeds come as text/html, error
 * pages as application/rss+xml. */
#include <stdio.h>
#include <string.h>

#include "fetch.h"
#include "wire/wire.h"

/* Above this confidence a page is an article, whatever else it names. */
#define SURE_CONFIDENCE 0.6

/* ---- reading ----------------------------------------------------------------------- */

static const char *kind_name(enum kb_cli_kind kind) {
    static const char *const names[] = {"nothing", "unchanged", "feed", "article",
                                        "site"};
    return names[kind];
}

static void fail(struct kb_cli_visit *visit, const char *error, struct kb_str message) {
    visit->kind = KB_CLI_NOTHING;
    visit->error = error;
    snprintf(visit->message, sizeof(visit->message), "%.*s",
             (int)kb_str_cut(message, sizeof(visit->message) - 1).n,
             message.n ? message.p : "");
}

/* No answer came: the client's sentence, and the option that may help. */
static void fail_to_ask(struct kb_cli_visit *visit, const struct kb_answer *answer) {
    static const struct {
        enum kb_fault fault;
        const char *option;
    } options[] = {
        {KB_FAULT_REFUSED, " (--allow-private)"},
        {KB_FAULT_TLS, " (--ca-file, --insecure)"},
        {KB_FAULT_TIMEOUT, " (--timeout)"},
        {KB_FAULT_TOO_LARGE, " (--max-bytes)"},
    };
    fail(visit, kb_fault_name(answer->fault), answer->message);
    for (size_t i = 0; i < KB_COUNT(options); i++) {
        size_t n = strlen(visit->message);
        if (options[i].fault == answer->fault)
            snprintf(visit->message + n, sizeof(visit->message) - n, "%s",
                     options[i].option);
    }
}

static bool is_html(const struct kb_answer *answer) {
    return kb_str_find_nocase(answer->content_type, KB_STR("html")) != KB_NOT_FOUND;
}

/* "403 Forbidden", and what else helps to understand it. */
static void refuse(struct kb_cli_visit *visit, const struct kb_answer *answer) {
    int status = answer->status;
    char text[320], span[32] = "";
    bool check = (status == 403 || status == 429 || status == 503) && is_html(answer);
    if (answer->retry_after >= 0)
        kb_fetch_span(answer->retry_after, span, sizeof(span));
    snprintf(text, sizeof(text), "%d%s%s%s%s%s", status,
             kb_fetch_phrase(status)[0] ? " " : "", kb_fetch_phrase(status),
             span[0] ? "; the server asks to wait " : "", span,
             check ? "; a web page came with it, which may be a check for robots" : "");
    fail(visit, "http", kb_str_z(text));
}

static void read_feed(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                      struct kb_cli_visit *visit) {
    struct kb_err err = {KB_OK, ""};
    const struct kb_feed_hints hints = {
        answer->url, answer->content_type,
        kb_answer_header(answer, KB_STR("content-language"))};
    enum kb_status status =
        kb_feed_read(fetcher->feeds, answer->body, &hints, &visit->feed, &err);
    if (status == KB_OK)
        visit->kind = KB_CLI_FEED;
    else
        fail(visit, kb_status_name(status), kb_str_z(err.text));
}

static bool is_root(struct kb_str url) {
    size_t at = kb_str_find(url, KB_STR("://"));
    url = at == KB_NOT_FOUND ? url : kb_str_slice(url, at + 3, url.n);
    at = kb_str_find_byte(url, '/');
    return at == KB_NOT_FOUND || at + 1 == url.n;
}

/* A front page is a list, or stands at its host's root and names feeds or articles.  What
 * reads like an article is not looked at a second time. */
static void look_for_site(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                          enum kb_cli_as as, struct kb_cli_visit *visit) {
    struct kb_discovery *found;
    struct kb_err err;
    const struct kb_feed_hints hints = {answer->url, answer->content_type, KB_STR_NONE};
    bool root = is_root(answer->url);
    visit->kind = KB_CLI_ARTICLE;
    if (as == KB_CLI_AS_ARTICLE || (as == KB_CLI_AS_AUTO && !root &&
                                    kabar_confidence(visit->article) >= SURE_CONFIDENCE))
        return;
    if (kb_feed_discover(fetcher->feeds, answer->body, &hints, &found, &err) != KB_OK)
        return;
    if (as == KB_CLI_AS_SITE || found->is_list ||
        (root && (found->feeds.count || found->articles.count))) {
        visit->kind = KB_CLI_SITE;
        visit->site = found;
    }
}

/* Strings with a NUL behind them, as kabar.h wants them. */
struct zero_ended {
    char url[KB_LIMIT_URL_BYTES + 1], type[256];
};

static const char *zero_end(struct kb_str s, char *out, size_t size) {
    s = kb_str_slice(s, 0, size - 1);
    memcpy(out, s.n ? s.p : "", s.n);
    out[s.n] = 0;
    return out;
}

static void read_page(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                      enum kb_cli_as as, struct kb_cli_visit *visit) {
    struct zero_ended z;
    kabar_error error = {KABAR_OK, ""};
    const kabar_page page = {
        .size = sizeof(page),
        .url = zero_end(answer->url, z.url, sizeof(z.url)),
        .content_type = zero_end(answer->content_type, z.type, sizeof(z.type)),
        .fetched = fetcher->now,
    };
    kabar_status status = kabar_read(fetcher->reader, answer->body.p, answer->body.n,
                                     &page, &visit->article, &error);
    if (status != KABAR_OK)
        fail(visit, kabar_status_name(status), kb_str_z(error.message));
    else
        look_for_site(fetcher, answer, as, visit);
}

/* Is it a page to be read, or a feed? */
static bool is_page(enum kb_cli_as as, const struct kb_answer *answer) {
    enum kb_feed_kind kind = kb_feed_sniff(answer->body, answer->content_type);
    if (as == KB_CLI_AS_FEED)
        return false;
    if (as != KB_CLI_AS_AUTO)
        return true;
    bool text = is_html(answer) ||
                kb_str_starts_nocase(answer->content_type, KB_STR("text/plain"));
    return kind == KB_KIND_PAGE ||
           (text && (kind == KB_KIND_TEXT || kind == KB_KIND_BINARY));
}

void kb_cli_visit(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                  enum kb_cli_as as, struct kb_cli_visit *visit) {
    *visit = (struct kb_cli_visit){.kind = KB_CLI_NOTHING};
    if (answer->fault != KB_FAULT_NONE)
        fail_to_ask(visit, answer);
    else if (answer->status == 304)
        visit->kind = KB_CLI_UNCHANGED;
    else if (answer->status < 200 || answer->status > 299)
        refuse(visit, answer);
    else if (!answer->body.n)
        fail(visit, "empty", KB_STR("the answer has no body"));
    else if (is_page(as, answer))
        read_page(fetcher, answer, as, visit);
    else
        read_feed(fetcher, answer, visit);
}

void kb_cli_visit_free(struct kb_cli_visit *visit) {
    kabar_article_free(visit->article);
    visit->article = NULL;
}

/* ---- printing ---------------------------------------------------------------------- */

bool kb_cli_visit_print(struct kb_cli_visit *visit, kabar_format format,
                        const kabar_print_options *print, struct kb_buf *out) {
    kabar_buffer buffer = {NULL, 0, 0};
    kabar_error error = {KABAR_OK, ""};
    kabar_status status;
    if (visit->feed) {
        if (format == KABAR_FORMAT_VIEW)
            kb_feed_print_view(visit->feed, print->width, print->color, out);
        else
            kb_feed_print(visit->feed, print->indent, out);
        return out->status == KB_OK;
    }
    status = kabar_print(visit->article, format, print, &buffer, &error);
    if (status == KABAR_OK)
        kb_buf_add(out, buffer.data, buffer.size);
    else
        fail(visit, kabar_status_name(status), kb_str_z(error.message));
    kabar_buffer_free(&buffer);
    return status == KABAR_OK && out->status == KB_OK;
}

/* The document behind its key, without its line feed. */
static void add_document(struct kb_cli_visit *visit, struct kb_buf *out) {
    const kabar_print_options print = {.size = sizeof(print)};
    size_t before = out->n;
    kb_buf_z(out, visit->feed ? ",\"feed\":" : ",\"article\":");
    if (!kb_cli_visit_print(visit, KABAR_FORMAT_JSON, &print, out))
        out->n = before;
    else if (out->n && out->p[out->n - 1] == '\n')
        out->n--;
}

static void add_error(struct kb_json *json, const struct kb_cli_visit *visit) {
    kb_json_field_object(json, "error");
    kb_json_field(json, "status", kb_str_z(visit->error));
    kb_json_field(json, "message", kb_str_z(visit->message));
    kb_json_object_end(json);
}

static void add_site(const struct kb_cli_visit *visit, const struct kb_answer *answer,
                     struct kb_buf *out) {
    const kabar_print_options print = {.size = sizeof(print)};
    struct kb_cli_site site;
    if (kb_cli_site_take(&site, answer, visit->site)) {
        kb_buf_z(out, ",\"site\":");
        kb_cli_site_print(&site, KABAR_FORMAT_JSON, &print, out);
        out->n -= out->status == KB_OK; /* its line feed */
    }
    kb_cli_site_free(&site);
}

void kb_cli_visit_line(struct kb_cli_visit *visit, struct kb_str url,
                       const struct kb_answer *answer,
                       const struct kb_fetch_verdict *verdict, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_json_field_str(&json, "url", url);
    if (!kb_str_equal(answer->url, url))
        kb_json_field(&json, "final_url", answer->url);
    if (answer->status) {
        kb_json_field_int(&json, "status", answer->status);
    }
    kb_json_field_str(&json, "kind", kb_str_z(kind_name(visit->kind)));
    kb_json_field(&json, "note", answer->note);
    if (verdict) {
        if (verdict->next != KB_FETCH_NEVER)
            kb_tell_time(&json, "next", verdict->next);
        kb_json_field(&json, "why", kb_str_z(verdict->says));
    }
    if (visit->kind == KB_CLI_SITE)
        add_site(visit, answer, out);
    else if (visit->kind != KB_CLI_NOTHING && visit->kind != KB_CLI_UNCHANGED)
        add_document(visit, out);
    if (visit->kind == KB_CLI_NOTHING)
        add_error(&json, visit);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}
