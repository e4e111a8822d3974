/* page: the DOM, or a plain text, → the article's body, what was taken out of it, and the
 * page's metadata.
 *
 * May include html and what is below it. */
#ifndef KB_PAGE_H
#define KB_PAGE_H

#include "html/html.h"

/* ---- what later stages look at ----------------------------------------------------- */

/* Elements of interest in document order, noted while the text is cut.  Arrays live in
 * that arena; nodes belong to the DOM. */
struct kb_page_nodes {
    lxb_dom_node_t *html, *head, *body;
    lxb_dom_node_t **metas;    /* meta, link and base elements, wherever they stand */
    lxb_dom_node_t **scripts;  /* scripts that hold data: JSON-LD, application/json, state
                                 objects (__NEXT_DATA__, __NUXT__, __APOLLO_STATE__ …) */
    lxb_dom_node_t **headings; /* h1 elements */
    lxb_dom_node_t **times;    /* time elements */
    lxb_dom_node_t **marks;    /* elements whose class, itemprop or rel says more than
                                 that they are text: authors, microdata */
    size_t meta_count, script_count, heading_count, time_count, mark_count;
    size_t meta_cap, script_cap, heading_cap, time_cap, mark_cap;
    lxb_dom_node_t *title; /* the first title element in HTML's namespace */
};

/* ---- metadata ---------------------------------------------------------------------- */

enum kb_page_type_bits { /* what the page declares itself to be: JSON-LD @type, og:type */
                         KB_TYPE_ARTICLE = 1 << 0,
                         KB_TYPE_PRODUCT = 1 << 1,
                         KB_TYPE_FORUM = 1 << 2,
                         KB_TYPE_LISTING =
                             1 << 3, /* ItemList, CollectionPage, SearchResultsPage */
                         KB_TYPE_VIDEO = 1 << 4,
                         KB_TYPE_RECIPE = 1 << 5,
                         KB_TYPE_ORGANIZATION = 1 << 6,
                         KB_TYPE_WEBSITE = 1 << 7,
                         KB_TYPE_FAQ = 1 << 8
};

struct kb_page_image {
    struct kb_str url, caption, credit;
};

/* What the head says of where the text is from (claims.c). */
enum kb_claim_kind {
    KB_CLAIM_ORIGINAL,       /* the text itself, elsewhere */
    KB_CLAIM_BASED_ON,       /* isBasedOn */
    KB_CLAIM_TRANSLATION_OF, /* translationOfWork */
    KB_CLAIM_ORGANIZATION,   /* sourceOrganization, provider, creditText */
    KB_CLAIM_CHANNEL, /* of an entry: the feed that it came from; url: its site's */
    KB_CLAIM_VIA      /* of an entry: where what it says was found */
};

enum { KB_CLAIMS_MOST = 32 };

struct kb_claim {
    enum kb_claim_kind kind;
    struct kb_str name, url; /* one may be empty */
    struct kb_str evidence;  /* as it stands on the page */
};

struct kb_claims {
    struct kb_claim items[KB_CLAIMS_MOST];
    size_t count;
};

struct kb_author {
    struct kb_str name;
    struct kb_str role; /* editor, translator, contributor, photographer; empty: author */
    struct kb_str organization;
};

/* What the page's head or markup says of its authors, not yet split into persons. */
enum kb_author_from { KB_AUTHOR_JSONLD, KB_AUTHOR_MICRODATA, KB_AUTHOR_META };
struct kb_author_claim {
    struct kb_str raw, role, organization;
    uint8_t from;         /* enum kb_author_from */
    uint8_t rank;         /* of meta: the lowest counts */
    bool person;          /* one person's name, not a byline */
    bool own;             /* whose address is the person's own site or profile */
    lxb_dom_node_t *node; /* of microdata: where it stands */
    bool house;           /* an organization's */
    bool post;            /* of the post that opens a thread */
    bool labelled;        /* raw begins with what the page calls it: "Written by: …" */
};

struct kb_rights {
    struct kb_str holder, notice;
    enum { KB_FREE_UNKNOWN, KB_FREE_NO, KB_FREE_YES } free;
};

/* All strings are UTF-8 in the arena, white space folded, entities decoded (twice where a
 * page encoded them twice), at most KB_LIMIT_META_BYTES; empty where the page is
 * silent. */
