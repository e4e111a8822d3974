/* Which parts of the DOM become the body: the choice over blocks, told to the tree's
 * builder node by node; and the pictures that came along.
 *
 * A picture belongs to the body where the smallest container that says something besides
 * its caption has kept text: so the pictures of teasers between paragraphs stay out. */
#include "page/read_html.h"

enum { CAPTION_WORDS = 60, CAPTION_BLOCKS = 2, MOST_CLIMBS = 64 };

bool kb_keeper_init(struct kb_keeper *keeper, const struct kb_blocks *blocks,
                    const struct kb_choice_made *made, struct kb_arena *arena) {
    uint32_t *before = kb_arena_alloc(arena, (blocks->count + 1) * sizeof *before);
    if (!before)
        return false;
    before[0] = 0;
    for (size_t i = 0; i < blocks->count; i++)
        before[i + 1] = before[i] + blocks->items[i].keep;
    *keeper = (struct kb_keeper){blocks, made, before, NULL};
    return true;
}

static uint32_t kept_in(const struct kb_keeper *k, const struct kb_box *box) {
    return k->kept_before[box->end] - k->kept_before[box->first];
}

/* The box that an element is, or the nearest one around it; NULL outside the body. */
static const struct kb_box *box_around(const struct kb_keeper *k,
                                       const lxb_dom_node_t *n) {
    for (int i = 0; n && i < MOST_CLIMBS; n = n->parent, i++)
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->user)
            return &k->blocks->boxes[(uintptr_t)n->user - 1];
    return NULL;
}

/* Text that may be no more than a picture's caption. */
static bool like_caption(const struct kb_keeper *k, const struct kb_box *box) {
    if (box->group == KB_TAG_FIGURE || box->group == KB_TAG_CAPTION)
        return true;
    return box->end - box->first <= CAPTION_BLOCKS && box->words <= CAPTION_WORDS &&
           box->link_words == 0 && !kept_in(k, box);
}

static bool picture_belongs(const struct kb_keeper *k, const lxb_dom_node_t *picture) {
    const struct kb_box *box = box_around(k, picture);
    if (!box)
        return false;
    uint32_t at = box->first;
    for (int i = 0; i < MOST_CLIMBS; i++) {
        if (box->first != box->end && !like_caption(k, box))
            break;
        if (box == k->blocks->boxes)
            break;
        box = &k->blocks->boxes[box->parent];
    }
    return kept_in(k, box) && at + 1 >= k->made->first && at <= k->made->end;
}

static bool in_kept_figure(const struct kb_keeper *k, const lxb_dom_node_t *n) {
    for (int i = 0; k->figure && n && i < MOST_CLIMBS; n = n->parent, i++)
        if (n == k->figure)
            return true;
    return false;
}

/* True where the block is a picture's caption by its elements. */
static bool is_caption(const struct kb_keeper *k, const struct kb_block *b) {
    const struct kb_box *box = &k->blocks->boxes[b->box];
    for (int i = 0; i < 3; i++) {
        if (box->group == KB_TAG_CAPTION)
            return true;
        box = &k->blocks->boxes[box->parent];
    }
    return false;
}

enum kb_choice kb_keeper_text(void *context, const lxb_dom_node_t *text) {
    const struct kb_keeper *k = context;
    if (!text->user)
        return KB_CHOICE_KEEP; /* white space between words */
    const struct kb_block *b = &k->blocks->items[(uintptr_t)text->user - 1];
    if (b->keep || (k->figure && is_caption(k, b) && in_kept_figure(k, text)))
        return KB_CHOICE_KEEP;
    return KB_CHOICE_DROP;
}

/* A heading's or a term's link to itself, as documentation has them: "¶", "#". */
static bool is_permalink(const lxb_dom_node_t *a) {
    static const char *const signs[] = {"¶", "#", "§", "🔗"};
    const lxb_dom_node_t *text = a->first_child;
    if (!text || text->next || text->type != LXB_DOM_NODE_TYPE_TEXT)
        return false;
    struct kb_str s = kb_str_trim(kb_dom_text(text));
    for (size_t i = 0; i < KB_COUNT(signs); i++)
        if (kb_str_equal(s, kb_str_z(signs[i])))
            return true;
    return false;
}

