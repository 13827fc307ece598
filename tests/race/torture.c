// SPDX-License-Identifier: MIT
/*
 * Killing writers by the thousand, and then counting.
 *
 *   race-torture WRITER MODE [KILLS [weakened]]
 *
 * Each round keeps six writers running, kills them one by one with SIGKILL at random moments and
 * starts others, all in the rings of one domain; meanwhile one process judges every page it can
 * copy, and in some modes two consumers take records, and are killed too. Then all is at rest, and
 * everything must add up (see judge.c and add_up()).
 *
 * With "weakened" WRITER is built with a step of the append removed, and the run passes when it
 * finds that out.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge.h"
#include "place.h"

#define NR_RUNNING 6U /* writers at a time */
#define KILLS_PER_ROUND 24U
#define NR_CONSUMERS 2U

struct mode {
	const char *name;
	uint64_t cpu_data, lease_data;
	uint32_t nr_leases;
	bool is_leased; /* no rseq */
	bool is_scarce; /* fewer leases than contexts */
	bool is_discard;
	bool has_consumers, kills_consumers;
	uint32_t limit; /* nobody is killed: each writer makes so many records */
};

static const struct mode modes[] = {
	{ "overwrite", 64 << 10, 64 << 10, 8, .limit = 0 },
	{ "discard", 64 << 10, 64 << 10, 8, .is_discard = true, .has_consumers = true },
	{ "consume", 256 << 10, 64 << 10, 8, .has_consumers = true },
	{ "consume-killed", 64 << 10, 64 << 10, 8, .has_consumers = true, .kills_consumers = true },
	{ "discard-killed", 64 << 10, 64 << 10, 8, .is_discard = true, .has_consumers = true,
	  .kills_consumers = true },
	{ "leased", 64 << 10, 64 << 10, 64, .is_leased = true },
	{ "leased-scarce", 64 << 10, 64 << 10, 9, .is_leased = true, .is_scarce = true },
	{ "leased-discard", 64 << 10, 64 << 10, 64, .is_leased = true, .is_discard = true,
	  .has_consumers = true, .kills_consumers = true },
	{ "signals", 64 << 20, 64 << 10, 8, .limit = 20000 },
	{ "signals-leased", 64 << 10, 16 << 20, 32, .is_leased = true, .limit = 20000 },
};

static const struct mode *mode;
static struct shared *shared;
static int shared_fd;
static struct orl_session session;
static const char *dir;
static const char *writer_path;

static void make_domain(void)
{
	dir = race_place_make();
	if (orl_session_open(&session, dir, ORL_SESSION_CREATE))
		race_give_up("%s", session.error);
	race_place_set(session.domain.ctl, mode->cpu_data, mode->lease_data, mode->nr_leases);
	if (orl_session_create_rings(&session))
		race_give_up("%s", session.error);
	for (uint32_t i = 0; mode->is_discard && i < session.nr_rings; i++)
		store(&orl_rings_get(&session.rings, i)->state, ORL_RING_ON | ORL_RING_DISCARD);
	setenv("ORIEL_DOMAIN", dir, 1);
	setenv("ORIEL_EVENTS", "race:*", 1);
	setenv("ORIEL_CONTROL", "off", 1);
	if (mode->is_leased)
		setenv("ORIEL_RSEQ", "off", 1);
	else
		unsetenv("ORIEL_RSEQ");
}

static void make_shared(void)
{
	shared_fd = memfd_create("race", 0);
	if (shared_fd < 0 || ftruncate(shared_fd, sizeof(*shared)))
		race_give_up("memfd: %s", strerror(errno));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd, 0);
	if (shared == MAP_FAILED)
		race_give_up("mmap: %s", strerror(errno));
	shared->clock = session.domain.ctl->clock;
	shared->limit = mode->limit;
}

/* Children */

static pid_t fork_child(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		race_give_up("fork: %s", strerror(errno));
	if (!pid && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent))
		_exit(2);
	return pid;
}

static pid_t start_writer(uint32_t slot)
{
	char slot_arg[16], fd_arg[16];
	pid_t pid = fork_child();

	if (pid)
		return pid;
	snprintf(slot_arg, sizeof(slot_arg), "%u", slot);
	snprintf(fd_arg, sizeof(fd_arg), "%d", shared_fd);
	execl(writer_path, writer_path, slot_arg, fd_arg, (char *)NULL);
	_exit(127);
}

