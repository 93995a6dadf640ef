/* What is made from the tables of commands and options for people's hands: the manual page and the
 * completions of shells. Threads: any. */
#ifndef COPYDESK_CLI_PAGES_H
#define COPYDESK_CLI_PAGES_H

#include "base/buffer.h"

/* copydesk(1), for man. */
void pages_manual(struct buffer *page);

/* shell: bash, zsh or fish. Returns false, and appends nothing, for another. */
bool pages_completion(const char *shell, struct buffer *script);

#endif
