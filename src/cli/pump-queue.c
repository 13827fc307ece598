// SPDX-License-Identifier: MIT
/*
 * A ring of batches under one lock. A batch carries up to a quarter of a MiB, so the lock is taken
 * some hundred times a second and its cost does not matter; the pages themselves are filled and
 * used outside it: batch [head] belongs to the filler, [tail] to the taker.
 */
#include "cli/pump-queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_NS 10000000L

int orl_queue_init(struct orl_queue *q)
{
	pthread_condattr_t attr;

	memset(q, 0, sizeof(*q));
	q->pages = malloc((size_t)ORL_QUEUE_BATCHES * ORL_QUEUE_BATCH_SIZE);
	if (!q->pages)
		return -ENOMEM;
	for (uint32_t i = 0; i < ORL_QUEUE_BATCHES; i++)
		q->batch[i].pages = q->pages + (size_t)i * ORL_QUEUE_BATCH_SIZE;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->more, &attr);
	pthread_cond_init(&q->room, &attr);
	pthread_condattr_destroy(&attr);
	return 0;
}

void orl_queue_fini(struct orl_queue *q)
{
	free(q->pages);
	pthread_cond_destroy(&q->room);
	pthread_cond_destroy(&q->more);
	pthread_mutex_destroy(&q->lock);
}

static bool wait_for_room(struct orl_queue *q)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WAIT_NS;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&q->lock);
	while (!ret && q->head - q->tail == ORL_QUEUE_BATCHES)
		ret = pthread_cond_timedwait(&q->room, &q->lock, &until);
	pthread_mutex_unlock(&q->lock);
	return !ret;
}

struct orl_batch *orl_queue_room(struct orl_queue *q)
{
	struct orl_batch *b;

	if (!wait_for_room(q))
		return NULL;
	b = &q->batch[q->head % ORL_QUEUE_BATCHES];
	b->nr_pages = 0;
	return b;
}

void orl_queue_push(struct orl_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->head++;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}

void orl_queue_close(struct orl_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->is_closed = true;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}

struct orl_batch *orl_queue_take(struct orl_queue *q)
{
	struct orl_batch *b = NULL;

	pthread_mutex_lock(&q->lock);
	while (q->head == q->tail && !q->is_closed)
		pthread_cond_wait(&q->more, &q->lock);
	if (q->head != q->tail)
		b = &q->batch[q->tail % ORL_QUEUE_BATCHES];
	pthread_mutex_unlock(&q->lock);
	return b;
}

void orl_queue_done(struct orl_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->tail++;
	pthread_cond_signal(&q->room);
	pthread_mutex_unlock(&q->lock);
}
