/* SPDX-License-Identifier: MIT */
/*
 * Files that are printed when they are read, with the kernel's names and meaning
 * (linux/seq_file.h): a function shows the whole file (single_open()), or an iterator shows one
 * record after another (seq_open()), into a buffer that grows until a record fits.
 *
 *	static int status_show(struct seq_file *m, void *unused)
 *	{
 *		struct my_driver *drv = m->private;
 *
 *		seq_printf(m, "State: %s\n", drv->state);
 *		return 0;
 *	}
 *	DEFINE_SHOW_ATTRIBUTE(status);
 *
 *	debugfs_create_file("status", 0444, dir, drv, &status_fops);
 *
 * An iterator: start() gives the record at *pos, or NULL behind the last one, or ERR_PTR(); next()
 * moves *pos on and gives the record there; stop() ends a round, however it went; show() prints one
 * record and returns 0, SEQ_SKIP to show nothing of it, or -errno. start() to stop() run without a
 * pause, so start() may take a lock that stop() lets go. A record that does not fit is shown again
 * from start() with a buffer twice as large, so show() must not change what it shows.
 *
 * A struct seq_file is used by one thread at a time: the service thread, which reads for all.
 * seq_*() that print run in show() alone. A file that has no memory answers -ENOMEM.
 */
#ifndef ORIEL_SEQ_FILE_H
#define ORIEL_SEQ_FILE_H

#include <oriel/hexdump.h>
#include <oriel/simple.h>
#include <stdarg.h>

#define ORIEL_SHARED_INLINE static inline __attribute__((unused))

ORIEL_BEGIN_DECLS

struct seq_operations;

struct seq_file {
	char *buf;
	size_t size;			/* of buf; count == size: what was shown did not fit */
	size_t from;			/* bytes of buf that were read already */
	size_t count;			/* bytes behind them that were not */
	size_t pad_until;
	loff_t index;			/* *pos of the next record */
	loff_t read_pos;		/* where in the file buf + from is */
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
#ifdef __cplusplus
	void *private_;
#else
	void *private;			/* of the functions */
#endif
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP 1
/* What start() may return for a heading. */
#define SEQ_START_TOKEN ((void *)1)

/* ---- a file that shows records ---- */

/**
 * seq_open() - open of a file that an iterator shows
 * @op: kept, not copied
 *
 * Makes file->private_data a struct seq_file. Undone with seq_release(). Return: 0 or -ENOMEM.
 */
int seq_open(struct file *file, const struct seq_operations *op) ORIEL_LINKED(seq_open);

/**
 * seq_read() - read of such a file
 *
 * At 0 it begins anew; at another place than where the last read ended it first shows what lies
 * before and forgets it. A read gives whole records where the buffer of the reader allows.
 * Return: bytes, 0 at the end, -ENOMEM, or the error of start() or show() when nothing was read.
 */
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
	ORIEL_LINKED(seq_read);

/**
 * seq_lseek() - llseek of such a file
 * Return: the new position; -EINVAL below 0 and for any @whence but SEEK_SET and SEEK_CUR;
 * -ENOMEM; or the error of start() or show().
 */
loff_t seq_lseek(struct file *file, loff_t offset, int whence) ORIEL_LINKED(seq_lseek);
int seq_release(struct inode *inode, struct file *file) ORIEL_LINKED(seq_release);

/**
 * __seq_open_private() - seq_open() with @psize zeroed bytes as the file's private
 * Undone with seq_release_private(). Return: those bytes, or NULL when there is no memory.
 */
void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize)
	ORIEL_LINKED(__seq_open_private);
/** seq_open_private() - the same; 0 or -ENOMEM */
int seq_open_private(struct file *file, const struct seq_operations *op, int psize)
	ORIEL_LINKED(seq_open_private);
/** seq_release_private() - seq_release(), and free(3) of private */
int seq_release_private(struct inode *inode, struct file *file) ORIEL_LINKED(seq_release_private);

/* ---- a file that one function shows ---- */

/**
 * single_open() - open of a file that @show prints as a whole
 * @data: becomes the file's private
 *
 * Undone with single_release(). Return: 0 or -ENOMEM.
 */
int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)
	ORIEL_LINKED(single_open);
/** single_open_size() - single_open() with a first buffer of @size bytes; 0: as single_open() */
int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data,
		     size_t size) ORIEL_LINKED(single_open_size);
int single_release(struct inode *inode, struct file *file) ORIEL_LINKED(single_release);

/* ---- printing ---- */

/** seq_printf() - print with the kernel's conversions (%pM, %pI4, %*ph ...) */
void seq_printf(struct seq_file *m, const char *fmt, ...) ORIEL_LINKED(seq_printf)
	__attribute__((format(printf, 2, 3)));
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args) ORIEL_LINKED(seq_vprintf)
	__attribute__((format(printf, 2, 0)));

/** seq_has_overflowed() - did something not fit? Then show() may stop early: it is called again */
ORIEL_INLINE bool seq_has_overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

ORIEL_INLINE void oriel_seq_set_overflow(struct seq_file *m)
{
	m->count = m->size;
}

/** seq_get_buf() - the room that is left, in *@bufp; the bytes of it; seq_commit() them */
ORIEL_INLINE size_t seq_get_buf(struct seq_file *m, char **bufp)
{
	*bufp = m->count < m->size ? m->buf + m->count : 0;
	return m->size - m->count;
}

/** seq_commit() - take @num bytes that were put into the room; -1: they did not fit */
ORIEL_INLINE void seq_commit(struct seq_file *m, int num)
{
	m->count = num < 0 ? m->size : m->count + (size_t)num;
}

