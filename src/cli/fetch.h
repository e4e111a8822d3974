/* kabar fetch's own header: addresses in, feeds and articles out.
 *
 * The one verb that goes to the network, and so the one that looks behind kabar.h: it
 * stands on the modules fetch and feed too.
 *
 *     fetch.c         the words of the command line
 *     fetch_words.c   … those that go with requests
 *     fetch_round.c   a round of the wire's feeds
 *     fetch_tools.c   what all addresses share: the client, readers, the WARC file
 *     fetch_one.c     one address, and the articles that it names
 *     fetch_site.c    a site's front page: its feeds and articles
 *     fetch_many.c    thousands of addresses, a line of JSON each
 *     fetch_visit.c   an answer → a feed, an article, a home page; those → text
 *     fetch_robots.c  may an address be read that nobody named?
 *     fetch_trace.c   --verbose
 *     fetch_state.c   --state: what is known of feeds from one call to the next */
#ifndef KB_CLI_FETCH_H
#define KB_CLI_FETCH_H

#include "cli/cli.h"
#include "feed/feed.h"
#include "fetch/fetch.h"

/* ---- what the words said ----------------------------------------------------------- */

enum kb_cli_as { KB_CLI_AS_AUTO, KB_CLI_AS_FEED, KB_CLI_AS_ARTICLE, KB_CLI_AS_SITE };

enum { KB_CLI_FETCH_HEADERS = 32, KB_CLI_FETCH_RESOLVE = 64 };

struct kb_cli_fetch_options {
    struct kb_client_options client;
    struct kb_guard *guard;    /* client.guard, ours */
    struct kb_request request; /* what goes with every address */
    struct kb_header headers[KB_CLI_FETCH_HEADERS];
    struct kb_str resolve[KB_CLI_FETCH_RESOLVE];
    enum kb_cli_as as;
    kabar_format format;
    kabar_print_options print;
    const char *output, *list, *state, *warc; /* NULL: none */
    int articles;                             /* to read of a feed or site */
    int jobs;
    bool verbose, progress, due;
    size_t *under_way; /* requests of jobs that have started before Ctrl-C */
};

/* ---- what goes with requests (fetch_words.c) --------------------------------------- */

enum kb_cli_request_option {
    KB_CLI_REQ_CONTACT,
    KB_CLI_REQ_USER_AGENT,
    KB_CLI_REQ_HEADER,
    KB_CLI_REQ_COOKIE,
    KB_CLI_REQ_USER,
    KB_CLI_REQ_PROXY,
    KB_CLI_REQ_INSECURE,
    KB_CLI_REQ_CA_FILE,
    KB_CLI_REQ_ALLOW_PRIVATE,
    KB_CLI_REQ_ALLOW_PORT,
    KB_CLI_REQ_RESOLVE,
    KB_CLI_REQ_TIMEOUT,
    KB_CLI_REQ_MAX_BYTES,
    KB_CLI_REQ_SPACING,
    KB_CLI_REQUEST_OPTIONS
};

/* Their rows in a verb's table, from an index on. */
#define KB_CLI_REQUEST_ROWS(first)                                                       \
    [(first) +                                                                           \
        KB_CLI_REQ_CONTACT] = {"contact", 0, "TEXT",                                     \
                               "who you are, in the User-Agent: a page or a mail\n"      \
                               "address"},                                               \
        [(first) +                                                                       \
            KB_CLI_REQ_USER_AGENT] = {"user-agent", 0, "TEXT", "the whole User-Agent"},  \
        [(first) + KB_CLI_REQ_HEADER] = {"header", 'H', "LINE",                          \
                                         "a header for the address's host alone"},       \
        [(first) + KB_CLI_REQ_COOKIE] = {"cookie", 0, "TEXT",                            \
                                         "\"name=value; …\", for that host alone"},      \
        [(first) + KB_CLI_REQ_USER] = {"user", 0, "NAME:PASS", "log in there (Basic)"},  \
        [(first) + KB_CLI_REQ_PROXY] = {"proxy", 0, "URL",                               \
                                        "go by this proxy: http, https or socks5h"},     \
        [(first) + KB_CLI_REQ_INSECURE] = {"insecure", 0, NULL,                          \
                                           "do not check the host's certificate"},       \
        [(first) +                                                                       \
            KB_CLI_REQ_CA_FILE] = {"ca-file", 0, "FILE",                                 \
                                   "certificates to trust, instead of the system's"},    \
        [(first) + KB_CLI_REQ_ALLOW_PRIVATE] =                                           \
            {"allow-private", 0, "WHAT",                                                 \
             "go to a private address, block, or name too:\n"                            \
             "10.0.0.0/8, [::1]:8080, feeds.example.org"},                               \
        [(first) +                                                                       \
            KB_CLI_REQ_ALLOW_PORT] = {"allow-port", 0, "N",                              \
                                      "go to a port too that is none of web servers"},   \
        [(first) +                                                                       \
            KB_CLI_REQ_RESOLVE] = {"resolve", 0, "NAME=ADDR", "do not look NAME up"},    \
        [(first) + KB_CLI_REQ_TIMEOUT] = {"timeout", 0, "SECONDS",                       \
                                          "for one address, redirects included"},        \
        [(first) +                                                                       \
            KB_CLI_REQ_MAX_BYTES] = {"max-bytes", 0, "SIZE",                             \
                                     "refuse larger answers, unpacked; at most 128M"},   \
        [(first) + KB_CLI_REQ_SPACING] = {                                               \
            "spacing", 0, "MS", "between two requests to one host; default 1000"}

