#include "cells/hal/device_register/device_register.h"

#define REGISTER_FUNCTIONS_(bits)                                                                                      \
	uint##bits##_t device_u##bits##_read(const struct device_u##bits *place)                                       \
	{                                                                                                              \
		return *(const volatile uint##bits##_t *)&place->value;                                                \
	}                                                                                                              \
	void device_u##bits##_write(struct device_u##bits *place, uint##bits##_t value)                                \
	{                                                                                                              \
		*(volatile uint##bits##_t *)&place->value = value;                                                     \
	}                                                                                                              \
	uint##bits##_t device_u##bits##_read_only_read(const struct device_u##bits##_read_only *place)                 \
	{                                                                                                              \
		return *(const volatile uint##bits##_t *)&place->value;                                                \
	}

REGISTER_FUNCTIONS_(8)
REGISTER_FUNCTIONS_(16)
REGISTER_FUNCTIONS_(32)
REGISTER_FUNCTIONS_(64)
