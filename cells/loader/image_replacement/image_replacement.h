// nano_core replaces itself: its cells by loaded ones, its image by nothing.
//
// nano_core is a set of cells that were linked statically. Once it has brought up memory and the loader, it loads this
// cell and calls image_replacement_run, and no instruction of nano_core runs ever again:
//
//   1. The state of each static cell, which lies in pages of its own, becomes an ordinary mapping, owned by that cell.
//   2. Every cell there is, this one included, is loaded once more from the archive, into a name space of its own:
//   bound
//      to each other and to nothing old. State is not loaded: the new cells are bound to the state of the old, in
//      place.
//   3. The new cells take the place of the old ones; run-time pointers (cell_pointer) lead to the new ones.
//   4. On a new stack, with a guard page below, the new copy of this cell goes on (image_replacement_finish). It makes
//      the interrupt table lead to loaded code and drops what of the old cells the registry still has.
//   5. It looks for what is left: every word of registers, descriptor tables, stack, heap, state and constants, and
//      every bound relocation. A pointer into the image, or to where an old cell was, is a panic that
//      names the place and what it points at. So is a frame of the image that is mapped anywhere else.
//   6. It unmaps the image, with the boot record, the boot stack and its page tables; every frame goes to
//      frame_allocator, and it counts them.
//
// A fault on the way is a crash whose report says what was being done ("while ...").
//
// Context: once, on the boot processor, with interrupts off and before any other processor or task. Allocates.
// Source: the Theseus papers describe this step; Theseus itself keeps its nano_core.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Replaces all that was linked, then calls `then`, an exported `void f(void)` of a cell that is loaded by then, which
// must not return.
__attribute__((noreturn)) void image_replacement_run(struct text then);

// Where the new copy goes on; `then` is the function's address. Not to be called: the old copy finds it by its name.
__attribute__((noreturn)) void image_replacement_finish(uintptr_t then);

#ifdef __cplusplus
}
#endif
