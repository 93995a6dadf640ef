// CLD2 alone on the whole text: what the processor `language` is compared with. A text a line in, a
// code a line out; at the end its cost on standard error.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include <cld2/public/compact_lang_det.h>

int main()
{
    std::string line;
    double us = 0;
    long texts = 0;

    while (std::getline(std::cin, line)) {
        bool reliable;
        auto start = std::chrono::steady_clock::now();
        CLD2::Language language3[3];
        int percent3[3];
        int text_bytes;
        CLD2::Language language =
            CLD2::ExtDetectLanguageSummary(line.data(), static_cast<int>(line.size()), true,
                                           language3, percent3, &text_bytes, &reliable);

        us += std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
                  .count();
        texts++;
        std::printf("%s\n", CLD2::LanguageCode(language));
    }
    if (texts > 0)
        std::fprintf(stderr, "us_a_text %.1f\n", us / static_cast<double>(texts));
}
