/* Inside the Model Context Protocol's part: mcp.c speaks it, mcp_tools.c does the work,
 * mcp_mark.c marks what outlets wrote. */
#ifndef KB_SERVE_MCP_INNER_H
#define KB_SERVE_MCP_INNER_H

#include <yyjson.h>

#include "serve/mcp.h"
#include "wire/wire.h"

struct kb_mcp {
    struct kb_store *store;
    struct kb_arena arena; /* one message's */
    struct kb_kept kept;
    yyjson_doc *told; /* assets/api/mcp.json */
    struct kb_buf text;
    int64_t now;
};

/* One tool's call.  A wrong argument is told in *err with KB_EUSAGE, what is not there or
 * cannot be read with another status. */
struct kb_mcp_call {
    struct kb_mcp *mcp;
    yyjson_val *arguments; /* an object, or NULL */
    struct kb_buf *out;    /* what the tool says */
    struct kb_err *err;
};

/* The tool of a name; false where there is none.  *status is how the call went. */
bool kb_mcp_tool(struct kb_mcp_call *call, struct kb_str name, enum kb_status *status);

/* What "kabar://…" names, as text of a media type. */
bool kb_mcp_resource(struct kb_mcp_call *call, struct kb_str uri, const char **type,
                     enum kb_status *status);

/* Content between marks; what stands before it says what it is. */
void kb_mcp_mark(struct kb_str content, struct kb_buf *out);

#endif
