/* Articles are put into stories and kept: desk.h tells what enters and leaves.
 *
 * The grouper (story.h) lives in memory and remembers the last weeks.  It is filled from
 * the fingerprints that the file keeps of them when the first new article comes, and goes
 * on from there; what another process wrote meanwhile is taken in before the first new
 * article of each transaction, and after a person's correction, or a transaction that
 * failed, it is filled anew.  So two desks on one file see the same stories. */
#include "wire/desk.h"

#include <stdlib.h>
#include <yyjson.h>

#include "story/story.h"
#include "wire/numbers.h"
#include "wire/whose.h"

struct person { /* who has rules */
    int64_t user;
    struct kb_rules *rules;
};

struct kb_desk {
    struct kb_store *store;
    struct kb_printer *printer;
    struct kb_lexicon *lexicon; /* names of agencies, for the rules */
    struct person *people;
    size_t person_count;
    struct kb_grouper *grouper;
    struct kb_numbers numbers; /* the grouper's ↔ the file's */
    int64_t last;              /* number of the latest article taken in */
    int64_t forgotten;         /* prints before this time are gone */
    size_t late;               /* articles older than what is remembered */
    int64_t corrections;
    int64_t rules_tide, prints_tide; /* of the file when they were read */
    bool rules_read, filled;         /* with all that the file had then */
    bool ready;                      /* … in this transaction */
    struct kb_arena arena;           /* one article's */
    struct kb_buf print;
};

enum { A_DAY = 86400 };

/* Seconds before the newest article: older prints go, and are no longer looked at. */
enum { REMEMBERED = (KB_LIMIT_STORY_DAYS + 1) * A_DAY };

/* Articles that came late and are worth being let go of: some three megabytes. */
enum { LATE = 1000 };

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
}

enum kb_status kb_desk_new(struct kb_store *store, struct kb_desk **out,
                           struct kb_err *err) {
    struct kb_desk *d = calloc(1, sizeof *d);
    *out = NULL;
    if (!d)
        return no_memory(err);
    d->store = store;
    kb_arena_init(&d->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&d->print, KB_LIMIT_META_BYTES * 4);
    enum kb_status status = kb_printer_new(&d->printer, err);
    if (status == KB_OK)
        status = kb_lexicon_new(NULL, &d->lexicon, err);
    if (status != KB_OK) {
        kb_desk_free(d);
        return status;
    }
    kb_printer_share(d->printer, kb_store_stems(store));
    *out = d;
    return KB_OK;
}

static void empty(struct kb_desk *d) {
    kb_grouper_free(d->grouper);
    d->grouper = NULL;
    kb_numbers_free(&d->numbers);
    d->last = 0;
    d->late = 0;
    d->filled = false;
}

static void forget_rules(struct kb_desk *d) {
    for (size_t i = 0; i < d->person_count; i++)
        kb_rules_free(d->people[i].rules);
    free(d->people);
    d->people = NULL;
    d->person_count = 0;
}

void kb_desk_free(struct kb_desk *d) {
    if (!d)
        return;
    empty(d);
    kb_printer_free(d->printer);
    forget_rules(d);
    kb_lexicon_free(d->lexicon);
    kb_arena_free(&d->arena);
    kb_buf_free(&d->print);
    free(d);
}

/* The grouper has one more article, and maybe a story: their numbers in the file. */
static enum kb_status note(struct kb_desk *d, int64_t n, int64_t story, int64_t time,
                           struct kb_err *err) {
    bool fine = kb_numbers_add(&d->numbers, d->grouper, n, story);
    d->last = n > d->last ? n : d->last;
    d->late += time && time < kb_grouper_time(d->grouper) - REMEMBERED;
    return fine ? KB_OK : no_memory(err);
}

/* ---- filling ----------------------------------------------------------------------- */

/* One kept print; a damaged one is passed over: its article is then as one that nobody
 * compares with. */
