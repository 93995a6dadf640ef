/* Runs the newsroom's cases: each file of the folder that is given, each case in an index of its
 * own. What a file may contain is told in cases/README.md. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "config/values.h"
#include "tests/processors/harness.h"

enum { MOST_TEXTS = 64, MOST_STEPS = 64, MOST_FILES = 64, LINE_BYTES = 1 << 16 };

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
    int sent_count;
    int cases;
    int failures;
};

static void forget_case(struct run *run)
{
    if (run->harness != NULL)
        harness_free(run->harness);
    run->harness = NULL;
    for (int i = 0; i < run->sent_count; i++)
        buffer_free(&run->sent[i]);
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
    buffer_append_format(&yaml, "- duplicates: {%s}\n", run->options != NULL ? run->options : "");
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
    harness_next_offset(harness_of(run), "t", 0, run->sent_count++);
    harness_push_bytes(run->harness, buffer_slice(sent));
    check_verdict(run, expected);
}

/* The record at offset number - 1 is delivered again. */
static void send_again(struct run *run, int number, const char *expected)
{
    assert_in_range(number, 1, run->sent_count);
    harness_next_offset(run->harness, "t", 0, number - 1);
    harness_push_bytes(run->harness, buffer_slice(&run->sent[number - 1]));
    check_verdict(run, expected);
}

static void wait(struct run *run, const char *duration)
{
    int64_t ms;

    if (!value_duration(duration, &ms))
        complain(run, "this is no duration", duration);
    else
        harness_advance_ms(harness_of(run), ms);
}

static void begin_case(struct run *run, const char *title)
{
    forget_case(run);
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
    else if ((rest = behind(line, "wait ")) != NULL)
        wait(run, rest);
    else
        read_step(run, line);
}

static void read_file(const char *path, int *cases, int *failures)
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
    forget_case(&run);
    for (int i = 0; i < run.text_count; i++) {
        free(run.texts[i].name);
        buffer_free(&run.texts[i].text);
    }
    free(run.title);
    *cases += run.cases;
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
    int failures = 0;

    (void)state;
    assert_in_range(count, 1, MOST_FILES);
    for (int i = 0; i < count; i++) {
        struct buffer path = {0};

        buffer_append_format(&path, "%s/%s", folder, files[i]->d_name);
        buffer_append_byte(&path, '\0');
        read_file(path.data, &cases, &failures);
        buffer_free(&path);
        free(files[i]);
    }
    free(files);
    print_message("%d cases\n", cases);
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
