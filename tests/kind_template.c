/* Kind `template`: a template and a view → a page.
 *
 *     page.html      the template; _*.html its parts
 *     view.json      the values; a text whose key begins with "raw_" is HTML or JSON that
 *                    may stand in the page as it is
 *     en.messages    words; may be missing, then there are the dates' alone
 *     options        lang=TAG, now=SECONDS, base=/path
 *
 * Outputs: want.html; of a template that is refused want.error, its message. */
#include "runner.h"

#include <stdlib.h>
#include <yyjson.h>

#include "serve/template.h"
#include "serve/messages.h"

static const char least[] =
    "@language en\n@name English\n@plural one\n@group ,\n"
    "date.day = {day} {month} {year}\ndate.time = {date}, {hour}:{minute}\n"
    "ago.now = now\nago.minutes[one] = {n} minute ago\n"
    "ago.minutes[other] = {n} minutes ago\nago.hours[one] = {n} hour ago\n"
    "ago.hours[other] = {n} hours ago\nago.days[one] = {n} day ago\n"
    "ago.days[other] = {n} days ago\n"
    "month.01 = January\nmonth.02 = February\nmonth.03 = March\nmonth.04 = April\n"
    "month.05 = May\nmonth.06 = June\nmonth.07 = July\nmonth.08 = August\n"
    "month.09 = September\nmonth.10 = October\nmonth.11 = November\n"
    "month.12 = December\n";

static struct kb_str find_part(void *context, struct kb_str name) {
    char file[100];
    (void)snprintf(file, sizeof(file), "%.*s", (int)kb_str_cut(name, 99).n, name.p);
    return kb_case_file(context, file);
}

static struct kb_str find_asset(void *context, struct kb_str name) {
    (void)context;
    return kb_str_equal(name, KB_STR("a.css")) ? KB_STR("/assets/a.1.css") : KB_STR_NONE;
}

static void make_raw(yyjson_mut_val *object) {
    size_t i, max;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach(object, i, max, key, value) {
        if (yyjson_mut_is_str(value) && strncmp(yyjson_mut_get_str(key), "raw_", 4) == 0)
            value->tag = (value->tag & ~(uint64_t)YYJSON_TYPE_MASK) | YYJSON_TYPE_RAW;
        else if (yyjson_mut_is_obj(value))
            make_raw(value);
    }
}

static void render(struct kb_case *c, const struct kb_template *t,
                   const struct kb_messages *messages) {
    struct kb_str json = kb_case_file(c, "view.json");
    const char *lang = kb_case_option(c, "lang"), *now = kb_case_option(c, "now");
    yyjson_doc *doc = json.n ? yyjson_read(json.p, json.n, 0) : NULL;
    yyjson_mut_doc *view =
        doc ? yyjson_doc_mut_copy(doc, NULL) : yyjson_mut_doc_new(NULL);
    struct kb_template_use use = {
        .root = yyjson_mut_doc_get_root(view),
        .language = kb_messages_choose(messages, kb_str_z(lang), KB_STR_NONE),
        .now = now ? strtoll(now, NULL, 10) : 0,
        .base = kb_str_z(kb_case_option(c, "base"))};
    struct kb_buf out;
    struct kb_err err;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    make_raw(use.root);
    if (kb_template_render(t, &use, &out, &err) == KB_OK)
        kb_case_output(c, "html", kb_buf_view(&out));
    else
        kb_case_output(c, "error", kb_str_z(err.text));
    kb_buf_free(&out);
    yyjson_mut_doc_free(view);
    yyjson_doc_free(doc);
}

static void run(struct kb_case *c) {
    struct kb_str own = kb_case_file(c, "en.messages");
    struct kb_message_file files[4] = {{KB_STR("en.messages"), KB_STR_NONE}};
    struct kb_template *t;
    struct kb_messages *messages;
    struct kb_arena arena;
    struct kb_buf text;
    struct kb_err err;
    size_t count = 1;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_z(&text, least);
    kb_buf_str(&text, own);
    files[0].text = kb_buf_view(&text);
    struct kb_template_from from = {.find = find_part, .asset = find_asset, .context = c};
    enum kb_status status = kb_messages_read(&arena, files, count, &messages, &err);
    from.messages = messages;
    if (status == KB_OK)
        status = kb_template_compile(&arena, &from, KB_STR("page.html"), &t, &err);
    if (status == KB_OK)
        render(c, t, messages);
    else
        kb_case_output(c, "error", kb_str_z(err.text));
    kb_buf_free(&text);
    kb_arena_free(&arena);
}

const struct kb_test_kind kb_kind_template = {"template", run};
