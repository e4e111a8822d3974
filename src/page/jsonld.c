/* JSON-LD (schema.org): the page's data scripts enter, what they say about this page's
 * article leaves.
 *
 * No JSON-LD processor: news pages write one vocabulary in a handful of shapes (one
 * node, an array, @graph, mainEntity, references by @id), so nodes are collected where a
 * page's own node can stand and the best is chosen: an article before a web page, one
 * whose address or headline is the page's before one that is merely linked.  Lists of
 * other articles (itemListElement, citation, relatedLink …) are not entered.  What the
 * chosen node leaves open is filled from the page's other nodes about the same
 * article. */
#include "page/meta.h"
#include "page/people.h"

enum { MAX_DOCS = 48, MAX_NODES = 256, MAX_UPDATES = 500, BODY_BYTES = 4 << 20 };

enum rank { RANK_OTHER, RANK_PAGE, RANK_WORK, RANK_ARTICLE };

struct node {
    yyjson_val *object;
    struct kb_str id;
    uint32_t types;
    enum rank rank;
    int score;
    bool news; /* NewsArticle, ReportageNewsArticle … */
};

struct reader {
    struct kb_arena *arena;
    yyjson_doc *docs[MAX_DOCS];
    size_t doc_count;
    struct node nodes[MAX_NODES];
    size_t node_count;
    size_t visited;
};

/* ---- types ------------------------------------------------------------------------- */

static enum rank rank_of(struct kb_str type, uint32_t bits) {
    struct kb_str name = kb_page_type_name(type);
    if (bits & KB_TYPE_ARTICLE)
        return RANK_ARTICLE;
    if (bits & (KB_TYPE_FORUM | KB_TYPE_VIDEO | KB_TYPE_RECIPE | KB_TYPE_PRODUCT) &&
        !kb_str_equal(name, KB_STR("QAPage")))
        return RANK_WORK;
    if (kb_str_equal(name, KB_STR("CreativeWork")) ||
        kb_str_equal(name, KB_STR("Review")) ||
        kb_str_equal(name, KB_STR("PodcastEpisode")) ||
        kb_str_equal(name, KB_STR("Event")))
        return RANK_WORK;
    if (kb_str_ends(name, KB_STR("Page")) || kb_str_equal(name, KB_STR("MediaGallery")))
        return RANK_PAGE;
    return RANK_OTHER;
}

/* ---- collecting nodes -------------------------------------------------------------- */

static void collect(struct reader *r, yyjson_val *value, int depth);

static void collect_object(struct reader *r, yyjson_val *object, int depth) {
    struct node node = {.object = object};
    yyjson_val *key, *value;
    size_t i, max;
    yyjson_obj_foreach(object, i, max, key, value) {
        struct kb_str name = kb_json_view(key);
        if (++r->visited > KB_LIMIT_JSON_VALUES)
            return;
        if (kb_str_equal(name, KB_STR("@graph")) ||
            kb_str_equal(name, KB_STR("mainEntity")) ||
            kb_str_equal(name, KB_STR("mainEntityOfPage"))) {
            collect(r, value, depth + 1);
        } else if (kb_str_equal(name, KB_STR("@id"))) {
            node.id = kb_json_view(value);
        } else if (kb_str_equal(name, KB_STR("@type")) ||
                   kb_str_equal(name, KB_STR("type"))) {
            size_t count = yyjson_is_arr(value) ? yyjson_arr_size(value) : 1;
            for (size_t t = 0; t < count && t < 8; t++) {
                struct kb_str type =
                    kb_json_view(yyjson_is_arr(value) ? yyjson_arr_get(value, t) : value);
                uint32_t bits = kb_page_type_bits(type);
                enum rank rank = rank_of(type, bits);
                node.news |= kb_str_find(type, KB_STR("News")) != KB_NOT_FOUND;
                node.types |= bits;
                node.rank = rank > node.rank ? rank : node.rank;
            }
        }
    }
    if (r->node_count < MAX_NODES && (node.rank || node.types || node.id.n))
        r->nodes[r->node_count++] = node;
}

static void collect(struct reader *r, yyjson_val *value, int depth) {
    if (depth > KB_LIMIT_JSON_DEPTH || r->visited > KB_LIMIT_JSON_VALUES)
        return;
    if (yyjson_is_obj(value)) {
        collect_object(r, value, depth);
    } else if (yyjson_is_arr(value)) {
        yyjson_val *item;
        size_t i, max;
        yyjson_arr_foreach(value, i, max, item) {
            if (++r->visited > KB_LIMIT_JSON_VALUES)
                return;
            collect(r, item, depth + 1);
        }
    }
}

