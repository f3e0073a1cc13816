#include "cells/loader/cell_memory/cell_memory.h"

struct bytes cell_memory_view(uintptr_t address, size_t size_bytes)
{
	return bytes_from(RAW_POINTER(const void, address), size_bytes);
}

struct bytes_mut cell_memory_view_mut(uintptr_t address, size_t size_bytes)
{
	return bytes_mut_from(RAW_POINTER(void, address), size_bytes);
}

uintptr_t cell_memory_address(const void *place)
{
	return (uintptr_t)place;
}

enum status cell_memory_call_init(uintptr_t address)
{
	cell_memory_init *init = RAW_POINTER(cell_memory_init, address);
	return init();
}

void cell_memory_call_exit(uintptr_t address)
{
	cell_memory_exit *exit = RAW_POINTER(cell_memory_exit, address);
	exit();
}
