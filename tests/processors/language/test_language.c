#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>

#include "processors/language/language.h"
#include "tests/processors/harness.h"

static struct harness *harness;

static int set_up(void **state)
{
    (void)state;
    harness = harness_new("- language: {}\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    harness_free(harness);
    return 0;
}

static json_t *language_of(const char *headline, const char *body)
{
    return json_object_get(harness_enrich_text(harness, headline, body), "language");
}

static const char *text_at(json_t *language, const char *key)
{
    return json_string_value(json_object_get(language, key));
}

/* Short news in the writer's own words; an editor can add a row. */
static const struct {
    const char *tag;
    const char *script;
    const char *headline;
    const char *body;
} articles[] = {
    {"en", "Latn", "Ferry service resumes",
     "Ferries between the island and the mainland are running again after a week of high winds. "
     "The company said that tickets bought for cancelled trips stay valid until the end of May."},
    {"fr", "Latn", "Le pont rouvre lundi",
     "Le vieux pont de pierre sera rouvert à la circulation lundi matin, a annoncé la mairie. Les "
     "travaux, commencés au printemps, ont coûté moins cher que prévu."},
    {"de", "Latn", "Neue Buslinie ab Herbst",
     "Ab Oktober verbindet eine neue Buslinie den Bahnhof mit dem Krankenhaus. Die Stadt rechnet "
     "mit rund achthundert Fahrgästen am Tag und hat dafür vier Fahrzeuge bestellt."},
    {"es", "Latn", "El mercado cierra por obras",
     "El mercado central permanecerá cerrado durante tres meses para renovar el tejado. Los "
     "vendedores trabajarán mientras tanto en la plaza situada frente al ayuntamiento."},
    {"pt", "Latn", "Chuva atrasa colheita",
     "A chuva das últimas semanas atrasou a colheita da uva no norte do país. Os produtores não "
     "esperam, porém, uma quebra na qualidade do vinho deste ano."},
    {"tr", "Latn", "Köy okuluna yeni kütüphane",
     "Köydeki ilkokula gönüllülerin desteğiyle yeni bir kütüphane açıldı. Öğretmenler, çocukların "
     "kitaplara gösterdiği ilginin kendilerini çok sevindirdiğini söyledi."},
    {"vi", "Latn", "Cầu mới thông xe",
     "Cây cầu mới bắc qua sông đã chính thức thông xe vào sáng nay. Người dân hai bên bờ không còn "
     "phải chờ phà mỗi khi đi làm hoặc đưa con đến trường."},
    {"ha", "Latn", "An buɗe sabuwar kasuwa",
     "Gwamnan jihar ya buɗe sabuwar kasuwa a safiyar Talata. 'Yan kasuwa sun ce za su fara sayar "
     "da "
     "kayan gona da dabbobi daga mako mai zuwa idan an gama rabon shaguna."},
    {"sw", "Latn", "Shule mpya yafunguliwa",
     "Shule mpya ya msingi imefunguliwa katika kijiji hicho baada ya wazazi kuchangia ujenzi kwa "
     "miaka miwili. Wanafunzi mia tatu wataanza masomo yao wiki ijayo."},
    {"id", "Latn", "Pasar ikan pindah",
     "Pemerintah kota akan memindahkan pasar ikan ke dekat pelabuhan pada akhir tahun ini. Para "
     "pedagang berharap tempat yang baru lebih bersih dan mudah dijangkau pembeli."},
    {"sr-Latn", "Latn", "Most ponovo otvoren",
     "Most preko reke ponovo je otvoren za saobraćaj posle radova koji su trajali pet meseci. Gde "
     "god je bilo potrebno, radnici su zamenili stare ploče, saopštilo je gradsko veće Beograda."},
    {"sr-Cyrl", "Cyrl", "Мост поново отворен",
     "Мост преко реке поново је отворен за саобраћај после радова који су трајали пет месеци. "
     "Радници су заменили старе плоче, саопштило је градско веће, а следећег пролећа почиње и "
     "обнова кеја."},
    {"ru", "Cyrl", "Трамвай вернётся в центр",
     "Трамвайное движение в центре города восстановят к первому сентября, сообщили в мэрии. Новые "
     "вагоны уже доставлены в депо и проходят проверку."},
    {"uk", "Cyrl", "У місті відкрили бібліотеку",
     "У середмісті після ремонту відкрили дитячу бібліотеку. Книжки для неї збирали мешканці "
     "всього району, а найменші читачі отримали подарунки."},
    {"bg", "Cyrl", "Затварят пътя за ремонт",
     "Пътят към планината ще бъде затворен за ремонт през следващите две седмици. Шофьорите трябва "
     "да използват обходния маршрут през съседното село."},
    {"ar", "Arab", "افتتاح مكتبة عامة",
     "افتتحت البلدية صباح اليوم مكتبة عامة جديدة في وسط المدينة تضم أكثر من عشرين ألف كتاب. وقال "
     "رئيس البلدية إن الدخول سيكون مجانيا لجميع السكان."},
    {"fa", "Arab", "بازگشایی جاده کوهستانی",
     "جاده کوهستانی که به دلیل بارش برف بسته شده بود، از بامداد امروز دوباره باز شد. پلیس راه از "
     "رانندگان خواست که زنجیر چرخ همراه داشته باشند."},
    {"ur", "Arab", "نئے پل کا افتتاح",
     "دریا پر بننے والے نئے پل کا افتتاح کل صبح کیا جائے گا۔ مقامی لوگوں کا کہنا ہے کہ اس سے ان کا "
     "شہر تک کا سفر ایک گھنٹہ کم ہو جائے گا۔"},
    {"he", "Hebr", "הרכבת תפעל גם בלילה",
     "החל מהחודש הבא תפעל הרכבת לצפון גם בשעות הלילה. במשרד התחבורה אמרו כי הביקוש בסופי השבוע "
     "גדל מאוד בשנה האחרונה."},
    {"hi", "Deva", "गाँव में नया अस्पताल",
     "गाँव के लोगों की पुरानी माँग पूरी करते हुए सरकार ने यहाँ एक नया अस्पताल खोला है। अब मरीज़ों को "
     "इलाज के लिए शहर नहीं जाना पड़ेगा।"},
    {"am", "Ethi", "አዲስ ትምህርት ቤት ተከፈተ",
     "በከተማው ሰሜናዊ ክፍል የተገነባው አዲስ ትምህርት ቤት ዛሬ ጠዋት ተከፈተ። ትምህርት ቤቱ ከስድስት መቶ በላይ ተማሪዎችን መቀበል "
     "እንደሚችል ተገልጿል።"},
    {"zh-Hans", "Hans", "新图书馆下周开放",
     "市中心的新图书馆将于下周一正式对外开放。馆内收藏了二十多万册图书，市民可以免费办理借书证，"
     "周末还会举办儿童阅读活动。"},
    {"zh-Hant", "Hant", "新圖書館下週開放",
     "市中心的新圖書館將於下週一正式對外開放。館內收藏了二十多萬冊圖書，市民可以免費辦理借書證，"
     "週末還會舉辦兒童閱讀活動。"},
    {"ja", "Jpan", "駅前に新しい図書館",
     "駅前に建設されていた新しい図書館が来週の月曜日に開館する。市によると、約二十万冊の本があり、"
     "夜九時まで利用できるという。"},
    {"ko", "Kore", "역 앞 새 도서관 개관",
     "역 앞에 새로 지은 도서관이 다음 주 월요일에 문을 연다. 시는 약 이십만 권의 책을 갖추고 밤 "
     "아홉 "
     "시까지 운영한다고 밝혔다."},
    {"el", "Grek", "Ανοίγει ξανά το λιμάνι",
     "Το λιμάνι του νησιού ανοίγει ξανά αύριο μετά από τρεις ημέρες απαγορευτικού. Τα πρώτα πλοία "
     "θα αναχωρήσουν νωρίς το πρωί."},
    {"ka", "Geor", "ახალი ხიდი გაიხსნა",
     "მდინარეზე ახალი ხიდი დღეს დილით გაიხსნა. ადგილობრივები ამბობენ, რომ სკოლამდე გზა ახლა ათ "
     "წუთს გრძელდება."},
    {"th", "Thai", "เปิดสะพานใหม่",
     "สะพานข้ามแม่น้ำแห่งใหม่เปิดใช้งานแล้วเมื่อเช้านี้ ชาวบ้านบอกว่าเดินทางไปตลาดได้เร็วขึ้นมาก"},
    {"ta", "Taml", "புதிய பாலம் திறப்பு",
     "ஆற்றின் மீது கட்டப்பட்ட புதிய பாலம் இன்று காலை திறக்கப்பட்டது. கிராம மக்கள் மகிழ்ச்சி "
     "தெரிவித்தனர்."},
};

static void each_article_is_in_its_language_and_script(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
        json_t *language = language_of(articles[i].headline, articles[i].body);
        const char *tag = text_at(language, "tag");
        const char *script = text_at(language, "script");

        if (strcmp(tag, articles[i].tag) != 0 || script == NULL ||
            strcmp(script, articles[i].script) != 0)
            fail_msg("%s: found %s in %s", articles[i].tag, tag, script != NULL ? script : "none");
        assert_true(json_number_value(json_object_get(language, "confidence")) > 0.5);
        assert_null(json_object_get(language, "mixed"));
        assert_null(json_object_get(language, "declared"));
        assert_null(json_object_get(language, "agrees"));
    }
}

