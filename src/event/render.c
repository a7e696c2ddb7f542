/*
 * The printed forms of numbers: flags, values, addresses, errors.
 */
#include <errno.h>

#include "event/event.h"

const char *
event_errno_name(int errnum)
{
#define NAME(e) [e] = #e
	// clang-format off
	static const char *const names[] = {
		NAME(EPERM), NAME(ENOENT), NAME(ESRCH), NAME(EINTR), NAME(EIO),
		NAME(ENXIO), NAME(E2BIG), NAME(ENOEXEC), NAME(EBADF),
		NAME(ECHILD), NAME(EAGAIN), NAME(ENOMEM), NAME(EACCES),
		NAME(EFAULT), NAME(ENOTBLK), NAME(EBUSY), NAME(EEXIST),
		NAME(EXDEV), NAME(ENODEV), NAME(ENOTDIR), NAME(EISDIR),
		NAME(EINVAL), NAME(ENFILE), NAME(EMFILE), NAME(ENOTTY),
		NAME(ETXTBSY), NAME(EFBIG), NAME(ENOSPC), NAME(ESPIPE),
		NAME(EROFS), NAME(EMLINK), NAME(EPIPE), NAME(EDOM),
		NAME(ERANGE), NAME(EDEADLK), NAME(ENAMETOOLONG), NAME(ENOLCK),
		NAME(ENOSYS), NAME(ENOTEMPTY), NAME(ELOOP), NAME(ENOMSG),
		NAME(EIDRM), NAME(ECHRNG), NAME(EL2NSYNC), NAME(EL3HLT),
		NAME(EL3RST), NAME(ELNRNG), NAME(EUNATCH), NAME(ENOCSI),
		NAME(EL2HLT), NAME(EBADE), NAME(EBADR), NAME(EXFULL),
		NAME(ENOANO), NAME(EBADRQC), NAME(EBADSLT), NAME(EBFONT),
		NAME(ENOSTR), NAME(ENODATA), NAME(ETIME), NAME(ENOSR),
		NAME(ENONET), NAME(ENOPKG), NAME(EREMOTE), NAME(ENOLINK),
		NAME(EADV), NAME(ESRMNT), NAME(ECOMM), NAME(EPROTO),
		NAME(EMULTIHOP), NAME(EDOTDOT), NAME(EBADMSG), NAME(EOVERFLOW),
		NAME(ENOTUNIQ), NAME(EBADFD), NAME(EREMCHG), NAME(ELIBACC),
		NAME(ELIBBAD), NAME(ELIBSCN), NAME(ELIBMAX), NAME(ELIBEXEC),
		NAME(EILSEQ), NAME(ERESTART), NAME(ESTRPIPE), NAME(EUSERS),
		NAME(ENOTSOCK), NAME(EDESTADDRREQ), NAME(EMSGSIZE),
		NAME(EPROTOTYPE), NAME(ENOPROTOOPT), NAME(EPROTONOSUPPORT),
		NAME(ESOCKTNOSUPPORT), NAME(EOPNOTSUPP), NAME(EPFNOSUPPORT),
		NAME(EAFNOSUPPORT), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL),
		NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENETRESET),
		NAME(ECONNABORTED), NAME(ECONNRESET), NAME(ENOBUFS),
		NAME(EISCONN), NAME(ENOTCONN), NAME(ESHUTDOWN),
		NAME(ETOOMANYREFS), NAME(ETIMEDOUT), NAME(ECONNREFUSED),
		NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(EALREADY),
		NAME(EINPROGRESS), NAME(ESTALE), NAME(EUCLEAN), NAME(ENOTNAM),
		NAME(ENAVAIL), NAME(EISNAM), NAME(EREMOTEIO), NAME(EDQUOT),
		NAME(ENOMEDIUM), NAME(EMEDIUMTYPE), NAME(ECANCELED),
		NAME(ENOKEY), NAME(EKEYEXPIRED), NAME(EKEYREVOKED),
		NAME(EKEYREJECTED), NAME(EOWNERDEAD), NAME(ENOTRECOVERABLE),
		NAME(ERFKILL), NAME(EHWPOISON),
	};
	// clang-format on
#undef NAME
	/* Inside the kernel only, but a tracer may see them; linux/errno.h. */
	static const char *const restarts[] = { "ERESTARTSYS", "ERESTARTNOINTR",
		"ERESTARTNOHAND", "ENOIOCTLCMD", "ERESTART_RESTARTBLOCK" };

	if (errnum >= 512 && errnum <= 516)
		return restarts[errnum - 512];
	if (errnum < 0 || errnum >= (int)(sizeof(names) / sizeof(*names)))
		return NULL;
	return names[errnum];
}

void
event_put_flags(struct buf *b, const struct flag_name *table, uint64_t value)
{
	uint64_t left = value;
	bool any = false;

	for (; table && table->name; table++) {
		/* A name for 0 stands for no flags at all. */
		if (table->value ? (left & table->value) != table->value
				 : value != 0)
			continue;
		if (any)
			buf_char(b, '|');
		buf_zput(b, table->name);
		any = true;
		left &= ~table->value;
	}
	if (!any)
		buf_u64(b, value);
}

void
event_put_enum(struct buf *b, const struct flag_name *table, uint64_t value)
{
	bool any = false;

	for (; table && table->name; table++) {
		if (table->value != value)
			continue;
		if (any)
			buf_char(b, '|');
		buf_zput(b, table->name);
		any = true;
	}
	if (!any)
		buf_u64(b, value);
}

/* The longest run of two or more zero groups, the first of equals. */
static void
find_zeros(const uint16_t groups[8], unsigned *start, unsigned *count)
{
	*start = 8;
	*count = 1;
	for (unsigned i = 0; i < 8; i++) {
		unsigned n = 0;

		while (i + n < 8 && groups[i + n] == 0)
			n++;
		if (n > *count) {
			*start = i;
			*count = n;
		}
		i += n;
	}
}

void
event_put_ip(struct buf *b, const struct ip *ip)
{
	uint16_t groups[8];
	unsigned start, count;

	if (ip->family == 4) {
		buf_printf(b, "%u.%u.%u.%u", ip->bytes[0], ip->bytes[1],
		    ip->bytes[2], ip->bytes[3]);
		return;
	}
	if (ip->family != 6)
		return;
	for (unsigned i = 0; i < 8; i++)
		groups[i] =
		    (uint16_t)(ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1]);
	find_zeros(groups, &start, &count);
	for (unsigned i = 0; i < 8; i++) {
		if (i == start) {
			buf_zput(b, "::");
			i += count - 1;
			continue;
		}
		if (i > 0 && i != start + count)
			buf_char(b, ':');
		buf_printf(b, "%x", groups[i]);
	}
}
