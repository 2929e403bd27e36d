"""What the command does when nobody reads it, when stdout is full, and when letters cannot be shown."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from idpctl.cli import applying
from idpctl.cli.main import entry
from idpctl.errors import ExitCode, InterruptedRunError
from tests.support.cli import COMMAND, environment, run
from tests.support.workspace import Here, Workspace, pinned

pytestmark = pytest.mark.processes


def with_stdout(stdout: int, *arguments: str, cwd: Path, **env: str) -> tuple[int, str]:
    """Return the exit code and what went to stderr."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("explain",), ("schema", "config")], ids=" ".join)
def test_a_reader_that_went_away_is_no_bug(bare: Path, arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert with_stdout(writer, *arguments, cwd=bare) == (1, "")
    finally:
        os.close(writer)


@pytest.mark.parametrize("arguments", [("--help",), ("explain",), ("version",)], ids=" ".join)
def test_a_full_disk_behind_stdout_is_said_once(bare: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, told = with_stdout(full.fileno(), *arguments, cwd=bare)
    assert (code, told) == (1, "Error: cannot write to stdout: No space left on device\n")


def test_letters_that_a_terminal_cannot_show_are_escaped(bare: Path) -> None:
    workspace = Workspace(bare)
    workspace.write({"a": pinned("a", description="Grüße 東京")})
    planned = run("plan", "--discovery", "skip", cwd=bare, env={"PYTHONIOENCODING": "ascii:strict"}, expect=0)
    assert "Gr" in planned.out
    env = environment(PYTHONIOENCODING="latin-1:strict")
    command = [*COMMAND, "plan", "--discovery", "skip"]
    printed = subprocess.run(command, cwd=bare, env=env, capture_output=True, check=True)
    assert "Grüße \\u6771\\u4eac".encode("latin-1") in printed.stdout


def test_closed_streams_are_no_bug(bare: Path) -> None:
    script = '"$@" <&- >&- 2>&-'
    command = ["sh", "-c", script, "sh", *COMMAND]
    for arguments in (("version",), ("init",), ("plan", "--discovery", "skip")):
        done = subprocess.run([*command, *arguments], cwd=bare, env=environment(), check=False)
        assert done.returncode == 0, arguments


def test_to_import_the_module_runs_nothing() -> None:
    assert import_module("idpctl.__main__").entry is entry


def test_the_module_runs_as_the_command_does(bare: Path) -> None:
    env = environment(PYTHONPATH=str(Path(__file__).parents[2]))
    module = subprocess.run(
        [sys.executable, "-m", "idpctl", "version"],
        cwd=bare,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert module.stdout == run("version", cwd=bare, expect=0).out


def test_an_apply_that_is_interrupted_while_it_is_told_says_that_it_was_carried_out(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Here(bare)
    here.declare("okta")

    def interrupted(*_: object) -> None:
        raise InterruptedRunError("interrupted", code=ExitCode.TERMINATED)

    monkeypatch.setattr(applying, "emit", interrupted)
    done = here.apply(expect=143)
    assert "the apply itself was carried out" in done.err
    assert here.names() == ["Okta"]
