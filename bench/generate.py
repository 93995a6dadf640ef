"""Articles for measurements: as large, as compressible and as different from each other as news is.

    generate.py --articles 20000 --seed 1 OUTPUT        JSON lines; - is standard output

Nobody's text is in them. Each of ten languages has a vocabulary of the words of our own sample
articles (cli/samples/), the most frequent first, and of words made up from their letters in threes;
words are drawn by Zipf's law and set into sentences and paragraphs, with names of places and
numbers between. A fifth are copies: half of them word for word, half edited; all under another id
and headline. The same seed gives the same bytes.
"""

import argparse
import bisect
import collections
import functools
import itertools
import json
import pathlib
import random
import re
import sys
import unicodedata

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
SAMPLES = REPOSITORY / "cli" / "samples"
LISTS = REPOSITORY / "config" / "gazetteers"

# Language, its sample, and names that the gazetteer may know.
LANGUAGES = {
    "en": ("01-mombasa-berth", "Kenya France Japan Brazil Egypt Germany London Tokyo Lagos Cairo"),
    "ar": ("02-delta-wheat", "مصر فرنسا اليابان البرازيل لبنان المغرب القاهرة باريس طوكيو بيروت"),
    "fr": ("03-train-de-nuit", "France Japon Brésil Égypte Allemagne Sénégal Londres Tokyo Rome"),
    "zh": ("05-ningbo-batteries", "中国 法国 日本 巴西 埃及 德国 伦敦 东京 巴黎 开罗"),
    "ru": ("06-murmansk-ship", "Россия Франция Япония Бразилия Египет Германия Лондон Токио Каир"),
    "de": ("07-rhein-hochwasser", "Deutschland Frankreich Japan Brasilien Ägypten Kenia London Rom"),
    "es": ("09-antofagasta-agua", "España Francia Japón Brasil Egipto Alemania Londres Tokio Lima"),
    "sw": ("10-zanzibar-mwani", "Kenya Ufaransa Japani Brazil Misri Ujerumani London Tokyo Cairo"),
    "hi": ("11-himachal-apples", "भारत फ़्रांस जापान ब्राज़ील मिस्र जर्मनी लंदन टोक्यो पेरिस"),
    "tr": ("12-izmir-tramvay", "Türkiye Fransa Japonya Brezilya Mısır Almanya Londra Tokyo Paris"),
}

VOCABULARY = 12000
ZIPF = 1.1
COPY_SHARE = 0.2
EDITED_WORDS = 0.03
PLACE_SHARE = 0.015
NUMBER_SHARE = 0.02
REMEMBERED = 3000  # articles that a copy may be of
BODY_BYTES = (3500, 8100)


class Language:
    """Draws words, sentences and paragraphs of one language."""

    def __init__(self, tag):
        sample, places = LANGUAGES[tag]
        self.tag = tag
        self.spaced = tag != "zh"
        self.stop = "。" if tag == "zh" else "।" if tag == "hi" else "."
        self.comma = "，" if tag == "zh" else "،" if tag == "ar" else ","
        self.places = places.split()
        self.words = self._vocabulary(text_of(sample), random.Random(f"words of {tag}"))
        self.cumulative = list(itertools.accumulate(
            1 / rank ** ZIPF for rank in range(1, len(self.words) + 1)))

    def _vocabulary(self, text, rng):
        known = [word for word, _ in collections.Counter(self._split(text)).most_common()]
        maker = WordMaker(known, rng)
        words = dict.fromkeys(known)
        while len(words) < VOCABULARY:
            words[maker.word()] = None
        return list(words)

    def _split(self, text):
        if self.spaced:
            letters = "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in text)
            return letters.lower().split()
        return [run[i:i + size] for run in re.findall(r"[\u4e00-\u9fff]+", text)
                for i in range(len(run) - 1) for size in (1, 2)]

    def draw(self, rng, count):
        words = rng.choices(self.words, cum_weights=self.cumulative, k=count)
        for i in range(count):
            chance = rng.random()
            if chance < PLACE_SHARE:
                words[i] = rng.choice(self.places)
            elif chance < PLACE_SHARE + NUMBER_SHARE:
                words[i] = str(rng.randrange(2, 9000))
        return words

    def sentence(self, words):
        text = (" " if self.spaced else "").join(words)
        return text[:1].upper() + text[1:] + self.stop

    def body(self, layout, words):
        """Sentences of 8-24 words, a comma in the longer ones, paragraphs of 2-4 sentences. The same
        layout (a seed) gives the same sentences."""
        rng = random.Random(layout)
        paragraphs, sentences, rest = [], [], iter(words)
        while part := list(itertools.islice(rest, rng.randint(8, 24))):
            if len(part) > 14:
                part[7] += self.comma
            sentences.append(self.sentence(part))
            if len(sentences) >= rng.randint(2, 4):
                paragraphs.append(sentences)
                sentences = []
        paragraphs.append(sentences)
        return "\n\n".join((" " if self.spaced else "").join(p) for p in paragraphs if p)

    def words_for(self, rng, size):
        """About as many words as make size bytes."""
        words = self.draw(rng, size // 4)
        room = itertools.accumulate(len(word.encode()) + self.spaced for word in words)
        return words[:bisect.bisect_left(list(room), size)]


class WordMaker:
    """Makes words whose letters follow each other as in known words."""

    def __init__(self, words, rng):
        self.rng = rng
        self.next = collections.defaultdict(list)
        for word in words:
            padded = "  " + word + "\n"
            for i in range(len(padded) - 2):
                self.next[padded[i:i + 2]].append(padded[i + 2])
        self.letters = sorted({letter for word in words for letter in word})

    def word(self):
        made = "  "
        while len(made) < 16 and not made.endswith("\n"):
            followers = self.next.get(made[-2:], self.letters)
            strange = self.rng.random() < 0.01
            made += self.rng.choice(self.letters if strange else followers)
        return made.strip() or self.rng.choice(self.letters)


def text_of(sample):
    body = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))["body"]
    return re.sub(r"<[^>]*>|&\w+;", " ", body)


