/* Does a new list hold articles up? Reads lines of LANGUAGE, a tab, a text. A worker takes 200 of
 * the texts a second, each when it is due, while the lists (builtin and the file that is named) are
 * loaded anew beside those in use and then take their place, as a reload does it: by turns with as
 * long a time without. Writes how long the slowest change took and how late articles were done in
 * both. Exit 1 where a change takes a second, or an article more than 50 ms longer than the slowest
 * without, in each of several tries: the machine may be busy with something else. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "processors/entities/lists.h"
#include "processors/entities/match.h"

enum { TEXTS = 4096, TRIES = 5, SWAPS = 8 };

static const double EVERY_MS = 5;
static const double TURN_MS = 500;
static const double MOST_SWAP_MS = 1000;
static const double MOST_MS_MORE = 50;

static char *lines[TEXTS];
static uint32_t line_count;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* an article is worked on */
static struct lists *current;
static atomic_bool changing;
static atomic_bool stopping;

/* Of articles that were due in the present try, in ms; under the mutex. */
static double longest[2]; /* without, and with a change */
static uint32_t counts[2];

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void wait_until(double due_ms)
{
    const struct timespec due = {(time_t)(due_ms / 1e3),
                                 (long)((due_ms - 1e3 * (double)(time_t)(due_ms / 1e3)) * 1e6)};

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void read_lines(void)
{
    size_t capacity = 0;

    while (line_count < TEXTS && getline(&lines[line_count], &capacity, stdin) > 0) {
        line_count += strchr(lines[line_count], '\t') != NULL;
        capacity = 0;
    }
    if (line_count == 0)
        exit(EXIT_FAILURE);
}

static void work_on(const char *line, struct text_view_builder *builder, struct matcher *matcher)
{
    const char *tab = strchr(line, '\t');
    struct text_view view;

    text_view_build(builder, slice_of_text(tab + 1), &view);
    pthread_mutex_lock(&mutex);
    matcher_run(matcher, lists_for(current, slice_of(line, (size_t)(tab - line))), &view);
    pthread_mutex_unlock(&mutex);
}

static void *work(void *unused)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct matcher *matcher = matcher_new();
    double start = now_ms();

    for (uint32_t n = 0; !atomic_load(&stopping); n++) {
        double due = start + EVERY_MS * n;

        wait_until(due);
        bool with = atomic_load(&changing);

        work_on(lines[n % line_count], builder, matcher);
        double late = now_ms() - due;

        with |= atomic_load(&changing);
        pthread_mutex_lock(&mutex);
        longest[with] = late > longest[with] ? late : longest[with];
        counts[with]++;
        pthread_mutex_unlock(&mutex);
    }
    text_view_builder_free(builder);
    matcher_free(matcher);
    return unused;
}

static struct lists *load(const char *file)
{
    const char *const names[] = {"builtin", file};
    char error[256];
    struct lists *lists = lists_new(names, 2, error, sizeof(error));

    if (lists == NULL) {
        fprintf(stderr, "%s\n", error);
        exit(EXIT_FAILURE);
    }
    return lists;
}

/* Returns how long it took. */
static double change_lists(const char *file)
{
    double start = now_ms();
    struct lists *next = load(file);

    pthread_mutex_lock(&mutex);
    struct lists *old = current;

    current = next;
    pthread_mutex_unlock(&mutex);
    lists_free(old);
    return now_ms() - start;
}

/* The turn goes on behind the change: its first articles build their languages' lists. */
static bool is_fine(const char *file)
{
    double slowest = 0;

    pthread_mutex_lock(&mutex);
    memset(longest, 0, sizeof(longest));
    memset(counts, 0, sizeof(counts));
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < SWAPS; i++) {
        double start = now_ms();

        wait_until(start + TURN_MS);
        atomic_store(&changing, true);
        double took = change_lists(file);

        slowest = took > slowest ? took : slowest;
        wait_until(start + 2 * TURN_MS);
        atomic_store(&changing, false);
    }
    pthread_mutex_lock(&mutex);
    printf("slowest of %d changes %.0f ms; articles done at latest %.1f ms after they were due "
           "without "
           "(%u), %.1f ms with (%u)\n",
           SWAPS, slowest, longest[0], counts[0], longest[1], counts[1]);
    bool fine = slowest < MOST_SWAP_MS && longest[1] <= longest[0] + MOST_MS_MORE;

    pthread_mutex_unlock(&mutex);
    return fine;
}

int main(int count, char **arguments)
{
    pthread_t worker;
    bool fine = false;

    if (count != 2)
        return EXIT_FAILURE;
    read_lines();
    current = load(arguments[1]);
    pthread_create(&worker, NULL, work, NULL);
    for (int i = 0; i < TRIES && !fine; i++)
        fine = is_fine(arguments[1]);
    atomic_store(&stopping, true);
    pthread_join(worker, NULL);
    lists_free(current);
    for (uint32_t i = 0; i < line_count; i++)
        free(lines[i]);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
