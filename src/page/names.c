/* Names in a line: news agencies, picture agencies, networks, lists of people.
 *
 * Enter short lines; leave yes or no.  The tables hold proper names alone, which are the
 * same in every language but for their script; words of a language stand in the language
 * files. */
#include "page/line.h"

enum agency_use { NEWS, PICTURES, STRICT /* a word too: only as it is written here */ };

static const struct agency {
    const char *name;
    enum agency_use use;
} agencies[] = {
    {"Reuters", NEWS},
    {"AFP", NEWS},
    {"AP", STRICT},
    {"Associated Press", NEWS},
    {"The Associated Press", NEWS},
    {"Agence France-Presse", NEWS},
    {"dpa", NEWS},
    {"dpa-AFX", NEWS},
    {"dpa-infocom", NEWS},
    {"APA", STRICT},
    {"SDA", STRICT},
    {"Keystone-SDA", NEWS},
    {"epd", STRICT},
    {"KNA", STRICT},
    {"SID", STRICT},
    {"sid", STRICT},
    {"ots", STRICT},
    {"AFX", STRICT},
    {"ANSA", STRICT},
    {"Adnkronos", NEWS},
    {"AGI", STRICT},
    {"LaPresse", NEWS},
    {"Italpress", NEWS},
    {"Askanews", NEWS},
    {"EFE", NEWS},
    {"Europa Press", NEWS},
    {"Lusa", STRICT},
    {"LUSA", STRICT},
    {"Agência Brasil", NEWS},
    {"Belga", NEWS},
    {"ANP", STRICT},
    {"NTB", STRICT},
    {"Ritzau", NEWS},
    {"STT", STRICT},
    {"PAP", STRICT},
    {"MTI", STRICT},
    {"ČTK", NEWS},
    {"TASR", NEWS},
    {"Agerpres", NEWS},
    {"BTA", STRICT},
    {"Tanjug", NEWS},
    {"Hina", STRICT},
    {"HINA", STRICT},
    {"FENA", STRICT},
    {"TASS", NEWS},
    {"ТАСС", NEWS},
    {"Interfax", NEWS},
    {"Интерфакс", NEWS},
    {"РИА Новости", NEWS},
    {"RIA Novosti", NEWS},
    {"БЕЛТА", NEWS},
    {"BelTA", NEWS},
    {"Укринформ", NEWS},
    {"Укрінформ", NEWS},
    {"Ukrinform", NEWS},
    {"УНИАН", NEWS},
    {"Sputnik", NEWS},
    {"Anadolu", STRICT},
    {"AA", STRICT},
    {"Anadolu Ajansı", NEWS},
    {"DHA", STRICT},
    {"İHA", STRICT},
    {"Xinhua", NEWS},
    {"CCTV", NEWS},
    {"CNS", STRICT},
    {"新华社", NEWS},
    {"新華社", NEWS},
    {"中新社", NEWS},
    {"中新网", NEWS},
    {"中央社", NEWS},
    {"路透社", NEWS},
    {"法新社", NEWS},
    {"美联社", NEWS},
    {"彭博社", NEWS},
    {"Kyodo", NEWS},
    {"Jiji", NEWS},
    {"共同", NEWS},
    {"共同通信", NEWS},
    {"時事", NEWS},
    {"時事通信", NEWS},
    {"Yonhap", NEWS},
    {"연합뉴스", NEWS},
    {"뉴시스", NEWS},
    {"뉴스1", NEWS},
    {"KCNA", NEWS},
    {"Antara", NEWS},
    {"Bernama", NEWS},
    {"VNA", STRICT},
    {"TTXVN", NEWS},
    {"PTI", STRICT},
    {"ANI", STRICT},
    {"IANS", NEWS},
    {"UNI", STRICT},
    {"भाषा", NEWS},
    {"वार्ता", NEWS},
    {"IRNA", NEWS},
    {"ISNA", NEWS},
    {"SANA", STRICT},
    {"WAM", STRICT},
    {"SPA", STRICT},
    {"MENA", STRICT},
    {"رويترز", NEWS},
    {"أ ف ب", NEWS},
    {"أ.ف.ب", NEWS},
    {"فرانس برس", NEWS},
    {"د ب أ", NEWS},
    {"وام", NEWS},
    {"واس", NEWS},
    {"سانا", NEWS},
    {"رویترز", NEWS},
    {"ایرنا", NEWS},
    {"ایسنا", NEWS},
    {"רויטרס", NEWS},
    {"Bloomberg", NEWS},
    {"UPI", STRICT},
    {"PA", STRICT},
    {"PA Media", NEWS},
    {"CP", STRICT},
    {"AAP", STRICT},
    {"Getty Images", PICTURES},
    {"Getty", PICTURES},
    {"GETTY", PICTURES},
    {"Shutterstock", PICTURES},
    {"iStock", PICTURES},
    {"iStockphoto", PICTURES},
    {"Alamy", PICTURES},
    {"imago", STRICT},
    {"IMAGO", PICTURES},
    {"imago images", PICTURES},
    {"picture alliance", PICTURES},
    {"picture-alliance", PICTURES},
    {"AP Photo", PICTURES},
    {"EPA", STRICT},
    {"EPA-EFE", PICTURES},
    {"Unsplash", PICTURES},
    {"Pexels", PICTURES},
    {"Pixabay", PICTURES},
    {"Depositphotos", PICTURES},
    {"Adobe Stock", PICTURES},
    {"AdobeStock", PICTURES},
    {"Zuma Press", PICTURES},
    {"ANTARA FOTO", PICTURES},
    {"NurPhoto", PICTURES},
    {"Wikimedia Commons", PICTURES},
};

