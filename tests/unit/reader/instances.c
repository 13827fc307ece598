// SPDX-License-Identifier: MIT
/*
 * Instances: made, listed, removed; each with rules, switches, options and rings of its own.
 */
#include "domain.h"

#include "reader/control.h"
#include "reader/events.h"
#include "reader/maps.h"
#include "reader/set-impl.h"
#include "reader/sweep.h"

static struct orl_session inst;

static void open_instance(const char *name)
{
	assert_int_equal(orl_session_open_instance(&inst, &session, name), 0);
}

static void make_instance(const char *name)
{
	assert_int_equal(orl_instance_create(&session, name), 0);
	open_instance(name);
}

/* An event in the registry, as a traced program leaves it; its id. */
static int add_event(uint32_t slot, const char *system, const char *name)
{
	struct orl_ctl *ctl = session.domain.ctl;
	uint64_t off = 512ULL * slot;
	struct orl_entry *e = (void *)(orl_ctl_data(ctl) + off);
	const char *format = "format:\n";
	char *at = e->text;

	e->len = 512;
	e->system_len = (uint16_t)strlen(system);
	e->name_len = (uint16_t)strlen(name);
	e->format_len = (uint32_t)strlen(format);
	at = stpcpy(at, system) + 1;
	at = stpcpy(at, name) + 1;
	strcpy(at, format);
	orl_ctl_index(ctl)[slot] = off / 8 + 1;
	return (int)(ORL_EVENT_ID_FIRST + slot);
}

static bool is_on(struct orl_session *s, int id)
{
	struct orl_events ev;
	bool on;

	assert_int_equal(orl_events_load(&ev, s), 0);
	on = orl_event_is_enabled(s, orl_events_find(&ev, id), 0);
	orl_events_fini(&ev);
	return on;
}

static bool collect(const char *name, uint32_t id, void *arg)
{
	(void)id;
	strcat(arg, name);
	strcat(arg, " ");
	return true;
}

static const char *names(void)
{
	static char text[256];

	text[0] = '\0';
	orl_instance_foreach(&session, collect, text);
	return text;
}

static uint32_t nr_files(void)
{
	char command[160];
	uint32_t nr = 0;
	FILE *p;

	snprintf(command, sizeof(command), "ls %s | wc -l", dir);
	p = popen(command, "r");
	assert_int_equal(fscanf(p, "%u", &nr), 1);
	pclose(p);
	return nr;
}

static void instances_are_listed_in_order_of_creation(void **state)
{
	(void)state;
	assert_int_equal(orl_instance_create(&session, "zebra"), 0);
	assert_int_equal(orl_instance_create(&session, "ant"), 0);
	assert_string_equal(names(), "zebra ant ");
	assert_int_equal(orl_instance_create(&session, "ant"), -EEXIST);
	assert_int_equal(orl_instance_create(&session, "a/b"), -EINVAL);
	assert_int_equal(orl_instance_create(&session, ".."), -EINVAL);
	assert_int_equal(orl_instance_create(&session, ""), -EINVAL);
}

static void removing_leaves_no_file(void **state)
{
	struct orl_change all = { "*", 0, true };
	uint32_t before;

	(void)state;
	/* the file for nudges comes with the first change */
	assert_int_equal(orl_set_options(&session, ORL_OPT_RAW, 0), 0);
	before = nr_files();
	make_instance("a");
	assert_int_equal(orl_control_change(&inst, &all, 1, 0), 0);
	assert_true(inst.has_rings);
	assert_int_equal(nr_files(), before + 2);
	assert_int_equal(orl_instance_remove(&session, "a"), 0);
	assert_true(orl_instance_is_gone(&inst));
	assert_int_equal(orl_control_change(&inst, &all, 1, 0), -ENODEV);
	orl_session_close(&inst);
	assert_int_equal(nr_files(), before);
	assert_string_equal(names(), "");
	assert_int_equal(orl_instance_remove(&session, "a"), -ENOENT);
}

