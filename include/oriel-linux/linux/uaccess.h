/* SPDX-License-Identifier: MIT */
/* Memory of whoever reads and writes a file, which is a buffer of the library's here. */
#ifndef ORIEL_LINUX_UACCESS_H
#define ORIEL_LINUX_UACCESS_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/fs.h>
#include <linux/string.h>

#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __get_user(x, ptr) get_user(x, ptr)
#define __put_user(x, ptr) put_user(x, ptr)

/** strncpy_from_user() - the string's length without NUL, or @count: it has none within that */
ORIEL_INLINE long strncpy_from_user(char *to, const char __user *from, long count)
{
	size_t len = strnlen(from, (size_t)count);

	memcpy(to, from, len + (len < (size_t)count));
	return (long)len;
}

#endif
