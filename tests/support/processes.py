"""Processes that die: forked, so that each one costs milliseconds."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NOBODY = 65534
_FAILED = 99


def start(body: Callable[[], object]) -> int:
    """Run `body` in a child, and return its pid; it exits with 0, or with 99 and a traceback."""
    with warnings.catch_warnings():
        # The threads that Python warns of are the test runner's: the child uses none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = _FAILED
    try:
        _stop_measuring()
        body()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may climb into the parent's test runner
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _stop_measuring() -> None:
    """A killed child could save nothing; and a signal in the middle of the measuring would hang it."""
    coverage = sys.modules.get("coverage")
    measuring = None if coverage is None else coverage.Coverage.current()
    if measuring is not None:
        measuring.stop()


def ended(pid: int) -> int:
    """Wait for the child; return its exit code, or minus the number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(body: Callable[[], object]) -> int:
    return ended(start(body))


def die() -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def unprivileged(body: Callable[[], object]) -> int:
    """Run `body` in a child to which file modes apply."""

    def drop() -> None:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        body()

    return run(drop)


@contextmanager
def public_directory() -> Iterator[Path]:
    """Make a directory that a user without privileges can reach, unlike that of a test run by root."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o777)
        try:
            yield directory
        finally:
            directory.chmod(0o777)
