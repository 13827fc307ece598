/* SPDX-License-Identifier: MIT */
/*
 * vfork() for x86-64. The child returns first and writes over the caller's stack, its return
 * address included, which therefore travels in a register.
 */
#ifndef ORL_ARCH_X86_64_VFORK_H
#define ORL_ARCH_X86_64_VFORK_H

#define ORL_ARCH_HAS_VFORK 1

#define ORL_ARCH_VFORK \
	__asm__(".pushsection .text\n\t" \
		".globl vfork\n\t" \
		".type vfork, @function\n" \
		"vfork:\n\t" \
		".cfi_startproc\n\t" \
		"endbr64\n\t" \
		"sub $8, %rsp\n\t" \
		".cfi_adjust_cfa_offset 8\n\t" \
		"call orl_vfork_before\n\t" \
		"add $8, %rsp\n\t" \
		".cfi_adjust_cfa_offset -8\n\t" \
		"pop %rdi\n\t" \
		".cfi_adjust_cfa_offset -8\n\t" \
		".cfi_register %rip, %rdi\n\t" \
		"mov $58, %eax\n\t" \
		"syscall\n\t" \
		"push %rdi\n\t" \
		".cfi_adjust_cfa_offset 8\n\t" \
		".cfi_rel_offset %rip, 0\n\t" \
		"test %rax, %rax\n\t" \
		"jnz 1f\n\t" \
		"ret\n" \
		"1:\tmov %rax, %rdi\n\t" \
		"jmp orl_vfork_after\n\t" \
		".cfi_endproc\n\t" \
		".size vfork, . - vfork\n\t" \
		".popsection")

#endif
