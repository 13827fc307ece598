/* SPDX-License-Identifier: MIT */
/*
 * The inside of a program's debugfs.
 *
 *   tree.c     folders and files: the program's own memory, the truth; names.c finds them
 *   nodes.c    what tools see of it: the file "debugfs.SLOT" (abi/debugfs.h), a copy
 *   create.c   the functions that make files, regs.c two that print
 *   remove.c   removal, and waiting for what still runs
 *   call.c     one operation on an open file; plain.c the same for plain values; llseek.c
 *   server.c   the thread, socket.c its descriptors, conns.c connections, conn.c one of them
 *   wait.c     wait queues
 *   fork.c     the child's copy of it all
 *
 * Locks, in this order; who holds one may take those behind it:
 *   the baton    whoever runs a file's function or looks at connections: one at a time. Threads of
 *                the service alone; laid down while a function sleeps in wait_event() or waits in
 *                debugfs_remove()
 *   lock         the tree, the nodes, open files, calls that are under way. Held for short moments,
 *                never while a file's function runs
 *   orl_lock()   to attach to the domain. Whoever holds it (a function that an event calls when it
 *                goes on) cannot use debugfs: -EDEADLK
 * fork() takes lock, then orl_lock(): it waits for no function of a file.
 */
#ifndef ORL_DEBUGFS_DEBUGFS_H
#define ORL_DEBUGFS_DEBUGFS_H

#include <pthread.h>

#include "abi/debugfs.h"
#include "runtime/runtime.h"

#pragma GCC visibility push(default)
#include "oriel/debugfs.h"
#include "oriel/wait.h"
#pragma GCC visibility pop

/* A folder, file or link. Under the lock, but for what never changes. */
struct orl_dnode {
	struct dentry dentry;		/* first: a dentry is its node */
	struct inode inode;
	uint32_t kind;			/* ORL_DFS_* */
	uint32_t index, text;		/* places in the file; text: of a link's target */
	uint64_t serial, made_ns;
	char *name;
	char *target;			/* LINK */
	void *owned;			/* freed with it */
	struct orl_dnode *parent, *children, *next;
	struct orl_dnode **at;		/* what leads to it in its folder's list */
	struct orl_dnode *same_hash;
	uint32_t hash;			/* of folder and name */
	struct orl_dnode *doomed;	/* the next one that is being removed with it */
	struct orl_dopen *opens;
	bool dead;
	uint32_t refs; /* the tree's, each open file's, those of debugfs_lookup() */
	uint32_t held;			/* debugfs_file_get() */
};

/* An open file. Its peer's connection leads to it until it is removed. */
struct orl_dopen {
	struct file file;
	struct orl_dnode *node;
	struct orl_dopen *next;		/* of the node's */
	struct orl_dopen **owner;	/* where the connection's pointer to it is */
	char *text;			/* a plain value, as it was when reading began */
	size_t len;
	bool busy;			/* one of its functions runs */
};

/* A function of a file that runs; on the stack of its thread. */
struct orl_dcall {
	struct orl_dnode *node;
	struct orl_dopen *open;
	uint32_t tid;
	bool interrupted;		/* its peer has gone, or its node is being removed */
	struct wait_queue_head *wq;	/* where it sleeps, or NULL */
	struct orl_dcall *next;
};

struct orl_debugfs {
	pthread_mutex_t lock;
	uint32_t pid;			/* whose all this is; 0: nothing was made yet */
	uint32_t slot;
	struct orl_dnode *root;
	struct orl_dcall *calls;
	uint32_t changed;		/* + 1 when a call ends or a hold is let go. A futex. */
	uint32_t watched;		/* threads that wait for that */
};
extern struct orl_debugfs orl_debugfs;

void orl_debugfs_lock(void);
void orl_debugfs_unlock(void);

/* tree.c */
struct orl_dnode_spec {
	const char *name;
	umode_t mode;			/* permissions */
	struct dentry *parent;
	uint32_t kind;
	void *data;			/* i_private, and a plain value's address */
	const struct file_operations *fops;
	loff_t size;
	const char *target;		/* LINK */
	void *owned;
};

/** orl_debugfs_create() - make a node; the dentry or ERR_PTR(). On an error @spec->owned is freed.
 */
struct dentry *orl_debugfs_create(const struct orl_dnode_spec *spec);
/** orl_debugfs_ready_locked() - attach, make the file and the root, where that was not done; 0 or
 * -errno */
int orl_debugfs_ready_locked(void);
int orl_debugfs_attach_locked(void);
bool orl_debugfs_may_use(void);
/** orl_debugfs_check_locked() - may a folder get this name? 0, or why not */
int orl_debugfs_check_locked(const struct orl_dnode *parent, const char *name);
void orl_debugfs_put_locked(struct orl_dnode *node);
ORIEL_INLINE struct orl_dnode *orl_dnode_of(const struct dentry *dentry)
{
	return (struct orl_dnode *)(uintptr_t)dentry;
}

