/* What the wire's verbs print for people: cells, times, articles in a line. */
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
    return kb_str_cut(id, KB_CLI_ID_SHOWN);
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
        snprintf(text, KB_CLI_MOMENT_BYTES, "%lld %s ago", (long long)n,
                 n == 1 ? units[i].one : units[i].many);
        return;
    }
}

/* ---- articles ---------------------------------------------------------------------- */

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
        status =
            kb_store_article_at(w->store, w->user, articles[i], &arena, &row, &w->err);
        if (status != KB_OK)
            break;
        if (w->json) {
            kb_json_init(&json, &w->out, 0);
            kb_tell_row(&json, &row);
            kb_buf_char(&w->out, '\n');
        } else {
            kb_cli_row_line(w, &row);
        }
    }
    kb_arena_free(&arena);
    return status;
}