static void take_one(const struct orl_record *rec, uint32_t slot_pids[NR_SLOTS])
{
	struct orl_record ticks = *rec;
	struct judged j;
	uint64_t bit;

	__atomic_fetch_add(&shared->missed, rec->missed, __ATOMIC_RELAXED);
	/* the merged stream has times in ns, which the records' own are not compared with */
	ticks.ts = UINT64_MAX;
	if (!race_judge_record(shared, &ticks, (uint32_t)rec->cpu, &j))
		return;
	for (uint32_t i = 0; i < NR_SLOTS; i++) {
		if (!slot_pids[i])
			slot_pids[i] = load(&shared->slot[i].pid);
		if (slot_pids[i] != j.pid || j.seq >= SEEN_BITS)
			continue;
		bit = 1ULL << (j.seq % 64);
		if (__atomic_fetch_or(&shared->seen[i][j.ctx][j.seq / 64], bit, __ATOMIC_RELAXED) &
		    bit)
			race_violation(shared, "pid %u, context %u, number %u: delivered twice",
				       j.pid, j.ctx, j.seq);
	}
	__atomic_fetch_add(&shared->delivered, 1, __ATOMIC_RELAXED);
}

static void consume(void)
{
	static struct orl_session own;
	uint32_t slot_pids[NR_SLOTS] = { 0 };
	struct orl_merge *m = NULL;
	struct orl_record rec;
	bool is_draining = false;

	if (orl_session_open(&own, dir, 0) || orl_merge_open(&m, &own, ORL_MERGE_CONSUME))
		_exit(2);
	for (;;) {
		int rc = orl_merge_next(m, &rec);

		if (rc < 0) {
			race_violation(shared, "a consumer failed: %s", own.error);
			_exit(1);
		}
		if (rc) {
			take_one(&rec, slot_pids);
		} else if (is_draining) {
			_exit(0);
		} else if (__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE)) {
			orl_merge_drain(m);
			is_draining = true;
		} else {
			orl_merge_wait(m, 4);
		}
	}
}

static pid_t start_consumer(void)
{
	pid_t pid = fork_child();

	if (!pid)
		consume();
	return pid;
}

static pid_t start_judge(void)
{
	pid_t pid = fork_child();

	if (!pid) {
		race_judge_running(shared, &session);
		_exit(0);
	}
	return pid;
}

static void reap(pid_t pid, int signal, const char *what)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		race_give_up("waitpid: %s", strerror(errno));
	if (signal ? !WIFSIGNALED(status) || WTERMSIG(status) != signal : status != 0)
		race_violation(shared, "%s ended by itself, with status 0x%x", what, status);
}

static void end_child(pid_t pid, const char *what)
{
	kill(pid, SIGKILL);
	reap(pid, SIGKILL, what);
}

/* What the rings counted. */
struct sums {
	uint64_t written, read, overrun, dropped, lease_dropped;
};

static void sum_rings(struct sums *sums)
{
	memset(sums, 0, sizeof(*sums));
	for (uint32_t i = 0; i < session.nr_rings; i++) {
		struct orl_ring_stats st;

		if (orl_ring_stats(&session, i, &st))
			race_violation(shared, "ring %u has no counts", i);
		if (mode->has_consumers && st.entries)
			race_violation(shared, "ring %u: %lu records left by consumers", i,
				       st.entries);
		sums->written += st.written;
		sums->read += st.read;
		sums->overrun += st.overrun;
		sums->dropped += st.dropped;
	}
	sums->lease_dropped =
		load(&((const struct orl_ring_file *)(void *)session.rings.map)->lease_dropped);
}

static void add_up_consumers(const struct sums *then, const struct sums *now, uint32_t nr_killed)
{
	uint64_t read = now->read - then->read, written = now->written - then->written;
	/* a killed consumer keeps what it took in one pass: at most a page of each ring */
	uint64_t batch = (uint64_t)nr_killed * session.nr_rings * (ORL_PAGE_MIN / 16);

	if (shared->delivered > read || shared->delivered + batch < read)
		race_violation(shared,
			       "%lu records delivered, %lu counted as read, %u consumers killed",
			       shared->delivered, read, nr_killed);
	if (read + (now->overrun - then->overrun) != written)
		race_violation(shared, "%lu read and %lu overwritten are not the %lu written", read,
			       now->overrun - then->overrun, written);
	if (mode->is_discard && now->overrun)
		race_violation(shared, "%lu records overwritten in discard mode", now->overrun);
	if (!nr_killed && shared->delivered + shared->missed != written)
		race_violation(shared, "%lu delivered and %lu told as lost are not the %lu written",
			       shared->delivered, shared->missed, written);
}

static void add_up(const struct sums *then, const struct sums *now)
{
	uint64_t taken = now->written - then->written + now->dropped - then->dropped +
			 now->lease_dropped - then->lease_dropped;
	uint64_t started = 0, done = 0;

	for (uint32_t i = 0; i < NR_SLOTS; i++) {
		for (uint32_t c = 0; c < NR_CTX; c++) {
			const struct progress *p = &shared->slot[i].ctx[c];

			started += p->started;
			done += p->done;
			if (p->started - p->done > (mode->limit ? 0 : 1))
				race_violation(shared, "slot %u, context %u: %lu started, %lu done",
					       i, c, p->started, p->done);
		}
	}
	if (taken < done || taken > started)
		race_violation(shared, "%lu to %lu records were written, the rings count %lu", done,
			       started, taken);
	if (!mode->is_discard && now->dropped)
		race_violation(shared, "%lu records dropped", now->dropped);
	if (!mode->is_scarce && now->lease_dropped)
		race_violation(shared, "%lu records found no leased ring", now->lease_dropped);
}

