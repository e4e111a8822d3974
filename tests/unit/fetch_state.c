/* A feed's state as JSON: back as it was, damaged, beyond what can be. */
#include "unit.h"

#include "fetch/state.h"

static void print(const struct kb_fetch_state *state, struct kb_buf *out) {
    struct kb_json json;
    kb_buf_clear(out);
    kb_json_init(&json, out, 0);
    kb_json_object(&json);
    kb_fetch_state_print(&json, state);
    kb_json_object_end(&json);
}

static void comes_back(void) {
    struct kb_fetch_state state = {.address = KB_STR("https://wire.example/feed"),
                                   .trial = KB_STR("https://wire.example/new"),
                                   .trial_since = 1772438400,
                                   .trial_seen = 2,
                                   .etag = KB_STR("W/\"a\xC3\xA9\\\""),
                                   .last_modified = KB_STR("Mon, 02 Mar 2026"),
                                   .full_at = 1772438401,
                                   .not_modified = UINT32_MAX,
                                   .distrusted_till = 1772438402,
                                   .body_hash = UINT64_MAX - 6,
                                   .last_success = 1772438403,
                                   .failures = 7,
                                   .failing_since = 1772438404,
                                   .next = KB_FETCH_NEVER,
                                   .gone = true,
                                   .rhythm = {1772438405, {60, UINT32_MAX, 0, 7}, 4},
                                   .wishes = {3600, 7200, 0xFFFFFF, 0x7F},
                                   .lease_until = 1772438406,
                                   .left_until = 1772438407,
                                   .seed = UINT64_C(1) << 63};
    struct kb_fetch_state back;
    struct kb_err err = {0};
    struct kb_buf first, second;
    kb_buf_init(&first, 1 << 16);
    kb_buf_init(&second, 1 << 16);
    print(&state, &first);
    yyjson_doc *doc = yyjson_read(first.p, first.n, 0);
    CHECK(kb_fetch_state_read(yyjson_doc_get_root(doc), &back, &err) == KB_OK);
    print(&back, &second);
    CHECK(kb_str_equal(kb_buf_view(&first), kb_buf_view(&second)));
    CHECK(back.body_hash == state.body_hash && back.seed == state.seed);
    CHECK(back.next == KB_FETCH_NEVER && back.gone && back.rhythm.count == 4);
    CHECK(kb_str_equal(back.etag, state.etag));
    CHECK(back.wishes.skip_hours == 0xFFFFFF && back.wishes.skip_days == 0x7F);
    yyjson_doc_free(doc);
    state = (struct kb_fetch_state){.etag = KB_STR("\xFF"), .address = KB_STR("a\r\nb")};
    print(&state, &first);
    CHECK_STR(kb_buf_view(&first), "{}"); /* no JSON could hold them */
    kb_buf_free(&first);
    kb_buf_free(&second);
}

/* A damaged text, and what it reads as: the fault, or a member of the state. */
static void damaged(void) {
    static const struct {
        const char *json, *fault;
    } wrong[] = {
        {"[]", "wants a JSON object"},
        {"7", "wants a JSON object"},
        {"{\"address\":7}", "\"address\" wants a string"},
        {"{\"etag\":null}", "\"etag\" wants a string"},
        {"{\"next\":\"soon\"}", "\"next\" wants a whole number"},
        {"{\"next\":1.5}", "\"next\" wants a whole number"},
        {"{\"next\":1e99}", "\"next\" wants a whole number"},
        {"{\"seed\":true}", "\"seed\" wants a whole number"},
        {"{\"gone\":1}", "\"gone\" wants true or false"},
        {"{\"rhythm.gaps\":60}", "\"rhythm.gaps\" wants a list"},
        {"{\"rhythm.gaps\":[60,\"a\"]}", "\"rhythm.gaps\" wants a list"},
        {"{\"wishes.ttl\":{}}", "\"wishes.ttl\" wants a whole number"},
    };
    for (size_t i = 0; i < KB_COUNT(wrong); i++) {
        struct kb_fetch_state state;
        struct kb_err err = {0};
        yyjson_doc *doc = yyjson_read(wrong[i].json, strlen(wrong[i].json), 0);
        CHECK(doc);
        CHECK(kb_fetch_state_read(yyjson_doc_get_root(doc), &state, &err) == KB_EINPUT);
        if (!CHECK(strstr(err.text, wrong[i].fault)))
            printf("    %s: %s\n", wrong[i].json, err.text);
        yyjson_doc_free(doc);
    }
    struct kb_fetch_state state;
    struct kb_err err = {0};
    CHECK(kb_fetch_state_read(NULL, &state, &err) == KB_EINPUT); /* no JSON at all */
}

static void beyond(void) {
    static const char json[] =
        "{\"other\":[],\"full_at\":-5,\"last_success\":18446744073709551615,"
        "\"failures\":4294967296,\"wishes.skip_days\":255,\"wishes.ttl\":-1,"
        "\"next\":9223372036854775807,\"etag\":\"a\\r\\nHost: b\","
        "\"trial\":\"https://wire.example/\",\"rhythm.gaps\":"
        "[-1,4294967296,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}";
    struct kb_fetch_state s;
    struct kb_err err = {0};
    yyjson_doc *doc = yyjson_read(json, sizeof json - 1, 0);
    CHECK(kb_fetch_state_read(yyjson_doc_get_root(doc), &s, &err) == KB_OK);
    CHECK(s.full_at == 0 && s.last_success == INT64_C(253402300799));
    CHECK(s.failures == UINT32_MAX && s.wishes.skip_days == 0x7F && !s.wishes.ttl);
    CHECK(s.next == KB_FETCH_NEVER && !s.etag.n);
    CHECK_STR(s.trial, "https://wire.example/");
    CHECK(s.rhythm.count == KB_LIMIT_RHYTHM_GAPS);
    CHECK(s.rhythm.gaps[0] == 0 && s.rhythm.gaps[1] == UINT32_MAX);
    yyjson_doc_free(doc);
}

UNIT_MAIN(comes_back, damaged, beyond)
