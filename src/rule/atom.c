/*
 * One check: building it from the tree, and evaluating it in lanes. Lists
 * compare element by element: any of them may satisfy, except that both ends
 * of a connection must differ for "!=" and that "in" asks all of a list field.
 */
#include "rule/graph.h"

/* --- evaluating ---------------------------------------------------- */

static unsigned
tri_and(unsigned a, unsigned b)
{
	return (a & b & TRI_TRUE) | ((a | b) & TRI_FALSE);
}

static unsigned
tri_or(unsigned a, unsigned b)
{
	return ((a | b) & TRI_TRUE) | (a & b & TRI_FALSE);
}

/* One element (no list) against constant i of set. */
static unsigned
test_one(const struct operand *set, match_fn match, size_t i,
    const struct value *v, uint32_t *regex)
{
	if (v->kind == VALUE_NONE)
		return TRI_FALSE;
	if (v->kind == VALUE_UNKNOWN)
		return TRI_EITHER;
	return match(set, i, v, regex);
}

/* Both ends of a connection against constant i: any, or all for "!=". */
static unsigned
test_ends(const struct atom *a, size_t i, const struct value *v,
    uint32_t *regex)
{
	bool all = a->op == OP_NE;
	unsigned sum = all ? TRI_TRUE : TRI_FALSE;

	if (v->kind != VALUE_LIST)
		return test_one(&a->set, a->match, i, v, regex);
	if (!v->list.n)
		return TRI_FALSE;
	for (size_t j = 0; j < v->list.n; j++) {
		unsigned one =
		    test_one(&a->set, a->match, i, &v->list.at[j], regex);

		sum = all ? tri_and(sum, one) : tri_or(sum, one);
	}
	return sum;
}

/* "op oneof (...)" and so on; nothing satisfies an empty list. */
static unsigned
test_modified(const struct atom *a, const struct value *v, uint32_t *regex)
{
	unsigned any = TRI_FALSE, all = TRI_TRUE;
	size_t sure = 0, maybe = 0;

	for (size_t i = 0; i < a->set.n; i++) {
		unsigned one = test_ends(a, i, v, regex);

		any = tri_or(any, one);
		all = tri_and(all, one);
		sure += one == TRI_TRUE;
		maybe += one == TRI_EITHER;
	}
	if (!a->set.n)
		return TRI_FALSE;
	switch (a->modifier) {
	case MOD_ANYOF:
		return any;
	case MOD_ALLOF:
		return all;
	case MOD_NONE:
	case MOD_ONEOF:
		break;
	}
	if (sure > 1 || sure + maybe == 0)
		return TRI_FALSE;
	return maybe ? TRI_EITHER : TRI_TRUE;
}

static unsigned
test_scalar(const struct atom *a, const struct value *v, uint32_t *regex)
{
	return a->modifier == MOD_NONE ? test_ends(a, 0, v, regex)
				       : test_modified(a, v, regex);
}

static unsigned
test_list(const struct atom *a, const struct value *v, uint32_t *regex)
{
	bool all = a->op == OP_IN && a->left->is_list;
	unsigned sum = all ? TRI_TRUE : TRI_FALSE;

	if (!v->list.n)
		return TRI_FALSE;
	for (size_t i = 0; i < v->list.n; i++) {
		unsigned one = test_scalar(a, &v->list.at[i], regex);

		sum = all ? tri_and(sum, one) : tri_or(sum, one);
	}
	return sum;
}

static unsigned
test_exists(const struct value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		return TRI_FALSE;
	case VALUE_UNKNOWN:
		return TRI_EITHER;
	case VALUE_LIST:
		return v->list.n ? TRI_TRUE : TRI_FALSE;
	case VALUE_RANGE:
	case VALUE_BOOL:
	case VALUE_I64:
	case VALUE_U64:
	case VALUE_F64:
	case VALUE_STR:
	case VALUE_BYTES:
	case VALUE_IP:
		break;
	}
	return TRI_TRUE;
}

static unsigned
test(const struct atom *a, const struct value *v, uint32_t *regex)
{
	if (v->kind == VALUE_NONE)
		return TRI_FALSE;
	if (v->kind == VALUE_UNKNOWN)
		return TRI_EITHER;
	if (v->kind == VALUE_LIST && !a->left->both_ends)
		return test_list(a, v, regex);
	return test_scalar(a, v, regex);
}

/* A scalar on the left against a scalar on the right. */
static unsigned
test_pair(const struct atom *a, const struct value *left,
    const struct value *right, uint32_t *regex)
{
	union operand_value at;
	struct operand set;

	if (left->kind == VALUE_NONE || right->kind == VALUE_NONE)
		return TRI_FALSE;
	if (left->kind == VALUE_UNKNOWN || right->kind == VALUE_UNKNOWN ||
	    right->kind == VALUE_RANGE ||
	    (right->kind == VALUE_IP && !right->ip.family))
		return TRI_EITHER;
	if (!operand_from_value(&set, &at, a->left->class, right))
		return TRI_FALSE;
	return test_one(&set, a->match, 0, left, regex);
}

