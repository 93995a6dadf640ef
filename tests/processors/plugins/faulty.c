/* Plugins that the host must refuse, or that show one thing it must do: one for each FAULT. */
#include "processors/processor.h"

#define FAULT_GOOD 0
#define FAULT_ABI 1
#define FAULT_SIZE 2
#define FAULT_NAME 3
#define FAULT_RESERVED 4
#define FAULT_TAKEN 5
#define FAULT_PROCESS 6
#define FAULT_APPLY 7
#define FAULT_NULL 8
#define FAULT_OPTIONS 9
#define FAULT_CHECK 10

#if FAULT != FAULT_PROCESS && FAULT != FAULT_NULL
static enum processor_outcome process(void *worker, struct article *article)
{
    (void)worker;
    (void)article;
    return OUTCOME_DONE;
}
#endif

#if FAULT == FAULT_APPLY
static enum processor_outcome settle(void *shared, struct article *article)
{
    (void)shared;
    (void)article;
    return OUTCOME_DONE;
}
#endif

#if FAULT == FAULT_OPTIONS
static const struct option options[] = {{.name = "a", .type = OPTION_TEXT}, {.name = NULL}};
#endif

#if FAULT == FAULT_CHECK
struct pair {
    bool wet;
    bool dry;
};

static const struct option pair_options[] = {
    {.name = "wet", .type = OPTION_FLAG, .offset = offsetof(struct pair, wet)},
    {.name = "dry", .type = OPTION_FLAG, .offset = offsetof(struct pair, dry)},
    {.name = NULL},
};

static int check(const void *options, char *ret_error, size_t error_size)
{
    const struct pair *pair = options;

    if (!pair->wet || !pair->dry)
        return 0;
    strncpy(ret_error, "wet and dry exclude each other", error_size - 1);
    return -1;
}
#endif

#if FAULT != FAULT_NULL
static const struct processor descriptor = {
#if FAULT == FAULT_ABI
    .abi = 999,
#else
    .abi = PROCESSOR_ABI,
#endif
#if FAULT == FAULT_SIZE
    .size = 40,
#else
    .size = sizeof(struct processor),
#endif
#if FAULT == FAULT_NAME
    .name = "Not a name",
#elif FAULT == FAULT_RESERVED
    .name = "made_by",
#elif FAULT == FAULT_GOOD || FAULT == FAULT_TAKEN
    .name = "taken",
#elif FAULT == FAULT_CHECK
    .name = "checks",
#else
    .name = "faulty",
#endif
    .version = "1.0.0",
    .summary = "is refused",
#if FAULT != FAULT_PROCESS && FAULT != FAULT_NULL
    .process = process,
#endif
#if FAULT == FAULT_APPLY
    .settle = settle,
#endif
#if FAULT == FAULT_OPTIONS
    .options = options,
#elif FAULT == FAULT_CHECK
    .options = pair_options,
    .options_size = sizeof(struct pair),
    .check = check,
#endif
};
#endif

__attribute__((visibility("default"))) const struct processor *copydesk_processor(void);

const struct processor *copydesk_processor(void)
{
#if FAULT == FAULT_NULL
    return NULL;
#else
    return &descriptor;
#endif
}
