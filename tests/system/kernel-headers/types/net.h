/* SPDX-License-Identifier: MIT */
/* Packets and the devices they pass. */
#ifndef TYPES_NET_H
#define TYPES_NET_H

struct net_device {
	const char *name;
	int ifindex;
	unsigned char unused[2], addr_len; /* 0 in FIRE_ROOM, as in further.h */
};

struct napi_struct {
	struct net_device *dev;
};

struct skb_shared_info {
	u8 nr_frags, tx_flags;
	unsigned short gso_size, gso_segs;
	unsigned int gso_type;
};

struct sk_buff {
	struct net_device *dev;
	unsigned char *data;
	unsigned int len, data_len, truesize, napi_id;
	u32 hash, mark;
	u16 queue_mapping;
	u8 l4_hash, ip_summed;
	__be16 protocol, vlan_proto;
	u16 vlan_tci, mac_header, transport_header;
	struct skb_shared_info *shared;
};

/* Some of the many reasons for which a packet is dropped. */
#define DEFINE_DROP_REASON(FN, FNe) \
	FN(NOT_SPECIFIED) \
	FN(NO_SOCKET) \
	FN(PKT_TOO_SMALL) \
	FNe(MAX)

enum skb_drop_reason {
	SKB_NOT_DROPPED_YET,
	SKB_CONSUMED,
	SKB_DROP_REASON_NOT_SPECIFIED,
	SKB_DROP_REASON_NO_SOCKET,
	SKB_DROP_REASON_PKT_TOO_SMALL,
	SKB_DROP_REASON_MAX
};

#define skb_shinfo(skb) ((skb)->shared)
#define skb_vlan_tag_present(skb) ((skb)->vlan_tci != 0)
#define skb_vlan_tag_get(skb) ((skb)->vlan_tci)

static inline bool skb_mac_header_was_set(const struct sk_buff *skb)
{
	return skb->mac_header != (u16)~0U;
}

static inline unsigned char *skb_mac_header(const struct sk_buff *skb)
{
	return skb->data - 14;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	(void)skb;
	return 14;
}

static inline bool skb_transport_header_was_set(const struct sk_buff *skb)
{
	return skb->transport_header != (u16)~0U;
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return skb->transport_header & 0xff;
}

static inline const char *netdev_drivername(const struct net_device *dev)
{
	return dev->name;
}

#endif
