/* SPDX-License-Identifier: MIT */
/*
 * No restartable append here yet: every thread leases a ring (orl_append_single), as it does where
 * the kernel has no rseq.
 */
#ifndef ORL_ARCH_GENERIC_APPEND_H
#define ORL_ARCH_GENERIC_APPEND_H

#define ORL_RSEQ_SIG 0

static inline int orl_arch_append(const struct orl_ringset *rs, uint64_t common, const void *rec,
				  uint32_t len)
{
	(void)rs, (void)common, (void)rec, (void)len;
	return ORL_APPEND_NO_CPU;
}

static inline int orl_arch_append_small(const struct orl_ringset *rs, uint64_t common,
					const void *rec, uint32_t len)
{
	return orl_arch_append(rs, common, rec, len);
}

static inline int orl_arch_append_at(const struct orl_ringset *rs, uint64_t common, const void *rec,
				     uint32_t len, uint64_t ticks)
{
	(void)ticks;
	return orl_arch_append(rs, common, rec, len);
}

#endif
