"""SIGINT and SIGTERM: no new write, out in time, and the exit code says which it was."""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import wait_for
from tests.support.issuer import WELL_KNOWN
from tests.support.servers import silent
from tests.support.workspace import Workspace, discovered

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.support.issuer import Issuers

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}
SECONDS = 7.0
MANY = [f"p{number:04d}" for number in range(1500)]

every_signal = pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)


def end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[str, str]:
    """Send the signal; return what was printed once the command has ended in time, with the right code."""
    begin = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    assert time.monotonic() - begin < SECONDS
    assert process.returncode == CODES[number], out + err
    assert "Traceback" not in out + err
    return out, err


@every_signal
@pytest.mark.parametrize(
    "command", [("plan",), ("apply", "--auto-approve"), ("validate", "--online")], ids=" ".join
)
def test_a_run_that_waits_for_a_provider_ends(
    workspace: Workspace, issuers: Issuers, number: signal.Signals, command: tuple[str, ...]
) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", silent)
    workspace.write({"one": discovered("one", issuers.well_known("one"))})
    with workspace.started(*command) as process:
        wait_for(lambda: issuers.asked)
        _, err = end(process, number)
    assert "nterrupted" in err
    assert not workspace.registry.exists()


@every_signal
def test_an_apply_that_waits_for_the_lock_ends(workspace: Workspace, number: signal.Signals) -> None:
    workspace.declare("okta")
    workspace.apply()
    workspace.declare("okta", "azure")
    with workspace.untouched(), closing(sqlite3.connect(workspace.registry, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        arguments = ("apply", "--auto-approve", "--discovery", "skip", "--lock-timeout", "60")
        with workspace.started(*arguments) as process:
            assert process.stdout is not None
            while "Fingerprint" not in process.stdout.readline():
                pass
            end(process, number)
        other.execute("ROLLBACK")


@every_signal
def test_an_apply_that_writes_stops_undoes_and_reports(workspace: Workspace, number: signal.Signals) -> None:
    workspace.declare("okta")
    workspace.apply()
    workspace.declare("okta", *MANY)
    with workspace.untouched():
        report = workspace.directory / "report.json"
        arguments = ("apply", "--auto-approve", "--discovery", "skip", "-o", "json", "-o", f"text={report}")
        with workspace.started(*arguments) as process:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("[1/1500] create P0000: ")
            out, _ = end(process, number)
        assert f'"exit_code": {CODES[number]}' in out
        assert '"status": "done"' not in out
        assert "not started" in report.read_text(encoding="utf-8")
    workspace.apply("-q")
    assert len(workspace.names()) == 1501


@every_signal
def test_a_demo_that_is_ended_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with Workspace(tmp_path).started("demo", TMPDIR=str(temporary)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end(process, number)
    assert list(temporary.iterdir()) == []
