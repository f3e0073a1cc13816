// For the tests of the line editor: an editor whose terminal is a real screen.
#pragma once

#include "cells/console/line_editor/line_editor.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cells/console/terminal_screen/terminal_screen.h"

constexpr size_t kColumns = 24;

// Types into an editor whose terminal is a real screen, and reads that screen.
class LineEditorOnScreen : public ::testing::Test
{
      protected:
	LineEditorOnScreen() : screen_(new struct terminal_screen()), editor_(new struct line_editor())
	{
		terminal_screen_start(screen_.get(), kColumns, 6);
		hooks_.context = this;
		hooks_.write = Write;
		hooks_.complete = Complete;
		Start();
	}

	void Start(size_t columns = kColumns)
	{
		line_editor_start(editor_.get(), &hooks_, &history_, TEXT("> "), columns);
	}

	static void Write(void *context, struct text characters)
	{
		auto *self = static_cast<LineEditorOnScreen *>(context);
		self->written_.append(characters.start, characters.length);
		terminal_screen_write(self->screen_.get(), characters);
	}

	static void Complete(
		void *context, struct text before, struct text word, struct line_editor_candidates *candidates)
	{
		auto *self = static_cast<LineEditorOnScreen *>(context);
		self->asked_before_.assign(before.start, before.length);
		self->asked_word_.assign(word.start, word.length);
		for (const std::string &candidate : self->candidates_)
			line_editor_offer(candidates, {candidate.data(), candidate.size()});
	}

	enum line_editor_event Press(enum key_code code, uint32_t character = 0)
	{
		return line_editor_press(editor_.get(), {code, character});
	}

	enum line_editor_event Control(char letter)
	{
		return Press(KEY_CONTROL, static_cast<uint32_t>(letter));
	}

	void Type(const std::string &characters)
	{
		struct utf8_decoder decoder = {};
		for (char byte : characters) {
			uint32_t decoded[2];
			size_t count = utf8_decode(&decoder, static_cast<unsigned char>(byte), &decoded);
			for (size_t i = 0; i < count; i++)
				EXPECT_EQ(Press(KEY_CHARACTER, decoded[i]), LINE_EDITOR_EDITING);
		}
	}

	std::string Line()
	{
		struct text line = line_editor_line(editor_.get());
		return std::string(line.start, line.length);
	}

	// A row of the screen with '|' where the cursor stands in it.
	std::string Row(int row)
	{
		std::string shown;
		for (uint16_t column = 0; column < kColumns; column++) {
			if (screen_->cursor.row == row && screen_->cursor.column == column)
				shown += '|';
			char bytes[UTF8_BYTES_MAX];
			uint32_t character =
				terminal_screen_cell(screen_.get(), {column, static_cast<uint16_t>(row)}).character;
			shown.append(bytes, utf8_encode(character, &bytes));
		}
		shown.erase(shown.find_last_not_of(' ') + 1);
		return shown;
	}

	std::string Row()
	{
		return Row(screen_->cursor.row);
	}

	bool Beeped()
	{
		bool beeped = written_.find('\a') != std::string::npos;
		written_.clear();
		return beeped;
	}

	std::unique_ptr<struct terminal_screen> screen_;
	std::unique_ptr<struct line_editor> editor_;
	struct line_editor_hooks hooks_ = {};
	struct line_history history_ = {};
	std::vector<std::string> candidates_;
	std::string written_, asked_before_, asked_word_;
};
