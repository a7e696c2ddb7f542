/*
 * Field names to struct field_ref: arguments in brackets or after a dot, and
 * the parameters that evt.arg and evt.rawarg name.
 */
#include "rule/expr.h"

#include <stdarg.h>

int
compile_fail(struct compile_result *r, int err, size_t at, const char *format,
    ...)
{
	struct buf b;
	va_list ap;

	diag_reset(&r->diag);
	b = buf_fixed(r->diag.what, sizeof(r->diag.what) - 1);
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	r->diag.what[b.n] = '\0';
	r->err = err;
	r->error_at = at;
	return err;
}

enum value_class
field_class(enum field_type type)
{
	switch (type) {
	case FT_STR:
	case FT_PATH:
		return CLASS_TEXT;
	case FT_I64:
	case FT_I32:
	case FT_I16:
	case FT_DYNAMIC:
		return CLASS_SIGNED;
	case FT_U64:
	case FT_U32:
	case FT_PORT:
	case FT_DURATION:
	case FT_TIME:
		return CLASS_UNSIGNED;
	case FT_F64:
		return CLASS_FLOAT;
	case FT_BOOL:
		return CLASS_BOOL;
	case FT_IP:
		return CLASS_ADDRESS;
	case FT_NET:
		return CLASS_NETWORK;
	case FT_BYTES:
		return CLASS_BYTES;
	}
	return CLASS_TEXT;
}

static enum field_type
type_of_param(enum param_type type)
{
	switch (type) {
	case PT_NONE:
	case PT_PATH:
	case PT_STR:
	case PT_TUPLE:
		return FT_STR;
	case PT_BUF:
	case PT_ADDR:
		return FT_BYTES;
	case PT_RES:
	case PT_FD:
	case PT_I64:
	case PT_U64:
	case PT_HEX:
	case PT_FLAGS:
	case PT_ENUM:
	case PT_MODE:
	case PT_UID:
	case PT_GID:
	case PT_PID:
	case PT_SIG:
		return FT_I64;
	}
	return FT_STR;
}

enum field_type
field_param_type(struct str param)
{
	for (int t = EVENT_NONE + 1; t < EVENT_COUNT; t++) {
		int i = event_param_index((enum event_type)t, param);

		if (i >= 0)
			return type_of_param(
			    event_info((enum event_type)t)->params[i].type);
	}
	return FT_STR;
}

static bool
takes_dotted(enum field_arg arg)
{
	return arg == FA_REQUIRED_KEY || arg == FA_OPTIONAL_KEY ||
	    arg == FA_REQUIRED_ANY || arg == FA_OPTIONAL_ANY;
}

/*
 * The field of a dotted name: the whole of it, or its longest beginning that
 * is a field with an argument; *rest is then what follows that dot.
 */
static enum field_id
split_name(struct str name, struct str *rest)
{
	enum field_id id = field_by_name(name);
	struct str head = name;

	*rest = STR_NONE;
	while (id == FIELD_NONE) {
		ptrdiff_t dot = str_rfind_char(head, '.');

		if (dot < 0)
			return FIELD_NONE;
		*rest = str_sub(name, (size_t)dot + 1, name.n);
		head = str_sub(name, 0, (size_t)dot);
		id = field_by_name(head);
		if (id != FIELD_NONE && !takes_dotted(field_info(id)->arg))
			return FIELD_NONE;
	}
	return id;
}

bool
field_exists(struct str name)
{
	struct str rest;

	return split_name(name, &rest) != FIELD_NONE;
}

static bool
is_index(struct str s, int64_t *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_to_i64(s, out);
}

bool
field_bind(struct arena *a, struct field_ref *ref)
{
	int8_t *at;

	if (ref->id != FIELD_EVT_ARG && ref->id != FIELD_EVT_RAWARG)
		return true;
	at = arena_alloc(a, EVENT_COUNT);
	if (!at)
		return false;
	at[EVENT_NONE] = -1;
	for (int t = EVENT_NONE + 1; t < EVENT_COUNT; t++) {
		const struct event_info *info = event_info((enum event_type)t);

		if (!ref->arg_is_index)
			at[t] = (int8_t)event_param_index((enum event_type)t,
			    ref->key);
		else if (ref->index < (int64_t)info->n_params)
			at[t] = (int8_t)ref->index;
		else
			at[t] = -1;
	}
	ref->param_of = at;
	return true;
}