static void texts_without_letters_are_undetermined_and_have_no_script(void **state)
{
    static const char *const bodies[] = {"12 345 / 67 %, 2024-05-01",
                                         "😀 🎉 ☂ 🏳️‍🌈", "!?"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        json_t *language = language_of("1:0", bodies[i]);

        assert_string_equal(text_at(language, "tag"), "und");
        assert_null(text_at(language, "script"));
        assert_true(json_number_value(json_object_get(language, "confidence")) == 0);
    }
}

static void noise_is_undetermined_with_a_guess_of_low_confidence(void **state)
{
    (void)state;
    json_t *language = language_of(NULL, "Zkrw bnmpf qwjt hgdsk vlrpt mnbvz wqkxj fghjk lprtz");
    json_t *guess = json_array_get(json_object_get(language, "alternatives"), 0);

    assert_string_equal(text_at(language, "tag"), "und");
    assert_string_equal(text_at(language, "script"), "Latn");
    assert_non_null(guess);
    assert_true(json_number_value(json_object_get(guess, "confidence")) <= 0.1);
}

static void han_is_chinese_also_where_foreign_names_confuse(void **state)
{
    (void)state;
    json_t *language = language_of(
        "Ayr Rovers 3-1 Melrose United",
        "昨晚 Ayr Rovers 主场战胜 "
        "Melrose，继续领跑积分榜，主教练赛后表示对球员的表现非常满意，下周球队将前往客场。");

    assert_string_equal(text_at(language, "tag"), "zh-Hans");
    assert_string_equal(text_at(language, "script"), "Hans");
}

