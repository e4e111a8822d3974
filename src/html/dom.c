/* Small questions to the DOM.
 *
 * Enters: an element and an attribute's name; leaves: the value where it stands in the
 * DOM, no copy.  Elements have few attributes (the parser sees to it), so a walk over
 * the list is quicker than a table. */
#include "html/html.h"

static struct kb_str value_of(lxb_dom_attr_t *attr) {
    size_t n = 0;
    const lxb_char_t *p = attr ? lxb_dom_attr_value(attr, &n) : NULL;
    return (struct kb_str){(const char *)p, p ? n : 0};
}

struct kb_str kb_dom_attr_id(lxb_dom_node_t *node, uintptr_t id) {
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return KB_STR_NONE;
    return value_of(lxb_dom_element_attr_by_id(lxb_dom_interface_element(node), id));
}

struct kb_str kb_dom_attr(lxb_dom_node_t *node, const char *name) {
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return KB_STR_NONE;
    return value_of(lxb_dom_element_attr_by_name(lxb_dom_interface_element(node),
                                                 (const lxb_char_t *)name, strlen(name)));
}
