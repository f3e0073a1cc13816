// Memory: frames mapped twice, access beyond what is owned, memory given back twice or never, and memory used for what
// it is not mapped for.
#include "cells/hal/device_register/device_register.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/lent_pages/lent_pages.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

SLICE_TYPE(word_slice, uint32_t);
SLICE_TYPE(const_word_slice, const uint32_t);

struct registers {
	struct device_u32_read_only identity;
	struct device_u32 control;
};

struct pair {
	uint64_t first;
	uint64_t second;
};

// A frame is mapped at most once.

// case frames_mapped_twice: releasing allocated_frames 'frames' that was not held
//   and allocated_pages 'b' is not held on every path through here
enum status misuse(struct allocated_pages *a, struct allocated_pages *b, struct allocated_frames *frames) CONSUMES(a)
	CONSUMES(b) CONSUMES(frames);
enum status misuse(struct allocated_pages *a, struct allocated_pages *b, struct allocated_frames *frames)
{
	OWN(mapped_pages_mut, first);
	OWN(mapped_pages_mut, second);
	TRY(mapped_pages_mut_map(&first, a, frames));
	return mapped_pages_mut_map(&second, b, frames);
}

// case frames_given_back_while_mapped: releasing allocated_frames 'frames' that was not held
enum status misuse(void);
enum status misuse(void)
{
	OWN(allocated_frames, frames);
	OWN(allocated_pages, pages);
	OWN(mapped_pages_mut, mapped);
	TRY(frame_allocator_allocate(&frames, (struct frame_request){}));
	TRY(page_allocator_allocate(&pages, (struct page_request){}));
	TRY(mapped_pages_mut_map(&mapped, &pages, &frames));
	allocated_frames_drop(&frames);
	return STATUS_OK;
}

// case frames_copied: [handle-copy]
size_t misuse(struct allocated_frames *frames) BORROWS_MUT(frames);
size_t misuse(struct allocated_frames *frames)
{
	struct allocated_frames again = *frames;
	(void)again;
	return allocated_frames_count(frames);
}

// case frames_made_up: 'start' is unavailable: private to its cell
//   and 'count' is unavailable: private to its cell
enum status misuse(struct mapped_pages_mut *out, struct allocated_pages *pages) PRODUCES_IF(STATUS_OK, out)
	CONSUMES(pages);
enum status misuse(struct mapped_pages_mut *out, struct allocated_pages *pages)
{
	OWN(allocated_frames, frames);
	allocated_frames_fill(&frames, (struct allocated_frames){.start = {0x100000}, .count = 1});
	return mapped_pages_mut_map(out, pages, &frames);
}

// case physical_and_virtual_confused: passing 'struct virtual_address' to parameter of incompatible type 'struct physical_address'
enum status misuse(struct mapped_pages *out, struct virtual_address address) PRODUCES_IF(STATUS_OK, out);
enum status misuse(struct mapped_pages *out, struct virtual_address address)
{
	return mapped_pages_map_physical(out, address, PAGE_SIZE_BYTES);
}

// case unmapped_frames_mapped: incompatible pointer types passing 'struct unmapped_frames *' to parameter of type 'struct allocated_frames *'
enum status misuse(struct mapped_pages_mut *out, struct allocated_pages *pages, struct unmapped_frames *frames)
	PRODUCES_IF(STATUS_OK, out) CONSUMES(pages) CONSUMES(frames);
enum status misuse(struct mapped_pages_mut *out, struct allocated_pages *pages, struct unmapped_frames *frames)
{
	return mapped_pages_mut_map(out, pages, frames);
}

// case unmapped_frames_reused_twice: releasing unmapped_frames 'frames' that was not held
void misuse(struct unmapped_frames *frames, struct allocated_frames *a, struct allocated_frames *b) CONSUMES(frames)
	PRODUCES(a) PRODUCES(b);
void misuse(struct unmapped_frames *frames, struct allocated_frames *a, struct allocated_frames *b)
{
	frame_allocator_reuse(frames, a);
	frame_allocator_reuse(frames, b);
}

// No access beyond the bounds, nor beyond the life of the mapping.

// case element_without_bounds: unsafe buffer access
unsigned char misuse(const struct mapped_pages *pages) BORROWS(pages);
unsigned char misuse(const struct mapped_pages *pages)
{
	return mapped_pages_bytes(pages).data[PAGE_SIZE_BYTES];
}

// case pointer_beyond_the_object: unsafe pointer arithmetic
uint64_t misuse(const struct mapped_pages *pages) BORROWS(pages);
uint64_t misuse(const struct mapped_pages *pages)
{
	const struct pair *pair = MAPPED_PAGES_AS(struct pair, pages, 0);
	return (pair + 1)->first;
}

