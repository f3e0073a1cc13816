#!/bin/bash
# page_test.sh DEPGRAPH MAKE_CELLS: see page_test.py. Bazel's own rules for Python want a toolchain; this needs python3 alone.
export PYTHONPATH=tests/depgraph/page # the files are links, and Python would look beside what they lead to
exec python3 -B tests/depgraph/page/page_test.py "$@"
