/* SPDX-License-Identifier: MIT */
/* A domain's folder with a registry of prints made by hand, to be read, or damaged and read. */
#ifndef TEST_PRINTS_REGISTRY_H
#define TEST_PRINTS_REGISTRY_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "domain/domain.h"
#include "reader/prints.h"

static struct orl_domain domain;
static char *registry;			/* the whole file, writable */

static inline char *registry_path(char *buf, size_t size)
{
	snprintf(buf, size, "%s/" ORL_PRINTS_NAME, domain.dir);
	return buf;
}

static inline int make_folder(void **state)
{
	(void)state;
	strcpy(domain.dir, "/dev/shm/orl-prints-XXXXXX");
	return mkdtemp(domain.dir) ? 0 : -1;
}

static inline struct orl_prints *registry_head(void)
{
	return (struct orl_prints *)registry;
}

static inline int make_registry(void **state)
{
	char path[600];
	int fd;

	if (make_folder(state))
		return -1;
	fd = open(registry_path(path, sizeof(path)), O_CREAT | O_RDWR, 0600);
	if (fd < 0 || ftruncate(fd, ORL_PRINTS_SIZE))
		return -1;
	registry = mmap(NULL, ORL_PRINTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (registry == MAP_FAILED)
		return -1;
	*registry_head() = (struct orl_prints){ .magic = ORL_PRINTS_MAGIC,
						.version = ORL_PRINTS_VERSION,
						.size = ORL_PRINTS_SIZE,
						.data_ready = ORL_PRINTS_PIECE };
	return 0;
}

static inline int remove_registry(void **state)
{
	char path[600];

	(void)state;
	if (registry)
		munmap(registry, ORL_PRINTS_SIZE);
	registry = NULL;
	unlink(registry_path(path, sizeof(path)));
	return rmdir(domain.dir);
}

static inline uint64_t *registry_word(uint32_t number)
{
	return (uint64_t *)(registry + ORL_PRINTS_OFF_INDEX) + number;
}

/* The entry's place, for tests that damage it. */
static inline struct orl_print *add_print(uint32_t number, struct orl_print fixed,
					  const char *const text[ORL_PRINT_NR_TEXTS])
{
	struct orl_prints *head = registry_head();
	struct orl_print *to =
		(struct orl_print *)(registry + ORL_PRINTS_OFF_DATA + head->data_used);
	char *at = to->text;

	*to = fixed;
	for (int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		size_t len = strlen(text[i]);

		to->text_len[i] = (uint16_t)len;
		memcpy(at, text[i], len + 1);
		at += len + 1;
	}
	to->len = (uint32_t)(at - (char *)to + 7) & ~7u;
	*registry_word(number) = head->data_used / 8 + 1;
	head->data_used += to->len;
	return to;
}

/* A pr_debug() of module mod in main.c, which has printed without decoration. */
static inline struct orl_print *add_debug(uint32_t number, const char *function, uint32_t line,
					  const char *format)
{
	const char *const text[ORL_PRINT_NR_TEXTS] = { "mod", "main.c", function, "", format, "" };

	return add_print(number,
			 (struct orl_print){ .line = line, .decors = 1,
					     .class_id = ORL_PRINT_NO_CLASS }, text);
}

#endif
