/* page's inner header: who wrote the page.
 *
 * meta.c, jsonld.c and microdata.c enter claims: raw strings and where they stand.
 * byline.c adds what is printed on the page and decides; people.c splits a string into
 * persons. */
#ifndef KB_PAGE_PEOPLE_H
#define KB_PAGE_PEOPLE_H

#include "page/facts.h"

enum kb_joint { KB_JOINT_BAR, KB_JOINT_COMMA, KB_JOINT_AND };

/* ---- persons ----------------------------------------------------------------------- */

struct kb_person {
    struct kb_author author;
    struct kb_str key; /* the name folded: two persons with one key are one */
    uint32_t line;     /* of which byline, by its number */
    uint8_t joint;     /* enum kb_joint: what stands between it and the person before */
};

struct kb_people {
    struct kb_person *items;
    size_t count, cap;
    struct kb_author self;  /* the site itself, where it goes by a person's name */
    bool own;               /* of which only the address is called so */
    struct kb_author house; /* the house or its staff, named where an author is */
    uint32_t line;          /* number of the byline that is read now */
    bool cut; /* more than KB_LIMIT_AUTHORS, or a name that is too long for one */
};

/* Whose page it is: names that are no person's. */
enum { KB_HOUSES = 8 };
struct kb_house {
    const struct kb_lexicon *lexicon;
    struct kb_str keys[KB_HOUSES]; /* tight keys of the names that the site goes by */
    size_t count;
    struct kb_str domain; /* the host, without "www." */
    bool japanese;        /* two short words of Han are one name */
};

void kb_house_add(struct kb_house *house, struct kb_arena *arena, struct kb_str name);

/* What a string says before it is split. */
struct kb_byline {
    struct kb_str raw, role, organization;
    bool marked;  /* markup says that it names an author: one word is enough */
    bool whole;   /* it is one person's name, as far as it can be */
    bool own;     /* and leads to the person's own site or profile */
    bool printed; /* it comes from the page's text, with what stands beside a byline */
};

/* Splits raw at commas, bars and the words of [and], takes byline words, jobs, places,
 * houses, agencies, addresses and dates away, and adds the persons that are left. */
void kb_people_split(struct kb_people *people, struct kb_arena *arena,
                     const struct kb_house *house, const struct kb_byline *byline);

/* Adds a person; one who is there already gets the role and organization that he
 * lacks. */
void kb_people_add(struct kb_people *people, struct kb_arena *arena,
                   const struct kb_author *author);

bool kb_people_has(const struct kb_people *people, struct kb_str key);

/* True for a first and a family name, or a name in a script without case. */
bool kb_person_is_full(const struct kb_person *person);

/* "JANE O'DOE" → "Jane O'Doe"; other names stay. */
struct kb_str kb_person_nice_case(struct kb_arena *arena, struct kb_str name);

/* Letters and digits after a name that say what its bearer has passed: "Ph.D.", "MD". */
bool kb_person_is_degree(struct kb_str part);

/* "Ann Lee", "MD" → "Ann Lee, MD"; both together have at most KB_PERSON_BYTES. */
enum { KB_PERSON_BYTES = 200 };
struct kb_str kb_person_with_degree(struct kb_arena *arena, struct kb_str name,
                                    struct kb_str degree);

/* s without the marks around it. */
struct kb_str kb_person_trim(struct kb_str s);

/* Takes "(…)" out: what stands in it is no part of a name. */
struct kb_str kb_person_outside_bracket(struct kb_str s, struct kb_str *inside);

/* "van", "de", "al": lower case inside a name. */
bool kb_person_is_particle(struct kb_str word);

/* "jdoe", "admin_2", "MixmasterFred": a login. */
bool kb_person_is_handle(struct kb_str s);

/* A login that is no word of a menu: "jdoe", "MixmasterFred", "Tide_7"; not "Home". */
bool kb_person_is_login(struct kb_str s);

/* One printed word that can be somebody's name: not "August" or "Tuesday", what is left
 * of a date, nor "GMT". */
bool kb_person_is_alone(const struct kb_lexicon *lexicon, struct kb_str word);

/* "admin": what systems write where nobody has entered a name. */
bool kb_person_is_default(struct kb_str word);

/* The address of a person's own site, or of a profile at a network: no page that an
 * outlet keeps of its staff. */
bool kb_person_owns(struct kb_str url);

/* The name of the reporter whom a dateline names; empty where it names none. */
struct kb_str kb_person_reporter(struct kb_str line);

/* ---- who it is in the end (byline.c) ----------------------------------------------- */

/* Fills result->meta.authors from the claims of the head and from what is printed around
 * the text (facts is NULL where the text was not looked at).  False when memory ends. */
bool kb_page_people(const struct kb_page_nodes *nodes, const struct kb_facts *facts,
                    const struct kb_choice_made *made, const struct kb_lexicon *lexicon,
                    struct kb_str url, struct kb_buf *text, struct kb_arena *arena,
                    struct kb_page_result *result);

/* The number of the first block with text inside an element, or count (parts.c). */
uint32_t kb_page_block_in(const struct kb_blocks *blocks, lxb_dom_node_t *element);

/* The text of an element with a bar between its elements; false where it is too long for
 * a byline. */
bool kb_page_element_parts(lxb_dom_node_t *element, struct kb_buf *line);

/* The same of a block, behind what line has. */
void kb_page_block_parts(const struct kb_blocks *blocks, uint32_t block,
                         struct kb_buf *line);

/* Who opened the thread at url, as the page marks members of a forum; empty where it does
 * not (poster.c). */
struct kb_str kb_page_poster(const struct kb_facts *facts,
                             const struct kb_choice_made *made, struct kb_str url,
                             struct kb_arena *arena);

/* The one person whom words at the text's end tell about; empty where there is none, or
 * more; text is scratch (bio.c). */
struct kb_str kb_page_bio(const struct kb_facts *facts, const struct kb_choice_made *made,
                          const struct kb_lexicon *lexicon, struct kb_buf *text,
                          struct kb_arena *arena);

/* The reporter whom the text's dateline names, on a page without any author: called when
 * the dateline is taken off.  False when memory ends. */
bool kb_page_people_lead(const struct kb_lexicon *lexicon, struct kb_arena *arena,
                         struct kb_page_result *result);

#endif
