// Channels as a cell declares them, in C, for the test.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/status/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum channel_kind { KIND_CHANNEL, KIND_STREAM };

enum { USER_ENDS = 4, USER_ROOM = 4 };

// The ends of one channel; at first one of each side.
enum status user_create(enum channel_kind kind);
void user_share_sender(size_t to);
void user_share_receiver(size_t to);
void user_drop_sender(size_t end);
void user_drop_receiver(size_t end);
void user_close(void);
enum status user_send(size_t end, uint64_t number, uint64_t deadline);
enum status user_try_send(size_t end, uint64_t number);
enum status user_receive(size_t end, uint64_t *number, uint64_t deadline);
enum status user_try_receive(size_t end, uint64_t *number);
uint32_t user_waiting(void);

#ifdef __cplusplus
}
#endif
