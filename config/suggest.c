#include "config/suggest.h"

#include <ctype.h>
#include <strings.h>

#include "base/slice.h"

enum { LONGEST_WORD = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours, each
 * counting 1 (Damerau 1964; Wagner and Fischer's table). Lengths up to LONGEST_WORD. */
static size_t distance(struct slice a, struct slice b)
{
    size_t rows[3][LONGEST_WORD + 1];

    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            bool same = same_letter(a.data[i - 1], b.data[j - 1]);

            row[j] = smaller(above[j - 1] + !same, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a.data[i - 1], b.data[j - 2]) &&
                same_letter(a.data[i - 2], b.data[j - 1]))
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.length % 3][b.length];
}

/* A third of the letters may be wrong, but never all of a short word. */
static size_t tolerated(size_t length)
{
    return length < 3 ? 1 : smaller((length + 2) / 3, 4);
}

/* warn for warning, logging for log. */
static const char *with_same_beginning(struct slice word, const char *const *names)
{
    for (; *names != NULL; names++) {
        struct slice name = slice_of_text(*names);
        size_t common = smaller(name.length, word.length);

        if (common >= 3 && strncasecmp(*names, word.data, common) == 0)
            return *names;
    }
    return NULL;
}

const char *config_suggest(const char *word, const char *const *names)
{
    struct slice misspelt = slice_of_text(word);
    const char *nearest = NULL;
    size_t least = tolerated(misspelt.length) + 1;

    if (misspelt.length < 2 || misspelt.length > LONGEST_WORD)
        return NULL;
    for (const char *const *at = names; *at != NULL; at++) {
        struct slice name = slice_of_text(*at);

        if (name.length > LONGEST_WORD || name.length + least <= misspelt.length ||
            misspelt.length + least <= name.length)
            continue;
        size_t d = distance(misspelt, name);

        if (d < least && d < name.length) {
            least = d;
            nearest = *at;
        }
    }
    return nearest != NULL ? nearest : with_same_beginning(misspelt, names);
}
