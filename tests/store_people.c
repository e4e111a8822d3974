/* People and their passes: names, roles, the last owner; secrets that are found, expire
 * and end; who goes takes what is theirs and nothing else. */
#include "store_made.h"

#include <stdio.h>
#include <stdlib.h>

static int failed, checks;
#define CHECK(x)                                                                         \
    do {                                                                                 \
        checks++;                                                                        \
        if (!(x)) {                                                                      \
            failed++;                                                                    \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #x);                               \
        }                                                                                \
    } while (0)

enum { NOW = 1772700000, A_DAY = 86400 };
static struct kb_err err;
static struct kb_arena arena;

static int64_t add(struct kb_store *s, const char *name, bool owner) {
    const struct kb_user_new user = {
        .name = kb_str_z(name), .password = KB_STR("$x"), .owner = owner, .now = NOW};
    int64_t n = 0;
    return kb_store_user_add(s, &user, &n, &err) == KB_OK ? n : 0;
}

static void people(struct kb_store *s) {
    static const char *const wrong[] = {"", "  ", "a:b", "a/b", "a\nb", "OWNER", "\xff"};
    struct kb_user_row row, *rows;
    size_t count;
    char name[KB_USER_NAME_BYTES + 2];
    for (size_t i = 0; i < KB_COUNT(wrong); i++)
        CHECK(!add(s, wrong[i], false) && err.status == KB_EINPUT);
    memset(name, 'x', sizeof name);
    name[KB_USER_NAME_BYTES + 1] = '\0';
    CHECK(!add(s, name, false));
    name[KB_USER_NAME_BYTES] = '\0';
    CHECK(add(s, name, false) == 2);
    CHECK(add(s, " Åsa ", false) == 3);
    CHECK(kb_store_user(s, KB_STR("Åsa"), &arena, &row, &err) == KB_OK);
    CHECK(row.n == 3 && !row.owner && kb_str_equal(row.password, KB_STR("$x")));
    CHECK(kb_store_user(s, KB_STR("nobody"), &arena, &row, &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 1, KB_USER_SET_ROLE, KB_STR("reader"), &err) == KB_EINPUT);
    CHECK(kb_store_user_remove(s, 1, &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_ROLE, KB_STR("king"), &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_ROLE, KB_STR("owner"), &err) == KB_OK);
    CHECK(kb_store_user_set(s, 1, KB_USER_SET_ROLE, KB_STR("reader"), &err) == KB_OK);
    CHECK(kb_store_user_remove(s, 3, &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 1, KB_USER_SET_ROLE, KB_STR("owner"), &err) == KB_OK);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_NAME, KB_STR("owner"), &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 1, KB_USER_SET_NAME, KB_STR("Owner"), &err) == KB_OK);
    CHECK(kb_store_user_set(s, 99, KB_USER_SET_NAME, KB_STR("x"), &err) == KB_EINPUT);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_SETTINGS, KB_STR("{\"a\":1,\"b\":2}"),
                            &err) == KB_OK);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_SETTINGS, KB_STR("{\"a\":null}"), &err) ==
          KB_OK);
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_SETTINGS, KB_STR("[1]"), &err) ==
          KB_EINPUT);
    CHECK(kb_store_user_seen(s, 3, NOW + 5, &err) == KB_OK);
    CHECK(kb_store_user_at(s, 3, &arena, &row, &err) == KB_OK);
    CHECK(kb_str_equal(row.settings, KB_STR("{\"b\":2}")) && row.seen == NOW + 5);
    CHECK(kb_store_users(s, &arena, &rows, &count, &err) == KB_OK && count == 3);
}

static struct kb_str hash(char c) {
    static char bytes[32];
    memset(bytes, c, sizeof bytes);
    return (struct kb_str){bytes, sizeof bytes};
}

