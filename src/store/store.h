/* store: articles, stories, feeds and what people say of them ↔ one SQLite file.
 *
 * May include everything up to story, SQLite and zstd.  All SQL of kabar stands in this
 * module, and every value in it is bound.  A store belongs to one thread.  Readers do not
 * wait for writers (WAL); a second writer waits its turn.
 *
 * Strings that come out are in the arena that the call was given, texts are UTF-8, times
 * are seconds since 1970 in UTC, and `now` comes from the caller.  Every function that
 * can fail leaves a sentence for people in *err: what happened to which file, and what to
 * do.
 *
 * This door opens on one header a subject. */
#ifndef KB_STORE_H
#define KB_STORE_H

#include "article/article.h"
#include "base/base.h"
#include "store/articles.h"
#include "store/ask.h"
#include "store/cited.h"
#include "store/feeds.h"
#include "store/file.h"
#include "store/hooks.h"
#include "store/hubs.h"
#include "store/icons.h"
#include "store/items.h"
#include "store/lists.h"
#include "store/marks.h"
#include "store/people.h"
#include "store/pen.h"
#include "store/retention.h"
#include "store/rules.h"
#include "store/stories.h"

#endif
