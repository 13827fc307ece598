// SPDX-License-Identifier: MIT
/*
 * See client.h.
 */
#include "client.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[128];

/* The library reads its environment before main(): so again, with another one. */
void place_begin(char **argv)
{
	const char *base = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";

	snprintf(dir, sizeof(dir), "%s/oriel-test-%ld", base, (long)getpid());
	if (getenv("ORIEL_DOMAIN") && !strcmp(getenv("ORIEL_DOMAIN"), dir))
		return;
	setenv("ORIEL_DOMAIN", dir, 1);
	execv("/proc/self/exe", argv);
	_exit(127);
}

void place_end(void)
{
	DIR *d = opendir(dir);

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(dir);
}

const char *place_dir(void)
{
	return dir;
}

static int file_of(int slot)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s.%d", dir, ORL_DFS_NAME, slot);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool header_read(int slot, struct orl_dfs *header)
{
	int fd = file_of(slot);
	bool good = fd >= 0 && pread(fd, header, sizeof(*header), 0) == sizeof(*header) &&
		    header->magic == ORL_DFS_MAGIC;

	close(fd);
	return good;
}

int place_slot(uint32_t pid)
{
	struct orl_dfs header;

	for (int slot = 0; slot < 512; slot++) {
		if (header_read(slot, &header) && header.pid == pid)
			return slot;
	}
	return -1;
}

static bool read_node(int fd, uint32_t index, struct orl_dfs_node *node)
{
	off_t at = (off_t)(index * sizeof(*node));
	uint32_t seq;

	for (int i = 0; i < 1000; i++) {
		if (pread(fd, node, sizeof(*node), at) != sizeof(*node))
			return false;
		if (pread(fd, &seq, sizeof(seq), at) == sizeof(seq) && seq == node->seq &&
		    !(seq & 1))
			return true;
	}
	return false;
}

static bool find_in(int fd, uint32_t nr, uint32_t parent, const char *name, size_t len,
		    struct orl_dfs_node *node, uint32_t *index)
{
	for (*index = ORL_DFS_ROOT + 1; *index < nr; ++*index) {
		if (read_node(fd, *index, node) && node->kind != ORL_DFS_FREE &&
		    node->kind != ORL_DFS_TEXT && node->parent == parent &&
		    strlen(node->name) == len && !memcmp(node->name, name, len))
			return true;
	}
	return false;
}

bool node_find(int slot, const char *path, struct orl_dfs_node *node, uint32_t *index)
{
	uint32_t parent = ORL_DFS_ROOT, place = 0;
	struct orl_dfs header;
	struct orl_dfs_node folder, again;
	bool found = header_read(slot, &header);
	int fd = file_of(slot);

	found = found && read_node(fd, parent, &folder);
	while (found && *path) {
		size_t len = strcspn(path, "/");

		found = find_in(fd, header.nr, parent, path, len, node, &place) &&
			read_node(fd, parent, &again) && again.serial == folder.serial;
		parent = place;
		folder = *node;
		path += len;
		path += *path == '/';
	}
	close(fd);
	if (found && index)
		*index = parent;
	return found;
}

uint32_t node_count(int slot)
{
	struct orl_dfs_node node;
	struct orl_dfs header;
	uint32_t n = 0;
	int fd = file_of(slot);

	if (header_read(slot, &header)) {
		for (uint32_t i = ORL_DFS_ROOT; i < header.nr; i++)
			n += read_node(fd, i, &node) && node.kind != ORL_DFS_FREE;
	}
	close(fd);
	return n;
}

/* ---- the socket ---- */

int dial(int slot)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.80s/%s.%d", dir, ORL_DFS_SOCKET, slot);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

void ask(int fd, uint16_t op, const struct orl_dfs_request *rest, const void *data)
{
	static __thread char message[sizeof(*rest) + ORL_DFS_DATA_MAX];
	struct orl_dfs_request r = *rest;
	size_t len = op == ORL_DFS_WRITE ? r.len : 0;

	r.magic = ORL_DFS_REQUEST;
	r.op = op;
	memcpy(message, &r, sizeof(r));
	if (len)
		memcpy(message + sizeof(r), data, len);
	send(fd, message, sizeof(r) + len, MSG_NOSIGNAL);
}

