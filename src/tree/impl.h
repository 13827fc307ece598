/* SPDX-License-Identifier: MIT */
/*
 * The inside of the tree: what a kind of file is.
 *
 * A path is taken apart once (path.c) into a struct orl_where: which folder of the tree's grammar,
 * and the names in it. Each file is an entry in a table of its folder: name, mode, and the
 * functions of its kind. Most files are a text that show() writes when it is first read from offset
 * 0, and commands that store() takes; a few are streams with their own read().
 */
#ifndef ORL_TREE_IMPL_H
#define ORL_TREE_IMPL_H

#include <pthread.h>

#include "decode/formats.h"
#include "decode/ftrace.h"
#include "decode/text.h"
#include "reader/debugfs.h"
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
	ORL_DIR_DYNDBG,			/* dynamic_debug, processes/PID/dynamic_debug */
	ORL_DIR_BYNAME,			/* by-name; in it are links */
	ORL_DIR_DEBUGFS,		/* processes/PID/...: what the program made there */
	ORL_NR_DIRS,
};

#define ORL_BELOW_MAX 1024U		/* bytes of a path below processes/PID */

struct orl_where {
	enum orl_folder folder;		/* of the folder, or the one that the file is in */
	char instance[ORL_INSTANCE_NAME_MAX]; /* "" the top one */
	char system[128], event[128];
	uint32_t cpu;
	int32_t pid;
	char leaf[128];			/* the file in it; "" the folder itself */
	char below[ORL_BELOW_MAX];	/* DEBUGFS: the path below processes/PID; no leaf then */
};

/*
 * Of files whose program is asked. These, read() and write() return -EINPROGRESS until the answer
 * is there; f->who tells operations from each other.
 */
struct orl_remote {
	int (*opened)(struct orl_file *f);	/* 0: other operations may be begun */
	int (*poll)(struct orl_file *f);	/* POLL* */
	unsigned int (*watch)(struct orl_file *f, unsigned int events);
	void (*cancel)(struct orl_file *f);
	int (*wait)(struct orl_file *f, short *events, uint64_t *until_ns);
	bool (*is_stream)(const struct orl_file *f);
};

/* A file's kind. Functions return 0 (or bytes) or -errno, and may leave a text with
 * orl_file_fail().
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
	const struct orl_remote *remote; /* a program answers; NULL: nobody is asked */
	const void *arg;		/* of several files with the same functions */
};

#define ORL_KIND_TOP 1U			/* only in the top instance */
#define ORL_KIND_STREAM 2U		/* read() takes what is next */
#define ORL_KIND_RAW 4U			/* the size is ORL_TREE_STREAM */
/* Opened for reading only it has no session of its own: show() uses f->session, which is then the
 * tree's, and runs under the tree's lock (always, with this flag). */
#define ORL_KIND_SHARED 8U
#define ORL_KIND_LONG 16U		/* a write may have ORL_WRITE_LONG bytes */
/* A store() that succeeded nudges the processes, those too that have not attached yet, and waits a
 * moment for them. */
#define ORL_KIND_NUDGE 32U
#define ORL_KIND_PRINT 64U		/* events/ftrace: only of "print" */
#define ORL_KIND_WAIT 128U		/* the store() did the nudging: wait a moment */
#define ORL_KIND_HIDDEN 512U		/* found by who knows of it, and not listed */
#define ORL_KIND_DISCOVER 256U		/* opening it looks for programs that did not attach yet */

#define ORL_WRITE_MAX 4095U		/* as the kernel: less than a page */
#define ORL_WRITE_LONG (1U << 20)
#define ORL_NUDGE_MS 100U

/* Ends at name NULL. One table per folder, each in the file that implements its kinds. */
extern const struct orl_kind orl_kinds_tracing_values[];	/* values.c, sizes.c ...: E */
extern const struct orl_kind orl_kinds_tracing_events[];	/* set_event ...: E */
extern const struct orl_kind orl_kinds_tracing_output[];	/* trace, trace_pipe ...: F */
extern const struct orl_kind orl_kinds_events[];		/* enable, header_page ...: E */
extern const struct orl_kind orl_kinds_system[];
extern const struct orl_kind orl_kinds_event[];
extern const struct orl_kind orl_kinds_ftrace_event[]; /* events/ftrace/NAME: format, id ...*/
extern const struct orl_kind orl_kinds_options[];		/* one per option */
extern const struct orl_kind orl_kinds_cpu[];			/* F */
extern const struct orl_kind orl_kinds_process[];
extern const struct orl_kind orl_kind_debugfs;			/* all files of programs */
extern const struct orl_kind orl_kinds_dyndbg[];

