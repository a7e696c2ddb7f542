/*
 * The shipper's process and the tracer's handle on it.
 */
#include "pipe/shipper.h"

#include "base/err.h"
#include "os/os.h"

#define WAIT_MS    1000
#define RESTART_NS 1000000000u

/* A line that a full disk or closed pipe refuses is lost, and counted. */
static bool
write_alert(const struct shipper_config *c, struct str payload, char *memory)
{
	struct buf line = buf_fixed(memory, SHIPPER_LINE_BYTES);
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
report_lost(const struct shipper_config *c, uint64_t lost)
{
	char memory[128];
	struct buf b = buf_fixed(memory, sizeof memory);

	if (!lost)
		return;
	buf_printf(&b, "sysdig-sl: error: %llu lines could not be written\n",
	    (unsigned long long)lost);
	(void)os_write_all(c->log_fd, b.p, b.n);
}

void
shipper_flush(const struct shipper_config *c, char *memory)
{
	enum frame_kind kind;
	struct str payload;
	uint64_t lost = 0;

	while (ring_take(c->ring, 0, &kind, &payload) > 0) {
		lost += !write_frame(c, kind, payload, memory);
		ring_commit(c->ring);
	}
	report_lost(c, lost);
}

int
shipper_run(const struct shipper_config *c)
{
	char *memory = os_map_shared(SHIPPER_LINE_BYTES);
	pid_t parent = os_getppid();
	uint64_t lost = 0;

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
			lost += !write_frame(c, kind, payload, memory);
			ring_commit(c->ring);
		} else if (os_getppid() != parent) {
			break;
		}
	}
	report_lost(c, lost);
	return 0;
}

int
shipper_start(struct shipper *s)
{
	pid_t pid = os_fork_agent();

	if (pid == 0)
		os_exit(shipper_run(&s->config));
	if (pid < 0)
		return ERR_AGAIN;
	s->pid = pid;
	s->started_ns = os_now_monotonic_ns();
	return 0;
}

int
shipper_ended(struct shipper *s, int pid)
{
	if (pid == s->pid)
		s->pid = 0;
	if (s->pid)
		return 0;
	if (os_now_monotonic_ns() - s->started_ns < RESTART_NS)
		return ERR_AGAIN;
	s->restarts++;
	return shipper_start(s);
}

void
shipper_stop(struct shipper *s, unsigned timeout_ms)
{
	int status;

	ring_close(s->config.ring);
	if (s->pid && os_wait_child(s->pid, (int)timeout_ms, &status))
		return;
	s->pid = 0;
}
