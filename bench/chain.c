/* The whole chain on articles in memory, without Kafka: what it costs, part by part. Usage:
 *
 *      chain [-w WARM] [-t THREADS] [-r ROUNDS] [-p | -i] [-c CONFIG] ARTICLES
 *
 * ARTICLES holds one article a line; the first WARM of them (a quarter) are not measured. ROUNDS
 * goes over all of them that often. Prints one line of JSON:
 *
 *      (nothing)  wall and CPU seconds of the measured ones on THREADS workers, RSS, and how often
 *                 memory was allocated, where bench/allocations.c is preloaded
 *      -p         CPU time an article by part; one worker, since every part is timed by itself
 *      -i         nothing is timed: for callgrind, which counts the measured articles only
 *
 * Each worker is what a worker's thread is in the stage; settling, which one thread does there, is
 * done by one at a time. */
#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

#include "article/article.h"
#include "base/memory.h"
#include "processors/chain.h"
#include "processors/host.h"
#include "stage/input.h"

enum { MAX_THREADS = 64, ERROR_SIZE = 1024 };

/* What an article passes through. A processor's `process` is a part of its own. */
enum part { INTAKE, PARSE, VIEW, SETTLE, RENDER, RELEASE, PARTS };

static const char *const part_names[PARTS] = {"intake", "parse",  "view",
                                              "settle", "render", "release"};

struct bench {
    const char *articles_file;
    const char *config_file; /* NULL: as `try` without one */
    size_t warm;
    bool warm_is_given;
    unsigned threads;
    unsigned rounds;
    bool by_part;
    bool counts_instructions;

    char *text;
    struct slice *lines;
    size_t line_count;

    struct config *config;
    struct article_paths *paths;
    struct metrics *metrics;
    struct chain *chain;
    struct buffer made_by;
    const char *processors[ARTICLE_MAX_PROCESSORS];
    struct metric *seconds[ARTICLE_MAX_PROCESSORS]; /* of each processor */
    size_t processor_count;
    pthread_mutex_t settling;
};

struct worker {
    struct bench *bench;
    struct chain_worker *chain;
    struct article_scratch *scratch;
    struct article_input input;
    struct buffer out;
    struct article *article; /* the one before, whose memory the next one takes */
    int32_t partition;       /* each worker's own */
    int64_t offset;
    size_t first; /* lines [first, last), */
    size_t last;
    unsigned rounds; /* that often */
    int64_t ns[PARTS];
    int64_t process_ns[ARTICLE_MAX_PROCESSORS];
    int64_t calls_ns; /* of the clock itself, one call */
    pthread_t thread;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "chain: %s: %s\n", what, why);
    exit(1);
}