static int64_t pass(struct kb_store *s, int64_t user, enum kb_pass_kind kind, char c,
                    unsigned scopes, int64_t expires, const char *fever) {
    const struct kb_pass_new new = {.user = user,
                                    .now = NOW,
                                    .expires = expires,
                                    .kind = kind,
                                    .scopes = scopes,
                                    .name = KB_STR("Phone"),
                                    .hash = hash(c),
                                    .fever = kb_str_z(fever),
                                    .agent = KB_STR("reader/1"),
                                    .client = KB_STR("::1")};
    int64_t n = 0;
    return kb_store_pass_add(s, &new, &n, &err) == KB_OK ? n : 0;
}

static bool finds(struct kb_store *s, enum kb_pass_kind kind, char c, int64_t now,
                  struct kb_pass_row *row, bool *stale) {
    bool found = false;
    CHECK(kb_store_pass(s, kind, hash(c), now, &arena, row, &found, stale, &err) ==
          KB_OK);
    return found;
}

static void scopes(void) {
    char text[KB_SCOPES_BYTES];
    unsigned bits;
    CHECK(kb_scopes_read(KB_STR("mark, read"), &bits, &err) == KB_OK);
    CHECK(bits == (KB_SCOPE_READ | KB_SCOPE_MARK));
    kb_scopes_print(bits, text);
    CHECK(strcmp(text, "read mark") == 0);
    kb_scopes_print(KB_SCOPES_ALL, text);
    CHECK(kb_scopes_read(kb_str_z(text), &bits, &err) == KB_OK && bits == KB_SCOPES_ALL);
    CHECK(kb_scopes_read(KB_STR("read write"), &bits, &err) == KB_EINPUT);
    CHECK(kb_scopes_read(KB_STR(""), &bits, &err) == KB_OK && bits == 0);
}

static void passes(struct kb_store *s) {
    struct kb_pass_row row, *rows;
    bool stale, found;
    size_t count;
    int64_t gone;
    int64_t session = pass(s, 3, KB_PASS_SESSION, 'a', 0, NOW + A_DAY, "");
    int64_t app = pass(s, 3, KB_PASS_APP, 'b', 0, 0, "0cc175b9c0f1b6a831c399e269772661");
    int64_t token = pass(s, 3, KB_PASS_TOKEN, 'c', KB_SCOPE_READ, NOW + 9, "");
    CHECK(session && app && token && pass(s, 1, KB_PASS_SESSION, 'd', 0, 0, ""));
    CHECK(!pass(s, 1, KB_PASS_APP, 'b', 0, 0, "")); /* no two the same */
    CHECK(finds(s, KB_PASS_SESSION, 'a', NOW + 30, &row, &stale) && !stale);
    CHECK(row.user == 3 && row.owner && row.scopes == KB_SCOPES_ALL);
    CHECK(kb_str_equal(row.user_name, KB_STR("Åsa")));
    CHECK(finds(s, KB_PASS_SESSION, 'a', NOW + 60, &row, &stale) && stale);
    CHECK(kb_store_pass_used(s, session, NOW + 60, NOW + 2 * A_DAY, KB_STR(""),
                             KB_STR("10.0.0.1"), &err) == KB_OK);
    CHECK(finds(s, KB_PASS_SESSION, 'a', NOW + A_DAY, &row, &stale) && stale);
    CHECK(kb_str_equal(row.agent, KB_STR("reader/1")));
    CHECK(kb_str_equal(row.client, KB_STR("10.0.0.1")) && row.used == NOW + 60);
    CHECK(!finds(s, KB_PASS_SESSION, 'a', NOW + 2 * A_DAY, &row, &stale) && !stale);
    CHECK(!finds(s, KB_PASS_APP, 'a', NOW, &row, &stale));
    CHECK(finds(s, KB_PASS_APP, 'b', NOW + 999 * A_DAY, &row, &stale));
    CHECK(finds(s, KB_PASS_TOKEN, 'c', NOW + 8, &row, &stale));
    CHECK(row.scopes == KB_SCOPE_READ);
    CHECK(!finds(s, KB_PASS_TOKEN, 'c', NOW + 9, &row, &stale));
    CHECK(kb_store_pass_fever(s, KB_STR("0cc175b9c0f1b6a831c399e269772661"), NOW, &arena,
                              &row, &found, &stale, &err) == KB_OK);
    CHECK(found && row.n == app);
    CHECK(kb_store_pass_fever(s, KB_STR(""), NOW, &arena, &row, &found, &stale, &err) ==
          KB_OK);
    CHECK(!found);
    /* Another name, and its key is no more. */
    CHECK(kb_store_user_set(s, 3, KB_USER_SET_NAME, KB_STR("Ada"), &err) == KB_OK);
    CHECK(kb_store_pass_fever(s, KB_STR("0cc175b9c0f1b6a831c399e269772661"), NOW, &arena,
                              &row, &found, &stale, &err) == KB_OK);
    CHECK(!found && finds(s, KB_PASS_APP, 'b', NOW, &row, &stale));
    CHECK(kb_store_passes(s, 3, &arena, &rows, &count, &err) == KB_OK && count == 3);
    CHECK(rows[0].n == token && rows[2].n == session);
    CHECK(kb_store_pass_end(s, 1, app, &err) == KB_EINPUT); /* not theirs */
    CHECK(kb_store_passes_expire(s, NOW + 9, &gone, &err) == KB_OK && gone == 1);
    CHECK(pass(s, 3, KB_PASS_SESSION, 'e', 0, 0, ""));
    CHECK(kb_store_passes_end(s, 3, KB_PASS_SESSION, session, &gone, &err) == KB_OK);
    CHECK(gone == 1 && !finds(s, KB_PASS_SESSION, 'e', NOW, &row, &stale));
    CHECK(finds(s, KB_PASS_SESSION, 'a', NOW, &row, &stale));
    CHECK(kb_store_pass_end(s, 3, app, &err) == KB_OK);
    CHECK(!finds(s, KB_PASS_APP, 'b', NOW, &row, &stale));
}

