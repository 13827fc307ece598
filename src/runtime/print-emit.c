// SPDX-License-Identifier: MIT
/*
 * A line that is on: its arguments go one after the other from the call to the record, as the
 * site's plan says; the format is not looked at.
 */
#include <errno.h>
#include <string.h>

#include "runtime/print.h"

/* Where arguments go: at is from the record's begin, and never passes end. */
struct record {
	char *base;
	uint32_t at, end;
	int width, precision;		/* what '*' said last */
};

/* What is between two arguments is zero. */
static inline uint32_t align(char *base, uint32_t at)
{
	if (__builtin_expect(at & 3, 0))
		memset(base + at, 0, 4);
	return (at + 3) & ~3U;
}

static inline void put_u32(struct record *r, uint32_t v)
{
	r->at = align(r->base, r->at);
	memcpy(r->base + r->at, &v, sizeof(v));
	r->at += sizeof(v);
}

static inline void put_u64(struct record *r, uint64_t v)
{
	r->at = align(r->base, r->at);
	memcpy(r->base + r->at, &v, sizeof(v));
	r->at += sizeof(v);
}

static inline void put_double(struct record *r, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put_u64(r, bits);
}

/* Bytes that a string may take with its NUL, of those up to @end; at least 1. */
static uint32_t room_at(uint32_t at, uint32_t end, const struct orl_print_arg *arg)
{
	uint32_t room = end - at - arg->rest;

	return arg->is_last || room < 2 ? room : room / 2;
}

/* @max: bytes that may be read of it. Return: where it ends. */
static orl_cold uint32_t put_long_string(char *base, uint32_t at, uint32_t end,
					 const struct orl_print_arg *arg, const char *s, size_t max)
{
	uint32_t all = end - at - arg->rest;
	size_t len;

	if (!s)
		s = "(null)";
	else if ((uintptr_t)s < 4096 || (uintptr_t)s >= (uintptr_t)-4095)
		s = "(efault)";
	len = strnlen(s, max < all ? max : all);
	if (len >= all)
		len = room_at(at, end, arg) - 1;
	memcpy(base + at, s, len);
	base[at + len] = '\0';
	return at + (uint32_t)len + 1;
}

/* The buffer has 16 bytes behind its end. */
static inline uint32_t put_string(char *base, uint32_t at, uint32_t end,
				  const struct orl_print_arg *arg, const char *s, uint32_t max)
{
	uint32_t len = ORIEL_TOO_LARGE;

	if (__builtin_expect((uintptr_t)s >= 4096 && (uintptr_t)s < (uintptr_t)-4095, 1))
		len = oriel_string_short(base + at, s, max, orl_print_call.wide);
	if (__builtin_expect(len > end - at - arg->rest, 0))
		return put_long_string(base, at, end, arg, s, max);
	return at + len;
}

/* A text that does not fit is cut, as a string is. */
static orl_cold void put_text(struct record *r, const struct orl_print_arg *arg,
			      const struct orl_fmt_spec *from, const void *p)
{
	uint32_t room = room_at(r->at, r->end, arg);
	struct orl_fmt t = { .buf = r->base + r->at, .size = room - 1 };
	struct orl_fmt_spec spec = *from;

	if (spec.width_arg && r->width < 0)
		spec.flags |= ORL_SPEC_LEFT;
	if (spec.width_arg)
		spec.width = r->width < -4096 || r->width > 4096 ? 4096 :
			     r->width < 0 ? -r->width : r->width;
	if (spec.precision_arg)
		spec.precision = r->precision;
	orl_fmt_pointer(&t, &spec, p);
	if (t.len > t.size)
		t.len = t.size;
	t.buf[t.len] = '\0';
	r->at += (uint32_t)t.len + 1;
}

