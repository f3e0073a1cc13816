#include "cells/console/screen/screen.h"

#include "cells/console/terminal_screen/terminal_screen.h"
#include "cells/hal/framebuffer/framebuffer.h"
#include "cells/hal/screen_font/screen_font.h"
#include "cells/hal/vga_text/vga_text.h"
#include "cells/memory/address/address.h"
#include "cells/memory/device_memory/device_memory.h"
#include "cells/sync/spinlock/spinlock.h"

enum screen_kind { SCREEN_NONE, SCREEN_TEXT, SCREEN_FRAMEBUFFER };

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	enum screen_kind kind GUARDED_BY(&lock);
	struct device_memory memory GUARDED_BY(&lock);
	struct framebuffer framebuffer GUARDED_BY(&lock);
	struct terminal_screen terminal GUARDED_BY(&lock);
} screen;

// The colours of ANSI as xterm shows them.
static const struct framebuffer_colour palette[16] = {
	{0, 0, 0},
	{205, 0, 0},
	{0, 205, 0},
	{205, 205, 0},
	{0, 0, 238},
	{205, 0, 205},
	{0, 205, 205},
	{229, 229, 229},
	{127, 127, 127},
	{255, 0, 0},
	{0, 255, 0},
	{255, 255, 0},
	{92, 92, 255},
	{255, 0, 255},
	{0, 255, 255},
	{255, 255, 255},
};

// ------------------------------------------------------------------------------------------------ drawing

static void draw_text(void *context, struct terminal_position position, struct terminal_cell cell)
{
	struct bytes_mut *memory = context;
	vga_text_draw(*memory, position.column, position.row, cell.character, cell.foreground, cell.background);
	if (cell.cursor)
		vga_text_place_cursor(position.column, position.row);
}

static void draw_pixels(void *context, struct terminal_position position, struct terminal_cell cell)
{
	const struct framebuffer *framebuffer = context;
	uint32_t foreground = framebuffer_pixel(framebuffer, AT(palette, cell.foreground));
	uint32_t background = framebuffer_pixel(framebuffer, AT(palette, cell.background));
	framebuffer_draw_glyph(framebuffer, (size_t)position.column * SCREEN_FONT_WIDTH,
		(size_t)position.row * SCREEN_FONT_HEIGHT, screen_font_find(cell.character),
		cell.cursor ? background : foreground, cell.cursor ? foreground : background);
}

static void flush(void) NEEDS_LOCK(&screen.lock)
{
	if (screen.kind == SCREEN_TEXT) {
		device_memory_expect_in(&screen.memory);
		struct bytes_mut memory = device_memory_bytes(&screen.memory);
		struct terminal_renderer renderer = {&memory, draw_text};
		if (screen.terminal.cursor_is_hidden)
			vga_text_hide_cursor();
		terminal_screen_flush(&screen.terminal, &renderer);
	} else if (screen.kind == SCREEN_FRAMEBUFFER) {
		struct framebuffer framebuffer = screen.framebuffer;
		struct terminal_renderer renderer = {&framebuffer, draw_pixels};
		terminal_screen_flush(&screen.terminal, &renderer);
	}
}

// ------------------------------------------------------------------------------------------------ opening

static enum status open_text(void) NEEDS_LOCK(&screen.lock)
{
	OWN(device_memory, memory);
	TRY(device_memory_map(&memory, address_physical(VGA_TEXT_START), VGA_TEXT_SIZE_BYTES));
	device_memory_put_in(&screen.memory, &memory);
	screen.kind = SCREEN_TEXT;
	terminal_screen_start(&screen.terminal, VGA_TEXT_COLUMNS, VGA_TEXT_ROWS);
	return STATUS_OK;
}

static struct framebuffer_channel channel_of(struct boot_channel channel)
{
	return (struct framebuffer_channel){channel.position, channel.size_bits};
}

static enum status open_pixels(const struct boot_framebuffer *found) NEEDS_LOCK(&screen.lock)
{
	struct framebuffer_format format = {
		.width = found->width,
		.height = found->height,
		.pitch_bytes = found->pitch_bytes,
		.bits_per_pixel = found->bits_per_pixel,
		.red = channel_of(found->red),
		.green = channel_of(found->green),
		.blue = channel_of(found->blue),
	};
	size_t size_bytes = 0;
	TRY(framebuffer_size_bytes(&format, &size_bytes));
	if (format.width < SCREEN_FONT_WIDTH || format.height < SCREEN_FONT_HEIGHT)
		return STATUS_UNSUPPORTED;
	OWN(device_memory, memory);
	TRY(device_memory_map(&memory, address_physical(found->start), size_bytes));
	TRY(framebuffer_open(&format, device_memory_bytes(&memory), &screen.framebuffer));
	device_memory_put_in(&screen.memory, &memory);
	screen.kind = SCREEN_FRAMEBUFFER;
	framebuffer_fill(&screen.framebuffer, 0, 0, format.width, format.height,
		framebuffer_pixel(&screen.framebuffer, AT(palette, TERMINAL_BLACK)));
	terminal_screen_start(&screen.terminal, format.width / SCREEN_FONT_WIDTH, format.height / SCREEN_FONT_HEIGHT);
	return STATUS_OK;
}

enum status screen_open(const struct boot_framebuffer *framebuffer)
{
	GUARD(&screen.lock);
	if (screen.kind != SCREEN_NONE)
		return STATUS_EXISTS;
	if (framebuffer->kind == BOOT_FRAMEBUFFER_COLOUR)
		TRY(open_pixels(framebuffer));
	else
		TRY(open_text());
	flush();
	return STATUS_OK;
}

void screen_close(void)
{
	GUARD(&screen.lock);
	screen.kind = SCREEN_NONE;
	device_memory_drop_in(&screen.memory);
}

// ------------------------------------------------------------------------------------------------ writing

void screen_write(struct text characters)
{
	GUARD(&screen.lock);
	if (screen.kind == SCREEN_NONE)
		return;
	terminal_screen_write(&screen.terminal, characters);
	flush();
}

bool screen_is_busy(void)
{
	return spinlock_is_held(&screen.lock);
}

size_t screen_columns(void)
{
	GUARD(&screen.lock);
	return screen.kind == SCREEN_NONE ? 0 : screen.terminal.columns;
}
