#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/scrape.h"
#include "cli/stop.h"
#include "config/values.h"

enum { MOST_INSTANCES = 32, MOST_ROWS = 8, ERROR_SIZE = 256 };

/* One instance, now and at the look before. */
struct instance {
    const char *address;
    struct scrape now;
    struct scrape before;
    int64_t now_ms;
    int64_t before_ms;
    bool reached;
    char error[ERROR_SIZE];
};

struct top {
    struct instance instances[MOST_INSTANCES];
    size_t count;
};

/* ---- looking ---- */

static void look(struct instance *instance)
{
    struct scrape fresh;

    instance->reached =
        scrape_fetch(instance->address, &fresh, instance->error, sizeof instance->error) == 0;
    if (!instance->reached)
        return;
    scrape_free(&instance->before);
    instance->before = instance->now;
    instance->before_ms = instance->now_ms;
    instance->now = fresh;
    instance->now_ms = clock_monotonic_ms();
}

/* A second, of a sum that only grows; 0 at the first look and after a restart. */
static double rate(const struct instance *instance, const char *name, const char *part)
{
    double grown =
        scrape_sum(&instance->now, name, part) - scrape_sum(&instance->before, name, part);
    int64_t ms = instance->now_ms - instance->before_ms;

    return instance->before.count == 0 || grown < 0 || ms <= 0 ? 0 : grown * 1000 / (double)ms;
}

static const char *state_of(struct arena *arena, const struct scrape *scrape)
{
    for (size_t i = 0; i < scrape->count; i++)
        if (strcmp(scrape->samples[i].name, "copydesk_state") == 0 && scrape->samples[i].value > 0)
            return scrape_label(arena, &scrape->samples[i], "state");
    return "?";
}

/* ---- instances ---- */

static void append_instance(const struct instance *instance, struct buffer *out)
{
    struct arena arena = {0};

    if (!instance->reached)
        buffer_append_format(out, "%-22.22s %s\n", instance->address, instance->error);
    else
        buffer_append_format(
            out, "%-22.22s %-10.10s %9.1f %9.0f %9.0f %9.1f %7.0f\n", instance->address,
            state_of(&arena, &instance->now), rate(instance, "copydesk_articles_total", ""),
            scrape_sum(&instance->now, "copydesk_lag_records", ""),
            scrape_sum(&instance->now, "copydesk_window_articles", ""),
            rate(instance, "copydesk_dead_letters_total", ""),
            scrape_sum(&instance->now, "copydesk_memory_bytes", "process") / (1 << 20));
    arena_free(&arena);
}

/* ---- shares: languages, verdicts, reasons ---- */

struct share {
    const char *name;
    double count;
};

static int compare_shares(const void *a, const void *b)
{
    const struct share *x = a;
    const struct share *y = b;

    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->name, y->name);
}

static void add_share(struct share **shares, size_t *count, const char *name, double number)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*shares)[i].name, name) == 0) {
            (*shares)[i].count += number;
            return;
        }
    *shares = memory_resize(*shares, (*count + 1) * sizeof **shares);
    (*shares)[(*count)++] = (struct share){name, number};
}

/* The largest of all instances together, on one line. */
static void append_shares(const struct top *top, const char *title, const char *metric,
                          const char *label, struct buffer *out)
{
    struct arena arena = {0};
    struct share *shares = NULL;
    size_t count = 0;

    for (size_t i = 0; i < top->count; i++)
        for (size_t j = 0; j < top->instances[i].now.count; j++) {
            const struct sample *sample = &top->instances[i].now.samples[j];
            const char *name =
                strcmp(sample->name, metric) == 0 ? scrape_label(&arena, sample, label) : NULL;

            if (name != NULL)
                add_share(&shares, &count, name, sample->value);
        }
    if (count > 0)
        qsort(shares, count, sizeof *shares, compare_shares);
    buffer_append_format(out, "%-12s", title);
    for (size_t i = 0; i < count && i < MOST_ROWS; i++)
        buffer_append_format(out, " %s %.0f ", shares[i].name, shares[i].count);
    buffer_append_text(out, count > 0 ? "\n" : " none yet\n");
    memory_free(shares);
    arena_free(&arena);
}

