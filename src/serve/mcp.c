/* The Model Context Protocol: a line of JSON-RPC 2.0 in, a line out.
 *
 * https://modelcontextprotocol.io/specification: initialize, ping, tools/list,
 * tools/call, resources/list, resources/templates/list, resources/read; notifications are
 * taken and not answered.  The server keeps nothing between two messages, so it does not
 * mind in which order they come.  What it can do stands in assets/api/mcp.json. */
#include "serve/mcp_inner.h"

#include <stdlib.h>

#include "serve/api_files.h"

/* JSON-RPC's codes, and the protocol's one for a resource that is not there. */
enum {
    NO_JSON = -32700,
    NO_REQUEST = -32600,
    NO_METHOD = -32601,
    WRONG_PARAMS = -32602,
    INNER_FAULT = -32603,
    NO_RESOURCE = -32002
};

/* The newest first: it is what a client gets that asks for one that we do not know. */
static const char *const revisions[] = {"2025-06-18", "2025-03-26", "2024-11-05"};

struct message {
    struct kb_mcp *mcp;
    yyjson_val *id; /* NULL: a notification */
    yyjson_val *params;
    struct kb_buf *out;
    struct kb_json json;
    struct kb_err err;
};

enum kb_status kb_mcp_new(struct kb_store *store, int64_t user, struct kb_mcp **out,
                          struct kb_err *err) {
    struct kb_str told = kb_api_file("mcp.json");
    struct kb_mcp *mcp = calloc(1, sizeof *mcp);
    *out = NULL;
    if (!mcp)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    mcp->store = store;
    kb_arena_init(&mcp->arena, KB_LIMIT_ANSWER_MEMORY);
    kb_buf_init(&mcp->text, KB_LIMIT_MCP_TEXT);
    mcp->kept = (struct kb_kept){.store = store, .user = user, .arena = &mcp->arena};
    mcp->told = yyjson_read(told.p, told.n, 0);
    if (!mcp->told) {
        kb_mcp_free(mcp);
        return kb_err_set(err, KB_EASSET, "assets/api/mcp.json cannot be read");
    }
    *out = mcp;
    return KB_OK;
}

void kb_mcp_free(struct kb_mcp *mcp) {
    if (!mcp)
        return;
    yyjson_doc_free(mcp->told);
    kb_kept_free(&mcp->kept);
    kb_buf_free(&mcp->text);
    kb_arena_free(&mcp->arena);
    free(mcp);
}

static struct kb_str string(yyjson_val *value) {
    return yyjson_is_str(value)
               ? (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)}
               : KB_STR_NONE;
}

/* A value as it stands, behind its key. */
static void put_value(struct message *m, yyjson_val *value) {
    size_t n = 0;
    char *text = yyjson_val_write(value, 0, &n);
    if (!text)
        m->out->status = KB_ENOMEM;
    kb_tell_raw(&m->json, (struct kb_str){text, text ? n : 0});
    free(text);
}

/* ---- answers ----------------------------------------------------------------------- */

static void begin(struct message *m, const char *key) {
    kb_json_init(&m->json, m->out, 0);
    kb_json_object(&m->json);
    kb_json_field(&m->json, "jsonrpc", KB_STR("2.0"));
    kb_json_key(&m->json, "id");
    if (m->id)
        put_value(m, m->id);
    else
        kb_json_null(&m->json);
    kb_json_field_object(&m->json, key);
}

static void end(struct message *m) {
    kb_json_object_end(&m->json);
    kb_json_object_end(&m->json);
}

static void refuse(struct message *m, int code, const char *says) {
    begin(m, "error");
    kb_json_field_int(&m->json, "code", code);
    kb_json_field_str(&m->json, "message", kb_str_z(says));
    end(m);
}

/* For programs: whose words these are. */
static void put_meta(struct kb_json *json) {
    kb_json_field_object(json, "_meta");
    kb_json_field_bool(json, "kabar/untrusted", true);
    kb_json_object_end(json);
}

/* ---- methods ----------------------------------------------------------------------- */

