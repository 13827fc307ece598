/* SPDX-License-Identifier: MIT */
/*
 * The inside of the tree: what a kind of file is.
 *
 * A path is taken apart once (path.c) into a struct orl_where: which folder of the tree's grammar,
 * and the names in it. Each file is an entry in a table of its folder: name, mode, and the functions
 * of its kind. Most files are a text that show() writes when it is first read from offset 0, and
 * commands that store() takes; a few are streams with their own read().
 */
#ifndef ORL_TREE_IMPL_H
#define ORL_TREE_IMPL_H

#include <pthread.h>

#include "decode/formats.h"
#include "decode/text.h"
#include "reader/events.h"
#include "reader/instance.h"
#include "reader/session.h"
#include "tree/tree.h"

/* Folders of the grammar. */
enum orl_folder {
	ORL_DIR_ROOT,			/* "" */
	ORL_DIR_TRACING,		/* tracing, tracing/instances/NAME */
	ORL_DIR_EVENTS,			/* .../events */
	ORL_DIR_SYSTEM,			/* .../events/SYSTEM */
	ORL_DIR_EVENT,			/* .../events/SYSTEM/EVENT */
	ORL_DIR_OPTIONS,
	ORL_DIR_PER_CPU,
	ORL_DIR_CPU,			/* .../per_cpu/cpuN */
	ORL_DIR_INSTANCES,
	ORL_DIR_PROCESSES,
	ORL_DIR_PROCESS,		/* processes/PID */
	ORL_NR_DIRS,
};

struct orl_where {
	enum orl_folder folder;		/* of the folder, or the one that the file is in */
	char instance[ORL_INSTANCE_NAME_MAX]; /* "" the top one */
	char system[128], event[128];
	uint32_t cpu;
	int32_t pid;
	char leaf[128];			/* the file in it; "" the folder itself */
};

/* A file's kind. Functions return 0 (or bytes) or -errno, and may leave a text with orl_file_fail().
 */
struct orl_kind {
	const char *name;
	mode_t mode;			/* 0444, 0640 ... as tracefs has it */
	unsigned int flags;		/* ORL_KIND_* */
	/* the whole text */
	int (*show)(struct orl_file *f, struct orl_text *out);
	/* one write(2): @buf has a NUL behind @len bytes, nothing is trimmed */
	int (*store)(struct orl_file *f, char *buf, size_t len);
	/* opened for writing with O_TRUNC; NULL: nothing */
	int (*trunc)(struct orl_file *f);
	/* streams */
	int (*open)(struct orl_file *f);
	ssize_t (*read)(struct orl_file *f, void *buf, size_t size, off_t off);
	ssize_t (*write)(struct orl_file *f, const void *buf, size_t size);
	unsigned int (*poll)(struct orl_file *f);
	int (*ioctl)(struct orl_file *f, unsigned int cmd);
	void (*release)(struct orl_file *f);
	const void *arg;		/* of several files with the same functions */
};

#define ORL_KIND_TOP 1U			/* only in the top instance */
#define ORL_KIND_STREAM 2U		/* read() takes what is next; size is ORL_TREE_STREAM if RAW */
#define ORL_KIND_RAW 4U

/* Ends at name NULL. One table per folder, each in the file that implements its kinds. */
extern const struct orl_kind orl_kinds_tracing_values[];	/* values.c, sizes.c ...: E */
extern const struct orl_kind orl_kinds_tracing_events[];	/* set_event ...: E */
extern const struct orl_kind orl_kinds_tracing_output[];	/* trace, trace_pipe ...: F */
extern const struct orl_kind orl_kinds_events[];		/* enable, header_page ...: E */
extern const struct orl_kind orl_kinds_system[];
extern const struct orl_kind orl_kinds_event[];
extern const struct orl_kind orl_kinds_ftrace_event[];		/* events/ftrace/NAME: format, id ...*/
extern const struct orl_kind orl_kinds_options[];		/* one per option */
extern const struct orl_kind orl_kinds_cpu[];			/* F */
extern const struct orl_kind orl_kinds_process[];

struct orl_file {
	struct orl_tree *tree;
	const struct orl_kind *kind;
	struct orl_where where;
	int flags;			/* O_* */
	struct orl_caller caller;	/* who opened; of a write: who writes */
	struct orl_session s;		/* of the file's instance, its own: streams keep cursors */
	struct orl_text text;		/* what show() wrote */
	bool is_shown;
	void *state;			/* of the kind; release() frees it */
	char error[768];
	pthread_mutex_t lock;
};

struct orl_tree {
	struct orl_session top;		/* under lock; files have sessions of their own */
	struct orl_events events;	/* a copy of the registry, renewed when it has grown */
	uint64_t events_stamp;
	struct orl_formats *formats;	/* parsed, grows with events */
	unsigned int flags;
	pthread_mutex_t lock;
};

/** orl_file_fail() - leave a text for orl_file_error(); returns @rc */
__attribute__((format(printf, 3, 4))) int orl_file_fail(struct orl_file *f, int rc,
							const char *fmt, ...);

/** orl_tree_events_locked() - @t->events, fresh; and every event parsed in @t->formats */
int orl_tree_events_locked(struct orl_tree *t);

/** orl_tree_formats() - a table of its own for a reader: all events and the ftrace ones; to be
 * destroyed by the caller */
int orl_tree_formats(struct orl_tree *t, struct orl_formats **out);

#endif
