/*
 * The plainest way to say what a condition means: a walk over its tree with
 * every text taken apart again for each comparison, on libc's fnmatch, regex
 * and inet_pton. Values are certain here; nothing is shared with src/rule but
 * the tree. The tests compare the compiled graph with it.
 */
#ifndef TEST_RULE_NAIVE_H
#define TEST_RULE_NAIVE_H

#include <arpa/inet.h>
#include <ctype.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "event/field.h"
#include "rule/ast.h"

/* Gives the value of a field by its name as written, [arg] included. */
struct naive_event {
	struct value (*get)(void *ctx, struct str name, struct str arg);
	void *ctx;
};

static char naive_memory[1 << 16];
static size_t naive_used;

/* Room for what transformers make; reset for each condition. */
static char *
naive_room(size_t n)
{
	char *p = naive_memory + naive_used;

	naive_used += n + 1;
	if (naive_used > sizeof(naive_memory))
		abort();
	return p;
}

static const char *
naive_z(struct str s)
{
	char *p = naive_room(s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

static struct value
naive_value(const struct naive_event *e, const struct ast_term *t);

static struct value
naive_text(const char *p, size_t n)
{
	return (struct value){ .kind = VALUE_STR, .s = { p, n } };
}

static struct value
naive_join(const struct naive_event *e, const struct ast_term *items, size_t n,
    struct str separator)
{
	char *p = naive_room(4000), *to = p;

	for (size_t i = 0; i < n; i++) {
		struct value v = naive_value(e, &items[i]);

		if (v.kind != VALUE_STR)
			return (struct value){ .kind = VALUE_NONE };
		if (i && separator.n)
			to = mempcpy(to, separator.p, separator.n);
		if (v.s.n)
			to = mempcpy(to, v.s.p, v.s.n);
	}
	return naive_text(p, (size_t)(to - p));
}

static struct value
naive_length(const struct naive_event *e, const struct ast_term *t)
{
	struct value v = naive_value(e, t), out = { .kind = VALUE_U64 };

	if (v.kind == VALUE_NONE && !str_eq(t->text, STR("fd.types")))
		return v;
	out.u = v.kind == VALUE_LIST ? v.list.n
	    : v.kind == VALUE_NONE   ? 0
				     : v.s.n;
	return out;
}

static struct value
naive_transform(const struct naive_event *e, const struct ast_term *t)
{
	struct value v;
	char *p;

	if (str_eq(t->text, STR("len")))
		return naive_length(e, &t->args[0]);
	if (str_eq(t->text, STR("concat")))
		return naive_join(e, t->args, t->n_args, STR_NONE);
	v = naive_value(e, &t->args[0]);
	if (str_eq(t->text, STR("join")))
		return naive_join(e, t->args[1].args, t->args[1].n_args, v.s);
	if (v.kind != VALUE_STR)
		return v;
	if (str_eq(t->text, STR("basename"))) {
		size_t from = v.s.n;

		while (from && v.s.p[from - 1] != '/')
			from--;
		return naive_text(v.s.p + from, v.s.n - from);
	}
	p = naive_room(v.s.n);
	for (size_t i = 0; i < v.s.n; i++)
		p[i] =
		    (char)(str_eq(t->text, STR("toupper")) ? toupper(v.s.p[i])
							   : tolower(v.s.p[i]));
	return naive_text(p, v.s.n);
}

static struct value
naive_value(const struct naive_event *e, const struct ast_term *t)
{
	if (t->kind == TERM_TRANSFORM)
		return naive_transform(e, t);
	if (t->kind == TERM_FIELD)
		return e->get(e->ctx, t->text, t->has_arg ? t->arg : STR_NONE);
	return naive_text(t->text.p, t->text.n);
}

/* --- one scalar against one text ----------------------------------- */

static bool
naive_order(enum ast_op op, int order)
{
	switch ((int)op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	default:
		abort();
	}
}

#define NAIVE_ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static bool
naive_ip_in(const struct ip *ip, struct str text)
{
	char *z = naive_room(text.n), *slash;
	unsigned char net[16] = { 0 };
	int family, bits;

	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	slash = strchr(z, '/');
	if (slash)
		*slash = '\0';
	family = strchr(z, ':') ? 6 : 4;
	if (inet_pton(family == 6 ? AF_INET6 : AF_INET, z, net) != 1)
		abort();
	bits = slash ? atoi(slash + 1) : family == 6 ? 128 : 32;
	if (ip->family != family)
		return false;
	for (int i = 0; i < bits; i++)
		if ((ip->bytes[i / 8] ^ net[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

static bool
naive_regex(struct str pattern, struct str text)
{
	char whole[256];
	regex_t re;
	bool ok;

	snprintf(whole, sizeof(whole), "^(%.*s)$", STR_ARG(pattern));
	if (regcomp(&re, whole, REG_EXTENDED | REG_NOSUB))
		abort();
	ok = regexec(&re, naive_z(text), 0, NULL, 0) == 0;
	regfree(&re);
	return ok;
}

/* By recursion on the components, each matched by fnmatch. */
static bool
naive_below(const char *prefix, const char *path)
{
	size_t n, m;
	char a[256], b[256];

	while (*prefix == '/')
		prefix++;
	while (*path == '/')
		path++;
	if (!*prefix)
		return true;
	if (!*path)
		return false;
	n = strcspn(prefix, "/");
	m = strcspn(path, "/");
	snprintf(a, sizeof(a), "%.*s", (int)n, prefix);
	snprintf(b, sizeof(b), "%.*s", (int)m, path);
	return fnmatch(a, b, 0) == 0 && naive_below(prefix + n, path + m);
}

static bool
naive_text_op(enum ast_op op, struct str a, struct str b)
{
	const char *x = naive_z(a), *y = naive_z(b);
	char bytes[64];
	size_t n = 0;

	switch (op) {
	case OP_CONTAINS:
		return memmem(a.p, a.n, b.p, b.n) != NULL;
	case OP_ICONTAINS:
		return !*y || strcasestr(x, y); /* musl: not in "" */
	case OP_STARTSWITH:
		return strncmp(x, y, b.n) == 0;
	case OP_ENDSWITH:
		return a.n >= b.n && strcmp(x + a.n - b.n, y) == 0;
	case OP_GLOB:
		return fnmatch(y, x, 0) == 0;
	case OP_IGLOB:
		return fnmatch(y, x, FNM_CASEFOLD) == 0;
	case OP_REGEX:
		return naive_regex(b, a);
	case OP_PMATCH:
		return (*x == '/') == (*y == '/') && naive_below(y, x);
	case OP_BCONTAINS:
	case OP_BSTARTSWITH:
		for (unsigned c; n < b.n / 2 && sscanf(y + 2 * n, "%2x", &c);)
			bytes[n++] = (char)c;
		if (op == OP_BCONTAINS)
			return memmem(a.p, a.n, bytes, n) != NULL;
		return a.n >= n && memcmp(a.p, bytes, n) == 0;
	case OP_EXISTS:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
	case OP_INTERSECTS:
		break;
	}
	return naive_order(op, NAIVE_ORDER(strcmp(x, y), 0));
}

static bool
naive_scalar(enum ast_op op, const struct value *v, struct str text)
{
	switch ((int)v->kind) {
	case VALUE_I64:
		return naive_order(op,
		    NAIVE_ORDER(v->i, strtoll(naive_z(text), NULL, 0)));
	case VALUE_U64:
		return naive_order(op,
		    NAIVE_ORDER(v->u, strtoull(naive_z(text), NULL, 0)));
	case VALUE_F64:
		return naive_order(op,
		    NAIVE_ORDER(v->f, strtod(naive_z(text), NULL)));
	case VALUE_BOOL:
		return naive_order(op, v->b != str_eq(text, STR("true")));
	case VALUE_IP:
		return naive_ip_in(&v->ip, text) != (op == OP_NE);
	case VALUE_STR:
	case VALUE_BYTES:
		return naive_text_op(op, v->s, text);
	default:
		return false;
	}
}

/* --- a check ------------------------------------------------------- */

static bool
naive_is(const struct ast *c, const char *name)
{
	return c->left.kind == TERM_FIELD &&
	    str_eq(c->left.text, str_from(name)) && !c->left.has_arg;
}

static bool
naive_both_ends(const struct ast *c)
{
	return naive_is(c, "fd.ip") || naive_is(c, "fd.net");
}

/* One element, or both ends, against one text. */
static bool
naive_one(const struct ast *c, const struct value *v, struct str text)
{
	bool all = c->op == OP_NE;

	if (v->kind != VALUE_LIST)
		return naive_scalar(c->op, v, text);
	if (!v->list.n)
		return false;
	for (size_t i = 0; i < v->list.n; i++)
		if (naive_scalar(c->op, &v->list.at[i], text) != all)
			return !all;
	return all;
}

static bool
naive_element(const struct ast *c, const struct value *v)
{
	size_t n = c->right.n_args, hits = 0;
	bool set =
	    c->op == OP_IN || c->op == OP_INTERSECTS || c->op == OP_PMATCH;

	if (c->right.kind != TERM_LIST)
		return naive_one(c, v, c->right.text);
	for (size_t i = 0; i < n; i++)
		hits += naive_one(c, v, c->right.args[i].text);
	if (set || c->modifier == MOD_ANYOF)
		return hits > 0;
	return c->modifier == MOD_ALLOF ? n && hits == n : hits == 1;
}

static bool
naive_fields(const struct naive_event *e, const struct ast *c,
    const struct value *left)
{
	struct value right = naive_value(e, &c->right);
	char digits[32];

	if (right.kind == VALUE_I64)
		snprintf(digits, sizeof(digits), "%lld", (long long)right.i);
	if (right.kind == VALUE_NONE)
		return false;
	return naive_scalar(c->op, left,
	    right.kind == VALUE_I64 ? str_from(digits) : right.s);
}

static bool
naive_check(const struct naive_event *e, const struct ast *c)
{
	struct value v = naive_value(e, &c->left);
	bool all = c->op == OP_IN && naive_is(c, "fd.types");

	if (v.kind == VALUE_NONE || (v.kind == VALUE_LIST && !v.list.n))
		return false;
	if (c->op == OP_EXISTS)
		return true;
	if (c->right.kind == TERM_FIELD || c->right.kind == TERM_TRANSFORM)
		return naive_fields(e, c, &v);
	if (v.kind != VALUE_LIST || naive_both_ends(c))
		return naive_element(c, &v);
	for (size_t i = 0; i < v.list.n; i++)
		if (naive_element(c, &v.list.at[i]) != all)
			return !all;
	return all;
}

static bool
naive_tree(const struct naive_event *e, const struct ast *t)
{
	switch (t->kind) {
	case AST_CHECK:
		return naive_check(e, t);
	case AST_NOT:
		return !naive_tree(e, t->children[0]);
	case AST_AND:
		for (size_t i = 0; i < t->n_children; i++)
			if (!naive_tree(e, t->children[i]))
				return false;
		return true;
	case AST_OR:
		for (size_t i = 0; i < t->n_children; i++)
			if (naive_tree(e, t->children[i]))
				return true;
		return false;
	case AST_MACRO:
		break;
	}
	abort();
}

static bool
naive_matches(const struct naive_event *e, const struct ast *t)
{
	naive_used = 0;
	return naive_tree(e, t);
}

#endif
