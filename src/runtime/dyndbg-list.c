// SPDX-License-Identifier: MIT
/*
 * "sites.SLOT": the numbers and flags of this process's print sites, for tools.
 *
 * The file is made anew, and takes its name when it is whole, whenever objects come or go; between
 * that, numbers and flags change in place. Sites stand in it in the order of the objects' tables;
 * those of trace_printk() are not in it. A forked child has a slot of its own and so a file of its
 * own; the map that it inherits is its parent's. A child that nobody was told of (_Fork(), clone())
 * has no slot yet, and leaves its parent's alone.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "domain/sys.h"
#include "runtime/dyndbg.h"

static struct orl_sites *list;
static uint32_t room;			/* sites that list has memory for */
static const struct orl_proc *list_proc; /* whose it is */
static uint32_t list_pid;

static uint32_t count(void)
{
	uint32_t nr = 0;

	for (const struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		orl_for_each_print(p, dso)
			nr += (*p)->kind != ORL_PRINT_TRACE;
	}
	return nr;
}

static void fill(struct orl_sites *to, uint32_t nr)
{
	uint32_t i = 0;

	for (const struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		orl_for_each_print(p, dso) {
			const struct _ddebug *d = *p;

			if (d->kind == ORL_PRINT_TRACE || i == nr)
				continue;
			orl_store(&to->site[i].print, d->id ? d->id - 1 : ORL_NO_PRINT);
			orl_store(&to->site[i].flags, d->flags & ORL_SITE_FLAGS);
			i++;
		}
	}
	/* whoever reads that these queries are applied reads the flags that they made */
	orl_store_release(&to->seq, orl_queries_seq());
}

static void fill_head(struct orl_sites *to, uint32_t nr)
{
	to->magic = ORL_SITES_MAGIC;
	to->version = ORL_DYNDBG_VERSION;
	to->pid = orl_load(&orl_rt.proc->pid);
	to->image = orl_rt.proc->image;
	to->copy = orl_rt.proc->copy;
	to->nr = nr;
}

/* The memory of a new file of this slot, under a name for the unfinished; NULL and -errno in @err.
 */
static struct orl_sites *map_new(int dirfd, const char *name, uint32_t nr, int *err)
{
	size_t size = sizeof(struct orl_sites) + nr * sizeof(struct orl_site);
	int fd = orl_sys_openat(dirfd, name, O_RDWR | O_CREAT | O_TRUNC | ORL_OPEN_SAFE, 0600);
	void *map = MAP_FAILED;

	*err = fd < 0 ? fd : orl_domain_file_allocate(fd, 0, size);
	if (!*err) {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		*err = map == MAP_FAILED ? -errno : 0;
	}
	orl_sys_close(fd);
	return *err ? NULL : map;
}

static void drop_list(void)
{
	if (list)
		munmap(list, sizeof(*list) + room * sizeof(list->site[0]));
	list = NULL;
}

static int make_file(int dirfd, uint32_t nr)
{
	uint32_t slot = (uint32_t)(orl_rt.proc - orl_ctl_procs(orl_rt.domain.ctl));
	char unfinished[32], name[32];
	struct orl_sites *map;
	int err;

	orl_domain_slot_name(unfinished, "tmp-" ORL_SITES_NAME, slot);
	orl_domain_slot_name(name, ORL_SITES_NAME, slot);
	map = map_new(dirfd, unfinished, nr, &err);
	if (map) {
		fill_head(map, nr);
		fill(map, nr);
		err = (int)orl_sys_result(
			syscall(SYS_renameat2, dirfd, unfinished, dirfd, name, 0));
	}
	if (err) {
		orl_sys_unlinkat(dirfd, unfinished);
		if (map)
			munmap(map, sizeof(*map) + nr * sizeof(map->site[0]));
		return err;
	}
	drop_list();
	list = map;
	room = nr;
	list_proc = orl_rt.proc;
	list_pid = orl_load(&orl_rt.proc->pid);
	return 0;
}

int orl_sites_publish_locked(bool anew)
{
	uint32_t nr;
	int dirfd, err;

	if (!orl_slot_is_ours_locked() || !orl_load(&orl_rt.domain.ctl->dyndbg))
		return 0;
	nr = count();
	if (list && !anew && nr == room && list_proc == orl_rt.proc &&
	    list_pid == orl_load(&orl_rt.proc->pid)) {
		fill(list, nr);
		return 0;
	}
	dirfd = orl_domain_open_dir(orl_rt.domain.dir);
	if (dirfd < 0)
		return dirfd;
	err = make_file(dirfd, nr);
	orl_sys_close(dirfd);
	return err;
}
