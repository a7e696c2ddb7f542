/*
 * From wants to classic BPF; see the header. seccomp(2), linux/seccomp.h,
 * Documentation/userspace-api/seccomp_filter.rst.
 *
 * Everything that the program does with a number is a body: either a plain
 * return, or a chain of alternatives. Neighbouring numbers with the same plain
 * return are one run, so the search is over the bounds of runs. The part that
 * only loads the architecture and the number is what Linux 5.11 can evaluate
 * beforehand for its bitmap of calls that are always allowed.
 */
#include "trace/filter.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "os/arch.h"

#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000u
#endif
#define ENOSYS_NUMBER 38u

#define TRACE_AS(abi) (SECCOMP_RET_TRACE | FILTER_DATA | (uint32_t)(abi))

/* Offsets in struct seccomp_data; both our machines are little-endian. */
#define AT_NR     0
#define AT_ARCH   4
#define AT_ARGS   16
#define AT_ARG(i) (AT_ARGS + 8u * (i))

void
filter_want(struct filter_spec *spec, const struct filter_want *want)
{
	if (spec->n_wants == FILTER_WANTS_MAX ||
	    want->n_tests > FILTER_TESTS_MAX) {
		spec->overflow = true;
		return;
	}
	spec->wants[spec->n_wants++] = *want;
}

/* The program in the making. */
struct assembly {
	struct filter_program *p;
	bool full;
};

static size_t
emit(struct assembly *a, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	struct filter_program *p = a->p;

	if (p->n == FILTER_MAX) {
		a->full = true;
		return FILTER_MAX - 1;
	}
	p->code[p->n] = (struct sock_filter){ code, jt, jf, k };
	return p->n++;
}

