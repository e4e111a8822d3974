/* What a page's head says of where its text is from: syndication-source, original-source
 * and their like among meta tags; isBasedOn, translationOfWork, sourceOrganization,
 * provider, creditText in JSON-LD.
 *
 * In: names with their values, as meta.c and jsonld.c meet them.  Out: a list of claims,
 * each with the value as it stands on the page.  Who is a source by them, and who is the
 * house itself, is decided in article. */
#include "page/meta.h"

static const struct {
    struct kb_str name; /* lower case */
    enum kb_claim_kind kind;
} metas[] = {
#define META(text, kind)                                                                 \
    { {text, sizeof(text) - 1}, kind }
    META("syndication-source", KB_CLAIM_ORIGINAL),
    META("original-source", KB_CLAIM_ORIGINAL),
    META("dc.source", KB_CLAIM_ORIGINAL),
    META("dcterms.source", KB_CLAIM_ORIGINAL),
    META("article:original_source", KB_CLAIM_ORIGINAL),
    META("news_source", KB_CLAIM_ORGANIZATION),
    META("article:source", KB_CLAIM_ORGANIZATION),
    META("source", KB_CLAIM_ORGANIZATION),
    META("agency", KB_CLAIM_ORGANIZATION),
#undef META
};

void kb_page_claim(struct kb_claims *claims, struct kb_arena *arena,
                   enum kb_claim_kind kind, struct kb_str name, struct kb_str url) {
    name = kb_page_clean(arena, name, KB_LIMIT_EVIDENCE_BYTES);
    url = kb_str_cut(kb_str_trim(url), KB_LIMIT_URL_BYTES);
    if (!name.n && !url.n)
        return;
    for (size_t i = 0; i < claims->count; i++)
        if (claims->items[i].kind == kind && kb_str_equal(claims->items[i].name, name) &&
            kb_str_equal(claims->items[i].url, url))
            return;
    if (claims->count == KB_CLAIMS_MOST)
        return;
    claims->items[claims->count++] = (struct kb_claim){
        kind, name, kb_arena_dup(arena, url), name.n ? name : kb_arena_dup(arena, url)};
}

void kb_page_claim_meta(struct kb_claims *claims, struct kb_arena *arena,
                        struct kb_str name, struct kb_str content) {
    for (size_t i = 0; i < KB_COUNT(metas); i++)
        if (kb_str_equal_nocase(name, metas[i].name)) {
            bool address = kb_url_is_web(content);
            kb_page_claim(claims, arena, metas[i].kind, address ? KB_STR_NONE : content,
                          address ? content : KB_STR_NONE);
        }
}

/* ---- the words that prove it ------------------------------------------------------- */

static bool stands_in(const struct kb_page_nodes *nodes, struct kb_str s) {
    for (size_t i = 0; s.n && i < nodes->script_count; i++) {
        const lxb_dom_node_t *text = nodes->scripts[i]->first_child;
        if (text && text->type == LXB_DOM_NODE_TYPE_TEXT &&
            kb_str_find(kb_dom_text(text), s) != KB_NOT_FOUND)
            return true;
    }
    return false;
}

/* s as a JSON writer may have escaped it. */
static struct kb_str escaped(struct kb_arena *arena, struct kb_str s, bool upper) {
    static const char *const digits[] = {"0123456789abcdef", "0123456789ABCDEF"};
    char *out = kb_arena_alloc(arena, s.n * 6 + 1);
    size_t n = 0, len;
    if (!out)
        return KB_STR_NONE;
    for (size_t i = 0; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (c < 0x80 || c > 0xFFFF) {
            if (c == '/' || c == '"')
                out[n++] = '\\';
            memcpy(out + n, s.p + i, len);
            n += len;
            continue;
        }
        out[n++] = '\\';
        out[n++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4)
            out[n++] = digits[upper][c >> shift & 15];
    }
    return (struct kb_str){out, n};
}

void kb_page_claims_prove(struct kb_claims *claims, const struct kb_page_nodes *nodes,
                          struct kb_arena *arena, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < claims->count; i++) {
        struct kb_claim c = claims->items[i];
        for (int form = 0; form < 3 && !stands_in(nodes, c.evidence); form++)
            c.evidence = form == 2 ? KB_STR_NONE
                                   : escaped(arena, c.name.n ? c.name : c.url, form == 1);
        if (c.evidence.n)
            claims->items[kept++] = c;
    }
    claims->count = kept;
}
