/* Words as a reader compares them: what is one word however it is written. */
#include "lang/lang.h"
#include "unit.h"

#include <stdio.h>

/* The folded words of a text with a blank between them. */
static const char *folded(const char *text) {
    static char out[400];
    struct kb_str s = kb_str_z(text);
    struct kb_buf buf;
    struct kb_folded word;
    size_t pos = 0, n = 0, before = 0;
    kb_buf_init(&buf, 4096);
    out[0] = '\0';
    while (kb_fold_next(s, &pos, &buf, &word)) {
        CHECK(word.start >= before && word.end > word.start && word.end <= s.n);
        before = word.end;
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", n ? " " : "",
                              (int)word.n, buf.p + word.at);
    }
    CHECK(pos == s.n);
    kb_buf_free(&buf);
    return out;
}

#define FOLDS(text, want) CHECK_STR(kb_str_z(folded(text)), want)

static void latin(void) {
    FOLDS("The  Élysée, ELYSEE; élysée", "the elysee elysee elysee");
    FOLDS("E\xCC\x81lyse\xCC\x81"
          "e",
          "elysee"); /* marks of their own */
    FOLDS("Straße STRASSE", "strasse strasse");
    FOLDS("Łódź Ørsted Đà Nẵng İstanbul ısı", "lodz orsted da nang istanbul isi");
    FOLDS("l'AFP Reuters’s AT&T C++", "l afp reuters s at t c");
    FOLDS("covid-19 covid19 1,234", "covid 19 covid19 1 234");
    FOLDS("soft\xC2\xADhyphen zero\xE2\x80\x8Bwidth", "softhyphen zerowidth");
    FOLDS(" . … ", "");
    FOLDS("", "");
}

static void looks(void) {
    FOLDS("ＦＥＲＲＹ ９", "ferry 9");
    FOLDS("𝗙𝗲𝗿𝗿𝘆 𝟗", "ferry 9");
    FOLDS("ﬁre ﬃ", "fire ffi");
    FOLDS("٣٤ ۵ ९", "34 5 9");
}

static void other_scripts(void) {
    FOLDS("Ёлка ПАРОМ паро\xCC\x81м", "елка паром паром");
    FOLDS("йод", "йод");
    FOLDS("ΑΘΉΝΑ Ἀθήνα", "αθηνα αθηνα");
    FOLDS("كِتَابٌ كتاب ﻛﺘﺎﺏ", "کتاب کتاب کتاب");
    FOLDS("שָׁלוֹם שלום", "שלום שלום");
    FOLDS("हिन्दी", "हिन्दी"); /* vowel signs are letters */
}

static void without_spaces(void) {
    FOLDS("台風が", "台 風 が");
    FOLDS("バス パス", "バ ス パ ス");
    FOLDS("ﾊﾞｽ ﾊﾟｽ", "バ ス パ ス");
    FOLDS("ハ\xE3\x82\x99ス", "バ ス"); /* U+3099 */
    FOLDS("태풍이", "태 풍 이");
    FOLDS("NHK受信料2024年", "nhk 受 信 料 2024 年");
    FOLDS("เรือ", "เ ร ื อ");
}

static void no_room(void) {
    struct kb_buf buf;
    struct kb_folded word;
    size_t pos = 0, count = 0;
    kb_buf_init(&buf, 8);
    while (kb_fold_next(KB_STR("one two three four"), &pos, &buf, &word))
        count++;
    CHECK_INT(count, 2);
    CHECK(buf.status == KB_ELIMIT);
    kb_buf_free(&buf);
}

UNIT_MAIN(latin, looks, other_scripts, without_spaces, no_room)