static enum kb_status restore(void *context, int64_t n, int64_t story, int64_t time,
                              struct kb_str bytes, struct kb_err *err) {
    struct kb_desk *d = context;
    struct kb_fingerprint print;
    struct kb_err ignored;
    uint64_t number = kb_grouper_stories(d->grouper);
    kb_arena_reset(&d->arena);
    enum kb_status status = kb_fingerprint_unpack(bytes, &d->arena, &print, &ignored);
    if (status == KB_EINPUT)
        return KB_OK;
    if (status != KB_OK)
        return no_memory(err);
    kb_numbers_of_file(&d->numbers, story, &number);
    status = kb_grouper_restore(d->grouper, &print, time, number, err);
    return status == KB_OK ? note(d, n, story, time, err) : status;
}

enum kb_status kb_desk_add_rule(struct kb_rules *rules, const struct kb_rule_row *row,
                                struct kb_err *err) {
    struct kb_rule_scope scope = {.name = row->value};
    while (scope.kind < KB_RULE_FOR_ALL &&
           !kb_str_equal(row->scope, kb_str_z(kb_rule_scope_name(scope.kind))))
        scope.kind++;
    return kb_rules_add(rules, row->text, &scope, err);
}

/* They come person after person.  One that cannot be read, or for which its person has
 * too many, is left out: the wire is everybody's, and `kabar rules test` tells what is
 * wrong with it. */
static enum kb_status read_rules(struct kb_desk *d, struct kb_err *err) {
    struct kb_rule_row *rows;
    size_t count = 0;
    forget_rules(d);
    kb_arena_reset(&d->arena);
    enum kb_status status = kb_store_rules(d->store, 0, &d->arena, &rows, &count, err);
    if (status == KB_OK && count && !(d->people = calloc(count, sizeof *d->people)))
        status = no_memory(err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        if (i == 0 || rows[i].user != rows[i - 1].user) {
            d->people[d->person_count].user = rows[i].user;
            status = kb_rules_new(d->lexicon, &d->people[d->person_count++].rules, err);
        }
        if (status == KB_OK)
            status =
                kb_desk_add_rule(d->people[d->person_count - 1].rules, &rows[i], err);
        if (status == KB_EINPUT || status == KB_ELIMIT)
            status = KB_OK;
    }
    return status;
}

/* Takes in what the file has and the grouper has not; once a transaction, as nobody else
 * writes until it ends. */
static enum kb_status fill(struct kb_desk *d, struct kb_err *err) {
    int64_t corrections = 0, tide = kb_store_tide(d->store);
    if (d->ready)
        return KB_OK;
    enum kb_status status = kb_store_corrections(d->store, &corrections, err);
    bool anew = !d->filled || corrections != d->corrections;
    if (status == KB_OK && anew) {
        empty(d);
        status = kb_grouper_new(&d->grouper, err);
    }
    if (status == KB_OK && (anew || tide != d->prints_tide))
        status = kb_store_prints(d->store, d->last, REMEMBERED, restore, d, err);
    d->corrections = corrections;
    d->prints_tide = tide;
    d->filled = d->ready = status == KB_OK;
    return status;
}

/* ---- transactions ------------------------------------------------------------------ */

enum kb_status kb_desk_begin(struct kb_desk *d, struct kb_err *err) {
    enum kb_status status = kb_store_begin(d->store, err);
    if (status != KB_OK)
        return status;
    d->ready = false;
    int64_t tide = kb_store_tide(d->store);
    if (!d->rules_read || tide != d->rules_tide)
        status = read_rules(d, err);
    d->rules_tide = tide;
    d->rules_read = status == KB_OK;
    if (status != KB_OK)
        kb_desk_rollback(d);
    return status;
}

void kb_desk_rules_changed(struct kb_desk *d) {
    d->rules_read = false;
}

enum kb_status kb_desk_ready(struct kb_desk *d, struct kb_err *err) {
    enum kb_status status = kb_store_begin_reading(d->store, err);
    d->ready = false;
    if (status == KB_OK)
        status = fill(d, err);
    kb_store_rollback(d->store);
    return status;
}

enum kb_status kb_desk_commit(struct kb_desk *d, struct kb_err *err) {
    enum kb_status status = KB_OK;
    int64_t before = d->grouper ? kb_grouper_time(d->grouper) - REMEMBERED : 0;
    if (before > d->forgotten + A_DAY) {
        status = kb_store_forget_prints(d->store, before, err);
        d->forgotten = before;
    }
    if (status == KB_OK)
        status = kb_store_commit(d->store, err);
    if (status != KB_OK)
        kb_desk_rollback(d);
    return status;
}

