/* The desk goes on whatever one person's rules are: articles come for everybody else. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/store.h"
#include "wire/desk.h"

#define MANY                                                                             \
    "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 10001) "  \
    "INSERT INTO rule (position, scope, value, text, user) SELECT n, 'all', '', 'star "  \
    "always', 1 FROM i"

static const char *const kept[] = {
    "INSERT INTO rule (position, scope, value, text, user) VALUES (0, 'all', '', "
    "'no rule at all', 1)",
    MANY,
};

static void goes_on_past_wrong_rules(void) {
    char path[] = "/tmp/kabar-desk-XXXXXX";
    const struct kb_store_options options = {.mode = KB_STORE_CREATE};
    struct kb_rule_row row = {
        .user = 1, .scope = KB_STR("all"), .text = KB_STR("star always")};
    struct kb_err err = {.text = ""};
    struct kb_store *store;
    struct kb_desk *desk = NULL;
    int fd = mkstemp(path);
    close(fd);
    if (!CHECK(kb_store_open(path, &options, &store, &err) == KB_OK))
        return;
    for (size_t i = 0; i < KB_COUNT(kept); i++)
        CHECK(kb_store_exec(store, kept[i], &err) == KB_OK);
    CHECK(kb_desk_new(store, &desk, &err) == KB_OK);
    CHECK(kb_desk_begin(desk, &err) == KB_OK);
    CHECK(kb_desk_commit(desk, &err) == KB_OK);
    CHECK(kb_store_begin(store, &err) == KB_OK);
    CHECK(kb_store_rule_add(store, &row, &err) == KB_ELIMIT);
    CHECK(strstr(err.text, "10000"));
    kb_store_rollback(store);
    kb_desk_free(desk);
    kb_store_close(store);
    unlink(path);
}

UNIT_MAIN(goes_on_past_wrong_rules)
