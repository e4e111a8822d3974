/* What the protocol's tools do: arguments in, marked text out. */
#include "serve/mcp_inner.h"

#include "html/html.h"

enum {
    LIST_MOST = 50,
    LIST_USUAL = 20,
    OFFSET_MOST = 10000,
    SNIPPET_COLUMNS = 160,
    TEXT_LEAST = 200,
    TEXT_USUAL = 20000,
    TEXT_MOST = 100000,
    TEXT_FROM_MOST = 100000000,
    OUTLETS_MOST = 1000
};

/* ---- arguments --------------------------------------------------------------------- */

/* A member of a type, or none; false, and told, where it is of another. */
static bool text_of(struct kb_mcp_call *call, const char *key, struct kb_str *out) {
    yyjson_val *value = yyjson_obj_get(call->arguments, key);
    *out = KB_STR_NONE;
    if (!value || yyjson_is_null(value))
        return true;
    if (!yyjson_is_str(value)) {
        (void)kb_err_set(call->err, KB_EUSAGE, "%s is no string", key);
        return false;
    }
    *out = kb_str_trim((struct kb_str){yyjson_get_str(value), yyjson_get_len(value)});
    return true;
}

static bool number_of(struct kb_mcp_call *call, const char *key, int64_t usual,
                      int64_t least, int64_t most, int64_t *out) {
    yyjson_val *value = yyjson_obj_get(call->arguments, key);
    *out = usual;
    if (!value || yyjson_is_null(value))
        return true;
    *out = yyjson_get_sint(value);
    if (yyjson_is_int(value) && *out >= least && *out <= most)
        return true;
    (void)kb_err_set(call->err, KB_EUSAGE, "%s is a whole number from %lld to %lld", key,
                     (long long)least, (long long)most);
    return false;
}

/* Is it the second of two words?  The first is usual. */
static bool choice_of(struct kb_mcp_call *call, const char *key, const char *usual,
                      const char *other, bool *is_other) {
    struct kb_str text;
    *is_other = false;
    if (!text_of(call, key, &text))
        return false;
    *is_other = kb_str_equal(text, kb_str_z(other));
    if (!text.n || *is_other || kb_str_equal(text, kb_str_z(usual)))
        return true;
    (void)kb_err_set(call->err, KB_EUSAGE, "%s is %s or %s", key, usual, other);
    return false;
}

static bool moment_of(struct kb_mcp_call *call, const char *key, int64_t *moment) {
    struct kb_str text;
    *moment = 0;
    if (!text_of(call, key, &text))
        return false;
    if (!text.n || kb_date_seconds(text, moment))
        return true;
    (void)kb_err_set(call->err, KB_EUSAGE,
                     "%s is a date, as in 2026-03-01 or 2026-03-01T12:00:00Z", key);
    return false;
}

static bool wanted(struct kb_mcp_call *call, const char *key, struct kb_str *out) {
    if (!text_of(call, key, out))
        return false;
    if (out->n)
        return true;
    (void)kb_err_set(call->err, KB_EUSAGE, "%s is missing", key);
    return false;
}

/* ---- what is told ------------------------------------------------------------------ */

/* JSON that was made, between marks; longer than an answer may be it is told so. */
static enum kb_status put_marked(struct kb_mcp_call *call, struct kb_buf *made) {
    enum kb_status status = made->status;
    if (status == KB_OK)
        kb_mcp_mark(kb_str_trim(kb_buf_view(made)), call->out);
    else if (status == KB_ELIMIT)
        status = kb_err_set(call->err, KB_ELIMIT,
                            "the answer is longer than it may be here; ask for less");
    kb_buf_free(made);
    return status;
}

static enum kb_status put_hit(struct kb_mcp_call *call, struct kb_json *json,
                              const struct kb_search_hit *hit) {
    struct kb_row row;
    enum kb_status status =
        kb_store_article_at(call->mcp->store, call->mcp->kept.user, hit->n,
                            &call->mcp->arena, &row, call->err);
    if (status != KB_OK)
        return status;
    kb_json_object(json);
    kb_tell_row_members(json, &row);
    kb_json_field(json, "snippet", hit->snippet);
    kb_json_object_end(json);
    return KB_OK;
}