static void read_script(struct reader *r, struct kb_str text) {
    for (int i = 0; i < 16 && text.n && r->doc_count < MAX_DOCS; i++) {
        yyjson_doc *doc = kb_page_json_read(text, r->arena, &text);
        if (!doc)
            return;
        r->docs[r->doc_count++] = doc;
        collect(r, yyjson_doc_get_root(doc), 0);
    }
}

/* ---- small look-ups ---------------------------------------------------------------- */

static yyjson_val *get(yyjson_val *object, const char *name) {
    return yyjson_obj_get(object, name);
}

/* The object that {"@id": …} stands for, where it is one of the page's nodes. */
static yyjson_val *follow(const struct reader *r, yyjson_val *object) {
    struct kb_str id = kb_json_view(get(object, "@id"));
    if (!id.n || get(object, "name") || get(object, "url"))
        return object;
    for (size_t i = 0; i < r->node_count; i++)
        if (r->nodes[i].object != object && kb_str_equal(r->nodes[i].id, id))
            return r->nodes[i].object;
    return object;
}

/* The first string that value holds: itself, an array's first, or an object's under one
 * of the names (NULL-terminated). */
static struct kb_str first_string(const struct reader *r, yyjson_val *value,
                                  const char *const *names) {
    for (int hops = 0; hops < 4 && value; hops++) {
        if (yyjson_is_arr(value)) {
            value = yyjson_arr_get_first(value);
            continue;
        }
        if (!yyjson_is_obj(value))
            return kb_json_view(value);
        value = follow(r, value);
        yyjson_val *found = NULL;
        for (size_t i = 0; names[i] && !found; i++)
            found = get(value, names[i]);
        value = found;
    }
    return KB_STR_NONE;
}

static const char *const by_name[] = {"name", "@value", "legalName", NULL};
static const char *const by_url[] = {"url", "contentUrl", "@id", NULL};
static const char *const by_value[] = {"@value", "name", "alternateName", NULL};

static struct kb_str take(struct reader *r, struct kb_str *to, struct kb_str raw) {
    if (!to->n && raw.n)
        *to = kb_page_clean(r->arena, raw, KB_LIMIT_META_BYTES);
    return *to;
}

/* ---- one node → fields ------------------------------------------------------------- */

static bool is_organization(const struct reader *r, yyjson_val *person) {
    if (!yyjson_is_obj(person))
        return false;
    struct kb_str type = first_string(r, get(follow(r, person), "@type"), by_value);
    return kb_str_ends(type, KB_STR("Organization"));
}

static void claim(struct reader *r, struct kb_jsonld *out, yyjson_val *person,
                  struct kb_str raw, struct kb_str role) {
    static const char *const houses[] = {"worksFor", "affiliation", "memberOf"};
    struct kb_str house = KB_STR_NONE;
    for (size_t i = 0; person && i < KB_COUNT(houses) && !house.n; i++)
        house = first_string(r, get(person, houses[i]), by_name);
    struct kb_author_claim c = {.raw = kb_page_clean(r->arena, raw, KB_LIMIT_META_BYTES),
                                .role = role,
                                .organization = kb_page_clean(r->arena, house, 200),
                                .from = KB_AUTHOR_JSONLD,
                                .person = person != NULL,
                                .own = kb_person_owns(kb_json_view(get(person, "url"))),
                                .house = person && is_organization(r, person)};
    if (!c.raw.n || out->claimed > KB_LIMIT_AUTHORS)
        return;
    out->claimed++;
    if (!kb_page_claim_author(out->meta, r->arena, &c))
        return; /* the arena is full: told at the end */
}

static void read_person(struct reader *r, struct kb_jsonld *out, yyjson_val *value,
                        struct kb_str role) {
    if (yyjson_is_str(value)) {
        claim(r, out, NULL, kb_json_view(value), role);
        return;
    }
    value = yyjson_is_obj(value) ? follow(r, value) : NULL;
    yyjson_val *name = value ? get(value, "name") : NULL;
    if (yyjson_is_arr(name)) {
        yyjson_val *item;
        size_t i, max;
        yyjson_arr_foreach(name, i, max, item) {
            if (i > KB_LIMIT_AUTHORS)
                break;
            claim(r, out, value, kb_json_view(item), role);
        }
    } else if (yyjson_is_str(name)) {
        claim(r, out, value, kb_json_view(name), role);
    } else if (value) {
        struct kb_str given = kb_json_view(get(value, "givenName"));
        struct kb_str family = kb_json_view(get(value, "familyName"));
        struct kb_buf whole;
        kb_buf_init(&whole, KB_LIMIT_META_BYTES);
        kb_buf_str(&whole, given);
        kb_buf_char(&whole, ' ');
        kb_buf_str(&whole, family);
        if (given.n && family.n && whole.status == KB_OK)
            claim(r, out, value, kb_buf_view(&whole), role);
        kb_buf_free(&whole);
    }
}

