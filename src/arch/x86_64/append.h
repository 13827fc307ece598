/* SPDX-License-Identifier: MIT */
/*
 * The append for x86-64: steps A0..A6 of arch.h as one restartable sequence.
 *
 * The stores of x86 become visible in program order, so the order of the instructions below is the
 * whole of the writer's half of each barrier pair.
 *
 * The sequence runs from 1 to 2; its rare parts stand before its common ones, so that the store
 * that publishes is its last instruction. An abort, or a start, enters at 5. The block never writes
 * to an input operand: a restart finds them intact.
 *
 *   c  ring, later the word to publish to     p    position, later the value to publish
 *   i  scratch, at A4 the header              rax  time
 *   h  g                                      rcx, rdx  scratch
 */
#ifndef ORL_ARCH_X86_64_APPEND_H
#define ORL_ARCH_X86_64_APPEND_H

#define ORL_RSEQ_SIG 0x53053053
#define ORL_RSEQ_SIG_STR "0x53053053"

#define ORL_ASM_TSC "rdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\t"
#define ORL_ASM_GIVEN "mov %[ticks], %%rax\n\t"

#if ORL_WEAKEN == 1
#define ORL_ASM_ARM ""
#else
#define ORL_ASM_ARM "mov %%rax, %%fs:8(%%rdx)\n\t"
#endif
#if ORL_WEAKEN == 2
#define ORL_ASM_STAMP ""
#else
#define ORL_ASM_STAMP "mov %[p], (%[i])\n\t"
#endif
#if ORL_WEAKEN == 3
#define ORL_ASM_COUNT ""
#else
#define ORL_ASM_COUNT "inc %[i]\n\t"
#endif
#if ORL_WEAKEN == 4
#define ORL_ASM_FLIP ""
#else
#define ORL_ASM_FLIP "xor $1, %k[h]\n\t"
#endif

/* reg = the address at which position reg lies in the ring */
#define ORL_ASM_ADDRESS(pos, reg) \
	".ifnc " pos ", " reg "\n\tmov " pos ", " reg "\n\t.endif\n\t" \
	"and %c[mask](%[rs]), " reg "\n\tadd %[c], " reg "\n\tadd %c[data](%[rs]), " reg "\n\t"

/* The header of a record up to 112 bytes: its length in words stands in the first word. */
#define ORL_ASM_SMALL_WORD "mov %k[len], %k[i]\n\tshr $2, %k[i]\n\t"
#define ORL_ASM_SMALL_OR "mov %k[len], %%ecx\n\tshr $2, %%ecx\n\tor %%ecx, %k[i]\n\t"
#define ORL_ASM_SMALL_LENGTH "lea 5(%%rdx), %%rdx\n\t"
/* The header of a larger one: its length, and 4, in a word of its own. */
#define ORL_ASM_LARGE_WORD "xor %k[i], %k[i]\n\t"
#define ORL_ASM_LARGE_LENGTH \
	"lea 4(%[len]), %%ecx\n\tmov %%ecx, 5(%%rdx)\n\tlea 9(%%rdx), %%rdx\n\t"

#define ORL_IN_SET(member) "i"(offsetof(struct orl_ringset, member))

#define ORL_APPEND_SMALL(CLOCK) \
	ORL_APPEND_ASM(CLOCK, "4", ORL_ASM_SMALL_WORD, ORL_ASM_SMALL_OR, ORL_ASM_SMALL_LENGTH)
#define ORL_APPEND_LARGE(CLOCK) \
	ORL_APPEND_ASM(CLOCK, "8", ORL_ASM_LARGE_WORD, "", ORL_ASM_LARGE_LENGTH)

