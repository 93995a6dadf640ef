/* Inside config/: several sources of one configuration, laid over each other. Threads: one at a
 * time. */
#ifndef COPYDESK_CONFIG_MERGE_H
#define COPYDESK_CONFIG_MERGE_H

#include "config/node.h"

/* Lays the mapping `over` on the mapping `root`, key by key: mappings merge, everything else (lists
 * too) is replaced. over's nodes go into root; every node keeps its place for problems. */
void config_merge(struct config_node *root, struct config_node *over);

/* Sets one value: PATH=VALUE, such as producer.commit_interval=50ms, kafka."client.id"=desk or
 * consumer.topics[0]=news; VALUE is YAML. Mappings on the way are made, items of lists must be
 * there. Problems have the file "-s", the ordinal (from 1) of the argument as their line and the
 * character in it as their column. */
void config_set(struct arena *arena, struct config_node *root, const char *argument, int ordinal,
                struct config_problems *problems);

#endif
