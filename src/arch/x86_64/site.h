/* SPDX-License-Identifier: MIT */
/*
 * Sites of x86-64: NOP5 <-> JMP rel32 by one-byte writes, over a bridge that any thread may run.
 *
 *   byte 0  bytes 1-4      state     runs as
 *   0f      1f 44 00 00    NOP       off
 *   a9      anything       BRIDGE    test $imm32,%eax: off; the site declares the flags clobbered
 *   e9      displacement   JMP       on
 *
 * Three phases, a barrier after each: byte 0 becomes a9; bytes 1-4 become those of the new state;
 * byte 0 becomes that of the new state. The text itself says where a site stands, so an interrupted
 * change is finished by whoever comes next.
 */
#ifndef ORL_ARCH_X86_64_SITE_H
#define ORL_ARCH_X86_64_SITE_H

#include <string.h>

#define ORL_SITE_LEN 5
#define ORL_SITE_PHASES 3

enum orl_site_state { ORL_SITE_NOP, ORL_SITE_JMP, ORL_SITE_BRIDGE, ORL_SITE_UNKNOWN };

static inline enum orl_site_state orl_arch_site_state(const uint8_t *code)
{
	static const uint8_t nop[ORL_SITE_LEN] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

	if (code[0] == 0xe9)
		return ORL_SITE_JMP;
	if (code[0] == 0xa9)
		return ORL_SITE_BRIDGE;
	return memcmp(code, nop, sizeof(nop)) ? ORL_SITE_UNKNOWN : ORL_SITE_NOP;
}

/*
 * orl_arch_site_write() - the write that phase @phase (0 ..) owes a site
 * @bytes: receives what to write, one byte at a time, at *@off
 * Return: bytes to write; 0 when the phase before has not been done, because its write failed.
 */
static inline unsigned int orl_arch_site_write(const uint8_t *code, const uint8_t *target, int jmp,
					       unsigned int phase, unsigned int *off,
					       uint8_t bytes[ORL_SITE_LEN])
{
	uint8_t all[ORL_SITE_LEN] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	int32_t disp = (int32_t)(target - (code + ORL_SITE_LEN));

	if (jmp) {
		all[0] = 0xe9;
		memcpy(all + 1, &disp, sizeof(disp));
	}
	*off = phase == 1;
	if (phase == 1) {
		memcpy(bytes, all + 1, ORL_SITE_LEN - 1);
		return ORL_SITE_LEN - 1;
	}
	/* the first byte of another instruction only in front of that instruction's others */
	if (phase && memcmp(code + 1, all + 1, ORL_SITE_LEN - 1))
		return 0;
	bytes[0] = phase ? all[0] : 0xa9;
	return 1;
}

/* Valgrind translates text once; the client request tells it that this text is new. Does nothing
 * elsewhere. */
static inline uint64_t orl_arch_valgrind(uint64_t request, uint64_t a1, uint64_t a2)
{
	volatile uint64_t args[6] = { request, a1, a2, 0, 0, 0 };
	uint64_t result = 0;

	__asm__ volatile("rolq $3, %%rdi ; rolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi ; rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "=d"(result)
			 : "a"(&args[0]), "0"(result)
			 : "cc", "memory");
	return result;
}

#endif
