/* A page's or feed's bytes: a file or stdin in, its bytes out, unpacked where they are
 * gzip.
 *
 * read(2) into a buffer that the thread keeps, and no mmap: measured on pages of 60 and
 * 400 KB in the page cache, read took 7 and 25 microseconds, mmap 15 and 18 (the page
 * faults), and a mapped file that shrinks meanwhile kills the process.
 *
 * gzip is known by its first bytes (RFC 1952), not by the name; several members one
 * behind the other are one page, as gunzip has it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cli.h"

/* Buffers beyond this are given back before the next page, so that one large page does
 * not hold its memory for a million small ones. */
#define KEEP_BYTES ((size_t)4 << 20)

/* A file of unknown size is read in steps that begin here. */
#define FIRST_BYTES ((size_t)64 << 10)

void kb_cli_input_init(struct kb_cli_input *input, size_t max, const char *option) {
    *input = (struct kb_cli_input){.max = max, .option = option};
}

void kb_cli_input_free(struct kb_cli_input *input) {
    kb_cli_buf_free(&input->raw);
    kb_cli_buf_free(&input->plain);
    if (input->unpacker)
        inflateEnd(input->unpacker);
    free(input->unpacker);
    input->unpacker = NULL;
}

static kabar_status too_large(const struct kb_cli_input *input, const char *what,
                              kabar_error *error) {
    if (!input->option)
        return kb_cli_error(error, KABAR_ELIMIT, "%s more than %zu bytes", what,
                            input->max);
    return kb_cli_error(error, KABAR_ELIMIT,
                        "%s more than %zu bytes (%s): raise the limit with --%s", what,
                        input->max, input->option, input->option);
}

static kabar_status no_memory(kabar_error *error) {
    return kb_cli_error(error, KABAR_ENOMEM,
                        "not enough memory to hold the page: close other "
                        "programs, or use fewer threads (-j 1)");
}

static void empty(struct kb_cli_buf *buf) {
    if (buf->failed || buf->cap > KEEP_BYTES)
        kb_cli_buf_free(buf);
    buf->n = 0;
}

/* ---- sources ----------------------------------------------------------------------- */

void kb_cli_source_close(struct kb_cli_source *source) {
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    source->fd = -1;
}

/* Waits until there are bytes; false where waiting is to end. */
static bool wait_for_bytes(const struct kb_cli_source *source) {
    struct pollfd wait[2] = {{source->fd, POLLIN, 0}, {source->wake, POLLIN, 0}};
    while (source->wake >= 0) {
        if (poll(wait, 2, -1) < 0 && errno != EINTR)
            return true; /* read will tell why */
        if (wait[1].revents)
            return false;
        if (wait[0].revents)
            return true;
    }
    return true;
}

ssize_t kb_cli_source_read(void *context, char *to, size_t room) {
    struct kb_cli_source *source = context;
    size_t left = source->head_n - source->head_at;
    ssize_t got;

    if (left > 0) {
        left = left < room ? left : room;
        memcpy(to, source->head + source->head_at, left);
        source->head_at += left;
        return (ssize_t)left;
    }
    do {
        if (!wait_for_bytes(source)) {
            errno = EINTR;
            return -1;
        }
        got = read(source->fd, to, room);
    } while (got < 0 && errno == EINTR);
    return got;
}

