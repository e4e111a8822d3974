/* Addresses: what is resolved, what is refused, what the quick path must leave alone. */
#include "unit.h"

#include "html/html.h"

static const char *const base = "https://news.example/world/2024/report.html?page=2";

static void same(const char *from, const char *address, const char *want) {
    struct kb_urls *urls;
    struct kb_arena arena;
    kb_arena_init(&arena, 1 << 20);
    if (CHECK(kb_urls_new(&urls, NULL) == KB_OK)) {
        if (from)
            CHECK(kb_urls_set_base(urls, kb_str_z(from)));
        CHECK_STR(kb_urls_resolve(urls, &arena, kb_str_z(address), true), want);
        kb_urls_free(urls);
    }
    kb_arena_free(&arena);
}

static void relative(void) {
    same(base, "photo.jpg", "https://news.example/world/2024/photo.jpg");
    same(base, "/a/b", "https://news.example/a/b");
    same(base, "../2023/", "https://news.example/world/2023/");
    same(base, "//cdn.example/x.png", "https://cdn.example/x.png");
    same(base, "?page=3", "https://news.example/world/2024/report.html?page=3");
    same(base, "#top", "https://news.example/world/2024/report.html?page=2#top");
    same(base, " \n/a b\t", "https://news.example/a%20b");
    same(base, "/käse", "https://news.example/k%C3%A4se");
    same(base, "", "");
    same(NULL, "photo.jpg", "");
    same(NULL, "//cdn.example/x.png", "");
}

static void absolute(void) {
    /* Already as they are serialised. */
    same(NULL, "https://a.example/", "https://a.example/");
    same(NULL, "https://a.example/x?a=1&b=%20#c?d", "https://a.example/x?a=1&b=%20#c?d");
    same(NULL, "http://a-b.example/~u/x.y;z=1,2", "http://a-b.example/~u/x.y;z=1,2");
    /* Not yet. */
    same(NULL, "https://a.example", "https://a.example/");
    same(NULL, "HTTPS://A.Example/X", "https://a.example/X");
    same(NULL, "https://a.example:443/x", "https://a.example/x");
    same(NULL, "https://a.example:8080/x", "https://a.example:8080/x");
    same(NULL, "https://a.example/x/../y", "https://a.example/y");
    same(NULL, "https://a.example/./y", "https://a.example/y");
    same(NULL, "https://a.example/x/%2e%2e/y", "https://a.example/y");
    same(NULL, "https://a.example/.hidden", "https://a.example/.hidden");
    same(NULL, "https:\\\\a.example\\x", "https://a.example/x");
    same(NULL, "https:///a.example/x", "https://a.example/x");
    same(NULL, "https://bücher.example/", "https://xn--bcher-kva.example/");
    same(NULL, "http://0x7f.1/x", "http://127.0.0.1/x");
    same(NULL, "http://127.1/x", "http://127.0.0.1/x");
    same(NULL, "http://[::1]/x", "http://[::1]/x");
    same(NULL, "https://a.example/a'b?c'd", "https://a.example/a'b?c%27d");
    same(NULL, "https://a.example/\"<>", "https://a.example/%22%3C%3E");
    same(NULL, "https://a.example/new\nline", "https://a.example/newline");
}

static void refused(void) {
    same(base, "javascript:alert(1)", "");
    same(base, " java\nscript:alert(1)", "");
    same(base, "data:text/html,x", "");
    same(base, "vbscript:x", "");
    same(base, "file:///etc/passwd", "");
    same(base, "blob:https://a.example/x", "");
    same(base, "ws://a.example/x", "");
    same(base, "intent://a.example/x", "");
    same(NULL, "https://", "");
    same(NULL, "https://a b.example/", "");
    same(NULL, "https://a.example:99999/", "");
    same(NULL, "http://1.2.3.4.5/", "");
}

static void links(void) {
    same(base, "mailto:desk@news.example?subject=x",
         "mailto:desk@news.example?subject=x");
    same(base, "TEL:+123", "tel:+123");
    same(base, "ftp://a.example/x", "ftp://a.example/x");
}

static void tracking(void) {
    same(base, "/a?utm_source=x&id=7&fbclid=y#s", "https://news.example/a?id=7#s");
    same(base, "/a?utm_source=x", "https://news.example/a");
    same(base, "/a#utm_source=x&b=1", "https://news.example/a#b=1");
    same(base, "/a?amp;UTM_source=x&b", "https://news.example/a?b");
    same(NULL, "https://a.example/?gclid=1#", "https://a.example/#");
    same(NULL, "https://a.example/?xutm_source=1&utm=2&gclid2=3",
         "https://a.example/?xutm_source=1&utm=2&gclid2=3");
    same(NULL, "mailto:a@b.example?subject=x&utm_source=y",
         "mailto:a@b.example?subject=x");
}

static void links_only_where_allowed(void) {
    struct kb_urls *urls;
    struct kb_arena arena;
    kb_arena_init(&arena, 1 << 20);
    if (CHECK(kb_urls_new(&urls, NULL) == KB_OK)) {
        CHECK(kb_urls_resolve(urls, &arena, KB_STR("mailto:a@b.example"), false).n == 0);
        CHECK(!kb_urls_set_base(urls, KB_STR("mailto:a@b.example")));
        CHECK(!kb_urls_set_base(urls, KB_STR("/relative")));
        CHECK(!kb_urls_set_base(urls, KB_STR_NONE));
        kb_urls_free(urls);
    }
    kb_arena_free(&arena);
}

/* One parser for very many addresses: its memory must not grow, nor the base be lost. */
static void many(void) {
    static char address[2 * KB_LIMIT_URL_BYTES];
    struct kb_urls *urls;
    struct kb_arena arena;
    kb_arena_init(&arena, (size_t)16 << 20);
    if (CHECK(kb_urls_new(&urls, NULL) == KB_OK)) {
        CHECK(kb_urls_set_base(urls, kb_str_z(base)));
        memset(address, 'a', sizeof address);
        for (size_t n = 1; n < sizeof address; n = n * 3 / 2 + 1) {
            struct kb_str s =
                kb_urls_resolve(urls, &arena, (struct kb_str){address, n}, false);
            CHECK((s.n != 0) == (n + sizeof "https://news.example/world/2024/" - 1 <=
                                 KB_LIMIT_URL_BYTES));
        }
        for (int i = 0; i < 20000; i++) {
            kb_arena_reset(&arena);
            struct kb_str s =
                kb_urls_resolve(urls, &arena, KB_STR("../x y/?q=ü#é"), false);
            if (!kb_str_equal(
                    s, KB_STR("https://news.example/world/x%20y/?q=%C3%BC#%C3%A9")))
                CHECK_STR(s, "the same each time");
        }
        kb_urls_free(urls);
    }
    kb_arena_free(&arena);
}

UNIT_MAIN(relative, absolute, refused, links, tracking, links_only_where_allowed, many)
