#include "cli/top_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/screen_text.h"

/* Where columns begin or, of numbers, end. */
enum {
    INSTANCE_STATE = 23,
    INSTANCE_RATE = 45,
    INSTANCE_LAG = 54,
    INSTANCE_WINDOW = 64,
    INSTANCE_LETTERS = 74,
    INSTANCE_MEMORY = 80,
    LEFT_COUNT = 17,
    LEFT_SHARE = 22,
    MIDDLE = 25,
    MIDDLE_COUNT = 46,
    MIDDLE_SHARE = 51,
    RIGHT = 54,
    RIGHT_COUNT = 60,
    RIGHT_NAME = 62,
    RIGHT_NAME_OF_WIDE = 77, /* with the type before it */
    RIGHT_SIZE = 80,
    WIDE = 100, /* a screen is, from here on */
};

enum {
    LEAST_COLUMNS = 80,
    LEAST_LINES = 16,
    FIXED_LINES = 8,    /* headlines and gaps */
    LEAST_SHARES = 3,   /* lines for languages, verdicts and entities */
    MOST_WORKINGS = 6,  /* lines for processors, letters and memory */
    MOST_INSTANCES = 8, /* lines for instances where there are more */
};

struct page {
    const struct top *top;
    unsigned columns;
    bool colour;
    struct arena arena; /* of labels */
    struct screen_text text;
    struct buffer *out;
};

/* ---- lines ---- */

static void end_line(struct page *page)
{
    const struct screen_layout layout = {.columns = page->columns, .colour = page->colour};

    screen_text_cut(&page->text, page->columns);
    if (page->text.count > 0)
        screen_text_wrap(&page->text, &layout, page->out);
    else
        buffer_append_byte(page->out, '\n');
    screen_text_clear(&page->text);
}

/* Text from a column on, cut before the next one. */
static void put(struct page *page, unsigned column, unsigned end, const char *words,
                enum screen_style style)
{
    struct screen_text piece = {0};

    if (column > 0)
        screen_text_pad(&page->text, column);
    screen_text_add(&piece, slice_of_text(words), style);
    screen_text_cut(&piece, end - column);
    for (size_t i = 0; i < piece.count; i++)
        screen_text_point(&page->text, piece.points[i], style);
    screen_text_free(&piece);
}

