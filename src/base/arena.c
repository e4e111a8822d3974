/* The document's arena: sizes enter, memory leaves, all of it is given back at once.
 *
 * Chunks double from 16 KiB, so a document of n bytes costs log n calls of malloc.  A
 * reset keeps the largest chunk: a thread that reads page after page soon stops asking
 * the system for memory.  Blocks are given out in one direction only, as in D. R. Hanson,
 * "Fast Allocation and Deallocation of Memory Based on Object Lifetimes" (1990). */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FIRST_CHUNK = 16 << 10,
    LARGEST_STEP = 4 << 20, /* past it chunks stop doubling */
    KEEP_AT_MOST = 4 << 20  /* a reset gives larger chunks back to the system */
};

struct kb_chunk {
    struct kb_chunk *next;
    size_t size, used; /* of the bytes behind this header */
    max_align_t bytes[];
};

void kb_arena_init(struct kb_arena *arena, size_t max) {
    *arena = (struct kb_arena){.max = max};
}

void kb_arena_reset(struct kb_arena *arena) {
    struct kb_chunk *keep = NULL;
    for (struct kb_chunk *c = arena->chunks, *next; c; c = next) {
        next = c->next;
        if (c->size <= KEEP_AT_MOST && (!keep || c->size > keep->size)) {
            free(keep);
            keep = c;
        } else {
            free(c);
        }
    }
    arena->chunks = keep;
    arena->held = 0;
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
        arena->held = sizeof *keep + keep->size;
    }
    arena->used = 0;
    arena->full = arena->limited = false;
}

void kb_arena_free(struct kb_arena *arena) {
    for (struct kb_chunk *c = arena->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *arena = (struct kb_arena){.max = arena->max};
}

static struct kb_chunk *add_chunk(struct kb_arena *arena, size_t n) {
    size_t size = FIRST_CHUNK;
    if (arena->chunks)
        size = arena->chunks->size * 2;
    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    if (size < n)
        size = n;
    if (arena->held > arena->max || size > arena->max - arena->held) {
        arena->limited = true;
        return NULL;
    }
    struct kb_chunk *c = malloc(sizeof *c + size);
    if (!c)
        return NULL;
    *c = (struct kb_chunk){.next = arena->chunks, .size = size};
    arena->chunks = c;
    arena->held += sizeof *c + size;
    return c;
}

void *kb_arena_alloc(struct kb_arena *arena, size_t n) {
    const size_t align = sizeof(max_align_t);
    struct kb_chunk *c = arena->chunks;
    if (n > arena->max || n > SIZE_MAX - sizeof *c - align) {
        arena->full = arena->limited = true;
        return NULL;
    }
    n = n ? (n + align - 1) / align * align : align;
    if (!c || n > c->size - c->used) {
        c = add_chunk(arena, n);
        if (!c) {
            arena->full = true;
            return NULL;
        }
    }
    void *p = (char *)c->bytes + c->used;
    c->used += n;
    arena->used += n;
    return p;
}

void *kb_arena_zalloc(struct kb_arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) {
        arena->full = true;
        return NULL;
    }
    void *p = kb_arena_alloc(arena, count * size);
    if (p)
        memset(p, 0, count * size);
    return p;
}

struct kb_str kb_arena_dup(struct kb_arena *arena, struct kb_str s) {
    if (s.n == SIZE_MAX)
        return KB_STR_NONE;
    char *p = kb_arena_alloc(arena, s.n + 1);
    if (!p)
        return KB_STR_NONE;
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct kb_str){p, s.n};
}

struct kb_str kb_arena_printf(struct kb_arena *arena, const char *format, ...) {
    struct kb_str out = KB_STR_NONE;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = n > 0 ? kb_arena_alloc(arena, (size_t)n + 1) : NULL;
    if (p && vsnprintf(p, (size_t)n + 1, format, again) == n)
        out = (struct kb_str){p, (size_t)n};
    va_end(again);
    va_end(args);
    return out;
}

bool kb_arena_grow(struct kb_arena *arena, void **items, size_t count, size_t *cap,
                   size_t size, size_t max) {
    if (count >= max)
        return false;
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 8;
    if (more > max)
        more = max;
    void *p = more <= SIZE_MAX / size ? kb_arena_alloc(arena, more * size) : NULL;
    if (!p)
        return false;
    if (count)
        memcpy(p, *items, count * size);
    *items = p;
    *cap = more;
    return true;
}
