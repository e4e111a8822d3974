/* lang: bytes → UTF-8; the language of a text; what the languages' data files say.
 *
 * May include base alone. */
#ifndef KB_LANG_H
#define KB_LANG_H

#include "base/base.h"

/* ---- bytes → UTF-8 (WHATWG Encoding Standard) -------------------------------------- */

struct kb_decoded {
    struct kb_str text;   /* valid UTF-8, no BOM: the input itself where it already was */
    const char *encoding; /* the WHATWG name that was used, static storage */
    bool declared_wrong;  /* HTTP or meta named an encoding that the bytes are not in */
    bool replaced;        /* invalid sequences became U+FFFD */
};

/* Decides the encoding in this order: BOM, Content-Type's charset, <meta> in the first
 * 1,024 bytes (XML declaration too), UTF-8 if the bytes are valid UTF-8, uchardet.  A
 * declaration is overruled where the bytes prove it wrong: valid UTF-8 with non-ASCII
 * characters is UTF-8 whatever is declared; declared UTF-8 that is mostly invalid
 * goes to the detector.  scratch holds the decoded text where one has to be made; it is
 * cleared first and bounded by its own max. */
enum kb_status kb_lang_decode(struct kb_str bytes, struct kb_str content_type,
                              struct kb_buf *scratch, struct kb_decoded *out,
                              struct kb_err *err) KB_MUST_USE;

/* True where the first bytes are no text: a picture, PDF, archive, or many control bytes.
 * UTF-16 and UTF-32 with BOM are text. */
bool kb_lang_looks_binary(struct kb_str bytes);

/* ---- language of a text ------------------------------------------------------------ */

struct kb_text_language {
    char tag[16];     /* BCP 47: "id", "zh-Hant", "pt-BR" as declared; "" for unknown */
    float confidence; /* 0 to 1 */
};

/* Detects by CLD2 (best effort).  hint (a BCP 47 tag, may be empty) decides between close
 * languages: Indonesian and Malay, the Serbo-Croatian family, Norwegian and Danish.  At
 * most KB_LIMIT_DETECT_BYTES of text are looked at.  Thread-safe. */
void kb_lang_detect(struct kb_str text, struct kb_str hint, struct kb_text_language *out);

/* Reconciles a declared tag (html lang, og:locale, HTTP) with the text's: the declared
 * one stands unless the text is plainly in another language.  Either may be empty. */
void kb_lang_reconcile(struct kb_str declared, struct kb_str text,
                       struct kb_text_language *out);

/* "rtl" for languages that are written from right to left, else "ltr". */
const char *kb_lang_direction(struct kb_str tag);

/* The language subtag in small letters, two or three of them, NUL-terminated ("zh" of
 * "zho-CN"); "" where tag is none. */
void kb_lang_primary(struct kb_str tag, char out[4]);

/* ---- words across languages -------------------------------------------------------- */

/* Latin letters that sound like c, in small letters, at most seven (assets/letters); ""
 * where there are none and for ASCII.  Static storage. */
const char *kb_letters(uint32_t c);

/* The consonants of a word in small Latin letters, in eight classes and without doubles,
 * at most room of them; returns how many.  "putin", "poutine" → "ptn". */
size_t kb_skeleton(struct kb_str latin, char *out, size_t room);

/* Stemmers of many languages, made when they are first needed; one thread at a time. */
struct kb_stems;

enum kb_status kb_stems_new(struct kb_stems **out, struct kb_err *err) KB_MUST_USE;
void kb_stems_free(struct kb_stems *stems);

/* The stem of a word in small letters; language as kb_lang_primary gives it.  Lives until
 * the next call, or is a slice of word, as its first letters are where the language has
 * no stemmer.  kb_stem_known gives the whole word there.  hash is kb_hash of the word by
 * the seed 0; kb_stem_expect fetches from memory what is known of a word that comes
 * next. */
struct kb_str kb_stem(struct kb_stems *stems, struct kb_str language, struct kb_str word,
                      uint64_t hash);
void kb_stem_expect(struct kb_stems *stems, struct kb_str language, uint64_t hash);
struct kb_str kb_stem_known(struct kb_stems *stems, struct kb_str language,
                            struct kb_str word);

/* ---- words as a reader compares them ----------------------------------------------- */

enum { KB_FOLD_BYTES = 64 };

/* c without case, accent and width, in UTF-8: "É" → "e", "ß" → "ss", "Ａ" → "a", "٣" →
 * "3".  Returns its bytes: 0 for an accent or a joiner that stands by itself. */
size_t kb_fold_char(uint32_t c, char out[KB_FOLD_BYTES]);

struct kb_folded {
    size_t start, end; /* in the text */
    size_t at, n;      /* folded, in the buffer */
    uint32_t hash;     /* of the folded bytes */
};

