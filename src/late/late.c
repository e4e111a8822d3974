/* A library's and a function's name → the function's address: late.h tells for whom. */
#include "late.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINKERS_STATUS = 127 };

static _Noreturn void fail(const char *library) {
    const char *why = dlerror();
    (void)fprintf(stderr, "kabar: error while loading shared libraries: %s\n",
                  why ? why : library);
    _Exit(LINKERS_STATUS);
}

/* A library that is here already is not loaded again, and none is ever unloaded. */
void *kb_late_find(const char *library, const char *function) {
    void *loaded = dlopen(library, RTLD_LAZY);
    void *at = loaded ? dlsym(loaded, function) : NULL;
    if (!at)
        fail(library);
    return at;
}

void kb_late_load(const char *library) {
    if (!dlopen(library, RTLD_LAZY | RTLD_GLOBAL))
        fail(library);
}
