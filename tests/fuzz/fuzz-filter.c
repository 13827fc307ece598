// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/compile: texts written to filter and trigger files, any bytes.
 *
 * The input is a byte that chooses the event, the text, a NUL, and bytes that are a record and a
 * hist table. Whatever compiles must be a hook that processes accept, must be read again from its
 * own text as the same hook, and must be removable by the text that added it.
 */
#include <stdlib.h>
#include <string.h>

#include "compile/compile.h"
#include "trigger/trigger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COMMON \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* Plain fields; sets, stacks and strings without a size; fields where none should be. */
static const char *const texts[] = {
	"name: a\nID: 900\nformat:\n" COMMON
	"\tfield:char s[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	"\tfield:int i;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:u8 b;\toffset:28;\tsize:1;\tsigned:0;\n"
	"\tfield:s16 h;\toffset:30;\tsize:2;\tsigned:1;\n"
	"\tfield:void * p;\toffset:32;\tsize:8;\tsigned:0;\n"
	"\tfield:__data_loc char[] d;\toffset:40;\tsize:4;\tsigned:0;\n\nprint fmt: \"\"\n",
	"name: b\nID: 901\nformat:\n" COMMON
	"\tfield:__data_loc cpumask_t m;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:__rel_loc char[] d;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:__data_loc unsigned long[] p;\toffset:16;\tsize:4;\tsigned:0;\n"
	"\tfield:u8 a[16];\toffset:20;\tsize:16;\tsigned:0;\n"
	"\tfield:int cpu;\toffset:36;\tsize:4;\tsigned:1;\n"
	"\tfield:char s[];\toffset:40;\tsize:0;\tsigned:0;\n\nprint fmt: \"\"\n",
	"name: c\nID: 902\nformat:\n" COMMON
	"\tfield:u64 i;\toffset:4;\tsize:8;\tsigned:0;\n"
	"\tfield:char s[4];\toffset:2;\tsize:4;\tsigned:0;\n"
	"\tfield:u64 b;\toffset:65400;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 h;\toffset:65530;\tsize:8;\tsigned:0;\n"
	"\tfield:cpumask_t m;\toffset:8;\tsize:128;\tsigned:0;\n"
	"\tfield:long[] p;\toffset:200;\tsize:65000;\tsigned:1;\n\nprint fmt: \"\"\n",
};

#define NR_FORMATS (sizeof(texts) / sizeof(*texts))

static void must(bool yes)
{
	if (!yes)
		abort();
}

static const struct orl_format *format_at(unsigned int i)
{
	static struct orl_format *formats[NR_FORMATS];

	i %= NR_FORMATS;
	if (!formats[i])
		must(!orl_format_parse(&formats[i], "fuzz", texts[i], strlen(texts[i])));
	return formats[i];
}

/* ---- what a hook runs on ---- */

static uint32_t get_cpu(const struct orl_occurrence *o)
{
	return 3;
}

static void get_comm(const struct orl_occurrence *o, char comm[16])
{
	memset(comm, 'c', 16);
}

static uint64_t get_ticks(const struct orl_occurrence *o)
{
	return UINT64_MAX / 3;
}

static uint32_t get_stack(const struct orl_occurrence *o, uint64_t *addr, uint32_t max)
{
	memset(addr, 0x11, 8 * max);
	return max;
}

static const struct orl_occurrence_ops ops = { get_cpu, get_comm, get_ticks, get_stack };

static void run_filter(struct orl_hook *hook, const uint8_t *data, size_t size)
{
	struct orl_occurrence o = { .rec = data, .common = hook->event, .len = (uint32_t)size,
				    .ops = &ops };

	orl_filter_pass(hook, &o);
}

static uint64_t ns_of_ticks(void *arg, uint64_t ticks)
{
	return ticks * 5;
}

static bool symbol(void *arg, uint64_t addr, int32_t tid, struct orl_text *out)
{
	orl_text_puts(out, "f+0x1/0x2");
	return addr & 1;
}

