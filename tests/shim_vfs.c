/* A file system for SQLite that fails when it is told to: shim_vfs.h tells how.
 *
 * For a cut each file's durable bytes, those of its last sync, are kept in memory, and
 * behind them what was written since.  SQLite's disks are taken to be as it takes them: a
 * sector that is being written may have its old bytes or its new ones, others are not
 * touched (sqlite.org/psow.html). */
#include "shim_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, FILES = 16 };

struct op { /* a write, or (bytes is NULL) a truncation to at */
    struct op *next;
    unsigned char *bytes;
    sqlite3_int64 at;
    int n;
};

struct image { /* a file's */
    char *name;
    unsigned char *durable, *before; /* before: of a file of this name, deleted since */
    sqlite3_int64 n, before_n;       /* without a sync of its folder */
    bool exists;                     /* its name is in the folder on the disk */
    bool there;                      /* … and now */
    struct op *first, **last;
};

static struct {
    enum shim_way way;
    bool all, failed;
    long at, calls;
    unsigned seed;
    struct image images[FILES];
    size_t count;
} shim;

struct shim_file {
    sqlite3_file base;
    struct image *image;
    sqlite3_file *real;
    bool is_log;
};

static void *need(void *p) {
    if (!p) {
        fputs("shim: no memory\n", stderr);
        abort();
    }
    return p;
}

static unsigned chance(void) {
    shim.seed = shim.seed * 1103515245u + 12345u;
    return shim.seed >> 16;
}

static bool fails(void) {
    shim.calls++;
    bool now = shim.way != SHIM_COUNT && shim.calls >= shim.at &&
               (shim.calls == shim.at || shim.all || shim.way == SHIM_CUT);
    shim.failed |= now;
    return now;
}

/* ---- what is durable --------------------------------------------------------------- */

static void forget_ops(struct image *image) {
    for (struct op *op = image->first, *next; op; op = next) {
        next = op->next;
        free(op->bytes);
        free(op);
    }
    image->first = NULL;
    image->last = &image->first;
}

static struct image *image_of(const char *name) {
    for (size_t i = 0; i < shim.count; i++) {
        if (strcmp(shim.images[i].name, name) == 0)
            return &shim.images[i];
    }
    if (shim.count == FILES)
        abort();
    struct image *image = &shim.images[shim.count++];
    *image = (struct image){.name = need(strdup(name))};
    forget_ops(image);
    FILE *f = fopen(name, "rb");
    if (f) {
        image->exists = image->there = true;
        fseek(f, 0, SEEK_END);
        image->n = ftell(f);
        rewind(f);
        image->durable = need(malloc((size_t)image->n + 1));
        if (fread(image->durable, 1, (size_t)image->n, f) != (size_t)image->n)
            abort();
        fclose(f);
    }
    return image;
}

static void note(struct image *image, const void *bytes, int n, sqlite3_int64 at) {
    if (shim.way != SHIM_CUT || !image)
        return;
    struct op *op = need(calloc(1, sizeof *op));
    op->at = at;
    op->n = n;
    if (bytes)
        op->bytes = memcpy(need(malloc((size_t)n + 1)), bytes, (size_t)n);
    *image->last = op;
    image->last = &op->next;
}

static void put(struct image *image, const unsigned char *bytes, sqlite3_int64 n,
                sqlite3_int64 at) {
    if (at + n > image->n) {
        image->durable = need(realloc(image->durable, (size_t)(at + n) + 1));
        memset(image->durable + image->n, 0, (size_t)(at + n - image->n));
        image->n = at + n;
    }
    memcpy(image->durable + at, bytes, (size_t)n);
}

static void cut_to(struct image *image, sqlite3_int64 n) {
    if (n < image->n)
        image->n = n;
}

/* All that was written becomes durable, or (some is set) a part of it. */
static void settle(struct image *image, bool some) {
    unsigned odds = some ? chance() % 4 : 3; /* none, few, many, all */
    for (const struct op *op = image->first; op; op = op->next) {
        if (!op->bytes) {
            if (chance() % 3 < odds || !some)
                cut_to(image, op->at);
            continue;
        }
        for (sqlite3_int64 from = op->at, end = op->at + op->n, to; from < end;
             from = to) {
            to = (from / SECTOR + 1) * SECTOR;
            to = to < end ? to : end;
            if (!some || chance() % 3 < odds)
                put(image, op->bytes + (from - op->at), to - from, from);
        }
    }
    forget_ops(image);
}

/* The folder is synced: with a new log, or when a file is deleted for sure. */
static void settle_names(void) {
    for (size_t i = 0; i < shim.count; i++) {
        struct image *image = &shim.images[i];
        image->exists = image->there;
        free(image->before);
        image->before = NULL;
    }
}

/* The name is gone, but the folder may still have it after a cut. */
static void remove_name(struct image *image, bool for_sure) {
    settle(image, true);
    if (image->exists && !for_sure) {
        free(image->before);
        image->before = image->durable;
        image->before_n = image->n;
        image->durable = NULL;
    }
    image->exists = image->there = false;
    image->n = 0;
    if (for_sure)
        settle_names();
}

/* ---- the file's methods ------------------------------------------------------------ */

#define REAL(file) (((struct shim_file *)(file))->real)
#define IMAGE(file) (((struct shim_file *)(file))->image)

static int code_of(int broken) {
    return shim.way == SHIM_FULL ? SQLITE_FULL : broken;
}

static int x_close(sqlite3_file *f) {
    return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK;
}

static int x_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
    return REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}

