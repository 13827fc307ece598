/* SPDX-License-Identifier: MIT */
/*
 * The checks of oriel doctor: a list of findings that any of its parts adds to.
 */
#ifndef ORL_CLI_DOCTOR_H
#define ORL_CLI_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum orl_level { ORL_CHECK_OK, ORL_CHECK_WARN, ORL_CHECK_FAIL };

struct orl_check {
	enum orl_level level;
	pid_t pid; /* 0: about the machine or the domain */
	char name[20];
	char detail[400]; /* what was found */
	char fix[200];	  /* what can be done, "" if nothing has to be */
};

struct orl_checks {
	struct orl_check *check;
	unsigned int nr, cap;
	bool failed; /* no memory for a finding */
	pid_t pid;   /* of the findings to come */
};

/** orl_check_add() - add a finding; @fix may be NULL; the detail is a printf format */
void orl_check_add(struct orl_checks *c, enum orl_level level, const char *name, const char *fix,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/** orl_doctor_machine() - what Oriel needs of the kernel, the C library and the CPU */
void orl_doctor_machine(struct orl_checks *c);

/** orl_doctor_domain() - the domain's directory and the room in its file system */
void orl_doctor_domain(struct orl_checks *c, const char *dir);

/** orl_doctor_mount() - can the tree be mounted? */
void orl_doctor_mount(struct orl_checks *c);

#endif /* ORL_CLI_DOCTOR_H */
