// The page as one HTML file: style, script and data in it, so that it works from a disk and in an attachment.
//
// Everything that comes from the graph goes through JSON in which each `<` is escaped, and is put into the document as
// text: a name cannot end the script that it stands in, nor become markup. A content security policy forbids the page
// to load anything.
//
// Context: host only; allocates.
#pragma once

#include <stdio.h>

#include "tools/depgraph/page/page.h"

#ifdef __cplusplus
extern "C" {
#endif

void render_html(FILE *to, const struct page *page);

#ifdef __cplusplus
}
#endif
