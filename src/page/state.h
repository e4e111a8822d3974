/* What state.c and state_prose.c share: internal to page. */
#ifndef KB_PAGE_STATE_H
#define KB_PAGE_STATE_H

#include "page/meta.h"

/* A JSON value's surroundings: in a flat one, integers stand for values by index. */
struct kb_json_tree {
    yyjson_val **flat; /* NULL for ordinary JSON */
    size_t flat_count;
    size_t budget; /* values that may still be looked at by measuring */
};

static inline yyjson_val *kb_json_follow(const struct kb_json_tree *tree,
                                         yyjson_val *value) {
    if (tree->flat && yyjson_is_uint(value)) {
        uint64_t at = yyjson_get_uint(value);
        return at < tree->flat_count ? tree->flat[at] : NULL;
    }
    return value;
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
