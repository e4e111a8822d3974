/* kabar user: the people of the wire. */
#include <string.h>

#include "html/html.h"
#include "password.h"
#include "wire.h"
#include "wire/wire.h"

enum option { OPTION_OWNER, OPTION_NO_PASSWORD, OPTION_COMMON };

static const struct kb_cli_option options[] = {
    [OPTION_OWNER] = {"owner", 0, NULL, "the new one is an owner, not a reader"},
    [OPTION_NO_PASSWORD] = {"no-password", 0, NULL,
                            "ask for no password; there is none then"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

/* What can be done, and how many words it takes with its own. */
enum what { LIST, ADD, REMOVE, PASSWORD, ROLE, RENAME };
static const struct {
    const char *word;
    int count;
    const char *wants;
} whats[] = {[LIST] = {"list", 1, "nothing"},
             [ADD] = {"add", 2, "a name"},
             [REMOVE] = {"remove", 2, "a name"},
             [PASSWORD] = {"password", 2, "a name"},
             [ROLE] = {"role", 3, "a name, and owner or reader"},
             [RENAME] = {"rename", 3, "a name, and the new one"}};

struct call {
    enum what what;
    bool owner, no_password;
    char kept[KB_PASSWORD_BYTES];
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    (void)value;
    if (option == OPTION_OWNER)
        call->owner = true;
    else
        call->no_password = true;
    return KB_CLI_OK;
}

/* The password is asked for before the file is opened: nobody waits for who types. */
static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    struct call *call = w->call;
    const char *word = w->count ? w->operands[0] : "list";
    size_t i = 0;
    while (i < KB_COUNT(whats) && strcmp(word, whats[i].word) != 0)
        i++;
    if (i == KB_COUNT(whats))
        return kb_cli_wrong(w->verb,
                            "'%s' is none of list, add, remove, password, role and "
                            "rename",
                            word);
    call->what = (enum what)i;
    if (w->count && w->count != whats[i].count)
        return kb_cli_wrong(w->verb, "%s wants %s behind it", word, whats[i].wants);
    if (call->what == LIST)
        *mode = KB_STORE_READ;
    if (call->owner && call->what != ADD)
        return kb_cli_wrong(w->verb, "--owner goes with add");
    if (call->no_password && call->what != ADD && call->what != PASSWORD)
        return kb_cli_wrong(w->verb, "--no-password goes with add and password");
    if ((call->what == ADD || call->what == PASSWORD) && !call->no_password &&
        !kb_cli_password(call->kept))
        return KB_CLI_FAILED;
    return KB_CLI_OK;
}

static void print(struct kb_cli_wire *w, const struct kb_user_row *row) {
    struct kb_json json;
    char seen[KB_CLI_MOMENT_BYTES] = "never";
    enum { NAME = 24, ROLE_COLUMNS = 8 };
    if (w->json) {
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field_int(&json, "n", row->n);
        kb_json_field(&json, "name", row->name);
        kb_json_field(&json, "role", row->owner ? KB_STR("owner") : KB_STR("reader"));
        kb_json_field_bool(&json, "password", row->password.n != 0);
        kb_tell_time(&json, "added", row->added);
        kb_tell_time(&json, "seen", row->seen);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
        return;
    }
    if (row->seen)
        kb_cli_moment(w->now, row->seen, seen);
    kb_cli_wire_cell(w, row->name, NAME);
    kb_cli_wire_cell(w, row->owner ? KB_STR("owner") : KB_STR("reader"), ROLE_COLUMNS);
    kb_buf_printf(&w->out, "  seen %s%s\n", seen,
                  row->password.n ? "" : "; no password is set");
}

static enum kb_status list(struct kb_cli_wire *w) {
    struct kb_user_row *rows;
    size_t count = 0;
    enum kb_status status = kb_store_users(w->store, &w->arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        print(w, &rows[i]);
    return status;
}

static enum kb_status add(struct kb_cli_wire *w, int64_t *n) {
    const struct call *call = w->call;
    const struct kb_user_new user = {.name = kb_str_z(w->operands[1]),
                                     .password = kb_str_z(call->kept),
                                     .owner = call->owner,
                                     .now = w->now};
    return kb_store_user_add(w->store, &user, n, &w->err);
}

/* Browsers that were let in by the old password are not any more. */
static enum kb_status set_password(struct kb_cli_wire *w, int64_t n) {
    const struct call *call = w->call;
    int64_t ended;
    enum kb_status status = kb_store_user_set(w->store, n, KB_USER_SET_PASSWORD,
                                              kb_str_z(call->kept), &w->err);
    return status == KB_OK
               ? kb_store_passes_end(w->store, n, KB_PASS_SESSION, 0, &ended, &w->err)
               : status;
}

static enum kb_status change(struct kb_cli_wire *w, int64_t n) {
    const struct call *call = w->call;
    switch (call->what) {
    case REMOVE: return kb_store_user_remove(w->store, n, &w->err);
    case PASSWORD: return set_password(w, n);
    case ROLE:
        return kb_store_user_set(w->store, n, KB_USER_SET_ROLE, kb_str_z(w->operands[2]),
                                 &w->err);
    case RENAME:
        return kb_store_user_set(w->store, n, KB_USER_SET_NAME, kb_str_z(w->operands[2]),
                                 &w->err);
    case LIST:
    case ADD: break;
    }
    return KB_OK;
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_user_row row;
    enum kb_status status = KB_OK;
    if (call->what == LIST)
        return list(w);
    if (call->what == ADD)
        status = add(w, &row.n);
    else
        status =
            kb_store_user(w->store, kb_str_z(w->operands[1]), &w->arena, &row, &w->err);
    if (status == KB_OK)
        status = change(w, row.n);
    if (status == KB_OK && call->what != REMOVE) {
        status = kb_store_user_at(w->store, row.n, &w->arena, &row, &w->err);
        if (status == KB_OK)
            print(w, &row);
    } else if (status == KB_OK && !w->json) {
        kb_html_line(row.name, KB_USER_NAME_BYTES, &w->out);
        kb_buf_z(&w->out, " is gone; the articles stay\n");
    }
    return status;
}

static const struct kb_cli_wire_job job = {
    .most = 3,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_user = {
    .name = "user",
    .summary = "List, add and change the people of the wire",
    .usage = "[OPTION…] [list | add NAME | remove NAME | password NAME |\n"
             "                  role NAME owner|reader | rename NAME NEW]",
    .about =
        "Each person follows feeds of their own, and has marks, tags, folders, rules\n"
        "and saved searches of their own; articles and stories are shared.  An owner\n"
        "may change what is everybody's.  A new wire has one person, the owner.\n"
        "\n"
        "The password is read from the terminal, twice and without echo, else it is\n"
        "the first line of standard input.  It is kept as Argon2id.",
    .examples = "  kabar user\n"
                "  kabar user add kim\n"
                "  kabar user rename owner ada\n"
                "  kabar stories --user kim\n",
    .manual = "user",
    .options = options,
    .wire = &job,
};
