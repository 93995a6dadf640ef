/* Names in a table: UTF-8, tabs between fields, one row a line. Lines that begin with # are
 * comments, but `# as_of: 2025-03-01` dates the list. The first other line names the columns:
 *
 *   type      person, organisation, place, or a word of languages.tsv's kinds (role ...)
 *   name      the entity's usual name; else its first name
 *   id        prefixed ids, separated by |
 *   weight    of two entities with one name, the heavier has it; of places, the population
 *   country   ISO 3166-1 of where it is
 *   when      what must be around it: middle, preposition, noun
 *   as_of     the day that the row describes
 *   note      for readers of the table
 *   language  and  names: names in the language or languages (en,fr) of this row
 *   ar, en,fr ...: names in these languages
 *
 * Names in one field are separated by |. Only type is required. Threads: as list_import.h. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_TSV_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_TSV_H

#include "processors/entities/list_import.h"

/* Reads a whole table from memory; text outlives the call only. */
void list_read_tsv_text(struct list_import *import, struct slice text);

/* Reads a stream line by line. */
void list_read_tsv(struct list_import *import, FILE *file);

#endif
