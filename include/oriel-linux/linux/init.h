/* SPDX-License-Identifier: MIT */
/*
 * What runs when a program starts and ends. module_init() of a program's sources is called before
 * main(), behind the library's own constructors; of a plugin when it is loaded. module_exit() is
 * called at exit, or when the plugin is unloaded, where the init of the same file returned 0.
 */
#ifndef ORIEL_LINUX_INIT_H
#define ORIEL_LINUX_INIT_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/compiler.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

/* All code stays where it is. */
#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __init_or_module
#define __refdata

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

#ifdef KBUILD_MODNAME
#define ORIEL_INIT_NAME KBUILD_MODNAME
#else
#define ORIEL_INIT_NAME __FILE__
#endif

/* module_init(fn) - int fn(void): 0, or -errno, which is printed; the program goes on with both */
#define module_init(fn)                                                                            \
	static int oriel_module_failed;                                                            \
	__attribute__((constructor)) static void oriel_init_##fn(void)                             \
	{                                                                                          \
		oriel_module_params();                                                             \
		oriel_module_failed = fn();                                                        \
		if (oriel_module_failed)                                                           \
			printk(KERN_ERR "%s: " #fn "() failed: %d\n", ORIEL_INIT_NAME,             \
			       oriel_module_failed);                                               \
	}
#define module_exit(fn)                                                                            \
	static int oriel_module_failed;                                                            \
	__attribute__((destructor)) static void oriel_exit_##fn(void)                              \
	{                                                                                          \
		if (!oriel_module_failed)                                                          \
			fn();                                                                      \
	}
#define late_initcall(fn) module_init(fn)
#define device_initcall(fn) module_init(fn)
#define fs_initcall(fn) module_init(fn)
#define subsys_initcall(fn) module_init(fn)
#define core_initcall(fn) module_init(fn)

#endif
