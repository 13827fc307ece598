// SPDX-License-Identifier: MIT
/*
 * The main thread: what waits, and sleeping until it is worth another look.
 *
 * A request that has no answer yet occupies no worker: it stands in a list, and this thread asks
 * the tree again. A program that is asked something has a descriptor to sleep on. Rings tell nobody
 * that they have data, so while somebody waits for those this thread looks; every half millisecond
 * while something happens, then at growing intervals up to 20 ms. With nothing waiting it sleeps
 * until it is told of something, a signal among other things: these are blocked but while it
 * sleeps, so none is missed.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "fuse/impl.h"

#define SHORT_NS 500000L
#define LONG_NS 20000000L

void orl_fwait_kick(struct orl_fuse *m)
{
	uint64_t one = 1;
	ssize_t n;

	__atomic_store_n(&m->wait.is_news, true, __ATOMIC_RELEASE);
	do
		n = write(m->wait.event_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

void orl_fwait_add(struct orl_fuse *m, struct orl_fop *op)
{
	pthread_mutex_lock(&m->wait.lock);
	op->next = m->wait.ops;
	m->wait.ops = op;
	pthread_mutex_unlock(&m->wait.lock);
	orl_fwait_kick(m);
}

void orl_fwait_poll(struct orl_fuse *m, struct orl_fhandle *h, struct fuse_pollhandle *ph,
		    unsigned int events)
{
	struct fuse_pollhandle *before;

	pthread_mutex_lock(&m->wait.lock);
	before = h->poll;
	h->poll = ph;
	h->poll_events = events;
	if (!h->is_polled) {
		h->is_polled = true;
		h->next_poll = m->wait.polls;
		m->wait.polls = h;
		__atomic_add_fetch(&h->refs, 1, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&m->wait.lock);
	if (before)
		fuse_pollhandle_destroy(before);
	orl_fwait_kick(m);
}

static void unlist_poll_locked(struct orl_fwait *w, struct orl_fhandle *h)
{
	struct orl_fhandle **at = &w->polls;

	while (*at != h)
		at = &(*at)->next_poll;
	*at = h->next_poll;
	h->next_poll = NULL;
	h->is_polled = false;
}

/* Takes the handle out of the list; its poll handle, to be destroyed. */
static struct fuse_pollhandle *take_poll(struct orl_fuse *m, struct orl_fhandle *h)
{
	struct orl_fwait *w = &m->wait;
	struct fuse_pollhandle *ph;
	bool was_listed;

	pthread_mutex_lock(&w->lock);
	was_listed = h->is_polled;
	if (was_listed)
		unlist_poll_locked(w, h);
	ph = h->poll;
	h->poll = NULL;
	pthread_mutex_unlock(&w->lock);
	if (was_listed)
		orl_fhandle_put(m, h);
	return ph;
}

