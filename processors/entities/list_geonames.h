/* GeoNames' dump: the table of places (allCountries.txt, cities*.txt or a country's) and the table
 * of their names in many languages (alternateNamesV2.txt). Both are read line by line; what the
 * filter leaves is kept. Threads: as list_import.h. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_GEONAMES_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_GEONAMES_H

#include "processors/entities/list_import.h"

/* The classes that are taken where the filter names none: countries, their first-level parts and
 * populated places. */
#define LIST_GEONAMES_CLASSES "PCL*,ADM1,PPL*"

/* names: NULL where there is none, then names_path is not looked at. */
void list_read_geonames(struct list_import *import, FILE *places, FILE *names,
                        const char *names_path);

#endif
