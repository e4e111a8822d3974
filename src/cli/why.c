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

/* How an article came into its story by what it says of its sources: half as near as
 * else was enough then. */
struct named {
    bool is, address; /* address: an article there is its source */
    struct kb_whose_names shared;
};

/* What the desk kept of a join is below 1 where nearness alone was not enough. */
static enum kb_status find_named(struct kb_cli_wire *w, const struct kb_row *row,
                                 const struct kb_article *article, struct named *named) {
    struct kb_kept *k = &w->kept;
    int64_t story = 0;
    *named = (struct named){.is = row->joined > 0 && row->joined < 1 && !row->fixed};
    if (!named->is)
        return KB_OK;
    enum kb_status status = kb_whose_story(w->store, article, &w->arena, &story, &w->err);
    named->address = story == row->story;
    if (status == KB_OK && !k->lexicon)
        status = kb_lexicon_new(NULL, &k->lexicon, &w->err);
    if (status == KB_OK && !named->address)
        status = kb_whose_shared(w->store, k->lexicon, article, row->story, row->n,
                                 row->time, &w->arena, &named->shared, &w->err);
    return status;
}

/* ".  The second joined it by its sources: AFP and Lindpost stand in it together.  …" */
static void put_named(const struct named *named, double joined, const char *which,
                      struct kb_buf *out) {
    const struct kb_whose_names *names = &named->shared;
    if (!named->is)
        return;
    kb_buf_printf(out, ".  The %s joined it by its sources: ", which);
    if (named->address)
        kb_buf_z(out, "an article of the story is one");
    else if (names->count < KB_WHOSE_ENOUGH)
        kb_buf_z(out, "it has named others since");
    else
        for (size_t i = 0; i < names->count; i++) {
            kb_buf_z(out, !i ? "" : i + 1 < names->count ? ", " : " and ");
            kb_buf_str(out, names->of[i]);
        }
    if (!named->address && names->count >= KB_WHOSE_ENOUGH)
        kb_buf_z(out, " stand in it together");
    kb_buf_printf(out,
                  ".  By its words it was %.2f as near as it had to be, and with its "
                  "sources half is enough",
                  joined);
}

/* Two articles are not all that a story says, and words are counted anew since. */
static void put_place(struct kb_cli_wire *w, const struct kb_row rows[2],
                      const struct named named[2], const struct kb_why *why) {
    const bool together = rows[0].story == rows[1].story;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_META_BYTES * 8);
    kb_buf_z(&text, together ? "They stand in one story" : "They stand in two stories");
    if (rows[0].fixed || rows[1].fixed)
        kb_buf_z(&text, ", as a person put them");
    else if (together && !why->joins && !named[0].is && !named[1].is)
        kb_buf_z(&text, ", as they are near to what others of it say");
    else if (!together && why->joins)
        kb_buf_z(&text, ": when the later one came, it was too far from all that the "
                        "other's story said by then");
    for (int i = 0; together && i < 2; i++)
        put_named(&named[i], rows[i].joined, i ? "second" : "first", &text);
    kb_buf_z(&text, ".");
    kb_html_wrap(kb_buf_view(&text), w->width, 0, &w->out);
    kb_buf_z(&w->out, "\n\n");
    if (text.status != KB_OK && w->out.status == KB_OK)
        w->out.status = text.status;
    kb_buf_free(&text);
}

/* "by_sources": what joined by its sources. */
static void json_named(struct kb_json *json, const struct kb_row rows[2],
                       const struct named named[2]) {
    if (!named[0].is && !named[1].is)
        return;
    kb_json_field_array(json, "by_sources");
    for (int i = 0; i < 2; i++) {
        if (!named[i].is)
            continue;
        kb_json_object(json);
        kb_json_field(json, "id", rows[i].id);
        kb_json_field_real(json, "near", rows[i].joined, 4);
        kb_json_field_bool(json, "address", named[i].address);
        kb_json_field_array(json, "names");
        for (size_t k = 0; k < named[i].shared.count; k++)
            kb_json_str(json, named[i].shared.of[k]);
        kb_json_array_end(json);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void print(struct kb_cli_wire *w, const struct kb_row rows[2],
                  const struct named named[2], const struct kb_why *why) {
    struct kb_json json;
    struct kb_buf text;
    const bool together = rows[0].story == rows[1].story;
    if (!w->json) {
        for (int i = 0; i < 2; i++)
            kb_cli_row_line(w, &rows[i]);
        put_place(w, rows, named, why);
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
    if (together)
        json_named(&json, rows, named);
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
    struct named named[2];
    struct kb_usage *usage = NULL;
    struct kb_why why;
    enum kb_status status = KB_OK;
    for (int i = 0; status == KB_OK && i < 2; i++) {
        status = kb_store_article(w->store, w->user, kb_str_z(w->operands[i]), &w->arena,
                                  &rows[i], &w->err);
        if (status == KB_OK)
            status = kb_kept_article(&w->kept, &rows[i], &articles[i], &w->err);
        if (status == KB_OK)
            status = find_named(w, &rows[i], &articles[i], &named[i]);
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
        print(w, rows, named, &why);
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
        "for all that is in it, so it may be near to only some of its articles.  One\n"
        "that names the story's sources joins it at half the nearness, and it is told.",
    .examples = "  kabar why 17695c70 3f0baf76\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
