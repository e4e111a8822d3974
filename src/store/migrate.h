/* Inside store: assets/sql, compiled in, in the order of their numbers. */
#ifndef KB_STORE_MIGRATE_H
#define KB_STORE_MIGRATE_H

#include "base/base.h"

extern const struct kb_asset kb_store_sql_files[];
extern const size_t kb_store_sql_files_count;

/* What they make of an empty file, in one: it says by itself which version that is. */
extern const struct kb_asset kb_store_sql_whole[];
extern const size_t kb_store_sql_whole_count; /* 1 */

#endif
