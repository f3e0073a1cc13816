"""The image: nano_core linked from its cells, the archive of all cells, the ISO."""

load("//cells:cell.bzl", "CellInfo")
load("//platforms:transition.bzl", "to_ariadne")

NanoCoreInfo = provider("The statically linked start.", fields = {
    "elf": "File: what the boot loader starts",
    "map": "File: where the link put every section of every cell",
    "objects": "depset of File: the cells in it",
    "debug_files": "depset of File: their DWARF",
    "counts": "depset of File: their lines and raw operations",
})

def _nano_core_impl(ctx):
    cell = ctx.attr.cell[CellInfo]
    boot = ctx.attr.boot[OutputGroupInfo].compilation_outputs.to_list()
    objects = cell.objects.to_list()
    elf = ctx.actions.declare_file(ctx.label.name + ".elf")
    link_map = ctx.actions.declare_file(ctx.label.name + ".link_map")
    script = ctx.actions.declare_file(ctx.label.name + ".lds")

    args = ctx.actions.args()
    args.add(script).add(ctx.file.linker_script)
    args.add_all(objects)
    ctx.actions.run(
        executable = ctx.executable._make_script,
        arguments = [args],
        inputs = objects + [ctx.file.linker_script],
        outputs = [script],
        mnemonic = "NanoCoreScript",
    )

    # Every cell keeps its bounds: no relaxation, no string merging (-O0), no folding, nothing collected.
    args = ctx.actions.args()
    args.add_all(["-O0", "--no-relax", "--no-gc-sections", "--icf=none", "--build-id=none", "-static", "-z", "max-page-size=4096"])
    args.add("-T", script)
    args.add(link_map, format = "-Map=%s")
    args.add("-o", elf)
    args.add_all(boot)
    args.add_all(objects)
    ctx.actions.run(
        executable = ctx.executable._linker,
        arguments = [args],
        inputs = boot + objects + [script],
        tools = ctx.files._linker_files,
        outputs = [elf, link_map],
        mnemonic = "NanoCoreLink",
    )
    nano_map = ctx.actions.declare_file(ctx.label.name + ".map")
    args = ctx.actions.args()
    args.add(nano_map).add(elf).add(link_map)
    args.add_all(objects)
    ctx.actions.run(
        executable = ctx.executable._nano_map,
        arguments = [args],
        inputs = [elf, link_map] + objects,
        outputs = [nano_map],
        mnemonic = "NanoCoreMap",
    )
    return [
        DefaultInfo(files = depset([elf])),
        NanoCoreInfo(elf = elf, map = nano_map, objects = cell.objects, debug_files = cell.debug_files, counts = cell.counts),
    ]

nano_core = rule(
    implementation = _nano_core_impl,
    doc = "Links a cell with all it depends on, and the boot code, into the executable that GRUB or QEMU starts.",
    attrs = {
        "boot": attr.label(mandatory = True, providers = [CcInfo], doc = "cc_library of the assembly that runs first"),
        "cell": attr.label(mandatory = True, providers = [CellInfo], doc = "the cell whose entry the boot code calls"),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".lds"]),
        "_linker": attr.label(default = "@debian//:ld.lld", allow_single_file = True, executable = True, cfg = "exec"),
        "_linker_files": attr.label(default = "@debian//:lld", cfg = "exec"),
        "_make_script": attr.label(default = "//tools/nano_map:make_script", executable = True, cfg = "exec"),
        "_nano_map": attr.label(default = "//tools/nano_map", executable = True, cfg = "exec"),
    },
)

def _require_distinct_names(objects):
    packages = {}
    for object in objects.to_list():
        name, package = object.basename, object.owner.package
        if packages.setdefault(name, package) != package:
            fail("two cells have the name %s: //%s and //%s; rename one of them" % (name[:-len(".o")], packages[name], package))

def _image_impl(ctx):
    name = ctx.label.name
    core = ctx.attr.nano_core[0][NanoCoreInfo]
    objects = depset(transitive = [core.objects] + [c[CellInfo].objects for c in ctx.attr.cells])
    _require_distinct_names(objects)
    debug_files = depset(transitive = [core.debug_files] + [c[CellInfo].debug_files for c in ctx.attr.cells])

    archive = ctx.outputs.archive
    args = ctx.actions.args()
    args.add(archive)
    args.add("--map", core.map)
    args.add_all(objects)
    ctx.actions.run(
        executable = ctx.executable._cellpack,
        arguments = [args],
        inputs = depset([core.map], transitive = [objects]),
        outputs = [archive],
        mnemonic = "CellPack",
        progress_message = "Packing the cells of %s" % name,
    )

    iso = ctx.outputs.iso
    args = ctx.actions.args()
    args.add(iso).add(core.elf).add(archive).add(ctx.file.grub_cfg).add(ctx.file._tools_root.dirname)
    ctx.actions.run(
        executable = ctx.executable._mkiso,
        arguments = [args],
        inputs = [core.elf, archive, ctx.file.grub_cfg],
        tools = ctx.files._iso_tools,
        outputs = [iso],
        mnemonic = "Iso",
        progress_message = "Making %s" % iso.short_path,
    )

    kernel = ctx.outputs.kernel
    ctx.actions.symlink(output = kernel, target_file = core.elf)
    debug = [_debug_link(ctx, file) for file in debug_files.to_list()]
    return [
        DefaultInfo(
            files = depset([iso, kernel, archive] + debug),
            runfiles = ctx.runfiles(files = [iso, kernel, archive] + debug),
        ),
        OutputGroupInfo(
            archive = depset([archive]),
            kernel = depset([kernel]),
            cells = objects,
            counts = depset(transitive = [core.counts] + [c[CellInfo].counts for c in ctx.attr.cells]),
            debug = depset(debug),
        ),
    ]

# All DWARF in one folder beside the image, where the debugger's script looks for it.
def _debug_link(ctx, file):
    link = ctx.actions.declare_file("%s.debug/%s" % (ctx.label.name, file.basename))
    ctx.actions.symlink(output = link, target_file = file)
    return link

image = rule(
    implementation = _image_impl,
    doc = "Packs cells beside nano_core into an ISO that starts from BIOS and UEFI.",
    outputs = {
        "archive": "%{name}.cells.cpio",
        "iso": "%{name}.iso",
        "kernel": "%{name}.elf",
    },
    attrs = {
        "cells": attr.label_list(mandatory = True, providers = [CellInfo], cfg = to_ariadne, doc = "these and all below them"),
        "grub_cfg": attr.label(mandatory = True, allow_single_file = True),
        "nano_core": attr.label(mandatory = True, providers = [NanoCoreInfo], cfg = to_ariadne),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_cellpack": attr.label(default = "//tools/cellpack", executable = True, cfg = "exec"),
        "_iso_tools": attr.label(default = "@debian//:iso_tools", cfg = "exec"),
        "_mkiso": attr.label(default = "//image:mkiso", executable = True, cfg = "exec"),
        "_tools_root": attr.label(default = "@debian//:BUILD.bazel", allow_single_file = True),
    },
)
