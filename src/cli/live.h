/* SPDX-License-Identifier: MIT */
/*
 * What it takes to print the records of a live domain: formats of events and names of threads,
 * both of which grow while we read.
 */
#ifndef ORL_CLI_LIVE_H
#define ORL_CLI_LIVE_H

#include "cli/cli.h"
#include "cli/sink.h"
#include "reader/events.h"
#include "reader/session.h"

#define ORL_LIVE_TIDS (1U << 22) /* the largest pid_max */
#define ORL_LIVE_IDS 65536U	 /* of common_type */

struct orl_live {
	struct orl_session *session; /* not owned */
	struct orl_formats *formats;
	struct orl_comms *comms;
	struct orl_print_texts *prints;
	uint8_t id_known[ORL_LIVE_IDS / 8]; /* looked up, with or without success */
	uint8_t tid_known[ORL_LIVE_TIDS / 8];
	uint64_t named_ns; /* when threads were looked up last */
};

/** orl_live_create() - 0 or -ENOMEM; @s must outlive it */
int orl_live_create(struct orl_live **out, struct orl_session *s);
void orl_live_destroy(struct orl_live *l);

/**
 * orl_live_run() - open the command's domain, do something with it, and close it
 * @flags: ORL_SESSION_*
 *
 * Return: what @what returned, or an exit status after saying what went wrong.
 */
int orl_live_run(const struct orl_args *args, unsigned int flags,
		 int (*what)(struct orl_live *live, const struct orl_args *args));

/** orl_live_see() - look up what a record needs to be printed; 0 or -ENOMEM */
int orl_live_see(struct orl_live *l, const struct orl_record *rec);

/** orl_live_rename() - take up new names of threads, once a second at most */
void orl_live_rename(struct orl_live *l);

/** orl_live_is_registered() - has the registry an entry for this id? */
bool orl_live_is_registered(const struct orl_session *s, unsigned int id);


#endif /* ORL_CLI_LIVE_H */
