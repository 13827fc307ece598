// SPDX-License-Identifier: MIT
/*
 * What it costs a program to be linked with Oriel and not to use it: the whole life of a process,
 * from posix_spawn() until it is reaped, with and without, in turns.
 *
 * Before that, what a linked program has while it runs: as many threads as without, the same open
 * files, and no domain.
 *
 *   link-idle WITHOUT WITH       two programs from idle.c
 */
#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define ROUNDS 3000U
#define DOMAIN "/dev/shm/oriel-bench-idle"

static void spawn(pid_t *pid, char *path, char *arg, const posix_spawn_file_actions_t *actions)
{
	char *argv[] = { path, arg, NULL };
	int ret = posix_spawn(pid, path, actions, NULL, argv, environ);

	if (ret)
		bench_die("%s: %s", path, strerror(ret));
}

static double life(char *path)
{
	double begin = bench_now();
	int status;
	pid_t pid;

	spawn(&pid, path, NULL, NULL);
	if (waitpid(pid, &status, 0) != pid || status)
		bench_die("%s failed", path);
	return (bench_now() - begin) / 1e3;
}

static unsigned int count(pid_t pid, const char *what)
{
	char path[64];
	unsigned int nr = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	dir = opendir(path);
	if (!dir)
		bench_die("%s: %s", path, strerror(errno));
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr - 2;
}

/* Counts in a running process, which waits for the end of its standard input. */
static void look(char *path, unsigned int *threads, unsigned int *files)
{
	posix_spawn_file_actions_t actions;
	int in[2], out[2];
	pid_t pid;
	char c;

	if (pipe2(in, 0) || pipe2(out, 0))
		bench_die("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	spawn(&pid, path, (char *)"wait", &actions);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	if (read(out[0], &c, 1) != 1)
		bench_die("%s did not come up", path);
	*threads = count(pid, "task");
	*files = count(pid, "fd");
	close(in[1]);
	close(out[0]);
	waitpid(pid, NULL, 0);
}

static void inert(char *without, char *with)
{
	unsigned int threads[2], files[2];

	look(without, &threads[0], &files[0]);
	look(with, &threads[1], &files[1]);
	bench_print(&(struct bench_result){
		.what = "threads, open files and sockets, domains more than without, together",
		.value = (double)threads[1] - threads[0] + files[1] - files[0] +
			 !access(DOMAIN, F_OK),
		.unit = "of them",
		.target = 1e-9,
	});
}

int main(int argc, char **argv)
{
	unsigned int rounds = bench_rounds(ROUNDS);
	double *us[2], quickest[2], usual[2];

	if (argc != 3)
		bench_die("usage: WITHOUT WITH");
	unsetenv("ORIEL_EVENTS");
	setenv("ORIEL_DOMAIN", DOMAIN, 1);
	bench_hurry(true);
	bench_pin();
	inert(argv[1], argv[2]);
	us[0] = calloc(rounds, sizeof(double));
	us[1] = calloc(rounds, sizeof(double));
	for (unsigned int i = 0; i < rounds; i++)
		for (int k = 0; k < 2; k++)
			us[k][i] = life(argv[k + 1]);
	for (int k = 0; k < 2; k++) {
		usual[k] = bench_quantile(us[k], rounds, 0.5);
		quickest[k] = us[k][0];
	}
	bench_print(&(struct bench_result){
		.what = "linked and not used, whole process, more than without",
		.value = quickest[1] - quickest[0],
		.unit = "us",
		.target = 100,
		.min = quickest[1],
		.median = usual[1],
		.floor_min = quickest[0],
		.floor_median = usual[0],
		.floor = "the same program without, us",
	});
	return 0;
}
