// SPDX-License-Identifier: MIT
/*
 * Runs a program where something is forbidden: sandbox WHAT[,WHAT...] PROGRAM [ARGUMENT...]
 *
 *   mprotect     mprotect() to executable memory: EACCES
 *   proc-mem     opening /proc/self/mem as the library and the tool do it: EACCES
 *   membarrier   EPERM
 *   rseq         ENOSYS
 *
 * A seccomp filter sees no path. What tells /proc/self/mem from other files are the flags: nothing
 * else in the library is opened with just O_RDWR and O_CLOEXEC, since what lies in the domain is
 * opened O_NOFOLLOW.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_rseq
#define SYS_rseq 334
#endif

#define ARG(n) ((unsigned int)offsetof(struct seccomp_data, args[n]))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define REFUSE(err) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (err))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static const struct sock_filter no_mprotect[] = {
	LOAD((unsigned int)offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
	LOAD(ARG(2)),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
	REFUSE(EACCES),
	ALLOW,
};

static const struct sock_filter no_proc_mem[] = {
	LOAD((unsigned int)offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
	LOAD(ARG(2)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_RDWR | O_CLOEXEC, 0, 1),
	REFUSE(EACCES),
	ALLOW,
};

static const struct sock_filter no_membarrier[] = {
	LOAD((unsigned int)offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
	REFUSE(EPERM),
	ALLOW,
};

static const struct sock_filter no_rseq[] = {
	LOAD((unsigned int)offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rseq, 0, 1),
	REFUSE(ENOSYS),
	ALLOW,
};

static const struct {
	const char *name;
	const struct sock_filter *filter;
	unsigned short len;
} all[] = {
	{ "mprotect", no_mprotect, sizeof(no_mprotect) / sizeof(no_mprotect[0]) },
	{ "proc-mem", no_proc_mem, sizeof(no_proc_mem) / sizeof(no_proc_mem[0]) },
	{ "membarrier", no_membarrier, sizeof(no_membarrier) / sizeof(no_membarrier[0]) },
	{ "rseq", no_rseq, sizeof(no_rseq) / sizeof(no_rseq[0]) },
};

static int forbid(const char *what)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct sock_fprog prog = { all[i].len,
					   (struct sock_filter *)(size_t)all[i].filter };

		if (!strcmp(what, all[i].name))
			return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
	}
	errno = EINVAL;
	return -1;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: sandbox WHAT[,WHAT...] PROGRAM [ARGUMENT...]\n", stderr);
		return 2;
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (char *what = strtok(argv[1], ","); what; what = strtok(NULL, ",")) {
		if (forbid(what)) {
			perror(what);
			return 2;
		}
	}
	execv(argv[2], argv + 2);
	perror(argv[2]);
	return 2;
}
