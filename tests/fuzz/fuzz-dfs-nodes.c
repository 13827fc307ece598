// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/reader/debugfs*.c and src/tree/debugfs*.c: the nodes that a program shows.
 *
 * The input is records of 10 bytes, each with a name behind that ends with NUL: which node, what is
 * in it, where its value is said to be. A record for node 0 changes the header. Whatever stands
 * there, the tree can be walked, and each file is read or fails.
 */
#include "../unit/debugfs-reader/place.h"

#define NODES 48U
#define DEPTH 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	uint64_t word, pointer[2];
	char string[16];
} memory = { .word = 7, .string = "a string" };

static void leave(void)
{
	remove_nodes(NULL);
}

static uint64_t address(uint8_t which, uint8_t off)
{
	const uint64_t known[] = {
		(uintptr_t)&memory.word, (uintptr_t)memory.pointer, (uintptr_t)memory.string, 0, 16,
		UINT64_MAX, (uintptr_t)&memory.word + 3, 1ULL << 47,
	};

	memory.pointer[0] = which & 8 ? (uintptr_t)memory.string : known[off % 8];
	memory.pointer[1] = which & 16 ? 5 : which & 32 ? UINT64_MAX : 1ULL << 33;
	return known[which % 8];
}

static void change_header(const uint8_t *r)
{
	uint32_t word;

	memcpy(&word, r + 2, sizeof(word));
	if (r[1] & 1)
		header->nr = word;
	if (r[1] & 2)
		header->ready = word;
	if (r[1] & 4)
		header->has_socket = word;
	if (r[1] & 8)
		header->magic ^= word;
}

static void change_node(const uint8_t *r, const char *name, size_t len)
{
	struct orl_dfs_node *n = &nodes[r[0] % NODES];

	n->seq = r[1] > 240 ? r[1] : r[1] & ~1U;
	n->kind = r[2];
	n->parent = r[3] % (NODES + 2);
	n->target = r[4];
	n->mode = r[5] * 257U;
	n->addr = address(r[6], r[7]);
	n->serial = r[8];
	n->size = r[9] & 1 ? UINT64_MAX : r[9];
	/* with its NUL or, where it ends at the input's end, without */
	memset(n->text, r[9], sizeof(n->text));
	memcpy(n->text, name, len < sizeof(n->text) ? len : sizeof(n->text));
}

static int depth;

static bool visit(const char *name, const struct orl_node_stat *st, void *arg)
{
	const char *folder = arg;
	char path[2048], target[64], buf[512];
	struct orl_node_stat again;
	struct orl_file *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)orl_tree_stat(tree, path, &again);
	(void)orl_tree_readlink(tree, path, target, sizeof(target));
	if (S_ISDIR(st->mode) && depth < DEPTH) {
		depth++;
		orl_tree_list(tree, path, visit, path);
		depth--;
	}
	if (!S_ISREG(st->mode) || !strcmp(name, "info") ||
	    orl_tree_open_file(tree, path, O_RDWR, NULL, &f))
		return true;
	for (int i = 0; i < 3; i++)
		if (orl_file_read(f, buf, sizeof(buf), i * 100) > (ssize_t)sizeof(buf))
			abort();
	if (st->mode & 0222)
		(void)orl_file_write(f, "1\n", 2, 0, NULL);
	(void)orl_file_poll(f);
	orl_file_close(f);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orl_dfs before;
	char top[32];

	if (!tree) {
		if (make_nodes(NULL))
			abort();
		atexit(leave);
	}
	memset(nodes + 2, 0, NODES * sizeof(*nodes));
	before = *header;
	header->nr = NODES;
	while (size > 10) {
		const char *name = (const char *)data + 10;
		size_t len = strnlen(name, size - 10);

		if (data[0])
			change_node(data, name, len + (len < size - 10));
		else
			change_header(data);
		data += 10 + len;
		size -= 10 + len;
		if (size) {
			data++;
			size--;
		}
	}
	header->gen = before.gen + 1;
	snprintf(top, sizeof(top), "processes/%d", (int)getpid());
	orl_tree_list(tree, top, visit, top);
	before.gen += 2;
	*header = before;
	return 0;
}
