/*
 * /proc/TID/stat and /proc/TID/status, see proc(5). The command name in stat
 * may hold blanks and parentheses: fields count from the last parenthesis.
 */
#include "state/proc.h"

static struct str
word(struct str *rest)
{
	struct str w = STR_NONE;

	while (w.n == 0 && rest->n)
		str_split(rest, ' ', &w);
	return str_trim(w);
}

static int64_t
number(struct str s)
{
	int64_t v = 0;

	return str_to_i64(s, &v) ? v : 0;
}

static uint64_t
unsigned_number(struct str s)
{
	uint64_t v = 0;

	return str_to_u64(s, &v) ? v : 0;
}

/* Ticks since boot as epoch ns, without overflow for any tick rate. */
static uint64_t
start_time(uint64_t ticks, uint64_t boot_ns, long clock_ticks)
{
	uint64_t hz = clock_ticks > 0 ? (uint64_t)clock_ticks : 100;
	uint64_t ns = ticks / hz * UINT64_C(1000000000) +
	    ticks % hz * UINT64_C(1000000000) / hz;

	return boot_ns + ns;
}

bool
proc_parse_stat(struct str text, uint64_t boot_ns, long clock_ticks,
    struct proc_stat *out)
{
	ptrdiff_t open = str_find_char(text, '(');
	ptrdiff_t close = str_rfind_char(text, ')');
	struct str comm, rest, fields[22];
	size_t n = 0;

	*out = (struct proc_stat){ 0 };
	if (open < 0 || close < open)
		return false;
	comm = str_sub(text, (size_t)open + 1, (size_t)close);
	out->comm_n = comm.n < sizeof(out->comm) ? (uint8_t)comm.n
						 : sizeof(out->comm) - 1;
	memcpy(out->comm, comm.p, out->comm_n);
	rest = str_sub(text, (size_t)close + 1, text.n);
	while (n < 20 && rest.n)
		fields[n++] = word(&rest);
	/* state ppid pgrp session tty_nr ... the 20th is starttime */
	if (n < 20)
		return false;
	out->ppid = number(fields[1]);
	out->pgrp = number(fields[2]);
	out->session = number(fields[3]);
	out->tty = (uint32_t)number(fields[4]);
	out->minflt = unsigned_number(fields[7]);
	out->majflt = unsigned_number(fields[9]);
	out->start_ns =
	    start_time(unsigned_number(fields[19]), boot_ns, clock_ticks);
	return true;
}

/* Blanks in status are tabs and spaces; the next word of either kind. */
static struct str
column(struct str *rest)
{
	size_t from = 0, to;

	while (
	    from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
		from++;
	to = from;
	while (to < rest->n && rest->p[to] != ' ' && rest->p[to] != '\t')
		to++;
	struct str w = str_sub(*rest, from, to);
	*rest = str_sub(*rest, to, rest->n);
	return w;
}

static void
four(struct str value, uint32_t out[4])
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint32_t)unsigned_number(column(&value));
}

static uint64_t
hexadecimal(struct str value)
{
	char with_prefix[2 + 16] = "0x";
	struct str w = column(&value);

	if (w.n == 0 || w.n > 16)
		return 0;
	memcpy(with_prefix + 2, w.p, w.n);
	return unsigned_number((struct str){ with_prefix, w.n + 2 });
}

/* The last of several: the innermost PID namespace. */
static int64_t
last_number(struct str value)
{
	struct str w, last = STR_NONE;

	while ((w = column(&value)).n)
		last = w;
	return number(last);
}

static void
status_line(struct str name, struct str value, struct proc_status *out)
{
	struct str first = value;

	if (str_eq(name, STR("Uid")))
		four(value, out->uid);
	else if (str_eq(name, STR("Gid")))
		four(value, out->gid);
	else if (str_eq(name, STR("Tgid")))
		out->tgid = number(column(&first));
	else if (str_eq(name, STR("NSpid")))
		out->vtid = last_number(value);
	else if (str_eq(name, STR("NStgid")))
		out->vpid = last_number(value);
	else if (str_eq(name, STR("NSpgid")))
		out->vpgid = last_number(value);
	else if (str_eq(name, STR("NSsid")))
		out->vsid = last_number(value);
	else if (str_eq(name, STR("CapInh")))
		out->cap_inheritable = hexadecimal(value);
	else if (str_eq(name, STR("CapPrm")))
		out->cap_permitted = hexadecimal(value);
	else if (str_eq(name, STR("CapEff")))
		out->cap_effective = hexadecimal(value);
	else if (str_eq(name, STR("VmSize")))
		out->vm_size = unsigned_number(column(&first));
	else if (str_eq(name, STR("VmRSS")))
		out->vm_rss = unsigned_number(column(&first));
	else if (str_eq(name, STR("VmSwap")))
		out->vm_swap = unsigned_number(column(&first));
	else if (str_eq(name, STR("Threads")))
		out->threads = unsigned_number(column(&first));
}

bool
proc_parse_status(struct str text, struct proc_status *out)
{
	struct str line;

	*out = (struct proc_status){ 0 };
	while (str_split(&text, '\n', &line)) {
		ptrdiff_t colon = str_find_char(line, ':');

		if (colon > 0)
			status_line(str_sub(line, 0, (size_t)colon),
			    str_sub(line, (size_t)colon + 1, line.n), out);
	}
	return out->tgid > 0;
}
