#include "tools/depgraph/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/depgraph/array.h"

enum { ISO_MAGIC_OFFSET = 0x8001, DIRECTORY_DEPTH_LIMIT = 32 };

bool input_refuse(struct input_error *why, const char *origin, const char *format, ...)
{
	int length = snprintf(why->message, sizeof why->message, "%s: ", origin);
	if (length < 0 || (size_t)length >= sizeof why->message)
		return false;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why->message + length, sizeof why->message - (size_t)length, format, arguments);
	va_end(arguments);
	return false;
}

static bool begins_with(struct bytes file, size_t offset, const char *magic, size_t length)
{
	struct bytes slice;
	return bytes_slice(file, offset, length, &slice) == STATUS_OK && memcmp(slice.data, magic, length) == 0;
}

bool input_bytes(struct graph *graph, struct bytes file, const char *origin, struct input_error *why)
{
	if (begins_with(file, 0, "\177ELF", 4))
		return input_object(graph, file, origin, why);
	if (begins_with(file, 0, "070701", 6))
		return input_archive(graph, file, origin, why);
	if (begins_with(file, 0, "!<arch>\n", 8))
		return input_library(graph, file, origin, why);
	if (begins_with(file, 0, "{", 1))
		return input_json(graph, file, origin, why);
	if (begins_with(file, ISO_MAGIC_OFFSET, "CD001", 5))
		return input_iso(graph, file, origin, why);
	return input_refuse(why, origin,
		"offset 0: not an object (ELF), an archive of cells (cpio), a static library (ar), an ISO 9660 image "
		"or a saved graph (JSON)");
}

// What comes through a pipe, in memory that can be unmapped like a file.
static bool read_pipe(int descriptor, const char *path, struct bytes *file, struct input_error *why)
{
	size_t capacity = 1 << 20, size = 0;
	char *memory = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ssize_t count = 1;
	while (memory != MAP_FAILED && (count = read(descriptor, memory + size, capacity - size)) > 0) {
		size += (size_t)count;
		if (size < capacity)
			continue;
		char *larger = mremap(memory, capacity, 2 * capacity, MREMAP_MAYMOVE);
		if (larger == MAP_FAILED)
			munmap(memory, capacity);
		memory = larger;
		capacity *= 2;
	}
	if (memory == MAP_FAILED || count < 0) {
		int cause = errno;
		if (memory != MAP_FAILED)
			munmap(memory, capacity);
		return input_refuse(why, path, "%s", strerror(cause));
	}
	if (!size) {
		munmap(memory, capacity);
		return input_refuse(why, path, "offset 0: the file is empty");
	}
	size_t page = (size_t)sysconf(_SC_PAGESIZE), used = (size + page - 1) / page * page;
	if (used < capacity)
		munmap(memory + used, capacity - used);
	*file = bytes_from((unsigned char *)memory, size);
	return true;
}

// A private mapping: libelf wants memory that it could write to. The caller unmaps it.
static bool map_file(const char *path, struct bytes *file, struct input_error *why)
{
	int descriptor =
		strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (descriptor < 0 || fstat(descriptor, &status) != 0) {
		int cause = errno;
		if (descriptor >= 0)
			close(descriptor);
		return input_refuse(why, path, "%s", strerror(cause));
	}
	if (!S_ISREG(status.st_mode)) {
		bool good = read_pipe(descriptor, path, file, why);
		close(descriptor);
		return good;
	}
	*file = (struct bytes){};
	void *memory = NULL;
	if (status.st_size > 0)
		memory = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
	int cause = errno;
	close(descriptor);
	if (memory == MAP_FAILED)
		return input_refuse(why, path, "%s", strerror(cause));
	if (!memory)
		return input_refuse(why, path, "offset 0: the file is empty");
	*file = bytes_from(memory, (size_t)status.st_size);
	return true;
}

