/* Values told by name: references and Next.js' streams enter, the values they stand for
 * leave.
 *
 * Apollo's cache keeps every object under its own key in one large object, and writes
 * {"__ref": "Paragraph:3"} where it belongs ({"type": "id", "id": …} in older versions).
 * Next.js streams rows: a number in hexadecimal, a colon, then JSON up to the line's end,
 * or T, a length in bytes, a comma and that much text (React Server Components,
 * react-server-dom's own format, which has no specification); "$1f" in a string stands
 * for row 1f, "$1f:props:children" for a part of it, "$L1f" for one that comes later, and
 * a text that begins with "$" has it twice.  Rows of other sorts (modules, hints) hold no
 * text. */
#include "page/state.h"

enum {
    MAX_ROWS = 1 << 16,
    MAX_STEPS = 12, /* of a path, and references to references */
    MAX_PROBES = 64 /* names past that many with hashes alike are left out */
};

/* ---- the table --------------------------------------------------------------------- */

bool kb_state_names_init(struct kb_json_tree *tree, struct kb_arena *arena,
                         size_t count) {
    size_t size = 16;
    while (size < 2 * count)
        size *= 2;
    tree->named = kb_arena_zalloc(arena, size, sizeof *tree->named);
    tree->named_mask = size - 1;
    return tree->named != NULL;
}

/* Where name stands or would stand, or NULL. */
static struct kb_json_named *slot_of(const struct kb_json_tree *tree,
                                     struct kb_str name) {
    size_t i = (size_t)kb_hash(name.p, name.n, 0);
    for (int probes = 0; probes < MAX_PROBES; probes++, i++) {
        struct kb_json_named *slot = &tree->named[i & tree->named_mask];
        if (!slot->name.p || kb_str_equal(slot->name, name))
            return slot;
    }
    return NULL;
}

void kb_state_names_add(struct kb_json_tree *tree, struct kb_str name,
                        yyjson_val *value) {
    struct kb_json_named *slot = name.n ? slot_of(tree, name) : NULL;
    if (slot)
        *slot = (struct kb_json_named){name, value, false};
}

struct kb_json_named *kb_state_names_find(const struct kb_json_tree *tree,
                                          struct kb_str name) {
    if (!tree->named || !name.n)
        return NULL;
    struct kb_json_named *slot = slot_of(tree, name);
    return slot && slot->name.p ? slot : NULL;
}

/* ---- references -------------------------------------------------------------------- */

/* As its writer writes them: lower case. */
static bool is_hex(char c) {
    return kb_is_digit(c) || (c >= 'a' && c <= 'f');
}

struct kb_str kb_state_stream_name(struct kb_str s) {
    if (s.n < 2 || s.n > 200 || s.p[0] != '$')
        return KB_STR_NONE;
    s = kb_str_slice(s, s.p[1] == 'L' || s.p[1] == '@' ? 2 : 1, s.n);
    size_t n = 0;
    while (n < s.n && is_hex(s.p[n]))
        n++;
    return n && (n == s.n || s.p[n] == ':') ? kb_str_slice(s, 0, n) : KB_STR_NONE;
}

/* The member of value that one step of a path names. */
static yyjson_val *step_into(yyjson_val *value, struct kb_str step) {
    if (yyjson_is_obj(value))
        return yyjson_obj_getn(value, step.p, step.n);
    if (kb_str_equal(step, KB_STR("props")))
        return yyjson_arr_get(value, 3);
    size_t at = 0;
    for (size_t i = 0; i < step.n; i++) {
        if (!kb_is_digit(step.p[i]) || i > 5)
            return NULL;
        at = at * 10 + (size_t)(step.p[i] - '0');
    }
    return step.n ? yyjson_arr_get(value, at) : NULL;
}

