/* SPDX-License-Identifier: MIT */
/*
 * Writing pages of our own: records with times that are already converted, one behind the other.
 */
#ifndef ORL_READER_BUILD_H
#define ORL_READER_BUILD_H

#include "reader/page.h"

struct orl_page_build {
	uint8_t *page;
	uint32_t size;
	uint32_t off;			/* 0: no record yet */
	uint64_t ts;			/* of the last record */
};

/** orl_build_begin() - an empty page in @page, of @size bytes */
void orl_build_begin(struct orl_page_build *b, void *page, uint32_t size);

/**
 * orl_build_add() - append a record
 * @ts: its time; one before the last record's becomes that
 * Return: false when it does not fit. An empty page takes any record that a page of its size can
 * hold.
 */
bool orl_build_add(struct orl_page_build *b, uint64_t ts, const struct orl_record *rec);

/** orl_build_end() - store the length, and zero the rest */
void orl_build_end(struct orl_page_build *b);

#endif /* ORL_READER_BUILD_H */
