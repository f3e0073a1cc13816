#include "cells/base/intralingual/intralingual.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/dialect/ticket.h"

namespace
{

// What the tickets and turnstiles of tests/dialect/ticket.h went through since the last call.
std::string History()
{
	struct text history = ticket_history();
	return std::string(history.start, history.length);
}

// The message of the panic that `action` ends in, or "".
template <typename Action>
std::string PanicOf(Action action)
{
	try {
		action();
	} catch (const std::runtime_error &panic) {
		return panic.what();
	}
	return "";
}

class Dialect : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		History();
	}
};

TEST_F(Dialect, AHandleIsGivenBackAtTheEndOfItsScope)
{
	{
		OWN(ticket, a);
		ASSERT_EQ(ticket_draw(&a), STATUS_OK);
		OWN(ticket, b);
		ASSERT_EQ(ticket_draw(&b), STATUS_OK);
		OWN(ticket, never_filled);
	}
	EXPECT_EQ(History(), "+1+2-2-1");
}

TEST_F(Dialect, AHandleDroppedEarlyIsNotGivenBackAgain)
{
	ticket_drop_early();
	EXPECT_EQ(History(), "+1-1.");
}

TEST_F(Dialect, AMovedHandleBelongsToItsNewOwnerAlone)
{
	{
		OWN(ticket, to);
		{
			OWN(ticket, from);
			ASSERT_EQ(ticket_draw(&from), STATUS_OK);
			ticket_move(&to, &from);
			EXPECT_TRUE(ticket_is_empty(&from));
		}
		EXPECT_EQ(ticket_number(&to), 1u);
	}
	EXPECT_EQ(History(), "+1-1");
}

TEST_F(Dialect, AHandleMovesOutOfAFunctionThroughItsParameter)
{
	{
		OWN(ticket, to);
		ticket_draw_for(&to);
		EXPECT_EQ(ticket_number(&to), 1u);
	}
	EXPECT_EQ(History(), "+1-1");
}

TEST_F(Dialect, EveryWayOutOfALoopGivesBackWhatTheRoundOwned)
{
	ticket_loop(1, 2);
	EXPECT_EQ(History(), "+1.-1+2-2+3-3");
}

TEST_F(Dialect, TryPassesTheFailureOnAndGivesBackWhatIsOwned)
{
	EXPECT_EQ(ticket_draw_two(), STATUS_NO_MEMORY);
	EXPECT_EQ(History(), "+1-1");
}

TEST_F(Dialect, APanicRunsEveryCleanUpOnItsWayInOrder)
{
	struct turnstile turnstile = {};
	EXPECT_EQ(PanicOf([&] { ticket_panic_deep(&turnstile, 3); }), "index 3 is out of bounds: there are 3 elements");
	EXPECT_EQ(History(), "+1[+2-2]-1");
	EXPECT_EQ(turnstile.held, 0);

	EXPECT_EQ(PanicOf([&] { ticket_panic_deep(&turnstile, 2); }), "");
	EXPECT_EQ(History(), "+1[+2-2]4-1");
}

TEST_F(Dialect, AGuardHoldsItsLockToTheEndOfTheScope)
{
	struct turnstile a = {}, b = {};
	ticket_guards(&a, &b);
	EXPECT_EQ(History(), "[[2][2]]");
	EXPECT_EQ(a.held, 0);
	EXPECT_EQ(b.held, 0);
}

TEST_F(Dialect, AGuardHoldsOneLockOncePerDeclaration)
{
	struct turnstile a = {}, b = {};
	{
		GUARD_OF(turnstile, &a);
		GUARD_OF(turnstile, &b);
		EXPECT_EQ(a.held, 1);
		EXPECT_EQ(b.held, 1);
	}
	EXPECT_EQ(a.held + b.held, 0);
}

TEST_F(Dialect, AGuardGivesBackOnlyWhatItHasTaken)
{
	struct turnstile a = {};
	EXPECT_EQ(PanicOf([&] {
		GUARD_OF(turnstile, &a);
		GUARD_OF(turnstile, &a);
		GUARD_OF(turnstile, &a); // is refused
	}),
		"index 2 is out of bounds: there are 2 elements");
	EXPECT_EQ(a.held, 0);
	EXPECT_EQ(History(), "[[]]");
}

