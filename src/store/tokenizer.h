/* The tokenizer `kabar` and the function kb_tagged for a connection. */
#ifndef KB_STORE_TOKENIZER_H
#define KB_STORE_TOKENIZER_H

#include <sqlite3.h>

#include "base/base.h"

enum kb_status kb_tokenizer_register(sqlite3 *db, struct kb_err *err) KB_MUST_USE;

#endif
