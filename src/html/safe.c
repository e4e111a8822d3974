/* The policy of safe HTML, as tables.
 *
 * Enters: an element, an attribute's or a style property's name; leaves: what may be done
 * with it.  What does not stand here is left out.
 *
 * An attribute is allowed on every element or on none.  That is as safe as a list for
 * each element, because a value is checked for what the attribute can mean at worst, and
 * it stays right where a browser pairs tags in another way than we did.  The names are
 * the HTML Standard's, with those of HTML 3.2 and 4 and of old browsers and drafts, which
 * mean nothing today: feeds live long.  MathML's are
 * MathML 3's presentation elements, SVG's are shapes and their text.  Not here, and so
 * left out: whatever runs (script, event handlers), loads a document (iframe, object,
 * embed), sends (form, input, button, ping, formaction), speaks for the page (meta, base,
 * link, style, title), starts by itself (autoplay, autofocus) or moves (SVG's animate);
 * target, rel and referrerpolicy, which are for whoever shows the text to set. */
#include "html/safe.h"

#include <lexbor/tag/tag.h>

#include <stdlib.h>

#define K KB_SAFE_KEEP
#define V (KB_SAFE_KEEP | KB_SAFE_VOID)
#define B (KB_SAFE_KEEP | KB_SAFE_BLOCK | KB_SAFE_BORDER)
#define H (B | KB_SAFE_HEADING)
#define T (KB_SAFE_KEEP | KB_SAFE_TABLE | KB_SAFE_BORDER)
#define S (KB_SAFE_KEEP | KB_SAFE_STRAY | KB_SAFE_BORDER)
#define L (B | KB_SAFE_LIST)
#define R (KB_SAFE_KEEP | KB_SAFE_RUBY)
#define O (KB_SAFE_KEEP | KB_SAFE_SELECT | KB_SAFE_BORDER)
#define D (KB_SAFE_KEEP | KB_SAFE_DRAWN)
#define M KB_SAFE_MUTE
#define E(id, name, traits) [LXB_TAG_##id] = {{name, sizeof name - 1}, traits}

