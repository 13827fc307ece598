// SPDX-License-Identifier: MIT
/*
 * Bringing the text of every registered object in line with its keys.
 *
 * One pass finds the sites whose instruction is not what their key asks for; the phases of
 * arch/.../site.h then run over them, thousands of sites sharing each barrier. The text itself
 * records progress, so a pass that was cut short, by fork in another thread, is completed by the
 * next one.
 *
 * Two ways to write: through /proc/self/mem, which works where memory may never be both writable
 * and executable; or a temporary mprotect() of the page. The first that works is kept, and shown by
 * `oriel doctor`. A site that holds neither of the instructions it should is left alone and
 * reported.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/runtime.h"

#if ORL_SITE_PHASES == 0

/* Here sites load their key and branch: there is no text to write. */
void orl_sites_sync_locked(void)
{
}

#else

static int patch_reason; /* errno for which sites are not written through /proc/self/mem */

struct writer {
	int fd; /* /proc/self/mem, -errno of opening it, or -ENXIO when it is not wanted */
	int error;			/* the last site that could not be written */
	long page;
	uintptr_t writable, writable_end; /* pages that are so for now; none when both are equal */
	unsigned int phase;
	bool finishing;			/* phases after the first touch bridges only */
};

/* Every other thread sees text that was written before, or nothing executes it yet. */
static int sync_core(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) ||
	    syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0))
		return -errno;
	return 0;
}

/* More than one byte is written of a bridge only: any mixture of old and new runs the same. */
static int write_proc_mem(struct writer *w, const uint8_t *at, const uint8_t *bytes, unsigned int n)
{
	/* pwrite() itself is a cancellation point: a thread that ends here would keep the lock */
	if (syscall(SYS_pwrite64, w->fd, bytes, (long)n, (off_t)(uintptr_t)at) != (long)n)
		return errno ? -errno : -EIO;
	return 0;
}

static int protect(struct writer *w)
{
	size_t len = w->writable_end - w->writable;
	void *at = (void *)w->writable;

	w->writable_end = w->writable;
	return len && mprotect(at, len, PROT_READ | PROT_EXEC) ? -errno : 0;
}

/*
 * Sites come in the order of the text: those of a page share its two changes of protection, and so
 * do the phases where there is one page only. Each change interrupts every CPU that runs a thread.
 */
static int unprotect(struct writer *w, uintptr_t at, unsigned int n)
{
	uintptr_t page = (uintptr_t)w->page;
	int err;

	if (at >= w->writable && at + n <= w->writable_end)
		return 0;
	err = protect(w);
	if (err)
		return err;
	w->writable = at & ~(page - 1);
	w->writable_end = (at + n + page - 1) & ~(page - 1);
	if (!mprotect((void *)w->writable, w->writable_end - w->writable,
		      PROT_READ | PROT_WRITE | PROT_EXEC))
		return 0;
	w->writable_end = w->writable;
	return -errno;
}

/* The thread sanitizer keeps no shadow for text that could be written. */
__attribute__((no_sanitize("thread")))
static int write_mprotect(struct writer *w, const uint8_t *at, const uint8_t *bytes, unsigned int n)
{
	int err = unprotect(w, (uintptr_t)at, n);

	for (unsigned int i = 0; !err && i < n; i++)
		*(volatile uint8_t *)(uintptr_t)(at + i) = bytes[i];
	return err;
}

static int write_text(struct writer *w, const uint8_t *at, const uint8_t *bytes, unsigned int n)
{
	int err;

	if (w->fd < 0 && w->fd != -ENXIO)
		patch_reason = -w->fd;
	if (w->fd >= 0) {
		err = write_proc_mem(w, at, bytes, n);
		if (!err) {
			orl_rt.patch = ORL_PATCH_PROC_MEM;
			return 0;
		}
		if (orl_rt.patch == ORL_PATCH_PROC_MEM)
			return err;
		patch_reason = -err;
	}
	err = write_mprotect(w, at, bytes, n);
	if (!err)
		orl_rt.patch = ORL_PATCH_MPROTECT;
	return err;
}

