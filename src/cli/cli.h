/* SPDX-License-Identifier: MIT */
/*
 * What the commands of oriel share.
 *
 * A command is one file and one entry of the table in main.c. Options mean the same in every
 * command that has them, so they are parsed in one place into one struct orl_args; a command only
 * says which it takes.
 *
 * Data goes to standard output, everything said to a person to standard error.
 */
#ifndef ORL_CLI_CLI_H
#define ORL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "decode/text.h"

/* Exit statuses; oriel --help and oriel(1) list them. */
enum orl_exit {
	ORL_EXIT_OK = 0,
	ORL_EXIT_FAILURE = 1,
	ORL_EXIT_USAGE = 2,
	ORL_EXIT_NO_MATCH = 3,
	ORL_EXIT_DENIED = 4,
	ORL_EXIT_DAMAGED = 5,
	ORL_EXIT_UNREACHED = 6,
	ORL_EXIT_SIGNAL = 128, /* plus the signal's number: 130 after Ctrl-C */
};

#define ORL_CLI_PATTERNS 64U /* that one command line may name */
/* "version" in JSON documents; goes up when a field changes its meaning. */
#define ORL_CLI_JSON_VERSION 1U

struct orl_args {
	/* understood by every command */
	const char *domain; /* --domain, or NULL */
	bool quiet;
	bool help;
	/* those that take it */
	bool json;
	bool verbose;
	bool future;
	bool dry_run;
	bool force;
	bool foreground;
	bool details;
	bool append;
	bool list;
	pid_t pid; /* 0: not given */
	const char *output;
	const char *preload;
	double duration;		      /* seconds, 0: not given */
	uint64_t max_size;		      /* bytes, 0: not given */
	const char *events[ORL_CLI_PATTERNS]; /* each -e */
	unsigned int nr_events;
	char **rest; /* what is no option, NULL at the end */
	int nr_rest;
	bool dashes; /* rest began behind "--" */
};

struct orl_command {
	const char *name;
	const char *summary;	/* of one line, for oriel --help */
	const char *usage;	/* all that may follow the name; as the man page's SYNOPSIS */
	const char *options;	/* keys of those it takes, see options.c */
	int min_rest, max_rest; /* arguments that are no options; max -1: any number */
	int (*run)(const struct orl_args *args);
};

int orl_cmd_list(const struct orl_args *args);
int orl_cmd_enable(const struct orl_args *args);
int orl_cmd_disable(const struct orl_args *args);
int orl_cmd_dyndbg(const struct orl_args *args);
int orl_cmd_trace(const struct orl_args *args);
int orl_cmd_follow(const struct orl_args *args);
int orl_cmd_clear(const struct orl_args *args);
int orl_cmd_record(const struct orl_args *args);
int orl_cmd_report(const struct orl_args *args);
int orl_cmd_doctor(const struct orl_args *args);
int orl_cmd_gc(const struct orl_args *args);
int orl_cmd_mount(const struct orl_args *args);
int orl_cmd_umount(const struct orl_args *args);
int orl_cmd_exec(const struct orl_args *args);
int orl_cmd_ls(const struct orl_args *args);
int orl_cmd_cat(const struct orl_args *args);
int orl_cmd_write(const struct orl_args *args);
int orl_cmd_tree(const struct orl_args *args);

/* ---- options.c ---- */

/**
 * orl_cli_parse() - read a command's arguments
 * @args: filled in, and what was there kept: the options before the command went there first
 * @cmd:  NULL for the options before the command; parsing then ends at the first word that is none
 * @argv: argc words, NULL behind them; args->rest points into it
 *
 * Return: 0, or ORL_EXIT_USAGE after a message.
 */
int orl_cli_parse(struct orl_args *args, const struct orl_command *cmd, int argc, char **argv);

/** orl_cli_print_options() - describe the options that a command takes (NULL: those of all) */
void orl_cli_print_options(FILE *out, const struct orl_command *cmd);

/* ---- message.c ---- */

/** orl_cli_setup() - what the message functions have to know */
void orl_cli_setup(bool quiet);

/** orl_cli_error() - one line "oriel: ..." on standard error; control characters are escaped */
void orl_cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** orl_cli_note() - the same for what is no failure; silent under -q */
void orl_cli_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** orl_cli_status() - the exit status that fits an errno (either sign) */
int orl_cli_status(int error);

/**
 * orl_cli_flush() - end standard output; @status, or ORL_EXIT_FAILURE after a message if it could
 * not be written
 */
int orl_cli_flush(int status);

/**
 * orl_cli_escape() - @s as it is safe on a terminal: printable, one line; cut to @size with its
 * NUL. Returns @buf.
 */
const char *orl_cli_escape(char *buf, size_t size, const char *s);

/**
 * orl_cli_put() - append a text to standard output and empty it; 0, -ENOMEM if it had failed, or
 * -errno
 */
int orl_cli_put(struct orl_text *text);

/**
 * orl_cli_is_terminal() - may standard error get a line that is redrawn? (a terminal, and not
 * TERM=dumb)
 */
bool orl_cli_is_terminal(void);

/** orl_cli_bytes() - "1.5 MiB"; returns @buf */
const char *orl_cli_bytes(char buf[24], uint64_t bytes);

/* ---- suggest.c ---- */

#define ORL_CLI_NEAR 3 /* names in a message */

/* Collects the names nearest to a word, best first. */
struct orl_near {
	const char *wanted;
	unsigned int nr;
	unsigned int distance[ORL_CLI_NEAR];
	char name[ORL_CLI_NEAR][128];
};

void orl_near_init(struct orl_near *n, const char *wanted);
void orl_near_offer(struct orl_near *n, const char *name);
/** orl_near_event() - offer system:name; only the half that the pattern names is compared */
void orl_near_event(struct orl_near *n, const char *system, const char *name);
/** orl_near_text() - "near: a, b" with @intro before it, "" if nothing is near; returns @buf */
const char *orl_near_text(const struct orl_near *n, const char *intro, char *buf, size_t size);

/* ---- json.c ---- */

/* A JSON writer that sets the commas; all zero to begin with. Strings may hold any bytes. */
struct orl_json {
	struct orl_text text;
	bool comma;
};

void orl_json_open(struct orl_json *j, const char *key, char bracket);
void orl_json_close(struct orl_json *j, char bracket);
void orl_json_str(struct orl_json *j, const char *key, const char *value); /* NULL: null */
void orl_json_u64(struct orl_json *j, const char *key, uint64_t value);
void orl_json_s64(struct orl_json *j, const char *key, int64_t value);
void orl_json_bool(struct orl_json *j, const char *key, bool value);
void orl_json_f(struct orl_json *j, const char *key, double value);
/** orl_json_end() - print what was written, and a newline; 0 or -errno */
int orl_json_end(struct orl_json *j);

#endif /* ORL_CLI_CLI_H */
