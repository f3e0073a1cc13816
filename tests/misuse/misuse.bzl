"""Programs that must be refused, and programs that must be accepted: one test for each."""

load("//platforms:flags.bzl", "KERNEL_CONLYOPTS", "KERNEL_COPTS")

_HEADERS = [
    "pages.h",
    "//cells/base/intralingual:intralingual_header",
    "//cells/base/intralingual:kill_points.h",
    "//cells/base/status:status_header",
    "//cells/base/text:text_header",
    "//cells/sync/spinlock:spinlock_header",
]
_ANALYSIS = [
    "//tools/cell_analysis:analyse",
    "@analysis//:clang",
    "@analysis//:clang_query",
    "//tools/cell_analysis:lint.query",
]
_AUDIT = [
    "//tools/cell_audit",
    "@debian//:llvm-objdump",
    "@debian//:clang",
]
_LIBRARIES = {
    "analysis": ["@analysis//:all"],
    "audit": [
        "@debian//:binutils",
        "@debian//:clang_compile",
    ],
}

# The programs share names, and some are there to be wrong in many ways.
_FLAGS = KERNEL_COPTS + KERNEL_CONLYOPTS + ["-O2", "-Wno-missing-prototypes"]

def _paths(labels):
    return ["$(rootpath %s)" % label for label in labels]

def _refused(stem, src, cases, script, tools, libraries, flags, headers = []):
    for case in cases:
        native.sh_test(
            name = "%s_%s_test" % (stem, case),
            size = "small",
            srcs = [script],
            args = _paths(tools) + ["$(rootpath %s)" % src, case] + flags,
            data = [src, "case.bash"] + _HEADERS + headers + tools + libraries,
        )
    native.sh_test(
        name = "%s_listed_test" % stem,
        size = "small",
        srcs = ["listed_test.sh"],
        args = ["$(rootpath %s)" % src] + cases,
        data = [src],
    )

def refused_programs(src, cases, headers = [], cell_class = "checked"):
    """Programs that the analysis of a cell refuses.

    Args:
      src: the file that holds them; beside each stands the diagnostic.
      cases: their names, all of them.
      headers: of the cells that they use, beside the dialect's.
      cell_class: of the cell that they would be in.
    """
    _refused(src[:-len(".c")], src, cases, "refused.sh", _ANALYSIS, _LIBRARIES["analysis"], [cell_class], headers)

def refused_objects(src, cases):
    """Programs that compile, and whose object the audit of a checked cell refuses. Arguments as above."""
    _refused(src[:-len(".c")], src, cases, "refused_object.sh", _AUDIT, _LIBRARIES["audit"], _FLAGS)

def accepted_programs(src, cell_class = "checked", headers = []):
    """Programs that pass the analysis, the compiler and the audit.

    Args:
      src: the file that holds them.
      cell_class: of the cell whose source it would be.
      headers: of the cells that they use, beside the dialect's.
    """
    native.sh_test(
        name = src[:-len(".c")] + "_test",
        size = "small",
        srcs = ["accepted.sh"],
        args = _paths(_ANALYSIS + _AUDIT) + ["$(rootpath %s)" % src, cell_class] + _FLAGS,
        data = [src, "case.bash"] + _HEADERS + headers + _ANALYSIS + _AUDIT + _LIBRARIES["analysis"] + _LIBRARIES["audit"],
    )
