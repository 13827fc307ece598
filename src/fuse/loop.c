// SPDX-License-Identifier: MIT
/*
 * The threads that take requests from the kernel.
 *
 * One thread at a time reads /dev/fuse: the one that has the turn. It passes the turn on before it
 * works on what it read, so that something slow, as the rendering of a long trace, holds up nobody.
 * There are as many threads as were ever busy at once, up to a limit.
 *
 * A read of a stream is short, and the next one comes as soon as the reader has the reply. Such a
 * request is answered without passing the turn on, and the thread then looks for the next one for a
 * few microseconds before it sleeps: waking a sleeping thread on another CPU costs more than all
 * the rest (measured in a virtual machine: 160 MB/s of single pages without this). Where looking
 * does not pay, because the reader has no CPU of its own, it is given up.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "fuse/impl.h"

#define SPIN_NS 40000U
#define SPIN_AGAIN 256 /* stream reads after looking did not pay */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

static void *work(void *arg);

/* Of a group that ends, or has no room, the caller's thread does the work. */
static void add_thread_locked(struct orl_floop *l, struct orl_fuse *m)
{
	if (l->nr_threads < ORL_FUSE_THREADS && !l->is_ending &&
	    !pthread_create(&l->thread[l->nr_threads], NULL, work, m))
		l->nr_threads++;
}

static bool take_turn(struct orl_floop *l)
{
	bool have;

	pthread_mutex_lock(&l->lock);
	l->nr_idle++;
	while (l->is_taken && !l->is_ending)
		pthread_cond_wait(&l->turn, &l->lock);
	l->nr_idle--;
	have = !l->is_ending;
	if (have)
		l->is_taken = true;
	pthread_mutex_unlock(&l->lock);
	return have;
}

static void pass_turn(struct orl_fuse *m)
{
	struct orl_floop *l = &m->loop;

	pthread_mutex_lock(&l->lock);
	l->is_taken = false;
	if (l->nr_idle)
		pthread_cond_signal(&l->turn);
	else
		add_thread_locked(l, m);
	pthread_mutex_unlock(&l->lock);
}

static void end_all(struct orl_floop *l)
{
	uint64_t one = 1;

	pthread_mutex_lock(&l->lock);
	l->is_ending = true;
	pthread_cond_broadcast(&l->turn);
	pthread_mutex_unlock(&l->lock);
	while (write(l->end_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* Sleep until there is a request; false at the end. */
static bool sleep_for_request(struct orl_fuse *m)
{
	struct pollfd fds[2] = {
		{ .fd = fuse_session_fd(m->session), .events = POLLIN },
		{ .fd = m->loop.end_fd, .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	return !fds[1].revents;
}

/* > 0: a request is in @buf; else the session is at its end. Looks until @spin_end, then sleeps. */
static int receive(struct orl_fuse *m, struct fuse_buf *buf, uint64_t spin_end)
{
	for (;;) {
		int n = fuse_session_receive_buf(m->session, buf);

		if (n > 0)
			return n;
		if (n != -EAGAIN && n != -EINTR)
			return 0;
		if (spin_end && now_ns() < spin_end)
			continue;
		if (spin_end)
			m->loop.spin_pause = SPIN_AGAIN;
		spin_end = 0;
		if (!sleep_for_request(m))
			return 0;
	}
}

static bool is_stream_read(const struct fuse_buf *buf)
{
	const struct fuse_in_header *in = buf->mem;
	const struct fuse_read_in *read = (const void *)(in + 1);
	const struct orl_fhandle *h;

	if (buf->flags & FUSE_BUF_IS_FD || buf->size < sizeof(*in) + sizeof(*read) ||
	    in->opcode != FUSE_READ)
		return false;
	h = (const struct orl_fhandle *)(uintptr_t)read->fh;
	return h->is_stream;
}

static uint64_t spin_end(struct orl_floop *l)
{
	if (!l->spin_pause)
		return now_ns() + SPIN_NS;
	l->spin_pause--;
	return 0;
}

static void *work(void *arg)
{
	struct orl_fuse *m = arg;
	struct fuse_buf buf = { 0 };
	bool is_end = false;

	while (!is_end && take_turn(&m->loop)) {
		is_end = !receive(m, &buf, 0);
		while (!is_end && is_stream_read(&buf)) {
			fuse_session_process_buf(m->session, &buf);
			is_end = !receive(m, &buf, spin_end(&m->loop));
		}
		if (is_end)
			break;
		pass_turn(m);
		fuse_session_process_buf(m->session, &buf);
	}
	if (is_end) {
		end_all(&m->loop);
		orl_fwait_kick(m);
	}
	free(buf.mem);
	return NULL;
}

int orl_floop_start(struct orl_fuse *m)
{
	struct orl_floop *l = &m->loop;
	int fd = fuse_session_fd(m->session);
	sigset_t all, before;

	l->end_fd = eventfd(0, EFD_CLOEXEC);
	if (l->end_fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK))
		return -errno;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->turn, NULL);
	/* Threads made later inherit this from the one that makes them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_mutex_lock(&l->lock);
	add_thread_locked(l, m);
	pthread_mutex_unlock(&l->lock);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return l->nr_threads ? 0 : -EAGAIN;
}

bool orl_floop_is_ending(struct orl_fuse *m)
{
	bool is;

	pthread_mutex_lock(&m->loop.lock);
	is = m->loop.is_ending;
	pthread_mutex_unlock(&m->loop.lock);
	return is;
}

void orl_floop_stop(struct orl_fuse *m)
{
	struct orl_floop *l = &m->loop;

	/* Nobody is added once the end is declared. */
	end_all(l);
	for (unsigned int i = 0; i < l->nr_threads; i++)
		pthread_join(l->thread[i], NULL);
	close(l->end_fd);
	pthread_cond_destroy(&l->turn);
	pthread_mutex_destroy(&l->lock);
}
