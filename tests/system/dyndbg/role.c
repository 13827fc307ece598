// SPDX-License-Identifier: MIT
/*
 * A program whose lines are switched from inside and from its start: "role obey" reads words and
 * answers each.
 *
 *   print            comes by its lines, and those of the plugin where it is loaded
 *   open FILE        loads the plugin; close unloads it
 *   query QUERY      dynamic_debug_exec_queries(); the answer is what it returns
 *   module NAME QUERY    the same for one module
 *   fork             a child goes on with this input and output; the parent waits for it
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lines.h"

static void *plugin;

__attribute__((constructor)) static void before_main(void)
{
	pr_debug("before main\n");
}

static void print(void)
{
	void (*run)(void) = NULL;

	pr_debug("own line\n");
	lines_default();
	if (plugin)
		*(void **)&run = dlsym(plugin, "plugin_run");
	if (run)
		run();
}

static int query(char *module, const char *text)
{
	return dynamic_debug_exec_queries(text, module);
}

static int become_child(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		return (int)getpid();
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static int obey(char *word)
{
	char *rest = strchr(word, ' ');

	if (rest)
		*rest++ = '\0';
	if (!strcmp(word, "print")) {
		print();
	} else if (!strcmp(word, "open")) {
		plugin = dlopen(rest, RTLD_NOW);
		return plugin ? 0 : -1;
	} else if (!strcmp(word, "close")) {
		void *old = plugin;

		plugin = NULL;
		return old ? dlclose(old) : -1;
	} else if (!strcmp(word, "query")) {
		return query(NULL, rest);
	} else if (!strcmp(word, "module")) {
		char *text = strchr(rest, ' ');

		*text++ = '\0';
		return query(rest, text);
	} else if (!strcmp(word, "fork")) {
		return become_child();
	}
	return 0;
}

int main(void)
{
	char word[256];

	setvbuf(stdin, NULL, _IONBF, 0);
	while (fgets(word, sizeof(word), stdin)) {
		word[strcspn(word, "\n")] = '\0';
		printf("%d\n", obey(word));
		fflush(stdout);
	}
	return 0;
}
