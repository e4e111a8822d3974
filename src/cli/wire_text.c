/* What the wire's verbs print for people: cells, times, articles in a line; and the same
 * articles as JSON. */
#include "wire.h"

#include <stdio.h>
#include <time.h>

#include "html/html.h"

/* ---- style and cells --------------------------------------------------------------- */

void kb_cli_wire_style(struct kb_cli_wire *w, const char *style) {
    if (w->color)
        kb_buf_printf(&w->out, "\033[%sm", style);
}

void kb_cli_wire_plain(struct kb_cli_wire *w) {
    kb_cli_wire_style(w, "0");
}

void kb_cli_wire_cell(struct kb_cli_wire *w, struct kb_str text, int columns) {
    for (int n = kb_html_line(text, columns, &w->out); n < columns; n++)
        kb_buf_char(&w->out, ' ');
}

void kb_cli_wire_many(struct kb_cli_wire *w, int64_t n, const char *one,
                      const char *many) {
    kb_buf_printf(&w->out, "%lld %s", (long long)n, n == 1 ? one : many);
}

struct kb_str kb_cli_short_id(struct kb_str id) {
    return kb_str_slice(id, 0, KB_CLI_ID_SHOWN);
}

struct kb_str kb_cli_outlet(const struct kb_row *row) {
    return row->outlet_name.n ? row->outlet_name : row->outlet_domain;
}

/* ---- time -------------------------------------------------------------------------- */

void kb_cli_moment(int64_t now, int64_t moment, char text[KB_CLI_MOMENT_BYTES]) {
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm then, today;
    time_t a = (time_t)moment, b = (time_t)now;
    text[0] = '\0';
    if (!localtime_r(&a, &then) || !localtime_r(&b, &today))
        return;
    if (then.tm_year != today.tm_year)
        snprintf(text, KB_CLI_MOMENT_BYTES, "%d %s %d", then.tm_mday,
                 months[then.tm_mon % 12], then.tm_year + 1900);
    else if (then.tm_yday != today.tm_yday)
        snprintf(text, KB_CLI_MOMENT_BYTES, "%d %s %02d:%02d", then.tm_mday,
                 months[then.tm_mon % 12], then.tm_hour, then.tm_min);
    else
        snprintf(text, KB_CLI_MOMENT_BYTES, "%02d:%02d", then.tm_hour, then.tm_min);
}

void kb_cli_age(int64_t now, int64_t moment, char text[KB_CLI_MOMENT_BYTES]) {
    static const struct {
        int64_t seconds;
        const char *one, *many;
    } units[] = {{365 * 86400, "year", "years"},
                 {7 * 86400, "week", "weeks"},
                 {86400, "day", "days"},
                 {3600, "h", "h"},
                 {60, "min", "min"}};
    int64_t age = now - moment;
    snprintf(text, KB_CLI_MOMENT_BYTES, "now");
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        int64_t n = age / units[i].seconds;
        /* "9 days" says more than "1 week". */
        if (n < 1 || (i == 1 && n < 2))
            continue;
        snprintf(text, KB_CLI_MOMENT_BYTES, "%lld %s", (long long)n,
                 n == 1 ? units[i].one : units[i].many);
        return;
    }
}

/* ---- articles ---------------------------------------------------------------------- */

void kb_cli_json_raw(struct kb_json *json, struct kb_str value) {
    json->after_key = false;
    kb_buf_str(json->out, value);
}

void kb_cli_json_time(struct kb_json *json, const char *key, int64_t moment) {
    char text[KB_TIME_BYTES];
    if (!moment)
        return;
    kb_time_print(moment, text);
    kb_json_field(json, key, kb_str_z(text));
}

