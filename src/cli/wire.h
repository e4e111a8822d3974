/* Verbs of the wire: what they all do alike.
 *
 * Each has a struct kb_cli_wire_job: its own options, how many operands it takes, and the
 * work, which finds the file open and prints into a buffer.  All else stands in wire.c:
 * the options that every one of them has, where the file is, who reads the output, and
 * what is said when something fails. */
#ifndef KB_CLI_WIRE_H
#define KB_CLI_WIRE_H

#include "article/article.h"
#include "cli.h"
#include "db.h"
#include "wire/wire.h"

/* ---- a verb ------------------------------------------------------------------------ */

/* The options that each has, at the end of its own table. */
enum {
    KB_CLI_WIRE_DB,
    KB_CLI_WIRE_USER,
    KB_CLI_WIRE_JSON,
    KB_CLI_WIRE_TEXT,
    KB_CLI_WIRE_COLOR,
    KB_CLI_WIRE_WIDTH,
    KB_CLI_WIRE_HELP,
    KB_CLI_WIRE_OPTIONS
};
#define KB_CLI_WIRE_OPTION_LIST                                                          \
    KB_CLI_DB_OPTION, KB_CLI_USER_OPTION,                                                \
        {"json", 0, NULL, "JSON, as is printed where stdout is no terminal"},            \
        {"text", 0, NULL, "for people, also where stdout is no terminal"},               \
        {"color", 0, "WHEN", "auto, always or never"},                                   \
        {"width", 'w', "N", "columns; default: the terminal's"},                         \
        {"help", 'h', NULL, "this text"}, {                                              \
        NULL, 0, NULL, NULL                                                              \
    }

struct kb_cli_wire {
    const struct kb_cli_verb *verb;
    void *call; /* the verb's own: what its options said */
    char **operands;
    int count;
    const char *db, *user_name;
    int64_t user;     /* who acts: their marks, feeds and rules */
    const char *path; /* where the output goes; NULL: stdout */
    int64_t now;
    int width;
    bool json, color;
    bool trouble; /* something was wrong that did not end the work: exit status 1 */
    struct kb_store *store;
    struct kb_arena arena;
    struct kb_buf out; /* what is printed */
    struct kb_cli_output output;
    bool output_open;
    struct kb_kept kept; /* what loads articles and stories */
    struct kb_err err;
};

struct kb_cli_wire_job {
    int least, most; /* operands; most < 0: as many as there are */
    enum kb_store_mode mode;
    bool commits_itself; /* the work is no one transaction */
    /* What w->call is, and what stands in it before the first word; NULL: zeros. */
    size_t call_bytes;
    const void *call;
    /* One of the verb's own options; an exit status.  NULL where it has none. */
    int (*set)(struct kb_cli_wire *w, unsigned option, const char *value);
    /* After all words: may say what is wrong with them, and may choose another mode; an
     * exit status.  May be NULL. */
    int (*check)(struct kb_cli_wire *w, enum kb_store_mode *mode);
    enum kb_status (*work)(struct kb_cli_wire *w);
};

/* Runs a verb by its job; its exit status.  Where it writes, the work stands in one
 * transaction, but for one that commits itself. */
int kb_cli_wire_run(const struct kb_cli_verb *verb, int count, char **words);

/* Writes what is in out, and empties it. */
enum kb_status kb_cli_wire_flush(struct kb_cli_wire *w) KB_MUST_USE;

/* ---- text for people (wire_text.c) ------------------------------------------------- */

/* A piece of text in the style that color gives it: "1" bold, "2" dim. */
void kb_cli_wire_style(struct kb_cli_wire *w, const char *style);
void kb_cli_wire_plain(struct kb_cli_wire *w);

/* text in columns columns: cut, or filled up with blanks. */
void kb_cli_wire_cell(struct kb_cli_wire *w, struct kb_str text, int columns);

/* A moment as people here read it: "14:05" where it is today's, else "2 Mar 14:05", or
 * "2 Mar 2025". */
enum { KB_CLI_MOMENT_BYTES = 32 };
void kb_cli_moment(int64_t now, int64_t moment, char text[KB_CLI_MOMENT_BYTES]);

/* The language of who reads the output, "de", by LC_ALL, LC_MESSAGES or LANG; English
 * where they name none. */
struct kb_str kb_cli_reader_language(void);

/* How long ago: "now", "5 min ago", "3 h ago", "2 days ago", "6 weeks ago". */
void kb_cli_age(int64_t now, int64_t moment, char text[KB_CLI_MOMENT_BYTES]);

/* "19 outlets", "1 outlet". */
void kb_cli_wire_many(struct kb_cli_wire *w, int64_t n, const char *one,
                      const char *many);

/* The first characters of an id, enough to name it. */
enum { KB_CLI_ID_SHOWN = 8 };
struct kb_str kb_cli_short_id(struct kb_str id);

/* Columns of a search's snippet where there is no terminal. */
enum { KB_CLI_SNIPPET_COLUMNS = 160 };

/* The outlet's name, else its domain. */
struct kb_str kb_cli_outlet(const struct kb_row *row);

/* ---- words that several verbs take (wire_words.c) ---------------------------------- */

/* A point in time as the value of an option: "7d" ago (m, h, d, w, y), "2026-11-01",
 * "2026-11-01T14:05", "yesterday", "today", a weekday.  Days begin where this machine's
 * do.  An exit status. */
int kb_cli_set_when(struct kb_cli_wire *w, unsigned option, const char *value,
                    int64_t *moment);

/* The operands as one text, a space between them; in the arena. */
struct kb_str kb_cli_wire_joined(struct kb_cli_wire *w);

/* ---- articles ---------------------------------------------------------------------- */

void kb_cli_row_line(struct kb_cli_wire *w, const struct kb_row *row);

/* A list of articles in either form, a line each. */
enum kb_status kb_cli_list_articles(struct kb_cli_wire *w, const int64_t *articles,
                                    size_t count) KB_MUST_USE;

#endif