static void unmap_file(struct bytes file)
{
	munmap((void *)(uintptr_t)file.data, file.size_bytes);
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t length = strlen(name), suffix_length = strlen(suffix);
	return length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

// The objects below a directory, found before any is read: if some are cells, the others are left out (a build tree
// holds every object also without its metadata).
struct found_objects {
	char **paths;
	size_t count, capacity;
	size_t cell_count;
	bool *is_cell;
	size_t is_cell_count, is_cell_capacity;
};

static bool note_object(struct found_objects *found, char *path, struct input_error *why)
{
	struct bytes file;
	struct stat status;
	if (stat(path, &status) == 0 && status.st_size == 0) {
		free(path);
		return true;
	}
	if (!map_file(path, &file, why)) {
		free(path);
		return false;
	}
	bool is_cell = input_has_metadata(file);
	unmap_file(file);
	*ARRAY_ADD(found->paths, found->count, found->capacity) = path;
	*ARRAY_ADD(found->is_cell, found->is_cell_count, found->is_cell_capacity) = is_cell;
	found->cell_count += is_cell;
	return true;
}

static bool find_objects(struct found_objects *found, const char *directory, int depth, struct input_error *why);

static bool find_entry(
	struct found_objects *found, const char *directory, const char *name, int depth, struct input_error *why)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		abort();
	struct stat status;
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		bool good = find_objects(found, path, depth + 1, why);
		free(path);
		return good;
	}
	if (ends_in(name, ".o") || ends_in(name, ".ko"))
		return note_object(found, path, why);
	free(path);
	return true;
}

static bool find_objects(struct found_objects *found, const char *directory, int depth, struct input_error *why)
{
	if (depth > DIRECTORY_DEPTH_LIMIT)
		return input_refuse(why, directory, "more than %d directories deep", DIRECTORY_DEPTH_LIMIT);
	struct dirent **entries = NULL;
	int count = scandir(directory, &entries, NULL, alphasort);
	if (count < 0)
		return input_refuse(why, directory, "%s", strerror(errno));
	bool good = true;
	for (int i = 0; i < count; i++) {
		if (good && entries[i]->d_name[0] != '.')
			good = find_entry(found, directory, entries[i]->d_name, depth, why);
		free(entries[i]);
	}
	free(entries);
	return good;
}

typedef bool bytes_reader(struct graph *graph, struct bytes file, const char *origin, struct input_error *why);

static bool read_file(struct graph *graph, const char *path, bytes_reader *read, struct input_error *why)
{
	struct bytes file;
	if (!map_file(path, &file, why))
		return false;
	bool good = read(graph, file, path, why);
	unmap_file(file);
	return good;
}

static bool read_directory(struct graph *graph, const char *path, struct input_error *why)
{
	struct found_objects found = {};
	bool good = find_objects(&found, path, 0, why);
	if (good && !found.count)
		good = input_refuse(why, path, "no object (*.o, *.ko) in this directory or below");
	for (size_t i = 0; good && i < found.count; i++)
		if (found.is_cell[i] || !found.cell_count)
			good = read_file(graph, found.paths[i], input_bytes, why);
	for (size_t i = 0; i < found.count; i++)
		free(found.paths[i]);
	free(found.paths);
	free(found.is_cell);
	return good;
}

bool input_read(struct graph *graph, const char *path, struct input_error *why)
{
	static const char recorded[] = INPUT_LIVE_PREFIX "file:";
	struct stat status;
	if (strncmp(path, recorded, sizeof recorded - 1) == 0)
		return read_file(graph, path + sizeof recorded - 1, input_frames, why);
	if (strncmp(path, INPUT_LIVE_PREFIX, sizeof INPUT_LIVE_PREFIX - 1) == 0)
		return input_live(graph, path, why);
	if (strcmp(path, "-") == 0)
		return read_file(graph, path, input_bytes, why);
	if (stat(path, &status) != 0)
		return input_refuse(why, path, "%s", strerror(errno));
	return S_ISDIR(status.st_mode) ? read_directory(graph, path, why) : read_file(graph, path, input_bytes, why);
}