/* The next word at or behind *pos, its folded bytes added to out; *pos goes behind it.
 * Words are runs of letters and digits; of scripts that write without spaces, and of
 * Hangul, each character is a word.  False where none is left or out is full. */
bool kb_fold_next(struct kb_str text, size_t *pos, struct kb_buf *out,
                  struct kb_folded *word);

/* ---- what can be searched of a text (pieces.c) ------------------------------------- */

enum kb_piece_kind {
    KB_PIECE_WORD,
    KB_PIECE_NUMBER, /* begins with a digit: "2026", "1234.5", "5g" */
    KB_PIECE_PAIR,   /* two neighbours in a script without spaces, or in Hangul */
    KB_PIECE_LAST    /* the last character of such a run, alone */
};

struct kb_piece {
    enum kb_piece_kind kind;
    bool plain;          /* of ASCII alone; where that is false it may be so too */
    size_t start, end;   /* in the text */
    struct kb_str small; /* in small letters, composed; lives until the next one is read.
                          * Of numbers the digits alone, as ASCII */
};

/* Set to {.text = …} it stands at the text's beginning. */
struct kb_pieces {
    struct kb_str text;
    size_t at;
    bool turkic; /* the small letter of I is ı */
    char bytes[KB_LIMIT_TOKEN_BYTES];
};

bool kb_pieces_next(struct kb_pieces *pieces, struct kb_piece *out);

/* A word in small letters (or its stem) without accents, as it is looked for; returns its
 * bytes. */
size_t kb_pieces_fold(struct kb_str small, char out[KB_LIMIT_TOKEN_BYTES]);

/* True where its marks make another word of it: letters that Vietnamese alone has. */
bool kb_pieces_marks_matter(struct kb_str small);

/* The folded words of a name with a space before, between and behind them. */
void kb_pieces_words(struct kb_str text, struct kb_buf *out);

/* The number at `at`, where a digit stands: its digits as ASCII without what parts
 * thousands, and a point for a fraction's sign; returns its end. */
size_t kb_number_read(struct kb_str s, size_t at, char *digits, size_t room, size_t *n);

/* ---- language data (assets/lang, one file a language) ------------------------------ */

/* What a phrase of the data files is a sign of.  The names are the keys of the files. */
#define KB_PHRASE_LIST(X)                                                                \
    X(KB_PHRASE_READ_ALSO, "read_also")       /* "Read also:", "Baca juga" */            \
    X(KB_PHRASE_SHARE, "share")               /* "Share this article" */                 \
    X(KB_PHRASE_COMMENTS, "comments")         /* "Comments (0)", "Leave a comment" */    \
    X(KB_PHRASE_COUNTER, "counter")           /* "1,234 views", "Dilihat 12 kali" */     \
    X(KB_PHRASE_NEWSLETTER, "newsletter")     /* "Sign up for our newsletter" */         \
    X(KB_PHRASE_SUBSCRIBE, "subscribe")       /* "Subscribe to read on" */               \
    X(KB_PHRASE_AD, "ad")                     /* "Advertisement" */                      \
    X(KB_PHRASE_COOKIES, "cookies")           /* "We use cookies" */                     \
    X(KB_PHRASE_ERROR_PAGE, "error_page")     /* "Page not found" */                     \
    X(KB_PHRASE_BYLINE, "byline")             /* "By", "Oleh", "Von" */                  \
    X(KB_PHRASE_PHOTO, "photo")               /* "Photo:", "Foto:" */                    \
    X(KB_PHRASE_SOURCE, "source")             /* "Source:", "Sumber:" */                 \
    X(KB_PHRASE_CREDIT, "credit")             /* "according to", "menurut" */            \
    X(KB_PHRASE_ABOUT_AUTHOR, "about_author") /* "About the author" */                   \
    X(KB_PHRASE_UPDATED, "updated")           /* "Last updated" */                       \
    X(KB_PHRASE_TRANSLATED, "translated")     /* "This is a machine translation" */      \
    X(KB_PHRASE_RIGHTS, "rights")             /* "All rights reserved" */

enum kb_phrase {
#define X(code, name) code,
    KB_PHRASE_LIST(X)
#undef X
        KB_PHRASE_COUNT
};

/* What a word that stands in a byline beside a person's name, or in its place, is.  No
 * signs of debris.  The names are the keys of the files. */
#define KB_WORD_KIND_LIST(X)                                                             \
    X(KB_WORD_JOB, "job")           /* "reporter", "Korrespondentin" */                  \
    X(KB_WORD_NEWSROOM, "newsroom") /* "staff", "Redaktion": it names nobody */          \
    X(KB_WORD_AND, "and")           /* joins two names */                                \
    X(KB_WORD_BY, "by")             /* before a name: "von", "di", "text:" */            \
    X(KB_WORD_EDITOR, "editor")     /* "edited by", "Redaktur:" */                       \
    X(KB_WORD_TRANSLATOR, "translator")                                                  \
    X(KB_WORD_PHOTOGRAPHER, "photographer")                                              \
    X(KB_WORD_CONTRIBUTOR, "contributor")