/* A table with a good header, or one that is partly the input, and entries of the input. */
static void print_hist(const struct orl_hook *hook, const struct orl_format *f, const uint8_t *data,
		       size_t size)
{
	struct orl_hist_view view = { .hook = hook, .format = f, .symbol = symbol,
				      .ns_of_ticks = ns_of_ticks };
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_hist_file head = {
		.magic = ORL_HIST_MAGIC, .version = ORL_HIST_VERSION, .size = 128,
		.nr_vals = hook->hist.nr_vals, .key_len = hook->hist.key_len, .spec = hook->hist,
	};
	char *map = calloc(1, ORL_HIST_BLOCK + size);

	must(map);
	head.entry_len = 16 + 8 * head.nr_vals + head.key_len;
	head.nr_slots = (uint32_t)(size / head.entry_len);
	memcpy(map, &head, sizeof(head));
	if (size > 3 && data[0] < 128)
		map[data[0]] ^= (char)data[1];
	if (size)
		memcpy(map + ORL_HIST_BLOCK, data, size);
	view.map = map;
	view.map_len = ORL_HIST_BLOCK + size;
	if (orl_compile_hist_print(&out, &view))
		must(!out.len);
	else
		must(out.len && out.buf[out.len - 1] == '\n');
	orl_text_fini(&out);
	free(map);
}

/* ---- texts ---- */

static void check_mistake(const struct orl_mistake *m, int err, uint32_t len)
{
	must(m->err == err && err < 0 && m->from <= len && m->pos <= len + 2);
	must(memchr(m->prefix, '\0', sizeof(m->prefix)));
}

static void same_program(const struct orl_hook *a, const struct orl_hook *b)
{
	must(a->nr_insns == b->nr_insns && a->data_len == b->data_len);
	must(!memcmp(a->insn, b->insn, a->nr_insns * sizeof(*a->insn)));
	must(!memcmp(a->data, b->data, a->data_len));
}

static void use_filter(const struct orl_format *f, const char *text, uint32_t len,
		       const uint8_t *data, size_t size)
{
	static struct orl_hook hook, again;
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_mistake m;
	int err;

	memset(&hook, 0, sizeof(hook));
	hook.kind = again.kind = ORL_HOOK_FILTER;
	err = orl_compile_filter(&hook, f, text, len, &m);
	if (err) {
		check_mistake(&m, err, len);
		orl_compile_filter_failed(&out, text, len, &m);
		orl_text_fini(&out);
		return;
	}
	must(!orl_hook_check(&hook, UINT16_MAX));
	must(!orl_compile_filter(&again, f, hook.text, hook.text_len, &m));
	same_program(&hook, &again);
	run_filter(&hook, data, size);
}

static void use_hook(struct orl_hook *hook, const struct orl_trigger_text *t,
		     const struct orl_format *f)
{
	static struct orl_hook again;
	struct orl_text out = ORL_TEXT_INIT;
	struct orl_trigger_text read;
	struct orl_mistake m;

	hook->target = 64;
	must(!orl_hook_check(hook, UINT16_MAX));
	must(orl_compile_trigger_same(t, hook));
	must(!orl_compile_trigger_parse(&read, hook->text, hook->text_len, &m));
	memset(&again, 0, sizeof(again));
	must(!orl_compile_trigger(&again, &read, f, hook->text, hook->text_len, &m));
	same_program(hook, &again);
	must(!memcmp(hook->text, again.text, sizeof(again.text)));
	must(!memcmp(&hook->hist, &again.hist, sizeof(again.hist)));
	orl_compile_trigger_list(&out, hook);
	must(out.failed || (out.len && out.buf[out.len - 1] == '\n'));
	orl_text_fini(&out);
}

static void use_trigger(const struct orl_format *f, const char *text, uint32_t len,
			const uint8_t *data, size_t size)
{
	static struct orl_hook hook;
	struct orl_trigger_text t;
	struct orl_mistake m;
	int err = orl_compile_trigger_parse(&t, text, len, &m);

	memset(&hook, 0, sizeof(hook));
	if (!err && t.remove)
		return;
	if (!err)
		err = orl_compile_trigger(&hook, &t, f, text, len, &m);
	if (err) {
		check_mistake(&m, err, len);
		return;
	}
	use_hook(&hook, &t, f);
	if (hook.cmd == ORL_CMD_HIST)
		print_hist(&hook, f, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct orl_format *f;
	const uint8_t *nul;
	uint32_t len;
	char *text;

	if (size < 2)
		return 0;
	f = format_at(data[0]);
	nul = memchr(data + 1, 0, size - 1);
	len = (uint32_t)(nul ? nul - data - 1 : (ptrdiff_t)size - 1);
	/* exactly as long, so that a read behind it is seen */
	text = malloc(len ? len : 1);
	must(text);
	memcpy(text, data + 1, len);
	data += nul ? len + 2 : size;
	size -= nul ? len + 2 : size;
	use_filter(f, text, len, data, size);
	use_trigger(f, text, len, data, size);
	free(text);
	return 0;
}
