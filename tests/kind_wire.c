/* Kind `wire`: every page of examples/wire against what a careful reader finds on it, its
 * NAME.want (the format: examples/wire/README.md).
 *
 * Enters the folder, and the case's file `known`: lines "page: line # why" that fall
 * short today, "page: + line" for what the record has and should not.  They are counted
 * at each run and fail nothing; one that no longer falls short does, so that the list
 * stays true.  Leaves pages: the names of the pages that were read. */
#include "base/base.h"
#include "runner.h"
#include "sane.h"

#include <dirent.h>
#include <kabar.h>
#include <stdio.h>
#include <stdlib.h>

#define FOLDER "examples/wire"

enum { MOST_PAGES = 100, MOST_KNOWN = 400, MOST_ITEMS = 40, NAME_BYTES = 128 };

struct known {
    struct kb_str page, line;
    bool met;
};

struct wire {
    struct kb_case *c;
    struct known known[MOST_KNOWN];
    size_t known_count, met;
    struct kb_str page; /* which is read now */
    const kabar_article *article;
    bool used[MOST_ITEMS]; /* items of the list that a line of the want file has met */
};

/* ---- texts ------------------------------------------------------------------------- */

static struct kb_str cut(struct kb_str *rest, struct kb_str mark) {
    size_t at = kb_str_find(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + mark.n, rest->n);
    return out;
}

/* Bytes of white space at s, the ideographic and the unbreakable space too. */
static size_t space_length(struct kb_str s) {
    if (s.n && kb_is_space(s.p[0]))
        return 1;
    if (kb_str_starts(s, KB_STR("\xC2\xA0")))
        return 2;
    return kb_str_starts(s, KB_STR("\xE3\x80\x80")) ? 3 : 0;
}

/* a begins with b, runs of white space being the same; wholly: nothing follows. */
static bool begins(struct kb_str a, struct kb_str b, bool wholly) {
    while (b.n) {
        size_t space = space_length(b), other = space_length(a);
        if ((space > 0) != (other > 0))
            return false;
        if (!space) {
            if (!a.n || a.p[0] != b.p[0])
                return false;
            space = other = 1;
            a = kb_str_slice(a, 1, a.n);
            b = kb_str_slice(b, 1, b.n);
            continue;
        }
        while ((space = space_length(b)))
            b = kb_str_slice(b, space, b.n);
        while ((other = space_length(a)))
            a = kb_str_slice(a, other, a.n);
    }
    return !wholly || !kb_str_trim(a).n;
}

static bool contains(struct kb_str text, struct kb_str part) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == part.p[0] && begins(kb_str_slice(text, i, text.n), part, false))
            return true;
    return false;
}

/* "a ~ b": either. */
static bool is_any(struct kb_str have, struct kb_str wants) {
    if (!wants.n)
        return !have.n;
    while (wants.n)
        if (begins(have, cut(&wants, KB_STR("~")), true))
            return true;
    return false;
}

static struct kb_str text(kabar_text t) {
    return (struct kb_str){t.data, t.size};
}

static struct kb_str item(const struct wire *w, kabar_list list, size_t i,
                          kabar_key key) {
    return text(kabar_item(w->article, list, i, key));
}

/* Minutes since the year 0 of "2026-03-03T08:12:00+01:00"; -1 where s is none. */
static long moment(struct kb_str s) {
    char copy[40];
    int y, mo, d, h = 0, mi = 0, oh = 0, om = 0;
    char sign = 'Z';
    if (s.n >= sizeof copy)
        return -1;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    int got =
        sscanf(copy, "%d-%d-%dT%d:%d:%*d%c%d:%d", &y, &mo, &d, &h, &mi, &sign, &oh, &om);
    if (got < 5)
        return -1;
    long days = (long)y * 372 + mo * 31 + d; /* one zone's day may be the other's next: */
    long minutes = (long)h * 60 + mi;        /* no page stands at the end of a month */
    if (sign == '+' || sign == '-')
        minutes += (sign == '-' ? 1 : -1) * ((long)oh * 60 + om);
    return days * 1440 + minutes;
}

/* ---- faults ------------------------------------------------------------------------ */