/* The same with a list on the right: any of it. */
static unsigned
test_among(const struct atom *a, const struct value *left,
    const struct value *right, uint32_t *regex)
{
	unsigned any = TRI_FALSE;

	if (right->kind != VALUE_LIST)
		return test_pair(a, left, right, regex);
	for (size_t i = 0; i < right->list.n; i++)
		any =
		    tri_or(any, test_pair(a, left, &right->list.at[i], regex));
	return any;
}

/* Another field or a transformer on the right. */
static unsigned
test_fields(const struct atom *a, const struct value *left,
    const struct value *right, uint32_t *regex)
{
	bool all = a->op == OP_IN;
	unsigned sum = all ? TRI_TRUE : TRI_FALSE;

	if (left->kind != VALUE_LIST)
		return test_among(a, left, right, regex);
	if (!left->list.n)
		return TRI_FALSE;
	for (size_t i = 0; i < left->list.n; i++) {
		unsigned one = test_among(a, &left->list.at[i], right, regex);

		sum = all ? tri_and(sum, one) : tri_or(sum, one);
	}
	return sum;
}

static void
add(struct outcome *o, unsigned tri, unsigned lanes)
{
	if (tri & TRI_TRUE)
		o->t |= lanes;
	if (tri & TRI_FALSE)
		o->f |= lanes;
}

struct outcome
atom_eval(const struct atom *a, struct values *vs, uint32_t *regex)
{
	const struct pieces *left = values_memo(vs, a->left), *right;
	struct outcome out = { 0, 0 };

	if (!a->right) {
		for (unsigned i = 0; i < left->n; i++) {
			const struct value *v = &left->at[i];

			add(&out, a->match ? test(a, v, regex) : test_exists(v),
			    v->lanes);
		}
		return out;
	}
	right = values_memo(vs, a->right);
	for (unsigned i = 0; i < left->n; i++)
		for (unsigned j = 0; j < right->n; j++) {
			unsigned lanes = left->at[i].lanes & right->at[j].lanes;

			if (lanes)
				add(&out,
				    test_fields(a, &left->at[i], &right->at[j],
					regex),
				    lanes);
		}
	return out;
}

/* --- building ------------------------------------------------------ */

static bool
operand_equal(const struct atom *a, const struct atom *b)
{
	if (a->set.n != b->set.n)
		return false;
	for (size_t i = 0; i < a->set.n; i++) {
		const union operand_value *x = &a->set.at[i];
		const union operand_value *y = &b->set.at[i];

		switch (a->left->class) {
		case CLASS_TEXT:
		case CLASS_BYTES:
			if (a->op == OP_REGEX
				? !str_eq(regex_text(x->re), regex_text(y->re))
				: !str_eq(x->s, y->s))
				return false;
			break;
		case CLASS_ADDRESS:
		case CLASS_NETWORK:
			if (memcmp(&x->net, &y->net, sizeof(x->net)) != 0)
				return false;
			break;
		case CLASS_SIGNED:
		case CLASS_UNSIGNED:
		case CLASS_FLOAT:
		case CLASS_BOOL:
			if (x->i != y->i)
				return false;
			break;
		}
	}
	return true;
}

bool
atom_equal(const struct atom *a, const struct atom *b)
{
	if (a->hash != b->hash || a->op != b->op ||
	    a->modifier != b->modifier || !a->right != !b->right ||
	    !expr_equal(a->left, b->left))
		return false;
	if (a->right)
		return expr_equal(a->right, b->right);
	return operand_equal(a, b);
}

static uint64_t
hash_constant(const struct atom *a, const union operand_value *v)
{
	struct str bytes = { (const char *)v->net.ip.bytes, 16 };

	switch (a->left->class) {
	case CLASS_TEXT:
	case CLASS_BYTES:
		bytes = a->op == OP_REGEX ? regex_text(v->re) : v->s;
		break;
	case CLASS_SIGNED:
	case CLASS_UNSIGNED:
	case CLASS_FLOAT:
	case CLASS_BOOL:
		return (uint64_t)v->i;
	case CLASS_ADDRESS:
	case CLASS_NETWORK:
		break;
	}
	return str_hash(bytes, 0);
}

static uint64_t
hash_of(const struct atom *a)
{
	uint64_t h = a->left->hash * 31 + (uint64_t)a->op * 7;

	h += (uint64_t)a->modifier;
	if (a->right)
		return h * 31 + a->right->hash;
	for (size_t i = 0; i < a->set.n; i++)
		h = h * 31 + hash_constant(a, &a->set.at[i]);
	return h;
}

struct rhs_check {
	const struct field_info *refuses; /* a field that takes no part */
};

static void
check_rhs(void *ctx, const struct expr *e)
{
	struct rhs_check *c = ctx;

	if (e->info->flags & FF_NO_RHS)
		c->refuses = e->info;
}

/* Types must be the same, but text and path are both text. */
static bool
same_type(const struct expr *a, const struct expr *b)
{
	return a->type == b->type ||
	    (a->class == CLASS_TEXT && b->class == CLASS_TEXT);
}

