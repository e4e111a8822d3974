/* HTML of strangers → HTML that is safe to show.
 *
 * Enters: a fragment as a feed carries it; leaves: HTML of allowed elements, attributes
 * and addresses alone (safe.h), written by us.  The way is parse, filter, write:
 *
 *   1. The tokens of what is not allowed are left out before the tree builder sees them,
 *      so that the tree is one of allowed elements and holds together without the others.
 *      What is muted (scripts) passes, because only the tree builder knows where it ends.
 *   2. The DOM is walked and written anew, element by element, by the tables alone.
 *      Every < in the result begins a tag of the tables.  So even a parser that pairs the
 *      tags otherwise finds nothing else.
 *   3. Where the result could be read as another tree (sanitize_sure.c), it is read and
 *      written again until it stays the same, else only its text is kept.
 *
 * So what leaves is a fixed point: sanitised again it is the same.  This is the lesson of
 * mutation XSS (Heiderich and others, "mXSS attacks", CCS 2013), as DOMPurify's changes
 * tell it. */
#include "html/build.h"
#include "html/sanitize.h"

#include <stdlib.h>

enum {
    MOST_ROUNDS = 4, /* of reading what was written */
    MOST_MENDS = 2
};

/* ---- tokens ------------------------------------------------------------------------ */

static bool has_attribute(const lxb_html_token_t *token, struct kb_str name) {
    for (lxb_html_token_attr_t *a = token->attr_first; a; a = a->next) {
        size_t n;
        const lxb_char_t *p = lxb_html_token_attr_name(a, &n);
        if (p && kb_str_equal((struct kb_str){(const char *)p, n}, name))
            return true;
    }
    return false;
}

/* A frame with a full screen is a player. */
static bool is_player(const lxb_html_token_t *token) {
    return has_attribute(token, KB_STR("allowfullscreen")) ||
           has_attribute(token, KB_STR("allow")) ||
           has_attribute(token, KB_STR("webkitallowfullscreen"));
}

static bool in_table(const lxb_html_tree_t *tree) {
    for (size_t i = tree->open_elements->length; i--;) {
        const lxb_dom_node_t *node = tree->open_elements->list[i];
        if (node->local_name == LXB_TAG_TABLE && node->ns == LXB_NS_HTML)
            return true;
    }
    return false;
}

/* "<!" that begins no comment, doctype or condition, at the head of s. */
static bool is_mark(struct kb_str s) {
    return kb_str_starts(s, KB_STR("<![CDATA[")) ||
           (kb_str_starts(s, KB_STR("<!")) && s.n > 2 && !kb_is_alpha(s.p[2]) &&
            !strchr("-[>", s.p[2]));
}

/* Whether a comment ends in s.  Looks no further than to its end. */
static bool has_end(struct kb_str s) {
    for (size_t i = 0; i + 2 < s.n; i++) {
        const char *dash = memchr(s.p + i, '-', s.n - i);
        if (!dash)
            return false;
        i = (size_t)(dash - s.p);
        struct kb_str end = kb_str_slice(s, i, i + 4);
        if (kb_str_starts(end, KB_STR("-->")) || kb_str_equal(end, KB_STR("--!>")))
            return true;
    }
    return false;
}

/* Notes what mend() has to see to. */
static void look_at_comment(struct kb_sanitizer *s, const lxb_html_token_t *token) {
    const char *at = (const char *)token->begin;
    if (token->tag_id != LXB_TAG__EM_COMMENT || at < s->source.p ||
        at > s->source.p + s->source.n || at - s->source.p < 2)
        return;
    size_t offset = (size_t)(at - s->source.p);
    struct kb_str rest = {at, s->source.n - offset};
    if (is_mark(kb_str_slice(s->source, offset - 2, s->source.n))) {
        s->marked = true;
    } else if (offset >= 4 && memcmp(at - 4, "<!--", 4) == 0 &&
               !kb_str_starts(rest, KB_STR(">")) && !kb_str_starts(rest, KB_STR("->")) &&
               !has_end(rest)) {
        s->torn = offset - 4;
    }
}

