/* SPDX-License-Identifier: MIT */
/*
 * No include guard of its own: oriel/tracepoint.h knows what it needs to read again. Here is what
 * kernel source uses besides it.
 *
 * Tracepoints are visible to other objects as any other symbol is, so exporting one is nothing.
 */
#include <linux/tracepoint-defs.h>
#include <oriel/tracepoint.h>

#ifndef ORIEL_LINUX_TRACEPOINT_H
#define ORIEL_LINUX_TRACEPOINT_H

#define EXPORT_TRACEPOINT_SYMBOL(name) _Static_assert(1, #name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) _Static_assert(1, #name)
#ifdef __cplusplus
#undef EXPORT_TRACEPOINT_SYMBOL
#undef EXPORT_TRACEPOINT_SYMBOL_GPL
#define EXPORT_TRACEPOINT_SYMBOL(name) static_assert(1, #name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) static_assert(1, #name)
#endif

#ifndef ORIEL_DISABLE
#define tracepoint_probe_register(tp, probe, data) oriel_probe_register(tp, probe, data)
#define tracepoint_probe_unregister(tp, probe, data) oriel_probe_unregister(tp, probe, data)
#endif

/* Unregistering a probe has waited for it already. */
#define tracepoint_synchronize_unregister() ((void)0)

#endif