static void load_known(struct wire *w) {
    struct kb_str rest = kb_case_file(w->c, "known");
    while (rest.n) {
        struct kb_str line = cut(&rest, KB_STR("\n"));
        if (!line.n || line.p[0] == '#')
            continue;
        line = cut(&line, KB_STR(" # "));
        struct kb_str page = cut(&line, KB_STR(":"));
        if (w->known_count < MOST_KNOWN)
            w->known[w->known_count++] = (struct known){page, kb_str_trim(line), false};
    }
}

static void fault(struct wire *w, struct kb_str line, struct kb_str have) {
    for (size_t i = 0; i < w->known_count; i++)
        if (kb_str_equal(w->known[i].page, w->page) &&
            kb_str_equal(w->known[i].line, line)) {
            w->met += !w->known[i].met;
            w->known[i].met = true;
            return;
        }
    kb_case_fail(w->c, "%.*s: %.*s%s%.*s", (int)w->page.n, w->page.p, (int)line.n, line.p,
                 have.n ? "   <- " : "", (int)(have.n < 200 ? have.n : 200),
                 have.n ? have.p : "");
}

/* Items of a list that no wanted line has met. */
static void tell_rest(struct wire *w, kabar_list list, kabar_key key, const char *name) {
    char line[512];
    for (size_t i = 0; i < kabar_count(w->article, list) && i < MOST_ITEMS; i++) {
        struct kb_str value = item(w, list, i, key);
        if (w->used[i] || !value.n)
            continue;
        snprintf(line, sizeof line, "+ %s = %.*s", name,
                 (int)(value.n < 300 ? value.n : 300), value.p);
        fault(w, kb_str_z(line), KB_STR_NONE);
    }
}

/* ---- one line of a want file ------------------------------------------------------- */

static bool is_source(const struct wire *w, size_t i, struct kb_str want) {
    static const kabar_key keys[] = {KABAR_NAME, KABAR_KIND, KABAR_RELATION,
                                     KABAR_ADDRESS};
    for (size_t k = 0; k < KB_COUNT(keys); k++) {
        struct kb_str value = cut(&want, KB_STR("|"));
        if (value.n && !is_any(item(w, KABAR_SOURCES, i, keys[k]), value))
            return false;
    }
    return true;
}

static bool is_author(const struct wire *w, size_t i, struct kb_str want) {
    struct kb_str name = cut(&want, KB_STR("|")), role = kb_str_trim(want);
    struct kb_str have = item(w, KABAR_AUTHORS, i, KABAR_ROLE);
    return is_any(item(w, KABAR_AUTHORS, i, KABAR_NAME), name) &&
           (!role.n || is_any(have, role));
}

static bool is_item(const struct wire *w, kabar_list list, size_t i, struct kb_str want) {
    switch (list) {
    case KABAR_SOURCES: return is_source(w, i, want);
    case KABAR_AUTHORS: return is_author(w, i, want);
    case KABAR_IMAGES: return is_any(item(w, list, i, KABAR_CREDIT), want);
    default: return is_any(item(w, list, i, KABAR_NAME), want);
    }
}

static bool is_field(const struct wire *w, struct kb_str key, struct kb_str value) {
    static const struct {
        const char *key;
        kabar_field field;
    } fields[] = {{"title", KABAR_TITLE},
                  {"outlet", KABAR_PUBLISHER},
                  {"language", KABAR_LANGUAGE},
                  {"desk", KABAR_DESK},
                  {"original_url", KABAR_ORIGINAL_URL}};
    for (size_t i = 0; i < KB_COUNT(fields); i++)
        if (kb_str_equal(key, kb_str_z(fields[i].key)))
            return is_any(text(kabar_get(w->article, fields[i].field)), value);
    struct kb_str body = text(kabar_get(w->article, KABAR_TEXT));
    if (kb_str_equal(key, KB_STR("has")) || kb_str_equal(key, KB_STR("not")))
        return contains(body, value) == (key.p[0] == 'h');
    if (kb_str_equal(key, KB_STR("published")))
        return moment(value) == moment(text(kabar_get(w->article, KABAR_DATE_PUBLISHED)));
    if (kb_str_equal(key, KB_STR("modified")))
        return moment(value) == moment(text(kabar_get(w->article, KABAR_DATE_MODIFIED)));
    if (kb_str_equal(key, KB_STR("page"))) /* a listing comes with a warning */
        return kb_str_equal(value, KB_STR("listing"))
                   ? kabar_count(w->article, KABAR_WARNINGS) > 0
                   : body.n > 0 && kabar_confidence(w->article) >= 0.4;
    if (kb_str_equal(key, KB_STR("dateline"))) {
        struct kb_str place = cut(&value, KB_STR("|")), date = cut(&value, KB_STR("|"));
        return is_any(text(kabar_get(w->article, KABAR_DATELINE_PLACE)), place) &&
               is_any(text(kabar_get(w->article, KABAR_DATELINE_DATE)), date) &&
               is_any(text(kabar_get(w->article, KABAR_DATELINE_AGENCY)),
                      kb_str_trim(value));
    }
    if (kb_str_equal(key, KB_STR("free"))) {
        kabar_buffer json = {0};
        kabar_error error;
        bool found =
            kabar_print(w->article, KABAR_FORMAT_JSON, NULL, &json, &error) == KABAR_OK &&
            contains((struct kb_str){json.data, json.size}, KB_STR("\"free\":false"));
        kabar_buffer_free(&json);
        return found;
    }
    return kb_str_equal(key, KB_STR("url"));
}