static enum kb_status search(struct kb_mcp_call *call) {
    struct kb_mcp *mcp = call->mcp;
    struct kb_search_options options = {.user = mcp->kept.user, .room = SNIPPET_COLUMNS};
    struct kb_search_result result;
    struct kb_str query;
    struct kb_buf made;
    struct kb_json json;
    int64_t limit, offset;
    bool newest;
    if (!wanted(call, "query", &query) ||
        !choice_of(call, "order", "rank", "newest", &newest) ||
        !number_of(call, "limit", LIST_USUAL, 1, LIST_MOST, &limit) ||
        !number_of(call, "offset", 0, 0, OFFSET_MOST, &offset))
        return KB_EUSAGE;
    options.limit = (size_t)limit;
    options.offset = (size_t)offset;
    options.order = newest ? KB_SEARCH_NEWEST : KB_SEARCH_RANK;
    enum kb_status status = kb_store_search(mcp->store, query, mcp->now, &options,
                                            &mcp->arena, &result, call->err);
    if (status != KB_OK) /* a query that cannot be read is the model's to mend */
        return status == KB_EUSAGE ? KB_EINPUT : status;
    kb_buf_init(&made, KB_LIMIT_MCP_TEXT);
    kb_json_init(&json, &made, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "total", result.total);
    kb_json_field_bool(&json, "or_more", result.at_least);
    kb_json_field_array(&json, "articles");
    for (size_t i = 0; status == KB_OK && i < result.count; i++)
        status = put_hit(call, &json, &result.hits[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    if (status != KB_OK)
        kb_buf_free(&made);
    return status == KB_OK ? put_marked(call, &made) : status;
}

static enum kb_status list_stories(struct kb_mcp_call *call,
                                   const struct kb_story_wish *wish) {
    struct kb_story_row *rows;
    struct kb_buf made;
    struct kb_json json;
    size_t count;
    enum kb_status status = kb_store_stories(call->mcp->store, wish, &call->mcp->arena,
                                             &rows, &count, call->err);
    if (status != KB_OK)
        return status;
    kb_buf_init(&made, KB_LIMIT_MCP_TEXT);
    kb_json_init(&json, &made, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "stories");
    for (size_t i = 0; i < count; i++) {
        kb_json_object(&json);
        kb_tell_story(&json, &rows[i]);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return put_marked(call, &made);
}

static enum kb_status stories(struct kb_mcp_call *call) {
    struct kb_story_wish wish = {.user = call->mcp->kept.user};
    int64_t limit, offset;
    if (!moment_of(call, "since", &wish.since) ||
        !moment_of(call, "before", &wish.before) ||
        !text_of(call, "language", &wish.language) ||
        !text_of(call, "outlet", &wish.outlet) || !text_of(call, "tag", &wish.tag) ||
        !number_of(call, "outlets", 1, 1, OUTLETS_MOST, &wish.min_outlets) ||
        !choice_of(call, "order", "heat", "newest", &wish.newest) ||
        !number_of(call, "limit", LIST_USUAL, 1, LIST_MOST, &limit) ||
        !number_of(call, "offset", 0, 0, OFFSET_MOST, &offset))
        return KB_EUSAGE;
    wish.limit = (size_t)limit;
    wish.offset = (size_t)offset;
    return list_stories(call, &wish);
}

/* A failure to find what the model named, without the file's path, which is not its
 * business. */
static enum kb_status not_found(struct kb_mcp_call *call, enum kb_status status,
                                struct kb_str id) {
    if (status != KB_EINPUT)
        return status;
    return kb_err_set(call->err, KB_EINPUT,
                      "nothing, or more than one thing, is called \"%.*s\" here; search "
                      "and stories tell ids",
                      (int)kb_str_cut(id, 80).n, id.p);
}

static enum kb_status put_story(struct kb_mcp_call *call, struct kb_str id) {
    struct kb_mcp *mcp = call->mcp;
    struct kb_kept_story story = {.count = 0};
    struct kb_story_row row;
    struct kb_buf made, chain;
    struct kb_json json;
    enum kb_status status = kb_store_story(mcp->store, id, &mcp->arena, &row, call->err);
    if (status != KB_OK)
        status = not_found(call, status, id);
    else
        status = kb_kept_story(&mcp->kept, row.n, &story, call->err);
    if (status == KB_OK) {
        kb_buf_init(&made, KB_LIMIT_MCP_TEXT);
        kb_buf_init(&chain, KB_LIMIT_MCP_TEXT);
        kb_chain_print_json(&story.chain, 0, &chain);
        kb_json_init(&json, &made, 0);
        kb_json_object(&json);
        kb_tell_story(&json, &story.row);
        kb_json_key(&json, "chain");
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&chain)));
        kb_json_object_end(&json);
        if (chain.status != KB_OK)
            made.status = chain.status;
        kb_buf_free(&chain);
        status = put_marked(call, &made);
    }
    kb_kept_story_free(&story);
    return status;
}

static enum kb_status story(struct kb_mcp_call *call) {
    struct kb_str id;
    return wanted(call, "id", &id) ? put_story(call, id) : KB_EUSAGE;
}

/* The article of a name, loaded; its arena is the caller's after KB_OK. */
static enum kb_status load(struct kb_mcp_call *call, struct kb_str id, struct kb_row *row,
                           struct kb_article *article) {
    struct kb_mcp *mcp = call->mcp;
    enum kb_status status =
        kb_store_article(mcp->store, mcp->kept.user, id, &mcp->arena, row, call->err);
    if (status != KB_OK)
        return not_found(call, status, id);
    return kb_kept_article(&mcp->kept, row, article, call->err);
}

