/* kabar move-in: another reader's feeds and stars in, a person's own out.
 *
 * The work is the wire's (wire/move.h); here are the words, the secret that is better not
 * among them, and what is told of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "fetch.h"
#include "password.h"
#include "wire/wire.h"

enum option {
    OPTION_DB,
    OPTION_FOR,
    OPTION_TOKEN,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_REQUEST
};

static const struct kb_cli_option options[] = {
    [OPTION_DB] = KB_CLI_DB_OPTION,
    [OPTION_FOR] = KB_CLI_FOR_OPTION,
    [OPTION_TOKEN] = {"token", 0, "KEY",
                      "Miniflux's API key; -: read it from standard input"},
    [OPTION_JSON] = {"json", 0, NULL, "JSON, as is printed where stdout is no terminal"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "no count at the end, no progress"},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, "tell each request and decision"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    KB_CLI_REQUEST_ROWS(OPTION_REQUEST),
    {NULL, 0, NULL, NULL},
};

static const char *const servers[] = {
    [KB_MOVE_MINIFLUX] = "miniflux", [KB_MOVE_FRESHRSS] = "freshrss"};

struct call {
    struct kb_cli_fetch_options fetch;
    struct kb_move_options move;
    const char *db, *user_name, *token;
    char **operands;
    int count;
    bool json, quiet;
    size_t under_way;
    char secret[KB_PASSWORD_MOST + 2];
    struct kb_buf login;
    struct kb_cli_progress progress;
};

/* ---- the words --------------------------------------------------------------------- */

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    switch (option) {
    case OPTION_DB: call->db = value; break;
    case OPTION_FOR: call->user_name = value; break;
    case OPTION_TOKEN: call->token = value; break;
    case OPTION_JSON: call->json = true; break;
    case OPTION_QUIET: call->quiet = true; break;
    case OPTION_VERBOSE: call->fetch.verbose = true; break;
    default: return kb_cli_set_request(verb, OPTION_REQUEST, option, value, &call->fetch);
    }
    return KB_CLI_OK;
}

static int check(const struct kb_cli_verb *verb, struct call *call) {
    size_t i = 0;
    if (call->count > 2)
        return kb_cli_wrong(verb, "one reader at a time: '%s' is too much",
                            call->operands[2]);
    if (call->count != 2)
        return kb_cli_wrong(verb, "which reader, and where is it?\n"
                                  "As in: kabar move-in miniflux "
                                  "https://reader.example.org --token KEY");
    while (i < KB_COUNT(servers) && strcmp(call->operands[0], servers[i]) != 0)
        i++;
    if (i == KB_COUNT(servers))
        return kb_cli_wrong(verb,
                            "'%s' is neither miniflux nor freshrss; from any other "
                            "reader take its OPML: kabar import FILE",
                            call->operands[0]);
    call->move.from = (enum kb_move_from)i;
    call->move.url = kb_str_z(call->operands[1]);
    if (call->token && i == KB_MOVE_FRESHRSS)
        return kb_cli_wrong(verb, "--token is Miniflux's; for FreshRSS give --user "
                                  "NAME:PASS, with its API password");
    if (call->token && call->fetch.request.login.n)
        return kb_cli_wrong(verb, "give --token or --user, not both");
    if (!call->token && !call->fetch.request.login.n)
        return kb_cli_wrong(verb,
                            "what lets us in there? Give --user NAME:PASS%s; "
                            "without :PASS it is asked for",
                            i == KB_MOVE_MINIFLUX ? " or --token KEY" : "");
    return KB_CLI_OK;
}

/* What is on the command line others of this machine can see, so it need not be there. */
static bool find_secret(struct call *call) {
    struct kb_str login = call->fetch.request.login;
    if (call->token && strcmp(call->token, "-") != 0) {
        call->move.token = kb_str_z(call->token);
        return true;
    }
    if (call->token) {
        if (!kb_cli_secret("API key: ", call->secret))
            return false;
        call->move.token = kb_str_z(call->secret);
        return true;
    }
    kb_buf_str(&call->login, login);
    if (kb_str_find_byte(login, ':') == KB_NOT_FOUND) {
        if (!kb_cli_secret("password: ", call->secret))
            return false;
        kb_buf_char(&call->login, ':');
        kb_buf_z(&call->login, call->secret);
    }
    if (call->login.status != KB_OK)
        kb_cli_say("the name and password are too long");
    call->move.login = kb_buf_view(&call->login);
    return call->login.status == KB_OK;
}

/* ---- what is told ------------------------------------------------------------------ */

static bool stop(void *context) {
    (void)context;
    return kb_cli_interrupted() != 0;
}

static void told(void *context, const struct kb_move_result *so_far) {
    struct call *call = context;
    kb_cli_progress_show(&call->progress, so_far->stars, so_far->total, so_far->left_out);
}

static void says(void *context, struct kb_str what) {
    struct call *call = context;
    kb_cli_progress_erase(&call->progress);
    kb_cli_say("%.*s", (int)what.n, what.p);
}

