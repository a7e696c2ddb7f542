/*
 * Asking the field source, once for each lane that differs.
 */
#include "rule/values.h"

static void
ask(struct values *vs, const struct expr *e, struct pieces *out)
{
	unsigned left = vs->lanes;

	out->n = 0;
	while (left) {
		struct value *v = &out->at[out->n++];

		vs->source->get(vs->source->ctx, &e->ref, left, v);
		vs->fetched++;
		v->lanes &= left;
		if (!v->lanes) { /* no answer is no knowledge */
			v->kind = VALUE_UNKNOWN;
			v->lanes = left;
		}
		left &= ~v->lanes;
	}
}

static void
compute(struct values *vs, const struct expr *e, struct pieces *out)
{
	if (e->kind == EXPR_FIELD)
		ask(vs, e, out);
	else
		transform_apply(vs, e, out);
}

void
values_fill(struct values *vs, const struct expr *e, struct value_slot *slot)
{
	slot->epoch = vs->epoch;
	compute(vs, e, &slot->pieces);
}

const struct pieces *
values_get(struct values *vs, const struct expr *e, struct pieces *room)
{
	if (e->kind == EXPR_TEXT) {
		room->n = 1;
		room->at[0] = (struct value){ .kind = VALUE_STR,
			.lanes = vs->lanes,
			.s = e->text };
		return room;
	}
	if (vs->slots)
		return values_memo(vs, e);
	compute(vs, e, room);
	return room;
}
