/* SPDX-License-Identifier: MIT */
/*
 * No include guard: the last line of a trace header. Where CREATE_TRACE_POINTS is defined it reads
 * the header again, once for each thing that an event is made of, with the macros meaning something
 * else each time (oriel/stages/).
 *
 *   struct   struct trace_event_raw_<class>: the record; the values of TRACE_DEFINE_ENUM
 *   check    the print format's expressions compile against that struct
 *   fields   the table that the format file is printed from; the print format as text
 *   record   the function that builds a record and appends it
 *   event    the tracepoint and the event
 */
#ifndef ORIEL_TRACEPOINT_H
#include <oriel/tracepoint.h>
#endif

#if defined(CREATE_TRACE_POINTS) && !defined(ORIEL_DISABLE)
#undef CREATE_TRACE_POINTS

#ifndef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE TRACE_SYSTEM
#define ORIEL_UNDEF_TRACE_INCLUDE_FILE
#endif

#ifndef TRACE_INCLUDE_PATH
#define ORIEL_TRACE_INCLUDE(file) <trace/events/file.h>
#define ORIEL_UNDEF_TRACE_INCLUDE_PATH
#else
#define ORIEL_TRACE_INCLUDE(file) ORIEL_STR(TRACE_INCLUDE_PATH/file.h)
#endif
#undef TRACE_INCLUDE
#define TRACE_INCLUDE(file) ORIEL_TRACE_INCLUDE(file)

#define TRACE_HEADER_MULTI_READ
#include <oriel/trace_event.h>

/* Each stage uses what it needs of an event's parameters. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

#include <oriel/stages/struct.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include <oriel/stages/check.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include <oriel/stages/fields.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include <oriel/stages/record.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include <oriel/stages/event.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#pragma GCC diagnostic pop
#undef TRACE_HEADER_MULTI_READ
#undef ORIEL_TRACE_INCLUDE
#ifdef ORIEL_UNDEF_TRACE_INCLUDE_FILE
#undef TRACE_INCLUDE_FILE
#undef ORIEL_UNDEF_TRACE_INCLUDE_FILE
#endif
#ifdef ORIEL_UNDEF_TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_PATH
#undef ORIEL_UNDEF_TRACE_INCLUDE_PATH
#endif

#include <oriel/stages/declare.h>
#define CREATE_TRACE_POINTS
#endif
