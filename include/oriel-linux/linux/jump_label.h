/* SPDX-License-Identifier: MIT */
/* Static keys; all of it is Oriel's own. */
#ifndef ORIEL_LINUX_JUMP_LABEL_H
#define ORIEL_LINUX_JUMP_LABEL_H

#include <linux/types.h>
#include <oriel/static_key.h>

/* Turning a key on takes one lock, which static_key_slow_inc() takes itself. */
#define static_key_slow_inc_cpuslocked(key) static_key_slow_inc(key)
#define static_key_slow_dec_cpuslocked(key) static_key_slow_dec(key)
#define static_branch_enable_cpuslocked(key) static_branch_enable(key)
#define static_branch_disable_cpuslocked(key) static_branch_disable(key)

#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)

#endif
