/* What a page is made of: a tree of values in the request's arena, which a template
 * (template.h) fills its holes from.
 *
 * Memory that ends is told by the arena's full flag, which the server asks before it
 * sends an answer, so nothing here has to be checked.  Texts and keys are not copied:
 * they live as long as the arena. */
#ifndef KB_SERVE_VIEW_H
#define KB_SERVE_VIEW_H

#include <yyjson.h>

#include "base/base.h"

struct kb_view {
    yyjson_mut_doc *doc;
    yyjson_mut_val *root;
    struct kb_arena *arena;
};

/* An empty object as root; false without memory. */
bool kb_view_init(struct kb_view *view, struct kb_arena *arena) KB_MUST_USE;

/* Each sets a member of an object (NULL: of the root).  Empty texts, 0 and false are
 * there too: a template that asks an item for what it does not have is told what stands
 * around it. */
void kb_view_str(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 struct kb_str value);
void kb_view_int(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 int64_t value);
void kb_view_bool(struct kb_view *view, yyjson_mut_val *object, const char *key,
                  bool value);
/* What {{html …}} and {{jsonld …}} print as it is: HTML that the sanitiser or our own
 * writers made, JSON that our writer made.  Nothing else. */
void kb_view_raw(struct kb_view *view, yyjson_mut_val *object, const char *key,
                 struct kb_str value);
/* A new object or list as a member; a new object, or text, at a list's end. */
yyjson_mut_val *kb_view_object(struct kb_view *view, yyjson_mut_val *object,
                               const char *key);
yyjson_mut_val *kb_view_list(struct kb_view *view, yyjson_mut_val *object,
                             const char *key);
yyjson_mut_val *kb_view_item(struct kb_view *view, yyjson_mut_val *list);
void kb_view_text(struct kb_view *view, yyjson_mut_val *list, struct kb_str value);

#endif
