/* article: a page's result → the record, and the record → every printed format.
 *
 * May include page and what is below it.  The public functions of kabar.h stand in
 * api.c. */
#ifndef KB_ARTICLE_H
#define KB_ARTICLE_H

#include "article/changes.h"
#include "feed/feed.h"
#include "page/page.h"

#include <kabar.h>

/* ---- where the text is from -------------------------------------------------------- */

/* What a source is.  The names are the record's. */
#define KB_SOURCE_KIND_LIST(X)                                                           \
    X(KB_SOURCE_AGENCY, "agency")                                                        \
    X(KB_SOURCE_OUTLET, "outlet")                                                        \
    X(KB_SOURCE_OFFICIAL, "official")                                                    \
    X(KB_SOURCE_PERSON, "person")                                                        \
    X(KB_SOURCE_SOCIAL, "social")

/* What a text has to do with where it is from.  The first KB_REL_OF_PAGES are told by
 * pages and are the record's, the weakest first: where several fit, the strongest is
 * told.  The others are found between articles (story/chain.h).  docs/chain.md tells
 * all. */
#define KB_REL_LIST(X)                                                                   \
    X(KB_REL_QUOTED, "quoted")          /* a fact in the text is from it */              \
    X(KB_REL_CREDITED, "credited")      /* it is named as the source of the text */      \
    X(KB_REL_COMPILED, "compiled_from") /* together with others */                       \
    X(KB_REL_REPUBLISHED, "republished_from")                                            \
    X(KB_REL_TRANSLATED, "translated_from")                                              \
    X(KB_REL_REPRINT, "reprint_of")  /* its text, without a word of credit */            \
    X(KB_REL_SAME_TEXT, "same_text") /* two copies of a report that is not here */       \
    X(KB_REL_UPDATE, "update_of")    /* the same outlet's, later */

#define KB_ROLE_LIST(X)                                                                  \
    X(KB_ROLE_UNKNOWN, "unknown")                                                        \
    X(KB_ROLE_ORIGINAL, "original")                                                      \
    X(KB_ROLE_AGENCY_COPY, "agency_copy")                                                \
    X(KB_ROLE_REWRITE, "rewrite")                                                        \
    X(KB_ROLE_COMPILATION, "compilation")                                                \
    X(KB_ROLE_REPUBLICATION, "republication")                                            \
    X(KB_ROLE_TRANSLATION, "translation")                                                \
    X(KB_ROLE_PRESS_RELEASE, "press_release")

#define X(code, name) code,
enum kb_source_kind { KB_SOURCE_KIND_LIST(X) KB_SOURCE_KIND_COUNT };
enum kb_rel { KB_REL_LIST(X) KB_REL_COUNT };
enum kb_role { KB_ROLE_LIST(X) KB_ROLE_COUNT };
#undef X

enum { KB_REL_OF_PAGES = KB_REL_TRANSLATED + 1 };

const char *kb_source_kind_name(enum kb_source_kind kind);
const char *kb_rel_name(enum kb_rel rel);
const char *kb_rel_words(enum kb_rel rel); /* for people: "translated from", "quotes" */
const char *kb_role_name(enum kb_role role);

struct kb_source {
    struct kb_str name, url;
    struct kb_str evidence; /* words of the page, or a value of its head */
    enum kb_source_kind kind;
    enum kb_rel rel;
    float confidence; /* 0 to 1 */
};

/* One step of the chain behind the text; what is not known is empty: a gap. */
struct kb_chain_link {
    struct kb_str publisher, url, language, date;
    enum kb_rel rel; /* to the step before it; of no meaning in the first */
};

enum { KB_ROLES_MOST = 2 };

struct kb_provenance {
    enum kb_role roles[KB_ROLES_MOST];
    size_t role_count;
    struct kb_source *sources; /* the most telling first */
    size_t source_count;
    struct kb_str original_url;
    struct kb_chain_link *chain; /* the oldest first */
    size_t chain_count;
};

struct kb_dateline {
    struct kb_str raw, place, date, agency; /* date: as printed */
};

/* ---- the record -------------------------------------------------------------------- */

struct kb_article {
    struct kb_arena arena; /* owns everything below */
    struct kb_str id, url, canonical_url, title, summary, content_text, content_html;
    struct kb_str language, date_published, date_modified, byline, desk;
    struct kb_str publisher, publisher_domain, section, image;
    const char *direction;
    struct kb_rights rights;
    long comment_count; /* -1: not told */
    struct kb_author *authors;
    struct kb_str *tags;
    size_t author_count, tag_count;
    struct kb_page_image *images;
    size_t image_count;
    struct kb_feed_attachment *attachments; /* a feed's files: audio, video, documents */
    size_t attachment_count;
    struct kb_removed *removed;
    size_t removed_count;
    const char *warnings[KB_LIMIT_WARNINGS];
    size_t warning_count;
    float confidence;
    struct kb_str version; /* of the kabar that read the page; empty: this one */
    struct kb_node *body;
    struct kb_dateline dateline;
    struct kb_provenance provenance;
};

bool kb_article_has_role(const struct kb_article *article, enum kb_role role);

/* What "credited" is by the article's roles: KB_ROLE_PRESS_RELEASE, KB_ROLE_AGENCY_COPY;
 * KB_ROLE_UNKNOWN where they tell no more, and for other relations. */
