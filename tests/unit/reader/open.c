// SPDX-License-Identifier: MIT
/* Where a domain is, when it is not opened, and what is said then. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "domain.h"

static void the_environment_names_the_place(void **state)
{
	static const struct {
		const char *name, *xdg, *path;
		int rc;
	} t[] = {
		{ NULL, NULL, "/dev/shm/oriel-1000/default", 0 },
		{ "", "/run/user/1000", "/run/user/1000/oriel/default", 0 },
		{ "web", "/run/user/1000/", "/run/user/1000/oriel/web", 0 },
		{ "web", "run", "/dev/shm/oriel-1000/web", 0 },
		{ "/a/b//", "/x", "/a/b", 0 },
		{ "a/b", NULL, "", -EINVAL },
		{ "..", NULL, "", -EINVAL },
		{ ".", NULL, "", -EINVAL },
	};
	char buf[ORL_DOMAIN_DIR_MAX], tiny[10];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(orl_domain_path(buf, sizeof(buf), t[i].name, t[i].xdg, 1000),
				 t[i].rc);
		assert_string_equal(buf, t[i].path);
	}
	assert_int_equal(orl_domain_path(tiny, sizeof(tiny), "/123456789", NULL, 0),
			 -ENAMETOOLONG);
	assert_int_equal(orl_domain_path(tiny, sizeof(tiny), "/12345678", NULL, 0), 0);
}

/* Opening must fail with this, and the text must name the path. */
static void refused(int rc, unsigned int flags)
{
	struct orl_session s;

	assert_int_equal(orl_session_open(&s, dir, flags), rc);
	assert_non_null(strstr(s.error, dir));
	assert_null(strchr(s.error, '\n'));
}

static void no_domain_is_an_error_that_names_the_place(void **state)
{
	refused(-ENOENT, 0);
	assert_int_equal(mkdir(dir, 0700), 0);
	refused(-ENOENT, 0);
}

static void a_link_is_not_followed(void **state)
{
	char target[128];

	snprintf(target, sizeof(target), "%s/elsewhere", base);
	assert_int_equal(mkdir(target, 0700), 0);
	assert_int_equal(symlink(target, dir), 0);
	refused(-ELOOP, 0);
	refused(-ELOOP, ORL_SESSION_CREATE);
}

static void a_file_is_no_domain(void **state)
{
	close(open(dir, O_CREAT | O_WRONLY, 0600));
	refused(-ENOTDIR, ORL_SESSION_CREATE);
}

static void a_directory_open_to_others_is_refused(void **state)
{
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	refused(-EPERM, ORL_SESSION_CREATE);
}

static void a_directory_of_another_user_is_refused(void **state)
{
	assert_int_equal(mkdir(dir, 0700), 0);
	if (chown(dir, 12345, 12345))
		return;			/* only root can give it away */
	refused(-EPERM, ORL_SESSION_CREATE);
}

static void a_parent_that_others_may_change_is_refused(void **state)
{
	assert_int_equal(chmod(base, 0777), 0);
	refused(-EPERM, ORL_SESSION_CREATE);
	assert_int_equal(chmod(base, 01777), 0);
	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	orl_session_close(&session);
}

static void overwrite(const char *name, uint64_t off, const void *bytes, size_t len)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, (off_t)off), len);
	close(fd);
}

static void a_damaged_control_file_is_refused(void **state)
{
	uint32_t version = 99;
	char path[160];

	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	orl_session_close(&session);
	overwrite(ORL_CTL_NAME, offsetof(struct orl_ctl, version), &version, 4);
	refused(-EPROTO, 0);
	overwrite(ORL_CTL_NAME, 0, "nonsense", 8);
	refused(-EBADMSG, 0);
	snprintf(path, sizeof(path), "%s/%s", dir, ORL_CTL_NAME);
	assert_int_equal(truncate(path, 1000), 0);
	refused(-EBADMSG, 0);
	assert_int_equal(truncate(path, 0), 0);
	refused(-EBADMSG, ORL_SESSION_CREATE);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(-EBADMSG, 0);
}

