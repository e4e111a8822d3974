/* Arena and buffer: growth, alignment, limits that hold, failures that stick. */
#include "unit.h"

#include <stdalign.h>

static void arena_gives_memory(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, (size_t)1 << 20);
    bool aligned = true, whole = true;
    unsigned char *last = NULL;
    for (size_t i = 0; i < 3000; i++) {
        unsigned char *p = kb_arena_alloc(&arena, i % 97);
        if (!CHECK(p))
            break;
        aligned = aligned && (uintptr_t)p % alignof(max_align_t) == 0;
        memset(p, (int)(i % 251), i % 97);
        if (last && (i - 1) % 97)
            whole =
                whole && last[0] == (i - 1) % 251 && last[(i - 1) % 97 - 1] == last[0];
        last = p;
    }
    CHECK(aligned);
    CHECK(whole);
    CHECK(!arena.full);
    CHECK(arena.used <= arena.held && arena.held <= arena.max + 4096);
    kb_arena_free(&arena);
    CHECK_INT(arena.held, 0);
}

static void arena_holds_its_limit(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, 100000);
    size_t given = 0;
    while (kb_arena_alloc(&arena, 1000))
        given += 1000;
    CHECK(arena.full && arena.limited);
    CHECK(given <= 100000 && given >= 40000);
    CHECK(arena.held <= 100000 + 1024);
    CHECK(!kb_arena_alloc(&arena, 100001));
    kb_arena_reset(&arena);
    CHECK(!arena.full && !arena.limited && arena.used == 0);
    CHECK(kb_arena_alloc(&arena, 1000));
    kb_arena_free(&arena);
}

static void arena_refuses_the_absurd(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, (size_t)1 << 20);
    CHECK(!kb_arena_alloc(&arena, SIZE_MAX));
    CHECK(arena.full);
    arena.full = false;
    CHECK(!kb_arena_alloc(&arena, SIZE_MAX - 8));
    CHECK(!kb_arena_zalloc(&arena, SIZE_MAX / 2, 3));
    CHECK(arena.full);
    CHECK(kb_arena_alloc(&arena, 0));
    kb_arena_free(&arena);
}

/* Without a limit of its own the arena still must not round a size up to nothing. */
static void arena_without_a_limit(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, SIZE_MAX);
    CHECK(!kb_arena_alloc(&arena, SIZE_MAX));
    CHECK(!kb_arena_alloc(&arena, SIZE_MAX - 4));
    kb_arena_free(&arena);
}

static void arena_is_used_again(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, (size_t)64 << 20);
    for (int document = 0; document < 20; document++) {
        for (int i = 0; i < 1000; i++)
            if (!kb_arena_alloc(&arena, 1000))
                CHECK(false);
        kb_arena_reset(&arena);
        CHECK(arena.held <= (size_t)4 << 20);
    }
    CHECK(kb_arena_alloc(&arena, (size_t)20 << 20)); /* one large piece is not kept */
    kb_arena_reset(&arena);
    CHECK(arena.held <= ((size_t)4 << 20) + 64);
    kb_arena_free(&arena);
}

static void arena_zeroes_and_copies(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, 50000);
    unsigned char *p = kb_arena_alloc(&arena, 4000);
    if (CHECK(p))
        memset(p, 0xAA, 4000);
    kb_arena_reset(&arena);
    unsigned char *q = kb_arena_zalloc(&arena, 1000, 4);
    int dirty = 0;
    for (size_t i = 0; q && i < 4000; i++)
        dirty += q[i] != 0;
    CHECK(q && !dirty);
    struct kb_str s = kb_arena_dup(&arena, KB_STR("kabar"));
    CHECK_STR(s, "kabar");
    CHECK(s.p && s.p[s.n] == '\0');
    CHECK_INT(kb_arena_dup(&arena, KB_STR_NONE).n, 0);
    CHECK_INT(kb_arena_dup(&arena, (struct kb_str){"", SIZE_MAX}).n, 0);
    kb_arena_free(&arena);
}

static void arena_grows_arrays(void) {
    struct kb_arena arena;
    kb_arena_init(&arena, (size_t)1 << 20);
    int *items = NULL;
    void *p = NULL;
    size_t count = 0, cap = 0;
    while (kb_arena_grow(&arena, &p, count, &cap, sizeof *items, 1000)) {
        items = p;
        items[count] = (int)count;
        count++;
    }
    CHECK_INT(count, 1000);
    int wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += items[i] != (int)i;
    CHECK_INT(wrong, 0);
    CHECK(!arena.full); /* the array's own limit is not the arena's */
    kb_arena_free(&arena);
}

static void buffer_grows(void) {
    struct kb_buf buf;
    kb_buf_init(&buf, 1000000);
    for (int i = 0; i < 1000; i++) {
        kb_buf_char(&buf, 'a');
        kb_buf_z(&buf, "bc");
        kb_buf_str(&buf, KB_STR("de"));
    }
    CHECK_INT(buf.n, 5000);
    CHECK(buf.status == KB_OK);
    CHECK_STR(kb_str_slice(kb_buf_view(&buf), 4995, 5000), "abcde");
    size_t cap = buf.cap;
    kb_buf_clear(&buf);
    CHECK(buf.n == 0 && buf.cap == cap);
    kb_buf_free(&buf);
    CHECK(!buf.p && buf.max == 1000000);
}

