/* The names of librdkafka's settings, as the library at hand knows them. Threads: any. */
#ifndef COPYDESK_CONFIG_KAFKA_NAMES_H
#define COPYDESK_CONFIG_KAFKA_NAMES_H

/* Calls each with every name that may stand under `kafka`: those that the stage sets itself are
 * left out. */
void kafka_names(void (*each)(void *context, const char *name), void *context);

#endif
