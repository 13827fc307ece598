// SPDX-License-Identifier: MIT
/*
 * Changing what is wanted under programs that fire: every record must be appended once, or counted.
 *
 *   race-instances CROWD MODE [COUNT]
 *
 *   swap        snapshots, taken by the tool
 *   resize      rings replaced by others
 *   both        one after the other
 *   instances   others made, with rings, filters and events, and removed
 *   filters     a filter of the top instance added, replaced, removed; all of them let all through
 *   triggers    a hist, and a trigger that takes snapshots in the programs
 *
 * Three programs fire (crowd.c), one of them on leased rings. At the end the top instance's rings,
 * old ones included, must hold or count just as many records as were fired.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "place.h"
#include "reader/control.h"
#include "reader/instance.h"
#include "reader/set-impl.h"

#define NR_FILES 4096U
#define CPU_DATA (64ULL << 10)

static struct crowd *crowd;
static int crowd_fd;
static const char *crowd_path;
static pid_t pids[CROWD_PROCESSES];
static struct orl_session top;
static struct orl_rings files[NR_FILES]; /* every ring file that the top instance ever had */
static uint32_t nr_files;
static unsigned long count;

#define check(what) \
	do { \
		int rc_ = (what); \
		if (rc_ < 0) \
			race_give_up("%s: %s (%s)", #what, strerror(-rc_), top.error); \
	} while (0)

static void keep_file(uint32_t id)
{
	if (nr_files == NR_FILES)
		race_give_up("too many ring files");
	check(orl_rings_map(&files[nr_files++], &top.domain, id, 0));
}

static void start_crowd(void)
{
	char number[16], fd[16];

	for (unsigned int i = 0; i < CROWD_PROCESSES; i++) {
		snprintf(number, sizeof(number), "%u", i);
		snprintf(fd, sizeof(fd), "%d", crowd_fd);
		pids[i] = fork();
		if (pids[i])
			continue;
		if (i == CROWD_PROCESSES - 1)
			setenv("ORIEL_RSEQ", "off", 1);
		execl(crowd_path, crowd_path, number, fd, (char *)NULL);
		_exit(127);
	}
	for (unsigned int i = 0; i < CROWD_PROCESSES; i++) {
		while (!__atomic_load_n(&crowd->up[i], __ATOMIC_ACQUIRE)) {
			if (waitpid(pids[i], NULL, WNOHANG) == pids[i])
				race_give_up("a program of the crowd did not come up");
			sched_yield();
		}
	}
}

/* Everybody has followed the last change. */
static void wait_for_all(void)
{
	struct orl_proc *procs = orl_ctl_procs(top.domain.ctl);
	uint32_t gen = __atomic_load_n(&top.domain.ctl->gen, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		while (__atomic_load_n(&procs[i].pid, __ATOMIC_ACQUIRE) &&
		       (int32_t)(__atomic_load_n(&procs[i].applied, __ATOMIC_ACQUIRE) - gen) < 0)
			sched_yield();
	}
}

static void publish(struct orl_session *s, bool changed_copies)
{
	orl_set_publish(s, changed_copies);
	wait_for_all();
}

static void set_rule(struct orl_session *s)
{
	struct orl_rules *rules = &s->set->rules[orl_set_copy_locked(s)];

	memset(&rules->rule[0], 0, sizeof(rules->rule[0]));
	rules->rule[0].flags = ORL_RULE_ENABLE;
	strcpy(rules->rule[0].pattern, "race:*");
	rules->nr = 1;
}

/* ---- rings ---- */

static uint32_t new_rings(uint32_t half)
{
	uint32_t id = orl_domain_new_id(&top), old = top.set->ring_id[half];

	check(orl_rings_create(&top.domain, top.set, id));
	keep_file(id);
	if (half != (top.set->active & 1))
		orl_rings_mark(&files[nr_files - 1], ORL_RING_ASIDE, ORL_RING_ON);
	__atomic_store_n(&top.set->ring_id[half], id, __ATOMIC_RELEASE);
	return old;
}

static void resize(uint32_t half)
{
	uint32_t old;
	int fd = orl_set_lock(&top);

	check(fd);
	old = new_rings(half);
	for (uint32_t i = 0; i < nr_files; i++) {
		if (files[i].id == old)
			orl_rings_mark(&files[i], ORL_RING_RETIRED, ORL_RING_ON);
	}
	publish(&top, false);
	orl_domain_unlink(&top, ORL_RING_NAME, old);
	orl_set_unlock(fd);
}

static void make_snapshot(void)
{
	int fd = orl_set_lock(&top);

	check(fd);
	new_rings(1);
	publish(&top, false);
	orl_set_unlock(fd);
}

static void swap(void)
{
	struct orl_halves h;

	check(orl_halves_open(&top, &h));
	for (unsigned int i = 0; i < 50; i++) {
		if (!orl_rings_swap(&h.host))
			race_give_up("there is nothing to swap");
		sched_yield();
	}
	orl_halves_close(&h);
}

static void run_rings(bool swaps, bool resizes)
{
	make_snapshot();
	for (unsigned long i = 0; i < count; i++) {
		if (swaps)
			swap();
		if (resizes)
			resize((uint32_t)(i & 1) ^ (top.set->active & 1));
	}
}

/* ---- hooks ---- */

static uint32_t event_id(const char *name)
{
	struct orl_ctl *ctl = top.domain.ctl;

	for (uint32_t slot = 0; slot < ORL_NR_EVENTS; slot++) {
		uint64_t word = orl_ctl_index(ctl)[slot];
		const struct orl_entry *e = (const struct orl_entry *)(const void *)(
			orl_ctl_data(ctl) + ((uint32_t)word - 1) * 8ULL);

		if (word && !strcmp(e->text + e->system_len + 1, name))
			return ORL_EVENT_ID_FIRST + slot;
	}
	race_give_up("there is no event %s", name);
}

/* value >= 0, in one of two ways */
static void fill_filter(struct orl_hook *hook, const char *event, unsigned int way)
{
	memset(hook, 0, sizeof(*hook));
	hook->kind = ORL_HOOK_FILTER;
	hook->event = event_id(event);
	hook->count = -1;
	hook->nr_insns = 1;
	hook->insn[0] = (struct orl_insn){
		.op = (uint8_t)(ORL_LOAD_U32 << 4 | (way ? ORL_CMP_GE : ORL_CMP_LE)),
		.yes = ORL_INSN_PASS,
		.no = ORL_INSN_FAIL,
		.off = 8,
		.size = 4,
		.imm = way ? 0 : UINT32_MAX,
	};
	strcpy(hook->text, "value >= 0");
	hook->text_len = (uint32_t)strlen(hook->text);
}

static int add_hook(struct orl_session *s, struct orl_hook *hook)
{
	int fd = orl_set_lock(s), slot;

	check(fd);
	slot = orl_hook_add_locked(s, hook);
	check(slot);
	publish(s, false);
	orl_set_unlock(fd);
	return slot;
}

static void remove_hook(struct orl_session *s, int slot)
{
	int fd = orl_set_lock(s);

	check(fd);
	orl_hook_remove_locked(s, (uint32_t)slot);
	publish(s, false);
	orl_set_unlock(fd);
}

static void run_filters(void)
{
	struct orl_hook hook;

	for (unsigned long i = 0; i < count; i++) {
		int slot;

		fill_filter(&hook, "tiny", i & 1);
		slot = add_hook(&top, &hook);
		for (unsigned int k = 0; k < 100; k++) {
			fill_filter(&hook, "tiny", k & 1);
			check(orl_hook_replace_locked(&top, (uint32_t)slot, &hook));
			sched_yield();
		}
		remove_hook(&top, slot);
	}
}

static void run_instances(void)
{
	struct orl_session s;
	struct orl_hook hook;
	char name[32];

	for (unsigned long i = 0; i < count; i++) {
		int fd, slot;

		snprintf(name, sizeof(name), "i%lu", i);
		check(orl_instance_create(&top, name));
		check(orl_session_open_instance(&s, &top, name));
		check(orl_session_create_rings(&s));
		fill_filter(&hook, "tiny", i & 1);
		if (i % 3)
			slot = add_hook(&s, &hook);
		fd = orl_set_lock(&s);
		check(fd);
		set_rule(&s);
		publish(&s, true);
		orl_set_unlock(fd);
		if (i % 3 == 1)
			remove_hook(&s, slot);
		orl_session_close(&s);
		check(orl_instance_remove(&top, name));
		wait_for_all();
	}
}

/* ---- triggers ---- */

static uint32_t hist_id;

static void add_triggers(void)
{
	struct orl_hist_spec spec = {
		.nr_keys = 1,
		.key_len = 8,
		.key = { { .load = ORL_LOAD_U32, .map = ORL_MAP_BUCKETS, .off = 8, .size = 4,
			   .arg = 1 << 20 } },
	};
	struct orl_hook hook = { .kind = ORL_HOOK_TRIGGER, .event = event_id("tiny"), .count = -1 };

	hist_id = (uint32_t)orl_hist_create(&top, &spec, 2048);
	check((int)hist_id);
	hook.cmd = ORL_CMD_HIST;
	hook.hist_id = hist_id;
	hook.hist = spec;
	add_hook(&top, &hook);
	hook.cmd = ORL_CMD_SNAPSHOT;
	add_hook(&top, &hook);
}

static void run_triggers(void)
{
	while (__atomic_load_n(&crowd->fired[0][0].nr, __ATOMIC_ACQUIRE) < count)
		sched_yield();
}

static uint64_t hist_hits(void)
{
	struct orl_hist_file *file;
	uint64_t hits = 0;
	void *copy;
	size_t len;

	check(orl_hist_read(&top, hist_id, &copy, &len));
	file = copy;
	for (uint32_t i = 0; i < file->nr_slots; i++) {
		const struct orl_hist_entry *e = (const struct orl_hist_entry *)(const void *)(
			(char *)copy + ORL_HIST_BLOCK + (size_t)i * file->entry_len);

		hits += e->hits;
	}
	hits += file->dropped;
	free(copy);
	return hits;
}

/* ---- all together ---- */

/* Files of the domain that have no name any more, but are still mapped by a program. */
static unsigned int nr_left_mapped(pid_t pid)
{
	char path[64], line[512];
	unsigned int nr = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "r");
	if (!f)
		race_give_up("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		nr += strstr(line, top.domain.dir) && strstr(line, "(deleted)");
	fclose(f);
	return nr;
}

/* A program that writes to leased rings keeps what it had; the others let go, at the latest when
 * they look again. */
static void wait_until_let_go(void)
{
	for (unsigned int i = 0; i < CROWD_PROCESSES - 1; i++) {
		while (nr_left_mapped(pids[i])) {
			int fd = orl_set_lock(&top);

			check(fd);
			publish(&top, false);
			orl_set_unlock(fd);
		}
	}
}

static uint64_t fired(bool tiny_only)
{
	uint64_t nr = 0;

	for (unsigned int i = 0; i < CROWD_PROCESSES; i++) {
		for (unsigned int k = 0; k <= CROWD_THREADS; k++) {
			uint64_t n = crowd->fired[i][k].nr;

			nr += tiny_only ? n - n / 8 : n;
		}
	}
	return nr;
}

static int add_up(bool has_hist)
{
	uint64_t written = 0, dropped = 0, unleased = 0, nr = fired(false);

	for (uint32_t f = 0; f < nr_files; f++) {
		const struct orl_rings *r = &files[f];

		for (uint32_t i = 0; i < r->file.nr_cpus + r->file.nr_leases; i++) {
			const struct orl_ring *ring = orl_rings_get(r, i);

			written += ring->count[ring->head & 1];
			dropped += ring->dropped;
		}
		unleased += ((const struct orl_ring_file *)(const void *)r->map)->lease_dropped;
	}
	printf("%lu fired, %lu written to %u files, %lu dropped, %lu without a ring\n", nr, written,
	       nr_files, dropped, unleased);
	if (nr != written + dropped + unleased) {
		printf("FAILED: %ld records\n", (long)(written + dropped + unleased - nr));
		return 1;
	}
	if (has_hist && hist_hits() != fired(true)) {
		printf("FAILED: the hist counted %lu of %lu\n", hist_hits(), fired(true));
		return 1;
	}
	return 0;
}

static int end_crowd(void)
{
	int status, failed = 0;

	__atomic_store_n(&crowd->stop, 1, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < CROWD_PROCESSES; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i] || status) {
			printf("FAILED: a program ended with status 0x%x\n", status);
			failed = 1;
		}
	}
	return failed;
}

