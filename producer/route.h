/* Where an article goes: the first route whose conditions hold. Threads: any; settings are
 * constant. */
#ifndef COPYDESK_PRODUCER_ROUTE_H
#define COPYDESK_PRODUCER_ROUTE_H

#include "config/settings.h"
#include "consumer/record.h"

/* Appends the topic's name to ret_topic. Kills and takedowns go to `kills` where that is set, else
 * where the killed article went if that is known and a route still leads there. Where a processor
 * did not run, the language is und and the verdict new. Always finds one: the last route has no
 * condition. */
void route_record(const struct producer_settings *settings, const struct record *record,
                  struct buffer *ret_topic);

/* Appends where the record goes by each verdict that it may still get, in a form that only
 * route_record reads, when a kill brings it back in its duplicate_result. */
void route_destinations(const struct producer_settings *settings, const struct record *record,
                        struct buffer *ret_destinations);

/* Calls each(context, topic) for every topic that can be named before articles come: routes (with
 * each allowed language and `otherwise`), kills and dead letters. A topic may come more than once.
 */
void route_topics(const struct producer_settings *settings,
                  void (*each)(void *context, const char *topic), void *context);

/* The part before the first hyphen: zh-Hant -> zh. */
struct slice route_primary_subtag(struct slice tag);

#endif