struct kb_page_meta {
    struct kb_str title; /* the headline, without the site's name */
    struct kb_str site_name;
    struct kb_str description;
    struct kb_str canonical_url;
    struct kb_str language; /* as declared, BCP 47 */
    struct kb_str date_published,
        date_modified;            /* RFC 3339 as far as the page is precise */
    struct kb_str date_others[2]; /* published, as others say beside it: the head, another
                                     node of JSON-LD */
    struct kb_str section;
    struct kb_str image;        /* the lead picture */
    struct kb_str image_credit; /* as JSON-LD names it */
    struct kb_author *authors;  /* filled by kb_page_people */
    size_t author_count;
    struct kb_author_claim *author_claims;
    size_t author_claim_count, author_claim_cap;
    struct kb_str houses[4]; /* names that the site goes by, beside site_name */
    struct kb_str *tags;
    size_t tag_count;
    uint32_t types;          /* enum kb_page_type_bits */
    struct kb_str body_text; /* JSON-LD articleBody (longest of an article's), maybe with
                                   HTML in it; empty where there is none */
    struct kb_claims claims;
    struct kb_rights rights;
    bool house_signs;   /* the one author is the house or its staff */
    long comment_count; /* -1 where the page does not tell */
    bool news;          /* it declares to be a NewsArticle or its like */
};

/* A machine-readable date in RFC 3339 ("2024-05-03", "2024-05-03T10:15:00+02:00", without
 * zone where the page names none); empty where raw is none. */
struct kb_str kb_page_date(struct kb_arena *arena, struct kb_str raw);

/* Adds a claim; false when memory ends. */
bool kb_page_claim_author(struct kb_page_meta *meta, struct kb_arena *arena,
                          const struct kb_author_claim *claim);

/* Reads the head, the JSON-LD scripts and the headings.  url is the page's address, may
 * be
 * empty.  Never fails for what a page contains; KB_ENOMEM only. */
enum kb_status kb_page_meta_read(const struct kb_page_nodes *nodes, struct kb_str url,
                                 struct kb_urls *urls, struct kb_arena *arena,
                                 struct kb_page_meta *meta,
                                 struct kb_err *err) KB_MUST_USE;

/* The article's body as HTML or text from an embedded state object (Next.js, Nuxt,
 * Apollo, Gatsby, Fusion, generic JSON in script elements), for pages whose markup is
 * empty:  the longest value, or run of values in one array, that reads like prose.  Empty
 * where none is found.  Costly: called only where the markup has no article. */
struct kb_str kb_page_state_body(const struct kb_page_nodes *nodes, struct kb_str title,
                                 struct kb_arena *arena);

/* ---- debris: lines that stand in a body and are not the article -------------------- */

#define KB_REMOVED_LIST(X)                                                               \
    X(KB_REMOVED_NONE, "")                                                               \
    X(KB_REMOVED_HEADLINE, "headline")                                                   \
    X(KB_REMOVED_STANDFIRST, "standfirst")                                               \
    X(KB_REMOVED_DESK_TAG, "desk_tag") /* "(CLO)" at the head */                         \
    X(KB_REMOVED_DATELINE, "dateline") /* "BERLIN, 3 May (dpa) –" */                   \
    X(KB_REMOVED_BYLINE, "byline")                                                       \
    X(KB_REMOVED_CAPTION, "caption")                                                     \
    X(KB_REMOVED_CREDIT_LINE, "credit_line") /* "(according to CCTV, TASS)" */           \
    X(KB_REMOVED_SOURCE_LINE, "source_line") /* "Source: https://…" */                 \
    X(KB_REMOVED_AD, "ad")                   /* "[ad_2]", "Advertisement" */             \
    X(KB_REMOVED_COUNTER, "comment_counter") /* "Comments (0)", "1,024 views" */         \
    X(KB_REMOVED_SHARE, "share")                                                         \
    X(KB_REMOVED_RELATED, "related") /* "Read also: …" */                              \
    X(KB_REMOVED_AUTHOR_BIO, "author_bio")                                               \
    X(KB_REMOVED_NEWSLETTER, "newsletter")                                               \
    X(KB_REMOVED_SUBSCRIPTION, "subscription")                                           \
    X(KB_REMOVED_COOKIE_NOTE, "cookie_note")                                             \
    X(KB_REMOVED_COMMENT, "comment")                                                     \
    X(KB_REMOVED_OTHER, "other")

enum kb_removed_kind {
#define X(code, name) code,
    KB_REMOVED_LIST(X)
#undef X
        KB_REMOVED_COUNT
};

const char *kb_removed_name(enum kb_removed_kind kind);

struct kb_removed {
    enum kb_removed_kind kind;
    struct kb_str text;
};

/* One key for all sizes of a picture (picture_key.c). */
uint64_t kb_page_picture_key(struct kb_str url);

/* Where a line stands, as far as that helps to tell what it is. */
struct kb_line_place {
    size_t index, count; /* which of the body's lines, from 0 */
    bool all_link;       /* the whole line is one link */
    bool after_picture;
    bool has_picture; /* the page has a picture in the body */
};

/* What a line of a body is: KB_REMOVED_NONE for text of the article.  Only what is
 * plainly debris is named: a doubtful line is text. */
