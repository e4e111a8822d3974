/* kabar show: a story, its articles in order of time and who has what from whom. */
#include <string.h>

#include "wire.h"

enum option { OPTION_FORMAT, OPTION_COMMON };

static const struct kb_cli_option options[] = {
    [OPTION_FORMAT] = {"format", 'f', "FORMAT",
                       "text, json, html, or dot (for Graphviz); text on a\n"
                       "terminal, else json"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

enum format { FORMAT_UNSAID, FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, FORMAT_DOT };

struct call {
    enum format format;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    static const char *const names[] = {"text", "json", "html", "dot"};
    const char *near = kb_nearest(value, names, KB_COUNT(names));
    (void)option;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (strcmp(value, names[i]) != 0)
            continue;
        ((struct call *)w->call)->format = (enum format)(FORMAT_TEXT + i);
        return KB_CLI_OK;
    }
    if (near)
        return kb_cli_wrong(w->verb,
                            "unknown format '%s'; did you mean '%s'? Formats: text, "
                            "json, html, dot",
                            value, near);
    return kb_cli_wrong(w->verb, "unknown format '%s'; formats: text, json, html, dot",
                        value);
}

static void print_text(struct kb_cli_wire *w, const struct kb_kept_story *s) {
    kb_cli_wire_style(w, "2");
    kb_buf_z(&w->out, "Story ");
    kb_buf_str(&w->out, s->row.id);
    kb_cli_wire_plain(w);
    kb_buf_z(&w->out, "\n\n");
    kb_chain_print_text(&s->chain, w->width, w->color, &w->out);
    if (s->row.articles > (int64_t)s->own)
        kb_buf_printf(&w->out,
                      "\nThe story has %lld articles; the first %zu were looked at.\n",
                      (long long)s->row.articles, s->own);
}

static void print_json(struct kb_cli_wire *w, const struct kb_kept_story *s) {
    struct kb_json json;
    struct kb_buf chain;
    kb_buf_init(&chain, KB_LIMIT_OUTPUT_BYTES);
    kb_chain_print_json(&s->chain, 0, &chain);
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_tell_story(&json, &s->row);
    kb_json_key(&json, "chain");
    if (chain.status == KB_OK)
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&chain)));
    else
        w->out.status = chain.status;
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
    kb_buf_free(&chain);
}

static enum kb_status work(struct kb_cli_wire *w) {
    enum format format = ((struct call *)w->call)->format;
    struct kb_kept_story story = {.count = 0};
    struct kb_story_row row;
    enum kb_status status =
        kb_store_story(w->store, kb_str_z(w->operands[0]), &w->arena, &row, &w->err);
    if (status == KB_OK)
        status = kb_kept_story(&w->kept, row.n, &story, &w->err);
    if (format == FORMAT_UNSAID)
        format = w->json ? FORMAT_JSON : FORMAT_TEXT;
    if (status == KB_OK && format == FORMAT_TEXT)
        print_text(w, &story);
    else if (status == KB_OK && format == FORMAT_JSON)
        print_json(w, &story);
    else if (status == KB_OK && format == FORMAT_HTML)
        kb_chain_print_html(&story.chain, &w->out);
    else if (status == KB_OK)
        kb_chain_print_dot(&story.chain, &w->out);
    kb_kept_story_free(&story);
    return status;
}

static const struct kb_cli_wire_job job = {
    .least = 1,
    .most = 1,
    .mode = KB_STORE_READ,
    .call_bytes = sizeof(struct call),
    .set = set,
    .work = work,
};

const struct kb_cli_verb kb_cli_show = {
    .name = "show",
    .summary = "Show a story: its articles and where they have it from",
    .usage = "[OPTION…] STORY",
    .about =
        "STORY is its id, the id of any of its articles, or an article's address.  Its\n"
        "articles stand in order of time: who had it first, who copied, translated or\n"
        "compiled from whom, with the words that prove it.  What is credited and not\n"
        "here is shown as a gap.",
    .examples = "  kabar show 3f0baf76\n"
                "  kabar show -f html 3f0baf76 > story.html\n"
                "  kabar show -f dot 3f0baf76 | dot -Tsvg > story.svg\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
