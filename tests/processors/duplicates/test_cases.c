/* Runs the newsroom's cases: each file of the folder that is given, each case in an index of its
 * own; then in the shapes that newsrooms send, and in every other order in which its articles may
 * arrive. What a file may contain, and what must hold in any order, is told in cases/README.md. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/memory.h"
#include "config/values.h"
#include "tests/processors/harness.h"

enum { MOST_TEXTS = 64, MOST_STEPS = 64, MOST_FILES = 64, LINE_BYTES = 1 << 16 };

enum {
    MOST_IN_ANY_ORDER = 5, /* articles of a case; of a longer one each is moved to each place */
    MOST_RULES = 16,
    WORD_BYTES = 64,
};

/* "in any order: 2 after 1 -> stale or exact", steps from 1 on. */
struct order_rule {
    int step;
    int after; /* 0: wherever it comes */
    char allowed[WORD_BYTES];
};

struct named_text {
    char *name;
    struct buffer text;
};

/* One run through a file. */
struct run {
    const char *file;
    int line;
    struct named_text texts[MOST_TEXTS];
    int text_count;
    bool in_text;
    char *options;
    char *id_path; /* one more place of ids */
    char *title;
    struct harness *harness;
    struct buffer sent[MOST_STEPS]; /* payloads of the case, by offset */
    char *expected[MOST_STEPS];
    bool corrects[MOST_STEPS]; /* told as a correction, revision or kill, step by step */
    bool revises[MOST_STEPS];
    bool kills[MOST_STEPS];
    int sent_count;
    bool has_one_order; /* time passes in it, or something is delivered again */
    struct order_rule rules[MOST_RULES];
    int rule_count;
    int cases;
    int orders;
    int failures;
};

static void forget_harness(struct run *run)
{
    if (run->harness != NULL)
        harness_free(run->harness);
    run->harness = NULL;
}

static void forget_case(struct run *run)
{
    forget_harness(run);
    run->has_one_order = false;
    run->rule_count = 0;
    for (int i = 0; i < run->sent_count; i++) {
        buffer_free(&run->sent[i]);
        run->expected[i] = memory_free(run->expected[i]);
    }
    run->sent_count = 0;
    run->options = memory_free(run->options);
    run->id_path = memory_free(run->id_path);
}

static void complain(struct run *run, const char *what, const char *detail)
{
    print_error("%s:%d: %s: %s: %s\n", run->file, run->line, run->title, what, detail);
    run->failures++;
}

/* --- texts --- */

/* heading: "storm:". */
static void begin_text(struct run *run, const char *heading)
{
    char *name = memory_copy_text(heading);

    name[strcspn(name, ":")] = '\0';
    assert_in_range(run->text_count, 0, MOST_TEXTS - 1);
    run->texts[run->text_count++].name = name;
    run->in_text = true;
}

static void add_to_text(struct run *run, const char *line)
{
    struct buffer *text = &run->texts[run->text_count - 1].text;

    if (text->length > 0)
        buffer_append_byte(text, ' ');
    buffer_append_text(text, line);
}

static const struct buffer *find_text(const struct run *run, struct slice name)
{
    for (int i = 0; i < run->text_count; i++) {
        if (slice_is(name, run->texts[i].name))
            return &run->texts[i].text;
    }
    return NULL;
}

/* {name} in a payload stands for the text of that name, where there is one. */
static void fill_in(struct run *run, const char *line, struct buffer *payload)
{
    for (; *line != '\0'; line++) {
        const char *end = *line == '{' ? strchr(line, '}') : NULL;
        const struct buffer *text =
            end != NULL ? find_text(run, slice_of(line + 1, (size_t)(end - line - 1))) : NULL;

        if (text != NULL) {
            buffer_append(payload, buffer_slice(text));
            line = end;
        } else {
            buffer_append_byte(payload, *line);
            if (line[0] == '{' && line[1] >= 'a' && line[1] <= 'z')
                complain(run, "no text has that name", line);
        }
    }
}

/* --- what came out --- */

static void write_ids(const char *word, const struct slice *ids, uint32_t count, struct buffer *out)
{
    if (count > 0)
        buffer_append_format(out, " %s", word);
    for (uint32_t i = 0; i < count; i++)
        buffer_append_format(out, " %.*s", SLICE_FORMAT(ids[i]));
}

