/* SPDX-License-Identifier: MIT */
/* Files that are printed when they are read, and iterators over lists for them. */
#ifndef ORIEL_LINUX_SEQ_FILE_H
#define ORIEL_LINUX_SEQ_FILE_H
#ifndef ORIEL_LINUX_DRIVER
#define ORIEL_LINUX_DRIVER
#endif

#include <linux/fs.h>
#include <linux/list.h>
#include <oriel/seq_file.h>

/** seq_list_start() - the entry at @pos, counted from 0, or NULL */
__maybe_unused static inline struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *entry;

	list_for_each(entry, head)
		if (pos-- == 0)
			return entry;
	return NULL;
}

/** seq_list_start_head() - the same with the head itself before the first */
__maybe_unused static inline struct list_head *seq_list_start_head(struct list_head *head,
								   loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}

ORIEL_INLINE struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *pos)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*pos;
	return next == head ? NULL : next;
}

__maybe_unused static inline struct hlist_node *seq_hlist_start(struct hlist_head *head, loff_t pos)
{
	struct hlist_node *node = head->first;

	while (node && pos-- > 0)
		node = node->next;
	return node;
}

__maybe_unused static inline struct hlist_node *seq_hlist_start_head(struct hlist_head *head,
								     loff_t pos)
{
	return pos ? seq_hlist_start(head, pos - 1) : (struct hlist_node *)SEQ_START_TOKEN;
}

ORIEL_INLINE struct hlist_node *seq_hlist_next(void *v, struct hlist_head *head, loff_t *pos)
{
	++*pos;
	return v == SEQ_START_TOKEN ? head->first : ((struct hlist_node *)v)->next;
}

#endif
