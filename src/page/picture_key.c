/* One key for all sizes of a picture: by it a page's lead picture is known again in the
 * body, and a picture of one version of an article in the next one.  In: an address.
 * Out: a key, which two addresses share that are of one file. */
#include "page/page.h"

/* The size that a file's name ends in: "-300x200", "_640"; a shorter number is one of a
 * series. */
static size_t size_suffix(struct kb_str name) {
    enum { SIZE_DIGITS = 3 };
    size_t n = name.n;
    while (n && (kb_is_digit(name.p[n - 1]) || name.p[n - 1] == 'x'))
        n--;
    bool parted = n && (name.p[n - 1] == '-' || name.p[n - 1] == '_');
    return parted && name.n - n >= SIZE_DIGITS ? n - 1 : name.n;
}

static bool is_picture_ending(struct kb_str ending) {
    static const char *const known[] = {"jpg", "jpeg", "png", "webp", "gif", "avif"};
    for (size_t i = 0; i < KB_COUNT(known); i++)
        if (kb_str_equal_nocase(ending, kb_str_z(known[i])))
            return true;
    return false;
}

/* A picture's file goes by one name in all its sizes; folders, parameters and the size
 * behind the name are what differs.  A name that says nothing ("1.jpg", "image.php?id=7")
 * is the whole address. */
uint64_t kb_page_picture_key(struct kb_str url) {
    enum { TELLING_BYTES = 4 };
    size_t end = 0, slash = 0, dot = 0;
    for (; end < url.n && url.p[end] != '?' && url.p[end] != '#'; end++) {
        if (url.p[end] == '/')
            slash = end + 1;
        else if (url.p[end] == '.')
            dot = end;
    }
    if (dot < slash || !is_picture_ending(kb_str_slice(url, dot + 1, end)))
        return kb_hash(url.p, url.n, 0);
    struct kb_str name = kb_str_slice(url, slash, dot);
    name = kb_str_slice(name, 0, size_suffix(name));
    return name.n < TELLING_BYTES ? kb_hash(url.p, end, 0) : kb_hash(name.p, name.n, 1);
}
