/* CLD2, when the first text comes whose language is to be told; the large tables go
 * before those that it has itself, as they do where the linker loads both. */
#include <cstdio> // CLD2's header names FILE

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "late.h"

KB_LATE_NOTE(cld2, KB_LATE_CLD2, "tells languages apart")
#ifdef KB_LATE_CLD2_FULL
KB_LATE_NOTE(cld2_full, KB_LATE_CLD2_FULL, "tells 160 languages apart")
#endif

/* C++ names by the Itanium ABI, which all have where libraries are loaded so. */
#define DETECT                                                                           \
    "_ZN4CLD233ExtDetectLanguageSummaryCheckUTF8EPKcibPKNS_8CLDHintsEiPNS_8LanguageEPiP" \
    "dPSt6vectorINS_11ResultChunkESaISA_EES7_PbS7_"
#define CODE "_ZN4CLD212LanguageCodeENS_8LanguageE"

static void load_tables() {
#ifdef KB_LATE_CLD2_FULL
    kb_late_load(KB_LATE_CLD2_FULL);
#endif
}

CLD2::Language CLD2::ExtDetectLanguageSummaryCheckUTF8(
    const char *text, int n, bool plain, const CLD2::CLDHints *hints, int flags,
    CLD2::Language *languages, int *percents, double *scores,
    CLD2::ResultChunkVector *chunks, int *text_bytes, bool *reliable, int *valid) {
    static bool loaded;
    CLD2::Language (*function)(const char *, int, bool, const CLD2::CLDHints *, int,
                               CLD2::Language *, int *, double *,
                               CLD2::ResultChunkVector *, int *, bool *, int *);
    if (!__atomic_load_n(&loaded, __ATOMIC_ACQUIRE)) {
        load_tables();
        __atomic_store_n(&loaded, true, __ATOMIC_RELEASE);
    }
    KB_LATE_FUNCTION(KB_LATE_CLD2, DETECT)
    return function(text, n, plain, hints, flags, languages, percents, scores, chunks,
                    text_bytes, reliable, valid);
}

const char *CLD2::LanguageCode(CLD2::Language language) {
    const char *(*function)(CLD2::Language);
    KB_LATE_FUNCTION(KB_LATE_CLD2, CODE)
    return function(language);
}
