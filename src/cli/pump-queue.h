/* SPDX-License-Identifier: MIT */
/*
 * Pages on their way from the thread that reads the rings to the one that writes the file.
 *
 * One thread fills batches, another takes them, in order. The queue is bounded: when it is full the
 * filler leaves the data where it is, in the rings.
 *
 *   filler   orl_queue_room() -> fill the batch -> orl_queue_push()      ... orl_queue_close()
 *   taker    orl_queue_take() -> use the batch  -> orl_queue_done()      ... take gives NULL
 */
#ifndef ORL_CLI_PUMP_QUEUE_H
#define ORL_CLI_PUMP_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORL_QUEUE_BATCHES 256U
#define ORL_QUEUE_BATCH_SIZE (256U << 10) /* bytes of pages in one, so 64 MiB in all */

struct orl_batch {
	uint8_t *pages;	   /* takes memory when first used */
	uint32_t nr_pages; /* set by the filler, as is ring */
	uint32_t ring;
};

struct orl_queue {
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	uint8_t *pages; /* of all batches */
	struct orl_batch batch[ORL_QUEUE_BATCHES];
	uint32_t head, tail; /* batches ever pushed and ever done */
	bool is_closed;
};

/**
 * orl_queue_init() - an empty queue, undone with orl_queue_fini()
 *
 * Reserves the address space of all batches, so that the filler cannot meet a lack of memory later;
 * a batch takes memory when it is first filled. Return: 0 or -ENOMEM, and then nothing to undo.
 */
int orl_queue_init(struct orl_queue *q);
void orl_queue_fini(struct orl_queue *q);

/** orl_queue_room() - an empty batch, or NULL if there is none within 10 ms */
struct orl_batch *orl_queue_room(struct orl_queue *q);

/** orl_queue_push() - hand on the batch that orl_queue_room() gave */
void orl_queue_push(struct orl_queue *q);

/** orl_queue_close() - nothing more will be pushed */
void orl_queue_close(struct orl_queue *q);

/** orl_queue_take() - wait for a batch; NULL when the queue is closed and empty */
struct orl_batch *orl_queue_take(struct orl_queue *q);

/** orl_queue_done() - the batch that was taken may be filled again */
void orl_queue_done(struct orl_queue *q);

#endif /* ORL_CLI_PUMP_QUEUE_H */
