"""The image: its Dockerfile, and the image itself, built and run as nobody on a read-only root.

The second needs root and takes some minutes: `./dev image --test` asks for it."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from conftest import REPOSITORY
from test_package import names, paragraphs

BASE = "localhost/debian:12"
NAME = "localhost/copydesk:test"
MOST_MEGABYTES = 80

built_for_real = pytest.mark.skipif("COPYDESK_IMAGE" not in os.environ,
                                    reason="builds an image: ./dev image --test")


@pytest.fixture(scope="module")
def dockerfile(deploy):
    return deploy / "Dockerfile"


def test_hadolint_has_nothing_against_it(dockerfile):
    hadolint = pathlib.Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, dockerfile], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_installs_what_the_package_builds_with(dockerfile, deploy):
    text = dockerfile.read_text(encoding="utf-8")
    installed = re.search(r"apt-get install (.*?)&&", text, re.S)[1].replace("\\", "").split()
    wanted = names(paragraphs(deploy / "debian/control")[0]["Build-Depends"])
    only_there = {"debhelper-compat", "libcmocka-dev", "systemd"}
    assert wanted - only_there <= set(installed)


def test_its_base_is_pinned(dockerfile):
    assert re.search(r"^ARG BASE=\S+:\d+\.\d+-slim$", dockerfile.read_text(encoding="utf-8"), re.M)


# ---- built ----

class Engine:
    """buildah and podman on a store of their own. The network, cgroups and user namespaces of a
    machine that is itself a container are seldom whole: RUN goes by chroot, containers by runc."""

    def __init__(self, folder):
        self.options = ["--storage-driver", "vfs", "--root", f"{folder}/store",
                        "--runroot", f"{folder}/run"]
        self.environment = {**os.environ, "BUILDAH_ISOLATION": "chroot",
                            "BUILDAH": " ".join(["buildah", *self.options]),
                            "BUILDER": " ".join(["buildah", *self.options])}

    def script(self, *words):
        done = subprocess.run(words, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, done.stdout[-6000:]

    def buildah(self, *words):
        return subprocess.run(["buildah", *self.options, *words], capture_output=True, text=True,
                              check=True).stdout.strip()

    def podman(self, *words, check=True):
        done = subprocess.run(["podman", "--runtime=runc", "--cgroup-manager=cgroupfs",
                               *self.options, *words], capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def run(self, *words, check=True):
        return self.podman("run", "--rm", *LOCKED, NAME, *words, check=check)


LOCKED = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--network=none",
          "--security-opt=no-new-privileges", "--no-healthcheck", "--ulimit=nofile=1024:1024",
          "--ulimit=nproc=1000:1000"]


@pytest.fixture(scope="module")
def engine(deploy, tmp_path_factory):
    made = Engine(tmp_path_factory.mktemp("engine"))
    made.script(deploy / "image-base", BASE)
    made.script(deploy / "image", "--base", BASE, NAME)
    yield made
    made.buildah("rmi", "--all", "--force")


@pytest.fixture(scope="module")
def content(engine):
    """The image's root as a folder."""
    container = engine.buildah("from", NAME)
    yield pathlib.Path(engine.buildah("mount", container))
    engine.buildah("rm", container)


@built_for_real
def test_the_demo_runs_as_nobody_on_a_read_only_root(engine):
    said = engine.run("demo").stdout
    assert "duplicate" in said and "articles" in said


@built_for_real
def test_one_program_and_no_shell_is_in_it(content, engine):
    programs = [str(path.relative_to(content)) for path in content.rglob("*")
                if path.is_file() and not path.is_symlink() and os.access(path, os.X_OK)
                and ".so" not in path.name]
    assert programs == ["usr/bin/copydesk"]
    assert engine.podman("run", "--rm", *LOCKED, "--entrypoint=/bin/sh", NAME,
                         check=False).returncode != 0


@built_for_real
def test_it_is_small(content):
    size = sum(path.lstat().st_size for path in content.rglob("*")) / 1e6
    print(f"{size:.1f} MB unpacked")
    assert size < MOST_MEGABYTES


@built_for_real
def test_every_library_has_its_licence_and_a_scanner_finds_its_version(content):
    packages = {path.name for path in (content / "var/lib/dpkg/status.d").iterdir()}
    assert {"librdkafka1", "libssl3", "libicu72", "libc6"} <= packages
    for package in packages:
        assert (content / "usr/share/doc" / package / "copyright").stat().st_size > 0
        entry = paragraphs(content / "var/lib/dpkg/status.d" / package)[0]
        assert entry["Package"] == package and entry["Version"]


@built_for_real
def test_the_image_says_who_it_is(engine):
    said = json.loads(engine.podman("image", "inspect", NAME).stdout)[0]
    settings = said["Config"]
    assert settings["User"] == "65532:65532"
    assert settings["Entrypoint"] == ["/usr/bin/copydesk"] and settings["Cmd"] == ["run"]
    labels = settings["Labels"]
    assert labels["org.opencontainers.image.title"] == "copydesk"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels["org.opencontainers.image.version"] in engine.run("version").stdout
    assert said["HealthCheck" if "HealthCheck" in said else "Healthcheck"]["Test"] == [
        "CMD", "/usr/bin/copydesk", "health", "--live"]


@built_for_real
def test_its_configuration_is_valid_and_its_plugin_loads(engine, content):
    assert 'listen: "0.0.0.0:9464"' in engine.run("check", "--dump").stdout
    plugin, = content.glob("usr/lib/*/copydesk/example.so")
    assert "words_per_minute" in engine.run("plugins", "show", f"/{plugin.relative_to(content)}").stdout


@built_for_real
def test_the_health_check_says_no_where_nothing_runs(engine):
    assert engine.run("health", "--live", check=False).returncode == 1
