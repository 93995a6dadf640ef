"""The packages' whole life in a clean Debian 12 that systemd runs: built from a clone, installed,
started, reloaded, killed, stopped, purged; then nothing of it is left. Against a real Kafka.

Needs root; takes five minutes. `./dev package --test` asks for it."""

import os
import re
import subprocess

import pytest

from broker import free_ports
from bus import wait_for
from conftest import REPOSITORY
from root import Root

pytestmark = pytest.mark.skipif("COPYDESK_CLEAN_ROOT" not in os.environ,
                                reason="makes whole systems: ./dev package --test")

SERVICE = "copydesk.service"
OUTPUTS = [f"articles.{name}" for name in ("ar", "en", "es", "fr", "other", "duplicates", "rejected")]
FLOWS = ("stage/test_stage", "stage/test_stage_duplicates")


@pytest.fixture(scope="module")
def outputs(bus):
    bus.create("articles.raw", *OUTPUTS)


@pytest.fixture(scope="module")
def builder(tmp_path_factory):
    """A system in which `./dev package` made the packages from a clone, and nothing else was done."""
    system = Root(tmp_path_factory.mktemp("builder") / "system")
    bundle = system.folder / "root/copydesk.bundle"
    subprocess.run(["git", "bundle", "create", "-q", bundle, "HEAD"], check=True, cwd=REPOSITORY)
    system.shell("cd && git init -q copydesk && cd copydesk && git pull -q ../copydesk.bundle HEAD")
    system.said = system.shell("cd /root/copydesk && ./dev package")
    return system


