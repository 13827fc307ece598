/* SPDX-License-Identifier: MIT */
/*
 * The append for x86-64: steps A0..A6 of arch.h as one restartable sequence.
 *
 * The stores of x86 become visible in program order, so the order of the instructions below is the
 * whole of the writer's half of each barrier pair.
 *
 * The sequence runs from 1 to 2; its rare parts stand before its common ones, so that the store that publishes is its last
 * instruction. An abort, or a start, enters at 5. The block never writes to an input operand: a restart finds them intact.
 *
 *   c  ring, later the word to publish to     h  head, from A2 on g        p  position, later the value to publish
 *   o  offset in the page, less one           i  scratch, at A4 the header rax  time                rcx, rdx  scratch
 */
#ifndef ORL_ARCH_X86_64_APPEND_H
#define ORL_ARCH_X86_64_APPEND_H

#define ORL_RSEQ_SIG 0x53053053
#define ORL_RSEQ_SIG_STR "0x53053053"

static inline uint64_t orl_arch_ticks(void)
{
	return __builtin_ia32_rdtsc();
}

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

#define ORL_APPEND_ASM(CLOCK) \
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
		".popsection\n" \
 \
		"jmp 5f\n" \
		"1:\n" \
		/* A2: no room; close this page and begin the next */ \
		"6:\tneg %[o]\n\t" \
		"lea -1(%[p], %[o]), %[i]\n\t"		/* i: start of this page */ \
		"neg %[o]\n\t" \
		"mov %[i], %[p]\n\t" \
		"mov %[i], %%rdx\n\t" \
		"and %c[mask](%[rs]), %%rdx\n\t" \
		"add %[c], %%rdx\n\t" \
		"add %c[data](%[rs]), %%rdx\n\t" \
		"sub $15, %[o]\n\t"			/* bytes of data in this page */ \
		"mov %c[pmask](%[rs]), %[i]\n\t" \
		"lea 1(%[p], %[i]), %[p]\n\t"		/* p: start of the next page */ \
		"testb $2, 40(%[c])\n\t" \
		"jnz 61f\n" \
		"60:\tmov %[o], 8(%%rdx)\n\t" \
		"mov %c[pshift](%[rs]), %%ecx\n\t" \
		"mov %[p], %[i]\n\t" \
		"and %c[mask](%[rs]), %[i]\n\t" \
		"mov %[i], %[o]\n\t" \
		"add %[c], %[o]\n\t" \
		"add %c[data](%[rs]), %[o]\n\t"		/* o: address of the next page */ \
		"shr %%cl, %[i]\n\t" \
		"shl $4, %[i]\n\t" \
		"lea 4096(%[c], %[i]), %[i]\n\t" \
		ORL_ASM_STAMP \
		"mov 24(%[c], %[h], 8), %%rax\n\t" \
		"mov %%rax, 8(%[i])\n\t" \
		CLOCK \
		"cmp 8(%[c], %[h], 8), %%rax\n\t" \
		"jae 63f\n\t" \
		"mov 8(%[c], %[h], 8), %%rax\n" \
		"63:\tmov %%rax, (%[o])\n\t" \
		"movq $0, 8(%[o])\n\t" \
		"add $16, %[p]\n\t" \
		"mov %[word], %k[i]\n\t" \
		"jmp 9f\n" \
 \
		/* discard: is the next page still unread? */ \
		"61:\tmov %[p], %[i]\n\t" \
		"sub %c[mask](%[rs]), %[i]\n\t" \
		"dec %[i]\n\t" \
		"cmp 56(%[c]), %[i]\n\t" \
		"jl 60b\n\t" \
		"mov 48(%[c]), %[p]\n\t" \
		"inc %[p]\n\t" \
		"add $48, %[c]\n\t" \
		"mov $2, %%ecx\n\t" \
		"jmp 11f\n"				/* a drop is published by the same store */ \
 \
		/* the distance does not fit 27 bits: backwards, or a time extend */ \
		"8:\ttest %[i], %[i]\n\t" \
		"jns 80f\n\t" \
		"mov 8(%[c], %[h], 8), %%rax\n\t" \
		"mov %[word], %k[i]\n\t" \
		"jmp 9f\n" \
		"80:\tlea 8(%[o], %[total]), %%rcx\n\t" \
		"cmp %c[pmask](%[rs]), %%rcx\n\t" \
		"ja 6b\n\t" \
		"shl $5, %[i]\n\t" \
		"or $30, %[i]\n\t" \
		"lea -1(%[p]), %%rcx\n\t" \
		"and %c[mask](%[rs]), %%rcx\n\t" \
		"add %[c], %%rcx\n\t" \
		"add %c[data](%[rs]), %%rcx\n\t" \
		"mov %k[i], 1(%%rcx)\n\t" \
		"mov %%edx, 5(%%rcx)\n\t" \
		"add $8, %[p]\n\t" \
		"mov %[word], %k[i]\n\t" \
		"jmp 9f\n" \
 \
		/* a record of 8 or 12 bytes */ \
		"12:\tmov -4(%[src], %[len]), %k[i]\n\t" \
		"mov %k[i], -4(%%rdx, %[len])\n\t" \
		"jmp 13f\n" \
 \
		/* A0: arm the sequence */ \
		"5:\tmov %c[off](%[rs]), %%rdx\n\t" \
		"lea 3b(%%rip), %%rax\n\t" \
		ORL_ASM_ARM \
		/* A1: this CPU's ring, and its head */ \
		"mov %%fs:4(%%rdx), %%ecx\n\t" \
		"cmp %c[cpus](%[rs]), %%ecx\n\t" \
		"jae 90f\n\t" \
		"mov %c[stride](%[rs]), %[c]\n\t" \
		"imul %%rcx, %[c]\n\t" \
		"add %c[base](%[rs]), %[c]\n\t" \
		"testb $1, 40(%[c])\n\t" \
		"jz 91f\n\t" \
		"mov (%[c]), %[h]\n\t" \
		"mov %[h], %[p]\n\t" \
		"shr $1, %[p]\n\t" \
		"lea -1(%[p]), %[o]\n\t" \
		"and %c[pmask](%[rs]), %[o]\n\t"	/* offset in the page, less one */ \
		"and $1, %k[h]\n\t"		/* h is g from here on */ \
		"lea (%[o], %[total]), %%rcx\n\t" \
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
		"or %[word], %k[i]\n" \
		/* A4: header and record; i is the header, p the position */ \
		"9:\tlea -1(%[p]), %%rdx\n\t" \
		"and %c[mask](%[rs]), %%rdx\n\t" \
		"add %[c], %%rdx\n\t" \
		"add %c[data](%[rs]), %%rdx\n\t" \
		"lea 4(%[len]), %%ecx\n\t" \
		"mov %k[i], 1(%%rdx)\n\t" \
		"mov %%ecx, 5(%%rdx)\n\t" \
		"lea 1(%%rdx, %[total]), %%rdx\n\t" \
		"sub %[len], %%rdx\n\t" \
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
		"13:\t" \
		"mov %[common], %[i]\n\t" \
		"mov %[i], (%%rdx)\n\t" \
		/* A5: the copies that head does not select */ \
		"mov 24(%[c], %[h], 8), %[i]\n\t" \
		ORL_ASM_COUNT \
		ORL_ASM_FLIP \
		"mov %%rax, 8(%[c], %[h], 8)\n\t" \
		"mov %[i], 24(%[c], %[h], 8)\n\t" \
		/* A6: publish */ \
		"add %[total], %[p]\n\t" \
		"lea (%[h], %[p], 2), %[p]\n\t" \
		"xor %%ecx, %%ecx\n" \
		"11:\tmov %[p], (%[c])\n" \
		"2:\tjmp 99f\n" \
 \
		"90:\tmov $3, %%ecx\n\t" \
		"jmp 99f\n" \
		"91:\tmov $1, %%ecx\n" \
		"99:\n" \
		: [c] "=&r"(c), [h] "=&r"(h), [p] "=&r"(p), [o] "=&r"(o), [i] "=&r"(i), "=&c"(ret) \
		: [rs] "r"(rs), [src] "r"(rec), [len] "r"(length), [total] "r"(total), \
		  [common] "m"(in.common), [word] "m"(in.word), [ticks] "m"(in.ticks), \
		  [off] "i"(offsetof(struct orl_ringset, rseq_off)), [cpus] "i"(offsetof(struct orl_ringset, nr_cpus)), \
		  [stride] "i"(offsetof(struct orl_ringset, stride)), [base] "i"(offsetof(struct orl_ringset, base)), \
		  [mask] "i"(offsetof(struct orl_ringset, mask)), [data] "i"(offsetof(struct orl_ringset, data_off)), \
		  [pmask] "i"(offsetof(struct orl_ringset, page_mask)), [pshift] "i"(offsetof(struct orl_ringset, page_shift)) \
		: "rax", "rdx", "xmm0", "memory", "cc");

/* The inputs that need no register. */
struct orl_append_in {
	uint64_t common;
	uint64_t ticks;
	uint32_t word;			/* the header's type_len */
};

#define ORL_APPEND_BODY(CLOCK) \
	struct orl_append_in in = { common, ticks, len <= 112 ? len / 4 : 0 }; \
	uint64_t total = (uint64_t)len + (len <= 112 ? 4 : 8); \
	uint64_t length = len; \
	uint64_t c, h, p, o, i; \
	int ret; \
	ORL_APPEND_ASM(CLOCK) \
	return ret;

static inline __attribute__((always_inline)) int orl_arch_append(const struct orl_ringset *rs, uint64_t common,
								 const void *rec, uint32_t len)
{
	const uint64_t ticks = 0;

	ORL_APPEND_BODY(ORL_ASM_TSC)
}

static inline int orl_arch_append_at(const struct orl_ringset *rs, uint64_t common, const void *rec, uint32_t len,
				     uint64_t ticks)
{
	ORL_APPEND_BODY(ORL_ASM_GIVEN)
}

#endif
