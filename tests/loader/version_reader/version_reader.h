// An application that sees one version of the cell version_text: that of the name space it is in.
//
// Context: callable from anywhere.
#pragma once

typedef unsigned version_reader_function(void);

#ifdef __cplusplus
extern "C" {
#endif

// What version_text says of itself, and how often it was asked.
unsigned version_reader_number(void);
unsigned version_reader_calls(void);

#ifdef __cplusplus
}
#endif
