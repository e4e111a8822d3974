/* Inside feed: XML as feeds are written → text that any XML parser reads alike.
 *
 * Broken feeds are the rule, and the parsers' own recovery loses what a person would
 * still read: it drops bare ampersands and HTML's entities, and takes every end tag for
 * the innermost element's.  This walk over the text mends that, and takes out what could
 * do harm (the DTD), before the parser sees it.  Text without a fault is not copied. */
#ifndef KB_FEED_MEND_H
#define KB_FEED_MEND_H

#include "feed/xml.h"

struct kb_mend_entity {
    struct kb_str name, value;
    bool external;
};

/* Long texts that pass the parser by: <?KB_MEND_RUN number?> stands for each. */
#define KB_MEND_RUN "kabar-text"
struct kb_mend_runs {
    struct kb_str *items;
    size_t count, cap;
};

struct kb_mend_open {
    struct kb_str name;
    unsigned spaces; /* namespaces that it declares */
};

struct kb_mend {
    struct kb_feed_make *make;
    struct kb_str text;
    struct kb_buf *out;
    struct kb_mend_runs *runs;
    size_t decoded; /* text up to here was looked at for a run */
    size_t done;    /* text up to here is in out, or was left out */
    struct kb_mend_open *open;
    size_t depth, cap;
    unsigned spaces;    /* namespaces that are declared by what is open */
    size_t flat;        /* open elements past KB_LIMIT_DEPTH, whose tags are left out */
    size_t entry;       /* one more than the place of the open item or entry; or 0 */
    bool closes_items;  /* a new item ends the one before it: its end tag is missing */
    bool lost_item_end; /* … which was seen too late: once more from the beginning */
    KB_FEED_LIST(struct kb_mend_entity) entities;
    uint64_t *names; /* bits: names that stood before, by their hash */
    size_t name_count;
    bool told_bare;  /* the warning of a bare "&" was given */
    size_t expanded; /* bytes that entities became */
    struct {
        struct kb_str name, chars;
    } html[64]; /* HTML's entities that were asked for, by their names' hash */
    size_t asked;
    bool no_comment_end, no_instruction_end; /* none is left: not looked for again */
};

/* A start tag as strict XML has it; bad where it is none. */
struct kb_mend_tag {
    struct kb_str name;
    size_t end; /* behind ">" */
    unsigned spaces;
    bool closed, bad, references;
};

/* Puts by in the place of text[from, to); from is not before what was replaced last. */
void kb_mend_replace(struct kb_mend *mend, size_t from, size_t to, struct kb_str by);

/* The end of the name that begins at from; from where none does (mend_tag.c). */
size_t kb_mend_name(struct kb_str text, size_t from);

/* The start tag at from, where "<" and a name stand (mend_tag.c). */
struct kb_mend_tag kb_mend_scan(struct kb_mend *mend, size_t from);

/* Whether a name is one of the first KB_LIMIT_XML_NAMES (mend_tag.c). */
bool kb_mend_knows(struct kb_mend *mend, struct kb_str name);
enum { KB_MEND_NAME_BITS = 1 << 17 };

/* The same of what is no strict XML, or declares too many namespaces: writes it anew
 * into out.  False, and nothing is
 * written, where it is not a tag but text with a "<" in it (mend_tag.c). */
bool kb_mend_rewrite(struct kb_mend *mend, size_t from, struct kb_mend_tag *tag);

/* Mends the reference at from, where "&" stands; returns its end (mend_entities.c). */
size_t kb_mend_reference(struct kb_mend *mend, size_t from);

/* What is meant by U+0080 to U+009F: what Windows-1252 has there (mend_entities.c). */
uint32_t kb_mend_windows(uint32_t c);

/* Notes the entities of the document type at from and returns its end
 * (mend_entities.c). */
size_t kb_mend_doctype(struct kb_mend *mend, size_t from);

/* Puts the CDATA section [from, to) among the runs; false, and nothing is done, where it
 * is short.  The same of text [from, to) without tags, as far as it can: returns where to
 * go on, from where nothing is done (mend_text.c). */
bool kb_mend_cdata(struct kb_mend *mend, size_t from, size_t to);
size_t kb_mend_text(struct kb_mend *mend, size_t from, size_t to);

/* Makes *text, valid UTF-8, fit for a parser: itself where nothing is wrong with it, else
 * its mended form in out.  The runs are parts of *text or lie in the arena.  Empty where
 * there is no element in it. */
enum kb_status kb_xml_mend(struct kb_feed_make *make, struct kb_str *text,
                           struct kb_buf *out, struct kb_mend_runs *runs) KB_MUST_USE;

#endif