static void a_held_instance_is_not_removed(void **state)
{
	int fd;

	(void)state;
	make_instance("a");
	fd = orl_instance_hold(&inst);
	assert_true(fd >= 0);
	assert_int_equal(orl_instance_remove(&session, "a"), -EBUSY);
	close(fd);
	assert_int_equal(orl_instance_remove(&session, "a"), 0);
	orl_session_close(&inst);
}

static void an_entry_used_again_is_another_instance(void **state)
{
	(void)state;
	make_instance("a");
	assert_int_equal(orl_instance_remove(&session, "a"), 0);
	assert_int_equal(orl_instance_create(&session, "a"), 0);
	assert_true(orl_instance_is_gone(&inst));
	orl_session_close(&inst);
}

static void rules_of_one_instance_do_not_reach_another(void **state)
{
	struct orl_change change = { "shop:*", 0, true };
	int id = add_event(1, "shop", "order");

	(void)state;
	make_instance("a");
	assert_int_equal(orl_control_change(&inst, &change, 1, 0), 0);
	assert_true(is_on(&inst, id));
	assert_false(is_on(&session, id));
	orl_session_close(&inst);
}

static void an_exact_switch_is_stronger_than_rules_before_it(void **state)
{
	struct orl_change on = { "shop:*", 0, true }, off = { "shop:*", 0, false };
	int order = add_event(1, "shop", "order"), pay = add_event(2, "shop", "pay");

	(void)state;
	assert_int_equal(orl_control_change(&session, &on, 1, 0), 0);
	assert_int_equal(orl_control_exact(&session, &order, 1, false), 0);
	assert_false(is_on(&session, order));
	assert_true(is_on(&session, pay));
	/* and a later rule is stronger than that */
	assert_int_equal(orl_control_change(&session, &on, 1, 0), 0);
	assert_true(is_on(&session, order));
	assert_int_equal(orl_control_exact(&session, &pay, 1, true), 0);
	assert_int_equal(orl_control_change(&session, &off, 1, 0), 0);
	assert_false(is_on(&session, pay));
	assert_int_equal(orl_control_exact(&session, &(int){ 3 }, 1, true), -EINVAL);
}

static void a_rule_for_one_process_leaves_what_was_said_for_others(void **state)
{
	struct orl_change off = { "shop:*", getpid(), false };
	int order = add_event(1, "shop", "order");

	(void)state;
	assert_int_equal(orl_control_exact(&session, &order, 1, true), 0);
	assert_int_equal(orl_control_change(&session, &off, 1, 0), 0);
	assert_true(orl_set_wants(session.set, 1, 1, "shop", "order"));
	assert_false(orl_set_wants(session.set, 1, getpid(), "shop", "order"));
}

static void rings_made_while_tracing_is_off_are_off(void **state)
{
	struct orl_change on = { "*", 0, true };
	uint64_t mask = 1;

	(void)state;
	make_instance("a");
	assert_int_equal(orl_control_set_tracing(&inst, false), 0);
	assert_int_equal(orl_set_options(&inst, 0, ORL_OPT_OVERWRITE), 0);
	assert_false(inst.has_rings);
	assert_int_equal(orl_control_change(&inst, &on, 1, 0), 0);
	assert_int_equal(orl_rings_get(&inst.rings, 0)->state, ORL_RING_DISCARD);
	assert_int_equal(orl_set_cpumask(&inst, &mask, 1), 0);
	assert_int_equal(orl_control_set_tracing(&inst, true), 0);
	assert_int_equal(orl_rings_get(&inst.rings, 0)->state, ORL_RING_DISCARD | ORL_RING_ON);
	assert_int_equal(orl_rings_get(&inst.rings, 1)->state, ORL_RING_DISCARD | ORL_RING_MASKED);
	assert_int_equal(orl_rings_get(&inst.rings, 2)->state, ORL_RING_DISCARD | ORL_RING_ON);
	mask = 0;
	assert_int_equal(orl_set_cpumask(&inst, &mask, 1), 0);
	assert_int_equal(orl_rings_get(&inst.rings, 0)->state, ORL_RING_DISCARD | ORL_RING_MASKED);
	mask = 3;
	assert_int_equal(orl_set_cpumask(&inst, &mask, 1), 0);
	assert_int_equal(orl_rings_get(&inst.rings, 1)->state, ORL_RING_DISCARD | ORL_RING_ON);
	orl_session_close(&inst);
}

