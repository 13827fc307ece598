// SPDX-License-Identifier: MIT
/*
 * A domain into which anything was written: whatever the tools do with it ends, stays in memory,
 * and gives no more than the domain has room for.
 *
 * The input is a row of writes, each of 8 bytes at a place that a table of the structures chooses,
 * so that few bytes reach deep; the domain is the same sound one before each input: its files have
 * a second name in a folder beside it, from where they come back.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/clocks.h"
#include "reader/control.h"
#include "reader/events.h"
#include "reader/instance.h"
#include "reader/maps.h"
#include "reader/procs.h"
#include "reader/ring.h"
#include "reader/sweep.h"
#include "reader/tasks.h"

#define NR_RINGS 3U
#define PAGE 4096U
#define NR_PAGES 4U
#define MAX_WRITES 64U

static char base[64], dir[80], keep[80];
static struct orl_domain domain;
static struct orl_rings rings;

/* What is written to: a mapping that lasts, and what stood there at first. */
enum { FILE_CTL, FILE_RING, FILE_SET, FILE_HOOKS, FILE_HIST, FILE_ERRORS, NR_FILES };
static struct {
	char *map, *copy;
	size_t len;			/* of what is put back */
} file[NR_FILES];
static uint32_t hist_id;

/* Slots of processes are written to as well: nobody outside shall hear of it. */
int sigqueue(pid_t pid, int sig, const union sigval value)
{
	(void)pid, (void)sig, (void)value;
	return 0;
}

