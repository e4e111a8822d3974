/* XML as feeds are written → balanced tags, known entities, no DTD; see mend.h.
 *
 * One walk from tag to tag (memchr) with a stack of open names.  An end tag ends the
 * nearest open element of its name, and what stands open in it; one that has no such
 * element is left out.  What the end leaves open is closed there.  "<" that begins
 * nothing is text. */
#include "feed/mend.h"

void kb_mend_replace(struct kb_mend *m, size_t from, size_t to, struct kb_str by) {
    kb_buf_str(m->out, kb_str_slice(m->text, m->done, from));
    kb_buf_str(m->out, by);
    m->done = to;
}

static bool at(const struct kb_mend *m, size_t from, struct kb_str what) {
    return kb_str_starts(kb_str_slice(m->text, from, m->text.n), what);
}

/* Where needle next stands behind from, or the end of the text. */
static size_t find(const struct kb_mend *m, size_t from, struct kb_str needle) {
    size_t n = kb_str_find(kb_str_slice(m->text, from, m->text.n), needle);
    return n == KB_NOT_FOUND ? m->text.n : from + n;
}

static size_t find_byte(const struct kb_mend *m, size_t from, char c) {
    const char *p =
        from < m->text.n ? memchr(m->text.p + from, c, m->text.n - from) : NULL;
    return p ? (size_t)(p - m->text.p) : m->text.n;
}

/* ---- the stack --------------------------------------------------------------------- */

static struct kb_str local(struct kb_str name) {
    size_t colon = kb_str_find_byte(name, ':');
    return colon == KB_NOT_FOUND ? name : kb_str_slice(name, colon + 1, name.n);
}

static bool is_entry(struct kb_str name) {
    return kb_str_equal(name, KB_STR("item")) || kb_str_equal(name, KB_STR("entry"));
}

static bool push(struct kb_mend *m, struct kb_str name, unsigned spaces) {
    if (!kb_arena_grow(m->make->arena, (void **)&m->open, m->depth, &m->cap,
                       sizeof *m->open, KB_LIMIT_DEPTH))
        return false;
    m->open[m->depth++] = (struct kb_mend_open){name, spaces};
    m->spaces += spaces;
    if (!m->entry && is_entry(name))
        m->entry = m->depth;
    return true;
}

/* Ends all elements down to depth, the ones above the innermost by tags of ours, which
 * are put before text[from]. */
static void pop(struct kb_mend *m, size_t depth, size_t from) {
    while (m->depth > depth) {
        struct kb_str name = m->open[--m->depth].name;
        m->spaces -= m->open[m->depth].spaces;
        kb_mend_replace(m, from, from, KB_STR("</"));
        kb_buf_str(m->out, name);
        kb_buf_z(m->out, ">");
    }
    if (m->entry > m->depth)
        m->entry = 0;
}

/* The place of the element that an end tag of that name ends, or none. */
static size_t find_open(const struct kb_mend *m, struct kb_str name) {
    for (size_t i = m->depth; i-- > 0;) {
        if (kb_str_equal_nocase(m->open[i].name, name))
            return i;
    }
    if (m->depth && kb_str_equal(local(m->open[m->depth - 1].name), local(name)))
        return m->depth - 1;
    return KB_NOT_FOUND;
}

/* ---- tags -------------------------------------------------------------------------- */

static size_t escape(struct kb_mend *m, size_t from) {
    kb_mend_replace(m, from, from + 1, KB_STR("&lt;"));
    kb_feed_warn(m->make, "a < that begins no tag was taken as text");
    return from + 1;
}

static size_t end_tag(struct kb_mend *m, size_t from) {
    size_t name_end = kb_mend_name(m->text, from + 2), end = name_end;
    struct kb_str name = kb_str_slice(m->text, from + 2, name_end);
    while (end < m->text.n && m->text.p[end] != '>' && m->text.p[end] != '<')
        end++;
    if (end < m->text.n && m->text.p[end] == '>')
        end++;
    if (m->flat) {
        m->flat--;
        kb_mend_replace(m, from, end, KB_STR_NONE);
        return end;
    }
    if (m->depth && name.n && end == name_end + 1 && m->text.p[name_end] == '>' &&
        kb_str_equal(m->open[m->depth - 1].name, name)) {
        m->spaces -= m->open[--m->depth].spaces;
        if (m->entry > m->depth)
            m->entry = 0;
        return end;
    }
    size_t open = name.n ? find_open(m, name) : KB_NOT_FOUND;
    if (open == KB_NOT_FOUND) {
        kb_feed_warn(m->make, "an end tag without a beginning was left out");
    } else {
        if (open + 1 < m->depth)
            kb_feed_warn(m->make, "elements without an end tag were closed");
        m->lost_item_end |= m->entry > open + 1;
        pop(m, open, from);
    }
    kb_mend_replace(m, from, end, KB_STR_NONE);
    return end;
}

