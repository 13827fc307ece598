// SPDX-License-Identifier: MIT
/*
 * Lines switched on, off and to other decorations under threads that print them.
 *
 *   race-print COUNT     changes
 *
 * Three threads print, and a fourth that is interrupted by a handler that prints too. What a record
 * holds follows from its first number, so that a consumer can tell a whole one from others; the
 * thread's id is there exactly when the record's decoration says so.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>
#include <oriel/printk.h>

#include "abi/print.h"
#include "place.h"
#include "reader/ring.h"
#include "reader/session.h"
#include "shared.h"

#define NR_PRINTING 4
#define LINE "%u %s %lu\n"
#define STRING_MAX 200U

static struct orl_session session;
static uint32_t stop, failed;
static uint64_t printed[NR_PRINTING], by_decor[ORL_NR_DECORS];

static const char *const flags[] = { "=p", "=_", "=pt", "=pmfsl", "+t", "-p", "=pmfslt", "=ps" };
#define NR_FLAGS (sizeof(flags) / sizeof(flags[0]))

static void fail(const char *what, uint32_t n)
{
	if (!__atomic_exchange_n(&failed, 1, __ATOMIC_SEQ_CST))
		fprintf(stderr, "FAILED: %s (line %u)\n", what, n);
}

static uint64_t sum_of(uint32_t n)
{
	return n * 0x9e3779b97f4a7c15ULL;
}

static uint32_t string_of(uint32_t n, char s[STRING_MAX])
{
	uint32_t len = race_mix(1, 2, n, 3) % STRING_MAX;

	memset(s, 'a' + (int)(n % 26), len);
	s[len] = '\0';
	return len;
}

static void print(uint32_t n)
{
	char s[STRING_MAX];

	string_of(n, s);
	pr_debug(LINE, n, s, sum_of(n));
}

static void handler(int sig)
{
	static uint32_t n;

	print(++n * 7);
}

static void *print_on(void *arg)
{
	uint64_t *nr = arg;
	bool is_interrupted = nr == &printed[0];

	for (uint32_t n = 1; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE); n++) {
		print(n);
		if (is_interrupted && n % 16 == 0)
			raise(SIGUSR1);
		__atomic_store_n(nr, *nr + 1, __ATOMIC_RELEASE);
		if (n % 64 == 0)
			sched_yield();
	}
	return NULL;
}

static void judge(const struct orl_record *rec)
{
	uint64_t ip, fmt, sum;
	uint32_t decor, at = ORL_PRINT_OFF_ARGS, n = 0, len;
	char s[STRING_MAX];
	uint16_t type;

	memcpy(&type, rec->data, sizeof(type));
	if (type != ORL_PRINT_ID || rec->len < at + 12)
		return fail("no line at all", type);
	memcpy(&ip, rec->data + ORL_PRINT_OFF_IP, 8);
	memcpy(&fmt, rec->data + ORL_PRINT_OFF_FMT, 8);
	decor = (uint32_t)(fmt % ORL_PRINT_STEP);
	if (decor >= ORL_NR_DECORS || fmt - decor - ORL_PRINT_FMT_BASE != ip - ORL_PRINT_IP_BASE)
		return fail("address and format are not of one site", decor);
	if (decor & ORL_DECOR_TID) {
		memcpy(&n, rec->data + 4, 4);
		if (memcmp(&n, rec->data + at, 4))
			return fail("another thread's id", decor);
		at += 4;
	}
	memcpy(&n, rec->data + at, 4);
	len = string_of(n, s) + 1;
	if (rec->len != ((at + 4 + len + 3) & ~3U) + 8 || memcmp(rec->data + at + 4, s, len))
		return fail("not its string", n);
	memcpy(&sum, rec->data + ((at + 4 + len + 3) & ~3U), 8);
	if (sum != sum_of(n))
		return fail("not its last number", n);
	__atomic_fetch_add(&by_decor[decor], 1, __ATOMIC_RELEASE);
}

static void *consume(void *unused)
{
	struct orl_merge *m = NULL;
	struct orl_record rec;
	bool is_draining = false;
	int rc;

	(void)unused;
	if (orl_merge_open(&m, &session, ORL_MERGE_CONSUME))
		race_give_up("%s", session.error);
	for (;;) {
		rc = orl_merge_next(m, &rec);
		if (rc == 1) {
			judge(&rec);
		} else if (is_draining || rc < 0) {
			break;
		} else if (__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
			orl_merge_drain(m);
			is_draining = true;
		} else {
			orl_merge_wait(m, 2);
		}
	}
	if (rc)
		fail(session.error, 0);
	orl_merge_close(m);
	return NULL;
}

static void each_prints_again(void)
{
	for (int i = 0; i < NR_PRINTING; i++) {
		uint64_t then = __atomic_load_n(&printed[i], __ATOMIC_ACQUIRE);

		while (__atomic_load_n(&printed[i], __ATOMIC_ACQUIRE) < then + 2)
			sched_yield();
	}
}

static void change(unsigned long count)
{
	for (unsigned long i = 0; i < count && !load(&failed); i++) {
		char query[64];

		snprintf(query, sizeof(query), "func print %s", flags[i % NR_FLAGS]);
		if (dynamic_debug_exec_queries(query, NULL) != 1)
			fail("the query does not match", (uint32_t)i);
		if (i % 4 == 0)
			each_prints_again();
	}
}

/* Print so until a line of that decoration was read: the consumer may be slower than the rings. */
static void print_so(const char *query, uint32_t decor)
{
	if (dynamic_debug_exec_queries(query, NULL) != 1)
		fail("the query does not match", decor);
	while (!__atomic_load_n(&by_decor[decor], __ATOMIC_ACQUIRE) && !load(&failed))
		sched_yield();
}

static int run(unsigned long count)
{
	pthread_t threads[NR_PRINTING], consumer;

	if (orl_session_open(&session, getenv("ORIEL_DOMAIN"), 0) ||
	    orl_session_create_rings(&session))
		race_give_up("%s", session.error);
	signal(SIGUSR1, handler);
	pthread_create(&consumer, NULL, consume, NULL);
	for (int i = 0; i < NR_PRINTING; i++)
		pthread_create(&threads[i], NULL, print_on, &printed[i]);
	print_so("func print =p", 0);
	change(count);
	print_so("func print =pmfslt", ORL_NR_DECORS - 1);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < NR_PRINTING; i++)
		pthread_join(threads[i], NULL);
	pthread_join(consumer, NULL);
	printf("%lu plain lines, %lu with all in front\n", by_decor[0],
	       by_decor[ORL_NR_DECORS - 1]);
	return (int)load(&failed);
}

int main(int argc, char **argv)
{
	const char *dir;
	pid_t pid;
	int status;

	if (getenv("RACE_IN_DOMAIN"))
		return run(argc > 1 ? strtoul(argv[1], NULL, 10) : 1000);
	dir = race_place_make();
	setenv("ORIEL_DOMAIN", dir, 1);
	setenv("RACE_IN_DOMAIN", dir, 1);
	if (orl_session_open(&session, dir, ORL_SESSION_CREATE))
		race_give_up("%s", session.error);
	race_place_set(session.domain.ctl, 1 << 20, 64 << 10, 16);
	if (orl_session_create_rings(&session))
		race_give_up("%s", session.error);
	pid = fork();
	if (!pid) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		race_give_up("%s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
