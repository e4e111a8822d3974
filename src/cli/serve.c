/* kabar serve: the wire in the browser and in reader apps, and its feeds asked.
 *
 * What enters: settings, and signals while it runs.  What leaves: answers over HTTP, and
 * a log on stderr.  SIGHUP makes a second server of settings that are read anew; it takes
 * over the first one's sockets, so nobody finds the door shut, and where it cannot be
 * made the first one stays. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db.h"
#include "serve/serve.h"
#include "settings.h"
#include "systemd.h"

enum { SOCKETS_MAX = 8 };

static const struct kb_cli_option options[] = {
    KB_CLI_SETTING_OPTIONS, {"help", 'h', NULL, "this text"}, {NULL, 0, NULL, NULL}};

/* One server and all that it stands on. */
struct service {
    struct kb_settings settings;
    struct kb_cli_buf db;
    struct kb_server_options options;
    struct kb_client_options client;
    struct kb_loop_options loop;
    struct kb_guard *guard;
    struct kb_server *server;
    int sockets[SOCKETS_MAX];
    bool debug;
};

/* ---- the log ----------------------------------------------------------------------- */

static void told(void *context, const struct kb_round_told *told) {
    const struct service *service = context;
    struct kb_str name = kb_str_cut(kb_feed_row_name(told->feed), 120);
    if (told->failed)
        kb_cli_say("feed %.*s: %.*s", (int)name.n, name.p, (int)told->says.n,
                   told->says.p);
    else if (service->debug)
        kb_cli_say("feed %.*s: %llu new; %.*s", (int)name.n, name.p,
                   (unsigned long long)told->fresh, (int)told->says.n, told->says.p);
}

static void ended(void *context, const struct kb_round_result *result) {
    (void)context;
    if (result->fresh || result->changed)
        kb_cli_say(
            "feeds asked: %llu; articles: %llu new, %llu changed; stories: %llu new",
            (unsigned long long)result->feeds, (unsigned long long)result->fresh,
            (unsigned long long)result->changed, (unsigned long long)result->stories);
}

static void failed(void *context, const char *says) {
    (void)context;
    kb_cli_say("fetching: %s", says);
}

static void fault(const char *says) {
    kb_cli_say("a request failed: %s", says);
}

/* ---- one service ------------------------------------------------------------------- */

static void service_free(struct service *service) {
    if (!service)
        return;
    kb_server_free(service->server);
    kb_guard_free(service->guard);
    kb_settings_free(&service->settings);
    kb_cli_buf_free(&service->db);
    free(service);
}

static const char *text(const struct service *service, enum kb_setting which) {
    const char *value = kb_settings_text(&service->settings, which);
    return value[0] ? value : NULL;
}

/* "10.1.0.0/16, intranet.example.org:*" into the guard. */
static bool allow(struct service *service) {
    struct kb_str rest =
        kb_str_z(kb_settings_text(&service->settings, KB_SET_ALLOW_PRIVATE));
    struct kb_err err;
    service->guard = kb_guard_new();
    while (service->guard && rest.n) {
        size_t comma = kb_str_find_byte(rest, ',');
        size_t end = comma == KB_NOT_FOUND ? rest.n : comma;
        struct kb_str one = kb_str_trim(kb_str_slice(rest, 0, end));
        rest = kb_str_slice(rest, end + 1, rest.n);
        if (one.n && kb_guard_allow(service->guard, one, &err) != KB_OK) {
            kb_cli_say("allow-private: %s", err.text);
            return false;
        }
    }
    return service->guard != NULL;
}

static void fill(struct service *service) {
    const struct kb_settings *s = &service->settings;
    service->options = (struct kb_server_options){
        .db = service->db.p,
        .create = true,
        .waiting = kb_cli_db_waiting,
        .listen = text(service, KB_SET_LISTEN),
        .base = text(service, KB_SET_BASE),
        .public_url = text(service, KB_SET_URL),
        .websub = kb_settings_on(s, KB_SET_WEBSUB),
        .assets = text(service, KB_SET_ASSETS),
        .threads = (int)kb_settings_number(s, KB_SET_THREADS),
        .fault = fault,
        .trust = text(service, KB_SET_TRUST),
        .login_header = text(service, KB_SET_LOGIN_HEADER),
        .tls_cert = text(service, KB_SET_TLS_CERT),
        .tls_key = text(service, KB_SET_TLS_KEY),
        .session_days = (int)kb_settings_number(s, KB_SET_SESSION_DAYS),
        .metrics = text(service, KB_SET_METRICS),
        .client = &service->client,
        .loop = kb_settings_on(s, KB_SET_FETCH) ? &service->loop : NULL,
        .pictures = kb_settings_on(s, KB_SET_PICTURES) ? &service->client : NULL};
    kb_client_defaults(&service->client);
    service->client.connections = (unsigned)kb_settings_number(s, KB_SET_FETCHES);
    service->client.contact = kb_str_z(text(service, KB_SET_CONTACT));
    service->client.guard = service->guard;
    service->debug = strcmp(kb_settings_text(s, KB_SET_LOG), "debug") == 0;
    bool quiet = strcmp(kb_settings_text(s, KB_SET_LOG), "error") == 0;
    service->loop = (struct kb_loop_options){.client = &service->client,
                                             .told = quiet ? NULL : told,
                                             .ended = quiet ? NULL : ended,
                                             .failed = failed,
                                             .context = service};
}

/* Reads the settings and opens the file; serves nothing yet.  *status tells what the
 * process ends with where it returns NULL. */
