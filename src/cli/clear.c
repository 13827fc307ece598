// SPDX-License-Identifier: MIT
/*
 * oriel clear: forget what the rings hold.
 */
#include "cli/place.h"

int orl_cmd_clear(const struct orl_args *args)
{
	struct orl_session s;
	int ret = orl_place_open(&s, args, 0);

	if (ret)
		return ret;
	ret = orl_control_clear(&s);
	if (ret)
		ret = orl_place_failed(&s, ret);
	orl_session_close(&s);
	return ret;
}
