/* SPDX-License-Identifier: MIT */
/*
 * A module in a program: its init and exit (linux/init.h), its parameters (linux/moduleparam.h),
 * and what it says of itself, in the section ".modinfo" as in a kernel's module, for modinfo(8) to
 * show.
 */
#ifndef ORIEL_LINUX_MODULE_H
#define ORIEL_LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>

/* There are no objects of this type: THIS_MODULE is NULL. */
struct module {
	const char *name;
};

#define MODULE_INFO(tag, info) ORIEL_MODINFO(tag, info)
#define MODULE_LICENSE(text) ORIEL_MODINFO(license, text)
#define MODULE_AUTHOR(text) ORIEL_MODINFO(author, text)
#define MODULE_DESCRIPTION(text) ORIEL_MODINFO(description, text)
#define MODULE_VERSION(text) ORIEL_MODINFO(version, text)
#define MODULE_ALIAS(text) ORIEL_MODINFO(alias, text)
#define MODULE_SOFTDEP(text) ORIEL_MODINFO(softdep, text)
#define MODULE_FIRMWARE(text) ORIEL_MODINFO(firmware, text)
#define MODULE_IMPORT_NS(space) ORIEL_MODINFO(import_ns, __stringify(space))
#define MODULE_DEVICE_TABLE(type, table) _Static_assert(1, #type)

ORIEL_INLINE bool try_module_get(struct module *module)
{
	(void)module;
	return true;
}

ORIEL_INLINE void __module_get(struct module *module)
{
	(void)module;
}

ORIEL_INLINE void module_put(struct module *module)
{
	(void)module;
}

#endif
