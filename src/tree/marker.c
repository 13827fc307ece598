// SPDX-License-Identifier: MIT
/*
 * trace_marker and trace_marker_raw: records in the name of who writes, in the ring of the CPU that
 * the writer last ran on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "decode/ftrace.h"
#include "marker/marker.h"
#include "reader/proc.h"
#include "tree/out.h"

#define PRINT_HEAD 16U			/* common fields, ip */
#define RAW_HEAD 8U			/* common fields; the id is the first of what is written */
#define MARKER_MAX 4096U
#define FIELD_PROCESSOR 39		/* of /proc/TID/stat */

/* -1 when it is not known */
static int cpu_of(int32_t tid)
{
	char path[32], stat[1024], *p;
	int field = 2;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	if (orl_proc_read(path, stat, sizeof(stat)) <= 0)
		return -1;
	/* the name, field 2, may hold anything; it ends at the last ')' */
	p = strrchr(stat, ')');
	while (p && field < FIELD_PROCESSOR) {
		p = strchr(p + 1, ' ');
		field++;
	}
	return p ? atoi(p + 1) : -1;
}

/* What must hold for any record: 0, or the kernel's error for who writes all the same. */
static int check(struct orl_file *f)
{
	const struct orl_set *set = f->session->set;

	if (!(__atomic_load_n(&set->options, __ATOMIC_RELAXED) & ORL_OPT_MARKERS))
		return orl_file_fail(f, -EINVAL, "the option markers is off");
	if (!__atomic_load_n(&set->tracing_on, __ATOMIC_RELAXED))
		return orl_file_fail(f, -EBADF, "tracing_on is 0");
	return 0;
}

static uint32_t max_len(const struct orl_file *f)
{
	uint32_t size = f->session->page_size ? f->session->page_size :
						__atomic_load_n(&f->session->set->page_size,
								__ATOMIC_RELAXED);

	if (size < ORL_PAGE_MIN || size > ORL_PAGE_MAX)
		size = ORL_PAGE_MIN;
	return orl_record_max(size);
}

static int append(struct orl_file *f, uint16_t id, const void *rec, uint32_t len)
{
	int32_t tid = f->caller.tid;
	int cpu = tid ? cpu_of(tid) : -1;
	int rc;

	if (!tid)
		tid = (int32_t)syscall(SYS_gettid);
	rc = orl_marker_write(f->session, tid, cpu, id, rec, len);
	return rc < 0 ? orl_file_fail_session(f, rc) : 0;
}

ssize_t orl_marker_file_write(struct orl_file *f, const void *buf, size_t size)
{
	uint64_t rec[(PRINT_HEAD + MARKER_MAX + 2 + 7) / 8];
	char *text = (char *)rec + PRINT_HEAD;
	uint32_t max = max_len(f) - PRINT_HEAD - 2, len;
	int rc = check(f);

	if (rc || !size)
		return rc;
	len = max < MARKER_MAX ? max : MARKER_MAX;
	if (size < len)
		len = (uint32_t)size;
	memset(rec, 0, PRINT_HEAD);
	rec[1] = ORL_FTRACE_MARKER_IP;
	memcpy(text, buf, len);
	memset(text + len, 0, sizeof(rec) - PRINT_HEAD - len);
	if (text[len - 1] != '\n')
		text[len] = '\n';
	/* room for a newline and the end, also where the text brought its newline along */
	rc = append(f, ORL_FTRACE_PRINT, rec, (PRINT_HEAD + len + 2 + 3) & ~3U);
	return rc ? rc : (ssize_t)len;
}

ssize_t orl_marker_file_write_raw(struct orl_file *f, const void *buf, size_t size)
{
	uint64_t rec[(ORL_PAGE_MAX + 7) / 8];
	uint32_t len;
	int rc = check(f);

	if (rc)
		return rc;
	if (size < sizeof(uint32_t))
		return orl_file_fail(f, -EINVAL, "a raw record begins with an id of 4 bytes");
	if (size > max_len(f) - RAW_HEAD)
		return orl_file_fail(f, -EINVAL, "a raw record has at most %u bytes",
				     max_len(f) - RAW_HEAD);
	len = (RAW_HEAD + (uint32_t)size + 3) & ~3U;
	memset(rec, 0, RAW_HEAD);
	memcpy((char *)rec + RAW_HEAD, buf, size);
	memset((char *)rec + RAW_HEAD + size, 0, len - RAW_HEAD - (uint32_t)size);
	rc = append(f, ORL_FTRACE_RAW_DATA, rec, len);
	return rc ? rc : (ssize_t)size;
}
