// Reads the live graph out of a running system: asks its shell through the serial line, which QEMU offers as a socket.
//
//     qemu-system-x86_64 ... -serial unix:/tmp/ariadne,server=on,wait=off       live:unix:/tmp/ariadne
//     qemu-system-x86_64 ... -serial tcp:localhost:4321,server=on,wait=off      live:tcp:localhost:4321
//
// The system may still be booting, its log may write into the graph, or nobody may be there; so the question is asked
// again while no answer has begun, a torn answer is asked for again a few times, and there is an end to waiting.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tools/depgraph/frames.h"
#include "tools/depgraph/input.h"

enum {
	ASK_AGAIN_MS = 5000,
	ATTEMPTS = 4,
	TAIL_BYTES = 100, // of what was said instead of a graph
};

int input_live_seconds = 60;

struct line {
	const char *origin;
	struct input_error *why;
	int descriptor;
	int64_t give_up_ms; // when
	char tail[TAIL_BYTES + 1];
	size_t tail_length;
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool connect_unix(struct line *line, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path)
		return input_refuse(line->why, line->origin, "the path of a socket has at most %zu characters",
			sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path));
	line->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (line->descriptor >= 0 && connect(line->descriptor, (const struct sockaddr *)&address, sizeof address) == 0)
		return true;
	return input_refuse(line->why, line->origin, "cannot connect: %s", strerror(errno));
}

static bool connect_tcp(struct line *line, const char *where)
{
	char host[256];
	const char *colon = strrchr(where, ':');
	if (!colon || colon == where || !colon[1] || (size_t)(colon - where) >= sizeof host)
		return input_refuse(line->why, line->origin, "expected live:tcp:HOST:PORT");
	snprintf(host, sizeof host, "%.*s", (int)(colon - where), where);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int mistake = getaddrinfo(host, colon + 1, &hints, &found);
	if (mistake)
		return input_refuse(line->why, line->origin, "%s", gai_strerror(mistake));
	int cause = ECONNREFUSED;
	for (struct addrinfo *at = found; at && line->descriptor < 0; at = at->ai_next) {
		line->descriptor = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
		if (line->descriptor < 0 || connect(line->descriptor, at->ai_addr, at->ai_addrlen) == 0)
			continue;
		cause = errno;
		close(line->descriptor);
		line->descriptor = -1;
	}
	freeaddrinfo(found);
	return line->descriptor >= 0 || input_refuse(line->why, line->origin, "cannot connect: %s", strerror(cause));
}

// Ctrl-C drops what somebody may have begun to type.
static bool ask(struct line *line, const char *mark)
{
	char question[64];
	int length = snprintf(question, sizeof question, "\003deps --json %s\r", mark);
	ssize_t sent = send(line->descriptor, question, (size_t)length, MSG_NOSIGNAL);
	return sent == length || input_refuse(line->why, line->origin, "cannot ask: %s",
					 sent < 0 ? strerror(errno) : "the line takes no more");
}

// Keeps the end of what was said, printable characters only.
static void remember(struct line *line, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool printable = bytes[i] >= ' ' && bytes[i] <= '~';
		if (line->tail_length == TAIL_BYTES)
			memmove(line->tail, line->tail + 1, --line->tail_length);
		line->tail[line->tail_length++] = printable ? bytes[i] : ' ';
	}
}