/* clang-format off */
static const struct kb_safe_element html[LXB_TAG__LAST_ENTRY] = {
    /* blocks */
    E(ADDRESS, "address", B), E(ARTICLE, "article", B), E(ASIDE, "aside", B),
    E(BLOCKQUOTE, "blockquote", B), E(CENTER, "center", B), E(DD, "dd", B | KB_SAFE_ITEM),
    E(DETAILS, "details", B), E(DIALOG, "dialog", B), E(DIR, "dir", L), E(DIV, "div", B),
    E(DL, "dl", L), E(DT, "dt", B | KB_SAFE_ITEM), E(FIELDSET, "fieldset", B),
    E(FIGCAPTION, "figcaption", B), E(FIGURE, "figure", B), E(FOOTER, "footer", B),
    E(H1, "h1", H), E(H2, "h2", H), E(H3, "h3", H), E(H4, "h4", H), E(H5, "h5", H),
    E(H6, "h6", H), E(HEADER, "header", B), E(HGROUP, "hgroup", B),
    E(HR, "hr", B | KB_SAFE_VOID), E(LEGEND, "legend", K | KB_SAFE_BORDER),
    E(LI, "li", B | KB_SAFE_ITEM), E(MAIN, "main", B), E(MENU, "menu", L),
    E(NAV, "nav", B), E(OL, "ol", L), E(P, "p", B), E(PRE, "pre", B | KB_SAFE_LINE),
    E(SEARCH, "search", B), E(SECTION, "section", B), E(SUMMARY, "summary", B),
    E(UL, "ul", L),
    /* under another name: code as old pages wrote it, and a form's text */
    E(LISTING, "pre", B | KB_SAFE_LINE), E(XMP, "pre", B | KB_SAFE_RAW | KB_SAFE_LINE),
    E(PLAINTEXT, "pre", B | KB_SAFE_RAW | KB_SAFE_LINE), E(FORM, "div", B),
    /* in a line */
    E(A, "a", K | KB_SAFE_LINK), E(ABBR, "abbr", K), E(ACRONYM, "acronym", K),
    E(B, "b", K), E(BDI, "bdi", K), E(BDO, "bdo", K), E(BIG, "big", K),
    E(BR, "br", V | KB_SAFE_BORDER), E(CITE, "cite", K), E(CODE, "code", K),
    E(DATA, "data", K), E(DEL, "del", K), E(DFN, "dfn", K), E(EM, "em", K),
    E(FONT, "font", K), E(I, "i", K), E(INS, "ins", K), E(KBD, "kbd", K),
    E(LABEL, "label", K), E(MARK, "mark", K), E(METER, "meter", K),
    E(OUTPUT, "output", K), E(PROGRESS, "progress", K), E(Q, "q", K), E(S, "s", K),
    E(SAMP, "samp", K), E(SMALL, "small", K), E(SPAN, "span", K), E(STRIKE, "strike", K),
    E(STRONG, "strong", K), E(SUB, "sub", K), E(SUP, "sup", K), E(TIME, "time", K),
    E(TT, "tt", K), E(U, "u", K), E(VAR, "var", K), E(WBR, "wbr", V),
    E(RUBY, "ruby", K), E(RB, "rb", R), E(RP, "rp", R), E(RT, "rt", R), E(RTC, "rtc", R),
    /* pictures, sound, films */
    E(IMG, "img", V), E(PICTURE, "picture", K), E(SOURCE, "source", V),
    E(AUDIO, "audio", K), E(VIDEO, "video", K), E(TRACK, "track", V), E(MAP, "map", K),
    E(AREA, "area", V), E(IFRAME, "iframe", KB_SAFE_PLAYER),
    /* tables, and their parts without one (see kb_safe_stray) */
    E(TABLE, "table", T | KB_SAFE_BLOCK), E(CAPTION, "caption", T), E(TBODY, "tbody", T),
    E(COLGROUP, "colgroup", T), E(COL, "col", T | KB_SAFE_VOID), E(TD, "td", T),
    E(TFOOT, "tfoot", T), E(TH, "th", T), E(THEAD, "thead", T), E(TR, "tr", T),
    E(FEBLEND, "caption", S), E(FECOLORMATRIX, "colgroup", S), E(FECOMPOSITE, "tbody", S),
    E(FEFLOOD, "td", S), E(FEIMAGE, "tfoot", S), E(FEMERGE, "th", S),
    E(FEOFFSET, "thead", S), E(FETILE, "tr", S), E(PARAM, "col", S | KB_SAFE_VOID),
    /* parts of forms that only hold text */
    E(TEXTAREA, "textarea", K | KB_SAFE_RAW | KB_SAFE_LINE | KB_SAFE_BORDER),
    E(INPUT, "input", V), E(SELECT, "select", O), E(OPTGROUP, "optgroup", O),
    E(OPTION, "option", O),
    /* of old browsers */
    E(MULTICOL, "multicol", K), E(NEXTID, "nextid", K), E(SPACER, "spacer", K),
    /* never, with all that stands in them */
    E(SCRIPT, "", M), E(STYLE, "", M), E(TEMPLATE, "", M), E(TITLE, "", M),
    /* of a name space of their own */
    E(SVG, "svg", K | KB_SAFE_ISLAND), E(MATH, "math", K | KB_SAFE_ISLAND),
};

static const struct { uintptr_t part, stray; } strays[] = {
    {LXB_TAG_CAPTION, LXB_TAG_FEBLEND}, {LXB_TAG_COLGROUP, LXB_TAG_FECOLORMATRIX},
    {LXB_TAG_TBODY, LXB_TAG_FECOMPOSITE}, {LXB_TAG_TD, LXB_TAG_FEFLOOD},
    {LXB_TAG_TFOOT, LXB_TAG_FEIMAGE}, {LXB_TAG_TH, LXB_TAG_FEMERGE},
    {LXB_TAG_THEAD, LXB_TAG_FEOFFSET}, {LXB_TAG_TR, LXB_TAG_FETILE},
    {LXB_TAG_COL, LXB_TAG_PARAM},
};

#define N(name, traits) {{name, sizeof name - 1}, traits}

/* Names of drafts, which no browser knows. */
static const struct kb_safe_element drafts[] = {
    N("command", K), N("datagrid", K), N("event-source", K), N("m", K), N("sound", K),
};

/* MathML, in the order of the names. */
static const struct kb_safe_element math[] = {
    N("annotation", M), N("annotation-xml", M), N("maction", 0),
    N("math", K | KB_SAFE_ISLAND), N("menclose", K), N("merror", K), N("mfenced", K),
    N("mfrac", K), N("mi", K), N("mmultiscripts", K), N("mn", K), N("mo", K),
    N("mover", K), N("mpadded", K), N("mphantom", K), N("mprescripts", K), N("mroot", K),
    N("mrow", K), N("ms", K), N("mspace", K), N("msqrt", K), N("mstyle", K), N("msub", K),
    N("msubsup", K), N("msup", K), N("mtable", K), N("mtd", K), N("mtext", K),
    N("mtr", K), N("munder", K), N("munderover", K), N("none", K), N("semantics", K),
};

/* SVG: what is drawn.  An element that is not here is muted, because it may run, load or
 * animate.  Names are in small letters: a parser of HTML gives them their capitals. */