/* Fills in what holds where nothing is said; the guard is the caller's to free.  False,
 * and said so, without memory. */
bool kb_cli_request_defaults(struct kb_cli_fetch_options *fetch);

/* Takes one of them, whose rows begin at first in the verb's table; an exit status. */
int kb_cli_set_request(const struct kb_cli_verb *verb, unsigned first, unsigned option,
                       const char *value, struct kb_cli_fetch_options *fetch);

/* ---- tools: what all addresses of one call share ----------------------------------- */

struct kb_cli_state; /* fetch_state.c */

struct kb_cli_fetcher {
    const struct kb_cli_fetch_options *options;
    struct kb_client *client;
    kabar_reader *reader;
    struct kb_feed_reader *feeds;
    struct kb_cli_state *state;   /* NULL without --state */
    struct kb_cli_robots *robots; /* a list */
    struct kb_warc_writer *warc;  /* NULL without --warc */
    struct kb_cli_output warc_out;
    bool failed; /* something was not written */
    int64_t now; /* seconds since 1970, of the last answer */
};

/* Says so on failure. */
bool kb_cli_fetcher_open(struct kb_cli_fetcher *fetcher,
                         const struct kb_cli_fetch_options *options);
bool kb_cli_fetcher_close(struct kb_cli_fetcher *fetcher);

/* Each answer passes here once: it is written to the WARC file.  False, with a message,
 * where that cannot be written. */
bool kb_cli_fetcher_took(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer);

/* A request for an address that kabar found, or for one that a person named (url, or
 * where it has moved to): with all that the options say of requests, and what is known of
 * the feed there. */
void kb_cli_request_found(const struct kb_cli_fetcher *fetcher, struct kb_str url,
                          enum kb_wanted wanted, struct kb_request *request);
void kb_cli_request_named(const struct kb_cli_fetcher *fetcher, struct kb_str url,
                          struct kb_request *request);

/* With --due: is it too early for url?  Says so where it is the only one. */
bool kb_cli_is_early(const struct kb_cli_fetcher *fetcher, struct kb_str url);

/* Fetches one address and waits for it.  NULL where it failed for want of memory (which
 * is said); free it with kb_answer_free. */
struct kb_answer *kb_cli_fetch_now(struct kb_cli_fetcher *fetcher,
                                   const struct kb_request *request);

/* ---- robots.txt (fetch_robots.c) --------------------------------------------------- */

struct kb_cli_robots; /* of one host */

/* May url, which kabar found by itself, be read?  The host's robots.txt is fetched where
 * it is not known yet. */
bool kb_cli_robots_allow(struct kb_cli_fetcher *fetcher, struct kb_str url);

/* The site maps that the host of url names, as written; empty where there are none. */
const struct kb_robots *kb_cli_robots_of(struct kb_cli_fetcher *fetcher,
                                         struct kb_str url);
void kb_cli_robots_free(struct kb_cli_robots *robots);

/* ---- an answer (fetch_visit.c) ----------------------------------------------------- */

