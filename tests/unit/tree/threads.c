// SPDX-License-Identifier: MIT
/* Several threads use one tree: reading, switching, filtering, making and removing instances. */
#include <pthread.h>

#include "place.h"

#define ROUNDS 60

static unsigned int nr_wrong;

static void expect(bool ok)
{
	if (!ok)
		__atomic_fetch_add(&nr_wrong, 1, __ATOMIC_RELAXED);
}

static ssize_t read_all(const char *path, char *buf, size_t size)
{
	struct orl_file *f;
	ssize_t n = orl_tree_open_file(tree, path, O_RDONLY, NULL, &f);

	if (n)
		return n;
	n = orl_file_read(f, buf, size, 0);
	orl_file_close(f);
	return n;
}

static bool ignore(const char *name, const struct orl_node_stat *st, void *arg)
{
	(void)name, (void)st, (void)arg;
	return true;
}

static void *read_files(void *arg)
{
	char buf[4096];

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		expect(read_all(QUERY_DIR "format", buf, sizeof(buf)) > 100);
		expect(read_all(QUERY_DIR "filter", buf, sizeof(buf)) > 4);
		expect(read_all("tracing/set_event", buf, sizeof(buf)) >= 0);
		expect(orl_tree_list(tree, "tracing/events/db", ignore, NULL) == 0);
	}
	return NULL;
}

static void *switch_events(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		expect(echo(QUERY_DIR "enable", i & 1 ? "1" : "0") == 1);
		expect(echo(QUERY_DIR "filter", i & 1 ? "rows == 1" : "0") > 0);
	}
	return NULL;
}

/* Each in an instance of its own, which its files must not outlive. */
static void *make_instances(void *arg)
{
	char path[64], file[96], buf[16];

	snprintf(path, sizeof(path), "tracing/instances/%s", (const char *)arg);
	snprintf(file, sizeof(file), "%s/tracing_on", path);
	for (int i = 0; i < ROUNDS; i++) {
		expect(orl_tree_mkdir(tree, path) == 0);
		expect(echo(file, "0") == 1);
		expect(read_all(file, buf, sizeof(buf)) == 2 && buf[0] == '0');
		expect(orl_tree_rmdir(tree, path) == 0);
	}
	return NULL;
}

static void threads_may_do_anything_at_once(void **state)
{
	static char one[] = "one", two[] = "two";
	pthread_t thread[5];

	(void)state;
	assert_int_equal(echo(QUERY_DIR "enable", "1"), 1);
	pthread_create(&thread[0], NULL, read_files, NULL);
	pthread_create(&thread[1], NULL, read_files, NULL);
	pthread_create(&thread[2], NULL, switch_events, NULL);
	pthread_create(&thread[3], NULL, make_instances, one);
	pthread_create(&thread[4], NULL, make_instances, two);
	for (int i = 0; i < 5; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(nr_wrong, 0);
	assert_content("tracing/tracing_on", "1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(threads_may_do_anything_at_once, make_place,
						remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
