/* Encodings: bytes with a label must become valid UTF-8; and the language of what they
 * became must be a sane tag. */
#include "fuzz.h"
#include "lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const labels[] = {
        "",           "utf-8",          "windows-1252", "utf-16le",
        "utf-16be",   "gb18030",        "big5",         "euc-jp",
        "shift_jis",  "euc-kr",         "koi8-r",       "iso-2022-jp",
        "hz-gb-2312", "x-user-defined", "none-such",    "windows-1250"};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    char type[64] = "text/html; charset=";
    memcpy(type + strlen(type), labels[option & 15], strlen(labels[option & 15]) + 1);
    struct kb_str content_type = option & 16 ? KB_STR_NONE : kb_str_z(type);
    struct kb_decoded decoded = {0};
    struct kb_err err = {0};
    struct kb_buf scratch;
    struct kb_text_language language;
    kb_buf_init(&scratch, (size_t)64 << 20);
    enum kb_status status = kb_lang_decode(bytes, content_type, &scratch, &decoded, &err);
    if (status != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_utf8_valid_prefix(decoded.text) != decoded.text.n)
        kb_fuzz_fail("the decoded text is not valid UTF-8");
    if (!decoded.encoding || !decoded.encoding[0])
        kb_fuzz_fail("the encoding has no name");
    (void)kb_lang_looks_binary(bytes);
    kb_lang_detect(decoded.text, kb_str_cut(decoded.text, 12), &language);
    kb_lang_reconcile(kb_str_cut(decoded.text, 20), decoded.text, &language);
    if (memchr(language.tag, 0, sizeof language.tag) == NULL ||
        !(language.confidence >= 0 && language.confidence <= 1))
        kb_fuzz_fail("the language is no language");
    (void)kb_lang_direction(kb_str_z(language.tag));
    kb_buf_free(&scratch);
    return 0;
}
