// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/debugfs: what a peer says on a program's socket, any bytes.
 *
 * The input is one peer's messages: a byte that chooses, one that counts, and the bytes. Some are
 * sent as they are, most as a request with fields from the input. Afterwards the program serves the
 * next peer as if nothing had been.
 */
#include <errno.h>
#include <fcntl.h>
#include <oriel/debugfs.h>
#include <oriel/seq_file.h>
#include <oriel/simple.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit/debugfs/client.c"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static u32 level = 5;
static char *name;
static char written[64];
static struct orl_dfs_node node[4];
static uint32_t index_of[4];
static int slot;

static int status_show(struct seq_file *s, void *unused)
{
	(void)unused;
	seq_printf(s, "level %u\n", level);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

static ssize_t text_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	(void)file;
	return simple_write_to_buffer(written, sizeof(written), pos, buf, size);
}

static ssize_t text_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	(void)file;
	return simple_read_from_buffer(buf, size, pos, written, sizeof(written));
}

static const struct file_operations text_fops = {
	.read = text_read, .write = text_write, .llseek = default_llseek,
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const paths[] = { "d/status", "d/text", "d/name", "d/level" };
	struct dentry *d;

	(void)argc;
	place_begin(*argv);
	atexit(place_end);
	name = strdup("a name");
	d = debugfs_create_dir("d", NULL);
	debugfs_create_file("status", 0444, d, NULL, &status_fops);
	debugfs_create_file("text", 0644, d, NULL, &text_fops);
	debugfs_create_str("name", 0644, d, &name);
	debugfs_create_u32("level", 0644, d, &level);
	slot = place_slot((uint32_t)getpid());
	for (int i = 0; i < 4; i++)
		if (slot < 0 || !node_find(slot, paths[i], &node[i], &index_of[i]))
			abort();
	return 0;
}

/* Until it answers, hangs up, or has had its time: some messages have no answer. */
static bool hear(int fd)
{
	static char answer[sizeof(struct orl_dfs_answer) + ORL_DFS_DATA_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 20) > 0 && recv(fd, answer, sizeof(answer), 0) > 0;
}

static void send_request(int fd, const uint8_t *at, size_t len)
{
	uint8_t message[sizeof(struct orl_dfs_request) + 256];
	struct orl_dfs_request r = { .magic = ORL_DFS_REQUEST };
	unsigned int which = at[0] >> 4 & 3;
	size_t data = len > 10 ? len - 10 : 0;

	r.op = at[0] % 8;
	r.node = index_of[which];
	r.serial = node[which].serial;
	if (len > 1)
		r.flags = at[1] & 0x0f;
	if (len > 9)
		memcpy(&r.off, at + 2, sizeof(r.off));
	if (at[0] & 0x40)
		r.off &= 255;
	r.len = r.op == ORL_DFS_WRITE ? (uint32_t)data : (uint32_t)len * 300;
	memcpy(message, &r, sizeof(r));
	if (r.op != ORL_DFS_WRITE || data > 256)
		data = 0;
	memcpy(message + sizeof(r), at + len - data, data);
	send(fd, message, sizeof(r) + data, MSG_NOSIGNAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = dial(slot), rc;
	bool goes_on = fd >= 0;

	while (size >= 3 && goes_on) {
		size_t len = data[1] % 64 + 1U;

		if (len > size - 2)
			len = size - 2;
		if (data[0] & 1)
			send_request(fd, data + 2, len);
		else if (send(fd, data + 2, len, MSG_NOSIGNAL) < 0)
			break;
		goes_on = hear(fd);
		data += 2 + len;
		size -= 2 + len;
	}
	if (fd >= 0)
		close(fd);
	if (!strstr(cat(slot, "d/status", &rc), "level "))
		abort();
	return 0;
}
