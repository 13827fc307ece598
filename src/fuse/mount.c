// SPDX-License-Identifier: MIT
/*
 * Mounting a domain and serving it.
 *
 * Only the owner gets in (no allow_other), and the modes of the files hold for the owner too
 * (default_permissions). Reads are asked for a page at a time when they come through the page
 * cache: with readahead a stream's reply would be shorter than what was asked, and the kernel would
 * take that for its end.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fuse/impl.h"

static void do_init(void *arg, struct fuse_conn_info *conn)
{
	conn->max_readahead = 0;
	conn->max_read = conn->max_write = ORL_FUSE_READ_MAX;
	conn->want |= conn->capable & (FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_PARALLEL_DIROPS |
				       FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO);
	/* A read of more than 1 MiB in parallel parts would shuffle a stream. */
	conn->want &= ~(unsigned int)(FUSE_CAP_ASYNC_DIO | FUSE_CAP_ASYNC_READ);
}

/* An option's value: a comma would begin the next one. */
static void escape_option(char *buf, size_t size, const char *s)
{
	size_t len = strlen(buf);

	for (; *s && len + 3 < size; s++) {
		if (*s == ',' || *s == '\\')
			buf[len++] = '\\';
		buf[len++] = *s;
	}
	buf[len] = '\0';
}

static int make_session(struct orl_fuse *m)
{
	char options[1400] = "default_permissions,nosuid,nodev,noexec,max_read=1048576,"
			     "subtype=oriel,fsname=";
	char *argv[] = { (char *)"oriel", (char *)"-o", options, NULL };
	struct fuse_args args = FUSE_ARGS_INIT(3, argv);
	struct fuse_lowlevel_ops ops = { .init = do_init };

	escape_option(options, sizeof(options), orl_tree_domain(m->tree));
	orl_fuse_path_ops(&ops);
	orl_fuse_folder_ops(&ops);
	orl_fuse_file_ops(&ops);
	m->session = fuse_session_new(&args, &ops, sizeof(ops), m);
	fuse_opt_free_args(&args);
	return m->session ? 0 : -ENOMEM;
}

/* What libfuse has to say about a refused mount goes into our message instead of to stderr. */
static char fuse_words[256];

static void keep_words(enum fuse_log_level level, const char *fmt, va_list ap)
{
	vsnprintf(fuse_words, sizeof(fuse_words), fmt, ap);
	fuse_words[strcspn(fuse_words, "\n")] = '\0';
}

static int mount_session(struct orl_fuse *m, const char *dir, char *error, size_t error_size)
{
	fuse_words[0] = '\0';
	if (!fuse_session_mount(m->session, dir)) {
		m->is_mounted = true;
		return 0;
	}
	if (access("/dev/fuse", F_OK))
		snprintf(error, error_size,
			 "cannot mount on %s: there is no /dev/fuse here; oriel ls, cat, write and "
			 "tree need none",
			 dir);
	else if (access("/dev/fuse", R_OK | W_OK))
		snprintf(
			error, error_size,
			"cannot mount on %s: this user may not open /dev/fuse (chmod 666 /dev/fuse "
			"as root lets every user); oriel ls, cat, write and tree do without",
			dir);
	else
		snprintf(error, error_size, "cannot mount on %s: %s%s", dir,
			 *fuse_words ? fuse_words : "refused",
			 geteuid() ? " (users mount by fusermount3, of the package fuse3)" : "");
	return -EIO;
}

static volatile sig_atomic_t ended_by;

static void end(int sig)
{
	if (!ended_by)
		ended_by = sig;
}

static bool is_over(void)
{
	return ended_by;
}

/*
 * The ending signals come only while the main thread sleeps. Taken before there is a mount, so that
 * none ends us and leaves one behind.
 */
static void take_signals(sigset_t *before)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act = { .sa_handler = end }, old;
	sigset_t set;

	ended_by = 0;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (sigaction(ending[i], NULL, &old) || old.sa_handler == SIG_IGN)
			continue;
		sigaddset(&set, ending[i]);
		sigaction(ending[i], &act, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, before);
}

static void close_all(struct orl_fuse *m)
{
	if (m->is_mounted && !m->leave)
		fuse_session_unmount(m->session);
	if (m->session)
		fuse_session_destroy(m->session);
	orl_fnodes_fini(&m->nodes);
	if (m->tree)
		orl_tree_close(m->tree);
	if (m->wait.event_fd >= 0)
		close(m->wait.event_fd);
	pthread_mutex_destroy(&m->wait.lock);
	free(m);
}

int orl_fuse_create(struct orl_fuse **out, const struct orl_fuse_options *o, char *error,
		    size_t error_size)
{
	struct orl_fuse *m = calloc(1, sizeof(*m));
	int rc;

	snprintf(error, error_size, "no memory");
	if (!m)
		return -ENOMEM;
	fuse_set_log_func(keep_words);
	take_signals(&m->unblocked);
	m->until_fd = o->until_fd;
	m->leave = o->leave;
	m->uid = geteuid();
	m->gid = getegid();
	pthread_mutex_init(&m->wait.lock, NULL);
	m->wait.event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = m->wait.event_fd < 0 ? -errno : orl_fnodes_init(&m->nodes, o->root);
	if (!rc)
		rc = orl_tree_open(&m->tree, o->domain, ORL_TREE_CREATE, error, error_size);
	if (!rc)
		rc = make_session(m);
	if (!rc)
		rc = mount_session(m, o->dir, error, error_size);
	if (rc)
		close_all(m);
	else
		*out = m;
	return rc;
}

/* Others' open files are ours, three descriptors for one that a program answers for: one user with
 * as many as he may have is not to take all of them. */
static void take_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int orl_fuse_run(struct orl_fuse *m)
{
	int rc;

	take_descriptors();
	m->wait.buf = malloc(ORL_FUSE_READ_MAX);
	rc = m->wait.buf ? orl_floop_start(m) : -ENOMEM;
	if (!rc) {
		orl_fwait_run(m, &m->unblocked, is_over);
		orl_floop_stop(m);
		orl_fwait_fini(m);
	}
	free(m->wait.buf);
	return rc ? rc : ended_by;
}

void orl_fuse_destroy(struct orl_fuse *m)
{
	close_all(m);
}
