/* Whose turn it is, on a clock of the test's own. */
#include "fetch/hosts.h"
#include "unit.h"

#include <stdlib.h>

enum { TURNS = 4000 };

static struct kb_turn turns[TURNS];

static struct kb_hosts *with(unsigned per_host, int64_t spacing, int64_t max_wait) {
    struct kb_hosts_limits limits = {per_host, spacing, max_wait};
    struct kb_hosts *hosts = kb_hosts_new(limits);
    CHECK(hosts != NULL);
    return hosts;
}

static void push(struct kb_hosts *hosts, size_t i, const char *name, int64_t now) {
    CHECK(kb_hosts_push(hosts, &turns[i], kb_str_z(name), NULL, now));
}

/* The index of the turn that starts now, or -1; -2 for one that its host closed off. */
static long next(struct kb_hosts *hosts, int64_t now) {
    bool closed;
    struct kb_turn *turn = kb_hosts_next(hosts, now, &closed);
    if (!turn)
        return -1;
    return closed ? -2 : turn - turns;
}

static void keeps_spacing_and_number(void) {
    struct kb_hosts *hosts = with(2, 1000, 60000);
    for (size_t i = 0; i < 4; i++)
        push(hosts, i, "a.example.org", 0);
    CHECK_INT(next(hosts, 0), 0);
    CHECK_INT(next(hosts, 0), -1);
    CHECK_INT(kb_hosts_due(hosts, 0), 1000);
    CHECK_INT(next(hosts, 999), -1);
    CHECK_INT(next(hosts, 1000), 1);
    CHECK_INT(next(hosts, 5000), -1); /* two are under way */
    CHECK_INT(kb_hosts_due(hosts, 5000), -1);
    kb_hosts_done(hosts, &turns[0]);
    CHECK_INT(next(hosts, 5000), 2);
    kb_hosts_done(hosts, &turns[1]);
    CHECK_INT(next(hosts, 5000), -1);
    CHECK_INT(next(hosts, 6000), 3);
    kb_hosts_free(hosts);
}

static void is_fair(void) {
    struct kb_hosts *hosts = with(1, 0, 60000);
    for (size_t i = 0; i < 100; i++)
        push(hosts, i, "crowd.example.org", 0);
    push(hosts, 100, "b.example.org", 0);
    push(hosts, 101, "c.example.org", 0);
    CHECK_INT(next(hosts, 0), 0);
    CHECK_INT(next(hosts, 0), 100); /* not behind the crowd */
    kb_hosts_done(hosts, &turns[0]);
    CHECK_INT(next(hosts, 0), 101);
    CHECK_INT(next(hosts, 0), 1);
    kb_hosts_free(hosts);
}

static void obeys_pauses(void) {
    struct kb_hosts *hosts = with(2, 10, 5000);
    for (size_t i = 0; i < 3; i++)
        push(hosts, i, "a.example.org", 0);
    push(hosts, 3, "b.example.org", 0);
    CHECK_INT(next(hosts, 0), 0);
    kb_hosts_pause(hosts, turns[0].host, 4000, 0);
    CHECK_INT(next(hosts, 100), 3);
    CHECK_INT(next(hosts, 3999), -1);
    CHECK_INT(kb_host_pause(turns[0].host, 3000), 1000);
    kb_hosts_pause(hosts, turns[0].host, 2000, 100); /* an earlier end changes nothing */
    CHECK_INT(kb_hosts_due(hosts, 100), 4000);
    CHECK_INT(next(hosts, 4000), 1);
    kb_hosts_pause(hosts, turns[0].host, 100000, 4000); /* longer than anybody waits */
    CHECK_INT(next(hosts, 4001), -2);
    CHECK_INT(next(hosts, 4001), -1);
    push(hosts, 4, "a.example.org", 99999);
    CHECK_INT(next(hosts, 99999), -2);
    kb_hosts_done(hosts, &turns[0]);
    push(hosts, 5, "a.example.org", 100000);
    CHECK_INT(next(hosts, 100000), 5);
    kb_hosts_free(hosts);
}

/* What an earlier client was asked for. */
static void obeys_pauses_by_name(void) {
    struct kb_hosts *hosts = with(2, 10, 5000);
    CHECK(kb_hosts_pause_name(hosts, KB_STR("a.example.org"), 4000, 0));
    CHECK(kb_hosts_pause_name(hosts, KB_STR("b.example.org"), 9000, 0));
    push(hosts, 0, "a.example.org", 0);
    push(hosts, 1, "b.example.org", 0);
    push(hosts, 2, "c.example.org", 0);
    CHECK_INT(next(hosts, 0), -2); /* 1, as its host wants longer than anybody waits */
    CHECK_INT(next(hosts, 0), 2);
    CHECK_INT(next(hosts, 3999), -1);
    CHECK_INT(next(hosts, 4000), 0);
    kb_hosts_free(hosts);
}

