/* kabar star, mark, tag: what people say of articles. */
#include <string.h>

#include "html/html.h"
#include "wire.h"

enum option { OPTION_REMOVE, OPTION_STORY, OPTION_COMMON };

static const struct kb_cli_option star_options[] = {
    [OPTION_REMOVE] = {"remove", 'r', NULL, "take the star away"},
    [OPTION_STORY] = {"story", 0, NULL, "all articles of ID's story"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

static const struct kb_cli_option mark_options[] = {
    [OPTION_REMOVE] = {"unread", 'u', NULL, "as unread"},
    [OPTION_STORY] = {"story", 0, NULL, "all articles of ID's story"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

static const struct kb_cli_option tag_options[] = {
    [OPTION_REMOVE] = {"remove", 'r', NULL, "take the tag away"},
    [OPTION_STORY] = {"story", 0, NULL, "all articles of ID's story"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

struct call {
    bool remove, story;
    enum { STAR, READ, TAG } mark;
    struct kb_str tag;
    int64_t articles, changed;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    (void)value;
    if (option == OPTION_REMOVE)
        call->remove = true;
    else
        call->story = true;
    return KB_CLI_OK;
}

/* ---- marking ----------------------------------------------------------------------- */

static enum kb_status mark_one(struct kb_cli_wire *w, int64_t article) {
    struct call *call = w->call;
    bool changed = false;
    enum kb_status status = KB_OK;
    switch (call->mark) {
    case STAR:
        status = kb_store_set_starred(w->store, w->user, article,
                                      call->remove ? 0 : w->now, &changed, &w->err);
        break;
    case READ:
        status = kb_store_set_read(w->store, w->user, article, !call->remove, &changed,
                                   &w->err);
        break;
    case TAG:
        status = kb_store_set_tag(w->store, w->user, article, call->tag, !call->remove,
                                  &changed, &w->err);
        break;
    }
    call->articles++;
    call->changed += changed;
    return status;
}

/* An operand's article, or all of its story's. */
static enum kb_status mark_named(struct kb_cli_wire *w, const char *name) {
    const struct call *call = w->call;
    struct kb_row row;
    int64_t *articles;
    size_t count;
    enum kb_status status;
    if (!call->story) {
        status =
            kb_store_article(w->store, w->user, kb_str_z(name), &w->arena, &row, &w->err);
        return status == KB_OK ? mark_one(w, row.n) : status;
    }
    struct kb_story_row story;
    status = kb_store_story(w->store, kb_str_z(name), &w->arena, &story, &w->err);
    if (status == KB_OK)
        status = kb_store_story_articles(w->store, story.n, SIZE_MAX >> 1, &w->arena,
                                         &articles, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = mark_one(w, articles[i]);
    return status;
}

/* What was done, in words; done is a participle: "starred". */
static void tell(struct kb_cli_wire *w, const char *done, const char *key, bool on) {
    const struct call *call = w->call;
    if (w->json) {
        struct kb_json json;
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        if (call->tag.n)
            kb_json_field(&json, key, call->tag);
        kb_json_key(&json, call->tag.n ? "set" : key);
        kb_json_bool(&json, on);
        kb_json_field_int(&json, "articles", call->articles);
        kb_json_field_int(&json, "changed", call->changed);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
        return;
    }
    kb_cli_wire_many(w, call->changed, "article ", "articles ");
    kb_buf_z(&w->out, done);
    kb_html_line(call->tag, KB_STORE_NAME_BYTES, &w->out);
    if (call->changed < call->articles)
        kb_buf_printf(&w->out, "; %lld stood so already",
                      (long long)(call->articles - call->changed));
    kb_buf_char(&w->out, '\n');
}

static enum kb_status mark_all(struct kb_cli_wire *w, int count) {
    enum kb_status status = KB_OK;
    for (int i = 0; status == KB_OK && i < count; i++)
        status = mark_named(w, w->operands[i]);
    return status;
}

/* ---- star -------------------------------------------------------------------------- */

/* Without operands the verb lists, and only reads. */
static int check_star(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    if (w->count)
        return KB_CLI_OK;
    *mode = KB_STORE_READ;
    if (call->remove)
        return kb_cli_wrong(w->verb, "--remove wants an article: kabar star --remove ID");
    return KB_CLI_OK;
}

static enum kb_status star(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    const struct kb_article_wish wish = {.user = w->user, .starred = true};
    int64_t *articles;
    size_t count;
    enum kb_status status;
    if (w->count) {
        status = mark_all(w, w->count);
        tell(w, call->remove ? "without a star now" : "starred", "starred",
             !call->remove);
        return status;
    }
    status = kb_store_articles(w->store, &wish, &w->arena, &articles, &count, &w->err);
    if (status == KB_OK && !count && !w->json)
        kb_buf_z(&w->out, "no article has a star: kabar star ID gives one\n");
    return status == KB_OK ? kb_cli_list_articles(w, articles, count) : status;
}

static const struct kb_cli_wire_job star_job = {
    .most = -1,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .set = set,
    .check = check_star,
    .work = star,
};

const struct kb_cli_verb kb_cli_star = {
    .name = "star",
    .summary = "Star articles, or list the starred ones",
    .usage = "[OPTION…] [ID…]",
    .about =
        "ID is an article's id, its first characters (four or more), or its address.\n"
        "A starred article is kept whatever is thrown away by age.  Without ID the\n"
        "starred articles are listed, the newest first.",
    .examples = "  kabar star 17695c70\n"
                "  kabar star --remove 17695c70\n"
                "  kabar star\n",
    .manual = "wire",
    .options = star_options,
    .wire = &star_job,
};

/* ---- mark -------------------------------------------------------------------------- */

static enum kb_status mark(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    enum kb_status status = mark_all(w, w->count);
    tell(w, call->remove ? "unread now" : "read now", "read", !call->remove);
    return status;
}

static const struct kb_cli_wire_job mark_job = {
    .least = 1,
    .most = -1,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.mark = READ},
    .set = set,
    .work = mark,
};

const struct kb_cli_verb kb_cli_mark = {
    .name = "mark",
    .summary = "Mark articles as read or unread",
    .usage = "[OPTION…] ID…",
    .about =
        "ID is an article's id, its first characters (four or more), or its address.",
    .examples = "  kabar mark 17695c70\n"
                "  kabar mark --story 17695c70\n"
                "  kabar mark --unread 17695c70\n",
    .manual = "wire",
    .options = mark_options,
    .wire = &mark_job,
};

/* ---- tag --------------------------------------------------------------------------- */

static int check_tag(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    struct call *call = w->call;
    struct kb_err err = {0};
    if (w->count < 2) {
        *mode = KB_STORE_READ;
        if (call->remove)
            return kb_cli_wrong(w->verb, "--remove wants articles and a name: kabar tag "
                                         "--remove ID… NAME");
    }
    if (!w->count)
        return KB_CLI_OK;
    if (kb_store_name(kb_str_z(w->operands[w->count - 1]), &call->tag, &err) != KB_OK)
        return kb_cli_wrong(w->verb, "%s", err.text);
    return KB_CLI_OK;
}

static enum kb_status list_tags(struct kb_cli_wire *w) {
    struct kb_tag_row *rows;
    size_t count;
    enum { NUMBER = 8 };
    enum kb_status status =
        kb_store_tags(w->store, w->user, &w->arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_json json;
        if (!w->json) {
            kb_buf_printf(&w->out, "%*lld  ", NUMBER, (long long)rows[i].articles);
            kb_html_line(rows[i].name, w->width - NUMBER - 2, &w->out);
            kb_buf_char(&w->out, '\n');
            continue;
        }
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field(&json, "tag", rows[i].name);
        kb_json_field_int(&json, "articles", rows[i].articles);
        kb_tell_time(&json, "last", rows[i].last);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
    }
    if (status == KB_OK && !count && !w->json)
        kb_buf_z(&w->out, "there are no tags: kabar tag ID NAME makes one\n");
    return status;
}

static enum kb_status tag(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    const struct kb_article_wish wish = {.user = w->user, .tag = call->tag};
    int64_t *articles;
    size_t count;
    enum kb_status status;
    if (!w->count)
        return list_tags(w);
    if (w->count > 1) {
        status = mark_all(w, w->count - 1);
        tell(w, call->remove ? "without the tag now: " : "tagged: ", "tag",
             !call->remove);
        return status;
    }
    status = kb_store_articles(w->store, &wish, &w->arena, &articles, &count, &w->err);
    if (status == KB_OK && !count)
        return kb_err_set(&w->err, KB_EINPUT,
                          "no article has the tag \"%.*s\": kabar tag ID… \"%.*s\" gives "
                          "it to one",
                          (int)kb_str_cut(call->tag, 60).n, call->tag.p,
                          (int)kb_str_cut(call->tag, 60).n, call->tag.p);
    return status == KB_OK ? kb_cli_list_articles(w, articles, count) : status;
}

static const struct kb_cli_wire_job tag_job = {
    .most = -1,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.mark = TAG},
    .set = set,
    .check = check_tag,
    .work = tag,
};

const struct kb_cli_verb kb_cli_tag = {
    .name = "tag",
    .summary = "Tag articles, or list tags",
    .usage = "[OPTION…] [ID…] [NAME]",
    .about =
        "ID is an article's id, its first characters (four or more), or its address;\n"
        "the last word is the tag.  A tag alone lists its articles, the newest\n"
        "first; nothing at all lists the tags.",
    .examples = "  kabar tag 17695c70 ferries\n"
                "  kabar tag --story 17695c70 \"Port Elsin\"\n"
                "  kabar tag ferries\n"
                "  kabar tag --remove 17695c70 ferries\n",
    .manual = "wire",
    .options = tag_options,
    .wire = &tag_job,
};