#define ORL_APPEND_ASM(CLOCK, HEADER, WORD, OR_WORD, LENGTH) \
	__asm__ volatile( \
		".pushsection __rseq_cs, \"aw\"\n\t" \
		".balign 32\n" \
		"3:\t.long 0, 0\n\t" \
		".quad 1f, 2f - 1f, 4f\n\t" \
		".popsection\n\t" \
		".pushsection __rseq_failure, \"ax\"\n\t" \
		".byte 0x0f, 0xb9, 0x3d\n\t" \
		".long " ORL_RSEQ_SIG_STR "\n" \
		"4:\tjmp 5f\n\t" \
		".popsection\n\t" \
		"jmp 5f\n" \
		"1:\n" \
	\
		/* A2: no room; close this page and begin the next */ \
		"6:\tlea -1(%[p]), %%rax\n\t" \
		"and %c[pmask](%[rs]), %%rax\n\t"	/* offset in this page - 1 */ \
		"lea -1(%[p]), %[i]\n\t" \
		"sub %%rax, %[i]\n\t"			/* where this page starts */ \
		"mov %[i], %[p]\n\t" \
		ORL_ASM_ADDRESS("%[i]", "%%rdx") \
		"add %c[pmask](%[rs]), %[p]\n\t" \
		"inc %[p]\n\t"				/* where the next one does */ \
		"sub $15, %%rax\n\t"			/* bytes of data in this page */ \
		"testb $2, 40(%[c])\n\t" \
		"jnz 61f\n" \
		"60:\tmov %%rax, 8(%%rdx)\n\t"		/* A2a */ \
		"mov %c[pshift](%[rs]), %%ecx\n\t" \
		"mov %[p], %[i]\n\t" \
		"and %c[mask](%[rs]), %[i]\n\t" \
		"shr %%cl, %[i]\n\t" \
		"shl $4, %[i]\n\t" \
		"lea 4096(%[c], %[i]), %[i]\n\t" \
		ORL_ASM_STAMP				/* A2c */ \
		"mov 24(%[c], %[h], 8), %%rax\n\t" \
		"mov %%rax, 8(%[i])\n\t" \
		CLOCK \
		"cmp 8(%[c], %[h], 8), %%rax\n\t" \
		"jae 62f\n\t" \
		"mov 8(%[c], %[h], 8), %%rax\n" \
		"62:\tmov %[p], %[i]\n\t" \
		ORL_ASM_ADDRESS("%[i]", "%%rdx") \
		"mov %%rax, (%%rdx)\n\t"			/* A2d */ \
		"movq $0, 8(%%rdx)\n\t" \
		"add $16, %[p]\n\t" \
		WORD \
		"jmp 9f\n" \
	\
		/* A2b: is the next page still unread? */ \
		"61:\tmov %[p], %[i]\n\t" \
		"sub %c[mask](%[rs]), %[i]\n\t" \
		"dec %[i]\n\t" \
		"cmp 56(%[c]), %[i]\n\t" \
		"jl 60b\n\t" \
		"mov 48(%[c]), %[p]\n\t" \
		"inc %[p]\n\t" \
		"add $48, %[c]\n\t" \
		"mov $2, %%ecx\n\t" \
		"jmp 11f\n" \
	\
		/* A3, the distance does not fit: time ran backwards, or a time extend is due */ \
		"8:\ttest %[i], %[i]\n\t" \
		"jns 80f\n\t" \
		"mov 8(%[c], %[h], 8), %%rax\n\t" \
		WORD \
		"jmp 9f\n" \
		"80:\tlea -1(%[p]), %%rcx\n\t" \
		"and %c[pmask](%[rs]), %%rcx\n\t" \
		"lea 8 + " HEADER "(%%rcx, %[len]), %%rcx\n\t" \
		"cmp %c[pmask](%[rs]), %%rcx\n\t" \
		"ja 6b\n\t" \
		"shl $5, %[i]\n\t" \
		"or $30, %[i]\n\t" \
		"lea -1(%[p]), %%rcx\n\t" \
		ORL_ASM_ADDRESS("%%rcx", "%%rcx") \
		"mov %k[i], 1(%%rcx)\n\t" \
		"mov %%edx, 5(%%rcx)\n\t" \
		"add $8, %[p]\n\t" \
		WORD \
		"jmp 9f\n" \
	\
		/* A4, a record of 8 or 12 bytes */ \
		"12:\tmov -4(%[src], %[len]), %k[i]\n\t" \
		"mov %k[i], -4(%%rdx, %[len])\n\t" \
		"jmp 13f\n" \
	\
		/* A0: arm the sequence */ \
		"5:\tmov %c[off](%[rs]), %%rdx\n\t" \
		"lea 3b(%%rip), %%rax\n\t" \
		ORL_ASM_ARM \
		/* A1: this CPU's ring, its head, and whether the record fits the page */ \
		"mov %%fs:4(%%rdx), %%ecx\n\t" \
		"cmp %c[cpus](%[rs]), %%ecx\n\t" \
		"jae 90f\n\t" \
		"mov %c[stride](%[rs]), %[c]\n\t" \
		"imul %%rcx, %[c]\n\t" \
		"add %c[base](%[rs]), %[c]\n\t" \
		"testb $1, 40(%[c])\n\t" \
		"jz 91f\n\t" \
		"mov (%[c]), %[p]\n\t" \
		"mov %k[p], %k[h]\n\t" \
		"and $1, %k[h]\n\t" \
		"shr $1, %[p]\n\t" \
		"lea -1(%[p]), %%rax\n\t" \
		"and %c[pmask](%[rs]), %%rax\n\t" \
		"lea " HEADER "(%%rax, %[len]), %%rcx\n\t" \
		"cmp %c[pmask](%[rs]), %%rcx\n\t" \
		"ja 6b\n\t" \
		/* A3: the clock, and the distance to the newest record */ \
		CLOCK \
		"mov %%rax, %[i]\n\t" \
		"sub 8(%[c], %[h], 8), %[i]\n\t" \
		"mov %[i], %%rdx\n\t" \
		"shr $27, %%rdx\n\t" \
		"jnz 8b\n\t" \
		"shl $5, %[i]\n\t" \
		OR_WORD \
		/* A4: header and record */ \
		"9:\tlea -1(%[p]), %%rdx\n\t" \
		ORL_ASM_ADDRESS("%%rdx", "%%rdx") \
		"mov %k[i], 1(%%rdx)\n\t" \
		LENGTH \
		"cmp $16, %[len]\n\t" \
		"jb 12b\n\t" \
		"mov 8(%[src]), %[i]\n\t" \
		"mov %[i], 8(%%rdx)\n\t" \
		"mov %[len], %%rcx\n" \
		"10:\tmovups -16(%[src], %%rcx), %%xmm0\n\t" \
		"movups %%xmm0, -16(%%rdx, %%rcx)\n\t" \
		"sub $16, %%rcx\n\t" \
		"cmp $16, %%rcx\n\t" \
		"ja 10b\n" \
		"13:\tmov %[common], %[i]\n\t" \
		"mov %[i], (%%rdx)\n\t" \
		/* A5: the copies that head does not select */ \
		"mov 24(%[c], %[h], 8), %[i]\n\t" \
		ORL_ASM_COUNT \
		ORL_ASM_FLIP \
		"mov %%rax, 8(%[c], %[h], 8)\n\t" \
		"mov %[i], 24(%[c], %[h], 8)\n\t" \
		/* A6: publish a record, or a drop */ \
		"lea " HEADER "(%[p], %[len]), %[p]\n\t" \
		"lea (%[h], %[p], 2), %[p]\n\t" \
		"xor %%ecx, %%ecx\n" \
		"11:\tmov %[p], (%[c])\n" \
		"2:\tjmp 99f\n" \
	\
		"90:\tmov $3, %%ecx\n\t" \
		"jmp 99f\n" \
		"91:\tmov $1, %%ecx\n" \
		"99:\n" \
		: [c] "=&r"(c), [h] "=&r"(h), [p] "=&r"(p), [i] "=&r"(i), "=&c"(ret) \
		: [rs] "r"(rs), [src] "r"(rec), [len] "r"((uint64_t)len), \
		  [common] "m"(in.common), [ticks] "m"(in.ticks), \
		  [off] ORL_IN_SET(rseq_off), [cpus] ORL_IN_SET(nr_cpus), \
		  [stride] ORL_IN_SET(stride), [base] ORL_IN_SET(base), \
		  [mask] ORL_IN_SET(mask), [data] ORL_IN_SET(data_off), \
		  [pmask] ORL_IN_SET(page_mask), [pshift] ORL_IN_SET(page_shift) \
		: "rax", "rdx", "xmm0", "memory", "cc");

