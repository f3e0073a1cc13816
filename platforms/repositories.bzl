"""Repository rules: the locked tools of the build, the compiler of the analysis, pinned third-party source, and names."""

_FETCH_SECONDS = 1800

def _unpack(rctx, script, build_file, arguments = []):
    # rctx.path of a label makes the rule run again when that file changes
    lock = rctx.path(rctx.attr.lock)
    for name in ("_fetch", "_groups"):
        if hasattr(rctx.attr, name):
            rctx.path(getattr(rctx.attr, name))
    rctx.report_progress("unpacking packages")
    result = rctx.execute(["bash", str(rctx.path(script)), str(lock)] + arguments, timeout = _FETCH_SECONDS)
    if result.return_code != 0:
        fail("@%s cannot be made:\n%s" % (rctx.name, result.stderr))
    rctx.symlink(build_file, "BUILD.bazel")

_COMMON = {
    "lock": attr.label(mandatory = True, allow_single_file = True),
    "_fetch": attr.label(default = "//platforms:fetch_packages.sh"),
    "_groups": attr.label(default = "//platforms:packages.txt"),
}
_ENVIRONMENT = ["ARIADNE_PACKAGE_CACHE", "HOME"]

def _locked_packages_impl(rctx):
    _unpack(rctx, rctx.attr._script, rctx.attr._build)

locked_packages = repository_rule(
    implementation = _locked_packages_impl,
    doc = "The compiler, linker, GRUB and ISO tools, and the sysroot of host programs, out of the packages of a lock.",
    attrs = dict(
        _COMMON,
        _script = attr.label(default = "//platforms:unpack_debian.sh"),
        _build = attr.label(default = "//platforms:debian.BUILD"),
    ),
    environ = _ENVIRONMENT,
)

def _analysis_packages_impl(rctx):
    _unpack(rctx, rctx.attr._script, rctx.attr._build)

analysis_packages = repository_rule(
    implementation = _analysis_packages_impl,
    doc = "The newest clang at or above 22 that apt knows. It judges sources and makes no byte of the image.",
    attrs = dict(
        _COMMON,
        _script = attr.label(default = "//platforms:unpack_analysis.sh"),
        _build = attr.label(default = "//platforms:analysis.BUILD"),
    ),
    environ = _ENVIRONMENT,
)

def _locked_source_impl(rctx):
    _unpack(rctx, rctx.attr._script, rctx.attr.build, [rctx.attr.package] + rctx.attr.files)

locked_source = repository_rule(
    implementation = _locked_source_impl,
    doc = "Third-party source for a foreign cell: some files of one package of the lock.",
    attrs = dict(
        _COMMON,
        build = attr.label(mandatory = True, doc = "the BUILD file, //third_party/NAME:NAME.BUILD"),
        files = attr.string_list(mandatory = True, doc = "paths in the package, of files or folders; they come to lie at the top"),
        package = attr.string(mandatory = True),
        _script = attr.label(default = "//platforms:unpack_source.sh"),
    ),
    environ = _ENVIRONMENT,
)

def _npm_packages_impl(rctx):
    _unpack(rctx, rctx.attr._script, rctx.attr._build)

npm_packages = repository_rule(
    implementation = _npm_packages_impl,
    doc = "The JavaScript libraries of depgraph's page, out of the packages of a lock.",
    attrs = {
        "lock": attr.label(mandatory = True, allow_single_file = True),
        "_script": attr.label(default = "//platforms:unpack_npm.sh"),
        "_build": attr.label(default = "//platforms:npm.BUILD"),
    },
    environ = _ENVIRONMENT,
)

def _alias_repository_impl(rctx):
    rctx.file("BUILD.bazel", "".join([
        "alias(name = %r, actual = %r, visibility = [\"//visibility:public\"])\n" % (name, str(actual))
        for name, actual in rctx.attr.targets.items()
    ]))

alias_repository = repository_rule(
    implementation = _alias_repository_impl,
    doc = "A repository whose targets are other names of targets elsewhere.",
    attrs = {"targets": attr.string_dict(mandatory = True, doc = "name here: label there")},
)
