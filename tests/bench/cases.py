"""What is measured: every case is a command of ours, and where there is one, the peer's beside it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import peer, workload
from tests.bench.process import installed, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.process import Usage

    Run = Callable[[], Usage]

REGISTRY = "registry.db"
CHANGES = 2  # the exit code of a plan with changes, here and there


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of the table; `size` counts providers, `theirs` is None where nothing is compared."""

    name: str
    size: int = 0
    ours: Run
    theirs: Run | None = None


def start_up(directory: Path, *, compared: bool) -> Iterator[Case]:
    """Yield the commands that do nothing but start, and what an interpreter costs without us."""

    def run(*command: str) -> Run:
        return lambda: measure(command, directory)

    theirs = (lambda: measure(("terraform", "version"), directory, env=peer.VARIABLES)) if compared else None
    yield Case(name="interpreter alone", ours=run(sys.executable, "-c", "pass"))
    yield Case(name="interpreter with click", ours=run(sys.executable, "-c", "import click"))
    yield Case(name="version", ours=run(installed(), "version"), theirs=theirs)
    yield Case(name="--help", ours=run(installed(), "--help"), theirs=theirs)


@contextmanager
def planned(size: int, *, compared: bool) -> Iterator[list[Case]]:
    """Yield the plans over `size` providers that stand in the registry: as they are, and with 2 % edited."""
    with TemporaryDirectory(prefix="idpctl-bench-") as root:
        cases = []
        for name, edited in (("plan, no change", False), ("plan, 2 % changed", True)):
            directory = Path(root, "edited" if edited else "same")
            directory.mkdir()
            workload.write_configuration(directory, size)
            ours_once(directory, "apply", "--auto-approve")
            workload.write_configuration(directory, size, edited=edited)
            theirs = _terraform_plan(directory, size, edited=edited) if compared else None
            ours = _plan(directory, CHANGES if edited else 0)
            cases.append(Case(name=name, size=size, ours=ours, theirs=theirs))
        yield cases


def ours_once(directory: Path, *arguments: str, code: int = 0) -> Usage:
    """Run our command over pinned providers, without discovery."""
    return measure((installed(), *arguments, "--discovery", "skip"), directory, codes=(code,))


def _plan(directory: Path, code: int) -> Run:
    return lambda: ours_once(directory, "plan", "--detailed-exitcode", code=code)


def _terraform_plan(directory: Path, size: int, *, edited: bool) -> Run:
    workload.write_terraform(directory, size, edited=edited)
    workload.write_state(directory, size)
    peer.initialise(directory)
    codes = (CHANGES if edited else 0,)
    return lambda: measure(peer.PLAN, directory, codes=codes, env=peer.VARIABLES)


@contextmanager
def applied(size: int, *, compared: bool) -> Iterator[Case]:
    """Yield the apply of `size` creates, each run into an empty registry (and an empty state)."""
    with TemporaryDirectory(prefix="idpctl-bench-") as root:
        directory = Path(root)
        workload.write_configuration(directory, size)
        if compared:
            workload.write_terraform(directory, size)
            peer.initialise(directory)

        def ours() -> Usage:
            for left in directory.glob(f"{REGISTRY}*"):
                left.unlink()
            return ours_once(directory, "apply", "--auto-approve")

        def theirs() -> Usage:
            for left in directory.glob("terraform.tfstate*"):
                left.unlink()
            return measure(peer.APPLY, directory, env=peer.VARIABLES)

        yield Case(name="apply of creates", size=size, ours=ours, theirs=theirs if compared else None)


@contextmanager
def staged(size: int) -> Iterator[Path]:
    """Yield a directory where `size` providers stand in the registry as they are declared."""
    with TemporaryDirectory(prefix="idpctl-bench-") as root:
        directory = Path(root)
        workload.write_configuration(directory, size)
        ours_once(directory, "apply", "--auto-approve")
        yield directory