/* Text that ends before a column. */
static void put_right(struct page *page, unsigned end, enum screen_style style, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

static void put_right(struct page *page, unsigned end, enum screen_style style, const char *format,
                      ...)
{
    char words[64];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    screen_text_pad(&page->text, end > (unsigned)length ? end - (unsigned)length : 0);
    screen_text_add(&page->text, slice_of_text(words), style);
}

/* 12345, 123.4k, 12.3M: at most 6 columns. */
static void put_count(struct page *page, unsigned end, double count)
{
    if (count < 100000)
        put_right(page, end, SCREEN_PLAIN, "%.0f", count);
    else if (count < 10000000)
        put_right(page, end, SCREEN_PLAIN, "%.0fk", count / 1000);
    else
        put_right(page, end, SCREEN_PLAIN, "%.0fM", count / 1000000);
}

/* ---- instances ---- */

/* A second, of a sum that only grows; 0 at the first look and after a restart. */
static double rate(const struct top_instance *instance, const char *name)
{
    double grown = scrape_sum(&instance->now, name, "") - scrape_sum(&instance->before, name, "");
    int64_t ms = instance->now_ms - instance->before_ms;

    return instance->before.count == 0 || grown < 0 || ms <= 0 ? 0 : grown * 1000 / (double)ms;
}

static const char *state_of(struct page *page, const struct scrape *scrape)
{
    for (size_t i = 0; i < scrape->count; i++)
        if (strcmp(scrape->samples[i].name, "copydesk_state") == 0 && scrape->samples[i].value > 0)
            return scrape_label(&page->arena, &scrape->samples[i], "state");
    return "?";
}

static double rate_of_all(const struct top *top, const char *name)
{
    double sum = 0;

    for (size_t i = 0; i < top->count; i++)
        sum += top->instances[i].reached ? rate(&top->instances[i], name) : 0;
    return sum;
}

static double sum_of_all(const struct top *top, const char *name, const char *part)
{
    double sum = 0;

    for (size_t i = 0; i < top->count; i++)
        sum += top->instances[i].reached ? scrape_sum(&top->instances[i].now, name, part) : 0;
    return sum;
}

static void draw_head(struct page *page)
{
    const struct top *top = page->top;
    size_t ready = (size_t)sum_of_all(top, "copydesk_ready", "");

    screen_text_format(&page->text, ready == top->count ? SCREEN_BOLD : SCREEN_WARNING,
                       "%zu of %zu ready", ready, top->count);
    screen_text_format(&page->text, SCREEN_BOLD,
                       ", %.1f articles/s, %.0f behind, %.0f in flight, %.1f dead letters/s",
                       rate_of_all(top, "copydesk_articles_total"),
                       sum_of_all(top, "copydesk_lag_records", ""),
                       sum_of_all(top, "copydesk_window_articles", ""),
                       rate_of_all(top, "copydesk_dead_letters_total"));
    end_line(page);
    end_line(page);
}

static void draw_instance(struct page *page, const struct top_instance *instance)
{
    put(page, 0, INSTANCE_STATE - 1, instance->address, SCREEN_PLAIN);
    if (!instance->reached) {
        put(page, INSTANCE_STATE, page->columns, instance->error, SCREEN_WARNING);
        end_line(page);
        return;
    }
    bool ready = scrape_sum(&instance->now, "copydesk_ready", "") > 0;

    put(page, INSTANCE_STATE, INSTANCE_RATE - 10, state_of(page, &instance->now),
        ready ? SCREEN_GOOD : SCREEN_WARNING);
    put_right(page, INSTANCE_RATE, SCREEN_PLAIN, "%.1f", rate(instance, "copydesk_articles_total"));
    put_count(page, INSTANCE_LAG, scrape_sum(&instance->now, "copydesk_lag_records", ""));
    put_count(page, INSTANCE_WINDOW, scrape_sum(&instance->now, "copydesk_window_articles", ""));
    put_right(page, INSTANCE_LETTERS, SCREEN_PLAIN, "%.1f",
              rate(instance, "copydesk_dead_letters_total"));
    put_right(page, INSTANCE_MEMORY, SCREEN_PLAIN, "%.0f",
              scrape_sum(&instance->now, "copydesk_memory_bytes", "part=\"process\"") / (1 << 20));
    end_line(page);
}

static void draw_instances(struct page *page, size_t lines)
{
    const struct top *top = page->top;
    size_t shown = top->count > lines ? lines - 1 : top->count;

    put(page, 0, INSTANCE_STATE - 1, "INSTANCE", SCREEN_DIM);
    put(page, INSTANCE_STATE, INSTANCE_RATE - 10, "STATE", SCREEN_DIM);
    put_right(page, INSTANCE_RATE, SCREEN_DIM, "ARTICLES/S");
    put_right(page, INSTANCE_LAG, SCREEN_DIM, "BEHIND");
    put_right(page, INSTANCE_WINDOW, SCREEN_DIM, "IN FLIGHT");
    put_right(page, INSTANCE_LETTERS, SCREEN_DIM, "LETTERS/S");
    put_right(page, INSTANCE_MEMORY, SCREEN_DIM, "MiB");
    end_line(page);
    for (size_t i = 0; i < shown; i++)
        draw_instance(page, &top->instances[i]);
    if (shown < top->count) {
        screen_text_format(&page->text, SCREEN_DIM, "and %zu more", top->count - shown);
        end_line(page);
    }
    end_line(page);
}

/* ---- shares: what the samples of one metric come to by the value of a label ---- */

struct share {
    const char *name;
    double count;
};

struct shares {
    struct share *items; /* the largest first */
    size_t count;
    double total;
};

static int compare_shares(const void *a, const void *b)
{
    const struct share *x = a;
    const struct share *y = b;

    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->name, y->name);
}

