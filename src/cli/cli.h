/* cli: the command's own header.  The command stands on kabar.h, zlib, POSIX, and the
 * doors of the modules that do I/O.
 *
 * What enters: the words of the command line, files, stdin.  What leaves: pages' articles
 * on stdout, messages on stderr, an exit status.
 *
 * A verb is one file with a struct kb_cli_verb, and a line in the table in main.c. */
#ifndef KB_CLI_H
#define KB_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed/feed.h"
#include "fetch/fetch.h"
#include "kabar.h"

#if defined(__GNUC__)
#define KB_CLI_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define KB_CLI_PRINTF(f, a)
#endif

/* Exit statuses: done, something failed, the call is wrong; and what is done as well, for
 * a verb that was only asked for its help. */
enum { KB_CLI_OK = 0, KB_CLI_FAILED = 1, KB_CLI_WRONG = 2, KB_CLI_HELPED = -1 };

/* ---- verbs (main.c, help.c) -------------------------------------------------------- */

struct kb_cli_option;
struct kb_cli_wire_job;

struct kb_cli_verb {
    const char *name;
    const char *summary;                 /* one line, for the list of verbs */
    const char *usage;                   /* what stands behind "kabar NAME " */
    const char *about;                   /* a paragraph or two */
    const char *examples;                /* the examples' lines */
    const char *manual;                  /* "wire": kabar-wire(1); NULL: named as it is */
    const struct kb_cli_option *options; /* ends with a NULL name */
    int (*run)(const struct kb_cli_verb *verb, int count, char **words);
    const struct kb_cli_wire_job *wire; /* run by this instead (wire.h) */
};

extern const struct kb_cli_verb kb_cli_read, kb_cli_feed, kb_cli_fetch;
extern const struct kb_cli_verb kb_cli_group, kb_cli_related;
extern const struct kb_cli_verb kb_cli_init, kb_cli_add, kb_cli_import, kb_cli_move_in;
extern const struct kb_cli_verb kb_cli_feeds, kb_cli_rules;
extern const struct kb_cli_verb kb_cli_stories, kb_cli_show, kb_cli_search;
extern const struct kb_cli_verb kb_cli_sources, kb_cli_why;
extern const struct kb_cli_verb kb_cli_star, kb_cli_mark, kb_cli_tag;
extern const struct kb_cli_verb kb_cli_join, kb_cli_split, kb_cli_move;
extern const struct kb_cli_verb kb_cli_export, kb_cli_retain;
extern const struct kb_cli_verb kb_cli_check, kb_cli_backup, kb_cli_vacuum;
extern const struct kb_cli_verb kb_cli_user, kb_cli_pass;
extern const struct kb_cli_verb kb_cli_config, kb_cli_serve, kb_cli_mcp;

/* The verb's help on stdout; returns an exit status. */
int kb_cli_help_verb(const struct kb_cli_verb *verb);

/* The first screen: what kabar is, its verbs. */
int kb_cli_help(const struct kb_cli_verb *const *verbs);

/* A wrong call: prints "kabar: NAME: message" and where to find help; KB_CLI_WRONG. */
int kb_cli_wrong(const struct kb_cli_verb *verb, const char *format, ...)
    KB_CLI_PRINTF(2, 3);

/* ---- options (options.c) ----------------------------------------------------------- */

struct kb_cli_option {
    const char *name;  /* "format", without the dashes */
    char letter;       /* 'f', or 0 */
    const char *value; /* the value's name for the help, NULL for a switch */
    const char *help;
};

/* Goes through a verb's words: each option to set, as its place in the verb's table, with
 * its value; operands to the front of words, where words have been used up, and their
 * number into *operands.  Options may stand behind operands.  A wrong option is told,
 * with the nearest right one.  --help prints the help and ends it: KB_CLI_HELPED. */
int kb_cli_words(const struct kb_cli_verb *verb, int count, char **words, int *operands,
                 int (*set)(const struct kb_cli_verb *verb, void *call, unsigned option,
                            const char *value),
                 void *call);

/* Whole number within min and max.  False when text is none. */
bool kb_cli_number(const char *text, long min, long max, long *number);

/* "1500", "64K", "64M", "1G" (also "64MB", "64MiB"): bytes, K is 1024.  False when wrong
 * or zero. */
bool kb_cli_size(const char *text, size_t *bytes);

