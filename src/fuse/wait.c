// SPDX-License-Identifier: MIT
/*
 * Requests that wait for data.
 *
 * A read that finds nothing occupies no worker: it stands in a list, and the main thread asks the
 * tree again until there is data or the caller was interrupted. Rings tell nobody that they have
 * data, so this thread looks; every half millisecond while something happens, then at growing
 * intervals up to 20 ms. With nothing waiting it sleeps until it is told of something, a signal
 * among other things: these are blocked but while it sleeps, so none is missed.
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

/* Called by libfuse with the request's own lock held: no more than this. */
static void interrupted(fuse_req_t req, void *arg)
{
	orl_fwait_kick(arg);
}

int orl_fwait_read(struct orl_fuse *m, fuse_req_t req, struct orl_fhandle *h, size_t size,
		   off_t off)
{
	struct orl_fread *r = malloc(sizeof(*r));

	if (!r)
		return -ENOMEM;
	__atomic_add_fetch(&h->refs, 1, __ATOMIC_RELAXED);
	*r = (struct orl_fread){
		.req = req,
		.h = h,
		.size = size < ORL_FUSE_READ_MAX ? size : ORL_FUSE_READ_MAX,
		.off = off,
		.wakes = __atomic_load_n(&h->wakes, __ATOMIC_ACQUIRE),
	};
	fuse_req_interrupt_func(req, interrupted, m);
	pthread_mutex_lock(&m->wait.lock);
	r->next = m->wait.reads;
	m->wait.reads = r;
	pthread_mutex_unlock(&m->wait.lock);
	orl_fwait_kick(m);
	return 0;
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

/* true: answered */
static bool try_read(struct orl_fwait *w, struct orl_fread *r)
{
	ssize_t n;

	if (fuse_req_interrupted(r->req) ||
	    __atomic_load_n(&r->h->wakes, __ATOMIC_ACQUIRE) != r->wakes)
		n = -EINTR;
	else
		n = orl_file_read(r->h->file, w->buf, r->size, r->off);
	if (n == -EAGAIN)
		return false;
	if (n < 0)
		fuse_reply_err(r->req, (int)-n);
	else
		fuse_reply_buf(r->req, w->buf, (size_t)n);
	return true;
}

static void end_read(struct orl_fuse *m, struct orl_fread *r)
{
	orl_fhandle_put(m, r->h);
	free(r);
}

/* The reads that wait, taken out of the list; the oldest first. */
static struct orl_fread *take_reads(struct orl_fwait *w)
{
	struct orl_fread *r, *next, *first = NULL;

	pthread_mutex_lock(&w->lock);
	for (r = w->reads; r; r = next) {
		next = r->next;
		r->next = first;
		first = r;
	}
	w->reads = NULL;
	pthread_mutex_unlock(&w->lock);
	return first;
}

static unsigned int serve_reads(struct orl_fuse *m)
{
	struct orl_fwait *w = &m->wait;
	struct orl_fread *r, *next;
	unsigned int served = 0;

	for (r = take_reads(w); r; r = next) {
		next = r->next;
		if (try_read(w, r)) {
			end_read(m, r);
			served++;
			continue;
		}
		pthread_mutex_lock(&w->lock);
		r->next = w->reads;
		w->reads = r;
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
		if (!(orl_file_poll(h->file) & events)) {
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

static bool is_waited_for(struct orl_fwait *w)
{
	bool is;

	pthread_mutex_lock(&w->lock);
	is = w->reads || w->polls;
	pthread_mutex_unlock(&w->lock);
	return is;
}

/* Sleep for @ns, for ever if negative; less when there is news. False: until_fd is readable. */
static bool pause_for(struct orl_fuse *m, long ns, const sigset_t *unblocked)
{
	struct pollfd fds[2] = {
		{ .fd = m->wait.event_fd, .events = POLLIN },
		{ .fd = m->until_fd, .events = POLLIN },
	};
	struct timespec limit = { 0, ns };
	uint64_t count;

	if (ppoll(fds, 2, ns < 0 ? NULL : &limit, unblocked) <= 0)
		return true;
	if (fds[0].revents && read(m->wait.event_fd, &count, sizeof(count)) < 0)
		count = 0;
	return !fds[1].revents;
}

void orl_fwait_run(struct orl_fuse *m, const sigset_t *unblocked, bool (*is_over)(void))
{
	struct orl_fwait *w = &m->wait;
	long ns = SHORT_NS;

	do {
		bool is_news = __atomic_exchange_n(&w->is_news, false, __ATOMIC_ACQ_REL);
		unsigned int served = serve_reads(m) + serve_polls(m);

		if (is_news || served)
			ns = SHORT_NS;
		else
			ns = ns < LONG_NS / 2 ? ns * 2 : LONG_NS;
	} while (!orl_floop_is_ending(m) && pause_for(m, is_waited_for(w) ? ns : -1, unblocked) &&
		 !is_over());
}

void orl_fwait_fini(struct orl_fuse *m)
{
	struct orl_fread *r, *next;

	for (r = take_reads(&m->wait); r; r = next) {
		next = r->next;
		fuse_reply_err(r->req, ENODEV);
		end_read(m, r);
	}
	while (m->wait.polls)
		orl_fwait_forget(m, m->wait.polls);
	while (m->wait.all) {
		m->wait.all->refs = 1;
		orl_fhandle_put(m, m->wait.all);
	}
}
