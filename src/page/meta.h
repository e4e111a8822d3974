/* What meta.c, title.c, jsonld.c, jsonfix.c, dates.c, clean.c and state.c share:
 * internal to page.
 *
 * Two kinds of strings go about here: raw ones point into the DOM or into a JSON
 * document, cleaned ones (kb_page_clean) are UTF-8 in the arena and may leave. */
#ifndef KB_PAGE_META_H
#define KB_PAGE_META_H

#include "page/page.h"

#include <yyjson.h>

/* ---- lists ------------------------------------------------------------------------- */

struct kb_page_list {
    struct kb_str *items;
    size_t count, cap;
};

/* Adds a cleaned string where it is not empty and not there yet (ASCII case ignored).
 * Bounded: at most KB_PAGE_LIST_MAX. */
#define KB_PAGE_LIST_MAX 100
void kb_page_list_add(struct kb_page_list *list, struct kb_arena *arena, struct kb_str s);

/* Splits raw at commas (and ; where there is no comma) and adds the cleaned parts. */
void kb_page_tags_add(struct kb_page_list *list, struct kb_arena *arena,
                      struct kb_str raw);

/* A byline without the date or reading time behind it: "Jane Doe, 3 May 2025 | 5 min
 * read" gives "Jane Doe". */
struct kb_str kb_page_without_date(struct kb_str byline);

/* ---- cleaning (clean.c) ------------------------------------------------------------ */

/* raw with entities decoded (twice where needed), inline tags dropped, white space
 * folded, soft hyphens and zero-width spaces gone, at most max bytes; in the arena. */
struct kb_str kb_page_clean(struct kb_arena *arena, struct kb_str raw, size_t max);

/* raw with its entities decoded once and nothing else changed. */
struct kb_str kb_page_entities(struct kb_arena *arena, struct kb_str raw);

/* True where s holds something that looks like an HTML tag. */
bool kb_page_has_tags(struct kb_str s);

/* Words of s in lower case with one space between, punctuation gone: two titles with
 * equal keys are the same title.  With tight the words are joined without spaces. */
struct kb_str kb_page_key(struct kb_arena *arena, struct kb_str s, bool tight);

/* ---- dates (dates.c) --------------------------------------------------------------- */

/* Whether a meta element's name, of no list, is that of a date: "cms:publish-date",
 * "last_updated".  *rank is 6 or more, the lower the surer. */
bool kb_page_date_name(struct kb_str name, bool *modified, uint8_t *rank);

/* ---- JSON (jsonfix.c) -------------------------------------------------------------- */

/* Reads the JSON value at the start of text, mending the usual faults, and sets *rest to
 * the bytes behind it (several values in a row are common).  NULL where nothing can be
 * read, where it is larger than KB_LIMIT_JSON_BYTES or has more than
 * KB_LIMIT_JSON_VALUES values.  The document is freed with yyjson_doc_free, before the
 * arena, which small documents live in. */
yyjson_doc *kb_page_json_read(struct kb_str text, struct kb_arena *arena,
                              struct kb_str *rest);

/* A string value's bytes, empty for other kinds. */
static inline struct kb_str kb_json_view(yyjson_val *value) {
    return yyjson_is_str(value)
               ? (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)}
               : KB_STR_NONE;
}

/* ---- JSON-LD (jsonld.c) ------------------------------------------------------------ */

/* What is known of the page before its JSON-LD is read: to tell the page's own node from
 * those of other pages. */
struct kb_jsonld_hints {
    struct kb_str url, canonical, title; /* any may be empty */
};

/* Cleaned strings.  headline is an article's, name any other main node's. */
struct kb_jsonld {
    struct kb_str headline, name, description, published, modified, section, image,
        image_credit, body;
    struct kb_str published_too; /* what a second node says of the same article */
    struct kb_str publisher, site, language;
    struct kb_page_list tags;
    struct kb_rights rights;
    long comment_count; /* -1: not told */
    uint32_t types;
    struct kb_page_meta *meta; /* authors go there at once */
    size_t claimed;            /* how many authors did */
    struct kb_claims *claims;
};

void kb_page_jsonld_read(const struct kb_page_nodes *nodes,
                         const struct kb_jsonld_hints *hints, struct kb_arena *arena,
                         struct kb_page_meta *meta, struct kb_jsonld *out);

/* The page's microdata (schema.org's itemprop): authors become claims, what JSON-LD left
 * open is filled (microdata.c). */
void kb_page_microdata_read(const struct kb_page_nodes *nodes, struct kb_arena *arena,
                            struct kb_page_meta *meta, struct kb_jsonld *out);

/* The text under an element, at most KB_LIMIT_META_BYTES, cleaned (meta.c). */
struct kb_str kb_page_element_text(struct kb_arena *arena, lxb_dom_node_t *element);

/* A class without its vocabulary's address: "NewsArticle" (types.c). */
struct kb_str kb_page_type_name(struct kb_str type);

/* Type bits of a schema.org class or an og:type. */
uint32_t kb_page_type_bits(struct kb_str type);

/* ---- claims (claims.c) ------------------------------------------------------------- */

/* Adds a claim where it is not there yet; name and url are raw. */
void kb_page_claim(struct kb_claims *claims, struct kb_arena *arena,
                   enum kb_claim_kind kind, struct kb_str name, struct kb_str url);

/* The same of a meta element, where its name is one for sources. */
void kb_page_claim_meta(struct kb_claims *claims, struct kb_arena *arena,
                        struct kb_str name, struct kb_str content);

/* Finds the words of the claims from index from on in the scripts that they were read
 * from, escaped or not; drops claims that do not stand there. */
void kb_page_claims_prove(struct kb_claims *claims, const struct kb_page_nodes *nodes,
                          struct kb_arena *arena, size_t from);

/* ---- the title (title.c) ----------------------------------------------------------- */

enum kb_title_from {
    KB_TITLE_H1,
    KB_TITLE_OG,
    KB_TITLE_LD,
    KB_TITLE_DOCUMENT, /* <title> */
    KB_TITLE_TWITTER,
    KB_TITLE_ITEM, /* itemprop=headline */
    KB_TITLE_OTHER /* dc.title and the like */
};

#define KB_TITLE_MAX 16

struct kb_titles {
    struct {
        struct kb_str text; /* cleaned */
        enum kb_title_from from;
    } item[KB_TITLE_MAX];
    size_t count;
    struct kb_str site[8]; /* names that the site goes by */
    size_t site_count;
    struct kb_str host;
    bool article; /* the page says that it is one */
};

void kb_titles_add(struct kb_titles *titles, struct kb_str text, enum kb_title_from from);
void kb_titles_site(struct kb_titles *titles, struct kb_str name);
struct kb_str kb_titles_choose(struct kb_titles *titles, struct kb_arena *arena);

#endif
