"""What a configuration begins with, from outside: test_init.py PROGRAM

`init`, `check --dump`, `schema`, several -c, -s, secrets.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = sys.argv.pop(1)
CASES = ("json", "text", "ninjs", "backfill")


def run(*arguments, status=0, **environment):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    if done.returncode != status:
        raise AssertionError(f"exit {done.returncode}, not {status}: {done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stderr


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def digest(self, *arguments):
        return run("check", *arguments).rsplit("digest ", 1)[1]


class Cases(InFolder):
    def test_every_case_passes_check_and_says_the_same_once_dumped(self):
        for case in CASES:
            with self.subTest(case):
                file = self.write("a.yaml", run("init", "--case", case))
                dump = self.write("b.yaml", run("check", "--dump", "-c", file))
                self.assertEqual(self.digest("-c", file), self.digest("-c", dump))

    def test_every_case_explains_itself(self):
        for case in CASES:
            lines = run("init", "--case", case).splitlines()
            self.assertEqual(lines[0], "# yaml-language-server: $schema=copydesk.schema.json")
            self.assertGreater(sum("#" in line for line in lines), 10)

    def test_an_unknown_case_is_refused_with_a_suggestion(self):
        self.assertIn('did you mean "ninjs"', run("init", "--case", "ninj", status=2))


class Schema(InFolder):
    @unittest.skipIf(jsonschema is None, "needs python3-jsonschema")
    def test_it_is_draft_2020_12_and_takes_every_case_and_every_dump(self):
        schema = json.loads(run("schema"))
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        jsonschema.Draft202012Validator.check_schema(schema)
        judge = jsonschema.Draft202012Validator(schema)
        for case in CASES:
            file = self.write("a.yaml", run("init", "--case", case))
            for text in (pathlib.Path(file).read_text(encoding="utf-8"),
                         run("check", "--dump", "-c", file)):
                judge.validate(yaml.safe_load(text))

    @unittest.skipIf(jsonschema is None, "needs python3-jsonschema")
    def test_it_refuses_what_check_refuses(self):
        judge = jsonschema.Draft202012Validator(json.loads(run("schema")))
        good = run("init", "--case", "json")
        for wrong in ("procesors: []", "limits: {window: 0}", "limits: {memory: much}",
                      "log: {level: loud}", "kafka: {group.id: x}", "kafka: {lingr.ms: 5}",
                      "processors: [{langauge: {}}]", "topics: {create: maybe}",
                      "shutdown_timeout: 10", "processors: [{duplicates: {windw: 7d}}]"):
            tree = {**yaml.safe_load(good), **yaml.safe_load(wrong)}
            with self.subTest(wrong), self.assertRaises(jsonschema.ValidationError):
                judge.validate(tree)


class Sources(InFolder):
    def setUp(self):
        super().setUp()
        self.base = self.write("base.yaml", run("init", "--case", "json"))

    def dump(self, *arguments, **environment):
        return yaml.safe_load(run("check", "--dump", "-c", self.base, *arguments, **environment))

    def test_later_files_are_laid_over_earlier_ones(self):
        second = self.write("second.yaml", "consumer: {group: sport}\nlog: {level: debug}\n")
        third = self.write("third.yaml", "log: {level: error}\nconsumer: {topics: [sport.raw]}\n")
        merged = self.dump("-c", second, "-c", third)
        self.assertEqual(merged["consumer"]["group"], "sport")
        self.assertEqual(merged["consumer"]["topics"], ["sport.raw"])
        self.assertEqual(merged["log"]["level"], "error")

    def test_single_values_win_over_files(self):
        merged = self.dump("-s", "limits.window=7", "-s", 'kafka."client.id"=desk',
                           "-s", "producer.routes[0].topic=articles.twice")
        self.assertEqual(merged["limits"]["window"], 7)
        self.assertEqual(merged["kafka"]["client.id"], "desk")
        self.assertEqual(merged["producer"]["routes"][0]["topic"], "articles.twice")

    def test_problems_name_the_file_that_they_are_in(self):
        second = self.write("second.yaml", "\nlimits: {windw: 1}\n")
        said = run("check", "-c", self.base, "-c", second, "-s", "log.level=info",
                   "-s", "limits.depth=deep", status=78)
        self.assertIn(f'{second}:2:10: unknown key "windw"; did you mean "window"?', said)
        self.assertIn('-s:2:14: limits.depth: "deep" is not a whole number', said)

    def test_a_file_that_is_missing_is_the_only_problem(self):
        said = run("check", "-c", self.base, "-c", "/nonexistent.yaml", status=78)
        self.assertEqual(said, "/nonexistent.yaml: cannot be read: No such file or directory\n")


class Secrets(InFolder):
    def setUp(self):
        super().setUp()
        self.base = self.write("base.yaml", run("init", "--case", "json"))

    def test_they_come_from_the_environment_or_a_file_and_are_never_shown(self):
        secret = self.write("secret", "hunter2\n")
        for value in ("${DESK_PASSWORD}", f"${{file:{secret}}}"):
            over = self.write("over.yaml", f'kafka: {{sasl.password: "{value}"}}\n')
            for flags in (("--dump",), ()):
                shown = run("check", *flags, "-c", self.base, "-c", over, DESK_PASSWORD="hunter2")
                self.assertNotIn("hunter2", shown)
            dump = run("check", "--dump", "-c", self.base, "-c", over, DESK_PASSWORD="hunter2")
            self.assertIn('sasl.password: "***"', dump)

    def test_a_written_one_is_refused_without_showing_it(self):
        over = self.write("over.yaml", "kafka: {sasl.password: hunter2}\n")
        said = run("check", "-c", self.base, "-c", over, status=78)
        self.assertIn(f"{over}:1:24: kafka.sasl.password: a secret does not stand in", said)
        self.assertNotIn("hunter2", said)


class Pages(InFolder):
    def commands(self):
        listed = run("--help").split("Commands:\n")[1].split("\n\n")[0]
        return [line.split()[0] for line in listed.splitlines()]

    def test_the_manual_has_every_command_and_option_and_is_good_troff(self):
        page = run("man")
        for command in self.commands():
            self.assertRegex(page, rf"\n\.SS {command}( .*)?\n")
        for option in ("consumer.group", "producer.routes.when.language", "duplicates.window"):
            self.assertIn(f"\\fB{option}\\fR", page)
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=page, text=True,
                                  capture_output=True, check=True)
            self.assertEqual(done.stderr, "")

    def test_completions_know_every_command_and_are_good_scripts(self):
        for shell in ("bash", "zsh", "fish"):
            script = run("completion", shell)
            for command in self.commands():
                self.assertIn(command, script)
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=script, text=True, check=True)

    def test_bash_completes_commands_flags_and_actions(self):
        script = self.write("completion", run("completion", "bash"))
        for words, wanted in ((["dl"], "dlq"), (["check", "--du"], "--dump"),
                              (["dlq", "requ"], "requeue")):
            line = " ".join(f'"{word}"' for word in ["copydesk", *words])
            done = subprocess.run(
                ["bash", "-c", f". {script}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; "
                               '_copydesk; echo "${COMPREPLY[*]}"'],
                capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout.strip(), wanted)

    def test_a_processor_is_shown_with_its_options(self):
        shown = run("plugins", "show", "duplicates")
        self.assertIn("window (default: 7d)", shown)
        self.assertIn('did you mean "language"', run("plugins", "show", "langauge", status=2))
        names = [json.loads(line)["name"] for line in run("plugins", "--json").splitlines()]
        self.assertEqual(names, ["language", "entities", "duplicates"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
