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

static void draw(const struct progress *progress, int64_t done)
{
    int64_t passed_ms = clock_monotonic_ms() - progress->began_ms;
    int64_t rate = passed_ms > 0 ? done * 1000 / passed_ms : 0;
    int64_t left_s = rate > 0 ? (progress->total - done) / rate : 0;
    int filled = progress->total > 0 ? (int)(done * WIDTH / progress->total) : WIDTH;

    fprintf(stderr,
            "\r[%.*s%.*s] %" PRId64 "/%" PRId64 " %s, %" PRId64 "/s, %" PRId64 "s left \033[K",
            filled, "##############################", WIDTH - filled,
            "..............................", done, progress->total, progress->what, rate, left_s);
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
