// SPDX-License-Identifier: MIT
/*
 * The service thread "oriel-debugfs": it listens on "socket.SLOT" and runs the functions of files.
 *
 * One thread at a time, whoever has the baton, looks at the connections and runs functions. A
 * function that sleeps lays the baton down. Then another thread must listen, else nobody could open
 * other files or tell the sleeper that its reader has gone: if none is there, one is made. When the
 * sleeper comes back there are two, and the first that would listen again ends. So there are as
 * many threads as sleeping functions, and one.
 *
 * Every signal is blocked in these threads. Nothing here waits for a peer: what he does not take at
 * once is his loss, and his connection's end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "debugfs/server.h"
#include "domain/sys.h"

#define STACK_SIZE (256U << 10)

static struct {
	pthread_mutex_t baton;
	bool running;
	uint32_t listeners;		/* threads that listen or are about to; under the lock */
	struct orl_dworker *workers;	/* all threads of the service; under the lock */
} server = { .baton = PTHREAD_MUTEX_INITIALIZER };

static __thread struct orl_dworker *worker;

/* ---- threads ---- */

static void *serve(void *own);

/* Return: 0 or -errno. Counted as listening, and known with its room for two messages, before it
 * runs: a fork in between forgets it as any other. */
static int start_thread_locked(void)
{
	struct orl_dworker *w = calloc(1, sizeof(*w));
	sigset_t all, mask;
	int err;

	if (!w)
		return -ENOMEM;
	w->pid = (uint32_t)syscall(SYS_getpid);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	err = orl_thread_create("oriel-debugfs", STACK_SIZE, serve, w);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (err) {
		free(w);
		return err;
	}
	w->next = server.workers;
	server.workers = w;
	server.listeners++;
	return 0;
}

bool orl_debugfs_is_served(void)
{
	return server.running;
}

int orl_debugfs_serve_locked(void)
{
	int err;

	if (server.running)
		return 0;
	err = orl_debugfs_fds_open();
	if (!err)
		err = start_thread_locked();
	if (err) {
		orl_debugfs_fds_close();
		return err;
	}
	server.running = true;
	orl_debugfs_nodes_has_socket(true);
	return 0;
}

static bool yama_restricts(void)
{
	char text[8];

	return orl_domain_read_text("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text)) > 0 &&
	       text[0] > '0' && text[0] <= '9';
}

/* Plain values need the thread only where tools may not look into the memory themselves. A process
 * that changed its user is one. */
bool orl_debugfs_wants_server(const struct orl_dnode_spec *spec)
{
	static int yama = -1;

	if (spec->kind < ORL_DFS_FILE)
		return false;
	if (spec->kind == ORL_DFS_FILE || (spec->kind == ORL_DFS_STR && (spec->mode & 0222)))
		return true;
	if (orl_rt.control == ORL_CONTROL_THREAD || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1)
		return true;
	if (yama < 0)
		yama = yama_restricts();
	return yama;
}

void orl_debugfs_server_forget(void)
{
	orl_dconns_forget();
	orl_debugfs_fds_close();
	/* The threads are not there any more; one of them may have forked, and this is it. */
	for (struct orl_dworker *w = server.workers, *next; w; w = next) {
		next = w->next;
		if (w != worker)
			free(w);
	}
	server.workers = NULL;
	server.baton = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	server.running = false;
	server.listeners = 0;
}

/* A child may come back from a function that forked. There is nothing here for it to go on with. */
void orl_debugfs_stay_home(void)
{
	if (worker && worker->pid != (uint32_t)syscall(SYS_getpid))
		_exit(0);
}

struct orl_dcall *orl_debugfs_own_call(void)
{
	return worker && worker->conn ? &worker->conn->call : NULL;
}

bool orl_debugfs_rest_begin(bool tell)
{
	if (!worker || worker->pid != (uint32_t)syscall(SYS_getpid))
		return false;
	if (tell && worker->conn)
		orl_dconn_tell(worker->conn);
	orl_debugfs_lock();
	server.listeners--;
	/* Without another thread nobody is served until this one comes back. */
	if (!server.listeners)
		start_thread_locked();
	orl_debugfs_unlock();
	pthread_mutex_unlock(&server.baton);
	return true;
}

void orl_debugfs_rest_end(void)
{
	pthread_mutex_lock(&server.baton);
	orl_debugfs_lock();
	server.listeners++;
	orl_debugfs_unlock();
}

/* ---- the loop ---- */

static bool is_needed(void)
{
	bool needed;

	orl_debugfs_lock();
	needed = server.listeners == 1;
	if (!needed)
		server.listeners--;
	orl_debugfs_unlock();
	return needed;
}

/* One round. While a function slept others had the baton, and what was polled may be old: whatever
 * is looked at is looked at without waiting. */
static void look(struct orl_dworker *w)
{
	struct orl_dwatch watch;

	orl_dconns_collect(&watch);
	pthread_mutex_unlock(&server.baton);
	poll(watch.fds, watch.nr, watch.limit_ms);
	pthread_mutex_lock(&server.baton);
	orl_debugfs_fds_mend();
	orl_dconns_serve(&watch, w);
}

static void end_worker(struct orl_dworker *w)
{
	orl_debugfs_lock();
	for (struct orl_dworker **p = &server.workers; *p; p = &(*p)->next) {
		if (*p == w) {
			*p = w->next;
			break;
		}
	}
	orl_debugfs_unlock();
	free(w);
}

static void *serve(void *own)
{
	orl_thread_has_begun();
	worker = own;
	pthread_mutex_lock(&server.baton);
	while (is_needed())
		look(worker);
	pthread_mutex_unlock(&server.baton);
	worker = NULL;
	end_worker(own);
	return NULL;
}
