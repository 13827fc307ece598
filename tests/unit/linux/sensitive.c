// SPDX-License-Identifier: MIT
/* What kfree_sensitive() leaves: linked so that free() of this file is seen. */
#include "given.h"

#include <linux/slab.h>

void __real_free(void *p);
void __wrap_free(void *p);

static const unsigned char *watched;
static size_t nr_freed, nr_left;

void __wrap_free(void *p)
{
	if (p && p == watched) {
		nr_freed++;
		for (int i = 0; i < 32; i++)
			nr_left += watched[i] != 0;
	}
	__real_free(p);
}

static void all_of_a_secret_is_overwritten(void **state)
{
	char *secret = kmalloc(32, GFP_KERNEL);

	memset(secret, 'x', 32);
	watched = (unsigned char *)secret;
	kfree_sensitive(secret);
	assert_int_equal(nr_freed, 1);
	assert_int_equal(nr_left, 0);
	watched = NULL;
	kfree_sensitive(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_secret_is_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
