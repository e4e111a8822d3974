/* How fast pages are read out of a WARC file, against the same pages by themselves.
 *
 * Pages enter; a WARC file is made of them in memory, plain and in gzip, a member a
 * record.  Each round takes in turns
 *   pages   each page copied out of memory as read(2) would (or unpacked from gzip), read
 *           and printed as JSON
 *   warc    the file's records found and unpacked, their pages read and printed
 * with the same addresses, in processor time of the thread.  Leaves the median round's
 * pages a second and the median of the rounds' ratios. */
#include "fetch/fetch.h"
#include "pages.h"

#include <kabar.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

enum { MAX_ROUNDS = 1000, URL_BYTES = 64 };

/* What must be reached; the reason is in README.md. */
static const double least_ratio = .9;

static _Noreturn void die(const char *what) {
    fprintf(stderr, "bench_warc: %s\n", what);
    exit(2);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

/* ---- the two forms ----------------------------------------------------------------- */

struct form {
    const char *name;
    bool gzip;
    struct kb_buf *pages; /* one each, as its file would have it */
    struct kb_buf warc;
};

struct bench {
    const struct kb_page_files *pages;
    kabar_reader *reader;
    kabar_buffer out;
    struct kb_buf copy;
    struct kb_warc_record record;
    struct kb_warc_scratch scratch;
};

static void page_url(size_t i, char url[URL_BYTES]) {
    snprintf(url, URL_BYTES, "https://bench.example/%zu", i);
}

static void add_gzip(struct kb_buf *out, struct kb_str plain) {
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        die("zlib gives no stream");
    size_t room = deflateBound(&z, plain.n);
    if (!kb_buf_reserve(out, room))
        die("not enough memory");
    z.next_in = (unsigned char *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = (unsigned char *)out->p;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("a page cannot be packed");
    out->n = room - z.avail_out;
    deflateEnd(&z);
}

static bool put(void *context, const char *bytes, size_t n) {
    struct kb_buf *file = context;
    kb_buf_add(file, bytes, n);
    return file->status == KB_OK;
}

static bool no_chance(void *context, unsigned char *to, size_t n) {
    (void)context;
    memset(to, 1, n);
    return true;
}

static void make_form(const struct kb_page_files *pages, struct form *form) {
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    const struct kb_warc_output output = {put, no_chance, &form->warc,
                                          form->gzip ? KB_WARC_GZIP : KB_WARC_PLAIN,
                                          KB_WARC_SHA1};
    struct kb_err err = {KB_OK, ""};
    kb_buf_init(&form->warc, SIZE_MAX / 2);
    form->pages = calloc(pages->n, sizeof *form->pages);
    struct kb_warc_writer *writer = kb_warc_writer_new(&output, &err);
    if (!form->pages || !writer)
        die("not enough memory");
    for (size_t i = 0; i < pages->n; i++) {
        char url[URL_BYTES];
        page_url(i, url);
        const struct kb_warc_entry entry = {
            .type = KB_WARC_TYPE_RESPONSE,
            .target = kb_str_z(url),
            .content_type = KB_STR("application/http; msgtype=response"),
            .head = {head, sizeof head - 1},
            .body = pages->at[i].bytes};
        if (kb_warc_write(writer, &entry, NULL, &err) != KB_OK)
            die(err.text);
        kb_buf_init(&form->pages[i], SIZE_MAX / 2);
        if (form->gzip)
            add_gzip(&form->pages[i], pages->at[i].bytes);
        else
            kb_buf_str(&form->pages[i], pages->at[i].bytes);
    }
    kb_warc_writer_free(writer);
}

static void free_form(const struct kb_page_files *pages, struct form *form) {
    for (size_t i = 0; i < pages->n; i++)
        kb_buf_free(&form->pages[i]);
    free(form->pages);
    kb_buf_free(&form->warc);
}

/* ---- what is timed ----------------------------------------------------------------- */

static void read_page(struct bench *bench, struct kb_str bytes, const char *url) {
    const kabar_page page = {
        .size = sizeof page, .url = url, .content_type = "text/html"};
    kabar_article *article;
    /* A page that cannot be read takes both sides the same time. */
    if (kabar_read(bench->reader, bytes.p, bytes.n, &page, &article, NULL) != KABAR_OK)
        return;
    bench->out.size = 0;
    if (kabar_print(article, KABAR_FORMAT_JSON, NULL, &bench->out, NULL) != KABAR_OK)
        die("a page cannot be printed");
    kabar_article_free(article);
}

static void unpack(struct kb_str packed, z_stream *z, struct kb_buf *out) {
    if (inflateReset(z) != Z_OK)
        die("zlib cannot begin again");
    z->next_in = (unsigned char *)(uintptr_t)packed.p;
    z->avail_in = (uInt)packed.n;
    z->next_out = (unsigned char *)out->p;
    z->avail_out = (uInt)out->cap;
    if (inflate(z, Z_FINISH) != Z_STREAM_END)
        die("a page cannot be unpacked");
    out->n = out->cap - z->avail_out;
}

static double time_pages(struct bench *bench, const struct form *form) {
    z_stream z = {0};
    double start = seconds();
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        die("zlib gives no stream");
    for (size_t i = 0; i < bench->pages->n; i++) {
        char url[URL_BYTES];
        page_url(i, url);
        kb_buf_clear(&bench->copy);
        if (form->gzip)
            unpack(kb_buf_view(&form->pages[i]), &z, &bench->copy);
        else
            kb_buf_str(&bench->copy, kb_buf_view(&form->pages[i]));
        read_page(bench, kb_buf_view(&bench->copy), url);
    }
    inflateEnd(&z);
    return seconds() - start;
}

static ssize_t fill(void *context, char *to, size_t room) {
    struct kb_str *left = context;
    size_t n = left->n < room ? left->n : room;
    if (n)
        memcpy(to, left->p, n);
    *left = kb_str_slice(*left, n, left->n);
    return (ssize_t)n;
}

static double time_warc(struct bench *bench, const struct form *form) {
    double start = seconds();
    struct kb_str bytes = kb_buf_view(&form->warc), page;
    struct kb_err err = {KB_OK, ""};
    struct kb_warc_reader *reader = kb_warc_open(fill, &bytes, &err);
    size_t count = 0;
    enum kb_warc_step step;
    if (!reader)
        die(err.text);
    while ((step = kb_warc_next(reader, &bench->record, &err)) != KB_WARC_END) {
        char url[URL_BYTES];
        if (step != KB_WARC_RECORD || kb_warc_use(&bench->record) != KB_WARC_PAGE ||
            kb_warc_body(reader, &bench->record, SIZE_MAX / 4, &err) != KB_WARC_RECORD ||
            kb_warc_payload(&bench->record, &bench->scratch, SIZE_MAX / 4, &page, &err) !=
                KB_OK)
            die(err.text);
        snprintf(url, sizeof url, "%.*s", (int)bench->record.target.n,
                 bench->record.target.p);
        read_page(bench, page, url);
        count++;
    }
    kb_warc_close(reader);
    if (count != bench->pages->n)
        die("pages are missing in the WARC file");
    return seconds() - start;
}

static double measure(struct bench *bench, const struct form *form, int rounds) {
    static double pages[MAX_ROUNDS], warc[MAX_ROUNDS], ratios[MAX_ROUNDS];
    double n = (double)bench->pages->n;
    time_pages(bench, form); /* to warm up */
    time_warc(bench, form);
    for (int i = 0; i < rounds; i++) {
        if (i % 2)
            warc[i] = time_warc(bench, form);
        pages[i] = time_pages(bench, form);
        if (i % 2 == 0)
            warc[i] = time_warc(bench, form);
        ratios[i] = pages[i] / warc[i];
    }
    double ratio = median(ratios, rounds);
    printf("%-34s %9.0f pages/s, by themselves %.0f; ratio %.3f\n", form->name,
           n / median(warc, rounds), n / median(pages, rounds), ratio);
    return ratio;
}

static const char usage[] =
    "bench_warc [--rounds N] [[--pages] PATH]…\n"
    "  measures reading pages out of a WARC file against reading them by themselves\n";

int main(int argc, char **argv) {
    struct kb_page_files pages = {0};
    struct bench bench = {.pages = &pages};
    struct form forms[] = {{.name = "out of a WARC file, plain"},
                           {.name = "out of a WARC file, gzip", .gzip = true}};
    int rounds = 15;
    double least = 1e9;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--pages") == 0 && i + 1 < argc)
            kb_page_files_add(&pages, argv[++i], NULL);
        else if (strcmp(argv[i], "--help") == 0)
            rounds = 0;
        else if (argv[i][0] != '-') /* the other options are of the other bench */
            kb_page_files_add(&pages, argv[i], NULL);
    }
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fputs(usage, stderr);
        return 2;
    }
    if (!pages.n)
        kb_page_files_add(&pages, "examples/pages", NULL);
    if (kabar_reader_new(NULL, &bench.reader, NULL) != KABAR_OK)
        die("no reader");
    kb_warc_record_init(&bench.record);
    kb_buf_init(&bench.copy, SIZE_MAX / 2);
    if (!kb_buf_reserve(&bench.copy, pages.largest + 1))
        die("not enough memory");
    for (size_t i = 0; i < KB_COUNT(forms); i++) {
        make_form(&pages, &forms[i]);
        double ratio = measure(&bench, &forms[i], rounds);
        least = ratio < least ? ratio : least;
        free_form(&pages, &forms[i]);
    }
    printf("%-34s %9.3f  wanted %.1f or more: %s\n",
           "the speed out of WARC files to that", least, least_ratio,
           least >= least_ratio ? "reached" : "MISSED");
    kb_warc_record_free(&bench.record);
    kb_warc_scratch_free(&bench.scratch);
    kb_buf_free(&bench.copy);
    kabar_buffer_free(&bench.out);
    kabar_reader_free(bench.reader);
    kb_page_files_free(&pages);
    return 0;
}
