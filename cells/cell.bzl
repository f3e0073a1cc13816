"""The cell rule: one package, one library for host and target, exactly one relocatable object.

    cell(name = "ring", cell_class = "checked", srcs = ["ring.c"], hdrs = ["ring.h"], deps = ["//cells/base/bytes"])

makes these targets:

    ring          the cell: what other cells name in deps; building it gives the finished object ring.o
    ring_test     the host test, from ring_test.cc
    ring_code     the sources as a cc_library (internal)
    ring_object   the object before the platform is chosen (internal)
    ring_header, ring_host_sources   the files, for the tools that the cell rule itself needs (internal)

The way of one cell: compile (Bazel's own C rules, so that layering, sanitizers and coverage work on the very same
sources) -> merge into one object -> analysis and audit (no output but a stamp) -> metadata embedded, DWARF put aside.
"""

load("//platforms:flags.bzl", "KERNEL_CONLYOPTS", "KERNEL_COPTS")
load("//platforms:transition.bzl", "to_ariadne")

CellInfo = provider("A cell and the cells below it.", fields = {
    "name": "the cell's name",
    "wrapper": "the name of the only cell that may use this one; empty: all may",
    "header": "File: its public header",
    "exports": "File: its exports with their type hashes",
    "object": "File: the finished object",
    "objects": "depset of File: the finished objects of this cell and of all below",
    "debug_files": "depset of File: their DWARF",
    "counts": "depset of File: their lines and raw operations",
    "all_exports": "depset of File: their exports",
})

_COMPILER_SUPPORT = "//cells/base/compiler_support"
_OPTIMIZATIONS = {"speed": [], "size": ["-Os"], "smallest": ["-Oz"]}
_CLASSES = ["core", "checked", "foreign"]

# The groups of what nano_core is made of, and of the unwinder: what makes the ledger of the threads' property possible
# goes without (docs/unwinding.md).
_WITHOUT_LEDGER = ["base", "hal", "sync", "diagnostics", "boot", "memory", "loader", "unwind"]

def _require_files(name, hdrs, test_srcs):
    package = native.package_name()
    if hdrs != [name + ".h"]:
        fail("cell %s: its one public header must be %s/%s.h: set hdrs = [\"%s.h\"] in %s/BUILD" % (name, package, name, name, package))
    for needed in hdrs:
        if not native.glob([needed]):
            fail("cell %s has no header: write %s/%s" % (name, package, needed))
    for needed in test_srcs:
        if not native.glob([needed]):
            fail("cell %s has no host test: write %s/%s" % (name, package, needed))

def _require_foreign(name, cell_class, wrapper, source):
    build = native.package_name() + "/BUILD"
    if cell_class == "foreign" and not (wrapper and source):
        fail(("cell %s is foreign: say in %s which one cell may use it, wrapper = \"CELL\", and where its source is pinned, " +
              "source = \"@NAME\"") % (name, build))
    if cell_class != "foreign" and (wrapper or source):
        fail("cell %s has a wrapper or a source, which only foreign cells have: see cell_class in %s" % (name, build))

