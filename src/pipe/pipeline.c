/*
 * The event pipeline; see the header for its way of working.
 */
#include "pipe/pipeline.h"

#include <errno.h>

#include "base/err.h"
#include "os/os.h"
#include "pipe/alert.h"
#include "pipe/extract.h"
#include "pipe/guard.h"
#include "state/proc.h"

/* Events that wait for their result; more are decoded again at the result. */
#define SLOTS         64
#define SLOT_CELLS    256
#define SCRATCH_BYTES ((size_t)64 * 1024)
#define FRAME_BYTES   ((size_t)128 * 1024)

#define ERRNO_MAX 4095

struct slot {
	struct event event;
	struct arena scratch;
	char *memory;
	pid_t tid;        /* 0: free */
	bool result_due;  /* WANT_RESULT was answered */
	bool interrupted; /* by a signal: the same call may come again */
	uint32_t next_free;
};

struct pipeline {
	struct pipeline_config config;
	struct rule_eval *eval;
	struct extract_context context;
	struct extract *extract;
	struct slot slots[SLOTS];
	uint32_t first_free; /* TABLE_NONE: none */
	struct table by_tid;
	struct table_cell cells[SLOT_CELLS];
	struct rule_verdict verdict;
	struct arena work; /* scratch for values, reset per evaluation */
	char *work_memory;
	char *text;  /* ALERT_TEXT_MAX: one message */
	char *json;  /* ALERT_TEXT_MAX: its fields */
	char *frame; /* FRAME_BYTES */
	uint64_t next_num;
	bool uring_seen;
	struct pipeline_counts counts;
};

static void
slot_release(struct pipeline *p, struct slot *s)
{
	if (s->tid) {
		table_remove(&p->by_tid, (uint64_t)s->tid);
		s->tid = 0;
	}
	s->next_free = p->first_free;
	p->first_free = (uint32_t)(s - p->slots);
}

static struct slot *
slot_of(struct pipeline *p, pid_t tid)
{
	uint32_t i = table_get(&p->by_tid, (uint64_t)tid);

	return i == TABLE_NONE ? NULL : &p->slots[i];
}

static void
slot_forget(struct pipeline *p, pid_t tid)
{
	struct slot *s = slot_of(p, tid);

	if (s)
		slot_release(p, s);
}

/*
 * The last free slot is never kept, so there is always one to decode into. An
 * exec keeps its slot without a result due: such a slot is given up first.
 */
static struct slot *
slot_take(struct pipeline *p)
{
	struct slot *s = &p->slots[p->first_free];

	p->first_free = s->next_free;
	arena_reset(&s->scratch);
	return s;
}

/* An exec that failed, or whose STOP_EXEC is still to come. */
static void
slot_give_up_exec(struct pipeline *p)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &p->slots[i];

		if (s->tid && !s->result_due) {
			slot_release(p, s);
			return;
		}
	}
}

static bool
slot_keep(struct pipeline *p, struct slot *s, pid_t tid, bool result_due)
{
	if (p->first_free == TABLE_NONE)
		slot_give_up_exec(p);
	if (p->first_free == TABLE_NONE ||
	    !table_put(&p->by_tid, (uint64_t)tid, (uint32_t)(s - p->slots)))
		return false;
	s->tid = tid;
	s->result_due = result_due;
	s->interrupted = false;
	return true;
}

struct pipeline *
pipeline_new(struct arena *a, const struct pipeline_config *c)
{
	struct pipeline *p = arena_alloc(a, sizeof *p);

	if (!p)
		return NULL;
	p->config = *c;
	p->next_num = 1;
	p->context = (struct extract_context){
		.state = c->state,
		.container = c->container,
		.hostname = c->hostname,
		.start_ns = c->start_ns,
		.utc_offset = c->utc_offset,
	};
	p->extract = extract_new(a, &p->context);
	p->work_memory = arena_alloc(a, SCRATCH_BYTES);
	p->text = arena_alloc(a, ALERT_TEXT_MAX);
	p->json = arena_alloc(a, ALERT_TEXT_MAX);
	p->frame = arena_alloc(a, FRAME_BYTES);
	if (!p->extract || !p->work_memory || !p->text || !p->json || !p->frame)
		return NULL;
	arena_fixed(&p->work, p->work_memory, SCRATCH_BYTES);
	table_init(&p->by_tid, p->cells, SLOT_CELLS, 0);
	p->first_free = TABLE_NONE;
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &p->slots[i];

		s->memory = arena_alloc(a, SCRATCH_BYTES);
		if (!s->memory)
			return NULL;
		arena_fixed(&s->scratch, s->memory, SCRATCH_BYTES);
		slot_release(p, s);
	}
	if (c->rules) {
		p->eval = rule_eval_new(c->rules);
		if (!p->eval)
			return NULL;
	}
	return p;
}

