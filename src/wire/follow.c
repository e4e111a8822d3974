/* Addresses that people type, and OPML 2.0 in and out: outlines are feeds, the outlines
 * around them folders. */
#include "wire/follow.h"

#include <string.h>

#include "html/html.h"

/* "example.org", "localhost:8080"; no word, and no "javascript:…". */
static bool is_host(struct kb_str text) {
    size_t colon = kb_str_find_byte(text, ':');
    struct kb_str port =
        colon == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, colon + 1, text.n);
    for (size_t i = 0; i < port.n; i++)
        if (!kb_is_digit(port.p[i]))
            return false;
    return port.n ||
           (colon == KB_NOT_FOUND && kb_str_find_byte(text, '.') != KB_NOT_FOUND);
}

struct kb_str kb_follow_address(struct kb_arena *arena, struct kb_str typed) {
    static const char scheme[] = "https://";
    typed = kb_str_trim(typed);
    if (kb_str_starts_nocase(typed, KB_STR("feed://")))
        typed = kb_str_slice(typed, sizeof "feed://" - 1, typed.n);
    else if (kb_str_starts_nocase(typed, KB_STR("feed:")))
        typed = kb_str_slice(typed, sizeof "feed:" - 1, typed.n);
    if (!is_host(kb_str_slice(typed, 0, kb_str_find_byte(typed, '/'))))
        return typed;
    char *whole = kb_arena_alloc(arena, sizeof scheme - 1 + typed.n);
    if (!whole)
        return KB_STR_NONE;
    memcpy(whole, scheme, sizeof scheme - 1);
    memcpy(whole + sizeof scheme - 1, typed.p, typed.n);
    return (struct kb_str){whole, sizeof scheme - 1 + typed.n};
}

bool kb_follow_may(struct kb_str url) {
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ')
            return false;
    return url.n <= KB_LIMIT_URL_BYTES && kb_url_host(url).n && kb_url_is_web(url);
}

static struct kb_str folder_of(const struct kb_feed_item *item, struct kb_buf *path) {
    kb_buf_clear(path);
    for (size_t i = 0; item->outline && i < item->outline->folders.count; i++) {
        kb_buf_z(path, i ? "/" : "");
        kb_buf_str(path, item->outline->folders.items[i]);
    }
    return kb_buf_view(path);
}

enum kb_status kb_follow_list(struct kb_store *store, int64_t user,
                              const struct kb_feed *list, int64_t now, uint64_t *fresh,
                              struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_buf folder;
    *fresh = 0;
    kb_buf_init(&folder, KB_LIMIT_META_BYTES);
    for (size_t i = 0; status == KB_OK && i < list->items.count; i++) {
        const struct kb_feed_item *item = &list->items.items[i];
        const struct kb_feed_new feed = {.url = item->url,
                                         .title = item->c.title,
                                         .home_url = item->external_url,
                                         .folder = folder_of(item, &folder),
                                         .now = now};
        int64_t n;
        bool is_fresh;
        if (!feed.url.n)
            continue;
        status = kb_store_feed_add(store, user, &feed, &n, &is_fresh, err);
        *fresh += status == KB_OK && is_fresh;
    }
    kb_buf_free(&folder);
    return status;
}

/* "News/Asia" as the folders that it names; false without memory. */
static bool put_folders(struct kb_arena *arena, struct kb_str folder,
                        struct kb_feed_outline *outline) {
    while (folder.n) {
        size_t end = kb_str_find_byte(folder, '/');
        struct kb_str name = kb_str_trim(kb_str_slice(folder, 0, end));
        folder = kb_str_slice(folder, end == KB_NOT_FOUND ? folder.n : end + 1, folder.n);
        if (!name.n)
            continue;
        if (!kb_arena_grow(arena, (void **)&outline->folders.items,
                           outline->folders.count, &outline->folders.cap,
                           sizeof *outline->folders.items, KB_LIMIT_DEPTH))
            return false;
        outline->folders.items[outline->folders.count++] = name;
    }
    return true;
}

enum kb_status kb_follow_print(struct kb_store *store, int64_t user,
                               struct kb_arena *arena, struct kb_buf *out,
                               struct kb_err *err) {
    struct kb_feed list = {.c.title = KB_STR("kabar"), .source_format = "opml-2.0"};
    struct kb_feed_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_feeds(store, user, KB_FEEDS_ALL, arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    list.items.items = kb_arena_zalloc(arena, count + 1, sizeof *list.items.items);
    for (size_t i = 0; list.items.items && i < count; i++) {
        struct kb_feed_outline *outline = kb_arena_zalloc(arena, 1, sizeof *outline);
        if (!outline || !put_folders(arena, rows[i].folder, outline))
            break;
        outline->type = KB_STR("rss");
        list.items.items[list.items.count++] =
            (struct kb_feed_item){.c.title = kb_feed_row_name(&rows[i]),
                                  .c.language = rows[i].language,
                                  .url = rows[i].url,
                                  .external_url = rows[i].home_url,
                                  .comment_count = -1,
                                  .outline = outline};
    }
    if (list.items.count < count)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    kb_opml_print(&list, out);
    return out->status;
}