enum kb_role kb_credit_role(const struct kb_article *article,
                            const struct kb_source *source);

/* kb_rel_words, but "agency copy of", "press release of" by kb_credit_role. */
const char *kb_told_relation(const struct kb_article *article,
                             const struct kb_source *source);

/* The record behind what kabar_read gives: its own, as long as it is not freed. */
const struct kb_article *kb_article_of(const kabar_article *article);
struct kb_article *kb_article_inside(kabar_article *article); /* to be changed */

/* What is known of a page apart from its bytes; empty where nothing is. */
struct kb_article_hints {
    struct kb_str url, language;
};

/* Fills article (whose arena holds result) from result.  text is scratch. */
enum kb_status kb_article_fill(struct kb_article *article,
                               const struct kb_page_result *result,
                               const struct kb_article_hints *hints,
                               const struct kb_lexicon *lexicon, struct kb_buf *text,
                               struct kb_err *err) KB_MUST_USE;

/* Finds the desk, the dateline and the sources of a filled article (sources.c): from the
 * lines around the body, from the body, from the head.  Never fails for what a page says;
 * the arena's full flag tells where memory ended. */
void kb_article_find_sources(struct kb_article *article,
                             const struct kb_page_result *result,
                             const struct kb_lexicon *lexicon);

/* A date of the record as RFC 3339 has a moment, with seconds and zone; empty where it is
 * less precise.  room is the caller's. */
enum { KB_DATE_ROOM = 48 };
struct kb_str kb_article_moment(struct kb_str date, char room[KB_DATE_ROOM]);

/* Where an article stands: the address that its page calls the right one, if that is of
 * its own site.  Another site's tells whose text it is; else any page could take the
 * place of any article. */
struct kb_str kb_article_address(const struct kb_article *article);

/* What both ways to an article tell alike: its language, as declared and as its text is,
 * with the direction; its id; a warning, once, which has to live as long as the
 * article. */
void kb_article_tell_language(struct kb_article *article, struct kb_str declared);
struct kb_str kb_article_make_id(struct kb_article *article);
void kb_article_warn(struct kb_article *article, const char *warning);

/* ---- a record → the article (load.c) ----------------------------------------------- */

/* What reads records; used again from record to record, one thread at a time. */
struct kb_loader;

enum kb_status kb_loader_new(struct kb_loader **out, struct kb_err *err) KB_MUST_USE;
void kb_loader_free(struct kb_loader *loader);

/* Reads one record: the object that kb_article_print_json prints (or a line of JSON
 * Lines), or an article from elsewhere with some of JSON Feed's item names.  Fills
 * article, whose arena the caller has made ready; json may be forgotten afterwards.
 * KB_EINPUT where it is no JSON, or a member has a wrong type: the message names it. */
enum kb_status kb_article_load(struct kb_loader *loader, struct kb_str json,
                               struct kb_article *article,
                               struct kb_err *err) KB_MUST_USE;

/* The same as an article for the public functions; kabar_article_free frees it. */
enum kb_status kb_article_open(struct kb_loader *loader, struct kb_str json,
                               kabar_article **article, struct kb_err *err) KB_MUST_USE;

/* The files of a record that our own writer made, for who needs no more of it: at most
 * KB_LIMIT_ATTACHMENTS, with room for one behind them. */
struct yyjson_val;
size_t kb_record_attachments(struct yyjson_val *record, struct kb_arena *arena,
                             struct kb_feed_attachment **out);

/* ---- a feed's entry (entry.c, merge.c) --------------------------------------------- */

/* What entries are read with; one thread at a time.  The time that dates are judged by is
 * the page tools' own (kb_page_tools_time). */
struct kb_article_tools {
    const struct kb_lexicon *lexicon;
    struct kb_page_tools *page;
    struct kb_buf *text; /* scratch, of KB_LIMIT_OUTPUT_BYTES */
};

/* The article that an entry holds, as far as it does: its text may be a summary.  Fills
 * article, whose arena the caller has made ready; feed may be forgotten afterwards.
 * language is the caller's own, and may be empty: then it is the feed's or the text's. */
enum kb_status kb_article_from_entry(const struct kb_article_tools *tools,
                                     const struct kb_feed *feed,
                                     const struct kb_feed_item *item,
                                     struct kb_str language, struct kb_article *article,
                                     struct kb_err *err) KB_MUST_USE;

/* Completes a page's article by what its entry tells.  The page goes first; where the two
 * contradict each other a warning says so. */
enum kb_status kb_article_merge_entry(const struct kb_article_tools *tools,
                                      const struct kb_feed *feed,
                                      const struct kb_feed_item *item,
                                      struct kb_article *article,
                                      struct kb_err *err) KB_MUST_USE;

/* Are two addresses of one house, by their hosts? */
bool kb_same_site(struct kb_str url, struct kb_str other);

/* ---- printing: each appends to out, a line feed at the end ------------------------- */

void kb_article_print_text(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_markdown(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_html(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_json(const struct kb_article *article, int indent,
                           struct kb_buf *out);
void kb_article_print_jsonld(const struct kb_article *article, int indent,
                             struct kb_buf *out);
void kb_article_print_ninjs(const struct kb_article *article, int indent,
                            struct kb_buf *out);
void kb_article_print_view(const struct kb_article *article, int width, bool color,
                           struct kb_buf *out);

#endif
