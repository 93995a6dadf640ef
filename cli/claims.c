/* The claims topic by hand: what is in it, what it comes to, and which terms rule. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/claims_json.h"
#include "cli/claims_source.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "config/config.h"
#include "processors/duplicates/duplicates.h"

enum { ERROR_SIZE = 1024, WAIT_MS = 15000 };

struct session {
    const struct command_line *line;
    const struct settings *settings;
    const void *options; /* of duplicates */
    struct journal_needs needs;
    const char *file; /* a dump; NULL: the topic */
    bool json;
    int status;
    char error[ERROR_SIZE];
};

static int fail(struct session *session)
{
    fprintf(stderr, "copydesk claims: %s\n", session->error);
    return session->status != EXIT_OK ? session->status : EXIT_RUNTIME;
}

static void print_line(struct buffer *text)
{
    printf("%.*s\n", SLICE_FORMAT(buffer_slice(text)));
    buffer_clear(text);
}

/* ---- going over the topic ---- */

/* Returns 0, or -1 and session->error. */
static int each_record(struct session *session,
                       void (*each)(void *context, const struct journal_record *record,
                                    struct slice key),
                       void *context)
{
    struct claims_source *source =
        claims_source_open(session->settings, session->needs.topic, session->file, &session->status,
                           session->error, ERROR_SIZE);
    struct journal_record record;
    struct slice key;
    int result = source != NULL ? 1 : -1;

    while (result > 0) {
        result = claims_source_next(source, &record, &key, session->error, ERROR_SIZE);
        if (result > 0)
            each(context, &record, key);
    }
    claims_source_close(source);
    return result;
}

/* ---- dump ---- */

static void dump_record(void *context, const struct journal_record *record, struct slice key)
{
    struct buffer *json = context;

    claims_json_record(record, key, json);
    print_line(json);
}

static int dump(struct session *session)
{
    struct buffer json = {0};
    int result = each_record(session, dump_record, &json);

    buffer_free(&json);
    return result == 0 ? EXIT_OK : fail(session);
}

/* ---- verify and show: a replay ---- */

struct replay {
    struct ledger *ledger;
    bool prints;
    struct buffer json;
    int64_t first;
    int64_t last; /* -1: the topic is empty */
    int64_t first_ms;
    int64_t last_ms;
    int64_t entries[LEDGER_RETRACTED + 1];
    int64_t verdicts[VERDICT_COUNT];
};

static void print_verdict(struct replay *replay, const struct journal_record *record,
                          const struct claim *claim, const struct duplicate_result *result)
{
    if (!replay->prints)
        return;
    claims_json_verdict(record, claim, result, &replay->json);
    print_line(&replay->json);
}

static void replay_record(void *context, const struct journal_record *record, struct slice key)
{
    struct replay *replay = context;
    struct duplicate_result result;
    struct claim claim;
    enum ledger_entry entry = ledger_apply(replay->ledger, record, &claim, &result);

    (void)key;
    if (replay->last < 0) {
        replay->first = record->position;
        replay->first_ms = record->time_ms;
    }
    replay->last = record->position;
    replay->last_ms = record->time_ms;
    replay->entries[entry]++;
    if (entry != LEDGER_FIRST && entry != LEDGER_AGAIN)
        return;
    replay->verdicts[result.verdict]++;
    print_verdict(replay, record, &claim, &result);
}

static void summary_json(const struct session *session, const struct replay *replay,
                         struct buffer *json)
{
    const struct terms *terms = ledger_terms(replay->ledger);