static void buffer_holds_its_limit(void) {
    struct kb_buf buf;
    kb_buf_init(&buf, 10);
    kb_buf_z(&buf, "123456789");
    kb_buf_z(&buf, "ab");
    CHECK(buf.status == KB_ELIMIT);
    CHECK_STR(kb_buf_view(&buf), "123456789");
    kb_buf_char(&buf, 'a'); /* would fit, but the failure sticks */
    CHECK_INT(buf.n, 9);
    kb_buf_clear(&buf);
    kb_buf_z(&buf, "1234567890");
    CHECK(buf.status == KB_OK && buf.n == 10);
    kb_buf_free(&buf);
    kb_buf_init(&buf, 0);
    kb_buf_add(&buf, NULL, 0);
    CHECK(buf.status == KB_OK);
    kb_buf_char(&buf, 'a');
    CHECK(buf.status == KB_ELIMIT);
    kb_buf_free(&buf);
    kb_buf_init(&buf, SIZE_MAX);
    kb_buf_char(&buf, 'a');
    CHECK(!kb_buf_reserve(&buf, SIZE_MAX));
    kb_buf_free(&buf);
}

static void buffer_prints(void) {
    struct kb_buf buf;
    char word[2000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    kb_buf_init(&buf, 100000);
    kb_buf_printf(&buf, "%d-%s", 42, "a");
    CHECK_STR(kb_buf_view(&buf), "42-a");
    kb_buf_printf(&buf, "<%s>", word);
    CHECK_INT(buf.n, 4 + 2001);
    CHECK(buf.p[4] == '<' && buf.p[buf.n - 1] == '>');
    kb_buf_clear(&buf);
    kb_buf_printf(&buf, "%255s", "");
    kb_buf_printf(&buf, "%256s", "");
    CHECK_INT(buf.n, 511);
    kb_buf_clear(&buf);
    kb_buf_html(&buf, KB_STR("<a href=\"x\">&</a>"));
    CHECK_STR(kb_buf_view(&buf), "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
    /* Eight bytes are looked at at once: each character at each place among them. */
    for (size_t at = 0; at < 20; at++) {
        for (const char *c = "&<>\"'$;=\xE6"; *c; c++) {
            char text[21], want[32];
            memset(text, '\xA6', 20);
            text[20] = '\0';
            text[at] = *c;
            const char *entity = *c == '&'   ? "&amp;"
                                 : *c == '<' ? "&lt;"
                                 : *c == '>' ? "&gt;"
                                 : *c == '"' ? "&quot;"
                                             : (const char[]){*c, '\0'};
            snprintf(want, sizeof want, "%.*s%s%s", (int)at, text, entity, text + at + 1);
            kb_buf_clear(&buf);
            kb_buf_html(&buf, kb_str_z(text));
            CHECK_STR(kb_buf_view(&buf), want);
        }
    }
    kb_buf_clear(&buf);
    kb_buf_html(&buf, KB_STR_NONE);
    CHECK_INT(buf.n, 0);
    kb_buf_free(&buf);
}

static void statuses_have_names(void) {
    struct kb_err err = {0};
    CHECK_STR(kb_str_z(kb_status_name(KB_OK)), "ok");
    CHECK_STR(kb_str_z(kb_status_name(KB_EIO)), "io");
    CHECK_STR(kb_str_z(kb_status_name((enum kb_status)99)), "unknown");
    CHECK(kb_status_text(KB_ELIMIT)[0] != '\0');
    CHECK(kb_err_set(NULL, KB_EINPUT, "x") == KB_EINPUT);
    CHECK(kb_err_set(&err, KB_EINPUT, "%s at %d", "bad byte", 7) == KB_EINPUT);
    CHECK(err.status == KB_EINPUT);
    CHECK_STR(kb_str_z(err.text), "bad byte at 7");
    char word[600];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    CHECK(kb_err_set(&err, KB_EIO, "%s", word) == KB_EIO);
    CHECK_INT(strlen(err.text), sizeof err.text - 1);
}

/* Whole whatever its length, as an address is: a part of one leads elsewhere. */
static void arena_prints_whole(void) {
    static char word[5000];
    struct kb_arena arena;
    memset(word, 'x', sizeof word - 1);
    kb_arena_init(&arena, 64 << 10);
    struct kb_str said = kb_arena_printf(&arena, "%s?%d", word, 7);
    CHECK_INT(said.n, sizeof word + 1);
    CHECK(said.p && strcmp(said.p + sizeof word - 1, "?7") == 0);
    CHECK_INT(kb_arena_printf(&arena, "%s", "").n, 0);
    kb_arena_free(&arena);
    kb_arena_init(&arena, 100);
    CHECK(!kb_arena_printf(&arena, "%s", word).n && arena.full);
    kb_arena_free(&arena);
}

UNIT_MAIN(arena_gives_memory, arena_holds_its_limit, arena_refuses_the_absurd,
          arena_without_a_limit, arena_is_used_again, arena_zeroes_and_copies,
          arena_grows_arrays, arena_prints_whole, buffer_grows, buffer_holds_its_limit,
          buffer_prints, statuses_have_names)
