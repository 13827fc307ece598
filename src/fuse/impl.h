/* SPDX-License-Identifier: MIT */
/*
 * The inside of the mount.
 *
 *   kernel ──► worker threads (loop.c) ──► operations: path.c folder.c file.c ──► tree
 *                    │ what must wait for data or for a program (op.c), a poll that was not ready
 *                    ▼
 *              the main thread (wait.c): asks the tree again, answers the kernel
 *
 * Locks: those of nodes, wait and loop are leaves; nothing of the tree or of libfuse is called
 * under any of them.
 */
#ifndef ORL_FUSE_IMPL_H
#define ORL_FUSE_IMPL_H

#define FUSE_USE_VERSION 314

#include <fuse_lowlevel.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>

#include "fuse/fuse.h"
#include "tree/tree.h"

#define ORL_FUSE_PATH_MAX 1024U
#define ORL_FUSE_READ_MAX (1U << 20) /* of one request; the kernel's own limit */

/* What the kernel knows by number: a path, as long as the kernel remembers it. */
struct orl_fnode {
	struct orl_fnode *next; /* in its bucket */
	uint64_t nlookup;	/* times the kernel was told of it and has not forgotten */
	bool is_shared;		/* the next lookup of the path finds this one */
	char path[];
};

#define ORL_FUSE_BUCKETS 4096U

struct orl_fnodes {
	pthread_mutex_t lock;
	struct orl_fnode *root;
	struct orl_fnode *bucket[ORL_FUSE_BUCKETS];
};

/* An open file. Held by the kernel, by each pending request, and by the waiter while it looks. */
struct orl_fhandle {
	struct orl_file *file;
	struct orl_fhandle *next, **at; /* of all; under wait.lock */
	unsigned int refs;
	bool is_stream;	    /* reads are short, and come one behind the other */
	unsigned int wakes; /* goes up when an ioctl wakes who waits */
	/* under wait.lock: */
	struct fuse_pollhandle *poll; /* the kernel wants to hear of a change */
	unsigned int poll_events;
	struct orl_fhandle *next_poll;
	bool is_polled; /* in the waiter's list */
};

enum orl_fop_kind { ORL_FOP_OPEN, ORL_FOP_READ, ORL_FOP_WRITE, ORL_FOP_POLL };

/* A request that has no answer yet: a read without data, or what a program is asked for. The tree
 * knows it by its address. */
struct orl_fop {
	struct orl_fop *next;
	enum orl_fop_kind kind;
	fuse_req_t req;
	struct orl_fhandle *h;
	struct fuse_file_info fi;	/* OPEN */
	size_t size;			/* READ, WRITE */
	off_t off;
	const char *data;		/* WRITE: of the first try alone */
	struct orl_caller caller;
	struct fuse_pollhandle *ph;	/* POLL */
	unsigned int wanted;
	unsigned int wakes;
	bool is_nonblock, is_cancelled;
};

/* What the main thread sleeps on; its own. */
struct orl_fsleep {
	struct pollfd *fds;
	size_t nr, cap;
	uint64_t until_ns;
	bool is_blind; /* something waits that tells nobody when it is ready */
};

struct orl_fwait {
	pthread_mutex_t lock;
	int event_fd; /* something is new */
	bool is_news; /* look at once, and often for a while */
	struct orl_fop *ops;
	struct orl_fhandle *polls;
	struct orl_fhandle *all; /* open files */
	struct orl_fsleep sleep;
	char *buf;		 /* ORL_FUSE_READ_MAX, the main thread's own */
};

#define ORL_FUSE_THREADS 16U

struct orl_floop {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int end_fd;    /* readable from the end on */
	bool is_taken; /* somebody has the turn */
	bool is_ending;
	unsigned int nr_threads, nr_idle;
	pthread_t thread[ORL_FUSE_THREADS];
	unsigned int spin_pause; /* of who has the turn */
};

struct orl_fuse {
	struct orl_tree *tree;
	struct fuse_session *session;
	struct orl_fnodes nodes;
	struct orl_fwait wait;
	struct orl_floop loop;
	int until_fd;
	sigset_t unblocked; /* while the main thread sleeps */
	uid_t uid;
	gid_t gid;
	bool is_mounted, leave;
};

/* ---- nodes.c ---- */

int orl_fnodes_init(struct orl_fnodes *n, const char *root);
void orl_fnodes_fini(struct orl_fnodes *n);

/** orl_fnode_of() - the node of a number that the kernel sent */
struct orl_fnode *orl_fnode_of(struct orl_fnodes *n, fuse_ino_t ino);
fuse_ino_t orl_fnode_ino(const struct orl_fnodes *n, const struct orl_fnode *node);

