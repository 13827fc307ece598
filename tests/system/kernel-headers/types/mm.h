/* SPDX-License-Identifier: MIT */
/* Memory: pages, zones, allocations. */
#ifndef TYPES_MM_H
#define TYPES_MM_H

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define pageblock_order 9

struct maple_tree {
	void *ma_root;
};

struct mm_struct {
	unsigned long total_vm;
	struct maple_tree mm_mt;
};

struct address_space;

struct page {
	unsigned long flags;
	struct address_space *mapping;
	unsigned long index;
	atomic_t _refcount, _mapcount;
};

/* Print formats name the place of all pages, too. */
extern unsigned long vmemmap_base;
#define pfn_to_page(pfn) (((struct page *)vmemmap_base) + (pfn))

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)page >> 6;
}

static inline int get_pageblock_migratetype(const struct page *page)
{
	(void)page;
	return 1;
}

#define PAGEFLAGS_MASK ((1UL << 23) - 1)
#define page_ref_count(page) ((page)->_refcount.counter)
#define page_mapcount(page) ((page)->_mapcount.counter)

struct folio {
	struct address_space *mapping;
	unsigned long index;
	struct page page;
};

#define folio_pfn(folio) page_to_pfn(&(folio)->page)
#define folio_lru_list(folio) LRU_ACTIVE_ANON
#define folio_test_anon(folio) ((folio)->page.flags & 1)
#define folio_mapped(folio) ((folio)->page.flags & 2)
#define folio_test_swapcache(folio) ((folio)->page.flags & 4)
#define folio_test_swapbacked(folio) ((folio)->page.flags & 8)
#define folio_test_mappedtodisk(folio) ((folio)->page.flags & 16)
#define folio_test_private(folio) ((folio)->page.flags & 32)

struct zone;

struct zoneref {
	struct zone *zone;
	int zone_idx;
};

static inline int zone_to_nid(struct zone *zone)
{
	(void)zone;
	return 0;
}

enum tlb_flush_reason {
	TLB_FLUSH_ON_TASK_SWITCH,
	TLB_REMOTE_SHOOTDOWN,
	TLB_LOCAL_SHOOTDOWN,
	TLB_LOCAL_MM_SHOOTDOWN,
	TLB_REMOTE_SEND_IPI
};

#define is_swiotlb_force_bounce(dev) ((void)(dev), false)
#define get_mm_counter(mm, member) ((mm)->total_vm + (member))
#define mm_pgtables_bytes(mm) ((mm)->total_vm)

struct ma_state {
	unsigned long index, last, min, max;
	void *node;
};

struct damon_addr_range {
	unsigned long start, end;
};

struct damon_target;
struct damon_region {
	struct damon_addr_range ar;
	unsigned int nr_accesses, age;
};

struct kmem_cache {
	const char *name;
	slab_flags_t flags;
	unsigned int size, object_size;
};

#define SLAB_ACCOUNT 0x04000000U
#define SLAB_RECLAIM_ACCOUNT 0x00020000U

/* Bits of an allocation's flags, and the sets of them that have names. */
#define __GFP_DMA 0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_DMA32 0x04u
#define __GFP_MOVABLE 0x08u
#define __GFP_RECLAIMABLE 0x10u
#define __GFP_HIGH 0x20u
#define __GFP_IO 0x40u
#define __GFP_FS 0x80u
#define __GFP_ZERO 0x100u
#define __GFP_ATOMIC 0x200u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_WRITE 0x1000u
#define __GFP_NOWARN 0x2000u
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_MEMALLOC 0x20000u
#define __GFP_COMP 0x40000u
#define __GFP_NOMEMALLOC 0x80000u
#define __GFP_HARDWALL 0x100000u
#define __GFP_THISNODE 0x200000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_ZEROTAGS 0x800000u
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT __GFP_KSWAPD_RECLAIM
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER (GFP_KERNEL | __GFP_HARDWALL)
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)
#define GFP_TRANSHUGE_LIGHT \
	((GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | __GFP_NOWARN) & ~__GFP_RECLAIM)
#define GFP_TRANSHUGE (GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM)

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };

enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, ZONE_DEVICE };

enum lru_list {
	LRU_INACTIVE_ANON,
	LRU_ACTIVE_ANON,
	LRU_INACTIVE_FILE,
	LRU_ACTIVE_FILE,
	LRU_UNEVICTABLE
};

enum compact_priority {
	COMPACT_PRIO_SYNC_FULL,
	COMPACT_PRIO_SYNC_LIGHT,
	COMPACT_PRIO_ASYNC
};

enum compact_result {
	COMPACT_NOT_SUITABLE_ZONE,
	COMPACT_SKIPPED,
	COMPACT_DEFERRED,
	COMPACT_NO_SUITABLE_PAGE,
	COMPACT_CONTINUE,
	COMPACT_COMPLETE,
	COMPACT_PARTIAL_SKIPPED,
	COMPACT_CONTENDED,
	COMPACT_SUCCESS
};
#define compaction_failed(result) ((result) == COMPACT_COMPLETE)
#define compaction_withdrawn(result) ((result) == COMPACT_DEFERRED)

#endif
