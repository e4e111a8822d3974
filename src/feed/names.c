/* Namespaces and elements of feeds → numbers.
 *
 * Feeds write namespaces in unusual case, with and without a slash at the end, declare
 * the usual prefixes with an address of their own, or not at all.  So an address is
 * looked for first, without its scheme, case and last slash, then the prefix.  Names are
 * compared without case, as all readers of feeds do. */
#include "feed/names.h"

const struct kb_feed_element_kind kb_feed_elements[KB_EL_COUNT] = {
#define X(element, content, type) {content, KB_TYPE_##type},
    KB_FEED_ELEMENT_LIST(X)
#undef X
};

/* ---- namespaces -------------------------------------------------------------------- */

static const struct {
    const char *uri; /* without "http://" */
    enum kb_feed_namespace space;
} uris[] = {
    {"www.w3.org/2005/atom", KB_NS_CORE},
    {"purl.org/atom/ns", KB_NS_CORE},
    {"purl.org/rss/1.0", KB_NS_CORE},
    {"purl.org/rss/1.0/modules/rss091", KB_NS_CORE},
    {"my.netscape.com/rdf/simple/0.9", KB_NS_CORE},
    {"channel.netscape.com/rdf/simple/0.9", KB_NS_CORE},
    {"my.netscape.com/publish/formats/rss-0.91.dtd", KB_NS_CORE},
    {"backend.userland.com/rss2", KB_NS_CORE},
    {"backend.userland.com/rss", KB_NS_CORE},
    {"blogs.law.harvard.edu/tech/rss", KB_NS_CORE},
    {"cyber.law.harvard.edu/rss/rss.html", KB_NS_CORE},
    {"purl.org/pie", KB_NS_CORE},
    {"purl.org/echo", KB_NS_CORE},
    {"example.com/necho", KB_NS_CORE},
    {"example.com/newformat", KB_NS_CORE},
    {"purl.org/net/rss1.1", KB_NS_CORE},
    {"www.w3.org/xml/1998/namespace", KB_NS_XML},
    {"www.w3.org/1999/02/22-rdf-syntax-ns", KB_NS_RDF},
    {"purl.org/rss/1.0/modules/content", KB_NS_CONTENT},
    {"purl.org/dc/elements/1.1", KB_NS_DC},
    {"purl.org/dc/elements/1.0", KB_NS_DC},
    {"purl.org/dc/terms", KB_NS_DCTERMS},
    {"search.yahoo.com/mrss", KB_NS_MEDIA},
    {"video.search.yahoo.com/mrss", KB_NS_MEDIA},
    {"www.itunes.com/dtds/podcast-1.0.dtd", KB_NS_ITUNES},
    {"example.com/dtds/podcast-1.0.dtd", KB_NS_ITUNES},
    {"www.google.com/schemas/play-podcasts/1.0", KB_NS_GOOGLEPLAY},
    {"podcastindex.org/namespace/1.0", KB_NS_PODCAST},
    {"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
     KB_NS_PODCAST},
    {"podlove.org/simple-chapters", KB_NS_PSC},
    {"www.georss.org/georss", KB_NS_GEORSS},
    {"www.opengis.net/gml", KB_NS_GML},
    {"www.w3.org/2003/01/geo/wgs84_pos", KB_NS_GEO},
    {"purl.org/rss/1.0/modules/slash", KB_NS_SLASH},
    {"wellformedweb.org/commentapi", KB_NS_WFW},
    {"purl.org/syndication/thread/1.0", KB_NS_THR},
    {"purl.org/rss/1.0/modules/syndication", KB_NS_SY},
    {"backend.userland.com/creativecommonsrssmodule", KB_NS_CC},
    {"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", KB_NS_CC},
    {"web.resource.org/cc", KB_NS_CC},
    {"creativecommons.org/ns", KB_NS_CC},
    {"webns.net/mvcb", KB_NS_ADMIN},
    {"www.w3.org/1999/xhtml", KB_NS_XHTML},
    {"www.w3.org/1999/xlink", KB_NS_XLINK},
    {"rssnamespace.org/feedburner/ext/1.0", KB_NS_FEEDBURNER},
};

