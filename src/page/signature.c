/* Signatures: a short line at a text's head or end enters, leaves whether somebody signs
 * the text with it though no word says so.
 *
 * "한지우 기자 jiwoo@news.example", "di Chiara Bonfanti", "（新华社记者 张三）", "Nguyễn Thảo
 * Vy".  Each needs a shape of its own besides the names, for places, headings and calls
 * are names too. */
#include "page/line.h"

#define BIT(phrase) (1u << KB_PHRASE_##phrase)

/* One address of mail, with the brackets and marks around it. */
static bool is_mail(struct kb_str word) {
    word = kb_page_bare(word);
    size_t at = kb_str_find_byte(word, '@');
    if (at == KB_NOT_FOUND || !at || at > 64)
        return false;
    struct kb_str domain = kb_str_slice(word, at + 1, word.n);
    size_t label = 0, dots = 0;
    for (size_t i = 0; i < domain.n; i++) {
        char c = domain.p[i];
        if (c == '.' ? !label : !kb_is_alpha(c) && !kb_is_digit(c) && c != '-')
            return false;
        dots += c == '.';
        label = c == '.' ? 0 : label + 1;
    }
    return dots && label >= 2;
}

/* Names and a mail address: without the address the line is a name, with the word for a
 * reporter or for mail at most.  "Tickets: info@…" is a part of the text. */
static bool is_with_mail(const struct kb_lexicon *lexicon, struct kb_str line) {
    char text[160];
    size_t n = 0, mails = 0;
    if (line.n >= sizeof text || kb_str_find_byte(line, '@') == KB_NOT_FOUND)
        return false;
    for (struct kb_str rest = line, word; (word = kb_page_word(&rest)).n;) {
        if (is_mail(word)) {
            mails++;
            continue;
        }
        if (kb_page_is_network(lexicon, kb_page_bare(word))) /* "Email:" */
            continue;
        memcpy(text + n, word.p, word.n);
        n += word.n;
        text[n++] = ' ';
    }
    if (mails != 1)
        return false;
    struct kb_str names = kb_page_bare((struct kb_str){text, n});
    if (!names.n)
        return false; /* an address alone may be whom to write to */
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, names);
    if (hits.begins & BIT(BYLINE))
        names = kb_page_bare(kb_str_slice(names, hits.prefix_bytes, names.n));
    else if (kb_str_find_byte((struct kb_str){text, n}, ':') != KB_NOT_FOUND)
        return false;
    enum kb_letter first = kb_page_first_letter(names);
    size_t words = kb_page_words(names);
    bool reporter = kb_str_ends(names, KB_STR("기자")) ||
                    kb_str_ends(names, KB_STR("記者")) ||
                    kb_str_ends(names, KB_STR("记者"));
    return (first == KB_LETTER_UPPER || first == KB_LETTER_PLAIN) &&
           (words >= 2 || reporter || (hits.begins & BIT(BYLINE))) && words <= 5 &&
           kb_page_is_names(lexicon, names, 5);
}

/* "di Chiara Bonfanti": a preposition that is too short and too common for the language
 * files, before two or three words that each begin upper case. */
static bool is_of_name(const struct kb_lexicon *lexicon, struct kb_str line) {
    struct kb_str rest = line, first = kb_page_word(&rest);
    rest = kb_page_trim(rest);
    if (!kb_str_equal_nocase(first, KB_STR("di")) && !kb_str_equal(first, KB_STR("de")))
        return false;
    size_t words = 0;
    if (kb_str_find_byte(line, ':') != KB_NOT_FOUND || kb_page_columns(line) > 40 ||
        !kb_page_is_names(lexicon, rest, 3))
        return false;
    for (struct kb_str word; (word = kb_page_word(&rest)).n; words++)
        if (kb_page_first_letter(word) != KB_LETTER_UPPER)
            return false;
    return words == 2 || (words == 3 && first.p[0] == 'd');
}

/* "（新华社记者 张三）": a bracket that names its reporters, and nothing else. */
static bool is_reporters(struct kb_str line) {
    static const char *const words[] = {"记者",   "記者", "通讯员",
                                        "通訊員", "编辑", "編輯"};
    struct kb_str before, in = kb_page_last_bracket(line, &before);
    if (!in.n || before.n || kb_page_columns(in) > 60 || kb_page_has_sentences(in) ||
        kb_str_find(in, KB_STR("，")) != KB_NOT_FOUND ||
        kb_page_first_letter(in) != KB_LETTER_PLAIN)
        return false;
    for (size_t i = 0; i < KB_COUNT(words); i++) {
        size_t at = kb_str_find(in, kb_str_z(words[i]));
        if (at != KB_NOT_FOUND && kb_page_columns(kb_str_slice(in, 0, at)) <= 16)
            return true;
    }
    return false;
}

/* Three to five words that all begin upper case, with letters that Vietnamese alone has:
 * that language writes nothing else than names so. */
static bool is_vietnamese_name(struct kb_str line) {
    size_t words = 0, len;
    bool mark = false;
    for (size_t i = 0; i < line.n; i += len) {
        uint32_t c = kb_utf8_next(line.p + i, line.p + line.n, &len);
        mark |= (c >= 0x1EA0 && c <= 0x1EF9) || c == 0x1A0 || c == 0x1A1 || c == 0x1AF ||
                c == 0x1B0;
        if (c < 0x80 && !kb_is_alpha((char)c) && c != ' ')
            return false;
    }
    if (!mark || kb_page_columns(line) > 32 || kb_page_all_upper(line))
        return false;
    for (struct kb_str rest = line, word; (word = kb_page_word(&rest)).n; words++)
        if (kb_page_first_letter(word) != KB_LETTER_UPPER)
            return false;
    return words >= 3 && words <= 5; /* two may be a town */
}

bool kb_page_is_signature(const struct kb_lexicon *lexicon, struct kb_str line, bool head,
                          bool last) {
    if (line.n > 160)
        return false;
    return is_with_mail(lexicon, line) || (head && is_of_name(lexicon, line)) ||
           is_reporters(line) || (last && is_vietnamese_name(line));
}

bool kb_page_is_end_mark(struct kb_str line) {
    static const char *const marks[] = {
        "انتهای پیام", "پایان پیام", "(end)",  "- ends -", "-ends-", "ENDS", "ends/",
        "###",         "# # #",      "-30-",   "- 30 -",   "（完）", "(完)", "【完】",
        "（本文完）",  "（終わり）", "（了）", "(끝)",     "<끝>",   "■",    "□",
    };
    if (line.n > 60)
        return false;
    while (line.n && line.p[0] == '/')
        line = kb_str_slice(line, 1, line.n);
    for (size_t i = 0; i < KB_COUNT(marks); i++) {
        struct kb_str mark = kb_str_z(marks[i]);
        bool upper = marks[i][0] == 'E'; /* "ends" in small letters is a word */
        if (upper ? !kb_str_starts(line, mark) : !kb_str_starts_nocase(line, mark))
            continue;
        /* a number or a writer's sign may follow a stroke */
        struct kb_str rest = kb_page_trim(kb_str_slice(line, mark.n, line.n));
        if (!rest.n || rest.p[0] == '/')
            return true;
    }
    return false;
}
