/* A whole stage for a test, on the embedded cluster. */
#ifndef COPYDESK_TESTS_STAGE_STARTED_H
#define COPYDESK_TESTS_STAGE_STARTED_H

#include "stage/stage.h"

/* One that does not start ends the program, with its words. */
struct stage *started(const struct config *config);

/* Stops it; one that has failed ends the program. */
void stopped(struct stage *stage);

#endif
