// The files that a page is made of, as they were when depgraph was built.
//
// Context: host only.
#pragma once

#include <stddef.h>

struct page_file {
	const unsigned char *bytes;
	size_t size_bytes;
};

extern const struct page_file page_style;     // CSS
extern const struct page_file page_body;      // HTML from <body> on, without its end
extern const struct page_file page_script;    // the page's own JavaScript
extern const struct page_file page_libraries; // of others, from npm
extern const struct page_file page_licences;  // theirs
