// The processor's 64 KiB of input and output ports, where the oldest devices are reached.
//
// In host tests a double stands in: a test connects a model of a device to it (end of this header).
//
// Context: no allocation, no lock; callable from anywhere. Who may touch which port is the caller's care.
// Source: Intel SDM volume 1, chapter 19.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One access of exactly that width. A port that nothing answers reads as all ones and swallows what is written.
uint8_t port_io_read_u8(uint16_t port);
uint16_t port_io_read_u16(uint16_t port);
uint32_t port_io_read_u32(uint16_t port);
void port_io_write_u8(uint16_t port, uint8_t value);
void port_io_write_u16(uint16_t port, uint16_t value);
void port_io_write_u32(uint16_t port, uint32_t value);

#if __STDC_HOSTED__
// A model of the devices behind the ports. Either function may be null: nothing answers.
typedef uint32_t port_io_host_read(void *context, uint16_t port, unsigned size_bytes);
typedef void port_io_host_write(void *context, uint16_t port, unsigned size_bytes, uint32_t value);

// From now on every access goes to this model; it replaces the one before. All null: an empty machine.
void port_io_host_connect(void *context, port_io_host_read *read, port_io_host_write *write);
#endif

#ifdef __cplusplus
}
#endif
