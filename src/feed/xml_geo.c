/* Where an item is: GeoRSS, GML, W3C geo → a GeoJSON geometry; see xml_feeds.h.
 *
 * All three write latitude before longitude, GeoJSON (RFC 7946) after it.  The first
 * geometry holds. */
#include "feed/xml_feeds.h"

static bool read_number(struct kb_str s, size_t *at, double *value) {
    size_t i = *at, digits = 0, decimals = 0;
    bool minus = i < s.n && s.p[i] == '-', point = false;
    double v = 0;
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    i += i < s.n && strchr("+-", s.p[i]);
    for (; i < s.n && (kb_is_digit(s.p[i]) || (s.p[i] == '.' && !point)); i++) {
        if (s.p[i] == '.') {
            point = true;
        } else if (digits < KB_COUNT(powers)) { /* as many as a double holds exactly */
            v = v * 10 + (s.p[i] - '0');
            digits++;
            decimals += point;
        } else if (!point) {
            return false;
        }
    }
    if (!digits)
        return false;
    *at = i;
    *value = (minus ? -v : v) / powers[decimals];
    return true;
}

static bool next_number(struct kb_str s, size_t *at, double *value) {
    while (*at < s.n && (kb_is_space(s.p[*at]) || s.p[*at] == ',' || s.p[*at] == ';'))
        ++*at;
    return read_number(s, at, value);
}

static bool is_place(double latitude, double longitude) {
    return latitude >= -90 && latitude <= 90 && longitude >= -360 && longitude <= 360;
}

static void add(struct kb_feed_xml *x, double latitude, double longitude) {
    struct kb_feed_position *to = kb_feed_add(x->make, &x->item->geo.positions);
    if (to)
        *to = (struct kb_feed_position){longitude, latitude};
}

/* A box's two corners → the polygon around it, counter-clockwise. */
static void make_box(struct kb_feed_xml *x) {
    struct kb_feed_geo *geo = &x->item->geo;
    if (geo->positions.count != 2)
        return;
    struct kb_feed_position low = geo->positions.items[0], high = geo->positions.items[1];
    geo->positions.count = 1;
    add(x, low.latitude, high.longitude);
    add(x, high.latitude, high.longitude);
    add(x, high.latitude, low.longitude);
    add(x, low.latitude, low.longitude);
}

static void read_positions(struct kb_feed_xml *x, struct kb_str value) {
    double latitude, longitude;
    size_t at = 0;
    while (next_number(value, &at, &latitude) && next_number(value, &at, &longitude)) {
        if (is_place(latitude, longitude))
            add(x, latitude, longitude);
    }
}

static bool may_begin(const struct kb_feed_xml *x) {
    return x->item && !x->scope->feed && x->item->geo.kind == KB_GEO_NONE;
}

static void finish(struct kb_feed_xml *x, enum kb_geo_kind kind, bool box) {
    struct kb_feed_geo *geo = &x->item->geo;
    static const uint8_t least[] = {
        [KB_GEO_POINT] = 1, [KB_GEO_LINE] = 2, [KB_GEO_POLYGON] = 4};
    if (box)
        make_box(x);
    if (geo->positions.count < least[kind]) {
        geo->positions.count = 0;
        return;
    }
    if (kind == KB_GEO_POINT)
        geo->positions.count = 1;
    geo->kind = kind;
}

bool kb_xml_open_geo(struct kb_feed_xml *x, enum kb_feed_element element) {
    if (!may_begin(x))
        return false;
    x->geo.shape = (uint8_t)element;
    return true;
}

void kb_xml_close_geo(struct kb_feed_xml *x, enum kb_feed_element element) {
    if (may_begin(x))
        finish(x,
               element == KB_EL_GML_POINT  ? KB_GEO_POINT
               : element == KB_EL_GML_LINE ? KB_GEO_LINE
                                           : KB_GEO_POLYGON,
               element == KB_EL_GML_BOX);
    x->geo.shape = 0;
}

static void read_w3c(struct kb_feed_xml *x, struct kb_str value, bool latitude) {
    size_t at = 0;
    double number;
    if (!next_number(value, &at, &number))
        return;
    if (latitude) {
        x->geo.latitude = number;
        x->geo.has_latitude = true;
    } else {
        x->geo.longitude = number;
        x->geo.has_longitude = true;
    }
    if (x->geo.has_latitude && x->geo.has_longitude &&
        is_place(x->geo.latitude, x->geo.longitude)) {
        add(x, x->geo.latitude, x->geo.longitude);
        finish(x, KB_GEO_POINT, false);
    }
}

void kb_xml_geo_line(struct kb_feed_xml *x, enum kb_feed_element element,
                     struct kb_str value) {
    if (!may_begin(x))
        return;
    switch (element) {
    case KB_EL_GEO_LATITUDE:
    case KB_EL_GEO_LONGITUDE: read_w3c(x, value, element == KB_EL_GEO_LATITUDE); break;
    case KB_EL_GML_POSITIONS:
        /* Of a polygon the outer ring alone; of a box both corners. */
        if (x->geo.shape == KB_EL_GML_BOX || !x->item->geo.positions.count)
            read_positions(x, value);
        break;
    default:
        read_positions(x, value);
        finish(x,
               element == KB_EL_GEO_POINT  ? KB_GEO_POINT
               : element == KB_EL_GEO_LINE ? KB_GEO_LINE
                                           : KB_GEO_POLYGON,
               element == KB_EL_GEO_BOX);
    }
}
