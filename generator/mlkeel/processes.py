"""Child processes that never outlive the command that started them."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 10.0  # seconds a process gets to end by itself
OURS = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")  # of mlkeel's environment, not of the project's


@contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in a folder; when the block ends, so do it and its children."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        start_new_session=True,  # a group of its own, so that its children can be stopped with it
    )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then insist; its children go with it."""
    try:
        if process.poll() is None:
            send(process, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
    finally:
        if os.name == "posix":
            send(process, signal.SIGKILL)
        process.kill()
        process.wait()


def send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to the process and its children; Windows knows only the process."""
    if os.name != "posix":
        process.terminate()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
