// The peer: the rows of `bench` as a Linux program, the first and only process of a machine.
//
// Prints `BENCH name median p5 p95 n` in ticks of the time-stamp counter, without the cost of reading it, as
// cells/app/bench_row does; with `-icount shift=0` a tick is one instruction in both. Then it powers the machine off.
// The operations are what a program would use for the same purpose: mmap with MAP_POPULATE, mprotect, munmap, the C
// library's heap, init_module.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES_MAX = 301, PAGE = 4096, BATCH = 2000, BATCH_BYTES = 64, SLOTS = 512, STEPS = 1000, BYTES_MAX = 1000 };

static uint64_t samples[SAMPLES_MAX];
static void *slots[BATCH];
static uint32_t random_state = 1;

static void give_up(const char *what)
{
	printf("FAILED %s: %m\n", what);
	fflush(stdout);
	reboot(RB_POWER_OFF);
}

static uint64_t now(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static uint64_t reading_ticks(void)
{
	uint64_t least = UINT64_MAX;
	for (int i = 0; i < 101; i++) {
		uint64_t start = now();
		uint64_t ticks = now() - start;
		if (ticks < least)
			least = ticks;
	}
	return least;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static unsigned long long percentile(size_t count, unsigned percent, size_t operations)
{
	return (samples[(count - 1) * percent / 100] + operations / 2) / operations;
}

struct operation {
	uint64_t (*once)(size_t argument);
	size_t argument;
	size_t count;
	size_t operations;
};

static void row(const char *name, struct operation operation)
{
	uint64_t reading = reading_ticks();
	operation.once(operation.argument); // the first time is not the usual one
	for (size_t i = 0; i < operation.count; i++) {
		uint64_t ticks = operation.once(operation.argument);
		samples[i] = ticks > reading ? ticks - reading : 0;
	}
	qsort(samples, operation.count, sizeof *samples, compare);
	printf("BENCH %s %llu %llu %llu %zu\n", name, percentile(operation.count, 50, operation.operations),
		percentile(operation.count, 5, operation.operations),
		percentile(operation.count, 95, operation.operations), operation.count);
}

// ---- Memory ----

// Without a fault on the way, and in small pages, as the other system has it.
static unsigned char *map(size_t page_count)
{
	void *memory =
		mmap(0, page_count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		give_up("mmap");
	return memory;
}

static uint64_t time_map_populate_unmap(size_t page_count)
{
	uint64_t start = now();
	unsigned char *memory = map(page_count);
	for (size_t i = 0; i < page_count; i++)
		*(volatile unsigned char *)(memory + i * PAGE) = 1;
	munmap(memory, page_count * PAGE);
	return now() - start;
}

static uint64_t time_mprotect(size_t page_count)
{
	unsigned char *memory = map(page_count);
	uint64_t start = now();
	if (mprotect(memory, page_count * PAGE, PROT_READ))
		give_up("mprotect");
	uint64_t ticks = now() - start;
	munmap(memory, page_count * PAGE);
	return ticks;
}

static uint64_t time_unmap(size_t page_count)
{
	unsigned char *memory = map(page_count);
	uint64_t start = now();
	munmap(memory, page_count * PAGE);
	return now() - start;
}

static void bench_memory(void)
{
	static const size_t page_counts[] = {1, 16, 256, 4096};
	for (size_t i = 0; i < sizeof page_counts / sizeof *page_counts; i++) {
		size_t pages = page_counts[i], count = pages >= 1000 ? 9 : 101;
		char name[64];
		snprintf(name, sizeof name, "mem_map_populate_unmap_%zup", pages);
		row(name, (struct operation){time_map_populate_unmap, pages, count, 1});
		snprintf(name, sizeof name, "mem_mprotect_%zup", pages);
		row(name, (struct operation){time_mprotect, pages, count, 1});
		snprintf(name, sizeof name, "mem_unmap_%zup", pages);
		row(name, (struct operation){time_unmap, pages, count, 1});
	}
}

// ---- Heap ----

static void *allocate(size_t size)
{
	void *object = malloc(size);
	if (!object)
		give_up("malloc");
	*(volatile char *)object = 1;
	return object;
}

// Zeroed, as the other system's objects are.
static uint64_t time_malloc_free(size_t zeroed)
{
	uint64_t start = now();
	void *volatile object = zeroed ? calloc(1, BATCH_BYTES) : malloc(BATCH_BYTES);
	free(object);
	return now() - start;
}

static uint64_t time_threadtest(size_t unused)
{
	(void)unused;
	uint64_t start = now();
	for (size_t i = 0; i < BATCH; i++)
		slots[i] = allocate(BATCH_BYTES);
	for (size_t i = 0; i < BATCH; i++)
		free(slots[i]);
	uint64_t ticks = now() - start;
	memset(slots, 0, sizeof slots);
	return ticks;
}

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static uint64_t time_shbench(size_t unused)
{
	(void)unused;
	uint64_t start = now();
	for (size_t i = 0; i < STEPS; i++) {
		uint32_t number = next_random();
		free(slots[number % SLOTS]);
		slots[number % SLOTS] = allocate(1 + (number >> 12) % BYTES_MAX);
	}
	return now() - start;
}

static void bench_heap(void)
{
	row("malloc_free_64", (struct operation){time_malloc_free, 0, 101, 1});
	row("calloc_free_64", (struct operation){time_malloc_free, 1, 101, 1});
	row("heap_threadtest_1t", (struct operation){time_threadtest, 0, 51, BATCH});
	row("heap_shbench_1t", (struct operation){time_shbench, 0, 51, STEPS});
}

// ---- Module ----

static char module[1 << 16];
static size_t module_bytes;

static uint64_t time_load(size_t unload)
{
	uint64_t start = now();
	if (syscall(SYS_init_module, module, module_bytes, ""))
		give_up("init_module");
	uint64_t middle = now();
	if (syscall(SYS_delete_module, "crc7", 0))
		give_up("delete_module");
	return unload ? now() - middle : middle - start;
}

static void bench_module(void)
{
	int file = open("/module.ko", O_RDONLY);
	ssize_t size = read(file, module, sizeof module);
	if (size <= 0 || (size_t)size == sizeof module)
		give_up("/module.ko");
	module_bytes = (size_t)size;
	row("module_load", (struct operation){time_load, 0, 51, 1});
	row("module_unload", (struct operation){time_load, 1, 51, 1});
}

int main(int count, char **arguments)
{
	struct timespec booted;
	clock_gettime(CLOCK_BOOTTIME, &booted);
	mkdir("/dev", 0755);
	int console = open("/dev/console", O_RDWR);
	if (console >= 0) {
		dup2(console, 1);
		dup2(console, 2);
	}
	unsigned long long ticks = (unsigned long long)booted.tv_sec * 1000000000u + (unsigned long long)booted.tv_nsec;
	printf("\nBENCH boot %llu %llu %llu 1\n", ticks, ticks, ticks);
	// The kernel passes on the words of its command line that it does not know. `quick`: only what takes least.
	int quick = 0;
	for (int i = 1; i < count; i++)
		quick |= strcmp(arguments[i], "quick") == 0;
	if (!quick)
		bench_memory();
	bench_heap();
	bench_module();
	printf("BENCH done\n");
	fflush(stdout);
	reboot(RB_POWER_OFF);
}
