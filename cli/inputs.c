#include "cli/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { CHUNK_BYTES = 1 << 16, NO_FILE = -1 };

static const char *const standard_input[] = {"-"};

struct inputs {
    const char *const *files;
    size_t file_count;
    size_t next_file;
    enum inputs_format format;
    size_t max_bytes;
    int64_t number; /* of the next input */

    const char *name; /* of the open file */
    int descriptor;   /* NO_FILE: none is open */
    bool by_lines;
    enum article_format file_format;
    int64_t line;

    struct buffer bytes; /* of the current input */
    bool too_large;
    size_t chunk_start; /* of what is not taken yet */
    size_t chunk_end;
    char chunk[CHUNK_BYTES];
};

struct inputs *inputs_new(const char *const *files, size_t count, enum inputs_format format,
                          size_t max_bytes)
{
    struct inputs *inputs = memory_zeroed(1, sizeof *inputs);

    inputs->files = count > 0 ? files : standard_input;
    inputs->file_count = count > 0 ? count : 1;
    inputs->format = format;
    inputs->max_bytes = max_bytes;
    inputs->descriptor = NO_FILE;
    return inputs;
}

static void close_file(struct inputs *inputs)
{
    int error = errno;

    if (inputs->descriptor > STDIN_FILENO)
        close(inputs->descriptor);
    inputs->descriptor = NO_FILE;
    errno = error;
}

void inputs_free(struct inputs *inputs)
{
    if (inputs == NULL)
        return;
    close_file(inputs);
    buffer_free(&inputs->bytes);
    memory_free(inputs);
}

/* Has bytes in the chunk afterwards, unless the file ends. Returns 0 or -1. */
static int fill_chunk(struct inputs *inputs)
{
    ssize_t got;

    if (inputs->chunk_start < inputs->chunk_end)
        return 0;
    do
        got = read(inputs->descriptor, inputs->chunk, sizeof inputs->chunk);
    while (got < 0 && errno == EINTR);
    inputs->chunk_start = 0;
    inputs->chunk_end = got > 0 ? (size_t)got : 0;
    return got < 0 ? -1 : 0;
}

static bool at_end(const struct inputs *inputs)
{
    return inputs->chunk_start == inputs->chunk_end;
}

static void choose_format(struct inputs *inputs)
{
    enum inputs_format format = inputs->format;

    if (format == INPUTS_AUTO)
        format = !at_end(inputs) && inputs->chunk[0] == '{' ? INPUTS_JSON : INPUTS_TEXT;
    inputs->by_lines = format == INPUTS_JSON_LINES;
    inputs->file_format = format == INPUTS_TEXT ? FORMAT_TEXT : FORMAT_JSON;
}

static int open_next(struct inputs *inputs)
{
    inputs->name = inputs->files[inputs->next_file++];
    inputs->line = 1;
    inputs->chunk_start = inputs->chunk_end = 0;
    inputs->descriptor =
        strcmp(inputs->name, "-") == 0 ? STDIN_FILENO : open(inputs->name, O_RDONLY | O_CLOEXEC);
    if (inputs->descriptor < 0)
        return -1;
    if (fill_chunk(inputs) != 0)
        return -1;
    choose_format(inputs);
    return 0;
}

static void begin_input(struct inputs *inputs)
{
    buffer_clear(&inputs->bytes);
    inputs->too_large = false;
}

/* Takes count bytes off the chunk, and keeps them as far as an article may be that large. */
static void take(struct inputs *inputs, size_t count)
{
    if (count > inputs->max_bytes - inputs->bytes.length)
        inputs->too_large = true;
    if (inputs->too_large)
        buffer_clear(&inputs->bytes);
    else
        buffer_append(&inputs->bytes, slice_of(inputs->chunk + inputs->chunk_start, count));
    inputs->chunk_start += count;
}

/* Takes the chunk up to a line feed, which is left out. Returns whether there was one. */
static bool take_to_line_feed(struct inputs *inputs)
{
    const char *start = inputs->chunk + inputs->chunk_start;
    const char *feed = memchr(start, '\n', inputs->chunk_end - inputs->chunk_start);

    take(inputs, feed != NULL ? (size_t)(feed - start) : inputs->chunk_end - inputs->chunk_start);
    inputs->chunk_start += feed != NULL;
    return feed != NULL;
}

/* Returns 1 with a line, 0 at the end of the file, -1 on an error. */
static int read_line(struct inputs *inputs)
{
    begin_input(inputs);
    if (fill_chunk(inputs) != 0)
        return -1;
    if (at_end(inputs))
        return 0;
    while (!at_end(inputs) && !take_to_line_feed(inputs))
        if (fill_chunk(inputs) != 0)
            return -1;
    return 1;
}

/* The whole file, but for the rest of one that is too large anyway. Returns 1 or -1. */
static int read_all(struct inputs *inputs)
{
    begin_input(inputs);
    while (!at_end(inputs) && !inputs->too_large) {
        take(inputs, inputs->chunk_end - inputs->chunk_start);
        if (fill_chunk(inputs) != 0)
            return -1;
    }
    return 1;
}

static enum inputs_result unreadable(struct inputs *inputs, struct input *ret_input)
{
    *ret_input = (struct input){.file = inputs->name, .line = inputs->line};
    close_file(inputs);
    return INPUTS_UNREADABLE;
}

static enum inputs_result give(struct inputs *inputs, struct input *ret_input)
{
    *ret_input = (struct input){.bytes = buffer_slice(&inputs->bytes),
                                .too_large = inputs->too_large,
                                .format = inputs->file_format,
                                .file = inputs->name,
                                .line = inputs->line++,
                                .number = inputs->number++};
    if (!inputs->by_lines)
        close_file(inputs);
    return INPUTS_GOT;
}

enum inputs_result inputs_next(struct inputs *inputs, struct input *ret_input)
{
    for (;;) {
        if (inputs->descriptor == NO_FILE) {
            if (inputs->next_file == inputs->file_count)
                return INPUTS_END;
            if (open_next(inputs) != 0)
                return unreadable(inputs, ret_input);
        }
        int got = inputs->by_lines ? read_line(inputs) : read_all(inputs);

        if (got < 0)
            return unreadable(inputs, ret_input);
        if (got > 0)
            return give(inputs, ret_input);
        close_file(inputs);
    }
}
