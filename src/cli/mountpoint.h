/* SPDX-License-Identifier: MIT */
/*
 * Where a domain is mounted, and what is mounted there.
 */
#ifndef ORL_CLI_MOUNTPOINT_H
#define ORL_CLI_MOUNTPOINT_H

#include <stdbool.h>
#include <stddef.h>

#define ORL_MOUNT_DIR_MAX 1024U
#define ORL_MOUNT_NAME "mnt" /* beside the domains, in their default place */

#define ORL_MOUNT_MAKE 1U  /* make what the default directory is in */
#define ORL_MOUNT_QUIET 2U /* no message */

struct orl_mounted {
	bool is_mount;	  /* something is mounted there */
	bool is_ours;	  /* by oriel mount */
	bool is_dead;	  /* ours, and its server has gone */
	char domain[512]; /* that ours shows */
};

/**
 * orl_mountpoint() - the directory to mount on, absolute
 * @word:  of the command line, NULL: $XDG_RUNTIME_DIR/oriel/mnt or else /dev/shm/oriel-UID-mnt
 * @flags: ORL_MOUNT_*
 *
 * Nothing is asked of the directory itself: behind it may be a server that is gone.
 * Return: 0 or the exit status after a message.
 */
int orl_mountpoint(const char *word, unsigned int flags, char dir[ORL_MOUNT_DIR_MAX]);

/**
 * orl_mountpoint_make() - make the directory, 0700, where it is missing; 0 or the exit status after
 * a message, also where it is somebody else's or holds files, which the mount would hide
 */
int orl_mountpoint_make(const char *dir);

/** orl_mountpoint_look() - what is mounted on @dir */
void orl_mountpoint_look(const char *dir, struct orl_mounted *m);

/**
 * orl_mountpoint_unmount() - unmount @dir; if it is in use, from whoever looks for it next
 * @was_busy: set when it was in use
 * Return: 0 or -errno.
 */
int orl_mountpoint_unmount(const char *dir, bool *was_busy);

/** orl_mountinfo_foreach() - call @fn for each mount of this namespace, until it returns false; 0
 * or -errno */
int orl_mountinfo_foreach(bool (*fn)(const char *dir, const char *type, const char *source,
				     void *arg),
			  void *arg);

#endif /* ORL_CLI_MOUNTPOINT_H */
