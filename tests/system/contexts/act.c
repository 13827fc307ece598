// SPDX-License-Identifier: MIT
/*
 * A program that makes events in the places where it is hard: act NAME. Each record has a place and
 * a number, so that what is missing and what is there twice can be told. It prints what it made
 * where the count is not fixed, and exits with 0 unharmed.
 *
 *   loading      in constructors, destructors and atexit; every other act does so, too
 *   storm        threads make events while a timer's signal handler makes some in them
 *   steps        a signal at every instruction of an event, by ptrace; prints how often
 *   last-breath  in a destructor of thread-specific data, in the thread's first event and in later
 * ones small-stack  on a 16 KiB stack, and in a signal handler on it small-nudge  says "ready";
 * then such a handler waits on that stack for the nudge, and makes an event loader       a thread's
 * first event while the loader's lock is held: argv[2] is a library that calls loader_hook() errno
 * prints how many events changed errno
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREATE_TRACE_POINTS
#include "mark_trace.h"

#define SMALL_STACK 16384
#define THREADS 3

static __thread int made;
static int in_handler;

__attribute__((constructor(102))) static void first_constructor(void)
{
	trace_mark("first-constructor", 0);
}

__attribute__((constructor)) static void last_constructor(void)
{
	trace_mark("last-constructor", 0);
}

__attribute__((destructor)) static void first_destructor(void)
{
	trace_mark("first-destructor", 0);
}

__attribute__((destructor(102))) static void last_destructor(void)
{
	trace_mark("last-destructor", 0);
}

static void at_exit(void)
{
	trace_mark("atexit", 0);
}

static int loading(void)
{
	trace_mark("main", 0);
	return 0;
}

/* storm */

#define STORM_MAX 5000 /* of a thread: as many as a leased ring holds without overwriting */

static void on_timer(int sig)
{
	(void)sig;
	trace_mark("handler", __atomic_fetch_add(&in_handler, 1, __ATOMIC_RELAXED));
}

static void *storm_thread(void *arg)
{
	static const char *const names[THREADS] = { "thread0", "thread1", "thread2" };
	size_t me = (size_t)arg;

	while (made < STORM_MAX) {
		trace_mark(names[me], made++);
		if (made % 8 == 0)
			usleep(50);
	}
	return (void *)(size_t)made;
}

static int storm(void)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	pthread_t thread[THREADS];
	sigset_t alarm;
	void *count;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	signal(SIGALRM, on_timer);
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, storm_thread, (void *)i);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &count);
		printf("thread%zu %zu\n", i, (size_t)count);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("handler %d\n", in_handler);
	return 0;
}

/* steps */

#define STEPS 700

static void on_step(int sig)
{
	(void)sig;
	trace_mark("inner", in_handler++);
}

static void stepped(void)
{
	signal(SIGUSR1, on_step);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	for (int i = 0; i < STEPS; i++) {
		__asm__ volatile("int3");
		trace_mark("outer", i);
	}
	for (;;)
		__asm__ volatile("int3");
}

static int is_int3(pid_t child)
{
	siginfo_t info;

	return !ptrace(PTRACE_GETSIGINFO, child, 0, &info) && info.si_signo == SIGTRAP &&
	       info.si_code == SI_KERNEL;
}

/*
 * The child stops at an int3; from there it goes @nr instructions, and is then sent the signal.
 * Return: 1, or 0 when the event ended before, or -1 when the child did.
 */
static int interrupt_after(pid_t child, int nr)
{
	int status;

	for (int i = 0; i < nr; i++) {
		if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) || waitpid(child, &status, 0) != child ||
		    !WIFSTOPPED(status))
			return -1;
		if (is_int3(child))
			return 0;
	}
	return ptrace(PTRACE_CONT, child, 0, SIGUSR1) ? -1 : 1;
}

/* A restartable sequence starts again at every step, and so never ends: then STEPS is the end. */
static int steps(void)
{
	pid_t child = fork();
	int status, nr = 0, ret = 1;

	if (!child)
		stepped();
	while (ret > 0 && nr < STEPS) {
		if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) || !is_int3(child))
			return 1;
		ret = interrupt_after(child, nr);
		nr += ret > 0;
	}
	if (ret < 0)
		return 1;
	if (nr == STEPS)
		waitpid(child, &status, 0);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	printf("inner %d\nouter %d\n", nr, nr + !ret);
	return 0;
}

/* last-breath */

static pthread_key_t breath;

static void breathe(void *turns)
{
	size_t left = (size_t)turns;

	trace_mark("breath", (int)left);
	if (left > 1)
		pthread_setspecific(breath, (void *)(left - 1));
}

static void *quiet_thread(void *arg)
{
	pthread_setspecific(breath, arg);
	return NULL;
}

static void *talking_thread(void *arg)
{
	trace_mark("talk", 0);
	return quiet_thread(arg);
}

/* Numbers: 1..3 from a thread whose first event is its last breath, 3 of 100..103 from one that
 * made events before. */
