/* kabar serve: the wire in the browser and in reader apps.
 *
 * What enters: options, and signals while it runs.  What leaves: answers over HTTP, and a
 * log on stderr. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "db.h"
#include "serve/serve.h"

enum { OPTION_LISTEN, OPTION_BASE, OPTION_URL, OPTION_DB, OPTION_HELP };

static const struct kb_cli_option options[] = {
    {"listen", 'l', "WHERE", "HOST:PORT or unix:PATH; default 127.0.0.1:8080"},
    {"base", 0, "PATH", "what stands in front of every path, as in /news"},
    {"url", 0, "URL", "where people find the server; default: as they ask"},
    KB_CLI_DB_OPTION,
    {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL}};

static bool make_wire(const char *path) {
    struct kb_store_options open = {.mode = KB_STORE_CREATE};
    struct kb_store *store = NULL;
    struct kb_err err;
    if (kb_store_open(path, &open, &store, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        return false;
    }
    kb_store_close(store);
    return true;
}

/* Until the first signal. */
static void wait_for_end(void) {
    struct pollfd wake = {.fd = kb_cli_wake_fd(), .events = POLLIN};
    while (!kb_cli_interrupted())
        if (poll(&wake, 1, -1) < 0 && errno != EINTR)
            return;
}

static int serve(struct kb_server_options *call, const char *db) {
    struct kb_cli_buf path = {0};
    struct kb_server *server = NULL;
    struct kb_err err = {.text = ""};
    char setup[KB_SETUP_ADDRESS_BYTES];
    int status = KB_CLI_FAILED;
    if (!kb_cli_db_path(db, &path) || !make_wire(path.p) || !kb_cli_signals_catch())
        goto out;
    call->db = path.p;
    if (kb_server_new(call, &server, &err) != KB_OK ||
        kb_server_start(server, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        goto out;
    }
    kb_cli_say("serving %s at %s", path.p, kb_server_address(server));
    kb_server_setup(server, setup);
    if (setup[0])
        kb_cli_say("it has no owner yet; make the account at %s", setup);
    wait_for_end();
    kb_cli_say("stopping");
    kb_server_stop(server);
    status = KB_CLI_OK;
out:
    kb_server_free(server);
    kb_cli_buf_free(&path);
    return status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct kb_cli_args args = {.verb = verb, .words = words, .count = count};
    struct kb_server_options call = {0};
    const char *value, *db = NULL;
    int found;
    while ((found = kb_cli_args_next(&args, &value)) != KB_CLI_END) {
        switch (found) {
        case OPTION_LISTEN: call.listen = value; break;
        case OPTION_BASE: call.base = value; break;
        case OPTION_URL: call.public_url = value; break;
        case OPTION_DB: db = value; break;
        case OPTION_HELP: return kb_cli_help_verb(verb);
        case KB_CLI_OPERAND: return kb_cli_wrong(verb, "takes no operands: %s", value);
        default: return KB_CLI_WRONG;
        }
    }
    return serve(&call, db);
}

const struct kb_cli_verb kb_cli_serve = {
    .name = "serve",
    .summary = "Show the wire in the browser and in reader apps",
    .usage = "[OPTION…]",
    .about = "Answers over HTTP until it is stopped (Ctrl-C, SIGTERM).  The wire's file\n"
             "is made where there is none.\n",
    .examples = "  kabar serve\n"
                "  kabar serve --listen 127.0.0.1:9000 --base /news\n"
                "  kabar serve --listen unix:/run/kabar/kabar.sock\n",
    .options = options,
    .run = run,
};
