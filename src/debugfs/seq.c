// SPDX-License-Identifier: MIT
/*
 * Files that are printed when they are read: how what is shown becomes bytes at positions.
 *
 *   file    0 .............. read_pos ......................
 *   buf           |  read already  | count bytes | room |
 *                 0              from                  size
 *
 * buf holds whole records, the last one shown being the one before m->index. A read first takes
 * what buf still holds, and only then shows again: one record at least, more while the reader has
 * room. A record that does not fit is forgotten, buf made twice as large, and the iterator started
 * again at the same index. A position that is not read_pos is reached by showing all that is before
 * it.
 */
#include <stdlib.h>

#define ORIEL_INTERNAL
#include <oriel/err.h>
#pragma GCC visibility push(default)
#include <oriel/seq_file.h>
#pragma GCC visibility pop

#define FIRST_SIZE 4096U		/* of buf; the kernel's page */
#define MOST_SIZE 0x7ffff000U		/* more than a read(2) takes: it shows without end */
#define TOO_SMALL 1			/* the record did not fit: more room, and again */

static bool make_room(struct seq_file *m, size_t size)
{
	free(m->buf);
	m->count = 0;
	m->from = 0;
	m->buf = size > MOST_SIZE ? NULL : malloc(size);
	m->size = m->buf ? size : 0;
	return m->buf;
}

static bool have_room(struct seq_file *m)
{
	return m->buf || make_room(m, FIRST_SIZE);
}

static void rewind_to_start(struct seq_file *m)
{
	m->read_pos = 0;
	m->index = 0;
	m->count = 0;
	m->from = 0;
}

/* Shows one record at the end of buf; 0, -errno, or TOO_SMALL. */
static int show(struct seq_file *m, void *v)
{
	size_t before = m->count;
	int err = m->op->show(m, v);

	if (err < 0)
		return err;
	if (err > 0)
		m->count = before;
	return seq_has_overflowed(m) ? TOO_SMALL : 0;
}

/* ---- going to a position ---- */

/* Shows from the start up to @offset, with the buffer as it is; as show(). */
static int skip_to(struct seq_file *m, loff_t offset)
{
	loff_t pos = 0;
	int err = 0;
	void *v;

	m->index = 0;
	m->count = 0;
	m->from = 0;
	v = m->op->start(m, &m->index);
	while (v) {
		err = IS_ERR(v) ? (int)PTR_ERR(v) : show(m, v);
		if (err)
			break;
		v = m->op->next(m, v, &m->index);
		if (pos + (loff_t)m->count > offset) {
			m->from = (size_t)(offset - pos);
			m->count -= m->from;
			break;
		}
		pos += (loff_t)m->count;
		m->count = 0;
		if (pos == offset)
			break;
	}
	m->op->stop(m, v);
	if (err)
		m->count = 0;
	return err;
}

static int go_to(struct seq_file *m, loff_t offset)
{
	int err = 0;

	if (!offset) {
		rewind_to_start(m);
		return 0;
	}
	if (!have_room(m))
		return -ENOMEM;
	while ((err = skip_to(m, offset)) == TOO_SMALL)
		if (!make_room(m, m->size * 2))
			err = -ENOMEM;
	if (err)
		rewind_to_start(m);
	else
		m->read_pos = offset;
	return err;
}

/* ---- reading ---- */

static size_t take(struct seq_file *m, char *buf, size_t size)
{
	size_t len = m->count < size ? m->count : size;

	memcpy(buf, m->buf + m->from, len);
	m->count -= len;
	m->from += len;
	return len;
}

/*
 * Starts, and shows until one record has bytes, which begin buf; it is *v then. 0 with *v NULL at
 * the end; -errno. The iterator is not stopped.
 */