TEST_F(Dialect, ASlotOwnsAndDropsWhatItHeldBefore)
{
	static struct ticket slots[2];
	OWN(ticket, a);
	OWN(ticket, b);
	ASSERT_EQ(ticket_draw(&a), STATUS_OK);
	ASSERT_EQ(ticket_draw(&b), STATUS_OK);
	ticket_put_in(&AT(slots, 1), &a);
	EXPECT_TRUE(ticket_is_empty(&a));
	EXPECT_TRUE(ticket_is_empty(&AT(slots, 0)));
	EXPECT_FALSE(ticket_is_empty(&AT(slots, 1)));
	ticket_put_in(&AT(slots, 1), &b);
	EXPECT_EQ(History(), "+1+2-1");

	OWN(ticket, out);
	ticket_take_out(&out, &AT(slots, 1));
	EXPECT_EQ(ticket_number(&out), 2u);
	EXPECT_TRUE(ticket_is_empty(&AT(slots, 1)));
	ticket_put_in(&AT(slots, 0), &out);
	ticket_drop_in(&AT(slots, 0));
	ticket_drop_in(&AT(slots, 0)); // empty by now: nothing to drop
	EXPECT_EQ(History(), "-2");
}

TEST_F(Dialect, AnEmptySlotThatIsExpectedToHoldPanics)
{
	static struct ticket slot;
	EXPECT_EQ(PanicOf([] { ticket_expect_in(&slot); }), "a slot was to hold a ticket, but it is empty");
	EXPECT_EQ(PanicOf([] {
		OWN(ticket, out);
		ticket_take_out(&out, &slot);
	}),
		"a slot was to hold a ticket, but it is empty");

	OWN(ticket, in);
	ASSERT_EQ(ticket_draw(&in), STATUS_OK);
	ticket_put_in(&slot, &in);
	EXPECT_EQ(PanicOf([] { ticket_expect_in(&slot); }), "");
	ticket_drop_in(&slot);
}

TEST_F(Dialect, AForgottenHandleIsNotGivenBack)
{
	{
		OWN(ticket, taken_over);
		ASSERT_EQ(ticket_draw(&taken_over), STATUS_OK);
		ticket_forget(&taken_over);
		EXPECT_TRUE(ticket_is_empty(&taken_over));
	}
	EXPECT_EQ(History(), "+1");
}

TEST(CheckedAccess, AtReadsAndWritesEveryElement)
{
	int values[3] = {1, 2, 3};
	EXPECT_EQ(COUNT_OF(values), 3u);
	for (size_t i = 0; i < COUNT_OF(values); i++)
		AT(values, i) *= 10;
	EXPECT_EQ(AT(values, 0) + AT(values, 1) + AT(values, 2), 60);
}

TEST(CheckedAccess, AnElementBeyondTheEndPanics)
{
	int values[3] = {1, 2, 3};
	volatile size_t beyond = 3;
	EXPECT_EQ(PanicOf([&] { AT(values, beyond) = 0; }), "index 3 is out of bounds: there are 3 elements");
	volatile int negative = -1;
	EXPECT_EQ(PanicOf([&] { AT(values, negative) = 0; }),
		"index 18446744073709551615 is out of bounds: there are 3 elements");
	EXPECT_EQ(AT(values, 0), 1);
	EXPECT_EQ(AT(values, 2), 3);
}

TEST(CheckedAccess, AtEvaluatesTheIndexOnce)
{
	int values[3] = {1, 2, 3};
	size_t next = 0;
	EXPECT_EQ(AT(values, next++), 1);
	EXPECT_EQ(next, 1u);
}

TEST(CheckedAccess, ASliceEndsWhereItsElementsEnd)
{
	static struct ticket tickets[2];
	struct ticket_list all = SLICE_OF(ticket_list, tickets);
	EXPECT_EQ(all.count, 2u);
	EXPECT_EQ(&ITEM(all, 1), &tickets[1]);
	EXPECT_EQ(PanicOf([&] { (void)&ITEM(all, 2); }), "index 2 is out of bounds: there are 2 elements");
	struct ticket_list none = {};
	EXPECT_EQ(PanicOf([&] { (void)&ITEM(none, 0); }), "index 0 is out of bounds: there are 0 elements");
}

TEST(Ledger, ThatIsFullPanics)
{
	EXPECT_NE(PanicOf([] { panic_ledger_is_full(); }).find("ledger"), std::string::npos);
}

} // namespace