static void a_script_of_one_language_needs_no_more_than_a_few_words(void **state)
{
    (void)state;
    assert_string_equal(text_at(language_of(NULL, "Βροχή αύριο"), "tag"), "el");
    assert_string_equal(text_at(language_of(NULL, "비가 온다"), "tag"), "ko");
    assert_string_equal(text_at(language_of(NULL, "π = 3.14"), "tag"), "und");
    assert_string_equal(text_at(language_of(NULL, "π = 3.14"), "script"), "Grek");
}

static void markup_addresses_and_controls_do_not_disturb(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
        struct buffer body = {0};

        buffer_append_format(
            &body,
            "<div class=\"article-body main content\"><!-- the quick brown fox and the lazy dog -->"
            "<p>%s\xc2\x85\x01 &nbsp;&amp; <a href=\"https://www.example.org/news/latest/today\">"
            "https://www.example.org/this/is/the/story</a>\xef\xbf\xbf</p></div>",
            articles[i].body);
        buffer_append_byte(&body, '\0');
        const char *tag = text_at(language_of(NULL, body.data), "tag");

        if (strcmp(tag, articles[i].tag) != 0)
            fail_msg("%s with markup: found %s", articles[i].tag, tag);
        buffer_free(&body);
    }
}

static void a_long_foreign_quotation_makes_a_mixed_text(void **state)
{
    (void)state;
    json_t *language = language_of(
        "Mayor thanks volunteers",
        "The mayor thanked the volunteers on Sunday for their help after the flood, and said that "
        "the town would never forget what they had done for the people of the lower quarter. "
        "“Nous avons travaillé jour et nuit, et personne n'a demandé quoi que ce soit en échange. "
        "C'est tout simplement ce que font des voisins,” one of them answered. The town will "
        "repair the bridge before the winter and open the school again on the first of November.");
    json_t *other = json_array_get(json_object_get(language, "mixed"), 0);

    assert_string_equal(text_at(language, "tag"), "en");
    assert_int_equal(json_array_size(json_object_get(language, "mixed")), 1);
    assert_string_equal(text_at(other, "tag"), "fr");
    assert_true(json_number_value(json_object_get(other, "share")) > 0.15);
    assert_true(json_number_value(json_object_get(other, "share")) < 0.5);
}

