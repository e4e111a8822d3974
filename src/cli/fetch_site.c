/* A site's front page: what it names enters; its feeds, site maps and articles leave, as
 * JSON or as a list for the eyes. */
#include <string.h>

#include "fetch.h"

/* Paths and site maps that are tried: a second each, by the host's pace. */
enum { WELL_KNOWN_MAX = 8, SITEMAPS_MAX = 3 };

bool kb_cli_site_add(struct kb_cli_site *site, struct kb_cli_links *to,
                     struct kb_cli_link link) {
    if (!link.url.n)
        return true; /* an entry without an address has its text in the feed */
    if (!kb_arena_grow(&site->arena, (void **)&to->items, to->count, &to->cap,
                       sizeof(link), KB_LIMIT_FEED_ITEMS))
        return false;
    link.url = kb_arena_dup(&site->arena, link.url);
    link.title = kb_arena_dup(&site->arena, link.title);
    to->items[to->count++] = link;
    return !site->arena.full;
}

bool kb_cli_site_take(struct kb_cli_site *site, const struct kb_answer *answer,
                      const struct kb_discovery *found) {
    *site = (struct kb_cli_site){.url = KB_STR_NONE};
    kb_arena_init(&site->arena, KB_LIMIT_DOCUMENT_MEMORY);
    site->url = kb_arena_dup(&site->arena, answer->url);
    site->title = kb_arena_dup(&site->arena, found->title);
    for (size_t i = 0; i < found->feeds.count; i++) {
        const struct kb_found_feed *feed = &found->feeds.items[i];
        kb_cli_site_add(
            site, &site->feeds,
            (struct kb_cli_link){feed->url, feed->title, feed->linked ? "link" : "page"});
    }
    for (size_t i = 0; i < found->articles.count; i++)
        kb_cli_site_add(site, &site->articles,
                        (struct kb_cli_link){found->articles.items[i].url,
                                             found->articles.items[i].text, NULL});
    return !site->arena.full;
}

/* ---- further than the page --------------------------------------------------------- */

/* Is a feed there?  Its title, where it is. */
static bool is_feed(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site,
                    struct kb_str url) {
    struct kb_cli_visit visit;
    struct kb_request request;
    bool found = false;
    kb_cli_request_found(fetcher, url, KB_WANT_FEED, &request);
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return false;
    if (answer->status == 200 && answer->body.n &&
        kb_feed_sniff(answer->body, answer->content_type) != KB_KIND_PAGE) {
        kb_cli_visit(fetcher, answer, KB_CLI_AS_FEED, &visit);
        found = visit.kind == KB_CLI_FEED &&
                kb_cli_site_add(
                    site, &site->feeds,
                    (struct kb_cli_link){answer->url, visit.feed->c.title, "well-known"});
        kb_cli_visit_free(&visit);
    }
    kb_answer_free(answer);
    return found;
}

/* path at the root of the site's host; an absolute address as it is. */
static struct kb_str at_root(const struct kb_cli_site *site, struct kb_str path,
                             char *out, size_t size) {
    struct kb_str url = site->url;
    size_t at = kb_str_find(url, KB_STR("://"));
    if (kb_str_starts_nocase(path, KB_STR("http")))
        return path;
    for (at = at == KB_NOT_FOUND ? 0 : at + 3; at < url.n && url.p[at] != '/';)
        at++;
    if (at + path.n > size || !kb_str_starts(path, KB_STR("/")))
        return KB_STR_NONE;
    memcpy(out, url.p, at);
    memcpy(out + at, path.p, path.n);
    return (struct kb_str){out, at + path.n};
}

static void look_for_feeds(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site) {
    char url[KB_LIMIT_URL_BYTES];
    for (size_t i = 0; i < kb_feed_path_count && i < WELL_KNOWN_MAX; i++) {
        struct kb_str at =
            at_root(site, kb_str_z(kb_feed_paths[i].path), url, sizeof(url));
        if (site->feeds.count || kb_cli_interrupted())
            return;
        if (at.n && kb_cli_robots_allow(fetcher, at))
            is_feed(fetcher, site, at);
    }
}

/* The articles of a site map, or of the first one that an index names: url is given the
 * address of that one then. */