/* ---- time ---- */

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t thread_ns(void *context)
{
    (void)context;
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static int64_t wall_ms(void *context)
{
    (void)context;
    return clock_ns(CLOCK_REALTIME) / 1000000;
}

static void wait_ms(void *context, int64_t ms)
{
    (void)context;
    (void)ms;
}

/* What it takes to look at the clock: it is taken off every part. */
static int64_t clock_cost_ns(void)
{
    enum { CALLS = 10000 };
    int64_t start = thread_ns(NULL);

    for (int i = 0; i < CALLS; i++)
        thread_ns(NULL);
    return (thread_ns(NULL) - start) / CALLS;
}

/* ---- one article ---- */

static int64_t now_ns(const struct worker *worker)
{
    return worker->bench->by_part ? thread_ns(NULL) : 0;
}

/* Ends a part that began at start_ns; returns when. */
static int64_t end_part(struct worker *worker, enum part part, int64_t start_ns)
{
    int64_t end_ns = now_ns(worker);

    worker->ns[part] += end_ns - start_ns - worker->calls_ns;
    return now_ns(worker);
}

static struct article *take_in(struct worker *worker, struct slice line)
{
    const struct article_coordinates coordinates = {.topic = SLICE_LITERAL("bench"),
                                                    .partition = worker->partition,
                                                    .offset = worker->offset++};

    return article_renew(worker->article, line, coordinates, SLICE_LITERAL("key"));
}

static void process(struct worker *worker, struct article *article)
{
    const struct bench *bench = worker->bench;
    int64_t before[ARTICLE_MAX_PROCESSORS];

    for (size_t i = 0; i < bench->processor_count; i++)
        before[i] = metric_value(bench->seconds[i]);
    if (chain_process(worker->chain, article) != CHAIN_DONE)
        die("an article did not come through the chain", article->reason_text);
    for (size_t i = 0; i < bench->processor_count; i++)
        worker->process_ns[i] += metric_value(bench->seconds[i]) - before[i] - worker->calls_ns;
}

static void settle(struct bench *bench, struct article *article)
{
    pthread_mutex_lock(&bench->settling);
    if (chain_settle(bench->chain, article) != CHAIN_DONE)
        die("an article did not settle", article->reason_text);
    pthread_mutex_unlock(&bench->settling);
}

static void render(struct worker *worker, const struct article *article)
{
    const struct article_made_by made_by = {buffer_slice(&worker->bench->made_by)};

    buffer_clear(&worker->out);
    article_render(article, FORMAT_JSON, &made_by, &worker->out);
}

static void enrich(struct worker *worker, struct slice line)
{
    int64_t time = now_ns(worker);
    struct article *article = take_in(worker, line);

    time = end_part(worker, INTAKE, time);
    if (article_read(article, &worker->input, worker->scratch) != 0)
        die("an article cannot be read", article->reason_text);
    time = end_part(worker, PARSE, time);
    article->scratch = worker->scratch;
    article_view(article, ROLE_HEADLINE);
    article_view(article, ROLE_BODY);
    end_part(worker, VIEW, time);
    process(worker, article);
    article->scratch = NULL;
    time = now_ns(worker);
    settle(worker->bench, article);
    time = end_part(worker, SETTLE, time);
    render(worker, article);
    time = end_part(worker, RENDER, time);
    worker->article = article_trim(article);
    end_part(worker, RELEASE, time);
}

static void *run(void *context)
{
    struct worker *worker = context;

    for (unsigned round = 0; round < worker->rounds; round++)
        for (size_t i = worker->first; i < worker->last; i++)
            enrich(worker, worker->bench->lines[i]);
    return NULL;
}

/* ---- what is there before ---- */

static void read_articles(struct bench *bench)
{
    FILE *file = fopen(bench->articles_file, "rb");
    size_t capacity = 0;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    if (file == NULL)
        die(bench->articles_file, "cannot be read");
    while ((length = getline(&line, &size, file)) > 0) {
        if (bench->line_count == capacity) {
            capacity = 2 * capacity + 1024;
            bench->lines = memory_resize(bench->lines, capacity * sizeof(struct slice));
        }
        length -= line[length - 1] == '\n';
        bench->lines[bench->line_count++] = slice_of(line, (size_t)length);
        line = NULL;
        size = 0;
    }
    free(line);
    fclose(file);
    if (!bench->warm_is_given)
        bench->warm = bench->line_count / 4;
    if (bench->warm >= bench->line_count)
        die(bench->articles_file, "no article is left to be measured");
}

static struct config *load_config(const struct bench *bench)
{
    struct config_problems problems = {0};
    struct config *config = bench->config_file != NULL
                                ? config_load(bench->config_file, host_resolve, NULL, &problems)
                                : config_default(host_resolve, NULL, &problems);

    if (config == NULL)
        die("configuration", problems.first->text);
    return config;
}

static void find_times(struct bench *bench)
{
    const struct option_list *list = &config_settings(bench->config)->processors;
    const struct option_one_of *entries = list->items;

    for (size_t i = 0; i < list->count; i++) {
        const struct processor *processor = entries[i].owner;
        char label[64] = "";

        metrics_label(label, sizeof label, "processor", slice_of_text(processor->name));
        bench->processors[i] = processor->name;
        bench->seconds[i] =
            metrics_histogram(bench->metrics, "copydesk_processor_seconds", "", label);
    }
    bench->processor_count = list->count;
}

static void load_chain(struct bench *bench)
{
    static const struct chain_clock cpu_clock = {
        .wall_ms = wall_ms, .monotonic_ns = thread_ns, .wait_ms = wait_ms};
    char error[ERROR_SIZE] = "";

    bench->config = load_config(bench);
    bench->metrics = metrics_new();
    bench->paths =
        input_paths(&config_settings(bench->config)->consumer.input, error, sizeof error);
    if (bench->paths != NULL)
        bench->chain = chain_new(bench->config, bench->metrics, NULL, NULL, error, sizeof error);
    if (bench->chain == NULL)
        die("chain", error);
    if (bench->by_part)
        chain_use_clock(bench->chain, &cpu_clock);
    find_times(bench);
    chain_made_by(bench->chain, config_digest(bench->config), &bench->made_by);
    pthread_mutex_init(&bench->settling, NULL);
}

static void worker_open(struct bench *bench, struct worker *worker, int32_t partition)
{
    char error[ERROR_SIZE] = "";

    *worker = (struct worker){.bench = bench, .partition = partition};
    worker->scratch = article_scratch_new();
    worker->input = input_of(config_settings(bench->config), bench->paths);
    worker->calls_ns = bench->by_part ? clock_cost_ns() : 0;
    worker->chain = chain_worker_new(bench->chain, error, sizeof error);
    if (worker->chain == NULL)
        die("worker", error);
}

static void worker_close(struct worker *worker)
{
    chain_worker_free(worker->chain);
    article_scratch_free(worker->scratch);
    buffer_free(&worker->out);
    article_free(worker->article);
}

/* ---- the run ---- */

/* Every worker sees the articles before: its own memory grows to what it needs, too. */
static void warm_up(struct bench *bench, struct worker *workers)
{
    for (unsigned i = 0; i < bench->threads; i++) {
        struct worker *worker = &workers[i];

        worker->rounds = 1;
        worker->last = bench->warm;
        run(worker);
        memset(worker->ns, 0, sizeof worker->ns);
        memset(worker->process_ns, 0, sizeof worker->process_ns);
    }
}

static void share_out(const struct bench *bench, struct worker *workers)
{
    size_t measured = bench->line_count - bench->warm;

    for (unsigned i = 0; i < bench->threads; i++) {
        workers[i].first = bench->warm + measured * i / bench->threads;
        workers[i].last = bench->warm + measured * (i + 1) / bench->threads;
        workers[i].rounds = bench->rounds;
    }
}

static void run_all(const struct bench *bench, struct worker *workers)
{
    CALLGRIND_START_INSTRUMENTATION;
    for (unsigned i = 1; i < bench->threads; i++)
        pthread_create(&workers[i].thread, NULL, run, &workers[i]);
    run(&workers[0]);
    for (unsigned i = 1; i < bench->threads; i++)
        pthread_join(workers[i].thread, NULL);
    CALLGRIND_STOP_INSTRUMENTATION;
}

/* ---- what came of it ---- */

static size_t measured_articles(const struct bench *bench)
{
    return (bench->line_count - bench->warm) * bench->rounds;
}

static int64_t rss_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[128] = "";

    if (file == NULL || fgets(line, sizeof line, file) == NULL)
        die("/proc/self/statm", "cannot be read");
    fclose(file);
    const char *resident = strchr(line, ' ');

    return strtoll(resident != NULL ? resident : "0", NULL, 10) * sysconf(_SC_PAGESIZE) / 1024;
}

