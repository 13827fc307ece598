// SPDX-License-Identifier: MIT
/* What orl_hook_check() lets into a process, and each way to be refused. */
#include "sample.h"

#include <errno.h>

#include "abi/ctl.h"

static struct orl_hook hook;

static int setup(void **state)
{
	hook_init(&hook, ORL_HOOK_FILTER);
	return 0;
}

static int check(void)
{
	return orl_hook_check(&hook, sizeof(struct sample));
}

static struct orl_insn *one(uint32_t load, uint32_t cmp, uint16_t off, uint16_t size, uint64_t imm)
{
	hook.nr_insns = 0;
	return hook_insn(&hook, load, cmp, off, size, imm);
}

static void sound_programs_are_taken(void **state)
{
	uint64_t data = hook_data(&hook, "text", 4);

	one(ORL_LOAD_U32, ORL_CMP_AND, AT(u32), 4, 1);
	assert_int_equal(check(), 0);
	one(ORL_LOAD_S32, ORL_CMP_EQ, 4, 4, 1);
	assert_int_equal(check(), 0);
	one(ORL_LOAD_COMM, ORL_CMP_STR_GLOB, 0, 0, data);
	assert_int_equal(check(), 0);
	one(ORL_LOAD_MASK_LOC, ORL_CMP_MASK_EQ, AT(mask_loc), 4, data);
	assert_int_equal(check(), 0);
	one(ORL_LOAD_CPU, ORL_CMP_NOT_IN_MASK, 0, 0, data)->yes = 1;
	hook_insn(&hook, ORL_LOAD_STRING, ORL_CMP_STR_NE, AT(word), 8, data);
	assert_int_equal(check(), 0);
}

static void a_hook_of_no_kind_is_refused(void **state)
{
	one(ORL_LOAD_U32, ORL_CMP_AND, AT(u32), 4, 1);
	hook.kind = 0;
	assert_int_equal(check(), -EINVAL);
	hook.kind = 3;
	assert_int_equal(check(), -EINVAL);
}

static void a_filter_of_wrong_length_is_refused(void **state)
{
	assert_int_equal(check(), -EINVAL);
	hook.nr_insns = ORL_NR_INSNS + 1;
	assert_int_equal(check(), -EINVAL);
}

static void wrong_targets_are_refused(void **state)
{
	one(ORL_LOAD_U32, ORL_CMP_AND, AT(u32), 4, 1)->yes = 0;
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_U32, ORL_CMP_AND, AT(u32), 4, 1)->no = 1;
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_U32, ORL_CMP_AND, AT(u32), 4, 1)->yes = 253;
	assert_int_equal(check(), -EINVAL);
}

static void fields_outside_the_record_are_refused(void **state)
{
	uint64_t data = hook_data(&hook, "text", 4);

	one(ORL_LOAD_U32, ORL_CMP_EQ, sizeof(struct sample) - 3, 4, 1);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_U32, ORL_CMP_EQ, 6, 4, 1);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_STRING, ORL_CMP_STR_EQ, AT(word), UINT16_MAX, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_STRING, ORL_CMP_STR_EQ, 4, 8, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_DATA_LOC, ORL_CMP_STR_EQ, 4, 4, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_MASK, ORL_CMP_IN_MASK, sizeof(struct sample) - 7, 8, data);
	assert_int_equal(check(), -EINVAL);
}

static void comparisons_that_do_not_go_with_the_field_are_refused(void **state)
{
	uint64_t data = hook_data(&hook, "text", 4);

	one(ORL_LOAD_STRING, ORL_CMP_EQ, AT(word), 8, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_U32, ORL_CMP_STR_EQ, AT(u32), 4, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_STRING, ORL_CMP_IN_MASK, AT(word), 8, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_MASK, ORL_CMP_AND, AT(mask), 8, data);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_STRING, 15, AT(word), 8, data);
	assert_int_equal(check(), -EINVAL);
}

