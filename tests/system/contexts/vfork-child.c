// SPDX-License-Identifier: MIT
/*
 * Events of children of vfork(), 100 each, while another thread of the parent makes its own without
 * pause. Prints "PID" for each child, and at the end what the parent's threads made: "main N other
 * N".
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREATE_TRACE_POINTS
#include "mark_trace.h"

#define NR_CHILDREN 50
#define NR_EVENTS 100

static int stop;

static void *others(void *nr)
{
	int n = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED) && n < 100000)
		trace_mark("other", n++);
	*(int *)nr = n;
	return NULL;
}

int main(void)
{
	int nr_other = 0, status;
	pthread_t thread;
	pid_t pid;

	pthread_create(&thread, NULL, others, &nr_other);
	for (int i = 0; i < NR_CHILDREN; i++) {
		trace_mark("main", i);
		pid = vfork();
		if (!pid) {
			for (int n = 0; n < NR_EVENTS; n++)
				trace_mark("child", n);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return 1;
		printf("%d\n", (int)pid);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	printf("main %d other %d\n", NR_CHILDREN, nr_other);
	return 0;
}
