#include <cstdio> // CLD2's header uses FILE and does not include it

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "processors/language/cld2.h"

static void add_guess(cld2_answer *answer, CLD2::Language language, int percent, double score)
{
    if (language == CLD2::UNKNOWN_LANGUAGE || language == CLD2::TG_UNKNOWN_LANGUAGE || percent <= 0)
        return;
    cld2_guess *guess = &answer->guesses[answer->count++];

    guess->code = CLD2::LanguageCode(language);
    guess->percent = static_cast<unsigned>(percent);
    guess->score = score > 0 ? static_cast<unsigned>(score) : 0;
}

void cld2_detect(const char *text, size_t length, bool best_effort, cld2_answer *ret_answer)
{
    const CLD2::CLDHints no_hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                                     CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[CLD2_GUESSES];
    int percents[CLD2_GUESSES];
    double scores[CLD2_GUESSES];
    bool reliable = false;
    int text_bytes = 0;

    CLD2::ExtDetectLanguageSummary(text, static_cast<int>(length), true, &no_hints,
                                   best_effort ? CLD2::kCLDFlagBestEffort : 0, languages, percents,
                                   scores, nullptr, &text_bytes, &reliable);
    ret_answer->count = 0;
    for (int i = 0; i < CLD2_GUESSES; i++)
        add_guess(ret_answer, languages[i], percents[i], scores[i]);
    ret_answer->reliable = reliable && languages[0] != CLD2::UNKNOWN_LANGUAGE;
}

const char *cld2_version(void)
{
    return CLD2::DetectLanguageVersion();
}
