"""The two toolchains, made of one locked clang: the kernel's, freestanding, and the host's, against the locked sysroot."""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "feature")
load(
    ":features.bzl",
    "ASSEMBLY_ACTIONS",
    "COMPILE_ACTIONS",
    "CXX_ACTIONS",
    "C_ACTIONS",
    "LINK_ACTIONS",
    "action_configs",
    "command_line_features",
    "common_features",
    "flags",
    "layering_check_features",
    "tool_paths",
)
load(
    ":flags.bzl",
    "HOST_CONLYOPTS",
    "HOST_COPTS",
    "HOST_CXXOPTS",
    "HOST_LINKOPTS",
    "HOST_OPTIMIZATION",
    "KERNEL_ASOPTS",
    "KERNEL_CONLYOPTS",
    "KERNEL_COPTS",
    "KERNEL_OPTIMIZATION",
)

def _kernel_impl(ctx):
    # The kernel's toolchain knows no sanitizer, coverage or fuzz feature: such a request cannot reach the kernel.
    base = feature(name = "kernel", enabled = True, flag_sets = [
        # by a relative name, so that the lists of included headers hold no absolute one
        flags(COMPILE_ACTIONS, ["-resource-dir", "external/debian/lib/clang"] + KERNEL_COPTS),
        flags(C_ACTIONS, KERNEL_CONLYOPTS),
        flags(ASSEMBLY_ACTIONS, KERNEL_ASOPTS),
        flags(LINK_ACTIONS, ["-nostdlib", "--static", "--build-id=none", "-z", "max-page-size=4096"]),
    ] + [flags(COMPILE_ACTIONS, values, mode) for mode, values in KERNEL_OPTIMIZATION.items()])
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = action_configs(linker = "bin/ld.lld"),
        features = common_features() + [base] + command_line_features() + layering_check_features(),
        cxx_builtin_include_directories = ["%package(@debian//)%/lib/clang/include"],
        toolchain_identifier = "x86_64-ariadne-clang",
        host_system_name = "local",
        target_system_name = "x86_64-ariadne",
        target_cpu = "k8",
        target_libc = "none",
        compiler = "clang",
        abi_version = "none",
        abi_libc_version = "none",
        tool_paths = tool_paths(),
    )

kernel_toolchain_config = rule(implementation = _kernel_impl, provides = [CcToolchainConfigInfo])

def _instrumentation(name, compile, link):
    return feature(name = name, flag_sets = [flags(C_ACTIONS + CXX_ACTIONS, compile), flags(LINK_ACTIONS, link)])

_CHECKS = "-fsanitize=address,undefined"

def _host_impl(ctx):
    base = feature(name = "host", enabled = True, flag_sets = [
        flags(COMPILE_ACTIONS, HOST_COPTS),
        flags(C_ACTIONS, HOST_CONLYOPTS),
        flags(CXX_ACTIONS, HOST_CXXOPTS),
        flags(ASSEMBLY_ACTIONS, ["-Wno-unused-command-line-argument"]),
        flags(LINK_ACTIONS, HOST_LINKOPTS),
    ] + [flags(COMPILE_ACTIONS, values, mode) for mode, values in HOST_OPTIMIZATION.items()])
    instrumentation = [
        _instrumentation("asan", [_CHECKS, "-fno-sanitize-recover=undefined"], [_CHECKS]),
        # what a fuzz target's code needs; the target itself links with -fsanitize=fuzzer
        _instrumentation("fuzz", ["-fsanitize=fuzzer-no-link", _CHECKS, "-fno-sanitize-recover=undefined"], [_CHECKS]),
        _instrumentation("coverage", ["-fprofile-instr-generate", "-fcoverage-mapping"], ["-fprofile-instr-generate"]),
        feature(name = "llvm_coverage_map_format"),
    ]
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = action_configs(linker = "bin/clang"),
        features = common_features() + [base] + instrumentation + command_line_features(),
        cxx_builtin_include_directories = [
            "%package(@debian//)%/sysroot/usr/include",
            "%package(@debian//)%/sysroot/clang/include",
        ],
        toolchain_identifier = "x86_64-host-clang",
        host_system_name = "local",
        target_system_name = "x86_64-linux-gnu",
        target_cpu = "k8",
        target_libc = "glibc_2.36",
        compiler = "clang",
        abi_version = "gcc",
        abi_libc_version = "glibc_2.36",
        tool_paths = tool_paths(),
    )

host_toolchain_config = rule(implementation = _host_impl, provides = [CcToolchainConfigInfo])
