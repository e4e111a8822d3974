/* Embedded state: the data scripts of a page whose markup is empty enter, the article's
 * body as HTML or text leaves.
 *
 * Frameworks leave the data that they draw a page from in a script: as JSON (Next.js,
 * Nuxt 3, anything typed application/json), as an assignment (Apollo, Redux, Fusion), in
 * a function's return (Nuxt 2), as a string for JSON.parse, or in pieces of a stream that
 * many scripts push (Next.js' app router).  Nothing is executed: the values that follow
 * an assignment are read as JSON with mending.  In them the longest prose is looked for,
 * in one string or in a list of blocks (state_prose.c); text that lies in the object with
 * the page's title counts threefold, text beside another title half. */
#include "page/state.h"

enum {
    MAX_READS = 48,        /* values read in one page */
    MAX_BYTES = 48 << 20,  /* bytes of them */
    MAX_STREAM = 12 << 20, /* bytes of a stream */
    MAX_PUSHES = 4000,     /* pieces of it */
    DEEP = 96,             /* levels under which a stream's rows are not followed */
    MIN_VALUE = 400,       /* bytes of a value that can hold a body */
    NEAR = 8               /* levels under a matching title that count as its own */
};

struct finder {
    struct kb_arena *arena;
    struct kb_str title_key;
    struct kb_json_tree tree;
    bool *seen;               /* values of a flat tree that were walked */
    bool refs;                /* the script holds references by name */
    struct kb_str *row_names; /* of a stream */
    size_t row_count;
    yyjson_val *around; /* the list of a stream that was found and is being walked */
    size_t reads, bytes;
    size_t visited;
    /* the best of the document that is being walked */
    yyjson_val *found;
    size_t found_score;
    /* the best of all documents */
    struct kb_str best;
    size_t best_score;
};

/* ---- looking for prose ------------------------------------------------------------- */

static void walk(struct finder *f, yyjson_val *value, int depth, int own, int other);