enum kb_removed_kind kb_page_debris(const struct kb_lexicon *lexicon, struct kb_str line,
                                    const struct kb_line_place *place);

/* Length of the desk tag, or of the dateline with its dash, at the head of a first
 * paragraph: "(CLO) ", "BERLIN, 3 May (dpa) – ".  0 where there is none.  The text
 * proper begins behind it. */
size_t kb_page_lead_tag(const struct kb_lexicon *lexicon, struct kb_str paragraph,
                        enum kb_removed_kind *kind);

/* ---- lines: what stands around the body -------------------------------------------- */

enum kb_line_zone {
    KB_LINE_HEAD, /* between the headline and the body, and right above the headline */
    KB_LINE_BODY, /* between paragraphs of the body, and not of it */
    KB_LINE_TAIL  /* behind the body */
};

/* What the elements around a line are named, as far as it tells what a line is. */
enum kb_line_marks {
    KB_LINE_BYLINE = 1,  /* author, byline, meta */
    KB_LINE_CAPTION = 2, /* in a figure or named a caption */
    KB_LINE_ASIDE = 4,   /* navigation, related articles, share bars, comments, forms */
    KB_LINE_FOOTER = 8,
    KB_LINE_LINK = 16,   /* the whole line is links */
    KB_LINE_PICTURE = 32 /* a picture stands in it or right before it */
};

/* A line of the page that is not of the body but stands near it: credits stand there. */
struct kb_page_line {
    struct kb_str text, url; /* url: of the first link in it, absolute */
    struct kb_str picture;   /* address of the picture that a caption stands under */
    struct kb_str credit;    /* of a caption: its last part, in an element for credits */
    enum kb_line_zone zone;
    unsigned marks;               /* enum kb_line_marks */
    unsigned distance;            /* blocks between it and the body */
    enum kb_removed_kind removed; /* what it is listed as, if it is */
};

/* ---- a page's result, from a DOM or from a plain text ------------------------------ */

struct kb_page_result {
    struct kb_node *body; /* never NULL on KB_OK; may be empty */
    struct kb_page_meta meta;
    struct kb_removed *removed; /* what stood in the body and was taken out, in order */
    size_t removed_count;
    struct kb_page_image *images; /* in the body, and the lead picture */
    size_t image_count;
    struct kb_page_line *lines; /* in the page's order */
    size_t line_count;
    struct kb_str byline; /* as printed, where a line or element plainly is one */
    float confidence;     /* 0 to 1: that the body is the page's article */
    const char *warnings[KB_LIMIT_WARNINGS]; /* static sentences */
    size_t warning_count;
};

void kb_page_warn(struct kb_page_result *result, const char *warning);

/* What a reader of pages needs beside the page: made once a thread, used for every
 * page. */
struct kb_page_tools;
enum kb_status kb_page_tools_new(const struct kb_lexicon *lexicon,
                                 struct kb_page_tools **out,
                                 struct kb_err *err) KB_MUST_USE;
void kb_page_tools_free(struct kb_page_tools *tools);

/* What time it is, and when the next page was fetched, in seconds since 1970; 0, as at
 * first, where that is not known.  Dates after the earlier one are not believed; "3 hours
 * ago" is reckoned from the second. */
void kb_page_tools_time(struct kb_page_tools *tools, int64_t now, int64_t fetched);

/* A page's HTML (UTF-8).  url is its address or empty; max_depth 0 takes the default.
 * The result is in the arena; html may be forgotten afterwards. */
enum kb_status kb_page_read_html(struct kb_page_tools *tools, struct kb_str html,
                                 struct kb_str url, size_t max_depth,
                                 struct kb_arena *arena, struct kb_page_result *result,
                                 struct kb_err *err) KB_MUST_USE;

/* The text of a feed's entry, which is all the entry's own: a page without frame.  It is
 * read as one, so that what is no article's in it is found; where that finds too little
 * (a sentence, a list of links) all of it is the body. */
struct kb_page_fragment {
    struct kb_str title, url, site_name;
    const struct kb_str *authors; /* as told, not yet split into persons */
    size_t author_count;
};
enum kb_status kb_page_read_fragment(struct kb_page_tools *tools, struct kb_str html,
                                     const struct kb_page_fragment *fragment,
                                     struct kb_arena *arena,
                                     struct kb_page_result *result,
                                     struct kb_err *err) KB_MUST_USE;

/* A plain text (UTF-8): paragraphs by empty lines, or by lines where there are none;
 * "- " and "1. " lists; a headline where the first line plainly is one; hard-wrapped
 * lines joined. */
enum kb_status kb_page_read_plain(struct kb_str text, const struct kb_lexicon *lexicon,
                                  struct kb_arena *arena, struct kb_page_result *result,
                                  struct kb_err *err) KB_MUST_USE;

#endif
