/* Where a picture really is.
 *
 * Enters: an img element; leaves: the address that a reader's browser would end up with.
 * Pages load their pictures late: src holds a placeholder, and a script takes the address
 * from some data- attribute.  Those attributes are asked first, then src, then srcset. */
#include "html/build.h"
#include "html/safe.h"

bool kb_picture_is_address(struct kb_str s) {
    static const char *const placeholders[] = {"blank.",       "spacer.",   "placeholder",
                                               "transparent.", "pixel.gif", "1x1",
                                               "loading.gif",  "lazy.",     "grey.gif"};
    if (!s.n || s.n > KB_LIMIT_URL_BYTES || kb_str_starts_nocase(s, KB_STR("data:")) ||
        kb_str_starts_nocase(s, KB_STR("about:")) || s.p[0] == '#')
        return false;
    struct kb_str path = kb_str_slice(s, 0, kb_str_find_byte(s, '?'));
    size_t slash = path.n;
    while (slash && path.p[slash - 1] != '/')
        slash--;
    struct kb_str name = kb_str_slice(path, slash, path.n);
    for (size_t i = 0; i < KB_COUNT(placeholders); i++)
        if (kb_str_find_nocase(name, kb_str_z(placeholders[i])) != KB_NOT_FOUND)
            return false;
    return true;
}

/* The number that s begins with, or -1.  Controls count for nothing: they are not
 * written, and what is written has to mean the same. */
static long number(struct kb_str s) {
    long value = -1;
    for (s = kb_str_trim(s); s.n && kb_safe_is_control(s.p[0]);)
        s = kb_str_trim(kb_str_slice(s, 1, s.n));
    for (size_t i = 0; i < s.n && value < 1000000; i++) {
        if (kb_is_digit(s.p[i]))
            value = (value < 0 ? 0 : value) * 10 + (s.p[i] - '0');
        else if (!kb_safe_is_control(s.p[i]))
            break;
    }
    return value;
}

struct kb_str kb_picture_srcset(struct kb_str s) {
    struct kb_str best = KB_STR_NONE;
    long best_size = -1;
    size_t i = 0;
    while (i < s.n) {
        while (i < s.n && (kb_is_space(s.p[i]) || s.p[i] == ','))
            i++;
        size_t from = i;
        while (i < s.n && !kb_is_space(s.p[i]))
            i++;
        struct kb_str url = kb_str_slice(s, from, i);
        bool bare = url.n && url.p[url.n - 1] == ',';
        while (url.n && url.p[url.n - 1] == ',')
            url.n--;
        long size = 1;
        if (!bare) {
            from = i;
            while (i < s.n && s.p[i] != ',')
                i++;
            struct kb_str text = kb_str_trim(kb_str_slice(s, from, i));
            if (text.n)
                size = number(text) * (text.p[text.n - 1] == 'x' ? 1000 : 1);
        }
        if (size > best_size && kb_picture_is_address(url)) {
            best = url;
            best_size = size;
        }
    }
    return best;
}

bool kb_picture_is_pixel(lxb_dom_node_t *img) {
    long width = number(kb_dom_attr_id(img, LXB_DOM_ATTR_WIDTH));
    long height = number(kb_dom_attr_id(img, LXB_DOM_ATTR_HEIGHT));
    return (width >= 0 && width <= 2) || (height >= 0 && height <= 2) ||
           kb_safe_style_hides(kb_dom_attr_id(img, LXB_DOM_ATTR_STYLE));
}

bool kb_picture_is_tiny(lxb_dom_node_t *img) {
    long width = number(kb_dom_attr_id(img, LXB_DOM_ATTR_WIDTH));
    long height = number(kb_dom_attr_id(img, LXB_DOM_ATTR_HEIGHT));
    return width >= 0 && height >= 0 && width <= 32 && height <= 32;
}

struct kb_str kb_picture_named(lxb_dom_node_t *img, bool *late) {
    static const char *const names[] = {
        "data-src", "data-original", "data-lazy-src",  "data-lazy",
        "data-url", "data-image",    "data-hi-res-src"};
    struct kb_str src = kb_str_trim(kb_dom_attr_id(img, LXB_DOM_ATTR_SRC)), s;
    *late = false;
    if (kb_picture_is_pixel(img))
        return KB_STR_NONE;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        s = kb_str_trim(kb_dom_attr(img, names[i]));
        if (!kb_picture_is_address(s))
            continue;
        *late = !kb_str_equal(s, src);
        return s;
    }
    return kb_picture_is_address(src) ? src : KB_STR_NONE;
}

struct kb_str kb_picture_address(lxb_dom_node_t *img) {
    static const char *const sets[] = {"data-srcset", "data-lazy-srcset", "srcset"};
    bool late;
    struct kb_str s = kb_picture_named(img, &late);
    for (size_t i = 0; !s.n && i < KB_COUNT(sets) && !kb_picture_is_pixel(img); i++)
        s = kb_picture_srcset(kb_dom_attr(img, sets[i]));
    return s;
}
