// The host's double: gates lead to a function that no processor calls; a test raises an interrupt by hand.
#include "cells/hal/processor/processor.h"
#include "cells/machine/interrupt_vector/interrupt_vector_internal.h"

void interrupt_vector_stubs(void)
{
	processor_halt_forever(); // a stub is not a function
}
