/* Names in YAML: a list of mappings, at most 1 MiB.
 *
 *   - type: organisation
 *     name: World Health Organization
 *     ids: [wd:Q7817]
 *     weight: 5
 *     names: {en: [World Health Organization, WHO], fr: Organisation mondiale de la santé}
 *
 * Keys are the columns of list_tsv.h, but `ids` and `names`. Threads: as list_import.h. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_YAML_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_YAML_H

#include "processors/entities/list_import.h"

void list_read_yaml(struct list_import *import, struct slice text);

#endif