static void print_json(const struct call *call, const struct kb_move_result *r,
                       struct kb_buf *out) {
    struct kb_json json;
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"feeds", r->feeds},       {"feeds_new", r->feeds_fresh},
                  {"stars", r->stars},       {"stars_new", r->stars_fresh},
                  {"articles", r->articles}, {"left_out", r->left_out}};
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "from", kb_str_z(servers[call->move.from]));
    for (size_t i = 0; i < KB_COUNT(counts); i++) {
        kb_json_field_int(&json, counts[i].name, (int64_t)counts[i].value);
    }
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

static void print_text(const struct kb_move_result *r, struct kb_buf *out) {
    kb_buf_printf(out, "%llu feeds, %llu of them new; %llu stars, %llu of them new",
                  (unsigned long long)r->feeds, (unsigned long long)r->feeds_fresh,
                  (unsigned long long)r->stars, (unsigned long long)r->stars_fresh);
    if (r->left_out)
        kb_buf_printf(out, "; %llu left out", (unsigned long long)r->left_out);
    kb_buf_printf(out, "; %llu new articles\n", (unsigned long long)r->articles);
}

/* Also after a failure: what was committed before it is there. */
static bool report(const struct call *call, const struct kb_move_result *r) {
    struct kb_cli_output output = {.fd = -1};
    struct kb_buf out;
    bool json = call->json || !isatty(STDOUT_FILENO), ok;
    if (call->quiet && !json)
        return true;
    kb_buf_init(&out, KB_LIMIT_META_BYTES);
    if (json)
        print_json(call, r, &out);
    else
        print_text(r, &out);
    ok = kb_cli_output_open(&output, NULL) &&
         kb_cli_output_write(&output, NULL, 0, out.p, out.n);
    ok = kb_cli_output_close(&output) && ok;
    kb_buf_free(&out);
    return ok;
}

/* ---- the call ---------------------------------------------------------------------- */

static int work(struct call *call) {
    struct kb_move_result result;
    struct kb_desk *desk = NULL;
    struct kb_err err = {.text = ""};
    int status = KB_CLI_FAILED;
    struct kb_store *store = kb_cli_db_open(call->db, KB_STORE_CREATE);
    if (!store || !kb_cli_db_user(store, call->user_name, &call->move.user) ||
        !kb_cli_signals_catch())
        goto out;
    call->move.client = &call->fetch.client;
    call->move.request = &call->fetch.request;
    call->move.now = (int64_t)time(NULL);
    call->move.stop = stop;
    call->move.told = told;
    call->move.says = says;
    call->move.context = call;
    kb_cli_progress_start(&call->progress, !call->quiet && isatty(STDERR_FILENO));
    call->progress.unit = "stars";
    if (kb_desk_new(store, &desk, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        goto out;
    }
    bool ok = kb_move_in(store, desk, &call->move, &result, &err) == KB_OK;
    kb_cli_progress_erase(&call->progress);
    if (!ok)
        kb_cli_say("%s", err.text);
    if ((ok || result.feeds) && !report(call, &result))
        ok = false;
    if (ok)
        status = result.stopped ? 128 + kb_cli_interrupted() : KB_CLI_OK;
out:
    kb_desk_free(desk);
    kb_store_close(store);
    return status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.count = 0};
    if (!kb_cli_request_defaults(&call.fetch))
        return KB_CLI_FAILED;
    call.fetch.client.spacing_ms = 0; /* their own server, one request after the other */
    kb_buf_init(&call.login, KB_LIMIT_REQUEST_BYTES);
    call.operands = words;
    int status = kb_cli_words(verb, count, words, &call.count, set, &call);
    if (status == KB_CLI_OK)
        status = check(verb, &call);
    if (status == KB_CLI_OK) {
        call.fetch.client.trace = call.fetch.verbose ? kb_cli_trace : NULL;
        call.fetch.client.trace_arg = &call.fetch;
        call.fetch.under_way = &call.under_way;
        status = find_secret(&call) ? work(&call) : KB_CLI_FAILED;
    }
    kb_secret_wipe(call.secret, sizeof call.secret);
    kb_buf_free(&call.login);
    kb_guard_free(call.fetch.guard);
    return status;
}

const struct kb_cli_verb kb_cli_move_in = {
    .name = "move-in",
    .summary = "Take feeds and stars over from Miniflux or FreshRSS",
    .usage = "[OPTION…] miniflux|freshrss URL",
    .about =
        "Follows the feeds that you follow there, in their folders, and stars what you\n"
        "have starred there, with its text.  Nothing is changed over there, and what is\n"
        "here already stays as it is, so it can be done again.\n"
        "\n"
        "Miniflux lets in by an API key (--token) or by name and password (--user),\n"
        "FreshRSS by name and API password.  `--user NAME` and `--token -` ask for the\n"
        "secret, or take a line of standard input.",
    .examples = "  kabar move-in miniflux https://reader.example.org --token KEY\n"
                "  kabar move-in freshrss https://rss.example.org --user ada\n",
    .manual = "wire",
    .options = options,
    .run = run,
};