/* Rounds */

struct round {
	pid_t judge, consumer[NR_CONSUMERS], writer[NR_SLOTS];
	uint32_t nr_started, nr_killed_consumers;
};

static void pause_randomly(uint32_t min_us, uint32_t max_us)
{
	usleep(min_us + (uint32_t)rand() % (max_us - min_us));
}

static void kill_one(struct round *r, bool starts_another)
{
	uint32_t victim, running[NR_SLOTS], nr = 0;

	for (uint32_t i = 0; i < r->nr_started; i++)
		if (r->writer[i])
			running[nr++] = i;
	victim = running[(uint32_t)rand() % nr];
	end_child(r->writer[victim], "a writer");
	r->writer[victim] = 0;
	if (starts_another) {
		r->writer[r->nr_started] = start_writer(r->nr_started);
		r->nr_started++;
	}
	if (mode->kills_consumers && rand() % 3 == 0) {
		uint32_t i = (uint32_t)rand() % NR_CONSUMERS;

		end_child(r->consumer[i], "a consumer");
		r->consumer[i] = start_consumer();
		r->nr_killed_consumers++;
	}
}

static void forget_last_round(void)
{
	memset(shared->slot, 0, sizeof(shared->slot));
	shared->stop = 0;
	shared->delivered = shared->missed = 0;
	if (madvise(shared->seen, sizeof(shared->seen), MADV_REMOVE))
		race_give_up("madvise: %s", strerror(errno));
}

static void stop_readers(struct round *r)
{
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELEASE);
	for (uint32_t i = 0; mode->has_consumers && i < NR_CONSUMERS; i++)
		reap(r->consumer[i], 0, "a consumer");
	reap(r->judge, 0, "the judge");
}

static void run_round(uint32_t nr_kills)
{
	struct round r = { .nr_started = NR_RUNNING };
	struct sums then, now;

	forget_last_round();
	sum_rings(&then);
	r.judge = start_judge();
	for (uint32_t i = 0; mode->has_consumers && i < NR_CONSUMERS; i++)
		r.consumer[i] = start_consumer();
	for (uint32_t i = 0; i < NR_RUNNING; i++)
		r.writer[i] = start_writer(i);
	if (!mode->limit)
		usleep(30000);
	for (uint32_t i = 0; !mode->limit && i < nr_kills; i++) {
		pause_randomly(500, 12000);
		kill_one(&r, i + NR_RUNNING < nr_kills);
	}
	for (uint32_t i = 0; mode->limit && i < NR_RUNNING; i++)
		reap(r.writer[i], 0, "a writer");
	stop_readers(&r);
	sum_rings(&now);
	add_up(&then, &now);
	if (mode->has_consumers)
		add_up_consumers(&then, &now, r.nr_killed_consumers);
	race_judge_rest(shared, &session,
			now.dropped == then.dropped && now.lease_dropped == then.lease_dropped);
	if (rand() % 4 == 0)
		usleep(80000); /* the next records need a time extend */
}

static int report(uint32_t nr_kills, bool is_weakened)
{
	struct sums now;

	sum_rings(&now);
	printf("%s: %u killed, %lu records written, %lu read, %lu overwritten, %lu dropped, "
	       "%lu without a ring, %lu judged while written\n",
	       mode->name, nr_kills, now.written, now.read, now.overrun, now.dropped,
	       now.lease_dropped, shared->checked);
	if (shared->has_violation)
		printf("%s: %s\n", is_weakened ? "found, as it should" : "FAILED",
		       shared->violation);
	else if (is_weakened)
		printf("FAILED: the weakened append went unnoticed\n");
	return shared->has_violation == is_weakened ? 0 : 1;
}

int main(int argc, char **argv)
{
	uint32_t nr_kills = argc > 3 ? (uint32_t)atoi(argv[3]) : 1000, killed = 0;
	bool is_weakened = argc > 4 && !strcmp(argv[4], "weakened");

	for (size_t i = 0; argc > 2 && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, argv[2]))
			mode = &modes[i];
	if (!mode)
		race_give_up("usage: race-torture WRITER MODE [KILLS [weakened]]");
	writer_path = argv[1];
	make_domain();
	make_shared();
	srand((unsigned int)getpid());
	do {
		uint32_t nr =
			nr_kills - killed < KILLS_PER_ROUND ? nr_kills - killed : KILLS_PER_ROUND;

		run_round(mode->limit || nr < NR_RUNNING ? NR_RUNNING : nr);
		killed += mode->limit ? nr_kills : nr;
	} while (killed < nr_kills && !shared->has_violation);
	return report(mode->limit ? 0 : killed, is_weakened);
}
