/* What all addresses of one call share: the client, the readers, the WARC file.  Options
 * enter, answers leave. */
#define _DEFAULT_SOURCE /* getentropy */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "fetch.h"

/* How long one step of the client may wait: Ctrl-C is looked for in between. */
enum { STEP_MS = 200 };

/* ---- the WARC file ----------------------------------------------------------------- */

static bool put(void *context, const char *bytes, size_t n) {
    return kb_cli_output_write(context, NULL, 0, bytes, n);
}

static bool random_bytes(void *context, unsigned char *to, size_t n) {
    (void)context;
    return getentropy(to, n) == 0;
}

static bool open_warc(struct kb_cli_fetcher *fetcher) {
    const char *path = fetcher->options->warc, *name = strrchr(path, '/');
    struct kb_err err = {KB_OK, ""};
    const struct kb_warc_output output = {
        .put = put, .random = random_bytes, .context = &fetcher->warc_out};
    if (!kb_cli_output_open(&fetcher->warc_out, path))
        return false;
    fetcher->warc = kb_warc_writer_new(&output, &err);
    if (fetcher->warc &&
        kb_warc_write_info(fetcher->warc, kb_str_z(name ? name + 1 : path),
                           KB_STR("kabar/" KABAR_VERSION), KB_STR_NONE,
                           fetcher->now * 1000, &err) == KB_OK)
        return true;
    if (err.text[0])
        kb_cli_say("%s: %s", path, err.text);
    return false;
}

bool kb_cli_fetcher_took(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer) {
    struct kb_err err = {KB_OK, ""};
    fetcher->now = (int64_t)time(NULL);
    if (!fetcher->warc || kb_warc_write_answer(fetcher->warc, answer, &err) == KB_OK)
        return true;
    if (err.text[0])
        kb_cli_say("%s: %s", fetcher->options->warc, err.text);
    return false;
}

/* ---- begin and end ----------------------------------------------------------------- */

bool kb_cli_fetcher_open(struct kb_cli_fetcher *fetcher,
                         const struct kb_cli_fetch_options *options) {
    struct kb_err err = {KB_OK, ""};
    kabar_error error = {KABAR_OK, ""};
    const kabar_options reader = {.size = sizeof(reader), .now = fetcher->now};

    fetcher->options = options;
    if (kb_client_new(&fetcher->client, &options->client, &err) != KB_OK ||
        kb_feed_reader_new(&fetcher->feeds, &err) != KB_OK) {
        kb_cli_say("%s", err.text[0] ? err.text : kb_status_text(err.status));
        return false;
    }
    if (kabar_reader_new(&reader, &fetcher->reader, &error) != KABAR_OK) {
        kb_cli_say("%s", error.message);
        return false;
    }
    if (options->state && !(fetcher->state = kb_cli_state_open(options->state)))
        return false;
    return kb_cli_signals_catch() && (!options->warc || open_warc(fetcher));
}

bool kb_cli_fetcher_close(struct kb_cli_fetcher *fetcher) {
    bool ok = !fetcher->failed;
    if (fetcher->state)
        ok = kb_cli_state_save(fetcher->state, fetcher->options->state) && ok;
    kb_cli_state_free(fetcher->state);
    kb_cli_robots_free(fetcher->robots);
    kb_client_free(fetcher->client);
    kb_feed_reader_free(fetcher->feeds);
    kabar_reader_free(fetcher->reader);
    kb_warc_writer_free(fetcher->warc);
    return (!fetcher->warc_out.name || kb_cli_output_close(&fetcher->warc_out)) && ok;
}

/* ---- one address ------------------------------------------------------------------- */

static void take(void *arg, void *context, struct kb_answer *answer) {
    (void)context;
    *(struct kb_answer **)arg = answer;
}

void kb_cli_request_found(const struct kb_cli_fetcher *fetcher, struct kb_str url,
                          enum kb_wanted wanted, struct kb_request *request) {
    *request = (struct kb_request){.url = url,
                                   .wanted = wanted,
                                   .insecure_tls = fetcher->options->request.insecure_tls,
                                   .max_bytes = fetcher->options->request.max_bytes};
}

void kb_cli_request_named(const struct kb_cli_fetcher *fetcher, struct kb_str url,
                          struct kb_request *request) {
    const struct kb_fetch_state *known = kb_cli_state_find(fetcher->state, url);
    struct kb_fetch_ask ask = {.address = url};
    if (known)
        kb_fetch_ask_for(known, &kb_fetch_policy_default, fetcher->now, &ask);
    *request = fetcher->options->request;
    request->url = ask.address;
    request->etag = ask.etag;
    request->last_modified = ask.last_modified;
}

bool kb_cli_is_early(const struct kb_cli_fetcher *fetcher, struct kb_str url) {
    const struct kb_fetch_state *known = kb_cli_state_find(fetcher->state, url);
    return fetcher->options->due && known && known->next > fetcher->now;
}

struct kb_answer *kb_cli_fetch_now(struct kb_cli_fetcher *fetcher,
                                   const struct kb_request *request) {
    struct kb_answer *answer = NULL;
    struct kb_err err = {KB_OK, ""};
    enum kb_status status = kb_client_add(fetcher->client, request, NULL, &err);
    while (status == KB_OK && !answer) {
        if (kb_cli_interrupted())
            kb_client_stop(fetcher->client);
        status = kb_client_step(fetcher->client, STEP_MS, take, &answer, &err);
    }
    if (status != KB_OK)
        kb_cli_say("%s", err.text[0] ? err.text : kb_status_text(status));
    else if (!kb_cli_fetcher_took(fetcher, answer))
        fetcher->failed = true;
    return answer;
}
