// SPDX-License-Identifier: MIT
/*
 * What tools see: "debugfs.SLOT", an array of nodes that one process writes and others read.
 *
 *   W1  seq odd       relaxed
 *   W2  fence         release, pairs with R3: who sees a byte of W3 sees W1 in its second look
 *   W3  the node
 *   W4  seq even      release, pairs with R1: who sees it sees all of W3
 *   W5  gen + 1       release: who sees it sees W4 of what changed
 *
 *   R1  seq           acquire; odd: the node is not there
 *   R2  copy the node
 *   R3  fence, and seq again: unchanged, the copy is whole
 *
 * A process that dies between W1 and W4 leaves a node that nobody sees. Nothing is ever read back
 * from the file: which places are free, and what stands in which, is known in the process's own
 * memory. A file is made anew for each process that takes the slot; one who still reads the old
 * one sees a process that is not there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "debugfs/debugfs.h"
#include "domain/sys.h"

/* How long removal waits for a tool that writes the value: 100 ms at most. */
#define SETTLE_STEP_NS 1000000
#define SETTLE_STEPS 100

/* What stands in which place. */
struct place {
	struct orl_dnode *node;
	uint32_t next_free;		/* 0: none */
};

static struct {
	struct orl_dfs *map;
	struct place *places;
	uint32_t ready, nr, free;
	uint64_t next_serial;
} file = { .nr = ORL_DFS_ROOT, .next_serial = 1 };

static char *put_number(char *p, uint32_t v)
{
	char digits[12];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*p++ = digits[--n];
	return p;
}

char *orl_debugfs_file_name(char *buf, const char *base, uint32_t slot)
{
	char *p = stpcpy(buf, base);

	*p++ = '.';
	*put_number(p, slot) = '\0';
	return buf;
}

char *orl_debugfs_fd_path(char *buf, int fd, const char *name)
{
	char *p = put_number(stpcpy(buf, "/proc/self/fd/"), (uint32_t)fd);

	*p++ = '/';
	strcpy(p, name);
	return buf;
}

static struct orl_dfs_node *node_at(uint32_t index)
{
	return (struct orl_dfs_node *)file.map + index;
}

/* A new file with room for @nodes, mapped and filled with a header. */
static int make(int fd, uint32_t nodes, uint64_t image)
{
	int err = orl_sys_ftruncate(fd, (off_t)ORL_DFS_SIZE);
	struct orl_dfs *map;

	if (!err)
		err = orl_domain_file_allocate(fd, 0, nodes * sizeof(struct orl_dfs_node));
	if (err)
		return err;
	map = mmap(NULL, ORL_DFS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	map->magic = ORL_DFS_MAGIC;
	map->version = ORL_DFS_VERSION;
	map->pid = (uint32_t)syscall(SYS_getpid);
	map->image = image;
	map->copy = (uint64_t)(uintptr_t)&orl_rt;
	map->nr = file.nr;
	map->ready = nodes;
	map->uid = (uint32_t)geteuid();
	map->gid = (uint32_t)getegid();
	map->next_serial = file.next_serial;
	file.map = map;
	return 0;
}

int orl_debugfs_nodes_open(uint32_t slot, uint64_t image)
{
	uint32_t nodes = file.ready ? file.ready : ORL_DFS_PIECE;
	struct orl_new_file f;
	char name[32];
	int dir, err;

	if (!file.places) {
		file.places = calloc(nodes, sizeof(*file.places));
		if (!file.places)
			return -ENOMEM;
		file.ready = nodes;
	}
	dir = orl_domain_open_dir(orl_rt.domain.dir);
	if (dir < 0)
		return dir;
	err = orl_domain_file_begin(&f, dir);
	if (err) {
		orl_sys_close(dir);
		return err;
	}
	err = make(f.fd, nodes, image);
	if (err) {
		orl_domain_file_abandon(&f, dir);
	} else {
		orl_debugfs_file_name(name, ORL_DFS_NAME, slot);
		orl_sys_unlinkat(dir, name);	/* a dead process's */
		err = orl_domain_file_publish(&f, dir, name);
		if (err)
			orl_debugfs_nodes_close();
	}
	orl_sys_close(dir);
	return err;
}

/* Places and serials stay: another file may be opened for them. */
void orl_debugfs_nodes_close(void)
{
	if (file.map)
		munmap(file.map, ORL_DFS_SIZE);
	file.map = NULL;
}

/* The process is leaving. */
void orl_debugfs_nodes_leave(void)
{
	int dir = orl_domain_open_dir(orl_rt.domain.dir);
	char name[32];

	if (dir < 0)
		return;
	orl_sys_unlinkat(dir, orl_debugfs_file_name(name, ORL_DFS_NAME, orl_debugfs.slot));
	if (orl_debugfs_is_served())
		orl_sys_unlinkat(dir,
				 orl_debugfs_file_name(name, ORL_DFS_SOCKET, orl_debugfs.slot));
	orl_sys_close(dir);
}

/* Our file again: no descriptor of it stays open. */
static int reopen(void)
{
	int dir = orl_domain_open_dir(orl_rt.domain.dir), fd;
	char name[32];

	if (dir < 0)
		return dir;
	orl_debugfs_file_name(name, ORL_DFS_NAME, orl_debugfs.slot);
	fd = orl_sys_openat(dir, name, O_RDWR | ORL_OPEN_SAFE, 0);
	orl_sys_close(dir);
	return fd;
}

/* Until nobody writes the value of a node that is FREE by now; a tool may have been stopped. */
static void settle(int fd, uint32_t index, int *patience)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)(index * sizeof(struct orl_dfs_node)),
		.l_len = (off_t)sizeof(struct orl_dfs_node),
	};
	struct timespec pause = { .tv_nsec = SETTLE_STEP_NS };

	while (syscall(SYS_fcntl, fd, F_OFD_SETLK, &lock) && errno == EAGAIN && (*patience)-- > 0)
		syscall(SYS_nanosleep, &pause, NULL);
}

