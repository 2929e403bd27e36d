"""The command at a terminal: a pseudo-terminal on which a test reads and types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.cli import COMMAND, SECONDS, environment, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """What a person sees on a terminal, and types into it."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master = master
        self._process = process
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until `text` has been shown since the last answer."""
        begin = len(self.seen)
        end = time.monotonic() + SECONDS
        while text not in self.seen[begin:]:
            assert time.monotonic() < end, f"{text!r} was never shown:\n{self.seen}"
            assert self._read(), f"ended without {text!r}:\n{self.seen}"

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def answer(self, question: str, text: str) -> None:
        """Wait for `question`, and type a line."""
        self.wait_for(question)
        self.type(f"{text}\n")

    def interrupt(self) -> None:
        """Press Ctrl-C once the command sleeps in its question: before that Python may look too late."""
        state = Path(f"/proc/{self._process.pid}/stat")
        wait_for(lambda: state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "S")
        self.type(CTRL_C)

    def end(self) -> int:
        """Read to the end; return the exit code."""
        while self._read():
            pass
        return self._process.wait(SECONDS)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], SECONDS)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # what Linux says at the end of a pseudo-terminal
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def at_terminal(*arguments: str, cwd: Path, **env: str) -> Iterator[Terminal]:
    """Run the command with a terminal for all three streams, which is also the one that signals it."""
    master, slave = pty.openpty()
    try:
        with subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=cwd,
            env=environment(**{"TERM": "xterm", **env}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - it takes no lock that a thread could hold
        ) as process:
            os.close(slave)
            try:
                yield Terminal(master, process)
            finally:
                process.kill()
    finally:
        os.close(master)


def _take_terminal() -> None:
    # Opening a terminal makes it the one of a session that has none: then Ctrl-C is a signal.
    os.close(os.open(os.ttyname(0), os.O_RDWR))