static void a_foreign_word_makes_no_mixed_text(void **state)
{
    (void)state;
    json_t *language = language_of(
        NULL, "Der Trainer sprach nach dem Spiel von „fair play“ und dankte dem Publikum. Die "
              "Mannschaft hatte in der zweiten Halbzeit zwei Tore geschossen und am Ende verdient "
              "gewonnen, obwohl ihr bester Stürmer verletzt auf der Bank saß.");

    assert_string_equal(text_at(language, "tag"), "de");
    assert_null(json_object_get(language, "mixed"));
}

static void a_declared_language_is_canonical_and_compared(void **state)
{
    static const struct {
        const char *given;
        const char *declared;
        bool agrees;
    } cases[] = {
        {"EN_us", "en-US", true}, {"en", "en", true}, {"fr", "fr", false}, {"iw", "he", false}};
    char json[400];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(json, sizeof json, "{\"id\":\"1\",\"language\":\"%s\",\"body\":\"%s\"}",
                 cases[i].given, articles[0].body);
        json_t *language = json_object_get(harness_enrich(harness, json), "language");

        assert_string_equal(text_at(language, "declared"), cases[i].declared);
        assert_int_equal(json_is_true(json_object_get(language, "agrees")), cases[i].agrees);
        assert_string_equal(text_at(language, "tag"), "en");
    }
}

static void what_is_no_language_tag_is_not_declared(void **state)
{
    static const char *const given[] = {"\"\"", "\"English (US)\"", "7", "[\"en\"]", "null"};
    char json[400];

    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        snprintf(json, sizeof json, "{\"id\":\"1\",\"language\":%s,\"body\":\"%s\"}", given[i],
                 articles[0].body);
        json_t *language = json_object_get(harness_enrich(harness, json), "language");

        assert_null(json_object_get(language, "declared"));
        assert_null(json_object_get(language, "agrees"));
    }
}

static void the_answer_does_not_depend_on_what_came_before(void **state)
{
    size_t count = sizeof articles / sizeof *articles;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        char *first = json_dumps(language_of(NULL, articles[i].body), JSON_COMPACT);

        language_of(NULL, articles[(i + 1) % count].body);
        char *second = json_dumps(language_of(NULL, articles[i].body), JSON_COMPACT);

        assert_string_equal(first, second);
        free(first);
        free(second);
    }
}

enum { WORKERS = 4, ROUNDS = 5 };

/* Returns the number of answers that are not as they should be. */
static uintptr_t count_wrong(struct chain_worker *worker, struct article_scratch *scratch,
                             const struct article_input *input)
{
    uintptr_t wrong = 0;

    for (size_t i = 0; i < ROUNDS * sizeof articles / sizeof *articles; i++) {
        size_t index = i % (sizeof articles / sizeof *articles);
        struct article *article = article_new(
            slice_of_text(articles[index].body),
            (struct article_coordinates){.topic = SLICE_LITERAL("t")}, SLICE_LITERAL("t-0-0"));

        wrong += article_read(article, input, scratch) != 0;
        article->scratch = scratch;
        wrong += chain_process(worker, article) != CHAIN_DONE ||
                 !slice_is(article->results.language->tag, articles[index].tag);
        article_free(article);
    }
    return wrong;
}

