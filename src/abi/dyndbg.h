/* SPDX-License-Identifier: MIT */
/*
 * Dynamic debug: which lines of which processes print.
 *
 *   "dyndbg"        the queries that tools wrote, in order; made when the first tool asks. Written
 *                   under the control file's lock to the copy that gen does not select, then gen
 *                   moves on, then orl_ctl.dyndbg and orl_ctl.gen, then the nudge.
 *   "sites.SLOT"    of the process in that place of the process table: its print sites and their
 *                   flags now. Made by the process when orl_ctl.dyndbg is not 0, and again
 *                   when an object came or went; flags are stored in place. It counts when pid and
 *                   image are those of the process's entry in the table.
 *
 * A process applies each query once, in the order of their numbers; to objects that are loaded
 * later it applies all that are kept. A query whose effect newer ones of the same words undo in
 * full is dropped from the list, and so are those for processes that are dead.
 */
#ifndef ORL_ABI_DYNDBG_H
#define ORL_ABI_DYNDBG_H

#include <stddef.h>
#include <stdint.h>

#define ORL_DYNDBG_MAGIC 0x316764794c524fULL /* "ORLydg1" */
#define ORL_SITES_MAGIC 0x317469734c524fULL  /* "ORLsit1" */
#define ORL_DYNDBG_VERSION 1U
#define ORL_DYNDBG_NAME "dyndbg"
#define ORL_SITES_NAME "sites"		/* with ".SLOT" behind it */
#define ORL_NR_QUERIES 256U

/* Flags of a site; the bits are the kernel's _DPRINTK_FLAGS_*. */
#define ORL_SITE_PRINT 1U		/* p */
#define ORL_SITE_MODULE 2U		/* m */
#define ORL_SITE_FUNCTION 4U		/* f */
#define ORL_SITE_LINE 8U		/* l */
#define ORL_SITE_TID 16U		/* t */
#define ORL_SITE_SOURCE 32U		/* s */
#define ORL_SITE_FLAGS 63U

enum { ORL_QUERY_FILE, ORL_QUERY_FUNC, ORL_QUERY_MODULE, ORL_QUERY_FORMAT, ORL_QUERY_CLASS,
       ORL_QUERY_NR_WORDS };

/* One query, parsed (domain/query.h): flags = (flags & ~clear) | set at every site that matches. */
struct orl_query {
	uint64_t seq;			/* rises; 0: not in the list */
	int32_t pid;			/* 0: every process */
	uint32_t set, clear;		/* ORL_SITE_* */
	uint32_t first_line, last_line;	/* 0, 0: any */
	uint32_t given;			/* bit per word that the query has */
	uint64_t image;			/* of the process */
	uint16_t word[ORL_QUERY_NR_WORDS]; /* where in text each begins */
	uint16_t len;			/* of text that is used */
	uint32_t pad;
	char text[1024 - 56];		/* words, each with its NUL */
};

struct orl_queries {
	uint32_t nr;
	uint32_t pad[15];
	struct orl_query query[ORL_NR_QUERIES];
};

struct orl_dyndbg {
	uint64_t magic;
	uint32_t version;
	uint32_t size;			/* of the whole file */
	uint32_t gen;			/* list[gen & 1] counts */
	uint32_t pad;
	uint64_t seq;			/* the last number given */
	uint64_t reserved[508];
	struct orl_queries list[2];
};

struct orl_site {
	uint32_t print;			/* number in the registry, or ORL_NO_PRINT */
	uint32_t flags;			/* ORL_SITE_* */
};
#define ORL_NO_PRINT UINT32_MAX		/* the registry had no room */

struct orl_sites {
	uint64_t magic;
	uint32_t version;
	uint32_t pid;
	uint64_t image;
	uint64_t copy;			/* which copy of the library in the process */
	uint64_t seq;			/* queries up to this one are applied */
	uint32_t nr;
	uint32_t pad[5];
	struct orl_site site[];
};

_Static_assert(sizeof(struct orl_query) == 1024, "abi");
_Static_assert(sizeof(struct orl_sites) == 64, "abi");
_Static_assert(offsetof(struct orl_dyndbg, list) % 4096 == 0, "abi");

#endif
