// SPDX-License-Identifier: MIT
/*
 * The ring file: made once, in full, then mapped by everybody. Its header is checked once and
 * copied; all addresses come from the copy, so that whatever is written into the file later, nobody
 * is led outside the mapping.
 */
#include "domain/domain.h"

#include <string.h>
#include <sys/mman.h>

#include "domain/sys.h"

#define MAX_RINGS 65536U
#define MAX_DATA (1ULL << 32)

static bool is_power_of_2(uint64_t v)
{
	return v && !(v & (v - 1));
}

static bool is_data_size(uint64_t size, uint32_t page_size)
{
	return is_power_of_2(size) && size >= 2ULL * page_size && size <= MAX_DATA;
}

static uint64_t ring_size(uint64_t data_size, uint32_t page_size)
{
	return orl_ring_data_off(data_size, page_size) + data_size;
}

/*
 * Rings of one kind lie within the file, behind its header, each large enough and none across
 * another.
 */
static bool is_area(const struct orl_ring_file *f, uint32_t nr, uint64_t data, uint64_t stride,
		    uint64_t off)
{
	if (!nr)
		return true;
	if (nr > MAX_RINGS || !is_data_size(data, f->page_size))
		return false;
	if (off % ORL_RING_BLOCK || stride % ORL_RING_BLOCK || off < ORL_RING_BLOCK)
		return false;
	/* with the bounds above, no product below can wrap */
	return stride >= ring_size(data, f->page_size) && stride <= 2 * MAX_DATA &&
	       off <= f->file_size && stride * nr <= f->file_size - off;
}

static bool is_sound(const struct orl_ring_file *f)
{
	if (!is_power_of_2(f->page_size) || f->page_size < ORL_PAGE_MIN ||
	    f->page_size > ORL_PAGE_MAX || !f->nr_cpus)
		return false;
	if (f->clock != ORL_CLOCK_TSC && f->clock != ORL_CLOCK_MONOTONIC)
		return false;
	return is_area(f, f->nr_cpus, f->cpu_data_size, f->cpu_stride, f->cpu_off) &&
	       is_area(f, f->nr_leases, f->lease_data_size, f->lease_stride, f->lease_off);
}

static int plan(struct orl_ring_file *f, const struct orl_ctl *ctl, const struct orl_set *set)
{
	memset(f, 0, sizeof(*f));
	f->magic = ORL_RING_MAGIC;
	f->version = ORL_RING_VERSION;
	f->clock = ctl->clock;
	f->nr_cpus = ctl->nr_cpus;
	f->nr_leases = ctl->nr_leases;
	f->page_size = set->page_size;
	f->cpu_data_size = set->cpu_data_size;
	f->lease_data_size = set->lease_data_size;
	if (!is_power_of_2(f->page_size) || f->nr_cpus > MAX_RINGS || f->nr_leases > MAX_RINGS ||
	    f->cpu_data_size > MAX_DATA || f->lease_data_size > MAX_DATA)
		return -EBADMSG;
	f->cpu_stride = ring_size(f->cpu_data_size, f->page_size);
	f->lease_stride = ring_size(f->lease_data_size, f->page_size);
	f->cpu_off = ORL_RING_BLOCK;
	f->lease_off = f->cpu_off + f->nr_cpus * f->cpu_stride;
	f->file_size = f->lease_off + f->nr_leases * f->lease_stride;
	return is_sound(f) ? 0 : -EBADMSG;
}

static uint64_t ring_off(const struct orl_ring_file *f, uint32_t i)
{
	if (i < f->nr_cpus)
		return f->cpu_off + i * f->cpu_stride;
	return f->lease_off + (i - f->nr_cpus) * f->lease_stride;
}

uint64_t orl_rings_state(const struct orl_set *set, const struct orl_ring_file *f, uint32_t i)
{
	uint64_t options = __atomic_load_n(&set->options, __ATOMIC_RELAXED), off = 0;
	uint64_t state = options & ORL_OPT_OVERWRITE ? 0 : ORL_RING_DISCARD;

	/* a leased ring is a thread's, whatever CPU it runs on */
	if (i < f->nr_cpus && i / 64 < sizeof(set->cpumask_off) / sizeof(set->cpumask_off[0]))
		off = __atomic_load_n(&set->cpumask_off[i / 64], __ATOMIC_RELAXED);
	if (off >> (i % 64) & 1)
		return state | ORL_RING_MASKED;
	return __atomic_load_n(&set->tracing_on, __ATOMIC_RELAXED) ? state | ORL_RING_ON : state;
}