static int
resolve_param(bool prefix, struct field_ref *ref, struct compile_result *r)
{
	struct str key = ref->key;

	if (!ref->arg_is_index) {
		while (prefix && key.n && !event_param_exists(key))
			key.n--;
		if (!key.n || !event_param_exists(key)) {
			r->unknown_name = true;
			return compile_fail(r, ERR_NOENT, r->error_at,
			    "unknown event argument %.*s", STR_ARG(ref->key));
		}
		ref->key = key;
	} else if (ref->id == FIELD_EVT_RAWARG) {
		return compile_fail(r, ERR_INVAL, r->error_at,
		    "field evt.rawarg takes a parameter's name, not a number");
	}
	return 0;
}

/* Whether the argument is of the kind that the field takes. */
static int
check_arg(struct field_ref *ref, const struct field_info *info,
    struct compile_result *r)
{
	bool index_only =
	    info->arg == FA_REQUIRED_INDEX || info->arg == FA_OPTIONAL_INDEX;
	bool key_only =
	    info->arg == FA_REQUIRED_KEY || info->arg == FA_OPTIONAL_KEY;
	bool required = info->arg == FA_REQUIRED_KEY ||
	    info->arg == FA_REQUIRED_INDEX || info->arg == FA_REQUIRED_ANY;

	if (!ref->has_arg)
		return required
		    ? compile_fail(r, ERR_INVAL, r->error_at,
			  "field '%s' requires an argument but none was given",
			  info->name)
		    : 0;
	if (info->arg == FA_NONE)
		return compile_fail(r, ERR_INVAL, r->error_at,
		    "field '%s' does not take an argument", info->name);
	if (index_only && !ref->arg_is_index)
		return compile_fail(r, ERR_INVAL, r->error_at,
		    "field '%s' takes a number as argument, not '%.*s'",
		    info->name, STR_ARG(ref->key));
	if (key_only)
		ref->arg_is_index = false;
	return 0;
}

static int
unknown_field(struct str name, struct compile_result *r)
{
	const char *near = field_nearest(name);

	compile_fail(r, ERR_NOENT, r->error_at,
	    "filter_check called with nonexistent field %.*s", STR_ARG(name));
	if (near)
		diag_hint(&r->diag, "did you mean '%s'?", near);
	r->unknown_name = true;
	return ERR_NOENT;
}

static int
resolve_type_is(const struct field_ref *ref, struct compile_result *r)
{
	if (event_by_name(ref->key) != EVENT_NONE)
		return 0;
	r->unknown_name = true;
	return compile_fail(r, ERR_NOENT, r->error_at,
	    "unknown event type %.*s", STR_ARG(ref->key));
}

int
field_resolve(struct arena *a, struct str name, bool has_arg, struct str arg,
    bool prefix, struct field_ref *out, struct compile_result *r)
{
	const struct field_info *info;
	struct str rest;
	int err;

	*out = (struct field_ref){ .id = split_name(name, &rest) };
	if (out->id == FIELD_NONE || (rest.p && has_arg))
		return unknown_field(name, r);
	info = field_info(out->id);
	out->has_arg = has_arg || rest.p;
	if (out->has_arg) {
		out->key = arena_str(a, has_arg ? arg : rest);
		if (!out->key.p)
			return compile_fail(r, ERR_NOMEM, r->error_at, "%s",
			    err_text(ERR_NOMEM));
		out->arg_is_index = is_index(out->key, &out->index);
	}
	err = check_arg(out, info, r);
	if (err)
		return err;
	if (out->id == FIELD_EVT_TYPE_IS)
		return resolve_type_is(out, r);
	if (out->id == FIELD_EVT_ARG || out->id == FIELD_EVT_RAWARG)
		return resolve_param(prefix, out, r);
	return 0;
}
