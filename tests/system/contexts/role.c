// SPDX-License-Identifier: MIT
/*
 * A program that becomes several processes in every way there is, each of which obeys lines.
 *
 *   role DIR NAME        reads lines from the FIFO DIR/NAME.in, answers each on DIR/NAME.out
 *
 * A new process gets a name and two FIFOs of its own, so it can be told things whatever became of
 * its descriptors.
 *
 *   mark N               N records: where = its name, n counts on
 *   fork, _fork, clone NAME    a child that goes on as NAME; the answer is its number
 *   daemon NAME          double fork, setsid, closefrom(0)
 *   exec, vfork, spawn NAME    the same program again as NAME: instead of this one, or in a child
 *   exec-often NAME N    exec N times one after the other
 *   unshare              user and mount namespaces; setsid
 *   block, unblock       every signal
 *   own-handler          a handler of SIGURG; signals NR asks how often it ran
 *   start                oriel_start()
 *   main-exit            main ends by pthread_exit(), another thread goes on
 *   open FILE, close     dlopen, dlclose; cycle FILE N: both N times, with an event of the library
 * each time plugin N             N records by the library toggle N             N static key changes
 * by this process
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <oriel/oriel.h>

#define CREATE_TRACE_POINTS
#include "mark_trace.h"

extern char **environ;

static char program[] = "/proc/self/exe", *dir;
static char name[64];
static int in_fd = -1, out_fd = -1, control_fd = -1;
static int marked;
static volatile sig_atomic_t nr_own;
static void *library;
static void (*library_mark)(const char *where, int n);

static void open_fifos(const char *new_name)
{
	char path[512];

	close(in_fd);
	close(out_fd);
	snprintf(name, sizeof(name), "%s", new_name);
	snprintf(path, sizeof(path), "%s/%s.in", dir, name);
	in_fd = open(path, O_RDWR | O_CLOEXEC);
	snprintf(path, sizeof(path), "%s/%s.out", dir, name);
	out_fd = open(path, O_RDWR | O_CLOEXEC);
	marked = 0;
	if (in_fd < 0 || out_fd < 0)
		_exit(111);
}

static void answer(long n)
{
	dprintf(out_fd, "%ld\n", n);
}

/* The child has no answer to give but to what it is told itself. */
static void child_or_answer(pid_t pid, const char *as)
{
	if (pid)
		answer(pid < 0 ? -errno : pid);
	else
		open_fifos(as);
}

static void become_daemon(const char *as)
{
	pid_t pid = fork();

	if (pid) {
		waitpid(pid, NULL, 0);
		answer(0);
		return;
	}
	setsid();
	if (fork())
		_exit(0);
	closefrom(0);
	in_fd = out_fd = -1;
	open_fifos(as);
}

static void run(const char *how, const char *as)
{
	char *const argv[] = { program, dir, (char *)(size_t)as, NULL };
	pid_t pid = -1;
	int err;

	if (!strcmp(how, "spawn")) {
		err = posix_spawn(&pid, program, NULL, NULL, argv, environ);
		answer(err ? -err : pid);
		return;
	}
	if (strcmp(how, "vfork") || !vfork()) {
		execv(program, argv);
		_exit(112);
	}
	answer(0);
}

/* How often is in the environment, and each image but the last execs at once: from a constructor,
 * and from main. */
static void exec_again(const char *as, const char *left)
{
	char *argv[] = { program, dir, (char *)(size_t)as, NULL };

	setenv("ROLE_EXECS", left, 1);
	execv(program, argv);
	_exit(112);
}

static void count_own(int sig)
{
	(void)sig;
	nr_own = nr_own + 1;
}

static void mask(int how)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(how, &all, NULL);
}

static void open_library(const char *file)
{
	library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		fprintf(stderr, "role: %s\n", dlerror());
		_exit(113);
	}
	*(void **)&library_mark = dlsym(library, "library_mark");
}

static void cycle(const char *file, int nr)
{
	for (int i = 0; i < nr; i++) {
		open_library(file);
		library_mark("cycle", i);
		dlclose(library);
	}
	library = NULL;
}

static DEFINE_STATIC_KEY_FALSE(flag);

