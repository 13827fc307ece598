// SPDX-License-Identifier: MIT
/*
 * oriel: trace user-space programs as the kernel traces itself.
 *
 * The table below is the program: a word, what to say about it, and the function that does it.
 * A command returns its exit status:
 *
 *   0  done                          4  not permitted
 *   1  failed                        5  damaged input
 *   2  the command line is wrong     6  done, but some process was not reached
 *   3  nothing matches               130  interrupted, and ended cleanly
 *
 * record and exec with a program give the program's own status, unless they have to report a
 * failure of their own; exec says 126 and 127 as the shell does.
 */
#include "cli/cli.h"

#include <signal.h>
#include <string.h>

static const struct orl_command commands[] = {
	{ "list", "show the events of a domain", "[--json] [-p PID] [-v] [PATTERN]", "jpv", 0, 1,
	  orl_cmd_list },
	{ "enable", "switch events on", "[-f] [-p PID] PATTERN...", "fp", 1, -1, orl_cmd_enable },
	{ "disable", "switch events off", "[-f] [-p PID] PATTERN...", "fp", 1, -1,
	  orl_cmd_disable },
	{ "dyndbg", "switch single pr_debug() lines",
	  "[-f] [-p PID] QUERY... | --list [-p PID] [--json]", "fpTj", 0, -1, orl_cmd_dyndbg },
	{ "trace", "print what the rings hold", "[--json]", "j", 0, 0, orl_cmd_trace },
	{ "follow", "print records as they are made", "[--json]", "j", 0, 0, orl_cmd_follow },
	{ "clear", "empty the rings", "", "", 0, 0, orl_cmd_clear },
	{ "record", "record events into a file",
	  "[-e PATTERN]... [-p PID] [-o FILE] [--preload malloc] [--duration S]\n"
	  "      [--max-size N] [--json] [-- PROG ARG...]",
	  "epoldmj", 0, -1, orl_cmd_record },
	{ "report", "print a recorded file", "[--json] [FILE]", "j", 0, 1, orl_cmd_report },
	{ "doctor", "say what works here, what does not, and why", "[--json] [-p PID]", "jp", 0, 0,
	  orl_cmd_doctor },
	{ "gc", "remove what dead domains leave behind", "[--json] [-n] [--force]", "jnF", 0, 0,
	  orl_cmd_gc },
	{ "ls", "list files of the tree", "[-l] [--json] [PATH...]", "Lj", 0, -1, orl_cmd_ls },
	{ "cat", "print files of the tree", "PATH...", "", 1, -1, orl_cmd_cat },
	{ "write", "write to a file of the tree", "[-a] PATH [TEXT]", "A", 1, 2, orl_cmd_write },
	{ "tree", "list the tree with all that is below", "[PATH]", "", 0, 1, orl_cmd_tree },
	{ "mount", "show the tree as a file system", "[-f] [DIR]", "G", 0, 1, orl_cmd_mount },
	{ "umount", "take such a mount away", "[DIR]", "", 0, 1, orl_cmd_umount },
	{ "exec",
	  "run a command that finds the domain in place of the kernel's debugfs and tracefs",
	  "-- CMD [ARG...]", "", 1, -1, orl_cmd_exec },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char epilogue[] =
	"\n"
	"PATTERN is system:event; both halves may hold the globs * ? and [..].\n"
	"ORIEL_DOMAIN names the domain unless --domain does; the default is \"default\".\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 wrong command line, 3 nothing matches, 4 not "
	"permitted,\n"
	"5 damaged input, 6 a process was not reached, 130 interrupted (after a clean end).\n";

static void print_help(FILE *out)
{
	fputs("usage: oriel [--domain NAME] [-q] COMMAND [ARG...]\n\n", out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fputs("\nFor every command:\n", out);
	orl_cli_print_options(out, NULL);
	fputs("      --version          print the version\n", out);
	fputs(epilogue, out);
}

static int print_command_help(const struct orl_command *cmd)
{
	printf("usage: oriel %s%s%s\n\n%s\n\n", cmd->name, cmd->usage[0] ? " " : "", cmd->usage,
	       cmd->summary);
	orl_cli_print_options(stdout, cmd);
	printf("\nSee oriel-%s(1) and oriel(7).\n", cmd->name);
	return orl_cli_flush(ORL_EXIT_OK);
}

static const struct orl_command *find_command(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	struct orl_near near;
	char text[512];

	orl_near_init(&near, name);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		orl_near_offer(&near, commands[i].name);
	orl_cli_error("no command '%s'%s; see oriel --help", name,
		      orl_near_text(&near, "; near: ", text, sizeof(text)));
	return ORL_EXIT_USAGE;
}

static int check_rest(const struct orl_command *cmd, const struct orl_args *args)
{
	if (args->nr_rest >= cmd->min_rest && (cmd->max_rest < 0 || args->nr_rest <= cmd->max_rest))
		return 0;
	if (args->nr_rest < cmd->min_rest)
		orl_cli_error("%s: an argument is missing; usage: oriel %s %s", cmd->name,
			      cmd->name, cmd->usage);
	else
		orl_cli_error("%s: '%s' is one argument too many; usage: oriel %s %s", cmd->name,
			      args->rest[cmd->max_rest], cmd->name, cmd->usage);
	return ORL_EXIT_USAGE;
}

static int run_command(const struct orl_command *cmd, struct orl_args *args, int argc, char **argv)
{
	int ret = orl_cli_parse(args, cmd, argc, argv);

	if (ret)
		return ret;
	if (args->help)
		return print_command_help(cmd);
	ret = check_rest(cmd, args);
	if (ret)
		return ret;
	orl_cli_setup(args->quiet);
	return orl_cli_flush(cmd->run(args));
}

int main(int argc, char **argv)
{
	struct orl_args args = { 0 };
	const struct orl_command *cmd;
	bool about;
	int ret;

	/* "oriel report | head" ends quietly, whatever the parent did with SIGPIPE. */
	signal(SIGPIPE, SIG_DFL);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("oriel %s\n", ORL_VERSION);
		return orl_cli_flush(ORL_EXIT_OK);
	}
	ret = orl_cli_parse(&args, NULL, argc - 1, argv + 1);
	if (ret)
		return ret;
	about = args.nr_rest > 0 && !strcmp(args.rest[0], "help");
	if (args.help || (about && args.nr_rest == 1)) {
		print_help(stdout);
		return orl_cli_flush(ORL_EXIT_OK);
	}
	if (!args.nr_rest) {
		print_help(stderr);
		return ORL_EXIT_USAGE;
	}
	cmd = find_command(args.rest[about]);
	if (!cmd)
		return unknown_command(args.rest[about]);
	if (about)
		return print_command_help(cmd);
	return run_command(cmd, &args, args.nr_rest - 1, args.rest + 1);
}
