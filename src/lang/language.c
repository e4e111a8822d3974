/* A text, or what a page declares, enters; a language tag leaves.
 *
 * CLD2 tells languages apart by their letters' sequences (tables of four letters, single
 * characters for Han).  It cannot tell what no letters tell: Indonesian from Malay, the
 * Serbo-Croatian standards, Norwegian from Danish in a short text.  There the page's own
 * word decides; anywhere else the text wins, because a template's lang="en" outlives its
 * translation.  Tags: BCP 47 (RFC 5646), language, script and region alone. */
#include "lang/cld2.h"
#include "lang/lang.h"

/* Enough letters to contradict a declaration. */
#define PLAIN_TEXT_BYTES 150

/* What CLD2 is shown at first. */
#define FIRST_BYTES 480

/* ---- tags -------------------------------------------------------------------------- */

/* ISO 639-1, two letters each. */
static const char known_codes[] =
    "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscachcocrcscucvcydadedvdzeeeleneoeset"
    "eufafffi"
    "fjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknko"
    "krkskukvkw"
    "kylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplps"
    "ptqurmrnro"
    "rurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevi"
    "vowawoxhyi"
    "yozazhzush";

/* What pages write and what is meant: withdrawn codes, three letters where two are right,
 * a country instead of its language. */
static const char *const renamed[][2] = {
    {"in", "id"},      {"iw", "he"},      {"ji", "yi"},     {"jw", "jv"},  {"mo", "ro"},
    {"cn", "zh"},      {"jp", "ja"},      {"ua", "uk"},     {"cz", "cs"},  {"dk", "da"},
    {"gr", "el"},      {"vn", "vi"},      {"eng", "en"},    {"deu", "de"}, {"ger", "de"},
    {"fra", "fr"},     {"fre", "fr"},     {"spa", "es"},    {"ita", "it"}, {"por", "pt"},
    {"rus", "ru"},     {"zho", "zh"},     {"chi", "zh"},    {"jpn", "ja"}, {"kor", "ko"},
    {"ara", "ar"},     {"vie", "vi"},     {"ind", "id"},    {"tur", "tr"}, {"pol", "pl"},
    {"nld", "nl"},     {"dut", "nl"},     {"ukr", "uk"},    {"fas", "fa"}, {"per", "fa"},
    {"heb", "he"},     {"hin", "hi"},     {"tha", "th"},    {"msa", "ms"}, {"may", "ms"},
    {"swe", "sv"},     {"dan", "da"},     {"nor", "no"},    {"fin", "fi"}, {"ell", "el"},
    {"gre", "el"},     {"ces", "cs"},     {"cze", "cs"},    {"hun", "hu"}, {"ron", "ro"},
    {"rum", "ro"},     {"bul", "bg"},     {"hrv", "hr"},    {"srp", "sr"}, {"zlm", "ms"},
    {"english", "en"}, {"deutsch", "de"}, {"arabic", "ar"},
};

static bool is_letters(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!kb_is_alpha(s.p[i]))
            return false;
    return s.n > 0;
}

/* The language subtag in lower case, 2 or 3 letters; false where it is none. */
static bool primary_of(struct kb_str s, char out[4]) {
    for (size_t i = 0; i < KB_COUNT(renamed); i++)
        if (kb_str_equal_nocase(s, kb_str_z(renamed[i][0])))
            s = kb_str_z(renamed[i][1]);
    if (!is_letters(s) || s.n < 2 || s.n > 3)
        return false;
    out[0] = kb_lower(s.p[0]);
    out[1] = kb_lower(s.p[1]);
    out[2] = '\0';
    if (s.n == 3)
        out[2] = kb_lower(s.p[2]);
    out[3] = '\0';
    if (s.n == 3)
        return strcmp(out, "und") && strcmp(out, "mul") && strcmp(out, "zxx") &&
               strcmp(out, "mis") && strcmp(out, "xxx");
    for (size_t i = 0; known_codes[i]; i += 2)
        if (known_codes[i] == out[0] && known_codes[i + 1] == out[1])
            return true;
    return false;
}

static struct kb_str next_subtag(struct kb_str *rest) {
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '-' && rest->p[n] != '_')
        n++;
    struct kb_str subtag = {rest->p, n};
    *rest = kb_str_slice(*rest, n + 1, rest->n);
    return subtag;
}

/* "en_us", "EN-us,fr", "in-ID.UTF-8" → "en-US", "en-US", "id-ID"; "" where it is no
 * tag. */