static size_t mend_values(struct kb_mend *m, size_t from, size_t end) {
    while ((from = find_byte(m, from, '&')) < end)
        from = kb_mend_reference(m, from);
    return end;
}

static size_t start_tag(struct kb_mend *m, size_t from) {
    struct kb_mend_tag tag = kb_mend_scan(m, from);
    if (m->closes_items && m->entry && kb_str_equal(tag.name, m->open[m->entry - 1].name))
        pop(m, m->entry - 1, from);
    bool deep = m->flat || m->depth >= KB_LIMIT_DEPTH;
    if (deep || !kb_mend_knows(m, tag.name)) {
        if (tag.bad)
            return escape(m, from);
        if (deep)
            kb_feed_warn(m->make, "elements nest deeper than %d (KB_LIMIT_DEPTH)",
                         KB_LIMIT_DEPTH);
        m->flat += deep && !tag.closed;
        kb_mend_replace(m, from, tag.end, KB_STR_NONE);
        return tag.end;
    }
    if (m->spaces + tag.spaces > KB_LIMIT_NAMESPACES) {
        kb_feed_warn(m->make, "more than %d namespaces (KB_LIMIT_NAMESPACES)",
                     KB_LIMIT_NAMESPACES);
        tag.bad = true;
    }
    if (tag.bad && !kb_mend_rewrite(m, from, &tag))
        return escape(m, from);
    if (!tag.bad && tag.references)
        mend_values(m, from, tag.end);
    if (!tag.closed && !push(m, tag.name, tag.spaces))
        m->out->status = KB_ENOMEM;
    return tag.end;
}

/* Comments, CDATA, document types. */
static size_t declaration(struct kb_mend *m, size_t from) {
    if (at(m, from, KB_STR("<!--"))) {
        size_t dashes = find(m, from + 4, KB_STR("--")), end = dashes;
        if (!at(m, dashes, KB_STR("-->")) && !m->no_comment_end)
            end = find(m, dashes, KB_STR("-->"));
        m->no_comment_end |= end == m->text.n;
        if (m->no_comment_end)
            return escape(m, from);
        if (end != dashes)
            kb_mend_replace(m, from, end + 3, KB_STR_NONE);
        return end + 3;
    }
    if (at(m, from, KB_STR("<![CDATA["))) {
        size_t end = find(m, from + 9, KB_STR("]]>"));
        if (end == m->text.n)
            kb_mend_replace(m, end, end, KB_STR("]]>"));
        else if (kb_mend_cdata(m, from, end + 3))
            return end + 3;
        else
            end += 3;
        return end;
    }
    if (kb_str_starts_nocase(kb_str_slice(m->text, from, m->text.n),
                             KB_STR("<!DOCTYPE"))) {
        size_t end = kb_mend_doctype(m, from);
        kb_mend_replace(m, from, end, KB_STR_NONE);
        return end;
    }
    return escape(m, from);
}

/* None is for readers of feeds. */
static size_t instruction(struct kb_mend *m, size_t from) {
    size_t end = m->no_instruction_end ? m->text.n : find(m, from + 2, KB_STR("?>"));
    if (end < m->text.n) {
        end += 2;
    } else {
        m->no_instruction_end = true;
        for (end = from + 1; end < m->text.n && !strchr("<>", m->text.p[end]);)
            end++;
        if (end == m->text.n || m->text.p[end] == '<')
            return escape(m, from);
        end++;
    }
    kb_mend_replace(m, from, end, KB_STR_NONE);
    return end;
}

static size_t markup(struct kb_mend *m, size_t from) {
    char c = from + 1 < m->text.n ? m->text.p[from + 1] : 0;
    if (c == '/')
        return end_tag(m, from);
    if (c == '!')
        return declaration(m, from);
    if (c == '?')
        return instruction(m, from);
    return kb_mend_name(m->text, from + 1) > from + 1 ? start_tag(m, from)
                                                      : escape(m, from);
}

/* ---- the walk ---------------------------------------------------------------------- */

/* Leaves out what stands before the first tag, and what no parser takes there. */
static size_t prolog(struct kb_mend *m) {
    size_t from = 0;
    for (;;) {
        size_t tag = find_byte(m, from, '<');
        char c = tag + 1 < m->text.n ? m->text.p[tag + 1] : 0;
        if (kb_str_trim(kb_str_slice(m->text, from, tag)).n)
            kb_feed_warn(m->make, "text before the first tag was left out");
        m->done = tag;
        if (tag == m->text.n || kb_mend_name(m->text, tag + 1) > tag + 1)
            return tag;
        from = tag + 1;
        if (c == '?')
            from = find(m, tag, KB_STR("?>"));
        else if (at(m, tag, KB_STR("<!--")))
            from = find(m, tag, KB_STR("-->"));
        else if (kb_str_starts_nocase(kb_str_slice(m->text, tag, m->text.n),
                                      KB_STR("<!DOCTYPE")))
            from = kb_mend_doctype(m, tag);
        from += c == '?' ? 2 : at(m, from, KB_STR("-->")) ? 3 : 0;
    }
}

