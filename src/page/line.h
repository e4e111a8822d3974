/* page's inner header: the shapes of a line, whatever its language.
 *
 * Enter lines of at most a few hundred bytes of UTF-8; leave yes or no: is it a list of
 * names, an agency, a date, an address, does it end like a sentence.  What a word means
 * is asked of the lexicon elsewhere; here are upper case, digits, punctuation, and the
 * names of agencies and networks, which are the same in all languages. */
#ifndef KB_PAGE_LINE_H
#define KB_PAGE_LINE_H

#include "page/page.h"

/* How a word begins. */
enum kb_letter {
    KB_LETTER_NONE, /* no letter and no digit in it */
    KB_LETTER_UPPER,
    KB_LETTER_LOWER,
    KB_LETTER_PLAIN, /* of a script without case */
    KB_LETTER_DIGIT
};

enum kb_letter kb_page_letter(uint32_t c);

/* The class of the first letter or digit in s. */
enum kb_letter kb_page_first_letter(struct kb_str s);

/* True where s has two letters or more and none of them is lower case or without case. */
bool kb_page_all_upper(struct kb_str s);

/* s without white space, punctuation and symbols at its ends. */
struct kb_str kb_page_bare(struct kb_str s);

/* s without white space (any of Unicode's) at its ends. */
struct kb_str kb_page_trim(struct kb_str s);

/* The next word of *rest, up to white space or a comma or bar between names, with what
 * sticks to it; empty at the end. */
struct kb_str kb_page_word(struct kb_str *rest);

/* Words parted by white space, counted up to 64. */
size_t kb_page_words(struct kb_str s);

/* Columns: Han, kana and Hangul count two. */
size_t kb_page_columns(struct kb_str s);

/* The first character, 0 where there is none; s without it. */
uint32_t kb_page_first_char(struct kb_str s);
struct kb_str kb_page_behind_char(struct kb_str s);

bool kb_page_is_colon(uint32_t c);
bool kb_page_is_dash(uint32_t c); /* bars and arrows too */
bool kb_page_is_quote(uint32_t c);
bool kb_page_is_copyright(uint32_t c); /* © and ⓒ */

/* Cuts s behind a phrase: the phrase without its colon, the rest without the mark that
 * parts the two, and the mark (0 for none).  A phrase of the language files may want a
 * colon and then has it inside. */
uint32_t kb_page_cut_phrase(struct kb_str s, size_t prefix, struct kb_str *phrase,
                            struct kb_str *rest);

/* Ends with a full stop, question mark … of any script, closing quotes behind it or not.
 */
bool kb_page_ends_sentence(struct kb_str s);

/* Has a sentence's end with more text behind it. */
bool kb_page_has_sentences(struct kb_str s);

/* "1.2K", "12 rb", "3,4" at the head of s: how many bytes; 0 where there is no number. */
size_t kb_page_number_length(struct kb_str s);
bool kb_page_has_digit(struct kb_str s);

/* One address and nothing else. */
bool kb_page_is_url(struct kb_str s);

/* Two labels or more with dots between: "kompas.com".  No digits alone, no file names. */
bool kb_page_is_domain(struct kb_str s);

/* A news agency's name; photo where it sells pictures alone. */
bool kb_page_is_agency(const struct kb_lexicon *lexicon, struct kb_str s, bool *photo);

/* Agencies and, beside them, desks' and writers' short signs: "dpa/jdo", "AP, Reuters".
 */
bool kb_page_is_agencies(const struct kb_lexicon *lexicon, struct kb_str s, bool *photo);

/* A social network or a way to send a link. */
bool kb_page_is_network(const struct kb_lexicon *lexicon, struct kb_str s);

/* A list of names: each word begins upper case (or its script has no case), but for the
 * particles of names; at most max words, no digits, no sentence. */
bool kb_page_is_names(const struct kb_lexicon *lexicon, struct kb_str s, size_t max);

/* A date, a date with a time, and what goes with them: "Friday, 3 May 2025 | 10:20 WIB".
 */
bool kb_page_is_date(struct kb_str s, bool *has_time);

/* The same of any language and calendar, with a few signs around it (spoken_dates.c). */
bool kb_page_is_spoken_date(const struct kb_lexicon *lexicon, struct kb_str line);

/* The inside of the bracket at the end of s; *before is what stands in front of it. */
struct kb_str kb_page_last_bracket(struct kb_str s, struct kb_str *before);

/* "according to CCTV, TASS": names, or few words and no sentence. */
bool kb_page_is_credit(const struct kb_lexicon *lexicon, struct kb_str s);

/* Bytes of line in front of the photo credit that it ends with: 0 where it is nothing
 * else, line.n where it has none. */
size_t kb_page_photo_credit(const struct kb_lexicon *lexicon, struct kb_str line);

/* For a line "Hoai Phuong (according to CCTV, TASS)": the name before the bracket; empty
 * where the line is none. */
struct kb_str kb_page_credit_name(const struct kb_lexicon *lexicon, struct kb_str line);

/* A byline that no phrase of the language files says to be one: names with a mail
 * address, "di Jane Doe", "（记者 张三）", and at the end a name that shows by its letters. */
bool kb_page_is_signature(const struct kb_lexicon *lexicon, struct kb_str line, bool head,
                          bool last);

/* What agencies and newspapers write under a text to say that there is no more of it:
 * "(END)", "انتهای پیام", "（完）". */
bool kb_page_is_end_mark(struct kb_str line);

#endif
