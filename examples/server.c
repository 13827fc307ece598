// SPDX-License-Identifier: MIT
/*
 * oriel-kv: a small key-value server with events.
 *
 *   oriel-kv [PORT]      on 127.0.0.1; without PORT, or with 0, a free one; says which
 *
 * It speaks the part of memcached's text protocol that get, set and delete are made of, and hangs
 * up on anything else. Each connection has a thread, which reads what has come, answers every whole
 * request in it, and writes the answers at once.
 *
 * Oriel is in it in two places: kv_trace.h declares the events, and the trace_...() calls below
 * record them. There is nothing to start or configure:
 *
 *   oriel enable 'kv:*'; oriel trace | head; oriel disable 'kv:*'
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kv.h"

#define CREATE_TRACE_POINTS
#include "kv_trace.h"

#define BUFFER_SIZE 65536U
/* The most that one answer takes. */
#define ANSWER_MAX (KV_MAX_KEY + KV_MAX_VALUE + 64U)
/* What a handler returns besides the bytes it took. */
#define INCOMPLETE 0
#define GOODBYE (-1)

struct connection {
	int fd;
	uint64_t id, requests, bytes_in, bytes_out;
	size_t in_len, out_len;
	char in[BUFFER_SIZE], out[BUFFER_SIZE];
};

static int write_all(struct connection *c)
{
	size_t done = 0;

	while (done < c->out_len) {
		ssize_t n = send(c->fd, c->out + done, c->out_len - done, MSG_NOSIGNAL);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	c->bytes_out += c->out_len;
	c->out_len = 0;
	return 0;
}

static void say(struct connection *c, const char *text)
{
	size_t len = strlen(text);

	memcpy(c->out + c->out_len, text, len);
	c->out_len += len;
}

static void answer_get(struct connection *c, uint64_t request, const char *key, size_t key_len)
{
	char value[KV_MAX_VALUE];
	enum kv_status status;
	uint32_t size;

	status = kv_get(key, key_len, value, &size);
	if (status == KV_DONE) {
		c->out_len += (size_t)snprintf(c->out + c->out_len, ANSWER_MAX,
					       "VALUE %.*s 0 %u\r\n", (int)key_len, key, size);
		memcpy(c->out + c->out_len, value, size);
		c->out_len += size;
		say(c, "\r\n");
	}
	say(c, "END\r\n");
	trace_reply(c->id, request, status, size);
}

/* "set KEY FLAGS EXPIRY SIZE": the value follows the line. */
static ssize_t take_set(struct connection *c, const char *key, size_t key_len, const char *line_end,
			const char *end)
{
	unsigned int flags, size;
	enum kv_status status;
	long expiry;

	if (sscanf(key + key_len, " %u %ld %u", &flags, &expiry, &size) != 3 || size > KV_MAX_VALUE)
		return GOODBYE;
	if ((size_t)(end - line_end) < 1 + size + 2)
		return INCOMPLETE;
	trace_request(c->id, ++c->requests, KV_SET, key, key_len, size);
	status = kv_set(key, key_len, line_end + 1, size);
	say(c, status == KV_DONE ? "STORED\r\n" : "SERVER_ERROR out of memory\r\n");
	trace_reply(c->id, c->requests, status, 0);
	return line_end + 1 + size + 2 - key;
}

/* Return: bytes that the request took, INCOMPLETE or GOODBYE. */
static ssize_t handle(struct connection *c, const char *at, const char *end)
{
	const char *line_end = memchr(at, '\n', (size_t)(end - at));
	const char *key;
	size_t key_len;
	ssize_t taken;

	if (!line_end)
		return INCOMPLETE;
	key = memchr(at, ' ', (size_t)(line_end - at));
	if (!key)
		return GOODBYE;
	key_len = strcspn(++key, " \r\n");
	if (!key_len || key_len > KV_MAX_KEY)
		return GOODBYE;
	if (!memcmp(at, "get ", 4)) {
		trace_request(c->id, ++c->requests, KV_GET, key, key_len, 0);
		answer_get(c, c->requests, key, key_len);
	} else if (!memcmp(at, "set ", 4)) {
		taken = take_set(c, key, key_len, line_end, end);
		return taken > 0 ? taken + (key - at) : taken;
	} else if (key - at == 7 && !memcmp(at, "delete ", 7)) {
		enum kv_status status;

		trace_request(c->id, ++c->requests, KV_DELETE, key, key_len, 0);
		status = kv_delete(key, key_len);
		say(c, status == KV_DONE ? "DELETED\r\n" : "NOT_FOUND\r\n");
		trace_reply(c->id, c->requests, status, 0);
	} else {
		return GOODBYE;
	}
	return line_end + 1 - at;
}

/* Answers what is whole in the input and keeps the rest. */
static int handle_all(struct connection *c)
{
	const char *at = c->in, *end = c->in + c->in_len;
	ssize_t taken = 1;

	while (at < end) {
		if (BUFFER_SIZE - c->out_len < ANSWER_MAX && write_all(c))
			return -1;
		taken = handle(c, at, end);
		if (taken <= 0)
			break;
		at += taken;
	}
	c->in_len = (size_t)(end - at);
	memmove(c->in, at, c->in_len);
	if (taken != GOODBYE && c->in_len < BUFFER_SIZE - 1)
		return 0;
	write_all(c);
	return -1;
}

static void *serve(void *arg)
{
	struct connection *c = arg;
	ssize_t n;

	while ((n = read(c->fd, c->in + c->in_len, BUFFER_SIZE - 1 - c->in_len)) > 0) {
		c->bytes_in += (uint64_t)n;
		c->in_len += (size_t)n;
		c->in[c->in_len] = '\0';
		if (handle_all(c) || write_all(c))
			break;
	}
	trace_connection_close(c->id, c->requests, c->bytes_in, c->bytes_out);
	close(c->fd);
	free(c);
	return NULL;
}

static void welcome(int fd, const struct sockaddr_in *peer, uint64_t id)
{
	struct connection *c = calloc(1, sizeof(*c));
	char address[INET_ADDRSTRLEN] = "?", name[32];
	pthread_t thread;
	int yes = 1;

	if (!c) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->id = id;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	/* What only the event needs is made only when somebody listens. */
	if (trace_connection_open_enabled()) {
		inet_ntop(AF_INET, &peer->sin_addr, address, sizeof(address));
		snprintf(name, sizeof(name), "%s:%u", address, ntohs(peer->sin_port));
		trace_connection_open(id, name);
	}
	if (pthread_create(&thread, NULL, serve, c)) {
		close(fd);
		free(c);
		return;
	}
	pthread_detach(thread);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
	uint64_t id = 0;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 64) ||
	    getsockname(listener, (struct sockaddr *)&address, &len)) {
		perror("oriel-kv");
		return 1;
	}
	printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		struct sockaddr_in peer = { 0 };
		int fd;

		len = sizeof(peer);
		fd = accept4(listener, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
		if (fd >= 0)
			welcome(fd, &peer, ++id);
	}
}
