"""Rules over the graph of cells: assert that it is as it should be, draw it.

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
      out: the file; its suffix (svg, png, dot, json, mermaid) tells the format.
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
