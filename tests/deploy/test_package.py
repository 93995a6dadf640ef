"""The Debian package's files, without building it: what they name must be there."""

import fnmatch
import json
import re
import shutil
import subprocess

import pytest

from conftest import REPOSITORY


def paragraphs(path):
    """A control file's paragraphs as dictionaries."""
    found = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        fields = re.findall(r"^(\S+):((?:.*\n?)(?:^[ \t].*\n?)*)", block, re.M)
        found.append({name: value.strip() for name, value in fields})
    return found


def names(field):
    """The packages of a dependency field, without versions, architectures and profiles."""
    return {re.match(r"[a-z0-9.+-]+", entry.strip())[0] for entry in field.split(",")
            if entry.strip()}


@pytest.fixture(scope="module")
def debian(deploy):
    return deploy / "debian"


@pytest.fixture(scope="module")
def installed(program):
    """What `meson install` would install, by Debian's paths without the leading slash."""
    if shutil.which("meson") is None or not (program.parent / "meson-info").is_dir():
        pytest.skip("needs meson and the folder of a build")
    asked = subprocess.run(["meson", "introspect", program.parent, "--installed"],
                           capture_output=True, text=True, check=True).stdout
    return {re.sub("^/usr/local/", "usr/", path) for path in json.loads(asked).values()}


def test_the_package_has_the_version_of_the_program(debian):
    meson = re.search(r"^  version: '(.*)',$", (REPOSITORY / "meson.build").read_text(), re.M)[1]
    changelog = re.match(r"copydesk \((.*)-\d+\) ", (debian / "changelog").read_text())[1]
    assert changelog == meson


def test_what_builds_the_checkout_builds_the_package(debian):
    text = (REPOSITORY / "tests/tools/packages").read_text()
    group = re.search(r'\[build\]="([^"]*)"', text)[1].split()
    with_every_debian_system = {"gcc", "g++", "libc6-dev"}  # build-essential
    assert set(group) - with_every_debian_system <= names(
        paragraphs(debian / "control")[0]["Build-Depends"])


def test_every_installed_file_is_in_one_package(debian, installed):
    patterns = {}
    for listing in debian.glob("*.install"):
        for line in listing.read_text().splitlines():
            source = line.split()[0]
            if source.startswith("usr/"):
                patterns[source] = listing.name
    claimed = {path: {package for pattern, package in patterns.items()
                      if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, f"{pattern}/*")}
               for path in installed}
    assert claimed and all(len(packages) == 1 for packages in claimed.values()), claimed
    unused = [pattern for pattern in patterns
              if not any(fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, f"{pattern}/*")
                         for path in installed)]
    assert unused == []


def test_files_taken_from_the_checkout_are_there(debian):
    taken = [line.split()[0] for kind in ("install", "docs", "examples")
             for listing in debian.glob(f"*.{kind}") for line in listing.read_text().splitlines()]
    sources = [path for path in taken if not path.startswith("usr/")]
    assert len(sources) >= 6
    assert [path for path in sources if not (REPOSITORY / path).exists()] == []


def test_the_configuration_that_ships_is_valid(program):
    done = subprocess.run([program, "check", "-c", REPOSITORY / "config/copydesk.yaml"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_user_of_the_unit_comes_and_goes_with_the_package(debian, deploy):
    unit = (deploy / "systemd/copydesk.service").read_text()
    user = re.search(r"^User=(.*)$", unit, re.M)[1]
    assert re.search(rf"adduser [^#]*--system [^#]* {user}$", (debian / "copydesk.postinst").read_text(), re.M)
    assert f"userdel {user}" in (debian / "copydesk.postrm").read_text()