// case heap_element_without_bounds: unsafe buffer access
void misuse(struct heap_object *object) BORROWS_MUT(object);
void misuse(struct heap_object *object)
{
	heap_object_bytes(object).data[100] = 1;
}

// case view_taken_after_the_drop: calling function 'mapped_pages_mut_bytes' requires holding mapped_pages_mut 'pages' exclusively
enum status misuse(void);
enum status misuse(void)
{
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, 100, PAGE_REGION_GENERAL));
	mapped_pages_mut_drop(&pages);
	bytes_fill(mapped_pages_mut_bytes(&pages), 1);
	return STATUS_OK;
}

// case view_taken_before_the_memory: calling function 'mapped_pages_mut_bytes' requires holding mapped_pages_mut 'pages' exclusively
void misuse(void);
void misuse(void)
{
	OWN(mapped_pages_mut, pages);
	bytes_fill(mapped_pages_mut_bytes(&pages), 1);
}

// case address_made_of_a_number: [pointer-from-integer]
unsigned char misuse(const struct mapped_pages *pages) BORROWS(pages);
unsigned char misuse(const struct mapped_pages *pages)
{
	return *(const unsigned char *)(mapped_pages_start_address(pages) + PAGE_SIZE_BYTES);
}

// case element_of_a_slice_without_bounds: unsafe buffer access
uint32_t misuse(const struct mapped_pages *pages, size_t index) BORROWS(pages);
uint32_t misuse(const struct mapped_pages *pages, size_t index)
{
	return MAPPED_PAGES_SLICE(const_word_slice, uint32_t, pages, 0, 10).items[index];
}

// case view_taken_after_the_parts_were_handed_out: calling function 'mapped_pages_mut_bytes' requires holding mapped_pages_mut 'from' exclusively
void misuse(struct mapped_pages_mut *from, struct allocated_pages *pages, struct unmapped_frames *frames) CONSUMES(from)
	PRODUCES(pages) PRODUCES(frames);
void misuse(struct mapped_pages_mut *from, struct allocated_pages *pages, struct unmapped_frames *frames)
{
	mapped_pages_mut_unmap(from, pages, frames);
	bytes_fill(mapped_pages_mut_bytes(from), 1);
}

// case part_used_after_the_merge: calling function 'mapped_pages_mut_bytes' requires holding mapped_pages_mut 'next' exclusively
void misuse(struct mapped_pages_mut *pages, struct mapped_pages_mut *next) BORROWS_MUT(pages) CONSUMES(next);
void misuse(struct mapped_pages_mut *pages, struct mapped_pages_mut *next)
{
	mapped_pages_mut_merge(pages, next);
	bytes_fill(mapped_pages_mut_bytes(next), 1);
}

// case loan_used_after_its_end: calling function 'lent_pages_bytes' requires holding lent_pages 'loan'
unsigned char misuse(struct lent_pages *loan) CONSUMES(loan);
unsigned char misuse(struct lent_pages *loan)
{
	lent_pages_drop(loan);
	return bytes_at(lent_pages_bytes(loan), 0);
}

// case loan_copied_to_another_task: [handle-copy]
void misuse(struct lent_pages *loan, struct lent_pages *message) BORROWS_MUT(loan);
void misuse(struct lent_pages *loan, struct lent_pages *message)
{
	*message = *loan;
}

// Unmapped exactly once, by the last owner.

// case unmapped_twice: releasing mapped_pages 'pages' that was not held
void misuse(struct mapped_pages *pages) CONSUMES(pages);
void misuse(struct mapped_pages *pages)
{
	mapped_pages_drop(pages);
	mapped_pages_drop(pages);
}

// case unmapped_by_a_borrower: expecting mapped_pages 'pages' to be held at the end of function
void misuse(struct mapped_pages *pages) BORROWS_MUT(pages);
void misuse(struct mapped_pages *pages)
{
	mapped_pages_drop(pages);
}

// case unmapped_after_it_was_frozen: releasing mapped_pages_mut 'pages' that was not held
void misuse(struct mapped_pages_mut *pages, struct mapped_pages *frozen) CONSUMES(pages) PRODUCES(frozen);
void misuse(struct mapped_pages_mut *pages, struct mapped_pages *frozen)
{
	mapped_pages_mut_freeze(pages, frozen);
	mapped_pages_mut_drop(pages);
}

// case never_unmapped: mapped_pages_mut 'pages' is not held on every path through here
enum status misuse(void);
enum status misuse(void)
{
	struct mapped_pages_mut pages = {};
	TRY(mapped_pages_mut_allocate(&pages, 100, PAGE_REGION_GENERAL));
	return STATUS_OK;
}