enum kb_word_kind {
#define X(code, name) code,
    KB_WORD_KIND_LIST(X)
#undef X
        KB_WORD_KIND_COUNT
};

/* What the words of a source section say of the name that stands beside them.  The names
 * are the keys of the files. */
#define KB_SOURCE_WORD_LIST(X)                                                           \
    X(KB_SOURCE_QUOTED, "quoted")                   /* "told …", "… reported" */     \
    X(KB_SOURCE_CREDITED, "credited")               /* "with reporting by …" */        \
    X(KB_SOURCE_COMPILED, "compiled")               /* "compiled from …" */            \
    X(KB_SOURCE_REPUBLISHED, "republished")         /* "first published in …" */       \
    X(KB_SOURCE_TRANSLATED_FROM, "translated_from") /* "translated from …" */          \
    X(KB_SOURCE_TRANSLATED_BY, "translated_by")     /* "translated by …" */            \
    X(KB_SOURCE_MEDIUM, "medium")                   /* "the newspaper" beside a name */  \
    X(KB_SOURCE_AGENCIES, "agencies")               /* agencies without their names */   \
    X(KB_SOURCE_PRESS_RELEASE, "press_release")     /* "press release" */

enum kb_source_word {
#define X(code, name) code,
    KB_SOURCE_WORD_LIST(X)
#undef X
        KB_SOURCE_WORD_COUNT
};

/* What all language files say, and the names of the media. */
struct kb_lexicon;

/* Loads every *.lang file of dir/lang, or of dir where that has no lang, or the built-in
 * ones where dir is NULL.  docs/languages.md tells the format.  Errors name file and
 * line.  Freed with kb_lexicon_free. */
enum kb_status kb_lexicon_new(const char *dir, struct kb_lexicon **out,
                              struct kb_err *err) KB_MUST_USE;
void kb_lexicon_free(struct kb_lexicon *lexicon);

/* Bits of the phrases (1u << KB_PHRASE_…) that line begins with (after case folding,
 * at a word's end), and that it consists of but for digits and punctuation.  All
 * languages are looked at at once: pages mix them.  A phrase that is written with a colon
 * ("source:") needs one in the line, one with a full stop ("related.") the whole line.
 * prefix_bytes is how far into line the longest phrase reaches, with its colon if it has
 * one.  Cost: a hash look-up for each word that the line shares with a phrase. */
struct kb_phrase_hits {
    uint32_t begins, whole;
    size_t prefix_bytes;
};
struct kb_phrase_hits kb_lexicon_match(const struct kb_lexicon *lexicon,
                                       struct kb_str line);

/* Bits of the phrases that occur anywhere in line, at word boundaries. */
uint32_t kb_lexicon_contains(const struct kb_lexicon *lexicon, struct kb_str line);

/* The same for phrases of cookies alone, which long texts are asked for. */
bool kb_lexicon_says_cookies(const struct kb_lexicon *lexicon, struct kb_str line);

/* The longest words about names that begin at pos, where a word begins, of the kinds
 * asked for (bits 1u << KB_WORD_…): its kinds, and where it ends.  0 and *end == pos
 * where there is none. */
uint32_t kb_lexicon_words(const struct kb_lexicon *lexicon, struct kb_str line,
                          size_t pos, uint32_t kinds, size_t *end);

/* ---- source words: what is said of the name beside them ---------------------------- */

/* A phrase of the source sections as it stands in a text. */
struct kb_source_phrase {
    enum kb_source_word word;
    bool name_behind; /* "told …"; not "… reported" */
    size_t end;       /* in the text */
};

enum { KB_SOURCE_PHRASES_AT = 12 };

/* The phrases that begin at pos, where a word begins, the longest last. */
size_t kb_source_phrases_at(const struct kb_lexicon *lexicon, struct kb_str text,
                            size_t pos,
                            struct kb_source_phrase found[KB_SOURCE_PHRASES_AT]);

/* The same where one of that word's sort is wanted alone: of most places told at once
 * that none begins there, whatever else does. */
size_t kb_source_phrases_of(const struct kb_lexicon *lexicon, struct kb_str text,
                            size_t pos, enum kb_source_word word,
                            struct kb_source_phrase found[KB_SOURCE_PHRASES_AT]);

/* The first place at or behind from where a phrase of that word begins; text.n where none
 * is left. */
size_t kb_source_word_next(const struct kb_lexicon *lexicon, struct kb_str text,
                           size_t from, enum kb_source_word word);

/* ---- names of agencies and outlets (assets/names) ---------------------------------- */

