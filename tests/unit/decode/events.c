// SPDX-License-Identifier: MIT
/*
 * The kernel's format files are read from tracefs where it is mounted, else it is mounted on a
 * fresh folder in a private mount namespace, which ends with this process.
 */
#include "events.h"

#include <errno.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

unsigned char event_record[EVENT_RECORD_MAX];

static char root[64];
static const char *mount_error;
static glob_t found;
static size_t next_file;

bool events_mount(void)
{
	strcpy(root, "/sys/kernel/tracing");
	if (!access("/sys/kernel/tracing/events/ftrace/print/format", R_OK))
		return true;
	strcpy(root, "/tmp/oriel-tracefs-XXXXXX");
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    !mkdtemp(root)) {
		mount_error = strerror(errno);
		return false;
	}
	if (mount("nodev", root, "tracefs", 0, NULL)) {
		mount_error = strerror(errno);
		rmdir(root);
		return false;
	}
	return true;
}

const char *events_mount_error(void)
{
	return mount_error;
}

void events_open(void)
{
	char pattern[128];

	snprintf(pattern, sizeof(pattern), "%s/events/*/*/format", root);
	glob(pattern, 0, NULL, &found);
	next_file = 0;
}

bool events_next(struct kernel_event *event)
{
	static char text[1 << 20];
	const char *system;
	FILE *f;

	if (next_file == found.gl_pathc)
		return false;
	event->path = found.gl_pathv[next_file++];
	system = strstr(event->path, "/events/") + strlen("/events/");
	snprintf(event->system, sizeof(event->system), "%.*s", (int)strcspn(system, "/"), system);
	f = fopen(event->path, "r");
	if (!f)
		return events_next(event);
	event->len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[event->len] = '\0';
	event->text = text;
	return true;
}

void events_close(void)
{
	globfree(&found);
	if (!strncmp(root, "/tmp/", 5)) {
		umount2(root, MNT_DETACH);
		rmdir(root);
	}
}

static uint32_t next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11);
}

static void fill_text(unsigned char *p, uint32_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz /.-_09\n\x1b";
	uint32_t len = size ? next_random() % size : 0, i;

	for (i = 0; i < len; i++)
		p[i] = (unsigned char)letters[next_random() % (sizeof(letters) - 1)];
	memset(p + len, 0, size - len);
}

static void fill_bytes(unsigned char *p, uint32_t size, int round)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		p[i] = (unsigned char)(round == 0   ? 0
				       : round == 1 ? 0xff
				       : round & 1  ? (i ? 0 : next_random() % 16)
						    : next_random());
}

/* A dynamic field: its data go behind everything so far; the new end is returned. */
static uint32_t fill_dynamic(const struct orl_field *f, int round, uint32_t end)
{
	uint32_t elem = f->elem_size ? f->elem_size : 1, size, loc;

	end = (end + 7) & ~7u;
	size = f->is_string ? 1 + next_random() % 20 : (1 + next_random() % 5) * elem;
	if (strstr(f->name, "addr"))
		size = 28; /* a socket address, as far as anyone can know */
	loc = (f->is_rel ? end - f->offset - 4 : end) | size << 16;
	memcpy(event_record + f->offset, &loc, sizeof(loc));
	if (f->is_string) {
		fill_text(event_record + end, size);
	} else {
		fill_bytes(event_record + end, size, round);
		if (size == 28) {
			event_record[end] = next_random() & 1 ? 2 : 10;
			event_record[end + 1] = 0;
		}
	}
	return end + size;
}

uint32_t event_fill(const struct orl_format *f, int round)
{
	const struct orl_field *field;
	uint32_t end = 8, size;
	uint16_t id = (uint16_t)orl_format_id(f);
	unsigned int i;

	memset(event_record, 0, sizeof(event_record));
	for (i = 0; (field = orl_format_field(f, i)); i++)
		if (field->offset + field->size > end)
			end = field->offset + field->size;
	for (i = 0; (field = orl_format_field(f, i)); i++) {
		if (field->is_common)
			continue;
		size = field->size ? field->size : 32;
		if (field->is_dynamic)
			end = fill_dynamic(field, round, end);
		else if (field->is_string)
			fill_text(event_record + field->offset, size);
		else
			fill_bytes(event_record + field->offset, size, round);
		if (!field->size)
			end += size;
	}
	memcpy(event_record, &id, sizeof(id));
	return (end + 3) & ~3u;
}
