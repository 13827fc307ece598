// SPDX-License-Identifier: MIT
/*
 * The counts of a CPU: of its ring, and of the leased rings that the tree shows as its.
 */
#include <errno.h>
#include <string.h>

#include "reader/instance.h"
#include "reader/ring.h"

int orl_cpu_stats(const struct orl_session *s, uint32_t cpu, struct orl_ring_stats *out)
{
	memset(out, 0, sizeof(*out));
	if (cpu >= s->domain.ctl->nr_cpus || (s->has_rings && cpu >= s->nr_cpus))
		return -ENOENT;
	out->now_ns = orl_session_ns(s, orl_session_now(s));
	/* ring cpu, and the leased ones, which come behind all CPUs', in steps of nr_cpus */
	for (uint32_t i = cpu; i < s->nr_rings; i += s->nr_cpus) {
		struct orl_ring_stats st;
		int rc = orl_ring_stats(s, i, &st);

		if (rc)
			return rc;
		out->written += st.written;
		out->entries += st.entries;
		out->overrun += st.overrun;
		out->read += st.read;
		out->dropped += st.dropped;
		out->bytes += st.bytes;
		out->is_on |= st.is_on;
		out->is_discard |= st.is_discard;
		if (st.oldest_ns && (!out->oldest_ns || st.oldest_ns < out->oldest_ns))
			out->oldest_ns = st.oldest_ns;
	}
	return 0;
}