static bool admit(void *context, lxb_html_token_t *token, const lxb_html_tree_t *tree) {
    if (token->tag_id == LXB_TAG__TEXT || token->tag_id == LXB_TAG__END_OF_FILE)
        return true;
    const lxb_dom_node_t *top = kb_html_top(tree);
    if (token->tag_id <= LXB_TAG__EM_DOCTYPE) {
        look_at_comment(context, token);
        return false;
    }
    if (top && top->ns != LXB_NS_HTML)
        return true; /* the walk decides: here tags mean other things */
    switch (token->tag_id) {
    case LXB_TAG_IMAGE: token->tag_id = LXB_TAG_IMG; return true;
    case LXB_TAG_FORM: /* what is around its text stays, nothing that sends */
        token->tag_id = LXB_TAG_DIV;
        token->attr_first = token->attr_last = NULL;
        return true;
    case LXB_TAG_PARAM: return false;
    case LXB_TAG_IFRAME:
        return token->type & LXB_HTML_TOKEN_TYPE_CLOSE
                   ? top && top->local_name == LXB_TAG_IFRAME
                   : is_player(token);
    default: break;
    }
    const struct kb_safe_element *rule = kb_safe_element(token->tag_id, LXB_NS_HTML);
    if (rule->traits & KB_SAFE_STRAY)
        return false; /* the name under which one passes, as it stands in a text */
    if ((rule->traits & KB_SAFE_TABLE) && token->tag_id != LXB_TAG_TABLE &&
        !in_table(tree))
        token->tag_id = kb_safe_stray(token->tag_id);
    return rule->traits & (KB_SAFE_KEEP | KB_SAFE_MUTE);
}

/* ---- the walk ---------------------------------------------------------------------- */

static void count(struct kb_sanitizer *s, const struct kb_sanitize_open *open,
                  unsigned step) {
    s->paragraphs += open->node->local_name == LXB_TAG_P ? step : 0;
    s->headings += open->rule->traits & KB_SAFE_HEADING ? step : 0;
    s->links += open->rule->traits & KB_SAFE_LINK ? step : 0;
    s->tables += open->node->local_name == LXB_TAG_TABLE ? step : 0;
}

/* A box that can be ticked by nobody: a list of what is done. */
static bool is_tick(lxb_dom_node_t *input) {
    return kb_str_equal_nocase(kb_dom_attr_id(input, LXB_DOM_ATTR_TYPE),
                               KB_STR("checkbox")) &&
           lxb_dom_element_attr_by_id(lxb_dom_interface_element(input),
                                      LXB_DOM_ATTR_DISABLED);
}

/* A drawing of which nothing would be left: pages keep their icons elsewhere and only
 * refer to them. */
static bool is_blank(lxb_dom_node_t *svg) {
    const struct kb_safe_element *rule;
    for (lxb_dom_node_t *node = svg; node;
         node = kb_dom_next(node, svg, rule->traits & KB_SAFE_MUTE)) {
        rule = kb_safe_element(node->local_name, node->ns);
        if (rule->traits & KB_SAFE_DRAWN)
            return false;
    }
    return true;
}

/* Whether the element is written at all. */
static bool is_wanted(struct kb_sanitizer *s, lxb_dom_node_t *node,
                      const struct kb_safe_element *rule) {
    if (!(rule->traits & KB_SAFE_KEEP) || s->raw ||
        (s->island && node->ns != s->island->ns))
        return false;
    if (node->ns != LXB_NS_HTML)
        return s->island || (rule->traits & KB_SAFE_ISLAND);
    if (node->local_name == LXB_TAG_IMG)
        return kb_sanitize_wants_picture(s, node);
    return node->local_name != LXB_TAG_INPUT || is_tick(node);
}

/* Writes an element's begin tag.  Returns whether to walk into it. */
static bool enter(struct kb_sanitizer *s, lxb_dom_node_t *node) {
    const struct kb_safe_element *rule = kb_safe_element(node->local_name, node->ns);
    if ((rule->traits & KB_SAFE_MUTE) ||
        ((rule->traits & KB_SAFE_ISLAND) && !s->island &&
         (kb_picture_is_pixel(node) || (node->ns == LXB_NS_SVG && is_blank(node)))))
        return false;
    if (rule->traits & KB_SAFE_PLAYER) {
        s->unsure |= s->links > 0;
        if (!s->island)
            kb_sanitize_player(s, node);
        return false;
    }
    if (!is_wanted(s, node, rule))
        return !(rule->traits & KB_SAFE_VOID);
    if (s->depth == KB_SANITIZE_OPEN) {
        s->unsure = true;
        return true;
    }
    s->unsure |= !kb_sanitize_is_sure(s, node->local_name, rule);
    kb_buf_char(s->out, '<');
    kb_buf_str(s->out, rule->name);
    kb_sanitize_attributes(s, node, rule);
    kb_buf_char(s->out, '>');
    s->line_feed = rule->traits & KB_SAFE_LINE;
    if (rule->traits & KB_SAFE_VOID)
        return false;
    struct kb_sanitize_open *open = &s->open[s->depth++];
    *open = (struct kb_sanitize_open){node, rule};
    count(s, open, 1);
    if (rule->traits & KB_SAFE_ISLAND)
        s->island = s->island ? s->island : node;
    if (rule->traits & KB_SAFE_RAW)
        s->raw = node;
    return true;
}

