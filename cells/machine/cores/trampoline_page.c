// The page in which a core begins. It is written elsewhere, and executable only when nothing writes to it any more.
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/cores/cores_internal.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/low_frame/low_frame.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_allocator/page_allocator.h"
#include "cells/memory/page_table/page_table.h"

#define EFER_IS_ACTIVE (1ull << 10) // the processor's own bit

static enum status fill_in(struct bytes_mut page, const struct trampoline_code *code, uint64_t address,
	const uint64_t *stack_top, uint64_t entry, struct diagnosis *why)
{
	uint64_t cr3 = processor_read_cr3();
	if (cr3 > UINT32_MAX)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"the root of the page tables is at 0x%llx, beyond what a core can load as it begins",
			(unsigned long long)cr3);
	size_t offset = code->all.size_bytes - sizeof(struct trampoline_parameters);
	struct trampoline_parameters parameters;
	TRY(bytes_read(code->all, offset, &parameters, sizeof parameters));
	parameters.cr0 = (uint32_t)processor_read_cr0();
	parameters.cr3 = (uint32_t)cr3;
	parameters.cr4 = (uint32_t)processor_read_cr4();
	parameters.efer = (uint32_t)(processor_read_msr(PROCESSOR_MSR_EFER) & ~EFER_IS_ACTIVE);
	parameters.long_mode = (uint32_t)(address + code->long_mode_offset);
	parameters.code_selector = DESCRIPTOR_TABLE_CODE;
	parameters.segments_limit = sizeof parameters.segments - 1;
	parameters.segments_base = (uint32_t)(address + offset + offsetof(struct trampoline_parameters, segments));
	parameters.stack_top = (uintptr_t)stack_top;
	parameters.entry = entry;
	struct bytes_mut place;
	bytes_copy(page, code->all);
	TRY(bytes_mut_slice(page, offset, sizeof parameters, &place));
	bytes_copy(place, bytes_from(&parameters, sizeof parameters));
	return STATUS_OK;
}

// A frame of the lowest memory with the code in it. It is written where any page is written, and not mapped on return.
static enum status make_frame(struct allocated_frames *frame, const uint64_t *stack_top, uint64_t entry,
	struct diagnosis *why) PRODUCES_IF(STATUS_OK, frame)
{
	struct trampoline_code code;
	trampoline_code_get(&code);
	OWN(allocated_frames, blank);
	enum status status = low_frame_take(&blank);
	if (status)
		return diagnosis_set(why, status, "no page below 640 KiB is free, where a core could begin");
	uint64_t address = allocated_frames_start(&blank).value;
	OWN(allocated_pages, page);
	TRY(page_allocator_allocate(&page, (struct page_request){.region = PAGE_REGION_GENERAL, .count = 1}));
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_map(&pages, &page, &blank));
	status = fill_in(mapped_pages_mut_bytes(&pages), &code, address, stack_top, entry, why);
	OWN(unmapped_frames, back);
	mapped_pages_mut_unmap(&pages, &page, &back);
	if (status)
		return status;
	frame_allocator_reuse(&back, frame);
	return STATUS_OK;
}

enum status trampoline_page_make(
	struct trampoline_page *page, const uint64_t *stack_top, uint64_t entry, struct diagnosis *why)
{
	OWN(allocated_frames, frame);
	TRY(make_frame(&frame, stack_top, entry, why));
	struct physical_address address = allocated_frames_start(&frame);
	TRY(page_table_map((struct virtual_address){address.value}, &frame,
		(struct page_attributes){PAGE_READ_EXECUTE, PAGE_CACHED, PAGE_OWNER_TRAMPOLINE}));
	trampoline_page_fill(page, (struct trampoline_page){address});
	return STATUS_OK;
}

void trampoline_page_release(struct trampoline_page *page)
{
	if (page->address.value != 0)
		page_table_unmap((struct virtual_address){page->address.value}, 1);
	page->address.value = 0;
}

uint8_t trampoline_page_number(const struct trampoline_page *page)
{
	return (uint8_t)(page->address.value / PAGE_SIZE_BYTES);
}
