/* Inside the template engine: the program, and where in the HTML a hole stands. */
#ifndef KB_SERVE_TEMPLATE_INNER_H
#define KB_SERVE_TEMPLATE_INNER_H

#include "serve/messages.h"
#include "serve/template.h"

/* ---- where in the HTML (template_place.c) ------------------------------------------ */

enum kb_place_kind {
    KB_PLACE_TEXT,
    KB_PLACE_LESS,     /* behind "<" */
    KB_PLACE_TAG_NAME, /* in "<na", "</na" */
    KB_PLACE_TAG,      /* where an attribute may begin */
    KB_PLACE_TIGHT,    /* … after a blank */
    KB_PLACE_NAME,     /* in an attribute's name */
    KB_PLACE_EQUALS,   /* behind "=" */
    KB_PLACE_BARE,     /* in a value without quotes */
    KB_PLACE_QUOTED,   /* in a value between double quotes */
    KB_PLACE_BANG,     /* in "<!doctype" */
    KB_PLACE_SCRIPT    /* between a script's tags */
};

/* How far an attribute that is an address has come. */
enum kb_place_url { KB_URL_NONE, KB_URL_START, KB_URL_BASE, KB_URL_INSIDE };

enum { KB_PLACE_NAME_BYTES = 24 };

struct kb_place {
    enum kb_place_kind kind;
    enum kb_place_url url;
    bool closing, script;
    char name[KB_PLACE_NAME_BYTES]; /* the tag's or attribute's, in small letters */
    size_t name_n;
};

/* The next byte of the template.  NULL, or what is wrong with it. */
const char *kb_place_step(struct kb_place *place, char c);

/* A section begins or ends here, or a hole stands here.  NULL, or why it cannot. */
const char *kb_place_section(struct kb_place *place);
const char *kb_place_hole(const struct kb_place *place);

/* Do two ways through a section end at one place?  Where they differ in how far an
 * address has come, *a goes on as the careful one. */
bool kb_place_join(struct kb_place *a, const struct kb_place *b);

/* ---- the program ------------------------------------------------------------------- */

enum kb_escape {
    KB_ESCAPE_HTML,    /* text, and values between double quotes */
    KB_ESCAPE_ADDRESS, /* a whole address: http, https, a path of ours */
    KB_ESCAPE_PATH,    /* a path of ours, behind the base */
    KB_ESCAPE_PART     /* percent-encoded */
};

enum kb_op_kind {
    KB_OP_TEXT,
    KB_OP_BASE, /* the server's base path, and text */
    KB_OP_VALUE,
    KB_OP_NUMBER,
    KB_OP_DAY,
    KB_OP_TIME,
    KB_OP_AGO,
    KB_OP_STAMP,
    KB_OP_MESSAGE,
    KB_OP_HTML,
    KB_OP_JSONLD,
    KB_OP_SECTION, /* jump: behind its end */
    KB_OP_UNLESS,  /* the same */
    KB_OP_END
};

/* "a.b": the names; none: the innermost value itself. */
struct kb_path {
    const struct kb_str *names;
    size_t count;
};

enum { KB_TEMPLATE_ARGS = 4 };

struct kb_op {
    enum kb_op_kind kind;
    enum kb_escape escape;
    struct kb_str text; /* of TEXT; the word of {{#a=word}}; a message key's beginning */
    bool compares;
    struct kb_path path; /* a message's: what its key ends with */
    size_t jump;
    size_t message; /* its number; KB_MESSAGE_NONE: text and path make the key */
    struct kb_op_arg {
        struct kb_str name;
        struct kb_path path;
    } args[KB_TEMPLATE_ARGS];
    size_t arg_count;
};

struct kb_template {
    const struct kb_op *ops;
    size_t count;
    const struct kb_messages *messages;
};

#endif
