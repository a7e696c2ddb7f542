/*
 * Builds and checks operands: Falco's transformers (engine 0.63.0) and which
 * fields may stand where.
 */
#include "rule/expr.h"

static const char *const transform_names[] = {
	[TRANSFORM_TOLOWER] = "tolower",
	[TRANSFORM_TOUPPER] = "toupper",
	[TRANSFORM_BASENAME] = "basename",
	[TRANSFORM_B64] = "b64",
	[TRANSFORM_LEN] = "len",
	[TRANSFORM_JOIN] = "join",
	[TRANSFORM_CONCAT] = "concat",
	[TRANSFORM_GETOPT] = "getopt",
};

#define N_TRANSFORMS (sizeof(transform_names) / sizeof(*transform_names))

bool
transform_by_name(struct str name, enum transform *out)
{
	for (size_t i = 0; i < N_TRANSFORMS; i++)
		if (str_eq(name, str_from(transform_names[i]))) {
			*out = (enum transform)i;
			return true;
		}
	return false;
}

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h ^= v + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
	return h;
}

static uint64_t
hash_of(const struct expr *e)
{
	uint64_t h = mix((uint64_t)e->kind, (uint64_t)e->transform);

	h = mix(h, (uint64_t)e->ref.id);
	h = mix(h, e->ref.has_arg ? str_hash(e->ref.key, 1) : 0);
	h = mix(h, str_hash(e->text, 2));
	h = mix(h, (unsigned char)e->letter);
	for (size_t i = 0; i < e->n_args; i++)
		h = mix(h, e->args[i]->hash);
	return h;
}

