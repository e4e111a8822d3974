/* Who opened a thread: blocks enter, the name of the first post's author leaves.
 *
 * Programs for forums, question sites and link lists print names of their members, and
 * mark them each in its own way; two habits are common to nearly all of them.  The
 * element of a post has its author in an attribute (data-author, or author on an element
 * of its own kind), and the author's name leads to the member's profile, by an address
 * that programs write and people do not: member.php, /user/, action=profile.  So neither
 * classes nor words of a language are asked.  Members go by any name: what is found is
 * taken as it is. */
#include "page/line.h"
#include "page/meta.h"
#include "page/people.h"
#include "page/read_html.h"

enum {
    MAX_UP = 40,      /* elements around a post */
    MAX_STEPS = 3000, /* nodes between the headline and the first post */
    NAME_COLUMNS = 40,
    NAME_WORDS = 4,
    FROM_TITLE = 60, /* blocks: a headline farther off is of something else */
    INTO_TEXT = 3    /* blocks of the post that may hold its author */
};

/* A name that a member could have; what stands on buttons is not asked for here. */
static struct kb_str as_name(struct kb_str s) {
    s = kb_page_trim(s);
    bool good = s.n > 1 && kb_page_columns(s) <= NAME_COLUMNS &&
                kb_page_words(s) <= NAME_WORDS && s.p[0] != '[' && !kb_page_is_url(s) &&
                !kb_page_has_sentences(s);
    return good ? s : KB_STR_NONE;
}

/* The author that an element of a post names in an attribute. */
static struct kb_str named_by(lxb_dom_node_t *node) {
    struct kb_str name = kb_dom_attr(node, "data-author");
    if (!name.n && node->local_name >= LXB_TAG__LAST_ENTRY)
        name = kb_dom_attr(node, "author");
    return as_name(name);
}

/* The nearest element around a block that names the author of a post. */
static struct kb_str around(const struct kb_blocks *blocks, uint32_t block) {
    lxb_dom_node_t *n = blocks->items[block].node;
    for (int up = 0; n && up < MAX_UP; n = n->parent, up++) {
        struct kb_str name = KB_STR_NONE;
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT)
            name = named_by(n);
        if (name.n)
            return name;
    }
    return KB_STR_NONE;
}

/* An address of a member's profile, as programs write them. */
static bool leads_to_member(struct kb_str href, struct kb_str host) {
    static const char *const words[] = {
        "/members/",    "member.php?", "/user/",       "/users/", "/u/", "/profile/",
        "profile.php?", "=profile;",   "=viewprofile", "/user-",  "/~",  "/@"};
    static const char *const others[] = {"login",  "signin",   "sign_in",  "sign-in",
                                         "signup", "register", "password", "lostpw"};
    struct kb_str other = kb_url_host(href);
    if (other.n && !kb_str_ends(other, host) && !kb_str_ends(host, other))
        return false; /* the house's own page at a network */
    for (size_t i = 0; i < KB_COUNT(others); i++)
        if (kb_str_find_nocase(href, kb_str_z(others[i])) != KB_NOT_FOUND)
            return false;
    for (size_t i = 0; i < KB_COUNT(words); i++) {
        struct kb_str word = kb_str_z(words[i]);
        size_t at = kb_str_find_nocase(href, word);
        if (at != KB_NOT_FOUND && at + word.n < href.n)
            return true;
    }
    return false;
}

/* The first link to a member between two blocks; no link that leads to one says more than
 * his name. */
static struct kb_str linked(const struct kb_facts *facts, uint32_t from, uint32_t to,
                            struct kb_str host, struct kb_arena *arena) {
    const struct kb_blocks *blocks = facts->blocks;
    const lxb_dom_node_t *last = blocks->items[to].node;
    lxb_dom_node_t *root = blocks->boxes[0].node;
    int steps = 0;
    for (lxb_dom_node_t *n = blocks->items[from].node; n && steps < MAX_STEPS;
         n = kb_dom_next(n, root, false), steps++) {
        if (n->local_name == LXB_TAG_A && n->type == LXB_DOM_NODE_TYPE_ELEMENT &&
            leads_to_member(kb_dom_attr_id(n, LXB_DOM_ATTR_HREF), host)) {
            struct kb_str name = as_name(kb_page_element_text(arena, n));
            if (name.n)
                return name;
        }
        if (n == last)
            break;
    }
    return KB_STR_NONE;
}

/* An address as threads have it. */
static bool is_of_thread(struct kb_str url) {
    static const char *const words[] = {"thread", "topic",       "forum", "/comments/",
                                        "/bbs",   "/questions/", "/t/",   "/discussion"};
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_find_nocase(url, kb_str_z(words[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

/* A box around the block is called a thread's, a message's or the like. */
static bool is_in_thread(const struct kb_blocks *blocks, uint32_t block) {
    uint32_t i = blocks->items[block].box;
    while (i && !(blocks->boxes[i].classes >> KB_CLASS_FORUM & 1))
        i = blocks->boxes[i].parent;
    return i != 0;
}

struct kb_str kb_page_poster(const struct kb_facts *facts,
                             const struct kb_choice_made *made, struct kb_str url,
                             struct kb_arena *arena) {
    const struct kb_blocks *blocks = facts->blocks;
    uint32_t count = (uint32_t)blocks->count, title = facts->title_block;
    uint32_t types = facts->meta->types, first = made->end ? made->first : title;
    bool thread = types & KB_TYPE_FORUM || is_of_thread(url);
    if (first >= count || (types & KB_TYPE_ARTICLE && !thread))
        return KB_STR_NONE;
    uint32_t from = title < first && title + FROM_TITLE > first ? title : first;
    uint32_t to = first + INTO_TEXT < count ? first + INTO_TEXT : count - 1;
    struct kb_str name = around(blocks, from);
    if (!name.n && from != first)
        name = around(blocks, first);
    if (!name.n && (thread || is_in_thread(blocks, first)))
        name = linked(facts, from, to, kb_url_host(url), arena);
    return name;
}
