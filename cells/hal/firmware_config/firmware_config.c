#include "cells/hal/firmware_config/firmware_config.h"

#include "cells/hal/port_io/port_io.h"

enum {
	PORT_SELECT = 0x510,
	PORT_DATA = 0x511,
	ITEM_SIGNATURE = 0x00,
	ITEM_DIRECTORY = 0x19,
	NAME_BYTES = 56,
	FILES_MAX = 4096, // QEMU has some dozens; more is not a directory
};

// One entry of the directory, which is big-endian on the wire.
struct file_entry {
	uint32_t size_bytes;
	uint16_t item;
	char name[NAME_BYTES];
};

static void select(uint16_t item)
{
	port_io_write_u16(PORT_SELECT, item);
}

static uint8_t next_byte(void)
{
	return port_io_read_u8(PORT_DATA);
}

static uint32_t next_big_endian(unsigned size_bytes)
{
	uint32_t value = 0;
	for (unsigned i = 0; i < size_bytes; i++)
		value = value << 8 | next_byte();
	return value;
}

static bool device_is_there(void)
{
	select(ITEM_SIGNATURE);
	return next_big_endian(4) == 0x51454D55; // "QEMU"
}

static void next_entry(struct file_entry *entry)
{
	entry->size_bytes = next_big_endian(4);
	entry->item = (uint16_t)next_big_endian(2);
	(void)next_big_endian(2); // reserved
	for (size_t i = 0; i < NAME_BYTES; i++)
		AT(entry->name, i) = (char)next_byte();
}

static enum status find(struct text name, struct file_entry *entry)
{
	select(ITEM_DIRECTORY);
	uint32_t count = next_big_endian(4);
	if (count > FILES_MAX)
		return STATUS_MALFORMED;
	for (uint32_t i = 0; i < count; i++) {
		next_entry(entry);
		if (text_equal(text_from_array(entry->name, NAME_BYTES), name))
			return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

enum status firmware_config_read(struct text name, struct bytes_mut into, size_t *size_bytes)
{
	if (!device_is_there())
		return STATUS_NO_DEVICE;
	struct file_entry entry;
	TRY(find(name, &entry));
	if (entry.size_bytes > into.size_bytes)
		return STATUS_OUT_OF_RANGE;

	select(entry.item);
	for (uint32_t i = 0; i < entry.size_bytes; i++)
		bytes_mut_set(into, i, next_byte());
	*size_bytes = entry.size_bytes;
	return STATUS_OK;
}