/* Lines of a list: each wants an item of its own. */
static void compare_list(struct wire *w, struct kb_str want, const char *name,
                         kabar_list list, kabar_key key, bool exact) {
    memset(w->used, 0, sizeof w->used);
    while (want.n) {
        struct kb_str line = cut(&want, KB_STR("\n")), value = line;
        if (!kb_str_equal(cut(&value, KB_STR("=")), kb_str_z(name)) ||
            kb_str_equal(kb_str_trim(value), KB_STR("none")))
            continue;
        value = kb_str_trim(value);
        struct kb_str roles = value;
        do { /* "role = translation, republication" */
            struct kb_str one = list == KABAR_ROLES ? cut(&roles, KB_STR(",")) : value;
            size_t i = 0, n = kabar_count(w->article, list);
            while (i < n && i < MOST_ITEMS && (w->used[i] || !is_item(w, list, i, one)))
                i++;
            if (i < n && i < MOST_ITEMS)
                w->used[i] = true;
            else
                fault(w, line, n ? item(w, list, 0, key) : KB_STR_NONE);
        } while (list == KABAR_ROLES && roles.n);
    }
    if (exact)
        tell_rest(w, list, key, name);
}

static struct kb_str field_now(const struct wire *w, struct kb_str key) {
    static const struct {
        const char *key;
        kabar_field field;
    } shown[] = {{"title", KABAR_TITLE},
                 {"outlet", KABAR_PUBLISHER},
                 {"language", KABAR_LANGUAGE},
                 {"published", KABAR_DATE_PUBLISHED},
                 {"modified", KABAR_DATE_MODIFIED},
                 {"dateline", KABAR_DATELINE},
                 {"desk", KABAR_DESK},
                 {"original_url", KABAR_ORIGINAL_URL}};
    for (size_t i = 0; i < KB_COUNT(shown); i++)
        if (kb_str_equal(key, kb_str_z(shown[i].key)))
            return text(kabar_get(w->article, shown[i].field));
    return KB_STR_NONE;
}

static void compare_fields(struct wire *w, struct kb_str want) {
    static const char *const lists[] = {"source", "author", "photo", "role"};
    static const char *const alone[] = {"desk", "dateline", "original_url"};
    bool seen[KB_COUNT(alone)] = {false};
    while (want.n) {
        struct kb_str line = cut(&want, KB_STR("\n")), value = line;
        struct kb_str key = cut(&value, KB_STR("="));
        bool list = !key.n;
        for (size_t i = 0; i < KB_COUNT(lists); i++)
            list |= kb_str_equal(key, kb_str_z(lists[i]));
        for (size_t i = 0; i < KB_COUNT(alone); i++)
            seen[i] |= kb_str_equal(key, kb_str_z(alone[i]));
        if (!list && !is_field(w, key, kb_str_trim(value)))
            fault(w, line, field_now(w, key));
    }
    for (size_t i = 0; i < KB_COUNT(alone); i++) {
        char line[512];
        struct kb_str value = field_now(w, kb_str_z(alone[i]));
        if (seen[i] || !value.n)
            continue;
        snprintf(line, sizeof line, "+ %s = %.*s", alone[i],
                 (int)(value.n < 300 ? value.n : 300), value.p);
        fault(w, kb_str_z(line), KB_STR_NONE);
    }
}

