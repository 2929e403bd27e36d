"""One child process, measured from outside: wall, CPU and the peak of its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one run took: seconds of wall and of CPU, and its peak of resident memory in MiB."""

    wall: float
    cpu: float
    peak: float


def installed() -> str:
    """Return the installed command beside this interpreter; a checkout is not measured in its place."""
    command = Path(sys.executable).with_name("idpctl")
    if not command.is_file():
        raise SystemExit(f"{command} is not there: pip install -e . in the environment of this interpreter")
    return str(command)


def environment(**more: str) -> dict[str, str]:
    """Return a bare environment, so that no setting of this shell changes what is measured."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **more}


def measure(
    command: Sequence[str], cwd: Path, *, codes: Iterable[int] = (0,), env: Mapping[str, str] | None = None
) -> Usage:
    """Run `command` to its end, its output into a file as in a pipeline; stop when it fails.

    The peak comes from wait4. Linux lets a child begin with the peak of its parent, so this process stays
    small: it imports nothing large and builds no large text.
    """
    with tempfile.TemporaryFile() as output:
        before = perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            output.seek(0)
            text = output.read(4000).decode(errors="replace")
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    return Usage(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / 1024)


def middle(runs: Sequence[Usage]) -> Usage:
    """Return the medians of several runs, of the peak the highest."""
    return Usage(
        wall=median(run.wall for run in runs),
        cpu=median(run.cpu for run in runs),
        peak=max(run.peak for run in runs),
    )
