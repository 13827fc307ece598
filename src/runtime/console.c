// SPDX-License-Identifier: MIT
/*
 * The console: where lines go that a person is to read now.
 *
 * A line is made on the stack and leaves in one write(2) or one call of the program's function. A
 * line without newline at its end may be gone on with by KERN_CONT; whatever else comes next begins
 * a line of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/instance.h"
#include "runtime/print.h"

#define LINE_MAX_LEN 1024U		/* bytes of text, with NUL */
#define OUT_MAX 2048U			/* as it is written, escaped */

/* Never freed, since a line may be on its way into it; one for each pair that was ever given. */
struct sink {
	struct sink *next;
	void (*fn)(int level, const char *text, size_t len, void *arg);
	void *arg;
};

static struct sink *sinks, *sink;
static int loglevel = CONSOLE_LOGLEVEL_DEFAULT;
static int last_level = MESSAGE_LOGLEVEL_DEFAULT; /* of the line that KERN_CONT goes on with */
uint32_t orl_console_debug;
static bool is_open;			/* that line has no newline yet, on standard error */
static __thread bool in_sink __attribute__((tls_model("initial-exec")));

static void settle(void)
{
	orl_store(&orl_console_debug,
		  orl_load(&sink) || orl_load(&loglevel) > LOGLEVEL_DEBUG);
}

void orl_console_init(void)
{
	const char *s = getenv("ORIEL_LOGLEVEL");

	if (s && s[0] >= '0' && s[0] <= '8' && !s[1])
		orl_store(&loglevel, s[0] - '0');
	settle();
}

unsigned long long oriel_uptime_ms(void)
{
	struct timespec t = { 0 };
	int saved = errno;

	clock_gettime(CLOCK_MONOTONIC, &t);
	errno = saved;
	return (unsigned long long)t.tv_sec * 1000 + (unsigned long long)t.tv_nsec / 1000000 + 1;
}

int oriel_set_loglevel(int level)
{
	int old = orl_load(&loglevel);

	if (level >= 0) {
		old = __atomic_exchange_n(&loglevel, level, __ATOMIC_RELAXED);
		settle();
	}
	return old;
}

static struct sink *find_sink(void (*fn)(int, const char *, size_t, void *), void *arg)
{
	struct sink *s = sinks;

	while (s && (s->fn != fn || s->arg != arg))
		s = s->next;
	if (s)
		return s;
	s = orl_arena_alloc(sizeof(*s), 8);
	if (!s)
		return NULL;
	s->fn = fn;
	s->arg = arg;
	s->next = sinks;
	sinks = s;
	return s;
}

void oriel_set_console(void (*fn)(int level, const char *text, size_t len, void *arg), void *arg)
{
	struct orl_lock_state state;

	if (!orl_lock(&state, true))
		return;
	orl_store_release(&sink, fn ? find_sink(fn, arg) : NULL);
	settle();
	orl_unlock(&state);
}

/* ---- standard error ---- */