/* Rules for a folder have its new name, those of others with the same name have not. */
static void rules_follow(struct kb_store *s) {
    struct kb_rule_row rules[] = {
        {.user = 1, .scope = KB_STR("folder"), .value = KB_STR("Sea/North")},
        {.user = 1, .scope = KB_STR("folder"), .value = KB_STR("Seaside")},
        {.user = 3, .scope = KB_STR("folder"), .value = KB_STR("Sea")}};
    static const char *const wanted[] = {"Coast/North", "Seaside", "Sea"};
    struct kb_rule_row *kept;
    int64_t changed;
    size_t count;
    for (size_t i = 0; i < KB_COUNT(rules); i++) {
        rules[i].text = KB_STR("star if title has \"ferry\"");
        CHECK(kb_store_rule_add(s, &rules[i], &err) == KB_OK);
    }
    CHECK(kb_store_folder_rename(s, 1, KB_STR("Sea"), KB_STR("Coast"), &changed, &err) ==
          KB_OK);
    CHECK(kb_store_rules(s, 0, &arena, &kept, &count, &err) == KB_OK && count == 3);
    for (size_t i = 0; i < count && i < KB_COUNT(wanted); i++) {
        CHECK(kb_str_equal(kept[i].value, kb_str_z(wanted[i])));
        CHECK(kb_store_rule_remove(s, kept[i].user, kept[i].n, &err) == KB_OK);
    }
}