static void pids_are_replaced_or_added_once(void **state)
{
	int32_t pid[ORL_NR_PIDS + 1], got[ORL_NR_PIDS];
	uint64_t gen = session.set->pid_gen;

	(void)state;
	for (int32_t i = 0; i <= (int32_t)ORL_NR_PIDS; i++)
		pid[i] = 100 + i;
	assert_int_equal(orl_set_pids(&session, false, pid, 2, false), 0);
	assert_int_equal(orl_set_pids(&session, false, pid + 1, 2, true), 0);
	assert_int_equal(orl_get_pids(&session, false, got), 3);
	assert_int_equal(got[2], 102);
	assert_int_equal(orl_get_pids(&session, true, got), 0);
	assert_true(session.set->pid_gen > gen);
	assert_int_equal(orl_set_pids(&session, false, pid, ORL_NR_PIDS + 1, false), -E2BIG);
	assert_int_equal(orl_get_pids(&session, false, got), 3);
	assert_int_equal(orl_set_pids(&session, false, NULL, 0, false), 0);
	assert_int_equal(orl_get_pids(&session, false, got), 0);
}

static bool add_text(const struct orl_hook *hook, uint32_t i, void *arg)
{
	(void)i;
	strcat(strcat(arg, hook->text), " ");
	return true;
}

static int add_hook(uint32_t kind, uint32_t event, uint32_t cmd, uint32_t target, const char *text)
{
	struct orl_hook hook = { .kind = kind, .event = event, .cmd = cmd, .target = target };
	int fd = orl_set_lock(&session), i;

	strcpy(hook.text, text);
	i = orl_hook_add_locked(&session, &hook);
	orl_set_publish(&session, false);
	orl_set_unlock(fd);
	return i;
}

static void hooks_come_in_order_of_creation(void **state)
{
	char text[256] = "";
	int first = add_hook(ORL_HOOK_TRIGGER, 65, ORL_CMD_TRACEON, 0, "one"), fd;
	struct orl_hook hook;

	(void)state;
	assert_int_equal(first, 0);
	add_hook(ORL_HOOK_TRIGGER, 66, ORL_CMD_TRACEON, 0, "other");
	add_hook(ORL_HOOK_FILTER, 65, 0, 0, "filter");
	fd = orl_set_lock(&session);
	orl_hook_remove_locked(&session, (uint32_t)first);
	orl_set_unlock(fd);
	assert_false(orl_hook_get(&session, 0, &hook));
	add_hook(ORL_HOOK_TRIGGER, 65, ORL_CMD_TRACEON, 0, "again");
	assert_int_equal(orl_hook_foreach(&session, 65, 0, add_text, text), 0);
	assert_string_equal(text, "filter again ");
	text[0] = '\0';
	assert_int_equal(orl_hook_foreach(&session, 0, ORL_HOOK_TRIGGER, add_text, text), 0);
	assert_string_equal(text, "other again ");
}

static void die_in_hook(const char *step)
{
	if (!strcmp(step, "hook-written"))
		_exit(0);
}