static void write_mark(const char *word, bool set, struct buffer *out)
{
    if (set)
        buffer_append_format(out, " %s", word);
}

/* As cases write it: "near of a by text". */
static void write_verdict(const struct duplicate_result *result, struct buffer *out)
{
    static const char *const by[] = {"", " by identity", " by text"};

    buffer_append_text(out, duplicate_verdict_name(result->verdict));
    if (!slice_is_absent(result->of))
        buffer_append_format(out, " of %.*s", SLICE_FORMAT(result->of));
    buffer_append_text(out, by[result->by]);
    write_mark("killed", result->of_killed, out);
    write_mark("withheld", result->withheld, out);
    write_mark("embargoed", result->embargoed, out);
    write_mark("of_withheld", result->of_withheld, out);
    write_mark("of_embargoed", result->of_embargoed, out);
    write_ids("contains", result->contains, result->contains_count, out);
    write_ids("copies", result->copies, result->copy_count, out);
    buffer_append_byte(out, '\0');
}

static void check_verdict(struct run *run, const char *expected)
{
    const struct article *article = harness_article(run->harness);
    struct buffer verdict = {0};

    if (article->results.duplicate == NULL) {
        complain(run, "no verdict", article->reason_text);
        return;
    }
    write_verdict(article->results.duplicate, &verdict);
    if (strcmp(verdict.data, expected) != 0) {
        struct buffer detail = {0};

        buffer_append_format(&detail, "expected \"%s\", got \"%s\" (similarity %u)", expected,
                             verdict.data, article->results.duplicate->similarity);
        buffer_append_byte(&detail, '\0');
        complain(run, "another verdict", detail.data);
        buffer_free(&detail);
    }
    buffer_free(&verdict);
}

/* --- steps --- */

static struct harness *harness_of(struct run *run)
{
    struct buffer yaml = {0};

    if (run->harness != NULL)
        return run->harness;
    /* A small memory, so that hundreds of orders are quick. */
    buffer_append_format(&yaml, "- duplicates: {%s}\n",
                         run->options != NULL ? run->options : "articles: 1000");
    buffer_append_byte(&yaml, '\0');
    run->harness = harness_new(yaml.data);
    harness_add_path(run->harness, ROLE_HEADLINE, "headlines[0].value");
    harness_add_path(run->harness, ROLE_BODY, "bodies[0].value");
    if (run->id_path != NULL)
        harness_add_path(run->harness, ROLE_ID, run->id_path);
    buffer_free(&yaml);
    return run->harness;
}

static void send(struct run *run, const char *payload, const char *expected)
{
    struct buffer *sent = &run->sent[run->sent_count];

    assert_in_range(run->sent_count, 0, MOST_STEPS - 1);
    fill_in(run, payload, sent);
    run->expected[run->sent_count] = memory_copy_text(expected);
    run->corrects[run->sent_count] = strncmp(expected, "correction", 10) == 0;
    run->revises[run->sent_count] = strncmp(expected, "revision", 8) == 0;
    run->kills[run->sent_count] = strncmp(expected, "kill", 4) == 0;
    harness_next_offset(harness_of(run), "t", 0, run->sent_count++);
    harness_push_bytes(run->harness, buffer_slice(sent));
    check_verdict(run, expected);
}

/* The record at offset number - 1 is delivered again. */
static void send_again(struct run *run, int number, const char *expected)
{
    assert_in_range(number, 1, run->sent_count);
    run->has_one_order = true;
    harness_next_offset(run->harness, "t", 0, number - 1);
    harness_push_bytes(run->harness, buffer_slice(&run->sent[number - 1]));
    check_verdict(run, expected);
}

static void wait(struct run *run, const char *duration)
{
    int64_t ms;

    run->has_one_order = true;
    if (!value_duration(duration, &ms))
        complain(run, "this is no duration", duration);
    else
        harness_advance_ms(harness_of(run), ms);
}

/* --- every shape --- */

enum { SHAPES = 3, NAMES = 9 };

