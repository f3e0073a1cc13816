"""Rules over the graph of cells: assert that it is as it should be, draw it, compare what is declared with what is there.

    load("//tools/depgraph:depgraph.bzl", "depgraph_picture", "depgraph_test")

    depgraph_test(
        name = "heap_graph_test",
        graph = ["//cells/memory/heap"],       # cells, an archive, an ISO, a saved graph
        partial = True,                        # what the cells need is not all in `graph`
        rules = "heap.rules",
    )
"""

def depgraph_test(name, graph, rules = None, baseline = None, partial = False, size = "small", **kwargs):
    """A test that is red when `depgraph check` finds something: a cycle, a broken rule, symbols that do not fit.

    Args:
      name: of the test.
      graph: labels of what is checked as one graph.
      rules: a rules file; without it only what holds of every graph is checked.
      baseline: findings that are known.
      partial: whether cells may need something that is not in `graph`.
      size: as in Bazel.
      **kwargs: passed on to sh_test.
    """

    # A filegroup, because a cell gives its object to whoever builds it, but not to whoever runs something.
    native.filegroup(
        name = name + "_inputs",
        testonly = True,
        srcs = graph,
        visibility = ["//visibility:private"],
    )
    args = ["$(location //tools/depgraph)", "check"]
    data = ["//tools/depgraph", name + "_inputs"]
    if rules:
        args += ["--rules", "$(location %s)" % rules]
        data.append(rules)
    if baseline:
        args += ["--baseline", "$(location %s)" % baseline]
        data.append(baseline)
    if partial:
        args.append("--partial")
    native.sh_test(
        name = name,
        size = size,
        srcs = ["//tools/depgraph:run_check.sh"],
        args = args + ["$(locations %s_inputs)" % name],
        data = data,
        **kwargs
    )

def depgraph_picture(name, graph, out, options = "", rules = None, **kwargs):
    """Draws a graph with Graphviz's `dot`, which comes from the host: a picture is no part of any image.

    Args:
      name: of the target.
      graph: labels of what is drawn as one graph.
      out: the file; its suffix (svg, png, dot, json, mermaid, html) tells the format.
      options: further options of `depgraph draw`.
      rules: a rules file, for the order of the groups.
      **kwargs: passed on to genrule.
    """
    native.genrule(
        name = name,
        srcs = graph + ([rules] if rules else []),
        outs = [out],
        cmd = "$(location //tools/depgraph) draw -o $@ %s %s %s" % (
            "--rules $(location %s)" % rules if rules else "",
            options,
            " ".join(["$(locations %s)" % label for label in graph]),
        ),
        exec_tools = ["//tools/depgraph"],
        message = "Drawing",
        **kwargs
    )

DeclaredInfo = provider("What BUILD files declare.", fields = {"cells": "depset of string: one JSON object a cell"})

_WALKED = ["cell", "cells", "declared", "implicit", "nano_core", "object"]

def _as_list(value):
    return value if type(value) == "list" else [value]

def _declared_aspect_impl(_target, ctx):
    below = []
    for name in _WALKED:
        for dependency in _as_list(getattr(ctx.rule.attr, name, [])):
            if type(dependency) == "Target" and DeclaredInfo in dependency:
                below.append(dependency[DeclaredInfo].cells)
    own = []
    if hasattr(ctx.rule.attr, "declared") and hasattr(ctx.rule.attr, "cell_name"):
        package = ctx.label.package
        own.append(json.encode({
            "name": ctx.rule.attr.cell_name,
            "group": package.split("/")[1] if package.startswith("cells/") else package,
            "class": ctx.rule.attr.cell_class,
            "origin": "//%s:BUILD" % package,
            "dependencies": [{"cell": d.label.name, "kinds": ["declared"]} for d in ctx.rule.attr.declared] +
                            [{"cell": d.label.name, "kinds": ["implicit"]} for d in ctx.rule.attr.implicit],
        }))
    return [DeclaredInfo(cells = depset(own, transitive = below))]

_declared_aspect = aspect(
    implementation = _declared_aspect_impl,
    attr_aspects = _WALKED,
    doc = "Collects the cells and their deps as the BUILD files have them.",
)

def _depgraph_declared_impl(ctx):
    cells = depset(transitive = [t[DeclaredInfo].cells for t in ctx.attr.cells])
    graph = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(
        output = graph,
        content = "{\"format\": \"ariadne-depgraph\", \"version\": 1, \"view\": \"declared\", \"cells\": [\n%s\n]}\n" %
                  ",\n".join(sorted(cells.to_list())),
    )
    return [DefaultInfo(files = depset([graph]), runfiles = ctx.runfiles(files = [graph]))]

depgraph_declared = rule(
    implementation = _depgraph_declared_impl,
    doc = "Writes NAME.json: the graph as the BUILD files declare it, without looking into any object.",
    attrs = {
        "cells": attr.label_list(aspects = [_declared_aspect], mandatory = True, doc = "cells or images; with all below them"),
    },
)

def depgraph_compare_test(name, first, second, partial = False, size = "small", **kwargs):
    """A test that is red when `depgraph compare` finds a difference between two graphs.

    Args:
      name: of the test.
      first: label of a graph.
      second: label of a graph.
      partial: whether cells that only one of the two has are no difference.
      size: as in Bazel.
      **kwargs: passed on to sh_test.
    """
    native.sh_test(
        name = name,
        size = size,
        srcs = ["//tools/depgraph:run_check.sh"],
        args = ["$(location //tools/depgraph)", "compare"] + (["--partial"] if partial else []) +
               ["$(location %s)" % first, "$(location %s)" % second],
        data = ["//tools/depgraph", first, second],
        **kwargs
    )
