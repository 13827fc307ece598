// SPDX-License-Identifier: MIT
/*
 * The domain's directory and its control file.
 *
 * A directory in a place where others may write is only as good as the checks on it: it must be a
 * directory and no link, ours, and closed to others; and the directory it stands in must not let
 * others exchange it. Everything in it is then opened relative to the checked descriptor, so that
 * no name is looked up twice.
 */
#include "domain/domain.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>

#include "domain/sys.h"

#define OVERFLOW_UID 65534U		/* owner of everything that a user namespace does not map */

#define DEFAULT_PAGE_SIZE 4096U
#define CPU_DATA_MIN (16ULL << 10)
#define CPU_DATA_MAX (16ULL << 20)
#define ALL_DATA_MAX (512ULL << 20)
#define NR_LEASES 128U
#define LEASE_DATA (256ULL << 10)
#define MAX_CPUS 4096U

/* Nobody but its owner, or root, can exchange what is in this directory. */
static bool is_safe_parent(const struct stat *st)
{
	if (st->st_uid == geteuid() || st->st_uid == 0)
		return !(st->st_mode & 022) || (st->st_mode & S_ISVTX);
	return st->st_uid == OVERFLOW_UID && (st->st_mode & S_ISVTX);
}

/* Split off the last part: the length of the parent's path, at least 1 ("/"). */
static size_t parent_len(const char *dir)
{
	const char *slash = strrchr(dir, '/');

	return !slash ? 0 : slash == dir ? 1 : (size_t)(slash - dir);
}

