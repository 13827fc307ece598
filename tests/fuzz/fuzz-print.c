// SPDX-License-Identifier: MIT
/*
 * Binary prints: a registry, or a list of formats, into which anything was written, and a record
 * of anything. Whatever comes out is lines, and lists are lists.
 *
 * The input: a byte of choices, 2 bytes length, so many bytes that the formats come from, and the
 * record from its address on. Choices: 1 a list, else a registry, whose second index word the first
 * 8 bytes are, the rest being its data; 2 the record is of the first place, or for a list of the
 * second; 4 lists are made, which takes long; 8 .. 128 with this decoration.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decode/ftrace.h"
#include "decode/print-list.h"
#include "lines.h"
#include "reader/prints.h"

#define READY 16384u

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct orl_domain domain;
static struct orl_formats *formats;
static struct orl_comms *comms;
static char *registry, path[600];

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void remove_registry(void)
{
	unlink(path);
	rmdir(domain.dir);
}

static void add_formats(void)
{
	for (const struct orl_ftrace_event *e = orl_ftrace_events; e->name; e++) {
		struct orl_format *f;

		require(!orl_format_parse(&f, "ftrace", e->format, strlen(e->format)) &&
			!orl_formats_add(formats, f));
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int fd;

	(void)argc, (void)argv;
	strcpy(domain.dir, "/dev/shm/orl-fuzz-print-XXXXXX");
	require(mkdtemp(domain.dir));
	snprintf(path, sizeof(path), "%s/" ORL_PRINTS_NAME, domain.dir);
	atexit(remove_registry);
	fd = open(path, O_CREAT | O_RDWR, 0600);
	require(fd >= 0 && !ftruncate(fd, ORL_PRINTS_SIZE));
	registry = mmap(NULL, ORL_PRINTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	require(registry != MAP_FAILED);
	close(fd);
	*(struct orl_prints *)registry = (struct orl_prints){ .magic = ORL_PRINTS_MAGIC,
							      .version = ORL_PRINTS_VERSION,
							      .size = ORL_PRINTS_SIZE,
							      .data_ready = READY };
	require(!orl_formats_create(&formats) && !orl_comms_create(&comms));
	add_formats();
	return 0;
}

static void fill_registry(const uint8_t *data, size_t size)
{
	uint64_t word[2] = { 1, 0 };
	size_t head = size < 8 ? size : 8;

	memcpy(&word[1], data, head);
	memcpy(registry + ORL_PRINTS_OFF_INDEX, word, sizeof(word));
	size -= head;
	if (size > READY)
		size = READY;
	memcpy(registry + ORL_PRINTS_OFF_DATA, data + head, size);
	memset(registry + ORL_PRINTS_OFF_DATA + size, 0, READY - size);
}

/* In memory of its exact size, so that the sanitizer sees a read of the first byte beyond it. */
static void print_record(uint8_t choices, const uint8_t *data, size_t size)
{
	uint32_t number = choices & 1, at = choices & 2 ? ORL_PRINT_OFF_ARGS : ORL_PRINT_OFF_IP;
	struct orl_record rec = { .ts = 1234567890, .len = (uint32_t)(at + size) };
	uint64_t ip = orl_print_ip(number), fmt = orl_print_fmt(number, choices >> 3);
	uint8_t *copy = calloc(1, rec.len);

	copy[0] = ORL_PRINT_ID;
	if (choices & 2) {
		memcpy(copy + ORL_PRINT_OFF_IP, &ip, sizeof(ip));
		memcpy(copy + ORL_PRINT_OFF_FMT, &fmt, sizeof(fmt));
	}
	if (size)
		memcpy(copy + at, data, size);
	rec.data = copy;
	print_all(formats, comms, &rec);
	free(copy);
}

static void check_lists(void)
{
	struct orl_text list = ORL_TEXT_INIT;
	struct orl_kallsyms *functions;
	struct orl_print_texts *texts;

	require(!orl_print_list_formats(&list, &domain));
	for (size_t i = 0; i < list.len; i++)
		require((unsigned char)list.buf[i] >= ' ' || list.buf[i] == '\n');
	require(!orl_print_texts_parse(&texts, list.buf, list.len));
	orl_print_texts_destroy(texts);
	orl_text_reset(&list);
	require(!orl_print_list_functions(&list, &domain));
	require(!orl_kallsyms_parse(&functions, list.buf, list.len));
	orl_kallsyms_destroy(functions);
	orl_text_fini(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orl_print_texts *texts;
	size_t len;

	if (size < 3)
		return 0;
	len = data[1] | (size_t)data[2] << 8;
	if (len > size - 3)
		len = size - 3;
	if (*data & 1) {
		require(!orl_print_texts_parse(&texts, (const char *)data + 3, len));
	} else {
		fill_registry(data + 3, len);
		if (*data & 4)
			check_lists();
		require(!orl_print_texts_live(&texts, &domain));
	}
	orl_formats_set_prints(formats, texts);
	print_record(*data, data + 3 + len, size - 3 - len);
	orl_formats_set_prints(formats, NULL);
	orl_print_texts_destroy(texts);
	return 0;
}