/* How often memory was allocated so far; -1 where nobody counts. */
static int64_t allocations(void)
{
    int64_t (*count)(void);

    *(void **)&count = dlsym(RTLD_DEFAULT, "allocations_counted");
    return count != NULL ? count() : -1;
}

struct tally {
    int64_t wall_ns;
    int64_t cpu_ns;
    int64_t allocations;
    int64_t rss_kib;
};

static struct tally tally_now(void)
{
    return (struct tally){clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_PROCESS_CPUTIME_ID),
                          allocations(), rss_kib()};
}

static void print_whole(const struct bench *bench, struct tally before, struct tally after)
{
    printf("{\"articles\": %zu, \"threads\": %u, \"wall_s\": %.4f, \"cpu_s\": %.4f, "
           "\"rss_before_kib\": %" PRId64 ", \"rss_after_kib\": %" PRId64,
           measured_articles(bench), bench->threads, (double)(after.wall_ns - before.wall_ns) / 1e9,
           (double)(after.cpu_ns - before.cpu_ns) / 1e9, before.rss_kib, after.rss_kib);
    if (before.allocations >= 0)
        printf(", \"allocations\": %" PRId64, after.allocations - before.allocations);
    printf("}\n");
}

static void print_part(const struct bench *bench, const char *name, int64_t ns)
{
    printf("\"%s\": %.2f, ", name, (double)ns / 1e3 / (double)measured_articles(bench));
}

