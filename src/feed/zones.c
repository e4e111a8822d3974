/* Names of time zones as feeds write them → minutes east of Greenwich.
 *
 * RFC 822's own names (with its letters, whose signs are the other way round than the
 * military's: feeds were told to write by that text), and those that programs print.  A
 * name that several zones have is the one that most news comes from: "IST" is India's,
 * "BST" Britain's, "CST" America's.  Names by the place ("Europe/Paris") would need the
 * history of the world's clocks and are not known. */
#include "feed/dates.h"

static const struct {
    char name[6];
    int16_t minutes;
} zones[] = {
    /* RFC 822, and America's without their season */
    {"GMT", 0},
    {"UTC", 0},
    {"Z", 0},
    {"UT", 0},
    {"EST", -300},
    {"EDT", -240},
    {"ET", -300},
    {"CST", -360},
    {"CDT", -300},
    {"CT", -360},
    {"MST", -420},
    {"MDT", -360},
    {"MT", -420},
    {"PST", -480},
    {"PDT", -420},
    {"PT", -480},
    {"AST", -240},
    {"ADT", -180},
    {"AT", -240},
    {"NST", -210},
    {"NDT", -150},
    {"AKST", -540},
    {"AKDT", -480},
    {"HST", -600},
    {"SST", -660},
    /* South America */
    {"ART", -180},
    {"BRT", -180},
    {"BRST", -120},
    {"CLT", -240},
    {"CLST", -180},
    {"COT", -300},
    {"PET", -300},
    {"VET", -240},
    {"BOT", -240},
    {"ECT", -300},
    {"UYT", -180},
    {"PYT", -180},
    /* Europe and Africa */
    {"WET", 0},
    {"WEST", 60},
    {"BST", 60},
    {"CET", 60},
    {"CEST", 120},
    {"MET", 60},
    {"MEST", 120},
    {"MEZ", 60},
    {"MESZ", 120},
    {"EET", 120},
    {"EEST", 180},
    {"MSK", 180},
    {"MSD", 240},
    {"TRT", 180},
    {"WAT", 60},
    {"CAT", 120},
    {"EAT", 180},
    {"SAST", 120},
    /* Asia and the Pacific */
    {"IDT", 180},
    {"IRST", 210},
    {"IRDT", 270},
    {"GST", 240},
    {"AZT", 240},
    {"GET", 240},
    {"PKT", 300},
    {"UZT", 300},
    {"YEKT", 300},
    {"IST", 330},
    {"NPT", 345},
    {"BDT", 360},
    {"ALMT", 360},
    {"OMST", 360},
    {"MMT", 390},
    {"ICT", 420},
    {"WIB", 420},
    {"KRAT", 420},
    {"NOVT", 420},
    {"SGT", 480},
    {"MYT", 480},
    {"HKT", 480},
    {"PHT", 480},
    {"WITA", 480},
    {"IRKT", 480},
    {"AWST", 480},
    {"ULAT", 480},
    {"JST", 540},
    {"KST", 540},
    {"WIT", 540},
    {"YAKT", 540},
    {"ACST", 570},
    {"ACDT", 630},
    {"AEST", 600},
    {"AEDT", 660},
    {"VLAT", 600},
    {"CHST", 600},
    {"NZST", 720},
    {"NZDT", 780},
    {"FJT", 720},
    {"PETT", 720},
};

bool kb_feed_zone(struct kb_str name, int *minutes) {
    size_t slash = kb_str_find_byte(name, '/');
    if (slash != KB_NOT_FOUND)
        name = kb_str_slice(name, slash + 1, name.n);
    for (size_t i = 0; i < KB_COUNT(zones); i++) {
        if (kb_lower(name.n ? *name.p : ' ') == kb_lower(zones[i].name[0]) &&
            kb_str_equal_nocase(name, kb_str_z(zones[i].name))) {
            *minutes = zones[i].minutes;
            return true;
        }
    }
    /* RFC 822: A to M without J are one to twelve hours west, N to Y east.  Capitals
     * alone: "10:15 h" is no zone. */
    char letter = name.n == 1 ? *name.p : ' ';
    if (letter < 'A' || letter > 'Y' || letter == 'J')
        return false;
    *minutes = letter <= 'M' ? ('A' - letter - 1 + (letter > 'J')) * 60
                             : (letter - 'N' + 1) * 60;
    return true;
}

bool kb_feed_offset(struct kb_feed_cursor *c, int *minutes) {
    struct kb_feed_cursor at = *c;
    int sign = *at.p++ == '-' ? -1 : 1, hours = -1, rest = 0;
    int n = kb_feed_digits(&at);
    if (n == 3 || n == 4) {
        int value = kb_feed_number(&at, n);
        hours = value / 100;
        rest = value % 100;
    } else if (n == 1 || n == 2) {
        hours = kb_feed_number(&at, n);
        if (kb_feed_is(&at, 0, ':')) {
            at.p++;
            if (kb_feed_digits(&at) != 2)
                return false;
            rest = kb_feed_number(&at, 2);
        }
    }
    if (hours < 0 || hours > 15 || rest > 59 || kb_feed_is(&at, 0, ':'))
        return false;
    *minutes = sign * (hours * 60 + rest);
    *c = at;
    return true;
}
