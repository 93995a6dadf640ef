/* What a stage says about itself over HTTP, besides its metrics. Threads: any, in every state. */
#ifndef COPYDESK_STAGE_STATUS_H
#define COPYDESK_STAGE_STATUS_H

#include "base/buffer.h"
#include "stage/stage.h"

/* JSON: state, whether it is ready, why not and where it says what to do, what is in flight,
 * reloads. */
void status_health(struct stage *stage, struct buffer *json);

/* JSON: versions of the program, librdkafka and the processors' ABI. */
void status_version(struct buffer *json);

/* YAML: the effective configuration, secrets masked. */
void status_config(struct stage *stage, struct buffer *yaml);

/* JSON: where articles come from, what is done to them, where they go. */
/* What was published of late names most. */
void status_entities(struct stage *stage, struct buffer *json);
void status_topology(struct stage *stage, struct buffer *json);

/* Gauges that are looked up only when somebody asks. */
void status_metrics(struct stage *stage);

#endif
