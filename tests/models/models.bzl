"""Models of protocols, checked by SPIN in every state they can reach.

    model("semaphore", mutants = ["KEEPS_GRANT"])

makes the test semaphore_model, which passes if SPIN finds no error in semaphore.pml as it is, and one in it with each of
MUTANT_name defined. A mutant leaves out what the protocol needs: a model that cannot tell says nothing.
"""

def _checker(name, model, defines):
    """The program that visits all states of the model."""
    parts = ["pan.%s" % part for part in ["c", "b", "h", "m", "p", "t"]]
    native.genrule(
        name = name + "_source",
        srcs = [model + ".pml", "thread.inc", "wait_node.inc"],
        outs = ["%s_pan/%s" % (name, part) for part in parts],
        cmd = " && ".join([
            "out=$$PWD/$(RULEDIR)/%s_pan" % name,
            "model=$$PWD/$(location %s.pml)" % model,
            "compiler=$$PWD/$(execpath @debian//:clang)",
            "cd $$out",
            # Through a pipe, as SPIN knows the preprocessor of gcc alone.
            "$$compiler -E -P -x c %s $$model > model.i" % " ".join(["-D" + define for define in defines]),
            "spin -Pcat -a model.i > messages || { cat messages >&2; exit 1; }",
        ]),
        tools = ["@debian//:clang", "@debian//:clang_compile"],
    )
    native.cc_library(
        name = name + "_parts",
        textual_hdrs = ["%s_pan/%s" % (name, part) for part in parts[1:]],
        features = ["-layering_check"],
    )
    native.cc_binary(
        name = name,
        srcs = [name + "_pan/pan.c"],
        copts = ["-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=600", "-DVECTORSZ=2048"],
        features = ["-layering_check"],
        deps = [name + "_parts"],
    )

def model(name, mutants, variants = {}):
    """Checks NAME.pml.

    Args:
      name: of the model.
      mutants: SPIN must find an error in each of them, in one variant at least.
      variants: what it is checked with besides: name to list of definitions.
    """
    variants = dict(variants)
    variants["usual"] = []
    right = []
    wrong = []
    for variant, defines in variants.items():
        right.append("%s_%s" % (name, variant))
        _checker(right[-1], name, defines)
    for mutant in mutants:
        variant, _, mutation = mutant.rpartition("/")
        wrong.append("%s_mutant_%s" % (name, mutation.lower()))
        _checker(wrong[-1], name, variants[variant or "usual"] + ["MUTANT_" + mutation])
    native.sh_test(
        name = name + "_model",
        size = "medium",
        srcs = ["model_test.sh"],
        args = ["$(rootpath %s)" % program for program in right] + ["--"] + ["$(rootpath %s)" % program for program in wrong],
        data = right + wrong,
    )
