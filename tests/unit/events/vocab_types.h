/* SPDX-License-Identifier: MIT */
/* What the events of vocab_trace.h and kernel_trace.h mention. */
#ifndef VOCAB_TYPES_H
#define VOCAB_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum colour { RED = 3, GREEN = 5 };

struct point {
	int x;
	int y;
	long z;
};

/* Names of kernel_trace.h that stand for numbers only through their enum, as in the kernel. */
enum {
	HI_SOFTIRQ,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ
};

#ifdef __cplusplus
extern "C" {
#endif
int watched_reg(void);
void watched_unreg(void);
#ifdef __cplusplus
}
#endif

#endif