struct orl_file {
	struct orl_tree *tree;
	const struct orl_kind *kind;
	struct orl_where where;
	int flags;			/* O_* */
	struct orl_caller caller;	/* who opened; of a write: who writes */
	struct orl_session s;		/* of the file's instance, its own: streams keep cursors.
					   Not opened where @session is the tree's */
	struct orl_session *session;	/* &s, or the tree's: see ORL_KIND_SHARED */
	uint32_t instance_id;
	struct orl_dfs_entry dfs;	/* of a program's file */
	const void *who; /* the operation that a function of the kind is called for */
	off_t write_off;		/* of the write that it is called for */
	struct orl_file *next;		/* in orl_tree.files */
	struct orl_text text;		/* what show() wrote */
	bool is_shown;
	bool is_unchanged;		/* store() found that all was so: nobody is waited for */
	bool is_narrow;			/* store() only took away: the attached ones must know */
	void *state;			/* of the kind; release() frees it */
	char error[768];
	pthread_mutex_t lock;
};

/* A session of an instance for all files that need none of their own. */
struct orl_shared {
	struct orl_session s;
	char name[ORL_INSTANCE_NAME_MAX];
	struct orl_shared *next;
};

/* What a thread read last of a file that grows: again.c. */
struct orl_again {
	struct orl_text text;
	int32_t tid;			/* 0: nothing is kept */
	uint64_t ns;			/* when it was read */
};

struct orl_tree {
	struct orl_session top;		/* under lock; files have sessions of their own */
	struct orl_shared *shared;	/* of the other instances */
	struct orl_events events;	/* a copy of the registry, renewed when it has grown */
	uint64_t events_stamp;
	uint64_t events_ns;		/* when the registry was last looked at in full */
	bool has_events;
	struct orl_formats *formats;	/* parsed when first asked for; never shrinks */
	struct orl_file *files;		/* all that are open */
	struct orl_dfs_views dfs;	/* programs' folders and files */
	struct orl_again again[2];	/* printk_formats, the names of functions */
	uint64_t made_ns;
	unsigned int flags;
	pthread_mutex_t lock;
	/* discover.c */
	struct orl_session scout;
	bool has_scout;
	uint64_t next_scout_ns;
	pthread_mutex_t scout_lock;
};

#define ORL_LINK_MAX 1024U		/* bytes of a link's target, with NUL */

/* What a path names, looked up. */
struct orl_node {
	struct orl_where where;
	const struct orl_kind *kind;	/* NULL: a folder, or a link */
	uint32_t instance_id;
	uint64_t made_ns;		/* of the instance */
	struct orl_dfs_entry dfs;	/* DEBUGFS */
	char target[ORL_LINK_MAX];	/* of a link; "": it is none */
};

/* Events of one system:name: registry entries first .. first + nr - 1 of t->events; or one of the
 * ftrace ones, then nr is 0. */
struct orl_slots {
	const struct orl_event *event;
	uint32_t nr;
	const struct orl_ftrace_event *ftrace;
};

/** orl_file_fail() - leave a text for orl_file_error(); returns @rc */
__attribute__((format(printf, 3, 4))) int orl_file_fail(struct orl_file *f, int rc,
							const char *fmt, ...);
/** orl_file_fail_session() - the same with the text of the file's session */
int orl_file_fail_session(struct orl_file *f, int rc);

/**
 * orl_tree_discover() - nudge all programs, those too that merely link the library, which registers
 * their events; not more often than is cheap: was it done? Not under the tree's lock.
 */
bool orl_tree_discover(struct orl_tree *t);
/** orl_tree_discover_path() - the same where a path leads to events or processes; was it done? */
bool orl_tree_discover_path(struct orl_tree *t, const char *path);
void orl_tree_discover_fini(struct orl_tree *t);

/** orl_file_settle() - after a change: nudge and wait as the kind says, ORL_NUDGE_MS at most */
void orl_file_settle(struct orl_file *f);

/** orl_path_parse() - take a path apart: 0, -ENOENT, or -ENOTDIR: there is more behind w->leaf,
 * which ends @upto bytes into the path */