static void read_people(struct reader *r, struct kb_jsonld *out, yyjson_val *value,
                        struct kb_str role) {
    if (yyjson_is_obj(value) && get(value, "@list"))
        value = get(value, "@list");
    if (!yyjson_is_arr(value)) {
        read_person(r, out, value, role);
        return;
    }
    yyjson_val *item;
    size_t i, max;
    yyjson_arr_foreach(value, i, max, item) {
        if (i > KB_LIMIT_AUTHORS)
            break;
        read_person(r, out, item, role);
    }
}

/* Authors of the first node that names any, and the others who had a hand in it. */
static void read_authors(struct reader *r, yyjson_val *object, struct kb_jsonld *out) {
    static const char *const hands[] = {"contributor", "editor", "translator"};
    if (out->claimed)
        return;
    read_people(r, out, get(object, "author"), KB_STR_NONE);
    if (!out->claimed)
        read_people(r, out, get(object, "creator"), KB_STR_NONE);
    for (size_t i = 0; i < KB_COUNT(hands); i++)
        read_people(r, out, get(object, hands[i]), kb_str_z(hands[i]));
}

/* ---- rights and counters ----------------------------------------------------------- */

static bool is_no(yyjson_val *value) {
    return (yyjson_is_bool(value) && !yyjson_get_bool(value)) ||
           kb_str_equal_nocase(kb_json_view(value), KB_STR("false"));
}

static bool is_yes(yyjson_val *value) {
    return (yyjson_is_bool(value) && yyjson_get_bool(value)) ||
           kb_str_equal_nocase(kb_json_view(value), KB_STR("true"));
}

/* What the node says of itself; a part that is not free makes a page that is not. */
static void read_rights(struct reader *r, yyjson_val *object, struct kb_jsonld *out) {
    yyjson_val *open = get(object, "isAccessibleForFree"), *part = get(object, "hasPart");
    take(r, &out->rights.holder,
         first_string(r, get(object, "copyrightHolder"), by_name));
    take(r, &out->rights.notice,
         first_string(r, get(object, "copyrightNotice"), by_value));
    if (yyjson_is_arr(part))
        part = yyjson_arr_get_first(part);
    if (is_no(open) || (yyjson_is_obj(part) && is_no(get(part, "isAccessibleForFree"))))
        out->rights.free = KB_FREE_NO;
    else if (is_yes(open) && out->rights.free == KB_FREE_UNKNOWN)
        out->rights.free = KB_FREE_YES;
}

/* A count as a number or as digits; -1 for anything else. */
static long count_of(yyjson_val *value) {
    const long most = 1000000000;
    if (yyjson_is_num(value)) {
        double n = yyjson_get_num(value);
        return n >= 0 && n <= (double)most ? (long)n : -1;
    }
    struct kb_str s = kb_str_trim(kb_json_view(value));
    long n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!kb_is_digit(s.p[i]) || n > most)
            return -1;
        n = n * 10 + (s.p[i] - '0');
    }
    return s.n ? n : -1;
}

static void read_counts(struct reader *r, yyjson_val *object, struct kb_jsonld *out) {
    yyjson_val *all = get(object, "interactionStatistic"), *item;
    if (out->comment_count < 0)
        out->comment_count = count_of(get(object, "commentCount"));
    size_t count = yyjson_is_arr(all) ? yyjson_arr_size(all) : yyjson_is_obj(all);
    for (size_t i = 0; i < count && i < 16 && out->comment_count < 0; i++) {
        item = yyjson_is_arr(all) ? yyjson_arr_get(all, i) : all;
        static const char *const by_type[] = {"@type", "@id", "name", NULL};
        struct kb_str type = first_string(r, get(item, "interactionType"), by_type);
        if (kb_str_find(type, KB_STR("CommentAction")) != KB_NOT_FOUND)
            out->comment_count = count_of(get(item, "userInteractionCount"));
    }
}

