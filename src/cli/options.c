// SPDX-License-Identifier: MIT
/*
 * Options: one table for the whole program, so that a letter means one thing everywhere (but -f,
 * which is --future in enable and, as in other programs that mount, --foreground in mount).
 *
 * An option is known by its key: its letter, or a letter that only the table uses where it has
 * none. The key's place in struct orl_args and its type stand beside it; parsing is a walk over
 * the table.
 */
#include "cli/cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, TEXT, EVENT, PID, SECONDS, SIZE };

static const struct option {
	char key;
	char letter; /* 0: none */
	const char *name;
	const char *value; /* what the help calls its value; NULL: it takes none */
	enum kind kind;
	size_t off; /* in struct orl_args */
	const char *help;
} options[] = {
#define AT(member) offsetof(struct orl_args, member)
	{ 'e', 'e', "event", "PATTERN", EVENT, 0, "record the events that match; may be repeated" },
	{ 'f', 'f', "future", NULL, FLAG, AT(future), "also for what no program has yet" },
	{ 'p', 'p', "pid", "PID", PID, AT(pid), "only process PID" },
	{ 'o', 'o', "output", "FILE", TEXT, AT(output), "write to FILE instead of trace.dat" },
	{ 'l', 0, "preload", "NAME", TEXT, AT(preload), "load liboriel-NAME.so into PROG: malloc" },
	{ 'd', 0, "duration", "S", SECONDS, AT(duration), "stop after S seconds" },
	{ 'm', 0, "max-size", "N", SIZE, AT(max_size), "stop when the file has N bytes; K, M, G" },
	{ 'n', 'n', "dry-run", NULL, FLAG, AT(dry_run), "only say what would be done" },
	{ 'F', 0, "force", NULL, FLAG, AT(force), "also domains whose rules are not empty" },
	{ 'G', 'f', "foreground", NULL, FLAG, AT(foreground), "stay, until interrupted" },
	{ 'L', 'l', "long", NULL, FLAG, AT(details), "with mode, size and time" },
	{ 'T', 0, "list", NULL, FLAG, AT(list), "print what there is" },
	{ 'A', 'a', "append", NULL, FLAG, AT(append), "as >> does: do not empty the file first" },
	{ 'v', 'v', "verbose", NULL, FLAG, AT(verbose), "say more" },
	{ 'j', 0, "json", NULL, FLAG, AT(json), "print JSON" },
	{ 'D', 0, "domain", "NAME", TEXT, AT(domain), "work on this domain: a name or a path" },
	{ 'q', 'q', "quiet", NULL, FLAG, AT(quiet), "say only what is data or an error" },
	{ 'h', 'h', "help", NULL, FLAG, AT(help), "explain" },
#undef AT
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))

/* The keys that every command takes. */
static const char common[] = "Dqh";

static bool is_taken(const struct orl_command *cmd, char key)
{
	return strchr(common, key) || (cmd && strchr(cmd->options, key));
}

static const char *where(const struct orl_command *cmd)
{
	return cmd ? cmd->name : "";
}

static int parse_size(const char *text, uint64_t *out)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	unsigned int shift = 0;
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || end == text || text[0] < '0' || text[0] > '9')
		return -EINVAL;
	if (*end) {
		suffix = strchr(suffixes, *end & ~0x20);
		if (!suffix || end[1])
			return -EINVAL;
		shift = 10 * (unsigned int)(suffix - suffixes + 1);
	}
	if (!n || n > UINT64_MAX >> shift)
		return -EINVAL;
	*out = n << shift;
	return 0;
}

static int parse_seconds(const char *text, double *out)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end || !isfinite(s) || s <= 0 || s > 1e9)
		return -EINVAL;
	*out = s;
	return 0;
}

static int parse_pid(const char *text, pid_t *out)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n <= 0 || n > INT32_MAX)
		return -EINVAL;
	*out = (pid_t)n;
	return 0;
}

static int set(struct orl_args *args, const struct option *opt, const char *value)
{
	void *at = (char *)args + opt->off;

	switch (opt->kind) {
	case FLAG:
		*(bool *)at = true;
		return 0;
	case TEXT:
		*(const char **)at = value;
		return 0;
	case EVENT:
		if (args->nr_events == ORL_CLI_PATTERNS)
			return -E2BIG;
		args->events[args->nr_events++] = value;
		return 0;
	case PID:
		return parse_pid(value, at);
	case SECONDS:
		return parse_seconds(value, at);
	case SIZE:
		return parse_size(value, at);
	}
	return -EINVAL;
}

