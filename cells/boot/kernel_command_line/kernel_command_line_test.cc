#include "cells/boot/kernel_command_line/kernel_command_line.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

struct text View(const std::string &string)
{
	return {string.data(), string.size()};
}

void Set(const std::string &options)
{
	ASSERT_EQ(kernel_command_line_set(View(options)), STATUS_OK);
}

// The value, or "-" if the key is not there.
std::string Get(const std::string &key)
{
	struct text value;
	if (kernel_command_line_get(View(key), &value) != STATUS_OK)
		return "-";
	return std::string(value.start, value.length);
}

TEST(KernelCommandLine, FindsValuesByKey)
{
	Set("log=debug exec-output=com2 quiet");
	EXPECT_EQ(Get("log"), "debug");
	EXPECT_EQ(Get("exec-output"), "com2");
	EXPECT_EQ(Get("quiet"), "");
	EXPECT_EQ(Get("lo"), "-");
	EXPECT_EQ(Get("logs"), "-");
	EXPECT_EQ(Get("debug"), "-");
	EXPECT_EQ(Get(""), "-");
}

TEST(KernelCommandLine, TheLastOneCounts)
{
	Set("log=debug log=error");
	EXPECT_EQ(Get("log"), "error");
	ASSERT_EQ(kernel_command_line_append(View("log=info")), STATUS_OK);
	EXPECT_EQ(Get("log"), "info");
}

TEST(KernelCommandLine, BlanksOfAllKindsSeparate)
{
	Set("  \t a=1\n\nb=2\r\n c  ");
	EXPECT_EQ(Get("a"), "1");
	EXPECT_EQ(Get("b"), "2");
	EXPECT_EQ(Get("c"), "");
}

TEST(KernelCommandLine, QuotesKeepBlanksTogether)
{
	Set("title=\"two words\" next=1 open=\"never closed x=2");
	EXPECT_EQ(Get("title"), "two words");
	EXPECT_EQ(Get("next"), "1");
	EXPECT_EQ(Get("open"), "\"never closed x=2");
	EXPECT_EQ(Get("x"), "-");
}

TEST(KernelCommandLine, AValueMayContainEqualsSigns)
{
	Set("a=b=c empty= =lost");
	EXPECT_EQ(Get("a"), "b=c");
	EXPECT_EQ(Get("empty"), "");
	EXPECT_EQ(Get(""), "lost");
}

TEST(KernelCommandLine, FlagsAreOnUnlessTheySayNo)
{
	Set("a b=yes c=no d=off e=0 f=1");
	EXPECT_TRUE(kernel_command_line_flag(TEXT("a")));
	EXPECT_TRUE(kernel_command_line_flag(TEXT("b")));
	EXPECT_FALSE(kernel_command_line_flag(TEXT("c")));
	EXPECT_FALSE(kernel_command_line_flag(TEXT("d")));
	EXPECT_FALSE(kernel_command_line_flag(TEXT("e")));
	EXPECT_TRUE(kernel_command_line_flag(TEXT("f")));
	EXPECT_FALSE(kernel_command_line_flag(TEXT("g")));
}

TEST(KernelCommandLine, AppendsWithOneBlankBetween)
{
	Set(" a ");
	ASSERT_EQ(kernel_command_line_append(View("  b c\n")), STATUS_OK);
	ASSERT_EQ(kernel_command_line_append(View("  \n")), STATUS_OK);
	struct text whole = kernel_command_line_whole();
	EXPECT_EQ(std::string(whole.start, whole.length), "a b c");
	Set("");
	EXPECT_EQ(kernel_command_line_whole().length, 0u);
}

TEST(KernelCommandLine, WhatDoesNotFitIsRefusedWhole)
{
	Set(std::string(KERNEL_COMMAND_LINE_CAPACITY - 2, 'x'));
	EXPECT_EQ(kernel_command_line_append(View("ab")), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(kernel_command_line_whole().length, size_t{KERNEL_COMMAND_LINE_CAPACITY - 2});
	EXPECT_EQ(kernel_command_line_append(View("a")), STATUS_OK);
	EXPECT_EQ(kernel_command_line_append(View("b")), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(
		kernel_command_line_set(View(std::string(KERNEL_COMMAND_LINE_CAPACITY + 1, 'x'))), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(kernel_command_line_whole().length, 0u);
	Set(std::string(KERNEL_COMMAND_LINE_CAPACITY, 'y'));
}

TEST(KernelCommandLine, TheScriptIsThereOrNot)
{
	struct text script;
	EXPECT_EQ(kernel_command_line_exec_script(&script), STATUS_NOT_FOUND);
	EXPECT_EQ(kernel_command_line_set_exec_script(View(std::string(KERNEL_COMMAND_LINE_SCRIPT_CAPACITY + 1, 'x'))),
		STATUS_OUT_OF_RANGE);
	EXPECT_EQ(kernel_command_line_exec_script(&script), STATUS_NOT_FOUND);
	ASSERT_EQ(kernel_command_line_set_exec_script(View("cells; deps shell")), STATUS_OK);
	ASSERT_EQ(kernel_command_line_exec_script(&script), STATUS_OK);
	EXPECT_EQ(std::string(script.start, script.length), "cells; deps shell");
	ASSERT_EQ(kernel_command_line_set_exec_script(View("")), STATUS_OK);
	ASSERT_EQ(kernel_command_line_exec_script(&script), STATUS_OK);
	EXPECT_EQ(script.length, 0u);
}

} // namespace