kabar_status kb_cli_source_open(struct kb_cli_source *source, const char *path,
                                kabar_error *error) {
    struct stat info;
    ssize_t got = 1;

    source->fd = STDIN_FILENO;
    source->wake = -1;
    source->head_n = source->head_at = 0;
    if (path) {
        do {
            source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        } while (source->fd < 0 && errno == EINTR);
        if (source->fd < 0)
            return kb_cli_error(error, KABAR_EIO, "cannot open: %s", strerror(errno));
    }
    if (fstat(source->fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        kb_cli_source_close(source);
        return kb_cli_error(error, KABAR_EIO, "is a folder: name it on the command line");
    }
    while (got != 0 && source->head_n < sizeof(source->head)) {
        got = read(source->fd, source->head + source->head_n,
                   sizeof(source->head) - source->head_n);
        if (got < 0 && errno != EINTR) {
            kb_cli_error(error, KABAR_EIO, "cannot read: %s", strerror(errno));
            kb_cli_source_close(source);
            return KABAR_EIO;
        }
        source->head_n += got > 0 ? (size_t)got : 0;
    }
    return KABAR_OK;
}

bool kb_cli_source_is_warc(const struct kb_cli_source *source) {
    return kb_warc_is((struct kb_str){source->head, source->head_n});
}

/* ---- pages ------------------------------------------------------------------------- */

/* Everything that the source has, up to one byte past the limit. */
static kabar_status read_all(struct kb_cli_input *input, struct kb_cli_source *source,
                             kabar_error *error) {
    struct kb_cli_buf *raw = &input->raw;
    struct stat info;
    size_t step = FIRST_BYTES;

    if (fstat(source->fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        if ((uintmax_t)info.st_size > input->max)
            return too_large(input, "the file has", error);
        step = (size_t)info.st_size + 1; /* room for the read that finds the end */
    }
    for (;;) {
        size_t room;
        ssize_t got;
        if (raw->cap - raw->n == 0 && !kb_cli_buf_reserve(raw, raw->n ? raw->n : step))
            return no_memory(error);
        room = raw->cap - raw->n;
        if (room > input->max + 1 - raw->n)
            room = input->max + 1 - raw->n;
        got = kb_cli_source_read(source, raw->p + raw->n, room);
        if (got < 0)
            return kb_cli_error(error, KABAR_EIO, "cannot read: %s", strerror(errno));
        if (got == 0)
            return KABAR_OK;
        raw->n += (size_t)got;
        if (raw->n > input->max)
            return too_large(input, "the input has", error);
    }
}

static kabar_status unpacker_ready(struct kb_cli_input *input, kabar_error *error) {
    if (input->unpacker)
        return inflateReset(input->unpacker) == Z_OK ? KABAR_OK : no_memory(error);
    input->unpacker = calloc(1, sizeof(*input->unpacker));
    if (!input->unpacker)
        return no_memory(error);
    if (inflateInit2(input->unpacker, KB_CLI_GZIP_ALONE) != Z_OK) {
        free(input->unpacker);
        input->unpacker = NULL;
        return no_memory(error);
    }
    return KABAR_OK;
}

/* The decoded size that the last member claims; a guess only, bounded by what deflate can
 * reach at all (1032 to 1). */
static size_t claimed_size(const struct kb_cli_input *input) {
    const unsigned char *end = (const unsigned char *)input->raw.p + input->raw.n;
    size_t claim = (size_t)end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 |
                   (size_t)end[-1] << 24;
    if (claim > input->max)
        claim = input->max;
    return claim / 1032 > input->raw.n ? FIRST_BYTES : claim + 1;
}

static kabar_status unpack(struct kb_cli_input *input, kabar_error *error) {
    struct kb_cli_buf *plain = &input->plain;
    kabar_status status = unpacker_ready(input, error);
    z_stream *z = input->unpacker;

    if (status != KABAR_OK)
        return status;
    if (!kb_cli_buf_reserve(plain, claimed_size(input)))
        return no_memory(error);
    z->next_in = (unsigned char *)input->raw.p;
    z->avail_in = (uInt)input->raw.n; /* the limit fits, see read.c */
    for (;;) {
        size_t room, given;
        int got;
        if (plain->n == plain->cap && !kb_cli_buf_reserve(plain, plain->n))
            return no_memory(error);
        room = plain->cap - plain->n;
        if (room > input->max + 1 - plain->n)
            room = input->max + 1 - plain->n;
        z->next_out = (unsigned char *)plain->p + plain->n;
        z->avail_out = (uInt)room;
        got = inflate(z, Z_NO_FLUSH);
        given = room - z->avail_out;
        plain->n += given;
        if (plain->n > input->max)
            return too_large(input, "the file unpacks to", error);
        if (got == Z_STREAM_END) {
            /* Padding behind the last member is no member; gunzip ignores it too. */
            if (!kb_cli_is_gzip((const char *)z->next_in, z->avail_in))
                return KABAR_OK;
            if (inflateReset(z) != Z_OK)
                return no_memory(error);
        } else if (got == Z_MEM_ERROR) {
            return no_memory(error);
        } else if (got != Z_OK && got != Z_BUF_ERROR) {
            return kb_cli_error(error, KABAR_EINPUT, "damaged gzip data: %s",
                                z->msg ? z->msg : "cannot be unpacked");
        } else if (z->avail_in == 0 && z->avail_out > 0) {
            return kb_cli_error(error, KABAR_EINPUT,
                                "damaged gzip data: it ends before its end");
        }
    }
}

kabar_status kb_cli_input_take(struct kb_cli_input *input, struct kb_cli_source *source,
                               const char **bytes, size_t *size, kabar_error *error) {
    kabar_status status;
    struct kb_cli_buf *use = &input->raw;

    empty(&input->raw);
    empty(&input->plain);
    status = read_all(input, source, error);
    kb_cli_source_close(source);
    if (status == KABAR_OK && kb_cli_is_gzip(input->raw.p, input->raw.n)) {
        status = unpack(input, error);
        use = &input->plain;
    }
    *bytes = use->n ? use->p : "";
    *size = use->n;
    return status;
}

kabar_status kb_cli_input_load(struct kb_cli_input *input, const char *path,
                               const char **bytes, size_t *size, kabar_error *error) {
    struct kb_cli_source source;
    kabar_status status = kb_cli_source_open(&source, path, error);

    return status == KABAR_OK ? kb_cli_input_take(input, &source, bytes, size, error)
                              : status;
}
