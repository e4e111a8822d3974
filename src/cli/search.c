/* kabar search: articles that say what was asked for, and searches that are kept. */
#include <string.h>

#include "html/html.h"
#include "wire.h"

enum option {
    OPTION_ORDER,
    OPTION_MOST,
    OPTION_SKIP,
    OPTION_SAVE,
    OPTION_SAVED,
    OPTION_FORGET,
    OPTION_COMMON
};

enum { MOST = 20, INDENT = 10 };

static const struct kb_cli_option options[] = {
    [OPTION_ORDER] = {"order", 0, "ORDER", "rank (the best first) or newest"},
    [OPTION_MOST] = {"most", 'n', "N", "articles that are listed; default 20"},
    [OPTION_SKIP] = {"skip", 0, "N", "leave out the first N"},
    [OPTION_SAVE] = {"save", 0, "NAME", "keep the query under a name"},
    [OPTION_SAVED] = {"saved", 's', NULL,
                      "QUERY is the name of one that was kept; without it\n"
                      "they are listed"},
    [OPTION_FORGET] = {"forget", 0, "NAME", "keep it no longer"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

/* What stands around a word that matched, until it is printed: no article's text has
 * control characters. */
#define BEGIN '\x02'
#define END '\x03'

struct call {
    struct kb_search_options search;
    const char *save, *forget;
    bool saved;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    int number = 0, status;
    switch ((enum option)option) {
    case OPTION_ORDER:
        if (strcmp(value, "rank") != 0 && strcmp(value, "newest") != 0)
            return kb_cli_wrong(w->verb, "--order wants rank or newest, not '%s'", value);
        call->search.order = value[0] == 'r' ? KB_SEARCH_RANK : KB_SEARCH_NEWEST;
        break;
    case OPTION_MOST:
        status = kb_cli_set_number(w->verb, option, value, 1, KB_LIMIT_SEARCH_RESULTS,
                                   &number);
        call->search.limit = (size_t)number;
        return status;
    case OPTION_SKIP:
        status = kb_cli_set_number(w->verb, option, value, 0, KB_LIMIT_SEARCH_RESULTS,
                                   &number);
        call->search.offset = (size_t)number;
        return status;
    case OPTION_SAVE: call->save = value; break;
    case OPTION_SAVED: call->saved = true; break;
    case OPTION_FORGET: call->forget = value; break;
    case OPTION_COMMON: break;
    }
    return KB_CLI_OK;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    if (call->save || call->forget)
        *mode = KB_STORE_WRITE;
    if (!w->count && !call->saved && !call->forget)
        return kb_cli_wrong(w->verb, "what is to be searched for? kabar search QUERY");
    if (call->forget && (w->count || call->save))
        return kb_cli_wrong(w->verb, "--forget stands alone");
    if (call->saved && call->save)
        return kb_cli_wrong(w->verb,
                            "--save keeps a query, --saved uses one: give one of "
                            "the two");
    return KB_CLI_OK;
}

/* ---- results ----------------------------------------------------------------------- */

/* The marked text in pieces: plain and matched ones take turns. */
static struct kb_str next_piece(struct kb_str *text, bool matched) {
    size_t end = kb_str_find_byte(*text, matched ? END : BEGIN);
    struct kb_str piece = kb_str_slice(*text, 0, end);
    *text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*text, end + 1, text->n);
    return piece;
}

static void print_marked(struct kb_cli_wire *w, struct kb_str text) {
    for (bool matched = false; text.n; matched = !matched) {
        struct kb_str piece = next_piece(&text, matched);
        if (!piece.n)
            continue;
        if (kb_is_space(piece.p[0]))
            kb_buf_char(&w->out, ' ');
        if (matched)
            kb_cli_wire_style(w, "1");
        kb_html_line(piece, KB_CLI_WIDTH_MAX, &w->out);
        if (matched)
            kb_cli_wire_plain(w);
        if (piece.n > 1 && kb_is_space(piece.p[piece.n - 1]))
            kb_buf_char(&w->out, ' ');
    }
}

/* The text, and from which to which character it matched. */
static enum kb_status json_marked(struct kb_cli_wire *w, struct kb_json *json,
                                  struct kb_str text) {
    struct kb_buf plain;
    struct kb_str rest = text;
    size_t at = 0;
    kb_buf_init(&plain, KB_LIMIT_OUTPUT_BYTES);
    for (bool matched = false; rest.n; matched = !matched)
        kb_buf_str(&plain, next_piece(&rest, matched));
    kb_json_field_str(json, "snippet", kb_buf_view(&plain));
    kb_json_field_array(json, "matches");
    rest = text;
    for (bool matched = false; rest.n; matched = !matched) {
        size_t n = kb_utf8_count(next_piece(&rest, matched));
        if (matched) {
            kb_json_array(json);
            kb_json_int(json, (int64_t)at);
            kb_json_int(json, (int64_t)(at + n));
            kb_json_array_end(json);
        }
        at += n;
    }
    kb_json_array_end(json);
    enum kb_status status = plain.status;
    kb_buf_free(&plain);
    return status == KB_OK ? status
                           : kb_err_set(&w->err, status, "not enough memory to print");
}

static enum kb_status print_hit(struct kb_cli_wire *w, const struct kb_search_hit *hit) {
    struct kb_row row;
    struct kb_json json;
    enum kb_status status =
        kb_store_article_at(w->store, w->user, hit->n, &w->arena, &row, &w->err);
    if (status != KB_OK)
        return status;
    if (!w->json) {
        kb_cli_row_line(w, &row);
        if (hit->snippet.n) {
            kb_buf_printf(&w->out, "%*s", INDENT, "");
            print_marked(w, hit->snippet);
            kb_buf_char(&w->out, '\n');
        }
        return KB_OK;
    }
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_tell_row_members(&json, &row);
    kb_json_field_real(&json, "rank", hit->rank, 4);
    status = json_marked(w, &json, hit->snippet);
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
    return status;
}

static void print_total(struct kb_cli_wire *w, const struct kb_search_result *result,
                        size_t skipped) {
    long long total = (long long)result->total;
    if (!result->count) {
        kb_buf_z(&w->out, "nothing found\n");
        return;
    }
    kb_cli_wire_style(w, "2");
    kb_buf_printf(&w->out, "%zu to %zu of %lld%s", skipped + 1, skipped + result->count,
                  total, result->at_least ? " or more" : "");
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status find(struct kb_cli_wire *w, struct kb_str query) {
    static const char begin = BEGIN, end = END;
    struct kb_search_options search = ((struct call *)w->call)->search;
    struct kb_search_result result;
    search.user = w->user;
    search.style.begin = (struct kb_str){&begin, 1};
    search.style.end = (struct kb_str){&end, 1};
    search.room = (size_t)(w->json ? KB_CLI_SNIPPET_COLUMNS : w->width - INDENT);
    enum kb_status status =
        kb_store_search(w->store, query, w->now, &search, &w->arena, &result, &w->err);
    for (size_t i = 0; status == KB_OK && i < result.count; i++)
        status = print_hit(w, &result.hits[i]);
    if (status == KB_OK && !w->json)
        print_total(w, &result, search.offset);
    return status;
}

/* ---- kept searches ----------------------------------------------------------------- */

static enum kb_status list_saved(struct kb_cli_wire *w) {
    struct kb_saved_row *rows;
    size_t count;
    enum { NAME = 20 };
    enum kb_status status =
        kb_store_saved_searches(w->store, w->user, &w->arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_json json;
        if (!w->json) {
            kb_cli_wire_cell(w, rows[i].name, NAME);
            kb_buf_z(&w->out, "  ");
            kb_html_line(rows[i].query, w->width - NAME - 2, &w->out);
            kb_buf_char(&w->out, '\n');
            continue;
        }
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field(&json, "name", rows[i].name);
        kb_json_field(&json, "query", rows[i].query);
        kb_tell_time(&json, "added", rows[i].added);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
    }
    if (status == KB_OK && !count && !w->json)
        kb_buf_z(&w->out,
                 "no search is kept: kabar search QUERY --save NAME keeps one\n");
    return status;
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_str name, query = kb_cli_wire_joined(w);
    struct kb_saved_row saved;
    enum kb_status status;
    if (call->forget)
        return kb_store_forget_search(w->store, w->user, kb_str_z(call->forget), &w->err);
    if (call->saved && !w->count)
        return list_saved(w);
    if (call->saved) {
        status =
            kb_store_saved_search(w->store, w->user, query, &w->arena, &saved, &w->err);
        return status == KB_OK ? find(w, saved.query) : status;
    }
    status = find(w, query);
    if (status == KB_OK && call->save) {
        status = kb_store_name(kb_str_z(call->save), &name, &w->err);
        if (status == KB_OK)
            status =
                kb_store_save_search(w->store, w->user, name, query, w->now, &w->err);
    }
    return status;
}

static const struct kb_cli_wire_job job = {
    .most = -1,
    .mode = KB_STORE_READ,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.search = {.limit = MOST}},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_search = {
    .name = "search",
    .summary = "Search the articles",
    .usage = "[OPTION…] QUERY",
    .about =
        "All words of QUERY must occur, in any of their forms.  \"side by side\", OR,\n"
        "-without, begin*, title:word; outlet:, language:, tag:, agency:, after:,\n"
        "before: and more narrow it down.  docs/search.md tells the whole language.\n"
        "What begins with - stands behind --.",
    .examples = "  kabar search ferry breakwater\n"
                "  kabar search -- '\"sea level\" -opinion language:de after:7d'\n"
                "  kabar search --order newest --save dams 'dam* OR presa'\n"
                "  kabar search --saved dams | jq -r .title\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
