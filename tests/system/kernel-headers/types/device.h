/* SPDX-License-Identifier: MIT */
/* Devices and their power. */
#ifndef TYPES_DEVICE_H
#define TYPES_DEVICE_H

struct bus_type {
	const char *name;
};

struct device_driver {
	const char *name;
};

struct dev_pm_info {
	atomic_t usage_count, child_count;
	unsigned int disable_depth, irq_safe : 1, runtime_auto : 1, request_pending : 1;
};

struct device {
	struct device *parent;
	struct bus_type *bus;
	struct device_driver *driver;
	const char *init_name, *driver_name;
	u64 *dma_mask;
	struct dev_pm_info power;
};

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

static inline const char *dev_driver_string(const struct device *dev)
{
	return dev->driver_name;
}

struct cpufreq_policy {
	unsigned int cpu, min, max;
};

/* What a message about power says happens. */
#define PM_EVENT_SUSPEND 0x0002
#define PM_EVENT_HIBERNATE 0x0004
#define PM_EVENT_FREEZE 0x0001
#define PM_EVENT_QUIESCE 0x0008
#define PM_EVENT_RESUME 0x0010
#define PM_EVENT_THAW 0x0020
#define PM_EVENT_RESTORE 0x0040
#define PM_EVENT_RECOVER 0x0080

enum pm_qos_req_action { PM_QOS_ADD_REQ, PM_QOS_UPDATE_REQ, PM_QOS_REMOVE_REQ };

enum dev_pm_qos_req_type {
	DEV_PM_QOS_RESUME_LATENCY = 1,
	DEV_PM_QOS_LATENCY_TOLERANCE,
	DEV_PM_QOS_MIN_FREQUENCY,
	DEV_PM_QOS_MAX_FREQUENCY,
	DEV_PM_QOS_FLAGS
};

#endif