static void walk(struct kb_mend *m) {
    size_t from = prolog(m), tag = from, reference = 0; /* the next ones */
    bool any = false;
    while (from < m->text.n && m->out->status == KB_OK && !(any && !m->depth)) {
        if (tag < from)
            tag = find_byte(m, from, '<');
        if (m->depth)
            from = kb_mend_text(m, from, tag);
        if (reference < from)
            reference = find_byte(m, from, '&');
        if (reference < tag) {
            from = kb_mend_reference(m, reference);
        } else if (tag < m->text.n) {
            from = markup(m, tag);
            any |= m->depth > 0;
        } else {
            from = tag;
        }
    }
    if (m->depth) {
        kb_feed_warn(m->make, "the feed ends in the middle");
        m->lost_item_end |= m->entry > 0;
        pop(m, 0, m->text.n);
    } else if (from < m->text.n) {
        if (kb_str_trim(kb_str_slice(m->text, from, m->text.n)).n &&
            find_byte(m, from, '<') < m->text.n)
            kb_feed_warn(m->make, "text behind the last tag was left out");
        m->text.n = from;
    }
}

/* ---- characters that XML does not have --------------------------------------------- */

static bool has_control(struct kb_str text) {
    unsigned found = 0;
    for (size_t i = 0; i < text.n; i++) { /* without a branch: 32 bytes at a time */
        unsigned char c = (unsigned char)text.p[i];
        found |= (unsigned)(c < 0x20) & (unsigned)(c != '\t') & (unsigned)(c != '\n') &
                 (unsigned)(c != '\r');
    }
    return found != 0;
}

/* U+0080 to U+009F, which nobody means: the text was in Windows-1252 once. */
static bool has_windows(struct kb_str text) {
    unsigned found = 0;
    for (size_t i = 0; i + 1 < text.n; i++)
        found |= (unsigned)((unsigned char)text.p[i] == 0xC2) &
                 (unsigned)((unsigned char)text.p[i + 1] < 0xA0);
    return found != 0;
}

static bool has_noncharacter(struct kb_str text) {
    return kb_str_find(text, KB_STR("\xEF\xBF\xBE")) != KB_NOT_FOUND ||
           kb_str_find(text, KB_STR("\xEF\xBF\xBF")) != KB_NOT_FOUND;
}

/* The text without control characters, U+FFFE and U+FFFF, in the arena. */
static struct kb_str strip(struct kb_feed_make *make, struct kb_str text) {
    char *out = kb_arena_alloc(make->arena, text.n + text.n / 2);
    size_t n = 0;
    for (size_t i = 0; out && i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        unsigned char next = (unsigned char)(i + 1 < text.n ? text.p[i + 1] : 0);
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            kb_feed_warn(make, "control characters were left out");
        } else if (c == 0xEF && next == 0xBF && (unsigned char)text.p[i + 2] >= 0xBE) {
            i += 2;
        } else if (c == 0xC2 && next < 0xA0) {
            n += kb_utf8_put(out + n, kb_mend_windows(next));
            i++;
        } else {
            out[n++] = text.p[i];
        }
    }
    return (struct kb_str){out, n};
}

enum kb_status kb_xml_mend(struct kb_feed_make *make, struct kb_str *text,
                           struct kb_buf *out, struct kb_mend_runs *runs) {
    struct kb_str clean = *text;
    bool closes_items = false;
    uint64_t *names = kb_arena_zalloc(make->arena, KB_MEND_NAME_BITS / 64, sizeof *names);
    if (!names)
        return kb_err_set(make->err, KB_ENOMEM, "not enough memory to mend the feed");
    if (has_control(clean) || has_windows(clean) || has_noncharacter(clean))
        clean = strip(make, clean);
    for (;;) {
        struct kb_mend m = {.make = make,
                            .text = clean,
                            .out = out,
                            .runs = runs,
                            .names = names,
                            .closes_items = closes_items};
        runs->count = 0;
        kb_buf_clear(out);
        walk(&m);
        if (out->status != KB_OK || make->arena->full)
            return kb_err_set(make->err, out->status == KB_ELIMIT ? KB_ELIMIT : KB_ENOMEM,
                              "not enough memory to mend the feed's XML");
        if (!m.lost_item_end || closes_items) {
            *text = kb_str_slice(m.text, m.done, m.text.n);
            if (out->n) {
                kb_buf_str(out, *text);
                *text = kb_buf_view(out);
            }
            return out->status;
        }
        closes_items = true;
    }
}
