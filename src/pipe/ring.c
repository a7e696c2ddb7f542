/*
 * Single-producer single-consumer ring over shared memory, with futex(2) for
 * the two rare waits: a consumer without frames, a producer that drains.
 */
#include "pipe/ring.h"

#include <stdatomic.h>

#include "base/err.h"
#include "os/os.h"

struct frame_head {
	uint32_t length; /* of the payload */
	uint32_t kind;
};

/* Positions count bytes since the start; the offset is position & mask. */
struct ring {
	size_t size, mask;
	_Atomic uint64_t head; /* written by the producer */
	_Atomic uint64_t dropped;
	_Atomic uint64_t frames;
	_Atomic uint32_t closed;
	_Atomic uint32_t put_bell;          /* futex: rung after a put */
	_Atomic uint32_t sleeping;          /* the consumer waits on put_bell */
	_Alignas(64) _Atomic uint64_t tail; /* written by the consumer */
	_Atomic uint32_t take_bell;         /* futex: rung after a commit */
	_Atomic uint32_t draining;   /* the producer waits on take_bell */
	_Atomic uint64_t unwritten;  /* frames that the output refused */
	_Alignas(64) uint64_t taken; /* consumer: end of the frame it holds */
	char bytes[];
};

/* The kernel knows no _Atomic. */
static uint32_t *
futex_word(_Atomic uint32_t *word)
{
	return (uint32_t *)(uintptr_t)word;
}

static size_t
frame_size(size_t payload)
{
	return (sizeof(struct frame_head) + payload + 7) & ~(size_t)7;
}

struct ring *
ring_new(size_t size)
{
	struct ring *r = os_map_shared(sizeof *r + size);

	if (!r)
		return NULL;
	r->size = size;
	r->mask = size - 1;
	return r;
}

void
ring_free(struct ring *r)
{
	if (r)
		os_unmap(r, sizeof *r + r->size);
}

static void
write_frame(struct ring *r, uint64_t at, enum frame_kind kind, struct str s)
{
	struct frame_head h = { (uint32_t)s.n, kind };
	char *p = r->bytes + (at & r->mask);

	memcpy(p, &h, sizeof h);
	if (s.n)
		memcpy(p + sizeof h, s.p, s.n);
}

static void
ring_bell(_Atomic uint32_t *bell, _Atomic uint32_t *waiter)
{
	atomic_fetch_add(bell, 1);
	if (atomic_load(waiter))
		os_futex_wake(futex_word(bell));
}

bool
ring_put(struct ring *r, enum frame_kind kind, struct str payload)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	size_t need = frame_size(payload.n);
	size_t to_end = r->size - (head & r->mask);
	size_t pad = need > to_end ? to_end : 0;

	if (payload.n > RING_FRAME_MAX || head + pad + need - tail > r->size) {
		atomic_fetch_add(&r->dropped, 1);
		return false;
	}
	if (pad) {
		struct frame_head h = { (uint32_t)(pad - sizeof h), FRAME_PAD };
		memcpy(r->bytes + (head & r->mask), &h, sizeof h);
	}
	write_frame(r, head + pad, kind, payload);
	atomic_fetch_add(&r->frames, 1);
	atomic_store_explicit(&r->head, head + pad + need,
	    memory_order_release);
	ring_bell(&r->put_bell, &r->sleeping);
	return true;
}

void
ring_close(struct ring *r)
{
	atomic_store(&r->closed, 1);
	ring_bell(&r->put_bell, &r->sleeping);
}

void
ring_open(struct ring *r)
{
	atomic_store(&r->closed, 0);
}

static bool
ring_empty(struct ring *r)
{
	return atomic_load(&r->head) == atomic_load(&r->tail);
}

bool
ring_drain(struct ring *r, unsigned timeout_ms)
{
	uint64_t end = os_now_monotonic_ns() + (uint64_t)timeout_ms * 1000000u;

	atomic_store(&r->draining, 1);
	while (!ring_empty(r)) {
		uint32_t bell = atomic_load(&r->take_bell);
		uint64_t now = os_now_monotonic_ns();

		if (ring_empty(r) || now >= end)
			break;
		(void)os_futex_wait(futex_word(&r->take_bell), bell,
		    (int)((end - now) / 1000000u + 1));
	}
	atomic_store(&r->draining, 0);
	return ring_empty(r);
}

uint64_t
ring_dropped(const struct ring *r)
{
	return atomic_load(&r->dropped);
}

uint64_t
ring_frames(const struct ring *r)
{
	return atomic_load(&r->frames);
}

bool
ring_is_done(struct ring *r)
{
	return atomic_load(&r->closed) && ring_empty(r);
}

static void
wait_for_put(struct ring *r, unsigned timeout_ms)
{
	uint32_t bell = atomic_load(&r->put_bell);

	atomic_store(&r->sleeping, 1);
	if (ring_empty(r) && !atomic_load(&r->closed))
		(void)os_futex_wait(futex_word(&r->put_bell), bell,
		    (int)timeout_ms);
	atomic_store(&r->sleeping, 0);
}

int
ring_take(struct ring *r, unsigned timeout_ms, enum frame_kind *kind,
    struct str *payload)
{
	bool waited = false;

	for (;;) {
		uint64_t tail = atomic_load(&r->tail);
		uint64_t have = atomic_load(&r->head) - tail;
		size_t to_end = r->size - (tail & r->mask);
		struct frame_head h;

		if (have == 0) {
			if (ring_is_done(r))
				return ERR_GONE;
			if (waited)
				return 0;
			wait_for_put(r, timeout_ms);
			waited = true;
			continue;
		}
		if (have < sizeof h || have > r->size || to_end < sizeof h)
			return ERR_INVAL;
		memcpy(&h, r->bytes + (tail & r->mask), sizeof h);
		if (frame_size(h.length) > have ||
		    frame_size(h.length) > to_end)
			return ERR_INVAL;
		r->taken = tail + frame_size(h.length);
		if (h.kind == FRAME_PAD) {
			ring_commit(r);
			continue;
		}
		*kind = (enum frame_kind)h.kind;
		*payload = (struct str){ r->bytes + (tail & r->mask) + sizeof h,
			h.length };
		return 1;
	}
}

void
ring_commit(struct ring *r)
{
	atomic_store(&r->tail, r->taken);
	ring_bell(&r->take_bell, &r->draining);
}

void
ring_note_unwritten(struct ring *r)
{
	atomic_fetch_add(&r->unwritten, 1);
}

uint64_t
ring_unwritten(const struct ring *r)
{
	return atomic_load(&r->unwritten);
}