static void read_keywords(struct reader *r, struct kb_page_list *list,
                          yyjson_val *value) {
    if (list->count || !value)
        return;
    if (!yyjson_is_arr(value)) {
        kb_page_tags_add(list, r->arena, first_string(r, value, by_value));
        return;
    }
    yyjson_val *item;
    size_t i, max;
    yyjson_arr_foreach(value, i, max, item) {
        if (i >= KB_PAGE_LIST_MAX)
            break;
        kb_page_tags_add(list, r->arena, first_string(r, item, by_value));
    }
}

/* A body keeps its line breaks and its tags; where it has no tags its entities are
 * decoded, which may bring tags to light. */
static struct kb_str clean_body(struct kb_arena *arena, struct kb_str raw) {
    raw = kb_str_trim(kb_str_cut(raw, BODY_BYTES));
    if (!raw.n)
        return KB_STR_NONE;
    struct kb_str body = raw;
    if (kb_str_find_byte(raw, '&') != KB_NOT_FOUND && !kb_page_has_tags(raw)) {
        body = kb_page_entities(arena, raw);
        if (kb_str_find_byte(body, '&') != KB_NOT_FOUND && !kb_page_has_tags(body))
            body = kb_page_entities(arena, body);
    }
    /* escapes may have made lone surrogates or NUL bytes */
    if (!memchr(body.p, '\0', body.n) && kb_utf8_valid_prefix(body) == body.n)
        return body.p == raw.p ? kb_arena_dup(arena, body) : body;
    char *out = kb_arena_alloc(arena, body.n + 1);
    if (!out)
        return KB_STR_NONE;
    size_t n = 0;
    for (const char *p = body.p, *end = body.p + body.n; p < end;) {
        size_t len = 1;
        bool bad = (unsigned char)*p >= 0x80
                       ? kb_utf8_next(p, end, &len) == KB_REPLACEMENT && len == 1
                       : *p == '\0';
        if (!bad) {
            memmove(out + n, p, len);
            n += len;
        }
        p += len;
    }
    out[n] = '\0';
    return (struct kb_str){out, n};
}