static void
emit_load(struct assembly *a, uint32_t offset)
{
	emit(a, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}

static void
emit_return(struct assembly *a, uint32_t value)
{
	emit(a, BPF_RET | BPF_K, 0, 0, value);
}

static uint32_t
value_of(const struct filter_want *w)
{
	switch (w->action) {
	case FILTER_TRACE:
		return TRACE_AS(w->abi);
	case FILTER_DENY:
		return SECCOMP_RET_ERRNO | w->errnum;
	case FILTER_ALLOW:
		return SECCOMP_RET_ALLOW;
	}
	return SECCOMP_RET_ALLOW;
}

/*
 * One half of a 64-bit test: falls through when it holds; jumps that leave the
 * alternative are patched later, they carry MISS in the given branch.
 */
#define MISS 255

static void
emit_half(struct assembly *a, uint32_t offset, uint32_t mask, uint32_t value)
{
	emit_load(a, offset);
	if (mask != UINT32_MAX)
		emit(a, BPF_ALU | BPF_AND | BPF_K, 0, 0, mask);
	emit(a, BPF_JMP | BPF_JEQ | BPF_K, 0, MISS, value);
}

/* When both halves are equal the alternative is missed. */
static void
emit_unequal(struct assembly *a, uint32_t offset, uint64_t mask, uint64_t value)
{
	uint32_t high = (uint32_t)(mask >> 32), low = (uint32_t)mask;
	bool high_loads = high != UINT32_MAX;

	if (high) {
		emit_load(a, offset + 4);
		if (high_loads)
			emit(a, BPF_ALU | BPF_AND | BPF_K, 0, 0, high);
		/* Unequal here: over the low half. */
		emit(a, BPF_JMP | BPF_JEQ | BPF_K, 0, low == UINT32_MAX ? 2 : 3,
		    (uint32_t)(value >> 32));
	}
	emit_load(a, offset);
	if (low != UINT32_MAX)
		emit(a, BPF_ALU | BPF_AND | BPF_K, 0, 0, low);
	emit(a, BPF_JMP | BPF_JEQ | BPF_K, MISS, 0, (uint32_t)value);
}

static void
emit_test(struct assembly *a, const struct filter_test *t)
{
	uint32_t offset = AT_ARG(t->arg);
	bool possible = (t->value & ~t->mask) == 0;

	if (!possible) {
		/* A masked argument never has the value. */
		if (!t->negate)
			emit(a, BPF_JMP | BPF_JA, 0, MISS, 0);
		return;
	}
	if (t->negate) {
		emit_unequal(a, offset, t->mask, t->value);
		return;
	}
	if (t->mask >> 32)
		emit_half(a, offset + 4, (uint32_t)(t->mask >> 32),
		    (uint32_t)(t->value >> 32));
	emit_half(a, offset, (uint32_t)t->mask, (uint32_t)t->value);
}

/* Sends the marked jumps of [from, n) to the end of the program. */
static void
patch_misses(struct assembly *a, size_t from)
{
	struct filter_program *p = a->p;

	for (size_t i = from; i < p->n && !a->full; i++) {
		struct sock_filter *f = &p->code[i];
		uint8_t far = (uint8_t)(p->n - i - 1);

		if (BPF_CLASS(f->code) != BPF_JMP)
			continue;
		if (BPF_OP(f->code) == BPF_JA) {
			if (f->jf == MISS) {
				f->jf = 0;
				f->k = far;
			}
			continue;
		}
		if (f->jt == MISS)
			f->jt = far;
		if (f->jf == MISS)
			f->jf = far;
	}
}

static void
emit_alternative(struct assembly *a, const struct filter_want *w)
{
	size_t from = a->p->n;

	for (unsigned i = 0; i < w->n_tests; i++)
		emit_test(a, &w->tests[i]);
	emit_return(a, value_of(w));
	patch_misses(a, from);
}

/* Numbers [first, next run's first) that are treated alike. */
struct run {
	uint32_t first;
	uint32_t value; /* without alternatives */
	const struct filter_want *const *wants;
	size_t n_wants; /* 0: the plain value */
};

static void
emit_body(struct assembly *a, const struct run *r)
{
	for (size_t i = 0; i < r->n_wants; i++)
		emit_alternative(a, r->wants[i]);
	if (r->n_wants == 0 || r->wants[r->n_wants - 1]->n_tests > 0)
		emit_return(a, r->value);
}

/* Balanced: the first half comes first, the jump goes over it. */
static void
emit_search(struct assembly *a, const struct run *runs, size_t n)
{
	size_t half = n / 2, jump, from;

	if (n == 1) {
		emit_body(a, runs);
		return;
	}
	jump = emit(a, BPF_JMP | BPF_JGE | BPF_K, 0, 1, runs[half].first);
	emit(a, BPF_JMP | BPF_JA, 0, 0, 0);
	from = a->p->n;
	emit_search(a, runs, half);
	if (a->full)
		return;
	if (a->p->n - from <= 255) {
		/* Near enough for the conditional jump itself. */
		memmove(&a->p->code[from - 1], &a->p->code[from],
		    (a->p->n - from) * sizeof(a->p->code[0]));
		a->p->n--;
		a->p->code[jump].jt = (uint8_t)(a->p->n - from + 1);
		a->p->code[jump].jf = 0;
	} else {
		a->p->code[from - 1].k = (uint32_t)(a->p->n - from);
	}
	emit_search(a, runs + half, n - half);
}

static int
by_number(const void *a, const void *b)
{
	const struct filter_want *const *x = a, *const *y = b;

	if ((*x)->nr != (*y)->nr)
		return (*x)->nr < (*y)->nr ? -1 : 1;
	/* Wants of one number keep their order: they lie in one array. */
	return *x < *y ? -1 : *x > *y;
}

/* Alternatives after the first one without tests are never reached. */
static size_t
reachable(const struct filter_want *const *w, size_t n)
{
	size_t i = 0;

	while (i < n && w[i]->n_tests > 0)
		i++;
	return i < n ? i + 1 : n;
}

static void
add_run(struct run *runs, size_t *n, struct run r)
{
	struct run *last = *n ? &runs[*n - 1] : NULL;

	if (last && last->first == r.first) {
		*last = r;
		if (*n > 1 && r.n_wants == 0 && last[-1].n_wants == 0 &&
		    last[-1].value == r.value)
			--*n;
		return;
	}
	if (last && last->n_wants == 0 && r.n_wants == 0 &&
	    last->value == r.value)
		return;
	runs[(*n)++] = r;
}

static size_t
make_runs(struct run *runs, const struct filter_want *const *w, size_t n)
{
	size_t n_runs = 0, next;

	add_run(runs, &n_runs, (struct run){ 0, SECCOMP_RET_ALLOW, NULL, 0 });
	for (size_t i = 0; i < n; i = next) {
		struct run r = { w[i]->nr, SECCOMP_RET_ALLOW, NULL, 0 };

		for (next = i; next < n && w[next]->nr == w[i]->nr; next++)
			;
		if (w[i]->n_tests == 0) {
			r.value = value_of(w[i]);
		} else {
			r.wants = &w[i];
			r.n_wants = reachable(&w[i], next - i);
		}
		add_run(runs, &n_runs, r);
		if (w[i]->nr != UINT32_MAX)
			add_run(runs, &n_runs,
			    (struct run){ w[i]->nr + 1, SECCOMP_RET_ALLOW, NULL,
				0 });
	}
	return n_runs;
}

struct workspace {
	const struct filter_want *wants[FILTER_WANTS_MAX];
	struct run runs[2 * FILTER_WANTS_MAX + 1];
};

/* What happens to calls of an ABI that nobody decodes. */
static void
emit_unknown(struct assembly *a, const struct filter_spec *spec, enum abi abi)
{
	emit_return(a,
	    spec->refuse_unknown_abi ? SECCOMP_RET_ERRNO | ENOSYS_NUMBER
				     : TRACE_AS(abi));
}

/* The number is in the accumulator. */
static void
emit_abi(struct assembly *a, const struct filter_spec *spec, enum abi abi,
    struct workspace *ws)
{
	size_t n = 0;

	for (size_t i = 0; i < spec->n_wants; i++)
		if (spec->wants[i].abi == abi)
			ws->wants[n++] = &spec->wants[i];
	if (n == 0 && (abi == ABI_X86_64 || abi == ABI_AARCH64)) {
		emit_return(a, SECCOMP_RET_ALLOW);
		return;
	}
	if (n == 0) {
		emit_unknown(a, spec, abi);
		return;
	}
	qsort(ws->wants, n, sizeof(ws->wants[0]), by_number);
	emit_search(a, ws->runs, make_runs(ws->runs, ws->wants, n));
}

/* "if not equal, go over what follows": patched by end_branch. */
static size_t
begin_branch(struct assembly *a, uint16_t op, uint32_t k)
{
	emit(a, BPF_JMP | op | BPF_K, 1, 0, k);
	return emit(a, BPF_JMP | BPF_JA, 0, 0, 0);
}

static void
end_branch(struct assembly *a, size_t jump)
{
	if (!a->full)
		a->p->code[jump].k = (uint32_t)(a->p->n - jump - 1);
}

static void
emit_x86_64(struct assembly *a, const struct filter_spec *spec,
    struct workspace *ws)
{
	size_t branch = begin_branch(a, BPF_JEQ, OS_AUDIT_X86_64), x32;

	emit_load(a, AT_NR);
	x32 = begin_branch(a, BPF_JGE, OS_X32_BIT);
	emit(a, BPF_ALU | BPF_AND | BPF_K, 0, 0, ~OS_X32_BIT);
	emit_abi(a, spec, ABI_X32, ws);
	end_branch(a, x32);
	emit_abi(a, spec, ABI_X86_64, ws);
	end_branch(a, branch);
}

static void
emit_arch(struct assembly *a, const struct filter_spec *spec, uint32_t audit,
    enum abi abi, struct workspace *ws)
{
	size_t branch = begin_branch(a, BPF_JEQ, audit);

	emit_load(a, AT_NR);
	emit_abi(a, spec, abi, ws);
	end_branch(a, branch);
}

int
filter_compile(const struct filter_spec *spec, struct filter_program *out)
{
	struct assembly a = { .p = out };
	struct workspace *ws;

	out->n = 0;
	if (spec->overflow)
		return ERR_LIMIT;
	ws = malloc(sizeof(*ws));
	if (!ws)
		return ERR_NOMEM;
	emit_load(&a, AT_ARCH);
	if (os_arch_audit() == OS_AUDIT_X86_64) {
		emit_x86_64(&a, spec, ws);
		emit_arch(&a, spec, OS_AUDIT_I386, ABI_I386, ws);
	} else {
		emit_arch(&a, spec, OS_AUDIT_AARCH64, ABI_AARCH64, ws);
	}
	emit_unknown(&a, spec, ABI_OTHER);
	free(ws);
	if (a.full) {
		out->n = 0;
		return ERR_LIMIT;
	}
	return 0;
}

static uint32_t
load_data(uint32_t offset, uint32_t arch, uint32_t nr, const uint64_t args[6],
    uint64_t ip)
{
	struct seccomp_data data = {
		.nr = (int)nr,
		.arch = arch,
		.instruction_pointer = ip,
	};
	uint32_t word = 0;

	for (int i = 0; i < 6; i++)
		data.args[i] = args[i];
	if (offset <= sizeof(data) - sizeof(word))
		memcpy(&word, (const char *)&data + offset, sizeof(word));
	return word;
}

static bool
jump_holds(const struct sock_filter *f, uint32_t acc)
{
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return acc == f->k;
	case BPF_JGE:
		return acc >= f->k;
	case BPF_JGT:
		return acc > f->k;
	case BPF_JSET:
		return (acc & f->k) != 0;
	}
	return false;
}

uint32_t
filter_run(const struct filter_program *p, uint32_t arch, uint32_t nr,
    const uint64_t args[6], uint64_t ip)
{
	uint32_t acc = 0;

	for (size_t pc = 0; pc < p->n; pc++) {
		const struct sock_filter *f = &p->code[pc];

		switch (BPF_CLASS(f->code)) {
		case BPF_LD:
			acc = load_data(f->k, arch, nr, args, ip);
			break;
		case BPF_ALU:
			acc &= f->k;
			break;
		case BPF_JMP:
			if (BPF_OP(f->code) == BPF_JA)
				pc += f->k;
			else
				pc += jump_holds(f, acc) ? f->jt : f->jf;
			break;
		case BPF_RET:
			return f->k;
		}
	}
	/* The kernel does not accept a program that runs off its end. */
	return SECCOMP_RET_KILL_PROCESS;
}
