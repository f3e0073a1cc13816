// The part of the start that only computes.
#include "nano_core/nano_core.h"

#include "cells/base/text/text.h"

#define PHYSICAL_ADDRESSES_END (1ull << 52)

static enum status add_usable(struct nano_core_memory *memory, const struct boot_region *region, struct diagnosis *why)
{
	if (region->kind != BOOT_REGION_USABLE || region->start >= PHYSICAL_ADDRESSES_END)
		return STATUS_OK;
	uint64_t size_bytes = region->size_bytes;
	if (size_bytes > PHYSICAL_ADDRESSES_END - 1 - region->start)
		size_bytes = PHYSICAL_ADDRESSES_END - 1 - region->start;
	if (memory->usable_count == FRAME_ALLOCATOR_REGIONS)
		return diagnosis_set(
			why, STATUS_OUT_OF_RANGE, "more than %d regions of usable memory", FRAME_ALLOCATOR_REGIONS);
	AT(memory->usable, memory->usable_count) = (struct frame_region){address_physical(region->start), size_bytes};
	memory->usable_count++;
	return STATUS_OK;
}

enum status nano_core_divide_memory(const struct boot_information *information, struct frame_region image,
	struct nano_core_memory *memory, struct diagnosis *why)
{
	*memory = (struct nano_core_memory){};
	for (size_t i = 0; i < information->region_count; i++)
		TRY(add_usable(memory, &AT(information->regions, i), why));
	if (memory->usable_count == 0)
		return diagnosis_set(why, STATUS_NOT_FOUND, "the boot loader tells of no usable memory");

	AT(memory->reserved, 0) = image;
	memory->reserved_count = 1;
	for (size_t i = 0; i < information->module_count; i++) {
		const struct boot_module *module = &AT(information->modules, i);
		if (module->size_bytes == 0)
			continue;
		AT(memory->reserved, memory->reserved_count) =
			(struct frame_region){address_physical(module->start), module->size_bytes};
		memory->reserved_count++;
	}
	return STATUS_OK;
}

enum status nano_core_find_archive(
	const struct boot_information *information, struct boot_module *archive, struct diagnosis *why)
{
	for (size_t i = 0; i < information->module_count; i++) {
		const struct boot_module *module = &AT(information->modules, i);
		struct text name = text_from_array(module->name, sizeof module->name);
		if (information->module_count > 1 && !text_equal(name, TEXT("cells.cpio")))
			continue;
		*archive = *module;
		return STATUS_OK;
	}
	return diagnosis_set(why, STATUS_NOT_FOUND, "none of the boot loader's %zu modules is the archive cells.cpio",
		information->module_count);
}
