/* Token buckets: serve/rate.h. */
#include "serve/rate.h"
#include "unit.h"

static bool take(struct kb_rate *rate, const char *key, int64_t now) {
    return kb_rate_change(rate, KB_RATE_LOGIN, kb_str_z(key), 1, now, NULL);
}

static void gives_a_burst_then_one_a_step(void) {
    struct kb_rate *rate = kb_rate_new(7);
    int64_t wait = 0, now = 1000;
    int taken = 0;
    while (taken < 1000 && take(rate, "192.0.2.1", now))
        taken++;
    CHECK_INT(taken, 10);
    CHECK(!kb_rate_change(rate, KB_RATE_LOGIN, KB_STR("192.0.2.1"), 1, now, &wait));
    CHECK_INT(wait, 6);
    CHECK(!take(rate, "192.0.2.1", now + 5999));
    CHECK(take(rate, "192.0.2.1", now + 6000));
    CHECK(!take(rate, "192.0.2.1", now + 6000));
    CHECK(take(rate, "192.0.2.2", now)); /* another's is his own */
    taken = 0;
    while (taken < 1000 && take(rate, "192.0.2.1", now + 10000000))
        taken++;
    CHECK_INT(taken, 10); /* no more than full */
    kb_rate_free(rate);
}

static void counts_kinds_apart_and_takes_back(void) {
    struct kb_rate *rate = kb_rate_new(7);
    for (int i = 0; i < 100; i++) {
        CHECK(take(rate, "ana", 0));
        (void)kb_rate_change(rate, KB_RATE_LOGIN, KB_STR("ana"), -1, 0, NULL);
    }
    while (take(rate, "ana", 0))
        continue;
    CHECK(kb_rate_change(rate, KB_RATE_NAME, KB_STR("ana"), 1, 0, NULL));
    kb_rate_free(rate);
}

static void takes_a_network_for_one(void) {
    struct kb_rate *rate = kb_rate_new(7);
    char key[64];
    int taken = 0;
    for (int i = 0; i < 100; i++) {
        (void)snprintf(key, sizeof key, "2001:db8:1:2:%x::%x", i + 1, i);
        taken += take(rate, key, 0);
    }
    CHECK_INT(taken, 10);
    CHECK(take(rate, "2001:db8:1:3::1", 0));
    while (take(rate, "::ffff:192.0.2.1", 0))
        continue;
    CHECK(take(rate, "::ffff:192.0.2.2", 0)); /* IPv4's are no net together */
    kb_rate_free(rate);
}

static void remembers_who_is_out_while_many_come(void) {
    struct kb_rate *rate = kb_rate_new(7);
    char key[64];
    while (take(rate, "198.51.100.9", 0))
        continue;
    for (int i = 0; i < 4 * KB_LIMIT_RATE_KEYS; i++) {
        (void)snprintf(key, sizeof key, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        CHECK(take(rate, key, i / 1000));
    }
    CHECK(!take(rate, "198.51.100.9", 100));
    kb_rate_free(rate);
}

UNIT_MAIN(gives_a_burst_then_one_a_step, counts_kinds_apart_and_takes_back,
          takes_a_network_for_one, remembers_who_is_out_while_many_come)
