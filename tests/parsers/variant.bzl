"""Host programs compiled in another way than the rest of the build asks for, so that one run of the tests holds them all."""

def _variant_transition_impl(settings, attr):
    return {
        "//command_line_option:features": ["layering_check", attr.feature],
        "//command_line_option:platform_suffix": attr.feature,
    }

_variant_transition = transition(
    implementation = _variant_transition_impl,
    inputs = [],
    outputs = [
        "//command_line_option:features",
        "//command_line_option:platform_suffix",
    ],
)

def _variant_impl(ctx):
    links = []
    for program in ctx.attr.programs:
        link = ctx.actions.declare_file("%s/%s" % (ctx.attr.feature, program.label.name))
        ctx.actions.symlink(output = link, target_file = program[DefaultInfo].files_to_run.executable)
        links.append(link)
    return [DefaultInfo(files = depset(links), runfiles = ctx.runfiles(links))]

# The programs under FEATURE/NAME, compiled with a feature of the host's toolchain: "fuzz", "coverage", "asan".
variant = rule(
    implementation = _variant_impl,
    attrs = {
        "feature": attr.string(mandatory = True, values = ["asan", "coverage", "fuzz"]),
        "programs": attr.label_list(mandatory = True, cfg = _variant_transition),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
