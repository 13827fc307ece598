// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/tree: what is written to the files of a domain, any bytes.
 *
 * The input is up to MAX_WRITES commands: a byte that chooses the file, a byte of flags, the text,
 * a NUL. A write takes what it was given or less, or fails; whatever was taken, every file that it
 * may have changed can be read.
 */
#include "../unit/tree/place.h"

#define MAX_WRITES 8
#define MAX_TEXT 600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sizes are left out: a number of a few bytes would be a ring of as many gigabytes. */
static const char *const files[] = {
	"tracing/set_event",
	"tracing/set_event_pid",
	"tracing/set_event_notrace_pid",
	"tracing/trace_options",
	"tracing/options/stacktrace",
	"tracing/tracing_cpumask",
	"tracing/trace_clock",
	"tracing/tracing_on",
	"tracing/buffer_percent",
	"tracing/saved_cmdlines_size",
	"tracing/current_tracer",
	"tracing/error_log",
	EVENTS "enable",
	EVENTS "db/enable",
	EVENTS "db/filter",
	EVENTS "ftrace/print/filter",
	EVENTS "ftrace/print/trigger",
	QUERY_DIR "enable",
	QUERY_DIR "filter",
	QUERY_DIR "trigger",
	EVENTS "db/lock/trigger",
	"tracing/instances/i/set_event",
	"tracing/instances/i/events/net/send/trigger",
	"tracing/trace_marker",
	"tracing/trace_marker_raw",
};

static const char *const results[] = {
	QUERY_DIR "hist", EVENTS "net/send/enable", "tracing/available_events", "tracing/trace",
	"tracing/options/raw",
};

static void must(bool yes)
{
	if (!yes)
		abort();
}

static void leave(void)
{
	remove_place(NULL);
}

static void must_be_readable(const char *path)
{
	const char *got = content(path);

	/* "E" and a number is what content() says of an error; markers cannot be read at all */
	must(got[0] != 'E' || got[1] < '0' || got[1] > '9' || strstr(path, "marker"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char command[MAX_TEXT + 1];

	if (!tree) {
		must(!make_place(NULL));
		atexit(leave);
		must(!orl_tree_mkdir(tree, "tracing/instances/i"));
	}
	for (int i = 0; i < MAX_WRITES && size > 2; i++) {
		const char *path = files[data[0] % (sizeof(files) / sizeof(*files))];
		int flags = data[1] & 1 ? O_TRUNC : O_APPEND;
		size_t len = strnlen((const char *)data + 2, size - 2), n;
		ssize_t took;

		n = len < MAX_TEXT ? len : MAX_TEXT;
		memcpy(command, data + 2, n);
		command[n] = '\0';
		took = put(path, command, flags);
		must(took <= (ssize_t)n);
		must_be_readable(path);
		len += len < size - 2;
		data += 2 + len;
		size -= 2 + len;
	}
	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
		must_be_readable(results[i]);
	return 0;
}
