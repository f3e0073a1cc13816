"""What the C of depgraph is compiled with."""

WARNINGS = [
    "-Werror",
    "-Wconversion",
    "-Wmissing-prototypes",
    "-Wshadow",
    "-Wstrict-prototypes",
    "-Wvla",
]
