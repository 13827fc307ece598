/* SPDX-License-Identifier: MIT */
/*
 * What some further headers touch: a member or two of many structures. Numbers that say how much
 * to copy are the fourth 16 bits of a word, which in FIRE_ROOM are 0.
 */
#ifndef TYPES_FURTHER_H
#define TYPES_FURTHER_H

#include <linux/virtio_vsock.h>

struct fsi_master {
	int idx, n_links;
};

struct fsi_slave {
	struct fsi_master *master;
	int cdev_idx, link, id, chip_id;
	u32 cfam_id, size;
};

struct fsi_device {
	struct fsi_slave *slave;
	u8 engine_type, version, unit;
	u32 addr, size;
};

struct fsi_master_acf {
	struct fsi_master master;
};

struct fsi_master_gpio {
	struct fsi_master master;
};

struct fsi_msg {
	u64 msg;
	u8 bits;
};

struct selinux_audit_data {
	u32 requested, audited, denied;
	int result;
};

struct nbd_request;

struct page_pool {
	u64 destroy_cnt;
	struct {
		int nid;
	} p;
};

struct thermal_zone_device {
	int id;
	char type[24];
	int temperature, last_temperature;
};

struct watchdog_device {
	int id;
};

struct mctp_sk_key {
	u8 local_addr, peer_addr, tag;
};

#define MII_BUS_ID_SIZE 61
struct mii_bus {
	char id[64];
};

enum pwm_polarity { PWM_POLARITY_NORMAL, PWM_POLARITY_INVERSED };
struct pwm_device;
struct pwm_state {
	u64 period, duty_cycle;
	enum pwm_polarity polarity;
	bool enabled;
};

struct siox_master {
	int busno;
	u8 *buf;
};

struct siox_device {
	u16 unused[3], inbytes, unused_too[3], outbytes;
};

struct clk_core {
	const char *name;
	struct clk_core *parent;
};

struct clk_duty {
	unsigned int num, den;
};

struct ioc {
	const char *name;
	atomic64_t vtime_rate;
	int busy_level;
};
#define ioc_name(ioc) ((ioc)->name)

struct ioc_gq {
	struct ioc *ioc;
	u32 weight, inuse, hweight_active, hweight_inuse;
};

struct ioc_now {
	u64 now_ns, now, vnow, vrate;
};

struct cgroup_root {
	int hierarchy_id;
	unsigned int subsys_mask;
	const char *name;
};

struct cgroup {
	struct cgroup_root *root;
	int level;
	u64 id;
};
#define cgroup_id(cgrp) ((cgrp)->id)

struct kvm_vcpu {
	int vcpu_id;
};

struct kvm_dirty_ring {
	u32 dirty_index, reset_index, soft_limit;
	int index;
};
#define kvm_dirty_ring_used(ring) ((ring)->dirty_index - (ring)->reset_index)

struct devlink;
struct devlink_trap_metadata {
	const char *trap_name, *trap_group_name;
	struct net_device *input_dev;
};
#define devlink_to_dev(devlink) ((struct device *)((void)(devlink), FIRE_ROOM))

struct devfreq_dev_status {
	unsigned long total_time, busy_time;
};

struct devfreq {
	struct device dev;
	unsigned long previous_freq;
	struct devfreq_dev_status last_status;
	struct {
		unsigned int polling_ms;
	} *profile;
};

/* System calls */
struct pt_regs;
int syscall_regfunc(void);
void syscall_unregfunc(void);
#define syscall_get_nr(task, regs) ((long)((unsigned long)(regs) & 0xff))
#define syscall_get_arguments(task, regs, args) memset((args), 0, sizeof((args)[0]) * 6)

#endif
