/* The wire for language models: the Model Context Protocol (revisions 2024-11-05,
 * 2025-03-26 and 2025-06-18), which is JSON-RPC 2.0 with a message a line.  Read-only.
 *
 * What outlets wrote may ask a model to do things.  So all of it stands between two marks
 * that do not occur in it, behind a sentence that says what it is, and the answer's _meta
 * says the same for programs. */
#ifndef KB_SERVE_MCP_H
#define KB_SERVE_MCP_H

#include "store/store.h"

struct kb_mcp;

/* The store is open for reading, the caller's, and has to stay.  user: whose tags and
 * marks are told. */
enum kb_status kb_mcp_new(struct kb_store *store, int64_t user, struct kb_mcp **mcp,
                          struct kb_err *err) KB_MUST_USE;
void kb_mcp_free(struct kb_mcp *mcp);

/* One message, or an array of them, without its line feed; what is to be answered, a line
 * with its line feed, or nothing, is appended to out.  Wrong messages are answered as the
 * protocol says; what fails is memory. */
enum kb_status kb_mcp_answer(struct kb_mcp *mcp, struct kb_str line, int64_t now,
                             struct kb_buf *out, struct kb_err *err) KB_MUST_USE;

#endif
