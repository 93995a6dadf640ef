/* How likely an answer is right: a table fitted to held-out text by train/calibrate.py, which
 * docs/language-model.md describes. Integers: the same on every machine. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_CONFIDENCE_H
#define COPYDESK_PROCESSORS_LANGUAGE_CONFIDENCE_H

/* What an answer rests on. */
enum ground {
    GROUND_SCRIPT, /* a script that one language is written in */
    GROUND_CLD2,   /* CLD2 is sure */
    GROUND_CLOSE,  /* CLD2 is sure, and the model chose among close languages */
    GROUND_AGREED, /* the model, and CLD2's best effort says the same */
    GROUND_MODEL,  /* the model alone */
    GROUND_HINT,   /* CLD2's best effort, and it is the usual language there */
    GROUND_COUNT
};

enum { CONFIDENCE_LENGTHS = 6, CONFIDENCE_STRENGTHS = 5 };

struct evidence {
    enum ground ground;
    unsigned strength; /* 0-1000: how clearly it stands out; each ground has its own measure */
    unsigned letters;  /* that were read */
};

/* Thousandths. */
unsigned confidence_of(const struct evidence *evidence);

/* Rows and columns of the table, for the tool that fits it. */
unsigned confidence_length_class(unsigned letters);
unsigned confidence_strength_class(unsigned strength);

#endif