void kb_desk_rollback(struct kb_desk *d) {
    kb_store_rollback(d->store);
    d->filled = d->ready = false; /* the grouper has articles that the file has not */
    d->rules_read = false;
    d->forgotten = 0;
}

/* What came late has met what came with it; the next new article finds the grouper filled
 * from the file, which has the others. */
void kb_desk_rest(struct kb_desk *d) {
    if (d->late >= LATE)
        empty(d);
    kb_arena_free(&d->arena);
}

/* ---- one article ------------------------------------------------------------------- */

/* What the rules of one to whom the article comes say of it; nothing where they have
 * none. */
static enum kb_status judge(struct kb_desk *d, const struct kb_article *a,
                            const struct kb_desk_origin *origin,
                            const struct kb_follower *who, struct kb_rule_effect *effect,
                            struct kb_err *err) {
    const struct kb_rule_origin from = {origin->feed_url,
                                        who->name.n ? who->name : origin->feed_title,
                                        who->folder, origin->now};
    for (size_t i = 0; i < d->person_count; i++)
        if (d->people[i].user == who->user)
            return kb_rules_apply(d->people[i].rules, a, &from, effect, err);
    *effect = (struct kb_rule_effect){.cut = false};
    for (size_t i = 0; i < KB_RULE_ACTION_COUNT; i++)
        effect->by[i] = KB_NOT_FOUND;
    return KB_OK;
}

static bool says(const struct kb_rule_effect *effect, enum kb_rule_action action) {
    return effect->by[action] != KB_NOT_FOUND;
}

enum kb_status kb_desk_wants_page(struct kb_desk *d, const struct kb_article *a,
                                  const struct kb_desk_origin *origin, bool *wants,
                                  struct kb_err *err) {
    struct kb_rule_effect effect;
    struct kb_follower *who;
    size_t count = 0;
    *wants = false;
    if (!d->person_count)
        return KB_OK;
    kb_arena_reset(&d->arena);
    enum kb_status status =
        kb_store_followers(d->store, origin->feed, &d->arena, &who, &count, err);
    for (size_t i = 0; status == KB_OK && !*wants && i < count && who[i].owner; i++) {
        status = judge(d, a, origin, &who[i], &effect, err);
        *wants = status == KB_OK && says(&effect, KB_RULE_FULL_TEXT);
    }
    return status;
}

/* The story that the article's own words of its sources lead to, as the grouper numbers
 * it: KB_NO_STORY where they lead to none.  time: 0 where nobody knows. */
static enum kb_status named_story(struct kb_desk *d, const struct kb_article *a,
                                  const struct kb_fingerprint *print, int64_t time,
                                  uint64_t *number, struct kb_err *err) {
    int64_t story;
    struct kb_whose_names shared = {.count = 0};
    enum kb_status status = kb_whose_story(d->store, a, &d->arena, &story, err);
    if (status != KB_OK || (story && kb_numbers_of_file(&d->numbers, story, number)))
        return status;
    *number = KB_NO_STORY;
    if (!time || !kb_whose_several(a))
        return KB_OK;
    uint64_t near = kb_grouper_nearest(d->grouper, print);
    story = near == KB_NO_STORY ? 0 : kb_numbers_story(&d->numbers, near);
    if (story)
        status = kb_whose_shared(d->store, d->lexicon, a, story, INT64_MAX, time,
                                 &d->arena, &shared, err);
    if (shared.count >= KB_WHOSE_ENOUGH)
        *number = near;
    return status;
}

/* Two stories that prove to be one become one in the file and in the grouper, unless a
 * person has said where an article of theirs stands. */
