// What the parts of this cell share.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

// Starts the other cores, if nobody has.
INTERNAL void start_cores(void);

// Each core says who it is, on its own stacks; calls between them come to an end.
INTERNAL enum status try_cores(void);

// A mapping that goes: its frame is nobody else's until the last core has answered.
INTERNAL enum status try_shootdown(void);

// Every vector from 32 on comes to its handler, or is counted; every exception that can be survived is.
INTERNAL enum status try_vectors(void);
INTERNAL enum status try_exceptions(void);
