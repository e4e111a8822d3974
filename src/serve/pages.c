/* The pages' parts, read and compiled once; a view and a template → an answer.
 *
 * What is built in is compiled when it is first asked for, a template and a language at a
 * time: all of them are a third of what starting took, and 2 MB, and most servers show a
 * few of the pages in one language.  The tests compile them all; a folder's are compiled
 * all at the start, so that what is wrong in one is told then.
 *
 * What browsers may keep for ever (the style sheet, the script) has a hash of its bytes
 * in its name: another text is another address. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lang/lang.h"
#include "serve/inner.h"
#include "serve/pages.h"
#include "serve/template.h"

enum { FILES_MOST = 200, FILE_BYTES = 1 << 20 };

struct page_file {
    struct kb_str name, text;
};

struct asset {
    struct kb_str name, path, body; /* "kabar.css", "/assets/kabar.0123.css" */
    const char *type;
};

struct kb_pages {
    struct kb_arena arena;
    char *folder;
    struct page_file files[FILES_MOST];
    size_t file_count;
    struct asset assets[2];
    pthread_mutex_t lock; /* of what follows, and then of the arena */
    struct kb_template *templates[FILES_MOST]; /* of the file with this number, or NULL */
    struct kb_template_from from;
    struct kb_messages *messages;
};

/* ---- files ------------------------------------------------------------------------- */

static void add_file(struct kb_pages *pages, struct kb_str name, struct kb_str text) {
    if (pages->file_count < FILES_MOST)
        pages->files[pages->file_count++] = (struct page_file){name, text};
}

static int by_name(const void *a, const void *b) {
    const struct page_file *x = a, *y = b;
    return strcmp(x->name.p, y->name.p);
}

static enum kb_status read_one(struct kb_pages *pages, const char *path, const char *name,
                               struct kb_err *err) {
    char *text = kb_arena_alloc(&pages->arena, FILE_BYTES);
    FILE *in = fopen(path, "rb");
    if (!text || !in) {
        if (in)
            (void)fclose(in);
        return kb_err_set(err, KB_EASSET, "%.100s cannot be read", path);
    }
    size_t n = fread(text, 1, FILE_BYTES, in);
    (void)fclose(in);
    add_file(pages, kb_arena_dup(&pages->arena, kb_str_z(name)),
             kb_arena_dup(&pages->arena, (struct kb_str){text, n}));
    return KB_OK;
}

static enum kb_status read_folder(struct kb_pages *pages, const char *part,
                                  struct kb_err *err) {
    char path[1024];
    enum kb_status status = KB_OK;
    (void)snprintf(path, sizeof(path), "%s/%s", pages->folder, part);
    DIR *folder = opendir(path);
    if (!folder)
        return kb_err_set(err, KB_EASSET, "%.100s is no folder of assets", path);
    for (struct dirent *entry; status == KB_OK && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s/%s", pages->folder, part,
                       entry->d_name);
        status = read_one(pages, path, entry->d_name, err);
    }
    (void)closedir(folder);
    return status;
}

static enum kb_status read_files(struct kb_pages *pages, struct kb_err *err) {
    static const char *const parts[] = {"html", "css", "js", "messages"};
    enum kb_status status = KB_OK;
    if (!pages->folder) {
        for (size_t i = 0; i < kb_pages_files_count; i++)
            add_file(pages, kb_str_z(kb_pages_files[i].name),
                     (struct kb_str){(const char *)kb_pages_files[i].bytes,
                                     kb_pages_files[i].n});
        return KB_OK;
    }
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(parts); i++)
        status = read_folder(pages, parts[i], err);
    qsort(pages->files, pages->file_count, sizeof(*pages->files), by_name);
    return status;
}

/* ---- what browsers load ------------------------------------------------------------ */

/* Lines without what they begin with and without remarks of whole lines: the files say
 * why, and browsers do not ask. */
static void add_light(struct kb_buf *out, struct kb_str text) {
    bool remark = false;
    while (text.n) {
        size_t end = kb_str_find_byte(text, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(text, 0, end));
        text = kb_str_slice(text, end == KB_NOT_FOUND ? text.n : end + 1, text.n);
        remark = remark || kb_str_starts(line, KB_STR("/*"));
        if (line.n && !remark) {
            kb_buf_str(out, line);
            kb_buf_char(out, '\n');
        }
        if (remark && kb_str_ends(line, KB_STR("*/")))
            remark = false;
    }
}

