// SPDX-License-Identifier: MIT
/*
 * Is a hook what the tools' compiler may produce? The one place that says which instructions and
 * specs there are; the interpreters refuse the rest too, one instruction at a time.
 */
#include <errno.h>

#include "abi/ctl.h"
#include "trigger/load.h"
#include "trigger/program.h"

/* Do the bytes that a field's offset names lie in a record of @max_len bytes? */
static bool is_in_record(uint32_t load, uint32_t off, uint32_t size, uint32_t max_len)
{
	if (load <= ORL_LOAD_S64) {
		uint32_t end = off + orl_load_width(load);

		return off < ORL_COMMON_LEN ? end <= ORL_COMMON_LEN : end <= max_len;
	}
	if (orl_load_is_loc(load))
		return off >= ORL_COMMON_LEN && off + 4 <= max_len;
	if (load == ORL_LOAD_STRING || load == ORL_LOAD_MASK)
		return off >= ORL_COMMON_LEN && off + size <= max_len;
	return true;
}

/* Does the comparison go with what is loaded? */
static bool is_op(uint32_t load, uint32_t cmp)
{
	if (cmp <= ORL_CMP_AND)
		return orl_load_is_number(load);
	if (cmp <= ORL_CMP_MASK_NE)
		return orl_load_is_number(load) || orl_load_is_mask(load);
	return cmp <= ORL_CMP_STR_NOT_GLOB && orl_load_is_string(load);
}

static bool is_target(uint32_t target, uint32_t i, uint32_t nr)
{
	return target >= ORL_INSN_FAIL || (target > i && target < nr);
}

static bool program_check(const struct orl_hook *hook, uint32_t nr, uint32_t max_len)
{
	uint32_t data_len = hook->data_len;

	if (!nr || nr > ORL_NR_INSNS || data_len > sizeof(hook->data))
		return false;
	for (uint32_t i = 0; i < nr; i++) {
		struct orl_insn in = hook->insn[i];
		uint32_t load = in.op >> 4, cmp = in.op & 15;
		uint32_t off = (uint32_t)in.imm, len = (uint32_t)(in.imm >> 32);

		if (!is_op(load, cmp) || !is_in_record(load, in.off, in.size, max_len) ||
		    !is_target(in.yes, i, nr) || !is_target(in.no, i, nr))
			return false;
		if (cmp > ORL_CMP_AND && (off > data_len || len > data_len - off))
			return false;
	}
	return true;
}

uint32_t orl_hist_key_size(uint32_t load)
{
	if (orl_load_is_number(load) || load == ORL_LOAD_TIME)
		return 8;
	if (orl_load_is_string(load))
		return ORL_HIST_STRING;
	if (load == ORL_LOAD_STACK || load == ORL_LOAD_ARRAY_STACK)
		return 8 * ORL_HIST_STACK;
	if (load == ORL_LOAD_PID_COMM)
		return 24;
	return 0;
}

static bool is_map(const struct orl_hist_field *f)
{
	if (f->map == ORL_MAP_BUCKETS || f->map == ORL_MAP_DIV)
		return f->arg;
	return f->map <= ORL_MAP_LOG2;
}

bool orl_hist_spec_check(const struct orl_hist_spec *spec)
{
	if (!spec->nr_keys || spec->nr_keys > ORL_HIST_KEYS || spec->nr_vals > ORL_HIST_VALS)
		return false;
	if (!spec->key_len || spec->key_len % 8 || spec->key_len > ORL_HIST_KEY_MAX)
		return false;
	for (uint32_t i = 0; i < spec->nr_keys; i++) {
		const struct orl_hist_field *f = &spec->key[i];
		uint32_t size = orl_hist_key_size(f->load);

		if (!size || f->key_off % 8 || f->key_off + size > spec->key_len || !is_map(f))
			return false;
	}
	for (uint32_t i = 0; i < spec->nr_vals; i++) {
		const struct orl_hist_field *f = &spec->val[i];

		if (orl_hist_key_size(f->load) != 8 || !is_map(f))
			return false;
	}
	return true;
}

static bool hist_check(const struct orl_hist_spec *spec, uint32_t max_len)
{
	if (!orl_hist_spec_check(spec))
		return false;
	for (uint32_t i = 0; i < spec->nr_keys; i++)
		if (!is_in_record(spec->key[i].load, spec->key[i].off, spec->key[i].size, max_len))
			return false;
	for (uint32_t i = 0; i < spec->nr_vals; i++)
		if (!is_in_record(spec->val[i].load, spec->val[i].off, spec->val[i].size, max_len))
			return false;
	return true;
}

static bool trigger_check(const struct orl_hook *hook, uint32_t max_len)
{
	struct orl_hist_spec spec;

	switch (hook->cmd) {
	case ORL_CMD_TRACEON:
	case ORL_CMD_TRACEOFF:
	case ORL_CMD_SNAPSHOT:
	case ORL_CMD_STACKTRACE:
		return true;
	case ORL_CMD_ENABLE_EVENT:
	case ORL_CMD_DISABLE_EVENT:
		return hook->target - ORL_EVENT_ID_FIRST < ORL_SET_EVENTS;
	case ORL_CMD_HIST:
		spec = hook->hist;
		return hist_check(&spec, max_len);
	default:
		return false;
	}
}

int orl_hook_check(const struct orl_hook *hook, uint32_t max_len)
{
	uint32_t kind = hook->kind, nr = hook->nr_insns;

	if (kind == ORL_HOOK_FILTER)
		return program_check(hook, nr, max_len) ? 0 : -EINVAL;
	if (kind != ORL_HOOK_TRIGGER || !trigger_check(hook, max_len))
		return -EINVAL;
	if ((hook->flags & ORL_HOOK_HAS_FILTER) && !program_check(hook, nr, max_len))
		return -EINVAL;
	return 0;
}
