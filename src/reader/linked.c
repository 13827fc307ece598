// SPDX-License-Identifier: MIT
/*
 * Finding a process that merely links the library: it has opened nothing and told nobody; all it
 * has is a signal handler. It is one of ours when its handler is there, the library is in it (a
 * mapping of that name, or the note that the static library leaves in a program) and its
 * environment leads to our domain.
 *
 * The program file may be anything; each of its numbers is checked before it is used.
 */
#include "reader/proc.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain/domain.h"

#define ENVIRON_MAX (4U << 20)
#define MAPS_MAX (16U << 20)
#define NOTES_MAX 65536U
#define MAX_HEADERS 4096U

static const char *get_env(const char *env, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	for (const char *at = env; at < env + len; at += strlen(at) + 1)
		if (!strncmp(at, name, name_len) && at[name_len] == '=')
			return at + name_len + 1;
	return NULL;
}

static bool is_same_dir(const char *a, const char *b)
{
	struct stat sa, sb;

	if (!strcmp(a, b))
		return true;
	return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

static bool is_in_domain(int32_t pid, const char *dir, int *signal)
{
	char path[64], theirs[ORL_DOMAIN_DIR_MAX];
	const char *name, *xdg;
	bool is_ours = false;
	size_t len;
	char *env;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	env = orl_proc_read_all(path, ENVIRON_MAX, &len);
	if (!env)
		return false;
	*signal = orl_signal_number(get_env(env, len, "ORIEL_SIGNAL"));
	name = get_env(env, len, "ORIEL_DOMAIN");
	xdg = get_env(env, len, "XDG_RUNTIME_DIR");
	/*
	 * a program that writes a title over its environment (setproctitle) is taken to have ours
	 */
	if (!memchr(env, '=', len))
		xdg = secure_getenv("XDG_RUNTIME_DIR");
	if (!orl_domain_path(theirs, sizeof(theirs), name, xdg, getuid()))
		is_ours = is_same_dir(theirs, dir);
	free(env);
	return is_ours;
}

/*
 * Is this line of maps the control file of another domain than @dir's? Its path begins at the
 * first '/', since nothing before it can hold one.
 */
static bool is_other_control(char *line, const char *dir)
{
	static const char name[] = "/" ORL_CTL_NAME, deleted[] = " (deleted)";
	char *path = strchr(line, '/'), *end;
	size_t len;

	if (!path || !strstr(line, " rw-s "))
		return false;
	len = strlen(path);
	if (len > sizeof(deleted) && !strcmp(path + len + 1 - sizeof(deleted), deleted))
		len -= sizeof(deleted) - 1;
	if (len < sizeof(name) || strncmp(path + len + 1 - sizeof(name), name, sizeof(name) - 1))
		return false;
	end = path + len + 1 - sizeof(name);
	*end = '\0';
	return !is_same_dir(path, dir);
}

/*
 * Is a file of the name liboriel.so... mapped? @elsewhere: and is the process attached to another
 * domain, whatever its environment says or no longer says?
 */
static bool maps_library(int32_t pid, const char *dir, bool *elsewhere)
{
	char path[64], *maps, *next;
	bool found = false;
	size_t len;

	*elsewhere = false;
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = orl_proc_read_all(path, MAPS_MAX, &len);
	for (char *line = maps; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		found |= strstr(line, "/liboriel.so") != NULL;
		*elsewhere |= is_other_control(line, dir);
	}
	free(maps);
	return found;
}

static bool has_note(int fd, uint64_t off, uint64_t size)
{
	char notes[4096];
	uint64_t at = 0;
	ssize_t len;

	if (size > NOTES_MAX || off > INT64_MAX)
		return false;
	while (at + sizeof(Elf64_Nhdr) <= size) {
		Elf64_Nhdr n;
		uint64_t want = sizeof(notes) < size - at ? sizeof(notes) : size - at;

		len = pread(fd, notes, want, (off_t)(off + at));
		if (len < (ssize_t)sizeof(n))
			return false;
		memcpy(&n, notes, sizeof(n));
		if (n.n_type == 1 && n.n_namesz == 6 && len >= (ssize_t)sizeof(n) + 6 &&
		    !memcmp(notes + sizeof(n), "Oriel", 6))
			return true;
		at += sizeof(n) + ((uint64_t)n.n_namesz + 3) / 4 * 4 +
		      ((uint64_t)n.n_descsz + 3) / 4 * 4;
	}
	return false;
}

/* Notes stand in segments, and in sections where the program was not stripped of those. */
static bool is_static(int32_t pid)
{
	char path[64];
	Elf64_Ehdr h;
	bool found = false;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	if (pread(fd, &h, sizeof(h), 0) != sizeof(h) || memcmp(h.e_ident, ELFMAG, SELFMAG) ||
	    h.e_ident[EI_CLASS] != ELFCLASS64)
		h.e_phnum = h.e_shnum = 0;
	for (unsigned int i = 0; i < h.e_phnum && i < MAX_HEADERS && !found; i++) {
		Elf64_Phdr p;

		if (pread(fd, &p, sizeof(p), (off_t)(h.e_phoff + i * sizeof(p))) != sizeof(p))
			break;
		found = p.p_type == PT_NOTE && has_note(fd, p.p_offset, p.p_filesz);
	}
	for (unsigned int i = 0; i < h.e_shnum && i < MAX_HEADERS && !found; i++) {
		Elf64_Shdr s;

		if (pread(fd, &s, sizeof(s), (off_t)(h.e_shoff + i * sizeof(s))) != sizeof(s))
			break;
		found = s.sh_type == SHT_NOTE && has_note(fd, s.sh_offset, s.sh_size);
	}
	close(fd);
	return found;
}

bool orl_proc_linked(int32_t pid, const struct orl_proc_status *st, const char *dir, int *signal)
{
	int32_t thread = orl_proc_thread(pid);
	bool has_library, elsewhere;

	/* no handler at all: nothing of ours can be waiting */
	if (!st->caught || !is_in_domain(thread, dir, signal))
		return false;
	if (!orl_proc_has_signal(st->caught, *signal))
		return false;
	has_library = maps_library(thread, dir, &elsewhere);
	return !elsewhere && (has_library || is_static(thread));
}
