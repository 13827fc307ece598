// SPDX-License-Identifier: MIT
/*
 * Where a domain is: from ORIEL_DOMAIN and XDG_RUNTIME_DIR to an absolute path without a slash at
 * its end (with one, a link in the last place would be followed).
 */
#include "domain/domain.h"

#include <errno.h>
#include <string.h>

struct out {
	char *buf;
	size_t size, len;
	bool full;
};

static void put(struct out *o, const char *s, size_t len)
{
	if (len >= o->size - o->len) {
		o->full = true;
		return;
	}
	memcpy(o->buf + o->len, s, len);
	o->len += len;
	o->buf[o->len] = '\0';
}

static void put_str(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void put_uid(struct out *o, uid_t uid)
{
	char digits[12];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + uid % 10);
	while (uid /= 10);
	put(o, digits + at, sizeof(digits) - at);
}

int orl_domain_path(char *buf, size_t size, const char *name, const char *xdg, uid_t uid)
{
	struct out o = { .buf = buf, .size = size };

	if (!size)
		return -ENAMETOOLONG;
	buf[0] = '\0';
	if (!name || !*name)
		name = "default";
	if (*name == '/') {
		put_str(&o, name);
	} else {
		if (strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
			return -EINVAL;
		/* XDG_RUNTIME_DIR that is not absolute is to be ignored, says its specification */
		if (xdg && *xdg == '/') {
			put_str(&o, xdg);
			while (o.len > 1 && buf[o.len - 1] == '/')
				buf[--o.len] = '\0';
			put_str(&o, "/oriel/");
		} else {
			put_str(&o, "/dev/shm/oriel-");
			put_uid(&o, uid);
			put_str(&o, "/");
		}
		put_str(&o, name);
	}
	if (o.full) {
		buf[0] = '\0';
		return -ENAMETOOLONG;
	}
	while (o.len > 1 && buf[o.len - 1] == '/')
		buf[--o.len] = '\0';
	return 0;
}
