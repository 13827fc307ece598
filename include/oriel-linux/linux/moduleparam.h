/* SPDX-License-Identifier: MIT */
/*
 * Parameters of a module, set before its init from the environment, in the words of a kernel's
 * command line: ORIEL_MODULE_PARAMS="my_driver.debug_level=3 my_driver.verbose=1". A value ends at
 * a blank; a parameter of type bool needs none; values of an array stand between commas. What makes
 * no sense is printed in the kernel's words and left out. Set-user-id programs take none.
 */
#ifndef ORIEL_LINUX_MODULEPARAM_H
#define ORIEL_LINUX_MODULEPARAM_H

#include <linux/compiler.h>
#include <linux/printk.h>
#include <oriel/kstrto.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

struct kernel_param;

#define KERNEL_PARAM_OPS_FL_NOARG 1

struct kernel_param_ops {
	unsigned int flags;		/* ..._FL_NOARG: set() takes NULL, for no value */
	int (*set)(const char *val, const struct kernel_param *kp);	/* 0 or -errno */
	int (*get)(char *buffer, const struct kernel_param *kp);	/* not called here */
	void (*free)(void *arg);
};

struct kernel_param {
	const char *module, *name;
	const struct kernel_param_ops *ops;
	void *arg;			/* where the value goes */
	size_t size;			/* of a string */
};

extern const struct kernel_param *const __start_oriel_params[]
	__attribute__((weak, visibility("hidden")));
extern const struct kernel_param *const __stop_oriel_params[]
	__attribute__((weak, visibility("hidden")));

/* What a file of sysfs would show, for the program's own ops: the text, a newline; its length. */
#define ORIEL_PARAM_GET(type, flags, fmt, value)                                                   \
	__maybe_unused static int param_get_##type(char *buffer, const struct kernel_param *kp)    \
	{                                                                                          \
		return snprintf(buffer, 4096, fmt "\n", value);                                    \
	}                                                                                          \
	__maybe_unused static const struct kernel_param_ops param_ops_##type = {                   \
		flags, param_set_##type, param_get_##type, 0                                       \
	}
#define ORIEL_PARAM_TYPE(type, ctype, fmt, parse)                                                  \
	__maybe_unused static int param_set_##type(const char *val, const struct kernel_param *kp) \
	{                                                                                          \
		return parse(val, 0, (ctype *)kp->arg);                                            \
	}                                                                                          \
	ORIEL_PARAM_GET(type, 0, fmt, *(ctype *)kp->arg)

ORIEL_PARAM_TYPE(byte, unsigned char, "%hhu", kstrtou8);
ORIEL_PARAM_TYPE(short, short, "%hi", kstrtos16);
ORIEL_PARAM_TYPE(ushort, unsigned short, "%hu", kstrtou16);
ORIEL_PARAM_TYPE(int, int, "%i", kstrtoint);
ORIEL_PARAM_TYPE(uint, unsigned int, "%u", kstrtouint);
ORIEL_PARAM_TYPE(long, long, "%li", kstrtol);
ORIEL_PARAM_TYPE(ulong, unsigned long, "%lu", kstrtoul);
ORIEL_PARAM_TYPE(ullong, unsigned long long, "%llu", kstrtoull);
ORIEL_PARAM_TYPE(hexint, unsigned int, "%#08x", kstrtouint);

__maybe_unused static int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ? val : "1", (bool *)kp->arg);
}

ORIEL_PARAM_GET(bool, KERNEL_PARAM_OPS_FL_NOARG, "%c", *(bool *)kp->arg ? 'Y' : 'N');

/* Of a bool that means the contrary of what is said. */
__maybe_unused static int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool said;
	int err = kstrtobool(val, &said);

	if (!err)
		*(bool *)kp->arg = !said;
	return err;
}

ORIEL_PARAM_GET(invbool, 0, "%c", *(bool *)kp->arg ? 'N' : 'Y');

/* Of char *: a copy, never freed. */
__maybe_unused static int param_set_charp(const char *val, const struct kernel_param *kp)
{
	char *copy = strdup(val);

	if (copy)
		*(char **)kp->arg = copy;
	return copy ? 0 : -ENOMEM;
}

ORIEL_PARAM_GET(charp, 0, "%s", *(char **)kp->arg);

__maybe_unused static int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	size_t len = strlen(val);

	if (len >= kp->size)
		return -EINVAL;
	memcpy(kp->arg, val, len + 1);
	return 0;
}

__maybe_unused static const struct kernel_param_ops param_ops_string = {
	0, param_set_copystring, 0, 0
};

struct kparam_array {
	unsigned int max, elemsize;
	unsigned int *num;		/* where the number of values goes; NULL: it is not told */
	const struct kernel_param_ops *ops;
	void *elem;
};

