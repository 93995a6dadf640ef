"""The way to a processor of one's own, as a new user goes it: test_plugin_path.py BUILD DOCS

copydesk is installed into a folder of its own; then the commands of docs/plugins.md, "In ten minutes",
are run as they stand there, in a new directory, and the new processor is changed.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv[1]).resolve()
DOCS = pathlib.Path(sys.argv[2]).resolve()

COUNTED = 'snprintf(json, sizeof json, "{\\"words\\":%lld,\\"minutes\\":%lld}", (long long)words,'
RENAMED = 'snprintf(json, sizeof json, "{\\"length\\":%lld,\\"minutes\\":%lld}", (long long)words,'


def commands():
    """Each command of the page's path; lines that go on are one."""
    text = DOCS.read_text(encoding="utf-8")
    text = text[text.index("## In ten minutes"):text.index("## Rules")]
    blocks = re.findall(r"(?m)(?:^ {7}\S.*\n(?: {8,}.*\n)*)", text)
    return [block.strip() for block in blocks if re.match(r" *(copydesk|cc|echo) ", block)]


@unittest.skipUnless(shutil.which("pkg-config"), "needs pkg-config")
class Path(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "system"
        self.work = pathlib.Path(folder.name) / "new"
        self.work.mkdir()
        subprocess.run(["meson", "install", "--no-rebuild", "--quiet", "-C", BUILD,
                        "--destdir", self.root], check=True, capture_output=True)
        prefix = next(self.root.rglob("bin/copydesk")).parent.parent
        package = next(self.root.rglob("copydesk.pc")).parent
        self.environment = {**os.environ, "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}",
                            "PKG_CONFIG_PATH": str(package),
                            "PKG_CONFIG_SYSROOT_DIR": str(self.root)}

    def run_command(self, command):
        done = subprocess.run(["bash", "-euc", command], cwd=self.work, env=self.environment,
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stderr}")
        return done.stdout

    def test_the_commands_of_the_page_lead_to_a_processor(self):
        begin, compile_it, try_it, check = commands()
        self.run_command(begin)
        self.run_command(compile_it)
        shown = self.run_command("copydesk plugins show ./house_style.so")
        self.assertIn("house_style 1.0.0", shown)
        self.assertIn("words_per_minute (default: 200)", shown)
        found = json.loads(self.run_command(try_it))["enrichment"]["house_style"]
        self.assertEqual(found, {"words": 8, "minutes": 1})

        source = self.work / "house_style.c"
        text = source.read_text(encoding="utf-8")
        self.assertIn(COUNTED, text)
        self.assertNotIn("example", text)
        source.write_text(text.replace(COUNTED, RENAMED), encoding="utf-8")
        self.run_command(compile_it)
        found = json.loads(self.run_command(try_it))["enrichment"]["house_style"]
        self.assertEqual(found, {"length": 8, "minutes": 1})

        (self.work / "copydesk.yaml").write_text(
            self.run_command("copydesk init").replace("- language: {}",
                                                      "- plugin: {file: ./house_style.so}"),
            encoding="utf-8")
        self.assertIn("house_style", self.run_command(check))

    def test_mistakes_in_options_and_names_are_told(self):
        begin, compile_it, try_it, _ = commands()
        self.run_command(begin)
        self.run_command(compile_it)
        for wrong, told in (("words_per_minut: 180", 'did you mean "words_per_minute"?'),
                            ("words_per_minute: 3", "it must be from 50 to 2000")):
            done = subprocess.run(["bash", "-c", try_it.replace("words_per_minute: 180", wrong)],
                                  cwd=self.work, env=self.environment, capture_output=True,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 78)
            self.assertIn(told, done.stderr)
        for name in ("language", "made_by", "House-Style", "1st"):
            done = subprocess.run(["copydesk", "plugins", "new", name], cwd=self.work,
                                  env=self.environment, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