static int x_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    if (fails()) {
        if (shim.way == SHIM_FULL)
            REAL(f)->pMethods->xWrite(REAL(f), from, n / 2, at);
        if (shim.way == SHIM_CUT && shim.calls == shim.at)
            note(IMAGE(f), from, n, at);
        return code_of(SQLITE_IOERR_WRITE);
    }
    note(IMAGE(f), from, n, at);
    return REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 n) {
    if (fails())
        return SQLITE_IOERR_TRUNCATE;
    note(IMAGE(f), NULL, 0, n);
    return REAL(f)->pMethods->xTruncate(REAL(f), n);
}

/* The disk itself is not asked: only what the images have counts. */
static int x_sync(sqlite3_file *f, int flags) {
    (void)flags;
    if (fails())
        return SQLITE_IOERR_FSYNC;
    if (shim.way == SHIM_CUT && IMAGE(f)) {
        settle(IMAGE(f), false);
        if (!IMAGE(f)->exists && ((struct shim_file *)f)->is_log)
            settle_names();
    }
    return SQLITE_OK;
}

static int x_size(sqlite3_file *f, sqlite3_int64 *n) {
    return REAL(f)->pMethods->xFileSize(REAL(f), n);
}

static int x_lock(sqlite3_file *f, int lock) {
    return REAL(f)->pMethods->xLock(REAL(f), lock);
}

static int x_unlock(sqlite3_file *f, int lock) {
    return REAL(f)->pMethods->xUnlock(REAL(f), lock);
}

static int x_reserved(sqlite3_file *f, int *out) {
    return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}

static int x_control(sqlite3_file *f, int op, void *arg) {
    return op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE
               ? SQLITE_NOTFOUND /* what they would write is not counted */
               : REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static int x_sector(sqlite3_file *f) {
    return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int x_traits(sqlite3_file *f) {
    return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int x_shm_map(sqlite3_file *f, int page, int size, int extend,
                     void volatile **out) {
    if (extend && fails()) {
        *out = NULL;
        return SQLITE_IOERR_SHMSIZE;
    }
    return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}

static int x_shm_lock(sqlite3_file *f, int at, int n, int flags) {
    return REAL(f)->pMethods->xShmLock(REAL(f), at, n, flags);
}

static void x_shm_barrier(sqlite3_file *f) {
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int x_shm_unmap(sqlite3_file *f, int remove) {
    return REAL(f)->pMethods->xShmUnmap(REAL(f), remove);
}

static const sqlite3_io_methods methods = {
    2,          x_close,       x_read,      x_write,   x_truncate, x_sync,   x_size,
    x_lock,     x_unlock,      x_reserved,  x_control, x_sector,   x_traits, x_shm_map,
    x_shm_lock, x_shm_barrier, x_shm_unmap, NULL,      NULL};

/* ---- the system's methods ---------------------------------------------------------- */

static sqlite3_vfs *below(sqlite3_vfs *vfs) {
    return vfs->pAppData;
}

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
                  int *out) {
    struct shim_file *file = (struct shim_file *)f;
    file->base.pMethods = NULL;
    file->real = (sqlite3_file *)(file + 1);
    if ((flags & SQLITE_OPEN_CREATE) && shim.failed && shim.way == SHIM_CUT)
        return SQLITE_CANTOPEN;
    file->image = shim.way == SHIM_CUT && name ? image_of(name) : NULL;
    int code = below(vfs)->xOpen(below(vfs), name, file->real, flags, out);
    if (code == SQLITE_OK) {
        file->base.pMethods = &methods;
        file->is_log = flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
        if (file->image)
            file->image->there = true;
    } else if (file->real->pMethods) {
        file->real->pMethods->xClose(file->real);
    }
    return code;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    if (fails())
        return SQLITE_IOERR_DELETE;
    if (shim.way == SHIM_CUT)
        remove_name(image_of(name), sync);
    return below(vfs)->xDelete(below(vfs), name, 0);
}

void shim_register(void) {
    static sqlite3_vfs vfs;
    if (vfs.zName)
        return;
    sqlite3_vfs *real = sqlite3_vfs_find("unix");
    vfs = *real;
    vfs.zName = SHIM_VFS;
    vfs.pNext = NULL;
    vfs.pAppData = real;
    vfs.szOsFile = (int)sizeof(struct shim_file) + real->szOsFile;
    vfs.xOpen = x_open;
    vfs.xDelete = x_delete;
    sqlite3_vfs_register(&vfs, 0);
}

/* ---- runs -------------------------------------------------------------------------- */

void shim_start(enum shim_way way, long at, bool all, unsigned seed) {
    for (size_t i = 0; i < shim.count; i++) {
        forget_ops(&shim.images[i]);
        free(shim.images[i].durable);
        free(shim.images[i].before);
        free(shim.images[i].name);
    }
    shim.count = 0;
    shim.way = way;
    shim.at = at;
    shim.all = all;
    shim.calls = 0;
    shim.failed = false;
    shim.seed = seed;
}

long shim_calls(void) {
    return shim.calls;
}

bool shim_failed(void) {
    return shim.failed;
}

void shim_stop(void) {
    shim_start(SHIM_COUNT, 0, false, 0);
}

static void write_image(const char *name, const unsigned char *bytes, sqlite3_int64 n) {
    FILE *f = need(fopen(name, "wb"));
    if (n && fwrite(bytes, 1, (size_t)n, f) != (size_t)n)
        abort();
    fclose(f);
}

/* A new file's name may have reached the disk before its bytes did or not at all, and a
 * name that was taken away may still be there. */
void shim_settle(void) {
    for (size_t i = 0; i < shim.count; i++) {
        struct image *image = &shim.images[i];
        settle(image, true);
        if (image->before && chance() % 2)
            write_image(image->name, image->before, image->before_n);
        else if (image->exists || chance() % 2)
            write_image(image->name, image->durable, image->n);
        else
            unlink(image->name);
    }
}