/* Plain JSON's names, and those of ninjs 1, 2 and 3. [] stands for ninjs' list of objects. */
static const char *const names[NAMES][1 + SHAPES] = {
    {"id", "uri", "uri", "uri"},
    {"body", "body_text", "bodies[]", "bodies[]"},
    {"headline", "headline", "headlines[]", "headlines[]"},
    {"pubstatus", "pubstatus", "pubstatus", "pubStatus"},
    {"versioncreated", "versioncreated", "versioncreated", "versionCreated"},
    {"ednote", "ednote", "ednote", "edNote"},
    {"altids", "altids", "altids", "altIds"},
    {"embargoed", "embargoed", "embargoed", "embargoedUntil"},
    {"evolvedfrom", "evolvedfrom", "evolvedfrom", "evolvedFrom"},
};

static void rename_member(json_t *article, const char *from, const char *to)
{
    json_t *value = json_incref(json_object_get(article, from));
    size_t length = strcspn(to, "[");
    char name[WORD_BYTES];

    if (value == NULL)
        return;
    json_object_del(article, from);
    snprintf(name, sizeof name, "%.*s", (int)length, to);
    if (to[length] == '[')
        json_object_set_new(article, name, json_pack("[{s:o}]", "value", value));
    else
        json_object_set_new(article, name, value);
}

static void send_in_shape(struct run *run, int step, int shape)
{
    const struct buffer *sent = &run->sent[step];
    json_t *article = json_loadb(sent->data, sent->length, 0, NULL);

    assert_non_null(article);
    for (int i = 0; i < NAMES; i++)
        rename_member(article, names[i][0], names[i][shape]);
    char *payload = json_dumps(article, JSON_COMPACT);

    harness_next_offset(harness_of(run), "t", 0, step);
    harness_push(run->harness, payload);
    check_verdict(run, run->expected[step]);
    free(payload);
    json_decref(article);
}

static void run_every_shape(struct run *run)
{
    for (int shape = 1; shape <= SHAPES && !run->has_one_order; shape++) {
        forget_harness(run);
        for (int step = 0; step < run->sent_count; step++)
            send_in_shape(run, step, shape);
    }
}

/* --- every order --- */

/* What came of the steps, in one order. */
struct arrivals {
    int order[MOST_STEPS]; /* steps, from 0 on */
    int count;
    const char *verdicts[MOST_STEPS]; /* by step; NULL: not there yet */
    char ids[MOST_STEPS][WORD_BYTES];
};

static void complain_of_order(struct run *run, const struct arrivals *arrivals, int step,
                              const char *what)
{
    struct buffer detail = {0};

    buffer_append_format(&detail, "%d is %s in the order", step + 1, arrivals->verdicts[step]);
    for (int i = 0; i < arrivals->count; i++)
        buffer_append_format(&detail, " %d", arrivals->order[i] + 1);
    buffer_append_byte(&detail, '\0');
    complain(run, what, detail.data);
    buffer_free(&detail);
}

static bool is_duplicate(const char *verdict)
{
    return strcmp(verdict, "exact") == 0 || strcmp(verdict, "near") == 0 ||
           strcmp(verdict, "overlaps") == 0;
}

static bool has_come(const struct arrivals *arrivals, int step)
{
    return arrivals->verdicts[step] != NULL;
}

/* Something of the same item came before, and not these very bytes, of which this is a retry. */
static bool is_known_item(const struct run *run, const struct arrivals *arrivals, int step)
{
    bool known = false;

    for (int other = 0; other < run->sent_count; other++) {
        if (other == step || !has_come(arrivals, other) ||
            strcmp(arrivals->ids[other], arrivals->ids[step]) != 0)
            continue;
        if (slice_equal(buffer_slice(&run->sent[other]), buffer_slice(&run->sent[step])))
            return false;
        known = true;
    }
    return known;
}

static bool was_killed(const struct run *run, const struct arrivals *arrivals, int step)
{
    for (int other = 0; other < run->sent_count; other++)
        if (run->kills[other] && other != step && has_come(arrivals, other) &&
            strcmp(arrivals->ids[other], arrivals->ids[step]) == 0)
            return true;
    return false;
}

