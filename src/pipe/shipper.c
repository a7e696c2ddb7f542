/*
 * The shipper's process and the tracer's handle on it.
 */
#include "pipe/shipper.h"

#include "base/err.h"
#include "os/os.h"

#define WAIT_MS       1000
#define SHORT_LIFE_NS 1000000000u
#define PAUSE_NS      10000000u

static bool
write_alert(const struct shipper_config *c, struct str payload, char *memory)
{
	struct buf line = buf_fixed(memory, ALERT_LINE_MAX);
	struct alert a;

	if (alert_decode(payload, &a))
		return false;
	alert_print(&line, &a, &c->style);
	if (line.failed)
		return false;
	return os_write_all(c->output_fd, line.p, line.n) == 0;
}

static bool
write_frame(const struct shipper_config *c, enum frame_kind kind,
    struct str payload, char *memory)
{
	switch (kind) {
	case FRAME_ALERT:
		return write_alert(c, payload, memory);
	case FRAME_LINE:
		return os_write_all(c->output_fd, payload.p, payload.n) == 0;
	case FRAME_LOG:
		return os_write_all(c->log_fd, payload.p, payload.n) == 0;
	case FRAME_PAD:
		break;
	}
	return false;
}

static void
report(const struct shipper_config *c, const char *what, uint64_t n)
{
	char memory[128];
	struct buf b = buf_fixed(memory, sizeof memory);

	buf_printf(&b, "sysdig-sl: error: %llu lines %s\n",
	    (unsigned long long)n, what);
	(void)os_write_all(c->log_fd, b.p, b.n);
}

/* What a full disk or a closed pipe refused, and what came too fast. */
struct losses {
	uint64_t unwritten, dropped;
};

static void
report_losses(const struct shipper_config *c, struct losses *said)
{
	const struct losses now = {
		ring_unwritten(c->ring),
		ring_dropped(c->ring),
	};

	if (now.unwritten > said->unwritten)
		report(c, "could not be written", now.unwritten);
	if (now.dropped > said->dropped)
		report(c, "were dropped: the output is too slow", now.dropped);
	*said = now;
}

void
shipper_flush(const struct shipper_config *c, char *memory)
{
	enum frame_kind kind;
	struct str payload;

	while (ring_take(c->ring, 0, &kind, &payload) > 0) {
		if (!write_frame(c, kind, payload, memory))
			ring_note_unwritten(c->ring);
		ring_commit(c->ring);
	}
}

int
shipper_run(const struct shipper_config *c, int tracer)
{
	char *memory = os_map_shared(ALERT_LINE_MAX);
	struct losses said = { 0 };

	if (!memory)
		return 111;
	os_set_name("sysdig-sl-ship");
	for (;;) {
		enum frame_kind kind;
		struct str payload;
		int r = ring_take(c->ring, WAIT_MS, &kind, &payload);

		if (r < 0)
			break;
		if (r > 0) {
			if (!write_frame(c, kind, payload, memory))
				ring_note_unwritten(c->ring);
			ring_commit(c->ring);
			continue;
		}
		report_losses(c, &said);
		if (os_getppid() != tracer)
			break;
	}
	report_losses(c, &said);
	return 0;
}

/* After a short life: one that always dies must not eat the CPU. */
static _Noreturn void
child(const struct shipper_config *c, int tracer, bool pause)
{
	const int keep[] = { c->output_fd, c->log_fd };

	os_close_others(keep, sizeof keep / sizeof *keep);
	os_set_dumpable(false);
	if (pause)
		os_sleep_ns(PAUSE_NS);
	os_exit(shipper_run(c, tracer));
}

int
shipper_start(struct shipper *s)
{
	uint64_t now = os_now_monotonic_ns();
	bool pause = s->started_ns && now - s->started_ns < SHORT_LIFE_NS;
	int tracer = os_pid();
	pid_t pid = os_fork_agent();

	if (pid == 0)
		child(&s->config, tracer, pause);
	if (pid < 0)
		return ERR_AGAIN;
	s->pid = pid;
	s->started_ns = now;
	return 0;
}

int
shipper_ended(struct shipper *s, int pid)
{
	if (pid == s->pid)
		s->pid = 0;
	if (s->pid || ring_is_done(s->config.ring))
		return 0;
	s->restarts++;
	return shipper_start(s);
}

void
shipper_stop(struct shipper *s, unsigned timeout_ms)
{
	uint64_t end = os_now_monotonic_ns() + (uint64_t)timeout_ms * 1000000u;

	ring_close(s->config.ring);
	for (;;) {
		uint64_t now = os_now_monotonic_ns();
		int left = now < end ? (int)((end - now) / 1000000u) : 0;

		if (s->pid && os_wait_child(s->pid, left, NULL) == ERR_AGAIN)
			return;
		if (left == 0 || shipper_ended(s, s->pid) || !s->pid)
			return;
	}
}
