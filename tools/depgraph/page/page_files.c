#include "tools/depgraph/page/page_files.h"

// clang-format off: it takes #embed for code
static const unsigned char style[] = {
#embed "tools/depgraph/page/page.css"
};
static const unsigned char body[] = {
#embed "tools/depgraph/page/page.html"
};
static const unsigned char script[] = {
#embed "tools/depgraph/page/model.js"
	,
#embed "tools/depgraph/page/state.js"
	,
#embed "tools/depgraph/page/layout.js"
	,
#embed "tools/depgraph/page/drawing.js"
	,
#embed "tools/depgraph/page/panel.js"
	,
#embed "tools/depgraph/page/search.js"
	,
#embed "tools/depgraph/page/main.js"
};
static const unsigned char libraries[] = {
#embed "external/npm/ufuzzy/dist/uFuzzy.iife.min.js"
	, '\n', ';',
#embed "external/npm/svg-pan-zoom/dist/svg-pan-zoom.min.js"
	, '\n'};
static const unsigned char licences[] = {
#embed "external/npm/ufuzzy/LICENSE"
	, '\n',
#embed "external/npm/svg-pan-zoom/LICENSE"
	, '\n'};
// clang-format on

const struct page_file page_style = {style, sizeof style};
const struct page_file page_body = {body, sizeof body};
const struct page_file page_script = {script, sizeof script};
const struct page_file page_libraries = {libraries, sizeof libraries};
const struct page_file page_licences = {licences, sizeof licences};
