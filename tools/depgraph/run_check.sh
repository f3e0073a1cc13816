#!/bin/sh
# The body of a depgraph_test: the program and its arguments are the test's arguments.
exec "$@"