int orl_path_parse(struct orl_where *w, const char *path, size_t *upto);
/** orl_path_ino() - number of a path; instances count by @instance_id */
uint64_t orl_path_ino(const struct orl_where *w, uint32_t instance_id);
/** orl_path_tables() - the tables of a folder's files; up to 3, then NULL */
const struct orl_kind *const *orl_path_tables(const struct orl_where *w);
/** orl_path_kind() - the file @name of folder @w, or NULL */
const struct orl_kind *orl_path_kind(const struct orl_where *w, const char *name);
/** orl_path_is_own() - is that a name of the tree's in processes/PID, which no program can have? */
bool orl_path_is_own(const char *name);
/** orl_path_has() - is this file one of the folder's? (kinds that only some folders have) */
bool orl_path_has(const struct orl_where *w, const struct orl_kind *kind);

#define ORL_FOLLOW true			/* where the last name is a link, go where it leads */
#define ORL_NOFOLLOW false

/** orl_tree_lookup_locked() - links before the last name are followed; 0, -ENOENT, -ENOTDIR, -ELOOP
 */
int orl_tree_lookup_locked(struct orl_tree *t, const char *path, bool follow,
			   struct orl_node *node);
/** orl_tree_lookup() - the same, and discover what is not there; takes the lock */
int orl_tree_lookup(struct orl_tree *t, const char *path, bool follow, struct orl_node *node);
/**
 * orl_link_lead() - where a path goes on
 * @path: room for ORL_PATH_MAX bytes; its first @upto bytes end with a link's name. Changed into
 *        what it means: folder of the link, target, the rest
 * Return: 0, -ENOENT (it leads out of the tree), -ENAMETOOLONG.
 */
#define ORL_PATH_MAX 4096U
int orl_link_lead(char *path, size_t upto, const char *target);

/* byname.c: processes by their names, of each the newest; with the lock */
/** orl_byname_find() - the process, 0 if there is none */
int32_t orl_byname_find(const struct orl_tree *t, const char *name);
void orl_byname_foreach(const struct orl_tree *t,
			void (*fn)(const char *name, int32_t pid, void *arg), void *arg);
#define ORL_BYNAME_TARGET "../processes/%d"
void orl_tree_stat_node(const struct orl_tree *t, const struct orl_node *node,
			struct orl_node_stat *st);

/** orl_tree_shared_locked() - the tree's session of an instance; 0 or -ENOENT, -ENODEV ... */
int orl_tree_shared_locked(struct orl_tree *t, const char *instance, struct orl_session **out);
uint32_t orl_tree_nr_cpus(const struct orl_tree *t);

/** orl_tree_events_locked() - @t->events, fresh */
int orl_tree_events_locked(struct orl_tree *t);
/** orl_tree_slots_locked() - the events system:name; false if there are none */
bool orl_tree_slots_locked(struct orl_tree *t, const char *system, const char *event,
			   struct orl_slots *slots);
/** orl_tree_has_system_locked() - is there an event of that system? */
bool orl_tree_has_system_locked(struct orl_tree *t, const char *system);
/** orl_tree_newest_locked() - which of several to show: the newest that lives in some process */
const struct orl_event *orl_tree_newest_locked(const struct orl_tree *t,
					       const struct orl_slots *slots);
/** orl_tree_format_locked() - the parsed format of an event, as long as the tree; NULL if it cannot
 * be parsed */
const struct orl_format *orl_tree_format_locked(struct orl_tree *t, int id);
/** orl_tree_ftrace() - an event of the system "ftrace", or NULL */
const struct orl_ftrace_event *orl_tree_ftrace(const char *name);

/** orl_tree_formats() - a table of its own for a reader: all events and the ftrace ones; to be
 * destroyed by the caller. Not under the tree's lock. */
int orl_tree_formats(struct orl_tree *t, struct orl_formats **out);

/* ---- what several kinds share ---- */

/** orl_store_number() - the whole of a command as a decimal number, a newline behind it allowed;
 * 0, -EINVAL, -ERANGE */
int orl_store_number(const char *buf, size_t len, uint64_t *out);
/** orl_store_trim() - without blanks at both ends; @len is updated */
char *orl_store_trim(char *buf, size_t *len);
/** orl_store_words() - call @fn for each word; what was used up before an error, or the error */
int orl_store_words(struct orl_file *f, char *buf, size_t len,
		    int (*fn)(struct orl_file *f, char *word));

/* The options that a domain has; in the order of trace_options. Ends at name NULL. */
struct orl_option {
	const char *name;
	uint64_t bit;			/* ORL_OPT_* */
};
extern const struct orl_option orl_options[];

#endif