/* The inputs that need no register. */
struct orl_append_in {
	uint64_t common;
	uint64_t ticks;
};

#define ORL_APPEND_FUNCTION(name, APPEND, CLOCK) \
	static inline __attribute__((always_inline)) int name( \
		const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len, \
		uint64_t ticks) \
	{ \
		struct orl_append_in in = { common, ticks }; \
		uint64_t c, h, p, i; \
		int ret; \
 \
		APPEND(CLOCK) \
		return ret; \
	}

ORL_APPEND_FUNCTION(orl_append_small_now, ORL_APPEND_SMALL, ORL_ASM_TSC)
ORL_APPEND_FUNCTION(orl_append_large_now, ORL_APPEND_LARGE, ORL_ASM_TSC)
ORL_APPEND_FUNCTION(orl_append_small_at, ORL_APPEND_SMALL, ORL_ASM_GIVEN)
ORL_APPEND_FUNCTION(orl_append_large_at, ORL_APPEND_LARGE, ORL_ASM_GIVEN)

/* Records of at most ORL_SMALL_MAX bytes only */
static inline __attribute__((always_inline)) int orl_arch_append_small(
	const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len)
{
	return orl_append_small_now(rs, common, rec, len, 0);
}

static inline int orl_arch_append(const struct orl_ringset *rs, uint64_t common, const void *rec,
				  uint32_t len)
{
	return len <= ORL_SMALL_MAX ? orl_append_small_now(rs, common, rec, len, 0) :
				      orl_append_large_now(rs, common, rec, len, 0);
}

static inline int orl_arch_append_at(const struct orl_ringset *rs, uint64_t common,
				     const void *rec, uint32_t len, uint64_t ticks)
{
	return len <= ORL_SMALL_MAX ? orl_append_small_at(rs, common, rec, len, ticks) :
				      orl_append_large_at(rs, common, rec, len, ticks);
}

#endif
