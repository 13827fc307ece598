/* SPDX-License-Identifier: MIT */
/* Sockets, neighbours, queues of packets. */
#ifndef TYPES_SOCKETS_H
#define TYPES_SOCKETS_H

#include <linux/neighbour.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

/* States that the C library has no name for. */
#define TCP_NEW_SYN_RECV 12

enum { SK_MEM_SEND, SK_MEM_RECV };

typedef struct {
	atomic_t refs;
} refcount_t;
#define refcount_read(r) atomic_read(&(r)->refs)

struct proto {
	char name[32];
	long *sysctl_mem;
};

struct sock {
	u16 sk_protocol, sk_family;
	int sk_state, sk_err, sk_rcvbuf, sk_wmem_queued;
	struct in6_addr sk_v6_rcv_saddr, sk_v6_daddr;
	atomic_t sk_rmem_alloc;
	refcount_t sk_wmem_alloc;
};
#define sk_get_rmem0(sk, proto) ((sk)->sk_rcvbuf)
#define sk_get_wmem0(sk, proto) ((sk)->sk_rcvbuf)
#define sock_gen_cookie(sk) ((u64)(unsigned long)(sk))

struct inet_sock {
	__be32 inet_saddr, inet_daddr;
	__be16 inet_sport, inet_dport;
	u16 inet_num;
};
#define inet_sk(sk) ((struct inet_sock *)(void *)(sk))

struct request_sock;
struct inet_request_sock {
	__be32 ir_loc_addr, ir_rmt_addr;
	u16 ir_num;
	__be16 ir_rmt_port;
	struct in6_addr ir_v6_loc_addr, ir_v6_rmt_addr;
};
#define inet_rsk(req) ((struct inet_request_sock *)(void *)(req))

struct tcp_sock {
	u32 rcv_wnd, snd_nxt, snd_una, snd_wnd, srtt_us, snd_cwnd;
};
#define tcp_sk(sk) ((struct tcp_sock *)(void *)(sk))
#define tcp_snd_cwnd(tp) ((tp)->snd_cwnd)
#define tcp_current_ssthresh(sk) ((u32)(sk)->sk_err)

#define ip_hdr(skb) ((struct iphdr *)(void *)(skb)->data)
struct ipv6hdr {
	struct in6_addr saddr, daddr;
};
#define ipv6_hdr(skb) ((struct ipv6hdr *)(void *)(skb)->data)
#define skb_header_pointer(skb, offset, len, buffer) \
	((void)(skb), (void)(offset), (void)(len), (void *)(buffer))

static inline void ipv6_addr_set_v4mapped(__be32 from, struct in6_addr *to)
{
	memset(to, 0, sizeof(*to));
	memcpy((char *)to + 12, &from, sizeof(from));
}

#define MAX_ADDR_LEN 32
struct neigh_table {
	int family, gc_entries;
};

struct neighbour {
	struct neigh_table *tbl;
	struct net_device *dev;
	unsigned long confirmed, updated, used;
	u8 flags, nud_state, type, dead;
	unsigned char ha[MAX_ADDR_LEN];
	refcount_t refcnt;
	u8 primary_key[16];
};
#define neigh_state_str(state) ((void)(state), "state")

/* A handle: two numbers of 16 bits. */
#define TC_H_MAJ(handle) ((handle) & (0xFFFF0000U))
#define TC_H_MIN(handle) ((handle) & (0x0000FFFFU))

struct Qdisc_ops {
	char id[16];
};

struct Qdisc {
	struct Qdisc_ops *ops;
	u32 handle, parent;
	struct net_device *dev;
};
#define qdisc_dev(qdisc) ((qdisc)->dev)

struct netdev_queue {
	struct net_device *dev;
	unsigned long state;
};

#endif
