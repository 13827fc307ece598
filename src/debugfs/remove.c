// SPDX-License-Identifier: MIT
/*
 * Removal. Out of the tree first, so that nobody finds the files any more and new operations on
 * open ones fail; then wait until no function of them runs; then release() what is still open.
 *
 *   node of a call       the remover
 *   another thread's     waits; wakes it if it sleeps in wait_event_interruptible()
 *   its own              does not wait for itself; the call's end does the release()
 *
 * release() is called here, not when the last reader closes the file: the object with the functions
 * may be unloaded as soon as this returns.
 */
#include <errno.h>
#include <stdlib.h>

#include "debugfs/debugfs.h"

void orl_debugfs_changed_locked(void)
{
	orl_store(&orl_debugfs.changed, orl_debugfs.changed + 1);
	if (orl_debugfs.watched)
		orl_futex_wake(&orl_debugfs.changed, false);
}

/* Everything from top on, out of the tree. Return: the list of it, linked by doomed. */
static struct orl_dnode *doom(struct orl_dnode *top)
{
	struct orl_dnode *list = NULL, *next;

	for (struct orl_dnode *node = top; node; node = next) {
		next = orl_debugfs_next(node, top);
		node->dead = true;
		node->doomed = list;
		list = node;
		orl_debugfs_hide_locked(node);
		orl_debugfs_nodes_clear(node->index);
		if (node->text)
			orl_debugfs_nodes_clear(node->text);
	}
	orl_debugfs_unlink_locked(top);
	return list;
}

static bool is_doomed(const struct orl_dnode *list, const struct orl_dnode *node)
{
	while (list && list != node)
		list = list->doomed;
	return list != NULL;
}

/* Does anything still run that the caller is not in himself? Whoever sleeps is told. */
static bool is_running(const struct orl_dnode *list, uint32_t self)
{
	bool running = false;

	for (const struct orl_dnode *node = list; node; node = node->doomed)
		running |= node->held != 0;
	for (struct orl_dcall *call = orl_debugfs.calls; call; call = call->next) {
		if (call->tid == self || !call->node->dead || !is_doomed(list, call->node))
			continue;
		running = true;
		orl_debugfs_interrupt_locked(call);
	}
	return running;
}

/* Return: did the caller lay the baton down? Then others had it until now, and may have begun to
 * close what is open. */
static bool wait_locked(const struct orl_dnode *list)
{
	uint32_t self = orl_gettid();
	bool resting = false;

	while (is_running(list, self)) {
		uint32_t seen = orl_debugfs.changed;

		orl_debugfs.watched++;
		orl_debugfs_unlock();
		if (!resting)
			resting = orl_debugfs_rest_begin(false);
		orl_futex_wait(&orl_debugfs.changed, seen, false);
		orl_debugfs_lock();
		orl_debugfs.watched--;
	}
	if (!resting)
		return false;
	orl_debugfs_unlock();
	orl_debugfs_rest_end();
	orl_debugfs_lock();
	return true;
}

static void wait_until_idle_locked(const struct orl_dnode *list)
{
	while (wait_locked(list))
		;
}

/* An open file that nobody is in. Return: was there one? The lock was let go then, and what is open
 * or running may be another now. */
static bool release_one_locked(const struct orl_dnode *list)
{
	struct orl_dopen *open = NULL;

	for (const struct orl_dnode *node = list; node && !open; node = node->doomed) {
		open = node->opens;
		while (open && open->busy)
			open = open->next;
	}
	if (!open)
		return false;
	orl_debugfs_detach_locked(open);
	orl_debugfs_unlock();
	orl_debugfs_release(open);
	orl_debugfs_lock();
	return true;
}

static void remove_locked(struct orl_dnode *top)
{
	struct orl_dnode *list = doom(top), *next;
	bool was_open = false;

	orl_debugfs_unlock();
	orl_debugfs_nodes_settle(list);
	orl_debugfs_lock();
	wait_until_idle_locked(list);
	while (release_one_locked(list)) {
		was_open = true;
		wait_until_idle_locked(list);	/* its connection may have closed another */
	}
	if (was_open)
		orl_debugfs_kick();	/* who polls gets POLLHUP */
	for (struct orl_dnode *node = list; node; node = next) {
		next = node->doomed;
		node->parent = NULL;
		node->children = NULL;
		orl_debugfs_nodes_give(node->index);
		if (node->text)
			orl_debugfs_nodes_give(node->text);
		orl_debugfs_put_locked(node);
	}
}

void debugfs_remove(struct dentry *dentry)
{
	struct orl_dnode *node;

	if (IS_ERR_OR_NULL(dentry) || !orl_debugfs_may_use())
		return;
	node = orl_dnode_of(dentry);
	orl_debugfs_lock();
	orl_debugfs_ready_locked();	/* what cannot be shown can be removed all the same */
	if (node->parent && !node->dead)
		remove_locked(node);
	orl_debugfs_unlock();
}

int debugfs_file_get(struct dentry *dentry)
{
	struct orl_dnode *node = orl_dnode_of(dentry);
	const struct orl_dcall *call = orl_debugfs_own_call();
	int err;

	if (call && call->node == node)
		return node->dead ? -EIO : 0;
	orl_debugfs_lock();
	err = node->dead ? -EIO : 0;
	if (!err)
		node->held++;
	orl_debugfs_unlock();
	return err;
}

void debugfs_file_put(struct dentry *dentry)
{
	struct orl_dnode *node = orl_dnode_of(dentry);
	const struct orl_dcall *call = orl_debugfs_own_call();

	if (call && call->node == node)
		return;
	orl_debugfs_lock();
	if (node->held)			/* not in a child: what was held was the parent's */
		node->held--;
	orl_debugfs_changed_locked();
	orl_debugfs_unlock();
}

const struct file_operations *debugfs_real_fops(const struct file *file)
{
	return file->f_op;
}
