/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Circular doubly linked list with a head of the same type. */
#ifndef HLRT_LIST_H
#define HLRT_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct hlrti_list {
	struct hlrti_list *next, *prev;
};

#define hlrti_entry(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

static inline void hlrti_list_init(struct hlrti_list *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool hlrti_list_empty(const struct hlrti_list *head)
{
	return head->next == head;
}

static inline void hlrti_list_append(struct hlrti_list *head, struct hlrti_list *item)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

static inline void hlrti_list_remove(struct hlrti_list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	hlrti_list_init(item);
}

/* The first item, taken out; NULL when the list is empty. */
static inline struct hlrti_list *hlrti_list_pop(struct hlrti_list *head)
{
	struct hlrti_list *item = head->next;

	if (item == head)
		return NULL;
	/* It loses track of which item a list begins with. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	hlrti_list_remove(item);
	return item;
}

#endif /* HLRT_LIST_H */