static void print_parts(const struct bench *bench, const struct worker *worker)
{
    int64_t sum = 0;

    printf("{");
    for (enum part part = 0; part < PARTS; part++) {
        sum += worker->ns[part];
        print_part(bench, part_names[part], worker->ns[part]);
        for (size_t i = 0; part == VIEW && i < bench->processor_count; i++) {
            sum += worker->process_ns[i];
            print_part(bench, bench->processors[i], worker->process_ns[i]);
        }
    }
    print_part(bench, "sum", sum);
    printf("\"articles\": %zu}\n", measured_articles(bench));
}

static void measure(struct bench *bench)
{
    struct worker workers[MAX_THREADS] = {{0}};

    for (unsigned i = 0; i < bench->threads; i++)
        worker_open(bench, &workers[i], (int32_t)i);
    warm_up(bench, workers);
    share_out(bench, workers);
    struct tally before = tally_now();

    run_all(bench, workers);
    struct tally after = tally_now();

    if (bench->by_part)
        print_parts(bench, &workers[0]);
    else if (bench->counts_instructions)
        printf("{\"articles\": %zu}\n", measured_articles(bench));
    else
        print_whole(bench, before, after);
    for (unsigned i = 0; i < bench->threads; i++)
        worker_close(&workers[i]);
}

static void release(struct bench *bench)
{
    chain_free(bench->chain);
    article_paths_free(bench->paths);
    metrics_free(bench->metrics);
    buffer_free(&bench->made_by);
    config_free(bench->config);
    pthread_mutex_destroy(&bench->settling);
    for (size_t i = 0; i < bench->line_count; i++)
        free((void *)(uintptr_t)bench->lines[i].data);
    memory_free(bench->lines);
}

static void usage(void)
{
    fprintf(stderr, "usage: chain [-w WARM] [-t THREADS] [-r ROUNDS] [-p | -i] [-c CONFIG] "
                    "ARTICLES\n");
    exit(2);
}

static void take_option(struct bench *bench, int option)
{
    unsigned long number = optarg != NULL ? strtoul(optarg, NULL, 10) : 0;

    if (option == 'w') {
        bench->warm = number;
        bench->warm_is_given = true;
    } else if (option == 't' && number > 0 && number <= MAX_THREADS) {
        bench->threads = (unsigned)number;
    } else if (option == 'r' && number > 0) {
        bench->rounds = (unsigned)number;
    } else if (option == 'p') {
        bench->by_part = true;
    } else if (option == 'i') {
        bench->counts_instructions = true;
    } else if (option == 'c') {
        bench->config_file = optarg;
    } else {
        usage();
    }
}

int main(int argc, char **argv)
{
    struct bench bench = {.threads = 1, .rounds = 1};
    int option;

    while ((option = getopt(argc, argv, "w:t:r:c:pi")) != -1)
        take_option(&bench, option);
    if (optind + 1 != argc || (bench.by_part && bench.threads > 1))
        usage();
    bench.articles_file = argv[optind];
    read_articles(&bench);
    load_chain(&bench);
    measure(&bench);
    release(&bench);
    return 0;
}
