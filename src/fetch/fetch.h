/* fetch: addresses → bytes over HTTP, politely and safely; WARC in and out.
 *
 * May include base, libcurl, zlib, zstd, libcrypto and lexbor's IDNA.  Not a part of the
 * library: it does I/O.  What decides (plan, robots, cache headers, guard, WebSub's
 * checks) is pure and takes `now` from outside; what acts (client) only does as it was
 * told.
 *
 * This door opens on one header a subject. */
#ifndef KB_FETCH_H
#define KB_FETCH_H

#include "base/base.h"
#include "fetch/asked.h"
#include "fetch/body.h"
#include "fetch/cache.h"
#include "fetch/client.h"
#include "fetch/guard.h"
#include "fetch/picture.h"
#include "fetch/plan.h"
#include "fetch/robots.h"
#include "fetch/robots_host.h"
#include "fetch/state.h"
#include "fetch/warc.h"
#include "fetch/websub.h"

#endif
