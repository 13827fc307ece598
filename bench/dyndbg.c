// SPDX-License-Identifier: MIT
/*
 * How long it takes to switch the 10,000 pr_debug() lines of another process by one query: from the
 * tool's write to the process's answer that they are switched. And how long when the process is
 * asked for its lines for the first time, and gives each a number in the domain.
 *
 *   bench-dyndbg PROGRAM
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "domain/query.h"
#include "reader/control.h"
#include "reader/dyndbg.h"

#define NR_SITES 10000U
#define TIMEOUT_MS 60000U
#define MAX_ROUNDS 1000U

struct program {
	pid_t pid;
	int to, from;
};

static struct orl_session session;

static void start(struct program *p, const char *path)
{
	int to[2], from[2];

	if (pipe(to) || pipe(from) || (p->pid = fork()) < 0)
		bench_die("%s", strerror(errno));
	if (!p->pid) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close(to[1]);
		bench_pin();
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	p->to = to[1];
	p->from = from[0];
}

/* Its sites run once; by its answer it is also known to be past its start. */
static void run(const struct program *p)
{
	char byte = 0;

	if (write(p->to, &byte, 1) != 1 || read(p->from, &byte, 1) != 1)
		bench_die("the program with the lines has ended");
}

static void end(const struct program *p)
{
	int status;

	close(p->to);
	waitpid(p->pid, &status, 0);
	close(p->from);
}

static uint32_t nr_on(const struct program *p)
{
	const struct orl_proc *procs = orl_ctl_procs(session.domain.ctl);

	for (uint32_t i = 0; i < ORL_NR_PROCS; i++) {
		if (procs[i].pid == (uint32_t)p->pid)
			return procs[i].nr_prints_on;
	}
	bench_die("the program is not in the domain");
}

static void nudge(void)
{
	if (orl_control_nudge(&session, TIMEOUT_MS, NULL))
		bench_die("the program did not follow");
}

/* us from the write to the answer */
static double toggle(const struct program *p, const char *text)
{
	struct orl_query_text t;
	struct orl_query q;
	double begin = bench_now(), us;

	orl_query_begin(&t, text, strlen(text), NULL);
	if (orl_query_next(&t, &q) != 1 || orl_dyndbg_keep(&session, 0, &q, 1))
		bench_die("%s", session.error);
	nudge();
	us = (bench_now() - begin) / 1e3;
	if (nr_on(p) != (q.set ? NR_SITES : 0))
		bench_die("%u lines are on", nr_on(p));
	return us;
}

static double ask(void)
{
	double begin = bench_now();

	if (orl_dyndbg_ask(&session) < 0)
		bench_die("%s", session.error);
	nudge();
	return (bench_now() - begin) / 1e3;
}

static void print(const char *what, double *us, unsigned int nr, double target)
{
	struct bench_result r = { .what = what, .unit = "us", .target = target };

	r.median = r.value = bench_quantile(us, nr, 0.5);
	r.min = us[0];
	bench_print(&r);
}

int main(int argc, char **argv)
{
	static double on[MAX_ROUNDS], off[MAX_ROUNDS];
	unsigned int rounds = bench_rounds(20);
	double first;
	struct program p;

	if (argc != 2 || rounds > MAX_ROUNDS)
		bench_die("usage: bench-dyndbg PROGRAM");
	bench_traced(argv, "none:none");
	bench_hurry(true);
	if (orl_session_open(&session, NULL, ORL_SESSION_CREATE))
		bench_die("%s", session.error);
	start(&p, argv[1]);
	run(&p);
	first = ask();
	for (unsigned int i = 0; i < rounds; i++) {
		on[i] = toggle(&p, "+p");
		run(&p);
		off[i] = toggle(&p, "-p");
	}
	end(&p);
	print("asking for 10,000 pr_debug lines for the first time", &first, 1, 0);
	print("switching 10,000 pr_debug lines on by one query", on, rounds, 100000);
	print("switching 10,000 pr_debug lines off by one query", off, rounds, 100000);
	return 0;
}
