"""`copydesk try` from outside: test_try.py PROGRAM

Bytes in, lines and exit codes out; every hostile input has the contract's answer.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
LIMIT = 8 * 1024 * 1024
TEXT = ("The harbour of Mombasa in Kenya was opened again on Tuesday after the storm, and ships "
        "from Shanghai could unload the first of their containers during the night.")


def run(*arguments, stdin=b"", status=0):
    done = subprocess.run([PROGRAM, "try", *arguments], input=stdin, capture_output=True,
                          check=False)
    if done.returncode != status:
        raise AssertionError(f"exit {done.returncode}, not {status}: {done.stderr.decode()}")
    return done.stdout


def lines(output):
    assert output == b"" or output.endswith(b"\n")
    return output.split(b"\n")[:-1]


def values(output):
    return [json.loads(line) for line in lines(output)]


def try_json(payload):
    """The answer to one article of JSON."""
    (answer,) = values(run("--format", "json", stdin=payload))
    return answer


def article(**keys):
    return json.dumps({"id": "a", "body": TEXT, **keys}).encode()


class Formats(unittest.TestCase):
    def test_a_first_brace_makes_json_and_anything_else_text(self):
        self.assertEqual(values(run(stdin=article(id="x")))[0]["id"], "x")
        (answer,) = values(run(stdin=TEXT.encode()))
        self.assertEqual((answer["id"], answer["body"]), ("-", TEXT))

    def test_text_is_one_article_named_after_its_file_without_byte_order_mark(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "story.txt")
            with open(name, "wb") as file:
                file.write(b"\xef\xbb\xbf" + TEXT.encode() + b"\n")
            (answer,) = values(run("--format", "text", name))
        self.assertEqual(list(answer), ["id", "body", "enrichment"])
        self.assertEqual((answer["id"], answer["body"].rstrip("\n")), ("story.txt", TEXT))
        self.assertEqual(answer["enrichment"]["language"]["tag"], "en")

    def test_json_lines_are_answered_one_by_one_in_order(self):
        count = 200
        stdin = b"".join(article(id=str(i)) + b"\n" for i in range(count))
        answers = values(run("--format", "jsonl", stdin=stdin))
        self.assertEqual([a["id"] for a in answers], [str(i) for i in range(count)])

    def test_files_and_standard_input_are_answered_in_the_order_given(self):
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, name) for name in "ab"]
            for name in names:
                with open(name, "wb") as file:
                    file.write(article(id=os.path.basename(name)))
            answers = values(run(names[1], "-", names[0], stdin=article(id="stdin")))
        self.assertEqual([a["id"] for a in answers], ["b", "stdin", "a"])

    def test_identical_inputs_are_articles_of_their_own(self):
        answers = values(run("--format", "jsonl", stdin=(article() + b"\n") * 2))
        verdicts = [a["enrichment"]["duplicate"]["verdict"] for a in answers]
        self.assertEqual(verdicts, ["new", "exact"])

    def test_a_configuration_changes_the_chain(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("consumer: {topics: [a], input: {body: [story]}}\n"
                       "processors: [language: {}]\n"
                       "producer: {routes: [{topic: b}], dead_letters: c}\n")
            file.flush()
            (answer,) = values(run("-c", file.name, stdin=article(body=None, story=TEXT)))
        self.assertEqual(set(answer["enrichment"]), {"version", "language", "made_by"})

    def test_a_misspelt_configuration_is_refused_with_its_place(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("procesors: []\n")
            file.flush()
            done = subprocess.run([PROGRAM, "try", "-c", file.name], input=b"{}",
                                  capture_output=True, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn(b':1:1: unknown key "procesors"; did you mean "processors"?', done.stderr)


class Bytes(unittest.TestCase):
    def test_all_but_the_enrichment_is_kept_byte_for_byte(self):
        payload = (b'{"id": "a", "n": 18446744073709551616, "f": 1e999, "e": 1.50E+2,\t"u":'
                   b' "\\u00e9\\u0000\xc3\xa9",   "body": "' + TEXT.encode() + b'" }')
        (line,) = lines(run("--format", "json", stdin=payload))
        end = payload.rindex(b"}")
        self.assertTrue(line.startswith(payload[:end] + b',"enrichment":'))
        self.assertTrue(line.endswith(b"}" + payload[end:]))

    def test_line_breaks_between_values_become_spaces(self):
        payload = b'{\r\n  "id": "a",\n  "body": "' + TEXT.encode() + b'"\n}\n'
        (line,) = lines(run("--format", "json", stdin=payload))
        self.assertTrue(line.startswith(b'{    "id": "a",   "body": "' + TEXT.encode() + b'"'))
        self.assertTrue(line.endswith(b" "))

    def test_offsets_count_code_points_of_the_value(self):
        body = "\U0001f4f0 Ein Schiff aus Köln fährt nach Frankreich und dann nach Japan."
        answer = try_json(article(body=body))
        mentions = [m for e in answer["enrichment"]["entities"] for m in e["mentions"]]
        self.assertTrue(mentions)
        for mention in mentions:
            self.assertEqual(body[mention["start"]:mention["end"]], mention["text"])

    def test_an_enrichment_that_is_there_is_replaced(self):
        once = run("--format", "json", stdin=article())
        twice = run("--format", "json", stdin=once.rstrip(b"\n"))
        self.assertEqual(once, twice)
        answer = try_json(article(enrichment={"old": 1}, tail=2))
        self.assertNotIn("old", answer["enrichment"])
        self.assertEqual(answer["tail"], 2)


class Rejections(unittest.TestCase):
    def assert_rejected(self, payload, reason, form="json"):
        (answer,) = values(run("--format", form, stdin=payload))
        self.assertEqual(list(answer), ["id", "rejected"])
        self.assertEqual(list(answer["rejected"]), ["reason", "text", "at"])
        self.assertEqual(answer["rejected"]["reason"], reason)
        self.assertEqual(answer["rejected"]["at"], "-:1")
        self.assertTrue(answer["rejected"]["text"])
        return answer

    def test_hostile_json(self):
        string = b'{"id": "a", "body": "%s"}'
        for payload, reason in [
                (b"", "malformed_json"),
                (b"\xef\xbb\xbf" + article(), "malformed_json"),
                (b"{}", "no_body"),
                (b"[]", "not_an_object"),
                (b'"text"', "not_an_object"),
                (b'{"id": "a", "body": ""}', "no_body"),
                (article()[:-5], "malformed_json"),
                (article() + b"x", "malformed_json"),
                (string % b"\\ud800", "invalid_utf8"),
                (string % b"\\udc00\\ud800", "invalid_utf8"),
                (string % b"truncated \xc3", "invalid_utf8"),
                (string % b"overlong \xc0\xaf", "invalid_utf8"),
                (string % b"surrogate \xed\xa0\x80", "invalid_utf8"),
                (string % b"a\x00b", "malformed_json"),
                (b"\x00" * 64, "malformed_json"),
                (b'{"id": "a", "id": "b", "body": "x"}', "duplicate_key"),
                (b'{"id": "a", "\\u0069d": "b", "body": "x"}', "duplicate_key"),
                (b'{"id": "a", "body": "x", "deep": ' + b"[" * 10000 + b"]" * 10000 + b"}",
                 "too_deep"),
                (b"[" * 10000, "too_deep"),
                (string % (b"x" * 20_000_000), "too_large"),
        ]:
            with self.subTest(payload=payload[:60]):
                self.assert_rejected(payload, reason)

    def test_hostile_text(self):
        self.assert_rejected(b"", "no_body", "text")
        self.assert_rejected(b"\xef\xbb\xbf", "no_body", "text")
        self.assert_rejected(b"caf\xe9", "invalid_utf8", "text")
        self.assert_rejected(b"x" * (LIMIT + 1), "too_large", "text")

    def test_nuls_that_are_escaped_are_text(self):
        answer = try_json(b'{"id": "a", "body": "' + TEXT.encode() + b'\\u0000"}')
        self.assertEqual(answer["enrichment"]["language"]["tag"], "en")

    def test_the_id_is_named_where_it_was_found(self):
        self.assertEqual(self.assert_rejected(b'{"id": "a", "body": ""}', "no_body")["id"], "a")
        self.assertIsNone(self.assert_rejected(b"{", "malformed_json")["id"])

    def test_a_rejected_line_is_placed_and_the_rest_goes_on(self):
        stdin = article(id="x") + b"\n\n{\n" + b"y" * (LIMIT + 1) + b"\n" + article(id="z")
        answers = values(run("--format", "jsonl", stdin=stdin))
        self.assertEqual([a["id"] for a in answers], ["x", None, None, None, "z"])
        places = [a["rejected"]["at"] for a in answers[1:4]]
        self.assertEqual(places, ["-:2", "-:3", "-:4"])
        self.assertEqual(answers[3]["rejected"]["reason"], "too_large")

    def test_strict_exits_3_when_one_was_rejected(self):
        run("--strict", stdin=article())
        run("--strict", "--format", "json", stdin=b"{", status=3)
        run("--format", "json", stdin=b"{", status=0)


class Commands(unittest.TestCase):
    def test_an_unreadable_file_is_told_and_the_others_are_answered(self):
        done = subprocess.run([PROGRAM, "try", "/nonexistent/x", "-"], input=article(id="b"),
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/nonexistent/x: No such file", done.stderr)
        self.assertEqual(values(done.stdout)[0]["id"], "b")

    def test_an_unknown_format_is_a_wrong_command_line(self):
        run("--format", "xml", status=2)

    def test_an_answer_comes_before_the_next_line_is_sent(self):
        with subprocess.Popen([PROGRAM, "try", "--format", "jsonl"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for i in range(3):
                process.stdin.write(article(id=str(i)) + b"\n")
                process.stdin.flush()
                self.assertEqual(json.loads(process.stdout.readline())["id"], str(i))
            process.stdin.close()
            self.assertEqual(process.wait(), 0)

    def peak_kib(self, feed):
        """Peak memory of one run that is fed by `feed(pipe)`."""
        with subprocess.Popen([PROGRAM, "try", "--format", "jsonl"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL) as process:
            feed(process.stdin)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss

    def test_a_line_beyond_the_limit_is_not_held_in_memory(self):
        chunk = b"x" * (1 << 20)

        def feed_long_line(pipe):
            for _ in range(256):
                pipe.write(chunk)

        short = self.peak_kib(lambda pipe: pipe.write(article()))
        long = self.peak_kib(feed_long_line)
        self.assertLess(long - short, 64 * 1024)


unittest.main()