static const struct kb_safe_element svg[] = {
    N("a", K | KB_SAFE_LINK), N("circle", D), N("defs", K), N("desc", K), N("ellipse", D),
    N("g", K), N("line", D), N("lineargradient", K), N("path", D), N("polygon", D),
    N("polyline", D), N("radialgradient", K), N("rect", D), N("stop", K),
    N("svg", K | KB_SAFE_ISLAND), N("switch", K), N("text", D), N("title", K),
    N("tspan", D),
};

#define A(name, kind) {{name, sizeof name - 1}, KB_SAFE_##kind}

const struct kb_safe_attribute kb_safe_attributes[] = {
    /* addresses */
    A("href", HREF), A("cite", HREF), A("longdesc", HREF), A("action", HREF),
    A("data", HREF), A("datasrc", HREF), A("urn", HREF), A("vrml", HREF),
    A("src", SRC), A("poster", SRC), A("background", SRC), A("lowsrc", SRC),
    A("dynsrc", SRC), A("icon", SRC), A("srcset", SRCSET), A("usemap", HASH),
    /* names */
    A("id", IDS), A("for", IDS), A("form", IDS), A("list", IDS), A("headers", IDS),
    A("name", NAME), A("class", CLASS), A("style", STYLE), A("preload", PRELOAD),
    /* the HTML Standard */
    A("abbr", TEXT), A("accept", TEXT), A("accept-charset", TEXT), A("accesskey", TEXT),
    A("alt", TEXT), A("autocomplete", TEXT), A("charset", TEXT), A("checked", TEXT),
    A("cols", TEXT), A("colspan", TEXT), A("contenteditable", TEXT), A("controls", TEXT),
    A("coords", TEXT), A("datetime", TEXT), A("decoding", TEXT), A("default", TEXT),
    A("dir", TEXT), A("disabled", TEXT), A("draggable", TEXT), A("enctype", TEXT),
    A("height", SIZE), A("hidden", TEXT), A("high", TEXT), A("hreflang", TEXT),
    A("inputmode", TEXT), A("ismap", TEXT), A("kind", TEXT), A("label", TEXT),
    A("lang", TEXT), A("loading", TEXT), A("loop", TEXT), A("low", TEXT), A("max", TEXT),
    A("maxlength", TEXT), A("media", TEXT), A("method", TEXT), A("min", TEXT),
    A("multiple", TEXT), A("muted", TEXT), A("open", TEXT), A("optimum", TEXT),
    A("pattern", TEXT), A("placeholder", TEXT), A("readonly", TEXT), A("required", TEXT),
    A("reversed", TEXT), A("rows", TEXT), A("rowspan", TEXT), A("scope", TEXT),
    A("selected", TEXT), A("shape", TEXT), A("size", TEXT), A("sizes", TEXT),
    A("span", TEXT), A("srclang", TEXT), A("start", TEXT), A("step", TEXT),
    A("tabindex", TEXT), A("title", TEXT), A("translate", TEXT), A("type", TEXT),
    A("value", TEXT), A("width", SIZE), A("wrap", TEXT), A("xml:lang", TEXT),
    /* HTML 3.2 and 4 */
    A("align", TEXT), A("axis", TEXT), A("bgcolor", TEXT), A("border", TEXT),
    A("cellpadding", TEXT), A("cellspacing", TEXT), A("char", TEXT), A("charoff", TEXT),
    A("clear", TEXT), A("color", SIZE), A("compact", TEXT), A("face", TEXT),
    A("frame", TEXT), A("hspace", TEXT), A("nohref", TEXT), A("noshade", TEXT),
    A("nowrap", TEXT), A("rev", TEXT), A("rules", TEXT), A("summary", TEXT),
    A("valign", TEXT), A("vspace", TEXT),
    /* old browsers and drafts */
    A("balance", TEXT), A("bgproperties", TEXT), A("bordercolor", TEXT),
    A("bordercolordark", TEXT), A("bordercolorlight", TEXT), A("bottompadding", TEXT),
    A("ch", TEXT), A("challenge", TEXT), A("choff", TEXT), A("datafld", TEXT),
    A("datapagesize", TEXT), A("delay", TEXT), A("end", TEXT), A("galleryimg", TEXT),
    A("gutter", TEXT), A("hidefocus", TEXT), A("keytype", TEXT), A("leftspacing", TEXT),
    A("loopcount", TEXT), A("loopend", TEXT), A("loopstart", TEXT), A("point-size", TEXT),
    A("pqg", TEXT), A("prompt", TEXT), A("radiogroup", TEXT), A("repeat-max", TEXT),
    A("repeat-min", TEXT), A("replace", TEXT), A("rightspacing", TEXT),
    A("suppress", TEXT), A("template", TEXT), A("toppadding", TEXT),
    A("unselectable", TEXT), A("variable", TEXT), A("volume", TEXT),
    /* MathML */
    A("accent", ISLE), A("accentunder", ISLE), A("alttext", TEXT),
    A("close", ISLE), A("columnalign", ISLE), A("columnlines", ISLE),
    A("columnspacing", ISLE), A("columnspan", ISLE), A("depth", ISLE),
    A("display", ISLE), A("displaystyle", ISLE), A("fence", ISLE),
    A("framespacing", ISLE), A("largeop", ISLE), A("linethickness", ISLE),
    A("lspace", ISLE), A("mathbackground", ISLE), A("mathcolor", ISLE),
    A("mathsize", ISLE), A("mathvariant", ISLE), A("maxsize", ISLE),
    A("minsize", ISLE), A("movablelimits", ISLE), A("notation", ISLE),
    A("rowalign", ISLE), A("rowlines", ISLE), A("rowspacing", ISLE),
    A("rspace", ISLE), A("scriptlevel", ISLE), A("separator", ISLE),
    A("separators", ISLE), A("stretchy", ISLE), A("symmetric", ISLE),
    A("voffset", ISLE),
    /* SVG */
    A("baseprofile", ISLE), A("clip-rule", ISLE), A("cx", ISLE), A("cy", ISLE),
    A("d", ISLE), A("dx", ISLE), A("dy", ISLE), A("fill", ISLE), A("fill-opacity", ISLE),
    A("fill-rule", ISLE), A("font-family", ISLE), A("font-size", ISLE),
    A("font-style", ISLE), A("font-variant", ISLE), A("font-weight", ISLE),
    A("fx", ISLE), A("fy", ISLE), A("gradienttransform", ISLE), A("gradientunits", ISLE),
    A("lengthadjust", ISLE), A("letter-spacing", ISLE), A("offset", ISLE),
    A("opacity", ISLE), A("pathlength", ISLE), A("points", ISLE),
    A("preserveaspectratio", ISLE), A("r", ISLE), A("rotate", ISLE), A("rx", ISLE),
    A("ry", ISLE), A("spreadmethod", ISLE), A("stop-color", ISLE),
    A("stop-opacity", ISLE), A("stroke", ISLE), A("stroke-dasharray", ISLE),
    A("stroke-dashoffset", ISLE), A("stroke-linecap", ISLE), A("stroke-linejoin", ISLE),
    A("stroke-miterlimit", ISLE), A("stroke-opacity", ISLE), A("stroke-width", ISLE),
    A("text-anchor", ISLE), A("textlength", ISLE), A("transform", ISLE),
    A("version", ISLE), A("viewbox", ISLE), A("x", ISLE), A("x1", ISLE), A("x2", ISLE),
    A("y", ISLE), A("y1", ISLE), A("y2", ISLE), A("xlink:href", XLINK),
    A("xlink:show", ISLE), A("xlink:title", ISLE), A("xlink:type", ISLE),
};
/* clang-format on */