static enum kb_status make_asset(struct kb_pages *pages, struct asset *asset,
                                 const char *ending) {
    struct kb_buf text;
    char path[64];
    kb_buf_init(&text, FILE_BYTES);
    for (size_t i = 0; i < pages->file_count; i++)
        if (kb_str_ends(pages->files[i].name, kb_str_z(ending)))
            add_light(&text, pages->files[i].text);
    (void)snprintf(path, sizeof(path), "/assets/kabar.%016llx%s",
                   (unsigned long long)kb_hash(text.p, text.n, 1), ending);
    asset->path = kb_arena_dup(&pages->arena, kb_str_z(path));
    asset->name = kb_str_z(strcmp(ending, ".css") == 0 ? "kabar.css" : "kabar.js");
    asset->type = strcmp(ending, ".css") == 0 ? "text/css; charset=utf-8"
                                              : "text/javascript; charset=utf-8";
    asset->body = kb_arena_dup(&pages->arena, kb_buf_view(&text));
    enum kb_status status = text.status;
    kb_buf_free(&text);
    return status;
}

static struct kb_str find_asset(void *context, struct kb_str name) {
    const struct kb_pages *pages = context;
    for (size_t i = 0; i < KB_COUNT(pages->assets); i++)
        if (kb_str_equal(pages->assets[i].name, name))
            return pages->assets[i].path;
    return KB_STR_NONE;
}

/* ---- templates and words ----------------------------------------------------------- */

static struct kb_str find_text(void *context, struct kb_str name) {
    const struct kb_pages *pages = context;
    for (size_t i = 0; i < pages->file_count; i++)
        if (kb_str_equal(pages->files[i].name, name))
            return pages->files[i].text;
    return KB_STR_NONE;
}

/* English is the measure, and what is shown to who asks for none of the others. */
static enum kb_status read_words(struct kb_pages *pages, struct kb_err *err) {
    struct kb_message_file files[FILES_MOST];
    size_t count = 0;
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < pages->file_count; i++) {
            struct page_file *file = &pages->files[i];
            bool measure = kb_str_equal(file->name, KB_STR("en.messages"));
            if (kb_str_ends(file->name, KB_STR(".messages")) && measure == !others)
                files[count++] = (struct kb_message_file){file->name, file->text};
        }
    return kb_messages_read(&pages->arena, files, count, &pages->messages, err);
}

/* Under the lock: the template of a file, compiled if it is not yet. */
static enum kb_status compile(struct kb_pages *pages, size_t i, struct kb_err *err) {
    struct kb_template *made = NULL;
    if (pages->templates[i])
        return KB_OK;
    pages->arena.full = false; /* memory that was missing once may be there now */
    enum kb_status status = kb_template_compile(&pages->arena, &pages->from,
                                                pages->files[i].name, &made, err);
    pages->templates[i] = made;
    return status;
}

static bool is_template(struct kb_str name) {
    return kb_str_ends(name, KB_STR(".html")) && name.p[0] != '_';
}

enum kb_status kb_pages_all(struct kb_pages *pages, struct kb_err *err) {
    enum kb_status status = KB_OK;
    (void)pthread_mutex_lock(&pages->lock);
    for (size_t i = 0; status == KB_OK && i < kb_messages_languages(pages->messages); i++)
        status = kb_messages_load(&pages->arena, pages->messages,
                                  kb_messages_language(pages->messages, i), err);
    for (size_t i = 0; status == KB_OK && i < pages->file_count; i++)
        if (is_template(pages->files[i].name))
            status = compile(pages, i, err);
    (void)pthread_mutex_unlock(&pages->lock);
    return status;
}

