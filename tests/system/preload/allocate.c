// SPDX-License-Identifier: MIT
/*
 * A program whose allocations are known; preload.py runs it with and without the wrapper and reads
 * what was recorded. Sizes are markers: nothing else in the process allocates these.
 *
 *   allocate each            every function once; prints what each returned
 *   allocate semantics       results and errno at the edges of each function
 *   allocate threads N K     N threads, K pairs of malloc and free each, the first thing they do
 *   allocate forks N K       N children, K pairs each
 *   allocate busy-forks N K  the same while three threads of the parent allocate
 *   allocate plugin FILE N   dlopen and dlclose of a plugin that allocates, N times
 *   allocate run             threads that allocate until standard input ends
 *   allocate nothing         linked with a library that allocates in its constructor
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef STATIC				/* where the linker warns of dlopen(), called or not */
#define dlopen(file, flags) NULL
#endif

#define THREAD_MARK 71000
#define FORK_MARK 72000
#define MAX_THREADS 64

void hold(void);			/* in the library, which is linked for it */

/* Calls through these are calls, whatever the compiler knows of malloc. */
static void *(*volatile do_malloc)(size_t) = malloc;
static void *(*volatile do_calloc)(size_t, size_t) = calloc;
static void *(*volatile do_realloc)(void *, size_t) = realloc;
static void *(*volatile do_reallocarray)(void *, size_t, size_t) = reallocarray;
static void (*volatile do_free)(void *) = free;
static int (*volatile do_posix_memalign)(void **, size_t, size_t) = posix_memalign;
static void *(*volatile do_aligned_alloc)(size_t, size_t) = aligned_alloc;
static void *(*volatile do_memalign)(size_t, size_t) = memalign;
static void *(*volatile do_valloc)(size_t) = valloc;
static void *(*volatile do_pvalloc)(size_t) = pvalloc;

static int each(void)
{
	void *p[9] = { 0 };

	p[0] = do_malloc(7001);
	p[1] = do_calloc(3, 7002);
	p[2] = do_malloc(7003);
	printf("before realloc %p\n", p[2]);
	p[2] = do_realloc(p[2], 70030);
	p[3] = do_reallocarray(NULL, 5, 7004);
	if (do_posix_memalign(&p[4], 64, 7005))
		return 1;
	p[5] = do_aligned_alloc(128, 7040);
	p[6] = do_memalign(256, 7007);
	p[7] = do_valloc(7008);
	p[8] = do_pvalloc(7009);
	for (int i = 0; i < 9; i++)
		printf("%d %p\n", i, p[i]);
	for (int i = 0; i < 9; i++)
		do_free(p[i]);
	do_free(NULL);
	return 0;
}

static void tell(const char *what, const void *ptr)
{
	printf("%s: %s errno %d\n", what, ptr ? "memory" : "NULL", errno);
	errno = 7777;
}

static void tell_memalign(const char *what, size_t alignment, size_t bytes)
{
	void *ptr = (void *)0x1234;
	int ret = do_posix_memalign(&ptr, alignment, bytes);

	printf("%s: %d, %s, errno %d\n", what, ret,
	       ptr == (void *)0x1234 ? "untouched" : ptr ? "memory" : "NULL", errno);
	if (ptr != (void *)0x1234)
		do_free(ptr);
	errno = 7777;
}

