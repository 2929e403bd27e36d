"""The installed command, as a pipeline runs it: in a directory of its own and with a bare environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REPOSITORY = Path(__file__).parents[2]
SECONDS = 30  # no command of a test takes longer, unless it hangs
OWNER = "acme/prod"
STEERING = ("NO_COLOR", "FORCE_COLOR", "CI", "TERM", "COLUMNS")  # variables that change what is printed
LOOPBACK = {"IDPCTL_ALLOW_LOOPBACK_HTTP": "1"}
# A signal may end an import between the opening of the module's file and its closing.
ONCE_SIGNALLED = "error,ignore:unclosed file:ResourceWarning"
_INSTALLED = Path(sys.executable).with_name("idpctl")
COMMAND = [str(_INSTALLED)] if _INSTALLED.is_file() else [sys.executable, "-m", "idpctl"]


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a run: what finds the programs, what measures coverage, and `more`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "PYTHONHASHSEED"}
        or name.startswith(("COV", "PYTHONPATH"))
    }
    if not _INSTALLED.is_file():
        kept["PYTHONPATH"] = str(REPOSITORY)
    return {**kept, "LANG": "C.UTF-8", "PYTHONWARNINGS": "error", **more}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    def json(self) -> dict[str, Any]:
        """Return what was printed to stdout, as JSON."""
        return dict(json.loads(self.out))


def run(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, expect: int | None = None, **more: Any
) -> Done:
    """Run the command to its end; where `expect` is given, hold its exit code to that."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )
    return held(Done(arguments, done.returncode, (done.stdout or b"").decode(), done.stderr.decode()), expect)


def held(done: Done, expect: int | None) -> Done:
    """Hold that there is no traceback, and the exit code to `expect`; return `done`."""
    assert "Traceback" not in done.all, done.all
    if expect is not None:
        assert done.code == expect, f"{done.arguments}: {done.code}, not {expect}\n{done.all[-4000:]}"
    return done


@contextmanager
def started(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start the command; at the end it is gone, killed if need be."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**{"PYTHONWARNINGS": ONCE_SIGNALLED, **(env or {})}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A signal to the test run is not one to the command, and SIGINT is not ignored in it.
        start_new_session=True,
        restore_signals=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads fork here
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Return once `condition` holds; looks often, and gives up after `seconds`."""
    import time

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition never came to hold"
        time.sleep(0.005)