enum kb_status kb_pages_new(const char *folder, struct kb_pages **out,
                            struct kb_err *err) {
    struct kb_pages *pages = calloc(1, sizeof(*pages));
    enum kb_status status = KB_ENOMEM;
    if (!pages || pthread_mutex_init(&pages->lock, NULL) != 0) {
        free(pages);
        pages = NULL;
        goto out;
    }
    kb_arena_init(&pages->arena, KB_LIMIT_ANSWER_MEMORY);
    pages->folder = folder ? strdup(folder) : NULL;
    if (folder && !pages->folder)
        goto out;
    status = read_files(pages, err);
    if (status == KB_OK)
        status = make_asset(pages, &pages->assets[0], ".css");
    if (status == KB_OK)
        status = make_asset(pages, &pages->assets[1], ".js");
    if (status == KB_OK)
        status = read_words(pages, err);
    if (status == KB_OK)
        pages->from =
            (struct kb_template_from){find_text, find_asset, pages, pages->messages};
    if (status == KB_OK && folder)
        status = kb_pages_all(pages, err);
    if (status == KB_OK && pages->arena.full)
        status = KB_ENOMEM;
out:
    if (status == KB_ENOMEM)
        (void)kb_err_set(err, KB_ENOMEM, "not enough memory for the pages");
    if (status != KB_OK) {
        kb_pages_free(pages);
        pages = NULL;
    }
    *out = pages;
    return status;
}

void kb_pages_free(struct kb_pages *pages) {
    if (!pages)
        return;
    (void)pthread_mutex_destroy(&pages->lock);
    kb_arena_free(&pages->arena);
    free(pages->folder);
    free(pages);
}

/* ---- a page ------------------------------------------------------------------------ */

/* NULL: *err says why. */
static const struct kb_template *find_template(struct kb_pages *pages, const char *name,
                                               struct kb_err *err) {
    const struct kb_template *found = NULL;
    size_t i = 0;
    while (i < pages->file_count && strcmp(pages->files[i].name.p, name) != 0)
        i++;
    if (i == pages->file_count) {
        (void)!kb_err_set(err, KB_EASSET, "there is no template %.60s", name);
        return NULL;
    }
    (void)pthread_mutex_lock(&pages->lock);
    if (compile(pages, i, err) == KB_OK)
        found = pages->templates[i];
    (void)pthread_mutex_unlock(&pages->lock);
    return found;
}

static const struct kb_language *find_language(struct kb_pages *pages,
                                               const struct kb_http *req) {
    struct kb_err ignored; /* then the words are English */
    const struct kb_language *language =
        kb_messages_choose(pages->messages, kb_pages_setting(req, "language"),
                           kb_http_header(req, "Accept-Language"));
    (void)pthread_mutex_lock(&pages->lock);
    pages->arena.full = false;
    (void)!kb_messages_load(&pages->arena, pages->messages, language, &ignored);
    (void)pthread_mutex_unlock(&pages->lock);
    return language;
}

static enum kb_status make_page(struct kb_pages *pages, struct kb_http *req,
                                struct kb_reply *res, const char *name,
                                struct kb_view *view, struct kb_err *err) {
    const struct kb_template *template = find_template(pages, name, err);
    struct kb_template_use use = {.root = view->root,
                                  .language = find_language(pages, req),
                                  .now = req->now,
                                  .base = req->base};
    if (!template)
        return err->status;
    kb_view_str(view, NULL, "lang", kb_language_tag(use.language));
    kb_view_str(view, NULL, "dir", kb_language_direction(use.language));
    res->type = KB_TYPE_HTML;
    res->tagged = true;
    return kb_template_render(template, &use, &res->body, err);
}

enum kb_status kb_page(struct kb_http *req, struct kb_reply *res, const char *name,
                       struct kb_view *view, struct kb_err *err) {
    struct kb_pages *pages = req->server->pages, *fresh = NULL;
    if (!pages->folder)
        return make_page(pages, req, res, name, view, err);
    enum kb_status status = kb_pages_new(pages->folder, &fresh, err);
    if (status == KB_OK)
        status = make_page(fresh, req, res, name, view, err);
    kb_pages_free(fresh);
    return status;
}

const struct kb_language *kb_pages_language(const struct kb_http *req) {
    return find_language(req->server->pages, req);
}

struct kb_str kb_pages_message(const struct kb_http *req, const char *key) {
    struct kb_buf words;
    kb_buf_init(&words, KB_LIMIT_TEMPLATE_WORDS);
    kb_language_print(kb_pages_language(req), key, 0, &words);
    struct kb_str text = kb_arena_dup(req->arena, kb_buf_view(&words));
    kb_buf_free(&words);
    return text;
}

struct kb_str kb_pages_setting(const struct kb_http *req, const char *name) {
    struct kb_str text = req->who.settings, value = KB_STR_NONE;
    if (!text.n)
        return value;
    yyjson_doc *doc = yyjson_read(text.p, text.n, 0);
    yyjson_val *found = yyjson_obj_get(yyjson_doc_get_root(doc), name);
    if (yyjson_is_str(found))
        value = kb_arena_dup(
            req->arena, (struct kb_str){yyjson_get_str(found), yyjson_get_len(found)});
    yyjson_doc_free(doc);
    return value;
}