void
pipeline_free(struct pipeline *p)
{
	if (p)
		rule_eval_free(p->eval);
}

static bool
is_exec(const struct event *ev)
{
	return ev->type == EVENT_EXECVE || ev->type == EVENT_EXECVEAT;
}

static bool
is_error(int64_t result)
{
	return result < 0 && result >= -ERRNO_MAX;
}

static void
count_unreadable(struct pipeline *p, const struct event *ev)
{
	for (unsigned i = 0; i < ev->n_params; i++)
		p->counts.unreadable += ev->params[i].state == PARAM_UNREADABLE;
}

static void
put_alert(struct pipeline *p, struct alert *a)
{
	struct buf frame = buf_fixed(p->frame, FRAME_BYTES);

	a->hostname = p->config.hostname;
	alert_encode(&frame, a);
	p->counts.alerts++;
	ring_put(p->config.ring, FRAME_ALERT, buf_str(&frame));
}

static void
send_alert(struct pipeline *p, const struct event *ev, const struct rule *rule,
    const struct field_source *fields)
{
	struct buf text = buf_fixed(p->text, ALERT_TEXT_MAX);
	struct buf json = buf_fixed(p->json, ALERT_TEXT_MAX);
	char digits[24];
	struct buf time = buf_fixed(digits, sizeof digits);
	struct alert a = {
		.time_ns = ev->time_ns,
		.priority = rule->priority,
		.rule = rule->name,
		.source = rule->source,
	};

	buf_u64(&time, ev->time_ns);
	const struct rule_json_member stamp = {
		p->config.iso_time ? STR("evt.time.iso8601") : STR("evt.time"),
		buf_str(&time),
	};
	rule_format_text(rule->format, fields, &text);
	rule_format_json(rule->format, fields, &stamp, 1, &json);
	a.message = buf_str(&text);
	/* A cut object would be no JSON: better none than a broken line. */
	a.fields = json.failed ? STR_NONE : buf_str(&json);
	for (size_t i = 0; i < rule->n_tags && i < ALERT_TAGS_MAX; i++)
		a.tags[a.n_tags++] = rule->tags[i];
	put_alert(p, &a);
}

/* Sends what is sure in lanes; in definition order, the first only or all. */
static void
send_matches(struct pipeline *p, const struct event *ev, unsigned lanes,
    const struct field_source *fields)
{
	for (size_t i = 0; i < p->verdict.n; i++) {
		const struct rule_match *m = &p->verdict.at[i];

		if ((m->sure & lanes) != lanes)
			continue;
		send_alert(p, ev, m->rule, fields);
		if (!p->config.all_matches)
			break;
	}
}

static void
evaluate(struct pipeline *p, const struct event *ev, unsigned lanes,
    const struct field_source *fields)
{
	rule_eval_event(p->eval, ev->type, lanes, fields,
	    !p->config.all_matches, &p->verdict);
	p->counts.unmatched += p->verdict.n == RULE_MATCHES_MAX;
}

static bool
rules_want(const struct pipeline *p, const struct event *ev)
{
	return p->eval && ruleset_wants(p->config.rules, ev->type);
}

static void
print_event(struct pipeline *p)
{
	struct buf b = buf_fixed(p->text, ALERT_TEXT_MAX);

	extract_print_event(p->extract, &b);
	buf_char(&b, '\n');
	ring_put(p->config.ring, FRAME_LINE, buf_str(&b));
}

/* An event whose result is known: rules decide, alerts go out. */
static void
conclude(struct pipeline *p, struct event *ev, struct proc *proc)
{
	unsigned lane = is_error(ev->result) ? LANE_FAIL : LANE_OK;

	extract_begin(p->extract, ev, proc, &p->work);
	if (rules_want(p, ev)) {
		struct field_source fields = extract_source(p->extract);

		evaluate(p, ev, lane, &fields);
		send_matches(p, ev, lane, &fields);
	}
	if (p->config.print_events)
		print_event(p);
}

