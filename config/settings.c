#include "config/settings.h"

#include "config/config.h"

enum { KIB = 1 << 10, MIB = 1 << 20, SECOND = 1000, HOUR = 3600 * SECOND };

static const struct option any_text = {.type = OPTION_TEXT};

#define LIST_OF_TEXT(key, place, text, sentence)                                                   \
    {                                                                                              \
        .name = key, .type = OPTION_LIST, .offset = place, .default_text = text,                   \
        .element = &any_text, .description = sentence                                              \
    }

/* In the order of enum article_role. */
#define PATHS(index, key, text, sentence)                                                          \
    LIST_OF_TEXT(key, offsetof(struct input_settings, paths[index]), text, sentence)

static const char *const formats[] = {"json", "text", NULL};
static const char *const framings[] = {"none", "confluent", NULL};

static const struct option input_table[] = {
    {
        .name = "format",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct input_settings, format),
        .default_text = "json",
        .choices = formats,
        .description = "What a record's value is: a JSON object, or plain text that is the body.",
    },
    {
        .name = "framing",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct input_settings, framing),
        .default_text = "none",
        .choices = framings,
        .description =
            "What stands before the article in a value: nothing, or the five bytes of the "
            "Confluent schema registry's serialisers, which are kept.",
    },
    PATHS(0, "source", "[source]", "Where the newsroom or agency is named."),
    PATHS(1, "id", "[id, uri, guid]",
          "Where the article's identity is. Paths are tried in order: a.b[0].c, and \"a.b\" in "
          "quotes for a name with a dot. `guid as {id}:{version}` takes an id apart that carries "
          "its version; evolvedfrom's paths take the same."),
    PATHS(2, "version", "[version]", "Where the version is counted."),
    PATHS(3, "versioncreated", "[versioncreated, versionCreated]", "Where the version's time is."),
    PATHS(4, "headline", "[headline, title]", "Where the headline is."),
    PATHS(5, "body", "[body, body_text, text]",
          "Where the body is. An article without one is rejected as no_body."),
    PATHS(6, "language", "[language]", "Where the producer declares the language."),
    PATHS(7, "status", "[pubstatus, pubStatus]",
          "Where the publication status is; one that `canceled` names makes the record a kill."),
    PATHS(8, "signal", "[signal]", "Where ninjs marks a correction."),
    PATHS(9, "ednote", "[ednote, edNote]", "Where the note to editors is."),
    PATHS(10, "evolvedfrom", "[evolvedfrom, evolvedFrom]",
          "Where the item that this one replaces is named."),
    PATHS(11, "altids", "[altids, altIds]",
          "Where further ids of the item are: a text, a list of texts, or ninjs' list of objects "
          "with a `value`."),
    PATHS(12, "embargoed", "[embargoed, embargoedUntil]",
          "Where the time is until which the item is under embargo."),
    LIST_OF_TEXT("canceled", offsetof(struct input_settings, canceled), "[canceled, cancelled]",
                 "Statuses that make the record a kill, in any case."),
    {0},
};

static const char *const beginnings[] = {"earliest", "latest", NULL};

static const struct option consumer_table[] = {
    {
        .name = "kafka",
        .type = OPTION_MAP,
        .offset = offsetof(struct consumer_settings, kafka),
        .description = "Settings of librdkafka for the consumer alone; they override kafka.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "topics",
        .type = OPTION_LIST,
        .offset = offsetof(struct consumer_settings, topics),
        .element = &any_text,
        .description = "The topics that articles are read from.",
        .flags = OPTION_REQUIRED | OPTION_NO_RELOAD,
    },
    {
        .name = "group",
        .type = OPTION_TEXT,
        .offset = offsetof(struct consumer_settings, group),
        .default_text = "copydesk",
        .description = "The consumer group. Instances of one group share the partitions.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "from",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct consumer_settings, from),
        .default_text = "earliest",
        .choices = beginnings,
        .description = "Where a group without committed offsets begins. A committed offset that "
                       "is out of range is an error.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "static_membership",
        .type = OPTION_FLAG,
        .offset = offsetof(struct consumer_settings, static_membership),
        .default_text = "false",
        .description = "The instance keeps its partitions over a restart that is shorter than "
                       "session.timeout.ms. Needs an instance name that lasts.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "input",
        .type = OPTION_TABLE,
        .offset = offsetof(struct consumer_settings, input),
        .table = input_table,
        .description = "How a record is read.",
        .flags = OPTION_NO_RELOAD,
    },
    {0},
};

