/* What an instance's /metrics says, as numbers to look up. Threads: one at a time. */
#ifndef COPYDESK_CLI_SCRAPE_H
#define COPYDESK_CLI_SCRAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"

struct sample {
    const char *name;   /* "copydesk_articles_total" */
    const char *labels; /* "outcome=\"published\"", "" for none */
    double value;
};

struct scrape {
    struct arena arena;
    struct sample *samples; /* in the order of the page */
    size_t count;
};

/* Asks host:port, within two seconds. Returns 0, or -1 and a sentence in ret_error. */
int scrape_fetch(const char *address, struct scrape *ret_scrape, char *ret_error,
                 size_t error_size);

/* Reads a page of Prometheus' text format; lines that are none are skipped. */
void scrape_read(struct slice page, struct scrape *ret_scrape);
void scrape_free(struct scrape *scrape);

/* The sum over all samples of that name whose labels contain part ("" for all). */
double scrape_sum(const struct scrape *scrape, const char *name, const char *part);

/* The value of a label, such as "ar" for language; NULL where it has none. */
const char *scrape_label(struct arena *arena, const struct sample *sample, const char *label);

#endif
