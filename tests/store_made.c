/* Made-up articles for the tests of the store: the same ones each time. */
#include "store_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned next(unsigned *seed) {
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

static void words(struct made *m, unsigned seed, unsigned count) {
    static const char *const parts[] = {"har", "bour", "lo",  "mi", "ten", "ras", "ka",
                                        "sel", "vor",  "und", "ma", "pi",  "ost", "ne"};
    size_t n = 0;
    for (unsigned i = 0; i < count && n + 40 < sizeof m->text; i++) {
        for (unsigned k = 2 + next(&seed) % 3; k > 0; k--)
            n += (size_t)snprintf(m->text + n, sizeof m->text - n, "%s",
                                  parts[next(&seed) % KB_COUNT(parts)]);
        n += (size_t)snprintf(m->text + n, sizeof m->text - n, i % 12 == 11 ? ". " : " ");
    }
}

void kb_made(struct made *m, unsigned i, unsigned revision) {
    memset(m, 0, sizeof *m);
    snprintf(m->id, sizeof m->id, "a%07u", i);
    snprintf(m->title, sizeof m->title, "Harbour report %u, part %u", i / 4, i % 4);
    snprintf(m->domain, sizeof m->domain, "outlet%u.example", i % 3 ? i % 7 : 0);
    snprintf(m->url, sizeof m->url, "https://%s/%u", m->domain, i);
    words(m, i * 7919u + revision, 40 + i * 37u % 260);
    m->article.id = kb_str_z(m->id);
    m->article.title = kb_str_z(m->title);
    m->article.url = kb_str_z(m->url);
    m->article.publisher_domain = kb_str_z(m->domain);
    m->article.content_text = kb_str_z(m->text);
    m->article.content_html = KB_STR("");
    m->article.language = i % 5 ? KB_STR("en") : KB_STR("de");
    m->article.direction = "ltr";
    m->article.date_published = KB_STR("2026-03-02T21:40:00Z");
    m->article.comment_count = -1;
}

enum kb_status kb_made_keep(struct kb_store *store, unsigned i, int64_t *n,
                            struct kb_err *err) {
    struct made m, founder;
    struct kb_known known;
    struct kb_keep keep = {.seen = 1772600000 + i, .print = KB_STR("print")};
    kb_made(&m, i, 0);
    kb_made(&founder, i / 4 * 4, 0);
    enum kb_status status = kb_store_known(store, founder.article.id, &known, err);
    if (status != KB_OK)
        return status;
    keep.story = i % 4 ? known.story : 0;
    keep.report = i % 4 == 3 && known.n ? known.n : 0;
    return kb_store_keep(store, &m.article, &keep, n, err);
}

enum kb_status kb_made_drop(struct kb_store *store, int64_t n, struct kb_err *err) {
    int64_t story;
    enum kb_status status = kb_store_take_away(store, n, &story, err);
    return status == KB_OK && story ? kb_story_recount(store, story, err) : status;
}

struct kb_store *kb_made_open(const char *path, enum kb_store_mode mode, const char *vfs,
                              struct kb_err *err) {
    struct kb_store_options options = {.mode = mode, .vfs = vfs, .wait_ms = 60000};
    struct kb_store *store;
    return kb_store_open(path, &options, &store, err) == KB_OK ? store : NULL;
}

void kb_made_path(char path[64]) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, 64, "%.40s/kabar-XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0)
        exit(2);
    close(fd);
    unlink(path);
}

void kb_made_remove(const char *path) {
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[128];
    for (size_t i = 0; i < KB_COUNT(ends); i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}