static int check_parent(const char *dir)
{
	char parent[ORL_DOMAIN_DIR_MAX];
	size_t len = parent_len(dir);
	struct stat st;

	if (!len || len >= sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, dir, len);
	parent[len] = '\0';
	if (fstatat(AT_FDCWD, parent, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	if (S_ISLNK(st.st_mode)) {
		/* /var/run -> /run is fine; a link that another user put there is not */
		if (st.st_uid != geteuid() && st.st_uid != 0)
			return -EPERM;
		if (fstatat(AT_FDCWD, parent, &st, 0))
			return -errno;
	}
	return is_safe_parent(&st) ? 0 : -EPERM;
}

int orl_domain_open_dir(const char *dir)
{
	struct stat st;
	int rc, fd;

	if (*dir != '/')
		return -EINVAL;
	rc = check_parent(dir);
	if (rc)
		return rc;
	fd = orl_sys_openat(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY | ORL_OPEN_SAFE, 0);
	if (fd == -ENOTDIR && !fstatat(AT_FDCWD, dir, &st, AT_SYMLINK_NOFOLLOW) &&
	    S_ISLNK(st.st_mode))
		return -ELOOP;
	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		rc = -errno;
	else if (st.st_uid != geteuid() || (st.st_mode & 077))
		rc = -EPERM;
	if (rc) {
		orl_sys_close(fd);
		return rc;
	}
	return fd;
}

/*
 * The folder of the default place, "oriel" or "oriel-UID", is made with the domain; no other parent
 * is.
 */
static int make_dir(const char *dir)
{
	char parent[ORL_DOMAIN_DIR_MAX];
	size_t len = parent_len(dir);
	int rc = orl_sys_mkdir(dir, 0700);

	if (rc != -ENOENT)
		return rc == -EEXIST ? 0 : rc;
	if (len < 6 || len >= sizeof(parent))
		return rc;
	memcpy(parent, dir, len);
	parent[len] = '\0';
	if (strncmp(strrchr(parent, '/') + 1, "oriel", 5))
		return rc;
	rc = orl_sys_mkdir(parent, 0700);
	if (rc && rc != -EEXIST)
		return rc;
	rc = orl_sys_mkdir(dir, 0700);
	return rc == -EEXIST ? 0 : rc;
}

/*
 * CPUs that may run threads: the highest online one + 1. One plugged in later writes to leased
 * rings.
 */
static uint32_t count_cpus(void)
{
	char text[1024];
	uint32_t nr = 0, last = 0;
	cpu_set_t set;

	if (orl_domain_read_text("/sys/devices/system/cpu/online", text, sizeof(text)) > 0) {
		for (const char *p = text; *p; p++) {
			last = *p >= '0' && *p <= '9' ? last * 10 + (uint32_t)(*p - '0') : 0;
			if (last >= nr && last < MAX_CPUS)
				nr = last + 1;
		}
	} else if (!sched_getaffinity(0, sizeof(set), &set)) {
		for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
			if (CPU_ISSET(cpu, &set))
				nr = cpu + 1;
	}
	return nr ? nr : 1;
}

/* A quarter of what is free, within bounds, so that two domains fit a /dev/shm of 64 MiB. */
static uint64_t cpu_data_size(int dirfd, uint32_t nr_cpus)
{
	uint64_t size = CPU_DATA_MAX, all = ALL_DATA_MAX;
	struct statfs fs;

	if (!fstatfs(dirfd, &fs) && fs.f_blocks) {
		uint64_t quarter = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize / 4;

		if (quarter < all)
			all = quarter;
	}
	while (size > CPU_DATA_MIN && size * nr_cpus > all)
		size /= 2;
	return size;
}

static void fill_ctl(struct orl_ctl *ctl, int dirfd)
{
	ctl->magic = ORL_CTL_MAGIC;
	ctl->version = ORL_CTL_VERSION;
	ctl->size = ORL_CTL_SIZE;
	ctl->clock = orl_clock_pick();
	ctl->nr_cpus = count_cpus();
	ctl->page_size = DEFAULT_PAGE_SIZE;
	ctl->nr_leases = NR_LEASES;
	ctl->cpu_data_size = cpu_data_size(dirfd, ctl->nr_cpus);
	ctl->lease_data_size = LEASE_DATA;
	orl_clock_pair(ctl->clock, &ctl->base_ticks, &ctl->base_ns);
	ctl->next_id = 1;
	ctl->saved_cmdlines_size = ORL_NR_TASKS;
	orl_set_init(&ctl->top, 0, ctl);
}

static int create_ctl(int dirfd)
{
	struct orl_new_file file;
	void *map = MAP_FAILED;
	int rc = orl_domain_file_begin(&file, dirfd);

	if (rc)
		return rc;
	rc = orl_domain_file_allocate(file.fd, 0, ORL_CTL_SIZE);
	if (!rc) {
		map = mmap(NULL, ORL_CTL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0);
		rc = map == MAP_FAILED ? -errno : 0;
	}
	if (rc) {
		orl_domain_file_abandon(&file, dirfd);
		return rc;
	}
	fill_ctl(map, dirfd);
	munmap(map, ORL_CTL_SIZE);
	rc = orl_domain_file_publish(&file, dirfd, ORL_CTL_NAME);
	return rc == -EEXIST ? 0 : rc;
}

static int map_ctl(struct orl_domain *d, int fd, int flags)
{
	struct {
		uint64_t magic;
		uint32_t version;
		uint32_t size;
	} head;
	int prot = flags & ORL_DOMAIN_READONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	struct stat st;
	void *map;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	if (st.st_uid != geteuid())
		return -EPERM;
	if (orl_sys_pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    head.magic != ORL_CTL_MAGIC)
		return -EBADMSG;
	if (head.version != ORL_CTL_VERSION)
		return -EPROTO;
	if (head.size != ORL_CTL_SIZE || st.st_size < (off_t)ORL_CTL_SIZE)
		return -EBADMSG;
	map = mmap(NULL, ORL_CTL_SIZE, prot, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	d->ctl = map;
	return 0;
}

int orl_domain_open(struct orl_domain *d, const char *dir, int flags)
{
	int access = flags & ORL_DOMAIN_READONLY ? O_RDONLY : O_RDWR;
	int dirfd, fd, rc = 0;

	d->ctl = NULL;
	d->dir[0] = '\0';
	if (strlen(dir) >= sizeof(d->dir))
		return -ENAMETOOLONG;
	if (flags & ORL_DOMAIN_CREATE)
		rc = make_dir(dir);
	if (rc)
		return rc;
	dirfd = orl_domain_open_dir(dir);
	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, ORL_CTL_NAME, access | ORL_OPEN_SAFE, 0);
	if (fd == -ENOENT && (flags & ORL_DOMAIN_CREATE)) {
		rc = create_ctl(dirfd);
		if (!rc)
			fd = orl_sys_openat(dirfd, ORL_CTL_NAME, access | ORL_OPEN_SAFE, 0);
	}
	if (!rc)
		rc = fd < 0 ? fd : map_ctl(d, fd, flags);
	orl_sys_close(fd);
	orl_sys_close(dirfd);
	if (!rc)
		strcpy(d->dir, dir);
	return rc;
}

void orl_domain_close(struct orl_domain *d)
{
	if (d->ctl)
		munmap(d->ctl, ORL_CTL_SIZE);
	d->ctl = NULL;
}

int orl_domain_touch(const char *dir)
{
	int dirfd = orl_domain_open_dir(dir), fd, rc;

	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, ORL_NUDGE_NAME, O_WRONLY | O_CREAT | ORL_OPEN_SAFE, 0600);
	/*
	 * setting the length, even to what it is, counts as a change for inotify, and needs no room
	 */
	rc = fd < 0 ? fd : orl_sys_ftruncate(fd, 0);
	orl_sys_close(fd);
	orl_sys_close(dirfd);
	return rc;
}