/* What holds for every case. */
static void check_always(struct run *run, const struct arrivals *arrivals, int step)
{
    const char *verdict = arrivals->verdicts[step];

    if (run->kills[step] && strcmp(verdict, "kill") != 0)
        complain_of_order(run, arrivals, step, "a kill is a kill in any order");
    if (run->corrects[step] && is_duplicate(verdict))
        complain_of_order(run, arrivals, step, "no correction is a duplicate in any order");
    if (run->revises[step] && is_duplicate(verdict) && is_known_item(run, arrivals, step))
        complain_of_order(run, arrivals, step, "no revision is a duplicate in any order");
    if (!run->kills[step] && was_killed(run, arrivals, step) && strcmp(verdict, "stale") != 0)
        complain_of_order(run, arrivals, step, "what was killed is stale");
}

/* allowed: "stale or exact". */
static bool is_allowed(const char *allowed, const char *verdict)
{
    size_t length = strlen(verdict);

    for (const char *word = allowed; word != NULL; word = strstr(word, " or ")) {
        word += word != allowed ? 4 : 0;
        if (strncmp(word, verdict, length) == 0 && (word[length] == ' ' || word[length] == '\0'))
            return true;
    }
    return false;
}

static void check_rules(struct run *run, const struct arrivals *arrivals, int step)
{
    for (int i = 0; i < run->rule_count; i++) {
        const struct order_rule *rule = &run->rules[i];

        if (rule->step == step + 1 && (rule->after == 0 || has_come(arrivals, rule->after - 1)) &&
            !is_allowed(rule->allowed, arrivals->verdicts[step]))
            complain_of_order(run, arrivals, step, rule->allowed);
    }
}

static void arrive(struct run *run, struct arrivals *arrivals, int place)
{
    int step = arrivals->order[place];

    harness_next_offset(harness_of(run), "t", 0, place);
    harness_push_bytes(run->harness, buffer_slice(&run->sent[step]));
    const struct article *article = harness_article(run->harness);
    const struct duplicate_result *result = article->results.duplicate;
    struct slice id = article->texts[ROLE_ID];
    struct slice source = article->texts[ROLE_SOURCE];

    if (result == NULL)
        return;
    snprintf(arrivals->ids[step], WORD_BYTES, "%.*s/%.*s", SLICE_FORMAT(source), SLICE_FORMAT(id));
    if (slice_is_absent(id))
        snprintf(arrivals->ids[step], WORD_BYTES, "step %d", step);
    arrivals->verdicts[step] = duplicate_verdict_name(result->verdict);
    check_always(run, arrivals, step);
    check_rules(run, arrivals, step);
}

static void run_order(struct run *run, const int *order)
{
    struct arrivals arrivals = {.count = run->sent_count};

    memcpy(arrivals.order, order, (size_t)run->sent_count * sizeof *order);
    forget_harness(run);
    for (int i = 0; i < run->sent_count; i++)
        arrive(run, &arrivals, i);
    run->orders++;
}

/* All orders of what stands from `fixed` on. */
static void run_permutations(struct run *run, int *order, int fixed)
{
    if (fixed == run->sent_count)
        run_order(run, order);
    for (int i = fixed; i < run->sent_count; i++) {
        int first = order[i];

        memmove(order + fixed + 1, order + fixed, (size_t)(i - fixed) * sizeof *order);
        order[fixed] = first;
        run_permutations(run, order, fixed + 1);
        memmove(order + fixed, order + fixed + 1, (size_t)(i - fixed) * sizeof *order);
        order[i] = first;
    }
}

static void number_steps(const struct run *run, int *order)
{
    for (int i = 0; i < run->sent_count; i++)
        order[i] = i;
}

/* Each step to each place, the others as they were. */
static void run_moves(struct run *run, int *order)
{
    for (int from = 0; from < run->sent_count; from++) {
        for (int to = 0; to < run->sent_count; to++) {
            number_steps(run, order);
            memmove(order + from, order + from + 1,
                    (size_t)(run->sent_count - from - 1) * sizeof *order);
            memmove(order + to + 1, order + to, (size_t)(run->sent_count - to - 1) * sizeof *order);
            order[to] = from;
            run_order(run, order);
        }
    }
}

static void run_every_order(struct run *run)
{
    int order[MOST_STEPS];

    if (run->has_one_order)
        return;
    number_steps(run, order);
    if (run->sent_count <= MOST_IN_ANY_ORDER)
        run_permutations(run, order, 0);
    else
        run_moves(run, order);
}

