/* The detector: from the views of an article's fields to a language, with what speaks for it.
 * docs/language.md says how it decides. It knows no articles and no options: language.c is the
 * processor around it. Threads: one at a time per struct detector; the model and the settings are
 * shared. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_DETECTOR_H
#define COPYDESK_PROCESSORS_LANGUAGE_DETECTOR_H

#include "article/text_view.h"
#include "processors/language/cld2.h"
#include "processors/language/confidence.h"
#include "processors/language/sample.h"
#include "processors/language/script.h"
#include "processors/language/second.h"
#include "processors/language/tag.h"

struct detector_tag {
    char text[TAG_SIZE];
};

struct detector_settings {
    unsigned headline_windows; /* at most SAMPLE_MOST_WINDOWS; 0: the field is not read */
    unsigned body_windows;
    unsigned least_confidence;          /* thousandths; an answer with less becomes `und` */
    const struct detector_tag *allowed; /* canonical; a tag without script allows both scripts */
    size_t allowed_count;               /* 0: all */
};

extern const struct detector_settings detector_usual;

struct detector_guess {
    char tag[TAG_SIZE];
    unsigned thousandths; /* confidence, or share of a mixed text */
};

/* What is found. */
struct detection {
    char tag[TAG_SIZE]; /* "und" where unknown */
    struct script_found script;
    struct evidence evidence;
    unsigned confidence; /* thousandths */
    struct detector_guess alternatives[CLD2_GUESSES + 1];
    unsigned alternative_count;
    struct detector_guess mixed[CLD2_GUESSES];
    unsigned mixed_count;
};

struct detector {
    const struct detector_settings *settings;
    struct script_counts counts;
    char spoilt[SAMPLE_MAX];     /* by Latin letters in Cyrillic words */
    char sample[2 * SAMPLE_MAX]; /* repaired, up to twice as long */
    size_t length;               /* of the sample */
    struct second second;
};

/* model, settings: must outlive the detector. */
void detector_init(struct detector *detector, const struct model *model,
                   const struct detector_settings *settings);

/* hint: the language that is usual where the article comes from, canonical; or NULL. It decides
 * only where the text leaves it open. */
void detector_find(struct detector *detector, const struct text_view *headline,
                   const struct text_view *body, const char *hint, struct detection *ret_detection);

/* The same for any bytes: what is not UTF-8 reads as a space, and of more than a MiB only pieces
 * are read. builder: the working memory of its view. */
void detector_find_in_bytes(struct detector *detector, struct text_view_builder *builder,
                            struct slice bytes, const char *hint, struct detection *ret_detection);

#endif