static void add_share(struct shares *shares, const char *name, double number)
{
    size_t i = 0;

    shares->total += number;
    while (i < shares->count && strcmp(shares->items[i].name, name) != 0)
        i++;
    if (i == shares->count) {
        shares->items = memory_resize(shares->items, (i + 1) * sizeof *shares->items);
        shares->items[shares->count++] = (struct share){name, 0};
    }
    shares->items[i].count += number;
}

/* The caller frees the items. */
static struct shares shares_of(struct page *page, const char *metric, const char *label)
{
    const struct top *top = page->top;
    struct shares shares = {0};

    for (size_t i = 0; i < top->count; i++)
        for (size_t j = 0; top->instances[i].reached && j < top->instances[i].now.count; j++) {
            const struct sample *sample = &top->instances[i].now.samples[j];
            const char *name = strcmp(sample->name, metric) == 0
                                   ? scrape_label(&page->arena, sample, label)
                                   : NULL;

            if (name != NULL)
                add_share(&shares, name, sample->value);
        }
    if (shares.count > 0)
        qsort(shares.items, shares.count, sizeof *shares.items, compare_shares);
    return shares;
}

static void draw_share(struct page *page, const struct shares *shares, size_t line, unsigned column,
                       unsigned count_end, unsigned share_end)
{
    if (line >= shares->count) {
        if (line == 0)
            put(page, column, count_end, "none yet", SCREEN_DIM);
        return;
    }
    put(page, column, count_end - 7, shares->items[line].name, SCREEN_PLAIN);
    put_count(page, count_end, shares->items[line].count);
    if (share_end > 0 && shares->total > 0)
        put_right(page, share_end, SCREEN_DIM, "%.0f%%",
                  100 * shares->items[line].count / shares->total);
}

/* ---- languages, verdicts, entities ---- */

static enum screen_style style_of(const char *type)
{
    return strcmp(type, "person") == 0         ? SCREEN_PERSON
           : strcmp(type, "organisation") == 0 ? SCREEN_ORGANISATION
                                               : SCREEN_PLACE;
}

static void draw_entity(struct page *page, size_t line)
{
    const struct top_entity *entity = &page->top->entities[line];
    bool wide = page->columns >= WIDE;

    if (line >= page->top->entity_count) {
        if (line == 0)
            put(page, RIGHT, page->columns, "none yet", SCREEN_DIM);
        return;
    }
    put_count(page, RIGHT_COUNT, entity->articles);
    if (wide)
        put(page, RIGHT_NAME, RIGHT_NAME_OF_WIDE - 1, entity->type, SCREEN_DIM);
    put(page, wide ? RIGHT_NAME_OF_WIDE : RIGHT_NAME, page->columns, entity->name,
        style_of(entity->type));
}

static void draw_shares(struct page *page, size_t lines)
{
    struct shares languages = shares_of(page, "copydesk_languages_total", "language");
    struct shares verdicts = shares_of(page, "copydesk_verdicts_total", "verdict");

    put(page, 0, LEFT_SHARE, "LANGUAGES", SCREEN_DIM);
    put(page, MIDDLE, MIDDLE_SHARE, "VERDICTS", SCREEN_DIM);
    put(page, RIGHT, page->columns, "ENTITIES, LAST MINUTES", SCREEN_DIM);
    end_line(page);
    for (size_t i = 0; i < lines && (i == 0 || i < languages.count || i < verdicts.count ||
                                     i < page->top->entity_count);
         i++) {
        draw_share(page, &languages, i, 0, LEFT_COUNT, LEFT_SHARE);
        draw_share(page, &verdicts, i, MIDDLE, MIDDLE_COUNT, MIDDLE_SHARE);
        draw_entity(page, i);
        end_line(page);
    }
    end_line(page);
    memory_free(languages.items);
    memory_free(verdicts.items);
}