static void a_hook_whose_writer_died_gives_its_slot_back(void **state)
{
	int i = add_hook(ORL_HOOK_FILTER, 65, 0, 0, "old"), status;
	struct orl_hook hook;
	pid_t pid;

	(void)state;
	assert_true(orl_hook_get(&session, (uint32_t)i, &hook));
	pid = fork();
	if (!pid) {
		orl_reader_testpoint = die_in_hook;
		orl_hook_replace_locked(&session, (uint32_t)i, &hook);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_false(orl_hook_get(&session, (uint32_t)i, &hook));
	assert_int_equal(add_hook(ORL_HOOK_FILTER, 66, 0, 0, "new"), i);
	assert_true(orl_hook_get(&session, (uint32_t)i, &hook));
	assert_string_equal(hook.text, "new");
}

static void a_hook_is_replaced_in_place(void **state)
{
	int i = add_hook(ORL_HOOK_FILTER, 65, 0, 0, "old"), fd = orl_set_lock(&session);
	struct orl_hook hook;

	(void)state;
	assert_true(orl_hook_get(&session, (uint32_t)i, &hook));
	strcpy(hook.text, "new");
	assert_int_equal(orl_hook_replace_locked(&session, (uint32_t)i, &hook), 0);
	assert_int_equal(orl_hook_replace_locked(&session, 77, &hook), -ENOENT);
	orl_set_unlock(fd);
	assert_true(orl_hook_get(&session, (uint32_t)i, &hook));
	assert_string_equal(hook.text, "new");
	assert_int_equal(hook.seq & 1, 0);
}

static void soft_mode_is_what_switching_moves_for_targets(void **state)
{
	int order = add_event(1, "shop", "order");
	struct orl_change on = { "shop:*", 0, true }, off = { "*", 0, false };
	int fd = orl_set_lock(&session);

	(void)state;
	orl_soft_set_locked(&session, (uint32_t)order, true);
	orl_set_publish(&session, true);
	orl_set_unlock(fd);
	add_hook(ORL_HOOK_TRIGGER, 70, ORL_CMD_ENABLE_EVENT, (uint32_t)order, "enable_event");
	assert_true(is_on(&session, order) && orl_soft_get(&session, (uint32_t)order));
	assert_int_equal(orl_control_exact(&session, &order, 1, true), 0);
	assert_true(is_on(&session, order) && !orl_soft_get(&session, (uint32_t)order));
	assert_int_equal(orl_control_change(&session, &off, 1, 0), 0);
	assert_true(is_on(&session, order) && orl_soft_get(&session, (uint32_t)order));
	assert_int_equal(orl_control_change(&session, &on, 1, 0), 0);
	assert_true(is_on(&session, order) && !orl_soft_get(&session, (uint32_t)order));
	assert_int_equal(orl_control_exact(&session, &order, 1, false), 0);
	assert_true(is_on(&session, order) && orl_soft_get(&session, (uint32_t)order));
	fd = orl_set_lock(&session);
	orl_soft_set_locked(&session, (uint32_t)order, false);
	orl_set_publish(&session, true);
	orl_set_unlock(fd);
	assert_false(is_on(&session, order) || orl_soft_get(&session, (uint32_t)order));
}

static void a_hist_is_made_read_and_removed(void **state)
{
	struct orl_hist_spec spec = { .nr_keys = 1, .nr_vals = 1, .key_len = 8 };
	const struct orl_hist_file *f;
	void *copy;
	size_t len;
	int id = orl_hist_create(&session, &spec, 2000);

	(void)state;
	assert_true(id > 0);
	assert_int_equal(orl_hist_read(&session, (uint32_t)id, &copy, &len), 0);
	f = copy;
	assert_int_equal(f->size, 2048);
	assert_int_equal(len, ORL_HIST_BLOCK + 4096 * 32);
	free(copy);
	spec.key_len = 12;
	assert_int_equal(orl_hist_create(&session, &spec, 2000), -EINVAL);
	orl_hist_remove(&session, (uint32_t)id);
	assert_int_equal(orl_hist_read(&session, (uint32_t)id, &copy, &len), -ENOENT);
}

static void the_error_log_keeps_the_last_eight(void **state)
{
	char text[8], *copy;
	size_t len;

	(void)state;
	for (int i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "%d\n", i);
		assert_int_equal(orl_errors_add(&session, text, 2), 0);
	}
	assert_int_equal(orl_errors_read(&session, &copy, &len), 0);
	assert_string_equal(copy, "2\n3\n4\n5\n6\n7\n8\n9\n");
	free(copy);
	assert_int_equal(orl_errors_clear(&session), 0);
	assert_int_equal(orl_errors_read(&session, &copy, &len), 0);
	assert_int_equal(len, 0);
	free(copy);
}

