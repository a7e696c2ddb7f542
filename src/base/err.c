/*
 * Words of the error numbers, and the way from errno(3) to them.
 */
#include "base/err.h"

#include <errno.h>

const char *
err_text(int err)
{
	switch (err) {
#define ERROR(name, value, text) \
	case ERR_##name:         \
		return text;
#include "base/errors.def"
#undef ERROR
	case ERR_OK:
		return "no error";
	}
	return "unknown error";
}

int
err_from_errno(int errnum)
{
	switch (errnum) {
	case 0:
		return ERR_OK;
	case ENOMEM:
		return ERR_NOMEM;
	case ENOENT:
	case ENOTDIR:
	case ENXIO:
	case ENODEV:
		return ERR_NOENT;
	case EPERM:
	case EACCES:
	case EROFS:
		return ERR_PERM;
	case EINVAL:
	case EBADF:
	case EISDIR:
	case ELOOP:
		return ERR_INVAL;
	case ENAMETOOLONG:
	case E2BIG:
	case EFBIG:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case EDQUOT:
	case ERANGE:
	case EOVERFLOW:
		return ERR_LIMIT;
	case ESRCH:
		return ERR_GONE;
	case EFAULT:
		return ERR_FAULT;
	case ENOSYS:
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
		return ERR_UNSUPPORTED;
	case EAGAIN:
	case EINTR:
	case EBUSY:
	case ETIMEDOUT:
		return ERR_AGAIN;
	case EEXIST:
	case EADDRINUSE:
		return ERR_EXISTS;
	}
	return ERR_IO;
}