static void constants_outside_the_data_are_refused(void **state)
{
	uint64_t data = hook_data(&hook, "text", 4);

	one(ORL_LOAD_COMM, ORL_CMP_STR_EQ, 0, 0, data + 1);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_COMM, ORL_CMP_STR_EQ, 0, 0, UINT64_MAX);
	assert_int_equal(check(), -EINVAL);
	one(ORL_LOAD_COMM, ORL_CMP_STR_EQ, 0, 0, data);
	hook.data_len = sizeof(hook.data) + 1;
	assert_int_equal(check(), -EINVAL);
}

static void triggers_need_a_command_and_its_target(void **state)
{
	hook_init(&hook, ORL_HOOK_TRIGGER);
	assert_int_equal(check(), -EINVAL);
	for (uint32_t cmd = ORL_CMD_TRACEON; cmd <= ORL_CMD_STACKTRACE; cmd++) {
		hook.cmd = cmd;
		assert_int_equal(check(), 0);
	}
	hook.cmd = ORL_CMD_HIST + 1;
	assert_int_equal(check(), -EINVAL);
	hook.cmd = ORL_CMD_ENABLE_EVENT;
	hook.target = ORL_EVENT_ID_FIRST - 1;
	assert_int_equal(check(), -EINVAL);
	hook.target = ORL_EVENT_ID_FIRST + ORL_SET_EVENTS;
	assert_int_equal(check(), -EINVAL);
	hook.target--;
	assert_int_equal(check(), 0);
	hook.flags = ORL_HOOK_HAS_FILTER;	/* but there is none */
	assert_int_equal(check(), -EINVAL);
}

static void hist_init(void)
{
	hook_init(&hook, ORL_HOOK_TRIGGER);
	hook.cmd = ORL_CMD_HIST;
	hook.hist = (struct orl_hist_spec){ .nr_keys = 1, .nr_vals = 1, .key_len = 8 };
	hook.hist.key[0] = (struct orl_hist_field){ .load = ORL_LOAD_U32, .off = AT(u32) };
	hook.hist.val[0] = (struct orl_hist_field){ .load = ORL_LOAD_U64, .off = AT(u64) };
}

static void hist_specs_are_checked(void **state)
{
	hist_init();
	assert_int_equal(check(), 0);
	hook.hist.nr_keys = 0;
	assert_int_equal(check(), -EINVAL);
	hook.hist.nr_keys = ORL_HIST_KEYS + 1;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.nr_vals = ORL_HIST_VALS + 1;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.key_len = 12;
	assert_int_equal(check(), -EINVAL);
	hook.hist.key_len = ORL_HIST_KEY_MAX + 8;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.key[0].key_off = 8;		/* behind the key */
	assert_int_equal(check(), -EINVAL);
	hook.hist.key[0].key_off = 4;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.key[0].load = ORL_LOAD_STRING;	/* needs more room */
	assert_int_equal(check(), -EINVAL);
	hook.hist.key[0].load = ORL_LOAD_MASK;
	assert_int_equal(check(), -EINVAL);
	hook.hist.key[0].load = 255;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.key[0].off = sizeof(struct sample) - 2;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.val[0].load = ORL_LOAD_STRING;
	assert_int_equal(check(), -EINVAL);
	hist_init();
	hook.hist.key[0].map = ORL_MAP_BUCKETS;	/* of size 0 */
	assert_int_equal(check(), -EINVAL);
	hook.hist.key[0].map = ORL_MAP_DIV + 1;
	assert_int_equal(check(), -EINVAL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(sound_programs_are_taken),
		T(a_hook_of_no_kind_is_refused),
		T(a_filter_of_wrong_length_is_refused),
		T(wrong_targets_are_refused),
		T(fields_outside_the_record_are_refused),
		T(comparisons_that_do_not_go_with_the_field_are_refused),
		T(constants_outside_the_data_are_refused),
		T(triggers_need_a_command_and_its_target),
		T(hist_specs_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