static int
build_fields(struct expr_builder *b, const struct ast *check, struct atom *a)
{
	struct compile_result *r = b->result;
	struct rhs_check c = { NULL };
	bool set = a->op == OP_IN || a->op == OP_INTERSECTS;

	a->right = expr_build(b, &check->right, true);
	if (!a->right)
		return r->err;
	expr_fields(a->left, check_rhs, &c);
	if (c.refuses)
		return compile_fail(r, ERR_INVAL, check->left.at,
		    "field '%s' cannot be compared with another field",
		    c.refuses->name);
	if (a->op == OP_PMATCH || a->op == OP_REGEX ||
	    a->left->class == CLASS_NETWORK)
		return compile_fail(r, ERR_INVAL, check->at,
		    "'%s' cannot compare with another field",
		    ast_op_name(a->op));
	if (!same_type(a->left, a->right) || (a->right->is_list && !set))
		return compile_fail(r, ERR_INVAL, check->right.at,
		    "the types of both sides of '%s' differ",
		    ast_op_name(a->op));
	if (set)
		a->match = ops_match(OP_EQ, a->left->class);
	return 0;
}

/* evt.type takes only names of events. */
static int
check_event_names(const struct atom *a, const struct ast_term *terms, size_t n,
    struct compile_result *r)
{
	if (a->left->kind != EXPR_FIELD || a->left->ref.id != FIELD_EVT_TYPE ||
	    (a->op != OP_EQ && a->op != OP_NE && a->op != OP_IN &&
		a->op != OP_INTERSECTS))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (event_by_name(terms[i].text) != EVENT_NONE)
			continue;
		r->unknown_name = true;
		return compile_fail(r, ERR_NOENT, terms[i].at,
		    "unknown event type %.*s", STR_ARG(terms[i].text));
	}
	return 0;
}

static bool
looks_like_field(struct arena *a, struct str text)
{
	struct compile_result quiet = { .error_at = 0 };
	ptrdiff_t open = str_find_char(text, '[');
	struct field_ref ref;

	if (!field_exists(open > 0 ? str_sub(text, 0, (size_t)open) : text))
		return false;
	if (open > 0 && str_ends(text, STR("]")))
		return !field_resolve(a, str_sub(text, 0, (size_t)open), true,
		    str_sub(text, (size_t)open + 1, text.n - 1), false, &ref,
		    &quiet);
	return !field_resolve(a, text, false, STR_NONE, false, &ref, &quiet);
}

/* A value that would be a field or transformer if it stood on the left. */
static void
note_misuse(struct graph *g, const struct ast_term *term,
    struct compile_result *r)
{
	struct str text = str_trim(term->text);
	ptrdiff_t open = str_find_char(text, '(');
	enum transform tr;
	const char *what = NULL;

	if (open > 0 && str_ends(text, STR(")")) &&
	    transform_by_name(str_trim(str_sub(text, 0, (size_t)open)), &tr))
		what = "field transformer";
	/* every field has a dot in its name, few values have */
	else if (str_find_char(text, '.') > 0 &&
	    looks_like_field(g->arena, text))
		what = "field";
	if (!what)
		return;
	r->warnings |= COMPILE_WARN_MISUSED;
	r->warning_at = term->at;
	diag_set(&r->warning,
	    "'%.*s' may be a valid %s misused as a const string value",
	    STR_ARG(term->text), what);
}

static int
build_constants(struct graph *g, const struct ast *check, struct atom *a,
    struct compile_result *r)
{
	const struct ast_term *terms = &check->right;
	size_t n = 1;
	int err;

	if (check->right.kind == TERM_LIST) {
		terms = check->right.args;
		n = check->right.n_args;
	} else if (check->right.kind == TERM_NAME) {
		return compile_fail(r, ERR_INVAL, check->right.at,
		    "undefined list '%.*s' used in filter.",
		    STR_ARG(check->right.text));
	}
	err = operand_parse(g->arena, a->op, a->left, terms, n, &a->set,
	    &g->regex_scratch, r);
	if (err == ERR_NOMEM)
		return compile_fail(r, err, check->right.at, "%s",
		    err_text(err));
	if (err)
		return err;
	for (size_t i = 0; a->left->class == CLASS_TEXT && i < n; i++)
		note_misuse(g, &terms[i], r);
	return check_event_names(a, terms, n, r);
}

int
atom_build(struct graph *g, const struct ast *check, struct atom *a,
    struct compile_result *r)
{
	struct expr_builder b = { .arena = g->arena, .result = r };
	int err = 0;

	*a = (struct atom){ .op = check->op, .modifier = check->modifier };
	a->left = expr_build(&b, &check->left, false);
	if (!a->left || ops_refuse(a->op, a->left, r, check->at))
		return r->err;
	if (a->op != OP_EXISTS) {
		a->match = ops_match(a->op, a->left->class);
		if (check->right.kind == TERM_FIELD ||
		    check->right.kind == TERM_TRANSFORM)
			err = build_fields(&b, check, a);
		else
			err = build_constants(g, check, a, r);
	}
	if (err)
		return err;
	a->hash = hash_of(a);
	return 0;
}
