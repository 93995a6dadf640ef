/* The configuration, typed: what copydesk.yaml says, after defaults, ranges and ${VAR}. The tables
 * in settings.c describe these structs; docs/reference/configuration.md is generated from them.
 * Ownership: everything belongs to the struct config it came from. Threads: constant once loaded.
 */
#ifndef COPYDESK_CONFIG_SETTINGS_H
#define COPYDESK_CONFIG_SETTINGS_H

#include "config/option.h"

struct input_settings {
    int format;                   /* enum article_format: json, text */
    int framing;                  /* enum article_framing: none, confluent */
    struct option_list paths[16]; /* of const char *, by enum article_role; in that order */
    struct option_list canceled;  /* of const char *: statuses */
};

struct consumer_settings {
    struct option_map kafka;   /* overrides settings.kafka */
    struct option_list topics; /* of const char * */
    const char *group;
    int from; /* enum consumer_from */
    bool static_membership;
    struct input_settings input;
};

enum consumer_from { FROM_EARLIEST, FROM_LATEST };

/* A route's condition: all keys that are given must hold; a key holds when any of its values does.
 */
struct route_condition {
    struct option_list language;  /* of const char *: BCP 47 tags; fr matches fr-CA too */
    struct option_list duplicate; /* of const char *: verdicts */
    struct option_list entity;    /* of const char *: an id (iso:AZ) or a name */
    struct option_list source;    /* of const char * */
    struct option_list header;    /* of const char *: "name" or "name=value" */
};

struct route_settings {
    bool has_when; /* `when` was written */
    struct route_condition when;
    const char *topic;        /* may contain {language} */
    struct option_list allow; /* of const char *: primary subtags for {language} */
    const char *otherwise;    /* where a language is not in allow */
};

enum producer_delivery { DELIVERY_AT_LEAST_ONCE, DELIVERY_EXACTLY_ONCE };
enum output_style { STYLE_JSON };

struct producer_settings {
    struct option_map kafka;
    int delivery;              /* enum producer_delivery */
    int64_t commit_interval;   /* ms */
    struct option_list routes; /* of struct route_settings */
    const char *dead_letters;
    const char *kills; /* NULL: where the article went, else by the routes */
    int style;         /* enum output_style */
};

struct limits_settings {
    int64_t memory;         /* bytes */
    int64_t window;         /* articles in flight */
    int64_t article;        /* bytes */
    int64_t depth;          /* nesting */
    int64_t processor_time; /* ms */
    int64_t rate;           /* articles a second; 0: none */
    int64_t workers;        /* threads; 0: one a core */
};

struct settings {
    const char *instance;
    struct option_map kafka;
    struct consumer_settings consumer;
    struct option_list processors; /* of struct option_one_of */
    struct producer_settings producer;
    struct {
        bool create;
    } topics;
    struct limits_settings limits;
    int64_t shutdown_timeout; /* ms */
    struct {
        const char *listen; /* host:port; empty: no HTTP */
    } http;
    struct {
        int level;  /* enum log_level */
        int format; /* enum log_format */
    } log;
};

#endif
