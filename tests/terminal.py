"""A terminal for programs that ask: what a person would read and type there."""

import contextlib
import os
import pty
import select
import subprocess
import sys
import termios
import time

import pytest

# Ctrl-C reaches a program only through the terminal it belongs to.
OWN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, *command, cwd, **env):
        self.said, self._seen = "", 0
        self._terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, 200))
        more = {"TERM": "xterm", "COLUMNS": "200", **{name: str(env[name]) for name in env}}
        self._process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, *map(str, command)],
            cwd=cwd,
            env={**os.environ, **more},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def expect(self, words):
        """Wait until the program has said these words, after those seen before."""
        deadline = time.monotonic() + 30
        while (found := self.said.find(words, self._seen)) < 0:
            assert time.monotonic() < deadline, f"no {words!r} in:\n{self.said}"
            self._read()
        self._seen = found + len(words)

    def answer(self, words, line):
        self.expect(words)
        os.write(self._terminal, f"{line}\r".encode())

    def leave(self, key):
        """Press a key until the program ends, for its exit code.

        Once is not enough: a Ctrl-C between a question and the wait for its answer is kept by
        readline until the next key.
        """
        for _ in range(10):
            os.write(self._terminal, key)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(3)
                return self.end()
        pytest.fail(f"{key!r} did not end it after:\n{self.said}")

    def end(self):
        """The exit code, once everything was said."""
        while self._read():
            pass
        os.close(self._terminal)
        return self._process.wait(30)

    def _read(self):
        assert select.select([self._terminal], [], [], 30)[0], f"silence after:\n{self.said}"
        try:
            data = os.read(self._terminal, 4096)
        except OSError:  # how Linux says that the other side is closed
            data = b""
        self.said += data.decode("utf-8", "replace").replace("\r", "")
        return data
