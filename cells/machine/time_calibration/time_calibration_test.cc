#include "cells/machine/time_calibration/time_calibration.h"

#include <gtest/gtest.h>

#include <cstring>

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/machine/precision_timer/precision_timer.h"
#include "cells/machine/time_calibration/passing_time.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

class TimeCalibration : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		static const struct frame_region usable = {{0x100000}, 8 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
		processor_host()->features.edx = 1 << 9;
		struct diagnosis why = {};
		ASSERT_EQ(local_apic_start(&why), STATUS_OK) << why.message;
	}

	enum status Run()
	{
		why_ = {};
		machine_.Connect();
		enum status status = time_calibration_run(false, &calibration_, &why_);
		port_io_host_connect(nullptr, nullptr, nullptr);
		return status;
	}

	void ExpectRight()
	{
		EXPECT_NEAR(
			double(calibration_.timestamp_hertz), machine_.timestamp_hertz, machine_.timestamp_hertz / 500);
		EXPECT_NEAR(double(calibration_.timer_hertz), machine_.timer_hertz, machine_.timer_hertz / 500);
	}

	PassingTime machine_;
	struct time_calibration calibration_ = {};
	struct diagnosis why_ = {};
};

TEST_F(TimeCalibration, MeasuresBothAgainstTheOldTimer)
{
	ASSERT_EQ(Run(), STATUS_OK) << why_.message;
	ExpectRight();
	machine_ = PassingTime();
	machine_.timestamp_hertz = 1e9;
	machine_.timer_hertz = 6.25e6;
	ASSERT_EQ(Run(), STATUS_OK) << why_.message;
	ExpectRight();
}

TEST_F(TimeCalibration, AMeasurementInWhichTheMachineWasStoppedIsNotBelieved)
{
	machine_.stall_at = 0.005;
	machine_.stall = 0.2; // the old timer has begun anew more than once
	ASSERT_EQ(Run(), STATUS_OK) << why_.message;
	ExpectRight();
}

TEST_F(TimeCalibration, ATimerThatStandsStillIsNone)
{
	machine_.stands_still = true;
	machine_.per_access = 1e-9;
	EXPECT_EQ(Run(), STATUS_NO_DEVICE);
	EXPECT_NE(strstr(why_.message, "stands still"), nullptr);
}

TEST_F(TimeCalibration, NeitherIsAPrecisionTimerThatDoes)
{
	*static_cast<uint64_t *>(page_table_host_physical({0xFED00000}, 8)) = 0x0098968080862201;
	ASSERT_EQ(precision_timer_start(0xFED00000, &why_), STATUS_OK) << why_.message;
	EXPECT_EQ(time_calibration_run(true, &calibration_, &why_), STATUS_NO_DEVICE);
	EXPECT_NE(strstr(why_.message, "HPET stands still"), nullptr);
	EXPECT_EQ(*static_cast<uint32_t *>(page_table_host_physical({0xFEE00320}, 4)) >> 16 & 1, 1u)
		<< "the core's timer is off again";
}

} // namespace
