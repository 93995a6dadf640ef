/* An enriched article read back from the JSON that copydesk wrote, for commands that show what is
 * in a topic. Threads: any. */
#ifndef COPYDESK_CLI_ENRICHED_H
#define COPYDESK_CLI_ENRICHED_H

#include "article/article.h"

/* The article with its texts, language, entities and verdict; texts are found by the default paths.
 * NULL where json is no article or has no enrichment. The caller frees it. */
struct article *enriched_read(struct slice json);

#endif
