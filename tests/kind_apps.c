/* Kind `apps`: what reader apps send, and what is understood.
 *
 * The file want.apps is input and output in one: lines that begin with ">" are the
 * answers, and --accept writes them anew.  The others:
 *
 *     id TEXT                 an item's id of Google Reader's
 *     time NUMBER             a moment of any scale
 *     list STREAM ?QUERY      a list of Google Reader's
 *     edit ?QUERY             what edit-tag marks
 *     fever ?QUERY            what is asked for
 *     miniflux ?QUERY         a list of Miniflux's
 *     miniflux-marks JSON     what PUT /v1/entries marks
 *     nextcloud ?QUERY        a list of Nextcloud News's
 *     nextcloud-ids JSON      what items/…/multiple marks
 *     guid TEXT               an item's name there
 *     # …                     a remark */
#include "runner.h"

#include "serve/apps_read.h"

#include <inttypes.h>

struct talk {
    struct kb_case *c;
    struct kb_buf *out;
    struct kb_arena arena;
    struct kb_http req;
    struct kb_str rest; /* of the line, behind its first word */
};

static void print_id(struct kb_buf *out, struct kb_app_id id) {
    kb_buf_printf(out, " %s%" PRId64, id.story ? "story " : "", id.n);
}

static void print_marks(struct kb_buf *out, const struct kb_app_marks *m) {
    static const char *const sign[] = {"-", "", "+"};
    kb_buf_z(out, ">");
    if (m->read)
        kb_buf_printf(out, " %sread", sign[m->read + 1]);
    if (m->starred)
        kb_buf_printf(out, " %sstarred", sign[m->starred + 1]);
    for (size_t i = 0; i < m->tag_count; i++)
        kb_buf_printf(out, " +\"%.*s\"", (int)m->tags[i].n, m->tags[i].p);
    for (size_t i = 0; i < m->untag_count; i++)
        kb_buf_printf(out, " -\"%.*s\"", (int)m->untags[i].n, m->untags[i].p);
    kb_buf_z(out, ":");
    for (size_t i = 0; i < m->id_count; i++)
        print_id(out, m->ids[i]);
    kb_buf_char(out, '\n');
}

static void number(struct kb_buf *out, const char *name, int64_t value) {
    if (value)
        kb_buf_printf(out, " %s=%" PRId64, name, value);
}

static void print_wish(struct kb_buf *out, const struct kb_app_wish *w) {
    static const char *const of[] = {"all", "feed", "label", "folder", "nothing"};
    kb_buf_printf(out, "> %s", of[w->of]);
    number(out, "feed", w->feed);
    if (w->label.n)
        kb_buf_printf(out, " \"%.*s\"", (int)w->label.n, w->label.p);
    if (w->url.n)
        kb_buf_printf(out, " <%.*s>", (int)w->url.n, w->url.p);
    kb_buf_printf(out, "%s%s%s%s%s", w->unread ? " unread" : "", w->read ? " read" : "",
                  w->starred ? " starred" : "", w->oldest ? " oldest" : "",
                  w->by_time ? " by-time" : "");
    number(out, "dated-since", w->dated_since);
    number(out, "dated-before", w->dated_before);
    number(out, "since", w->since);
    number(out, "before", w->before);
    number(out, "after", w->after);
    number(out, "below", w->below);
    number(out, "limit", (int64_t)w->limit);
    number(out, "skip", (int64_t)w->skip);
}

/* ---- lines ------------------------------------------------------------------------- */

static void id(struct talk *t) {
    struct kb_app_id is;
    if (!kb_greader_id_read(t->rest, &is)) {
        kb_buf_z(t->out, "> none\n");
        return;
    }
    char long_form[KB_GREADER_ID_BYTES];
    kb_greader_id_print(is, long_form);
    kb_buf_z(t->out, ">");
    print_id(t->out, is);
    kb_buf_printf(t->out, " %s\n", long_form);
}

static void moment(struct talk *t) {
    int64_t value = 0;
    if (!kb_number(t->rest, INT64_MIN + 1, INT64_MAX, &value))
        kb_case_fail(t->c, "no number: %.*s", (int)t->rest.n, t->rest.p);
    kb_buf_printf(t->out, "> %" PRId64 "\n", kb_app_time(value));
}

static void list(struct talk *t) {
    struct kb_app_wish wish;
    kb_greader_list_read(&t->req, t->rest, KB_LIMIT_APP_IDS, &wish);
    print_wish(t->out, &wish);
    kb_buf_char(t->out, '\n');
}

static void edit(struct talk *t) {
    struct kb_app_marks marks;
    if (!kb_greader_marks_read(&t->req, &marks))
        kb_case_fail(t->c, "no memory");
    print_marks(t->out, &marks);
}

