// SPDX-License-Identifier: MIT
/*
 * Function names for the keys of a hist. A key holds an address and seldom says of which process:
 * then all of the domain's are asked, the living first. Where programs are loaded at places of
 * their own choice, one at most has something there.
 */
#include "reader/tasks.h"
#include "symbols/symbols.h"
#include "tree/hooks.h"

static void add_pid(struct orl_names *n, int32_t pid)
{
	for (uint32_t i = 0; i < n->nr; i++)
		if (n->pid[i] == pid)
			return;
	if (pid > 0 && n->nr < ORL_NAMES_PROCS)
		n->pid[n->nr++] = pid;
}

static bool add_task(const struct orl_task_name *task, void *arg)
{
	add_pid(arg, task->pid);
	return true;
}

static bool begin(struct orl_names *n)
{
	const struct orl_proc *procs = orl_ctl_procs(n->s->domain.ctl);

	if (n->symbols)
		return true;
	if (orl_symbols_create(&n->symbols, n->s->domain.dir))
		return false;
	for (uint32_t i = 0; i < ORL_NR_PROCS; i++)
		add_pid(n, (int32_t)__atomic_load_n(&procs[i].pid, __ATOMIC_RELAXED));
	orl_tasks_foreach(n->s, add_task, n);
	return true;
}

struct owner {
	int32_t tid, pid;
};

static bool is_owner(const struct orl_task_name *task, void *arg)
{
	struct owner *o = arg;

	if (task->tid == o->tid)
		o->pid = task->pid;
	return !o->pid;
}

static bool find(struct orl_names *n, uint64_t addr, int32_t tid, struct orl_symbol *sym)
{
	struct owner owner = { .tid = tid };

	if (tid) {
		orl_tasks_foreach(n->s, is_owner, &owner);
		return orl_symbols_find(n->symbols, owner.pid ? owner.pid : tid, addr, sym);
	}
	for (uint32_t i = 0; i < n->nr; i++)
		if (orl_symbols_find(n->symbols, n->pid[i], addr, sym) && sym->name)
			return true;
	return false;
}

bool orl_names_symbol(void *arg, uint64_t addr, int32_t tid, struct orl_text *out)
{
	struct orl_names *n = arg;
	struct orl_symbol sym;

	if (!begin(n) || !find(n, addr, tid, &sym) || !sym.name)
		return false;
	orl_text_escape(out, sym.name, strlen(sym.name));
	orl_text_printf(out, "+0x%llx", (unsigned long long)sym.off);
	if (sym.size)
		orl_text_printf(out, "/0x%llx", (unsigned long long)sym.size);
	return true;
}

uint64_t orl_names_ns(void *arg, uint64_t ticks)
{
	const struct orl_names *n = arg;

	return orl_session_ns(n->s, ticks);
}

void orl_names_fini(struct orl_names *n)
{
	orl_symbols_destroy(n->symbols);
}