static void leave(struct kb_sanitizer *s, const lxb_dom_node_t *node) {
    struct kb_sanitize_open *open = s->depth ? &s->open[s->depth - 1] : NULL;
    if (!open || open->node != node)
        return;
    s->line_feed = false;
    count(s, open, (unsigned)-1);
    kb_buf_add(s->out, "</", 2);
    kb_buf_str(s->out, open->rule->name);
    kb_buf_char(s->out, '>');
    s->depth--;
    if (s->island == node)
        s->island = NULL;
    if (s->raw == node)
        s->raw = NULL;
}

static void take_text(struct kb_sanitizer *s, struct kb_str text) {
    if (!text.n)
        return;
    if (s->late.n)
        for (size_t i = 0; i < text.n && s->late.n; i++)
            if (!kb_is_space(text.p[i]))
                s->late = KB_STR_NONE;
    s->unsure |= !kb_sanitize_text_is_sure(s, text);
    if (s->line_feed) /* controls are not written: what comes behind them is first */
        while (text.n && kb_safe_is_control(text.p[0]))
            text = kb_str_slice(text, 1, text.n);
    if (!text.n)
        return;
    if (s->line_feed && (text.p[0] == '\n' || text.p[0] == '\r'))
        kb_buf_char(s->out, '\n');
    s->line_feed = false;
    kb_sanitize_put(s->out, text);
}

static void walk(struct kb_sanitizer *s, lxb_dom_node_t *body) {
    lxb_dom_node_t *at = body->first_child;
    while (at) {
        bool into = false;
        if (at->type == LXB_DOM_NODE_TYPE_TEXT)
            take_text(s, kb_dom_text(at));
        else if (at->type == LXB_DOM_NODE_TYPE_ELEMENT)
            into = enter(s, at);
        if (into && at->first_child) {
            at = at->first_child;
            continue;
        }
        if (into)
            leave(s, at);
        while (!at->next) {
            at = at->parent;
            if (at == body)
                return;
            leave(s, at);
        }
        at = at->next;
    }
}

/* ---- the whole --------------------------------------------------------------------- */

/* The parser is right by the standard, and takes from a text what its author did not mean
 * for a comment.  "<![CDATA[" of a feed that marks its text twice would eat the first
 * tag:  it is text.  A comment that nothing ends would eat all that follows: it ends with
 * its first ">", as in SGML's days. */
static struct kb_str mend(struct kb_sanitizer *s, struct kb_str html) {
    struct kb_buf out = s->mended;
    struct kb_str open = KB_STR("<!--");
    size_t from = 0;
    kb_buf_init(&s->mended, KB_LIMIT_OUTPUT_BYTES);
    for (size_t i = 0; i < html.n;) {
        struct kb_str rest = kb_str_slice(html, i, html.n);
        size_t next = kb_str_find_byte(rest, '<');
        i += next == KB_NOT_FOUND ? rest.n : next;
        rest = kb_str_slice(html, i, html.n);
        if (is_mark(rest)) {
            kb_buf_add(&s->mended, html.p + from, i - from);
            kb_buf_z(&s->mended, "&lt;");
            from = ++i;
        } else if (i >= s->torn && kb_str_starts(rest, open)) {
            kb_buf_add(&s->mended, html.p + from, i - from);
            next = kb_str_find_byte(rest, '>');
            i += next == KB_NOT_FOUND ? rest.n : next + 1;
            from = i;
        } else {
            i += rest.n > 0;
        }
    }
    kb_buf_add(&s->mended, html.p + from, html.n - from);
    kb_buf_free(&out); /* html may have stood in it */
    return kb_buf_view(&s->mended);
}

static enum kb_status parse(struct kb_sanitizer *s, struct kb_str html,
                            lxb_dom_node_t **body, struct kb_err *err) {
    struct kb_html_notes notes;
    enum kb_status status;
    for (int round = 0;; round++) {
        s->source = html;
        s->marked = false;
        s->torn = html.n;
        status = kb_html_parse_fragment(s->html, html, &s->filter, body, &notes, err);
        if (status || round == MOST_MENDS || (!s->marked && s->torn == html.n))
            break;
        html = mend(s, html);
        if (s->mended.status)
            return kb_err_set(err, s->mended.status, "the fragment is too large");
    }
    s->unsure = !status && (notes.depth_cut || notes.nodes_cut || notes.formatting_cut ||
                            notes.attributes_cut);
    return status;
}

/* One way through: parse and write. */
static enum kb_status pass(struct kb_sanitizer *s, struct kb_str html,
                           struct kb_err *err) {
    lxb_dom_node_t *body;
    kb_arena_reset(&s->arena);
    enum kb_status status = parse(s, html, &body, err);
    if (status)
        return status;
    s->depth = 0;
    s->paragraphs = s->headings = s->links = s->tables = 0;
    s->island = s->raw = NULL;
    s->late = KB_STR_NONE;
    s->line_feed = false;
    walk(s, body);
    if (s->arena.full)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the fragment's links");
    return KB_OK;
}