static void normalise(struct kb_str declared, char out[16]) {
    struct kb_str s = kb_str_trim(declared);
    size_t n = 0;
    out[0] = '\0';
    while (n < s.n &&
           (kb_is_alpha(s.p[n]) || kb_is_digit(s.p[n]) || s.p[n] == '-' || s.p[n] == '_'))
        n++;
    s.n = n;
    char primary[4];
    if (!primary_of(next_subtag(&s), primary))
        return;
    size_t at = strlen(primary);
    memcpy(out, primary, at + 1);
    bool script = false;
    while (s.n) {
        struct kb_str sub = next_subtag(&s);
        if (sub.n == 1)
            break; /* an extension or private use */
        if (sub.n == 4 && is_letters(sub) && !script) {
            out[at++] = '-';
            for (size_t i = 0; i < 4; i++)
                out[at++] = (char)(i ? kb_lower(sub.p[i]) : kb_lower(sub.p[i]) & ~0x20);
            script = true;
        } else if (sub.n == 2 && is_letters(sub)) {
            bool uk = kb_str_equal_nocase(sub, KB_STR("uk")) && !strcmp(primary, "en");
            out[at++] = '-';
            out[at++] = uk ? 'G' : (char)(kb_lower(sub.p[0]) & ~0x20);
            out[at++] = uk ? 'B' : (char)(kb_lower(sub.p[1]) & ~0x20);
            break;
        } else if (sub.n == 3 && kb_is_digit(sub.p[0]) && kb_is_digit(sub.p[1]) &&
                   kb_is_digit(sub.p[2])) {
            out[at++] = '-';
            memcpy(out + at, sub.p, 3);
            at += 3;
            break;
        }
    }
    out[at] = '\0';
}

static struct kb_str primary(const char *tag) {
    return (struct kb_str){tag, strcspn(tag, "-")};
}

static bool same_primary(const char *a, const char *b) {
    return kb_str_equal(primary(a), primary(b));
}

/* ---- languages that letters do not part -------------------------------------------- */

static const char *const groups[][6] = {
    {"id", "ms"},
    {"hr", "bs", "sr", "sh", "cnr"},
    {"no", "nb", "nn", "da"},
    {"zh", "yue"},
    {"zu", "xh", "nr", "ss"},
    {"tl", "fil"},
    {"cs", "sk"},
    {"fa", "prs"},
    {"ro", "mo"},
    {"es", "gl", "ast"},
    {"rw", "rn"},
};

static int group_of(const char *tag) {
    for (size_t g = 0; g < KB_COUNT(groups); g++)
        for (size_t i = 0; i < KB_COUNT(groups[g]) && groups[g][i]; i++)
            if (same_primary(tag, groups[g][i]))
                return (int)g;
    return -1;
}

/* In a group the hint decides, but not where CLD2 is sure of a language that it knows
 * well, and not across alphabets (a Cyrillic text is not Croatian). */
static bool hint_decides(const char *hint, const char *tag, const struct kb_cld2 *cld,
                         bool cyrillic) {
    int group = group_of(tag);
    if (group < 0 || group != group_of(hint))
        return false;
    if (cyrillic)
        return same_primary(hint, "sr");
    bool parted =
        group == group_of("cs") || group == group_of("es") || group == group_of("zu");
    return !parted || !cld->reliable || cld->text_bytes < PLAIN_TEXT_BYTES;
}

/* ---- the detector ------------------------------------------------------------------ */