static const struct option condition_table[] = {
    LIST_OF_TEXT("language", offsetof(struct route_condition, language), NULL,
                 "BCP 47 tags; fr holds for fr-CA too."),
    LIST_OF_TEXT("duplicate", offsetof(struct route_condition, duplicate), NULL,
                 "Verdicts: new, exact, near, overlaps, revision, correction, kill, stale, "
                 "undetermined."),
    LIST_OF_TEXT("entity", offsetof(struct route_condition, entity), NULL,
                 "Ids (iso:AZ) or names of entities."),
    LIST_OF_TEXT("source", offsetof(struct route_condition, source), NULL,
                 "Sources, as the article names them."),
    LIST_OF_TEXT("header", offsetof(struct route_condition, header), NULL,
                 "Headers of the record: a name, or name=value."),
    {0},
};

static const struct option route_table[] = {
    {
        .name = "when",
        .type = OPTION_TABLE,
        .offset = offsetof(struct route_settings, when),
        .table = condition_table,
        .description = "The conditions, all of which must hold; one holds when any of its values "
                       "does. The last route has none.",
    },
    {
        .name = "topic",
        .type = OPTION_TEXT,
        .offset = offsetof(struct route_settings, topic),
        .description = "Where the article goes. {language} stands for the primary subtag of its "
                       "language, such as ar.",
        .flags = OPTION_REQUIRED,
    },
    LIST_OF_TEXT("allow", offsetof(struct route_settings, allow), NULL,
                 "The languages that {language} may become. Without it, any."),
    {
        .name = "otherwise",
        .type = OPTION_TEXT,
        .offset = offsetof(struct route_settings, otherwise),
        .description = "Where articles in languages go that allow does not name.",
    },
    {0},
};

static const struct option route_element = {.type = OPTION_TABLE, .table = route_table};

static const char *const deliveries[] = {"at-least-once", "exactly-once", NULL};
static const char *const styles[] = {"json", NULL};

static const struct option producer_table[] = {
    {
        .name = "kafka",
        .type = OPTION_MAP,
        .offset = offsetof(struct producer_settings, kafka),
        .description = "Settings of librdkafka for the producer alone; they override kafka.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "delivery",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct producer_settings, delivery),
        .default_text = "exactly-once",
        .choices = deliveries,
        .description =
            "What a crash may do. exactly-once: outputs and offsets in one transaction; "
            "readers must be read_committed. at-least-once: nothing is lost, articles may "
            "be repeated.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "commit_interval",
        .type = OPTION_DURATION,
        .offset = offsetof(struct producer_settings, commit_interval),
        .default_text = "100ms",
        .min = 1,
        .max = 60 * SECOND,
        .description = "How often finished offsets are committed. Longer costs less and repeats "
                       "more after a crash.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "routes",
        .type = OPTION_LIST,
        .offset = offsetof(struct producer_settings, routes),
        .element = &route_element,
        .size = sizeof(struct route_settings),
        .description = "Where articles go: the first route whose conditions hold.",
        .flags = OPTION_REQUIRED,
    },
    {
        .name = "dead_letters",
        .type = OPTION_TEXT,
        .offset = offsetof(struct producer_settings, dead_letters),
        .description = "The topic for records that cannot be processed, with the reason in their "
                       "headers.",
        .flags = OPTION_REQUIRED,
    },
    {
        .name = "kills",
        .type = OPTION_TEXT,
        .offset = offsetof(struct producer_settings, kills),
        .description = "Where kills and takedowns go. Without it: where the article went, else by "
                       "the routes.",
    },
    {
        .name = "style",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct producer_settings, style),
        .default_text = "json",
        .choices = styles,
        .description = "How the enrichment leaves: as a key in the article's JSON.",
        .flags = OPTION_NO_RELOAD,
    },
    {0},
};

static const struct option topics_table[] = {
    {
        .name = "create",
        .type = OPTION_FLAG,
        .offset = offsetof(struct settings, topics.create),
        .default_text = "false",
        .description = "Missing topics are created at start, with the brokers' defaults.",
        .flags = OPTION_NO_RELOAD,
    },
    {0},
};

#define LIMIT(key, kind, field, text, least, most, sentence)                                       \
    {                                                                                              \
        .name = key, .type = kind, .offset = offsetof(struct limits_settings, field),              \
        .default_text = text, .min = least, .max = most, .description = sentence                   \
    }

