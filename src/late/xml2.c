/* libxml2, when the first feed is read: ICU comes with it. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "late.h"

KB_LATE_NOTE(xml2, KB_LATE_XML2, "reads feeds")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_XML2, type, name, params, args)

LATE(xmlParserCtxtPtr, xmlNewParserCtxt, (void), ())
KB_LATE_VOID(KB_LATE_XML2, xmlFreeParserCtxt, (xmlParserCtxtPtr context), (context))
LATE(xmlDocPtr, xmlCtxtReadMemory,
     (xmlParserCtxtPtr context, const char *bytes, int n, const char *url,
      const char *encoding, int options),
     (context, bytes, n, url, encoding, options))
KB_LATE_VOID(KB_LATE_XML2, xmlFreeDoc, (xmlDocPtr document), (document))
LATE(int, xmlValidateQName, (const xmlChar *name, int space), (name, space))
/* libxml2 2.12 made what it gives const. */
LATE(__typeof__(xmlCtxtGetLastError(NULL)), xmlCtxtGetLastError, (void *context),
     (context))
