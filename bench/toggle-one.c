// SPDX-License-Identifier: MIT
/* One key with one site. */
#include <oriel/static_key.h>

#include "toggle.h"

const char *const toggle_what = "toggling one site";
const unsigned int toggle_nr = 1;
const double toggle_target_us = 100;
const unsigned int toggle_rounds = 2000;

static DEFINE_STATIC_KEY_FALSE(key);

void toggle_init(void)
{
}

void toggle_turn(bool on)
{
	if (on)
		static_branch_enable(&key);
	else
		static_branch_disable(&key);
}

__attribute__((noinline)) bool toggle_is_on(void)
{
	return static_branch_unlikely(&key);
}

void toggle_run(void)
{
	toggle_is_on();
}