int answer_get(int fd, struct orl_dfs_answer *a, void *data)
{
	static __thread char message[sizeof(*a) + ORL_DFS_DATA_MAX];
	ssize_t n;

	do
		n = recv(fd, message, sizeof(message), 0);
	while (n < 0 && errno == EINTR);
	if (n < (ssize_t)sizeof(*a))
		return NO_ANSWER;
	memcpy(a, message, sizeof(*a));
	if (a->magic != ORL_DFS_ANSWER || n != (ssize_t)(sizeof(*a) + a->len))
		return NO_ANSWER;
	if (data)
		memcpy(data, message + sizeof(*a), a->len);
	return a->result;
}

static int final_answer(int fd, struct orl_dfs_answer *a, void *data)
{
	int result;

	do
		result = answer_get(fd, a, data);
	while (result == ORL_DFS_SLEEPS);
	return result;
}

int file_open(int slot, const char *path, int flags, int *result)
{
	struct orl_dfs_request r = { .flags = (uint32_t)flags };
	struct orl_dfs_answer a;
	struct orl_dfs_node node;
	int fd;

	*result = -ENOENT;
	if (!node_find(slot, path, &node, &r.node))
		return -1;
	r.serial = node.serial;
	fd = dial(slot);
	*result = fd;
	if (fd < 0)
		return -1;
	ask(fd, ORL_DFS_OPEN, &r, NULL);
	*result = final_answer(fd, &a, NULL);
	return fd;
}

int file_read(int fd, uint64_t off, char *buf, size_t len)
{
	static __thread char data[ORL_DFS_DATA_MAX];
	struct orl_dfs_request r = { .off = off, .len = (uint32_t)len };
	struct orl_dfs_answer a;
	int n;

	ask(fd, ORL_DFS_READ, &r, NULL);
	n = final_answer(fd, &a, data);
	if (n > 0)
		memcpy(buf, data, (size_t)n);
	return n;
}

int file_write(int fd, uint64_t off, const char *buf, size_t len)
{
	struct orl_dfs_request r = { .off = off, .len = (uint32_t)len };
	struct orl_dfs_answer a;

	ask(fd, ORL_DFS_WRITE, &r, buf);
	return final_answer(fd, &a, NULL);
}

int64_t file_seek(int fd, int64_t off, int whence)
{
	struct orl_dfs_request r = { .off = (uint64_t)off, .flags = (uint32_t)whence };
	struct orl_dfs_answer a;
	int result;

	ask(fd, ORL_DFS_LSEEK, &r, NULL);
	result = final_answer(fd, &a, NULL);
	return result < 0 ? result : (int64_t)a.off;
}

int file_poll(int fd, uint32_t wanted, uint32_t *events)
{
	struct orl_dfs_request r = { .flags = wanted };
	struct orl_dfs_answer a;
	int result;

	ask(fd, ORL_DFS_POLL, &r, NULL);
	result = final_answer(fd, &a, NULL);
	*events = a.events;
	return result;
}

const char *cat(int slot, const char *path, int *err)
{
	static __thread char text[65536];
	size_t len = 0;
	int fd = file_open(slot, path, O_RDONLY, err), n = 0;

	if (!*err) {
		while (len < sizeof(text) - 1 &&
		       (n = file_read(fd, len, text + len, sizeof(text) - 1 - len)) > 0)
			len += (size_t)n;
		*err = n < 0 ? n : 0;
	}
	close(fd);
	text[len] = '\0';
	return text;
}

int put(int slot, const char *path, const char *text)
{
	int n, fd = file_open(slot, path, O_WRONLY, &n);

	if (!n)
		n = file_write(fd, 0, text, strlen(text));
	close(fd);
	return n;
}
