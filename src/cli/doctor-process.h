/* SPDX-License-Identifier: MIT */
/*
 * oriel doctor: the rings and the processes of a domain.
 */
#ifndef ORL_CLI_DOCTOR_PROCESS_H
#define ORL_CLI_DOCTOR_PROCESS_H

#include "cli/doctor.h"
#include "reader/session.h"

/** orl_doctor_rings() - registry and rings */
void orl_doctor_rings(struct orl_checks *c, const struct orl_session *s);

/** orl_doctor_processes() - the domain's processes; @pid: only this one, 0: all */
void orl_doctor_processes(struct orl_checks *c, struct orl_session *s, pid_t pid);

/** orl_doctor_stranger() - why a process is not in the domain; @s: NULL if there is none */
void orl_doctor_stranger(struct orl_checks *c, const struct orl_session *s, pid_t pid);

/** orl_doctor_lines() - dynamic debug: what can be switched, and what is damaged or full */
void orl_doctor_lines(struct orl_checks *c, struct orl_session *s);

#endif /* ORL_CLI_DOCTOR_PROCESS_H */