static const uint8_t *site_code(const struct oriel_site *site)
{
	return (const uint8_t *)&site->code + site->code;
}

/* Does its key ask for the jump? */
static bool site_wants_jmp(const struct oriel_site *site)
{
	const void *at = (const char *)&site->key + site->key;
	const struct static_key *key = *(struct static_key *const *)at;

	return (orl_load(&key->enabled) > 0) != (site->likely != 0);
}

static void site_phase(struct writer *w, const struct oriel_site *site)
{
	const uint8_t *code = site_code(site);
	const uint8_t *target = (const uint8_t *)&site->target + site->target;
	bool jmp = site_wants_jmp(site);
	enum orl_site_state state = orl_arch_site_state(code);
	uint8_t bytes[ORL_SITE_LEN];
	unsigned int off, n;
	int err;

	if (state == ORL_SITE_UNKNOWN) {
		w->error = EILSEQ;
		return;
	}
	if (w->phase ? state != ORL_SITE_BRIDGE : state == (jmp ? ORL_SITE_JMP : ORL_SITE_NOP))
		return;
	w->finishing = true;
	n = orl_arch_site_write(code, target, jmp, w->phase, &off, bytes);
	if (!n)
		return; /* an earlier phase could not write: a bridge it stays */
	err = write_text(w, code + off, bytes, n);
	if (err)
		w->error = -err;
	else if (orl_rt.valgrind)
		orl_arch_valgrind(0x1002, (uint64_t)(uintptr_t)code, ORL_SITE_LEN);
}

static void sites_phase(struct writer *w)
{
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (const struct oriel_site *site = dso->sites_start; site < dso->sites_end;
		     site++)
			site_phase(w, site);
	}
}

/* Is there anything to write? A look without a system call. */
static bool sites_differ(void)
{
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (const struct oriel_site *site = dso->sites_start; site < dso->sites_end;
		     site++) {
			if (orl_arch_site_state(site_code(site)) !=
			    (site_wants_jmp(site) ? ORL_SITE_JMP : ORL_SITE_NOP))
				return true;
		}
	}
	return false;
}

static void report(int error)
{
	struct orl_proc *proc = orl_rt.proc;
	uint32_t flags;

	if (!proc)
		return;
	flags = proc->flags &
		~(ORL_PROC_PATCH_PROC_MEM | ORL_PROC_PATCH_MPROTECT | ORL_PROC_PATCH_NONE);
	if (error && orl_rt.patch == ORL_PATCH_AUTO)
		flags |= ORL_PROC_PATCH_NONE;
	else if (orl_rt.patch == ORL_PATCH_MPROTECT)
		flags |= ORL_PROC_PATCH_MPROTECT;
	else if (orl_rt.patch == ORL_PATCH_PROC_MEM)
		flags |= ORL_PROC_PATCH_PROC_MEM;
	proc->flags = flags;
	proc->patch_error = error;
	proc->patch_reason = patch_reason;
}

static int open_proc_mem(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR | O_CLOEXEC, 0);

	return fd < 0 ? -errno : (int)fd;
}

void orl_sites_sync_locked(void)
{
	struct writer w = { .fd = -ENXIO, .page = sysconf(_SC_PAGESIZE) };
	int err;

	if (!sites_differ())
		return;
	err = orl_rt.valgrind ? 0 : sync_core();
	if (err) {
		report(-err);
		return;
	}
	if (orl_rt.patch != ORL_PATCH_MPROTECT)
		w.fd = open_proc_mem();
	for (w.phase = 0; w.phase < ORL_SITE_PHASES; w.phase++) {
		sites_phase(&w);
		if (!orl_rt.valgrind)
			sync_core();
		if (!w.finishing)
			break;
	}
	err = protect(&w);
	if (err)
		w.error = -err;
	if (w.fd >= 0)
		syscall(SYS_close, w.fd);
	report(w.error);
}

#endif
