/* SPDX-License-Identifier: MIT */
/* Requests to block devices, and the buffers that they fill. */
#ifndef TYPES_BLOCK_H
#define TYPES_BLOCK_H

typedef u8 blk_status_t;
typedef u32 blk_opf_t;

#define RWBS_LEN 8

struct gendisk {
	int major, first_minor;
};

struct block_device {
	dev_t bd_dev;
	struct gendisk *bd_disk;
};

struct request_queue {
	struct gendisk *disk;
};

struct bvec_iter {
	sector_t bi_sector;
	unsigned int bi_size;
};

struct bio {
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	blk_status_t bi_status;
	struct bvec_iter bi_iter;
};

struct request {
	struct request_queue *q;
	blk_opf_t cmd_flags;
	unsigned int data_len;
	sector_t sector;
};

struct buffer_head {
	struct block_device *b_bdev;
	sector_t b_blocknr;
	size_t b_size;
};

static inline dev_t disk_devt(struct gendisk *disk)
{
	return MKDEV((unsigned int)disk->major, (unsigned int)disk->first_minor & MINORMASK);
}

static inline dev_t bio_dev(struct bio *bio)
{
	return bio->bi_bdev->bd_dev;
}

static inline unsigned int bio_sectors(struct bio *bio)
{
	return bio->bi_iter.bi_size >> 9;
}

static inline int blk_status_to_errno(blk_status_t status)
{
	return -(int)status;
}

static inline sector_t blk_rq_pos(const struct request *rq)
{
	return rq->sector;
}
#define blk_rq_trace_sector(rq) blk_rq_pos(rq)

static inline unsigned int blk_rq_bytes(const struct request *rq)
{
	return rq->data_len;
}

static inline unsigned int blk_rq_sectors(const struct request *rq)
{
	return rq->data_len >> 9;
}
#define blk_rq_trace_nr_sectors(rq) blk_rq_sectors(rq)

static inline unsigned int blk_rq_count_bios(const struct request *rq)
{
	(void)rq;
	return 1;
}

static inline void blk_fill_rwbs(char *rwbs, blk_opf_t opf)
{
	rwbs[0] = opf & 1 ? 'W' : 'R';
	rwbs[1] = '\0';
}

#endif