/* text: "2 after 1 -> stale or exact". */
static void add_rule(struct run *run, const char *text)
{
    struct order_rule *rule = &run->rules[run->rule_count];

    assert_in_range(run->rule_count, 0, MOST_RULES - 1);
    *rule = (struct order_rule){0};
    if (sscanf(text, "%d after %d -> %63[^\n]", &rule->step, &rule->after, rule->allowed) != 3 &&
        sscanf(text, "%d -> %63[^\n]", &rule->step, rule->allowed) != 2)
        complain(run, "this rule is not understood", text);
    else
        run->rule_count++;
}

static void end_case(struct run *run)
{
    run_every_shape(run);
    run_every_order(run);
    forget_case(run);
}

/* --- lines --- */

static void begin_case(struct run *run, const char *title)
{
    end_case(run);
    free(run->title);
    run->title = memory_copy_text(title);
    run->cases++;
}

static const char *behind(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 ? line + length : NULL;
}

static void read_step(struct run *run, char *line)
{
    char *arrow = strstr(line, " -> ");
    const char *rest = NULL;

    if (arrow == NULL) {
        complain(run, "this line is not understood", line);
        return;
    }
    *arrow = '\0';
    if ((rest = behind(line, "again ")) != NULL)
        send_again(run, (int)strtol(rest, NULL, 10), arrow + 4);
    else
        send(run, line, arrow + 4);
}

static void read_line(struct run *run, char *line)
{
    const char *rest = NULL;

    if (run->in_text && line[0] == ' ') {
        add_to_text(run, line + strspn(line, " "));
        return;
    }
    run->in_text = false;
    if (line[0] == '\0' || line[0] == '#' || behind(line, "why: ") != NULL)
        return;
    if ((rest = behind(line, "text ")) != NULL)
        begin_text(run, rest);
    else if ((rest = behind(line, "case: ")) != NULL)
        begin_case(run, rest);
    else if ((rest = behind(line, "options: ")) != NULL)
        run->options = memory_copy_text(rest);
    else if ((rest = behind(line, "id: ")) != NULL)
        run->id_path = memory_copy_text(rest);
    else if ((rest = behind(line, "in any order: ")) != NULL)
        add_rule(run, rest);
    else if ((rest = behind(line, "wait ")) != NULL)
        wait(run, rest);
    else
        read_step(run, line);
}

static void read_file(const char *path, int *cases, int *orders, int *failures)
{
    struct run run = {.file = path, .title = memory_copy_text("before the first case")};
    char *line FREED_AT_END = memory_allocate(LINE_BYTES);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, LINE_BYTES, file) != NULL) {
        run.line++;
        line[strcspn(line, "\n")] = '\0';
        read_line(&run, line);
    }
    fclose(file);
    end_case(&run);
    for (int i = 0; i < run.text_count; i++) {
        free(run.texts[i].name);
        buffer_free(&run.texts[i].text);
    }
    free(run.title);
    *cases += run.cases;
    *orders += run.orders;
    *failures += run.failures;
}

static int is_case_file(const struct dirent *entry)
{
    const char *ending = strrchr(entry->d_name, '.');

    return ending != NULL && strcmp(ending, ".cases") == 0;
}

static const char *folder;

static void every_case_is_decided_as_the_newsroom_says(void **state)
{
    struct dirent **files;
    int count = scandir(folder, &files, is_case_file, alphasort);
    int cases = 0;
    int orders = 0;
    int failures = 0;

    (void)state;
    assert_in_range(count, 1, MOST_FILES);
    for (int i = 0; i < count; i++) {
        struct buffer path = {0};

        buffer_append_format(&path, "%s/%s", folder, files[i]->d_name);
        buffer_append_byte(&path, '\0');
        read_file(path.data, &cases, &orders, &failures);
        buffer_free(&path);
        free(files[i]);
    }
    free(files);
    print_message("%d cases, %d orders\n", cases, orders);
    assert_int_equal(failures, 0);
    assert_in_range(cases, 80, 10000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_decided_as_the_newsroom_says),
    };

    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests_name("duplicates cases", tests, NULL, NULL);
}
