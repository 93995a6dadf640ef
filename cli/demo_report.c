#include "cli/demo_report.h"

#include <stdio.h>

#include "base/memory.h"
#include "cli/enriched.h"
#include "cli/screen_text.h"
#include "cli/why.h"

enum {
    MOST_ENTRIES = 64,
    MOST_TOPICS = 32,
    ID_COLUMN = 4,
    LANGUAGE_COLUMN = 30,
    VERDICT_COLUMN = 40,
    TOPIC_COLUMN = 53,
    CELLS = 4,
    MOST_PLACES = 3,
};

/* One article that was sent, and what came of it. */
struct entry {
    struct arena arena;
    struct slice key;
    bool arrived;
    struct slice topic;
    bool tombstone;
    struct slice reason;
    struct slice reason_text;
    struct article *article; /* enriched; NULL for a tombstone or dead letter */
};

struct demo_report {
    struct entry entries[MOST_ENTRIES];
    size_t count;
    size_t arrived;
    size_t surprises;
};

struct demo_report *demo_report_new(void)
{
    return memory_zeroed(1, sizeof(struct demo_report));
}

void demo_report_free(struct demo_report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < report->count; i++) {
        article_free(report->entries[i].article);
        arena_free(&report->entries[i].arena);
    }
    memory_free(report);
}

void demo_report_expect(struct demo_report *report, struct slice key)
{
    if (report->count == MOST_ENTRIES)
        return;
    struct entry *entry = &report->entries[report->count++];

    entry->key = arena_copy(&entry->arena, key);
}

static struct entry *find(struct demo_report *report, struct slice key)
{
    for (size_t i = 0; i < report->count; i++)
        if (slice_equal(report->entries[i].key, key))
            return &report->entries[i];
    return NULL;
}

void demo_report_take(struct demo_report *report, const struct demo_record *record)
{
    struct entry *entry = find(report, record->key);

    if (entry == NULL || entry->arrived) {
        report->surprises++;
        return;
    }
    entry->arrived = true;
    entry->topic = arena_copy(&entry->arena, record->topic);
    entry->tombstone = slice_is_absent(record->value);
    entry->reason = arena_copy(&entry->arena, record->reason);
    entry->reason_text = arena_copy(&entry->arena, record->reason_text);
    if (!entry->tombstone && slice_is_absent(entry->reason))
        entry->article = enriched_read(record->value);
    report->arrived++;
}

bool demo_report_is_complete(const struct demo_report *report)
{
    return report->arrived == report->count;
}

size_t demo_report_expected(const struct demo_report *report)
{
    return report->count;
}

size_t demo_report_arrived(const struct demo_report *report)
{
    return report->arrived;
}

/* ---- the table ---- */

struct table {
    const struct view_options *options;
    struct buffer *out;
    struct screen_text text; /* the line being composed */
};

static void write_text(struct table *table, unsigned indent)
{
    const struct screen_layout layout = {
        .columns = table->options->columns, .indent = indent, .colour = table->options->colour};

    screen_text_wrap(&table->text, &layout, table->out);
    screen_text_clear(&table->text);
}

static void add_cell(struct table *table, unsigned column, unsigned end, struct slice utf8,
                     enum screen_style style)
{
    screen_text_pad(&table->text, column);
    screen_text_add(&table->text, utf8, style);
    screen_text_cut(&table->text, end - 1);
}

static void write_row(struct table *table, const struct slice cells[CELLS], const char *number,
                      enum screen_style style)
{
    const unsigned columns[CELLS + 1] = {ID_COLUMN, LANGUAGE_COLUMN, VERDICT_COLUMN, TOPIC_COLUMN,
                                         table->options->columns + 1};

    if (strlen(number) == 1)
        screen_text_pad(&table->text, 1);
    screen_text_add(&table->text, slice_of_text(number), SCREEN_DIM);
    for (size_t i = 0; i < CELLS; i++)
        add_cell(table, columns[i], columns[i + 1], cells[i], style);
    write_text(table, 0);
}

static void append_places(const struct article *article, struct buffer *line)
{
    const struct entities_result *entities = article->results.entities;
    uint32_t count = 0;

    for (uint32_t i = 0; entities != NULL && i < entities->entity_count; i++) {
        if (entities->entities[i].type != ENTITY_PLACE || count++ >= MOST_PLACES)
            continue;
        buffer_append_text(line, count == 1 ? "; places: " : ", ");
        buffer_append(line, entities->entities[i].name);
    }
    if (count > MOST_PLACES)
        buffer_append_format(line, " and %u more", count - MOST_PLACES);
}

static enum screen_style style_of(const struct article *article)
{
    const struct duplicate_result *duplicate = article->results.duplicate;

    return duplicate == NULL || duplicate->verdict == VERDICT_NEW ? SCREEN_PLAIN : SCREEN_BOLD;
}

static struct slice verdict_of(const struct article *article)
{
    const struct duplicate_result *duplicate = article->results.duplicate;

    return slice_of_text(duplicate != NULL ? duplicate_verdict_name(duplicate->verdict) : "-");
}