static bool
needs_result(struct pipeline *p, const struct event *ev, struct proc *proc)
{
	if (p->config.print_events)
		return true;
	if (!rules_want(p, ev))
		return false;
	extract_begin(p->extract, ev, proc, &p->work);
	struct field_source fields = extract_source(p->extract);
	/* An exec that succeeds is reported as STOP_EXEC anyway. */
	evaluate(p, ev, is_exec(ev) ? LANE_FAIL : LANE_BOTH, &fields);
	return p->verdict.n > 0;
}

static void
note_uring(struct pipeline *p, const struct event *ev)
{
	if (p->uring_seen)
		return;
	p->uring_seen = true;
	if (p->config.refuse_uring)
		log_warning(p->config.log, "thread %d was refused io_uring",
		    (int)ev->tid);
	else
		log_warning(p->config.log,
		    "thread %d sets up io_uring: files and connections opened "
		    "through a ring are not seen; --priority security "
		    "refuses it",
		    (int)ev->tid);
}

/* The call will fail with errnum: its event is complete already. */
static struct decision
refuse(struct pipeline *p, struct slot *slot, struct proc *proc, int errnum)
{
	event_set_result(&slot->event, -errnum, p->config.memory,
	    &slot->scratch);
	conclude(p, &slot->event, proc);
	slot_release(p, slot);
	return (struct decision){ DECIDE_DENY, errnum };
}

static void
alert_attack(struct pipeline *p, const struct event *ev, struct proc *proc)
{
	char text_memory[256], json_memory[512];
	struct buf text = buf_fixed(text_memory, sizeof text_memory);
	struct buf json = buf_fixed(json_memory, sizeof json_memory);
	struct str name = proc ? proc_comm(proc) : STR("<NA>");
	struct alert a = {
		.time_ns = ev->time_ns,
		.priority = PRIORITY_CRITICAL,
		.rule = STR("Attack on the agent"),
		.source = STR("syscall"),
	};

	buf_printf(&text,
	    "Call aimed at the agent was denied | call=%s pid=%d "
	    "process=%.*s",
	    event_info(ev->type)->name, (int)ev->tid, STR_ARG(name));
	buf_printf(&json,
	    "\"evt.type\":\"%s\",\"proc.name\":", event_info(ev->type)->name);
	buf_json_str(&json, name);
	buf_printf(&json, ",\"thread.tid\":%d", (int)ev->tid);
	a.message = buf_str(&text);
	a.fields = buf_str(&json);
	put_alert(p, &a);
}

/* 0 in errnum: the call was made in the caller's place. */
static bool
is_guarded(struct pipeline *p, const struct event *ev, struct proc *proc,
    int *errnum)
{
	const int agent = p->config.agent;
	enum guard_answer answer = agent ? guard_judge(ev, agent) : GUARD_PASS;

	if (answer == GUARD_PASS)
		return false;
	pid_t vpid = proc ? state_vpid(p->config.state, proc) : 0;
	if (vpid && vpid != proc->tgid)
		return false; /* other processes have these numbers there */
	if (answer == GUARD_DENY) {
		alert_attack(p, ev, proc);
		*errnum = EPERM;
		return true;
	}
	const struct proc_status *s = state_status(p->config.state, ev->tid);
	/* Without /proc nobody can be found. */
	if (!s)
		return false;
	*errnum = guard_kill_others(agent,
	    &(struct guard_caller){ .tgid = (int)s->tgid,
		.ruid = s->uid[0],
		.euid = s->uid[1],
		.may_all = s->cap_effective >> OS_CAP_KILL & 1 },
	    (int)ev->args[1]);
	return true;
}

/* What the event before it looked up is forgotten. */
static struct proc *
begin(struct pipeline *p, const struct stop *s)
{
	arena_reset(&p->work);
	return state_event_begin(p->config.state, s->tid, s->time_ns, &p->work);
}

static void
finish(struct pipeline *p, struct slot *slot, const struct stop *s,
    int64_t result)
{
	event_set_result(&slot->event, result, p->config.memory,
	    &slot->scratch);
	struct proc *proc = begin(p, s);
	conclude(p, &slot->event, proc);
	slot_release(p, slot);
}

static void
finish_interrupted(struct pipeline *p, const struct stop *s)
{
	struct slot *slot = slot_of(p, s->tid);

	if (slot && slot->interrupted)
		finish(p, slot, s, -EINTR);
}