static const struct {
    const char *prefix;
    enum kb_feed_namespace space;
} prefixes[] = {
    {"atom", KB_NS_CORE},       {"atom10", KB_NS_CORE},
    {"a10", KB_NS_CORE},        {"rss", KB_NS_CORE},
    {"xml", KB_NS_XML},         {"rdf", KB_NS_RDF},
    {"content", KB_NS_CONTENT}, {"dc", KB_NS_DC},
    {"dcterms", KB_NS_DCTERMS}, {"dct", KB_NS_DCTERMS},
    {"media", KB_NS_MEDIA},     {"itunes", KB_NS_ITUNES},
    {"podcast", KB_NS_PODCAST}, {"googleplay", KB_NS_GOOGLEPLAY},
    {"psc", KB_NS_PSC},         {"georss", KB_NS_GEORSS},
    {"gml", KB_NS_GML},         {"geo", KB_NS_GEO},
    {"slash", KB_NS_SLASH},     {"wfw", KB_NS_WFW},
    {"thr", KB_NS_THR},         {"sy", KB_NS_SY},
    {"cc", KB_NS_CC},           {"creativecommons", KB_NS_CC},
    {"admin", KB_NS_ADMIN},     {"xhtml", KB_NS_XHTML},
    {"xlink", KB_NS_XLINK},     {"feedburner", KB_NS_FEEDBURNER},
};

enum kb_feed_namespace kb_feed_namespace(struct kb_str uri, struct kb_str prefix) {
    uri = kb_str_trim(uri);
    if (kb_str_starts_nocase(uri, KB_STR("https://")))
        uri = kb_str_slice(uri, 8, uri.n);
    else if (kb_str_starts_nocase(uri, KB_STR("http://")))
        uri = kb_str_slice(uri, 7, uri.n);
    while (uri.n && strchr("/#", uri.p[uri.n - 1]))
        uri.n--;
    for (size_t i = 0; uri.n && i < KB_COUNT(uris); i++) {
        if (kb_str_equal_nocase(uri, kb_str_z(uris[i].uri)))
            return uris[i].space;
    }
    for (size_t i = 0; prefix.n && i < KB_COUNT(prefixes); i++) {
        if (kb_str_equal_nocase(prefix, kb_str_z(prefixes[i].prefix)))
            return prefixes[i].space;
    }
    return prefix.n ? KB_NS_OTHER : KB_NS_CORE;
}

/* ---- elements ---------------------------------------------------------------------- */