static enum kb_status merge(struct kb_desk *d, struct kb_decision *decision, int64_t now,
                            struct kb_err *err) {
    uint64_t a = decision->story, b = decision->same, older = a < b ? a : b;
    int64_t kept;
    enum kb_status status =
        kb_store_merge(d->store, kb_numbers_story(&d->numbers, a),
                       kb_numbers_story(&d->numbers, b), now, &kept, err);
    if (status != KB_OK || !kept)
        return status;
    decision->story = older;
    status = kb_numbers_rename(&d->numbers, older, kept)
                 ? kb_grouper_merge(d->grouper, a, b, err)
                 : no_memory(err);
    if (status == KB_OK)
        status = kb_store_corrections(d->store, &d->corrections, err);
    return status;
}

/* Into a story: what the article says of its source goes before what the grouper finds in
 * the text.  The file's numbers go into keep. */
static enum kb_status place(struct kb_desk *d, const struct kb_article *a,
                            const struct kb_fingerprint *print, int64_t time,
                            struct kb_keep *keep, struct kb_err *err) {
    bool begun = kb_grouper_time(d->grouper) > 0;
    struct kb_decision decision;
    uint64_t number;
    enum kb_status status = named_story(d, a, print, time, &number, err);
    if (status != KB_OK)
        return status;
    if (number != KB_NO_STORY)
        status = kb_grouper_add_named(d->grouper, print, time, number, &decision, err);
    else
        status = kb_grouper_add(d->grouper, print, time, &decision, err);
    if (status == KB_OK && !begun && kb_grouper_time(d->grouper) > 0)
        status = kb_store_date_prints(d->store, kb_grouper_time(d->grouper), err);
    if (status == KB_OK && decision.same != KB_NO_STORY)
        status = merge(d, &decision, keep->seen, err);
    if (status != KB_OK)
        return status;
    keep->joined = (double)decision.score;
    keep->story = kb_numbers_story(&d->numbers, decision.story);
    if (decision.how != KB_JOIN_REPRINT)
        return KB_OK;
    /* A report stands in one story; a text that is here twice over in two is two. */
    struct kb_row row = {0};
    int64_t nearest = kb_numbers_article(&d->numbers, decision.nearest);
    status = kb_store_article_at(d->store, 0, nearest, &d->arena, &row, err);
    if (status == KB_OK && row.story == keep->story)
        keep->report = nearest;
    return status;
}

static enum kb_status mark_of(struct kb_desk *d, const struct kb_rule_effect *effect,
                              int64_t user, struct kb_mark *mark, struct kb_err *err) {
    *mark = (struct kb_mark){.user = user,
                             .is_read =
                                 says(effect, KB_RULE_READ) || says(effect, KB_RULE_DROP),
                             .starred = says(effect, KB_RULE_STAR)};
    if (!effect->tag_count)
        return KB_OK;
    struct kb_str *tags = kb_arena_zalloc(&d->arena, effect->tag_count, sizeof *tags);
    if (!tags)
        return no_memory(err);
    for (size_t i = 0; i < effect->tag_count; i++)
        tags[i] = kb_arena_dup(&d->arena, effect->tags[i].name);
    mark->tags = tags;
    mark->tag_count = effect->tag_count;
    return d->arena.full ? no_memory(err) : KB_OK;
}

/* What the rules of all to whom an article comes say of it.  *dropped: an owner's do not
 * want it here at all, and no other owner's keep it; another person's only want not to
 * see it. */
static enum kb_status obey(struct kb_desk *d, const struct kb_article *a,
                           const struct kb_desk_origin *origin, struct kb_mark **marks,
                           size_t *mark_count, bool *dropped, struct kb_err *err) {
    struct kb_follower *who;
    size_t count = 0;
    bool kept = false;
    *dropped = false;
    *mark_count = 0;
    enum kb_status status =
        kb_store_followers(d->store, origin->feed, &d->arena, &who, &count, err);
    if (status == KB_OK &&
        !(*marks = kb_arena_zalloc(&d->arena, count + 1, sizeof **marks)))
        status = no_memory(err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_rule_effect effect;
        status = judge(d, a, origin, &who[i], &effect, err);
        if (status != KB_OK)
            break;
        *dropped = *dropped || (who[i].owner && says(&effect, KB_RULE_DROP));
        kept = kept || (who[i].owner && says(&effect, KB_RULE_KEEP));
        status = mark_of(d, &effect, who[i].user, &(*marks)[(*mark_count)++], err);
    }
    *dropped = *dropped && !kept;
    return status;
}