// case heap_object_freed_twice: releasing heap_object 'object' that was not held
enum status misuse(void);
enum status misuse(void)
{
	OWN(heap_object, object);
	TRY(heap_allocate(&object, 8));
	heap_object_drop(&object);
	heap_object_drop(&object);
	return STATUS_OK;
}

// Written or executed only as mapped.

// case view_of_constants_filled: passing 'struct bytes' to parameter of incompatible type 'struct bytes_mut'
void misuse(const struct mapped_pages *pages) BORROWS(pages);
void misuse(const struct mapped_pages *pages)
{
	bytes_fill(mapped_pages_bytes(pages), 0);
}

// case constant_assigned: read-only variable is not assignable
void misuse(const struct mapped_pages *pages) BORROWS(pages);
void misuse(const struct mapped_pages *pages)
{
	MAPPED_PAGES_AS(struct pair, pages, 0)->first = 1;
}

// case constant_made_writable_by_a_cast: cast from 'const unsigned char *' to 'unsigned char *' drops const qualifier
void misuse(const struct mapped_pages *pages) BORROWS(pages);
void misuse(const struct mapped_pages *pages)
{
	*(unsigned char *)mapped_pages_bytes(pages).data = 1;
}

// case constant_slice_assigned: read-only variable is not assignable
void misuse(const struct mapped_pages *pages) BORROWS(pages);
void misuse(const struct mapped_pages *pages)
{
	struct const_word_slice words = MAPPED_PAGES_SLICE(const_word_slice, uint32_t, pages, 0, 10);
	ITEM(words, 3) = 1;
}

// case constants_taken_as_a_slice_to_write: incompatible pointer types passing 'const struct mapped_pages *' to parameter of type 'const struct mapped_pages_mut *'
void misuse(const struct mapped_pages *pages) BORROWS(pages);
void misuse(const struct mapped_pages *pages)
{
	struct word_slice words = MAPPED_PAGES_MUT_SLICE(word_slice, uint32_t, pages, 0, 10);
	ITEM(words, 3) = 1;
}

// case lent_to_be_read_and_written: passing 'struct bytes' to parameter of incompatible type 'struct bytes_mut'
void misuse(struct lent_pages *loan) BORROWS_MUT(loan);
void misuse(struct lent_pages *loan)
{
	bytes_fill(lent_pages_bytes(loan), 0);
}

// case read_only_register_written: incompatible pointer types passing 'struct device_u32_read_only *' to parameter of type 'struct device_u32 *'
void misuse(struct registers *registers);
void misuse(struct registers *registers)
{
	device_u32_write(&registers->identity, 0);
}

// case register_assigned: 'value' is unavailable: private to its cell
void misuse(struct registers *registers);
void misuse(struct registers *registers)
{
	registers->control.value = 1;
}

// case data_called: incompatible pointer types passing 'struct mapped_pages_mut *' to parameter of type 'const struct mapped_pages_exec *'
void misuse(struct mapped_pages_mut *data) BORROWS(data);
void misuse(struct mapped_pages_mut *data)
{
	typedef void function(void);
	MAPPED_PAGES_EXEC_FUNCTION(function, data, 0)();
}

// case code_written: incompatible pointer types passing 'struct mapped_pages_exec *' to parameter of type 'const struct mapped_pages_mut *'
void misuse(struct mapped_pages_exec *code) BORROWS_MUT(code);
void misuse(struct mapped_pages_exec *code)
{
	bytes_fill(mapped_pages_mut_bytes(code), 0xcc);
}

// case data_executed: incompatible pointer types passing 'struct mapped_pages_mut *' to parameter of type 'const struct mapped_pages_exec *'
struct bytes misuse(struct mapped_pages_mut *data) BORROWS(data);
struct bytes misuse(struct mapped_pages_mut *data)
{
	return mapped_pages_exec_bytes(data);
}

// case writable_and_executable_at_once: calling function 'mapped_pages_mut_bytes' requires holding mapped_pages_mut 'pages' exclusively
void misuse(struct mapped_pages_mut *pages, struct mapped_pages_exec *code) CONSUMES(pages) PRODUCES(code);
void misuse(struct mapped_pages_mut *pages, struct mapped_pages_exec *code)
{
	struct bytes_mut writable = mapped_pages_mut_bytes(pages);
	mapped_pages_mut_make_executable(pages, code);
	bytes_fill(writable, 0xcc);
	bytes_fill(mapped_pages_mut_bytes(pages), 0xcc);
}
