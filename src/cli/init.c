/* kabar init: the wire's file is made. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

static const struct kb_cli_option options[] = {KB_CLI_WIRE_OPTION_LIST};

struct call {
    bool was_there;
};

static int check_init(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    struct call *call = w->call;
    struct kb_cli_buf path = {0};
    (void)mode;
    if (!kb_cli_db_path(w->db, &path))
        return KB_CLI_FAILED;
    call->was_there = access(path.p, F_OK) == 0;
    kb_cli_buf_free(&path);
    return KB_CLI_OK;
}

static enum kb_status init(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    const char *path = kb_store_path(w->store);
    struct kb_store_counts counts;
    enum kb_status status = kb_store_count(w->store, w->user, &counts, &w->err);
    if (status != KB_OK)
        return status;
    if (w->json) {
        struct kb_json json;
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field(&json, "path", kb_str_z(path));
        kb_json_field_bool(&json, "created", !call->was_there);
        kb_json_field_int(&json, "articles", counts.articles);
        kb_json_field_int(&json, "stories", counts.stories);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
    } else if (call->was_there) {
        kb_buf_printf(&w->out, "%s is a wire already: ", path);
        kb_cli_wire_many(w, counts.articles, "article in ", "articles in ");
        kb_cli_wire_many(w, counts.stories, "story\n", "stories\n");
    } else {
        kb_buf_printf(&w->out,
                      "made %s\n"
                      "Next: kabar add https://example.org/    a feed or a site\n"
                      "      kabar import FILE…                OPML, WARC, pages\n",
                      path);
    }
    return KB_OK;
}

static const struct kb_cli_wire_job job = {.mode = KB_STORE_CREATE,
                                           .call_bytes = sizeof(struct call),
                                           .check = check_init,
                                           .work = init};

const struct kb_cli_verb kb_cli_init = {
    .name = "init",
    .summary = "Make a new wire",
    .usage = "[OPTION…]",
    .about = "Makes the file that keeps articles, stories and feeds, and its folder.  A\n"
             "wire that is there already stays as it is; an older kabar's is brought up\n"
             "to date.",
    .examples = "  kabar init\n"
                "  kabar init --db news.db\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