def cell(
        name,
        cell_class,
        srcs,
        hdrs,
        deps = [],
        host_srcs = None,
        private_hdrs = [],
        version = "0.1.0",
        summary = "",
        init = "",
        exit = "",
        optimize = "speed",
        copts = [],
        source = None,
        wrapper = "",
        test_srcs = None,
        test_deps = [],
        test_data = [],
        test_args = [],
        test_size = "small",
        visibility = None):
    """Declares a cell.

    Args:
      name: the cell's name, unique in the tree; its exports begin with it.
      cell_class: "core" (may use assembly, raw operations, casts), "checked" (may not), "foreign" (third-party source).
      srcs: C files, and assembly in core cells.
      hdrs: exactly [name + ".h"].
      deps: the cells whose symbols, types or macros this one uses; all of them and no others.
      host_srcs: what is compiled in place of srcs on the host, for cells that touch hardware.
      private_hdrs: headers shared between the cell's own files.
      version: kept in the metadata.
      summary: one line on what the cell does, kept in the metadata.
      init: an exported `enum status f(void)` that the loader calls after loading.
      exit: an exported `void f(void)` that the loader calls before unloading.
      optimize: "speed"; or, for a cell of nano_core, which is at most 128 KiB, "size" if its instructions are counted all
        the same (by a benchmark), "smallest" if not.
      copts: further options of the compiler, for measurements of what a feature costs; empty in every image.
      source: of a foreign cell: the library with the pinned files (locked_source in WORKSPACE); srcs includes them.
      wrapper: of a foreign cell: the name of the one cell that may use it.
      test_srcs: the GoogleTest files; [name + "_test.cc"] by default.
      test_deps: what the test needs besides the cell and GoogleTest.
      test_data: files the test reads.
      test_args: the test's arguments.
      test_size: as in Bazel.
      visibility: as in Bazel.
    """
    if cell_class not in _CLASSES:
        fail("cell %s: cell_class is \"%s\"; it must be one of %s" % (name, cell_class, ", ".join(_CLASSES)))
    if optimize not in _OPTIMIZATIONS:
        fail("cell %s: optimize is \"%s\"; it must be one of %s" % (name, optimize, ", ".join(_OPTIMIZATIONS)))
    _require_foreign(name, cell_class, wrapper, source)
    foreign = cell_class == "foreign"
    if foreign and visibility == None:
        visibility = ["//cells:__subpackages__"]  # so that all but the wrapper are refused with a reason
    if test_srcs == None:
        test_srcs = [name + "_test.cc"]
    _require_files(name, hdrs, test_srcs)

    own = "//%s:%s" % (native.package_name(), name)
    all_deps = list(deps)
    if own != _COMPILER_SUPPORT + ":compiler_support" and _COMPILER_SUPPORT not in deps:
        all_deps.append(_COMPILER_SUPPORT)
    kill_points = cell_class != "core"
    package = native.package_name().split("/")
    ledger = cell_class == "checked" and not (package[0] == "cells" and package[1] in _WITHOUT_LEDGER)
    defines = ["-DIMPLEMENTS_%s=1" % name, "-DCELL_NAME=\\\"%s\\\"" % name]

    native.cc_library(
        name = name + "_code",
        srcs = private_hdrs + (srcs if host_srcs == None else select({
            "//platforms:is_ariadne": srcs,
            "//conditions:default": host_srcs,
        })),
        hdrs = hdrs,
        copts = defines + copts + (select({
            "//platforms:is_ariadne": ["-include", "cells/base/intralingual/kill_points.h"],
            "//conditions:default": [],
        }) if kill_points else []) + (select({
            "//platforms:is_ariadne": ["-DLEDGER_=1"],
            "//conditions:default": [],
        }) if ledger else []) + (select({
            "//platforms:is_ariadne_debug": [],
            "//platforms:is_ariadne": _OPTIMIZATIONS[optimize],
            "//conditions:default": [],
        }) if _OPTIMIZATIONS[optimize] else []) + (["-w"] + select({
            "//platforms:is_ariadne": ["-isystem", "platforms/freestanding"],
            "//conditions:default": [],
        }) if foreign else []),
        linkstatic = True,
        tags = ["manual"],
        visibility = ["//visibility:private"],
        deps = all_deps + (select({
            "//platforms:is_ariadne": ["//cells/base/intralingual:kill_points"],
            "//conditions:default": [],
        }) if kill_points else []) + ([source] + select({
            "//platforms:is_ariadne": ["//platforms/freestanding"],
            "//conditions:default": [],
        }) if foreign else []),
    )

    # The tools that finish cells read their formats with the very cells of the system, but cannot depend on finished
    # ones: //tools/cellmeta:cells compiles these sources.
    native.filegroup(
        name = name + "_host_sources",
        srcs = private_hdrs + (srcs if host_srcs == None else host_srcs),
        tags = ["manual"],
        visibility = [
            "//tests:__subpackages__",
            "//tools:__subpackages__",
        ],
    )
    native.filegroup(
        name = name + "_header",
        srcs = hdrs,
        tags = ["manual"],
        visibility = [
            "//tests:__subpackages__",
            "//tools:__subpackages__",
        ],
    )

    _cell_object(
        name = name + "_object",
        cell_class = cell_class,
        cell_name = name,
        code = name + "_code",
        declared = deps,
        exit = exit,
        hdrs = hdrs,
        implicit = [] if own == _COMPILER_SUPPORT + ":compiler_support" else [_COMPILER_SUPPORT],
        init = init,
        private_hdrs = private_hdrs,
        source = source,
        srcs = srcs,
        summary = summary,
        tags = ["manual"],
        target_compatible_with = ["//platforms:ariadne"],
        version = version,
        visibility = ["//visibility:private"],
        wrapper = wrapper,
    )

    _cell(
        name = name,
        code = name + "_code",
        object = name + "_object",
        visibility = visibility,
    )

    native.cc_test(
        name = name + "_test",
        size = test_size,
        srcs = test_srcs,
        args = test_args,
        copts = defines,  # a test is of the cell: it may keep its handles in containers
        data = test_data,
        visibility = ["//tests:__subpackages__"],  # run there compiled in other ways
        deps = [":" + name, "@googletest//:gtest_main"] + test_deps,
    )

# ---------------------------------------------------------------- the object