enum kb_choice kb_keeper_element(void *context, const lxb_dom_node_t *element) {
    struct kb_keeper *k = context;
    switch (element->local_name) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_SVG:
    case LXB_TAG_IFRAME:
    case LXB_TAG_OBJECT:
    case LXB_TAG_SELECT:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_INPUT:
    case LXB_TAG_CANVAS:
    case LXB_TAG_MATH:
    case LXB_TAG_MAP: return KB_CHOICE_DROP;
    case LXB_TAG_IMG:
    case LXB_TAG_PICTURE:
    case LXB_TAG_VIDEO:
        return picture_belongs(k, element) ? KB_CHOICE_KEEP : KB_CHOICE_DROP;
    case LXB_TAG_A:
        if (is_permalink(element))
            return KB_CHOICE_DROP;
        break;
    case LXB_TAG_FIGURE:
        if (!picture_belongs(k, element))
            break;
        k->figure = element;
        return KB_CHOICE_KEEP;
    case LXB_TAG_NOSCRIPT:
        if (!element->user) /* not cut: only a picture for those without scripts */
            return picture_belongs(k, element) ? KB_CHOICE_KEEP : KB_CHOICE_DROP;
        break;
    default: break;
    }
    if (!element->user)
        return KB_CHOICE_KEEP;
    const struct kb_box *box = &k->blocks->boxes[(uintptr_t)element->user - 1];
    if (kept_in(k, box) || in_kept_figure(k, element))
        return KB_CHOICE_KEEP;
    if (!box->pictures || (box->first != box->end && !like_caption(k, box)))
        return KB_CHOICE_DROP; /* no picture in it can belong to the body */
    bool outside = box->end + 2 <= k->made->first || box->first >= k->made->end;
    return outside ? KB_CHOICE_DROP : KB_CHOICE_KEEP;
}

static bool add_image(struct kb_arena *arena, struct kb_page_result *result, size_t *cap,
                      struct kb_page_image image) {
    void *items = result->images;
    for (size_t i = 0; i < result->image_count && i < 64; i++)
        if (kb_str_equal(result->images[i].url, image.url))
            return true;
    if (result->image_count >= KB_LIMIT_LIST_ITEMS)
        return true;
    if (!kb_arena_grow(arena, &items, result->image_count, cap, sizeof *result->images,
                       KB_LIMIT_LIST_ITEMS))
        return false;
    result->images = items;
    result->images[result->image_count++] = image;
    return true;
}

static struct kb_str caption_text(struct kb_arena *arena, const struct kb_node *figure) {
    const struct kb_node *n = figure->first;
    while (n && n->kind != KB_NODE_CAPTION)
        n = n->next;
    if (!n)
        return KB_STR_NONE;
    struct kb_buf buf;
    kb_buf_init(&buf, KB_LIMIT_META_BYTES);
    kb_node_text(n, &buf);
    struct kb_str text = kb_arena_dup(arena, kb_str_trim(kb_buf_view(&buf)));
    kb_buf_free(&buf);
    return text;
}

bool kb_page_list_images(struct kb_arena *arena, struct kb_page_result *result) {
    size_t cap = 0;
    struct kb_node *n = result->body;
    if (result->meta.image.n &&
        !add_image(arena, result, &cap,
                   (struct kb_page_image){.url = result->meta.image}))
        return false;
    uint64_t key = result->image_count ? kb_page_picture_key(result->images[0].url) : 0;
    while (n) {
        if (n->kind == KB_NODE_IMAGE) {
            struct kb_page_image image = {.url = n->url};
            if (n->parent && n->parent->kind == KB_NODE_FIGURE)
                image.caption = caption_text(arena, n->parent);
            bool lead = key && key == kb_page_picture_key(n->url);
            if (lead && !result->images[0].caption.n)
                result->images[0].caption = image.caption;
            if (!lead && !add_image(arena, result, &cap, image))
                return false;
        }
        if (n->first) {
            n = n->first;
            continue;
        }
        while (n && n != result->body && !n->next)
            n = n->parent;
        n = !n || n == result->body ? NULL : n->next;
    }
    return true;
}
