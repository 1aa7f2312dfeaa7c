"""A PostgreSQL server of our own, fetched where the machine has none."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emitted import execute
from support import find_free_port

PLACES = "/usr/lib/postgresql/*/bin"
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def find_programs(folder: Path) -> Path:
    """Where initdb and pg_ctl are; where they are not, the distribution's package brings them."""
    if not (found := find_installed()):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        execute(*root, "apt-get", "update", "-q", cwd=folder)
        install = ["install", "-q", "-y", "--no-install-recommends", "postgresql"]
        execute(*root, "apt-get", *install, cwd=folder, DEBIAN_FRONTEND="noninteractive")
        found = find_installed()
    assert found, "the package postgresql brings no initdb"
    return found[-1].parent


def find_installed() -> list[Path]:
    """Every initdb of this machine."""
    return sorted(Path("/").glob(f"{PLACES[1:]}/initdb"))


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server on this machine for as long as the block lasts; the address of its database.

    PostgreSQL refuses to run as root, so that root lends it to nobody.
    """
    programs = find_programs(folder)
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    home = Path(tempfile.mkdtemp(prefix="postgresql-"))  # a socket's path must be short
    if user:
        shutil.chown(home, "nobody")
    data, port = home / "data", find_free_port()
    call(*user, programs / "initdb", "-D", data, "-U", "app", "-A", "trust", "-N", "-E", "UTF8")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {home} {FAST}"
    control = [*user, programs / "pg_ctl", "-D", data, "-w"]
    try:
        call(*control, "-o", options, "-l", home / "log", "start")
        yield f"postgresql://app@127.0.0.1:{port}/postgres"
    finally:
        call(*control, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def call(*command: str | Path) -> None:
    """A program of PostgreSQL; what the server inherits must not keep a pipe of ours open."""
    words = [str(word) for word in command]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60)
