/* The host as one processor of a chain sees it: what stands behind the opaque struct of
 * processor.h. The functions are host_services (host.h). Threads: constant once its chain is made,
 * but for `journal` and `appended`, which belong to the thread that settles. */
#ifndef COPYDESK_PROCESSORS_SERVICES_H
#define COPYDESK_PROCESSORS_SERVICES_H

#include "article/article.h"
#include "base/metrics.h"
#include "processors/journal.h"
#include "processors/processor.h"

struct processor_host {
    const struct processor *processor;
    const struct processor_host *const *chain; /* all hosts of the chain, in order */
    unsigned index;                            /* of this one among them */
    struct journal *journal;                   /* NULL before load has returned, and at unload */
    struct metrics *metrics;
    const struct article *appended; /* the last one that was appended for */
};

#endif