def _merge(ctx, own_objects):
    merged = ctx.actions.declare_file(ctx.attr.cell_name + ".merged.o")
    ctx.actions.run(
        executable = ctx.executable._linker,
        arguments = ["-r", "-O0", "-o", merged.path] + [o.path for o in own_objects],
        inputs = own_objects,
        tools = ctx.files._linker_files,
        outputs = [merged],
        mnemonic = "CellMerge",
        progress_message = "Merging cell %s" % ctx.attr.cell_name,
    )
    return merged

def _analyse(ctx, headers):
    stamp = ctx.actions.declare_file(ctx.attr.cell_name + ".analysed")
    counts = ctx.actions.declare_file(ctx.attr.cell_name + ".counts")
    sources = [f for f in ctx.files.srcs if f.extension in ["c", "S"]]
    args = ctx.actions.args()
    args.add("--stamp", stamp)
    args.add("--counts", counts)
    args.add("--cell", ctx.attr.cell_name)
    args.add("--class", ctx.attr.cell_class)
    args.add("--clang", ctx.executable._analysis_clang)
    args.add("--query", ctx.executable._analysis_query)
    args.add("--rules", ctx.file._lint_rules)
    args.add_all(sources)
    ctx.actions.run(
        executable = ctx.executable._analyse,
        arguments = [args],
        inputs = depset(ctx.files.srcs + ctx.files.private_hdrs + [ctx.file._lint_rules], transitive = [headers]),
        tools = ctx.files._analysis_files,
        outputs = [stamp, counts],
        mnemonic = "CellAnalysis",
        progress_message = "Analysing cell %s" % ctx.attr.cell_name,
    )
    return stamp, counts

def _require_wrapper(ctx):
    name = ctx.attr.cell_name
    for dependency in ctx.attr.declared:
        info = dependency[CellInfo]
        if info.wrapper and info.wrapper != name:
            package = ctx.label.package
            fail("%s/BUILD: cell %s depends on %s, which is foreign and for its wrapper %s alone: remove \"//%s\" from deps and use %s" %
                 (package, name, info.name, info.wrapper, dependency.label.package, info.wrapper))

def _cell_object_impl(ctx):
    _require_wrapper(ctx)
    name = ctx.attr.cell_name
    declared = [d[CellInfo] for d in ctx.attr.declared]
    below = declared + [d[CellInfo] for d in ctx.attr.implicit]
    header = ctx.files.hdrs[0]
    code = ctx.attr.code
    headers = code[CcInfo].compilation_context.headers
    merged = _merge(ctx, code[OutputGroupInfo].compilation_outputs.to_list())

    out = ctx.actions.declare_file(name + ".o")
    debug = ctx.actions.declare_file(name + ".debug")
    exports = ctx.actions.declare_file(name + ".exports")
    all_below = depset(transitive = [b.all_exports for b in below])
    stamp, counts = _analyse(ctx, headers)
    args = ctx.actions.args()
    args.add("--name", name)
    args.add("--group", ctx.label.package.split("/")[1] if ctx.label.package.startswith("cells/") else ctx.label.package)
    args.add("--package", ctx.label.package)
    args.add("--version", ctx.attr.version)
    args.add("--class", ctx.attr.cell_class)
    args.add("--summary", ctx.attr.summary)
    args.add("--init", ctx.attr.init)
    args.add("--exit", ctx.attr.exit)
    args.add("--merged", merged)
    args.add("--header", header)
    args.add_all([b for b in declared], before_each = "--dep", map_each = _dep_argument)
    args.add_all([b for b in below if b not in declared], before_each = "--implicit-dep", map_each = _dep_argument)
    args.add_all(all_below, before_each = "--known-exports")
    args.add_all(ctx.files.srcs + ctx.files.private_hdrs, before_each = "--source")
    if ctx.attr.source:
        args.add_all(ctx.attr.source[CcInfo].compilation_context.direct_public_headers, before_each = "--pinned")
    args.add("--clang", ctx.executable._clang)
    args.add("--objcopy", ctx.executable._objcopy)
    args.add("--objdump", ctx.executable._objdump)
    args.add("--cellmeta", ctx.executable._cellmeta)
    args.add("--audit", ctx.executable._audit)
    args.add("--object", out)
    args.add("--debug", debug)
    args.add("--exports", exports)
    args.add("--")
    args.add_all(ctx.attr.kernel_copts)
    ctx.actions.run(
        executable = ctx.executable._make,
        arguments = [args],
        inputs = depset(
            [merged, stamp] + ctx.files.srcs + ctx.files.private_hdrs,
            transitive = [headers, all_below],
        ),
        tools = depset(ctx.files._clang_files + ctx.files._binutils + [ctx.executable._cellmeta, ctx.executable._audit]),
        outputs = [out, debug, exports],
        mnemonic = "CellObject",
        progress_message = "Finishing cell %s" % name,
    )
    return [
        DefaultInfo(files = depset([out])),
        CellInfo(
            name = name,
            wrapper = ctx.attr.wrapper,
            header = header,
            exports = exports,
            object = out,
            objects = depset([out], transitive = [b.objects for b in below]),
            debug_files = depset([debug], transitive = [b.debug_files for b in below]),
            counts = depset([counts], transitive = [b.counts for b in below]),
            all_exports = depset([exports], transitive = [b.all_exports for b in below]),
        ),
        OutputGroupInfo(merged = depset([merged]), debug = depset([debug]), exports = depset([exports])),
    ]

