// Rules on instructions.
#pragma once

#include "tools/cell_audit/disassembly.h"
#include "tools/cell_audit/findings.h"

// Every loop has a kill point. A loop is a cycle in the graph of instructions, whatever made it: a statement, a jump
// back, a call in tail position that became one. When kill points are taken out of the graph, no cycle may be left. The
// two loops that the compiler makes by itself are bounded and pass: an atomic operation that is tried again, and the
// probing of a large stack frame page by page.
//
// So has every recursion that the object shows: no function reaches a call of itself, by whatever way through the
// object's own functions, before it has passed a kill point. (Calls through pointers are not followed.)
void check_kill_points(const struct disassembly *all, struct findings *findings);

// Every call and jump through a register is behind its kCFI check; none goes through memory. Assembly, which the
// compiler cannot give checks, is recognised by its section `.text`; it passes only where `assembly_allowed`.
void check_indirect_calls(const struct disassembly *all, bool assembly_allowed, struct findings *findings);

// No instruction that speaks to the processor or to a port.
void check_privileged(const struct disassembly *all, struct findings *findings);

// Every instruction of every function, assembly too, belongs to an entry of the object's .eh_frame.
void check_unwind_tables(const char *object, const struct disassembly *all, struct findings *findings);
