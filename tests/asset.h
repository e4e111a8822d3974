/* Files that are compiled in: tools/embed.c writes these tables at build time. */
#ifndef KB_TEST_ASSET_H
#define KB_TEST_ASSET_H

#include "base/base.h"

/* assets/lang/, in the order of their names. */
extern const struct kb_asset kb_assets_lang[];
extern const size_t kb_assets_lang_count;

#endif