/* A live blog's updates, one after the other. */
static struct kb_str updates_body(struct reader *r, yyjson_val *updates) {
    struct kb_buf out;
    kb_buf_init(&out, BODY_BYTES);
    yyjson_val *item;
    size_t i, max;
    yyjson_arr_foreach(updates, i, max, item) {
        if (i >= MAX_UPDATES)
            break;
        struct kb_str text = kb_json_view(get(item, "articleBody"));
        if (out.n && text.n)
            kb_buf_z(&out, "\n\n");
        kb_buf_str(&out, text);
    }
    struct kb_str body = clean_body(r->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return body;
}

static void read_body(struct reader *r, yyjson_val *object, struct kb_jsonld *out) {
    struct kb_str body = first_string(r, get(object, "articleBody"), by_value);
    if (!body.n)
        body = kb_json_view(get(object, "text"));
    if (body.n > out->body.n)
        out->body = clean_body(r->arena, body);
    yyjson_val *updates = get(object, "liveBlogUpdate");
    if (!out->body.n && yyjson_is_arr(updates))
        out->body = updates_body(r, updates);
}

static void read_date(struct reader *r, struct kb_str *to, yyjson_val *value) {
    if (!to->n && value)
        *to = kb_page_date(r->arena, first_string(r, value, by_value));
}

/* Whom the node names as the source of its text. */
static void read_claims(struct reader *r, yyjson_val *object, struct kb_claims *claims) {
    static const struct {
        const char *key;
        enum kb_claim_kind kind;
    } keys[] = {{"isBasedOn", KB_CLAIM_BASED_ON},
                {"isBasedOnUrl", KB_CLAIM_BASED_ON},
                {"translationOfWork", KB_CLAIM_TRANSLATION_OF},
                {"sourceOrganization", KB_CLAIM_ORGANIZATION},
                {"provider", KB_CLAIM_ORGANIZATION},
                {"creditText", KB_CLAIM_ORGANIZATION}};
    for (size_t i = 0; i < KB_COUNT(keys); i++) {
        yyjson_val *value = get(object, keys[i].key), *one = value;
        size_t index = 0;
        do {
            if (yyjson_is_arr(value))
                one = yyjson_arr_get(value, index);
            one = one ? follow(r, one) : NULL;
            struct kb_str text = kb_json_view(one), url = KB_STR_NONE;
            if (yyjson_is_obj(one)) {
                text = first_string(r, one, by_name);
                url = first_string(r, one, by_url);
                if (get(one, "publisher"))
                    text = first_string(r, get(one, "publisher"), by_name);
            }
            if (!url.n && kb_str_starts_nocase(text, KB_STR("http"))) {
                url = text;
                text = KB_STR_NONE;
            }
            kb_page_claim(claims, r->arena, keys[i].kind, text, url);
        } while (yyjson_is_arr(value) && ++index < yyjson_arr_size(value) && index < 8);
    }
}

/* Who took or owns the picture that the node has. */
static struct kb_str image_credit(const struct reader *r, yyjson_val *image) {
    const char *by[] = {"creditText", "creator", "author", "copyrightHolder"};
    struct kb_str credit = KB_STR_NONE;
    image = follow(r, yyjson_is_arr(image) ? yyjson_arr_get_first(image) : image);
    for (size_t i = 0; i < KB_COUNT(by) && !credit.n; i++)
        credit = first_string(r, get(image, by[i]), by_name);
    return credit;
}

static void read_node(struct reader *r, const struct node *node, struct kb_jsonld *out) {
    yyjson_val *object = node->object;
    struct kb_str name = first_string(r, get(object, "name"), by_value);
    if (node->rank == RANK_ARTICLE || get(object, "headline")) {
        struct kb_str headline = first_string(r, get(object, "headline"), by_value);
        take(r, &out->headline, headline.n ? headline : name);
    }
    take(r, &out->name, name);
    take(r, &out->description, first_string(r, get(object, "description"), by_value));
    read_date(r, out->published.n ? &out->published_too : &out->published,
              get(object, "datePublished"));
    if (node->rank == RANK_WORK)
        read_date(r, &out->published, get(object, "uploadDate"));
    read_date(r, &out->published, get(object, "dateCreated"));
    read_date(r, &out->modified, get(object, "dateModified"));
    take(r, &out->section, first_string(r, get(object, "articleSection"), by_value));
    take(r, &out->image, first_string(r, get(object, "image"), by_url));
    take(r, &out->image, first_string(r, get(object, "thumbnailUrl"), by_url));
    take(r, &out->image_credit, image_credit(r, get(object, "image")));
    take(r, &out->publisher, first_string(r, get(object, "publisher"), by_name));
    take(r, &out->language, first_string(r, get(object, "inLanguage"), by_value));
    read_keywords(r, &out->tags, get(object, "keywords"));
    if (node->rank >= RANK_WORK) {
        read_authors(r, object, out);
        read_counts(r, object, out);
        read_body(r, object, out);
        read_claims(r, object, out->claims);
    }
    read_rights(r, object, out);
}

/* ---- which node is this page's ----------------------------------------------------- */

/* An address without what differs between its spellings. */
static struct kb_str bare_url(struct kb_str url) {
    size_t at = kb_str_find(kb_str_slice(url, 0, 12), KB_STR("://"));
    if (at != KB_NOT_FOUND)
        url = kb_str_slice(url, at + 3, url.n);
    if (kb_str_starts_nocase(url, KB_STR("www.")))
        url = kb_str_slice(url, 4, url.n);
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] == '?' || url.p[i] == '#')
            url.n = i;
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    return url;
}

static bool same_page(const struct reader *r, const struct kb_jsonld_hints *hints,
                      yyjson_val *object) {
    static const char *const names[] = {"mainEntityOfPage", "url", "@id"};
    static const char *const by_id[] = {"@id", "url", NULL};
    struct kb_str url = bare_url(hints->url), canonical = bare_url(hints->canonical);
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        yyjson_val *value = get(object, names[i]);
        struct kb_str got = value ? bare_url(first_string(r, value, by_id)) : KB_STR_NONE;
        if (got.n > 4 &&
            (kb_str_equal_nocase(got, url) || kb_str_equal_nocase(got, canonical)))
            return true;
    }
    return false;
}

static bool same_title(struct reader *r, struct kb_str title_key, yyjson_val *object) {
    struct kb_str headline = first_string(r, get(object, "headline"), by_value);
    if (!headline.n || !title_key.n)
        return false;
    struct kb_str key =
        kb_page_key(r->arena, kb_page_clean(r->arena, headline, 512), false);
    return key.n && (kb_str_starts(title_key, key) || kb_str_starts(key, title_key));
}

