/* SPDX-License-Identifier: MIT */
/* Sites of a shared object, for keys of the program's and for one of its own. */
#ifndef ORL_TESTS_RACE_TOGGLE_H
#define ORL_TESTS_RACE_TOGGLE_H

#include <oriel/static_key.h>

DECLARE_STATIC_KEY_FALSE(key_off);
DECLARE_STATIC_KEY_TRUE(key_on);
DECLARE_STATIC_KEY_FALSE(object_key);

/* Each returns whether its key was on for it: bits 0 and 1 key_off, bit 2 key_on, bit 3 object_key.
 */
unsigned int object_sites(void);
#define OBJECT_OFF 3U
#define OBJECT_ON 4U
#define OBJECT_OWN 8U

#endif
