/* SPDX-License-Identifier: MIT */
/*
 * Removing a domain's files.
 */
#ifndef ORL_CLI_REMOVE_H
#define ORL_CLI_REMOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORL_RECORD_PREFIX "record-" /* names of private domains: this and the recorder's pid */

/**
 * orl_domain_remove() - remove a domain's directory
 * @dry_run: only count
 * @why:     on failure, the reason in words
 *
 * Only a domain's own files are removed, by their names. A directory that is not ours alone, or
 * holds anything else, stays as it is.
 *
 * Return: the bytes that were (or would be) freed, or -errno.
 */
int64_t orl_domain_remove(const char *dir, bool dry_run, char *why, size_t why_len);

#endif /* ORL_CLI_REMOVE_H */
