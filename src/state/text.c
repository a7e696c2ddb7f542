/*
 * Pool of shared texts: a slab allocator over fixed memory. A block starts
 * with its head; a reference is the block's offset in units of 32 bytes,
 * plus one.
 */
#include "state/text.h"

struct block_head {
	uint32_t references; /* free blocks: index + 1 of the next free one */
	uint32_t length;
};

#define UNIT 32u

static const uint16_t class_size[TEXT_CLASSES] = { 32, 64, 128, 256, 512, 1024,
	2048, 4096, 5440 };

static struct block_head *
block_at(const struct text_pool *t, uint32_t page, uint32_t index)
{
	size_t size = class_size[t->pages[page].class];

	return (void *)(t->memory + (size_t)page * TEXT_PAGE + index * size);
}

bool
text_pool_init(struct text_pool *t, struct arena *a, size_t bytes)
{
	size_t pages = bytes / TEXT_PAGE;

	*t = (struct text_pool){ 0 };
	if (pages == 0 || pages > UINT32_MAX / (TEXT_PAGE / UNIT) - 1)
		return false;
	t->n_pages = (uint32_t)pages;
	t->pages = arena_array(a, pages, sizeof(*t->pages));
	/* Not zeroed: pages that are never used never become resident. */
	t->memory = arena_bytes(a, pages * TEXT_PAGE + UNIT);
	if (!t->pages || !t->memory)
		return false;
	t->memory += (UNIT - (uintptr_t)t->memory % UNIT) % UNIT;
	return true;
}

static void
list_add(struct text_pool *t, uint32_t page)
{
	uint32_t *head = &t->partial[t->pages[page].class];

	t->pages[page].prev = 0;
	t->pages[page].next = *head;
	if (*head)
		t->pages[*head - 1].prev = page + 1;
	*head = page + 1;
}

static void
list_remove(struct text_pool *t, uint32_t page)
{
	struct text_page *p = &t->pages[page];

	if (p->prev)
		t->pages[p->prev - 1].next = p->next;
	else
		t->partial[p->class] = p->next;
	if (p->next)
		t->pages[p->next - 1].prev = p->prev;
}

/* A page for the class, put on its list; false when all are taken. */
static bool
page_take(struct text_pool *t, uint16_t class)
{
	uint32_t page;

	if (t->free_page) {
		page = t->free_page - 1;
		t->free_page = t->pages[page].next;
	} else if (t->fresh_page < t->n_pages) {
		page = t->fresh_page++;
	} else {
		return false;
	}
	t->pages[page] = (struct text_page){ .class = class };
	list_add(t, page);
	return true;
}

text_ref
text_put(struct text_pool *t, struct str s)
{
	struct block_head *b;
	struct text_page *p;
	uint32_t page, index;
	uint16_t class = 0;

	if (s.n == 0 || s.n > TEXT_MAX)
		return 0;
	while (class_size[class] < s.n + sizeof(*b))
		class ++;
	if (!t->partial[class] && !page_take(t, class))
		return 0;
	page = t->partial[class] - 1;
	p = &t->pages[page];
	if (p->free_block) {
		index = p->free_block - 1u;
		p->free_block = (uint16_t)block_at(t, page, index)->references;
	} else {
		index = p->fresh++;
	}
	p->used++;
	if (!p->free_block && (p->fresh + 1u) * class_size[class] > TEXT_PAGE)
		list_remove(t, page);
	b = block_at(t, page, index);
	*b = (struct block_head){ 1, (uint32_t)s.n };
	memcpy(b + 1, s.p, s.n);
	return (text_ref)(((char *)b - t->memory) / UNIT + 1);
}

static struct block_head *
head_of(const struct text_pool *t, text_ref ref)
{
	return (void *)(t->memory + (size_t)(ref - 1) * UNIT);
}

struct str
text_get(const struct text_pool *t, text_ref ref)
{
	struct block_head *b;

	if (!ref)
		return STR_NONE;
	b = head_of(t, ref);
	return (struct str){ (char *)(b + 1), b->length };
}

text_ref
text_keep(struct text_pool *t, text_ref ref)
{
	if (ref)
		head_of(t, ref)->references++;
	return ref;
}

void
text_drop(struct text_pool *t, text_ref ref)
{
	size_t offset = (size_t)(ref - 1) * UNIT;
	uint32_t page = (uint32_t)(offset / TEXT_PAGE);
	struct block_head *b;
	struct text_page *p;
	bool was_full;

	if (!ref)
		return;
	b = head_of(t, ref);
	if (--b->references)
		return;
	p = &t->pages[page];
	was_full = !p->free_block &&
	    (p->fresh + 1u) * class_size[p->class] > TEXT_PAGE;
	b->references = p->free_block;
	p->free_block =
	    (uint16_t)(offset % TEXT_PAGE / class_size[p->class] + 1);
	p->used--;
	if (p->used == 0) {
		if (!was_full)
			list_remove(t, page);
		p->next = t->free_page;
		t->free_page = page + 1;
	} else if (was_full) {
		list_add(t, page);
	}
}
