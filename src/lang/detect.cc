/* Plain text enters, CLD2's answer leaves; nothing C++ gets past this file.
 *
 * Best effort is asked for because a headline's guess is better than none: the callers
 * weigh it by `reliable` and the bytes that were seen. */
#include "lang/cld2.h"

#include <cstdio> // CLD2's header names FILE

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

extern "C" void kb_cld2_detect(const char *text, size_t n, struct kb_cld2 *out) {
    *out = kb_cld2{"", 0, 0, false};
    try {
        CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                                CLD2::UNKNOWN_LANGUAGE};
        CLD2::Language languages[3];
        int percents[3], text_bytes = 0, valid = 0;
        double scores[3];
        bool reliable = false;
        CLD2::Language best = CLD2::ExtDetectLanguageSummaryCheckUTF8(
            text, static_cast<int>(n), true, &hints, CLD2::kCLDFlagBestEffort, languages,
            percents, scores, nullptr, &text_bytes, &reliable, &valid);
        if (best == CLD2::UNKNOWN_LANGUAGE || valid < static_cast<int>(n))
            return;
        const char *code = CLD2::LanguageCode(best);
        if (!code || (code[0] == 'u' && code[1] == 'n') ||
            (code[0] == 'x' && code[2] == '-'))
            return;
        int percent = best == languages[0] ? percents[0] : percents[1];
        *out = kb_cld2{code, percent, text_bytes, reliable};
    } catch (...) {
    }
}