/* ---- time by processor ---- */

static void append_processor(const struct top *top, const struct sample *sum, const char *name,
                             struct buffer *out)
{
    double seconds = 0;
    double calls = 0;

    for (size_t i = 0; i < top->count; i++) {
        seconds +=
            scrape_sum(&top->instances[i].now, "copydesk_processor_seconds_sum", sum->labels);
        calls +=
            scrape_sum(&top->instances[i].now, "copydesk_processor_seconds_count", sum->labels);
    }
    buffer_append_format(out, " %s %.0f us ", name, calls > 0 ? seconds * 1e6 / calls : 0.0);
}

/* Those of the first instance that answers: all have the same. */
static void append_processors(const struct top *top, struct buffer *out)
{
    struct arena arena = {0};
    size_t first = 0;

    while (first + 1 < top->count && !top->instances[first].reached)
        first++;
    buffer_append_format(out, "%-12s", "processors");
    for (size_t i = 0; i < top->instances[first].now.count; i++) {
        const struct sample *sample = &top->instances[first].now.samples[i];

        if (strcmp(sample->name, "copydesk_processor_seconds_sum") == 0)
            append_processor(top, sample, scrape_label(&arena, sample, "processor"), out);
    }
    buffer_append_text(out, "(a call)\n");
    arena_free(&arena);
}

/* ---- the screen ---- */

static void draw(struct top *top, bool clears)
{
    struct buffer out = {0};

    if (clears)
        buffer_append_text(&out, "\033[H\033[J");
    buffer_append_format(&out, "%-22s %-10s %9s %9s %9s %9s %7s\n", "INSTANCE", "STATE",
                         "ARTICLES/s", "LAG", "IN FLIGHT", "LETTERS/s", "MiB");
    for (size_t i = 0; i < top->count; i++)
        append_instance(&top->instances[i], &out);
    buffer_append_byte(&out, '\n');
    append_shares(top, "languages", "copydesk_languages_total", "language", &out);
    append_shares(top, "verdicts", "copydesk_verdicts_total", "verdict", &out);
    append_shares(top, "letters", "copydesk_dead_letters_total", "reason", &out);
    append_processors(top, &out);
    fwrite(out.data, 1, out.length, stdout);
    fflush(stdout);
    buffer_free(&out);
}

static int watch(struct top *top, bool once, int64_t every_ms)
{
    bool any = false;

    do {
        any = false;
        for (size_t i = 0; i < top->count; i++) {
            look(&top->instances[i]);
            any = any || top->instances[i].reached;
        }
        draw(top, !once);
    } while (!once && !ferror(stdout) && stop_or_reload(every_ms) == TOLD_NOTHING);
    return once && !any ? EXIT_RUNTIME : EXIT_OK;
}

static int run_top(const struct command_line *line)
{
    struct top top = {.count = 0};
    int64_t every_ms = 0;

    if (!value_duration(command_value(line, "every"), &every_ms) || every_ms < 100)
        return command_usage(line, "--every is a duration of at least 100ms");
    if (line->argument_count > MOST_INSTANCES)
        return command_usage(line, "more than %d instances", MOST_INSTANCES);
    for (int i = 0; i < line->argument_count; i++)
        top.instances[top.count++].address = line->arguments[i];
    if (top.count == 0)
        top.instances[top.count++].address = "127.0.0.1:9464";
    stop_block_reload();
    int status = watch(&top, command_switch(line, "once"), every_ms);

    for (size_t i = 0; i < top.count; i++) {
        scrape_free(&top.instances[i].now);
        scrape_free(&top.instances[i].before);
    }
    return status;
}

static const struct command_flag flags[] = {
    {"every", 0, "DURATION", "1s", "how often it looks"},
    {"once", 0, NULL, NULL, "look once and end"},
    {0},
};

const struct command command_top = {
    .name = "top",
    .summary = "shows rates, lag, languages and verdicts of running instances",
    .example = "copydesk top desk-1:9464 desk-2:9464",
    .arguments = "[HOST:PORT...]",
    .flags = flags,
    .run = run_top,
};
