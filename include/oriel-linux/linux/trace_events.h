/* SPDX-License-Identifier: MIT */
/* What an event consists of, for source that handles events itself. */
#ifndef ORIEL_LINUX_TRACE_EVENTS_H
#define ORIEL_LINUX_TRACE_EVENTS_H

#include <linux/trace_seq.h>
#include <linux/tracepoint.h>
#ifndef ORIEL_DISABLE
#include <oriel/trace_event.h>
#endif

#endif