static int semantics(void)
{
	char *p = do_calloc(100, 3), *q;
	int sum = 0;

	for (int i = 0; i < 300; i++)
		sum |= p[i];
	memset(p, 'x', 300);
	errno = 7777;
	q = do_realloc(p, 100000);
	tell("realloc", q);
	printf("zeroed %d, kept %d\n", !sum, q[0] == 'x' && q[299] == 'x');
	do_free(q);
	tell("free", NULL);
	do_free(NULL);
	tell("free(NULL)", NULL);
	tell("malloc(0)", do_malloc(0));
	tell("malloc(huge)", do_malloc(PTRDIFF_MAX));
	tell("calloc(overflow)", do_calloc(SIZE_MAX / 2, 4));
	p = do_malloc(100);
	tell("realloc(huge)", do_realloc(p, PTRDIFF_MAX));
	tell("reallocarray(overflow)", do_reallocarray(p, SIZE_MAX / 2, 4));
	tell("realloc(p, 0)", do_realloc(p, 0));
	tell("realloc(NULL, 0)", do_realloc(NULL, 0));
	tell("reallocarray(NULL)", do_reallocarray(NULL, 10, 10));
	tell_memalign("posix_memalign(64)", 64, 100);
	tell_memalign("posix_memalign(3)", 3, 100);
	tell_memalign("posix_memalign(0)", 0, 100);
	tell_memalign("posix_memalign(huge)", 64, PTRDIFF_MAX);
	tell("aligned_alloc(huge)", do_aligned_alloc(64, PTRDIFF_MAX));
	printf("aligned %d %d %d\n", (int)((uintptr_t)do_aligned_alloc(4096, 8192) % 4096),
	       (int)((uintptr_t)do_memalign(512, 10) % 512),
	       (int)((uintptr_t)do_valloc(10) % 4096));
	printf("usable %d\n", malloc_usable_size(do_pvalloc(10)) >= 4096);
	return 0;
}

struct job {
	pthread_t thread;
	size_t mark;
	int pairs;
};

static void *pairs(void *arg)
{
	struct job *job = arg;

	for (int i = 0; i < job->pairs; i++)
		do_free(do_malloc(job->mark));
	return NULL;
}

static int storm(int nr, int count)
{
	struct job job[MAX_THREADS];

	for (int i = 0; i < nr; i++) {
		job[i].mark = THREAD_MARK + (size_t)i;
		job[i].pairs = count;
		if (pthread_create(&job[i].thread, NULL, pairs, &job[i]))
			return 1;
	}
	for (int i = 0; i < nr; i++)
		pthread_join(job[i].thread, NULL);
	return 0;
}

static bool stop;

static void *forever(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		void *p = do_malloc(100), *q = do_calloc(3, 50);

		p = do_realloc(p, 1000);
		do_free(q);
		do_free(p);
	}
	return NULL;
}

static int with_threads(int (*body)(int, int), int nr, int count)
{
	pthread_t thread[3];
	int ret;

	for (int i = 0; i < 3; i++)
		if (pthread_create(&thread[i], NULL, forever, NULL))
			return 1;
	ret = body(nr, count);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	return ret;
}

static int forks(int nr, int count)
{
	int status, failed = 0;

	for (int i = 0; i < nr; i++) {
		struct job job = { .mark = FORK_MARK, .pairs = count };
		pid_t pid = fork();

		if (!pid) {
			pairs(&job);
			_exit(0);
		}
		failed |= pid < 0 || waitpid(pid, &status, 0) != pid || status;
	}
	return failed;
}

static int wait_for_end(int nr, int count)
{
	char c;

	(void)nr, (void)count;
	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}

static int plugin(const char *file, int nr)
{
	for (int i = 0; i < nr; i++) {
		void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);

		if (!handle) {
			printf("%s\n", dlerror());
			return 1;
		}
		dlclose(handle);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int a = argc > 2 ? atoi(argv[2]) : 0, b = argc > 3 ? atoi(argv[3]) : 0;

	if (!strcmp(what, "each"))
		return each();
	if (!strcmp(what, "semantics"))
		return semantics();
	if (!strcmp(what, "threads") && a <= MAX_THREADS)
		return storm(a, b);
	if (!strcmp(what, "forks"))
		return forks(a, b);
	if (!strcmp(what, "busy-forks"))
		return with_threads(forks, a, b);
	if (!strcmp(what, "plugin"))
		return plugin(argv[2], b);
	if (!strcmp(what, "run"))
		return with_threads(wait_for_end, 0, 0);
	hold();
	return strcmp(what, "nothing") != 0;
}