/* The value of one of the verb's options, by its index: a whole number within min and
 * max; auto, always or never.  Wrong ones are told; an exit status. */
int kb_cli_set_number(const struct kb_cli_verb *verb, unsigned option, const char *value,
                      int min, int max, int *number);
int kb_cli_set_color(const struct kb_cli_verb *verb, const char *value,
                     const char **color);
int kb_cli_set_full_text(const struct kb_cli_verb *verb, const char *value,
                         const char **full_text);

/* ---- bytes out (output.c) ---------------------------------------------------------- */

/* "kabar: message" and a line feed on stderr, in one piece, unprintable bytes as '?'. */
void kb_cli_say(const char *format, ...) KB_CLI_PRINTF(1, 2);

/* Bytes that grow; the first failure sticks in failed. */
struct kb_cli_buf {
    char *p;
    size_t n, cap;
    bool failed;
};

bool kb_cli_buf_reserve(struct kb_cli_buf *buf, size_t more);
void kb_cli_buf_add(struct kb_cli_buf *buf, const void *p, size_t n);
void kb_cli_buf_z(struct kb_cli_buf *buf, const char *z);
void kb_cli_buf_free(struct kb_cli_buf *buf);

/* A JSON string with its quotes; what is no UTF-8 becomes U+FFFD. */
void kb_cli_buf_json(struct kb_cli_buf *buf, const char *p, size_t n);

struct kb_cli_output {
    int fd;
    const char *name; /* for messages */
    bool close;
};

/* Opens path for writing, or stdout where path is NULL.  On failure it says so. */
bool kb_cli_output_open(struct kb_cli_output *out, const char *path);

/* Writes both pieces whole.  On failure it says so (but keeps quiet where the reader of a
 * pipe went away). */
bool kb_cli_output_write(struct kb_cli_output *out, const void *head, size_t head_n,
                         const void *body, size_t body_n);
bool kb_cli_output_close(struct kb_cli_output *out);

/* ---- bytes in (input.c) ------------------------------------------------------------ */

/* A file or stdin, of which the first bytes were looked at. */
enum { KB_CLI_HEAD_BYTES = 4096 };
struct kb_cli_source {
    int fd;   /* -1: none is open */
    int wake; /* becomes readable when waiting for bytes is to end; -1: there is none */
    size_t head_n, head_at;
    char head[KB_CLI_HEAD_BYTES];
};

/* Opens path, or stdin where it is NULL. */
kabar_status kb_cli_source_open(struct kb_cli_source *source, const char *path,
                                kabar_error *error);
void kb_cli_source_close(struct kb_cli_source *source);
bool kb_cli_source_is_warc(const struct kb_cli_source *source);

/* The source's next bytes, a kb_warc_fill: 0 at the end, -1 with errno. */
ssize_t kb_cli_source_read(void *source, char *to, size_t room);

struct z_stream_s;

/* gzip (gunzip.c).  The words that tell zlib to read it and nothing else. */
enum { KB_CLI_GZIP_ALONE = 15 + 16 };
bool kb_cli_is_gzip(const char *p, size_t n);

/* The first bytes, unpacked. */
size_t kb_cli_source_head(const struct kb_cli_source *source,
                          char out[KB_CLI_HEAD_BYTES]);

/* What a file is that begins so: a JSON Feed is a feed, other JSON has a member, so that
 * a text in brackets is none. */
enum kb_feed_kind kb_cli_kind(struct kb_str head);

/* All bytes, unpacked as they come; the source stays the caller's.  Plain ones pass. */
struct kb_cli_gunzip {
    struct kb_cli_source *source;
    struct z_stream_s *z; /* NULL: it is not packed */
    bool whole;           /* a member has ended, and none has begun */
    char in[KB_CLI_HEAD_BYTES];
};
bool kb_cli_gunzip_open(struct kb_cli_gunzip *unpack, struct kb_cli_source *source);
void kb_cli_gunzip_close(struct kb_cli_gunzip *unpack);

/* 0 at the end, -1 with errno, which is EBADMSG where the bytes are damaged. */
ssize_t kb_cli_gunzip_read(struct kb_cli_gunzip *unpack, char *to, size_t room);

