/* Which elements later stages look at: they enter lists while the text is cut.
 *
 * In: elements, in document order.  Out: struct kb_page_nodes, in the arena.  The walk is
 * the cut's own, because a walk touches every node's cache line and so costs as much as
 * the questions themselves. */
#include "page/cut.h"

static bool push(struct kb_arena *arena, lxb_dom_node_t ***list, size_t *count,
                 size_t *cap, lxb_dom_node_t *node) {
    void *items = *list;
    if (*count >= KB_LIMIT_LIST_ITEMS)
        return true; /* more of them than any page needs: the rest is not looked at */
    if (!kb_arena_grow(arena, &items, *count, cap, sizeof **list, KB_LIMIT_LIST_ITEMS))
        return false;
    *list = items;
    (*list)[(*count)++] = node;
    return true;
}

/* Scripts that hold data: typed as JSON, or untyped ones that begin like a state
 * object. */
static bool holds_data(lxb_dom_node_t *script) {
    struct kb_str type = kb_dom_attr_id(script, LXB_DOM_ATTR_TYPE);
    if (kb_str_find_nocase(type, KB_STR("json")) != KB_NOT_FOUND)
        return true;
    if (type.n && kb_str_find_nocase(type, KB_STR("javascript")) == KB_NOT_FOUND &&
        kb_str_find_nocase(type, KB_STR("module")) == KB_NOT_FOUND)
        return false;
    if (!script->first_child || script->first_child->type != LXB_DOM_NODE_TYPE_TEXT)
        return false;
    struct kb_str head = kb_str_slice(kb_dom_text(script->first_child), 0, 256);
    static const char *const signs[] = {"__N",         "__next_f", "__APOLLO",
                                        "_STATE__",    "Fusion.",  "__DATA",
                                        "__PRELOADED", "___gatsby"};
    for (size_t i = 0; i < KB_COUNT(signs); i++)
        if (kb_str_find(head, kb_str_z(signs[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

/* Elements of authors' own that show a time by a script: "relative-time", "time-ago". */
static bool is_own_time(lxb_dom_node_t *node) {
    size_t n;
    const char *p =
        (const char *)lxb_dom_element_local_name(lxb_dom_interface_element(node), &n);
    struct kb_str name = {p, p ? n : 0};
    return kb_str_find_byte(name, '-') != KB_NOT_FOUND &&
           kb_str_find(name, KB_STR("time")) != KB_NOT_FOUND;
}

bool kb_page_leads_to_author(struct kb_str href) {
    static const char *const words[] = {
        "/author/",  "/authors/", "/autor/",       "/autores/",      "/auteur/",
        "/auteurs/", "/autore/",  "/contributor/", "/contributors/", "/columnist/"};
    if (kb_str_find(href, KB_STR("/aut")) == KB_NOT_FOUND &&
        kb_str_find(href, KB_STR("/co")) == KB_NOT_FOUND)
        return false;
    for (size_t i = 0; i < KB_COUNT(words); i++) {
        struct kb_str word = kb_str_z(words[i]);
        size_t at = kb_str_find(href, word);
        if (at != KB_NOT_FOUND && at + word.n + 1 < href.n)
            return true;
    }
    return false;
}

/* A word of a class attribute: "author-role", "AuthorRole". */
static bool has_class_word(struct kb_str class, const char *word) {
    size_t n = strlen(word), at;
    for (; (at = kb_str_find_nocase(class, kb_str_z(word))) != KB_NOT_FOUND;
         class = kb_str_slice(class, at + n, class.n)) {
        char before = at ? class.p[at - 1] : ' ';
        char behind = at + n < class.n ? class.p[at + n] : ' ';
        bool capital = class.p[at] >= 'A' && class.p[at] <= 'Z';
        if ((!kb_is_alpha(before) || capital) && !(behind >= 'a' && behind <= 'z'))
            return true;
    }
    return false;
}

bool kb_page_tells_job(lxb_dom_node_t *element) {
    static const char *const jobs[] = {"role",     "job", "designation", "occupation",
                                       "jobtitle", "rol", "cargo"};
    static const char *const with_author[] = {"title", "description", "desc"};
    if (!element || element->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return false;
    struct kb_str class = kb_dom_attr_id(element, LXB_DOM_ATTR_CLASS);
    for (size_t i = 0; class.n && i < KB_COUNT(jobs); i++)
        if (has_class_word(class, jobs[i]))
            return true;
    if (!class.n || !has_class_word(class, "author") || has_class_word(class, "name"))
        return false;
    for (size_t i = 0; i < KB_COUNT(with_author); i++)
        if (has_class_word(class, with_author[i]))
            return true;
    return false;
}

bool kb_page_note_mark(struct kb_arena *arena, struct kb_page_nodes *nodes,
                       lxb_dom_node_t *node) {
    return push(arena, &nodes->marks, &nodes->mark_count, &nodes->mark_cap, node);
}

bool kb_page_note(struct kb_arena *arena, struct kb_page_nodes *nodes,
                  lxb_dom_node_t *node) {
    switch (node->local_name) {
    case LXB_TAG_META:
    case LXB_TAG_LINK:
    case LXB_TAG_BASE:
        return push(arena, &nodes->metas, &nodes->meta_count, &nodes->meta_cap, node);
    case LXB_TAG_SCRIPT:
        return !holds_data(node) || push(arena, &nodes->scripts, &nodes->script_count,
                                         &nodes->script_cap, node);
    case LXB_TAG_H1:
        return push(arena, &nodes->headings, &nodes->heading_count, &nodes->heading_cap,
                    node);
    case LXB_TAG_TIME:
        return push(arena, &nodes->times, &nodes->time_count, &nodes->time_cap, node);
    case LXB_TAG_TITLE:
        if (!nodes->title && node->ns == LXB_NS_HTML)
            nodes->title = node;
        return true;
    default:
        return node->local_name < LXB_TAG__LAST_ENTRY || !is_own_time(node) ||
               push(arena, &nodes->times, &nodes->time_count, &nodes->time_cap, node);
    }
}
