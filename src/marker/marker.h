/* SPDX-License-Identifier: MIT */
/*
 * Records that a tool writes into a domain's rings on behalf of somebody: trace_marker,
 * trace_marker_raw. They go through the same append as a traced program's, onto the caller's CPU,
 * and through the filters and triggers of events/ftrace/print and raw_data.
 */
#ifndef ORL_MARKER_MARKER_H
#define ORL_MARKER_MARKER_H

#include <stdint.h>

#include "reader/instance.h"

/**
 * orl_marker_write() - append one record
 * @s:   its instance; rings are made if there are none
 * @tid: common_pid of the record
 * @cpu: in whose ring it should stand, where this thread may run there; -1: any
 * @id:  ORL_FTRACE_PRINT or ORL_FTRACE_RAW_DATA (decode/ftrace.h)
 * @rec: with 8 bytes of common fields in front, which need not be filled in; @len a multiple of 4,
 *       at most orl_record_max()
 *
 * Moves this thread to @cpu for the time of the call. The record goes through the filter of its
 * event, if there is one, and is appended; then its triggers run, as they do in the kernel for a
 * marker: they find it in the ring. There is no stack to record. Also notes the thread's name,
 * where the instance has the option record-cmd.
 *
 * Return: 0, or
 *   -EBADF    tracing is off, or the ring is full and discards: the record is not taken, and no
 *             trigger runs (what the kernel's write returns then)
 *   -EINVAL   @len is not what a record's may be
 *   -ENODEV   the instance is gone
 *   -EROFS    the session is read-only
 *   -ENOSPC   no ring could be made
 *   -EAGAIN   there is no ring for this thread: no restartable sequences, and all leased rings are
 *             taken; counted as lost
 */
int orl_marker_write(struct orl_session *s, int32_t tid, int cpu, uint16_t id, const void *rec,
		     uint32_t len);

#endif