/** orl_fnode_get() - the node of a path, remembered once more; NULL: no memory
 * @fresh: a new one, which no other lookup will find */
struct orl_fnode *orl_fnode_get(struct orl_fnodes *n, const char *path, bool fresh);
void orl_fnode_put(struct orl_fnodes *n, struct orl_fnode *node, uint64_t nlookup);

/** orl_fnode_drop() - the path is gone: whoever looks it up again means another thing */
void orl_fnode_drop(struct orl_fnodes *n, const char *path);

/** orl_fnode_join() - "folder/name"; -ENAMETOOLONG */
int orl_fnode_join(char buf[ORL_FUSE_PATH_MAX], const char *folder, const char *name);

/* ---- path.c, folder.c, file.c ---- */

void orl_fuse_path_ops(struct fuse_lowlevel_ops *ops);
void orl_fuse_folder_ops(struct fuse_lowlevel_ops *ops);
void orl_fuse_file_ops(struct fuse_lowlevel_ops *ops);

/** orl_fuse_attr() - a node as stat(2) shows it */
void orl_fuse_attr(const struct orl_fuse *m, const struct orl_node_stat *st, struct stat *attr);

/**
 * orl_fuse_entry() - what a lookup answers; the node is remembered
 * Return: 0, -ENOMEM. A failure leaves nothing remembered.
 */
int orl_fuse_entry(struct orl_fuse *m, const char *path, const struct orl_node_stat *st,
		   struct fuse_entry_param *e);

struct orl_caller orl_fuse_caller(fuse_req_t req);

/**
 * orl_fuse_gone() - the error for a node that the kernel knows: where it is there no more the
 * kernel is to look the path up anew, which ESTALE asks for
 */
int orl_fuse_gone(int rc);

/** orl_fhandle_keep() - an open file among all: with one reference, the kernel's */
void orl_fhandle_keep(struct orl_fuse *m, struct orl_fhandle *h);
void orl_fhandle_put(struct orl_fuse *m, struct orl_fhandle *h);

/* ---- op.c ---- */

/** orl_fop_create() - for a request about @h, which is held until orl_fop_destroy(); NULL: no
 * memory
 */
struct orl_fop *orl_fop_create(struct orl_fuse *m, enum orl_fop_kind kind, fuse_req_t req,
			       struct orl_fhandle *h);
void orl_fop_destroy(struct orl_fuse *m, struct orl_fop *op);

/** orl_fop_try() - answer the request if there is an answer; was there? @buf: ORL_FUSE_READ_MAX, or
 * op->size bytes, for a READ */
bool orl_fop_try(struct orl_fuse *m, struct orl_fop *op, char *buf);

/** orl_fop_start() - try it; what has no answer yet waits. @op NULL: no memory */
void orl_fop_start(struct orl_fuse *m, struct orl_fop *op, fuse_req_t req, char *buf);

/* ---- wait.c ---- */

/**
 * orl_fwait_run() - answer what waits until the workers have ended, until_fd is readable or
 * @is_over() says so
 * @unblocked: the signals to receive while sleeping
 */
void orl_fwait_run(struct orl_fuse *m, const sigset_t *unblocked, bool (*is_over)(void));

/** orl_fwait_fini() - what still waits fails with ENODEV, and every file is closed */
void orl_fwait_fini(struct orl_fuse *m);

/** orl_fwait_add() - try @op again until it is over; takes it over */
void orl_fwait_add(struct orl_fuse *m, struct orl_fop *op);

/** orl_fwait_poll() - tell the kernel by @ph, once, when one of @events holds; takes @ph over */
void orl_fwait_poll(struct orl_fuse *m, struct orl_fhandle *h, struct fuse_pollhandle *ph,
		    unsigned int events);

/** orl_fwait_kick() - look at everything that waits now; from any thread */
void orl_fwait_kick(struct orl_fuse *m);

/** orl_fwait_forget() - the file is closed: nobody polls it any more */
void orl_fwait_forget(struct orl_fuse *m, struct orl_fhandle *h);

/* ---- loop.c ---- */

/** orl_floop_start() - begin to answer requests; the session's descriptor becomes non-blocking */
int orl_floop_start(struct orl_fuse *m);
/** orl_floop_is_ending() - has somebody unmounted? */
bool orl_floop_is_ending(struct orl_fuse *m);
/** orl_floop_stop() - end the threads, each when it is done with its request */
void orl_floop_stop(struct orl_fuse *m);

#endif /* ORL_FUSE_IMPL_H */
