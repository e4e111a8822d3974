/* kabar join, split, move: what a person knows better.  It holds for ever: no later
 * article moves what a person placed, and an id that was joined still leads to the
 * story. */
#include "wire.h"

static const struct kb_cli_option options[] = {KB_CLI_WIRE_OPTION_LIST};

/* {"story":ID,"did":[IDs]}, or a sentence. */
static void tell(struct kb_cli_wire *w, const char *key, const struct kb_str *ids,
                 size_t count, struct kb_str story, const char *one, const char *many) {
    struct kb_json json;
    if (!w->json) {
        kb_cli_wire_many(w, (int64_t)count, one, many);
        kb_buf_z(&w->out, " story ");
        kb_buf_str(&w->out, story);
        kb_buf_char(&w->out, '\n');
        return;
    }
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "story", story);
    kb_json_field_array(&json, key);
    for (size_t i = 0; i < count; i++)
        kb_json_str(&json, ids[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
}

/* The first count operands as articles, in the arena. */
static enum kb_status find_articles(struct kb_cli_wire *w, int count,
                                    struct kb_row **rows, struct kb_str **ids) {
    enum kb_status status = KB_OK;
    *rows = kb_arena_zalloc(&w->arena, (size_t)count, sizeof **rows);
    *ids = kb_arena_zalloc(&w->arena, (size_t)count, sizeof **ids);
    if (!*rows || !*ids)
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory");
    for (int i = 0; status == KB_OK && i < count; i++) {
        status = kb_store_article(w->store, w->user, kb_str_z(w->operands[i]), &w->arena,
                                  &(*rows)[i], &w->err);
        (*ids)[i] = (*rows)[i].id;
    }
    return status;
}

/* ---- join -------------------------------------------------------------------------- */

static enum kb_status join(struct kb_cli_wire *w) {
    struct kb_story_row kept, other;
    struct kb_str *ids = kb_arena_zalloc(&w->arena, (size_t)w->count, sizeof *ids);
    size_t count = 0;
    if (!ids)
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory");
    enum kb_status status =
        kb_store_story(w->store, kb_str_z(w->operands[0]), &w->arena, &kept, &w->err);
    for (int i = 1; status == KB_OK && i < w->count; i++) {
        int64_t n;
        status = kb_store_story(w->store, kb_str_z(w->operands[i]), &w->arena, &other,
                                &w->err);
        if (status == KB_OK)
            status = kb_store_join(w->store, kept.n, other.n, w->now, &n, &w->err);
        if (status != KB_OK)
            break;
        ids[count++] = n == kept.n ? other.id : kept.id;
        if (n != kept.n)
            kept = other;
    }
    if (status == KB_OK)
        tell(w, "joined", ids, count, kept.id, "story joined into",
             "stories joined into");
    return status;
}

static const struct kb_cli_wire_job join_job = {
    .least = 2, .most = -1, .mode = KB_STORE_WRITE, .work = join};

const struct kb_cli_verb kb_cli_join = {
    .name = "join",
    .summary = "Make one story of several",
    .usage = "[OPTION…] STORY STORY…",
    .about =
        "The oldest of the stories keeps its id; the others' ids lead to it from now\n"
        "on.  STORY is its id, the id of any of its articles, or an article's address.",
    .examples = "  kabar join 3f0baf76 e0ad79a3\n",
    .manual = "wire",
    .options = options,
    .wire = &join_job,
};

/* ---- split ------------------------------------------------------------------------- */

/* Several leave together: the oldest founds the story, the others move into it. */
static enum kb_status split(struct kb_cli_wire *w) {
    struct kb_row *rows;
    struct kb_str *ids;
    int oldest = 0;
    enum kb_status status = find_articles(w, w->count, &rows, &ids);
    if (status != KB_OK)
        return status;
    for (int i = 1; i < w->count; i++)
        if (rows[i].n < rows[oldest].n)
            oldest = i;
    status = kb_store_move(w->store, rows[oldest].n, 0, w->now, &w->err);
    for (int i = 0; status == KB_OK && i < w->count; i++)
        if (i != oldest)
            status = kb_store_move(w->store, rows[i].n, rows[oldest].n, w->now, &w->err);
    if (status == KB_OK)
        tell(w, "split", ids, (size_t)w->count, rows[oldest].id,
             "article is now a story:", "articles are now a story:");
    return status;
}

static const struct kb_cli_wire_job split_job = {
    .least = 1, .most = -1, .mode = KB_STORE_WRITE, .work = split};

const struct kb_cli_verb kb_cli_split = {
    .name = "split",
    .summary = "Take articles out of their story, into one of their own",
    .usage = "[OPTION…] ARTICLE…",
    .about = "The articles leave their story and make one together, which has the id of\n"
             "the oldest of them.  The article that a story is named after stays in it.",
    .examples = "  kabar split cba5cb9d\n"
                "  kabar split cba5cb9d 4e911ec2\n",
    .manual = "wire",
    .options = options,
    .wire = &split_job,
};

/* ---- move -------------------------------------------------------------------------- */

static enum kb_status move(struct kb_cli_wire *w) {
    struct kb_story_row story;
    struct kb_row *rows;
    struct kb_str *ids;
    const int count = w->count - 1;
    enum kb_status status = kb_store_story(w->store, kb_str_z(w->operands[count]),
                                           &w->arena, &story, &w->err);
    if (status == KB_OK)
        status = find_articles(w, count, &rows, &ids);
    for (int i = 0; status == KB_OK && i < count; i++)
        status = kb_store_move(w->store, rows[i].n, story.n, w->now, &w->err);
    if (status == KB_OK)
        tell(w, "moved", ids, (size_t)count, story.id, "article moved to",
             "articles moved to");
    return status;
}

static const struct kb_cli_wire_job move_job = {
    .least = 2, .most = -1, .mode = KB_STORE_WRITE, .work = move};

const struct kb_cli_verb kb_cli_move = {
    .name = "move",
    .summary = "Move articles to another story",
    .usage = "[OPTION…] ARTICLE… STORY",
    .about = "The last word is the story: its id, the id of any of its articles, or an\n"
             "article's address.",
    .examples = "  kabar move cba5cb9d 3f0baf76\n",
    .manual = "wire",
    .options = options,
    .wire = &move_job,
};