static void lets_redirects_go_first(void) {
    struct kb_hosts *hosts = with(2, 1000, 60000);
    for (size_t i = 0; i < 3; i++)
        push(hosts, i, "a.example.org", 0);
    push(hosts, 3, "b.example.org", 0);
    CHECK_INT(next(hosts, 0), 0);
    CHECK_INT(next(hosts, 0), 3);
    struct kb_turn ended = turns[0];
    CHECK(kb_hosts_push(hosts, &turns[0], KB_STR("a.example.org"), ended.host, 10));
    kb_hosts_done(hosts, &ended);
    CHECK_INT(next(hosts, 10), 0); /* the same visit */
    ended = turns[3];
    CHECK(kb_hosts_push(hosts, &turns[3], KB_STR("a.example.org"), ended.host, 20));
    kb_hosts_done(hosts, &ended);
    CHECK_INT(next(hosts, 20), -1);  /* another host's visit waits … */
    CHECK_INT(next(hosts, 1010), 3); /* … but not behind the others */
    kb_hosts_done(hosts, &turns[0]);
    CHECK_INT(next(hosts, 2010), 1);
    kb_hosts_free(hosts);
}

/* Hosts that nothing is known of are forgotten, the others are not. */
static void forgets(void) {
    struct kb_hosts *hosts = with(1, 10, 60000);
    char name[32];
    int64_t now = 0;
    push(hosts, 0, "paused.example.org", 0);
    CHECK_INT(next(hosts, 0), 0);
    kb_hosts_pause(hosts, turns[0].host, 50000, 0);
    kb_hosts_done(hosts, &turns[0]);
    for (size_t i = 1; i < TURNS; i++, now += 10) {
        snprintf(name, sizeof name, "%zu.example.org", i);
        push(hosts, i, name, now);
        CHECK_INT(next(hosts, now), (long)i);
        kb_hosts_done(hosts, &turns[i]);
    }
    push(hosts, 0, "paused.example.org", now);
    CHECK_INT(next(hosts, now), -1);
    CHECK_INT(kb_hosts_due(hosts, now), 50000);
    kb_hosts_free(hosts);
}

/* Chance against the rules: no host ever has more than its due, every turn comes. */
static void holds_in_a_crowd(void) {
    enum { HOSTS = 37, PER_HOST = 3, SPACING = 7 };
    struct kb_hosts *hosts = with(PER_HOST, SPACING, 60000);
    unsigned active[HOSTS] = {0}, left = TURNS, seed = 1;
    int64_t last[HOSTS], ends[TURNS];
    char name[32];
    for (size_t i = 0; i < HOSTS; i++)
        last[i] = -SPACING;
    for (size_t i = 0; i < TURNS; i++) {
        ends[i] = -1;
        snprintf(name, sizeof name, "%zu.example.org", i * i % HOSTS);
        push(hosts, i, name, 0);
    }
    for (int64_t now = 0; left && now < 100000; now++) {
        for (size_t i = 0; i < TURNS; i++)
            if (ends[i] == now) {
                active[i * i % HOSTS]--;
                kb_hosts_done(hosts, &turns[i]);
            }
        for (long i = next(hosts, now); i >= 0; i = next(hosts, now)) {
            size_t host = (size_t)i * (size_t)i % HOSTS;
            active[host]++;
            left--;
            CHECK(active[host] <= PER_HOST);
            CHECK(now - last[host] >= SPACING);
            last[host] = now;
            seed = seed * 1103515245u + 12345u;
            ends[i] = now + 1 + seed / 65536 % 40;
        }
    }
    CHECK_INT(left, 0);
    kb_hosts_free(hosts);
}

static void drains(void) {
    struct kb_hosts *hosts = with(1, 1000, 60000);
    for (size_t i = 0; i < 10; i++)
        push(hosts, i, i % 2 ? "a.example.org" : "b.example.org", 0);
    CHECK(next(hosts, 0) >= 0);
    size_t count = 0;
    while (kb_hosts_drain(hosts))
        count++;
    CHECK_INT(count, 9);
    CHECK_INT(next(hosts, 100000), -1);
    push(hosts, 20, "c.example.org", 0);
    CHECK_INT(next(hosts, 100000), 20);
    kb_hosts_free(hosts);
}

UNIT_MAIN(keeps_spacing_and_number, is_fair, obeys_pauses, obeys_pauses_by_name,
          lets_redirects_go_first, forgets, holds_in_a_crowd, drains)