bool kb_page_is_agency(struct kb_str s, bool *photo) {
    if (s.n < 2 || s.n > 40)
        return false;
    for (size_t i = 0; i < KB_COUNT(agencies); i++) {
        const struct agency *a = &agencies[i];
        if (kb_lower(a->name[0]) != kb_lower(s.p[0]) || strlen(a->name) != s.n)
            continue;
        struct kb_str name = {a->name, s.n};
        if (!(a->use == STRICT ? kb_str_equal(name, s) : kb_str_equal_nocase(name, s)))
            continue;
        /* "dpa" is printed small, "REUTERS" large; "reuters" is neither. */
        if (photo && a->use == PICTURES)
            *photo = true;
        return true;
    }
    return false;
}

/* Up to four letters of one case: a desk ("lno"), a writer ("jdo"). */
static bool is_sign(struct kb_str s) {
    if (!s.n || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!kb_is_alpha(s.p[i]) || (s.p[i] & 0x20) != (s.p[0] & 0x20))
            return false;
    return true;
}

bool kb_page_is_agencies(struct kb_str s, bool *photo) {
    size_t found = 0;
    if (photo)
        *photo = false;
    if (s.n > 120)
        return false;
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '/' && s.p[i] != ',' && s.p[i] != '+' && s.p[i] != ';' &&
            s.p[i] != '&' && s.p[i] != '|')
            continue;
        struct kb_str part = kb_page_trim((struct kb_str){s.p + from, i - from});
        from = i + 1;
        size_t via = kb_str_find(part, KB_STR(" via "));
        if (via != KB_NOT_FOUND) {
            if (!kb_page_is_agency(kb_page_trim(kb_str_slice(part, 0, via)), photo))
                return false;
            part = kb_str_slice(part, via + 5, part.n);
        }
        if (kb_page_is_agency(part, photo))
            found++;
        else if (!is_sign(part))
            return false;
    }
    return found > 0;
}

