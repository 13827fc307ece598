/* SPDX-License-Identifier: MIT */
/*
 * A program's debugfs: "debugfs.SLOT", its folders and files by name, and what is said on
 * "socket.SLOT", where its callbacks are asked. SLOT is the process's place in the process table;
 * both count when pid and image are those of the entry there.
 *
 * The file is an array of nodes: 0 is the header, 1 the root, which tools show as processes/PID.
 * It has its full length from the start; memory behind it is allocated piece by piece
 * before it is used. The program writes it, tools only read. A node's seq is odd while it is being
 * written; what was copied counts when seq was even and the same before and after.
 *
 * Plain values are read and written in the program's memory, at addr, by process_vm_readv(2) and
 * process_vm_writev(2); where the kernel forbids that (Yama), through the socket. Folders, links
 * and plain values need no thread of the program.
 *
 * Who writes a value holds a read lock (F_OFD_SETLK) on its node's bytes in the file meanwhile, and
 * looks behind the lock whether the node is still there. Who removes a value's node asks, once it
 * is FREE, for a write lock on those bytes, and drops it again: what he frees then is written by
 * nobody. He waits for it a moment and no longer, for a tool may have been stopped.
 */
#ifndef ORL_ABI_DEBUGFS_H
#define ORL_ABI_DEBUGFS_H

#include <stddef.h>
#include <stdint.h>

#define ORL_DFS_MAGIC 0x317366644c524fULL /* "ORLdfs1" */
#define ORL_DFS_VERSION 1U
#define ORL_DFS_NAME "debugfs"		/* with ".SLOT" behind it */
#define ORL_DFS_SOCKET "socket"		/* with ".SLOT" behind it */
#define ORL_DFS_NODES 65536U
#define ORL_DFS_PIECE 128U		/* nodes that are allocated at a time: 64 KiB */
#define ORL_DFS_NAME_MAX 255U		/* bytes of a name, without NUL */
#define ORL_DFS_LINK_MAX 447U		/* bytes of a link's target, without NUL */
#define ORL_DFS_ROOT 1U

/* struct orl_dfs_node.kind */
enum {
	ORL_DFS_FREE,
	ORL_DFS_DIR,
	ORL_DFS_LINK,			/* target: the node whose text is the target */
	ORL_DFS_TEXT,			/* no file: text[] belongs to a link */
	ORL_DFS_FILE,			/* file_operations: by the socket */
	ORL_DFS_U8, ORL_DFS_U16, ORL_DFS_U32, ORL_DFS_U64,
	ORL_DFS_X8, ORL_DFS_X16, ORL_DFS_X32, ORL_DFS_X64,
	ORL_DFS_SIZE_T,
	ORL_DFS_ATOMIC,			/* atomic_t: a signed int */
	ORL_DFS_BOOL,
	ORL_DFS_STR,			/* addr: of a char *; written by the socket alone */
	ORL_DFS_BLOB,			/* addr: of a struct debugfs_blob_wrapper { data, size } */
	ORL_DFS_U32_ARRAY,		/* addr: of a struct debugfs_u32_array */
	ORL_DFS_NR_KINDS,
};

struct orl_dfs_node {
	uint32_t seq;
	uint32_t kind;
	uint64_t serial;		/* never used twice in the process */
	uint32_t parent;		/* index of its folder */
	uint32_t mode;			/* permissions, as st_mode has them */
	uint32_t target;		/* LINK: index of its TEXT */
	uint32_t pad;
	uint64_t addr;
	uint64_t size;			/* as stat(2) says it: debugfs_create_file_size() */
	uint64_t made_ns;		/* CLOCK_REALTIME */
	uint64_t reserved;
	union {
		char name[ORL_DFS_NAME_MAX + 1];
		char text[ORL_DFS_LINK_MAX + 1];
	};
};

/* In place of node 0. */
struct orl_dfs {
	uint64_t magic;
	uint32_t version;
	uint32_t pid;
	uint64_t image;
	uint64_t copy;			/* which copy of the library in the process */
	uint32_t gen;			/* + 1 after each change of any node */
	uint32_t nr;			/* nodes with an index below this may be used */
	uint32_t ready;			/* nodes with memory behind */
	uint32_t has_socket;		/* 1: somebody listens on it */
	uint32_t uid, gid;		/* whom all nodes belong to */
	uint64_t next_serial;
	uint8_t reserved[448];
};

#define ORL_DFS_SIZE ((uint64_t)ORL_DFS_NODES * sizeof(struct orl_dfs_node))

/*
 * The socket: SOCK_SEQPACKET, mode 0600, the peer's uid checked by both sides (the program's own,
 * or root). One connection is one open file: its first request is OPEN, closing it is release().
 * One request at a time; each has one answer, in order. A peer that breaks this is disconnected.
 *
 * A function that sleeps until something comes (wait_event_interruptible()) does not hang: before
 * it sleeps the server says so with an answer of result ORL_DFS_SLEEPS, which is not counted as
 * one, and the tool's patience ends no more. CANCEL ends its sleep with -ERESTARTSYS, the answer is
 * then -EINTR unless the function made something else of it.
 *
 * A user whom the server does not serve gets the answer -EACCES before he asks, and his connection
 * ends. While there are ORL_DFS_CONNS connections, or the program has no descriptor for another,
 * whoever comes next waits as one does whose answer is late.
 */
#define ORL_DFS_CONNS 256U
#define ORL_DFS_SLEEPS (-115)		/* -EINPROGRESS */

#define ORL_DFS_REQUEST 0x7166644fU
#define ORL_DFS_ANSWER 0x6166644fU
#define ORL_DFS_DATA_MAX 65536U		/* bytes behind one request or answer */
#define ORL_DFS_TIMEOUT_MS 5000U	/* a tool waits so long for an answer: ETIMEDOUT */

enum {
	ORL_DFS_OPEN = 1,		/* node, serial, flags (O_*); answer: events: FMODE_* */
	ORL_DFS_READ,			/* off, len, flags (O_NONBLOCK as it is now); answer: bytes,
					   data; a short one is no end */
	ORL_DFS_WRITE,			/* off, data, flags; answer: bytes taken */
	ORL_DFS_LSEEK,			/* off, flags (SEEK_*); answer: off */
	ORL_DFS_POLL,			/* flags (POLL*): answered at once */
	ORL_DFS_WAIT,			/* the same, answered when one of them holds */
	ORL_DFS_CANCEL,			/* ends a WAIT, or a function's sleep: its answer is -EINTR;
					   no answer of its own */
};

struct orl_dfs_request {
	uint32_t magic;			/* ORL_DFS_REQUEST */
	uint16_t op;
	uint16_t pad;
	uint32_t node;
	uint32_t flags;
	uint64_t serial;
	uint64_t off;
	uint32_t len;			/* READ: wanted; WRITE: of the data behind */
	uint32_t pad2;
};

struct orl_dfs_answer {
	uint32_t magic;			/* ORL_DFS_ANSWER */
	int32_t result;			/* bytes, 0, or -errno */
	uint64_t off;			/* the file's position now */
	uint32_t events;		/* POLL, WAIT: what holds */
	uint32_t len;			/* of the data behind */
};

_Static_assert(sizeof(struct orl_dfs_node) == 64 + 448, "abi");
_Static_assert(sizeof(struct orl_dfs) == 512, "abi");

#endif
