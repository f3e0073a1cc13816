#include "cells/hal/firmware_config/firmware_config.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/hal/port_io/port_io.h"

namespace
{

// QEMU's fw_cfg as its specification describes it: items that are read byte by byte.
class FirmwareConfig : public testing::Test
{
      protected:
	void SetUp() override
	{
		port_io_host_connect(
			this,
			[](void *context, uint16_t port, unsigned size_bytes) {
				return static_cast<FirmwareConfig *>(context)->Read(port, size_bytes);
			},
			[](void *context, uint16_t port, unsigned size_bytes, uint32_t value) {
				auto *self = static_cast<FirmwareConfig *>(context);
				if (port != 0x510)
					return;
				EXPECT_EQ(size_bytes, 2u);
				self->selected_ = value;
				self->position_ = 0;
			});
	}
	void TearDown() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	void AddFile(const std::string &name, const std::string &content)
	{
		names_.push_back(name);
		contents_.push_back(content);
	}

	enum status Read(const std::string &name)
	{
		buffer_.fill('#');
		size_bytes_ = 999;
		return firmware_config_read(
			{name.data(), name.size()}, bytes_mut_from(buffer_.data(), buffer_.size()), &size_bytes_);
	}

	std::string Result() const
	{
		return std::string(buffer_.begin(), buffer_.begin() + size_bytes_);
	}

	bool present_ = true;
	uint32_t claimed_files_ = 0; // 0: as many as there are
	std::array<unsigned char, 32> buffer_;
	size_t size_bytes_;

      private:
	static void BigEndian(std::string *out, uint32_t value, int size_bytes)
	{
		for (int i = size_bytes - 1; i >= 0; i--)
			out->push_back(static_cast<char>(value >> (8 * i)));
	}

	std::string Directory() const
	{
		std::string out;
		BigEndian(&out, claimed_files_ ? claimed_files_ : names_.size(), 4);
		for (size_t i = 0; i < names_.size(); i++) {
			BigEndian(&out, contents_[i].size(), 4);
			BigEndian(&out, 0x20 + i, 2);
			BigEndian(&out, 0, 2);
			std::string name = names_[i];
			name.resize(56);
			out += name;
		}
		return out;
	}

	uint32_t Read(uint16_t port, unsigned size_bytes)
	{
		EXPECT_EQ(port, 0x511);
		EXPECT_EQ(size_bytes, 1u);
		if (!present_)
			return 0xFF;
		std::string item = selected_ == 0                        ? "QEMU"
				   : selected_ == 0x19                   ? Directory()
				   : selected_ - 0x20 < contents_.size() ? contents_[selected_ - 0x20]
									 : "";
		return position_ < item.size() ? static_cast<unsigned char>(item[position_++]) : 0;
	}

	std::vector<std::string> names_, contents_;
	uint32_t selected_ = 0;
	size_t position_ = 0;
};

TEST_F(FirmwareConfig, ReadsTheFileOfThatName)
{
	AddFile("etc/acpi/tables", "tables");
	AddFile("opt/ariadne/options", "log=debug");
	AddFile("opt/ariadne/exec", "cells; deps shell");
	ASSERT_EQ(Read("opt/ariadne/options"), STATUS_OK);
	EXPECT_EQ(Result(), "log=debug");
	ASSERT_EQ(Read("opt/ariadne/exec"), STATUS_OK);
	EXPECT_EQ(Result(), "cells; deps shell");
}

TEST_F(FirmwareConfig, AnEmptyFileIsAFile)
{
	AddFile("opt/ariadne/exec", "");
	ASSERT_EQ(Read("opt/ariadne/exec"), STATUS_OK);
	EXPECT_EQ(size_bytes_, 0u);
}

TEST_F(FirmwareConfig, ANameMustMatchWhollyAndMayFillItsField)
{
	std::string longest(56, 'n');
	AddFile(longest, "found");
	EXPECT_EQ(Read(longest.substr(1)), STATUS_NOT_FOUND);
	EXPECT_EQ(Read(longest + "n"), STATUS_NOT_FOUND);
	EXPECT_EQ(Read(longest), STATUS_OK);
}

TEST_F(FirmwareConfig, SaysWhatIsMissing)
{
	AddFile("opt/ariadne/options", "log=debug");
	EXPECT_EQ(Read("opt/ariadne/exec"), STATUS_NOT_FOUND);
	present_ = false;
	EXPECT_EQ(Read("opt/ariadne/options"), STATUS_NO_DEVICE);
	EXPECT_EQ(size_bytes_, 999u);
}

TEST_F(FirmwareConfig, AFileThatDoesNotFitIsNotCopiedAtAll)
{
	AddFile("opt/ariadne/exec", std::string(33, 'x'));
	EXPECT_EQ(Read("opt/ariadne/exec"), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(buffer_[0], '#');
	EXPECT_EQ(size_bytes_, 999u);
}

TEST_F(FirmwareConfig, ADirectoryOfAbsurdLengthIsRefused)
{
	claimed_files_ = 0xFFFFFFFF;
	EXPECT_EQ(Read("opt/ariadne/exec"), STATUS_MALFORMED);
}

} // namespace
