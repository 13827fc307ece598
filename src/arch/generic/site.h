/* SPDX-License-Identifier: MIT */
/*
 * No patched sites here yet: static_key.h compiles them to a load and a branch, and the tables stay
 * empty.
 */
#ifndef ORL_ARCH_GENERIC_SITE_H
#define ORL_ARCH_GENERIC_SITE_H

#define ORL_SITE_LEN 4
#define ORL_SITE_PHASES 0

enum orl_site_state { ORL_SITE_NOP, ORL_SITE_JMP, ORL_SITE_BRIDGE, ORL_SITE_UNKNOWN };

static inline enum orl_site_state orl_arch_site_state(const uint8_t *code)
{
	(void)code;
	return ORL_SITE_UNKNOWN;
}

static inline unsigned int orl_arch_site_write(const uint8_t *code, const uint8_t *target, int jmp,
					       unsigned int phase, unsigned int *off,
					       uint8_t bytes[ORL_SITE_LEN])
{
	(void)code, (void)target, (void)jmp, (void)phase, (void)bytes;
	*off = 0;
	return 0;
}

static inline uint64_t orl_arch_valgrind(uint64_t request, uint64_t a1, uint64_t a2)
{
	(void)request, (void)a1, (void)a2;
	return 0;
}

#endif