static void *work(void *chain)
{
    char error[200] = "";
    struct chain_worker *worker = chain_worker_new(chain, error, sizeof error);
    struct article_scratch *scratch = article_scratch_new();
    struct article_input input = {.format = FORMAT_TEXT,
                                  .paths = article_paths_default(),
                                  .max_bytes = 1 << 20,
                                  .max_depth = 64};
    uintptr_t wrong = count_wrong(worker, scratch, &input);

    article_paths_free(input.paths);
    article_scratch_free(scratch);
    chain_worker_free(worker);
    return (void *)wrong;
}

static void workers_in_parallel_find_the_same(void **state)
{
    pthread_t threads[WORKERS];

    (void)state;
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, harness_chain(harness)), 0);
    for (int i = 0; i < WORKERS; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

static void the_model_names_the_full_tables(void **state)
{
    (void)state;
    json_t *enrichment = harness_enrich_text(harness, NULL, "Rain.");
    json_t *models = json_object_get(json_object_get(enrichment, "made_by"), "models");

    assert_memory_equal(text_at(models, "language"), "cld2-full-", 10);
    assert_null(strchr(text_at(models, "language"), ' '));
}

static void options_that_cannot_be_are_refused(void **state)
{
    static const char *const cases[][2] = {
        {"- language: {speed: 3}\n", "speed"},
        {"- language: {allowed: [english]}\n", "\"english\" is no language tag"},
        {"- language: {hints: {sources: {afp: French!}}}\n", "\"French!\" is no language tag"},
        {"- language: {fields: {headline: 0, body: 0}}\n", "neither the headline nor the body"},
        {"- language: {least_confidence: 1.5}\n", "least_confidence"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *problems = harness_problems(cases[i][0]);

        if (strstr(problems, cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], problems);
        free(problems);
    }
}

static void assert_tag_with(const char *options, const char *json, const char *tag)
{
    struct harness *own = harness_new(options);
    json_t *language = json_object_get(harness_enrich(own, json), "language");

    if (strcmp(text_at(language, "tag"), tag) != 0)
        fail_msg("%s%s is %s", options, json, text_at(language, "tag"));
    harness_free(own);
}

static void options_reach_the_detector(void **state)
{
    static const char article[] =
        "{\"id\":\"1\",\"source\":\"afp\",\"language\":\"fr\",\"headline\":\"Rain in the north and "
        "snow in the mountains tomorrow\",\"body\":\"Pluie demain\"}";
    static const char body[] =
        "{\"id\":\"1\",\"source\":\"afp\",\"language\":\"fr\",\"body\":\"Pluie demain\"}";

    (void)state;
    assert_tag_with("- language: {}\n", article, "en");
    assert_tag_with("- language: {allowed: [de, EN_us, fr]}\n", body, "und");
    assert_tag_with("- language: {allowed: [de, fr]}\n", article, "und");
    assert_tag_with("- language: {least_confidence: 1}\n", article, "und");
    assert_tag_with("- language: {fields: {headline: 0}}\n", article, "und");
    assert_tag_with("- language: {hints: {declared: true}}\n", body, "fr");
    assert_tag_with("- language: {hints: {sources: {afp: fr}}}\n", body, "fr");
    assert_tag_with("- language: {hints: {sources: {reuters: fr}}}\n", body, "und");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_article_is_in_its_language_and_script),
        TEST(texts_without_letters_are_undetermined_and_have_no_script),
        TEST(noise_is_undetermined_with_a_guess_of_low_confidence),
        TEST(han_is_chinese_also_where_foreign_names_confuse),
        TEST(a_script_of_one_language_needs_no_more_than_a_few_words),
        TEST(markup_addresses_and_controls_do_not_disturb),
        TEST(a_long_foreign_quotation_makes_a_mixed_text),
        TEST(a_foreign_word_makes_no_mixed_text),
        TEST(a_declared_language_is_canonical_and_compared),
        TEST(what_is_no_language_tag_is_not_declared),
        TEST(the_answer_does_not_depend_on_what_came_before),
        TEST(workers_in_parallel_find_the_same),
        TEST(the_model_names_the_full_tables),
        cmocka_unit_test(options_that_cannot_be_are_refused),
        cmocka_unit_test(options_reach_the_detector),
    };

    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