/** seq_write() - add any bytes; 0, or -1 when they did not fit */
int seq_write(struct seq_file *m, const void *data, size_t len) ORIEL_LINKED(seq_write);
void seq_puts(struct seq_file *m, const char *s) ORIEL_LINKED(seq_puts);

ORIEL_SHARED_INLINE void seq_putc(struct seq_file *m, char c)
{
	if (m->count < m->size)
		m->buf[m->count++] = c;
}

/** seq_setwidth() - the column, from here, to which seq_pad() fills with blanks */
ORIEL_INLINE void seq_setwidth(struct seq_file *m, size_t size)
{
	m->pad_until = m->count + size;
}

/** seq_pad() - fill with blanks up to the column; then @c, unless it is 0 */
void seq_pad(struct seq_file *m, char c) ORIEL_LINKED(seq_pad);

/** seq_put_decimal_ull_width() - @delimiter, and @num right-aligned in @width columns */
void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter, unsigned long long num,
			       unsigned int width) ORIEL_LINKED(seq_put_decimal_ull_width);
void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
	ORIEL_LINKED(seq_put_decimal_ull);
void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
	ORIEL_LINKED(seq_put_decimal_ll);
/** seq_put_hex_ll() - @delimiter, and @v with at least @width hexadecimal digits */
void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width) ORIEL_LINKED(seq_put_hex_ll);

#define ESCAPE_SPACE 1U			/* \f \n \r \t \v */
#define ESCAPE_SPECIAL 2U		/* \" \\ \a \e */
#define ESCAPE_NULL 4U			/* \0 */
#define ESCAPE_OCTAL 8U			/* \ooo */
#define ESCAPE_ANY (ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_SPECIAL | ESCAPE_NULL)
#define ESCAPE_NP 16U			/* what can be printed stays as it is */
#define ESCAPE_ANY_NP (ESCAPE_ANY | ESCAPE_NP)
#define ESCAPE_HEX 32U			/* \xHH */
#define ESCAPE_NA 64U			/* ASCII stays */
#define ESCAPE_NAP 128U			/* printable ASCII stays */
#define ESCAPE_APPEND 256U		/* those of @esc are escaped besides what the rest names */

/**
 * seq_escape_mem() - print bytes, some of them escaped
 * @flags: ESCAPE_*: in which ways, tried in the order above
 * @esc:   the characters that are escaped; NULL or "": all
 */
void seq_escape_mem(struct seq_file *m, const char *src, size_t len, unsigned int flags,
		    const char *esc) ORIEL_LINKED(seq_escape_mem);

ORIEL_SHARED_INLINE void seq_escape_str(struct seq_file *m, const char *src, unsigned int flags,
					const char *esc)
{
	seq_escape_mem(m, src, strlen(src), flags, esc);
}

/** seq_escape() - print @s, with those of its characters that are in @esc as \ooo */
ORIEL_SHARED_INLINE void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	seq_escape_str(m, s, ESCAPE_OCTAL, esc);
}

/** seq_show_option() - ",name" or ",name=value", escaped as a mount option is */
ORIEL_SHARED_INLINE void seq_show_option(struct seq_file *m, const char *name, const char *value)
{
	seq_putc(m, ',');
	seq_escape(m, name, ",= \t\n\\");
	if (value) {
		seq_putc(m, '=');
		seq_escape(m, value, ", \t\n\\");
	}
}

/**
 * seq_hex_dump() - lines of hexadecimal bytes
 * @prefix_str:  stands before each line
 * @prefix_type: DUMP_PREFIX_*: what stands behind that
 * @rowsize:     bytes of a line: 16 or 32
 * @groupsize:   bytes that are printed as one number: 1, 2, 4 or 8
 * @ascii:       show them as characters too
 */
void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii)
	ORIEL_LINKED(seq_hex_dump);

/* ---- defining files ---- */

#ifdef __cplusplus
#define ORIEL_SEQ_PRIVATE private_
#else
#define ORIEL_SEQ_PRIVATE private
#endif

/* DEFINE_SEQ_ATTRIBUTE(name) - name_fops of a file that name_sops shows, with the file's data */
#define DEFINE_SEQ_ATTRIBUTE(name)                                                                 \
	static int name##_open(struct inode *inode, struct file *file)                             \
	{                                                                                          \
		int ret = seq_open(file, &name##_sops);                                            \
												   \
		if (!ret && inode->i_private)                                                      \
			((struct seq_file *)file->private_data)->ORIEL_SEQ_PRIVATE =               \
				inode->i_private;                                                  \
		return ret;                                                                        \
	}                                                                                          \
	static const struct file_operations name##_fops =                                          \
		ORIEL_FILE_OPERATIONS(seq_lseek, seq_read, 0, name##_open, seq_release)

#define ORIEL_SHOW_ATTRIBUTE(name, write)                                                          \
	static int name##_open(struct inode *inode, struct file *file)                             \
	{                                                                                          \
		return single_open(file, name##_show, inode->i_private);                           \
	}                                                                                          \
	static const struct file_operations name##_fops =                                          \
		ORIEL_FILE_OPERATIONS(seq_lseek, seq_read, write, name##_open, single_release)

/* DEFINE_SHOW_ATTRIBUTE(name) - name_fops of a file that name_show() prints */
#define DEFINE_SHOW_ATTRIBUTE(name) ORIEL_SHOW_ATTRIBUTE(name, 0)

/* DEFINE_SHOW_STORE_ATTRIBUTE(name) - the same, written to by name_write() */
#define DEFINE_SHOW_STORE_ATTRIBUTE(name) ORIEL_SHOW_ATTRIBUTE(name, name##_write)

ORIEL_END_DECLS

#endif