static void initialize(struct message *m) {
    struct kb_str wants = string(yyjson_obj_get(m->params, "protocolVersion"));
    const char *revision = revisions[0];
    for (size_t i = 0; i < KB_COUNT(revisions); i++)
        if (kb_str_equal(wants, kb_str_z(revisions[i])))
            revision = revisions[i];
    begin(m, "result");
    kb_json_field(&m->json, "protocolVersion", kb_str_z(revision));
    kb_json_field_object(&m->json, "capabilities");
    kb_json_field_object(&m->json, "tools");
    kb_json_object_end(&m->json);
    kb_json_field_object(&m->json, "resources");
    kb_json_object_end(&m->json);
    kb_json_object_end(&m->json);
    kb_json_field_object(&m->json, "serverInfo");
    kb_json_field(&m->json, "name", KB_STR("kabar"));
    kb_json_field(&m->json, "version", kb_str_z(kabar_version()));
    kb_json_object_end(&m->json);
    kb_json_field(
        &m->json, "instructions",
        string(yyjson_obj_get(yyjson_doc_get_root(m->mcp->told), "instructions")));
    end(m);
}

static void ping(struct message *m) {
    begin(m, "result");
    end(m);
}

/* A list of assets/api/mcp.json: it is short, so there are no pages of it. */
static void list(struct message *m, const char *key) {
    if (yyjson_obj_get(m->params, "cursor")) {
        refuse(m, WRONG_PARAMS, "this list has one page: there is no cursor");
        return;
    }
    begin(m, "result");
    kb_json_key(&m->json, key);
    put_value(m, yyjson_obj_get(yyjson_doc_get_root(m->mcp->told), key));
    end(m);
}

static void list_tools(struct message *m) {
    list(m, "tools");
}

static void list_resources(struct message *m) {
    list(m, "resources");
}

static void list_templates(struct message *m) {
    list(m, "resourceTemplates");
}

static struct kb_mcp_call call_of(struct message *m, yyjson_val *arguments) {
    kb_buf_clear(&m->mcp->text);
    m->mcp->text.status = KB_OK;
    return (struct kb_mcp_call){m->mcp, arguments, &m->mcp->text, &m->err};
}

/* What the tool said, or what was wrong, which the model is to read too. */
static void put_result(struct message *m, bool failed) {
    begin(m, "result");
    kb_json_field_array(&m->json, "content");
    kb_json_object(&m->json);
    kb_json_field(&m->json, "type", KB_STR("text"));
    kb_json_field_str(&m->json, "text",
                      failed ? kb_str_z(m->err.text) : kb_buf_view(&m->mcp->text));
    if (!failed)
        put_meta(&m->json);
    kb_json_object_end(&m->json);
    kb_json_array_end(&m->json);
    kb_json_field_bool(&m->json, "isError", failed);
    if (!failed)
        put_meta(&m->json);
    end(m);
}

static enum kb_status told(struct message *m, enum kb_status status) {
    if (status == KB_OK)
        status = m->mcp->text.status;
    if (status != KB_OK && !m->err.text[0])
        (void)kb_err_set(&m->err, status, "%s", kb_status_text(status));
    return status;
}

static void call_tool(struct message *m) {
    struct kb_str name = string(yyjson_obj_get(m->params, "name"));
    yyjson_val *arguments = yyjson_obj_get(m->params, "arguments");
    struct kb_mcp_call call = call_of(m, arguments);
    enum kb_status status = KB_OK;
    if (arguments && !yyjson_is_obj(arguments) && !yyjson_is_null(arguments)) {
        refuse(m, WRONG_PARAMS, "arguments is no object");
        return;
    }
    if (!kb_mcp_tool(&call, name, &status)) {
        refuse(m, WRONG_PARAMS, "there is no tool of that name; tools/list tells them");
        return;
    }
    status = told(m, status);
    if (status == KB_EUSAGE)
        refuse(m, WRONG_PARAMS, m->err.text);
    else
        put_result(m, status != KB_OK);
}

static void read_resource(struct message *m) {
    struct kb_str uri = string(yyjson_obj_get(m->params, "uri"));
    struct kb_mcp_call call = call_of(m, NULL);
    enum kb_status status = KB_OK;
    const char *type = "text/plain";
    if (!uri.n) {
        refuse(m, WRONG_PARAMS, "uri is missing: which resource?");
        return;
    }
    if (!kb_mcp_resource(&call, uri, &type, &status)) {
        refuse(m, NO_RESOURCE,
               "there is no such resource; it is kabar://stories, "
               "kabar://story/ID or kabar://article/ID");
        return;
    }
    status = told(m, status);
    if (status != KB_OK) {
        refuse(m, status == KB_EINPUT ? NO_RESOURCE : INNER_FAULT, m->err.text);
        return;
    }
    begin(m, "result");
    kb_json_field_array(&m->json, "contents");
    kb_json_object(&m->json);
    kb_json_field(&m->json, "uri", uri);
    kb_json_field(&m->json, "mimeType", kb_str_z(type));
    kb_json_field_str(&m->json, "text", kb_buf_view(&m->mcp->text));
    put_meta(&m->json);
    kb_json_object_end(&m->json);
    kb_json_array_end(&m->json);
    put_meta(&m->json);
    end(m);
}

