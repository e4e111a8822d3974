/* Calls of malloc, calloc and realloc enter, memory or NULL leaves.  The linker's --wrap
 * sends the calls of what is linked in statically through here; shared libraries keep
 * their own. */
#include "failing.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);

struct kb_failing kb_failing;

bool kb_fails(void) {
    const struct kb_failing *f = &kb_failing;
    if (f->spared)
        return false;
    kb_failing.calls++;
    return f->at && (f->all_behind ? f->calls >= f->at : f->calls == f->at);
}

void *__wrap_malloc(size_t n) {
    return kb_fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n) {
    return kb_fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n) {
    return kb_fails() ? NULL : __real_realloc(p, n);
}