const size_t kb_safe_attribute_count = KB_COUNT(kb_safe_attributes);

static int compare_names(struct kb_str a, struct kb_str b) {
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_elements(const void *key, const void *element) {
    const struct kb_safe_element *a = key, *b = element;
    return compare_names(a->name, b->name);
}

const struct kb_safe_element *kb_safe_element(uintptr_t tag, uintptr_t ns) {
    static const struct kb_safe_element unknown = {{"", 0}, 0}, mute = {{"", 0}, M};
    if (ns == LXB_NS_HTML && tag < LXB_TAG__LAST_ENTRY)
        return &html[tag];
    if (ns != LXB_NS_HTML && ns != LXB_NS_MATH && ns != LXB_NS_SVG)
        return &mute;
    struct kb_safe_element key = {.traits = 0};
    key.name.p = (const char *)lxb_tag_name_by_id(tag, &key.name.n);
    if (!key.name.p)
        return &unknown;
    const struct kb_safe_element *found;
    if (ns == LXB_NS_SVG)
        found = bsearch(&key, svg, KB_COUNT(svg), sizeof *svg, compare_elements);
    else if (ns == LXB_NS_MATH)
        found = bsearch(&key, math, KB_COUNT(math), sizeof *math, compare_elements);
    else
        found = bsearch(&key, drafts, KB_COUNT(drafts), sizeof *drafts, compare_elements);
    if (!found && ns == LXB_NS_SVG)
        return &mute;
    return found ? found : &unknown;
}

uintptr_t kb_safe_stray(uintptr_t tag) {
    for (size_t i = 0; i < KB_COUNT(strays); i++)
        if (strays[i].part == tag)
            return strays[i].stray;
    return 0;
}