/* The text's piece, and where the next one begins. */
static enum kb_status put_article(struct kb_mcp_call *call, const struct kb_row *row,
                                  const struct kb_article *a, size_t from, size_t most) {
    struct kb_buf text, made;
    struct kb_json json;
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&made, KB_LIMIT_MCP_TEXT);
    kb_article_print_markdown(a, &text);
    struct kb_str whole = kb_buf_view(&text), piece;
    while (from < whole.n && ((unsigned char)whole.p[from] & 0xC0) == 0x80)
        from++;
    piece = kb_str_cut(kb_str_slice(whole, from, whole.n), most);
    kb_json_init(&json, &made, 0);
    kb_json_object(&json);
    kb_tell_row_members(&json, row);
    kb_json_field(&json, "byline", a->byline);
    kb_json_field(&json, "summary", a->summary);
    kb_tell_sources(&json, a);
    kb_json_field_int(&json, "bytes", (int64_t)whole.n);
    if (whole.n > from && piece.n < whole.n - from) {
        kb_json_field_int(&json, "next", (int64_t)(from + piece.n));
    }
    kb_json_object_end(&json);
    kb_buf_z(&made, "\n\n");
    kb_buf_str(&made, piece);
    if (text.status != KB_OK)
        made.status = text.status;
    enum kb_status status = put_marked(call, &made);
    kb_buf_free(&text);
    return status;
}

static enum kb_status read_article(struct kb_mcp_call *call, struct kb_str id,
                                   int64_t from, int64_t most) {
    struct kb_row row;
    struct kb_article a;
    enum kb_status status = load(call, id, &row, &a);
    if (status != KB_OK)
        return status;
    status = put_article(call, &row, &a, (size_t)from, (size_t)most);
    kb_arena_free(&a.arena);
    return status;
}

static enum kb_status article(struct kb_mcp_call *call) {
    struct kb_str id;
    int64_t from, most;
    if (!wanted(call, "id", &id) ||
        !number_of(call, "from", 0, 0, TEXT_FROM_MOST, &from) ||
        !number_of(call, "most", TEXT_USUAL, TEXT_LEAST, TEXT_MOST, &most))
        return KB_EUSAGE;
    return read_article(call, id, from, most);
}

static enum kb_status sources(struct kb_mcp_call *call) {
    struct kb_mcp *mcp = call->mcp;
    struct kb_kept_story kept = {.count = 0};
    struct kb_article a;
    struct kb_buf made;
    struct kb_json json;
    struct kb_row row;
    struct kb_str id;
    if (!wanted(call, "id", &id))
        return KB_EUSAGE;
    enum kb_status status = load(call, id, &row, &a);
    if (status != KB_OK)
        return status;
    status = kb_kept_story(&mcp->kept, row.story, &kept, call->err);
    if (status == KB_OK) {
        size_t place = kb_kept_place(&kept, row.n);
        kb_buf_init(&made, KB_LIMIT_MCP_TEXT);
        kb_json_init(&json, &made, 0);
        kb_json_object(&json);
        kb_json_key(&json, "article");
        kb_tell_row(&json, &row);
        kb_tell_sources(&json, &a);
        kb_tell_edges(&json, &kept, place, "has_from", false);
        kb_tell_edges(&json, &kept, place, "given_to", true);
        kb_json_object_end(&json);
        status = put_marked(call, &made);
    }
    kb_kept_story_free(&kept);
    kb_arena_free(&a.arena);
    return status;
}

/* ---- by their names ---------------------------------------------------------------- */

bool kb_mcp_tool(struct kb_mcp_call *call, struct kb_str name, enum kb_status *status) {
    static const struct {
        const char *name;
        enum kb_status (*work)(struct kb_mcp_call *call);
    } tools[] = {{"search", search},
                 {"stories", stories},
                 {"story", story},
                 {"article", article},
                 {"sources", sources}};
    for (size_t i = 0; i < KB_COUNT(tools); i++) {
        if (kb_str_equal(name, kb_str_z(tools[i].name))) {
            *status = tools[i].work(call);
            return true;
        }
    }
    return false;
}

bool kb_mcp_resource(struct kb_mcp_call *call, struct kb_str uri, const char **type,
                     enum kb_status *status) {
    static const struct kb_str articles = {"kabar://article/", 16},
                               one = {"kabar://story/", 14};
    const struct kb_story_wish usual = {.user = call->mcp->kept.user,
                                        .limit = LIST_USUAL};
    *type = "application/json";
    if (kb_str_equal(uri, KB_STR("kabar://stories"))) {
        *status = list_stories(call, &usual);
    } else if (kb_str_starts(uri, one) && uri.n > one.n) {
        *status = put_story(call, kb_str_slice(uri, one.n, uri.n));
    } else if (kb_str_starts(uri, articles) && uri.n > articles.n) {
        *type = "text/markdown";
        *status = read_article(call, kb_str_slice(uri, articles.n, uri.n), 0, TEXT_MOST);
    } else {
        return false;
    }
    return true;
}
