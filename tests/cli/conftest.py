"""The command in this very process, in an empty directory and without variables that steer it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from idpctl.cli.main import main
from tests.support.cli import STEERING, Done

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty directory, with no variable that changes what a command does."""
    for name in os.environ:
        if name.startswith("IDPCTL_") or name in STEERING:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def idpctl(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run one command; return its exit code and what it printed."""

    def run(*arguments: str, expect: int | None = None) -> Done:
        capsys.readouterr()
        code = main(list(arguments))
        out, err = capsys.readouterr()
        done = Done(arguments, code, out, err)
        assert "Traceback" not in done.all, done.all
        if expect is not None:
            assert code == expect, f"{arguments}: {code}, not {expect}\n{done.all}"
        return done

    return run
