/* What the brokers deny to a transactional producer, found out and put into words. The brokers
 * refuse a transaction as a whole, without a word about which topic it was.
 * Threads: the publisher's. */
#ifndef COPYDESK_PRODUCER_DENIAL_H
#define COPYDESK_PRODUCER_DENIAL_H

#include "producer/dispatch.h"

/* rd_kafka_init_transactions has failed: why, and what helps. */
void denial_of_id(const struct settings *settings, const rd_kafka_error_t *error,
                  char ret_why[DISPATCH_WHY_SIZE]);

/* What made the open transaction one that can only be aborted; another error where nothing has. */
rd_kafka_resp_err_t denial_reason(rd_kafka_t *producer);

/* The transaction that held these records was aborted for `reason`. Returns whether a right is
 * missing, with the command that grants it in ret_why. To find the topic, puts one record of each
 * into a transaction of its own, and aborts it: none may be open. */
bool denial_explain(struct dispatch *dispatch, rd_kafka_resp_err_t reason,
                    struct record *const *records, size_t count, char ret_why[DISPATCH_WHY_SIZE]);

#endif