static yyjson_val *follow_stream(const struct kb_json_tree *tree, yyjson_val *value) {
    for (int hops = 0; hops < MAX_STEPS && yyjson_is_str(value); hops++) {
        struct kb_str s = kb_json_view(value), name = kb_state_stream_name(s);
        const struct kb_json_named *row = kb_state_names_find(tree, name);
        if (!row)
            return value;
        struct kb_str path = kb_str_slice(s, (size_t)(name.p - s.p) + name.n, s.n);
        value = row->value;
        for (int steps = 0; value && path.n && steps < MAX_STEPS; steps++) {
            path = kb_str_slice(path, 1, path.n);
            size_t end = kb_str_find_byte(path, ':');
            end = end == KB_NOT_FOUND ? path.n : end;
            value = step_into(value, kb_str_slice(path, 0, end));
            path = kb_str_slice(path, end, path.n);
        }
    }
    return value;
}

yyjson_val *kb_state_follow(const struct kb_json_tree *tree, yyjson_val *value) {
    if (tree->elements)
        return follow_stream(tree, value);
    size_t members = yyjson_is_obj(value) ? yyjson_obj_size(value) : 0;
    if (!members || members > 4)
        return value;
    struct kb_str name = kb_json_view(yyjson_obj_get(value, "__ref"));
    if (!name.n &&
        kb_str_equal(kb_json_view(yyjson_obj_get(value, "type")), KB_STR("id")))
        name = kb_json_view(yyjson_obj_get(value, "id"));
    const struct kb_json_named *slot = kb_state_names_find(tree, name);
    return slot ? slot->value : value;
}

bool kb_state_is_element(const struct kb_json_tree *tree, yyjson_val *value) {
    return tree->elements && yyjson_arr_size(value) >= 4 &&
           kb_str_equal(kb_json_view(yyjson_arr_get_first(value)), KB_STR("$")) &&
           yyjson_is_str(yyjson_arr_get(value, 1));
}

/* ---- rows -------------------------------------------------------------------------- */

/* The length in front of a text row's text, "T3e8,"; bytes of that head in *head. */
static size_t text_length(struct kb_str row, size_t *head) {
    size_t n = 0, i = 1;
    for (; i < row.n && i < 9 && is_hex(row.p[i]); i++)
        n = n * 16 + (size_t)kb_hex_digit(row.p[i]);
    *head = i + 1;
    return i > 1 && i < row.n && row.p[i] == ',' ? n : 0;
}

size_t kb_state_stream_rows(struct kb_str stream, struct kb_arena *arena,
                            struct kb_buf *json, struct kb_str **names) {
    size_t count = 0, cap = 0;
    struct kb_json out;
    *names = NULL;
    kb_json_init(&out, json, 0);
    kb_buf_char(json, '[');
    while (stream.n) {
        size_t id = 0, head = 0, length = 0;
        while (id < stream.n && id < 9 && is_hex(stream.p[id]))
            id++;
        struct kb_str row = KB_STR_NONE, name = kb_str_slice(stream, 0, id);
        if (id && id < stream.n && stream.p[id] == ':')
            row = kb_str_slice(stream, id + 1, stream.n);
        bool is_text = row.n && row.p[0] == 'T' && (length = text_length(row, &head));
        if (is_text) {
            row = kb_str_slice(row, head, head + length);
            stream = kb_str_slice(stream, id + 1 + head + row.n, stream.n);
        } else {
            size_t end = kb_str_find_byte(stream, '\n');
            end = end == KB_NOT_FOUND ? stream.n : end;
            row = kb_str_trim(kb_str_slice(row, 0, end > id ? end - id - 1 : 0));
            stream = kb_str_slice(stream, end + 1, stream.n);
            if (row.n < 2 || !memchr("[{\"", row.p[0], 3) ||
                !memchr("]}\"", row.p[row.n - 1], 3))
                continue;
        }
        void *items = *names;
        if (!kb_arena_grow(arena, &items, count, &cap, sizeof **names, MAX_ROWS))
            break;
        *names = items;
        (*names)[count] = name;
        if (count++)
            kb_buf_char(json, ',');
        out.first = true;
        if (is_text)
            kb_json_str(&out, row);
        else
            kb_buf_str(json, row);
    }
    kb_buf_char(json, ']');
    return json->status == KB_OK ? count : 0;
}