@pytest.fixture(scope="module")
def packages(builder):
    return sorted((builder.folder / "root/copydesk/build/package").glob("*.deb"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory, packages, program):
    """A booted system with copydesk installed. `before`: its files without it."""
    system = Root(tmp_path_factory.mktemp("desk") / "system")
    system.bring(*packages)
    depends = subprocess.run(["dpkg-deb", "--field", system.folder / "root" / packages[-1].name,
                              "Depends"], capture_output=True, text=True, check=True).stdout.strip()
    # dbus: for systemd-run; libcmocka0: for the flow tests.
    system.install("systemd", "systemd-sysv", "dbus", "libcmocka0")
    system.shell(f"apt-get satisfy -y -q --no-install-recommends '{depends}'")
    try:
        system.boot(f"--bind-ro={program.parent}:/mnt")
        system.before = system.files()
        system.shell(f"dpkg --install /root/{packages[-1].name}")
        yield system
    finally:
        system.halt()


def test_a_clone_builds_packages_that_lintian_has_nothing_against(builder, packages):
    assert [re.sub("_.*", "", deb.name) for deb in packages] == ["copydesk-dbgsym", "copydesk-dev",
                                                                "copydesk"]
    assert re.search(r"^[EWIP]: copydesk", builder.said, re.M) is None


def test_a_processor_of_ones_own_is_built_from_the_dev_package(builder, packages):
    folder = "/root/copydesk/build/package"
    builder.shell(f"apt-get install -y -q --no-install-recommends {folder}/copydesk-dev_*.deb "
                  f"{folder}/copydesk_*.deb pkg-config")
    said = builder.shell("cd && cp /usr/share/doc/copydesk-dev/examples/example.c . && "
                         "cc -shared -fPIC -std=c17 $(pkg-config --cflags copydesk) -o own.so example.c && "
                         "copydesk plugins show ./own.so && "
                         "copydesk plugins show $(pkg-config --variable=plugindir copydesk)/example.so")
    assert said.count("words_per_minute") >= 2


def test_the_installed_program_has_its_page_and_completions(desk):
    desk.shell("copydesk version && copydesk check -c /etc/copydesk/copydesk.yaml")
    for path in ("man/man1/copydesk.1.gz", "bash-completion/completions/copydesk.bash",
                 "zsh/site-functions/_copydesk", "fish/vendor_completions.d/copydesk.fish"):
        assert desk.shell(f"dpkg-query --search /usr/share/{path}").startswith("copydesk:")
    assert desk.shell(f"systemctl is-enabled {SERVICE} || true").strip() == "disabled"


def test_the_demo_runs_as_the_service_user(desk):
    said = desk.shell("setpriv --reuid=copydesk --regid=copydesk --clear-groups --no-new-privs "
                      "copydesk demo")
    assert "articles" in said


# ---- the unit's sandbox ----

def in_sandbox(desk, command, check=True):
    """Runs a command with the unit's settings but those of its own life."""
    text = (desk.folder / "lib/systemd/system" / SERVICE).read_text(encoding="utf-8")
    section = text[text.index("[Service]"):text.index("[Install]")]
    own_life = re.compile("(Type|NotifyAccess|EnvironmentFile|Exec.*|Restart(Sec|Prevent.*)?|Watchdog.*|"
                          "Timeout.*|KillMode)=")
    settings = [f"'--property={line}'" for line in re.findall(r"^([A-Z]\w+=.*)$", section, re.M)
                if not own_life.match(line)]
    assert len(settings) > 35
    return desk.shell(f"systemd-run --quiet --wait --pipe --collect {' '.join(settings)} {command}",
                      check=check)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_flow_tests_pass_in_the_sandbox(desk, flow):
    said = in_sandbox(desk, f"/mnt/tests/{flow}")
    assert "PASSED" in said and "FAILED" not in said


def test_the_demo_runs_in_the_sandbox(desk):
    assert "articles" in in_sandbox(desk, "/usr/bin/copydesk demo")


@pytest.mark.parametrize("attempt", [
    "touch /etc/copydesk/x", "touch /usr/x", "mount -t tmpfs none /tmp", "unshare --user true",
    "ls /root", "chown nobody /tmp", "cat /proc/1/cmdline", "cat /proc/meminfo", "chrt --rr 1 true",
    "setarch linux32 true"])
def test_the_sandbox_holds(desk, attempt):
    """Each is tried in vain; the same shell gets through without it."""
    assert in_sandbox(desk, "/bin/sh -c true", check=False).returncode == 0
    assert in_sandbox(desk, f"/bin/sh -ec '{attempt}'", check=False).returncode != 0


# ---- the unit ----

@pytest.fixture(scope="module")
def service(desk, bus, outputs):
    """Told where Kafka is, and started: `start` comes back when it is ready. A member that was
    killed is missed after two seconds."""
    desk.port = free_ports(1)[0]
    desk.shell(f"""sed -i -e 's/listen: 127.0.0.1:9464/listen: 127.0.0.1:{desk.port}/' \\
            -e '/^  group:/a\\  kafka: {{session.timeout.ms: 2000}}' /etc/copydesk/copydesk.yaml
        echo KAFKA_BROKERS={bus.bootstrap} >/etc/default/copydesk
        systemctl start {SERVICE} || {{ journalctl --no-pager -u {SERVICE}; exit 1; }}""")
    return desk


def shown(service, name):
    return service.shell(f"systemctl show --value --property={name} {SERVICE}").strip()


def processes(service):
    """The supervisor and the stage."""
    main = shown(service, "MainPID")
    return [int(main), *map(int, service.shell(f"pgrep --parent {main} || true").split())]


def produce(bus, *bodies):
    producer = bus.producer()
    for body in bodies:
        producer.produce("articles.raw", value=f'{{"body": "{body}"}}'.encode())
    assert producer.flush(30) == 0


def published(bus):
    return sum(sum(bus.end_offsets(topic).values()) for topic in OUTPUTS)


def test_articles_go_through_the_started_service(service, bus):
    assert shown(service, "ActiveState") == "active"
    assert shown(service, "StatusText").startswith("running")
    produce(bus, "The harbour of Mombasa opens again on Monday, the ministry of transport said.",
            "La gare de Lyon reste fermée, a annoncé mercredi le ministère des transports.")
    wait_for(lambda: bus.end_offsets("articles.en") and sum(bus.end_offsets("articles.en").values())
             and sum(bus.end_offsets("articles.fr").values()), "an English and a French article")


def test_its_processes_have_no_rights(service):
    pids = processes(service)
    assert len(pids) == 2
    for pid in pids:
        status = service.shell(f"cat /proc/{pid}/status")
        assert re.search(r"^CapBnd:\t0+$", status, re.M) and re.search(r"^CapEff:\t0+$", status, re.M)
        assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status
        assert service.shell(f"stat -c %U /proc/{pid}").strip() == "copydesk"


def test_systemd_finds_it_hardly_exposed(service):
    said = service.shell(f"systemd-analyze security --no-pager {SERVICE} || true")
    assert float(re.search(r"Overall exposure level .*: ([0-9.]+)", said)[1]) <= 1.5


def test_reload_is_answered_when_it_is_in_force(service):
    service.shell(f"systemctl reload {SERVICE}")
    wait_for(lambda: "reloaded: sha256:" in service.shell(f"journalctl --no-pager -u {SERVICE}"),
             "the reload in the log")
    assert shown(service, "ActiveState") == "active"


def test_a_killed_stage_comes_back_within_the_unit(service, bus):
    before, main = published(bus), shown(service, "MainPID")
    stage, = set(processes(service)) - {int(main)}
    service.shell(f"kill -KILL {stage}")
    wait_for(lambda: set(processes(service)) - {int(main), stage}, "a new one")
    produce(bus, "Ferries between the two shores sail again after the storm, the port authority said.")
    wait_for(lambda: published(bus) > before, "an article through the new one")
    assert shown(service, "MainPID") == main and shown(service, "NRestarts") == "0"


def test_a_killed_supervisor_is_started_again(service):
    service.shell(f"kill -KILL {shown(service, 'MainPID')}")
    wait_for(lambda: shown(service, "NRestarts") == "1" and shown(service, "ActiveState") == "active",
             "a restart by systemd")


def test_a_stop_is_clean(service):
    service.shell(f"systemctl stop {SERVICE}")
    assert shown(service, "Result") == "success"
    assert "stopped" in service.shell(f"journalctl --no-pager -u {SERVICE} | tail -n 20")


def test_a_bad_configuration_is_told_and_given_up(service):
    service.shell("echo 'procesors: []' >>/etc/copydesk/copydesk.yaml")
    try:
        assert service.shell(f"systemctl start {SERVICE}", check=False).returncode != 0
        said = service.shell(f"journalctl --no-pager -u {SERVICE}")
        assert 'did you mean "processors"?' in said
        wait_for(lambda: shown(service, "ActiveState") == "failed", "it gives up", seconds=110)
    finally:
        service.shell(f"sed -i '$d' /etc/copydesk/copydesk.yaml && systemctl reset-failed {SERVICE}")


def test_purge_leaves_nothing_behind(service):
    service.shell(f"systemctl enable --now {SERVICE}")
    service.shell("apt-get purge -y -q copydesk")
    assert service.shell("pgrep copydesk", check=False).returncode != 0
    service.shell("rm /etc/default/copydesk")  # the test's own
    after = service.files()
    changed = {path: (service.before.get(path), after.get(path))
               for path in service.before.keys() | after.keys()
               if service.before.get(path) != after.get(path)}
    assert changed == {}
