/* Wikidata's JSON dump: one array, one item a line, as in latest-all.json (uncompressed: pipe it
 * through bzcat). Lines are read one by one; nothing but the list being built is kept.
 *
 * Which items are taken is said by their classes (P31, instance of) without those above them.
 * Threads: as list_import.h. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_WIKIDATA_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_WIKIDATA_H

#include "processors/entities/list_import.h"

/* CLASS:TYPE, separated by commas: what is taken where the filter names none. Humans; countries,
 * cities, capitals, first-level parts, seas; companies, parties, international and state
 * organisations, agencies, broadcasters, newspapers. */
#define LIST_WIKIDATA_CLASSES                                                                      \
    "Q5:person,Q6256:place,Q3624078:place,Q515:place,Q1549591:place,Q5119:place,Q10864048:place,"  \
    "Q165:place,Q4830453:organisation,Q7278:organisation,Q484652:organisation,"                    \
    "Q327333:organisation,Q192283:organisation,Q15265344:organisation,Q11032:organisation"

void list_read_wikidata(struct list_import *import, FILE *file);

#endif
