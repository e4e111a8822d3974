/* Drives the client for tests/fetch/run.py: requests enter on stdin, a line each, and an
 * answer leaves as a line of JSON on stdout as soon as it is there.
 *
 *     fetch_drive KEY=VALUE… <requests
 *
 * The words on the command line are the client's options (spacing, per_host, allow,
 * resolve …); those of a line are the request's, "url=http://…" and "name=…" among them.
 * Words are parted by a tab.  stop_after=MS stops the client. */
#include "base/base.h"
#include "fetch/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINE = 64 << 10, WORDS = 64, SHOWN = 300 };

static int64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t begun, stop_after;

static void die(const char *what) {
    fprintf(stderr, "fetch_drive: %s\n", what);
    exit(2);
}

/* The value of a word KEY=VALUE, or NULL. */
static const char *value_of(const char *word, const char *key) {
    size_t n = strlen(key);
    return strncmp(word, key, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

static unsigned number(const char *text) {
    return (unsigned)strtoul(text, NULL, 10);
}

/* ---- options ----------------------------------------------------------------------- */

static void trace(void *arg, void *context, enum kb_trace what, struct kb_str text) {
    static const char marks[] = "=*+><";
    (void)arg;
    fprintf(stderr, "%s %c %.*s\n", (const char *)context, marks[what], (int)text.n,
            text.p);
}

static void take_option(struct kb_client_options *o, struct kb_guard *guard,
                        struct kb_str *resolve, const char *word) {
    struct {
        const char *key;
        unsigned *to;
    } numbers[] = {
        {"connections", &o->connections},
        {"per_host", &o->per_host},
        {"spacing", &o->spacing_ms},
        {"max_wait", &o->max_wait_ms},
        {"pause", &o->pause_ms},
        {"connect", &o->connect_ms},
        {"total", &o->total_ms},
        {"slow_bytes", &o->slow_bytes},
        {"slow_seconds", &o->slow_seconds},
        {"max_hops", &o->max_hops},
    };
    struct kb_err err;
    const char *value;
    for (size_t i = 0; i < KB_COUNT(numbers); i++)
        if ((value = value_of(word, numbers[i].key)) != NULL) {
            *numbers[i].to = number(value);
            return;
        }
    if ((value = value_of(word, "contact")) != NULL) {
        o->contact = kb_str_z(value);
    } else if ((value = value_of(word, "proxy")) != NULL) {
        o->proxy = kb_str_z(value);
    } else if ((value = value_of(word, "ca")) != NULL) {
        o->ca_file = kb_str_z(value);
    } else if ((value = value_of(word, "resolve")) != NULL) {
        resolve[o->resolve_count++] = kb_str_z(value);
    } else if ((value = value_of(word, "allow")) != NULL) {
        if (kb_guard_allow(guard, kb_str_z(value), &err) != KB_OK)
            die(err.text);
    } else if ((value = value_of(word, "stop_after")) != NULL) {
        stop_after = number(value);
    } else if (strcmp(word, "trace") == 0) {
        o->trace = trace;
    } else {
        die(word);
    }
}

/* ---- requests ---------------------------------------------------------------------- */

static bool take_text(struct kb_request *r, const char *word) {
    struct {
        const char *key;
        struct kb_str *to;
    } texts[] = {
        {"url", &r->url},       {"etag", &r->etag},      {"modified", &r->last_modified},
        {"cookie", &r->cookie}, {"login", &r->login},    {"proxy", &r->proxy},
        {"body", &r->body},     {"type", &r->body_type},
    };
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        if (value_of(word, texts[i].key)) {
            *texts[i].to = kb_str_z(value_of(word, texts[i].key));
            return true;
        }
    return false;
}

static void take_word(struct kb_request *r, struct kb_header *headers, const char *word) {
    const char *value;
    if (take_text(r, word)) {
        return;
    } else if ((value = value_of(word, "header")) != NULL) {
        struct kb_str all = kb_str_z(value);
        size_t colon = kb_str_find_byte(all, ':');
        headers[r->header_count].name = kb_str_slice(all, 0, colon);
        headers[r->header_count++].value = kb_str_slice(all, colon + 1, all.n);
    } else if ((value = value_of(word, "max")) != NULL) {
        r->max_bytes = number(value);
    } else if ((value = value_of(word, "total")) != NULL) {
        r->total_ms = number(value);
    } else if ((value = value_of(word, "wanted")) != NULL) {
        r->wanted = (enum kb_wanted)number(value);
    } else if (strcmp(word, "head") == 0) {
        r->method = KB_HEAD;
    } else if (strcmp(word, "post") == 0) {
        r->method = KB_POST;
    } else if (strcmp(word, "insecure") == 0) {
        r->insecure_tls = true;
    } else if (strcmp(word, "private") == 0) {
        r->allow_private = true;
    } else if (strcmp(word, "http1") == 0) {
        r->no_http2 = true;
    } else if (strcmp(word, "stay") == 0) {
        r->no_redirects = true;
    } else {
        die(word);
    }
}

static void print(const struct kb_buf *out) {
    printf("%.*s\n", (int)out->n, out->p);
    fflush(stdout);
}

static void refuse(const char *name, const char *why) {
    struct kb_buf out;
    struct kb_json json;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_json_init(&json, &out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "name", kb_str_z(name));
    kb_json_field(&json, "usage", kb_str_z(why));
    kb_json_object_end(&json);
    print(&out);
    kb_buf_free(&out);
}

static void take_line(struct kb_client *client, char *line) {
    struct kb_header headers[WORDS];
    struct kb_request request = {.headers = headers};
    struct kb_err err;
    char *name = NULL;
    line[strcspn(line, "\n")] = '\0';
    for (char *word = strtok(line, "\t"); word; word = strtok(NULL, "\t"))
        if (value_of(word, "name"))
            name = strdup(value_of(word, "name"));
        else
            take_word(&request, headers, word);
    if (!name)
        die("a line without name=");
    if (kb_client_add(client, &request, name, &err) != KB_OK) {
        refuse(name, err.text);
        free(name);
    }
}

/* ---- answers ----------------------------------------------------------------------- */

static void print_hop(struct kb_json *json, const struct kb_hop *hop) {
    kb_json_object(json);
    kb_json_field(json, "url", hop->url);
    kb_json_key(json, "status");
    kb_json_int(json, hop->status);
    kb_json_field(json, "sent", hop->request_head);
    kb_json_field(json, "received", hop->response_head);
    kb_json_field(json, "body", hop->body);
    kb_json_field(json, "address", hop->address);
    kb_json_field(json, "http", kb_str_z(hop->http));
    kb_json_field(json, "tls", hop->tls);
    kb_json_object_end(json);
}

static void print_numbers(struct kb_json *json, const struct kb_answer *a) {
    const struct {
        const char *key;
        int64_t value;
    } numbers[] = {
        {"status", a->status},         {"bytes", (int64_t)a->body.n},
        {"wire_bytes", a->wire_bytes}, {"retry_after", a->retry_after},
        {"waited", a->waited},         {"total_ms", a->total_ms},
        {"at", now_ms() - begun},
    };
    for (size_t i = 0; i < KB_COUNT(numbers); i++) {
        kb_json_key(json, numbers[i].key);
        kb_json_int(json, numbers[i].value);
    }
}

static void print_answer(void *arg, void *context, struct kb_answer *a) {
    struct kb_buf out;
    struct kb_json json;
    char *name = context, sum[24];
    (void)arg;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_json_init(&json, &out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "name", kb_str_z(name));
    kb_json_field(&json, "fault", kb_str_z(kb_fault_name(a->fault)));
    kb_json_field(&json, "message", a->message);
    kb_json_field(&json, "note", a->note);
    kb_json_field(&json, "url", a->url);
    kb_json_field(&json, "type", a->content_type);
    kb_json_field(&json, "etag", kb_answer_header(a, KB_STR("ETag")));
    print_numbers(&json, a);
    kb_json_key(&json, "moved");
    kb_json_bool(&json, a->moved);
    kb_json_key(&json, "unpacked");
    kb_json_bool(&json, a->unpacked);
    kb_json_field(&json, "body", kb_str_slice(a->body, 0, SHOWN));
    snprintf(sum, sizeof sum, "%" PRIx64, kb_hash(a->body.p, a->body.n, 0));
    kb_json_field(&json, "sum", kb_str_z(sum));
    kb_json_key(&json, "hops");
    kb_json_array(&json);
    for (size_t i = 0; i < a->hop_count; i++)
        print_hop(&json, &a->hops[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    print(&out);
    kb_buf_free(&out);
    kb_answer_free(a);
    free(name);
}

int main(int argc, char **argv) {
    static char line[LINE];
    static struct kb_str resolve[WORDS];
    struct kb_client_options options;
    struct kb_client *client;
    struct kb_guard *guard = kb_guard_new();
    struct kb_err err;
    begun = now_ms();
    if (!guard)
        die("not enough memory");
    kb_client_defaults(&options);
    options.guard = guard;
    options.resolve = resolve;
    for (int i = 1; i < argc && i < WORDS; i++)
        take_option(&options, guard, resolve, argv[i]);
    if (kb_client_new(&client, &options, &err) != KB_OK)
        die(err.text);
    while (fgets(line, sizeof line, stdin))
        take_line(client, line);
    while (kb_client_open(client)) {
        if (stop_after && now_ms() - begun >= stop_after)
            kb_client_stop(client);
        if (kb_client_step(client, 50, print_answer, NULL, &err) != KB_OK)
            die(err.text);
    }
    kb_client_free(client);
    kb_guard_free(guard);
    return 0;
}
