// SPDX-License-Identifier: MIT
/*
 * A shop with lines to switch; each line that it reads is an order, "NAME COUNT". See the page
 * docs/dynamic-debug.md.
 */
#define pr_fmt(fmt) "shop: " fmt
#include <oriel/printk.h>
#include <stdio.h>

static int pay(const char *name, int count)
{
	int cents = count * 99;

	pr_debug("%s pays %d cents\n", name, cents);
	return cents;
}

static void serve(const char *name, int count)
{
	pr_debug("%s orders %d\n", name, count);
	if (count > 0)
		pay(name, count);
	else
		pr_warn("%s has ordered nothing\n", name);
}

int main(void)
{
	char name[32];
	int count;

	while (scanf("%31s %d", name, &count) == 2)
		serve(name, count);
	return 0;
}
