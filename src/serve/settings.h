/* What a server is told: one table, from which flags, environment, the file of settings,
 * the help and `kabar config` come.
 *
 * A flag beats the environment, the environment beats the file, the file beats what is
 * usual.  The file has a line a setting, "name = value"; what follows a # at the
 * beginning of a line, or after a blank, is a comment, and quotes keep blanks and #.
 * docs/serve.md and kabar-config(1) tell it to people. */
#ifndef KB_SERVE_SETTINGS_H
#define KB_SERVE_SETTINGS_H

#include "base/base.h"

enum kb_setting_kind {
    KB_SETTING_TEXT,
    KB_SETTING_SWITCH, /* on, off */
    KB_SETTING_NUMBER, /* a whole one, from least to most */
    KB_SETTING_WORD,   /* one of those that its value's name lists: "off|own|all" */
    KB_SETTING_LIST    /* may stand several times; kept with ", " between */
};

/* code, name, letter, value's name, kind, least, most, what is usual, what it is */
/* clang-format off */
#define KB_SETTINGS_LIST(X)                                                              \
    X(DB, "db", 0, "FILE", TEXT, 0, 0, "",                                               \
      "the wire; else kabar/wire.db in XDG_DATA_HOME")                                   \
    X(LISTEN, "listen", 'l', "WHERE", TEXT, 0, 0, "127.0.0.1:8080",                      \
      "HOST:PORT or unix:PATH; systemd's sockets come first")                            \
    X(BASE, "base", 0, "PATH", TEXT, 0, 0, "",                                           \
      "what stands in front of every path, as in /news")                                 \
    X(URL, "url", 0, "URL", TEXT, 0, 0, "",                                              \
      "where people find the server; else as they ask")                                  \
    X(THREADS, "threads", 0, "N", NUMBER, 0, 64, "0",                                    \
      "threads that answer; 0: as many as cores")                                        \
    X(ASSETS, "assets", 0, "DIR", TEXT, 0, 0, "",                                        \
      "pages, styles and messages from there, not from within")                          \
    X(TRUST, "trust", 0, "WHO", LIST, 0, 0, "",                                          \
      "proxies whose word on clients is taken: addresses,\n"                             \
      "nets (10.0.0.0/8), unix for the Unix socket")                                     \
    X(LOGIN_HEADER, "login-header", 0, "NAME", TEXT, 0, 0, "",                           \
      "header in which a trusted proxy names who is logged in")                          \
    X(TLS_CERT, "tls-cert", 0, "FILE", TEXT, 0, 0, "",                                   \
      "certificate chain (PEM): HTTPS instead of HTTP")                                  \
    X(TLS_KEY, "tls-key", 0, "FILE", TEXT, 0, 0, "",                                     \
      "its key (PEM)")                                                                   \
    X(FETCH, "fetch", 0, "on|off", SWITCH, 0, 0, "on",                                   \
      "ask feeds when they are due")                                                     \
    X(WEBSUB, "websub", 0, "on|off", SWITCH, 0, 0, "on",                                 \
      "let hubs bring feeds' news, where url is public")                                 \
    X(FETCHES, "fetches", 0, "N", NUMBER, 1, KB_LIMIT_CONNECTIONS, "64",                 \
      "requests to feeds and pages at a time")                                           \
    X(CONTACT, "contact", 0, "WHO", TEXT, 0, 0, "",                                      \
      "address or page for who is bothered by requests")                                 \
    X(ALLOW_PRIVATE, "allow-private", 0, "WHAT", LIST, 0, 0, "",                         \
      "what of your own nets feeds and webhooks may be at:\n"                            \
      "address, net, name, each with :PORT or :*")                                       \
    X(SESSION_DAYS, "session-days", 0, "DAYS", NUMBER, 1, 3650, "30",                    \
      "who was not here for so long logs in again")                                      \
    X(METRICS, "metrics", 0, "off|local|all", WORD, 0, 0, "local",                       \
      "who may read /metrics: nobody, this machine, anybody")                            \
    X(PICTURES, "pictures", 0, "on|off", SWITCH, 0, 0, "on",                             \
      "pages show pictures, which the server fetches; else links")                       \
    X(LOG, "log", 0, "error|info|debug", WORD, 0, 0, "info",                             \
      "how much is told on stderr")
/* clang-format on */

enum kb_setting {
#define X(code, name, letter, value, kind, least, most, usual, help) KB_SET_##code,
    KB_SETTINGS_LIST(X)
#undef X
        KB_SETTING_COUNT
};

struct kb_setting_row {
    const char *name;
    char letter;
    const char *value;
    enum kb_setting_kind kind;
    long least, most;
    const char *usual, *help;
};
extern const struct kb_setting_row kb_setting_rows[KB_SETTING_COUNT];

/* Where a value is from; a later one beats an earlier one. */
enum kb_setting_from { KB_FROM_USUAL, KB_FROM_FILE, KB_FROM_ENVIRONMENT, KB_FROM_FLAG };

/* Zeroed it is empty: all as usual. */
struct kb_settings {
    struct kb_setting_value {
        char *text; /* NULL: as usual */
        enum kb_setting_from from;
        unsigned line; /* of the file */
    } values[KB_SETTING_COUNT];
    char *file; /* that was read; NULL: none */
};

void kb_settings_free(struct kb_settings *settings);

/* Its text; "" where there is none.  _number and _on of those kinds. */
const char *kb_settings_text(const struct kb_settings *settings, enum kb_setting which);
long kb_settings_number(const struct kb_settings *settings, enum kb_setting which);
bool kb_settings_on(const struct kb_settings *settings, enum kb_setting which);

/* Sets one, unless what is there is from a stronger place.  KB_EUSAGE tells what is wrong
 * with the value, and what would be right. */
enum kb_status kb_settings_set(struct kb_settings *settings, enum kb_setting which,
                               struct kb_str value, enum kb_setting_from from,
                               unsigned line, struct kb_err *err) KB_MUST_USE;

/* The file's bytes; name is for messages: "FILE:LINE: what; remedy". */
enum kb_status kb_settings_read(struct kb_settings *settings, struct kb_str bytes,
                                const char *name, struct kb_err *err) KB_MUST_USE;

/* KABAR_LISTEN and the like; get is getenv, or a test's. */
enum kb_status kb_settings_environment(struct kb_settings *settings,
                                       const char *(*get)(void *context,
                                                          const char *name),
                                       void *context, struct kb_err *err) KB_MUST_USE;

/* What does not go together, when all have been read: a certificate without a key. */
enum kb_status kb_settings_check(const struct kb_settings *settings,
                                 struct kb_err *err) KB_MUST_USE;

/* All of them, a paragraph or an object each; which of KB_SETTING_COUNT: all. */
void kb_settings_print(const struct kb_settings *settings, enum kb_setting which,
                       bool json, struct kb_buf *out);

#endif
