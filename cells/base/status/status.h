// The one result type of the whole system.
//
// Every function that can fail returns an `enum status` and says in its header which values, and why. A caller passes a
// failure on with TRY or handles it by name; there are no other error codes anywhere in the tree.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

// A result of this type must be looked at: ignoring one is an error.
// clang-format off
enum [[nodiscard]] status {
	// clang-format on
	STATUS_OK = 0,
	STATUS_NO_MEMORY,     // what was asked for exists, but all of it is in use
	STATUS_BAD_ARGUMENT,  // no state of the system could satisfy this call
	STATUS_BUSY,          // in use by someone else; may succeed later
	STATUS_NOT_FOUND,     // nothing of that name or at that address
	STATUS_EXISTS,        // something of that name or at that address is there already
	STATUS_MALFORMED,     // data from outside breaks the rules of its format
	STATUS_UNSUPPORTED,   // well formed, but a variant that this system does not handle
	STATUS_OUT_OF_RANGE,  // a value does not fit where it must be stored
	STATUS_TYPE_MISMATCH, // both sides exist, but disagree on the type
	STATUS_NO_DEVICE,     // the hardware is not there or does not answer
	STATUS_END,           // no more input
	STATUS_REFUSED,       // allowed in principle, but a rule of the system forbids it now
	STATUS_CRASHED,       // it panicked or faulted, and was unwound
	STATUS_TIMED_OUT,     // the time that the caller gave is over
	STATUS_COUNT_         // how many there are; never returned
};

#ifdef __cplusplus
extern "C" {
#endif

// The constant's name without its prefix, in words ("no memory"); "unknown status" for a value that is not listed.
const char *status_name(enum status status);

#ifdef __cplusplus
}
#endif
