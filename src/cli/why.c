/* kabar why: what two articles share, and whether that is enough for one story. */
#include "html/html.h"
#include "story/story.h"
#include "wire.h"

static const struct kb_cli_option options[] = {KB_CLI_WIRE_OPTION_LIST};

/* How common words are: from the fingerprints that the wire keeps of the last weeks. */
struct counting {
    struct kb_usage *usage;
    struct kb_arena arena;
};

static enum kb_status count_print(void *context, int64_t n, int64_t story, int64_t time,
                                  struct kb_str bytes, struct kb_err *err) {
    struct counting *c = context;
    struct kb_fingerprint print;
    (void)n, (void)story, (void)time;
    kb_arena_reset(&c->arena);
    enum kb_status status = kb_fingerprint_unpack(bytes, &c->arena, &print, err);
    if (status == KB_EINPUT)
        return KB_OK; /* `kabar check` tells of damaged ones */
    return status == KB_OK ? kb_usage_add(c->usage, &print, err) : status;
}

static enum kb_status count_words(struct kb_cli_wire *w, struct kb_usage **usage) {
    struct counting counting = {.usage = NULL};
    kb_arena_init(&counting.arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_usage_new(&counting.usage, &w->err);
    if (status == KB_OK)
        status = kb_store_prints(w->store, 0, 0, count_print, &counting, &w->err);
    kb_arena_free(&counting.arena);
    *usage = counting.usage;
    return status;
}

/* Two articles are not all that a story says, and words are counted anew since. */
static void put_place(struct kb_cli_wire *w, const struct kb_row rows[2],
                      const struct kb_why *why) {
    const bool together = rows[0].story == rows[1].story;
    kb_buf_z(&w->out, together ? "They stand in one story" : "They stand in two stories");
    if (rows[0].fixed || rows[1].fixed)
        kb_buf_z(&w->out, ", as a person put them");
    else if (together && !why->joins)
        kb_buf_z(&w->out, ", as they are near to what others of it say");
    else if (!together && why->joins)
        kb_buf_z(&w->out, ": when the later one came, it was too far from all that the\n"
                          "other's story said by then");
    kb_buf_z(&w->out, ".\n\n");
}

static void print(struct kb_cli_wire *w, const struct kb_row rows[2],
                  const struct kb_why *why) {
    struct kb_json json;
    struct kb_buf text;
    const bool together = rows[0].story == rows[1].story;
    if (!w->json) {
        for (int i = 0; i < 2; i++)
            kb_cli_row_line(w, &rows[i]);
        put_place(w, rows, why);
        kb_why_print_text(why, w->width, w->color, &w->out);
        return;
    }
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    kb_why_print_json(why, 0, &text);
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "articles");
    for (int i = 0; i < 2; i++)
        kb_tell_row(&json, &rows[i]);
    kb_json_array_end(&json);
    kb_json_field_bool(&json, "together", together);
    kb_json_field_bool(&json, "placed_by_person", rows[0].fixed || rows[1].fixed);
    kb_json_key(&json, "why");
    if (text.status == KB_OK)
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&text)));
    else
        w->out.status = text.status;
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
    kb_buf_free(&text);
}

/* 0 where the article does not say it: what it is listed by may be a guess. */
static int64_t told_time(const struct kb_article *a, const struct kb_row *row) {
    int64_t published;
    return kb_store_time(a, row->seen, &published);
}

static enum kb_status work(struct kb_cli_wire *w) {
    struct kb_article articles[2] = {0};
    struct kb_why_article inputs[2];
    struct kb_row rows[2];
    struct kb_usage *usage = NULL;
    struct kb_why why;
    enum kb_status status = KB_OK;
    for (int i = 0; status == KB_OK && i < 2; i++) {
        status = kb_store_article(w->store, w->user, kb_str_z(w->operands[i]), &w->arena,
                                  &rows[i], &w->err);
        if (status == KB_OK)
            status = kb_kept_article(&w->kept, &rows[i], &articles[i], &w->err);
        inputs[i] = (struct kb_why_article){.title = articles[i].title,
                                            .text = articles[i].content_text,
                                            .language = articles[i].language,
                                            .time = told_time(&articles[i], &rows[i])};
    }
    if (status == KB_OK)
        status = count_words(w, &usage);
    if (status == KB_OK)
        status = kb_why(&w->arena, usage, &inputs[0], &inputs[1], &why, &w->err);
    if (status == KB_OK)
        print(w, rows, &why);
    kb_usage_free(usage);
    for (int i = 0; i < 2; i++)
        kb_arena_free(&articles[i].arena);
    return status;
}

static const struct kb_cli_wire_job job = {
    .least = 2, .most = 2, .mode = KB_STORE_READ, .work = work};

const struct kb_cli_verb kb_cli_why = {
    .name = "why",
    .summary = "Explain why two articles are in one story, or are not",
    .usage = "[OPTION…] ARTICLE ARTICLE",
    .about =
        "Tells what the two articles share: words, names and numbers with their\n"
        "weights, how much of one text stands in the other, how far apart they are in\n"
        "time; and whether that is enough for one story.  An article joins a story\n"
        "for all that is in it, so it may be near to only some of its articles.",
    .examples = "  kabar why 17695c70 3f0baf76\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
