// SPDX-License-Identifier: MIT
/*
 * Stands in for the tables of the files that show records, until those are there.
 */
#include "tree/impl.h"

const struct orl_kind orl_kinds_tracing_output[] = { { NULL } };
const struct orl_kind orl_kinds_cpu[] = { { NULL } };
