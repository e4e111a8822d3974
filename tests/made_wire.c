/* A case's records → a wire, through the desk that keeps all articles. */
#include "made_wire.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool take_all(struct kb_case *c, struct kb_desk *desk, int64_t now,
                     struct kb_err *err) {
    struct kb_str rest = kb_case_file(c, "records");
    struct kb_loader *loader = NULL;
    enum kb_status status = KB_OK;
    while (status == KB_OK && rest.n) {
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(rest, 0, end));
        struct kb_desk_origin origin = {.now = now};
        struct kb_article article;
        struct kb_taken taken;
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
        if (!line.n || line.p[0] == '#')
            continue;
        status = kb_kept_load(&loader, line, &article, err);
        if (status == KB_OK)
            status = kb_desk_take(desk, &article, &origin, &taken, err);
        kb_arena_free(&article.arena);
    }
    kb_loader_free(loader);
    return status == KB_OK;
}

bool kb_made_wire(struct kb_case *c, int64_t now, struct kb_made_wire *wire) {
    struct kb_store_options open = {.mode = KB_STORE_CREATE};
    struct kb_desk *desk = NULL;
    struct kb_err err = {.text = ""};
    *wire = (struct kb_made_wire){.folder = "/tmp/kabar-test-XXXXXX"};
    bool good = mkdtemp(wire->folder) != NULL;
    if (!good)
        wire->folder[0] = '\0';
    (void)snprintf(wire->path, sizeof wire->path, "%s/wire.db", wire->folder);
    good = good && kb_store_open(wire->path, &open, &wire->store, &err) == KB_OK &&
           kb_desk_new(wire->store, &desk, &err) == KB_OK &&
           kb_desk_begin(desk, &err) == KB_OK && take_all(c, desk, now, &err) &&
           kb_desk_commit(desk, &err) == KB_OK;
    if (!good)
        kb_case_fail(c, "no wire could be made: %s", err.text);
    kb_desk_free(desk);
    return good;
}

void kb_made_wire_end(struct kb_made_wire *wire) {
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char path[128];
    kb_store_close(wire->store);
    wire->store = NULL;
    for (size_t i = 0; wire->folder[0] && i < KB_COUNT(tails); i++) {
        (void)snprintf(path, sizeof path, "%s%s", wire->path, tails[i]);
        (void)unlink(path);
    }
    if (wire->folder[0])
        (void)rmdir(wire->folder);
}
