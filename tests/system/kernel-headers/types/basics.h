/* SPDX-License-Identifier: MIT */
/* What every header of the kernel takes for granted. */
#ifndef TYPES_BASICS_H
#define TYPES_BASICS_H

#include "../fire.h"

#define __maybe_unused __attribute__((unused))
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define __packed __attribute__((packed))
#define __printf(a, b)
#define noinline __attribute__((__noinline__))
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) (x)
#define unlikely(x) (x)
#define BUG_ON(x) ((void)(x))
#define WARN_ON_ONCE(x) (x)
#define READ_ONCE(x) (x)
#define BIT(n) (1UL << (n))
#define BITS_PER_LONG 64
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p)-__builtin_offsetof(type, member)))

/* Is an option of the configuration defined as 1? The comma of GIVEN_1 makes the 1 the second. */
#define GIVEN_1 0,
#define GIVEN_SECOND(first, second, ...) second
#define GIVEN_EXPAND(...) GIVEN_SECOND(__VA_ARGS__)
#define GIVEN(value) GIVEN_EXPAND(GIVEN_##value 1, 0, 0)
#define IS_ENABLED_(value) GIVEN(value)
#define IS_ENABLED(option) IS_ENABLED_(option)
#define PTR_ERR(p) ((long)(p))
#define IS_ERR(p) ((unsigned long)(p) >= -4095UL)
#define tracepoint_string(s) (s)
#define MAX_ERRNO 4095
#define THIS_MODULE ((struct module *)0)
#define raw_smp_processor_id() 0
#define smp_processor_id() 0

/* Each once, as the kernel's do; GNU C expressions. */
#define min(a, b) \
	({ \
		__typeof__(a) min_a = (a); \
		__typeof__(b) min_b = (b); \
		min_a < min_b ? min_a : min_b; \
	})
#define max(a, b) \
	({ \
		__typeof__(a) max_a = (a); \
		__typeof__(b) max_b = (b); \
		max_a > max_b ? max_a : max_b; \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))

struct va_format {
	const char *fmt;
	va_list *va;
};

static inline __maybe_unused size_t strlcpy(char *to, const char *from, size_t size)
{
	size_t len = strlen(from);

	if (size) {
		memcpy(to, from, len < size ? len : size - 1);
		to[len < size ? len : size - 1] = '\0';
	}
	return len;
}
#define strscpy strlcpy

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline s64 atomic64_read(const atomic64_t *v)
{
	return v->counter;
}
#define atomic_long_read atomic64_read

static inline int ptr_to_hashval(const void *ptr, unsigned long *hash)
{
	*hash = (unsigned long)ptr >> 8;
	return 0;
}

typedef struct {
	uid_t val;
} kuid_t;

typedef struct {
	gid_t val;
} kgid_t;

typedef unsigned int projid_t;

#define READ 0
#define WRITE 1
#define be16_to_cpu(x) ntohs(x)
#define be32_to_cpu(x) ntohl(x)
typedef int (*initcall_t)(void);

struct cpumask {
	unsigned long bits[2];
};
typedef struct cpumask cpumask_t;
#define nr_cpumask_bits 128
#define cpumask_bits(mask) ((mask)->bits)

struct kref {
	atomic_t refcount;
};

#endif
