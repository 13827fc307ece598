// SPDX-License-Identifier: MIT
/*
 * Adding to the registry of print sites.
 *
 * What an adder does, and what its death in between leaves:
 *
 *   P1  data_used += len       the room is nobody else's               room that is never used
 *   P2  memory behind it       allocated, then data_ready moves on     memory that the next one
 *                                                                      finds, or allocates again
 *   P3  the entry is written                                           as P1
 *   P4  index word: 0 -> entry, compare-and-swap, release              -
 *
 * A reader's acquire of the index word pairs with P4. Who loses P4 to another process that adds the
 * same site takes that one, and its own room is lost.
 */
#include "domain/prints.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "domain/sys.h"

#define HASH_SEED 0xcbf29ce484222325ULL
#define MAX_PROBES 4096U		/* a registry that is this crowded is full */
#define NAME_LEN_MAX 400U		/* of an entry's texts but head and format */
#define FIXED offsetof(struct orl_print, text)

#define load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

/* ---- the file ---- */

/*
 * Where memory cannot be allocated for a part of a file, zeros are written instead: to all of it,
 * since others may have written to a later piece.
 */
static uint64_t first_ready(int fd)
{
	long rc = orl_sys_result(syscall(SYS_fallocate, fd, 0, 0, ORL_PRINTS_OFF_INDEX));

	return rc == -EOPNOTSUPP ? ORL_PRINTS_DATA : ORL_PRINTS_PIECE;
}

static int fill(int fd)
{
	struct {
		uint64_t magic;
		uint32_t version, size;
		uint64_t data_used, data_ready;
	} head = { ORL_PRINTS_MAGIC, ORL_PRINTS_VERSION, ORL_PRINTS_SIZE, 0, 0 };
	int rc = orl_sys_ftruncate(fd, ORL_PRINTS_SIZE);

	if (rc)
		return rc;
	head.data_ready = first_ready(fd);
	rc = orl_domain_file_allocate(fd, 0, ORL_PRINTS_OFF_DATA + head.data_ready);
	if (!rc && orl_sys_pwrite(fd, &head, sizeof(head), 0) != sizeof(head))
		rc = -EIO;
	return rc;
}

static int create(int dirfd)
{
	struct orl_new_file file;
	int rc = orl_domain_file_begin(&file, dirfd);

	if (rc)
		return rc;
	rc = fill(file.fd);
	if (rc) {
		orl_domain_file_abandon(&file, dirfd);
		return rc;
	}
	rc = orl_domain_file_publish(&file, dirfd, ORL_PRINTS_NAME);
	return rc == -EEXIST ? 0 : rc;
}

/* A descriptor or -errno; made when it is missing and @make says so. */
static int open_file(const struct orl_domain *d, bool make)
{
	int dirfd = orl_domain_open_dir(d->dir), rc = 0, fd;

	if (dirfd < 0)
		return dirfd;
	fd = orl_sys_openat(dirfd, ORL_PRINTS_NAME, O_RDWR | ORL_OPEN_SAFE, 0);
	if (fd == -ENOENT && make) {
		rc = create(dirfd);
		if (!rc)
			fd = orl_sys_openat(dirfd, ORL_PRINTS_NAME, O_RDWR | ORL_OPEN_SAFE, 0);
	}
	orl_sys_close(dirfd);
	return rc ? rc : fd;
}

static int check(int fd)
{
	struct {
		uint64_t magic;
		uint32_t version, size;
	} head;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_uid != geteuid())
		return -EPERM;
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)ORL_PRINTS_SIZE ||
	    orl_sys_pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    head.magic != ORL_PRINTS_MAGIC)
		return -EBADMSG;
	if (head.version != ORL_PRINTS_VERSION)
		return -EPROTO;
	return head.size == ORL_PRINTS_SIZE ? 0 : -EBADMSG;
}

int orl_registry_open(struct orl_registry *r, const struct orl_domain *d)
{
	int fd = open_file(d, true), rc;
	void *map;

	r->head = NULL;
	r->domain = d;
	if (fd < 0)
		return fd;
	rc = check(fd);
	if (!rc) {
		map = mmap(NULL, ORL_PRINTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED)
			rc = -errno;
		else
			r->head = map;
	}
	orl_sys_close(fd);
	return rc;
}

void orl_registry_close(struct orl_registry *r)
{
	if (r->head)
		munmap(r->head, ORL_PRINTS_SIZE);
	r->head = NULL;
}

/* ---- entries ---- */

static uint64_t *index_of(const struct orl_registry *r)
{
	return (uint64_t *)(void *)((char *)r->head + ORL_PRINTS_OFF_INDEX);
}

static char *data_of(const struct orl_registry *r)
{
	return (char *)r->head + ORL_PRINTS_OFF_DATA;
}

static struct orl_print *entry_of(const struct orl_registry *r, uint64_t word)
{
	uint64_t off = ((word & UINT32_MAX) - 1) * 8, ready = load_acquire(&r->head->data_ready);
	struct orl_print *entry;

	if (!(word & UINT32_MAX) || ready > ORL_PRINTS_DATA || off > ready ||
	    ready - off < sizeof(*entry))
		return NULL;
	entry = (struct orl_print *)(void *)(data_of(r) + off);
	return entry->len > ready - off ? NULL : entry;
}

/* An entry that is being made or looked for: its fixed part, and its texts in order. */
struct draft {
	uint64_t hash;
	uint32_t len, line;
	uint8_t kind, class_id;
	uint16_t text_len[ORL_PRINT_NR_TEXTS];
	const char *text[ORL_PRINT_NR_TEXTS];
};

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ULL;
	return hash;
}