static void require(bool ok)
{
	if (!ok)
		abort();
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_domain(void)
{
	nftw(base, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
}

/* A ring that was written one and a half times around; each record 32 bytes, 10 ticks apart. */
static void fill_ring(uint32_t i)
{
	char *ring = (char *)orl_rings_get(&rings, i);
	char *pages = ring + orl_ring_data_off(NR_PAGES * PAGE, PAGE);
	struct orl_page_meta *meta = (void *)(ring + ORL_RING_BLOCK);
	struct orl_ring *r = (void *)ring;
	uint64_t per_page = (PAGE - 16) / 36, count = 0, time = 1000 + i;

	for (uint64_t start = 0; start < 6 * PAGE; start += PAGE) {
		char *page = pages + start % (NR_PAGES * PAGE);
		uint64_t nr = start == 5 * PAGE ? per_page / 2 : per_page, used = nr * 36;

		meta[start / PAGE % NR_PAGES] = (struct orl_page_meta){ start, count };
		memcpy(page, &time, 8);
		memcpy(page + 8, &used, 8);
		for (uint64_t k = 0; k < nr; k++, time += 10) {
			uint32_t word = (k ? 10U : 0U) << 5 | 8, rec[8] = { 64, 1234 };

			memcpy(page + 16 + k * 36, &word, 4);
			memcpy(page + 20 + k * 36, rec, 32);
		}
		count += nr;
		r->head = (start + 16 + used) << 1;
	}
	r->count[0] = count;
	r->last[0] = time - 10;
}

static void fill_registry(void)
{
	static const char text[] = "shop\0order\0format:\n"
				   "\tfield:int id;\toffset:8;\tsize:4;\tsigned:1;\n";
	struct orl_entry *e = (void *)orl_ctl_data(domain.ctl);

	for (uint64_t i = 0; i < 3; i++) {
		e = (void *)(orl_ctl_data(domain.ctl) + 256 * i);
		e->len = 256;
		e->system_len = 4;
		e->name_len = 5;
		e->format_len = sizeof(text) - 12;
		memcpy(e->text, text, sizeof(text));
		orl_ctl_index(domain.ctl)[100 * i] = 32 * i + 1;
	}
}

static void fill_tables(void)
{
	struct orl_task *t = &orl_ctl_tasks(domain.ctl)[orl_task_slot(1234)];
	struct orl_proc *p = orl_ctl_procs(domain.ctl);
	struct orl_rules *rules = &domain.ctl->top.rules[0];

	t->key = 1234 | 1234ULL << 32;
	memcpy(t->comm, "shop\0", 6);
	t->check = t->key ^ t->comm[0] ^ t->comm[1] ^ ORL_CTL_MAGIC;
	p->pid = (uint32_t)getpid();
	p->flags = ORL_PROC_CONTROL_SIGNAL;
	p->signal = ORL_NUDGE_SIGNAL;
	p->events[0] = 1;
	rules->nr = 2;
	for (uint32_t i = 0; i < 2; i++) {
		rules->rule[i].flags = i ? ORL_RULE_OVERLAY : ORL_RULE_ENABLE;
		strcpy(rules->rule[i].pattern, i ? "sh[a-o]p:*" : "shop:o?der");
	}
}

/* An instance with a hook, a hist and an error; the same for the top one. */
static void fill_instances(void)
{
	struct orl_hist_spec spec = { .nr_keys = 1, .nr_vals = 1, .key_len = 8 };
	struct orl_session top, s;

	require(!orl_session_open(&top, dir, 0) && !orl_instance_create(&top, "inst"));
	require(!orl_session_open_instance(&s, &top, "inst") && !orl_session_create_rings(&s));
	for (int i = 0; i < 4; i++) {
		struct orl_hook hook = { .kind = i % 2 ? ORL_HOOK_FILTER : ORL_HOOK_TRIGGER,
					 .event = 64, .cmd = ORL_CMD_ENABLE_EVENT, .target = 164,
					 .text = "enable_event:shop:order", .count = -1 };
		int fd = orl_set_lock(&top);

		require(fd >= 0 && orl_hook_add_locked(i < 2 ? &top : &s, &hook) >= 0);
		orl_set_unlock(fd);
		require(!orl_errors_add(i < 2 ? &top : &s, "text\n", 5));
	}
	hist_id = (uint32_t)orl_hist_create(&s, &spec, 128);
	require((int)hist_id > 0 && !orl_snapshot_alloc(&top));
	orl_session_close(&s);
	orl_session_close(&top);
}

static void keep_file(int i, const char *name, size_t len)
{
	int rc;
	size_t whole;

	file[i].map = orl_domain_map(&domain, name, true, &whole, &rc);
	require(file[i].map && whole >= len);
	file[i].len = len ? len : whole;
	file[i].copy = malloc(file[i].len);
	require(file[i].copy != NULL);
	memcpy(file[i].copy, file[i].map, file[i].len);
}

/* Give every file of one folder its name in the other where it has none. */
static void link_all(const char *from, const char *to)
{
	char a[400], b[400];
	struct dirent *e;
	DIR *d = opendir(from);

	require(d != NULL);
	while ((e = readdir(d))) {
		snprintf(a, sizeof(a), "%s/%s", from, e->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, e->d_name);
		if (e->d_name[0] != '.')
			require(!link(a, b) || errno == EEXIST);
	}
	closedir(d);
}

/* Remove what is not the file that has the same name in the other folder. */
static void remove_strangers(const char *from, const char *other)
{
	char a[400], b[400];
	struct stat x, y;
	struct dirent *e;
	DIR *d = opendir(from);

	require(d != NULL);
	while ((e = readdir(d))) {
		snprintf(a, sizeof(a), "%s/%s", from, e->d_name);
		snprintf(b, sizeof(b), "%s/%s", other, e->d_name);
		if (e->d_name[0] != '.' && !stat(a, &x) && (stat(b, &y) || x.st_ino != y.st_ino))
			unlink(a);
	}
	closedir(d);
}

static void make_domain(void)
{
	char name[32];

	strcpy(base, "/dev/shm/orl-fuzz-XXXXXX");
	require(mkdtemp(base) != NULL);
	atexit(remove_domain);
	snprintf(dir, sizeof(dir), "%s/domain", base);
	snprintf(keep, sizeof(keep), "%s/keep", base);
	require(!mkdir(keep, 0700));
	require(!orl_domain_open(&domain, dir, ORL_DOMAIN_CREATE));
	domain.ctl->nr_cpus = 2;
	domain.ctl->nr_leases = 1;
	domain.ctl->cpu_data_size = domain.ctl->lease_data_size = NR_PAGES * PAGE;
	domain.ctl->top.cpu_data_size = domain.ctl->top.lease_data_size = NR_PAGES * PAGE;
	require(!orl_rings_create(&domain, &domain.ctl->top, 0) &&
		!orl_rings_map(&rings, &domain, 0, 0));
	for (uint32_t i = 0; i < NR_RINGS; i++)
		fill_ring(i);
	fill_registry();
	fill_tables();
	fill_instances();
	keep_file(FILE_CTL, ORL_CTL_NAME, ORL_CTL_OFF_DATA + 4096);
	keep_file(FILE_RING, ORL_RING_NAME, 0);
	keep_file(FILE_SET, orl_domain_name(name, ORL_SET_NAME, 1), 0);
	keep_file(FILE_HOOKS, ORL_HOOKS_NAME, 2 * ORL_HOOK_SIZE);
	keep_file(FILE_HIST, orl_domain_name(name, ORL_HIST_NAME, hist_id), 0);
	keep_file(FILE_ERRORS, ORL_ERRORS_NAME, 0);
	link_all(dir, keep);
	usleep(20000);		/* old enough that opening it need not wait */
}

/* Places worth writing to: base offset, stride, number, bytes of each. */
struct place {
	int file;
	uint32_t at, stride, nr, size;
};

static const struct place *places(uint32_t *nr)
{
	static struct place p[32];
	const struct orl_ring_file *f = &rings.file;
	uint32_t off = (uint32_t)f->cpu_off, stride = (uint32_t)f->cpu_stride;
	uint32_t pages = off + (uint32_t)orl_ring_data_off(NR_PAGES * PAGE, PAGE);
	uint32_t top = offsetof(struct orl_ctl, top), hook = offsetof(struct orl_set, hook);
	uint32_t rules = offsetof(struct orl_set, rules), exact = offsetof(struct orl_set, exact);
	uint32_t pids = offsetof(struct orl_set, pids), copy = sizeof(struct orl_rules);
	uint32_t n = 0;

	p[n++] = (struct place){ FILE_RING, 0, 0, 1, sizeof(struct orl_ring_file) };
	p[n++] = (struct place){ FILE_RING, off, stride, NR_RINGS, sizeof(struct orl_ring) };
	p[n++] = (struct place){ FILE_RING, off + ORL_RING_BLOCK, stride, NR_RINGS, 16 * NR_PAGES };
	p[n++] = (struct place){ FILE_RING, pages, PAGE, NR_PAGES, 64 };
	p[n++] = (struct place){ FILE_RING, pages + stride, PAGE, NR_PAGES, 64 };
	p[n++] = (struct place){ FILE_RING, pages, stride, NR_RINGS, NR_PAGES * PAGE };
	p[n++] = (struct place){ FILE_CTL, 0, 0, 1, offsetof(struct orl_ctl, instance) + 200 };
	p[n++] = (struct place){ FILE_CTL, top, 0, 1, 224 };
	p[n++] = (struct place){ FILE_CTL, top + hook, 0, 1, 64 };
	p[n++] = (struct place){ FILE_CTL, top + rules, copy, 2, 400 };
	p[n++] = (struct place){ FILE_CTL, top + exact, sizeof(struct orl_exact), 2, 1024 };
	p[n++] = (struct place){ FILE_CTL, top + pids, sizeof(struct orl_pids), 4, 16 };
	p[n++] = (struct place){ FILE_CTL, ORL_CTL_OFF_PROCS, sizeof(struct orl_proc), 4, 128 };
	p[n++] = (struct place){ FILE_CTL, ORL_CTL_OFF_TASKS + 32 * orl_task_slot(1234), 32, 8,
				 32 };
	p[n++] = (struct place){ FILE_CTL, ORL_CTL_OFF_INDEX, 800, 4, 16 };
	p[n++] = (struct place){ FILE_CTL, ORL_CTL_OFF_DATA, 256, 4, 128 };
	p[n++] = (struct place){ FILE_SET, 0, 0, 1, 224 };
	p[n++] = (struct place){ FILE_SET, hook, 0, 1, 64 };
	p[n++] = (struct place){ FILE_SET, rules, copy, 2, 400 };
	p[n++] = (struct place){ FILE_HOOKS, 0, ORL_HOOK_SIZE, 2, 512 };
	p[n++] = (struct place){ FILE_HIST, 0, 0, 1, sizeof(struct orl_hist_file) };
	p[n++] = (struct place){ FILE_ERRORS, 0, 0, 1, 18 };
	*nr = n;
	return p;
}

/* One write is 12 bytes of input: place, which of its kind, offset in it, how, value. */
static void damage(const uint8_t *data, size_t size)
{
	uint32_t nr_places;
	const struct place *p = places(&nr_places);

	for (uint32_t n = 0; size >= 12 && n < MAX_WRITES; n++, data += 12, size -= 12) {
		const struct place *at = &p[data[0] % nr_places];
		uint32_t off = at->at + at->stride * (data[1] % at->nr);
		uint32_t in = (uint32_t)(data[2] | (data[3] & 0x7f) << 8) % at->size;
		char *to = file[at->file].map + off;
		uint64_t value, old;

		memcpy(&value, data + 4, 8);
		in = data[3] & 0x80 || at->size < 8 ? in : in & ~7U;
		if (at->size - in < 8)
			in = at->size - 8;
		memcpy(&old, to + in, 8);
		/* small steps from what stood there find more than wild values */
		if (value >> 56 == 0x55)
			value = old + (uint64_t)(int64_t)(int16_t)value;
		memcpy(to + in, &value, 8);
	}
}

static volatile uint64_t sink;

static void touch(const void *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sink += ((const uint8_t *)p)[i];
}

static void read_pages(struct orl_session *s)
{
	static _Alignas(8) char page[ORL_PAGE_MAX];

	for (uint32_t i = 0; i < s->nr_rings; i++) {
		enum orl_from from = ORL_FROM_UNREAD;
		struct orl_ring_stats st;
		struct orl_page_info info;
		struct orl_cursor c;
		uint32_t nr = 0;
		int rc;

		if (!orl_ring_stats(s, i, &st))
			require(st.written == st.entries + st.overrun + st.read);
		for (; from <= ORL_FROM_NOW; from++) {
			if (orl_cursor_init(&c, s, i, from))
				continue;
			while ((rc = orl_cursor_next_page(&c, page, &info, ORL_PAGE_PARTIAL))) {
				require(rc == 1 || rc == -EBADMSG);
				require(++nr <= 8 * c.view.data_size / c.view.page_size + 8);
				if (rc == 1)
					require(info.len <= s->page_size - 16 && info.nr_records);
				if (rc == 1)
					touch(page, info.len + 16);
			}
			nr = 0;
		}
	}
}

static void merge(struct orl_session *s, enum orl_merge_mode mode)
{
	uint64_t nr = 0, most = 2ULL * s->rings.size / 4 + 16;
	struct orl_merge *m;
	struct orl_record r;

	if (orl_merge_open(&m, s, mode))
		return;
	for (int pass = 0; pass < 3; pass++) {
		while (orl_merge_next(m, &r) == 1) {
			require(++nr <= most);
			require(r.cpu >= 0 && (uint32_t)r.cpu < s->nr_rings);
			touch(r.data, r.len);
		}
		orl_merge_drain(m);
	}
	orl_merge_close(m);
}

static bool touch_task(const struct orl_task_name *t, void *arg)
{
	(void)arg;
	touch(t->comm, strlen(t->comm));
	return true;
}

static void read_tables(struct orl_session *s)
{
	struct orl_processes list;
	struct orl_events ev;
	char comm[ORL_COMM_LEN + 1];

	if (!orl_events_load(&ev, s)) {
		for (uint32_t i = 0; i < ev.nr; i++) {
			const struct orl_event *e = &ev.event[i];

			require(strlen(e->format) == e->format_len);
			touch(e->system, strlen(e->system));
			touch(e->name, strlen(e->name));
			sink += orl_event_is_enabled(s, e, 0);
			sink += orl_event_in_process(s, e, 0);
		}
		orl_events_fini(&ev);
	}
	if (!orl_processes_list(&list, s, ORL_PROCS_DEAD, 0)) {
		for (uint32_t i = 0; i < list.nr; i++)
			touch(orl_reach_reason(list.process[i].reach), 1);
		orl_processes_fini(&list);
	}
	orl_tasks_foreach(s, touch_task, NULL);
	sink += orl_tasks_find(s, 1234, comm);
}

static void read_cpus(struct orl_session *s)
{
	static _Alignas(8) char page[ORL_PAGE_MAX];
	struct orl_clock_conv conv;

	orl_session_clock_conv(s, orl_session_clock(s), &conv);
	for (uint32_t cpu = 0; cpu < s->nr_cpus && cpu < 4; cpu++) {
		struct orl_ring_stats st;
		struct orl_consumer *c;
		uint64_t unread, whole;
		uint32_t nr = 0;

		sink += (uint64_t)orl_cpu_stats(s, cpu, &st);
		if (s->page_size > sizeof(page) ||
		    orl_consumer_open(&c, s, cpu, orl_clock_conv, &conv))
			continue;
		orl_consumer_fill(c, &unread, &whole);
		while (orl_consumer_page(c, page, true) == 1) {
			require(++nr <= 64 * s->rings.size / s->page_size);
			require(orl_page_used(page) <= s->page_size - 16);
			touch(page, s->page_size);
		}
		orl_consumer_close(c);
	}
}

static bool touch_hook(const struct orl_hook *hook, uint32_t i, void *arg)
{
	(void)arg;
	require(i < ORL_NR_HOOKS);
	touch(hook->text, strlen(hook->text));
	return true;
}

static bool touch_name(const char *name, uint32_t id, void *arg)
{
	(void)arg;
	touch(name, strlen(name));
	return id != 0;
}

static void read_instance(struct orl_session *s)
{
	int32_t pid[ORL_NR_PIDS];
	size_t len;
	char *text;
	void *copy;

	orl_instance_foreach(s, touch_name, NULL);
	orl_hook_foreach(s, 0, 0, touch_hook, NULL);
	touch(pid, orl_get_pids(s, false, pid) * sizeof(*pid));
	if (!orl_errors_read(s, &text, &len)) {
		touch(text, len + 1);
		free(text);
	}
	if (!orl_hist_read(s, hist_id, &copy, &len)) {
		const struct orl_hist_file *h = copy;

		require(ORL_HIST_BLOCK + (uint64_t)h->nr_slots * h->entry_len <= len);
		free(copy);
	}
}

static void change_hooks(struct orl_session *s)
{
	struct orl_hook hook = { .kind = ORL_HOOK_TRIGGER, .event = 64, .text = "traceon" };
	int fd = orl_set_lock(s), i;

	if (fd < 0)
		return;
	i = orl_hook_add_locked(s, &hook);
	if (i >= 0)
		orl_hook_replace_locked(s, (uint32_t)i, &hook);
	orl_hook_remove_locked(s, 0);
	orl_soft_set_locked(s, 64, true);
	orl_set_publish(s, true);
	orl_set_unlock(fd);
}

/* What scans /proc or writes files: one per input. */
static void change(struct orl_session *s, unsigned int which)
{
	const int32_t pid[2] = { 1, 2 };
	const uint64_t mask = 2;
	uint64_t bytes;

	switch (which % 13) {
	case 0:
		orl_set_size(s, 8192, 0);
		break;
	case 1:
		orl_set_size(s, 0, 8192);
		break;
	case 2:
		orl_snapshot_swap(s);
		break;
	case 3:
		orl_snapshot_free(s);
		break;
	case 4:
		orl_snapshot_clear(s);
		break;
	case 5:
		orl_set_pids(s, false, pid, 2, true);
		break;
	case 6:
		orl_set_cpumask(s, &mask, 1);
		break;
	case 7:
		change_hooks(s);
		break;
	case 8:
		orl_errors_add(s, "more\n", 5);
		break;
	case 9:
		orl_instance_create(s, "other");
		break;
	case 10:
		orl_instance_remove(s, "inst");
		break;
	case 11:
		sink += orl_domain_wants_events(s);
		orl_domain_sweep(s, false, &bytes);
		break;
	default:
		orl_maps_trim(s, 0);
	}
}

static void use(struct orl_session *s, unsigned int which)
{
	struct orl_change rules[2] = { { "shop:*", 0, true }, { "s*:order", 1, false } };
	struct orl_session snap;

	read_tables(s);
	read_instance(s);
	read_pages(s);
	merge(s, ORL_MERGE_SNAPSHOT);
	merge(s, ORL_MERGE_FOLLOW);
	if (!orl_session_open_snapshot(&snap, s)) {
		merge(&snap, ORL_MERGE_SNAPSHOT);
		orl_session_close(&snap);
	}
	if (which & 16)
		merge(s, ORL_MERGE_CONSUME);
	else
		read_cpus(s);
	change(s, which);
	orl_control_change(s, rules, 2, 0);
	orl_control_change(s, rules, 1, ORL_CHANGE_OVERLAY);
	orl_control_exact(s, &(int){ 164 }, 1, true);
	orl_control_remove_overlay(s);
	orl_control_set_discard(s, true);
	orl_control_set_tracing(s, false);
	orl_control_clear(s);
	read_pages(s);
}

static void restore(void)
{
	remove_strangers(dir, keep);
	link_all(keep, dir);
	for (int i = 0; i < NR_FILES; i++)
		memcpy(file[i].map, file[i].copy, file[i].len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int which = size ? data[size - 1] : 0;
	struct orl_session s, inst;

	if (!dir[0])
		make_domain();
	restore();
	damage(data, size);
	if (orl_session_open(&s, dir, 0)) {
		require(s.error[0] != '\0');
		return 0;
	}
	if ((which & 32) && !orl_session_open_instance(&inst, &s, "inst")) {
		use(&inst, which);
		orl_session_close(&inst);
	} else {
		use(&s, which);
	}
	orl_session_close(&s);
	return 0;
}
