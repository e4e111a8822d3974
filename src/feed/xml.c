/* XML text → events; see xml.h.
 *
 * The parser is libxml2's SAX2 interface over memory.  The text that it gets was mended
 * first (mend.c): it has no DTD, no entities but the five of XML, and its tags are
 * balanced, so that libxml2's own recovery, which takes any end tag for the innermost
 * element's, has hardly anything left to do, and nothing that it could load or expand.
 * XML_PARSE_NOENT is therefore safe; without it attributes come with "&#38;" in them. */
#include "feed/mend.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <limits.h>

struct events {
    const struct kb_xml_handler *handler;
    struct kb_mend_runs runs;
    size_t depth;
    bool any;
};

static struct kb_str text_of(const xmlChar *z) {
    return kb_str_z((const char *)z);
}

static void start(void *context, const xmlChar *local, const xmlChar *prefix,
                  const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                  int count, int default_count, const xmlChar **raw) {
    struct events *e = context;
    struct kb_xml_attribute attributes[KB_LIMIT_ATTRIBUTES];
    struct kb_xml_name name = {text_of(uri), text_of(prefix), text_of(local)};
    size_t n = 0;
    (void)namespace_count, (void)namespaces, (void)default_count;
    for (int i = 0; i < count && n < KB_COUNT(attributes); i++, raw += 5) {
        attributes[n++] = (struct kb_xml_attribute){
            .local = text_of(raw[0]),
            .prefix = text_of(raw[1]),
            .uri = text_of(raw[2]),
            .value = {(const char *)raw[3], (size_t)(raw[4] - raw[3])}};
    }
    e->any = true;
    e->depth++;
    e->handler->start(e->handler->context, &name, attributes, n);
}

static void end(void *context, const xmlChar *local, const xmlChar *prefix,
                const xmlChar *uri) {
    struct events *e = context;
    struct kb_xml_name name = {text_of(uri), text_of(prefix), text_of(local)};
    if (!e->depth)
        return;
    e->depth--;
    e->handler->end(e->handler->context, &name);
}

static void characters(void *context, const xmlChar *p, int n) {
    struct events *e = context;
    if (n > 0 && e->depth)
        e->handler->text(e->handler->context,
                         (struct kb_str){(const char *)p, (size_t)n});
}

/* The mender's mark of a long text; others are not let through. */
static void instruction(void *context, const xmlChar *target, const xmlChar *data) {
    struct events *e = context;
    size_t number = 0;
    (void)target;
    for (const xmlChar *p = data; p && *p >= '0' && *p <= '9' && number < e->runs.count;
         p++)
        number = number * 10 + (size_t)(*p - '0');
    if (data && number < e->runs.count && e->depth)
        e->handler->text(e->handler->context, e->runs.items[number]);
}

static void warn(struct kb_feed_make *make, const xmlError *error) {
    if (!error || error->code == XML_ERR_OK || error->domain == XML_FROM_NAMESPACE ||
        !error->message)
        return;
    struct kb_str said = kb_str_trim(text_of((const xmlChar *)error->message));
    kb_feed_warn(make, "the XML is broken near line %d: %.*s", error->line,
                 (int)kb_str_cut(said, 120).n, said.p);
}

enum kb_status kb_xml_parse(struct kb_feed_make *make, struct kb_str text,
                            const struct kb_xml_handler *handler) {
    struct events events = {.handler = handler};
    struct kb_buf mended;
    kb_buf_init(&mended, 2 * KB_LIMIT_FEED_BYTES);
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    enum kb_status status = KB_OK;
    if (!parser) {
        status =
            kb_err_set(make->err, KB_ENOMEM, "not enough memory for a parser of XML");
        goto out;
    }
    status = kb_xml_mend(make, &text, &mended, &events.runs);
    if (status != KB_OK || !text.n || text.n > INT_MAX)
        goto out;
    memset(parser->sax, 0, sizeof *parser->sax);
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->startElementNs = start;
    parser->sax->endElementNs = end;
    parser->sax->characters = characters;
    parser->sax->ignorableWhitespace = characters; /* the same: no guess is made */
    parser->sax->cdataBlock = characters;
    parser->sax->processingInstruction = instruction;
    parser->userData = &events;
    xmlDocPtr none =
        xmlCtxtReadMemory(parser, text.p, (int)text.n, NULL, "UTF-8",
                          XML_PARSE_RECOVER | XML_PARSE_NOENT | XML_PARSE_NONET |
                              XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlFreeDoc(none);
    const xmlError *error = xmlCtxtGetLastError(parser);
    if (error && error->code == XML_ERR_NO_MEMORY)
        status = kb_err_set(make->err, KB_ENOMEM, "not enough memory to read the XML");
    warn(make, error);
    while (events.depth) { /* libxml2 gave up in the middle */
        static const struct kb_xml_name nameless = {.uri = {NULL, 0}};
        events.depth--;
        handler->end(handler->context, &nameless);
    }
out:
    if (parser)
        xmlFreeParserCtxt(parser);
    kb_buf_free(&mended);
    if (status == KB_OK && !events.any)
        status = kb_err_set(make->err, KB_EINPUT, "there is no XML in it");
    return status;
}
