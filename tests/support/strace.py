"""The command under strace: what it asks of the system, and what happens when the system fails it."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STRACE = shutil.which("strace")
SECONDS = 60


@lru_cache
def why_not() -> str | None:
    """Return why nothing can be traced here."""
    if STRACE is None:
        return "strace is not installed"
    done = subprocess.run([STRACE, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return None if done.returncode == 0 else "tracing is not allowed here"


def require() -> None:
    """Skip the test where nothing can be traced."""
    reason = why_not()
    if reason is not None:
        pytest.skip(f"SKIPPED FAULTS: {reason}")


def run(
    arguments: Sequence[str], log: Path, *, calls: str, cwd: Path, env: Mapping[str, str], inject: str = ""
) -> tuple[int, list[str]]:
    """Run the command; return its exit code (negative for a signal), and a line for each of `calls`.

    `inject` is strace's: `write:signal=KILL:when=2` kills it as it begins its second write.
    """
    require()
    fault = ["-e", f"inject={inject}"] if inject else []
    done = subprocess.run(
        [str(STRACE), "-f", "-qq", "-o", str(log), "-e", f"trace={calls}", *fault, *COMMAND, *arguments],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return done.returncode, lines
