/* The verbs of the wire, their common half: words, the file, the output.
 *
 * On a terminal they print for people, else JSON: one object, or one a line where it is a
 * list (JSON Lines), so that a pipe reads the same whatever the terminal looks like. */
#include "wire.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- the words --------------------------------------------------------------------- */

struct words {
    struct kb_cli_wire *w;
    unsigned own; /* options of the verb's own, before the common ones */
    const char *color;
    bool json, text, width;
};

static int set(const struct kb_cli_verb *verb, void *call, unsigned option,
               const char *value) {
    struct words *words = call;
    struct kb_cli_wire *w = words->w;
    if (option < words->own)
        return verb->wire->set(w, option, value);
    switch (option - words->own) {
    case KB_CLI_WIRE_DB:
        w->db = value;
        return value[0] ? KB_CLI_OK : kb_cli_wrong(w->verb, "the file's name is empty");
    case KB_CLI_WIRE_USER: w->user_name = value; return KB_CLI_OK;
    case KB_CLI_WIRE_JSON:
        words->json = true;
        words->text = false;
        return KB_CLI_OK;
    case KB_CLI_WIRE_TEXT:
        words->text = true;
        words->json = false;
        return KB_CLI_OK;
    case KB_CLI_WIRE_COLOR: return kb_cli_set_color(verb, value, &words->color);
    case KB_CLI_WIRE_WIDTH:
        words->width = true;
        return kb_cli_set_number(w->verb, option, value, KB_CLI_WIDTH_MIN,
                                 KB_CLI_WIDTH_MAX, &w->width);
    default: return KB_CLI_OK;
    }
}

static int parse(struct words *words, int count) {
    struct kb_cli_wire *w = words->w;
    const struct kb_cli_wire_job *job = w->verb->wire;
    while (w->verb->options[words->own + KB_CLI_WIRE_OPTIONS].name)
        words->own++;
    int status = kb_cli_words(w->verb, count, w->operands, &w->count, set, words);
    if (status != KB_CLI_OK)
        return status;
    if (w->count < job->least)
        return kb_cli_wrong(w->verb, "something is missing: kabar %s %s", w->verb->name,
                            w->verb->usage);
    if (job->most >= 0 && w->count > job->most)
        return kb_cli_wrong(w->verb, "'%s' is one too many: kabar %s %s",
                            w->operands[job->most], w->verb->name, w->verb->usage);
    return KB_CLI_OK;
}

/* ---- the work ---------------------------------------------------------------------- */

/* A file is opened when the first bytes are there, so that a call that fails leaves an
 * older one alone. */
enum kb_status kb_cli_wire_flush(struct kb_cli_wire *w) {
    if (w->out.status != KB_OK)
        return kb_err_set(&w->err, w->out.status, "not enough memory to print");
    w->err.text[0] = '\0'; /* what fails from here on says so itself */
    if (!w->output_open && !kb_cli_output_open(&w->output, w->path))
        return KB_EIO;
    w->output_open = true;
    bool ok = kb_cli_output_write(&w->output, NULL, 0, w->out.p, w->out.n);
    kb_buf_clear(&w->out);
    return ok ? KB_OK : KB_EIO;
}

static enum kb_status work(struct kb_cli_wire *w, enum kb_store_mode mode) {
    const struct kb_cli_wire_job *job = w->verb->wire;
    const bool whole = mode == KB_STORE_WRITE && !job->commits_itself;
    enum kb_status status = KB_OK;
    w->store = kb_cli_db_open(w->db, mode);
    if (!w->store || !kb_cli_db_user(w->store, w->user_name, &w->user))
        return KB_EIO; /* and it has been said */
    w->kept = (struct kb_kept){.store = w->store, .user = w->user, .arena = &w->arena};
    if (whole)
        status = kb_store_begin(w->store, &w->err);
    if (status == KB_OK)
        status = job->work(w);
    if (status == KB_OK && whole)
        status = kb_store_commit(w->store, &w->err);
    if (status == KB_OK)
        status = kb_cli_wire_flush(w);
    if (w->output_open && !kb_cli_output_close(&w->output))
        status = KB_EIO;
    return status;
}

/* The verb's own part, as it is before the first word. */
static bool make_call(struct kb_cli_wire *w) {
    const struct kb_cli_wire_job *job = w->verb->wire;
    if (!job->call_bytes)
        return true;
    w->call = calloc(1, job->call_bytes);
    if (!w->call)
        kb_cli_say("not enough memory");
    else if (job->call)
        memcpy(w->call, job->call, job->call_bytes);
    return w->call != NULL;
}

int kb_cli_wire_run(const struct kb_cli_verb *verb, int count, char **all) {
    const struct kb_cli_wire_job *job = verb->wire;
    struct kb_cli_wire w = {.verb = verb, .operands = all, .now = (int64_t)time(NULL)};
    struct words words = {.w = &w, .color = "auto"};
    const bool terminal = isatty(STDOUT_FILENO);
    enum kb_store_mode mode = job->mode;
    kb_arena_init(&w.arena, SIZE_MAX);
    kb_buf_init(&w.out, KB_LIMIT_OUTPUT_BYTES);
    int code = make_call(&w) ? parse(&words, count) : KB_CLI_FAILED;
    w.json = words.json || (!terminal && !words.text);
    w.color = kb_cli_wants_color(words.color, terminal);
    if (!words.width)
        w.width = kb_cli_view_columns(STDOUT_FILENO);
    if (code == KB_CLI_OK && job->check)
        code = job->check(&w, &mode);
    if (code != KB_CLI_OK)
        goto out;
    enum kb_status status = work(&w, mode);
    if (status == KB_EUSAGE)
        code = kb_cli_wrong(verb, "%s", w.err.text);
    else if (status != KB_OK && w.err.text[0])
        kb_cli_say("%s", w.err.text);
    if (code == KB_CLI_OK && (status != KB_OK || w.trouble))
        code = KB_CLI_FAILED;
    kb_kept_free(&w.kept);
    kb_store_close(w.store);
out:
    kb_buf_free(&w.out);
    kb_arena_free(&w.arena);
    free(w.call);
    return code;
}