/* How the page looks: one of the words that the style sheet knows. */
static void add_choice(const struct kb_http *req, struct kb_view *view, const char *name,
                       const char *const *words, size_t count) {
    struct kb_str value = kb_pages_setting(req, name);
    for (size_t i = 0; i < count; i++)
        if (kb_str_equal(value, kb_str_z(words[i])))
            kb_view_str(view, NULL, name, value);
}

bool kb_pages_view(const struct kb_http *req, struct kb_view *view, struct kb_str nav) {
    static const char *const themes[] = {"light", "dark"};
    static const char *const fonts[] = {"serif", "sans"};
    static const char *const sizes[] = {"small", "large", "larger"};
    static const char *const keys[] = {"off"};
    if (!kb_view_init(view, req->arena))
        return false;
    add_choice(req, view, "theme", themes, KB_COUNT(themes));
    add_choice(req, view, "font", fonts, KB_COUNT(fonts));
    add_choice(req, view, "size", sizes, KB_COUNT(sizes));
    add_choice(req, view, "keys", keys, KB_COUNT(keys));
    kb_view_str(view, NULL, "nav", nav);
    kb_view_str(view, NULL, "user", req->who.name);
    kb_view_bool(view, NULL, "owner", req->who.rank == KB_RANK_OWNER);
    kb_view_str(view, NULL, "csrf", req->who.csrf);
    struct kb_str here = req->path;
    if (req->query_text.n)
        here = kb_arena_printf(view->arena, "%.*s?%.*s", (int)here.n, here.p,
                               (int)req->query_text.n, req->query_text.p);
    kb_view_str(view, NULL, "here", here);
    return true;
}

bool kb_pages_refusal(struct kb_http *req, struct kb_reply *res) {
    struct kb_view view;
    struct kb_err err;
    kb_buf_clear(&res->body);
    res->body.status = KB_OK;
    if (!kb_pages_view(req, &view, KB_STR_NONE))
        return false;
    kb_view_int(&view, NULL, "status", res->status);
    kb_view_bool(&view, NULL, "missing", res->status == 404);
    kb_view_bool(&view, NULL, "refused", res->status == 401 || res->status == 403);
    kb_view_str(&view, NULL, "says", kb_str_z(res->says));
    if (kb_page(req, res, "refusal.html", &view, &err) == KB_OK && res->body.n)
        return true;
    kb_buf_clear(&res->body);
    res->body.status = KB_OK;
    return false;
}

enum kb_status kb_pages_back(struct kb_http *req, struct kb_reply *res,
                             struct kb_str otherwise) {
    struct kb_str next = kb_http_form(req, "next");
    return kb_redirect(req, res, kb_path_is_local(next) ? next : otherwise);
}

struct kb_str kb_pages_direction(struct kb_str language) {
    return kb_str_z(kb_lang_direction(language));
}

/* ---- assets ------------------------------------------------------------------------ */

static enum kb_status serve_asset(const struct kb_pages *pages, const struct kb_http *req,
                                  struct kb_reply *res) {
    for (size_t i = 0; i < KB_COUNT(pages->assets); i++) {
        const struct asset *asset = &pages->assets[i];
        if (!kb_str_equal(asset->path, req->path))
            continue;
        res->type = asset->type;
        res->may_store = true;
        kb_reply_header(res, "Cache-Control",
                        KB_STR("public, max-age=31536000, immutable"));
        kb_buf_str(&res->body, asset->body);
        return KB_OK;
    }
    return kb_refuse(res, 404, "this file is of another version; load the page anew");
}

static enum kb_status asset(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_pages *pages = req->server->pages, *fresh = NULL;
    if (!pages->folder)
        return serve_asset(pages, req, res);
    enum kb_status status = kb_pages_new(pages->folder, &fresh, err);
    if (status == KB_OK)
        status = serve_asset(fresh, req, res);
    kb_pages_free(fresh);
    return status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/assets/:name", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, asset, 0},
};
const struct kb_routes kb_routes_assets = {routes, KB_COUNT(routes)};

void kb_pages_title(const struct kb_http *req, struct kb_view *view, const char *key) {
    kb_view_str(view, NULL, "title", kb_pages_message(req, key));
}
