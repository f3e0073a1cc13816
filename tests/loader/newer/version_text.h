// The newer of two versions of one cell: same name, same interface. tests/loader/command_versions loads both.
//
// Context: callable from anywhere.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// Which version it is.
unsigned version_text_number(void);

// How often it was called.
unsigned version_text_calls(void);

#ifdef __cplusplus
}
#endif
