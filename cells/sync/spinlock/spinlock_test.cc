#include "cells/sync/spinlock/spinlock.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/hal/processor/processor.h"

namespace
{

class Spinlock : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
	}
	struct spinlock lock_ = {};
};

TEST_F(Spinlock, InterruptsAreOffWhileItIsHeld)
{
	spinlock_lock(&lock_);
	EXPECT_TRUE(spinlock_is_held(&lock_));
	EXPECT_FALSE(processor_interrupts_enabled());
	spinlock_unlock(&lock_);
	EXPECT_FALSE(spinlock_is_held(&lock_));
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST_F(Spinlock, InterruptsThatWereOffStayOff)
{
	processor_disable_interrupts();
	spinlock_lock(&lock_);
	spinlock_unlock(&lock_);
	EXPECT_FALSE(processor_interrupts_enabled());
}

TEST_F(Spinlock, NestedLocksGiveInterruptsBackWithTheOutermost)
{
	struct spinlock inner = {};
	spinlock_lock(&lock_);
	spinlock_lock(&inner);
	spinlock_unlock(&inner);
	EXPECT_FALSE(processor_interrupts_enabled());
	spinlock_unlock(&lock_);
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST_F(Spinlock, AGuardHoldsItToTheEndOfTheScope)
{
	struct spinlock other = {};
	{
		GUARD(&lock_);
		GUARD(&other);
		EXPECT_TRUE(spinlock_is_held(&lock_));
		EXPECT_TRUE(spinlock_is_held(&other));
	}
	EXPECT_FALSE(spinlock_is_held(&lock_));
	EXPECT_FALSE(spinlock_is_held(&other));
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST_F(Spinlock, APanicInTheScopeGivesItBack)
{
	EXPECT_THROW(
		{
			GUARD(&lock_);
			throw std::runtime_error("a panic");
		},
		std::runtime_error);
	EXPECT_FALSE(spinlock_is_held(&lock_));
}

TEST_F(Spinlock, TakingItTwiceIsAPanicAndNotADeadlock)
{
	GUARD(&lock_);
	try {
		spinlock_lock(&lock_);
		FAIL() << "taken twice";
	} catch (const std::runtime_error &error) {
		EXPECT_NE(std::string(error.what()).find("holds already"), std::string::npos) << error.what();
	}
}

TEST_F(Spinlock, OnlyTheHolderGivesItBack)
{
	EXPECT_THROW(spinlock_unlock(&lock_), std::runtime_error);
	spinlock_lock(&lock_);
	processor_host()->identity = 9;
	EXPECT_THROW(spinlock_unlock(&lock_), std::runtime_error);
	EXPECT_TRUE(spinlock_is_held(&lock_));
	processor_host()->identity = 1;
	spinlock_unlock(&lock_);
}

TEST_F(Spinlock, BrokenItIsFree)
{
	spinlock_lock(&lock_);
	spinlock_break(&lock_);
	EXPECT_FALSE(spinlock_is_held(&lock_));
	spinlock_lock(&lock_);
	spinlock_unlock(&lock_);
}

} // namespace