static const struct row {
    const char *local; /* lower case */
    uint8_t space, element;
} rows[] = {
    {"", 0, 0}, /* place 0 means none */
    {"rss", KB_NS_CORE, KB_EL_RSS},
    {"rdf", KB_NS_RDF, KB_EL_RDF},
    {"rdf", KB_NS_CORE, KB_EL_RDF},
    {"feed", KB_NS_CORE, KB_EL_FEED},
    {"channel", KB_NS_CORE, KB_EL_CHANNEL},
    {"item", KB_NS_CORE, KB_EL_ITEM},
    {"entry", KB_NS_CORE, KB_EL_ITEM},
    {"product", KB_NS_CORE, KB_EL_ITEM},
    {"source", KB_NS_CORE, KB_EL_SOURCE},
    {"source", KB_NS_DC, KB_EL_ORIGIN},
    {"source", KB_NS_DCTERMS, KB_EL_ORIGIN},
    {"image", KB_NS_CORE, KB_EL_IMAGE},
    {"textinput", KB_NS_CORE, KB_EL_TEXT_INPUT},
    {"author", KB_NS_CORE, KB_EL_AUTHOR},
    {"managingeditor", KB_NS_CORE, KB_EL_AUTHOR},
    {"author", KB_NS_DC, KB_EL_AUTHOR},
    {"creator", KB_NS_DC, KB_EL_AUTHOR},
    {"creator", KB_NS_DCTERMS, KB_EL_AUTHOR},
    {"contributor", KB_NS_CORE, KB_EL_CONTRIBUTOR},
    {"contributor", KB_NS_DC, KB_EL_CONTRIBUTOR},
    {"webmaster", KB_NS_CORE, KB_EL_PUBLISHER},
    {"publisher", KB_NS_CORE, KB_EL_PUBLISHER},
    {"publisher", KB_NS_DC, KB_EL_PUBLISHER},
    {"owner", KB_NS_ITUNES, KB_EL_OWNER},
    {"person", KB_NS_PODCAST, KB_EL_PERSON},
    {"name", KB_NS_CORE, KB_EL_NAME},
    {"name", KB_NS_ITUNES, KB_EL_NAME},
    {"email", KB_NS_CORE, KB_EL_EMAIL},
    {"email", KB_NS_ITUNES, KB_EL_EMAIL},
    {"url", KB_NS_CORE, KB_EL_URL},
    {"uri", KB_NS_CORE, KB_EL_URL},
    {"homepage", KB_NS_CORE, KB_EL_URL},
    {"width", KB_NS_CORE, KB_EL_WIDTH},
    {"height", KB_NS_CORE, KB_EL_HEIGHT},
    {"title", KB_NS_CORE, KB_EL_TITLE},
    {"title", KB_NS_DC, KB_EL_TITLE},
    {"title", KB_NS_DCTERMS, KB_EL_TITLE},
    {"title", KB_NS_ITUNES, KB_EL_MEDIA_TITLE},
    {"title", KB_NS_MEDIA, KB_EL_MEDIA_TITLE},
    {"description", KB_NS_CORE, KB_EL_DESCRIPTION},
    {"abstract", KB_NS_CORE, KB_EL_DESCRIPTION},
    {"description", KB_NS_DC, KB_EL_DESCRIPTION},
    {"abstract", KB_NS_DCTERMS, KB_EL_DESCRIPTION},
    {"description", KB_NS_MEDIA, KB_EL_MEDIA_DESCRIPTION},
    {"summary", KB_NS_CORE, KB_EL_SUMMARY},
    {"subtitle", KB_NS_CORE, KB_EL_SUBTITLE},
    {"tagline", KB_NS_CORE, KB_EL_SUBTITLE},
    {"info", KB_NS_CORE, KB_EL_INFO},
    {"content", KB_NS_CORE, KB_EL_CONTENT},
    {"encoded", KB_NS_CONTENT, KB_EL_ENCODED},
    {"fullitem", KB_NS_CORE, KB_EL_ENCODED},
    {"prodlink", KB_NS_CORE, KB_EL_ENCODED},
    {"body", KB_NS_CORE, KB_EL_BODY},
    {"body", KB_NS_XHTML, KB_EL_BODY},
    {"div", KB_NS_XHTML, KB_EL_BODY},
    {"rights", KB_NS_CORE, KB_EL_RIGHTS},
    {"copyright", KB_NS_CORE, KB_EL_RIGHTS},
    {"rights", KB_NS_DC, KB_EL_RIGHTS},
    {"rights", KB_NS_DCTERMS, KB_EL_RIGHTS},
    {"copyright", KB_NS_MEDIA, KB_EL_RIGHTS},
    {"link", KB_NS_CORE, KB_EL_LINK},
    {"id", KB_NS_CORE, KB_EL_ID},
    {"guid", KB_NS_CORE, KB_EL_GUID},
    {"pubdate", KB_NS_CORE, KB_EL_PUBLISHED},
    {"published", KB_NS_CORE, KB_EL_PUBLISHED},
    {"issued", KB_NS_CORE, KB_EL_PUBLISHED},
    {"issued", KB_NS_DCTERMS, KB_EL_PUBLISHED},
    {"updated", KB_NS_CORE, KB_EL_UPDATED},
    {"modified", KB_NS_CORE, KB_EL_UPDATED},
    {"lastbuilddate", KB_NS_CORE, KB_EL_UPDATED},
    {"modified", KB_NS_DCTERMS, KB_EL_UPDATED},
    {"created", KB_NS_CORE, KB_EL_CREATED},
    {"created", KB_NS_DCTERMS, KB_EL_CREATED},
    {"expirationdate", KB_NS_CORE, KB_EL_EXPIRED},
    {"date", KB_NS_DC, KB_EL_DATE},
    {"date", KB_NS_CORE, KB_EL_DATE},
    {"date", KB_NS_DCTERMS, KB_EL_DATE},
    {"category", KB_NS_CORE, KB_EL_CATEGORY},
    {"subject", KB_NS_DC, KB_EL_CATEGORY},
    {"subject", KB_NS_DCTERMS, KB_EL_CATEGORY},
    {"category", KB_NS_MEDIA, KB_EL_MEDIA_CATEGORY},
    {"category", KB_NS_ITUNES, KB_EL_ITUNES_CATEGORY},
    {"category", KB_NS_GOOGLEPLAY, KB_EL_ITUNES_CATEGORY},
    {"tags", KB_NS_CORE, KB_EL_TAGS},
    {"keywords", KB_NS_CORE, KB_EL_TAGS},
    {"keywords", KB_NS_ITUNES, KB_EL_KEYWORDS},
    {"keywords", KB_NS_MEDIA, KB_EL_TAGS},
    {"language", KB_NS_CORE, KB_EL_LANGUAGE},
    {"language", KB_NS_DC, KB_EL_LANGUAGE},
    {"language", KB_NS_DCTERMS, KB_EL_LANGUAGE},
    {"generator", KB_NS_CORE, KB_EL_GENERATOR},
    {"generatoragent", KB_NS_ADMIN, KB_EL_GENERATOR_AGENT},
    {"cloud", KB_NS_CORE, KB_EL_CLOUD},
    {"ttl", KB_NS_CORE, KB_EL_TTL},
    {"hour", KB_NS_CORE, KB_EL_HOUR},
    {"day", KB_NS_CORE, KB_EL_DAY},
    {"updateperiod", KB_NS_SY, KB_EL_UPDATE_PERIOD},
    {"updatefrequency", KB_NS_SY, KB_EL_UPDATE_FREQUENCY},
    {"icon", KB_NS_CORE, KB_EL_ICON},
    {"logo", KB_NS_CORE, KB_EL_LOGO},
    {"image", KB_NS_ITUNES, KB_EL_PICTURE},
    {"link", KB_NS_ITUNES, KB_EL_PICTURE},
    {"image", KB_NS_GOOGLEPLAY, KB_EL_PICTURE},
    {"license", KB_NS_CORE, KB_EL_LICENSE},
    {"license", KB_NS_CC, KB_EL_LICENSE},
    {"license", KB_NS_DCTERMS, KB_EL_LICENSE},
    {"enclosure", KB_NS_CORE, KB_EL_ENCLOSURE},
    {"comments", KB_NS_CORE, KB_EL_COMMENTS},
    {"commentrss", KB_NS_WFW, KB_EL_COMMENT_FEED},
    {"comments", KB_NS_SLASH, KB_EL_COMMENT_COUNT},
    {"total", KB_NS_THR, KB_EL_COMMENT_COUNT},
    {"new-feed-url", KB_NS_ITUNES, KB_EL_NEW_URL},
    {"newlocation", KB_NS_CORE, KB_EL_NEW_URL},
    {"origlink", KB_NS_FEEDBURNER, KB_EL_ORIGINAL_URL},
    {"complete", KB_NS_ITUNES, KB_EL_COMPLETE},
    {"author", KB_NS_ITUNES, KB_EL_ITUNES_AUTHOR},
    {"author", KB_NS_GOOGLEPLAY, KB_EL_ITUNES_AUTHOR},
    {"subtitle", KB_NS_ITUNES, KB_EL_ITUNES_SUBTITLE},
    {"summary", KB_NS_ITUNES, KB_EL_ITUNES_SUMMARY},
    {"description", KB_NS_GOOGLEPLAY, KB_EL_ITUNES_SUMMARY},
    {"explicit", KB_NS_ITUNES, KB_EL_EXPLICIT},
    {"explicit", KB_NS_GOOGLEPLAY, KB_EL_EXPLICIT},
    {"block", KB_NS_ITUNES, KB_EL_BLOCK},
    {"block", KB_NS_GOOGLEPLAY, KB_EL_BLOCK},
    {"duration", KB_NS_ITUNES, KB_EL_DURATION},
    {"season", KB_NS_ITUNES, KB_EL_SEASON},
    {"season", KB_NS_PODCAST, KB_EL_SEASON},
    {"episode", KB_NS_ITUNES, KB_EL_EPISODE},
    {"episode", KB_NS_PODCAST, KB_EL_EPISODE},
    {"episodetype", KB_NS_ITUNES, KB_EL_EPISODE_TYPE},
    {"content", KB_NS_MEDIA, KB_EL_MEDIA_CONTENT},
    {"group", KB_NS_MEDIA, KB_EL_MEDIA_GROUP},
    {"thumbnail", KB_NS_MEDIA, KB_EL_THUMBNAIL},
    {"credit", KB_NS_MEDIA, KB_EL_CREDIT},
    {"player", KB_NS_MEDIA, KB_EL_PLAYER},
    {"license", KB_NS_MEDIA, KB_EL_LICENSE},
    {"chapter", KB_NS_PSC, KB_EL_CHAPTER},
    {"transcript", KB_NS_PODCAST, KB_EL_TRANSCRIPT},
    {"chapters", KB_NS_PODCAST, KB_EL_CHAPTER_FILE},
    {"funding", KB_NS_PODCAST, KB_EL_FUNDING},
    {"license", KB_NS_PODCAST, KB_EL_LICENSE},
    {"point", KB_NS_GEORSS, KB_EL_GEO_POINT},
    {"line", KB_NS_GEORSS, KB_EL_GEO_LINE},
    {"polygon", KB_NS_GEORSS, KB_EL_GEO_POLYGON},
    {"box", KB_NS_GEORSS, KB_EL_GEO_BOX},
    {"lat", KB_NS_GEO, KB_EL_GEO_LATITUDE},
    {"long", KB_NS_GEO, KB_EL_GEO_LONGITUDE},
    {"lon", KB_NS_GEO, KB_EL_GEO_LONGITUDE},
    {"point", KB_NS_GML, KB_EL_GML_POINT},
    {"linestring", KB_NS_GML, KB_EL_GML_LINE},
    {"polygon", KB_NS_GML, KB_EL_GML_POLYGON},
    {"envelope", KB_NS_GML, KB_EL_GML_BOX},
    {"pos", KB_NS_GML, KB_EL_GML_POSITIONS},
    {"poslist", KB_NS_GML, KB_EL_GML_POSITIONS},
    {"lowercorner", KB_NS_GML, KB_EL_GML_POSITIONS},
    {"uppercorner", KB_NS_GML, KB_EL_GML_POSITIONS},
    {"coordinates", KB_NS_GML, KB_EL_GML_COORDINATES},
};

