/* Inside store: assets/sql, compiled in, in the order of their numbers. */
#ifndef KB_STORE_MIGRATE_H
#define KB_STORE_MIGRATE_H

#include "base/base.h"

extern const struct kb_asset kb_store_sql_files[];
extern const size_t kb_store_sql_files_count;

#endif