/* A leased ring gets its first block now, which tools look at, and the rest when it is leased. */
static int fill(int fd, const struct orl_ring_file *f, const struct orl_set *set)
{
	uint32_t nr = f->nr_cpus + f->nr_leases;
	int rc = orl_sys_ftruncate(fd, (off_t)f->file_size);

	if (!rc)
		rc = orl_domain_file_allocate(fd, 0, f->cpu_off + f->nr_cpus * f->cpu_stride);
	for (uint32_t i = 0; !rc && i < nr; i++) {
		uint64_t off = ring_off(f, i), state = orl_rings_state(set, f, i);

		if (i >= f->nr_cpus)
			rc = orl_domain_file_allocate(fd, off, ORL_RING_BLOCK);
		if (!rc && orl_sys_pwrite(fd, &state, sizeof(state),
					  (off_t)(off + ORL_RING_OFF_STATE)) != sizeof(state))
			rc = -EIO;
	}
	if (!rc && orl_sys_pwrite(fd, f, sizeof(*f), 0) != sizeof(*f))
		rc = -EIO;
	return rc;
}

int orl_rings_create(const struct orl_domain *d, const struct orl_set *set, uint32_t id)
{
	char name[32];
	struct orl_new_file file;
	struct orl_ring_file f;
	struct stat st;
	int rc, dirfd = orl_domain_open_dir(d->dir);

	if (dirfd < 0)
		return dirfd;
	if (!fstatat(dirfd, orl_domain_name(name, ORL_RING_NAME, id), &st, AT_SYMLINK_NOFOLLOW)) {
		orl_sys_close(dirfd);
		return 0;
	}
	rc = plan(&f, d->ctl, set);
	if (!rc)
		rc = orl_domain_file_begin(&file, dirfd);
	if (!rc) {
		rc = fill(file.fd, &f, set);
		if (rc)
			orl_domain_file_abandon(&file, dirfd);
		else
			rc = orl_domain_file_publish(&file, dirfd, name);
	}
	orl_sys_close(dirfd);
	return rc == -EEXIST ? 0 : rc;
}

/* Open the ring file as any name in the domain's directory is opened. */
static int open_ring(const struct orl_domain *d, uint32_t id, int access)
{
	char name[32];
	int dirfd = orl_domain_open_dir(d->dir), fd;

	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, orl_domain_name(name, ORL_RING_NAME, id), access | ORL_OPEN_SAFE,
			    0);
	orl_sys_close(dirfd);
	return fd;
}

static int check_file(int fd, struct orl_ring_file *f)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	if (st.st_uid != geteuid())
		return -EPERM;
	if (orl_sys_pread(fd, f, sizeof(*f), 0) != sizeof(*f) || f->magic != ORL_RING_MAGIC)
		return -EBADMSG;
	if (f->version != ORL_RING_VERSION)
		return -EPROTO;
	if (f->file_size > (uint64_t)st.st_size || !is_sound(f))
		return -EBADMSG;
	return 0;
}

int orl_rings_map(struct orl_rings *r, const struct orl_domain *d, uint32_t id, int flags)
{
	bool readonly = flags & ORL_RINGS_READONLY;
	int prot = readonly ? PROT_READ : PROT_READ | PROT_WRITE;
	int rc, fd = open_ring(d, id, readonly ? O_RDONLY : O_RDWR);
	void *map = MAP_FAILED;

	r->map = NULL;
	r->size = 0;
	r->id = id;
	if (fd < 0)
		return fd;
	rc = check_file(fd, &r->file);
	if (!rc) {
		map = mmap(NULL, r->file.file_size, prot, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED)
			rc = -errno;
	}
	orl_sys_close(fd);
	if (rc)
		return rc;
	r->map = map;
	r->size = r->file.file_size;
	return 0;
}

void orl_rings_unmap(struct orl_rings *r)
{
	if (r->map)
		munmap(r->map, r->size);
	r->map = NULL;
}

struct orl_ring *orl_rings_get(const struct orl_rings *r, uint32_t i)
{
	return (struct orl_ring *)(r->map + ring_off(&r->file, i));
}

int orl_rings_alloc_lease(const struct orl_domain *d, const struct orl_rings *r, uint32_t lease)
{
	const struct orl_ring_file *file = &r->file;
	int rc, fd;

	if (lease >= file->nr_leases)
		return -EINVAL;
	/* written before: its memory is there, and what stands in it may not be read yet */
	if (__atomic_load_n(&orl_rings_get(r, file->nr_cpus + lease)->head, __ATOMIC_RELAXED))
		return 0;
	fd = open_ring(d, r->id, O_RDWR);
	if (fd < 0)
		return fd;
	/* its first block was allocated with the file, and holds its state and owner */
	rc = orl_domain_file_allocate(
		fd, file->lease_off + lease * file->lease_stride + ORL_RING_BLOCK,
		ring_size(file->lease_data_size, file->page_size) - ORL_RING_BLOCK);
	orl_sys_close(fd);
	return rc;
}
