// SPDX-License-Identifier: MIT
/*
 * See place.h.
 */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>

#include "reader/control.h"
#include "reader/ring.h"

struct orl_session top;

/* ---- the tool's half ---- */

void ok(int rc)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, top.error);
}

uint32_t id_of(const char *name)
{
	struct orl_ctl *ctl = top.domain.ctl;

	for (uint32_t slot = 0; slot < ORL_NR_EVENTS; slot++) {
		uint64_t word = orl_ctl_index(ctl)[slot];
		const struct orl_entry *e = (const struct orl_entry *)(const void *)(
			orl_ctl_data(ctl) + ((uint32_t)word - 1) * 8ULL);

		if (word && !strcmp(e->text + e->system_len + 1, name))
			return ORL_EVENT_ID_FIRST + slot;
	}
	fail_msg("no event %s", name);
	return 0;
}

void enable(struct orl_session *s, const char *name, bool on)
{
	int id = (int)id_of(name);

	ok(orl_control_exact(s, &id, 1, on));
	oriel_control_dispatch();
}

int add(struct orl_session *s, struct orl_hook *hook)
{
	int fd = orl_set_lock(s), slot;

	ok(fd);
	slot = orl_hook_add_locked(s, hook);
	ok(slot);
	orl_set_publish(s, false);
	orl_set_unlock(fd);
	oriel_control_dispatch();
	return slot;
}

void drop(struct orl_session *s, int slot)
{
	int fd = orl_set_lock(s);

	ok(fd);
	orl_hook_remove_locked(s, (uint32_t)slot);
	orl_set_publish(s, false);
	orl_set_unlock(fd);
	oriel_control_dispatch();
}

/* value (at 8) compared with @imm */
void put_number(struct orl_hook *hook, uint32_t cmp, uint64_t imm)
{
	hook->nr_insns = 1;
	hook->insn[0] = (struct orl_insn){ .op = (uint8_t)(ORL_LOAD_U32 << 4 | cmp), .off = 8,
					   .size = 4, .imm = imm, .yes = ORL_INSN_PASS,
					   .no = ORL_INSN_FAIL };
}

void put_string(struct orl_hook *hook, uint32_t load, uint16_t off, const char *s)
{
	hook->nr_insns = 1;
	hook->data_len = (uint32_t)strlen(s);
	memcpy(hook->data, s, hook->data_len);
	hook->insn[0] = (struct orl_insn){ .op = (uint8_t)(load << 4 | ORL_CMP_STR_EQ), .off = off,
					   .imm = (uint64_t)hook->data_len << 32,
					   .yes = ORL_INSN_PASS, .no = ORL_INSN_FAIL };
}

int add_number_filter(struct orl_session *s, const char *event, uint32_t cmp, uint64_t imm)
{
	struct orl_hook hook = { .kind = ORL_HOOK_FILTER, .event = id_of(event), .count = -1 };

	put_number(&hook, cmp, imm);
	return add(s, &hook);
}

int add_trigger(struct orl_session *s, const char *event, uint32_t cmd, uint32_t target,
		       int64_t count)
{
	struct orl_hook hook = { .kind = ORL_HOOK_TRIGGER, .event = id_of(event), .cmd = cmd,
				 .count = count, .target = target };

	return add(s, &hook);
}

void make_instance(struct orl_session *s, const char *name)
{
	ok(orl_instance_create(&top, name));
	ok(orl_session_open_instance(s, &top, name));
	ok(orl_session_create_rings(s));
}

/* ---- what was recorded ---- */

struct seen look(struct orl_session *s)
{
	struct seen seen = { .nr = 0 };
	struct orl_merge *m;
	struct orl_record rec;

	ok(orl_session_map_rings(s));
	ok(orl_merge_open(&m, s, ORL_MERGE_SNAPSHOT));
	while (orl_merge_next(m, &rec) == 1) {
		assert_true(seen.nr < 64);
		memcpy(&seen.type[seen.nr], rec.data, 2);
		memcpy(&seen.value[seen.nr], rec.data + 8, 4);
		if (rec.len >= 24)
			memcpy(&seen.caller[seen.nr], rec.data + 16, 8);
		seen.nr++;
	}
	orl_merge_close(m);
	return seen;
}

void assert_values(struct orl_session *s, uint32_t nr, const uint32_t *values)
{
	struct seen seen = look(s);

	assert_int_equal(seen.nr, nr);
	for (uint32_t i = 0; i < nr; i++)
		assert_int_equal(seen.value[i], values[i]);
}

/* ---- one process for each ---- */

static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(dir);
}

static const struct place_test *tests;
static const char *self; /* this program; /proc/self/exe is valgrind's under valgrind */

static void in_a_process(void **state)
{
	char dir[] = "/dev/shm/oriel-plans-XXXXXX", number[16];
	size_t i = (size_t)(uintptr_t)*state;
	int status;
	pid_t pid;

	assert_non_null(mkdtemp(dir));
	assert_int_equal(orl_session_open(&top, dir, ORL_SESSION_CREATE), 0);
	top.domain.ctl->top.cpu_data_size = top.domain.ctl->cpu_data_size = 64 << 10;
	orl_session_close(&top);
	snprintf(number, sizeof(number), "%zu", i);
	pid = fork();
	if (!pid) {
		setenv("ORIEL_DOMAIN", dir, 1);
		setenv("PLANS_TEST", number, 1);
		setenv("ORIEL_CONTROL", "off", 1);	/* changes hold when the test says so */
		execl(self, self, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	empty(dir);
	assert_int_equal(status, 0);
}

static void run_one(void **state)
{
	assert_int_equal(orl_session_open(&top, getenv("ORIEL_DOMAIN"), 0), 0);
	tests[(size_t)(uintptr_t)*state].run();
}

int place_main(const char *name, const struct place_test *list, size_t nr)
{
	const char *number = getenv("PLANS_TEST");
	size_t i = number ? strtoul(number, NULL, 10) : 0;
	struct CMUnitTest group[PLACE_TESTS_MAX];
	struct CMUnitTest one = { list[i].name, run_one, NULL, NULL, (void *)(uintptr_t)i };

	tests = list;
	self = name;
	if (number)
		return _cmocka_run_group_tests("one", &one, 1, NULL, NULL);
	for (i = 0; i < nr; i++)
		group[i] = (struct CMUnitTest){ list[i].name, in_a_process, NULL, NULL,
						(void *)(uintptr_t)i };
	return _cmocka_run_group_tests("plans", group, nr, NULL, NULL);
}