    buffer_append_text(json, "{\"topic\":");
    buffer_append_json_string(json, slice_of_text(session->needs.topic));
    buffer_append_format(
        json,
        ",\"first\":%" PRId64 ",\"last\":%" PRId64 ",\"claims\":%" PRId64 ",\"repeated\":%" PRId64
        ",\"lists\":%" PRId64 ",\"retracted\":%" PRId64 ",\"skipped\":%" PRId64
        ",\"other_terms\":%" PRId64 ",\"remembered\":%" PRIu32 ",\"hash\":\"%016" PRIx64 "\"",
        replay->first, replay->last, replay->entries[LEDGER_FIRST], replay->entries[LEDGER_AGAIN],
        replay->entries[LEDGER_LIST], replay->entries[LEDGER_RETRACTED],
        replay->entries[LEDGER_SKIPPED], replay->entries[LEDGER_OTHER_TERMS],
        ledger_count(replay->ledger), ledger_digest(replay->ledger));
    if (terms != NULL) {
        buffer_append_text(json, ",\"terms\":");
        claims_json_terms(terms, json);
    }
    buffer_append_text(json, ",\"verdicts\":{");
    for (int i = 0; i < VERDICT_COUNT; i++)
        buffer_append_format(json, "%s\"%s\":%" PRId64, i > 0 ? "," : "",
                             duplicate_verdict_name((enum duplicate_verdict)i),
                             replay->verdicts[i]);
    buffer_append_text(json, "}}");
}

static void print_terms(const struct session *session, const struct replay *replay)
{
    const struct terms *terms = ledger_terms(replay->ledger);
    struct terms wanted;

    duplicates_terms(session->options, &wanted);
    if (terms == NULL) {
        printf("terms        none are in force\n");
        return;
    }
    printf("terms        %016" PRIx64 ": window %" PRId64 " s, %" PRId64 " articles, clock: %s\n",
           terms_id(terms), terms->window_ms / 1000, terms->articles,
           terms->clock == CLOCK_ARTICLE ? "article" : "log");
    if (terms_id(terms) != terms_id(&wanted))
        printf("             the configuration says otherwise (%016" PRIx64
               "); `copydesk claims configure` makes it rule\n",
               terms_id(&wanted));
}

static void print_summary(const struct session *session, const struct replay *replay)
{
    printf("topic        %s\n", session->needs.topic);
    if (replay->last < 0) {
        printf("             it is empty\n");
        return;
    }
    printf("offsets      %" PRId64 " to %" PRId64 ", %" PRId64 " s\n", replay->first, replay->last,
           (replay->last_ms - replay->first_ms) / 1000);
    print_terms(session, replay);
    printf("claims       %" PRId64 ", and %" PRId64 " repeated or undetermined\n",
           replay->entries[LEDGER_FIRST], replay->entries[LEDGER_AGAIN]);
    printf("others       %" PRId64 " lists of boilerplate, %" PRId64 " taken back, %" PRId64
           " without effect, %" PRId64 " skipped\n",
           replay->entries[LEDGER_LIST], replay->entries[LEDGER_RETRACTED],
           replay->entries[LEDGER_OTHER_TERMS], replay->entries[LEDGER_SKIPPED]);
    printf("verdicts    ");
    for (int i = 0; i < VERDICT_COUNT; i++)
        if (replay->verdicts[i] > 0)
            printf(" %s %" PRId64, duplicate_verdict_name((enum duplicate_verdict)i),
                   replay->verdicts[i]);
    printf("\nremembered   %" PRIu32 " articles, hash %016" PRIx64 "\n",
           ledger_count(replay->ledger), ledger_digest(replay->ledger));
}

/* prints: each verdict, then the summary; the last line is the summary in any case. */
static int replay_all(struct session *session, bool prints)
{
    struct replay replay = {.ledger = ledger_new(), .prints = prints, .last = -1};
    int result = each_record(session, replay_record, &replay);

    if (result == 0 && session->json) {
        summary_json(session, &replay, &replay.json);
        print_line(&replay.json);
    } else if (result == 0) {
        print_summary(session, &replay);
    }
    buffer_free(&replay.json);
    ledger_free(replay.ledger);
    return result == 0 ? EXIT_OK : fail(session);
}

static int show(struct session *session)
{
    return replay_all(session, false);
}

static int verify(struct session *session)
{
    return replay_all(session, session->json);
}

/* ---- configure ---- */

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    int64_t *offset = opaque;

    (void)client;
    *offset = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? message->offset : -message->err;
}