static struct slice language_of(const struct article *article)
{
    const struct language_result *language = article->results.language;

    return language != NULL ? language->tag : SLICE_LITERAL("-");
}

static void write_why(struct table *table, struct slice why)
{
    screen_text_add(&table->text, why, SCREEN_DIM);
    write_text(table, ID_COLUMN);
}

static void write_article(struct table *table, const char *number, const struct entry *entry)
{
    const struct article *article = entry->article;
    const struct slice cells[CELLS] = {article->texts[ROLE_ID], language_of(article),
                                       verdict_of(article), entry->topic};
    struct buffer why = {0};

    write_row(table, cells, number, style_of(article));
    if (article->results.duplicate != NULL)
        why_duplicate(article->results.duplicate, &why);
    append_places(article, &why);
    write_why(table, buffer_slice(&why));
    buffer_free(&why);
}

/* What has no language or verdict: dead letters, tombstones, what has not come out. */
static void write_plain(struct table *table, const char *number, const struct entry *entry,
                        const char *verdict, struct slice why)
{
    const struct slice cells[CELLS] = {entry->key, SLICE_LITERAL("-"), slice_of_text(verdict),
                                       entry->arrived ? entry->topic : SLICE_LITERAL("-")};

    write_row(table, cells, number, SCREEN_WARNING);
    write_why(table, why);
}

static void write_dead_letter(struct table *table, const char *number, const struct entry *entry)
{
    struct buffer why = {0};

    buffer_append(&why, entry->reason);
    buffer_append_text(&why, ": ");
    buffer_append(&why, entry->reason_text);
    write_plain(table, number, entry, "rejected", buffer_slice(&why));
    buffer_free(&why);
}

static void write_entry(struct table *table, const char *number, const struct entry *entry)
{
    if (!entry->arrived)
        write_plain(table, number, entry, "missing", SLICE_LITERAL("it has not come out"));
    else if (entry->tombstone)
        write_plain(table, number, entry, "tombstone",
                    SLICE_LITERAL("a NULL value: passed on untouched"));
    else if (!slice_is_absent(entry->reason))
        write_dead_letter(table, number, entry);
    else if (entry->article == NULL)
        write_plain(table, number, entry, "unreadable", SLICE_LITERAL("it has no enrichment"));
    else
        write_article(table, number, entry);
}

static void write_titles(struct table *table)
{
    const struct slice titles[CELLS] = {SLICE_LITERAL("article"), SLICE_LITERAL("language"),
                                        SLICE_LITERAL("duplicate"), SLICE_LITERAL("went to")};

    write_row(table, titles, "#", SCREEN_DIM);
}

void demo_report_table(const struct demo_report *report, const struct view_options *options,
                       struct buffer *out)
{
    struct table table = {.options = options, .out = out};
    char number[16];

    write_titles(&table);
    for (size_t i = 0; i < report->count; i++) {
        snprintf(number, sizeof number, "%zu", i + 1);
        write_entry(&table, number, &report->entries[i]);
    }
    screen_text_free(&table.text);
}

void demo_report_page(const struct demo_report *report, struct slice language,
                      const struct view_options *options, struct buffer *out)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct article *article = report->entries[i].article;

        if (article != NULL && slice_equal(language_of(article), language)) {
            view_article(article, options, out);
            return;
        }
    }
}

/* ---- the summary ---- */

struct tally {
    struct slice topic;
    size_t count;
};

static size_t count_topics(const struct demo_report *report, struct tally tallies[MOST_TOPICS])
{
    size_t used = 0;

    for (size_t i = 0; i < report->count; i++) {
        size_t place = 0;

        if (!report->entries[i].arrived)
            continue;
        while (place < used && !slice_equal(tallies[place].topic, report->entries[i].topic))
            place++;
        if (place == MOST_TOPICS)
            continue;
        if (place == used)
            tallies[used++] = (struct tally){.topic = report->entries[i].topic};
        tallies[place].count++;
    }
    return used;
}

static void add_tallies(struct screen_text *text, const struct tally *tallies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        screen_text_format(text, SCREEN_PLAIN, "%s%zu to ", i == 0 ? ": " : ", ", tallies[i].count);
        screen_text_add(text, tallies[i].topic, SCREEN_BOLD);
    }
}

void demo_report_summary(const struct demo_report *report, const struct view_options *options,
                         struct buffer *out)
{
    struct table table = {.options = options, .out = out};
    struct tally tallies[MOST_TOPICS] = {0};
    bool good = demo_report_is_complete(report) && report->surprises == 0;

    screen_text_format(&table.text, SCREEN_PLAIN, "%zu in, %zu out", report->count,
                       report->arrived);
    add_tallies(&table.text, tallies, count_topics(report, tallies));
    screen_text_format(&table.text, SCREEN_PLAIN, ". ");
    if (good)
        screen_text_format(&table.text, SCREEN_GOOD, "Nothing lost, nothing twice.");
    else
        screen_text_format(&table.text, SCREEN_WARNING, "%zu missing, %zu too many.",
                           report->count - report->arrived, report->surprises);
    write_text(&table, 0);
    screen_text_free(&table.text);
}
