/* SPDX-License-Identifier: MIT */
/*
 * The places of a domain that have printed, as lists for the kernel's tools. Lists are as long as
 * there are places, and end at some MiB.
 */
#ifndef ORL_DECODE_PRINT_LIST_H
#define ORL_DECODE_PRINT_LIST_H

#include "decode/text.h"
#include "domain/domain.h"

/**
 * orl_print_list_formats() - append lines as in tracing/printk_formats: 0xADDRESS : "FORMAT"
 *
 * One for each place and decoration, by address; a second one where libtraceevent cannot read the
 * format (ORL_PRINT_ORIGINAL). Return: 0 or -ENOMEM.
 */
int orl_print_list_formats(struct orl_text *out, const struct orl_domain *d);

/**
 * orl_print_list_functions() - append lines as in /proc/kallsyms: the functions of the places
 *
 * By address; all are above ORL_FTRACE_MARKER_IP. Return: 0 or -ENOMEM.
 */
int orl_print_list_functions(struct orl_text *out, const struct orl_domain *d);

#endif /* ORL_DECODE_PRINT_LIST_H */
