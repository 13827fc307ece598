// SPDX-License-Identifier: MIT
/* Lists, and files that show them. */
#include "given.h"

#include <linux/list.h>
#include <linux/seq_file.h>

struct item {
	char name;
	struct list_head link;
	struct hlist_node hash;
};

static struct item items[] = { { .name = 'a' }, { .name = 'b' }, { .name = 'c' } };

static void fill(struct list_head *head)
{
	INIT_LIST_HEAD(head);
	for (int i = 0; i < 3; i++)
		list_add_tail(&items[i].link, head);
}

static void list_is(struct list_head *head, const char *want)
{
	char have[8] = "", back[8] = "";
	struct item *item;
	int n = 0;

	list_for_each_entry(item, head, link)
		have[n++] = item->name;
	assert_string_equal(have, want);
	list_for_each_entry_reverse(item, head, link)
		back[--n] = item->name;
	assert_string_equal(back, want);
}

static void entries_are_added_at_both_ends(void **state)
{
	LIST_HEAD(head);

	assert_true(list_empty(&head));
	list_add(&items[1].link, &head);
	assert_true(list_is_singular(&head));
	list_add(&items[0].link, &head);
	list_add_tail(&items[2].link, &head);
	list_is(&head, "abc");
	assert_ptr_equal(list_first_entry(&head, struct item, link), &items[0]);
	assert_ptr_equal(list_last_entry(&head, struct item, link), &items[2]);
	assert_true(list_is_last(&items[2].link, &head));
}

static void entries_go_while_the_list_is_walked(void **state)
{
	struct item *item, *next;
	LIST_HEAD(head);

	fill(&head);
	list_for_each_entry_safe(item, next, &head, link)
		if (item->name != 'b')
			list_del(&item->link);
	list_is(&head, "b");
	list_del_init(&items[1].link);
	assert_true(list_empty(&head) && list_empty(&items[1].link));
	assert_null(list_first_entry_or_null(&head, struct item, link));
}

static void entries_move_and_lists_are_joined(void **state)
{
	LIST_HEAD(head);
	LIST_HEAD(other);

	fill(&head);
	list_move(&items[2].link, &head);
	list_is(&head, "cab");
	list_move_tail(&items[2].link, &other);
	list_splice_init(&head, &other);
	list_is(&other, "abc");
	assert_true(list_empty(&head));
	list_splice_tail_init(&other, &head);
	list_is(&head, "abc");
	list_splice_init(&other, &head);
	list_is(&head, "abc");
	list_splice(&head, &other);
	list_is(&other, "abc");
	INIT_LIST_HEAD(&head);
	list_splice_tail(&other, &head);
	list_is(&head, "abc");
}

static void a_walk_goes_on_from_an_entry(void **state)
{
	struct item *item, *next;
	LIST_HEAD(head);
	char seen[8] = "";
	int n = 0;

	fill(&head);
	assert_true(list_is_first(&items[0].link, &head) && !list_is_first(&items[1].link, &head));
	item = &items[0];
	list_for_each_entry_continue(item, &head, link)
		seen[n++] = item->name;
	assert_true(list_is_head(&item->link, &head));
	item = &items[1];
	list_for_each_entry_from(item, &head, link)
		seen[n++] = item->name;
	list_for_each_entry_safe_reverse(item, next, &head, link) {
		seen[n++] = item->name;
		list_del(&item->link);
	}
	assert_string_equal(seen, "bcbccba");
}

static void lists_with_small_heads_work_alike(void **state)
{
	struct hlist_node *next;
	struct item *item;
	HLIST_HEAD(head);
	int n = 0;

	for (int i = 0; i < 3; i++)
		hlist_add_head(&items[2 - i].hash, &head);
	hlist_for_each_entry(item, &head, hash)
		assert_int_equal(item->name, 'a' + n++);
	assert_int_equal(n, 3);
	hlist_for_each_entry_safe(item, next, &head, hash)
		hlist_del_init(&item->hash);
	assert_true(hlist_empty(&head) && hlist_unhashed(&items[1].hash));
}

static void entries_are_added_beside_others(void **state)
{
	struct item *item;
	HLIST_HEAD(head);
	int n = 0;

	hlist_add_head(&items[1].hash, &head);
	hlist_add_before(&items[0].hash, &items[1].hash);
	hlist_add_behind(&items[2].hash, &items[1].hash);
	hlist_for_each_entry(item, &head, hash)
		assert_int_equal(item->name, 'a' + n++);
	assert_int_equal(n, 3);
	hlist_del_init(&items[2].hash);
	hlist_del_init(&items[0].hash);
	assert_ptr_equal(head.first, &items[1].hash);
	hlist_del_init(&items[1].hash);
	assert_true(hlist_empty(&head));
}

/* ---- a file ---- */

static LIST_HEAD(shown);

static void *shown_start(struct seq_file *m, loff_t *pos)
{
	return seq_list_start(&shown, *pos);
}

static void *shown_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &shown, pos);
}

static void shown_stop(struct seq_file *m, void *v)
{
}

static int shown_show(struct seq_file *m, void *v)
{
	seq_putc(m, list_entry(v, struct item, link)->name);
	return 0;
}

static const struct seq_operations shown_sops = { shown_start, shown_stop, shown_next, shown_show };
DEFINE_SEQ_ATTRIBUTE(shown);

static void a_file_shows_a_list(void **state)
{
	struct inode inode = { 0 };
	struct file file = { .f_op = &shown_fops };
	char buf[2];

	fill(&shown);
	assert_int_equal(shown_fops.open(&inode, &file), 0);
	assert_int_equal(shown_fops.read(&file, buf, 2, &file.f_pos), 2);
	assert_memory_equal(buf, "ab", 2);
	assert_int_equal(shown_fops.read(&file, buf, 2, &file.f_pos), 1);
	assert_memory_equal(buf, "c", 1);
	assert_int_equal(shown_fops.read(&file, buf, 2, &file.f_pos), 0);
	shown_fops.release(&inode, &file);
}

static void an_iterator_may_begin_with_the_head(void **state)
{
	loff_t pos = 0;

	fill(&shown);
	assert_ptr_equal(seq_list_start_head(&shown, 0), &shown);
	assert_ptr_equal(seq_list_start_head(&shown, 1), &items[0].link);
	assert_null(seq_list_start_head(&shown, 4));
	assert_ptr_equal(seq_list_next(&shown, &shown, &pos), &items[0].link);
	assert_null(seq_list_next(&items[2].link, &shown, &pos));
	assert_int_equal(pos, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_added_at_both_ends),
		cmocka_unit_test(entries_go_while_the_list_is_walked),
		cmocka_unit_test(entries_move_and_lists_are_joined),
		cmocka_unit_test(a_walk_goes_on_from_an_entry),
		cmocka_unit_test(lists_with_small_heads_work_alike),
		cmocka_unit_test(entries_are_added_beside_others),
		cmocka_unit_test(a_file_shows_a_list),
		cmocka_unit_test(an_iterator_may_begin_with_the_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
