// SPDX-License-Identifier: MIT
/* See emitted.h: the event bprint commits to a function of the test's. */
#include "emitted.h"

struct emitted emitted;

static void take(struct trace_event_call *call, void *record, uint32_t len)
{
	static const uint16_t type = ORL_PRINT_ID;

	assert_ptr_equal(call, &orl_print_call);
	assert_true(len <= sizeof(emitted.data) && len % 4 == 0);
	memcpy(emitted.data, record, len);
	memset(emitted.data, 0, 8);
	memcpy(emitted.data, &type, sizeof(type));
	emitted.len = len;
	emitted.nr++;
}

void emitted_begin(void)
{
	orl_print_call.commit = take;
	orl_print_call.wide = 4080;
	emitted_room(4000);
}

void emitted_room(uint16_t bytes)
{
	orl_print_call.max_len = bytes;
}

void emitted_site(struct _ddebug *d, const char *format, uint16_t flags)
{
	if (!d->plan) {
		*d = (struct _ddebug){ .format = format, .filename = __FILE__, .function = "fn",
				       .lineno = 7, .class_id = _DPRINTK_CLASS_DFLT,
				       .id = EMITTED_NUMBER + 1 };
		assert_int_equal(orl_print_plan_locked(d), 0);
	}
	d->flags = flags;
	memset(&emitted.data, 0xee, sizeof(emitted.data));
}
