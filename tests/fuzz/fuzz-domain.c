// SPDX-License-Identifier: MIT
/*
 * A domain into which anything was written: whatever the tools do with it ends, stays in memory,
 * and gives no more than the domain has room for.
 *
 * The input is a row of writes, each of 8 bytes at a place that a table of the structures chooses,
 * so that few bytes reach deep; the domain is the same sound one before each input.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/control.h"
#include "reader/events.h"
#include "reader/procs.h"
#include "reader/ring.h"
#include "reader/tasks.h"

#define NR_RINGS 3U
#define PAGE 4096U
#define NR_PAGES 4U
#define MAX_WRITES 64U

static char dir[64];
static struct orl_domain domain;
static struct orl_rings rings;
static char *ctl_copy, *ring_copy;

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
	nftw(dir, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
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

static void make_domain(void)
{
	strcpy(dir, "/dev/shm/orl-fuzz-XXXXXX");
	require(mkdtemp(dir) != NULL);
	atexit(remove_domain);
	require(!orl_domain_open(&domain, dir, ORL_DOMAIN_CREATE));
	domain.ctl->nr_cpus = 2;
	domain.ctl->nr_leases = 1;
	domain.ctl->top.cpu_data_size = domain.ctl->top.lease_data_size = NR_PAGES * PAGE;
	require(!orl_rings_create(&domain, &domain.ctl->top, 0) &&
		!orl_rings_map(&rings, &domain, 0, 0));
	for (uint32_t i = 0; i < NR_RINGS; i++)
		fill_ring(i);
	fill_registry();
	fill_tables();
	ctl_copy = malloc(ORL_CTL_SIZE);
	ring_copy = malloc(rings.size);
	require(ctl_copy && ring_copy);
	memcpy(ctl_copy, domain.ctl, ORL_CTL_SIZE);
	memcpy(ring_copy, rings.map, rings.size);
	usleep(20000);		/* old enough that opening it need not wait */
}

/* Places worth writing to: base offset, stride, number, bytes of each. */
struct place {
	bool is_ring;
	uint32_t at, stride, nr, size;
};

static const struct place *places(uint32_t *nr)
{
	static struct place p[16];
	const struct orl_ring_file *f = &rings.file;
	uint32_t off = (uint32_t)f->cpu_off, stride = (uint32_t)f->cpu_stride;
	uint32_t pages = off + (uint32_t)orl_ring_data_off(NR_PAGES * PAGE, PAGE);
	uint32_t n = 0;

	p[n++] = (struct place){ true, 0, 0, 1, sizeof(struct orl_ring_file) };
	p[n++] = (struct place){ true, off, stride, NR_RINGS, sizeof(struct orl_ring) };
	p[n++] = (struct place){ true, off + ORL_RING_BLOCK, stride, NR_RINGS, 16 * NR_PAGES };
	p[n++] = (struct place){ true, pages, PAGE, NR_PAGES, 64 };
	p[n++] = (struct place){ true, pages + stride, PAGE, NR_PAGES, 64 };
	p[n++] = (struct place){ true, pages, stride, NR_RINGS, NR_PAGES * PAGE };
	p[n++] = (struct place){ false, 0, 0, 1, offsetof(struct orl_ctl, rules) };
	p[n++] = (struct place){ false, offsetof(struct orl_ctl, rules), 0, 1, 400 };
	p[n++] = (struct place){ false, ORL_CTL_OFF_PROCS, sizeof(struct orl_proc), 4, 128 };
	p[n++] = (struct place){ false, ORL_CTL_OFF_TASKS + 32 * orl_task_slot(1234), 32, 8, 32 };
	p[n++] = (struct place){ false, ORL_CTL_OFF_INDEX, 800, 4, 16 };
	p[n++] = (struct place){ false, ORL_CTL_OFF_DATA, 256, 4, 128 };
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
		char *to = (at->is_ring ? rings.map : (char *)domain.ctl) + off;
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

static void use(struct orl_session *s)
{
	struct orl_change change[2] = { { "shop:*", 0, true }, { "s*:order", 1, false } };

	read_tables(s);
	read_pages(s);
	merge(s, ORL_MERGE_SNAPSHOT);
	merge(s, ORL_MERGE_FOLLOW);
	merge(s, ORL_MERGE_CONSUME);
	orl_control_change(s, change, 2, 0);
	orl_control_change(s, change, 1, ORL_CHANGE_OVERLAY);
	orl_control_remove_overlay(s);
	orl_control_set_discard(s, true);
	orl_control_set_tracing(s, false);
	orl_control_clear(s);
	read_pages(s);
}

static void restore(void)
{
	const uint32_t last = ORL_CTL_OFF_DATA + 4096;
	char *ctl = (char *)domain.ctl;

	memcpy(ctl, ctl_copy, ORL_CTL_OFF_PROCS + 8 * sizeof(struct orl_proc));
	memcpy(ctl + ORL_CTL_OFF_TASKS, ctl_copy + ORL_CTL_OFF_TASKS, last - ORL_CTL_OFF_TASKS);
	memcpy(rings.map, ring_copy, rings.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orl_session s;

	if (!dir[0])
		make_domain();
	restore();
	damage(data, size);
	if (orl_session_open(&s, dir, 0)) {
		require(s.error[0] != '\0');
		return 0;
	}
	use(&s);
	orl_session_close(&s);
	return 0;
}
