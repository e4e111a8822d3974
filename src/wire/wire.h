/* wire: the loop that makes stored stories of feeds and pages, and the rules that it
 * keeps to.
 *
 * May use every module before it.  Each header below is one subject. */
#ifndef KB_WIRE_H
#define KB_WIRE_H

#include "wire/desk.h"
#include "wire/follow.h"
#include "wire/icons.h"
#include "wire/kept.h"
#include "wire/loop.h"
#include "wire/move.h"
#include "wire/neighbours.h"
#include "wire/push.h"
#include "wire/round.h"
#include "wire/rules.h"
#include "wire/secret.h"
#include "wire/trial.h"
#include "wire/tell.h"
#include "wire/whose.h"

#endif
