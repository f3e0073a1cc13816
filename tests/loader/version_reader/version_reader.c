#include "tests/loader/version_reader/version_reader.h"

#include "tests/loader/version_text/version_text.h"

unsigned version_reader_number(void)
{
	return version_text_number();
}

unsigned version_reader_calls(void)
{
	return version_text_calls();
}