/* As in the kernel, the values before a wrong one are set. */
__maybe_unused static int param_array_set(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *array = (const struct kparam_array *)kp->arg;
	char *copy = strdup(val), *rest = copy, *word;
	struct kernel_param element = *kp;
	unsigned int n = 0;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (word = strsep(&rest, ","))) {
		if (n == array->max) {
			printk(KERN_ERR "%s: can only take %u arguments\n", kp->name, n);
			err = -EINVAL;
			break;
		}
		element.arg = (char *)array->elem + (size_t)array->elemsize * n;
		element.size = array->elemsize;
		err = array->ops->set(word, &element);
		n += !err;
	}
	if (copy && array->num)
		*array->num = n;
	free(copy);
	return err;
}

__maybe_unused static const struct kernel_param_ops param_array_ops = { 0, param_array_set, 0, 0 };

#ifdef KBUILD_MODNAME
#define ORIEL_PARAM_MODULE KBUILD_MODNAME
#else
#define ORIEL_PARAM_MODULE ""
#endif

#define ORIEL_PARAM(name, ops, arg, size)                                                          \
	static const struct kernel_param oriel_param_##name = { ORIEL_PARAM_MODULE, #name, ops,    \
								arg, size };                       \
	static const struct kernel_param *const oriel_param_##name##_ref                           \
		__attribute__((used, section("oriel_params"))) = &oriel_param_##name

/* @perm: of the file in sysfs, which there is not */
#define module_param(name, type, perm)                                                             \
	ORIEL_PARAM(name, &param_ops_##type, (void *)&(name), sizeof(name))
#define module_param_named(name, value, type, perm)                                                \
	ORIEL_PARAM(name, &param_ops_##type, (void *)&(value), sizeof(value))
#define module_param_string(name, string, len, perm)                                               \
	ORIEL_PARAM(name, &param_ops_string, (void *)(string), len)
#define module_param_array(name, type, nump, perm)                                                 \
	module_param_array_named(name, name, type, nump, perm)
#define module_param_array_named(name, array, type, nump, perm)                                    \
	static const struct kparam_array oriel_array_##name = {                                    \
		sizeof(array) / sizeof((array)[0]), sizeof((array)[0]), (unsigned int *)(nump),    \
		&param_ops_##type, (void *)(array)                                                 \
	};                                                                                         \
	ORIEL_PARAM(name, &param_array_ops, (void *)&oriel_array_##name, 0)
#define module_param_cb(name, ops, arg, perm) ORIEL_PARAM(name, ops, arg, 0)
#define module_param_call(name, set, get, arg, perm)                                               \
	static const struct kernel_param_ops oriel_param_ops_##name = { 0, set, get, 0 };          \
	ORIEL_PARAM(name, &oriel_param_ops_##name, arg, 0)
#define MODULE_PARM_DESC(name, text) ORIEL_MODINFO(parm, #name ":" text)

#define ORIEL_MODINFO(tag, text)                                                                   \
	static const char ORIEL_CAT(oriel_modinfo_##tag, __COUNTER__)[]                            \
		__attribute__((used, section(".modinfo"), aligned(1))) = #tag "=" text

/* One word of the environment's: "module.name=value". */
ORIEL_INLINE void oriel_module_param(char *word)
{
	char *dot = strchr(word, '.'), *value = strchr(word, '=');
	const struct kernel_param *const *p;
	bool is_ours = false, is_known = false;

	if (!dot || (value && dot > value))
		return;
	*dot++ = '\0';
	if (value)
		*value++ = '\0';
	for (p = __start_oriel_params; p < __stop_oriel_params; p++) {
		if (strcmp((*p)->module, word))
			continue;
		is_ours = true;
		if (strcmp((*p)->name, dot))
			continue;
		is_known = true;
		if ((!value && !((*p)->ops->flags & KERNEL_PARAM_OPS_FL_NOARG)) ||
		    (*p)->ops->set(value, *p))
			printk(KERN_ERR "%s: `%s' invalid for parameter `%s'\n", word,
			       value ? value : "", dot);
	}
	if (is_ours && !is_known)
		printk(KERN_WARNING "%s: unknown parameter '%s' ignored\n", word, dot);
}

/* Of the modules in this object; once: before the first init, and where there is none too. */
void oriel_module_params(void) __attribute__((weak, visibility("hidden"), constructor));
void oriel_module_params(void)
{
	static int done;
	const char *all = done++ || getauxval(AT_SECURE) ? 0 : getenv("ORIEL_MODULE_PARAMS");
	char *copy = all ? strdup(all) : 0, *rest = copy, *word;

	while (copy && (word = strsep(&rest, " ")))
		oriel_module_param(word);
	free(copy);
}

#endif
