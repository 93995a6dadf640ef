"""A clean Debian in a folder: commands run in it, or it is booted with systemd as its first process.
As root; the host's network is shared, so that what listens on loopback here is reached from there.
"""

import hashlib
import os
import pathlib
import signal
import stat
import subprocess

from bus import wait_for
from conftest import REPOSITORY

# What any use of a system writes to, whatever is installed.
LEFT_OUT = {
    "dev", "proc", "run", "sys", "tmp", "var/tmp", "var/cache", "var/log",
    "var/lib/apt", "var/lib/dpkg",             # apt's and dpkg's own memory
    "var/lib/systemd/random-seed", "var/lib/systemd/timers", "var/lib/systemd/catalog",
    "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-",  # the copies before the last change
    "etc/.pwd.lock",
}


class Root:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.manager = None
        self.leader = None
        subprocess.run([REPOSITORY / "tests/tools/clean_root", self.folder], check=True)
        self.variables = dict(line.split("=", 1) for line in
                              (self.folder / "root/environment").read_text().splitlines())
        self.shared = [f"--machine=copydesk-{os.getpid()}-{self.folder.name}", "--quiet",
                       "--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off",
                       "--link-journal=no", "--console=pipe", f"--directory={self.folder}"]

    def shell(self, command, check=True):
        """Runs a command; inside the booted system where it is booted. Returns what it printed."""
        done = subprocess.run([*self._door(), "/bin/bash", "-euc", command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if check:
            assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-8000:]}"
            return done.stdout
        return done

    def _door(self):
        variables = {"DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8", "HOME": "/root",
                     "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                     **self.variables}
        pairs = [f"{name}={value}" for name, value in variables.items()]
        if self.leader is None:
            return ["systemd-nspawn", *self.shared, "/usr/bin/env", "-i", *pairs]
        return ["nsenter", f"--target={self.leader}", "--all", "--root", "--wdns=/", "/usr/bin/env",
                "-i", *pairs]

    def install(self, *packages):
        self.shell("apt-get update -q && apt-get install -y -q --no-install-recommends "
                   + " ".join(packages))

    def bring(self, *files, to="root"):
        """Copies files into a folder of the system."""
        (self.folder / to).mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", *files, self.folder / to], check=True)

    def boot(self, *options):
        log = open(f"{self.folder}.console", "wb")
        self.manager = subprocess.Popen(["systemd-nspawn", *self.shared, *options, "--boot"],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        children = pathlib.Path(f"/proc/{self.manager.pid}/task/{self.manager.pid}/children")
        self.leader = wait_for(lambda: children.read_text().split(), "the first process")[0]
        # "degraded": a unit of the system's own that a container does not let it have.
        wait_for(lambda: self.shell("systemctl is-system-running", check=False).stdout.strip()
                 in ("running", "degraded"), "the system is up")

    def halt(self):
        if self.manager is not None:
            os.kill(int(self.leader), signal.SIGRTMIN + 4)  # systemd: power off
            self.manager.wait(60)
            self.manager = self.leader = None

    def files(self):
        """{path: what it is}: kind, rights, owner, contents."""
        return {str(path): what_is(self.folder / path) for path in walk(self.folder)}


def walk(folder, below=pathlib.Path()):
    for entry in sorted(os.listdir(folder / below)):
        path = below / entry
        if str(path) in LEFT_OUT:
            continue
        yield path
        if (folder / path).is_dir() and not (folder / path).is_symlink():
            yield from walk(folder, path)


def what_is(path):
    status = path.lstat()
    content = None
    if path.is_symlink():
        content = os.readlink(path)
    elif stat.S_ISREG(status.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return (stat.filemode(status.st_mode), status.st_uid, status.st_gid, content)