/* Keys whose texts are never the article's. */
static bool is_foreign(struct kb_str key) {
    static const char *const words[] = {
        "css",     "style",      "script",     "terms",    "privacy",
        "consent", "cookie",     "legal",      "query",    "policy",
        "comment", "imprint",    "disclaimer", "template", "translations",
        "i18n",    "newsletter", "footer",     "related",  "recommend"};
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_find_nocase(key, kb_str_z(words[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

static void offer(struct finder *f, yyjson_val *value, size_t length, int own,
                  int other) {
    size_t score = own > 0 ? length * 3 : other > 0 ? length / 2 : length;
    /* of a stream's elements in each other the innermost with nearly all of the text */
    if (f->around && f->found == f->around && score * 5 >= f->found_score * 4)
        f->found = value;
    if (score > f->found_score) {
        f->found_score = score;
        f->found = value;
    }
}

/* Whether an object names itself: as this page (1), as something else (-1), or not. */
static int names_itself(struct finder *f, yyjson_val *object) {
    static const char *const names[] = {"title", "headline", "name", "heading",
                                        "headlines"};
    int answer = 0;
    for (size_t i = 0; i < KB_COUNT(names) && f->title_key.n; i++) {
        yyjson_val *v = kb_json_get(&f->tree, object, names[i]);
        if (yyjson_is_obj(v)) { /* {"rendered": …}, {"basic": …} */
            yyjson_val *inner = kb_json_get(&f->tree, v, "rendered");
            v = inner ? inner : kb_json_get(&f->tree, v, "basic");
        }
        struct kb_str text = kb_json_view(v);
        if (text.n < 12)
            continue;
        struct kb_str key = kb_page_key(
            f->arena, kb_page_clean(f->arena, kb_str_cut(text, 500), 500), false);
        if (key.n >= 12 &&
            (kb_str_starts(key, f->title_key) || kb_str_starts(f->title_key, key)))
            return 1;
        answer = -1;
    }
    return answer;
}

/* A member of an object or a list: in a flat tree each is walked once, for they may form
 * circles. */
static void walk_member(struct finder *f, yyjson_val *value, int depth, int own,
                        int other) {
    if (f->tree.flat && yyjson_is_uint(value)) {
        uint64_t at = yyjson_get_uint(value);
        if (at >= f->tree.flat_count || f->seen[at])
            return;
        f->seen[at] = true;
        value = f->tree.flat[at];
    }
    if (f->tree.elements && yyjson_is_str(value)) {
        struct kb_json_named *row =
            kb_state_names_find(&f->tree, kb_state_stream_name(kb_json_view(value)));
        if (row && (row->seen || depth > DEEP))
            return;
        if (row) {
            row->seen = true;
            value = row->value;
        }
    }
    walk(f, value, depth, own, other);
}

/* Apollo's cache, the object around ROOT_QUERY: its members are what references name. */
static void name_members(struct finder *f, yyjson_val *cache) {
    size_t count = yyjson_obj_size(cache), i, max;
    yyjson_val *key, *value;
    if (count > KB_LIMIT_JSON_VALUES || !kb_state_names_init(&f->tree, f->arena, count))
        return;
    yyjson_obj_foreach(cache, i, max, key, value) {
        kb_state_names_add(&f->tree, kb_json_view(key), value);
    }
}

static void walk_object(struct finder *f, yyjson_val *object, int depth, int own,
                        int other) {
    if (f->refs && !f->tree.named && yyjson_obj_get(object, "ROOT_QUERY"))
        name_members(f, object);
    /* an object with few members cannot be an article with a title and a body */
    int named = yyjson_obj_size(object) >= 2 ? names_itself(f, object) : 0;
    if (named > 0)
        own = NEAR, other = 0;
    else if (named < 0)
        other = NEAR, own = own > 0 ? own - 1 : 0;
    yyjson_val *key, *value;
    size_t i, max;
    yyjson_obj_foreach(object, i, max, key, value) {
        if (f->visited > KB_LIMIT_JSON_VALUES)
            return;
        if (!is_foreign(kb_str_cut(kb_json_view(key), 64)))
            walk_member(f, value, depth + 1, own - 1, other - 1);
    }
}

static void walk(struct finder *f, yyjson_val *value, int depth, int own, int other) {
    /* elements nest in three levels each */
    int deepest = f->tree.elements ? 3 * KB_LIMIT_JSON_DEPTH : KB_LIMIT_JSON_DEPTH;
    if (depth > deepest || ++f->visited > KB_LIMIT_JSON_VALUES)
        return;
    if (yyjson_is_str(value)) {
        size_t length = kb_state_prose(kb_json_view(value));
        if (length)
            offer(f, value, length, own, other);
    } else if (yyjson_is_obj(value)) {
        walk_object(f, value, depth, own, other);
    } else if (yyjson_is_arr(value)) {
        size_t length = kb_state_measure(&f->tree, value);
        if (length)
            offer(f, value, length, own, other);
        yyjson_val *item, *around = f->around;
        size_t i, max;
        if (f->tree.elements && length && f->found == value)
            f->around = value;
        yyjson_arr_foreach(value, i, max, item) {
            if (f->visited > KB_LIMIT_JSON_VALUES)
                break;
            walk_member(f, item, depth + 1, own, other);
        }
        f->around = around;
    }
}

/* Nuxt 3 writes one flat array in which every value of an object or array is the index of
 * the value that it stands for. */
static bool make_flat(struct finder *f, yyjson_val *root) {
    f->tree.flat = NULL;
    f->tree.flat_count = 0;
    size_t count = yyjson_arr_size(root);
    if (count < 3 || count > KB_LIMIT_JSON_VALUES)
        return false;
    yyjson_val *first = yyjson_arr_get_first(root), *item;
    yyjson_val *one = NULL;
    if (yyjson_is_arr(first) && yyjson_arr_size(first))
        one = yyjson_arr_get(first, yyjson_arr_size(first) - 1);
    if (yyjson_is_obj(first)) {
        yyjson_obj_iter iter = yyjson_obj_iter_with(first);
        one = yyjson_obj_iter_get_val(yyjson_obj_iter_next(&iter));
    }
    if (!yyjson_is_int(one))
        return false;
    yyjson_val **flat = kb_arena_zalloc(f->arena, count, sizeof(yyjson_val *));
    f->seen = kb_arena_zalloc(f->arena, count, sizeof(bool));
    if (!flat || !f->seen)
        return false;
    size_t i, max;
    yyjson_arr_foreach(root, i, max, item) {
        flat[i] = item;
    }
    f->tree.flat = flat;
    f->tree.flat_count = count;
    return true;
}

/* A stream's rows: the root first, for what it refers to is walked in its place. */
static void walk_rows(struct finder *f, yyjson_val *rows) {
    struct kb_json_named *root = kb_state_names_find(&f->tree, KB_STR("0"));
    yyjson_val *row;
    size_t i, max;
    if (root) {
        root->seen = true;
        walk(f, root->value, 0, 0, 0);
    }
    yyjson_arr_foreach(rows, i, max, row) {
        struct kb_json_named *named = kb_state_names_find(
            &f->tree, i < f->row_count ? f->row_names[i] : KB_STR_NONE);
        if (!named || named->seen || named->value != row)
            continue;
        named->seen = true;
        walk(f, row, 0, 0, 0);
    }
}

/* One value that was read: its best prose becomes the page's, where it is better. */
static void search(struct finder *f, yyjson_val *root, bool may_be_flat) {
    f->found = f->around = NULL;
    f->found_score = 0;
    f->tree.budget = 4 * (size_t)KB_LIMIT_JSON_VALUES;
    if (f->tree.elements)
        walk_rows(f, root);
    else if (may_be_flat && make_flat(f, root))
        walk(f, f->tree.flat[0], 0, 0, 0);
    else
        walk(f, root, 0, 0, 0);
    if (f->found && f->found_score > f->best_score) {
        struct kb_str body = kb_state_print(&f->tree, f->arena, f->found);
        if (body.n) {
            f->best = body;
            f->best_score = f->found_score;
        }
    }
    f->tree = (struct kb_json_tree){0};
}

/* ---- finding the values in a script ------------------------------------------------ */

/* Reads the value at the start of text, and what is behind it.  A string that holds JSON
 * is read once more. */
static bool read_value(struct finder *f, struct kb_str text, struct kb_str *rest,
                       bool may_be_flat) {
    if (f->reads >= MAX_READS || f->bytes > MAX_BYTES)
        return false;
    f->reads++;
    yyjson_doc *doc = kb_page_json_read(text, f->arena, rest);
    f->bytes += text.n - rest->n;
    if (!doc)
        return false;
    yyjson_val *root = yyjson_doc_get_root(doc);
    struct kb_str inner = kb_str_trim(kb_json_view(root));
    if (inner.n > MIN_VALUE && (inner.p[0] == '{' || inner.p[0] == '[')) {
        struct kb_str ignored;
        yyjson_doc *second = kb_page_json_read(inner, f->arena, &ignored);
        f->bytes += inner.n;
        if (second)
            search(f, yyjson_doc_get_root(second), false);
        yyjson_doc_free(second);
    } else if (!inner.n) {
        search(f, root, may_be_flat);
    }
    yyjson_doc_free(doc);
    return true;
}

/* Where, at or behind an "=", a value begins: {, [, a string, JSON.parse("…, or what a
 * function returns.  Empty where it is anything else. */
static struct kb_str value_behind(struct kb_str s) {
    s = kb_str_trim(s);
    static const struct kb_str parse = {"JSON.parse(", 11};
    if (kb_str_starts(s, parse))
        return kb_str_trim(kb_str_slice(s, parse.n, s.n));
    if (kb_str_starts(s, KB_STR("(function")) || kb_str_starts(s, KB_STR("function")) ||
        kb_str_starts(s, KB_STR("(()")) || kb_str_starts(s, KB_STR("(("))) {
        struct kb_str head = kb_str_slice(s, 0, 16 << 10);
        size_t at = kb_str_find(head, KB_STR("return"));
        if (at == KB_NOT_FOUND)
            return KB_STR_NONE;
        s = kb_str_trim(kb_str_slice(s, at + 6, s.n));
        while (s.n && s.p[0] == '(')
            s = kb_str_trim(kb_str_slice(s, 1, s.n));
    }
    return s.n && memchr("{[\"'", s.p[0], 4) ? s : KB_STR_NONE;
}

static void read_assignments(struct finder *f, struct kb_str script) {
    while (script.n >= MIN_VALUE && f->reads < MAX_READS) {
        size_t at = kb_str_find_byte(script, '=');
        if (at == KB_NOT_FOUND)
            return;
        script = kb_str_slice(script, at + 1, script.n);
        struct kb_str value = value_behind(script), rest;
        if (value.n < MIN_VALUE)
            continue;
        if (read_value(f, value, &rest, false) && rest.n < script.n)
            script = rest;
    }
}

/* The bytes of the string literal that s begins with, its quotes included; s.n where it
 * has no end. */
static size_t literal_length(struct kb_str s) {
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return s.n;
}

/* Adds to stream what a script pushes to it: self.__next_f.push([1,"…"]). */
static void collect_stream(struct finder *f, struct kb_str script, struct kb_buf *stream,
                           size_t *pushes) {
    static const struct kb_str push = {".push([1,", 9};
    for (; *pushes < MAX_PUSHES && f->bytes < MAX_BYTES; ++*pushes) {
        size_t at = kb_str_find(script, push);
        if (at == KB_NOT_FOUND)
            return;
        struct kb_str rest;
        script = kb_str_trim(kb_str_slice(script, at + push.n, script.n));
        if (!script.n || script.p[0] != '"')
            continue;
        struct kb_str literal = kb_str_slice(script, 0, literal_length(script));
        yyjson_doc *doc = kb_page_json_read(literal, f->arena, &rest);
        kb_buf_str(stream, kb_json_view(doc ? yyjson_doc_get_root(doc) : NULL));
        yyjson_doc_free(doc);
        f->bytes += literal.n;
        script = kb_str_slice(script, literal.n, script.n);
    }
}

static void read_stream(struct finder *f, struct kb_str stream) {
    struct kb_buf json;
    struct kb_str rest;
    kb_buf_init(&json, KB_LIMIT_JSON_BYTES);
    f->row_count = kb_state_stream_rows(stream, f->arena, &json, &f->row_names);
    yyjson_doc *doc =
        f->row_count ? kb_page_json_read(kb_buf_view(&json), f->arena, &rest) : NULL;
    yyjson_val *rows = doc ? yyjson_doc_get_root(doc) : NULL, *row;
    size_t i, max;
    if (rows && kb_state_names_init(&f->tree, f->arena, f->row_count)) {
        yyjson_arr_foreach(rows, i, max, row) {
            if (i < f->row_count)
                kb_state_names_add(&f->tree, f->row_names[i], row);
        }
        f->tree.elements = true;
        search(f, rows, false);
    }
    yyjson_doc_free(doc);
    kb_buf_free(&json);
}

struct kb_str kb_page_state_body(const struct kb_page_nodes *nodes, struct kb_str title,
                                 struct kb_arena *arena) {
    struct finder f = {.arena = arena};
    struct kb_buf stream;
    size_t pushes = 0;
    kb_buf_init(&stream, MAX_STREAM);
    f.title_key = kb_page_key(arena, kb_str_cut(title, 500), false);
    if (f.title_key.n < 12)
        f.title_key = KB_STR_NONE;
    for (size_t i = 0; i < nodes->script_count; i++) {
        lxb_dom_node_t *script = nodes->scripts[i];
        struct kb_str type = kb_dom_attr_id(script, LXB_DOM_ATTR_TYPE);
        if (!script->first_child || script->first_child->type != LXB_DOM_NODE_TYPE_TEXT ||
            kb_str_find_nocase(type, KB_STR("ld+json")) != KB_NOT_FOUND)
            continue;
        struct kb_str text = kb_str_trim(kb_dom_text(script->first_child)), rest;
        if (kb_str_find(kb_str_slice(text, 0, 64), KB_STR("__next_f")) != KB_NOT_FOUND) {
            collect_stream(&f, text, &stream, &pushes);
            continue;
        }
        if (text.n < MIN_VALUE)
            continue;
        f.refs = kb_str_find(text, KB_STR("ROOT_QUERY")) != KB_NOT_FOUND;
        if (kb_str_find_nocase(type, KB_STR("json")) != KB_NOT_FOUND ||
            text.p[0] == '{' || text.p[0] == '[')
            (void)read_value(&f, text, &rest, true);
        else
            read_assignments(&f, text);
    }
    if (stream.n >= MIN_VALUE)
        read_stream(&f, kb_buf_view(&stream));
    kb_buf_free(&stream);
    return f.best;
}
