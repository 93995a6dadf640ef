/* docs/reference/configuration.md, made from the option tables of the configuration and of the
 * processors that are linked in. Threads: any. */
#ifndef COPYDESK_CLI_REFERENCE_H
#define COPYDESK_CLI_REFERENCE_H

#include "base/buffer.h"

void reference_page(struct buffer *page);

#endif