static int show_first(struct seq_file *m, void **v)
{
	int err;

	m->from = 0;
	m->count = 0;
	*v = m->op->start(m, &m->index);
	while (*v) {
		err = IS_ERR(*v) ? (int)PTR_ERR(*v) : show(m, *v);
		if (!err && m->count)
			return 0;
		if (!err) {
			*v = m->op->next(m, *v, &m->index);
			continue;
		}
		if (err != TOO_SMALL)
			return err;
		m->op->stop(m, *v);
		*v = NULL;
		if (!make_room(m, m->size * 2))
			return -ENOMEM;
		*v = m->op->start(m, &m->index);
	}
	return 0;
}

/* Shows more behind the record @v, for a reader with room for @size bytes; the iterator's last. */
static void *show_more(struct seq_file *m, void *v, size_t size)
{
	for (;;) {
		size_t before = m->count;
		loff_t index = m->index;

		v = m->op->next(m, v, &m->index);
		/* A next() that stays where it is would be asked for ever. */
		if (m->index == index)
			m->index++;
		if (!v || IS_ERR(v) || m->count >= size)
			return v;
		if (show(m, v)) {
			m->count = before;
			return v;
		}
	}
}

/* One round of the iterator; 0 or -errno. */
static int fill(struct seq_file *m, size_t size)
{
	bool is_started;
	void *v;
	int err = show_first(m, &v);

	/* -ENOMEM of ours comes between two rounds */
	is_started = m->buf;
	if (!err && v)
		v = show_more(m, v, size);
	else
		m->count = 0;
	if (is_started)
		m->op->stop(m, v);
	return err;
}

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	size_t copied = 0;
	int err = 0;

	if (!size)
		return 0;
	if (*ppos == 0) {
		m->index = 0;
		m->count = 0;
	}
	if (*ppos != m->read_pos)
		err = go_to(m, *ppos);
	if (!err && !have_room(m))
		err = -ENOMEM;
	if (!err && m->count)
		copied = take(m, buf, size);
	if (!err && !m->count && copied < size) {
		err = fill(m, size - copied);
		if (!err)
			copied += take(m, buf + copied, size - copied);
	}
	if (!copied)
		return err;
	*ppos += (loff_t)copied;
	m->read_pos += (loff_t)copied;
	return (ssize_t)copied;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	struct seq_file *m = file->private_data;
	int err;

	if (whence == SEEK_CUR && __builtin_add_overflow(offset, file->f_pos, &offset))
		return -EINVAL;
	if ((whence != SEEK_SET && whence != SEEK_CUR) || offset < 0)
		return -EINVAL;
	if (offset != m->read_pos) {
		err = go_to(m, offset);
		if (err) {
			file->f_pos = 0;
			return err;
		}
	}
	file->f_pos = offset;
	return offset;
}

/* ---- open and release ---- */

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->op = op;
	m->file = file;
	file->private_data = m;
	return 0;
}

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	free(m->buf);
	free(m);
	return 0;
}

void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	void *private = calloc(1, (size_t)psize);

	if (!private)
		return NULL;
	if (seq_open(file, op)) {
		free(private);
		return NULL;
	}
	((struct seq_file *)file->private_data)->private = private;
	return private;
}

int seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	return __seq_open_private(file, op, psize) ? 0 : -ENOMEM;
}

int seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	free(m->private);
	return seq_release(inode, file);
}

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)
{
	struct seq_operations *op = malloc(sizeof(*op));
	int err;

	if (!op)
		return -ENOMEM;
	*op = (struct seq_operations){ single_start, single_stop, single_next, show };
	err = seq_open(file, op);
	if (err)
		free(op);
	else
		((struct seq_file *)file->private_data)->private = data;
	return err;
}

int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data,
		     size_t size)
{
	int err = single_open(file, show, data);

	if (!err && size && !make_room(file->private_data, size)) {
		single_release(NULL, file);
		err = -ENOMEM;
	}
	return err;
}

int single_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	union {
		const struct seq_operations *is;
		void *was;
	} op = { .is = m->op };

	free(op.was);
	return seq_release(inode, file);
}