/* ---- messages ---------------------------------------------------------------------- */

static void answer_method(struct message *m, struct kb_str method) {
    static const struct {
        const char *name;
        void (*answer)(struct message *m);
    } methods[] = {
        {"initialize", initialize},         {"ping", ping},
        {"tools/list", list_tools},         {"tools/call", call_tool},
        {"resources/list", list_resources}, {"resources/templates/list", list_templates},
        {"resources/read", read_resource}};
    for (size_t i = 0; i < KB_COUNT(methods); i++) {
        if (kb_str_equal(method, kb_str_z(methods[i].name))) {
            methods[i].answer(m);
            return;
        }
    }
    refuse(m, NO_METHOD, "there is no such method");
}

/* One message; an answer of ours (it has no method) is passed over, as we ask nothing. */
static void answer_one(struct kb_mcp *mcp, yyjson_val *value, struct kb_buf *out) {
    struct message m = {.mcp = mcp, .out = out, .err = {.text = ""}};
    struct kb_str method = string(yyjson_obj_get(value, "method"));
    yyjson_val *id = yyjson_obj_get(value, "id");
    bool good_id = !id || yyjson_is_str(id) || yyjson_is_num(id);
    m.params = yyjson_obj_get(value, "params");
    m.id = good_id ? id : NULL;
    if (yyjson_is_obj(value) && !method.n &&
        (yyjson_obj_get(value, "result") || yyjson_obj_get(value, "error")))
        return;
    if (!yyjson_is_obj(value) || !good_id || !method.n ||
        !kb_str_equal(string(yyjson_obj_get(value, "jsonrpc")), KB_STR("2.0")))
        refuse(&m, NO_REQUEST, "this is no request of JSON-RPC 2.0");
    else if (id)
        answer_method(&m, method);
}

/* An array of messages, as the two older revisions have it: an array of answers. */
static void answer_many(struct kb_mcp *mcp, yyjson_val *root, struct kb_buf *out) {
    struct message m = {.mcp = mcp, .out = out, .err = {.text = ""}};
    yyjson_val *value;
    size_t i, most, before = out->n;
    if (!yyjson_arr_size(root) || yyjson_arr_size(root) > KB_LIMIT_MCP_BATCH) {
        refuse(&m, NO_REQUEST, "there are too many messages in one, or none");
        return;
    }
    kb_buf_char(out, '[');
    yyjson_arr_foreach(root, i, most, value) {
        size_t at = out->n;
        if (at > before + 1)
            kb_buf_char(out, ',');
        size_t from = out->n;
        answer_one(mcp, value, out);
        if (out->n == from)
            out->n = at;
        kb_arena_reset(&mcp->arena);
    }
    if (out->n == before + 1)
        out->n = before;
    else
        kb_buf_char(out, ']');
}

enum kb_status kb_mcp_answer(struct kb_mcp *mcp, struct kb_str line, int64_t now,
                             struct kb_buf *out, struct kb_err *err) {
    struct message m = {.mcp = mcp, .out = out, .err = {.text = ""}};
    size_t before = out->n;
    if (!kb_str_trim(line).n)
        return KB_OK;
    mcp->now = now;
    yyjson_doc *doc = line.n <= KB_LIMIT_MCP_LINE ? yyjson_read(line.p, line.n, 0) : NULL;
    enum kb_status status = kb_store_begin_reading(mcp->store, err);
    if (status == KB_OK && !doc)
        refuse(&m, NO_JSON,
               line.n > KB_LIMIT_MCP_LINE ? "the message is longer than a megabyte"
                                          : "the message is no JSON");
    else if (status == KB_OK && yyjson_is_arr(yyjson_doc_get_root(doc)))
        answer_many(mcp, yyjson_doc_get_root(doc), out);
    else if (status == KB_OK)
        answer_one(mcp, yyjson_doc_get_root(doc), out);
    if (status == KB_OK)
        kb_store_rollback(mcp->store);
    yyjson_doc_free(doc);
    kb_arena_reset(&mcp->arena);
    if (out->n > before)
        kb_buf_char(out, '\n');
    if (status == KB_OK && out->status != KB_OK)
        status = kb_err_set(err, out->status, "not enough memory for the answer");
    return status;
}
