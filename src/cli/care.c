/* kabar check, backup, vacuum: the file's health. */
#include <sys/stat.h>
#include <unistd.h>

#include "html/html.h"
#include "wire.h"

/* ---- check ------------------------------------------------------------------------- */

enum check_option { OPTION_QUICK, OPTION_CHECK_COMMON };

static const struct kb_cli_option check_options[] = {
    [OPTION_QUICK] = {"quick", 'q', NULL,
                      "leave out what takes long: the search index, the\nrecords"},
    [OPTION_CHECK_COMMON] = KB_CLI_WIRE_OPTION_LIST};

struct check {
    struct kb_cli_wire *w;
    struct kb_json json;
    bool quick;
};

static int set_check(struct kb_cli_wire *w, unsigned option, const char *value) {
    (void)option;
    (void)value;
    ((struct check *)w->call)->quick = true;
    return KB_CLI_OK;
}

static void told(void *context, const char *line) {
    struct check *check = context;
    struct kb_cli_wire *w = check->w;
    if (w->json) {
        kb_json_str(&check->json, kb_str_z(line));
        return;
    }
    kb_html_line(kb_str_z(line), KB_CLI_WIDTH_MAX, &w->out);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status check(struct kb_cli_wire *w) {
    struct check *call = w->call;
    size_t faults = 0;
    call->w = w;
    if (w->json) {
        kb_json_init(&call->json, &w->out, 0);
        kb_json_object(&call->json);
        kb_json_field(&call->json, "path", kb_str_z(kb_store_path(w->store)));
        kb_json_field_array(&call->json, "told");
    }
    enum kb_status status =
        kb_store_check(w->store, call->quick, told, call, &faults, &w->err);
    if (w->json) {
        kb_json_array_end(&call->json);
        kb_json_field_int(&call->json, "faults", (int64_t)faults);
        kb_json_object_end(&call->json);
        kb_buf_char(&w->out, '\n');
    } else if (status == KB_OK) {
        kb_buf_printf(&w->out, "%s: ", kb_store_path(w->store));
        if (faults)
            kb_cli_wire_many(w, (int64_t)faults, "fault\n", "faults\n");
        else
            kb_buf_z(&w->out, "no faults\n");
    }
    w->trouble = faults > 0;
    return status;
}

static const struct kb_cli_wire_job check_job = {.mode = KB_STORE_READ,
                                                 .call_bytes = sizeof(struct check),
                                                 .set = set_check,
                                                 .work = check};

const struct kb_cli_verb kb_cli_check = {
    .name = "check",
    .summary = "Look the wire's file over",
    .usage = "[OPTION…]",
    .about =
        "Looks at everything that the file keeps: its pages and indexes, whether each\n"
        "article can be read, whether stories' counts are right, whether the search\n"
        "index has what the articles say.  Prints a line for each fault.",
    .examples = "  kabar check\n"
                "  kabar check --quick || echo trouble\n"
                "\n"
                "Exit status: 0 no faults, 1 faults or no wire, 2 a wrong call.\n",
    .manual = "wire",
    .options = check_options,
    .wire = &check_job,
};

/* ---- backup ------------------------------------------------------------------------ */

static const struct kb_cli_option options[] = {KB_CLI_WIRE_OPTION_LIST};

static void step(void *context, int done, int all) {
    kb_cli_progress_show(context, (uint64_t)done, (uint64_t)all, 0);
}

/* Bytes of a file, 0 where it cannot be asked. */
static int64_t size_of(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

static enum kb_status backup(struct kb_cli_wire *w) {
    const char *to = w->operands[0];
    struct kb_cli_progress progress;
    struct kb_json json;
    kb_cli_progress_start(&progress, isatty(STDERR_FILENO));
    enum kb_status status = kb_store_backup(w->store, to, step, &progress, &w->err);
    kb_cli_progress_erase(&progress);
    if (status != KB_OK)
        return status;
    if (w->json) {
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field(&json, "path", kb_str_z(to));
        kb_json_field_int(&json, "bytes", size_of(to));
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
    } else {
        kb_buf_printf(&w->out, "copied to %s: %lld bytes\n", to, (long long)size_of(to));
    }
    return KB_OK;
}

static const struct kb_cli_wire_job backup_job = {
    .least = 1, .most = 1, .mode = KB_STORE_READ, .work = backup};

const struct kb_cli_verb kb_cli_backup = {
    .name = "backup",
    .summary = "Copy the wire while it is in use",
    .usage = "[OPTION…] FILE",
    .about =
        "Copies the wire as it is now to FILE, which must not be there yet.  Others\n"
        "may read and write meanwhile.  The copy is a wire like any other.",
    .examples = "  kabar backup /mnt/disk/wire-$(date +%F).db\n"
                "  kabar check --db /mnt/disk/wire-2026-11-26.db\n",
    .manual = "wire",
    .options = options,
    .wire = &backup_job,
};

/* ---- vacuum ------------------------------------------------------------------------ */

static enum kb_status vacuum(struct kb_cli_wire *w) {
    const char *path = kb_store_path(w->store);
    int64_t before = size_of(path);
    struct kb_json json;
    enum kb_status status = kb_store_vacuum(w->store, &w->err);
    if (status != KB_OK)
        return status;
    if (w->json) {
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field(&json, "path", kb_str_z(path));
        kb_json_field_int(&json, "bytes_before", before);
        kb_json_field_int(&json, "bytes", size_of(path));
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
    } else {
        kb_buf_printf(&w->out, "%s: %lld bytes, before %lld\n", path,
                      (long long)size_of(path), (long long)before);
    }
    return KB_OK;
}

static const struct kb_cli_wire_job vacuum_job = {
    .mode = KB_STORE_WRITE, .commits_itself = true, .work = vacuum};

const struct kb_cli_verb kb_cli_vacuum = {
    .name = "vacuum",
    .summary = "Give the disk back what the wire no longer uses",
    .usage = "[OPTION…]",
    .about =
        "Writes the file anew without the room that deleted articles left, and puts\n"
        "the search index in order.  It needs room for the file twice over, beside it\n"
        "and in the folder for temporary files; nobody else can write meanwhile.",
    .examples = "  kabar vacuum\n",
    .manual = "wire",
    .options = options,
    .wire = &vacuum_job,
};
