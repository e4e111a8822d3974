/* A page's values: yyjson's tree, in the arena of the request. */
#include "serve/view.h"

/* ---- yyjson's memory --------------------------------------------------------------- */

static void *take(void *context, size_t n) {
    return kb_arena_alloc(context, n);
}
static void *retake(void *context, void *p, size_t was, size_t n) {
    void *more = kb_arena_alloc(context, n);
    if (more && p)
        memcpy(more, p, was < n ? was : n);
    return more;
}
static void leave(void *context, void *p) {
    (void)context, (void)p; /* the arena is freed at once */
}

bool kb_view_init(struct kb_view *view, struct kb_arena *arena) {
    const yyjson_alc memory = {take, retake, leave, arena};
    *view = (struct kb_view){.arena = arena};
    view->doc = yyjson_mut_doc_new(&memory);
    view->root = yyjson_mut_obj(view->doc);
    yyjson_mut_doc_set_root(view->doc, view->root);
    return view->root != NULL;
}

/* ---- members ----------------------------------------------------------------------- */

static void set(struct kb_view *view, yyjson_mut_val *object, const char *key,
                yyjson_mut_val *value) {
    (void)yyjson_mut_obj_add(object ? object : view->root, yyjson_mut_str(view->doc, key),
                             value);
}

void kb_view_str(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 struct kb_str value) {
    set(view, object, key, yyjson_mut_strn(view->doc, value.n ? value.p : "", value.n));
}
void kb_view_int(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 int64_t value) {
    set(view, object, key, yyjson_mut_sint(view->doc, value));
}
void kb_view_bool(struct kb_view *view, yyjson_mut_val *object, const char *key,
                  bool value) {
    set(view, object, key, yyjson_mut_bool(view->doc, value));
}
void kb_view_raw(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 struct kb_str value) {
    if (value.n)
        set(view, object, key, yyjson_mut_rawn(view->doc, value.p, value.n));
}

yyjson_mut_val *kb_view_object(struct kb_view *view, yyjson_mut_val *object,
                               const char *key) {
    yyjson_mut_val *value = yyjson_mut_obj(view->doc);
    set(view, object, key, value);
    return value;
}
yyjson_mut_val *kb_view_list(struct kb_view *view, yyjson_mut_val *object,
                             const char *key) {
    yyjson_mut_val *value = yyjson_mut_arr(view->doc);
    set(view, object, key, value);
    return value;
}
yyjson_mut_val *kb_view_item(struct kb_view *view, yyjson_mut_val *list) {
    return yyjson_mut_arr_add_obj(view->doc, list);
}
void kb_view_text(struct kb_view *view, yyjson_mut_val *list, struct kb_str value) {
    (void)yyjson_mut_arr_add_strn(view->doc, list, value.n ? value.p : "", value.n);
}
