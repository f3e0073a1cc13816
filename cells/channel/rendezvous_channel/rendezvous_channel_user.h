// Channels as a cell declares them, in C, for the test.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/status/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { USER_ENDS = 3 };

enum status user_create(void);
void user_share(size_t to);
void user_drop_sender(size_t end);
void user_drop_receiver(size_t end);
void user_close(void);
enum status user_send(size_t end, uint64_t number, uint64_t deadline);
enum status user_receive(size_t end, uint64_t *number, uint64_t deadline);

// A second type, of another size: both halves must arrive.
enum status user_wide_works(void (*start_sender)(void));
enum status user_wide_send(void);

#ifdef __cplusplus
}
#endif
