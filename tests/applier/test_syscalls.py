"""Killed, or told that the disk failed, at the system calls by which an apply reaches the disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.registry.sqlite import SqliteRegistry
from tests.support.applying import after, apply, before, content, wanted_content
from tests.support.strace import STRACE, require

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from pathlib import Path
from idpctl.errors import IdpctlError
from idpctl.registry.sqlite import SqliteRegistry
from tests.support.applying import after, apply
try:
    report = apply(SqliteRegistry(Path(sys.argv[1]), "acme", "registry.db"), after(), op="faulty").as_dict()
except IdpctlError as error:
    report = {"outcome": "raised", "operations": [], "error": error.message}
print(json.dumps(report))
"""
# System call -> which of its uses are broken: a write of pages is like its neighbours.
CALLS = {"pwrite64": 9, "fdatasync": 1, "fsync": 1, "ftruncate": 1, "unlink": 1, "rename": 1}
MOST = 100


def traced(path: Path, fault: str, call: str, when: int) -> tuple[subprocess.CompletedProcess[str], bool]:
    """Apply under strace with the fault injected at use number `when`; say whether it fired."""
    log = path.parent / "strace.log"
    log.unlink(missing_ok=True)
    strace = [str(STRACE), "-f", "-qq", "-o", str(log)]
    inject = f"inject={call}:{fault}:when={when}"
    done = subprocess.run(
        [*strace, "-e", f"trace={call}", "-e", inject, sys.executable, "-c", SCRIPT, str(path)],
        env={"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    words = log.read_text() if log.exists() else ""
    return done, "INJECTED" in words or done.returncode == -9 or "killed by SIGKILL" in words


@pytest.fixture(autouse=True)
def _needs_strace() -> None:
    require()


@pytest.fixture(params=["existing", "new"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the registry that every run begins with; a path without a file for none."""
    saved = tmp_path / "saved.db"
    if request.param == "existing":
        apply(SqliteRegistry(saved, "acme", "registry.db"), before(), op="before")
    return saved


def reset(saved: Path, number: int) -> SqliteRegistry:
    directory = saved.parent / str(number)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    path = directory / "registry.db"
    if saved.exists():
        shutil.copy(saved, path)
    return SqliteRegistry(path, "acme", "registry.db")


def break_everywhere(saved: Path, fault: str) -> Iterator[tuple[SqliteRegistry, Any]]:
    """Break an apply at one system call after the other; yield each registry, and the report if any."""
    number = 0
    for call, step in CALLS.items():
        for when in range(1, MOST, step):
            number += 1
            registry = reset(saved, number)
            done, fired = traced(registry.path, fault, call, when)
            if not fired:
                assert done.returncode == 0, done.stderr
                break
            assert "Traceback" not in done.stderr, done.stderr
            yield registry, json.loads(done.stdout) if done.returncode == 0 else None


def state(registry: SqliteRegistry, saved: Path) -> str:
    """Say which of the two states the registry is in; anything between them is a failure."""
    found = content(registry)
    old = wanted_content(before()) if saved.exists() else {}
    if found == wanted_content(after()):
        return "new"
    assert found == old
    return "old"


def finish(registry: SqliteRegistry) -> None:
    assert apply(registry, after(), op="next").complete
    assert content(registry) == wanted_content(after())
    files = {file.name for file in registry.path.parent.iterdir()}
    assert files - {"strace.log"} == {"registry.db", "registry.db.lock"}


def test_a_kill_at_any_system_call_leaves_all_or_nothing(saved: Path) -> None:
    states = []
    for registry, report in break_everywhere(saved, "signal=KILL"):
        assert report is None
        states.append(state(registry, saved))
        finish(registry)
    assert len(states) >= 5
    assert set(states) == {"old", "new"}


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_after_an_error_of_the_disk_report_and_registry_agree(saved: Path, error: str) -> None:
    outcomes = []
    for registry, report in break_everywhere(saved, f"error={error}"):
        assert report is not None
        where = state(registry, saved)
        assert (report["outcome"], where) in {("complete", "new"), ("failed", "old"), ("raised", "old")}
        assert all((one["status"] == "done") == (where == "new") for one in report["operations"])
        outcomes.append(report["outcome"])
        finish(registry)
    assert len(outcomes) >= 5
    assert {"complete", "failed"} <= set(outcomes)