/* Text without markup, which needs no parser. */
static bool is_plain(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '<' || s.p[i] == '&' || s.p[i] == '\r' || s.p[i] == '\0')
            return false;
    return true;
}

static enum kb_status put_plain_text(struct kb_sanitizer *s, struct kb_str html,
                                     struct kb_buf *out, struct kb_err *err) {
    kb_buf_clear(&s->before);
    enum kb_status status = kb_sanitize_text(s, html, &s->before, err);
    if (!status)
        kb_sanitize_put(out, kb_buf_view(&s->before));
    return status;
}

/* Reads what was written from start on, and writes it again, until it stays the same. */
static enum kb_status settle(struct kb_sanitizer *s, size_t start, struct kb_str html,
                             struct kb_err *err) {
    struct kb_buf *out = s->out;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        kb_buf_clear(&s->before);
        kb_buf_add(&s->before, out->p + start, out->n - start);
        if (s->before.status)
            return kb_err_set(err, s->before.status, "the fragment is too large");
        out->n = start;
        enum kb_status status = pass(s, kb_buf_view(&s->before), err);
        if (status)
            return status;
        struct kb_str now = {out->p + start, out->n - start};
        if (!s->unsure || kb_str_equal(now, kb_buf_view(&s->before)))
            return KB_OK;
    }
    out->n = start;
    return put_plain_text(s, html, out, err);
}

enum kb_status kb_sanitize(struct kb_sanitizer *s, struct kb_str html,
                           struct kb_urls *urls, struct kb_buf *out, struct kb_err *err) {
    size_t start = out->n;
    if (is_plain(html)) {
        kb_sanitize_put(out, html);
    } else {
        s->urls = urls;
        s->out = out;
        enum kb_status status = pass(s, html, err);
        if (!status && s->unsure && !out->status)
            status = settle(s, start, html, err);
        if (status)
            return status;
    }
    return out->status ? kb_err_set(err, out->status, "the fragment is too large")
                       : KB_OK;
}

/* All text under body goes to s->text, with a space for each border. */
static void gather(struct kb_sanitizer *s, const lxb_dom_node_t *body) {
    const lxb_dom_node_t *at = body->first_child;
    kb_buf_clear(&s->text);
    while (at) {
        uint32_t traits = 0;
        if (at->type == LXB_DOM_NODE_TYPE_TEXT)
            kb_buf_str(&s->text, kb_dom_text(at));
        else if (at->type == LXB_DOM_NODE_TYPE_ELEMENT)
            traits = kb_safe_element(at->local_name, at->ns)->traits;
        if (traits & KB_SAFE_BORDER)
            kb_buf_char(&s->text, ' ');
        if (at->first_child && at->ns != LXB_NS_SVG &&
            !(traits & (KB_SAFE_MUTE | KB_SAFE_PLAYER))) {
            at = at->first_child;
            continue;
        }
        while (!at->next) {
            at = at->parent;
            if (at == body)
                return;
            if (kb_safe_element(at->local_name, at->ns)->traits & KB_SAFE_BORDER)
                kb_buf_char(&s->text, ' ');
        }
        at = at->next;
    }
}

enum kb_status kb_sanitize_text(struct kb_sanitizer *s, struct kb_str html,
                                struct kb_buf *out, struct kb_err *err) {
    struct kb_str text = html;
    bool space;
    if (!is_plain(html)) {
        lxb_dom_node_t *body;
        enum kb_status status = parse(s, html, &body, err);
        if (status)
            return status;
        gather(s, body);
        if (s->text.status)
            return kb_err_set(err, s->text.status, "the fragment is too large");
        text = kb_buf_view(&s->text);
    }
    if (!kb_buf_reserve(out, text.n + 1))
        return kb_err_set(err, out->status, "the fragment is too large");
    out->n += kb_text_fold(text, out->p + out->n, &space);
    return KB_OK;
}

enum kb_status kb_sanitizer_new(struct kb_sanitizer **out, struct kb_err *err) {
    struct kb_sanitizer *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a sanitiser");
    kb_arena_init(&s->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&s->before, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&s->text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&s->mended, KB_LIMIT_OUTPUT_BYTES);
    s->filter = (struct kb_html_filter){.context = s, .admit = admit};
    kb_sanitize_learn(s);
    enum kb_status status = kb_html_new(&s->html, err);
    if (status != KB_OK) {
        kb_sanitizer_free(s);
        return status;
    }
    *out = s;
    return KB_OK;
}

void kb_sanitizer_free(struct kb_sanitizer *s) {
    if (!s)
        return;
    kb_html_free(s->html);
    kb_buf_free(&s->mended);
    kb_buf_free(&s->text);
    kb_buf_free(&s->before);
    kb_arena_free(&s->arena);
    free(s);
}
