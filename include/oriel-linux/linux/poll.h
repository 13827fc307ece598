/* SPDX-License-Identifier: MIT */
/* What a file's poll() answers. */
#ifndef ORIEL_LINUX_POLL_H
#define ORIEL_LINUX_POLL_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/fs.h>
#include <linux/wait.h>
#include <sys/epoll.h>

#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

#endif
