/* Allocations that fail on demand (failing.c). */
#ifndef KB_TESTS_FAILING_H
#define KB_TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Allocations are counted from 1 on; the at-th fails, or all from there on. */
extern struct kb_failing {
    size_t calls, at; /* at 0: none fails */
    bool all_behind;
    bool spared; /* what is done now does not count */
} kb_failing;

/* One more allocation: is it to fail? */
bool kb_fails(void);

/* As the library meets them: for what allocates with functions that it was given. */
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

#endif