static int last_breath(void)
{
	pthread_t one, two;

	pthread_key_create(&breath, breathe);
	pthread_create(&one, NULL, quiet_thread, (void *)3);
	pthread_join(one, NULL);
	pthread_create(&two, NULL, talking_thread, (void *)1);
	pthread_join(two, NULL);
	return 0;
}

/* small-stack */

static char long_text[4001];
static int wants_nudge;

static void on_small_stack(int sig)
{
	(void)sig;
	trace_mark(long_text, 2);
	while (wants_nudge && !trace_mark_enabled())
		usleep(1000);
	trace_mark("handler on the small stack", 3);
}

static void *small_thread(void *arg)
{
	sigset_t urgent;

	(void)arg;
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	pthread_sigmask(SIG_UNBLOCK, &urgent, NULL);
	trace_mark(long_text, 1);
	raise(SIGUSR1);
	return NULL;
}

static int small_stack(int nudge)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t urgent;
	int err;

	memset(long_text, 'x', sizeof(long_text) - 1);
	wants_nudge = nudge;
	signal(SIGUSR1, on_small_stack);
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	pthread_sigmask(SIG_BLOCK, &urgent, NULL);
	pthread_attr_init(&attr);
	err = pthread_attr_setstacksize(&attr, SMALL_STACK);
	if (!err)
		err = pthread_create(&thread, &attr, small_thread, NULL);
	if (err) {
		fprintf(stderr, "act: a 16 KiB stack: %s\n", strerror(err));
		return 1;
	}
	if (nudge) {
		puts("ready");
		fflush(stdout);
	}
	pthread_join(thread, NULL);
	return 0;
}

/* loader */

static pthread_t loader_thread;
static volatile int loader_done;

static void *first_event(void *arg)
{
	trace_mark("while-loading", 0);
	__atomic_store_n(&loader_done, 1, __ATOMIC_SEQ_CST);
	return arg;
}

void loader_hook(void);

/* Called by the library's constructor, under the loader's lock: whoever waits for that lock, waits
 * for ever. */
void loader_hook(void)
{
	pthread_create(&loader_thread, NULL, first_event, NULL);
	while (!__atomic_load_n(&loader_done, __ATOMIC_SEQ_CST))
		usleep(100);
}

static int loader(const char *library)
{
	void *handle = dlopen(library, RTLD_NOW);

	if (!handle) {
		fprintf(stderr, "act: %s\n", dlerror());
		return 1;
	}
	pthread_join(loader_thread, NULL);
	dlclose(handle);
	return 0;
}

/* errno */

#define LEASES 128			/* as many leased rings as a domain has */

static int changed_errno;

static void check_errno(const char *text, int n)
{
	errno = 12345;
	trace_mark(text, n);
	if (errno != 12345)
		__atomic_fetch_add(&changed_errno, 1, __ATOMIC_RELAXED);
}

static void *errno_thread(void *huge)
{
	for (int i = 0; i < 3; i++) {
		check_errno("errno", i);
		check_errno(huge, i);
		check_errno(NULL, i);
	}
	return NULL;
}

static pthread_barrier_t all_there;

static void *errno_together(void *huge)
{
	pthread_barrier_wait(&all_there);
	errno_thread(huge);
	pthread_barrier_wait(&all_there);
	return NULL;
}

/* First and later events of a thread, long strings, NULL, more threads than there are rings to
 * lease, and a forked child. */
static int check_errno_everywhere(void)
{
	static char huge[100000];
	pthread_t thread[LEASES + 8];
	int status = 0;

	memset(huge, 'y', sizeof(huge) - 1);
	errno_thread(huge);
	pthread_barrier_init(&all_there, NULL, LEASES + 8);
	for (size_t i = 0; i < LEASES + 8; i++)
		pthread_create(&thread[i], NULL, errno_together, huge);
	for (size_t i = 0; i < LEASES + 8; i++)
		pthread_join(thread[i], NULL);
	if (!fork()) {
		changed_errno = 0;
		errno_thread(huge);
		_exit(changed_errno != 0);
	}
	wait(&status);
	printf("changed %d\n", changed_errno + (status != 0));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	atexit(at_exit);
	if (!strcmp(what, "loading"))
		return loading();
	if (!strcmp(what, "storm"))
		return storm();
	if (!strcmp(what, "steps"))
		return steps();
	if (!strcmp(what, "last-breath"))
		return last_breath();
	if (!strcmp(what, "small-stack"))
		return small_stack(0);
	if (!strcmp(what, "small-nudge"))
		return small_stack(1);
	if (!strcmp(what, "loader") && argc == 3)
		return loader(argv[2]);
	if (!strcmp(what, "errno"))
		return check_errno_everywhere();
	fputs("usage: act loading | storm | steps | last-breath | small-stack | small-nudge | "
	      "loader FILE | errno\n",
	      stderr);
	return 2;
}
