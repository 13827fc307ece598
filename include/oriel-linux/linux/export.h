/* SPDX-License-Identifier: MIT */
/* Symbols for other modules: those of a program are there for whoever is linked with it. */
#ifndef ORIEL_LINUX_EXPORT_H
#define ORIEL_LINUX_EXPORT_H

#ifndef THIS_MODULE
#define THIS_MODULE ((struct module *)0)
#endif
#define EXPORT_SYMBOL(name) _Static_assert(1, #name)
#define EXPORT_SYMBOL_GPL(name) _Static_assert(1, #name)
#define EXPORT_SYMBOL_NS(name, space) _Static_assert(1, #name)
#define EXPORT_SYMBOL_NS_GPL(name, space) _Static_assert(1, #name)

#endif
