// Loops of every shape that C has, for the test of kill points: plain text in loop_shapes.c, compiled with and without
// them. Each writes down its path, so that a changed meaning shows.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// What a shape did: the numbers it noted, folded into one.
struct path {
	unsigned long folded;
	int count;
};

typedef int loop_shape(int n, struct path *path);
struct loop_shape_entry {
	const char *name;
	loop_shape *run;
};

// The table of all shapes; LOOP_SHAPES is defined to its name when the file is compiled.
extern const struct loop_shape_entry loop_shapes_plain[];
extern const struct loop_shape_entry loop_shapes_killable[];
extern const int loop_shape_count;

#ifdef __cplusplus
}
#endif
