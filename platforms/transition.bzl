"""The way from the host's configuration to the one that Ariadne's objects are built in."""

# What a sanitizer, coverage or fuzz run adds for the host must not reach an object of the image.
_FOR_THE_HOST_ONLY = {
    "//command_line_option:collect_code_coverage": False,
    "//command_line_option:conlyopt": [],
    "//command_line_option:copt": [],
    "//command_line_option:cxxopt": [],
    "//command_line_option:features": ["layering_check"],
    "//command_line_option:linkopt": [],
    "//command_line_option:platform_suffix": "",
}

def _to_ariadne_impl(_settings, _attr):
    return dict(_FOR_THE_HOST_ONLY, **{"//command_line_option:platforms": "//platforms:x86_64_ariadne"})

to_ariadne = transition(
    implementation = _to_ariadne_impl,
    inputs = [],
    outputs = _FOR_THE_HOST_ONLY.keys() + ["//command_line_option:platforms"],
)