def edited(rng, language, words):
    """Some words replaced, some left out, and often the end cut off."""
    fresh = language.draw(rng, len(words))
    kept = [new if rng.random() < EDITED_WORDS else old for old, new in zip(words, fresh)]
    return kept[:len(kept) * 9 // 10] if rng.random() < 0.5 else kept


def render(number, language, headline, body):
    return json.dumps({
        "uri": f"urn:newsroom:bench:{number:07d}",
        "type": "text",
        "source": f"agency-{number % 7}",
        "version": "1",
        "versioncreated": f"2026-03-{number // 3600 % 28 + 1:02d}T08:{number // 60 % 60:02d}:"
                          f"{number % 60:02d}Z",
        "language": language.tag,
        "pubstatus": "usable",
        "headline": headline,
        "body": body,
    }, ensure_ascii=False).encode()


def listed_names():
    """What the shipped lists name, in all their languages: cells of more than three letters."""
    for file in ("cities", "countries", "people", "world"):
        for line in (LISTS / f"{file}.tsv").read_text(encoding="utf-8").splitlines():
            cells = [] if line.startswith("#") else line.split("\t")[2:]
            yield from (name for cell in cells for name in cell.split("|")
                        if len(name) > 3 and not any(c.isdigit() for c in name))


def names(count, seed=1):
    """That many names for a peer's gazetteer: those of the shipped lists, and then made-up ones of
    two words whose letters are as in the articles."""
    rng = random.Random(seed)
    found = dict.fromkeys(itertools.chain(*(language.places for language in languages()), listed_names()))
    while len(found) < count:
        language = rng.choice(languages())
        words = (language.words[rng.randrange(3000, VOCABULARY)].capitalize() for _ in range(2))
        found[(" " if language.spaced else "").join(words)] = None
    return list(found)[:count]


@functools.cache
def languages():
    return [Language(tag) for tag in LANGUAGES]


def articles(count, seed):
    """Yields count articles as bytes of JSON without line breaks."""
    rng = random.Random(seed)
    memory = collections.deque(maxlen=REMEMBERED)
    for number in range(count):
        if memory and rng.random() < COPY_SHARE:
            language, words, layout = rng.choice(memory)
            if rng.random() < 0.5:
                words = edited(rng, language, words)
        else:
            language = rng.choice(languages())
            words = language.words_for(rng, rng.randint(*BODY_BYTES))
            layout = number
            memory.append((language, words, layout))
        headline = language.sentence(language.draw(rng, rng.randint(6, 10)))[:-1]
        yield render(number, language, headline, language.body(layout, words))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("output")
    arguments = parser.parse_args()
    with (sys.stdout.buffer if arguments.output == "-" else open(arguments.output, "wb")) as file:
        for article in articles(arguments.articles, arguments.seed):
            file.write(article + b"\n")


if __name__ == "__main__":
    main()
