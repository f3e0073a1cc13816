#include "cells/channel/channel_waiters/channel_waiters.h"

static void count(struct channel_waiters *waiters, uint32_t more)
{
	__atomic_fetch_add(&waiters->count, more, __ATOMIC_SEQ_CST);
}

static void wake_first(struct channel_waiters *waiters, enum channel_side side) NEEDS_LOCK(&waiters->lock)
{
	struct wait_node *first = AT(waiters->lists, side).first;
	if (!first)
		return;
	count(waiters, -1U);
	wait_node_grant(first);
}

void channel_waiters_wake(struct channel_waiters *waiters, enum channel_side side)
{
	GUARD(&waiters->lock);
	wake_first(waiters, side);
}

void channel_waiters_wake_all(struct channel_waiters *waiters)
{
	GUARD(&waiters->lock);
	while (waiters->count > 0) {
		wake_first(waiters, CHANNEL_SENDERS);
		wake_first(waiters, CHANNEL_RECEIVERS);
	}
}

void channel_turn_enter(
	struct channel_turn *turn, struct channel_waiters *waiters, enum channel_side side, const void *channel)
{
	GUARD(&waiters->lock);
	turn->waiters = waiters;
	turn->side = side;
	turn->is_woken = false;
	turn->is_queued = true;
	wait_node_enter(&turn->node, &AT(waiters->lists, side), &waiters->lock, channel);
	count(waiters, 1);
}

enum status channel_turn_wait(struct channel_turn *turn, uint64_t deadline_nanoseconds)
{
	enum status status = wait_node_wait(&turn->node, deadline_nanoseconds);
	turn->is_queued = false;
	if (status)
		count(turn->waiters, -1U); // else who has woken it has counted
	else
		turn->is_woken = true;
	return status;
}

// Out of the list, and whether there is a wake that nobody has made use of.
static bool leave(struct channel_turn *turn)
{
	if (turn->is_queued) {
		turn->is_queued = false;
		if (wait_node_leave(&turn->node))
			turn->is_woken = true;
		else
			count(turn->waiters, -1U);
	}
	bool is_woken = turn->is_woken;
	turn->is_woken = false;
	return is_woken;
}

enum status channel_turn_wait_for_any(struct channel_turn_list turns, uint64_t deadline_nanoseconds)
{
	struct wait_node *nodes[CHANNEL_TURNS];
	for (size_t i = 0; i < turns.count; i++)
		AT(nodes, i) = &ITEM(turns, i).node;
	struct wait_node_list all = {nodes, turns.count};
	enum status status = wait_node_wait_for_any(all, deadline_nanoseconds);
	for (size_t i = 0; i < turns.count; i++) {
		struct channel_turn *turn = &ITEM(turns, i);
		turn->is_woken = leave(turn);
	}
	return status;
}

void channel_turn_use(struct channel_turn *turn)
{
	if (turn->is_queued)
		return; // a wake that comes now is for someone else
	turn->is_woken = false;
}

void channel_turn_release(struct channel_turn *turn)
{
	if (!turn->waiters)
		return;
	if (leave(turn) && channel_waiters_are_there(turn->waiters))
		channel_waiters_wake(turn->waiters, turn->side);
	wait_node_drop_in(&turn->node);
	turn->waiters = NULL;
	turn->side = 0;
}
