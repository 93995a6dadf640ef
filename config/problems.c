#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "config/node.h"

enum { MAX_TEXT = 1024 };

void config_problems_free(struct config_problems *problems)
{
    arena_free(&problems->arena);
    *problems = (struct config_problems){0};
}

/* What a file says is shown on terminals: no line breaks, no escape sequences. */
static void make_printable(char *text)
{
    for (unsigned char *byte = (unsigned char *)text; *byte != '\0'; byte++) {
        bool c1_control = byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0x9f;

        if (*byte < 0x20 || *byte == 0x7f)
            *byte = '?';
        else if (c1_control)
            byte[0] = byte[1] = '?';
    }
}

static void cut_to_whole_characters(char *text, size_t most)
{
    size_t length = strlen(text);

    if (length <= most)
        return;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    text[most] = '\0';
}

static const char *with_place(struct arena *arena, const char *file, int line, int column,
                              const char *sentence)
{
    if (line == 0)
        return arena_format(arena, "%s: %s", file, sentence);
    return arena_format(arena, "%s:%d:%d: %s", file, line, column, sentence);
}

__attribute__((format(printf, 5, 0))) static void add(struct config_problems *problems,
                                                      const char *file, int line, int column,
                                                      const char *format, va_list arguments)
{
    char sentence[MAX_TEXT + 8];

    if (++problems->count > CONFIG_MAX_PROBLEMS)
        return;
    vsnprintf(sentence, sizeof sentence, format, arguments);
    cut_to_whole_characters(sentence, MAX_TEXT);
    make_printable(sentence);
    struct config_problem *problem = arena_allocate(&problems->arena, sizeof *problem);

    problem->text = with_place(&problems->arena, file, line, column, sentence);
    problem->line = line;
    problem->column = column;
    problem->file_length = slice_of_text(file).length;
    if (problems->last != NULL)
        problems->last->next = problem;
    else
        problems->first = problem;
    problems->last = problem;
}

void config_problem_at(struct config_problems *problems, const struct config_node *node,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, node->file, node->line, node->column, format, arguments);
    va_end(arguments);
}

void config_problem_in(struct config_problems *problems, const char *file, int line, int column,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, file, line, column, format, arguments);
    va_end(arguments);
}

struct ranked {
    struct config_problem *problem;
    size_t file; /* rank of the first problem of its file */
    size_t rank; /* keeps the order of those at one place */
};

static struct slice file_of(const struct config_problem *problem)
{
    return slice_of(problem->text, problem->file_length);
}

static size_t rank_of_file(const struct ranked *all, size_t count, struct slice file)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(file_of(all[i].problem), file))
            return all[i].file;
    return count;
}

static int compare_places(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->problem->line != y->problem->line)
        return x->problem->line < y->problem->line ? -1 : 1;
    if (x->problem->column != y->problem->column)
        return x->problem->column < y->problem->column ? -1 : 1;
    return x->rank < y->rank ? -1 : 1;
}

void config_problems_sort(struct config_problems *problems)
{
    FREED_AT_END struct ranked *all =
        memory_allocate((CONFIG_MAX_PROBLEMS + 1) * sizeof(struct ranked));
    struct config_problem **link = &problems->first;
    size_t count = 0;

    for (struct config_problem *p = problems->first; p != NULL; p = p->next, count++)
        all[count] = (struct ranked){
            .problem = p, .file = rank_of_file(all, count, file_of(p)), .rank = count};
    qsort(all, count, sizeof *all, compare_places);
    for (size_t i = 0; i < count; i++) {
        *link = problems->last = all[i].problem;
        link = &all[i].problem->next;
    }
    *link = NULL;
}
