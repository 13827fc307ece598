/* SPDX-License-Identifier: MIT */
/* What every test of these headers includes first. */
#ifndef TEST_GIVEN_H
#define TEST_GIVEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#endif
