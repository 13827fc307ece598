// SPDX-License-Identifier: MIT
/*
 * From a process and an address to a name: the process's layouts (the live one, then those that it
 * left, newest first), the mapped file in the first one that has the address, the function in that
 * file. Layouts and files are read when first asked for. A live layout in which an address is
 * missing is read again once in a while: the process may have loaded a library since.
 */
#include "symbols/impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LAYOUTS 8U			/* of one process id */
#define AGAIN_NS 200000000ULL		/* a live process is read again at most that often */

struct process {
	int32_t pid;
	bool is_live;			/* layout[0] is from /proc */
	uint32_t nr;
	uint64_t read_ns;
	struct orl_mappings layout[LAYOUTS];
};

struct file {
	char *path;
	uint64_t ino;
	struct orl_elf elf;		/* empty: nothing can be read there */
};

struct orl_symbols {
	char *dir;
	struct process **process;
	uint32_t nr_processes;
	struct file **file;
	uint32_t nr_files;
	struct process *last;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

int orl_symbols_create(struct orl_symbols **out, const char *dir)
{
	struct orl_symbols *t = calloc(1, sizeof(*t));

	if (t && dir)
		t->dir = strdup(dir);
	if (!t || (dir && !t->dir)) {
		free(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

static void drop_layouts(struct process *p)
{
	for (uint32_t i = 0; i < p->nr; i++)
		orl_mappings_fini(&p->layout[i]);
	p->nr = 0;
	p->is_live = false;
}

void orl_symbols_destroy(struct orl_symbols *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->nr_processes; i++) {
		drop_layouts(t->process[i]);
		free(t->process[i]);
	}
	for (uint32_t i = 0; i < t->nr_files; i++) {
		orl_elf_fini(&t->file[i]->elf);
		free(t->file[i]->path);
		free(t->file[i]);
	}
	free(t->process);
	free(t->file);
	free(t->dir);
	free(t);
}

static void read_layouts(const struct orl_symbols *t, struct process *p)
{
	drop_layouts(p);
	p->read_ns = now_ns();
	if (!orl_mappings_live(&p->layout[0], p->pid, t->dir)) {
		p->is_live = true;
		p->nr = 1;
	} else {
		orl_mappings_fini(&p->layout[0]);
	}
	for (uint32_t nth = 0; p->nr < LAYOUTS; nth++) {
		int rc = orl_mappings_left(&p->layout[p->nr], p->pid, t->dir, nth);

		if (rc == -ESRCH)
			break;
		if (rc)
			orl_mappings_fini(&p->layout[p->nr]);
		else
			p->nr++;
		if (nth >= LAYOUTS)
			break;
	}
}

static struct process *find_process(struct orl_symbols *t, int32_t pid)
{
	struct process **more, *p;

	if (t->last && t->last->pid == pid)
		return t->last;
	for (uint32_t i = 0; i < t->nr_processes; i++)
		if (t->process[i]->pid == pid)
			return t->last = t->process[i];
	if (t->nr_processes == ORL_SYMBOLS_PROCS)
		return NULL;
	more = realloc(t->process, (t->nr_processes + 1) * sizeof(struct process *));
	if (!more)
		return NULL;
	t->process = more;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->pid = pid;
	read_layouts(t, p);
	t->process[t->nr_processes++] = p;
	return t->last = p;
}

static const struct orl_mapping *find_mapping(struct process *p, uint64_t addr)
{
	const struct orl_mapping *m = NULL;

	for (uint32_t i = 0; i < p->nr && !m; i++)
		m = orl_mappings_find(&p->layout[i], addr);
	return m;
}

/* Open what was mapped, if it is still there: from here, or as the process itself sees it. */
static int open_mapped(const struct process *p, const struct orl_mapping *m, struct stat *st)
{
	char path[4096 + 32];

	if (m->path[0] != '/' || m->ino == UINT64_MAX)
		return -1;
	for (int i = 0; i < 2; i++) {
		int fd;

		if (i && !p->is_live)
			break;
		if (i)
			snprintf(path, sizeof(path), "/proc/%d/root%s", p->pid, m->path);
		fd = open(i ? path : m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0)
			continue;
		if (!fstat(fd, st) && S_ISREG(st->st_mode) && (!m->ino || st->st_ino == m->ino))
			return fd;
		close(fd);
	}
	return -1;
}

static struct file *find_file(struct orl_symbols *t, const struct process *p,
			      const struct orl_mapping *m)
{
	struct file **more, *f;
	struct stat st;
	int fd;

	for (uint32_t i = 0; i < t->nr_files; i++)
		if (t->file[i]->ino == m->ino && !strcmp(t->file[i]->path, m->path))
			return t->file[i];
	if (t->nr_files == ORL_SYMBOLS_FILES)
		return NULL;
	more = realloc(t->file, (t->nr_files + 1) * sizeof(struct file *));
	if (!more)
		return NULL;
	t->file = more;
	f = calloc(1, sizeof(*f));
	if (f)
		f->path = strdup(m->path);
	if (!f || !f->path) {
		free(f);
		return NULL;
	}
	f->ino = m->ino;
	fd = open_mapped(p, m, &st);
	if (fd >= 0) {
		orl_elf_read(&f->elf, fd, (uint64_t)st.st_size);
		close(fd);
	}
	t->file[t->nr_files++] = f;
	return f;
}

bool orl_symbols_find(struct orl_symbols *t, int32_t pid, uint64_t addr, struct orl_symbol *out)
{
	struct process *p = pid > 0 ? find_process(t, pid) : NULL;
	const struct orl_mapping *m = p ? find_mapping(p, addr) : NULL;
	const struct orl_elf_symbol *s;
	const struct file *f;
	const char *slash;
	uint64_t at;

	memset(out, 0, sizeof(*out));
	if (p && !m && now_ns() - p->read_ns > AGAIN_NS) {
		read_layouts(t, p);
		m = find_mapping(p, addr);
	}
	f = m ? find_file(t, p, m) : NULL;
	if (!f)
		return false;
	out->file = f->path;
	s = orl_elf_find(&f->elf, addr - m->start + m->offset, &at);
	if (s) {
		out->name = f->elf.names + s->name;
		out->off = at - s->addr;
		out->size = s->size;
		return true;
	}
	slash = strrchr(f->path, '/');
	out->name = slash ? slash + 1 : f->path;
	out->off = addr - m->start + m->offset;
	return true;
}
