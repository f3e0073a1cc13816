#include "cells/base/status/status.h"

const char *status_name(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_NO_MEMORY:
		return "no memory";
	case STATUS_BAD_ARGUMENT:
		return "bad argument";
	case STATUS_BUSY:
		return "busy";
	case STATUS_NOT_FOUND:
		return "not found";
	case STATUS_EXISTS:
		return "exists";
	case STATUS_MALFORMED:
		return "malformed";
	case STATUS_UNSUPPORTED:
		return "unsupported";
	case STATUS_OUT_OF_RANGE:
		return "out of range";
	case STATUS_TYPE_MISMATCH:
		return "type mismatch";
	case STATUS_NO_DEVICE:
		return "no device";
	case STATUS_END:
		return "end";
	case STATUS_REFUSED:
		return "refused";
	case STATUS_CRASHED:
		return "crashed";
	case STATUS_TIMED_OUT:
		return "timed out";
	case STATUS_COUNT_:
		break;
	}
	return "unknown status";
}
