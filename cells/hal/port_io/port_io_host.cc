// The ports' double for host tests: every access goes to the model that the test connected.
#include "cells/hal/port_io/port_io.h"

namespace
{

struct {
	void *context;
	port_io_host_read *read;
	port_io_host_write *write;
} model;

uint32_t Read(uint16_t port, unsigned size_bytes)
{
	return model.read ? model.read(model.context, port, size_bytes) : ~uint32_t{0};
}

void Write(uint16_t port, unsigned size_bytes, uint32_t value)
{
	if (model.write)
		model.write(model.context, port, size_bytes, value);
}

} // namespace

void port_io_host_connect(void *context, port_io_host_read *read, port_io_host_write *write)
{
	model = {context, read, write};
}

uint8_t port_io_read_u8(uint16_t port)
{
	return static_cast<uint8_t>(Read(port, 1));
}

uint16_t port_io_read_u16(uint16_t port)
{
	return static_cast<uint16_t>(Read(port, 2));
}

uint32_t port_io_read_u32(uint16_t port)
{
	return Read(port, 4);
}

void port_io_write_u8(uint16_t port, uint8_t value)
{
	Write(port, 1, value);
}

void port_io_write_u16(uint16_t port, uint16_t value)
{
	Write(port, 2, value);
}

void port_io_write_u32(uint16_t port, uint32_t value)
{
	Write(port, 4, value);
}