void orl_debugfs_nodes_settle(const struct orl_dnode *doomed)
{
	int fd = -1, patience = SETTLE_STEPS;

	for (const struct orl_dnode *node = doomed; node && file.map; node = node->doomed) {
		if (node->kind < ORL_DFS_U8 || !(node->inode.i_mode & 0222))
			continue;
		if (fd < 0)
			fd = reopen();
		if (fd < 0)
			return;
		settle(fd, node->index, &patience);
	}
	orl_sys_close(fd);
}

static int grow_file(uint32_t nodes)
{
	uint64_t off = file.ready * sizeof(struct orl_dfs_node);
	int fd = reopen(), err;

	if (fd < 0)
		return fd;
	err = orl_domain_file_allocate(fd, off, nodes * sizeof(struct orl_dfs_node) - off);
	orl_sys_close(fd);
	return err;
}

static int grow(void)
{
	uint32_t nodes = file.ready + ORL_DFS_PIECE;
	struct place *places;
	int err;

	if (nodes > ORL_DFS_NODES)
		return -ENOSPC;
	places = realloc(file.places, nodes * sizeof(*places));
	if (!places)
		return -ENOMEM;
	file.places = places;
	memset(places + file.ready, 0, ORL_DFS_PIECE * sizeof(*places));
	err = grow_file(nodes);
	if (err)
		return err;
	file.ready = nodes;
	orl_store_release(&file.map->ready, nodes);
	return 0;
}

int orl_debugfs_nodes_take(struct orl_dnode *node)
{
	uint32_t index = file.free;

	if (index) {
		file.free = file.places[index].next_free;
	} else {
		int err = file.nr < file.ready ? 0 : grow();

		if (err)
			return err;
		index = file.nr++;
		orl_store_release(&file.map->nr, file.nr);
	}
	file.places[index].node = node;
	return (int)index;
}

void orl_debugfs_nodes_give(uint32_t index)
{
	file.places[index].node = NULL;
	file.places[index].next_free = file.free;
	file.free = index;
}

struct orl_dnode *orl_debugfs_nodes_get(uint32_t index)
{
	return index < file.nr ? file.places[index].node : NULL;
}

uint64_t orl_debugfs_nodes_serial(void)
{
	uint64_t serial = file.next_serial++;

	if (file.map)
		orl_store(&file.map->next_serial, file.next_serial);
	return serial;
}

void orl_debugfs_nodes_has_socket(bool has)
{
	if (file.map)
		orl_store_release(&file.map->has_socket, has ? 1U : 0U);
}

static void write_node(uint32_t index, const struct orl_dfs_node *new)
{
	struct orl_dfs_node *node = node_at(index);
	uint32_t seq;

	if (!file.map)
		return;
	seq = node->seq | 1;
	orl_store(&node->seq, seq);			/* W1 */
	__atomic_thread_fence(__ATOMIC_RELEASE);	/* W2 */
	memcpy((char *)node + sizeof(seq), (const char *)new + sizeof(seq),
	       sizeof(*new) - sizeof(seq));		/* W3 */
	orl_store_release(&node->seq, seq + 1);		/* W4 */
}

static void changed(void)
{
	if (file.map)
		__atomic_fetch_add(&file.map->gen, 1, __ATOMIC_RELEASE);	/* W5 */
}

void orl_debugfs_nodes_publish(const struct orl_dnode *node)
{
	struct orl_dfs_node new = {
		.kind = node->kind,
		.serial = node->serial,
		.parent = node->parent ? node->parent->index : ORL_DFS_ROOT,
		.mode = node->inode.i_mode & 07777,
		.target = node->text,
		.size = (uint64_t)node->inode.i_size,
		.made_ns = node->made_ns,
	};

	if (node->kind >= ORL_DFS_U8)
		new.addr = (uint64_t)(uintptr_t)node->inode.i_private;
	if (node->target) {
		struct orl_dfs_node text = { .kind = ORL_DFS_TEXT, .serial = node->serial };

		memcpy(text.text, node->target, strlen(node->target));
		write_node(node->text, &text);
	}
	memcpy(new.name, node->name, strlen(node->name));
	write_node(node->index, &new);
	changed();
}

void orl_debugfs_nodes_clear(uint32_t index)
{
	static const struct orl_dfs_node none;

	write_node(index, &none);
	changed();
}