/** orl_debugfs_fd_path() - "/proc/self/fd/FD/NAME"; @buf has 64 bytes */
char *orl_debugfs_fd_path(char *buf, int fd, const char *name);

/* names.c; all under the lock */
struct orl_dnode *orl_debugfs_find_locked(const struct orl_dnode *parent, const char *name);
void orl_debugfs_link_locked(struct orl_dnode *node, struct orl_dnode *parent);
void orl_debugfs_unlink_locked(struct orl_dnode *node);
/** orl_debugfs_hide_locked() - find it no more; it stays in its folder's list */
void orl_debugfs_hide_locked(struct orl_dnode *node);
/** orl_debugfs_next() - the node behind @node in a walk over the whole tree, parents first */
struct orl_dnode *orl_debugfs_next(const struct orl_dnode *node, const struct orl_dnode *top);

/* nodes.c; all under the lock */
int orl_debugfs_nodes_open(uint32_t slot, uint64_t image);
void orl_debugfs_nodes_close(void);
/** orl_debugfs_nodes_take() - a free place; its index, or -ENOSPC and what fallocate(2) returns */
int orl_debugfs_nodes_take(struct orl_dnode *node);
void orl_debugfs_nodes_give(uint32_t index);
struct orl_dnode *orl_debugfs_nodes_get(uint32_t index);
void orl_debugfs_nodes_publish(const struct orl_dnode *node);
void orl_debugfs_nodes_clear(uint32_t index);
/** orl_debugfs_nodes_settle() - wait for tools that write one of these values right now; not under
 * the lock */
void orl_debugfs_nodes_settle(const struct orl_dnode *doomed);
uint64_t orl_debugfs_nodes_serial(void);
void orl_debugfs_nodes_has_socket(bool has);
void orl_debugfs_nodes_leave(void);
/** orl_debugfs_file_name() - "debugfs.7"; @buf has 32 bytes */
char *orl_debugfs_file_name(char *buf, const char *base, uint32_t slot);

/* remove.c */
void orl_debugfs_changed_locked(void);

/* call.c: operations on an open file, as system calls: a result or -errno */
bool orl_debugfs_call_begin(struct orl_dcall *call, struct orl_dopen **open);
void orl_debugfs_call_end(struct orl_dcall *call, struct orl_dopen **open);
int orl_debugfs_open(struct orl_dcall *call, struct orl_dopen **open, uint32_t index,
		     uint64_t serial, uint32_t flags, uint32_t *mode);
void orl_debugfs_close(struct orl_dcall *call, struct orl_dopen **open);
long orl_debugfs_read(struct orl_dopen *open, char *buf, size_t len, loff_t *pos);
long orl_debugfs_write(struct orl_dopen *open, const char *buf, size_t len, loff_t *pos);
loff_t orl_debugfs_llseek(struct orl_dopen *open, loff_t off, int whence);
uint32_t orl_debugfs_poll(struct orl_dopen *open, uint32_t wanted, bool wait);
/** orl_debugfs_release() - flush() and release(), and free it; not under the lock. Its node's
 * reference is given back. */
void orl_debugfs_release(struct orl_dopen *open);
void orl_debugfs_detach_locked(struct orl_dopen *open);

/* plain.c */
long orl_debugfs_plain_read(struct orl_dopen *open, char *buf, size_t len, loff_t *pos);
long orl_debugfs_plain_write(struct orl_dopen *open, const char *buf, size_t len, loff_t *pos);

/* server.c */
/** orl_debugfs_serve_locked() - start the service thread, if it does not run; 0 or -errno */
int orl_debugfs_serve_locked(void);
bool orl_debugfs_wants_server(const struct orl_dnode_spec *spec);
void orl_debugfs_kick(void);
/** orl_debugfs_server_forget() - in the child: none of it is ours */
void orl_debugfs_server_forget(void);
bool orl_debugfs_is_served(void);
/** orl_debugfs_rest_begin() - lay the baton down; another thread serves meanwhile, if one can be
 * made
 * @tell: tell the peer that its file's function sleeps
 * Return: false: this is no thread of the service; nothing was done. */
bool orl_debugfs_rest_begin(bool tell);
void orl_debugfs_rest_end(void);
/** orl_debugfs_own_call() - the call that this thread is in, or NULL */
struct orl_dcall *orl_debugfs_own_call(void);
/** orl_debugfs_stay_home() - end a child that came back from a function of a file */
void orl_debugfs_stay_home(void);

/* wait.c */
void orl_debugfs_interrupt_locked(struct orl_dcall *call);

/* fork.c */
void orl_debugfs_fork_init(void);
/** orl_debugfs_adopt_locked() - what is left of the parent's becomes this process's */
int orl_debugfs_adopt_locked(void);
/** orl_debugfs_resume_locked() - serve what our parent served, where that could not be so far */
void orl_debugfs_resume_locked(void);

#endif