static int apply(struct orl_args *args, const struct orl_command *cmd, const struct option *opt,
		 const char *value)
{
	static const char *const wanted[] = {
		[PID] = "a process id",
		[SECONDS] = "a number of seconds above 0",
		[SIZE] = "a number of bytes, such as 4096, 64M or 2G",
	};
	int ret = set(args, opt, value);

	if (ret == -E2BIG)
		orl_cli_error("%s: more than %u times -e; use globs", where(cmd), ORL_CLI_PATTERNS);
	else if (ret)
		orl_cli_error("%s: --%s wants %s, not '%s'", where(cmd), opt->name,
			      wanted[opt->kind], value);
	return ret ? ORL_EXIT_USAGE : 0;
}

static int refuse(const struct orl_command *cmd, const char *word)
{
	if (cmd)
		orl_cli_error("%s: no option '%s'%s; usage: oriel %s %s", cmd->name, word,
			      word[1] == '-' ? "" : " (text that begins with '-' goes after --)",
			      cmd->name, cmd->usage);
	else
		orl_cli_error("no option '%s' before the command; see oriel --help", word);
	return ORL_EXIT_USAGE;
}

static int refuse_without_value(const struct orl_command *cmd, const struct option *opt,
				const char *word)
{
	orl_cli_error("%s%s'%s' wants a value, %s%s", where(cmd), cmd ? ": " : "", word, opt->value,
		      cmd ? " (text that begins with '-' goes after --)" : "");
	return ORL_EXIT_USAGE;
}

/* "--name", "--name=value"; moves *i on over a value in the next word. */
static int parse_long(struct orl_args *args, const struct orl_command *cmd, int argc, char **argv,
		      int *i)
{
	const char *word = argv[*i] + 2;
	size_t len = strcspn(word, "=");

	for (size_t k = 0; k < NR_OPTIONS; k++) {
		const struct option *opt = &options[k];

		if (strlen(opt->name) != len || memcmp(opt->name, word, len) ||
		    !is_taken(cmd, opt->key))
			continue;
		if (!opt->value && word[len]) {
			orl_cli_error("%s: --%s takes no value", where(cmd), opt->name);
			return ORL_EXIT_USAGE;
		}
		if (!opt->value)
			return apply(args, cmd, opt, NULL);
		if (word[len])
			return apply(args, cmd, opt, word + len + 1);
		if (*i + 1 == argc)
			return refuse_without_value(cmd, opt, argv[*i]);
		return apply(args, cmd, opt, argv[++*i]);
	}
	return refuse(cmd, argv[*i]);
}

/* "-v", "-vn", "-pPID", "-p PID" */
static int parse_short(struct orl_args *args, const struct orl_command *cmd, int argc, char **argv,
		       int *i)
{
	const char *word = argv[*i];

	for (const char *c = word + 1; *c; c++) {
		const struct option *opt = NULL;
		int ret;

		for (size_t k = 0; k < NR_OPTIONS; k++)
			if (options[k].letter == *c && is_taken(cmd, options[k].key))
				opt = &options[k];
		if (!opt)
			return refuse(cmd, word);
		if (opt->value && !c[1] && *i + 1 == argc)
			return refuse_without_value(cmd, opt, word);
		if (opt->value)
			return apply(args, cmd, opt, c[1] ? c + 1 : argv[++*i]);
		ret = apply(args, cmd, opt, NULL);
		if (ret)
			return ret;
	}
	return 0;
}

int orl_cli_parse(struct orl_args *args, const struct orl_command *cmd, int argc, char **argv)
{
	int nr = 0, ret = 0, i;

	args->rest = argv;
	for (i = 0; i < argc && !ret; i++) {
		char *word = argv[i];

		if (!strcmp(word, "--")) {
			args->dashes = cmd && !nr;
			i++;
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			ret = parse_long(args, cmd, argc, argv, &i);
		else if (word[0] == '-' && word[1])
			ret = parse_short(args, cmd, argc, argv, &i);
		else if (cmd)
			argv[nr++] = word;
		else
			break;
	}
	while (!ret && i < argc)
		argv[nr++] = argv[i++];
	if (!ret)
		argv[nr] = NULL;
	args->nr_rest = nr;
	return ret;
}

void orl_cli_print_options(FILE *out, const struct orl_command *cmd)
{
	for (size_t i = 0; i < NR_OPTIONS; i++) {
		const struct option *opt = &options[i];
		char left[32];

		if (cmd ? !strchr(cmd->options, opt->key) && opt->key != 'h'
			: !strchr(common, opt->key))
			continue;
		snprintf(left, sizeof(left), "%s%s%s", opt->name, opt->value ? " " : "",
			 opt->value ? opt->value : "");
		fprintf(out, "  %c%c%s --%-18s %s\n", opt->letter ? '-' : ' ',
			opt->letter ? opt->letter : ' ', opt->letter ? "," : " ", left, opt->help);
	}
}
