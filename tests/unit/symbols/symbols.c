// SPDX-License-Identifier: MIT
/*
 * Names of functions: this test's own, as a live process and as one that has ended and left its
 * memory map; and ELF files cut short and with wrong bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "symbols/impl.h"

#define DEAD 4000001			/* beyond what a pid can be */
#define IMAGE ".0123456789abcdef"

static char dir[64];
static struct orl_symbols *table;

static __attribute__((noinline)) void a_function_to_find(void)
{
	__asm__ volatile("nop; nop; nop; nop" ::: "memory");
}

static int make(void **state)
{
	strcpy(dir, "/dev/shm/orl-symbols-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	return orl_symbols_create(&table, dir);
}

static int drop(void **state)
{
	char command[128];

	orl_symbols_destroy(table);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void write_file(const char *name, const void *bytes, size_t len)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

/* The line of /proc/self/maps that holds an address. */
static void my_line(char line[4096], const void *addr)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	bool found = false;

	assert_non_null(f);
	while (!found && fgets(line, 4096, f))
		found = sscanf(line, "%lx-%lx", &start, &end) == 2 && (uintptr_t)addr >= start &&
			(uintptr_t)addr < end;
	fclose(f);
	assert_true(found);
}

static struct orl_symbol find(int32_t pid, uint64_t addr)
{
	struct orl_symbol s;

	assert_true(orl_symbols_find(table, pid, addr, &s));
	return s;
}

static void a_live_process_has_names(void **state)
{
	struct orl_symbols *live;
	struct orl_symbol s;

	assert_int_equal(orl_symbols_create(&live, NULL), 0);
	assert_true(orl_symbols_find(live, getpid(), (uintptr_t)a_function_to_find + 2, &s));
	assert_string_equal(s.name, "a_function_to_find");
	assert_int_equal(s.off, 2);
	assert_true(s.size > 2);
	/* the C library is stripped: .dynsym */
	assert_true(orl_symbols_find(live, getpid(), (uintptr_t)lfind, &s));
	assert_string_equal(s.name, "lfind");
	assert_false(orl_symbols_find(live, getpid(), 16, &s));
	assert_null(s.name);
	orl_symbols_destroy(live);
}

static void a_number_that_another_process_has_now_is_not_asked(void **state)
{
	struct orl_symbol s;

	/* this process has no control file of that domain mapped */
	assert_false(orl_symbols_find(table, getpid(), (uintptr_t)a_function_to_find, &s));
}

static void an_ended_process_has_names(void **state)
{
	char line[4096];

	my_line(line, a_function_to_find);
	write_file("maps.4000001" IMAGE, line, strlen(line));
	assert_string_equal(find(DEAD, (uintptr_t)a_function_to_find + 1).name,
			    "a_function_to_find");
}

static void unfinished_maps_are_not_read(void **state)
{
	struct orl_symbol s;
	char line[4096];

	my_line(line, a_function_to_find);
	write_file("maps.4000001" IMAGE ".7f00", line, strlen(line));
	write_file("maps.4000001.12", line, strlen(line));
	write_file("maps.40000011" IMAGE, line, strlen(line));
	assert_false(orl_symbols_find(table, DEAD, (uintptr_t)a_function_to_find, &s));
}

static void a_file_that_was_replaced_gives_its_name_and_an_offset(void **state)
{
	char self[1024], text[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(len > 0);
	self[len] = '\0';
	snprintf(text, sizeof(text),
		 "10000-20000 r-xp 00003000 00:00 1 %s\n"
		 "20000-30000 r-xp 00000000 00:00 2 /usr/lib/libgone.so.1\n"
		 "30000-40000 r-xp 00001000 00:00 3 /usr/bin/x (deleted)\n"
		 "40000-50000 r-xp 00000000 00:00 0 [vdso]\n", self);
	write_file("maps.4000001" IMAGE, text, strlen(text));
	assert_string_equal(find(DEAD, 0x10010).name, strrchr(self, '/') + 1);
	assert_int_equal(find(DEAD, 0x10010).off, 0x3010);
	assert_string_equal(find(DEAD, 0x20010).name, "libgone.so.1");
	assert_string_equal(find(DEAD, 0x30010).name, "x");
	assert_int_equal(find(DEAD, 0x30010).off, 0x1010);
	assert_string_equal(find(DEAD, 0x40010).name, "[vdso]");
}

static void maps_may_be_anything(void **state)
{
	static const char text[] = "\n\n-\nx-y r-xp\n10-5 r-xp 0 0:0 0 /a\n"
				   "10000-20000 r-xp 0 0:0 0\n"
				   "ffffffffffffffffff-0 r-xp 0 0:0 0 /b\n"
				   "0-ffffffffffffffff r-xp ffffffffffffffff 0:0 0 /dev/zero\n"
				   "30000-40000 r-xp 0 0:0 0 /dev/shm";
	struct orl_symbol s;

	write_file("maps.4000001" IMAGE, text, sizeof(text));
	for (uint64_t addr = 1; addr; addr *= 2)
		orl_symbols_find(table, DEAD, addr, &s);
}

static void *read_self(size_t *len)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	struct stat st;
	void *bytes;

	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	*len = (size_t)st.st_size;
	return bytes;
}

static void use(int fd, size_t len)
{
	struct orl_elf e;
	uint64_t at;

	if (orl_elf_read(&e, fd, len))
		return;
	for (uint64_t off = 0; off < len; off += 64) {
		const struct orl_elf_symbol *s = orl_elf_find(&e, off, &at);

		if (s)
			assert_true(strlen(e.names + s->name) < e.names_len);
	}
	orl_elf_find(&e, UINT64_MAX, &at);
	orl_elf_fini(&e);
}

static void damaged_files_do_no_harm(void **state)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	size_t len;
	uint8_t *bytes = read_self(&len);
	uint64_t random = 88172645463325252ULL;

	for (size_t cut = 0; cut < len; cut += len / 97 + 1) {
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, bytes, cut, 0), cut);
		use(fd, cut);
	}
	assert_int_equal(pwrite(fd, bytes, len, 0), len);
	for (int i = 0; i < 400; i++) {
		uint8_t wrong;
		off_t at;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		/* headers most: of the file, of the segments behind it, of the sections at the end
		 */
		at = (off_t)(i % 2 ? random % 1024 : len - 1 - random % 4096);
		wrong = (uint8_t)(random >> 32);
		assert_int_equal(pwrite(fd, &wrong, 1, at), 1);
		use(fd, len);
		assert_int_equal(pwrite(fd, bytes + at, 1, at), 1);
	}
	close(fd);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_live_process_has_names, make, drop),
		cmocka_unit_test_setup_teardown(a_number_that_another_process_has_now_is_not_asked,
						make, drop),
		cmocka_unit_test_setup_teardown(an_ended_process_has_names, make, drop),
		cmocka_unit_test_setup_teardown(unfinished_maps_are_not_read, make, drop),
		cmocka_unit_test_setup_teardown(
			a_file_that_was_replaced_gives_its_name_and_an_offset, make, drop),
		cmocka_unit_test_setup_teardown(maps_may_be_anything, make, drop),
		cmocka_unit_test(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
