// SPDX-License-Identifier: MIT
/*
 * Reading folders.
 *
 * A folder is listed when it is opened, and again when the reader goes back to its beginning; in
 * between its listing stands still, so that nothing is named twice or skipped. An entry's offset is
 * its number, from 1.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuse/impl.h"

struct entry {
	char *name;
	struct orl_node_stat st;
};

struct listing {
	struct entry *entry;
	size_t nr, cap;
	bool failed, is_fresh;
	pthread_mutex_t lock; /* threads may share an open folder */
};

static bool add(const char *name, const struct orl_node_stat *st, void *arg)
{
	struct listing *l = arg;

	if (l->nr == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct entry *more = realloc(l->entry, cap * sizeof(*more));

		l->failed = !more;
		if (!more)
			return false;
		l->entry = more;
		l->cap = cap;
	}
	l->entry[l->nr].name = strdup(name);
	l->entry[l->nr].st = *st;
	l->failed = !l->entry[l->nr].name;
	l->nr += !l->failed;
	return !l->failed;
}

static void empty(struct listing *l)
{
	for (size_t i = 0; i < l->nr; i++)
		free(l->entry[i].name);
	l->nr = 0;
}

static int load(struct orl_fuse *m, struct listing *l, const char *path)
{
	struct orl_node_stat dir = { .mode = S_IFDIR, .ino = 1 };
	int rc;

	empty(l);
	l->failed = false;
	l->is_fresh = true;
	if (!add(".", &dir, l) || !add("..", &dir, l))
		return -ENOMEM;
	rc = orl_tree_list(m->tree, path, add, l);
	return rc ? rc : l->failed ? -ENOMEM : 0;
}

static void drop(struct listing *l)
{
	empty(l);
	free(l->entry);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static void do_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	struct listing *l = calloc(1, sizeof(*l));
	int rc;

	if (!l) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	pthread_mutex_init(&l->lock, NULL);
	rc = load(m, l, orl_fnode_of(&m->nodes, ino)->path);
	if (rc) {
		drop(l);
		fuse_reply_err(req, orl_fuse_gone(rc));
		return;
	}
	fi->fh = (uintptr_t)l;
	if (fuse_reply_open(req, fi) == -ENOENT)
		drop(l);
}

static void do_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	drop((struct listing *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* With attributes, the kernel remembers the entry as if it had looked it up. Returns the bytes
 * needed; more than @size: it was not written. */
static size_t put_plus(fuse_req_t req, struct orl_fuse *m, const char *folder,
		       const struct entry *e, off_t next, char *buf, size_t size)
{
	size_t need = fuse_add_direntry_plus(req, NULL, 0, e->name, NULL, 0);
	struct fuse_entry_param param = { 0 };
	char path[ORL_FUSE_PATH_MAX];

	if (need > size)
		return need;
	orl_fuse_attr(m, &e->st, &param.attr);
	/* A stream's inode is its opener's own; "." and ".." the kernel knows. Ino 0: not told. */
	if (e->name[0] != '.' && e->st.size != ORL_TREE_STREAM &&
	    !orl_fnode_join(path, folder, e->name))
		orl_fuse_entry(m, path, &e->st, &param);
	return fuse_add_direntry_plus(req, buf, size, e->name, &param, next);
}

static size_t put_plain(fuse_req_t req, struct orl_fuse *m, const struct entry *e, off_t next,
			char *buf, size_t size)
{
	struct stat attr;

	orl_fuse_attr(m, &e->st, &attr);
	return fuse_add_direntry(req, buf, size, e->name, &attr, next);
}

static void read_folder(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct listing *l,
			bool plus)
{
	struct orl_fuse *m = fuse_req_userdata(req);
	const char *folder = orl_fnode_of(&m->nodes, ino)->path;
	char *buf = malloc(size);
	size_t used = 0;
	int rc = buf ? 0 : -ENOMEM;

	pthread_mutex_lock(&l->lock);
	if (!rc && !off && !l->is_fresh)
		rc = load(m, l, folder);
	l->is_fresh = false;
	for (size_t i = off < 0 ? l->nr : (size_t)off; !rc && i < l->nr; i++) {
		size_t n = plus ? put_plus(req, m, folder, &l->entry[i], (off_t)i + 1, buf + used,
					   size - used)
				: put_plain(req, m, &l->entry[i], (off_t)i + 1, buf + used,
					    size - used);

		if (n > size - used)
			break;
		used += n;
	}
	pthread_mutex_unlock(&l->lock);
	if (rc)
		fuse_reply_err(req, orl_fuse_gone(rc));
	else
		fuse_reply_buf(req, buf, used);
	free(buf);
}

static void do_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		       struct fuse_file_info *fi)
{
	read_folder(req, ino, size, off, (struct listing *)(uintptr_t)fi->fh, false);
}

static void do_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi)
{
	read_folder(req, ino, size, off, (struct listing *)(uintptr_t)fi->fh, true);
}

void orl_fuse_folder_ops(struct fuse_lowlevel_ops *ops)
{
	ops->opendir = do_opendir;
	ops->releasedir = do_releasedir;
	ops->readdir = do_readdir;
	ops->readdirplus = do_readdirplus;
}
