// What the parts of this cell share: the table of handlers, and the stubs, which only the target has.
#pragma once

#include "cells/machine/interrupt_vector/interrupt_vector.h"

enum { INTERRUPT_VECTOR_STUB_BYTES = 16 };

// The stubs of vectors 32 to 255, INTERRUPT_VECTOR_STUB_BYTES apart. Not to be called.
INTERNAL void interrupt_vector_stubs(void);