static struct decision
on_entry(struct pipeline *p, const struct stop *s)
{
	struct decision d = { DECIDE_PASS, 0 };

	if (!s->restarted)
		finish_interrupted(p, s);
	slot_forget(p, s->tid);
	struct slot *slot = slot_take(p);
	struct event *ev = &slot->event;
	if (event_decode(ev, s, p->config.memory, &slot->scratch)) {
		slot_release(p, slot);
		return d;
	}
	p->counts.events++;
	ev->num = p->next_num++;
	count_unreadable(p, ev);
	struct proc *proc = begin(p, s);
	int errnum;
	if (is_guarded(p, ev, proc, &errnum))
		return refuse(p, slot, proc, errnum);
	if (ev->type == EVENT_IO_URING_SETUP) {
		note_uring(p, ev);
		if (p->config.refuse_uring)
			return refuse(p, slot, proc, ENOSYS);
	}
	if (needs_result(p, ev, proc))
		d.kind = DECIDE_WANT_RESULT;
	p->counts.wanted += d.kind == DECIDE_WANT_RESULT;
	bool due = d.kind == DECIDE_WANT_RESULT;
	/* Without a slot the call is decoded again from its result stop. */
	if ((!due && !is_exec(ev)) || !slot_keep(p, slot, s->tid, due))
		slot_release(p, slot);
	return d;
}

static struct slot *
decode_again(struct pipeline *p, const struct stop *s)
{
	struct slot *slot = slot_take(p);

	if (event_decode(&slot->event, s, p->config.memory, &slot->scratch)) {
		slot_release(p, slot);
		return NULL;
	}
	slot->event.num = p->next_num++;
	p->counts.redecoded++;
	return slot;
}

/*
 * A call that a signal interrupted is mostly made again at once: then only the
 * last time counts. finish_interrupted() reports it when it was not.
 */
static void
on_result(struct pipeline *p, const struct stop *s)
{
	struct slot *slot = slot_of(p, s->tid);

	if (slot && s->restarted) {
		slot->interrupted = true;
		return;
	}
	if (!slot)
		slot = decode_again(p, s);
	if (slot)
		finish(p, slot, s, s->result);
}

/* A successful exec is an execve event, also when it came by execveat. */
static void
on_exec(struct pipeline *p, const struct stop *s)
{
	pid_t caller = s->former_tid ? s->former_tid : s->tid;
	struct slot *slot = slot_of(p, caller);
	bool fresh = !slot;

	if (fresh) {
		slot = slot_take(p);
		slot->event = (struct event){ .num = p->next_num++ };
		p->counts.events++;
	}
	arena_reset(&p->work);
	struct proc *proc = state_on_exec(p->config.state, s, &p->work);
	struct event *ev = &slot->event;
	if (fresh)
		ev->type = EVENT_EXECVE;
	ev->tid = s->tid;
	ev->time_ns = s->time_ns;
	event_set_result(ev, 0, p->config.memory, &slot->scratch);
	conclude(p, ev, proc);
	slot_release(p, slot);
	if (caller != s->tid)
		slot_forget(p, s->tid);
}

/*
 * A thread that dies inside a call: what matched whatever the result is still
 * reported.
 */
static void
on_exit(struct pipeline *p, const struct stop *s)
{
	finish_interrupted(p, s);
	struct slot *slot = slot_of(p, s->tid);

	if (slot && slot->result_due && rules_want(p, &slot->event)) {
		struct proc *proc = begin(p, s);

		if (needs_result(p, &slot->event, proc)) {
			struct field_source fields = extract_source(p->extract);
			send_matches(p, &slot->event, LANE_BOTH, &fields);
		}
	}
	slot_forget(p, s->tid);
	state_on_exit(p->config.state, s);
}

struct decision
pipeline_stop(struct pipeline *p, const struct stop *s)
{
	struct decision d = { DECIDE_PASS, 0 };
	uint64_t start = os_now_monotonic_ns();

	switch (s->kind) {
	case STOP_ENTRY:
		d = on_entry(p, s);
		break;
	case STOP_RESULT:
		on_result(p, s);
		break;
	case STOP_EXEC:
		on_exec(p, s);
		break;
	case STOP_CLONE:
		state_on_clone(p->config.state, s);
		break;
	case STOP_EXIT:
		on_exit(p, s);
		break;
	case STOP_DYING:
	case STOP_HELPER:
		break;
	}
	p->counts.ns += os_now_monotonic_ns() - start;
	return d;
}

const struct pipeline_counts *
pipeline_counts(const struct pipeline *p)
{
	return &p->counts;
}

const struct rule_eval_stats *
pipeline_rule_counts(const struct pipeline *p)
{
	static const struct rule_eval_stats none;

	return p->eval ? rule_eval_counts(p->eval) : &none;
}