/* When an article is from, for lists and for stories; and as the grouper is told it, 0
 * where nobody knows.  What an import brings without a date is as old as the rest, and
 * never newer than the newest that has one: the time of day says nothing of it. */
static int64_t date(const struct kb_desk *d, const struct kb_article *a,
                    const struct kb_desk_origin *origin, struct kb_keep *keep) {
    int64_t published, newest = kb_grouper_time(d->grouper);
    int64_t time = kb_store_time(a, origin->now, &published);
    bool guess = !time && !origin->live;
    if (!time && origin->about > 0 && origin->about < origin->now)
        time = origin->about;
    keep->time = time ? time : origin->now;
    keep->counts = guess && (!time || time > newest) ? newest : keep->time;
    return guess && !time ? 0 : keep->counts;
}

static enum kb_status keep_new(struct kb_desk *d, const struct kb_article *a,
                               const struct kb_desk_origin *origin,
                               const struct kb_fingerprint *print, struct kb_taken *taken,
                               struct kb_err *err) {
    struct kb_keep keep = {.seen = origin->now, .feed = origin->feed};
    bool dropped = false;
    struct kb_mark *marks = NULL;
    enum kb_status status = obey(d, a, origin, &marks, &keep.mark_count, &dropped, err);
    keep.marks = marks;
    if (status == KB_OK && dropped)
        taken->what = KB_TAKEN_DROPPED;
    if (status != KB_OK || dropped)
        return status;
    int64_t time = date(d, a, origin, &keep);
    status = place(d, a, print, time, &keep, err);
    keep.print = kb_buf_view(&d->print);
    if (status == KB_OK)
        status = kb_store_keep(d->store, a, &keep, &taken->n, err);
    taken->founded = keep.story == taken->n;
    taken->reprint = keep.report != 0;
    taken->story = keep.story;
    return status == KB_OK ? note(d, taken->n, taken->story, keep.counts, err) : status;
}

/* When a record says that it was written; 0 where it does not. */
static int64_t written(struct kb_str modified, struct kb_str published) {
    int64_t seconds = 0;
    if (!kb_date_seconds(modified.n ? modified : published, &seconds))
        return 0;
    return seconds;
}

static struct kb_str member(yyjson_val *root, const char *key) {
    yyjson_val *v = yyjson_obj_get(root, key);
    return (struct kb_str){yyjson_get_str(v), yyjson_get_len(v)};
}

/* How a record stands to the one that is kept. */
struct against {
    bool same;  /* to the byte */
    bool older; /* by what both say of themselves */
    bool part;  /* it has less than two thirds of the other's text */
};