bool kb_page_is_network(struct kb_str s) {
    static const char *const networks[] = {
        "Facebook",  "Twitter",   "X",       "WhatsApp", "Telegram",  "LinkedIn",
        "Pinterest", "Reddit",    "Email",   "E-mail",   "E-Mail",    "Mail",
        "LINE",      "Weibo",     "WeChat",  "VK",       "VKontakte", "Viber",
        "Messenger", "Tumblr",    "Pocket",  "Zalo",     "KakaoTalk", "Kakao",
        "XING",      "Flipboard", "Threads", "Bluesky",  "Mastodon",  "Instagram",
        "YouTube",   "TikTok",    "SMS",     "RSS",      "Gmail",     "Snapchat",
        "OK",        "微博",      "微信",    "QQ",       "ВКонтакте", "Одноклассники",
        "فيسبوك",    "تويتر",     "واتساب",  "تيليجرام", "لينكدإن",   "페이스북",
        "트위터",    "카카오톡",  "QQ空间",
    };
    for (size_t i = 0; i < KB_COUNT(networks); i++)
        if (kb_str_equal_nocase(s, kb_str_z(networks[i])))
            return true;
    return false;
}

/* Small words that stand inside names and between them: particles of families' names in
 * European, Arabic and Malay use, and the conjunctions of bylines. */
static bool is_particle(struct kb_str word) {
    static const char *const particles[] = {
        "and", "und", "dan", "et",    "og",    "och",   "en",  "ja",  "và",  "ve",
        "y",   "e",   "i",   "и",     "та",    "de",    "da",  "do",  "dos", "das",
        "du",  "des", "di",  "del",   "della", "dalla", "la",  "le",  "el",  "al",
        "von", "van", "vom", "zu",    "zum",   "zur",   "der", "den", "ter", "ten",
        "am",  "bin", "ibn", "binti", "via",   "af",    "av",  "di",  "x",
    };
    for (size_t i = 0; i < KB_COUNT(particles); i++)
        if (kb_str_equal(word, kb_str_z(particles[i])))
            return true;
    return false;
}

/* What one word of a list is: a name (1), a joint between names (0), anything else (-1).
 */
static int name_word(struct kb_str word) {
    struct kb_str bare = kb_page_bare(word);
    if (!bare.n)
        return word.n <= 3 ? 0 : -1; /* "&", "/", "–" */
    if (bare.n > 60)
        return -1;
    if (kb_page_is_domain(bare))
        return 1;
    size_t len;
    enum kb_letter first = kb_page_letter(kb_utf8_next(bare.p, bare.p + bare.n, &len));
    if (first == KB_LETTER_UPPER || first == KB_LETTER_PLAIN)
        return 1;
    if (first != KB_LETTER_LOWER)
        return -1;
    if (is_particle(bare))
        return 0;
    if (word.p[0] == '@' || kb_page_is_agency(bare, NULL))
        return 1;
    /* "d'Estaing", "al-Hariri", "iStock" */
    for (size_t i = 1; i < bare.n && i < 4; i++)
        if (kb_page_letter((unsigned char)bare.p[i]) == KB_LETTER_UPPER)
            return 1;
    return kb_page_is_agencies(bare, NULL) ? 1 : -1;
}

/* "Jane Doe in Berlin", "Jane Doe on Unsplash" */
static bool is_place_joint(struct kb_str word) {
    static const char *const joints[] = {"in", "on", "at", "for", "of", "aus"};
    for (size_t i = 0; i < KB_COUNT(joints); i++)
        if (kb_str_equal(word, kb_str_z(joints[i])))
            return true;
    return false;
}

bool kb_page_is_names(struct kb_str s, size_t max) {
    size_t names = 0, words = 0, plain = 0;
    bool joint = false;
    if (kb_page_has_sentences(s))
        return false;
    for (struct kb_str word = kb_page_word(&s); word.n; word = kb_page_word(&s)) {
        int kind = name_word(word);
        if (kind < 0 && names >= 2 && !joint && s.n && is_place_joint(word)) {
            joint = true; /* one, with names on both sides */
            kind = 0;
        }
        if (kind < 0 || ++words > max)
            return false;
        names += kind > 0;
        if (kb_page_first_letter(word) == KB_LETTER_PLAIN)
            plain += kb_page_columns(word);
    }
    /* Scripts without case give no sign of a name but its length. */
    return names > 0 && plain <= 32;
}
