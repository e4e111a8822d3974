/* One hook: hook.h tells what enters and leaves, and whose method it is. */
#include "serve/hook.h"

#include <sodium.h>
#include <stdio.h>

#include "wire/wire.h"

#define SECRET_PREFIX "whsec_"

enum { MAC_BYTES = KB_SECRET_HASH_BYTES, KEY_BYTES = 32 };

/* ---- signed ------------------------------------------------------------------------ */

enum kb_status kb_hook_secret_make(char secret[KB_HOOK_SECRET_BYTES],
                                   struct kb_err *err) {
    unsigned char bytes[KEY_BYTES];
    size_t at = sizeof SECRET_PREFIX - 1;
    secret[0] = '\0';
    if (sodium_init() < 0)
        return kb_err_set(err, KB_EIO, "this system gives no random bytes");
    randombytes_buf(bytes, sizeof bytes);
    memcpy(secret, SECRET_PREFIX, at);
    (void)sodium_bin2base64(secret + at, KB_HOOK_SECRET_BYTES - at, bytes, sizeof bytes,
                            sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(bytes, sizeof bytes);
    return KB_OK;
}

/* The bytes that the secret's text stands for; text that is no base64 stands for
 * itself. */
static struct kb_str key_of(struct kb_str secret, unsigned char room[KEY_BYTES]) {
    size_t n = 0, at = sizeof SECRET_PREFIX - 1;
    if (!kb_str_starts(secret, KB_STR(SECRET_PREFIX)) ||
        sodium_base642bin(room, KEY_BYTES, secret.p + at, secret.n - at, NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return secret;
    return (struct kb_str){(const char *)room, n};
}

bool kb_hook_id(const struct kb_hook_row *row, char id[KB_HOOK_ID_BYTES]) {
    unsigned char bytes[MAC_BYTES];
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_QUERY_BYTES + 200);
    kb_buf_printf(&text, "%lld %lld %lld ", (long long)row->n, (long long)row->mark,
                  (long long)row->up_to);
    kb_buf_str(&text, row->query);
    bool good = text.status == KB_OK;
    kb_secret_mac(row->secret, kb_buf_view(&text), bytes);
    kb_buf_free(&text);
    if (good)
        (void)sodium_bin2hex(id, KB_HOOK_ID_BYTES, bytes, (KB_HOOK_ID_BYTES - 1) / 2);
    return good;
}

bool kb_hook_sign(struct kb_str secret, const char *id, int64_t now, struct kb_str body,
                  char signature[KB_HOOK_SIGNATURE_BYTES]) {
    unsigned char key[KEY_BYTES], bytes[MAC_BYTES];
    struct kb_buf text;
    kb_buf_init(&text, body.n + 100);
    kb_buf_printf(&text, "%s.%lld.", id, (long long)now);
    kb_buf_str(&text, body);
    bool good = text.status == KB_OK;
    kb_secret_mac(key_of(secret, key), kb_buf_view(&text), bytes);
    kb_buf_free(&text);
    sodium_memzero(key, sizeof key);
    if (!good)
        return false;
    memcpy(signature, "v1,", 3);
    (void)sodium_bin2base64(signature + 3, KB_HOOK_SIGNATURE_BYTES - 3, bytes,
                            sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    return true;
}

void kb_hook_sign_plain(struct kb_str secret, struct kb_str body,
                        char signature[KB_HOOK_PLAIN_BYTES]) {
    static const char prefix[] = "sha256=";
    unsigned char bytes[MAC_BYTES];
    kb_secret_mac(secret, body, bytes);
    memcpy(signature, prefix, sizeof prefix - 1);
    (void)sodium_bin2hex(signature + sizeof prefix - 1,
                         KB_HOOK_PLAIN_BYTES - sizeof prefix + 1, bytes, sizeof bytes);
}

/* ---- said -------------------------------------------------------------------------- */

static void put_head(struct kb_json *json, const struct kb_hook_message *m) {
    const struct kb_hook_row *row = m->row;
    kb_json_field(json, "event", m->test ? KB_STR("test") : KB_STR("stories"));
    kb_json_field(json, "id", kb_str_z(m->id));
    kb_tell_time(json, "time", m->now);
    kb_json_field_object(json, "hook");
    kb_json_field_int(json, "id", row->n);
    kb_json_field(json, "name", row->name);
    kb_json_field(json, "query", row->query);
    kb_json_object_end(json);
    if (row->missed)
        kb_json_field_int(json, "missed", row->missed);
}

enum kb_status kb_hook_print(struct kb_store *store, const struct kb_hook_message *m,
                             struct kb_arena *arena, struct kb_buf *body,
                             struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_story_row story;
    struct kb_row article;
    struct kb_json json;
    kb_json_init(&json, body, 0);
    kb_json_object(&json);
    put_head(&json, m);
    kb_json_field_array(&json, "stories");
    for (size_t i = 0; status == KB_OK && i < m->count; i++) {
        status = kb_store_story_at(store, m->news[i].story, arena, &story, err);
        if (status != KB_OK)
            break;
        kb_json_object(&json);
        kb_tell_story(&json, &story);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_field_array(&json, "articles");
    for (size_t i = 0; status == KB_OK && i < m->count; i++) {
        status = kb_store_article_at(store, m->row->user, m->news[i].article, arena,
                                     &article, err);
        if (status == KB_OK)
            kb_tell_row(&json, &article);
    }
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(body, '\n');
    return status == KB_OK ? body->status : status;
}

/* ---- answered ---------------------------------------------------------------------- */

/* Seconds until the next try: twice as long each time, up to an hour; longer only where
 * the receiver asks for it. */
static int64_t wait_for(int64_t failures, int64_t asked) {
    int64_t wait = KB_LIMIT_HOOK_WAIT_S;
    for (int64_t i = 1; i < failures && wait < KB_LIMIT_HOOK_WAIT_MOST_S; i++)
        wait *= 2;
    if (wait > KB_LIMIT_HOOK_WAIT_MOST_S)
        wait = KB_LIMIT_HOOK_WAIT_MOST_S;
    if (asked > KB_LIMIT_HOOK_ASKED_MOST_S)
        asked = KB_LIMIT_HOOK_ASKED_MOST_S;
    return asked > wait ? asked : wait;
}

void kb_hook_took(struct kb_hook_row *row, const struct kb_answer *answer, bool test,
                  int64_t now) {
    enum { TAKEN = 200, TAKEN_END = 300, GONE = 410 };
    /* Whose body then breaks off has taken it all the same. */
    bool taken = answer->status >= TAKEN && answer->status < TAKEN_END;
    row->tried = now;
    row->status = answer->status;
    row->says = taken ? KB_STR_NONE : answer->message;
    if (test) {
        row->test = 0;
        if (taken)
            row->next = 0;
        return;
    }
    if (taken) {
        row->mark = row->up_to;
        row->up_to = row->missed = 0;
        row->failures = row->failing = row->next = 0;
        row->told = now;
        return;
    }
    row->failures++;
    row->failing = row->failing ? row->failing : now;
    row->next = now + wait_for(row->failures, answer->retry_after);
    if (answer->status == GONE)
        row->state = KB_HOOK_GONE;
    else if (now - row->failing >= KB_LIMIT_HOOK_FAILING_S)
        row->state = KB_HOOK_RESTING;
}

/* ---- its address ------------------------------------------------------------------- */

enum kb_status kb_hook_check_url(const struct kb_guard *guard, struct kb_str url,
                                 struct kb_err *err) {
    if (!kb_url_is_web(url) || url.n > KB_LIMIT_URL_BYTES)
        return kb_err_set(
            err, KB_EINPUT,
            "the address of a hook begins with https:// or http://, and has "
            "at most %d bytes",
            (int)KB_LIMIT_URL_BYTES);
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7F)
            return kb_err_set(err, KB_EINPUT, "the address has a blank in it");
    return kb_client_check(guard, url, err);
}