/* ---- all pages --------------------------------------------------------------------- */

static struct kb_str want_url(struct kb_str want) {
    while (want.n) {
        struct kb_str line = cut(&want, KB_STR("\n"));
        if (kb_str_equal(cut(&line, KB_STR("=")), KB_STR("url")))
            return kb_str_trim(line);
    }
    return KB_STR_NONE;
}

static void compare(struct wire *w, kabar_reader *reader, const char *name) {
    char path[NAME_BYTES * 2], url[1024];
    kabar_article *article = NULL;
    kabar_error error;
    snprintf(path, sizeof path, "../../../" FOLDER "/%s", name);
    struct kb_str input = kb_case_file(w->c, path);
    w->page = (struct kb_str){name, (size_t)(strrchr(name, '.') - name)};
    snprintf(path, sizeof path, "../../../" FOLDER "/%.*s.want", (int)w->page.n, name);
    struct kb_str want = kb_case_file(w->c, path), address = want_url(want);
    snprintf(url, sizeof url, "%.*s", (int)address.n, address.n ? address.p : "");
    const kabar_page page = {.size = sizeof page, .url = url};
    if (!input.p || !want.p || !address.n ||
        kabar_read(reader, input.p, input.n, &page, &article, &error) != KABAR_OK) {
        kb_case_fail(w->c, "%s: not read, or no .want with an address beside it", name);
        return;
    }
    w->article = article;
    const char *insane = kb_sane_article(article);
    if (insane)
        kb_case_fail(w->c, "%s: %s", name, insane);
    compare_fields(w, want);
    compare_list(w, want, "role", KABAR_ROLES, KABAR_NAME, false);
    compare_list(w, want, "source", KABAR_SOURCES, KABAR_NAME, true);
    compare_list(w, want, "author", KABAR_AUTHORS, KABAR_NAME, true);
    compare_list(w, want, "photo", KABAR_IMAGES, KABAR_CREDIT, true);
    kabar_article_free(article);
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static size_t find_pages(char names[][NAME_BYTES]) {
    size_t n = 0;
    DIR *dir = opendir(FOLDER);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct kb_str name = kb_str_z(entry->d_name);
        if (n < MOST_PAGES && name.n < NAME_BYTES &&
            (kb_str_ends(name, KB_STR(".html")) || kb_str_ends(name, KB_STR(".txt"))))
            memcpy(names[n++], name.p, name.n + 1);
    }
    if (dir)
        closedir(dir);
    qsort(names, n, NAME_BYTES, by_name);
    return n;
}

static void run(struct kb_case *c) {
    static char names[MOST_PAGES][NAME_BYTES];
    static struct wire w;
    kabar_reader *reader = NULL;
    kabar_error error;
    struct kb_buf out;
    w = (struct wire){.c = c};
    if (kabar_reader_new(NULL, &reader, &error) != KABAR_OK) {
        kb_case_fail(c, "%s", error.message);
        return;
    }
    load_known(&w);
    kb_buf_init(&out, (size_t)1 << 20);
    size_t n = find_pages(names);
    for (size_t i = 0; i < n; i++) {
        compare(&w, reader, names[i]);
        kb_buf_printf(&out, "%s\n", names[i]);
    }
    for (size_t i = 0; i < w.known_count; i++)
        if (!w.known[i].met)
            kb_case_fail(c, "no longer falls short, take it out of `known`: %.*s: %.*s",
                         (int)w.known[i].page.n, w.known[i].page.p,
                         (int)w.known[i].line.n, w.known[i].line.p);
    if (w.met) {
        printf("known %s: %zu lines of %s/*.want fall short, see %s\n", kb_case_name(c),
               w.met, FOLDER, "tests/wire/pages/known");
        fflush(stdout);
    }
    kb_case_output(c, "pages", kb_buf_view(&out));
    kb_buf_free(&out);
    kabar_reader_free(reader);
}

const struct kb_test_kind kb_kind_wire = {"wire", run};