/* Names are cut where they are too long; a format is not, since its record would not fit it. */
static int draft_from(struct draft *d, const struct orl_print_source *site)
{
	size_t len = FIXED;
	uint64_t hash = HASH_SEED;

	*d = (struct draft){ .line = site->line, .kind = site->kind,
			     .class_id = site->class_id };
	for (unsigned int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		bool may_cut = i != ORL_PRINT_HEAD && i != ORL_PRINT_FORMAT;
		size_t max = may_cut ? NAME_LEN_MAX : ORL_PRINT_MAX;

		d->text[i] = site->text[i] ? site->text[i] : "";
		d->text_len[i] = (uint16_t)strnlen(d->text[i], max);
		len += d->text_len[i] + 1U;
		hash = hash_bytes(hash, d->text[i], d->text_len[i]) * 31;
	}
	hash = hash_bytes(hash, &d->line, sizeof(d->line));
	d->hash = hash_bytes(hash_bytes(hash, &d->kind, 1), &d->class_id, 1);
	d->len = (uint32_t)((len + 7) & ~(size_t)7);
	return d->len > ORL_PRINT_MAX ? -E2BIG : 0;
}

static bool is_same(const struct orl_print *entry, const struct draft *d)
{
	const char *text = entry->text;

	if (entry->hash != d->hash || entry->len != d->len ||
	    entry->line != d->line || entry->kind != d->kind ||
	    entry->class_id != d->class_id ||
	    memcmp(entry->text_len, d->text_len, sizeof(entry->text_len)))
		return false;
	for (unsigned int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		if (memcmp(text, d->text[i], d->text_len[i]))
			return false;
		text += d->text_len[i] + 1;
	}
	return true;
}

/* What of the hash stands in the index: 31 bits, so that a word is no -errno. */
static uint64_t index_hash(const struct draft *d)
{
	return d->hash >> 33;
}

/* Memory behind the first @need bytes of data. */
static int grow(struct orl_registry *r, uint64_t need)
{
	uint64_t ready = load_acquire(&r->head->data_ready);
	int fd, rc = 0;

	if (need <= ready)
		return 0;
	fd = open_file(r->domain, false);
	if (fd < 0)
		return fd;
	while (!rc && ready < need) {
		uint64_t piece = ready > ORL_PRINTS_DATA - ORL_PRINTS_PIECE
					 ? 0
					 : ORL_PRINTS_PIECE;

		rc = piece ? orl_domain_file_allocate(fd, ORL_PRINTS_OFF_DATA + ready, piece)
			   : -ENOSPC;
		if (!rc && __atomic_compare_exchange_n(&r->head->data_ready, &ready, ready + piece,
						       false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			ready += piece;
	}
	orl_sys_close(fd);
	return rc;
}

/* P1 to P3. Return: the index word of the new entry, or -errno. */
static int64_t write_entry(struct orl_registry *r, const struct draft *d)
{
	uint64_t len = d->len, off;
	struct orl_print *entry;
	char *text;
	int rc;

	if (load(&r->head->data_used) > ORL_PRINTS_DATA - len)
		return -ENOSPC;
	off = __atomic_fetch_add(&r->head->data_used, len, __ATOMIC_RELAXED);
	if (off % 8 || off > ORL_PRINTS_DATA - len)
		return -ENOSPC;
	rc = grow(r, off + len);
	if (rc)
		return rc;
	entry = (struct orl_print *)(void *)(data_of(r) + off);
	entry->hash = d->hash;
	entry->len = d->len;
	entry->line = d->line;
	entry->decors = 0;
	entry->kind = d->kind;
	entry->class_id = d->class_id;
	memcpy(entry->text_len, d->text_len, sizeof(entry->text_len));
	entry->pad = 0;
	text = entry->text;
	for (unsigned int i = 0; i < ORL_PRINT_NR_TEXTS; i++) {
		memcpy(text, d->text[i], d->text_len[i]);
		text += d->text_len[i];
		*text++ = '\0';
	}
	memset(text, 0, (size_t)((char *)entry + len - text));
	return (int64_t)(index_hash(d) << 32 | (off / 8 + 1));
}

static int64_t find_or_add(struct orl_registry *r, const struct draft *d)
{
	uint64_t *index = index_of(r);
	int64_t mine = 0;

	for (uint32_t probe = 0; probe < MAX_PROBES; probe++) {
		uint32_t slot = ((uint32_t)d->hash + probe) & (ORL_NR_PRINTS - 1);
		uint64_t word = load_acquire(&index[slot]);
		const struct orl_print *entry;

		if (!word) {
			if (!mine)
				mine = write_entry(r, d);
			if (mine < 0)
				return mine;
			/* P4 */
			if (__atomic_compare_exchange_n(&index[slot], &word, (uint64_t)mine, false,
							__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				return slot;
		}
		if (word >> 32 != index_hash(d))
			continue;
		entry = entry_of(r, word);
		if (entry && is_same(entry, d))
			return slot;
	}
	return -ENOSPC;
}

int64_t orl_registry_add(struct orl_registry *r, const struct orl_print_source *site)
{
	struct draft d;
	int64_t number = draft_from(&d, site);

	if (!number)
		number = find_or_add(r, &d);
	if (number == -ENOSPC || number == -E2BIG)
		__atomic_fetch_add(&r->head->full, 1, __ATOMIC_RELAXED);
	return number;
}

void orl_registry_note_decor(struct orl_registry *r, uint32_t number, uint32_t decor)
{
	struct orl_print *entry;

	if (number >= ORL_NR_PRINTS)
		return;
	entry = entry_of(r, load_acquire(&index_of(r)[number]));
	if (entry && !(load(&entry->decors) >> (decor % ORL_NR_DECORS) & 1))
		__atomic_fetch_or(&entry->decors, 1U << (decor % ORL_NR_DECORS), __ATOMIC_RELEASE);
}
