#include "tools/depgraph/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

// FNV-1a, 64 bit (Fowler, Noll, Vo), folded: the low bits index the table.
static size_t hash_of(const char *start, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)start[i]) * 0x100000001b3;
	return hash ^ hash >> 29;
}

void strings_init(struct strings *strings)
{
	*strings = (struct strings){.table_size = 1024};
	strings->table = ARRAY_NEW(uint64_t, strings->table_size);
	strings_add(strings, "", 0);
}

void strings_free(struct strings *strings)
{
	free(strings->bytes);
	free(strings->starts);
	free(strings->table);
	*strings = (struct strings){};
}

const char *strings_get(const struct strings *strings, uint32_t number)
{
	return strings->bytes + strings->starts[number];
}

// An entry of the table: most strings that differ already differ here, without a look at their bytes.
static uint64_t entry_of(size_t hash, uint32_t number)
{
	return (uint64_t)(uint32_t)hash << 32 | (number + 1);
}

static uint32_t number_of(uint64_t entry)
{
	return (uint32_t)entry - 1;
}

// The slot that holds the string of that hash, or the empty one where it belongs.
static size_t slot_of(const struct strings *strings, size_t hash, const char *start, size_t length)
{
	size_t slot = hash & (strings->table_size - 1);
	for (; strings->table[slot]; slot = (slot + 1) & (strings->table_size - 1)) {
		if (strings->table[slot] >> 32 != (uint32_t)hash)
			continue;
		const char *there = strings_get(strings, number_of(strings->table[slot]));
		if (strncmp(there, start, length) == 0 && there[length] == '\0')
			break;
	}
	return slot;
}

// The 32 bits of the hash in each entry are enough for the new place: the table never has more slots.
static void double_table(struct strings *strings)
{
	uint64_t *old = strings->table;
	size_t old_size = strings->table_size;
	strings->table_size *= 2;
	strings->table = ARRAY_NEW(uint64_t, strings->table_size);
	for (size_t i = 0; i < old_size; i++) {
		size_t slot = old[i] >> 32 & (strings->table_size - 1);
		if (!old[i])
			continue;
		while (strings->table[slot])
			slot = (slot + 1) & (strings->table_size - 1);
		strings->table[slot] = old[i];
	}
	free(old);
}

static void append_bytes(struct strings *strings, const char *start, size_t length)
{
	if (strings->size_bytes + length + 1 > strings->capacity_bytes) {
		size_t wanted = (strings->size_bytes + length + 1) * 3 / 2 + 4096;
		char *bytes = wanted <= UINT32_MAX ? realloc(strings->bytes, wanted) : NULL;
		if (!bytes) {
			fprintf(stderr, "depgraph: no memory for %zu bytes of names\n", wanted);
			exit(70);
		}
		strings->bytes = bytes;
		strings->capacity_bytes = wanted;
	}
	memcpy(strings->bytes + strings->size_bytes, start, length);
	strings->bytes[strings->size_bytes + length] = '\0';
	strings->size_bytes += length + 1;
}

uint32_t strings_add(struct strings *strings, const char *start, size_t length)
{
	length = length ? strnlen(start, length) : 0;
	size_t hash = hash_of(start, length);
	size_t slot = slot_of(strings, hash, start, length);
	if (strings->table[slot])
		return number_of(strings->table[slot]);
	uint32_t begins = (uint32_t)strings->size_bytes;
	append_bytes(strings, start, length);
	*ARRAY_ADD(strings->starts, strings->count, strings->capacity) = begins;
	uint32_t number = (uint32_t)strings->count - 1;
	strings->table[slot] = entry_of(hash, number);
	if (strings->count * 2 > strings->table_size)
		double_table(strings);
	return number;
}

uint32_t strings_find(const struct strings *strings, const char *string)
{
	size_t length = strlen(string);
	size_t slot = slot_of(strings, hash_of(string, length), string, length);
	return strings->table[slot] ? number_of(strings->table[slot]) : UINT32_MAX;
}