static enum kb_status compare(struct kb_desk *d, int64_t n, struct kb_article *a,
                              struct against *out, struct kb_err *err) {
    struct kb_str old;
    struct kb_buf now;
    enum kb_status status = kb_store_record(d->store, n, &d->arena, &old, err);
    if (status == KB_EINPUT) /* damaged: the new one takes its place */
        return KB_OK;
    if (status != KB_OK)
        return status;
    yyjson_doc *doc = yyjson_read(old.p, old.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (!a->attachment_count) /* a page read without its entry knows of none */
        a->attachment_count = kb_record_attachments(root, &d->arena, &a->attachments);
    kb_buf_init(&now, KB_LIMIT_OUTPUT_BYTES);
    kb_article_print_json(a, 0, &now);
    int64_t then = written(member(root, "date_modified"), member(root, "date_published"));
    int64_t here = written(a->date_modified, a->date_published);
    out->same = kb_str_equal(old, kb_buf_view(&now));
    out->older = here && then && here < then;
    out->part = a->content_text.n < member(root, "content_text").n / 3 * 2;
    status = now.status;
    yyjson_doc_free(doc);
    kb_buf_free(&now);
    return status == KB_OK ? KB_OK : no_memory(err);
}

/* May this tell what an article says that is here already?  It has the article's address,
 * which anybody can write: a feed its link, a page its canonical one.  So its own site
 * may, and the feed that brought it; what others say of it is no new version of it.  Some
 * sites have their feeds elsewhere: what came by such a one any feed may tell anew. */
static enum kb_status may_tell(struct kb_desk *d, int64_t n, const struct kb_article *a,
                               const struct kb_desk_origin *origin, bool *may,
                               struct kb_err *err) {
    struct kb_str from = origin->entry ? origin->feed_url : a->url;
    struct kb_feed_row feed = {.n = 0};
    struct kb_row row = {0};
    enum kb_status status = kb_store_article_at(d->store, 0, n, &d->arena, &row, err);
    *may = !from.n || !row.url.n || kb_same_site(from, row.url) ||
           kb_same_site(from, a->canonical_url.n ? a->canonical_url : a->url) ||
           (origin->entry && origin->feed == row.feed);
    if (status != KB_OK || *may || !origin->entry || !row.feed)
        return status;
    status = kb_store_feed_at(d->store, 0, row.feed, &d->arena, &feed, err);
    *may = feed.n && !kb_same_site(feed.url, row.url);
    return status;
}

static enum kb_status change(struct kb_desk *d, const struct kb_known *known,
                             const struct kb_article *article,
                             const struct kb_desk_origin *origin, struct kb_taken *taken,
                             struct kb_err *err) {
    struct against against = {.same = false};
    struct kb_article whole = *article, *a = &whole; /* the arena stays the other's */
    bool version = false, may = true;
    enum kb_status status = may_tell(d, known->n, a, origin, &may, err);
    taken->n = known->n;
    taken->story = known->story;
    taken->what = KB_TAKEN_SAME;
    if (status != KB_OK || !may)
        return status;
    if (known->has_body)
        status = compare(d, known->n, a, &against, err);
    /* A feed's teaser does not take the place of the page's text. */
    if (status != KB_OK || against.same || (origin->entry && against.part))
        return status;
    if (against.older) {
        status = kb_store_older(d->store, known->n, a, origin->now, &version, err);
        taken->what = version ? KB_TAKEN_CHANGED : KB_TAKEN_SAME;
        return status;
    }
    status = kb_store_change(d->store, known->n, a, origin->now, kb_buf_view(&d->print),
                             &version, err);
    taken->what = version ? KB_TAKEN_CHANGED : KB_TAKEN_COSMETIC;
    return status;
}

/* An article that is here comes by one more feed: new to those who have it by that one
 * alone. */
static enum kb_status bring(struct kb_desk *d, int64_t n, const struct kb_article *a,
                            const struct kb_desk_origin *origin, struct kb_err *err) {
    struct kb_mark *marks = NULL;
    size_t count = 0;
    bool fresh = false, dropped;
    if (!origin->feed)
        return KB_OK;
    enum kb_status status = kb_store_carry(d->store, n, origin->feed, &fresh, err);
    if (status != KB_OK || !fresh)
        return status;
    status = obey(d, a, origin, &marks, &count, &dropped, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_store_bring(d->store, n, origin->feed, origin->now, &marks[i], err);
    return status;
}

enum kb_status kb_desk_take(struct kb_desk *d, const struct kb_article *a,
                            const struct kb_desk_origin *origin, struct kb_taken *taken,
                            struct kb_err *err) {
    struct kb_fingerprint print;
    struct kb_known known;
    *taken = (struct kb_taken){.what = KB_TAKEN_NEW};
    enum kb_status status = kb_store_known(d->store, a->id, &known, err);
    if (status == KB_OK && !known.n)
        status = fill(d, err);
    kb_arena_reset(&d->arena);
    if (status == KB_OK)
        status = kb_fingerprint_take(d->printer, &d->arena, a->title, a->content_text,
                                     a->language, &print, err);
    if (status != KB_OK)
        return status;
    kb_buf_clear(&d->print);
    kb_fingerprint_pack(&print, &d->print);
    if (d->print.status != KB_OK)
        return no_memory(err);
    if (!known.n)
        return keep_new(d, a, origin, &print, taken, err);
    status = bring(d, known.n, a, origin, err);
    return status == KB_OK ? change(d, &known, a, origin, taken, err) : status;
}