void orl_fwait_forget(struct orl_fuse *m, struct orl_fhandle *h)
{
	struct fuse_pollhandle *ph = take_poll(m, h);

	if (ph)
		fuse_pollhandle_destroy(ph);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

/* ---- what to sleep on ---- */

static void sleep_on(struct orl_fsleep *s, int fd, short events)
{
	if (s->nr == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		struct pollfd *more = reallocarray(s->fds, cap, sizeof(*more));

		if (!more) {
			s->is_blind = true;
			return;
		}
		s->fds = more;
		s->cap = cap;
	}
	s->fds[s->nr++] = (struct pollfd){ .fd = fd, .events = events };
}

/* Until @f has news; one that is not remote tells nobody. */
static void sleep_for(struct orl_fsleep *s, struct orl_file *f)
{
	uint64_t until_ns;
	short events;
	int fd;

	if (!orl_file_is_remote(f)) {
		s->is_blind = true;
		return;
	}
	fd = orl_file_wait(f, &events, &until_ns);
	if (fd >= 0)
		sleep_on(s, fd, events);
	if (until_ns < s->until_ns)
		s->until_ns = until_ns;
}

/* ---- requests ---- */

/* Those that wait, taken out of the list; the oldest first. */
static struct orl_fop *take_ops(struct orl_fwait *w)
{
	struct orl_fop *op, *next, *first = NULL;

	pthread_mutex_lock(&w->lock);
	for (op = w->ops; op; op = next) {
		next = op->next;
		op->next = first;
		first = op;
	}
	w->ops = NULL;
	pthread_mutex_unlock(&w->lock);
	return first;
}

static unsigned int serve_ops(struct orl_fuse *m)
{
	struct orl_fwait *w = &m->wait;
	struct orl_fop *op, *next;
	unsigned int served = 0;

	for (op = take_ops(w); op; op = next) {
		next = op->next;
		if (orl_fop_try(m, op, w->buf)) {
			orl_fop_destroy(m, op);
			served++;
			continue;
		}
		sleep_for(&w->sleep, op->h->file);
		pthread_mutex_lock(&w->lock);
		op->next = w->ops;
		w->ops = op;
		pthread_mutex_unlock(&w->lock);
	}
	return served;
}

/* The i-th file in the list with a reference for us, NULL behind the last. */
static struct orl_fhandle *nth_poll(struct orl_fwait *w, unsigned int i, unsigned int *events)
{
	struct orl_fhandle *h;

	pthread_mutex_lock(&w->lock);
	h = w->polls;
	while (h && i--)
		h = h->next_poll;
	if (h) {
		__atomic_add_fetch(&h->refs, 1, __ATOMIC_RELAXED);
		*events = h->poll_events;
	}
	pthread_mutex_unlock(&w->lock);
	return h;
}

/* The list may change between two steps; what is missed is seen the next time round. */
static unsigned int serve_polls(struct orl_fuse *m)
{
	struct orl_fwait *w = &m->wait;
	unsigned int served = 0, events, i = 0;
	struct fuse_pollhandle *ph;
	struct orl_fhandle *h;

	while ((h = nth_poll(w, i, &events))) {
		if (!orl_file_watch(h->file, events)) {
			sleep_for(&w->sleep, h->file);
			i++;
			orl_fhandle_put(m, h);
			continue;
		}
		ph = take_poll(m, h);
		if (ph) {
			fuse_lowlevel_notify_poll(ph);
			fuse_pollhandle_destroy(ph);
			served++;
		}
		orl_fhandle_put(m, h);
	}
	return served;
}

/*
 * Sleep until one of those has news, for @ns at most if somebody waits who tells nobody. False:
 * until_fd is readable.
 */
static bool pause_for(struct orl_fuse *m, long ns, const sigset_t *unblocked)
{
	struct orl_fsleep *s = &m->wait.sleep;
	uint64_t until_ns = s->until_ns, begin_ns = now_ns();
	struct timespec limit = { 0, 0 };
	uint64_t count;

	if (s->is_blind && until_ns > begin_ns + (uint64_t)ns)
		until_ns = begin_ns + (uint64_t)ns;
	if (until_ns > begin_ns) {
		limit.tv_sec = (time_t)((until_ns - begin_ns) / 1000000000U);
		limit.tv_nsec = (long)((until_ns - begin_ns) % 1000000000U);
	}
	if (s->nr < 2) { /* no memory for as much as that */
		nanosleep(&limit, NULL);
		return true;
	}
	if (ppoll(s->fds, s->nr, until_ns == UINT64_MAX ? NULL : &limit, unblocked) <= 0)
		return true;
	if (s->fds[0].revents && read(m->wait.event_fd, &count, sizeof(count)) < 0)
		count = 0;
	return !s->fds[1].revents;
}

void orl_fwait_run(struct orl_fuse *m, const sigset_t *unblocked, bool (*is_over)(void))
{
	struct orl_fwait *w = &m->wait;
	long ns = SHORT_NS;

	do {
		bool is_news = __atomic_exchange_n(&w->is_news, false, __ATOMIC_ACQ_REL);
		unsigned int served;

		w->sleep.nr = 0;
		w->sleep.until_ns = UINT64_MAX;
		w->sleep.is_blind = false;
		sleep_on(&w->sleep, w->event_fd, POLLIN);
		sleep_on(&w->sleep, m->until_fd, POLLIN);
		served = serve_ops(m) + serve_polls(m);
		if (is_news || served)
			ns = SHORT_NS;
		else
			ns = ns < LONG_NS / 2 ? ns * 2 : LONG_NS;
	} while (!orl_floop_is_ending(m) && pause_for(m, ns, unblocked) && !is_over());
}

void orl_fwait_fini(struct orl_fuse *m)
{
	struct orl_fop *op, *next;

	for (op = take_ops(&m->wait); op; op = next) {
		next = op->next;
		fuse_reply_err(op->req, ENODEV);
		orl_fop_destroy(m, op);
	}
	while (m->wait.polls)
		orl_fwait_forget(m, m->wait.polls);
	while (m->wait.all) {
		m->wait.all->refs = 1;
		orl_fhandle_put(m, m->wait.all);
	}
	free(m->wait.sleep.fds);
}