static orl_cold void put_rare(struct record *r, const struct orl_print_plan *plan,
			      const struct orl_print_arg *arg, struct orl_args *args)
{
	switch (arg->kind) {
	case ORL_ARG_S16:
		put_u32(r, (uint32_t)(int16_t)va_arg(args->ap, int));
		break;
	case ORL_ARG_U16:
		put_u32(r, (uint16_t)va_arg(args->ap, int));
		break;
	case ORL_ARG_S8:
		put_u32(r, (uint32_t)(int8_t)va_arg(args->ap, int));
		break;
	case ORL_ARG_U8:
		put_u32(r, (uint8_t)va_arg(args->ap, int));
		break;
	case ORL_ARG_WIDTH:
		r->width = va_arg(args->ap, int);
		put_u32(r, (uint32_t)r->width);
		break;
	case ORL_ARG_PRECISION:
		r->precision = va_arg(args->ap, int);
		put_u32(r, (uint32_t)r->precision);
		break;
	case ORL_ARG_LONG_DOUBLE:
		put_double(r, (double)va_arg(args->ap, long double));
		break;
	case ORL_ARG_CHAR:
		r->base[r->at++] = (char)va_arg(args->ap, int);
		r->base[r->at++] = '\0';
		break;
	case ORL_ARG_STRING_STAR:
		r->at = put_string(r->base, r->at, r->end, arg, va_arg(args->ap, const char *),
				   r->precision < 0 ? UINT32_MAX : (uint32_t)r->precision);
		break;
	case ORL_ARG_TEXT:
		put_text(r, arg, &plan->specs[arg->max], va_arg(args->ap, const void *));
		break;
	default:
		(void)va_arg(args->ap, void *);
	}
}

/*
 * A call's first arguments come in registers, and a function of "..." begins with saving them.
 * Where all that the plan asks for are integers, addresses and strings among those, they are taken
 * from there: a number's slot has 8 bytes, and what 4 of them were too many the next store
 * overwrites.
 */
#if defined(__x86_64__) && !defined(__ILP32__)
static inline __attribute__((always_inline)) uint32_t
put_quick(char *base, uint32_t at, uint32_t end, const struct orl_print_plan *plan,
	  const struct orl_args *args)
{
	const uint64_t *slot =
		(const void *)((const char *)args->ap->reg_save_area + args->ap->gp_offset);

	for (uint32_t i = 0; i < plan->nr; i++) {
		const struct orl_print_arg *arg = &plan->arg[i];

		if (arg->kind == ORL_ARG_STRING) {
			at = put_string(base, at, end, arg, (const char *)slot[i], arg->max);
			continue;
		}
		at = align(base, at);
		memcpy(base + at, &slot[i], 8);
		at += arg->kind == ORL_ARG_U64 ? 8 : 4;
	}
	return at;
}
#define IS_QUICK(plan) ((plan)->is_quick)
#else
#define IS_QUICK(plan) false
#define put_quick(base, at, end, plan, args) 0
#endif

static void put_args(struct record *r, const struct orl_print_plan *plan, struct orl_args *args)
{
	for (const struct orl_print_arg *arg = plan->arg, *end = arg + plan->nr; arg < end; arg++) {
		if (arg->kind == ORL_ARG_U32)
			put_u32(r, va_arg(args->ap, uint32_t));
		else if (arg->kind == ORL_ARG_U64)
			put_u64(r, va_arg(args->ap, uint64_t));
		else if (arg->kind == ORL_ARG_STRING)
			r->at = put_string(r->base, r->at, r->end, arg,
					   va_arg(args->ap, const char *), arg->max);
		else if (arg->kind == ORL_ARG_DOUBLE)
			put_double(r, va_arg(args->ap, double));
		else
			put_rare(r, plan, arg, args);
	}
}

static orl_cold void put_line(struct record *r, const char *fmt, struct orl_args *args)
{
	uint32_t room = r->end - r->at;
	int len = orl_vsnprintf(r->base + r->at, room, fmt, args->ap);

	r->at += (uint32_t)len < room ? (uint32_t)len + 1 : room;
}

static __attribute__((noinline)) uint32_t put_slow(char *base, uint32_t at, uint32_t end,
						   const struct orl_print_plan *plan,
						   const char *fmt, struct orl_args *args)
{
	struct record r = { .base = base, .at = at, .end = end, .precision = -1 };

	if (plan->is_text)
		put_line(&r, fmt, args);
	else
		put_args(&r, plan, args);
	return r.at;
}