/* A thread's buffers, used again from page to page. */
struct kb_cli_input {
    size_t max;         /* bytes of a page or feed, before and after unpacking */
    const char *option; /* the one that sets max, for messages; NULL: none does */
    struct kb_cli_buf raw, plain;
    struct z_stream_s *unpacker;
};

void kb_cli_input_init(struct kb_cli_input *input, size_t max, const char *option);
void kb_cli_input_free(struct kb_cli_input *input);

/* Reads what the source has, closes it, and unpacks the bytes if they are gzip
 * (RFC 1952).  They are the input's and stay until the next call. */
kabar_status kb_cli_input_take(struct kb_cli_input *input, struct kb_cli_source *source,
                               const char **bytes, size_t *size, kabar_error *error);

/* The same of a file that is opened for it, or of stdin where path is NULL. */
kabar_status kb_cli_input_load(struct kb_cli_input *input, const char *path,
                               const char **bytes, size_t *size, kabar_error *error);

/* Fills *error and returns status. */
kabar_status kb_cli_error(kabar_error *error, kabar_status status, const char *format,
                          ...) KB_CLI_PRINTF(3, 4);

/* ---- the paths of many pages (paths.c) --------------------------------------------- */

/* Whether a file's name has this end, in any case, and something in front of it. */
bool kb_cli_ends_with(const char *name, const char *end);

struct kb_cli_path {
    struct kb_cli_buf text; /* with a NUL behind it */
    bool is_stdin;
    kabar_error error; /* status is not KABAR_OK where there is nothing to read */
};

struct kb_cli_paths;

/* The pages that operands name (files, folders, "-"), or that the file list names, one a
 * line ("-": stdin).  Neither is kept in memory.  wake is a descriptor that becomes
 * readable when waiting for more of the list is to end, or -1.  On failure it says so and
 * returns NULL. */
struct kb_cli_paths *kb_cli_paths_open(char **operands, int count, const char *list,
                                       int wake);
void kb_cli_paths_close(struct kb_cli_paths *paths);

/* The next page; false at the end. */
bool kb_cli_paths_next(struct kb_cli_paths *paths, struct kb_cli_path *path);

/* Goes through the folders once beforehand, so that the total is known. */
void kb_cli_paths_count(struct kb_cli_paths *paths);

/* How many pages there will be, 0 where that is not known. */
uint64_t kb_cli_paths_total(const struct kb_cli_paths *paths);

/* Whether the list could not be read to its end (it has been said). */
bool kb_cli_paths_failed(const struct kb_cli_paths *paths);

/* ---- Ctrl-C (signals.c) ------------------------------------------------------------ */

/* From here on the first SIGINT or SIGTERM only sets kb_cli_interrupted, the second one
 * ends the process.  On failure it says so. */
bool kb_cli_signals_catch(void);
int kb_cli_interrupted(void); /* the signal's number, or 0 */

/* SIGHUP asks to read settings anew from here on; _hangup tells once that it came. */
bool kb_cli_signals_catch_hangup(void);
bool kb_cli_hangup(void);

/* A descriptor that becomes readable with the first signal, or by kb_cli_wake. */
int kb_cli_wake_fd(void);
void kb_cli_wake(void);

/* ---- the progress line (progress.c) ------------------------------------------------ */

struct kb_cli_progress {
    bool on, drawn;
    int columns;
    const char *unit; /* what is counted: pages */
    double start, last;
};

void kb_cli_progress_start(struct kb_cli_progress *progress, bool on);
void kb_cli_progress_show(struct kb_cli_progress *progress, uint64_t done, uint64_t total,
                          uint64_t failed);
void kb_cli_progress_erase(struct kb_cli_progress *progress);

/* ---- the terminal (terminal.c) ----------------------------------------------------- */

/* Columns of the terminal at fd; $COLUMNS; else 80. */
int kb_cli_columns(int fd);

/* The same within what --width takes. */
enum { KB_CLI_WIDTH_MIN = 20, KB_CLI_WIDTH_MAX = 1000, KB_CLI_INDENT_MAX = 8 };
int kb_cli_view_columns(int fd);

/* --color: "auto", "always" or "never"; and whether it means color, which auto leaves to
 * the terminal, to $NO_COLOR and $TERM. */
bool kb_cli_is_when(const char *when);
bool kb_cli_wants_color(const char *when, bool terminal);

/* ---- WARC files (warc.c) ----------------------------------------------------------- */