/* Scores the nodes that could be the page's; returns how many articles there are. */
static void score_nodes(struct reader *r, const struct kb_jsonld_hints *hints) {
    static const int base[] = {0, 20, 60, 100};
    size_t articles = 0;
    for (size_t i = 0; i < r->node_count; i++)
        articles += r->nodes[i].rank >= RANK_WORK;
    struct kb_str key = articles > 1
                            ? kb_page_key(r->arena, kb_str_cut(hints->title, 512), false)
                            : KB_STR_NONE;
    for (size_t i = 0; i < r->node_count; i++) {
        struct node *n = &r->nodes[i];
        if (n->rank == RANK_OTHER)
            continue;
        n->score = base[n->rank];
        if (n->rank == RANK_PAGE || articles < 2)
            continue;
        n->score += same_page(r, hints, n->object) ? 50 : 0;
        n->score += same_title(r, key, n->object) ? 50 : 0;
        n->score += get(n->object, "headline") ? 10 : 0;
        n->score += get(n->object, "datePublished") ? 5 : 0;
        n->score += get(n->object, "author") ? 3 : 0;
        n->score += get(n->object, "articleBody") ? 5 : 0;
    }
}

/* Nodes of a rank that say something about the same article as the best one. */
static bool is_about_same(const struct node *best, const struct node *other) {
    if (other->rank == RANK_PAGE)
        return true;
    if (other->rank != best->rank || best->rank != RANK_ARTICLE)
        return false;
    struct kb_str a = kb_json_view(get(best->object, "headline"));
    struct kb_str b = kb_json_view(get(other->object, "headline"));
    return !a.n || !b.n || kb_str_equal_nocase(kb_str_trim(a), kb_str_trim(b));
}

static void read_site(struct reader *r, const struct node *node, struct kb_jsonld *out) {
    if (node->types & KB_TYPE_WEBSITE)
        take(r, &out->site, first_string(r, get(node->object, "name"), by_value));
    else if (node->types & KB_TYPE_ORGANIZATION && !out->publisher.n)
        take(r, &out->publisher, first_string(r, get(node->object, "name"), by_value));
}

void kb_page_jsonld_read(const struct kb_page_nodes *nodes,
                         const struct kb_jsonld_hints *hints, struct kb_arena *arena,
                         struct kb_page_meta *meta, struct kb_jsonld *out) {
    *out = (struct kb_jsonld){.claims = out->claims, .meta = meta, .comment_count = -1};
    const size_t claims = out->claims->count;
    struct reader *r = kb_arena_alloc(arena, sizeof *r);
    if (!r)
        return;
    r->arena = arena;
    r->doc_count = r->node_count = r->visited = 0;
    for (size_t i = 0; i < nodes->script_count; i++) {
        lxb_dom_node_t *script = nodes->scripts[i];
        struct kb_str type = kb_dom_attr_id(script, LXB_DOM_ATTR_TYPE);
        if (kb_str_find_nocase(type, KB_STR("ld+json")) == KB_NOT_FOUND ||
            !script->first_child || script->first_child->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        read_script(r, kb_dom_text(script->first_child));
    }
    /* generators of heads that know meta elements alone: name="script:ld+json" */
    for (size_t i = 0; i < nodes->meta_count; i++) {
        struct kb_str name = kb_dom_attr(nodes->metas[i], "name");
        if (name.n && kb_str_find(name, KB_STR("ld+json")) != KB_NOT_FOUND)
            read_script(r, kb_dom_attr_id(nodes->metas[i], LXB_DOM_ATTR_CONTENT));
    }
    score_nodes(r, hints);
    const struct node *best = NULL;
    for (size_t i = 0; i < r->node_count; i++) {
        out->types |= r->nodes[i].types;
        if (r->nodes[i].score && (!best || r->nodes[i].score > best->score))
            best = &r->nodes[i];
    }
    meta->news = best && best->news;
    if (best)
        read_node(r, best, out);
    for (size_t i = 0; best && i < r->node_count; i++)
        if (&r->nodes[i] != best && r->nodes[i].score &&
            is_about_same(best, &r->nodes[i]))
            read_node(r, &r->nodes[i], out);
    for (size_t i = 0; i < r->node_count; i++)
        read_site(r, &r->nodes[i], out);
    for (size_t i = 0; i < r->doc_count; i++)
        yyjson_doc_free(r->docs[i]);
    kb_page_claims_prove(out->claims, nodes, arena, claims);
}