static uint32_t own_tid(void)
{
	if (orl_tls.vforked || orl_tls.epoch != orl_load(&orl_wipe.epoch) || !orl_tls.epoch)
		return orl_gettid();
	return (uint32_t)(orl_tls.tid >> 32);
}

/* Return: where the arguments begin. */
static orl_cold uint32_t put_decor(char *base, uint32_t *decor, uint32_t of_flags)
{
	struct record r = { .base = base, .at = ORL_PRINT_OFF_ARGS };

	*decor = of_flags;
	if (of_flags & ORL_DECOR_TID)
		put_u32(&r, own_tid());
	return r.at;
}

/* @is_own: the list begins where this call's own arguments do; a caller's list may be anywhere. */
static inline __attribute__((always_inline)) void
record_line(struct _ddebug *d, uint32_t flags, const char *fmt, struct orl_args *args,
	    bool is_own)
{
	struct trace_event_call *call = &orl_print_call;
	oriel_commit_fn commit = orl_load_acquire(&call->commit);
	const struct orl_print_plan *plan = orl_load_acquire(&d->plan);
	uint32_t id = orl_load(&d->id), max = call->max_len, decor = 0;
	uint32_t end = max < ORL_PRINT_RECORD_MAX ? max & ~3U : ORL_PRINT_RECORD_MAX;
	char buf[ORL_PRINT_RECORD_MAX + 32] __attribute__((aligned(16)));
	uint32_t at = ORL_PRINT_OFF_ARGS;

	if (__builtin_expect(!commit, 0))
		return;
	if (__builtin_expect(!plan || !id || plan->least + at + 4 > end, 0)) {
		oriel_event_drop(NULL);
		return;
	}
	if (__builtin_expect(flags != _DPRINTK_FLAGS_PRINT, 0))
		at = put_decor(buf, &decor, orl_dyndbg_decor(d, flags));
	*(uint64_t *)(void *)(buf + ORL_PRINT_OFF_IP) = orl_print_ip(id - 1);
	*(uint64_t *)(void *)(buf + ORL_PRINT_OFF_FMT) = orl_print_fmt(id - 1, decor);
	if (__builtin_expect(is_own && IS_QUICK(plan), 1))
		at = put_quick(buf, at, end, plan, args);
	else
		at = put_slow(buf, at, end, plan, fmt, args);
	memset(buf + at, 0, 4);
	commit(call, buf, (at + 3) & ~3U);
}

static orl_cold void print_line(const struct _ddebug *d, const char *fmt,
				struct orl_args *args)
{
	struct orl_args copy;

	va_copy(copy.ap, args->ap);
	orl_console_site(d, fmt, &copy);
	va_end(copy.ap);
}

/* A line under way when its site goes off may find flags that no longer say so. */
static inline __attribute__((always_inline)) void emit(struct _ddebug *d, const char *fmt,
						       struct orl_args *args, bool is_own)
{
	uint32_t flags = orl_load_acquire(&d->flags);

	if (__builtin_expect(!(flags & _DPRINTK_FLAGS_PRINT), 0))
		return;
	if (__builtin_expect(orl_load(&orl_console_debug), 0) && d->kind != ORIEL_PRINT_TRACE)
		print_line(d, fmt, args);
	record_line(d, flags, fmt, args, is_own);
}

/* A stack, where one is wanted, begins at a frame that is there: this function's. */
void oriel_dyndbg_emit(struct _ddebug *site, const char *fmt, ...)
{
	struct orl_args args;

	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	va_start(args.ap, fmt);
	emit(site, fmt, &args, true);
	va_end(args.ap);
}

void oriel_dyndbg_vemit(struct _ddebug *site, const char *fmt, va_list ap)
{
	struct orl_args args;

	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	va_copy(args.ap, ap);
	emit(site, fmt, &args, false);
	va_end(args.ap);
}