/* Tags, saved searches, folders and rules are each person's. */
static void belongings(struct kb_store *s) {
    struct kb_feed_new feed = {
        .url = KB_STR("https://a.example/f"), .folder = KB_STR("News"), .now = NOW};
    struct kb_folder_row *folders;
    struct kb_tag_row *tags;
    struct kb_saved_row saved;
    struct kb_feed_row row;
    struct kb_rule_row rule = {
        .user = 3, .scope = KB_STR("all"), .text = KB_STR("star if title has \"ferry\"")};
    struct kb_rule_row *rules;
    int64_t n, f, changed;
    size_t count;
    bool is, gone;
    CHECK(kb_made_keep(s, 0, &n, &err) == KB_OK);
    CHECK(kb_store_feed_add(s, 3, &feed, &f, &is, &err) == KB_OK && is);
    CHECK(kb_store_feed(s, 1, feed.url, &arena, &row, &err) == KB_EINPUT);
    CHECK(kb_store_feed(s, 0, feed.url, &arena, &row, &err) == KB_OK);
    feed.folder = KB_STR("News/Asia");
    CHECK(kb_store_feed_add(s, 1, &feed, &f, &is, &err) == KB_OK && is);
    CHECK(kb_store_feed_add(s, 1, &feed, &f, &is, &err) == KB_OK && !is);
    CHECK(kb_store_folder_rename(s, 1, KB_STR("New"), KB_STR("x"), &changed, &err) ==
              KB_OK &&
          changed == 0);
    CHECK(kb_store_folder_rename(s, 1, KB_STR("News"), KB_STR("Old"), &changed, &err) ==
              KB_OK &&
          changed == 1);
    CHECK(kb_store_folders(s, 1, &arena, &folders, &count, &err) == KB_OK && count == 1);
    CHECK(kb_str_equal(folders[0].name, KB_STR("Old/Asia")));
    rules_follow(s);
    CHECK(kb_store_folders(s, 3, &arena, &folders, &count, &err) == KB_OK && count == 1);
    CHECK(kb_str_equal(folders[0].name, KB_STR("News")));
    CHECK(kb_store_set_tag(s, 1, n, KB_STR("sea"), true, &is, &err) == KB_OK && is);
    CHECK(kb_store_set_tag(s, 1, n, KB_STR("ship"), true, &is, &err) == KB_OK && is);
    CHECK(kb_store_tag_rename(s, 3, KB_STR("sea"), KB_STR("x"), &changed, &err) ==
              KB_OK &&
          changed == 0);
    CHECK(kb_store_tag_rename(s, 1, KB_STR("sea"), KB_STR("ship"), &changed, &err) ==
              KB_OK &&
          changed == 1);
    CHECK(kb_store_tags(s, 1, &arena, &tags, &count, &err) == KB_OK && count == 1);
    CHECK(kb_store_tags(s, 3, &arena, &tags, &count, &err) == KB_OK && count == 0);
    CHECK(kb_store_save_search(s, 3, KB_STR("q"), KB_STR("x"), NOW, &err) == KB_OK);
    CHECK(kb_store_saved_search(s, 1, KB_STR("q"), &arena, &saved, &err) == KB_EINPUT);
    CHECK(kb_store_rule_add(s, &rule, &err) == KB_OK);
    CHECK(kb_store_rules(s, 1, &arena, &rules, &count, &err) == KB_OK && count == 0);
    CHECK(kb_store_rules(s, 0, &arena, &rules, &count, &err) == KB_OK && count == 1);
    CHECK(kb_store_rule_remove(s, 1, rule.n, &err) == KB_EINPUT);
    /* Who goes takes their own along; the feed stays for the other. */
    CHECK(kb_store_user_remove(s, 3, &err) == KB_OK);
    CHECK(kb_store_user_remove(s, 3, &err) == KB_EINPUT);
    CHECK(kb_store_rules(s, 0, &arena, &rules, &count, &err) == KB_OK && count == 0);
    CHECK(kb_store_feed(s, 0, feed.url, &arena, &row, &err) == KB_OK);
    CHECK(kb_store_feed_remove(s, 1, f, &gone, &err) == KB_OK && gone);
    CHECK(kb_store_feed(s, 0, feed.url, &arena, &row, &err) == KB_EINPUT);
    CHECK(add(s, "Late", false) == 4); /* numbers are not given again */
}

int main(void) {
    char path[64];
    size_t faults = 0;
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 24);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    if (!s)
        return 2;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    people(s);
    scopes();
    passes(s);
    belongings(s);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_check(s, false, NULL, NULL, &faults, &err) == KB_OK && faults == 0);
    kb_store_close(s);
    kb_made_remove(path);
    kb_arena_free(&arena);
    printf("4 tests, %d checks, %d failed\n", checks, failed);
    return failed != 0;
}
