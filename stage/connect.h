/* `check --connect`: would the stage run against these brokers? Asks for brokers, topics,
 * partitions, sizes and rights, without joining the group, committing, or writing anything that
 * stays. Threads: one. */
#ifndef COPYDESK_STAGE_CONNECT_H
#define COPYDESK_STAGE_CONNECT_H

#include "base/buffer.h"
#include "config/settings.h"

/* Appends what was found, one line a thing, and what is wrong, with the command that helps. Returns
 * the exit status (config/exits.h): ok, no broker, topics missing (78), 1 where a right is missing
 * or a question failed. */
int connect_check(const struct settings *settings, struct buffer *report);

#endif
