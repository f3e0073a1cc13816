"""Toolchain features that the kernel's and the host's toolchain share.

Both say "no_legacy_features": every flag on a command line is then one that a feature here or there names, and every action
needs its own action_config.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "action_config",
    "feature",
    "feature_set",
    "flag_group",
    "flag_set",
    "tool",
    "tool_path",
    "variable_with_value",
    "with_feature_set",
)

C_ACTIONS = [ACTION_NAMES.c_compile]
CXX_ACTIONS = [ACTION_NAMES.cpp_compile]
ASSEMBLY_ACTIONS = [ACTION_NAMES.assemble, ACTION_NAMES.preprocess_assemble]
COMPILE_ACTIONS = C_ACTIONS + CXX_ACTIONS + ASSEMBLY_ACTIONS
LINK_ACTIONS = [ACTION_NAMES.cpp_link_executable]
_ARCHIVE_ACTIONS = [ACTION_NAMES.cpp_link_static_library]

def flags(actions, values, mode = None):
    """A flag_set: these flags for these actions, in one compilation mode or in all."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = values)] if values else [],
        with_features = [with_feature_set(features = [mode])] if mode else [],
    )

def tool_paths():
    return [
        tool_path(name = name, path = path)
        for name, path in [
            ("gcc", "bin/clang"),
            ("cpp", "bin/clang"),
            ("ld", "bin/ld.lld"),
            ("ar", "bin/llvm-ar"),
            ("gcov", "bin/llvm-profdata"),
            ("llvm-cov", "bin/llvm-cov"),
            ("llvm-profdata", "bin/llvm-profdata"),
            ("nm", "bin/llvm-nm"),
            ("objcopy", "bin/llvm-objcopy"),
            ("objdump", "bin/llvm-objdump"),
            ("strip", "bin/llvm-strip"),
        ]
    ]

def action_configs(linker):
    return [
        action_config(action_name = action, enabled = True, tools = [tool(path = path)])
        for action, path in [(action, "bin/clang") for action in COMPILE_ACTIONS] +
                            [(action, linker) for action in LINK_ACTIONS] +
                            [(action, "bin/llvm-ar") for action in _ARCHIVE_ACTIONS] +
                            [(ACTION_NAMES.strip, "bin/llvm-strip")]
    ]

def common_features():
    return [
        feature(name = "no_legacy_features"),
        feature(name = "opt"),
        feature(name = "dbg"),
        feature(name = "fastbuild"),
    ]

def command_line_features():
    """Features that put what Bazel knows of an action on its command line. They come after the flags of the toolchain."""
    return [
        _compile("user_compile_flags", [flag_group(
            flags = ["%{user_compile_flags}"],
            iterate_over = "user_compile_flags",
            expand_if_available = "user_compile_flags",
        )]),
        _compile("preprocessor_defines", [flag_group(
            flags = ["-D%{preprocessor_defines}"],
            iterate_over = "preprocessor_defines",
        )]),
        _compile("include_paths", [
            flag_group(flags = ["-iquote", "%{quote_include_paths}"], iterate_over = "quote_include_paths"),
            flag_group(flags = ["-I%{include_paths}"], iterate_over = "include_paths"),
            flag_group(flags = ["-isystem", "%{system_include_paths}"], iterate_over = "system_include_paths"),
        ]),
        _compile("dependency_file", [flag_group(
            flags = ["-MD", "-MF", "%{dependency_file}"],
            expand_if_available = "dependency_file",
        )]),
        _compile("compiler_io", [
            flag_group(flags = ["-c", "%{source_file}"], expand_if_available = "source_file"),
            flag_group(flags = ["-o", "%{output_file}"], expand_if_available = "output_file"),
        ]),
        feature(name = "archiver_flags", enabled = True, flag_sets = [flag_set(actions = _ARCHIVE_ACTIONS, flag_groups = [
            flag_group(flags = ["rcsD"]),
            flag_group(flags = ["%{output_execpath}"], expand_if_available = "output_execpath"),
            _libraries(["object_file"], groups = True),
        ])]),
        feature(name = "linker_io", enabled = True, flag_sets = [flag_set(actions = LINK_ACTIONS, flag_groups = [
            flag_group(flags = ["-o", "%{output_execpath}"], expand_if_available = "output_execpath"),
            _libraries(["object_file", "static_library"], groups = True),
            flag_group(
                flags = ["%{user_link_flags}"],
                iterate_over = "user_link_flags",
                expand_if_available = "user_link_flags",
            ),
        ])]),
        feature(name = "linker_param_file", enabled = True, flag_sets = [flag_set(
            actions = LINK_ACTIONS + _ARCHIVE_ACTIONS,
            flag_groups = [flag_group(flags = ["@%{linker_param_file}"], expand_if_available = "linker_param_file")],
        )]),
    ]

def layering_check_features():
    """A source may include only headers of its own target and of the direct dependencies."""
    actions = C_ACTIONS + CXX_ACTIONS
    return [
        feature(name = "module_maps", enabled = True),
        feature(
            name = "use_module_maps",
            requires = [feature_set(features = ["module_maps"])],
            flag_sets = [flags(actions, ["-fmodule-name=%{module_name}", "-fmodule-map-file=%{module_map_file}"])],
        ),
        feature(
            name = "layering_check",
            implies = ["use_module_maps"],
            flag_sets = [flag_set(actions = actions, flag_groups = [
                flag_group(flags = ["-fmodules-strict-decluse", "-Wprivate-header"]),
                flag_group(
                    flags = ["-fmodule-map-file=%{dependent_module_map_files}"],
                    iterate_over = "dependent_module_map_files",
                ),
            ])],
        ),
    ]

def _compile(name, groups):
    return feature(name = name, enabled = True, flag_sets = [flag_set(actions = COMPILE_ACTIONS, flag_groups = groups)])

def _libraries(types, groups):
    members = [
        flag_group(
            flags = ["%{libraries_to_link.name}"],
            expand_if_equal = variable_with_value(name = "libraries_to_link.type", value = type),
        )
        for type in types
    ]
    if groups:
        members.append(flag_group(
            flags = ["%{libraries_to_link.object_files}"],
            iterate_over = "libraries_to_link.object_files",
            expand_if_equal = variable_with_value(name = "libraries_to_link.type", value = "object_file_group"),
        ))
    return flag_group(
        iterate_over = "libraries_to_link",
        expand_if_available = "libraries_to_link",
        flag_groups = members,
    )