/* CLD2 refuses control characters and non-characters: they become spaces. */
static size_t clean(struct kb_str text, char *out, bool *cyrillic) {
    const char *p = text.p, *end = text.p + text.n;
    size_t n = 0, cyrillic_count = 0, latin = 0;
    while (p < end) {
        size_t len;
        if ((unsigned char)*p < 0x80) {
            bool odd =
                ((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7F;
            latin += kb_is_alpha(*p);
            out[n++] = odd ? ' ' : *p;
            p++;
            continue;
        }
        uint32_t c = kb_utf8_next(p, end, &len);
        cyrillic_count += c >= 0x400 && c < 0x530;
        if (c < 0xA0 || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF) ||
            (c == KB_REPLACEMENT && len == 1)) {
            out[n++] = ' ';
        } else {
            memcpy(out + n, p, len);
            n += len;
        }
        p += len;
    }
    *cyrillic = cyrillic_count > latin;
    return n;
}

/* CLD2 costs 27 microseconds a KB: what the first lines make plain, and the hint does not
 * deny, needs no more. */
static void look(struct kb_str text, const char *hint, struct kb_cld2 *cld,
                 bool *cyrillic) {
    char copy[KB_LIMIT_DETECT_BYTES];
    struct kb_str first = kb_str_cut(text, FIRST_BYTES);
    size_t n = clean(first, copy, cyrillic);
    kb_cld2_detect(copy, n, cld);
    bool agrees = !hint[0] || same_primary(hint, cld->code) ||
                  (group_of(hint) >= 0 && group_of(hint) == group_of(cld->code));
    if (first.n == text.n || (cld->reliable && cld->percent >= 85 && agrees))
        return;
    n = clean(kb_str_cut(text, sizeof copy), copy, cyrillic);
    kb_cld2_detect(copy, n, cld);
}

static void run(struct kb_str text, const char *hint, struct kb_cld2 *cld,
                struct kb_text_language *out) {
    bool cyrillic;
    look(text, hint, cld, &cyrillic);
    *out = (struct kb_text_language){.tag = ""};
    if (!cld->code[0])
        return;
    if (!strcmp(cld->code, "zh"))
        memcpy(out->tag, "zh-Hans", 8);
    else if (!strncmp(cld->code, "sr-", 3))
        memcpy(out->tag, "sr-ME", 6);
    else
        normalise(kb_str_z(cld->code), out->tag);
    float seen = cld->text_bytes >= PLAIN_TEXT_BYTES
                     ? 1.0f
                     : (float)cld->text_bytes / (float)PLAIN_TEXT_BYTES;
    out->confidence = (float)cld->percent / 100.0f * (0.4f + 0.6f * seen) *
                      (cld->reliable ? 1.0f : 0.6f);
    if (hint[0] &&
        (same_primary(hint, out->tag) || hint_decides(hint, out->tag, cld, cyrillic))) {
        /* A bare "zh" says less than the text does. */
        if (!(same_primary(hint, "zh") && !strchr(hint, '-')))
            memcpy(out->tag, hint, sizeof out->tag);
    }
}

void kb_lang_detect(struct kb_str text, struct kb_str hint,
                    struct kb_text_language *out) {
    char tag[16] = "";
    struct kb_cld2 cld;
    normalise(hint, tag);
    run(text, tag, &cld, out);
}

void kb_lang_reconcile(struct kb_str declared, struct kb_str text,
                       struct kb_text_language *out) {
    char tag[16] = "";
    struct kb_cld2 cld;
    normalise(declared, tag);
    run(text, tag, &cld, out);
    if (!tag[0])
        return;
    if (out->tag[0] && same_primary(out->tag, tag)) {
        out->confidence = 0.5f + out->confidence / 2;
        return;
    }
    bool plain = cld.reliable && cld.text_bytes >= PLAIN_TEXT_BYTES && cld.percent >= 60;
    if (out->tag[0] && plain)
        return;
    memcpy(out->tag, tag, sizeof out->tag);
    out->confidence = 0.5f;
}

void kb_lang_primary(struct kb_str tag, char out[4]) {
    if (!primary_of(next_subtag(&tag), out))
        out[0] = '\0';
}

const char *kb_lang_direction(struct kb_str tag) {
    static const char *const scripts[] = {"Arab", "Hebr", "Syrc", "Thaa", "Nkoo",
                                          "Adlm", "Rohg", "Mand", "Samr"};
    static const char *const languages[] = {"ar",  "he",  "fa",  "ur",  "ps",  "sd",
                                            "ug",  "yi",  "dv",  "ks",  "ckb", "arc",
                                            "syr", "nqo", "azb", "glk", "lrc", "mzn",
                                            "pnb", "prs", "arz", "ary", "apc", "bal"};
    char norm[16] = "";
    normalise(tag, norm);
    const char *dash = strchr(norm, '-');
    if (dash && (strlen(dash + 1) == 4 || (strlen(dash + 1) > 4 && dash[5] == '-'))) {
        for (size_t i = 0; i < KB_COUNT(scripts); i++)
            if (!strncmp(dash + 1, scripts[i], 4))
                return "rtl";
        return "ltr";
    }
    for (size_t i = 0; i < KB_COUNT(languages); i++)
        if (same_primary(norm, languages[i]))
            return "rtl";
    return "ltr";
}
