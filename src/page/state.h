/* What state.c and state_prose.c share: internal to page. */
#ifndef KB_PAGE_STATE_H
#define KB_PAGE_STATE_H

#include "page/meta.h"

/* Values that are told by a name elsewhere in the document: a hash table. */
struct kb_json_named {
    struct kb_str name; /* p NULL: free */
    yyjson_val *value;
    bool seen; /* was walked */
};

/* A JSON value's surroundings: in a flat one, integers stand for values by index; others
 * hold values by name, which {"__ref": "Block:3"} or, in a stream of React's elements,
 * "$1f" stand for. */
struct kb_json_tree {
    yyjson_val **flat; /* NULL for ordinary JSON */
    size_t flat_count;
    struct kb_json_named *named; /* NULL where nothing is told by name */
    size_t named_mask;
    bool elements; /* a stream of React's elements: ["$", "p", key, {"children": …}] */
    size_t budget; /* values that may still be looked at by measuring */
};

/* ---- values by name (state_names.c) ------------------------------------------------ */

/* Makes room for count names; false where there is no memory. */
bool kb_state_names_init(struct kb_json_tree *tree, struct kb_arena *arena, size_t count);
void kb_state_names_add(struct kb_json_tree *tree, struct kb_str name, yyjson_val *value);
struct kb_json_named *kb_state_names_find(const struct kb_json_tree *tree,
                                          struct kb_str name);

/* The name that a string "$1f" or "$L1f" of a stream is a reference to, else empty. */
struct kb_str kb_state_stream_name(struct kb_str s);

/* What value stands for: the value itself where it is no reference. */
yyjson_val *kb_state_follow(const struct kb_json_tree *tree, yyjson_val *value);

/* Whether value is an element of a stream. */
bool kb_state_is_element(const struct kb_json_tree *tree, yyjson_val *value);

/* Next.js' stream (React Server Components): rows "1f:[…]\n" of JSON and "20:T3e8,…" of
 * text enter, one JSON array of them leaves in *json, and their names, in its order, in
 * *names (in the arena, count of them returned). */
size_t kb_state_stream_rows(struct kb_str stream, struct kb_arena *arena,
                            struct kb_buf *json, struct kb_str **names);

static inline yyjson_val *kb_json_follow(const struct kb_json_tree *tree,
                                         yyjson_val *value) {
    if (tree->flat && yyjson_is_uint(value)) {
        uint64_t at = yyjson_get_uint(value);
        return at < tree->flat_count ? tree->flat[at] : NULL;
    }
    return tree->named && value ? kb_state_follow(tree, value) : value;
}

static inline yyjson_val *kb_json_get(const struct kb_json_tree *tree, yyjson_val *object,
                                      const char *name) {
    return kb_json_follow(tree, yyjson_obj_get(object, name));
}

/* Bytes of text in s where it reads like prose: sentences, 400 bytes at least, not code;
 * else 0.  Tags are not counted. */
size_t kb_state_prose(struct kb_str s);

/* Bytes of text in a list of blocks (paragraph objects, strings), 0 where it is none. */
size_t kb_state_measure(struct kb_json_tree *tree, yyjson_val *array);

/* A string as it stands, or a list of blocks as HTML; in the arena. */
struct kb_str kb_state_print(struct kb_json_tree *tree, struct kb_arena *arena,
                             yyjson_val *value);

#endif