static void touch_file(const char *name)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("x", f);
	fclose(f);
}

static void a_sweep_removes_what_no_instance_speaks_of(void **state)
{
	static const char *const orphans[] = { "set.900", "ring.900", "hooks.900", "hist.900",
					       "errors.900" };
	struct orl_hist_spec spec = { .nr_keys = 1, .nr_vals = 1, .key_len = 8 };
	struct orl_hook hook = { .kind = ORL_HOOK_TRIGGER, .event = 65, .cmd = ORL_CMD_HIST };
	uint32_t before;
	uint64_t bytes;
	int fd;

	(void)state;
	make_instance("a");
	assert_int_equal(orl_session_create_rings(&inst), 0);
	assert_int_equal(orl_errors_add(&inst, "x", 1), 0);
	hook.hist_id = (uint32_t)orl_hist_create(&inst, &spec, 128);
	fd = orl_set_lock(&inst);
	assert_true(orl_hook_add_locked(&inst, &hook) >= 0);
	orl_set_unlock(fd);
	assert_int_equal(orl_snapshot_alloc(&inst), 0);
	orl_session_close(&inst);
	before = nr_files();
	for (int i = 0; i < 5; i++)
		touch_file(orphans[i]);
	touch_file("ring.old");
	assert_int_equal(orl_domain_sweep(&session, true, &bytes), 5);
	assert_int_equal(nr_files(), before + 6);
	assert_int_equal(orl_domain_sweep(&session, false, &bytes), 5);
	assert_int_equal(bytes, 5 * 4096);
	assert_int_equal(nr_files(), before + 1);
	assert_int_equal(orl_domain_sweep(&session, false, &bytes), 0);
}

static void maps_of_the_dead_are_bounded(void **state)
{
	char name[64];
	uint32_t before = nr_files();

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "maps.%d.%016x", i ? 0x7ffffff0 - i : getpid(), i);
		touch_file(name);
	}
	assert_int_equal(orl_maps_trim(&session, 20), 0);
	/* the oldest is of a process that lives */
	assert_int_equal(orl_maps_trim(&session, 10), 9);
	assert_int_equal(nr_files(), before + 11);
}

static void names_of_files_are_known(void **state)
{
	(void)state;
	assert_true(orl_domain_is_file_name("ctl"));
	assert_true(orl_domain_is_file_name("ring.12"));
	assert_true(orl_domain_is_file_name("maps.12.00000000000000ff"));
	assert_true(orl_domain_is_file_name("errors"));
	assert_false(orl_domain_is_file_name("set"));
	assert_false(orl_domain_is_file_name("ring."));
	assert_false(orl_domain_is_file_name("ring.1a"));
	assert_false(orl_domain_is_file_name("rings"));
	assert_false(orl_domain_is_file_name("maps.x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, make_domain, remove_domain)
		T(instances_are_listed_in_order_of_creation),
		T(removing_leaves_no_file),
		T(a_held_instance_is_not_removed),
		T(an_entry_used_again_is_another_instance),
		T(rules_of_one_instance_do_not_reach_another),
		T(an_exact_switch_is_stronger_than_rules_before_it),
		T(a_rule_for_one_process_leaves_what_was_said_for_others),
		T(rings_made_while_tracing_is_off_are_off),
		T(pids_are_replaced_or_added_once),
		T(hooks_come_in_order_of_creation),
		T(a_hook_whose_writer_died_gives_its_slot_back),
		T(a_hook_is_replaced_in_place),
		T(soft_mode_is_what_switching_moves_for_targets),
		T(a_hist_is_made_read_and_removed),
		T(the_error_log_keeps_the_last_eight),
		T(a_sweep_removes_what_no_instance_speaks_of),
		T(maps_of_the_dead_are_bounded),
		T(names_of_files_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
