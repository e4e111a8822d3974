/* kabar fetch without an address: a round of the wire's feeds that are due. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db.h"
#include "fetch.h"
#include "html/html.h"
#include "wire/wire.h"

struct report {
    const struct kb_cli_fetch_options *options;
    struct kb_cli_output output;
    struct kb_cli_fetcher *warc; /* NULL without --warc */
    struct kb_buf line;
    bool json;
};

static bool stop(void *context) {
    (void)context;
    return kb_cli_interrupted() != 0;
}

static bool took(void *context, const struct kb_answer *answer) {
    struct report *report = context;
    return !report->warc || kb_cli_fetcher_took(report->warc, answer);
}

static void print_json(struct report *report, const struct kb_round_told *told) {
    struct kb_json json;
    char next[KB_TIME_BYTES] = "";
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"new", told->fresh},
                  {"changed", told->changed},
                  {"dropped", told->dropped},
                  {"pages", told->pages},
                  {"pages_failed", told->pages_failed}};
    kb_json_init(&json, &report->line, 0);
    kb_json_object(&json);
    kb_json_field(&json, "feed", told->feed->url);
    for (size_t i = 0; i < KB_COUNT(counts); i++) {
        kb_json_field_int(&json, counts[i].name, (int64_t)counts[i].value);
    }
    kb_json_field_bool(&json, "failed", told->failed);
    kb_json_field(&json, "says", told->says);
    if (told->next != KB_FETCH_NEVER)
        kb_time_print(told->next, next);
    kb_json_field(&json, "next", kb_str_z(next));
    kb_json_object_end(&json);
    kb_buf_char(&report->line, '\n');
}

static void told(void *context, const struct kb_round_told *told) {
    struct report *report = context;
    struct kb_str name = kb_feed_row_name(told->feed);
    kb_buf_clear(&report->line);
    if (report->json) {
        print_json(report, told);
    } else {
        kb_buf_printf(&report->line, "%6llu new  ", (unsigned long long)told->fresh);
        kb_html_line(name, KB_LIMIT_META_BYTES, &report->line);
        kb_buf_z(&report->line, told->failed ? "  FAILED: " : ": ");
        kb_html_line(told->says, KB_LIMIT_META_BYTES, &report->line);
        kb_buf_char(&report->line, '\n');
    }
    if (report->line.status == KB_OK)
        (void)kb_cli_output_write(&report->output, NULL, 0, report->line.p,
                                  report->line.n);
}

static int say_end(const struct report *report, const struct kb_round_result *r,
                   int64_t feeds) {
    if (!feeds)
        kb_cli_say("there is no feed yet; `kabar add https://example.org/` adds one");
    else if (!report->json && !r->feeds && !r->stopped)
        kb_cli_say("no feed is due; `kabar fetch --all` asks all of them, `kabar feeds` "
                   "tells when each is");
    else if (!report->json)
        kb_cli_say(
            "%llu feed%s asked, %llu failed; %llu new article%s, %llu changed, %llu "
            "new stor%s",
            (unsigned long long)r->feeds, r->feeds == 1 ? "" : "s",
            (unsigned long long)r->failed, (unsigned long long)r->fresh,
            r->fresh == 1 ? "" : "s", (unsigned long long)r->changed,
            (unsigned long long)r->stories, r->stories == 1 ? "y" : "ies");
    if (r->stopped)
        return 128 + kb_cli_interrupted();
    return r->failed ? KB_CLI_FAILED : KB_CLI_OK;
}

int kb_cli_fetch_round(const struct kb_cli_fetch_options *options, const char *db,
                       bool all) {
    struct kb_cli_fetcher fetcher = {.now = 0};
    struct report report = {.options = options,
                            .json = options->output || !isatty(STDOUT_FILENO)};
    struct kb_round_options round = {.client = &options->client,
                                     .all = all,
                                     .stop = stop,
                                     .told = told,
                                     .took = took,
                                     .context = &report};
    struct kb_round_result result = {0};
    struct kb_store_counts counts;
    struct kb_desk *desk = NULL;
    struct kb_err err = {.text = ""};
    int status = KB_CLI_FAILED;
    struct kb_store *store = kb_cli_db_open(db, KB_STORE_WRITE);
    kb_buf_init(&report.line, KB_LIMIT_META_BYTES * 4);
    if (!store || !kb_cli_fetcher_open(&fetcher, options))
        goto out;
    report.warc = options->warc ? &fetcher : NULL;
    if (!kb_cli_output_open(&report.output, options->output))
        goto out;
    if (kb_desk_new(store, &desk, &err) != KB_OK ||
        kb_round_run(store, desk, &round, &result, &err) != KB_OK ||
        kb_store_count(store, 0, &counts, &err) != KB_OK)
        kb_cli_say("%s", err.text);
    else
        status = say_end(&report, &result, counts.feeds);
    if (!kb_cli_output_close(&report.output) && status == KB_CLI_OK)
        status = KB_CLI_FAILED;
out:
    if (store && !kb_cli_fetcher_close(&fetcher) && status == KB_CLI_OK)
        status = KB_CLI_FAILED;
    kb_desk_free(desk);
    kb_store_close(store);
    kb_buf_free(&report.line);
    return status;
}