static bool read_sitemap(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site,
                         struct kb_str url, struct kb_str *first) {
    struct kb_cli_visit visit;
    struct kb_request request;
    *first = KB_STR_NONE;
    if (!kb_cli_robots_allow(fetcher, url))
        return false;
    kb_cli_request_found(fetcher, url, KB_WANT_FEED, &request);
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return false;
    enum kb_feed_kind kind = kb_feed_sniff(answer->body, answer->content_type);
    kb_cli_visit(fetcher, answer, KB_CLI_AS_FEED, &visit);
    for (size_t i = 0; visit.feed && i < visit.feed->items.count; i++) {
        const struct kb_feed_item *item = &visit.feed->items.items[i];
        if (kind == KB_KIND_SITEMAP_INDEX)
            *first = first->n ? *first : kb_arena_dup(&site->arena, item->url);
        else
            kb_cli_site_add(site, &site->articles,
                            (struct kb_cli_link){item->url, item->c.title, NULL});
    }
    kb_cli_visit_free(&visit);
    kb_answer_free(answer);
    return site->articles.count > 0;
}

static void look_for_articles(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site) {
    struct kb_str first, unused;
    for (size_t i = 0; i < site->sitemaps.count && i < SITEMAPS_MAX; i++) {
        if (kb_cli_interrupted() ||
            read_sitemap(fetcher, site, site->sitemaps.items[i].url, &first) ||
            (first.n && read_sitemap(fetcher, site, first, &unused)))
            return;
    }
}

void kb_cli_site_search(struct kb_cli_fetcher *fetcher, struct kb_cli_site *site) {
    char url[KB_LIMIT_URL_BYTES];
    if (site->feeds.count && site->articles.count)
        return;
    const struct kb_robots *robots = kb_cli_robots_of(fetcher, site->url);
    for (size_t i = 0; i < robots->sitemap_count; i++) {
        struct kb_str at = at_root(site, robots->sitemaps[i], url, sizeof(url));
        if (at.n)
            kb_cli_site_add(site, &site->sitemaps,
                            (struct kb_cli_link){at, KB_STR_NONE, "robots.txt"});
    }
    look_for_feeds(fetcher, site);
    if (!site->articles.count)
        look_for_articles(fetcher, site);
}

/* ---- printing ---------------------------------------------------------------------- */

static void print_list(struct kb_json *json, const char *name,
                       const struct kb_cli_links *from) {
    kb_json_field_array(json, name);
    for (size_t i = 0; i < from->count; i++) {
        kb_json_object(json);
        kb_json_field(json, "url", from->items[i].url);
        kb_json_field(json, "title", from->items[i].title);
        kb_json_field(json, "found", kb_str_z(from->items[i].found));
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void view_list(struct kb_buf *out, const char *name,
                      const struct kb_cli_links *from, const kabar_print_options *print) {
    if (!from->count)
        return;
    kb_buf_printf(out, "\n%s%s%s\n", print->color ? "\033[1m" : "", name,
                  print->color ? "\033[0m" : "");
    for (size_t i = 0; i < from->count; i++) {
        if (from->items[i].title.n) {
            kb_html_wrap(from->items[i].title, print->width, 2, out);
            kb_buf_char(out, '\n');
        }
        kb_buf_printf(out, "  %s%.*s%s\n", print->color ? "\033[2m" : "",
                      (int)from->items[i].url.n, from->items[i].url.p,
                      print->color ? "\033[0m" : "");
    }
}

void kb_cli_site_print(const struct kb_cli_site *site, kabar_format format,
                       const kabar_print_options *print, struct kb_buf *out) {
    struct kb_json json;
    if (format == KABAR_FORMAT_VIEW) {
        kb_html_wrap(site->title.n ? site->title : site->url, print->width, 0, out);
        kb_buf_char(out, '\n');
        view_list(out, "Feeds", &site->feeds, print);
        view_list(out, "Site maps", &site->sitemaps, print);
        view_list(out, "Articles", &site->articles, print);
        return;
    }
    kb_json_init(&json, out, print->indent);
    kb_json_object(&json);
    kb_json_field(&json, "url", site->url);
    kb_json_field(&json, "title", site->title);
    print_list(&json, "feeds", &site->feeds);
    print_list(&json, "sitemaps", &site->sitemaps);
    print_list(&json, "articles", &site->articles);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

void kb_cli_site_free(struct kb_cli_site *site) {
    kb_arena_free(&site->arena);
}
