/* A hook: signatures as others make them, and what answers make of it. */
#include "unit.h"

#include "serve/hook.h"

static void signs(void) {
    /* The example of Standard Webhooks' own libraries. */
    char signature[KB_HOOK_SIGNATURE_BYTES], plain[KB_HOOK_PLAIN_BYTES];
    const struct kb_str body = KB_STR("{\"test\": 2432232314}");
    CHECK(kb_hook_sign(KB_STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                       "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, signature));
    CHECK_STR(kb_str_z(signature), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    /* GitHub's example. */
    kb_hook_sign_plain(KB_STR("It's a Secret to Everybody"), KB_STR("Hello, World!"),
                       plain);
    CHECK_STR(kb_str_z(plain),
              "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f43"
              "79c8b043e17");
}

static void makes_secrets(void) {
    char a[KB_HOOK_SECRET_BYTES], b[KB_HOOK_SECRET_BYTES];
    struct kb_err err;
    CHECK(kb_hook_secret_make(a, &err) == KB_OK && kb_hook_secret_make(b, &err) == KB_OK);
    CHECK_INT(strlen(a), KB_HOOK_SECRET_BYTES - 1);
    CHECK(strcmp(a, b) != 0 && strncmp(a, "whsec_", 6) == 0);
}

static void names_deliveries(void) {
    char id[KB_HOOK_ID_BYTES], other[KB_HOOK_ID_BYTES];
    struct kb_hook_row row = {.n = 1, .mark = 3, .up_to = 9, .secret = KB_STR("x")};
    CHECK(kb_hook_id(&row, id) && kb_hook_id(&row, other));
    CHECK(strcmp(id, other) == 0 && strlen(id) == KB_HOOK_ID_BYTES - 1);
    row.up_to = 10;
    CHECK(kb_hook_id(&row, other) && strcmp(id, other) != 0);
    row.up_to = 9;
    row.query = KB_STR("ferry");
    CHECK(kb_hook_id(&row, other) && strcmp(id, other) != 0);
}

enum { NOW = 1772700000 };

static struct kb_hook_row took(struct kb_hook_row row, int status, int64_t retry,
                               bool test) {
    const struct kb_answer answer = {
        .status = status, .retry_after = retry, .message = KB_STR("no")};
    kb_hook_took(&row, &answer, test, NOW);
    return row;
}

static void takes_answers(void) {
    const struct kb_hook_row busy = {
        .mark = 3, .up_to = 9, .missed = 5, .failures = 2, .failing = NOW - 60};
    struct kb_hook_row row = took(busy, 204, -1, false);
    CHECK(row.mark == 9 && !row.up_to && !row.missed && !row.failures && !row.failing);
    CHECK(row.told == NOW && row.tried == NOW && row.status == 204 && !row.says.n);
    row = took(busy, 0, -1, false);
    CHECK(row.mark == 3 && row.up_to == 9 && row.failures == 3);
    CHECK(row.next == NOW + 4 * KB_LIMIT_HOOK_WAIT_S && row.failing == NOW - 60);
    CHECK_STR(row.says, "no");
    row = took((struct kb_hook_row){.failures = 500, .failing = NOW}, 302, 7, false);
    CHECK(row.next == NOW + KB_LIMIT_HOOK_WAIT_MOST_S && row.state == KB_HOOK_ON);
    row = took(busy, 503, 86400 * 30, false);
    CHECK(row.next == NOW + KB_LIMIT_HOOK_ASKED_MOST_S);
    row = took((struct kb_hook_row){.failing = NOW - KB_LIMIT_HOOK_FAILING_S}, 500, -1,
               false);
    CHECK(row.state == KB_HOOK_RESTING);
    CHECK(took(busy, 410, -1, false).state == KB_HOOK_GONE);
}

static void takes_trials(void) {
    const struct kb_hook_row failing = {
        .mark = 3, .test = NOW - 1, .failures = 2, .failing = NOW - 60, .next = NOW + 99};
    struct kb_hook_row row = took(failing, 410, -1, true);
    CHECK(row.state == KB_HOOK_ON && !row.test && row.failures == 2 && row.mark == 3);
    CHECK(row.status == 410 && row.next == NOW + 99);
    CHECK(!took(failing, 200, -1, true).next); /* what waits is tried at once */
}

static void checks_addresses(void) {
    struct kb_err err;
    CHECK(kb_hook_check_url(NULL, KB_STR("https://hooks.example.org/a?b"), &err) ==
          KB_OK);
    static const char *const wrong[] = {"",
                                        "ftp://a.example/",
                                        "https://",
                                        "http://127.0.0.1/",
                                        "http://[::1]/",
                                        "http://10.1.2.3/",
                                        "http://0x7f000001/",
                                        "http://a.example/ b",
                                        "http://localhost/"};
    for (size_t i = 0; i < KB_COUNT(wrong); i++)
        CHECK(kb_hook_check_url(NULL, kb_str_z(wrong[i]), &err) == KB_EINPUT);
}

UNIT_MAIN(signs, makes_secrets, names_deliveries, takes_answers, takes_trials,
          checks_addresses)
