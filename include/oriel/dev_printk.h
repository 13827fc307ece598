/* SPDX-License-Identifier: MIT */
/*
 * Lines about a device, with "driver name: " in front (linux/dev_printk.h).
 *
 * What a device is, is the program's: dev_driver_string(dev) and dev_name(dev) give the two words,
 * as functions or macros, and may be defined after this header. oriel/device.h has a small struct
 * device with both. NULL is "(NULL device *)".
 */
#ifndef ORIEL_DEV_PRINTK_H
#define ORIEL_DEV_PRINTK_H

#include <oriel/printk.h>

#ifndef dev_fmt
#define dev_fmt(fmt) fmt
#endif

/* fmt may bring arguments with it: they come behind the two words. */
#define ORIEL_DEV_CALL(fn, first, dev, fmt, ...) \
	do { \
		__typeof__(&*(dev)) oriel_dev = (dev); \
		ORIEL_DEV_CALL_##fn( \
			first, oriel_dev ? dev_driver_string(oriel_dev) : "(NULL device", \
			oriel_dev ? dev_name(oriel_dev) : "*)", fmt, ##__VA_ARGS__); \
	} while (0)
#define ORIEL_DEV_CALL_PRINTK(level, driver, name, fmt, ...) \
	oriel_printk(level "%s %s: " fmt, driver, name, ##__VA_ARGS__)
#define ORIEL_DEV_CALL_EMIT(site, driver, name, fmt, ...) \
	oriel_dyndbg_emit(site, "%s %s: " fmt, driver, name, ##__VA_ARGS__)
#define ORIEL_DEV_CALL_CHECK(level, driver, name, fmt, ...) \
	ORIEL_NO_PRINT("%s %s: " fmt, driver, name, ##__VA_ARGS__)

#define dev_printk(level, dev, fmt, ...) \
	ORIEL_DEV_CALL(PRINTK, level, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_emerg(dev, fmt, ...) dev_printk(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) dev_printk(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) dev_printk(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) dev_printk(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)

#ifndef ORIEL_DISABLE
#define ORIEL_DEV_DEBUG(cond, dev, fmt, ...) \
	ORIEL_PRINT(ORIEL_FIRST(fmt), "%s %s: " ORIEL_FIRST(fmt), _DPRINTK_CLASS_DFLT, \
		    ORIEL_PRINT_DEBUG, _DPRINTK_FLAGS_DEFAULT, \
		    cond(ORIEL_DEV_CALL(EMIT, ORIEL_PRINT_SITE, dev, fmt, ##__VA_ARGS__)))
#else
#define ORIEL_DEV_DEBUG(cond, dev, fmt, ...) \
	do { \
		if (0) \
			ORIEL_DEV_CALL(CHECK, "", dev, fmt, ##__VA_ARGS__); \
	} while (0)
#endif
#define ORIEL_ALWAYS(...) __VA_ARGS__
#define dynamic_dev_dbg(dev, fmt, ...) ORIEL_DEV_DEBUG(ORIEL_ALWAYS, dev, fmt, ##__VA_ARGS__)
#define dev_dbg(dev, fmt, ...) dynamic_dev_dbg(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_vdbg(dev, fmt, ...) no_printk(KERN_DEBUG fmt, ##__VA_ARGS__)

#define dev_level_once(level, dev, fmt, ...) ORIEL_ONCE(level(dev, fmt, ##__VA_ARGS__))
#define dev_emerg_once(dev, fmt, ...) dev_level_once(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_alert_once(dev, fmt, ...) dev_level_once(dev_alert, dev, fmt, ##__VA_ARGS__)
#define dev_crit_once(dev, fmt, ...) dev_level_once(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_once(dev, fmt, ...) dev_level_once(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_once(dev, fmt, ...) dev_level_once(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_once(dev, fmt, ...) dev_level_once(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_once(dev, fmt, ...) dev_level_once(dev_info, dev, fmt, ##__VA_ARGS__)
#define dev_dbg_once(dev, fmt, ...) \
	ORIEL_DEV_DEBUG(ORIEL_ONCE, dev, dev_fmt(fmt), ##__VA_ARGS__)

#define dev_level_ratelimited(level, dev, fmt, ...) \
	ORIEL_RATELIMITED(level(dev, fmt, ##__VA_ARGS__))
#define dev_emerg_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_alert_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_alert, dev, fmt, ##__VA_ARGS__)
#define dev_crit_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_info, dev, fmt, ##__VA_ARGS__)
#define dev_dbg_ratelimited(dev, fmt, ...) \
	ORIEL_DEV_DEBUG(ORIEL_RATELIMITED, dev, dev_fmt(fmt), ##__VA_ARGS__)

#endif