/* Returns where the record stands, or what is below 0 and session->error. */
static int64_t append(struct session *session, struct slice record)
{
    int64_t offset = -1;
    rd_kafka_t *producer =
        client_producer(session->settings, &(struct client_producer){NULL, on_report, &offset},
                        session->error, ERROR_SIZE);

    if (producer == NULL)
        return -1;
    rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(session->needs.topic), RD_KAFKA_V_PARTITION(0),
                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                      RD_KAFKA_V_VALUE((void *)(uintptr_t)record.data, record.length),
                      RD_KAFKA_V_END);
    rd_kafka_flush(producer, WAIT_MS);
    if (offset < 0)
        snprintf(session->error, ERROR_SIZE, "topic %s takes no record: %s", session->needs.topic,
                 offset == -1 ? "no broker answers"
                              : rd_kafka_err2str((rd_kafka_resp_err_t)-offset));
    rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(producer);
    return offset;
}

static int configure(struct session *session)
{
    struct buffer record = {0};
    struct terms terms;

    duplicates_terms(session->options, &terms);
    claim_write_terms(&terms, true, &record);
    int64_t offset = append(session, buffer_slice(&record));

    buffer_free(&record);
    if (offset < 0)
        return fail(session);
    printf("%s: the configuration's terms, %016" PRIx64 ", rule from offset %" PRId64 " on\n",
           session->needs.topic, terms_id(&terms), offset);
    return EXIT_OK;
}

/* ---- the command ---- */

static bool find_duplicates(struct session *session)
{
    const struct option_one_of *entries = session->settings->processors.items;

    for (size_t i = 0; i < session->settings->processors.count; i++) {
        if (entries[i].owner != &duplicates_processor)
            continue;
        session->options = entries[i].options;
        duplicates_processor.journal(session->options, &session->needs);
    }
    if (session->needs.topic != NULL)
        return true;
    snprintf(session->error, ERROR_SIZE,
             "the configuration has no duplicates with scope: group, so it has no claims topic");
    session->status = EXIT_BAD_CONFIG;
    return false;
}

static int run_action(struct session *session)
{
    static const struct {
        const char *name;
        int (*run)(struct session *session);
        bool takes_file;
    } actions[] = {
        {"show", show, true},
        {"verify", verify, true},
        {"dump", dump, false},
        {"configure", configure, false},
    };
    const struct command_line *line = session->line;
    const char *name = line->argument_count > 0 ? line->arguments[0] : "";

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(name, actions[i].name) != 0)
            continue;
        if (line->argument_count > (actions[i].takes_file ? 2 : 1))
            return command_usage(line, "too many arguments");
        session->file = line->argument_count == 2 ? line->arguments[1] : NULL;
        return find_duplicates(session) ? actions[i].run(session) : fail(session);
    }
    return command_usage(line, "what of the claims: show, verify, dump or configure?");
}

static int run_claims(const struct command_line *line)
{
    struct session session = {.line = line, .json = command_switch(line, "json")};
    struct config *config = command_load_config(line, &session.status);
    int status = session.status;

    if (config != NULL) {
        session.settings = config_settings(config);
        command_configure_log(line, session.settings);
        status = run_action(&session);
    }
    config_free(config);
    return status;
}

static const struct command_action actions[] = {
    {"show", "terms in force, counts, verdicts, hash"},
    {"verify", "every verdict again, from the topic or a dump of it"},
    {"dump", "each record as a line of JSON"},
    {"configure", "makes the configuration's terms rule from now on"},
    {0},
};

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"json", 0, NULL, NULL, "a line of JSON each verdict, and the summary"},
    {0},
};

const struct command command_claims = {
    .name = "claims",
    .summary = "shows, replays, dumps the claims topic; sets its terms",
    .example = "copydesk claims verify -c copydesk.yaml",
    .arguments = "show|verify|dump|configure [DUMP]",
    .actions = actions,
    .flags = flags,
    .run = run_claims,
};