/* One that is being read. */
struct kb_cli_warc {
    struct kb_warc_reader *reader; /* NULL: none */
    struct kb_cli_source source;
    struct kb_cli_buf path;      /* with a NUL behind it */
    struct kb_warc_record ahead; /* what was looked at behind a page, and … */
    struct kb_err ahead_err;
    enum kb_warc_step ahead_step;
    bool looked; /* … is still to be given */
};

/* What all of a run's had in them. */
struct kb_cli_warc_counts {
    uint64_t files, damaged, records[KB_WARC_USE_COUNT];
};

/* Begins to read; the source becomes the WARC's. */
kabar_status kb_cli_warc_open(struct kb_cli_warc *warc, struct kb_cli_source *source,
                              const struct kb_cli_buf *path, kabar_error *error);
void kb_cli_warc_close(struct kb_cli_warc *warc);

/* The next page, of max bytes or fewer as it stands there, or the next damage, told in
 * *error; false at the end.  Of an article that kabar exported it is the record that
 * stands behind its page: kb_cli_warc_is_kept. */
bool kb_cli_warc_next(struct kb_cli_warc *warc, struct kb_warc_record *record, size_t max,
                      struct kb_cli_warc_counts *counts, kabar_error *error);

bool kb_cli_warc_is_kept(const struct kb_warc_record *record);

/* What was read and what was passed over, as a message. */
void kb_cli_warc_say(const struct kb_cli_warc_counts *counts);

/* ---- reading (read.c, worker.c, bulk.c) ------------------------------------------- */

struct kb_cli_read_options {
    kabar_format format;
    kabar_page page;
    kabar_options reader;
    kabar_print_options print;
    size_t max_page_bytes;
    const char *output; /* NULL: stdout */
    const char *list;   /* --paths-from */
    int jobs;
    bool progress;
    struct kb_cli_source *first; /* the one operand's, where it is a WARC file */
    /* Where set, articles are handed over instead of printed, in the paths' order and by
     * one thread at a time; false stops all.  kept: it is a record of kabar's and was not
     * read just now.  fetched is 0 where nothing tells. */
    bool (*take)(void *context, const kabar_article *article, const char *path, bool kept,
                 int64_t fetched);
    void *take_context;
};

/* What holds where nothing was said. */
void kb_cli_read_defaults(struct kb_cli_read_options *options);

/* Processor cores that we may use. */
int kb_cli_cores(void);

/* One thread's reader and buffers. */
struct kb_cli_worker {
    const struct kb_cli_read_options *options;
    kabar_reader *reader;
    struct kb_cli_source source; /* of the page that is next, if it stands by itself */
    struct kb_cli_input input;
    struct kb_warc_record record; /* the page that is next, if it stands in a WARC file */
    struct kb_warc_scratch scratch;
    struct kb_cli_buf names;
    struct kb_loader *loader; /* of records; NULL before the first */
    kabar_article *article;   /* to be handed over */
    bool kept;
    int64_t fetched;
};

/* Says so on failure and returns an exit status. */
int kb_cli_worker_init(struct kb_cli_worker *worker,
                       const struct kb_cli_read_options *options);
void kb_cli_worker_free(struct kb_cli_worker *worker);

/* One page from worker->source, or from worker->record, into buffer. */
kabar_status kb_cli_worker_page(struct kb_cli_worker *worker, kabar_buffer *buffer,
                                kabar_error *error);
kabar_status kb_cli_worker_record(struct kb_cli_worker *worker, kabar_buffer *buffer,
                                  kabar_error *error);

/* Many pages in the order of their paths; returns an exit status. */
int kb_cli_bulk(const struct kb_cli_read_options *options, char **operands, int count);

/* ---- an article of the wire (read_kept.c) ------------------------------------------ */

struct kb_cli_kept {
    const char *db, *name; /* name: an id or an address */
    int version;           /* 0: the newest */
    bool versions;         /* their list */
    bool changes;          /* what changed, to that version or from one to the next */
};

/* Whether an operand is no file, and may be an id of the wire or an address. */
bool kb_cli_is_kept(const char *operand);

/* Whether there is a wire at all. */
bool kb_cli_has_wire(const char *db);

/* Prints it as options say; an exit status. */
int kb_cli_read_kept(const struct kb_cli_read_options *options,
                     const struct kb_cli_kept *kept);

#endif
