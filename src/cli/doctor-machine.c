// SPDX-License-Identifier: MIT
/*
 * oriel doctor, the machine: each thing that Oriel asks of kernel, C library and CPU is tried
 * here, in this process, which stands for any other under the same kernel and the same sandbox.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/cli.h"
#include "domain/domain.h"

/*
 * Bytes of rings and control file at the default sizes; what a new domain asks of the file system.
 */
static uint64_t domain_need(const char *dir)
{
	uint64_t need = 8ULL << 20;
	struct orl_domain d;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	if (orl_domain_open(&d, dir, ORL_DOMAIN_READONLY))
		return need + (uint64_t)(cpus > 0 ? cpus : 1) * (16ULL << 20);
	if (d.ctl->nr_cpus <= 65536 && d.ctl->cpu_data_size <= 1ULL << 40)
		need += d.ctl->nr_cpus * d.ctl->cpu_data_size;
	orl_domain_close(&d);
	return need;
}

static void check_clock(struct orl_checks *c)
{
	char source[64] = "";
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");

	if (f) {
		if (!fgets(source, sizeof(source), f))
			source[0] = '\0';
		source[strcspn(source, "\n")] = '\0';
		fclose(f);
	}
	if (orl_clock_pick() == ORL_CLOCK_TSC)
		orl_check_add(c, ORL_CHECK_OK, "clock", NULL,
			      "tsc: an event reads the CPU's counter");
	else
		orl_check_add(
			c, ORL_CHECK_WARN, "clock",
			"boot with an invariant TSC (host CPU flags constant_tsc nonstop_tsc, "
			"clocksource=tsc)",
			"CLOCK_MONOTONIC: the kernel trusts %s, not tsc; an event costs more",
			source[0] ? source : "another clock");
}

static void check_rseq(struct orl_checks *c)
{
	int old;

	syscall(SYS_rseq, NULL, 0, 0, 0);
	old = errno;
	if (old == ENOSYS || old == EPERM || old == EACCES)
		orl_check_add(c, ORL_CHECK_WARN, "rseq",
			      "use a kernel with CONFIG_RSEQ, or allow rseq(2) in the sandbox",
			      "rseq(2): %s; threads lease rings instead, an event costs more",
			      strerror(old));
	else
		orl_check_add(c, ORL_CHECK_OK, "rseq", NULL,
			      "the kernel has restartable sequences");
}

static void check_membarrier(struct orl_checks *c)
{
	long has = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	if (has >= 0 && has & MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)
		orl_check_add(c, ORL_CHECK_OK, "membarrier", NULL,
			      "running threads can be made to see a patched site");
	else
		orl_check_add(
			c, ORL_CHECK_FAIL, "membarrier",
			"use a kernel with CONFIG_MEMBARRIER (4.16 or newer), or allow "
			"membarrier(2) in the sandbox",
			"no private expedited sync-core barrier (%s): sites cannot be patched "
			"while the program runs",
			has < 0 ? strerror(errno) : "not offered by this kernel");
}

/* Write one byte of a private executable page through /proc/self/mem. 0 or the errno. */
static int try_proc_mem(void *page)
{
	static const char ret_insn = (char)0xc3;
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return errno;
	if (pwrite(fd, &ret_insn, 1, (off_t)(uintptr_t)page) != 1)
		err = errno;
	close(fd);
	return err;
}

static void check_patching(struct orl_checks *c)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int by_mem, by_mprotect;

	if (page == MAP_FAILED) {
		orl_check_add(c, ORL_CHECK_WARN, "patching", NULL,
			      "cannot try it, no executable memory: %s", strerror(errno));
		return;
	}
	by_mem = try_proc_mem(page);
	by_mprotect = mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC) ? errno : 0;
	munmap(page, size);
	if (!by_mem)
		orl_check_add(c, ORL_CHECK_OK, "patching", NULL,
			      "sites can be written through /proc/self/mem%s%s",
			      by_mprotect ? "; mprotect is refused: " : ", and by mprotect",
			      by_mprotect ? strerror(by_mprotect) : "");
	else if (!by_mprotect)
		orl_check_add(c, ORL_CHECK_OK, "patching", NULL,
			      "sites can be written by mprotect; /proc/self/mem is refused: %s",
			      strerror(by_mem));
	else
		orl_check_add(
			c, ORL_CHECK_FAIL, "patching",
			"allow one of them: boot with proc_mem.force_override=always, or mount "
			"/proc, or let the sandbox permit mprotect(PROT_EXEC)",
			"sites cannot be written: /proc/self/mem: %s; mprotect: %s",
			strerror(by_mem), strerror(by_mprotect));
}

