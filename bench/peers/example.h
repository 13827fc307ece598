/* SPDX-License-Identifier: MIT */
/* What the functions of example.c call; defined elsewhere, so that these are calls. */
#ifndef ORIEL_BENCH_PEERS_EXAMPLE_H
#define ORIEL_BENCH_PEERS_EXAMPLE_H

#include <stdint.h>

uint64_t example_work(uint64_t id, uint32_t size);
void example_mark(uint64_t id, uint32_t size);

extern int example_marker_fd;

uint64_t off_plain(uint64_t id, uint32_t size);
uint64_t off_oriel(uint64_t id, uint32_t size);
uint64_t off_lttng(uint64_t id, uint32_t size);
uint64_t off_usdt(uint64_t id, uint32_t size);
uint64_t off_marker(uint64_t id, uint32_t size);

#endif
