/* kabar pass: what lets a person's reader apps and programs in. */
#include <string.h>

#include "html/html.h"
#include "wire.h"
#include "wire/wire.h"

enum option { OPTION_TOKEN, OPTION_DAYS, OPTION_COMMON };

static const struct kb_cli_option options[] = {
    [OPTION_TOKEN] = {"token", 0, "SCOPES",
                      "a token for programs, not an app's password; SCOPES\n"
                      "is what it may do: read, mark, feeds, admin"},
    [OPTION_DAYS] = {"days", 0, "N", "it ends after so many days; else never"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

enum { DAYS_MOST = 36500, NUMBER_MOST = 1 << 30, A_DAY = 86400 };

struct call {
    enum { LIST, ADD, END } what;
    const char *scopes;
    unsigned scope_bits;
    int days;
    long number;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    struct kb_err err = {.text = ""};
    if (option == OPTION_DAYS)
        return kb_cli_set_number(w->verb, option, value, 1, DAYS_MOST, &call->days);
    call->scopes = value;
    if (kb_scopes_read(kb_str_z(value), &call->scope_bits, &err) != KB_OK)
        return kb_cli_wrong(w->verb, "--token: %s", err.text);
    if (!call->scope_bits)
        return kb_cli_wrong(w->verb, "--token wants what it may do: read,mark");
    return KB_CLI_OK;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    struct call *call = w->call;
    const char *word = w->count ? w->operands[0] : "list";
    if (strcmp(word, "add") == 0)
        call->what = ADD;
    else if (strcmp(word, "end") == 0)
        call->what = END;
    else if (strcmp(word, "list") != 0)
        return kb_cli_wrong(w->verb, "'%s' is none of list, add and end", word);
    if (w->count && w->count != (call->what == LIST ? 1 : 2))
        return kb_cli_wrong(
            w->verb, call->what == ADD   ? "add wants a name: kabar pass add Phone"
                     : call->what == END ? "end wants a number of the list: kabar pass "
                                           "end 3"
                                         : "list wants nothing behind it");
    if ((call->scopes || call->days) && call->what != ADD)
        return kb_cli_wrong(w->verb, "--token and --days go with add");
    if (call->what == END &&
        !kb_cli_number(w->operands[1], 1, NUMBER_MOST, &call->number))
        return kb_cli_wrong(w->verb, "'%.40s' is no number of the list", w->operands[1]);
    if (call->what == LIST)
        *mode = KB_STORE_READ;
    return KB_CLI_OK;
}

static void put_members(struct kb_json *json, const struct kb_pass_row *row) {
    char scopes[KB_SCOPES_BYTES];
    kb_scopes_print(row->scopes, scopes);
    kb_json_field_int(json, "n", row->n);
    kb_json_field(json, "kind", kb_str_z(kb_pass_kinds[row->kind]));
    kb_json_field(json, "name", row->name);
    if (row->kind == KB_PASS_TOKEN)
        kb_json_field(json, "scopes", kb_str_z(scopes));
    kb_tell_time(json, "added", row->added);
    kb_tell_time(json, "used", row->used);
    kb_tell_time(json, "expires", row->expires);
    kb_json_field(json, "agent", row->agent);
    kb_json_field(json, "client", row->client);
}

static void print(struct kb_cli_wire *w, const struct kb_pass_row *row) {
    struct kb_json json;
    char used[KB_CLI_MOMENT_BYTES] = "never", expires[KB_CLI_MOMENT_BYTES];
    char scopes[KB_SCOPES_BYTES];
    enum { NAME = 24, KIND = 8 };
    if (w->json) {
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        put_members(&json, row);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
        return;
    }
    if (row->used)
        kb_cli_moment(w->now, row->used, used);
    kb_buf_printf(&w->out, "%4lld  ", (long long)row->n);
    kb_cli_wire_cell(w, kb_str_z(kb_pass_kinds[row->kind]), KIND);
    kb_cli_wire_cell(w, row->name.n ? row->name : row->agent, NAME);
    kb_buf_printf(&w->out, "  used %s", used);
    if (row->kind == KB_PASS_TOKEN) {
        kb_scopes_print(row->scopes, scopes);
        kb_buf_printf(&w->out, "; may %s", scopes);
    }
    if (row->expires) {
        kb_cli_moment(w->now, row->expires, expires);
        kb_buf_printf(&w->out, "; ends %s", expires);
    }
    kb_buf_char(&w->out, '\n');
}

static enum kb_status list(struct kb_cli_wire *w) {
    struct kb_pass_row *rows;
    size_t count = 0;
    enum kb_status status =
        kb_store_passes(w->store, w->user, &w->arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        print(w, &rows[i]);
    if (status == KB_OK && !count && !w->json)
        kb_buf_z(&w->out, "no app and no program may come in: kabar pass add Phone\n");
    return status;
}

static void show(struct kb_cli_wire *w, const struct kb_pass_row *row,
                 const char *secret) {
    struct kb_json json;
    if (!w->json) {
        kb_buf_printf(&w->out, "%s %lld of %.*s, which is shown this once:\n\n    %s\n\n",
                      row->kind == KB_PASS_APP ? "app password" : "token",
                      (long long)row->n, (int)row->user_name.n, row->user_name.p, secret);
        return;
    }
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    put_members(&json, row);
    kb_json_field(&json, "user", row->user_name);
    kb_json_field(&json, "secret", kb_str_z(secret));
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status add(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    char secret[KB_SECRET_BYTES], fever[KB_FEVER_KEY_BYTES] = "";
    unsigned char hash[KB_SECRET_HASH_BYTES];
    struct kb_user_row user;
    struct kb_str name;
    int64_t n = 0;
    enum kb_status status = kb_store_name(kb_str_z(w->operands[1]), &name, &w->err);
    if (status == KB_OK)
        status = kb_store_user_at(w->store, w->user, &w->arena, &user, &w->err);
    if (status == KB_OK)
        status = kb_secret_make(secret, &w->err);
    if (status == KB_OK && !call->scopes)
        status = kb_secret_fever(user.name, kb_str_z(secret), fever, &w->err);
    if (status != KB_OK)
        return status;
    kb_secret_hash(kb_str_z(secret), hash);
    const struct kb_pass_new pass = {
        .user = w->user,
        .now = w->now,
        .expires = call->days ? w->now + (int64_t)call->days * A_DAY : 0,
        .kind = call->scopes ? KB_PASS_TOKEN : KB_PASS_APP,
        .scopes = call->scope_bits,
        .name = name,
        .hash = {(const char *)hash, sizeof hash},
        .fever = kb_str_z(fever)};
    status = kb_store_pass_add(w->store, &pass, &n, &w->err);
    if (status == KB_OK)
        show(w,
             &(struct kb_pass_row){.n = n,
                                   .kind = pass.kind,
                                   .scopes = pass.scopes,
                                   .name = name,
                                   .added = w->now,
                                   .expires = pass.expires,
                                   .user_name = user.name},
             secret);
    return status;
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    switch (call->what) {
    case ADD: return add(w);
    case END: return kb_store_pass_end(w->store, w->user, call->number, &w->err);
    case LIST: break;
    }
    return list(w);
}

static const struct kb_cli_wire_job job = {
    .most = 2,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_pass = {
    .name = "pass",
    .summary = "List, make and end passwords of apps, tokens and sessions",
    .usage = "[OPTION…] [list | add NAME | end N]",
    .about =
        "A reader app logs in with a password of its own, a program with a token that\n"
        "may do only what it says.  Both are made here, shown once, and kept as a hash.\n"
        "The list has the browsers' sessions as well; what was ended lets nobody in.",
    .examples = "  kabar pass add Phone\n"
                "  kabar pass add --token read,mark --days 90 \"Weekly letter\"\n"
                "  kabar pass end 3\n",
    .manual = "user",
    .options = options,
    .wire = &job,
};