void orl_doctor_machine(struct orl_checks *c)
{
	check_clock(c);
	check_rseq(c);
	check_membarrier(c);
	check_patching(c);
}

static void check_directory(struct orl_checks *c, const char *dir)
{
	struct stat st;
	int fd = orl_domain_open_dir(dir);

	if (fd >= 0) {
		close(fd);
		orl_check_add(c, ORL_CHECK_OK, "domain", NULL, "%s: yours, closed to others", dir);
		return;
	}
	if (fd == -ENOENT) {
		orl_check_add(c, ORL_CHECK_OK, "domain", NULL,
			      "%s: not there yet, made when needed", dir);
		return;
	}
	if (lstat(dir, &st)) {
		orl_check_add(c, ORL_CHECK_FAIL, "domain", "make its parent accessible", "%s: %s",
			      dir, strerror(errno));
		return;
	}
	if (S_ISLNK(st.st_mode))
		orl_check_add(c, ORL_CHECK_FAIL, "domain",
			      "remove the link, or choose another with "
			      "ORIEL_DOMAIN",
			      "%s is a symbolic link; it is not followed", dir);
	else if (!S_ISDIR(st.st_mode))
		orl_check_add(c, ORL_CHECK_FAIL, "domain",
			      "remove it, or choose another with "
			      "ORIEL_DOMAIN",
			      "%s is not a directory", dir);
	else if (st.st_uid != geteuid())
		orl_check_add(c, ORL_CHECK_FAIL, "domain", "choose another with ORIEL_DOMAIN",
			      "%s belongs to uid %u, you are %u", dir, (unsigned int)st.st_uid,
			      (unsigned int)geteuid());
	else if (st.st_mode & 077)
		orl_check_add(c, ORL_CHECK_FAIL, "domain",
			      "chmod 700 it, after a look at what is in it",
			      "%s has mode %04o; others may enter it", dir,
			      (unsigned int)(st.st_mode & 07777));
	else
		orl_check_add(c, ORL_CHECK_FAIL, "domain", NULL, "%s: %s", dir, strerror(-fd));
}

/* The file system of the directory, or of the nearest parent that is there. */
static int stat_fs(const char *dir, char at[ORL_DOMAIN_DIR_MAX], struct statfs *fs)
{
	snprintf(at, ORL_DOMAIN_DIR_MAX, "%s", dir);
	while (statfs(at, fs)) {
		char *slash = strrchr(at, '/');

		if (errno != ENOENT || !slash || !at[1])
			return -errno;
		slash[slash == at] = '\0';
	}
	return 0;
}

static void check_room(struct orl_checks *c, const char *dir)
{
	char at[ORL_DOMAIN_DIR_MAX], need_text[24], free_text[24], size_text[24], ring[600];
	struct statfs fs;
	uint64_t need, room;
	int ret = stat_fs(dir, at, &fs);

	if (ret) {
		orl_check_add(c, ORL_CHECK_FAIL, "room", NULL, "%s: %s", at, strerror(-ret));
		return;
	}
	need = domain_need(dir);
	room = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize;
	orl_cli_bytes(need_text, need);
	orl_cli_bytes(free_text, room);
	orl_cli_bytes(size_text, (uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize);
	snprintf(ring, sizeof(ring), "%s/%s", dir, ORL_RING_NAME);
	if (access(ring, F_OK) && room < need)
		orl_check_add(
			c, ORL_CHECK_FAIL, "room",
			"free some (oriel gc), enlarge it (mount -o remount,size=), or choose "
			"another place with ORIEL_DOMAIN",
			"%s has %s free of %s; rings need %s", at, free_text, size_text, need_text);
	else if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC)
		orl_check_add(c, ORL_CHECK_WARN, "room",
			      "choose a place on tmpfs, such as /dev/shm",
			      "%s is not in memory; its file system will write the rings out", at);
	else
		orl_check_add(c, ORL_CHECK_OK, "room", NULL, "%s has %s free of %s", at, free_text,
			      size_text);
}

void orl_doctor_domain(struct orl_checks *c, const char *dir)
{
	check_directory(c, dir);
	check_room(c, dir);
}