static void begin(void)
{
	const char *dir = race_place_make();
	int fd;

	check(orl_session_open(&top, dir, ORL_SESSION_CREATE));
	race_place_set(top.domain.ctl, CPU_DATA, CPU_DATA, 16);
	check(orl_session_create_rings(&top));
	keep_file(0);
	fd = orl_set_lock(&top);
	check(fd);
	set_rule(&top);
	orl_set_publish(&top, true);
	orl_set_unlock(fd);
	setenv("ORIEL_DOMAIN", dir, 1);
	crowd_fd = memfd_create("crowd", 0);
	if (crowd_fd < 0 || ftruncate(crowd_fd, sizeof(*crowd)))
		race_give_up("memfd: %s", strerror(errno));
	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED, crowd_fd, 0);
	if (crowd == MAP_FAILED)
		race_give_up("mmap: %s", strerror(errno));
}

/* Its events are known to the domain once a program with them was there. */
static void introduce(void)
{
	pid_t pid = fork();

	if (!pid) {
		execl(crowd_path, crowd_path, "99", "0", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[2] : "";
	bool triggers = !strcmp(mode, "triggers");
	int failed;

	count = argc > 3 ? strtoul(argv[3], NULL, 10) : 100;
	crowd_path = argc > 1 ? argv[1] : "";
	begin();
	introduce();
	if (triggers) {
		make_snapshot();
		add_triggers();
	}
	start_crowd();
	if (!strcmp(mode, "swap"))
		run_rings(true, false);
	else if (!strcmp(mode, "resize"))
		run_rings(false, true);
	else if (!strcmp(mode, "both"))
		run_rings(true, true);
	else if (!strcmp(mode, "instances"))
		run_instances();
	else if (!strcmp(mode, "filters"))
		run_filters();
	else if (triggers)
		run_triggers();
	else
		race_give_up("usage: race-instances CROWD MODE [COUNT], see the source");
	wait_until_let_go();
	failed = end_crowd();
	return add_up(triggers) || failed;
}
