/* SPDX-License-Identifier: MIT */
/*
 * A mount served in the background.
 */
#ifndef ORL_CLI_SERVER_H
#define ORL_CLI_SERVER_H

#include "fuse/fuse.h"

/**
 * orl_server_check() - refuse to serve a mount while this very command is traced, which would show
 * each reader the records of its own reading; 0 or the exit status after a message
 */
int orl_server_check(void);

/**
 * orl_server_start() - mount, and serve in a process that is nobody's child, in a session of its
 * own and without our files
 *
 * Return: 0 when the mount answers, or the exit status after a message.
 */
int orl_server_start(const struct orl_fuse_options *o);

#endif /* ORL_CLI_SERVER_H */
