/* kabar mcp: the wire for language models, over standard input and output.
 *
 * A line is a message of the Model Context Protocol (serve/mcp.h); each is answered as
 * soon as it is there. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "serve/serve.h"

enum { OPTION_DB, OPTION_USER };

static const struct kb_cli_option options[] = {KB_CLI_DB_OPTION,
                                               KB_CLI_USER_OPTION,
                                               {"help", 'h', NULL, "this text"},
                                               {NULL, 0, NULL, NULL}};

enum { PIECE = 64 << 10 };

struct session {
    struct kb_mcp *mcp;
    struct kb_buf in, out;
    struct kb_cli_output output;
    bool skipping; /* the rest of a line that is too long */
};

static bool answer(struct session *s, struct kb_str line) {
    struct kb_err err = {.text = ""};
    if (kb_mcp_answer(s->mcp, line, (int64_t)time(NULL), &s->out, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        return false;
    }
    bool ok = kb_cli_output_write(&s->output, NULL, 0, s->out.p, s->out.n);
    kb_buf_clear(&s->out);
    return ok;
}

/* The whole lines of what has come; what is left moves to the front.  A line that is too
 * long is answered once, and passed over to its end. */
static bool answer_lines(struct session *s) {
    struct kb_str rest = kb_buf_view(&s->in);
    size_t end;
    while ((end = kb_str_find_byte(rest, '\n')) != KB_NOT_FOUND) {
        if (!s->skipping && !answer(s, kb_str_slice(rest, 0, end)))
            return false;
        s->skipping = false;
        rest = kb_str_slice(rest, end + 1, rest.n);
    }
    if (rest.n > KB_LIMIT_MCP_LINE) {
        if (!s->skipping && !answer(s, rest))
            return false;
        s->skipping = true;
        rest.n = 0;
    }
    memmove(s->in.p, rest.p, rest.n);
    s->in.n = rest.n;
    return true;
}

/* Until the input ends, or a signal. */
static bool talk(struct session *s) {
    struct pollfd wait[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = kb_cli_wake_fd(), .events = POLLIN}};
    while (!kb_cli_interrupted()) {
        if (poll(wait, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        if (!wait[0].revents)
            continue;
        if (!kb_buf_reserve(&s->in, PIECE)) {
            kb_cli_say("not enough memory for a message");
            return false;
        }
        ssize_t n = read(STDIN_FILENO, s->in.p + s->in.n, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && (!s->in.n || s->skipping || answer(s, kb_buf_view(&s->in)));
        s->in.n += (size_t)n;
        if (!answer_lines(s))
            return false;
    }
    return true;
}

static int serve(const char *db, const char *user_name) {
    struct session s = {.skipping = false};
    struct kb_err err = {.text = ""};
    int64_t user = 0;
    int code = KB_CLI_FAILED;
    struct kb_store *store = kb_cli_db_open(db, KB_STORE_READ);
    kb_buf_init(&s.in, 2 * KB_LIMIT_MCP_LINE);
    kb_buf_init(&s.out, KB_LIMIT_ANSWER_BYTES);
    if (!store || !kb_cli_db_user(store, user_name, &user) || !kb_cli_signals_catch() ||
        !kb_cli_output_open(&s.output, NULL))
        goto out;
    if (kb_mcp_new(store, user, &s.mcp, &err) != KB_OK)
        kb_cli_say("%s", err.text);
    else if (talk(&s))
        code = KB_CLI_OK;
out:
    kb_mcp_free(s.mcp);
    kb_store_close(store);
    kb_buf_free(&s.in);
    kb_buf_free(&s.out);
    return code;
}

struct call {
    const char *db, *user;
};

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    (void)verb;
    *(option == OPTION_DB ? &call->db : &call->user) = value;
    return KB_CLI_OK;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.db = NULL};
    int operands, status = kb_cli_words(verb, count, words, &operands, set, &call);
    if (status == KB_CLI_OK && operands)
        status = kb_cli_wrong(verb, "takes no operands: %s", words[0]);
    return status == KB_CLI_OK ? serve(call.db, call.user) : status;
}

const struct kb_cli_verb kb_cli_mcp = {
    .name = "mcp",
    .summary = "Let a language model search and read the wire",
    .usage = "[OPTION…]",
    .about =
        "Speaks the Model Context Protocol over standard input and output, for a\n"
        "program that starts it.  Read-only: search, stories, story, article, sources.\n"
        "What outlets wrote is marked as untrusted content.",
    .examples = "  kabar mcp\n"
                "  kabar mcp --db wire.db\n",
    .options = options,
    .run = run,
};
