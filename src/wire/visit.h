/* Inside wire: one feed's visit in a round: what it is asked with, its entries, its
 * pages, its end. */
#ifndef KB_WIRE_VISIT_H
#define KB_WIRE_VISIT_H

#include <yyjson.h>

#include "feed/feed.h"
#include "wire/gate.h"
#include "wire/icons.h"
#include "wire/push.h"
#include "wire/round.h"

/* What all visits of a round share. */
struct kb_round {
    struct kb_store *store;
    struct kb_desk *desk; /* NULL where only icons are looked for */
    const struct kb_round_options *options;
    struct kb_round_result *result;
    struct kb_client *client;
    struct kb_gate *gate;
    kabar_reader *reader;
    struct kb_lexicon *lexicon;
    struct kb_article_tools tools;
    struct kb_feed_reader *spare; /* of a visit that has ended */
    struct kb_buf text;
    bool open;                      /* a transaction */
    bool hubs_due, pushes_due;      /* hubs are to be asked; what they brought, read */
    bool icons_due;                 /* icons are to be looked for, … */
    size_t icons_open;              /* … and so many are */
    struct kb_visit *ended, **last; /* in it: told when it is committed */
    int64_t now;
    struct kb_err *err;
    enum kb_status status; /* the first failure ends the round */
};

struct kb_visit;

/* What an entry is known by: the feed's own id for it, and what it said.  Some feeds make
 * new ids each time that they are asked; `same` is of its link, its words and its time, 0
 * where it has no id but those. */
struct kb_entry_mark {
    uint64_t id, content, same;
};

/* One entry whose page is fetched. */
struct kb_page_job {
    struct kb_gate_item item;
    struct kb_visit *visit;
    size_t entry; /* in the feed; KB_NOT_FOUND: of a site's front page */
    struct kb_entry_mark mark;
};

struct kb_visit {
    struct kb_round *round;
    const struct kb_feed_row *row;
    yyjson_doc *state_doc, *settings;
    struct kb_fetch_state state;
    struct kb_arena arena; /* the request's strings, the page jobs, dates */
    struct kb_request request;
    struct kb_feed_reader *reader;
    struct kb_feed *feed; /* the reader's */
    struct kb_answer *answer;
    struct kb_str instead; /* what came where it is no feed */
    struct kb_str found;   /* … and the feed that the page names, */
    bool found_site;       /* or it is a site's page with articles and no feed */
    int64_t *dates;
    size_t date_count, pending;
    bool ended;
    bool cut;              /* entries were left for the next round */
    struct kb_hub_row hub; /* by which its news come; n is 0 where by none */
    int64_t push;          /* what a hub brought is read, unasked: its number; else 0 */
    struct kb_round_told told;
    struct kb_visit *next; /* that ended in the same transaction */
};

/* The visit of a feed, ready to be asked for: request is filled. */
struct kb_visit *kb_visit_new(struct kb_round *round, const struct kb_feed_row *row);
void kb_visit_free(struct kb_visit *visit);

/* The feed's answer, which is the visit's from now on.  Pages that are wanted go to the
 * gate; where none is, the visit has ended. */
enum kb_status kb_visit_answered(struct kb_visit *visit, struct kb_answer *answer);

/* A page's answer; NULL where it may not be asked for, or, with later, not now: then the
 * entry stands for it until a later round tries again. */
enum kb_status kb_visit_page(struct kb_page_job *job, const struct kb_answer *answer,
                             bool later);

/* No page is waited for: the feed's next time is kept, and told after the commit. */
enum kb_status kb_visit_end(struct kb_visit *visit);

/* A transaction of the desk's, if none is open; it ends with the client's step. */
enum kb_status kb_round_begin(struct kb_round *round);

/* Asks a hub: its answer goes to kb_push_asked, with next. */
enum kb_status kb_round_ask_hub(struct kb_round *round, const struct kb_request *request,
                                int64_t hub, int64_t next);

/* Asks for a feed's icon: its answer goes to kb_icons_answered. */
enum kb_status kb_round_ask_icon(struct kb_round *round, const struct kb_request *request,
                                 struct kb_icon_job *job);

/* Between two articles: lets others write who wait for it. */
enum kb_status kb_round_pause(struct kb_round *round);

#endif
