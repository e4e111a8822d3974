/* A request's target: serve/http.h. */
#include "serve/http.h"
#include "unit.h"

static void takes_targets_apart(void) {
    static const struct {
        const char *target, *authority, *path, *query;
    } rows[] = {
        {"/a/b?c=1?d", "", "/a/b", "c=1?d"},
        {"/", "", "/", ""},
        {"*", "", "*", ""},
        {"//host/a", "", "//host/a", ""},
        {"/http://host/a", "", "/http://host/a", ""},
        {"http://host/a?b", "host", "/a", "b"},
        {"HTTPS://host:81/a", "host:81", "/a", ""},
        {"http://[::1]:8080/", "[::1]:8080", "/", ""},
        {"http://host", "host", "/", ""},
        {"http://host?a", "host", "/", "a"},
        {"http://host//other/a", "host", "//other/a", ""},
        {"http://a@host/b", "a@host", "/b", ""},
        {"http://host\\other/b", "host\\other", "/b", ""},
        {"http:///a", "", "http:///a", ""},
        {"ftp://host/a", "", "ftp://host/a", ""},
        {"", "", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kb_str path, query, authority;
        kb_target_parse(kb_str_z(rows[i].target), &path, &query, &authority);
        CHECK_STR(authority, rows[i].authority);
        CHECK_STR(path, rows[i].path);
        CHECK_STR(query, rows[i].query);
    }
}

static void knows_its_own(void) {
    static const struct {
        const char *authority, *host;
        bool own;
    } rows[] = {
        {"", "a.example", true},
        {"a.example", "", true},
        {"a.example", "A.Example", true},
        {"a.example:80", "a.example", true},
        {"a.example", "a.example:443", true},
        {"a.example:8080", "a.example:8080", true},
        {"a.example:8080", "a.example", false},
        {"b.example", "a.example", false},
        {"a.example@b.example", "a.example", false},
        {"a.example\\b", "a.example", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(kb_target_is_own(kb_str_z(rows[i].authority), kb_str_z(rows[i].host)),
                  rows[i].own);
}

UNIT_MAIN(takes_targets_apart, knows_its_own)
