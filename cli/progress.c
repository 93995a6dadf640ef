#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { WIDTH = 30, EVERY_MS = 100 };

struct progress progress_begin(const char *what, int64_t total)
{
    return (struct progress){.what = what,
                             .total = total,
                             .shown = isatty(STDERR_FILENO) != 0,
                             .began_ms = clock_monotonic_ms()};
}

/* 42s, 3m07s, 2h05m */
static void write_duration(int64_t seconds, char *text, size_t size)
{
    if (seconds < 60)
        snprintf(text, size, "%" PRId64 "s", seconds);
    else if (seconds < 3600)
        snprintf(text, size, "%" PRId64 "m%02" PRId64 "s", seconds / 60, seconds % 60);
    else
        snprintf(text, size, "%" PRId64 "h%02" PRId64 "m", seconds / 3600, seconds / 60 % 60);
}

static void draw(const struct progress *progress, int64_t done)
{
    int64_t passed_ms = clock_monotonic_ms() - progress->began_ms;
    int64_t rate = passed_ms > 0 ? done * 1000 / passed_ms : 0;
    char left[32];
    int64_t left_s = rate > 0 ? (progress->total - done) / rate : 0;
    int filled = progress->total > 0 ? (int)(done * WIDTH / progress->total) : WIDTH;

    write_duration(left_s, left, sizeof left);
    fprintf(stderr, "\r[%.*s%.*s] %" PRId64 "/%" PRId64 " %s, %" PRId64 "/s, %s left \033[K",
            filled, "##############################", WIDTH - filled,
            "..............................", done, progress->total, progress->what, rate, left);
}

void progress_show(struct progress *progress, int64_t done)
{
    int64_t now = clock_monotonic_ms();

    if (!progress->shown || now - progress->drawn_ms < EVERY_MS)
        return;
    progress->drawn_ms = now;
    draw(progress, done);
}

void progress_end(struct progress *progress, int64_t done)
{
    if (!progress->shown)
        return;
    draw(progress, done);
    fputc('\n', stderr);
}