// Waits for bytes and takes them; false at the end of all patience.
static bool listen_for(struct line *line, struct frames *frames, int64_t until_ms)
{
	char bytes[16384];
	int64_t left = (until_ms < line->give_up_ms ? until_ms : line->give_up_ms) - now_ms();
	struct pollfd poll_for = {.fd = line->descriptor, .events = POLLIN};
	int ready = poll(&poll_for, 1, left > 0 ? (int)left : 0);
	if (ready < 0 && errno != EINTR)
		return input_refuse(line->why, line->origin, "cannot listen: %s", strerror(errno));
	if (ready > 0) {
		ssize_t count = recv(line->descriptor, bytes, sizeof bytes, 0);
		if (count <= 0)
			return input_refuse(line->why, line->origin,
				"the line was closed after %u lines of the graph%s%s", frames->count,
				count < 0 ? ": " : "", count < 0 ? strerror(errno) : "");
		remember(line, bytes, (size_t)count);
		frames_take(frames, bytes, (size_t)count);
	}
	if (now_ms() < line->give_up_ms)
		return true;
	line->tail[line->tail_length] = '\0';
	if (frames->state == FRAMES_READING)
		return input_refuse(line->why, line->origin, "after %d seconds only %u lines of the graph have come",
			input_live_seconds, frames->count);
	return input_refuse(line->why, line->origin, "no graph came within %d seconds%s%s%s", input_live_seconds,
		line->tail_length ? "; the last that came was: '" : ": nothing came at all", line->tail,
		line->tail_length ? "'" : "");
}

static bool read_once(struct line *line, struct frames *frames)
{
	int64_t ask_at = now_ms();
	while (frames->state < FRAMES_WHOLE) {
		if (frames->state == FRAMES_WAITING && now_ms() >= ask_at) {
			if (!ask(line, frames->mark))
				return false;
			ask_at = now_ms() + ASK_AGAIN_MS;
		}
		if (!listen_for(line, frames, frames->state == FRAMES_WAITING ? ask_at : line->give_up_ms))
			return false;
	}
	return true;
}

static bool talk(struct graph *graph, struct line *line)
{
	for (int attempt = 1;; attempt++) {
		uint32_t random = (uint32_t)getpid();
		char mark[FRAMES_MARK_CAPACITY];
		struct frames frames;
		if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
			random ^= (uint32_t)now_ms();
		snprintf(mark, sizeof mark, "graph%08x", random); // an earlier answer is no answer to this question
		frames_init(&frames, mark);
		bool good = read_once(line, &frames);
		bool torn = good && frames.state == FRAMES_TORN;
		if (torn && attempt == ATTEMPTS)
			good = input_refuse(
				line->why, line->origin, "%s, in each of %d attempts", frames.why, ATTEMPTS);
		if (good && !torn)
			good = input_json(graph, bytes_from(frames.text, frames.text_length), line->origin, line->why);
		frames_free(&frames);
		if (!good || !torn)
			return good;
	}
}

bool input_frames(struct graph *graph, struct bytes recorded, const char *origin, struct input_error *why)
{
	struct frames frames;
	frames_init(&frames, NULL);
	frames_take(&frames, (const char *)recorded.data, recorded.size_bytes);
	frames_take(&frames, "\n", 1);
	bool good = false;
	if (frames.state == FRAMES_WHOLE)
		good = input_json(graph, bytes_from(frames.text, frames.text_length), origin, why);
	else if (frames.state == FRAMES_WAITING)
		input_refuse(why, origin, "no line of it begins a graph (deps --json MARK)");
	else if (frames.state == FRAMES_READING)
		input_refuse(why, origin, "it ends after line %u of the graph", frames.count);
	else
		input_refuse(why, origin, "%s", frames.why);
	frames_free(&frames);
	return good;
}

bool input_live(struct graph *graph, const char *where, struct input_error *why)
{
	struct line line = {.origin = where, .why = why, .descriptor = -1};
	const char *rest = where + strlen(INPUT_LIVE_PREFIX);
	bool good;
	if (strncmp(rest, "unix:", 5) == 0)
		good = connect_unix(&line, rest + 5);
	else if (strncmp(rest, "tcp:", 4) == 0)
		good = connect_tcp(&line, rest + 4);
	else
		good = input_refuse(why, where, "expected live:unix:PATH, live:tcp:HOST:PORT or live:file:PATH");
	line.give_up_ms = now_ms() + (int64_t)input_live_seconds * 1000;
	good = good && talk(graph, &line);
	if (line.descriptor >= 0)
		close(line.descriptor);
	return good;
}