/* Bytes of the UTF-8 character at @s that a terminal shows; 0: it does something else with it. */
static size_t shown(const unsigned char *s, size_t len)
{
	size_t n = s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if ((s[0] >= 0x20 && s[0] < 0x7f) || s[0] == '\n' || s[0] == '\t')
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if (s[0] == 0xc2 && s[1] < 0xa0)	/* control characters again */
		return 0;
	return (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	       (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ? 0 : n;
}

/* Return: bytes at @to, which has OUT_MAX; what finds no room is left out. */
static size_t escape(char *to, size_t at, const char *text, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	while (len && at + 4 < OUT_MAX) {
		const unsigned char *s = (const unsigned char *)text;
		size_t n = shown(s, len);

		if (n) {
			memcpy(to + at, s, n);
			at += n;
		} else {
			to[at++] = '\\';
			to[at++] = 'x';
			to[at++] = digits[*s >> 4];
			to[at++] = digits[*s & 15];
			n = 1;
		}
		text += n;
		len -= n;
	}
	if (len && text[len - 1] == '\n')
		to[at++] = '\n';
	return at;
}

static void write_out(const char *text, size_t len, bool is_cont)
{
	char out[OUT_MAX];
	bool was_open = __atomic_exchange_n(&is_open, len && text[len - 1] != '\n',
					    __ATOMIC_RELAXED);
	size_t at = 0, done = 0;

	if (was_open && !is_cont)
		out[at++] = '\n';
	at = escape(out, at, text, len);
	while (done < at) {
		long n = syscall(SYS_write, STDERR_FILENO, out + done, at - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
}

/* ---- lines ---- */

static void line_out(int level, const char *text, size_t len, bool is_cont)
{
	const struct sink *s = orl_load_acquire(&sink);

	if (s && !in_sink) {
		in_sink = true;
		s->fn(level, text, len, s->arg);
		in_sink = false;
	} else if (level < orl_load(&loglevel)) {
		write_out(text, len, is_cont);
	}
}

/* A cut line ends with a newline where the whole one may have. */
static size_t close_line(char *line, int len)
{
	if ((size_t)len < LINE_MAX_LEN)
		return (size_t)len;
	line[LINE_MAX_LEN - 2] = '\n';
	return LINE_MAX_LEN - 1;
}

static int print_line(char *line, int all)
{
	const char *text = line;
	size_t len = close_line(line, all);
	int level = MESSAGE_LOGLEVEL_DEFAULT, c;
	bool is_cont = false;

	while ((c = printk_get_level(text)) != 0) {
		is_cont = is_cont || c == 'c';
		level = c == 'c' ? level : c - '0';
		text = printk_skip_level(text);
	}
	if (is_cont)
		level = orl_load(&last_level);
	else
		orl_store(&last_level, level);
	len -= (size_t)(text - line);
	line_out(level, text, len, is_cont);
	return all - (int)(text - line);
}

int oriel_vprintk(const char *fmt, va_list args)
{
	char line[LINE_MAX_LEN];
	int saved = errno, len;

	orl_init();
	errno = saved;		/* for %m */
	len = print_line(line, orl_vsnprintf(line, sizeof(line), fmt, args));
	errno = saved;
	return len;
}

int oriel_printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = oriel_vprintk(fmt, args);
	va_end(args);
	return len;
}

/* "[tid] module:function:file:line: ", as the flags say */
static void put_decor(struct orl_fmt *t, const struct _ddebug *d, uint32_t decor)
{
	struct orl_fmt_spec number = { .conv = 'u', .precision = -1 };
	const char *part[3] = { decor & ORL_DECOR_MODULE ? orl_print_module(d) : NULL,
				decor & ORL_DECOR_FUNCTION ? d->function : NULL,
				decor & ORL_DECOR_SOURCE ? d->filename : NULL };

	if (decor & ORL_DECOR_TID) {
		orl_fmt_put(t, '[');
		orl_fmt_integer(t, &number, orl_gettid(), false);
		orl_fmt_bytes(t, "] ", 2);
	}
	for (int i = 0; i < 3; i++) {
		if (!part[i])
			continue;
		orl_fmt_bytes(t, part[i], strlen(part[i]));
		orl_fmt_put(t, ':');
	}
	if (decor & ORL_DECOR_LINE) {
		orl_fmt_integer(t, &number, d->lineno, false);
		orl_fmt_put(t, ':');
	}
	if (decor & ~ORL_DECOR_TID)
		orl_fmt_put(t, ' ');
}

void orl_console_site(const struct _ddebug *d, const char *fmt, struct orl_args *args)
{
	char line[LINE_MAX_LEN];
	struct orl_fmt t = { .buf = line, .size = sizeof(line) - 1 };
	int saved = errno;

	put_decor(&t, d, orl_dyndbg_decor(d, orl_load(&d->flags)));
	orl_fmt_v(&t, fmt, args);
	line[t.len < t.size ? t.len : t.size] = '\0';
	line_out(LOGLEVEL_DEBUG, line, close_line(line, t.len < INT32_MAX ? (int)t.len : INT32_MAX),
		 false);
	errno = saved;
}