#define KB_NAME_KIND_LIST(X)                                                             \
    X(KB_NAME_WIRE, "wire")   /* a news agency */                                        \
    X(KB_NAME_PHOTO, "photo") /* sells pictures */                                       \
    X(KB_NAME_NEWSPAPER, "newspaper")                                                    \
    X(KB_NAME_MAGAZINE, "magazine")                                                      \
    X(KB_NAME_BROADCASTER, "broadcaster")                                                \
    X(KB_NAME_PORTAL, "portal")                                                          \
    X(KB_NAME_RADIO, "radio")                                                            \
    X(KB_NAME_SOCIAL, "social")   /* a network */                                        \
    X(KB_NAME_RELEASE, "release") /* distributes press releases */

enum kb_name_kind {
#define X(code, name) code,
    KB_NAME_KIND_LIST(X)
#undef X
        KB_NAME_KIND_COUNT
};

struct kb_name {
    struct kb_str name;    /* as the outlet's own language writes it */
    struct kb_str domains; /* with spaces between them; may be empty */
    char country[3];       /* ISO 3166, "" where it has none */
    enum kb_name_kind kind;
};

/* A name as it stands in a text: [start, end), without endings and clitics' marks. */
struct kb_name_hit {
    const struct kb_name *name;
    size_t start, end;
    bool ordinary;  /* also an ordinary word or initials: it needs a strong credit */
    bool inflected; /* it stands there with an ending or a clitic */
};

/* The name that begins at pos, where a word begins: the longest; of several with the same
 * letters that of country (may be "").  False where none does. */
bool kb_name_at(const struct kb_lexicon *lexicon, struct kb_str text, size_t pos,
                const char *country, struct kb_name_hit *hit);

/* The same of a word [pos, end) that may have an article before it: "l'AFP". */
bool kb_name_in_word(const struct kb_lexicon *lexicon, struct kb_str text, size_t pos,
                     size_t end, const char *country, struct kb_name_hit *hit);

/* The first name in text at or behind from. */
bool kb_name_next(const struct kb_lexicon *lexicon, struct kb_str text, size_t from,
                  const char *country, struct kb_name_hit *hit);

/* The outlet or agency that a host ("www.apnews.com") belongs to, or NULL. */
const struct kb_name *kb_name_by_host(const struct kb_lexicon *lexicon,
                                      struct kb_str host);

/* The end of the word that begins at pos, and the beginning of the next one. */
size_t kb_text_word_end(struct kb_str text, size_t pos);
size_t kb_text_next_word(struct kb_str text, size_t pos);

/* ---- words of the calendar (assets/lang: [months], [weekdays] and their like) ------ */

enum kb_time_word {
    KB_TIME_NONE,
    KB_TIME_MONTH, /* value: 1 to 12 */
    KB_TIME_PERSIAN_MONTH,
    KB_TIME_ISLAMIC_MONTH,
    KB_TIME_WEEKDAY, /* 1 is Monday */
    KB_TIME_HALF,    /* of the day: 0 before noon, 1 after */
    KB_TIME_AGO,     /* "0 hours ago": the unit in seconds */
    KB_TIME_ERA,     /* the Gregorian year of its year 1 */
    KB_TIME_CHANGED  /* "updated" */
};

struct kb_time_name {
    enum kb_time_word word;
    int value;
    size_t end; /* in the line */
};

enum kb_date_order { KB_DATE_DMY, KB_DATE_MDY, KB_DATE_YMD };

/* The longest name that begins at pos of s, where a word begins.  Of names that several
 * languages have for different things language's goes first, then English; short ones of
 * other languages are not taken. */
bool kb_calendar_at(const struct kb_lexicon *lexicon, struct kb_str s, size_t pos,
                    unsigned language, struct kb_time_name *out);

/* The same where no language is known: the longest name of the kinds asked for (bits
 * 1u << KB_TIME_…) in English, else in whatever language.  Not taken are names that
 * languages have for different things of these kinds. */
bool kb_calendar_any(const struct kb_lexicon *lexicon, struct kb_str s, size_t pos,
                     uint32_t kinds, struct kb_time_name *out);

/* The number that a BCP 47 tag's language has in the calendar; 0 where no file has it. */
unsigned kb_calendar_language(const struct kb_lexicon *lexicon, struct kb_str tag);

/* In which order a language writes the numbers of a date; region ("GB") may be empty. */
enum kb_date_order kb_calendar_order(const struct kb_lexicon *lexicon, unsigned language,
                                     struct kb_str region);

/* Whether the language's file has words of that kind. */
bool kb_calendar_has(const struct kb_lexicon *lexicon, unsigned language,
                     enum kb_time_word word);

/* A decimal digit's value in any script that is read, or -1. */
int kb_digit_value(uint32_t c);

#endif