static void a_damaged_ring_file_is_refused(void **state)
{
	struct orl_ring_file good, bad;

	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	assert_int_equal(orl_session_create_rings(&session), 0);
	good = session.rings.file;
	orl_session_close(&session);
	for (size_t word = 0; word < offsetof(struct orl_ring_file, lease_dropped) / 4; word++) {
		static const uint32_t values[] = { 0, 1, 3, 0x7fffffff, 0xffffffff };

		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			int rc;

			bad = good;
			((uint32_t *)&bad)[word] = values[i];
			overwrite(ORL_RING_NAME, 0, &bad, sizeof(bad));
			rc = orl_session_open(&session, dir, 0);
			/* some values are right, and some counts may be smaller than they were */
			if (rc)
				assert_true(rc == -EBADMSG || rc == -EPROTO);
			else
				assert_true(session.rings.size <= good.file_size);
			orl_session_close(&session);
		}
	}
}

static void of_two_that_create_at_once_both_get_the_same(void **state)
{
	uint64_t base_ticks[4];
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	for (int i = 0; i < 4; i++) {
		if (fork())
			continue;
		if (orl_session_open(&session, dir, ORL_SESSION_CREATE) ||
		    orl_session_create_rings(&session))
			_exit(1);
		_exit(write(fds[1], &session.domain.ctl->base_ticks, 8) != 8);
	}
	for (int i = 0; i < 4; i++) {
		int status;

		wait(&status);
		assert_int_equal(status, 0);
		assert_int_equal(read(fds[0], &base_ticks[i], 8), 8);
		assert_int_equal(base_ticks[i], base_ticks[0]);
	}
	close(fds[0]);
	close(fds[1]);
}

static void a_default_domain_fits_a_small_shm(void **state)
{
	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	assert_true(session.domain.ctl->cpu_data_size >= 64 << 10);
	assert_int_equal(orl_session_map_rings(&session), -ENOENT);
	assert_int_equal(session.nr_rings, 0);
	assert_int_equal(orl_session_create_rings(&session), 0);
	assert_int_equal(session.nr_rings, session.nr_cpus + session.domain.ctl->nr_leases);
	assert_int_equal(orl_rings_get(&session.rings, 0)->state, ORL_RING_ON);
	assert_int_equal(orl_rings_alloc_lease(&session.domain, &session.rings, 0), 0);
	assert_int_equal(orl_rings_alloc_lease(&session.domain, &session.rings, 100000),
			 -EINVAL);
	orl_session_close(&session);
}

static void a_full_file_system_is_an_error_and_leaves_nothing(void **state)
{
	char name[128];

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("t", base, "tmpfs", 0, "size=6m,mode=700")) {
		print_message("needs root, for a mount\n");
		skip();
	}
	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	session.set->cpu_data_size = 4 << 20;
	assert_int_equal(orl_session_create_rings(&session), -ENOSPC);
	assert_non_null(strstr(session.error, dir));
	assert_non_null(strstr(session.error, "ORIEL_DOMAIN"));
	assert_int_equal(orl_session_map_rings(&session), -ENOENT);
	orl_session_close(&session);
	snprintf(name, sizeof(name), "%s/fill", base);
	close(open(name, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(truncate(name, 6 << 20), 0);
	remove_tree(dir);
	{
		int fd = open(name, O_WRONLY);

		assert_int_equal(posix_fallocate(fd, 0, 3 << 20), 0);
		close(fd);
	}
	refused(-ENOSPC, ORL_SESSION_CREATE);
	refused(-ENOENT, 0);
	umount(base);
}

static void a_file_that_shrinks_ends_the_tool_with_one_line(void **state)
{
	char path[160], text[200] = "";
	int fds[2], status;
	pid_t pid;

	assert_int_equal(orl_session_open(&session, dir, ORL_SESSION_CREATE), 0);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		dup2(fds[1], 2);
		orl_session_guard("oriel", 3);
		snprintf(path, sizeof(path), "%s/%s", dir, ORL_CTL_NAME);
		if (truncate(path, 0))
			_exit(1);
		_exit((int)__atomic_load_n(&session.domain.ctl->gen, __ATOMIC_RELAXED) + 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	assert_non_null(strstr(text, "oriel: "));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	close(fds[0]);
	close(fds[1]);
	orl_session_close(&session);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_base, remove_base)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_names_the_place),
		T(no_domain_is_an_error_that_names_the_place),
		T(a_link_is_not_followed),
		T(a_file_is_no_domain),
		T(a_directory_open_to_others_is_refused),
		T(a_directory_of_another_user_is_refused),
		T(a_parent_that_others_may_change_is_refused),
		T(a_damaged_control_file_is_refused),
		T(a_damaged_ring_file_is_refused),
		T(of_two_that_create_at_once_both_get_the_same),
		T(a_default_domain_fits_a_small_shm),
		T(a_file_that_shrinks_ends_the_tool_with_one_line),
		T(a_full_file_system_is_an_error_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