static size_t place(struct kb_str local, enum kb_feed_namespace space) {
    uint32_t h = (uint32_t)space * 0x9E3779B1u;
    for (size_t i = 0; i < local.n; i++)
        h = (h ^ (unsigned char)kb_lower(local.p[i])) * 0x01000193u;
    return h ^ h >> 15;
}

void kb_feed_names_init(struct kb_feed_names *names) {
    memset(names, 0, sizeof *names);
    for (size_t i = 1; i < KB_COUNT(rows); i++) {
        size_t at = place(kb_str_z(rows[i].local), rows[i].space);
        while (names->rows[at % KB_COUNT(names->rows)])
            at++;
        names->rows[at % KB_COUNT(names->rows)] = (uint16_t)i;
    }
}

static enum kb_feed_element look(const struct kb_feed_names *names, struct kb_str local,
                                 enum kb_feed_namespace space) {
    for (size_t at = place(local, space);; at++) {
        const struct row *row = &rows[names->rows[at % KB_COUNT(names->rows)]];
        if (row == rows)
            return KB_EL_OTHER;
        if (row->space == space && kb_str_equal_nocase(local, kb_str_z(row->local)))
            return row->element;
    }
}

enum kb_feed_element kb_feed_element(struct kb_feed_names *names,
                                     const struct kb_xml_name *name) {
    const char *space = name->uri.n ? name->uri.p : name->prefix.p;
    size_t slot = ((uintptr_t)name->local.p ^ (uintptr_t)space >> 3) >> 2;
    slot = (slot ^ slot >> 7) % KB_COUNT(names->seen);
    if (names->seen[slot].local != name->local.p || names->seen[slot].space != space) {
        enum kb_feed_namespace known = kb_feed_namespace(name->uri, name->prefix);
        names->seen[slot].local = name->local.p;
        names->seen[slot].space = space;
        names->seen[slot].element = (uint8_t)look(names, name->local, known);
    }
    return names->seen[slot].element;
}