def _dep_argument(info):
    return "%s=%s=%s" % (info.name, info.exports.path, info.header.path)

_cell_object = rule(
    implementation = _cell_object_impl,
    attrs = {
        "cell_class": attr.string(mandatory = True),
        "cell_name": attr.string(mandatory = True),
        "code": attr.label(mandatory = True, providers = [CcInfo]),
        "declared": attr.label_list(providers = [CellInfo]),
        "exit": attr.string(),
        "hdrs": attr.label_list(allow_files = [".h"]),
        "implicit": attr.label_list(providers = [CellInfo]),
        "init": attr.string(),
        "kernel_copts": attr.string_list(default = KERNEL_COPTS + KERNEL_CONLYOPTS),
        "private_hdrs": attr.label_list(allow_files = [".h"]),
        "source": attr.label(providers = [CcInfo]),
        "srcs": attr.label_list(allow_files = [".c", ".S", ".h"]),
        "summary": attr.string(),
        "version": attr.string(),
        "wrapper": attr.string(),
        "_analyse": attr.label(default = "//tools/cell_analysis:analyse", executable = True, cfg = "exec"),
        "_analysis_clang": attr.label(default = "@analysis//:clang", allow_single_file = True, executable = True, cfg = "exec"),
        "_analysis_files": attr.label(default = "@analysis//:all", cfg = "exec"),
        "_analysis_query": attr.label(default = "@analysis//:clang_query", allow_single_file = True, executable = True, cfg = "exec"),
        "_lint_rules": attr.label(default = "//tools/cell_analysis:lint.query", allow_single_file = True),
        "_audit": attr.label(default = "//tools/cell_audit", executable = True, cfg = "exec"),
        "_binutils": attr.label(default = "@debian//:binutils", cfg = "exec"),
        "_cellmeta": attr.label(default = "//tools/cellmeta", executable = True, cfg = "exec"),
        "_make": attr.label(default = "//tools/cellmeta:make_cell_object", executable = True, cfg = "exec"),
        "_clang": attr.label(default = "@debian//:clang", allow_single_file = True, executable = True, cfg = "exec"),
        "_clang_files": attr.label(default = "@debian//:clang_compile", cfg = "exec"),
        "_linker": attr.label(default = "@debian//:ld.lld", allow_single_file = True, executable = True, cfg = "exec"),
        "_linker_files": attr.label(default = "@debian//:lld", cfg = "exec"),
        "_objcopy": attr.label(default = "@debian//:llvm-objcopy", allow_single_file = True, executable = True, cfg = "exec"),
        "_objdump": attr.label(default = "@debian//:llvm-objdump", allow_single_file = True, executable = True, cfg = "exec"),
    },
)

# ---------------------------------------------------------------- the cell

def _cell_impl(ctx):
    # A transition makes a list of the one object.
    object = ctx.attr.object[0]
    files = object[DefaultInfo].files
    if not ctx.target_platform_has_constraint(ctx.attr._ariadne[platform_common.ConstraintValueInfo]):
        # So that the object is found under bazel-bin, not only in the folder of the other configuration.
        link = ctx.actions.declare_file(ctx.label.name + ".o")
        ctx.actions.symlink(output = link, target_file = object[CellInfo].object)
        files = depset([link])
    return [
        DefaultInfo(files = files),
        object[CellInfo],
        object[OutputGroupInfo],
        ctx.attr.code[CcInfo],
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["code"]),
    ]

# Joins the two faces of a cell: the library in the platform of whoever depends on it, the object always for Ariadne.
_cell = rule(
    implementation = _cell_impl,
    attrs = {
        "code": attr.label(mandatory = True, providers = [CcInfo]),
        "object": attr.label(mandatory = True, providers = [CellInfo], cfg = to_ariadne),
        "_ariadne": attr.label(default = "//platforms:ariadne", providers = [platform_common.ConstraintValueInfo]),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
