/* Checks for the tests that need C: one program a file, tests/unit/<module>_<what>.c.
 *
 *     #include "unit.h"
 *     static void adds(void) { CHECK(1 + 1 == 2); }
 *     UNIT_MAIN(adds)
 *
 * A failed check is printed and counted, and the test goes on: the checks must not depend
 * on each other's success. */
#ifndef KB_TESTS_UNIT_H
#define KB_TESTS_UNIT_H

#include "base/base.h"

#include <stdio.h>

static int unit_checks, unit_failures;

static inline bool unit_check(bool ok, const char *what, const char *file, int line) {
    unit_checks++;
    if (!ok) {
        unit_failures++;
        printf("%s:%d: %s\n", file, line, what);
    }
    return ok;
}

static inline void unit_check_str(struct kb_str got, struct kb_str want, const char *what,
                                  const char *file, int line) {
    if (!unit_check(kb_str_equal(got, want), what, file, line))
        printf("    got  %zu bytes: %.*s\n    want %zu bytes: %.*s\n", got.n,
               (int)(got.n < 400 ? got.n : 400), got.n ? got.p : "", want.n,
               (int)(want.n < 400 ? want.n : 400), want.n ? want.p : "");
}

static inline void unit_check_int(long long got, long long want, const char *what,
                                  const char *file, int line) {
    if (!unit_check(got == want, what, file, line))
        printf("    got %lld, want %lld\n", got, want);
}

#define CHECK(condition) unit_check((condition), #condition, __FILE__, __LINE__)

/* got is a struct kb_str, want a NUL-terminated string. */
#define CHECK_STR(got, want)                                                             \
    unit_check_str((got), kb_str_z(want), #got, __FILE__, __LINE__)

#define CHECK_INT(got, want)                                                             \
    unit_check_int((long long)(got), (long long)(want), #got, __FILE__, __LINE__)

#define UNIT_MAIN(...)                                                                   \
    int main(void) {                                                                     \
        static void (*const tests[])(void) = {__VA_ARGS__};                              \
        for (size_t i = 0; i < KB_COUNT(tests); i++)                                     \
            tests[i]();                                                                  \
        printf("%zu tests, %d checks, %d failed\n", KB_COUNT(tests), unit_checks,        \
               unit_failures);                                                           \
        return unit_failures ? 1 : 0;                                                    \
    }

#endif