static const struct option limits_table[] = {
    LIMIT("memory", OPTION_SIZE, memory, "512MiB", 16LL * MIB, INT64_MAX,
          "The budget of articles on their way: half for those in flight with their results and "
          "outputs, a thirty-second (1 to 16 MiB) for those fetched ahead. Reading pauses above "
          "it. What processors remember comes on top."),
    LIMIT("window", OPTION_INTEGER, window, "1000", 1, 1000000,
          "Articles in flight. Reading pauses above it."),
    LIMIT("article", OPTION_SIZE, article, "8MiB", KIB, 1024LL * MIB,
          "The largest record that is processed; a larger one is rejected as too_large."),
    LIMIT("depth", OPTION_INTEGER, depth, "64", 1, 1000,
          "The deepest nesting of JSON; a deeper one is rejected as too_deep."),
    LIMIT("processor_time", OPTION_DURATION, processor_time, "10s", 1, HOUR,
          "How long one processor may take for one article, before it is rejected as too_slow."),
    LIMIT("rate", OPTION_INTEGER, rate, "0", 0, INT64_MAX,
          "Articles a second, for backfills beside live traffic. 0: no limit."),
    LIMIT("workers", OPTION_INTEGER, workers, "0", 0, 1024,
          "Threads that run the processors. 0: one a core."),
    {0},
};

static const struct option http_table[] = {
    {
        .name = "listen",
        .type = OPTION_TEXT,
        .offset = offsetof(struct settings, http.listen),
        .default_text = "127.0.0.1:9464",
        .description = "host:port of /metrics, /livez and /readyz. Empty (\"\"): none.",
        .flags = OPTION_NO_RELOAD,
    },
    {0},
};

static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const log_formats[] = {"auto", "text", "json", NULL};

static const struct option log_table[] = {
    {
        .name = "level",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct settings, log.level),
        .default_text = "info",
        .choices = levels,
        .description = "The least important events that are logged.",
    },
    {
        .name = "format",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct settings, log.format),
        .default_text = "auto",
        .choices = log_formats,
        .description = "auto is text on a terminal and JSON elsewhere.",
    },
    {0},
};

static const struct option one_processor = {.type = OPTION_ONE_OF};

/* topics, http and log are anonymous structs inside struct settings: their tables count offsets
 * from its beginning. */
static const struct option settings_table[] = {
    {
        .name = "instance",
        .type = OPTION_TEXT,
        .offset = offsetof(struct settings, instance),
        .description = "This instance's name among those of its group. Without it: the host's "
                       "name.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "kafka",
        .type = OPTION_MAP,
        .offset = offsetof(struct settings, kafka),
        .default_text = "{bootstrap.servers: localhost:9092}",
        .description = "Settings of librdkafka, by its own names. Some belong to the stage and "
                       "are refused here.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "consumer",
        .type = OPTION_TABLE,
        .offset = offsetof(struct settings, consumer),
        .table = consumer_table,
        .description = "Where articles come from.",
    },
    {
        .name = "processors",
        .type = OPTION_LIST,
        .offset = offsetof(struct settings, processors),
        .element = &one_processor,
        .description = "What is done to an article, in this order. Without it: nothing.",
    },
    {
        .name = "producer",
        .type = OPTION_TABLE,
        .offset = offsetof(struct settings, producer),
        .table = producer_table,
        .description = "Where articles go.",
    },
    {
        .name = "topics",
        .type = OPTION_TABLE,
        .table = topics_table,
        .description = "Topics that are not there.",
    },
    {
        .name = "limits",
        .type = OPTION_TABLE,
        .offset = offsetof(struct settings, limits),
        .table = limits_table,
        .description = "What bounds memory, time and load.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "shutdown_timeout",
        .type = OPTION_DURATION,
        .offset = offsetof(struct settings, shutdown_timeout),
        .default_text = "30s",
        .min = 0,
        .max = HOUR,
        .description = "How long articles in flight may take to finish after SIGTERM.",
        .flags = OPTION_NO_RELOAD,
    },
    {
        .name = "http",
        .type = OPTION_TABLE,
        .table = http_table,
        .description = "What is seen from outside.",
    },
    {
        .name = "log",
        .type = OPTION_TABLE,
        .table = log_table,
        .description = "What is told on standard error.",
    },
    {0},
};

const struct option *config_table(void)
{
    return settings_table;
}
