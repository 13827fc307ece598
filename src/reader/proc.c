// SPDX-License-Identifier: MIT
/*
 * Reading /proc/PID. A process may end between any two reads; what is missing then reads as "not
 * there".
 */
#include "reader/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long read_fd(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = read(fd, buf + len, size - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += (size_t)n;
	}
	buf[len] = '\0';
	return (long)len;
}

long orl_proc_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	long len;

	if (fd < 0)
		return -errno;
	len = read_fd(fd, buf, size);
	close(fd);
	return len;
}

char *orl_proc_read_all(const char *path, size_t max, size_t *len)
{
	size_t size = 16384;

	for (;;) {
		char *buf = malloc(size);
		long n = buf ? orl_proc_read(path, buf, size) : -ENOMEM;

		if (n < 0) {
			free(buf);
			return NULL;
		}
		if ((size_t)n < size - 1 || size >= max) {
			*len = (size_t)n;
			return buf;
		}
		free(buf);
		size *= 4;
	}
}

uint64_t orl_proc_start(const char *stat)
{
	const char *at = strrchr(stat, ')');

	/* the 20th word behind the name */
	for (int i = 0; at && i < 20; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

static bool has_our_clock(int32_t pid)
{
	char path[40], its[64], ours[64];
	ssize_t n, m;

	snprintf(path, sizeof(path), "/proc/%d/ns/time", pid);
	n = readlink(path, its, sizeof(its));
	m = readlink("/proc/self/ns/time", ours, sizeof(ours));
	/* What may not be read is nobody's that could be in a domain of this user's. */
	return n < 0 || m < 0 || (n == m && !memcmp(its, ours, (size_t)n));
}

bool orl_proc_started_after(int32_t pid, uint64_t ns)
{
	long per_second = sysconf(_SC_CLK_TCK);
	char path[32], text[1024];
	uint64_t tick, start;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!ns || per_second <= 0 || orl_proc_read(path, text, sizeof(text)) <= 0)
		return false;
	tick = 1000000000U / (uint64_t)per_second;
	start = orl_proc_start(text);
	return start > ns / tick && has_our_clock(pid);
}

static uint64_t signal_set(const char *status, const char *field)
{
	const char *at = strstr(status, field);

	return at ? strtoull(at + strlen(field), NULL, 16) : 0;
}

/* Signals that no thread of the process would take. */
static uint64_t blocked_by_all(int32_t pid, uint64_t blocked)
{
	char path[64 + sizeof(((struct dirent *)0)->d_name)], text[4096];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && blocked && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/status", pid, entry->d_name);
		if (orl_proc_read(path, text, sizeof(text)) > 0)
			blocked &= signal_set(text, "\nSigBlk:");
	}
	if (dir)
		closedir(dir);
	return blocked;
}

static char state_of(int32_t pid)
{
	char path[32], text[512], *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return '?';
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '?';
}

static bool is_over(char state)
{
	return state == '?' || state == 'Z' || state == 'X';
}

int32_t orl_proc_thread(int32_t pid)
{
	struct dirent *entry;
	int32_t thread = pid;
	char path[32];
	DIR *dir;

	if (state_of(pid) != 'Z')
		return pid;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && thread == pid && (entry = readdir(dir))) {
		int32_t tid = atoi(entry->d_name);

		if (tid > 0 && !is_over(state_of(tid)))
			thread = tid;
	}
	if (dir)
		closedir(dir);
	return thread;
}

bool orl_proc_status(int32_t pid, struct orl_proc_status *st)
{
	char path[64], text[8192], *name, *end;

	memset(st, 0, sizeof(*st));
	st->state = '?';
	/*
	 * the name may hold anything but NUL, ')' and line ends included: it ends at the last ')'
	 */
	snprintf(path, sizeof(path), "/proc/%d/stat", orl_proc_thread(pid));
	if (orl_proc_read(path, text, sizeof(text)) <= 0)
		return false;
	name = strchr(text, '(');
	end = strrchr(text, ')');
	if (!name || !end || end < name || end[1] != ' ' || !end[2])
		return false;
	st->state = end[2];
	*end = '\0';
	snprintf(st->comm, sizeof(st->comm), "%.16s", name + 1);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (orl_proc_read(path, text, sizeof(text)) > 0) {
		st->caught = signal_set(text, "\nSigCgt:");
		st->blocked = blocked_by_all(pid, signal_set(text, "\nSigBlk:"));
	}
	return true;
}
