/* SPDX-License-Identifier: MIT */
/* Lists that are members of what they link. */
#ifndef ORIEL_LINUX_LIST_H
#define ORIEL_LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

#undef LIST_HEAD
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

ORIEL_INLINE void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

ORIEL_INLINE void oriel_list_link(struct list_head *prev, struct list_head *next)
{
	prev->next = next;
	next->prev = prev;
}

ORIEL_INLINE void oriel_list_insert(struct list_head *entry, struct list_head *prev,
				    struct list_head *next)
{
	oriel_list_link(prev, entry);
	oriel_list_link(entry, next);
}

/** list_add() - behind @head: first; list_add_tail(): before it, last */
ORIEL_INLINE void list_add(struct list_head *entry, struct list_head *head)
{
	oriel_list_insert(entry, head, head->next);
}

ORIEL_INLINE void list_add_tail(struct list_head *entry, struct list_head *head)
{
	oriel_list_insert(entry, head->prev, head);
}

/** list_del() - out of its list; it may be freed, not used */
ORIEL_INLINE void list_del(struct list_head *entry)
{
	oriel_list_link(entry->prev, entry->next);
	entry->next = NULL;
	entry->prev = NULL;
}

/** list_del_init() - out of its list, and an empty one itself */
ORIEL_INLINE void list_del_init(struct list_head *entry)
{
	oriel_list_link(entry->prev, entry->next);
	INIT_LIST_HEAD(entry);
}

ORIEL_INLINE void list_replace(struct list_head *old, struct list_head *entry)
{
	oriel_list_insert(entry, old->prev, old->next);
}

ORIEL_INLINE void list_move(struct list_head *entry, struct list_head *head)
{
	oriel_list_link(entry->prev, entry->next);
	list_add(entry, head);
}

ORIEL_INLINE void list_move_tail(struct list_head *entry, struct list_head *head)
{
	oriel_list_link(entry->prev, entry->next);
	list_add_tail(entry, head);
}

ORIEL_INLINE int list_empty(const struct list_head *head)
{
	return head->next == head;
}

ORIEL_INLINE int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

ORIEL_INLINE int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

ORIEL_INLINE int list_is_head(const struct list_head *list, const struct list_head *head)
{
	return list == head;
}

ORIEL_INLINE int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

/** list_splice() - all of @list behind @head; @list is not to be used then */
ORIEL_INLINE void list_splice(const struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	oriel_list_link(list->prev, head->next);
	oriel_list_link(head, list->next);
}

/** list_splice_tail() - the same before @head: at the end */
ORIEL_INLINE void list_splice_tail(const struct list_head *list, struct list_head *head)
{
	list_splice(list, head->prev);
}

/** list_splice_init() - as list_splice(); @list is empty then */
ORIEL_INLINE void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

/** list_splice_tail_init() - the same before @head: at the end */
ORIEL_INLINE void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_init(list, head->prev);
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))

#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_safe(pos, n, head) \
	for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry(pos, head, member)                                                     \
	for (pos = list_first_entry(head, __typeof__(*pos), member);                               \
	     !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for (pos = list_last_entry(head, __typeof__(*pos), member);                                \
	     !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
/* On from pos, without it or with it. */
#define list_for_each_entry_continue(pos, head, member)                                            \
	for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member);           \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_from(pos, head, member)                                                \
	for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
/* The body may take pos out of the list. */
#define list_for_each_entry_safe_reverse(pos, n, head, member)                                     \
	for (pos = list_last_entry(head, __typeof__(*pos), member),                                \
	    n = list_prev_entry(pos, member);                                                      \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	for (pos = list_first_entry(head, __typeof__(*pos), member),                               \
	    n = list_next_entry(pos, member);                                                      \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))

/* ---- lists with a head of one pointer ---- */

#define HLIST_HEAD_INIT { NULL }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)

ORIEL_INLINE void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

ORIEL_INLINE int hlist_empty(const struct hlist_head *head)
{
	return !head->first;
}

ORIEL_INLINE int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

ORIEL_INLINE void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	node->pprev = &head->first;
	if (head->first)
		head->first->pprev = &node->next;
	head->first = node;
}

/** hlist_add_before() - into the list that @next is in; hlist_add_behind(): @prev */
ORIEL_INLINE void hlist_add_before(struct hlist_node *node, struct hlist_node *next)
{
	node->pprev = next->pprev;
	node->next = next;
	next->pprev = &node->next;
	*node->pprev = node;
}

ORIEL_INLINE void hlist_add_behind(struct hlist_node *node, struct hlist_node *prev)
{
	node->next = prev->next;
	node->pprev = &prev->next;
	if (prev->next)
		prev->next->pprev = &node->next;
	prev->next = node;
}

ORIEL_INLINE void hlist_del_init(struct hlist_node *node)
{
	if (!node->pprev)
		return;
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	INIT_HLIST_NODE(node);
}

#define hlist_del(node) hlist_del_init(node)
#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member)                                                        \
	__extension__({                                                                            \
		__typeof__(ptr) oriel_node = (ptr);                                                \
												   \
		oriel_node ? hlist_entry(oriel_node, type, member) : NULL;                         \
	})
#define hlist_for_each_entry(pos, head, member)                                                    \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*pos), member); pos;                 \
	     pos = hlist_entry_safe(pos->member.next, __typeof__(*pos), member))
#define hlist_for_each_entry_safe(pos, n, head, member)                                            \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*pos), member);                      \
	     pos && (n = pos->member.next, 1);                                                     \
	     pos = hlist_entry_safe(n, __typeof__(*pos), member))

#endif