bool
expr_equal(const struct expr *a, const struct expr *b)
{
	if (a == b)
		return true;
	if (a->hash != b->hash || a->kind != b->kind ||
	    a->ref.id != b->ref.id || a->ref.has_arg != b->ref.has_arg ||
	    !str_eq(a->ref.key, b->ref.key) || a->n_args != b->n_args ||
	    a->transform != b->transform || a->letter != b->letter ||
	    !str_eq(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->n_args; i++)
		if (!expr_equal(a->args[i], b->args[i]))
			return false;
	return true;
}

void
expr_fields(const struct expr *e, void (*visit)(void *, const struct expr *),
    void *ctx)
{
	if (e->kind == EXPR_FIELD)
		visit(ctx, e);
	for (size_t i = 0; i < e->n_args; i++)
		expr_fields(e->args[i], visit, ctx);
}

static struct expr *
no_memory(struct expr_builder *b, size_t at)
{
	compile_fail(b->result, ERR_NOMEM, at, "%s", err_text(ERR_NOMEM));
	return NULL;
}

static void
note_deprecated(struct expr_builder *b, const struct field_info *info,
    size_t at)
{
	struct compile_result *r = b->result;

	if (!(info->flags & FF_DEPRECATED) ||
	    !str_starts(str_from(info->name), STR("evt.")))
		return;
	r->warnings |= COMPILE_WARN_DEPRECATED;
	diag_set(&r->warning,
	    "usage of deprecated field '%s' has been detected in the rule %s",
	    info->name, b->output ? "output" : "condition");
	r->warning_at = at;
}

/* Whether a field with these flags may stand here. */
static int
check_place(struct expr_builder *b, const struct field_info *info, bool rhs,
    size_t at)
{
	if (!b->output && (info->flags & FF_PRINT_ONLY))
		return compile_fail(b->result, ERR_INVAL, at,
		    "field '%s' can only be used in an output", info->name);
	if (b->output && (info->flags & FF_FILTER_ONLY))
		return compile_fail(b->result, ERR_INVAL, at,
		    "field '%s' can only be used in a condition", info->name);
	if (rhs && (info->flags & FF_NO_RHS))
		return compile_fail(b->result, ERR_INVAL, at,
		    "field '%s' cannot be compared with another field",
		    info->name);
	return 0;
}

static bool
has_both_ends(enum field_id id)
{
	return id == FIELD_FD_IP || id == FIELD_FD_NET || id == FIELD_FD_PORT ||
	    id == FIELD_FD_PROTO;
}

static struct expr *
build_field(struct expr_builder *b, const struct ast_term *term, bool rhs)
{
	struct expr *e = arena_alloc(b->arena, sizeof(*e));

	if (!e)
		return no_memory(b, term->at);
	b->result->error_at = term->at;
	if (field_resolve(b->arena, term->text, term->has_arg, term->arg,
		!b->output, &e->ref, b->result) < 0)
		return NULL;
	e->kind = EXPR_FIELD;
	e->info = field_info(e->ref.id);
	if (check_place(b, e->info, rhs, term->at) < 0)
		return NULL;
	note_deprecated(b, e->info, term->at);
	if (b->output && !field_bind(b->arena, &e->ref))
		return no_memory(b, term->at);
	e->type = e->info->type;
	if (e->type == FT_DYNAMIC)
		e->type = field_param_type(e->ref.key);
	e->class = field_class(e->type);
	e->is_list = (e->info->flags & FF_LIST) != 0;
	e->both_ends = has_both_ends(e->ref.id);
	e->cost = e->info->cost;
	e->hash = hash_of(e);
	return e;
}

static struct expr *
build_text(struct expr_builder *b, const struct ast_term *term)
{
	struct expr *e = arena_alloc(b->arena, sizeof(*e));

	if (!e)
		return no_memory(b, term->at);
	e->kind = EXPR_TEXT;
	e->type = FT_STR;
	e->class = CLASS_TEXT;
	e->text = arena_str(b->arena, term->text);
	if (!e->text.p)
		return no_memory(b, term->at);
	e->hash = hash_of(e);
	return e;
}

/* Fills e->args; each field below must allow transformers. */
static int
build_args(struct expr_builder *b, struct expr *e, const struct ast_term *term,
    bool rhs)
{
	unsigned cost = 2;

	e->args = arena_array(b->arena, term->n_args, sizeof(*e->args));
	if (!e->args)
		return compile_fail(b->result, ERR_NOMEM, term->at, "%s",
		    err_text(ERR_NOMEM));
	for (size_t i = 0; i < term->n_args; i++) {
		struct expr *arg = expr_build(b, &term->args[i], rhs);

		if (!arg)
			return b->result->err;
		if (arg->kind == EXPR_FIELD &&
		    (arg->info->flags & FF_NO_TRANSFORM))
			return compile_fail(b->result, ERR_INVAL,
			    term->args[i].at,
			    "field '%s' does not support transformers",
			    arg->info->name);
		e->args[e->n_args++] = arg;
		cost += arg->cost;
	}
	e->cost = cost > UINT8_MAX ? UINT8_MAX : (uint8_t)cost;
	return 0;
}

static bool
is_scalar_text(const struct expr *e)
{
	return e->kind != EXPR_LIST && !e->is_list && e->class == CLASS_TEXT;
}

static bool
is_list(const struct expr *e)
{
	return e->kind == EXPR_LIST || e->is_list;
}

static struct expr *
build_list(struct expr_builder *b, const struct ast_term *term, bool rhs)
{
	struct expr *e = arena_alloc(b->arena, sizeof(*e));

	if (!e)
		return no_memory(b, term->at);
	e->kind = EXPR_LIST;
	e->type = FT_STR;
	e->class = CLASS_TEXT;
	if (build_args(b, e, term, rhs) < 0)
		return NULL;
	for (size_t i = 0; i < e->n_args; i++)
		if (!is_scalar_text(e->args[i])) {
			compile_fail(b->result, ERR_INVAL, term->args[i].at,
			    "a list may only have texts in it");
			return NULL;
		}
	e->hash = hash_of(e);
	return e;
}

/* Number and types of the arguments; NULL when they fit, else what to say. */
static const char *
wrong_args(const struct expr *e)
{
	const struct expr *first = e->n_args ? e->args[0] : NULL;

	switch (e->transform) {
	case TRANSFORM_TOLOWER:
	case TRANSFORM_TOUPPER:
	case TRANSFORM_BASENAME:
		return e->n_args == 1 && is_scalar_text(first)
		    ? NULL
		    : "takes one text";
	case TRANSFORM_B64:
		return e->n_args == 1 && first->type != FT_PATH &&
			(is_scalar_text(first) || first->class == CLASS_BYTES)
		    ? NULL
		    : "takes one text or buffer";
	case TRANSFORM_LEN:
		return e->n_args == 1 &&
			(is_list(first) || first->class == CLASS_TEXT ||
			    first->class == CLASS_BYTES)
		    ? NULL
		    : "takes one text, buffer or list";
	case TRANSFORM_JOIN:
		return e->n_args == 2 && is_scalar_text(first) &&
			is_list(e->args[1])
		    ? NULL
		    : "takes a separator and a list";
	case TRANSFORM_CONCAT:
		for (size_t i = 0; i < e->n_args; i++)
			if (!is_scalar_text(e->args[i]))
				return "takes texts";
		return e->n_args >= 2 ? NULL : "takes two or more texts";
	case TRANSFORM_GETOPT:
		return e->n_args == 2 && is_list(first) &&
			is_scalar_text(e->args[1])
		    ? NULL
		    : "takes a list of arguments and an option string";
	}
	return NULL;
}

static void
set_result_type(struct expr *e)
{
	e->type = e->transform == TRANSFORM_LEN ? FT_U64 : FT_STR;
	if (e->transform <= TRANSFORM_B64)
		e->type = e->args[0]->type;
	e->class = field_class(e->type);
	e->is_list = e->transform == TRANSFORM_GETOPT && !e->letter;
}

static struct expr *
build_transform(struct expr_builder *b, const struct ast_term *term, bool rhs)
{
	struct expr *e = arena_alloc(b->arena, sizeof(*e));
	const char *wrong;

	if (!e)
		return no_memory(b, term->at);
	e->kind = EXPR_TRANSFORM;
	if (!transform_by_name(term->text, &e->transform)) {
		compile_fail(b->result, ERR_NOENT, term->at,
		    "unknown transformer '%.*s'", STR_ARG(term->text));
		return NULL;
	}
	if (term->has_arg &&
	    (e->transform != TRANSFORM_GETOPT || term->arg.n != 1)) {
		compile_fail(b->result, ERR_INVAL, term->at,
		    "only getopt() takes an argument in brackets: one letter");
		return NULL;
	}
	e->letter = term->has_arg ? term->arg.p[0] : '\0';
	if (build_args(b, e, term, rhs) < 0)
		return NULL;
	wrong = wrong_args(e);
	if (wrong) {
		compile_fail(b->result, ERR_INVAL, term->at,
		    "transformer '%.*s' %s", STR_ARG(term->text), wrong);
		return NULL;
	}
	set_result_type(e);
	e->hash = hash_of(e);
	return e;
}

struct expr *
expr_build(struct expr_builder *b, const struct ast_term *term, bool rhs)
{
	switch (term->kind) {
	case TERM_FIELD:
		return build_field(b, term, rhs);
	case TERM_TRANSFORM:
		return build_transform(b, term, rhs);
	case TERM_TEXT:
		return build_text(b, term);
	case TERM_LIST:
		return build_list(b, term, rhs);
	case TERM_NAME:
		break;
	}
	compile_fail(b->result, ERR_INVAL, term->at,
	    "undefined list '%.*s' used in filter.", STR_ARG(term->text));
	return NULL;
}
