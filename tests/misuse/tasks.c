// What may not cross from one task to another, and rights that are misused. Each case is a program of its own.
#include "cells/task/spawn/spawn.h"

struct request {
	unsigned from;
	unsigned to;
};
SENDABLE(request);
struct answer {
	uint64_t sum;
};
SENDABLE(answer);
struct plain {
	int number;
};

static __attribute__((unused)) void add_up(struct request *request, struct answer *answer)
{
	answer->sum = request->from + request->to;
}

// case argument_not_sendable: use of undeclared identifier 'plain_declared_SENDABLE'
static void work(struct plain *plain, struct answer *answer)
{
	answer->sum = (uint64_t)plain->number;
}
TASK_TYPE(worker, work, TASK_VALUE(plain), TASK_VALUE(answer));

// case result_not_sendable: use of undeclared identifier 'plain_declared_SENDABLE'
static void work(struct request *request, struct plain *plain)
{
	plain->number = (int)request->from;
}
TASK_TYPE(worker, work, TASK_VALUE(request), TASK_VALUE(plain));

// case argument_borrows: [sendable-borrows]
struct lookup {
	const unsigned *table;
};
SENDABLE(lookup);
static void work(struct lookup *lookup, struct answer *answer)
{
	answer->sum = *lookup->table;
}
TASK_TYPE(worker, work, TASK_VALUE(lookup), TASK_VALUE(answer));

// case result_borrows: [sendable-borrows]
struct found {
	struct text name;
};
SENDABLE(found);
static void work(struct request *request, struct found *found)
{
	(void)request;
	found->name = TEXT("x");
}
TASK_TYPE(worker, work, TASK_VALUE(request), TASK_VALUE(found));

// case entry_of_another_type: incompatible pointer types
struct other {
	int number;
};
SENDABLE(other);
TASK_TYPE(worker, add_up, TASK_VALUE(other), TASK_VALUE(answer));

// case joined_twice: releasing joinable_task 'task' that was not held
TASK_TYPE(adder, add_up, TASK_VALUE(request), TASK_VALUE(answer));
enum status misuse(void) MAY_SLEEP;
enum status misuse(void)
{
	struct request request = {1, 2};
	struct answer answer;
	struct task_failure why;
	const struct spawn_options options = {};
	OWN(joinable_task, task);
	TRY(adder_spawn(&task, &request, &options));
	TRY(adder_join(&task, &answer, &why));
	return adder_join(&task, &answer, &why);
}

// case joined_before_it_was_spawned: releasing joinable_task 'task' that was not held
TASK_TYPE(adder, add_up, TASK_VALUE(request), TASK_VALUE(answer));
enum status misuse(void) MAY_SLEEP;
enum status misuse(void)
{
	struct answer answer;
	struct task_failure why;
	OWN(joinable_task, task);
	return adder_join(&task, &answer, &why);
}