enum kb_cli_kind {
    KB_CLI_NOTHING, /* error tells why */
    KB_CLI_UNCHANGED,
    KB_CLI_FEED,
    KB_CLI_ARTICLE,
    KB_CLI_SITE
};

struct kb_cli_visit {
    enum kb_cli_kind kind;
    struct kb_feed *feed; /* the reader's: until the next visit */
    kabar_article *article;
    struct kb_discovery *site; /* the reader's too */
    const char *error;         /* its name: "http", "bad-input", "timeout" */
    char message[320];
};

/* What came: article and feed are read.  as: what it is taken for. */
void kb_cli_visit(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                  enum kb_cli_as as, struct kb_cli_visit *visit);
void kb_cli_visit_free(struct kb_cli_visit *visit);

/* The article or feed in a format (articles' or feeds' own); false, with visit's error
 * set, where that fails. */
bool kb_cli_visit_print(struct kb_cli_visit *visit, kabar_format format,
                        const kabar_print_options *print, struct kb_buf *out);

/* {"url":…,"final_url":…,"status":…,"kind":…,"feed"|"article"|"site"|"error":…} and a
 * line feed.  verdict: what comes next for a feed, or NULL. */
void kb_cli_visit_line(struct kb_cli_visit *visit, struct kb_str url,
                       const struct kb_answer *answer,
                       const struct kb_fetch_verdict *verdict, struct kb_buf *out);

/* ---- what is known of feeds (fetch_state.c) ---------------------------------------- */

/* Reads the file, where there is one.  NULL, with a message, where it cannot be read. */
struct kb_cli_state *kb_cli_state_open(const char *path);

/* Writes it anew, in one step.  Says so on failure. */
bool kb_cli_state_save(struct kb_cli_state *state, const char *path);
void kb_cli_state_free(struct kb_cli_state *state);

/* What is known of url; NULL where nothing is. */
const struct kb_fetch_state *kb_cli_state_find(const struct kb_cli_state *state,
                                               struct kb_str url);

/* What comes next for a feed after an answer, by kb_fetch_plan; kept in the fetcher's
 * state, where it has one.  False where url is no feed and never was. */
bool kb_cli_learn(struct kb_cli_fetcher *fetcher, struct kb_str url,
                  const struct kb_answer *answer, const struct kb_cli_visit *visit,
                  bool conditional, struct kb_fetch_verdict *verdict);

/* ---- the ways to fetch ------------------------------------------------------------- */

int kb_cli_fetch_one(struct kb_cli_fetcher *fetcher, const char *url);
int kb_cli_fetch_round(const struct kb_cli_fetch_options *options, const char *db,
                       bool all);
int kb_cli_fetch_many(struct kb_cli_fetcher *fetcher, char **urls, int count);

/* ---- a site (fetch_site.c) --------------------------------------------------------- */

struct kb_cli_link {
    struct kb_str url, title;
    const char *found; /* where: "link", "page", "well-known", "robots.txt" */
};

struct kb_cli_links {
    struct kb_cli_link *items;
    size_t count, cap;
};

struct kb_cli_site {
    struct kb_arena arena; /* of all its strings */
    struct kb_str url, title;
    struct kb_cli_links feeds, sitemaps, articles;
};

/* Copies what the page names.  False without memory. */
bool kb_cli_site_take(struct kb_cli_site *site, const struct kb_answer *answer,
                      const struct kb_discovery *found);

bool kb_cli_site_add(struct kb_cli_site *site, struct kb_cli_links *to,
                     struct kb_cli_link link);

/* Looks further where the page names no feed, or no article: robots.txt, well-known
 * paths, site maps. */
void kb_cli_site_search(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site);
void kb_cli_site_print(const struct kb_cli_site *site, kabar_format format,
                       const kabar_print_options *print, struct kb_buf *out);
void kb_cli_site_free(struct kb_cli_site *site);

/* ---- --verbose (fetch_trace.c) ----------------------------------------------------- */

/* An address of many, the context of its request. */
struct kb_cli_job {
    struct kb_cli_job *next;
    bool conditional, started, counted;
    size_t n;
    char url[];
};

/* For kb_client_options.trace: tells, and marks a job as started. */
void kb_cli_trace(void *arg, void *context, enum kb_trace what, struct kb_str text);

/* A decision of ours. */
void kb_cli_tell(const struct kb_cli_fetch_options *options, const char *format, ...)
    KB_CLI_PRINTF(2, 3);

#endif
