// CLD2 alone on the whole text: what the processor `language` is compared with. A text a line in, a
// code a line out; at the end its cost on standard error.
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

#include <cld2/public/compact_lang_det.h>

static double cpu_us()
{
    timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

int main()
{
    std::string line;
    double us = 0;
    long texts = 0;

    while (std::getline(std::cin, line)) {
        bool reliable;
        double start = cpu_us();
        CLD2::Language language3[3];
        int percent3[3];
        int text_bytes;
        CLD2::Language language =
            CLD2::ExtDetectLanguageSummary(line.data(), static_cast<int>(line.size()), true,
                                           language3, percent3, &text_bytes, &reliable);

        us += cpu_us() - start;
        texts++;
        std::printf("%s\n", CLD2::LanguageCode(language));
    }
    if (texts > 0)
        std::fprintf(stderr, "us_a_text %.1f\n", us / static_cast<double>(texts));
}
