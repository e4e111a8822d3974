/* Templates: HTML with holes in it → a program; the program and a view → a page.
 *
 *     {{name}}  {{a.b}}  {{.}}        a value, escaped for where it stands
 *     {{n count}}                     a number as the reader's language writes it
 *     {{day t}} {{time t}} {{ago t}}  a moment, in words; {{stamp t}}: RFC 3339
 *     {{t key}} {{t key n=count who=outlet.name}}   a message; {{t rel.[kind]}}: one
 *     whose
 *                                     key ends with a value; {when} is a moment in words
 *     {{#list}}…{{/list}}             once for each; {{^list}}…{{/list}}: where there is
 *     none
 *     {{#theme=dark}}…{{/theme}}      where the value is that word
 *     {{>part}}                       another template, here; {{! a remark }}
 *     {{base}}  {{asset kabar.css}}   the server's base path; an asset's address
 *     {{html body}}                   HTML that the sanitiser made, and only that
 *     {{jsonld record}}               a script element with data
 *
 * The compiler reads the HTML as a tokenizer does and knows where each hole is: in text,
 * in a quoted attribute, in an attribute that is an address.  A hole anywhere else is an
 * error, as are scripts, styles and event handlers in the page: so no value can become
 * markup, whatever it is (contextual escaping: Samuel, Saxena, Song, CCS 2011).  In an
 * address that begins with a hole the value must be http, https or a path of ours, else
 * it is "#"; behind {{base}} it is a path; anywhere else in it is percent-encoded.  White
 * space at a line's beginning is left out, and lines with nothing but a section's mark.
 *
 * Names are looked for in the innermost section's value first, then outwards; what is not
 * there is nothing.  Pure; a template is compiled once and used by many threads. */
#ifndef KB_SERVE_TEMPLATE_H
#define KB_SERVE_TEMPLATE_H

#include "base/base.h"

struct kb_template;
struct kb_messages;
struct kb_language;
struct yyjson_mut_val;

/* What a template is compiled with; all of it lives as long as the template. */
struct kb_template_from {
    /* A template's text by its name; p is NULL where there is none. */
    struct kb_str (*find)(void *context, struct kb_str name);
    /* The path of an asset below the base, or none. */
    struct kb_str (*asset)(void *context, struct kb_str name);
    void *context;
    const struct kb_messages *messages;
};

/* The template is in the arena.  KB_EASSET with name, line and what is wrong. */
enum kb_status kb_template_compile(struct kb_arena *arena,
                                   const struct kb_template_from *from,
                                   struct kb_str name, struct kb_template **out,
                                   struct kb_err *err) KB_MUST_USE;

struct kb_template_use {
    struct yyjson_mut_val *root;        /* an object; not changed */
    const struct kb_language *language; /* of one of the messages the template has */
    int64_t now;
    struct kb_str base; /* what stands in front of every path of ours */
};

/* Adds the page to out.  Fails where the page would be larger than out may be, or takes
 * more than KB_LIMIT_TEMPLATE_STEPS. */
enum kb_status kb_template_render(const struct kb_template *t,
                                  const struct kb_template_use *use, struct kb_buf *out,
                                  struct kb_err *err) KB_MUST_USE;

#endif
