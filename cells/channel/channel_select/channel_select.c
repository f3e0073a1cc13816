#include "cells/channel/channel_select/channel_select.h"

void channel_select_release(struct channel_select *select)
{
	for (size_t i = 0; i < select->count; i++)
		channel_turn_drop_in(&AT(select->turns, i));
	select->count = 0;
}

void channel_select_begin(struct channel_select *select)
{
	channel_select_drop_in(select);
}

void channel_select_add(struct channel_select *select, struct async_channel *channel, enum channel_side side)
{
	struct channel_turn *turn = &AT(select->turns, select->count);
	select->count++;
	channel_turn_enter(turn, &channel->waiters, side, channel);
}

enum status channel_select_wait(struct channel_select *select, uint64_t deadline_nanoseconds)
{
	struct channel_turn_list turns = {select->turns, select->count};
	return channel_turn_wait_for_any(turns, deadline_nanoseconds);
}