void kb_cli_json_row_members(struct kb_json *json, const struct kb_row *row) {
    kb_json_field(json, "id", row->id);
    kb_json_field(json, "story", row->story_id);
    kb_json_field(json, "title", row->title);
    kb_json_field(json, "url", row->url);
    kb_json_field(json, "language", row->language);
    if (row->outlet) {
        kb_json_key(json, "outlet");
        kb_json_object(json);
        kb_json_field(json, "name", row->outlet_name);
        kb_json_field(json, "domain", row->outlet_domain);
        kb_json_object_end(json);
    }
    kb_json_field(json, "author", row->author);
    kb_cli_json_time(json, "time", row->time);
    kb_cli_json_time(json, "published", row->published);
    kb_cli_json_time(json, "seen", row->seen);
    kb_cli_json_time(json, "changed", row->changed);
    kb_json_key(json, "versions");
    kb_json_int(json, row->versions);
    kb_json_key(json, "read");
    kb_json_bool(json, row->is_read);
    kb_json_key(json, "starred");
    kb_json_bool(json, row->starred);
}

void kb_cli_json_row(struct kb_json *json, const struct kb_row *row) {
    kb_json_object(json);
    kb_cli_json_row_members(json, row);
    kb_json_object_end(json);
}

static void put_languages(struct kb_json *json, struct kb_str tags) {
    kb_json_key(json, "languages");
    kb_json_array(json);
    for (tags = kb_str_trim(tags); tags.n; tags = kb_str_trim(tags)) {
        size_t end = kb_str_find_byte(tags, ' ');
        kb_json_str(json, kb_str_slice(tags, 0, end));
        tags = kb_str_slice(tags, end == KB_NOT_FOUND ? tags.n : end, tags.n);
    }
    kb_json_array_end(json);
}

void kb_cli_json_story(struct kb_json *json, const struct kb_story_row *story) {
    kb_json_field(json, "id", story->id);
    kb_json_field(json, "title", story->title);
    kb_json_key(json, "articles");
    kb_json_int(json, story->articles);
    kb_json_key(json, "reports");
    kb_json_int(json, story->reports);
    kb_json_key(json, "outlets");
    kb_json_int(json, story->outlets);
    put_languages(json, story->languages);
    kb_cli_json_time(json, "first", story->first);
    kb_cli_json_time(json, "last", story->last);
}

/* "3f9a1c2e  2 Mar 21:40  Title of it", and behind it, dim, the outlet. */
void kb_cli_row_line(struct kb_cli_wire *w, const struct kb_row *row) {
    enum { MOMENT = 12, GAPS = 6, OUTLET = 24, LEAST = 12 };
    char moment[KB_CLI_MOMENT_BYTES];
    int title = w->width - KB_CLI_ID_SHOWN - MOMENT - OUTLET - GAPS;
    bool outlet = title >= LEAST;
    if (!outlet)
        title += OUTLET + 2;
    kb_cli_moment(w->now, row->time, moment);
    kb_cli_wire_style(w, "2");
    kb_cli_wire_cell(w, kb_cli_short_id(row->id), KB_CLI_ID_SHOWN);
    kb_buf_z(&w->out, row->starred ? " *" : "  ");
    kb_cli_wire_cell(w, kb_str_z(moment), MOMENT);
    kb_cli_wire_plain(w);
    kb_buf_z(&w->out, "  ");
    if (!row->is_read)
        kb_cli_wire_style(w, "1");
    if (outlet)
        kb_cli_wire_cell(w, row->title, title);
    else
        kb_html_line(row->title, title > LEAST ? title : LEAST, &w->out);
    if (!row->is_read)
        kb_cli_wire_plain(w);
    if (outlet) {
        kb_buf_z(&w->out, "  ");
        kb_cli_wire_style(w, "2");
        kb_html_line(kb_cli_outlet(row), OUTLET, &w->out);
        kb_cli_wire_plain(w);
    }
    kb_buf_char(&w->out, '\n');
}

enum kb_status kb_cli_list_articles(struct kb_cli_wire *w, const int64_t *articles,
                                    size_t count) {
    struct kb_arena arena;
    enum kb_status status = KB_OK;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        struct kb_row row;
        struct kb_json json;
        kb_arena_reset(&arena);
        status = kb_store_article_at(w->store, articles[i], &arena, &row, &w->err);
        if (status != KB_OK)
            break;
        if (w->json) {
            kb_json_init(&json, &w->out, 0);
            kb_cli_json_row(&json, &row);
            kb_buf_char(&w->out, '\n');
        } else {
            kb_cli_row_line(w, &row);
        }
    }
    kb_arena_free(&arena);
    return status;
}