/* ---- processors, dead letters, memory ---- */

/* The mean time of a call, of all instances, and its share of all. */
static void draw_processor(struct page *page, const struct shares *seconds, size_t line)
{
    char label[128];

    if (line >= seconds->count) {
        draw_share(page, seconds, line, 0, LEFT_COUNT, 0);
        return;
    }
    const char *name = seconds->items[line].name;

    snprintf(label, sizeof label, "processor=\"%s\"", name);
    double calls = sum_of_all(page->top, "copydesk_processor_seconds_count", label);

    put(page, 0, LEFT_COUNT - 7, name, SCREEN_PLAIN);
    put_count(page, LEFT_COUNT, calls > 0 ? seconds->items[line].count * 1e6 / calls : 0);
    put_right(page, LEFT_SHARE, SCREEN_DIM, "%.0f%%",
              seconds->total > 0 ? 100 * seconds->items[line].count / seconds->total : 0);
}

static void draw_part(struct page *page, const struct shares *memory, size_t line)
{
    if (line >= memory->count)
        return;
    put(page, RIGHT, RIGHT_SIZE - 7, memory->items[line].name, SCREEN_PLAIN);
    put_right(page, RIGHT_SIZE, SCREEN_PLAIN, "%.1f", memory->items[line].count / (1 << 20));
}

static void draw_workings(struct page *page, size_t lines)
{
    struct shares seconds = shares_of(page, "copydesk_processor_seconds_sum", "processor");
    struct shares letters = shares_of(page, "copydesk_dead_letters_total", "reason");
    struct shares memory = shares_of(page, "copydesk_memory_bytes", "part");

    put(page, 0, LEFT_COUNT - 8, "PROCESSOR", SCREEN_DIM);
    put_right(page, LEFT_COUNT, SCREEN_DIM, "us/call");
    put(page, MIDDLE, MIDDLE_SHARE, "DEAD LETTERS", SCREEN_DIM);
    put(page, RIGHT, RIGHT_SIZE - 4, "MEMORY", SCREEN_DIM);
    put_right(page, RIGHT_SIZE, SCREEN_DIM, "MiB");
    end_line(page);
    for (size_t i = 0;
         i < lines && (i == 0 || i < seconds.count || i < letters.count || i < memory.count); i++) {
        draw_processor(page, &seconds, i);
        draw_share(page, &letters, i, MIDDLE, MIDDLE_COUNT, MIDDLE_SHARE);
        draw_part(page, &memory, i);
        end_line(page);
    }
    memory_free(seconds.items);
    memory_free(letters.items);
    memory_free(memory.items);
}

/* ---- the whole ---- */

void top_draw(const struct top *top, const struct terminal_size *size, bool colour,
              struct buffer *out)
{
    unsigned lines = size->lines > LEAST_LINES ? size->lines : LEAST_LINES;
    struct page page = {.top = top,
                        .columns = size->columns > LEAST_COLUMNS ? size->columns : LEAST_COLUMNS,
                        .colour = colour,
                        .out = out};
    size_t room = lines - FIXED_LINES;
    size_t instances = top->count;

    if (instances > MOST_INSTANCES && instances > room / 3)
        instances = MOST_INSTANCES < room / 3 ? room / 3 : MOST_INSTANCES;
    if (instances + LEAST_SHARES + 1 > room)
        instances = room - LEAST_SHARES - 1;
    room -= instances;
    size_t workings = room / 2 < MOST_WORKINGS ? room / 2 : MOST_WORKINGS;

    draw_head(&page);
    draw_instances(&page, instances);
    draw_shares(&page, room - workings);
    draw_workings(&page, workings);
    screen_text_free(&page.text);
    arena_free(&page.arena);
}
