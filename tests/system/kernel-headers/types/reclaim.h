/* SPDX-License-Identifier: MIT */
/* Pages that are moved, reclaimed, mapped, and the files that they come from. */
#ifndef TYPES_RECLAIM_H
#define TYPES_RECLAIM_H

typedef u32 errseq_t;
typedef unsigned int isolate_mode_t;

struct super_block {
	dev_t s_dev;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
	dev_t i_rdev;
};

struct address_space {
	struct inode *host;
};

struct file {
	struct address_space *f_mapping;
	errseq_t f_wb_err;
};

enum migrate_mode { MIGRATE_ASYNC, MIGRATE_SYNC_LIGHT, MIGRATE_SYNC, MIGRATE_SYNC_NO_COPY };

enum migrate_reason {
	MR_COMPACTION,
	MR_MEMORY_FAILURE,
	MR_MEMORY_HOTPLUG,
	MR_SYSCALL,
	MR_MEMPOLICY_MBIND,
	MR_NUMA_MISPLACED,
	MR_CONTIG_RANGE,
	MR_LONGTERM_PIN,
	MR_DEMOTION
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;
};

struct vm_unmapped_area_info {
	unsigned long flags, length, low_limit, high_limit, align_mask, align_offset;
};

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
};

struct shrinker {
	unsigned long (*count_objects)(struct shrinker *, struct shrink_control *);
	unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *);
};

struct reclaim_stat {
	unsigned int nr_dirty, nr_unqueued_dirty, nr_congested, nr_writeback, nr_immediate;
	unsigned int nr_pageout, nr_activate[2], nr_ref_keep, nr_unmap_fail;
};
#define folio_is_file_lru(folio) (!folio_test_swapbacked(folio))
#define folio_order(folio) ((unsigned int)((folio)->page.flags & 1))

struct zone {
	unsigned int compact_considered, compact_defer_shift;
	int compact_order_failed;
};
#define zone_idx(zone) ((void)(zone), ZONE_NORMAL)

struct compact_control {
	unsigned long free_pfn, migrate_pfn, nr_migratepages;
};

#endif
