#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/http_get.h"
#include "cli/stop.h"
#include "cli/top_screen.h"
#include "config/values.h"

enum { MOST_INSTANCES = 32 };

/* One look at all of them. */
struct session {
    struct top_instance instances[MOST_INSTANCES];
    size_t count;
    struct arena arena; /* of the entities */
    struct top_entity *entities;
    size_t entity_count;
};

/* ---- looking ---- */

static void look(struct top_instance *instance)
{
    struct scrape fresh;

    instance->reached =
        scrape_fetch(instance->address, &fresh, instance->error, sizeof instance->error) == 0;
    if (!instance->reached)
        return;
    scrape_free(&instance->before);
    instance->before = instance->now;
    instance->before_ms = instance->now_ms;
    instance->now = fresh;
    instance->now_ms = clock_monotonic_ms();
}

static struct top_entity *find_entity(struct session *session, const char *type, const char *name)
{
    for (size_t i = 0; i < session->entity_count; i++)
        if (strcmp(session->entities[i].name, name) == 0 &&
            strcmp(session->entities[i].type, type) == 0)
            return &session->entities[i];
    session->entities =
        memory_resize(session->entities, (session->entity_count + 1) * sizeof *session->entities);
    struct top_entity *entity = &session->entities[session->entity_count++];

    *entity = (struct top_entity){.type = arena_copy_text(&session->arena, type),
                                  .name = arena_copy_text(&session->arena, name)};
    return entity;
}

static void add_entities(struct session *session, const json_t *list)
{
    const json_t *entry;
    size_t index;

    json_array_foreach(list, index, entry)
    {
        const char *type = json_string_value(json_object_get(entry, "type"));
        const char *name = json_string_value(json_object_get(entry, "name"));

        if (type != NULL && name != NULL)
            find_entity(session, type, name)->articles +=
                json_number_value(json_object_get(entry, "articles"));
    }
}

/* An instance without that page has none. */
static void look_at_entities(struct session *session, const struct top_instance *instance)
{
    char error[TOP_ERROR_SIZE];
    struct http_answer answer;

    if (http_get(instance->address, "/entities", &answer, error, sizeof error) != 0)
        return;
    json_t *told = json_loads(answer.body, 0, NULL);

    add_entities(session, json_object_get(told, "entities"));
    json_decref(told);
    http_answer_free(&answer);
}

static int compare_entities(const void *a, const void *b)
{
    const struct top_entity *x = a;
    const struct top_entity *y = b;

    return x->articles != y->articles ? (x->articles > y->articles ? -1 : 1)
                                      : strcmp(x->name, y->name);
}

/* Returns whether anybody answers. */
static bool look_at_all(struct session *session)
{
    bool any = false;

    arena_reset(&session->arena, 0);
    session->entity_count = 0;
    for (size_t i = 0; i < session->count; i++) {
        look(&session->instances[i]);
        if (!session->instances[i].reached)
            continue;
        any = true;
        look_at_entities(session, &session->instances[i]);
    }
    if (session->entity_count > 0)
        qsort(session->entities, session->entity_count, sizeof *session->entities,
              compare_entities);
    return any;
}

/* ---- the screen ---- */

static void begin_screen(void)
{
    fputs("\033[?1049h\033[?25l", stdout);
}

static void end_screen(void)
{
    fputs("\033[?25h\033[?1049l", stdout);
    fflush(stdout);
}

/* Over what is there, so that nothing flickers; without a last line break, which would scroll. */
static void write_over(const struct buffer *page)
{
    fputs("\033[H", stdout);
    for (size_t i = 0; i + 1 < page->length; i++) {
        if (page->data[i] == '\n')
            fputs("\033[K", stdout);
        fputc(page->data[i], stdout);
    }
    fputs("\033[K\033[J", stdout);
}

static void draw(const struct session *session, const struct terminal *terminal, bool over)
{
    const struct top top = {(struct top_instance *)(uintptr_t)session->instances, session->count,
                            session->entities, session->entity_count};
    const struct terminal_size size = terminal_size();
    struct buffer page = {0};

    top_draw(&top, &size, terminal->colour, &page);
    if (over)
        write_over(&page);
    else
        fwrite(page.data, 1, page.length, stdout);
    fflush(stdout);
    buffer_free(&page);
}

static int watch(struct session *session, bool once, int64_t every_ms)
{
    struct terminal terminal = terminal_of_output();
    bool over = terminal.is_terminal && !once;
    bool any = false;

    if (over)
        begin_screen();
    do {
        any = look_at_all(session);
        draw(session, &terminal, over);
    } while (!once && !ferror(stdout) && stop_or_reload(every_ms) != TOLD_TO_STOP);
    if (over)
        end_screen();
    return once && !any ? EXIT_RUNTIME : EXIT_OK;
}

static int run_top(const struct command_line *line)
{
    struct session session = {.count = 0};
    int64_t every_ms = 0;

    if (!value_duration(command_value(line, "every"), &every_ms) || every_ms < 100)
        return command_usage(line, "--every is a duration of at least 100ms");
    if (line->argument_count > MOST_INSTANCES)
        return command_usage(line, "more than %d instances", MOST_INSTANCES);
    for (int i = 0; i < line->argument_count; i++)
        session.instances[session.count++].address = line->arguments[i];
    if (session.count == 0)
        session.instances[session.count++].address = "127.0.0.1:9464";
    stop_block_reload();
    int status = watch(&session, command_switch(line, "once"), every_ms);

    for (size_t i = 0; i < session.count; i++) {
        scrape_free(&session.instances[i].now);
        scrape_free(&session.instances[i].before);
    }
    arena_free(&session.arena);
    memory_free(session.entities);
    return status;
}

static const struct command_flag flags[] = {
    {"every", 0, "DURATION", "1s", "how often it looks"},
    {"once", 0, NULL, NULL, "look once and end"},
    {0},
};

const struct command command_top = {
    .name = "top",
    .summary = "shows what running instances do: rates, lag, languages, verdicts",
    .example = "copydesk top desk-1:9464 desk-2:9464",
    .arguments = "[HOST:PORT...]",
    .flags = flags,
    .run = run_top,
};
