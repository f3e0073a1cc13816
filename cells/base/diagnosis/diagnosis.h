// The words that go with a failure: what was wrong, where, and what would be right.
//
// A status says which kind of failure it is; a function that judges data from outside also fills a diagnosis, which
// its caller prints or drops. The first cause is kept: later ones are consequences.
//
// Context: no allocation, no lock; callable from anywhere.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

enum { DIAGNOSIS_CAPACITY = 256 };

// Begins as {}. `message` is always zero-terminated; too long a message ends in "...".
struct diagnosis {
	char message[DIAGNOSIS_CAPACITY];
};

#ifdef __cplusplus
extern "C" {
#endif

// Records the cause, unless one is recorded already, and returns `status`, so that a caller can write
// `return diagnosis_set(why, STATUS_MALFORMED, "section %u ends beyond the file", index);`. `why` may be null.
__attribute__((format(printf, 3, 4))) enum status diagnosis_set(
	struct diagnosis *why, enum status status, const char *format, ...);

#ifdef __cplusplus
}
#endif
