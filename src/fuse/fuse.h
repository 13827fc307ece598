/* SPDX-License-Identifier: MIT */
/*
 * The mount: the tree of a domain as a file system.
 *
 * A door only. Each request goes to the tree as a path or as an open file; what a file means is
 * decided there.
 */
#ifndef ORL_FUSE_FUSE_H
#define ORL_FUSE_FUSE_H

#include <stdbool.h>
#include <stddef.h>

struct orl_fuse;

/* What the mount is called in /proc/mounts. */
#define ORL_FUSE_TYPE "fuse.oriel"

struct orl_fuse_options {
	const char *domain; /* as orl_tree_open() takes it */
	const char *dir;    /* where; an absolute path of a directory */
	const char *root;   /* the tree's folder that is shown there; "" is all of it */
	int until_fd;	    /* serve until this is readable; -1: nothing such */
	bool leave;	    /* do not unmount at the end: who still looks gets an error */
};

/**
 * orl_fuse_create() - open the domain and mount it
 * @o:     its strings are not kept, its descriptor is
 * @error: receives one line with the cause and the remedy when it fails
 *
 * The directory is a mount when this returns, and answers from orl_fuse_run() on. Takes the signals
 * that end it over for the rest of the process's life: SIGINT, SIGTERM, SIGHUP and SIGQUIT, unless
 * ignored; call it while there is one thread.
 * Return: 0, an error of orl_tree_open(), -EIO when the mount was refused, -ENOMEM.
 */
int orl_fuse_create(struct orl_fuse **out, const struct orl_fuse_options *o, char *error,
		    size_t error_size);

/**
 * orl_fuse_run() - answer requests until somebody unmounts, one of those signals comes, or until_fd
 * is readable
 *
 * Return: the signal, 0, or -errno.
 */
int orl_fuse_run(struct orl_fuse *m);

/** orl_fuse_destroy() - unmount and close */
void orl_fuse_destroy(struct orl_fuse *m);

#endif /* ORL_FUSE_FUSE_H */