static void numbers(struct kb_buf *out, const char *name, const int64_t *list,
                    size_t count) {
    for (size_t i = 0; i < count; i++)
        number(out, name, list[i]);
}

static void fever(struct talk *t) {
    static const char *const mark[] = {"", " item", " feed", " group"};
    struct kb_fever_ask a;
    if (!kb_fever_read(&t->req, &a))
        kb_case_fail(t->c, "no memory");
    kb_buf_printf(t->out, ">%s%s%s%s%s%s%s", a.groups ? " groups" : "",
                  a.feeds ? " feeds" : "", a.favicons ? " favicons" : "",
                  a.items ? " items" : "", a.links ? " links" : "",
                  a.unread ? " unread" : "", a.saved ? " saved" : "");
    number(t->out, "since", a.since);
    number(t->out, "max", a.max);
    numbers(t->out, "with", a.with, a.with_count);
    numbers(t->out, "feed", a.of_feeds, a.feed_count);
    numbers(t->out, "group", a.of_groups, a.group_count);
    if (a.mark)
        kb_buf_printf(t->out, "; mark%s %" PRId64 " read %d starred %d before %" PRId64,
                      mark[a.mark], a.id, a.read, a.starred, a.before);
    kb_buf_char(t->out, '\n');
}

static void miniflux(struct talk *t) {
    struct kb_app_wish wish;
    const char *why;
    if (kb_miniflux_list_read(&t->req, &wish, &why))
        print_wish(t->out, &wish);
    else
        kb_buf_printf(t->out, "> refused: %s", why);
    kb_buf_char(t->out, '\n');
}

static void miniflux_marks(struct talk *t) {
    struct kb_app_marks marks;
    if (kb_miniflux_marks_read(&t->arena, t->rest, &marks))
        print_marks(t->out, &marks);
    else
        kb_buf_z(t->out, "> refused\n");
}

static void nextcloud(struct talk *t) {
    struct kb_app_wish wish;
    int64_t folder;
    kb_nextcloud_list_read(&t->req, &wish, &folder);
    print_wish(t->out, &wish);
    number(t->out, "folder", folder);
    kb_buf_char(t->out, '\n');
}

static void nextcloud_ids(struct talk *t) {
    struct kb_app_marks marks = {0};
    if (kb_nextcloud_ids_read(&t->arena, t->rest, &marks))
        print_marks(t->out, &marks);
    else
        kb_buf_z(t->out, "> refused\n");
}

static void guid(struct talk *t) {
    struct kb_app_id is;
    kb_buf_z(t->out, kb_nextcloud_guid_read(t->rest, &is) ? ">" : "> none");
    if (t->out->p[t->out->n - 1] == '>')
        print_id(t->out, is);
    kb_buf_char(t->out, '\n');
}

static const struct {
    const char *word;
    void (*answer)(struct talk *t);
} words[] = {
    {"id", id},
    {"time", moment},
    {"list", list},
    {"edit", edit},
    {"fever", fever},
    {"miniflux", miniflux},
    {"miniflux-marks", miniflux_marks},
    {"nextcloud", nextcloud},
    {"nextcloud-ids", nextcloud_ids},
    {"guid", guid},
};

static void take_line(struct talk *t, struct kb_str line) {
    if (kb_str_starts(line, KB_STR(">")))
        return;
    kb_buf_str(t->out, line);
    kb_buf_char(t->out, '\n');
    if (!line.n || line.p[0] == '#')
        return;
    size_t end = kb_str_find_byte(line, ' ');
    struct kb_str word = kb_str_slice(line, 0, end);
    t->rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(line, end + 1, line.n);
    size_t mark =
        t->rest.n && t->rest.p[0] == '{' ? KB_NOT_FOUND : kb_str_find_byte(t->rest, '?');
    t->req = (struct kb_http){.arena = &t->arena};
    if (mark != KB_NOT_FOUND) {
        t->req.query_text = kb_str_slice(t->rest, mark + 1, t->rest.n);
        t->rest = kb_str_trim(kb_str_slice(t->rest, 0, mark));
        if (!kb_pairs_parse(&t->arena, t->req.query_text, &t->req.query))
            kb_case_fail(t->c, "too many fields");
    }
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_equal(word, kb_str_z(words[i].word))) {
            words[i].answer(t);
            return;
        }
    kb_case_fail(t->c, "what is this line? %.*s", (int)line.n, line.p);
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.apps");
    struct kb_buf out;
    struct talk t = {.c = c, .out = &out};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_arena_init(&t.arena, KB_LIMIT_ANSWER_MEMORY);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(&t, kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "apps", kb_buf_view(&out));
    kb_arena_free(&t.arena);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_apps = {"apps", run};
