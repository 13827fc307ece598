// SPDX-License-Identifier: MIT
/*
 * Fuzz target of src/reader/debugfs-client.c: what a program says on its socket, any bytes.
 *
 * The input is the program's side of one connection: steps of 2 bytes, the first chooses, the
 * second counts. It hears a request, sends a message of so many bytes of the input, or an answer
 * that looks right, or hangs up. Between any two steps the client goes on with operations of its
 * own.
 */
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../unit/debugfs-reader/place.h"
#include "reader/debugfs-client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int listener = -1;

static void leave(void)
{
	remove_nodes(NULL);
}

static void begin(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (make_nodes(NULL))
		abort();
	atexit(leave);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket.0", dir);
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 8))
		abort();
}

static void must(bool yes)
{
	if (!yes)
		abort();
}

/* All operations at once, each as its own. */
static void go_on(struct orl_dfs_client *c, bool is_open)
{
	static const char who[4];
	static char buf[ORL_DFS_DATA_MAX];
	uint64_t until_ns;
	short events;

	if (!is_open)
		return;
	must(orl_dfs_client_read(c, &who[0], 0, buf, 4000, 5) <= 4000);
	must(orl_dfs_client_write(c, &who[1], 0, "text", 4, 0) <= 4);
	must(orl_dfs_client_poll(c, &who[2]) <= 0xffff);
	(void)orl_dfs_client_watch(c, POLLIN);
	(void)orl_dfs_client_wait(c, &events, &until_ns);
	must(strlen(orl_dfs_client_error(c)) < 256);
}

static void send_answer(int peer, uint8_t count, const uint8_t *data, size_t size)
{
	uint8_t message[sizeof(struct orl_dfs_answer) + 256] = { 0 };
	struct orl_dfs_answer a = { .magic = ORL_DFS_ANSWER };
	size_t len = count < size ? count : size;

	a.result = count & 1 ? (int32_t)len : count & 2 ? -(int32_t)count : ORL_DFS_SLEEPS;
	a.len = count & 4 ? (uint32_t)len : 0;
	a.events = count;
	memcpy(message, &a, sizeof(a));
	memcpy(message + sizeof(a), data, len);
	send(peer, message, sizeof(a) + a.len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orl_dfs_entry e = { .node = 2, .serial = 3, .kind = ORL_DFS_FILE };
	struct orl_dfs_client *c;
	bool is_open = false;
	char request[256];
	int peer, rc;

	if (listener < 0)
		begin();
	e.owner = (struct orl_dfs_owner){ .slot = 0, .pid = getpid(), .uid = geteuid() };
	must(!orl_dfs_client_create(&c, dir, &e, O_RDWR));
	rc = orl_dfs_client_open(c, c);
	must(rc == -EINPROGRESS);
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	for (; size >= 2; data += 2, size -= 2) {
		size_t len = data[1] < size - 2 ? data[1] : size - 2;

		switch (data[0] % 5) {
		case 0:
			(void)!recv(peer, request, sizeof(request), 0);
			break;
		case 1:
			send(peer, data + 2, len, MSG_NOSIGNAL | MSG_DONTWAIT);
			break;
		case 2:
			send_answer(peer, data[1], data + 2, size - 2);
			break;
		case 3:
			orl_dfs_client_cancel(c, &c);
			break;
		default:
			if (data[1] > 250)
				shutdown(peer, SHUT_RDWR);
		}
		if (rc == -EINPROGRESS) {
			rc = orl_dfs_client_open(c, c);
			is_open = rc >= 0;
		}
		go_on(c, is_open);
	}
	close(peer);
	go_on(c, is_open);
	orl_dfs_client_destroy(c);
	return 0;
}
