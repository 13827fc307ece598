// SPDX-License-Identifier: MIT
/*
 * Operations that take as long as a program takes. Files of which no program is asked have the same
 * functions, whose answer is there at once.
 */
#include <errno.h>
#include <poll.h>

#include "tree/impl.h"

bool orl_file_is_remote(const struct orl_file *f)
{
	return f->kind->remote != NULL;
}

int orl_file_opened(struct orl_file *f, const void *who)
{
	int rc;

	if (!f->kind->remote)
		return 0;
	pthread_mutex_lock(&f->lock);
	f->who = who;
	rc = f->kind->remote->opened(f);
	pthread_mutex_unlock(&f->lock);
	return rc;
}

int orl_file_poll_for(struct orl_file *f, const void *who)
{
	int rc;

	if (!f->kind->remote)
		return (int)orl_file_poll(f);
	pthread_mutex_lock(&f->lock);
	f->who = who;
	rc = f->kind->remote->poll(f);
	pthread_mutex_unlock(&f->lock);
	/* poll(2) knows no errors */
	return rc < 0 && rc != -EINPROGRESS ? POLLERR : rc;
}

unsigned int orl_file_watch(struct orl_file *f, unsigned int events)
{
	unsigned int told;

	if (!f->kind->remote)
		return orl_file_poll(f) & events;
	pthread_mutex_lock(&f->lock);
	told = f->kind->remote->watch(f, events);
	pthread_mutex_unlock(&f->lock);
	return told;
}

void orl_file_cancel(struct orl_file *f, const void *who)
{
	if (!f->kind->remote)
		return;
	pthread_mutex_lock(&f->lock);
	f->who = who;
	f->kind->remote->cancel(f);
	pthread_mutex_unlock(&f->lock);
}

int orl_file_wait(struct orl_file *f, short *events, uint64_t *until_ns)
{
	int fd;

	*events = 0;
	*until_ns = 0;
	if (!f->kind->remote)
		return -1;
	pthread_mutex_lock(&f->lock);
	fd = f->kind->remote->wait(f, events, until_ns);
	pthread_mutex_unlock(&f->lock);
	return fd;
}