static int toggle(int nr)
{
	int wrong = 0;

	for (int i = 0; i < nr; i++) {
		static_branch_enable(&flag);
		wrong += !static_branch_unlikely(&flag);
		static_branch_disable(&flag);
		wrong += !!static_branch_unlikely(&flag);
	}
	return wrong;
}

static int obey_process(const char *verb, const char *as, int nr)
{
	if (!strcmp(verb, "fork"))
		child_or_answer(fork(), as);
	else if (!strcmp(verb, "_fork"))
		child_or_answer(_Fork(), as);
	else if (!strcmp(verb, "clone"))
		child_or_answer((pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL), as);
	else if (!strcmp(verb, "daemon"))
		become_daemon(as);
	else if (!strcmp(verb, "exec") || !strcmp(verb, "spawn") || !strcmp(verb, "vfork"))
		run(verb, as);
	else if (!strcmp(verb, "exec-often")) {
		char left[16];

		snprintf(left, sizeof(left), "%d", nr);
		exec_again(as, left);
	} else
		return 0;
	return 1;
}

static void obey_rest(const char *verb, const char *what, int nr)
{
	int ret = 0;

	if (!strcmp(verb, "unshare"))
		ret = unshare(CLONE_NEWUSER | CLONE_NEWNS) || setsid() < -1 ? -errno : 0;
	else if (!strcmp(verb, "block"))
		mask(SIG_BLOCK);
	else if (!strcmp(verb, "unblock"))
		mask(SIG_UNBLOCK);
	else if (!strcmp(verb, "own-handler"))
		ret = signal(SIGURG, count_own) == SIG_ERR;
	else if (!strcmp(verb, "signals"))
		ret = nr_own;
	else if (!strcmp(verb, "start"))
		ret = oriel_start();
	else if (!strcmp(verb, "open"))
		open_library(what);
	else if (!strcmp(verb, "close"))
		ret = dlclose(library);
	else if (!strcmp(verb, "cycle"))
		cycle(what, nr);
	else if (!strcmp(verb, "toggle"))
		ret = toggle(atoi(what));
	answer(ret);
}

static void *serve(void *unused);

static void main_exit(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, serve, NULL);
	pthread_exit(NULL);
}

static void obey(const char *line)
{
	char verb[32] = "", what[400] = "";
	int nr = 0;

	sscanf(line, "%31s %399s %d", verb, what, &nr);
	if (!strcmp(verb, "mark")) {
		for (int i = atoi(what); i > 0; i--)
			trace_mark(name, marked++);
		answer(marked);
	} else if (!strcmp(verb, "plugin")) {
		for (int i = 0; i < atoi(what); i++)
			library_mark("plugin", marked++);
		answer(marked);
	} else if (!strcmp(verb, "main-exit")) {
		main_exit();
	} else if (!strcmp(verb, "pid")) {
		answer(getpid());
	} else if (!obey_process(verb, what, nr)) {
		obey_rest(verb, what, nr);
	}
}

/* The event loop of ORIEL_CONTROL=poll has the library's descriptor in it. */
static void *serve(void *unused)
{
	char line[512];
	size_t len = 0;

	for (;;) {
		struct pollfd fd[2] = { { .fd = in_fd, .events = POLLIN },
					{ .fd = control_fd, .events = POLLIN } };

		if (poll(fd, 2, -1) < 0)
			continue;
		if (fd[1].revents)
			oriel_control_dispatch();
		if (!fd[0].revents || read(in_fd, line + len, 1) != 1)
			continue;
		if (line[len] != '\n') {
			len = (len + 1) % (sizeof(line) - 1);
			continue;
		}
		line[len] = '\0';
		len = 0;
		if (!strcmp(line, "quit"))
			_exit(0);
		obey(line);
	}
	return unused;
}

int main(int argc, char **argv)
{
	const char *control = getenv("ORIEL_CONTROL"), *execs = getenv("ROLE_EXECS");

	if (argc != 3)
		return 2;
	dir = argv[1];
	if (execs && atoi(execs) > 0) {
		char left[16];

		snprintf(left, sizeof(left), "%d", atoi(execs) - 1);
		exec_again(argv[2], left);
	}
	open_fifos(argv[2]);
	if (control && !strcmp(control, "poll"))
		control_fd = oriel_control_fd();
	serve(NULL);
	return 0;
}
