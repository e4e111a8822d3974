/* What the four dialects of reader apps share: ids, moments, lists of numbers. */
#include "serve/apps_read.h"

int64_t kb_app_key(struct kb_app_id id) {
    if (id.n <= 0)
        return 0;
    return id.n > INT64_MAX / 2 - 1 ? INT64_MAX : id.n * 2 + id.story;
}

struct kb_app_id kb_app_id_of_key(int64_t key) {
    if (key <= 0)
        return (struct kb_app_id){0};
    return (struct kb_app_id){key / 2, key % 2 != 0};
}

int64_t kb_app_id_number(struct kb_app_id id, int64_t stories) {
    return id.story ? stories + id.n : id.n;
}

struct kb_app_id kb_app_id_of(int64_t number, int64_t stories) {
    if (number > stories)
        return (struct kb_app_id){number - stories, true};
    return (struct kb_app_id){number, false};
}

/* The next unit begins where the one before would be the year 5138: nobody means that,
 * and 1973 in the next. */
int64_t kb_app_time(int64_t moment) {
    static const int64_t unit = 100000000000;
    if (moment < 0)
        return 0;
    for (int thousands = 0; thousands < 3 && moment >= unit; thousands++)
        moment /= 1000;
    return moment;
}

struct kb_str kb_app_picture_type(struct kb_str url) {
    static const struct {
        const char *ending, *type;
    } types[] = {{".png", "image/png"},
                 {".gif", "image/gif"},
                 {".webp", "image/webp"},
                 {".avif", "image/avif"},
                 {".svg", "image/svg+xml"}};
    size_t end = 0;
    while (end < url.n && !memchr("?#", url.p[end], 2))
        end++;
    for (size_t i = 0; i < KB_COUNT(types); i++) {
        struct kb_str ending = kb_str_z(types[i].ending);
        if (end >= ending.n &&
            kb_str_equal_nocase(kb_str_slice(url, end - ending.n, end), ending))
            return kb_str_z(types[i].type);
    }
    return KB_STR("image/jpeg");
}

bool kb_app_numbers(struct kb_arena *arena, struct kb_str text, size_t most,
                    int64_t **numbers, size_t *count) {
    size_t cap = 0;
    *numbers = NULL;
    *count = 0;
    while (text.n && *count < most) {
        size_t end = kb_str_find_byte(text, ',');
        struct kb_str one = kb_str_trim(kb_str_slice(text, 0, end));
        int64_t number;
        if (kb_number(one, INT64_MIN + 1, INT64_MAX, &number)) {
            if (!kb_arena_grow(arena, (void **)numbers, *count, &cap, sizeof **numbers,
                               most))
                return false;
            (*numbers)[(*count)++] = number;
        }
        text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, end + 1, text.n);
    }
    return true;
}
