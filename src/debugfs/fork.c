// SPDX-License-Identifier: MIT
/*
 * fork(): the child has the same folders and files, as its own: the same places and serials, in a
 * file of its own slot, and a service thread of its own. What is open is the parent's: in the child
 * nobody reads it and nothing of it is released.
 *
 * A child of _Fork() or clone() is not announced: it is found out by its process id when it next
 * makes or removes a file, and until then it has none.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "debugfs/debugfs.h"

/* Our parent's files were served, and ours are not yet: a thread or descriptors were wanting. */
static bool unserved;

static void before(void)
{
	orl_debugfs_lock();
}

static void in_parent(void)
{
	orl_debugfs_unlock();
}

static void in_child(void)
{
	orl_debugfs_adopt_locked();
	orl_debugfs_unlock();
}

void orl_debugfs_fork_init(void)
{
	static bool done;

	if (!done)
		pthread_atfork(before, in_parent, in_child);
	done = true;
}

/* One whose function forked may still be looked at by it: that one is left alone, as is its node.
 */
static void forget_opens(struct orl_dnode *node)
{
	struct orl_dopen *next;

	for (struct orl_dopen *open = node->opens; open; open = next) {
		next = open->next;
		if (open->busy)
			continue;
		free(open->text);
		free(open);
		node->refs--;
	}
	node->opens = NULL;
	node->held = 0;
}

void orl_debugfs_resume_locked(void)
{
	if (unserved && !orl_debugfs_serve_locked())
		unserved = false;
}

int orl_debugfs_adopt_locked(void)
{
	int err;

	unserved |= orl_debugfs_is_served();
	orl_debugfs_server_forget();
	orl_debugfs.calls = NULL;
	orl_debugfs.watched = 0;
	orl_debugfs.pid = 0;
	for (struct orl_dnode *n = orl_debugfs.root; n; n = orl_debugfs_next(n, orl_debugfs.root))
		forget_opens(n);
	orl_debugfs_nodes_close();
	err = orl_debugfs_attach_locked();
	if (err)
		return err;
	for (struct orl_dnode *n = orl_debugfs.root; n; n = orl_debugfs_next(n, orl_debugfs.root))
		orl_debugfs_nodes_publish(n);
	orl_debugfs_resume_locked();
	return 0;
}

/* Tools see for themselves that the process has gone, but until somebody takes its slot nobody
 * would tidy up. An exit() in the middle of something leaves that to him. */
__attribute__((destructor(101))) static void leave(void)
{
	if (pthread_mutex_trylock(&orl_debugfs.lock))
		return;
	if (orl_debugfs.pid && orl_debugfs.pid == (uint32_t)syscall(SYS_getpid))
		orl_debugfs_nodes_leave();
	orl_debugfs_unlock();
}
