"""The flags of the two toolchains, for the toolchains and for rules that call the compiler by themselves."""

# The flags with which every byte of the kernel is compiled. A rule that calls clang itself (the interface unit of the type
# hashes, the analysis) uses the very same ones.
KERNEL_COPTS = [
    "--target=x86_64-linux-gnu",
    "-ffreestanding",
    # plain -ffreestanding still reads /usr/include
    "-nostdlibinc",
    # symbols live in the top 2 GiB: four kinds of relocation in all
    "-mcmodel=kernel",
    "-fno-pic",
    "-mno-red-zone",
    "-mgeneral-regs-only",
    "-fno-omit-frame-pointer",
    # a cleanup handler gets a landing pad, and every function can be unwound at every instruction
    "-fexceptions",
    "-fasynchronous-unwind-tables",
    # a section is the unit of bounds and of dependency
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-common",
    # defined results where the language leaves them open
    "-fno-strict-aliasing",
    "-fwrapv",
    "-fno-delete-null-pointer-checks",
    "-ftrivial-auto-var-init=zero",
    # control flow: checked calls through pointers, no tables of addresses
    "-fcf-protection=none",
    "-fno-jump-tables",
    "-fsanitize=kcfi",
    "-fno-stack-protector",
    "-fstack-clash-protection",
    # the same bytes wherever it is built
    "-fno-ident",
    "-fno-addrsig",
    "-ffile-compilation-dir=.",
    "-Wdate-time",
    "-g",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wvla",
    "-Wimplicit-fallthrough",
    "-Wunsafe-buffer-usage",
    "-Wcast-qual",
    "-Wunused-result",
]

# For C, not for assembly.
KERNEL_CONLYOPTS = [
    "-std=gnu2x",
    "-Wmissing-prototypes",
    "-Wstrict-prototypes",
]

# For assembly: most of the flags above mean nothing to it.
KERNEL_ASOPTS = ["-Wno-unused-command-line-argument"]

# By compilation mode. Fastbuild is not used; it is release.
KERNEL_OPTIMIZATION = {
    "dbg": ["-Og"],
    "fastbuild": ["-O2"],
    "opt": ["-O2"],
}

# Analysis only, by clang 22 or newer: clang 19 reports false errors on lock guards.
ANALYSIS_COPTS = [
    "-Wthread-safety",
    "-Wthread-safety-beta",
    "-Wthread-safety-pointer",
]

_SYSROOT = "external/debian/sysroot"

_HOST_TARGET = [
    "--target=x86_64-linux-gnu",
    "--sysroot=" + _SYSROOT,
    "-resource-dir",
    _SYSROOT + "/clang",
]

HOST_COPTS = _HOST_TARGET + [
    "-fno-pie",
    "-fno-omit-frame-pointer",
    "-ffile-compilation-dir=.",
    "-Wdate-time",
    "-g",
    "-Wall",
    "-Wextra",
]

HOST_CONLYOPTS = [
    "-std=gnu2x",
    # a panic is a C++ exception in host tests: clean-ups of C code must run on its way
    "-fexceptions",
    "-D_GNU_SOURCE",
]

HOST_CXXOPTS = [
    "-std=gnu++20",
    "-nostdinc++",
    "-isystem",
    _SYSROOT + "/usr/include/c++/12",
    "-isystem",
    _SYSROOT + "/usr/include/x86_64-linux-gnu/c++/12",
    "-isystem",
    _SYSROOT + "/usr/include/c++/12/backward",
]

HOST_OPTIMIZATION = {
    "dbg": ["-O0"],
    "fastbuild": ["-O1"],
    "opt": ["-O1"],
}

HOST_LINKOPTS = ["--driver-mode=g++"] + _HOST_TARGET + [
    "--ld-path=external/debian/bin/ld.lld",
    "-no-pie",
    "-Wl,--as-needed",
    "-Wl,--build-id=none",
]