static struct service *service_new(const struct kb_cli_flags *flags, int *status) {
    struct service *service = calloc(1, sizeof(*service));
    struct kb_err err = {.text = ""};
    *status = KB_CLI_WRONG;
    if (!service || !kb_cli_settings_load(flags, &service->settings) || !allow(service)) {
        service_free(service);
        return NULL;
    }
    const char *db = text(service, KB_SET_DB);
    *status = KB_CLI_FAILED;
    if (!kb_cli_db_path(db, &service->db) || !kb_cli_db_folders(service->db.p)) {
        service_free(service);
        return NULL;
    }
    fill(service);
    if (kb_server_new(&service->options, &service->server, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        service_free(service);
        return NULL;
    }
    return service;
}

static bool service_start(struct service *service) {
    struct kb_err err = {.text = ""};
    char state[400], setup[KB_SETUP_ADDRESS_BYTES];
    if (kb_server_start(service->server, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        return false;
    }
    kb_cli_say("serving %s at %s", service->db.p, kb_server_address(service->server));
    if (kb_server_callback(service->server) && service->debug)
        kb_cli_say("hubs bring news to %s", kb_server_callback(service->server));
    kb_server_setup(service->server, setup);
    if (setup[0])
        kb_cli_say("it has no owner yet; make the account at %s", setup);
    (void)snprintf(state, sizeof(state), "READY=1\nSTATUS=serving at %.200s",
                   kb_server_address(service->server));
    kb_cli_systemd_tell(state);
    return true;
}

/* The one that takes the place of the old one, which ends; NULL: neither could go on. */
static struct service *reload(struct service *old, const struct kb_cli_flags *flags) {
    int status;
    kb_cli_say("reading the settings anew");
    kb_cli_systemd_reloading();
    struct service *next = service_new(flags, &status);
    if (!next) {
        kb_cli_say("these settings are not taken; the former ones stay");
        kb_cli_systemd_tell("READY=1");
        return old;
    }
    if (strcmp(kb_settings_text(&old->settings, KB_SET_LISTEN),
               kb_settings_text(&next->settings, KB_SET_LISTEN)) == 0) {
        const char *listen = kb_settings_text(&next->settings, KB_SET_LISTEN);
        size_t count = kb_server_hand_over(old->server, next->sockets, SOCKETS_MAX);
        kb_server_take(next->server, next->sockets, count,
                       strncmp(listen, "unix:", 5) == 0 ? listen + 5 : NULL);
    }
    service_free(old);
    if (service_start(next))
        return next;
    service_free(next);
    return NULL;
}

/* ---- the whole time ---------------------------------------------------------------- */

static int attend(struct service *service, const struct kb_cli_flags *flags) {
    struct pollfd wake = {.fd = kb_cli_wake_fd(), .events = POLLIN};
    int watch = kb_cli_systemd_watch_ms();
    bool said = false;
    while (service && !kb_cli_interrupted()) {
        int ready = poll(&wake, 1, watch);
        if (ready < 0 && errno != EINTR)
            break;
        bool stuck = kb_server_silent(service->server) >= KB_LIMIT_LOOP_SILENT_MS;
        if (stuck && !said)
            kb_cli_say(
                "the fetching has got stuck: systemd is not told that all is well");
        said = stuck;
        if (watch > 0 && !stuck)
            kb_cli_systemd_tell("WATCHDOG=1");
        if (kb_cli_hangup())
            service = reload(service, flags);
    }
    if (!service)
        return KB_CLI_FAILED;
    kb_cli_say("stopping");
    kb_cli_systemd_tell("STOPPING=1");
    service_free(service);
    return KB_CLI_OK;
}

static int serve(const struct kb_cli_flags *flags) {
    int status, first;
    size_t count = kb_cli_systemd_sockets(&first);
    if (!kb_cli_signals_catch() || !kb_cli_signals_catch_hangup())
        return KB_CLI_FAILED;
    struct service *service = service_new(flags, &status);
    if (!service)
        return status;
    for (size_t i = 0; i < count && i < SOCKETS_MAX; i++)
        service->sockets[i] = first + (int)i;
    if (count)
        kb_server_take(service->server, service->sockets,
                       count < SOCKETS_MAX ? count : SOCKETS_MAX, NULL);
    if (!service_start(service)) {
        service_free(service);
        return KB_CLI_FAILED;
    }
    return attend(service, flags);
}

static int set(const struct kb_cli_verb *verb, void *flags, unsigned option,
               const char *value) {
    (void)verb;
    return kb_cli_flag_take(flags, option, value);
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct kb_cli_flags flags = {0};
    int operands, status = kb_cli_words(verb, count, words, &operands, set, &flags);
    if (status == KB_CLI_OK && operands)
        status = kb_cli_wrong(verb, "takes no operands: %s", words[0]);
    if (status == KB_CLI_OK)
        status = serve(&flags);
    kb_cli_flags_free(&flags);
    return status;
}

const struct kb_cli_verb kb_cli_serve = {
    .name = "serve",
    .summary = "Show the wire in the browser and in reader apps",
    .usage = "[OPTION…]",
    .about = "Asks feeds when they are due, and answers over HTTP, until it is stopped\n"
             "(Ctrl-C, SIGTERM).  The wire's file is made where there is none.  Each\n"
             "option may stand in the environment (KABAR_LISTEN) or in the file of\n"
             "settings; `kabar config` shows them.  SIGHUP reads them anew.",
    .examples = "  kabar serve\n"
                "  kabar serve --listen 127.0.0.1:9000 --base /news\n"
                "  kabar serve --listen unix:/run/kabar/kabar.sock --trust unix\n",
    .options = options,
    .run = run,
};
