/* ${VAR}, ${VAR:-default} and ${file:/path} inside values. Threads: one at a time; nobody may
 * change the environment meanwhile. */
#ifndef COPYDESK_CONFIG_EXPAND_H
#define COPYDESK_CONFIG_EXPAND_H

#include "config/node.h"

enum { CONFIG_MAX_EXPANDED = 64 << 10 }; /* bytes of one value */

/* Expands every scalar value (not the keys) below root. $$ stands for one dollar; a dollar before
 * anything else stands for itself. The default is used where the variable is unset or empty, as in
 * a shell; an unset one without default is a problem. A file is read without the line break at its
 * end. What comes from outside stays a value: it cannot add keys or structure. Notes in each node
 * where its text came from. */
void config_expand(struct arena *arena, struct config_node *root, struct config_problems *problems);

#endif
